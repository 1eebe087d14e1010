"""Decide by rules. A verdict from a statement measured against its papers.

A verdict shown as certain is right. *Supported* needs that nothing changed that matters; *contradicted* and *partly* need a
difference that can be named; *unsupported* needs that the abstracts say nothing about it; everything else is *unconfirmed*.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from assistant.core.answers.statement import Verdict
from assistant.core.text.abbreviations import is_abbreviation, spelled_out
from assistant.core.text.tokens import tokens
from assistant.retrieval.encoder import EncodedPaper
from assistant.verification.alignment.align import Alignment
from assistant.verification.alignment.differences import Difference
from assistant.verification.lexicon import NEGATION, POLAR, opposite
from assistant.verification.numbers.guard import Violation

ALIGNED = 0.8
"""From this share of its words in a sentence on, a statement restates that sentence."""
# Words around a changed one that can reverse its sense.
_NEAR_WORD = 3
_OPPOSITE, _PERHAPS = "The abstract says the opposite", "The abstract may say the opposite"
_DENYING = ("negation", "direction", "turn")
_NAMED = {
    **dict.fromkeys(_DENYING, _OPPOSITE),
    "quantity": "The abstract states a different extent",
    "modality": "The abstract is more or less certain of this",
    "order": "The abstract has these words in another order",
    "number": "The abstract has another number",
    "name": "The abstract has another name",
}
SILENT = "The cited abstract says nothing about this."
HARMLESS = (_NAMED["quantity"], _NAMED["modality"])
"""Beginnings of the problems that leave a statement and its source in agreement on the main point."""


@dataclass(frozen=True)
class PaperCheck:
    """One statement against one paper: the fitted probabilities, and whether the paper says nothing about it.

    `said` are the stems of the statement's words.
    """

    paper: EncodedPaper
    alignment: Alignment
    sentences: tuple[int, ...]
    supported: float
    about: float
    silent: bool
    said: frozenset[str]


def decide(
    best: PaperCheck, checks: Sequence[PaperCheck], violations: Sequence[Violation]
) -> tuple[Verdict, tuple[str, ...]]:
    """Return the verdict of a statement, and its problems as sentences for the user.

    `best` is its check against the nearest of the cited papers, `checks` are those against all of them; `violations` are its
    figures and names that no cited paper gives.
    """
    problems = tuple(v.message for v in violations)
    if best.alignment.same and not violations:
        return "supported", ()
    # What was left out often is only the other side of what was put in its place.
    changed = [d for d in best.alignment.differences if d.kind != "left_out"]
    named = _named_differences(best, changed, violations)
    is_aligned = _nearly_all(best.alignment, changed) or best.alignment.coverage >= ALIGNED
    if is_aligned and (named or violations) and len(changed) <= 2:
        turned_back = _turned_back(best, named)
        problems += tuple(_sentence(d, sure=not turned_back) for d in named if d.kind != "number")
        contradicts = not turned_back and any(d.kind in (*_DENYING, "number") for d in named)
        contradicts = contradicts or any(v.kind in ("number", "direction", "relation") for v in violations)
        return ("contradicted" if contradicts else "partly"), problems
    if all(c.silent for c in checks):
        return "unsupported", (*problems, SILENT)
    if violations:
        return "partly", problems
    return "unconfirmed", ()


def score_of(verdict: Verdict, supported: float) -> float:
    """Return the probability of support, in 0..1: the fitted one (`supported`), within the bounds that a sure verdict sets."""
    if verdict == "supported":
        return max(supported, 0.97)
    if verdict == "contradicted":
        return min(supported, 0.1)
    return supported


def _named_differences(
    best: PaperCheck, changed: Sequence[Difference], violations: Sequence[Violation]
) -> list[Difference]:
    """Return those of the changed words that can be told to the user as a difference."""
    # A figure in other words ("3" for "three") is none of the guard's violations, hence no difference.
    named = [d for d in changed if d.kind in _NAMED and (d.kind != "number" or violations)]
    # Two sentences together deny nothing, and a turn is one only where all else is the same.
    named = [d for d in named if len(best.sentences) == 1 and (d.kind != "turn" or len(changed) == 1)]
    named = [d for d in named if d.kind != "name" or not _own_name(d, best.paper)]
    return _without_shared_denials(named, changed)


def _without_shared_denials(named: Sequence[Difference], changed: Sequence[Difference]) -> list[Difference]:
    """Return the differences without denials that both sides have in other words ("does not", "no evidence that"): they agree. A
    word that denies is told once, not as an extent too."""
    there = {d.source for d in named if d.kind == "negation" and not d.said}
    if there and any(d.said.lower() in NEGATION for d in changed):
        return [d for d in named if d.kind != "negation"]
    return [d for d in named if d.kind != "quantity" or d.said or d.source not in there]


def _own_name(difference: Difference, paper: EncodedPaper) -> bool:
    """Return whether a name in a statement is another place's word of the abstract or its title: "Dot" where the sentence has "we", or the
    words that an abbreviation in the sentence stands for."""
    text = paper.text
    if difference.source:
        text = spelled_out(difference.source, [text]) if is_abbreviation(difference.source) else ""
    # As a word: "AI" is not in "train".
    return bool(re.search(rf"(?<!\w){re.escape(difference.said)}(?!\w)", text, re.I))


def _turned_back(best: PaperCheck, named: Sequence[Difference]) -> bool:
    """Return whether the source denies or reverses what it has in place of the statement's word, "with the part removed" for
    "without the part", or its own denial: "did not fail to"."""
    changed = [t for d in named for t in tokens(d.said)]
    for place in best.sentences:
        words = best.paper.sentences[place].tokens
        for at in (i for i, t in enumerate(words) if any(d.source == t.text for d in named if d.source)):
            behind = words[at + 1 : at + 1 + _NEAR_WORD]
            if words[at].lower in NEGATION:
                # It denies the first word that the statement has too, and what stands before that.
                behind = tuple(takewhile(lambda other: other.stem not in best.said, behind))
            for other in (*words[max(0, at - _NEAR_WORD) : at], *behind):
                turns = other.lower in NEGATION or other.stem in POLAR
                if turns and other.stem not in best.said and not any(opposite(other, t) for t in changed):
                    return True
    return False


def _nearly_all(alignment: Alignment, changed: Sequence[Difference]) -> bool:
    """Return whether a short statement has one word in place of another, and nothing else is new."""
    left_out = len(alignment.differences) - len(changed)
    return len(changed) == 1 and left_out <= 1 and alignment.matched >= 2 and alignment.coverage >= 0.6


def _sentence(difference: Difference, *, sure: bool) -> str:
    """Return a difference as a sentence for the user."""
    reason = _NAMED[difference.kind]
    if reason == _OPPOSITE and not sure:
        reason = _PERHAPS
    if difference.said and difference.source:
        return f'{reason}: "{difference.source}", not "{difference.said}".'
    if difference.kind == "order":
        return f'{reason}: "{difference.said}".'
    if difference.said:
        return f'{reason}: it does not say "{difference.said}".'
    return f'{reason}: it says "{difference.source}".'
