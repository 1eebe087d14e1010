"""Statements that are changed on purpose.

They measure a checker of statements, so they share neither code nor words with it: every rule and every
word list here is of this package alone.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from evals.studies.corrupting import dropping, figures, joining, marks, moving, names, negation
from evals.studies.corrupting.wording import LABEL, Altered, picked, usable

__all__ = ["CORRUPTIONS", "EDITS", "Altered", "corrupt", "edit"]

CORRUPTIONS = ("number", "negation", "entity")
EDITS = ("reordered", "shortened", "joined", "case_marks")
_BY_EDIT = {"reordered": moving.REORDER, "shortened": dropping.SHORTEN, "case_marks": marks.OPERATIONS}


def corrupt(kind: str, sentence: str, others: Sequence[str], rng: random.Random) -> Altered | None:
    """A sentence that contradicts the given one or claims what it does not say.

    Args:
        kind: "number", "negation" or "entity".
        sentence: The sentence to alter.
        others: Other sentences of the library, from which foreign names are taken.
        rng: The source of chance; the same state gives the same result.

    Returns:
        The altered sentence, or None where the sentence does not lend itself to it.
    """
    if kind not in CORRUPTIONS:
        raise ValueError(f"no such corruption: {kind}")
    if not usable(sentence):
        return None
    if kind == "entity":
        changes = [
            change for way in rng.sample(names.OPERATIONS, 3) for change in way(sentence, others, rng)[:3]
        ]
        change = rng.choice(changes) if changes else None
    else:
        change = picked(figures.OPERATIONS if kind == "number" else negation.OPERATIONS, sentence, rng)
    if change is None or change[1] == sentence:
        return None
    return Altered(kind, change[0], change[1], sentence)


def edit(kind: str, sentences: Sequence[str], rng: random.Random) -> Altered | None:
    """A light edit that the sentence, or two neighbours, still support in full.

    Args:
        kind: "reordered", "shortened", "joined" or "case_marks".
        sentences: The consecutive sentences of one abstract.
        rng: The source of chance; the same state gives the same result.

    Returns:
        The edited statement, or None where no sentence lends itself to it.
    """
    if kind not in EDITS:
        raise ValueError(f"no such edit: {kind}")
    for place in rng.sample(range(len(sentences)), len(sentences)):
        sentence = sentences[place]
        if not usable(sentence):
            continue
        if kind == "joined":
            second = sentences[place + 1] if place + 1 < len(sentences) else ""
            if second and usable(second) and (both := joining.joined(sentence, second, rng)):
                return Altered(kind, both[0], both[1], f"{sentence} {second}")
        elif not (kind == "reordered" and LABEL.match(sentence)) and (
            change := picked(_BY_EDIT[kind], sentence, rng)
        ):
            return Altered(kind, change[0], change[1], sentence)
    return None
