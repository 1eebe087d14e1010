"""ALCE's citation scores as its own script computes them, faults included, to be comparable with published figures.

Described from princeton-nlp/ALCE, eval.py `compute_autoais`. `score` in evals.metrics.citation has the faults mended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Entails = Callable[[Sequence[int], str], bool]
"""Whether documents (by place from 0) together entail a sentence."""

AT_MOST = 3
_NUMBER = re.compile(r"\[(\d+)")
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\[\"'(])")


@dataclass(frozen=True)
class AlceScore:
    """Of one output, each in 0..1."""

    recall: float
    precision: float


def alce(output: str, documents: int, entails: Entails) -> AlceScore | None:
    """Recall and precision of an output over numbered documents; None without a sentence.

    Only the first line counts; every sentence counts, also one that claims nothing; a citation behind the full stop
    goes to the next sentence; of `[1, 2]` only the 1 is read; `[0]` becomes place -1, the last document; one number too
    high takes the whole sentence down; three citations at most; an output that cites nothing has precision 0.
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
