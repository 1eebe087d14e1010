"""Citation recall and precision. After ALCE (Gao et al. 2023, arXiv:2305.14627), with its known faults corrected.

`supports(papers, sentence)` decides how far papers support a sentence; scores under different verifiers are not
comparable. Corrections of the original: sentences without a claim do not count; marks after the full
stop and `[1, 2]` are read as meant; `[0]` and other unknown numbers are no papers and are counted separately, and the
sentence's other citations still count; support may be partial; an answer without a claim (a refusal) has no score.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

FULL, PARTLY, OPEN, NONE = 1.0, 0.5, 0.0, -1.0
"""Levels of support. OPEN: the verifier cannot tell. NONE: the papers say otherwise, or do not say it."""

Supports = Callable[[Sequence[str], str], float]
"""How far papers (ids) together support a sentence: one of the levels."""

_WORD = re.compile(r"\w+")
LEAST_WORDS = 4


@dataclass(frozen=True)
class Claim:
    """A sentence of an answer, the papers that it cites, and the number of its citations that name no paper."""

    text: str
    cited: tuple[str, ...]
    unknown: int = 0


@dataclass(frozen=True)
class CitationScore:
    """Scores of one answer in 0..1: `recall` over its claims, `precision` over its citations (None without any)."""

    recall: float
    precision: float | None


def claims(sentences: Sequence[Claim]) -> list[Claim]:
    """Return the sentences that claim something, without headings, questions and openings ("In summary:")."""
    return [
        claim
        for claim in sentences
        if len(_WORD.findall(claim.text)) >= LEAST_WORDS and not claim.text.rstrip().endswith((":", "?"))
    ]


def score(answer: Sequence[Claim], supports: Supports, *, partial: bool = False) -> CitationScore | None:
    """Return citation recall and precision of an answer; None if it claims nothing.

    Recall: the share of claims that their citations together support. Precision: the share of citations that are
    needed: the claim is supported, and the paper supports it alone or the others do not without it. Without
    `partial`, support in part counts as none; with it, as 0.5.
    """
    counted = claims(answer)
    if not counted:
        return None

    def level(papers: Sequence[str], text: str) -> float:
        value = max(0.0, supports(papers, text)) if papers else 0.0
        return value if partial else float(value >= FULL)

    recalls, precisions = [], []
    for claim in counted:
        whole = level(claim.cited, claim.text)
        recalls.append(whole)
        for paper in claim.cited:
            others = [other for other in claim.cited if other != paper]
            needless = others and level([paper], claim.text) == 0 and level(others, claim.text) >= whole
            precisions.append(0.0 if needless else whole)
    return CitationScore(fmean(recalls), share(precisions))


def refuted(answer: Sequence[Claim], supports: Supports) -> float | None:
    """Return the share of cited claims that their citations contradict or do not say; None without a cited claim."""
    counted = [claim for claim in claims(answer) if claim.cited]
    false = [supports(claim.cited, claim.text) == NONE for claim in counted]
    return share(false)


def uncited(answer: Sequence[Claim]) -> float | None:
    """Return the share of claims that cite no paper; None without a claim."""
    return share([not claim.cited for claim in claims(answer)])


def invalid(answer: Sequence[Claim]) -> float | None:
    """Return the share of citations that name no paper; None without a citation."""
    unknown = sum(claim.unknown for claim in answer)
    total = unknown + sum(len(claim.cited) for claim in answer)
    return unknown / total if total else None


def misattributed(answer: Sequence[Claim], read: Sequence[str], supports: Supports) -> float | None:
    """Return the share of cited claims that their citations do not support although another retrieved paper does."""
    counted = [claim for claim in claims(answer) if claim.cited]
    wrong = [
        supports(claim.cited, claim.text) < FULL
        and any(supports([paper], claim.text) >= FULL for paper in read if paper not in claim.cited)
        for claim in counted
    ]
    return share(wrong)


def verbatim(quotes: Sequence[tuple[str, str]]) -> float | None:
    """Return the share of pairs (quote, text) whose text contains the quote, ignoring case and white space.

    Quotes of less than three words do not count; None without any other.
    """
    long = [contains(text, quote) for quote, text in quotes if len(_WORD.findall(quote)) >= 3]
    return share(long)


def share(holds: Sequence[float]) -> float | None:
    """Return the share of what holds, or the mean; None of nothing."""
    return fmean(holds) if holds else None


def contains(text: str, part: str) -> bool:
    """Return whether a text has a part word for word, ignoring case and white space."""
    return _folded(part) in _folded(text)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
