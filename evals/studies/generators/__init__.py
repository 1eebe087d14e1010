"""Statements that are changed on purpose.

Corruptions say something else than their source, light edits do not.

They measure a checker of statements, so they share neither code nor word lists with it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial

from evals.studies.generators import figures, names, negation, order
from evals.studies.generators.sentence import Alteration, Change, usable

__all__ = ["CORRUPTIONS", "EDITS", "Alteration", "corrupt", "edit"]

CORRUPTIONS = ("number", "negation", "entity")
EDITS = ("reordered", "joined")


def corrupt(kind: str, sentence: str, others: Sequence[str], rng: random.Random) -> Alteration | None:
    """Return a sentence that contradicts the given one or claims what it does not say.

    Args:
        kind: One of CORRUPTIONS.
        sentence: The sentence to alter.
        others: Other sentences of the library, from which foreign names are taken.
        rng: Source of chance; the same state gives the same result.

    Returns:
        The altered sentence, or None if this sentence cannot be altered so.
    """
    if kind not in CORRUPTIONS:
        raise ValueError(f"no such corruption: {kind}")
    if not usable(sentence):
        return None
    ways = _ways(kind, sentence, others, rng)
    for way in rng.sample(ways, len(ways)):
        changes = [change for change in way() if change.text != sentence]
        if changes:
            change = rng.choice(changes)
            return Alteration(kind, change.how, change.text, sentence)
    return None


def _ways(
    kind: str, sentence: str, others: Sequence[str], rng: random.Random
) -> list[Callable[[], list[Change]]]:
    if kind == "number":
        return [partial(way, sentence, rng) for way in figures.WAYS]
    if kind == "negation":
        return [partial(way, sentence) for way in negation.WAYS]
    return [partial(names.replaced, sentence, others, rng), partial(names.other_version, sentence, rng)]


def edit(kind: str, sentences: Sequence[str], rng: random.Random) -> Alteration | None:
    """Return a light edit of the first sentence ("reordered") or the first two ("joined") that these still support in full.

    Returns None if they cannot be edited so.
    """
    if kind not in EDITS:
        raise ValueError(f"no such edit: {kind}")
    needed = sentences[: 2 if kind == "joined" else 1]
    if not all(map(usable, needed)) or (kind == "joined" and len(needed) < 2):
        return None
    changes = order.joined(*needed) if kind == "joined" else order.swapped_list(*needed)
    if not changes:
        return None
    change = rng.choice(changes)
    return Alteration(kind, change.how, change.text, " ".join(needed))
