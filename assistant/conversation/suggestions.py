"""Questions worth asking next, by a model or made from what abstracts say; each is asked before it is offered.

Without a model, a sentence that an answer did not use becomes a question that it would answer. A question is kept if the
library then answers it from the papers that were read with words that are new. So nothing is offered that would be refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from assistant.conversation.phrases import DETERMINERS, PREPOSITIONS, subject_of
from assistant.core.answers.answer import Answer
from assistant.core.answers.usage import Usage
from assistant.core.paper import Paper
from assistant.core.text.reasoning import without_reasoning
from assistant.core.text.tokens import Token, stem, stems, tokens
from assistant.llm.injection import format_papers, is_instruction, suspicious
from assistant.llm.prompts import load
from assistant.retrieval.paper_name import name_of
from assistant.verification.lexicon import FALLS, NEGATION, NO_DIFFERENCE, RISES, turn

if TYPE_CHECKING:
    from assistant.llm.client import Model

Ask = Callable[[str], Answer]

_FOLLOW_UPS = 3
_BETTER = 2
CALLS = 12
_LONGEST = 120
# A model reads so many of the cited papers to suggest questions.
_SHOWN = 3
# "What is known about rents?"
_ONE_WORD = 5
# Nobody asks about "wearables that report sleep stages", nor in so many words.
_RELATIVE, _LONG_SUBJECT = frozenset("that which who whose where when".split()), 5
# What models put before a question of a list.
_BULLET = re.compile(r"^[\s>*_#•–-]*(?:\(?\d{1,2}[.):]\s*)?[\s*_\"“]*")
# A paper that was not cited is spoken of only where it was found this close to the first.
_NEAR = 0.45
_TOPIC = re.compile(
    r"\b(the|an?|its|their|of|for|with|on|by|into|from|between|has|have|uses?|using|via|in)\s+"
    r"((?:[A-Za-z][\w-]+\s){1,2}[A-Za-z][\w-]+)(?=[.,;:)]|\s(?:of|for|with|on|by|in|to|is|are|and|or|that|which|as|"
    r"from|at|can|into|while|than|so|where|when)\b)"
)
# What a verb acts on, up to the next number, clause or preposition but "of": "lowered the rate of stroke from 6 to 4 %".
_OBJECT = re.compile(
    r"\s((?:the |an? )?(?:[A-Za-z][A-Za-z-]*\s){0,3}?(?:of (?:the )?(?:[A-Za-z][A-Za-z-]*\s){0,2}?)?[A-Za-z][A-Za-z-]*)"
    r"(?=[.,;:(]|\s(?:\(|\d|by|from|to|in|on|at|for|with|during|after|before|over|and|or|but|than|while|when|compared)\b|\s\()"
)
# What ends so is rarely a noun.
_NO_NOUN = ("ing", "ly", "ed")
# Sentences that hold such words answer such a question on what a paper has a name for.
_KINDS: tuple[tuple[str, str], ...] = (
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
    (
        r"\bpre-?train|\bis trained\b|\btraining\b|\bfine-?tun",
        "How is {x} trained?",
    ),
    (
        r"\bconsists? of\b|\bcomponents?\b|\bmodules?\b|\bencoders?\b|\barchitecture\b|\bblocks?\b",
        "What is {x} made of?",
    ),
    (
        r"\bmemory (?:use|usage|footprint|cost)|\bGPU|\bparameters\b|\bcomput(e|ation|ational)\b|\bcosts?\b",
        "What does {x} cost in computation or memory?",
    ),
    (
        r"\bhowever\b|\blimit|\bfails?\b|\bsuffer|\bexpensive\b|\bhard\b|\bdifficult|\bchalleng|\black",
        "What problem does {x} address?",
    ),
    (
        r"\bapplie[sd]\b|\bapplications?\b|\btasks?\b|\bused for\b",
        "What can {x} be used for?",
    ),
    (
        r"\bwe (show|find|found|demonstrate|prove)\b|\bresults?\b|\bfindings?\b",
        "What is found about {x}?",
    ),
    (
        r"\bwe (propose|present|introduce|develop)\b|\buses?\b|\blearns?\b|\bbased on\b|\bby\b",
        "How does {x} work?",
    ),
)
_SURVEYS = re.compile(r"\b(?:survey|review|overview|meta-analysis|tutorial|primer|perspective)\b", re.I)
# Where one finds the code answers no question that is worth offering.
_NOTHING = re.compile(
    r"^(?>.*?\b(code|models?|data)\b).*\b(is|are) (made |publicly )*(available|released)", re.I | re.M
)


@dataclass(frozen=True)
class _Candidate:
    """A question that the paper of an id should answer ("": any that was read), and how near it is to what was asked.

    `start` is the place of the sentence that it was made of and that has to answer it, None for any.
    """

    question: str
    paper_id: str = ""
    near: float = 0.0
    start: int | None = None


def follow_ups(answer: Answer, read: Sequence[Paper], ask: Ask) -> tuple[str, ...]:
    """Return at most 3 questions about what the papers `read` for an answer say and the answer did not, its sources first.

    `ask` is called at most 12 times.
    """
    used = _quoted(answer)
    cited = [source.paper for source in answer.sources]
    scores = {passage.paper_id: passage.score for passage in answer.passages}
    best = max(scores.values(), default=0.0)
    others = [p for p in read if p.id not in answer.numbers and scores.get(p.id, 0.0) >= _NEAR * best]
    others.sort(key=lambda paper: -scores[paper.id])
    candidates = [c for paper in cited for c in _candidates(paper, answer.question, used)]
    candidates += _contrasts(cited)
    # Of papers that were not cited, first what shares a word with the question: one each.
    beside = [_candidates(paper, answer.question, used) for paper in others]
    for of_one in beside:
        candidates += islice((c for c in of_one if c.near), 1)
    for of_one in beside:
        candidates += islice(of_one, 2)
    return _proved(candidates, answer.question, used, ask, _FOLLOW_UPS)


def suggested_by(model: Model, answer: Answer, ask: Ask, usage: Usage) -> tuple[str, ...]:
    """Return at most 3 questions that `model` suggests after an answer, each of them answered. Raises a `ModelError`."""
    papers = [source.paper for source in answer.sources[:_SHOWN]]
    shown = format_papers(papers)
    prompt = load("next", papers=shown.text, mark=shown.mark, question=answer.standalone, answer=answer.text)
    lines = without_reasoning(model.ask(prompt, usage)).splitlines()
    questions = [_BULLET.sub("", line).rstrip(' *_"”') for line in lines]
    usable = [q for q in questions if q.endswith(("?", "？")) and len(q) <= _LONGEST and not suspicious(q)]
    used = _quoted(answer)
    return _proved([_Candidate(question) for question in usable], answer.question, used, ask, _FOLLOW_UPS)


def suggest_after_refusal(answer: Answer, ask: Ask) -> tuple[str, ...]:
    """Return at most 2 questions near a refused one that the library answers; `ask` is called at most 12 times."""
    papers = answer.refusal.nearest if answer.refusal else ()
    candidates = [c for paper in papers for c in _candidates(paper, answer.question, set())]
    candidates.sort(key=lambda candidate: -candidate.near)
    return _proved(candidates, answer.question, set(), ask, _BETTER)


def _candidates(paper: Paper, asked: str, used: set[tuple[str, int]]) -> list[_Candidate]:
    """Questions that the sentences that were not used would answer, none twice; those of a kind first."""
    if suspicious(paper.title) or suspicious(paper.abstract):
        return []
    subject, wanted = _subject(paper), stems(tokens(asked))
    # A survey presents no method, and what its title names is not what it tells of in its own sentences.
    named = subject in paper.abstract and not _SURVEYS.search(paper.title)
    kinds: dict[str, _Candidate] = {}
    found: dict[str, _Candidate] = {}
    topics: dict[str, _Candidate] = {}
    told = [(span.start, paper.abstract[span.start : span.end]) for span in paper.sentences()]
    told = [(start, text) for start, text in told if not (is_instruction(text) or _NOTHING.search(text))]
    # Of what has a name, there are questions of a kind.
    changes = {} if subject and named else {start: _change(text, paper) for start, text in told}
    causes = list(dict.fromkeys(change.cause for change in changes.values() if change and change.cause))
    for start, text in told:
        if (paper.id, start) in used:
            continue
        near = float(len(wanted & stems(tokens(text))))
        for form in [form for cue, form in _KINDS if re.search(cue, text, re.I)] if subject and named else ():
            question = form.replace("{x}", subject)
            kinds.setdefault(question, _Candidate(question, paper.id, near))
        if question := _on_change(changes.get(start), causes) or _on_subject(text, paper):
            found.setdefault(question, _Candidate(question, paper.id, near, start))
        for topic in _topics(text, paper):
            topics[topic] = _Candidate(f"What is known about {topic}?", paper.id, near)
    every = {**{c.question: c for c in topics.values()}, **found, **kinds}
    # A change says more than a subject, and two words more than one.
    about = sorted(found, key=lambda text: (not text.startswith("Did "), len(text.split()) == _ONE_WORD))
    order = (*kinds, *about, *(candidate.question for candidate in topics.values()))
    return [every[question] for question in dict.fromkeys(order) if len(question) <= _LONGEST]


@dataclass(frozen=True)
class _Change:
    """What a sentence says is raised or lowered, or not changed (`what`), and by what; `cause` is "" where it names none."""

    cause: str
    what: str


def _change(sentence: str, paper: Paper) -> _Change | None:
    """Return what a sentence says of a change, by its form: "caffeine lowered the rate", "the rate fell", "it did not differ"."""
    said = subject_of(sentence)
    subject = _inside(said, paper)
    rest = sentence[sentence.find(said) + len(said) :]
    behind = tokens(rest)[:3] if subject else []
    if not any(_turns(word) or word.lower in NO_DIFFERENCE | NEGATION for word in behind):
        return None
    verb = behind[0]
    acted_on = _OBJECT.match(rest, verb.end) if _turns(verb) and verb.lower.endswith("ed") else None
    if not acted_on or not _is_noun(tokens(acted_on[1])):
        return _Change("", subject)
    return _Change(subject, acted_on[1])


def _is_noun(words: Sequence[Token]) -> bool:
    """Return whether words behind a verb are what it acts on: not how or when it acts, "improved markedly", "improved after each nap"."""
    first, last = words[0], words[-1]
    leads = first.content or first.lower in DETERMINERS
    return leads and first.lower not in PREPOSITIONS and not last.lower.endswith("ly")


def _turns(word: Token) -> bool:
    """Return whether a word says more or less, also as a verb of that ("shortened")."""
    return bool(turn(word)) or stem(word.stem.removesuffix("en")) in RISES | FALLS


def _on_change(told: _Change | None, causes: Sequence[str]) -> str:
    """Return a question on a change: whether its own cause, or else the only one that the abstract names, has to do with it."""
    cause = told.cause or (causes[0] if len(causes) == 1 else "") if told else ""
    if not told or not cause or stems(tokens(cause)) & stems(tokens(told.what)):
        return ""
    return f"Did {cause} affect {told.what}?"


def _on_subject(sentence: str, paper: Paper) -> str:
    """Return a question on what a sentence says something of, in the sentence's own words; "" where its form does not tell."""
    subject = _inside(subject_of(sentence), paper)
    return f"What is known about {subject}?" if subject else ""


def _inside(subject: str, paper: Paper) -> str:
    """Return the subject of a sentence as it is written inside one; "" for what is none."""
    # "ReSpace represents a scene as compact": an article inside stands behind a verb that was not known.
    words = tokens(subject)
    if len(words) > _LONG_SUBJECT or not (_RELATIVE | NEGATION).isdisjoint(word.lower for word in words):
        return ""
    acted = any(
        other.lower in DETERMINERS and one.content and not one.lower.endswith("ing")
        for one, other in pairwise(words)
    )
    if not words or acted:
        return ""
    first = words[0]
    kept = first.name or re.search(rf"[a-z,;] {re.escape(first.text)}\b", paper.abstract)
    return subject if kept else subject[0].lower() + subject[1:]


def _contrasts(cited: Sequence[Paper]) -> Iterator[_Candidate]:
    """Yield a question on how the first two cited papers with a name differ."""
    names = [name for name in map(_subject, cited) if name]
    if len(names) > 1:
        yield _Candidate(f"How do {names[0]} and {names[1]} differ?")


def _subject(paper: Paper) -> str:
    """Return what a paper is called in a question; "" where nothing short does, or where it addresses the reader's software."""
    if suspicious(paper.title) or suspicious(paper.abstract):
        return ""
    title, *rest = (part.strip() for part in re.split(r":| -- ", paper.title))
    if rest and title.isalnum():
        return title
    return name_of(paper)


def _topics(sentence: str, paper: Paper) -> list[str]:
    """Return what a sentence speaks of, longest first: two or three words that carry meaning behind "the", a preposition or a verb of
    having, and that the paper says again elsewhere: what is said once is seldom a term. What has "a" somewhere needs an article."""
    found = []
    text = f"{paper.title}. {paper.abstract}"
    for match in _TOPIC.finditer(sentence):
        words = tokens(match[2])
        plain = all(w.content and w.text.isascii() and not w.text[:1].isdigit() for w in words)
        if not (2 <= len(words) <= 3 and plain) or match[2].endswith(_NO_NOUN):
            continue
        # "Feature map" is not said again by "feature maps".
        before = re.findall(rf"(?:(\w+) )?(?<!\w){re.escape(match[2])}(?!\w)", text, re.I)
        definite = match[1] in ("the", "its", "their")
        if len(before) > 1 and (definite or not {"a", "an"} & set(map(str.lower, before))):
            found.append(f"the {match[2]}" if definite else match[2])
    return sorted(dict.fromkeys(found), key=lambda topic: -len(topic))


def _proved(
    candidates: Sequence[_Candidate], asked: str, used: set[tuple[str, int]], ask: Ask, n: int
) -> tuple[str, ...]:
    """Return those that the library answers from the paper that they were made of, with words that were not told yet."""
    found: list[str] = []
    told = set(used)
    before = stems(tokens(asked))
    fresh: dict[str, _Candidate] = {}
    for candidate in candidates:
        if not _again(stems(tokens(candidate.question)), before):
            fresh.setdefault(candidate.question, candidate)
    for candidate in islice(fresh.values(), CALLS):
        answer = ask(candidate.question)
        quoted = _quoted(answer)
        own = {place for place in quoted if candidate.paper_id in ("", place[0])}
        # It is what a question was made for if it leads the answer.
        first = {(e.paper_id, e.start) for s in answer.statements[:1] for e in s.evidence}
        answers = candidate.start is None or (candidate.paper_id, candidate.start) in first
        if answer.refusal is None and answers and own - told:
            found.append(candidate.question)
            told |= own
        if len(found) == n:
            break
    return tuple(found)


def _quoted(answer: Answer) -> set[tuple[str, int]]:
    """Return the places, paper and offset, that an answer rests on."""
    return {(e.paper_id, e.start) for s in answer.statements for e in s.evidence}


def _again(question: frozenset[str], before: frozenset[str]) -> bool:
    """Return whether a question is made of the words of the one before."""
    return bool(question) and len(question & before) >= 0.75 * len(question)
