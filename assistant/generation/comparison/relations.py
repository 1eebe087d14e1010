"""Where two abstracts agree or contradict each other, with the difference named.

Papers seldom restate each other, and what looks like a clash mostly is two systems with a figure each: a relation
needs the same names, no talk of one's own work, and nothing that differs but what is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

from assistant.core.answer import Statement
from assistant.core.text.quantities import extract
from assistant.core.text.tokens import Token, tokens
from assistant.llm.injection import unquotable
from assistant.retrieval.encoder import EncodedPaper, EncodedSentence
from assistant.verification.checker import HARMLESS, Checker
from assistant.verification.lexicon import FREE, NEGATION, POLAR, QUANTITY

# Two sentences may speak of the same thing from this cosine on, and with this many content words in common.
NEAR = 0.7
SHARED = 3
# Sentences that have this share of all their content words in common may be the same in other words.
RESTATED = 0.75
_REPORTS = re.compile(
    r"^(?:(?:we|the authors|they|our results|the results|results|this study|the study) (?:also |further )?(?:find|finds|found|show|shows|"
    r"showed|observe|observed|report|reports|reported|conclude|concluded|demonstrate|demonstrates|confirm|confirmed)(?: that)?) ",
    re.I,
)
_OWN = re.compile(
    r"^(?:it|its|they|their)\b|\b(?:we|our|ours|this|these|here|the (?:proposed|new|present|resulting|latter|former)|"
    r"the (?:method|model|approach|framework|system|algorithm|network|technique|intervention|treatment|programme|program)s?)\b",
    re.I,
)
_MEASURES = frozenset(
    "map fid fvd auc auroc f1 bleu rouge iou miou flops gpu gpus cpu ap mse mae rmse psnr ssim fps ms or hr rr ci sd".split()
)


@dataclass(frozen=True)
class Relation:
    """A sentence of `paper_id` that the abstract of `other` says too, or denies.

    `statement` is the sentence, checked against `other`, whose words are its evidence; for "disagree" its `problems`
    name the difference.
    """

    kind: Literal["agree", "disagree"]
    statement: Statement
    paper_id: str
    other: str


def relations(papers: Sequence[EncodedPaper], checker: Checker) -> Iterator[Relation]:
    """Every relation between two of the papers, each pair of sentences once, in the order of the papers."""
    seen = set()
    for one, other in permutations(papers, 2):
        near = one.vectors @ other.vectors.T
        for i, sentence in enumerate(one.sentences):
            if not near[i].size or near[i].max() < NEAR or sentence.span.start in unquotable(one.paper):
                continue
            relation = _related(sentence, one, other, checker)
            if relation is None:
                continue
            places = {(one.paper.id, sentence.span.start)}
            places |= {(e.paper_id, e.start) for e in relation.statement.evidence}
            if frozenset(places) not in seen:
                seen.add(frozenset(places))
                yield relation


def _related(
    sentence: EncodedSentence, one: EncodedPaper, other: EncodedPaper, checker: Checker
) -> Relation | None:
    """What the other abstract makes of a sentence, if that is certain."""
    (statement,) = checker.check([sentence.text], [[other]])
    if len(statement.evidence) != 1 or statement.evidence[0].start in unquotable(other.paper):
        return None
    theirs = statement.evidence[0].quote
    if not _same_thing(sentence.text, theirs):
        return None
    if statement.verdict == "supported" or (
        statement.verdict == "partly" and all(p.startswith(HARMLESS) for p in statement.problems)
    ):
        return Relation("agree", statement, one.paper.id, other.paper.id)
    if statement.verdict == "unconfirmed" and _restated(sentence.text, theirs):
        return Relation("agree", statement, one.paper.id, other.paper.id)
    if statement.verdict == "contradicted" and statement.problems and _comparable(sentence.text, theirs):
        return Relation("disagree", statement, one.paper.id, other.paper.id)
    return None


def _same_thing(ours: str, theirs: str) -> bool:
    """Whether two sentences name the same things, in enough of the same words, and neither speaks of its own work."""
    ours, theirs = _REPORTS.sub("", ours), _REPORTS.sub("", theirs)
    if _OWN.search(ours) or _OWN.search(theirs):
        return False
    said, there = _matter(ours), _matter(theirs)
    return len(said & there) >= SHARED and _names(ours) == _names(theirs)


def _restated(ours: str, theirs: str) -> bool:
    """Whether two sentences are the same but for a word or two that change no claim."""
    said, there = _matter(ours), _matter(theirs)
    claims = [{t.stem for t in tokens(text) if _turns(t) and t.lower not in FREE} for text in (ours, theirs)]
    return (
        len(said & there) >= RESTATED * len(said | there)
        and claims[0] == claims[1]
        and _figures(ours) == _figures(theirs)
    )


def _figures(text: str) -> list[tuple[float, str]]:
    return sorted((q.value, q.unit) for q in extract(text))


def _comparable(ours: str, theirs: str) -> bool:
    """Whether two sentences that clash differ in nothing else; figures clash only where they are of one named thing."""
    ours, theirs = _REPORTS.sub("", ours), _REPORTS.sub("", theirs)
    if _matter(ours) != _matter(theirs):
        return False
    if _figures(ours) == _figures(theirs):
        return True
    names = _names(ours)
    first = tokens(ours)[0]
    return len(names) >= 2 or first.lower in names


def _matter(text: str) -> frozenset[str]:
    """Stems of what a sentence is about: without figures, and without the words by which claims turn."""
    figures = {i for q in extract(text) for i in range(q.start, q.end)}
    return frozenset(t.stem for t in tokens(text) if t.start not in figures and not _turns(t) and t.content)


def _turns(token: Token) -> bool:
    return token.lower in FREE or token.lower in NEGATION or token.lower in QUANTITY or token.stem in POLAR


def _names(text: str) -> frozenset[str]:
    """Names in a sentence, lower case: capitals or figures within, or a capital that no sentence begins with."""
    figures = {i for q in extract(text) for i in range(q.start, q.end)}
    named = (
        t for t in tokens(text) if t.start not in figures and (t.name or (t.start and t.text[0].isupper()))
    )
    return frozenset(t.lower for t in named if t.lower not in _MEASURES)
