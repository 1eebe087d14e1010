"""ALCE's original scores. As its own script computes them.

Source: princeton-nlp/ALCE, eval.py, `compute_autoais`. `score` in evals.metrics.citation corrects the faults.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Entails = Callable[[Sequence[int], str], bool]
"""Whether documents (numbered from 0) together entail a sentence."""

AT_MOST = 3
_NUMBER = re.compile(r"\[(\d+)")
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\[\"'(])")


@dataclass(frozen=True)
class AlceScore:
    """Scores of one output, in 0..1."""

    recall: float
    precision: float


def alce(output: str, documents: int, entails: Entails) -> AlceScore | None:
    """Return recall and precision of an output over numbered documents; None without a sentence.

    Only the first line counts. Every sentence counts, even without a claim. A citation after the full stop belongs to the
    next sentence. Of `[1, 2]` only the 1 is read. `[0]` means the last document. One number too high makes the whole
    sentence unsupported. At most three citations count. An output without citations has precision 0.
    """
    sentences = [s for s in _END.split(output.strip().split("\n")[0]) if s]
    if not sentences:
        return None
    recall, precision, total = 0, 0, 0
    for sentence in sentences:
        claim = _bare(sentence)
        cited = [int(number) - 1 for number in _NUMBER.findall(sentence)]
        if not cited or any(place >= documents for place in cited):
            continue
        cited = [place % documents for place in cited[:AT_MOST]]
        total += len(cited)
        supported = entails(cited, claim)
        recall += supported
        if supported and len(cited) > 1:
            precision += sum(_needed(place, cited, claim, entails) for place in cited)
        else:
            precision += supported
    return AlceScore(recall / len(sentences), precision / total if total else 0.0)


def _needed(place: int, cited: Sequence[int], claim: str, entails: Entails) -> bool:
    others = [other for other in cited if other != place]
    return entails([place], claim) or not entails(others, claim)


def _bare(sentence: str) -> str:
    return re.sub(r"\[\d+", "", re.sub(r" \[\d+", "", sentence)).replace(" |", "").replace("]", "")
