"""Questions worth asking next, made without a model from what abstracts say; each is asked before it is offered.

A sentence that an answer did not use becomes a question that it would answer; the question is kept if the library then
answers it from that paper with words that are new. So nothing is offered that would be refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from assistant.answers import Answer
from assistant.naming import name_of
from assistant.papers import Paper
from assistant.screening import out_of_place, suspicious
from assistant.sentences import split
from assistant.words import stems, tokens

Ask = Callable[[str], Answer]

FOLLOW_UPS = 3
BETTER = 2
CALLS = 12
_LONGEST = 90
_TOPIC = re.compile(
    r"\b(the|an?|its|their|of|for|with|on|by|into|from|between|has|have|uses?|using|via|in)\s+"
    r"((?:[A-Za-z][\w-]+\s){1,2}[A-Za-z][\w-]+)(?=[.,;:)]|\s(?:of|for|with|on|by|in|to|is|are|and|or|that|which|as|"
    r"from|at|can|into|while|than|so|where|when)\b)"
)
# What ends so is rarely a noun.
_NO_NOUN = ("ing", "ly", "ed")
# Sentences that hold such words answer such a question; the first that fits counts.
_KINDS: tuple[tuple[str, str], ...] = (
    (r"\b(code|models?|data)\b.*\b(is|are) (made |publicly )*(available|released)", ""),
    (
        r"\b\d[\d.]*\s?(fps|ms|milliseconds|seconds)\b|\btimes faster\b|\blatency\b|\bthroughput\b",
        "How fast is {x}?",
    ),
    (
        r"\boutperform|\bbeats?\b|\bsurpass|\bcompared (to|with)\b|\bbetter than\b|\bstate[- ]of[- ]the[- ]art\b",
        "How does {x} compare with other methods?",
    ),
    (
        r"\b(accuracy|map|f1|auc|auroc|bleu|fvd|fid|score|error)\b.*\d|\d\s?%|\d percent",
        "What results does {x} reach?",
    ),
    (
        r"\bdata ?sets?\b|\bbenchmarks?\b|\bcorp(us|ora)\b|\bpatients\b|\bparticipants\b",
        "On which data was {x} tested?",
    ),
    (r"\bpre-?train|\bis trained\b|\btraining\b|\bfine-?tun", "How is {x} trained?"),
    (
        r"\bconsists? of\b|\bcomponents?\b|\bmodules?\b|\bencoders?\b|\barchitecture\b|\bblocks?\b",
        "What is {x} made of?",
    ),
    (r"\bmemory\b|\bparameters\b|\bcomput(e|ation|ational)\b|\bcosts?\b", "What does {x} say about cost?"),
    (
        r"\bhowever\b|\blimit|\bfails?\b|\bsuffer|\bexpensive\b|\bhard\b|\bdifficult|\bchalleng|\black",
        "What problem does {x} address?",
    ),
    (r"\bapplie[sd]\b|\bapplications?\b|\btasks?\b|\bused for\b", "What can {x} be used for?"),
    (r"\bwe (show|find|found|demonstrate|prove)\b|\bresults?\b|\bfindings?\b", "What does {x} show?"),
    (
        r"\bwe (propose|present|introduce|develop)\b|\buses?\b|\blearns?\b|\bbased on\b|\bby\b",
        "How does {x} work?",
    ),
)


@dataclass(frozen=True)
class _Candidate:
    question: str
    paper_id: str
    near: float


def follow_ups(answer: Answer, read: Sequence[Paper], ask: Ask, n: int = FOLLOW_UPS) -> tuple[str, ...]:
    """At most n questions about what the papers `read` for an answer say and the answer did not, its sources first.

    `ask` is called at most 12 times.
    """
    used = {(e.paper_id, e.start) for s in answer.statements for e in s.evidence}
    cited = [source.paper for source in answer.sources]
    others = [paper for paper in read if paper.id not in answer.numbers]
    candidates = [c for paper in cited for c in _candidates(paper, answer.question, used)]
    # Of papers that were not cited, only what shares a word with the question: one each.
    for paper in others:
        near = (c for c in _candidates(paper, answer.question, used) if c.near)
        candidates += islice(near, 1)
    return _proved(candidates, answer.question, used, ask, n)


def better(answer: Answer, ask: Ask, n: int = BETTER) -> tuple[str, ...]:
    """At most n questions near a refused one that the library answers; `ask` is called at most 12 times."""
    papers = answer.refusal.nearest if answer.refusal else ()
    candidates = [c for paper in papers for c in _candidates(paper, answer.question, set())]
    candidates.sort(key=lambda candidate: -candidate.near)
    return _proved(candidates, answer.question, set(), ask, n)


def _candidates(paper: Paper, asked: str, used: set[tuple[str, int]]) -> Iterator[_Candidate]:
    """Questions that the sentences that were not used would answer, none twice."""
    if suspicious(paper.title) or suspicious(paper.abstract):
        return
    subject = name_of(paper)
    wanted, seen = stems(tokens(asked)), set()
    for span in split(paper.abstract):
        text = paper.abstract[span.start : span.end]
        if (paper.id, span.start) in used or out_of_place(text):
            continue
        near = float(len(wanted & stems(tokens(text))))
        kind = next((form for cue, form in _KINDS if re.search(cue, text, re.I)), None)
        questions = [kind.replace("{x}", subject)] if kind and subject else []
        questions += [_about(topic, subject) for topic in _topics(text)[:3] if kind != ""]
        for question in questions:
            if question not in seen and len(question) <= _LONGEST:
                seen.add(question)
                yield _Candidate(question, paper.id, near)


def _about(topic: str, subject: str) -> str:
    where = f" in {subject}" if subject and subject.lower() not in topic.lower() else ""
    return f"What is the role of {topic}{where}?"


def _topics(sentence: str) -> list[str]:
    """What a sentence speaks of: two or three words that carry meaning behind an article, a preposition, a verb of having;
    longest first, with its article."""
    found = []
    for match in _TOPIC.finditer(sentence):
        words = tokens(match[2])
        plain = all(w.content and w.text.isascii() and not w.text[:1].isdigit() for w in words)
        # "a user clicks" is no noun with its article.
        odd = match[1] in ("a", "an") and match[2].endswith("s")
        if 2 <= len(words) <= 3 and plain and not odd and not match[2].endswith(_NO_NOUN):
            article = {"the": "the ", "a": "a ", "an": "an ", "its": "the ", "their": "the "}.get(
                match[1], ""
            )
            found.append(article + match[2])
    return sorted(dict.fromkeys(found), key=lambda topic: -len(topic))


def _proved(
    candidates: Sequence[_Candidate], asked: str, used: set[tuple[str, int]], ask: Ask, n: int
) -> tuple[str, ...]:
    """Those that the library answers from the paper that they were made of, with words that were not told yet."""
    found: list[str] = []
    told = set(used)
    before = stems(tokens(asked))
    fresh: dict[str, _Candidate] = {}
    for candidate in candidates:
        if not _again(stems(tokens(candidate.question)), before):
            fresh.setdefault(candidate.question, candidate)
    for candidate in islice(fresh.values(), CALLS):
        answer = ask(candidate.question)
        quoted = {(e.paper_id, e.start) for s in answer.statements for e in s.evidence}
        own = {place for place in quoted if place[0] == candidate.paper_id}
        if answer.refusal is None and own - told:
            found.append(candidate.question)
            told |= own
        if len(found) == n:
            break
    return tuple(found)


def _again(question: frozenset[str], before: frozenset[str]) -> bool:
    """Whether a question is made of the words of the one before."""
    return bool(question) and len(question & before) >= 0.75 * len(question)
