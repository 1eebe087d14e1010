"""Measure roles of sentences. Of whole abstracts, of abstracts cut short, and of short ones of ten other fields."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np

from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.sentences.roles import ROLES, sentence_roles
from tests.studies import sources
from tests.studies.selection.roles import (
    FIELDS,
    LabelledAbstract,
    abstracts,
    cut_short,
    encoded,
    sentence_labels,
    short_ones,
)

# What a comparison sets apart: the problem, the approach, what was found.
_PARTS = np.array([0, 0, 1, 2, 2])


def measure(half: str) -> Iterator[str]:
    """Yield the share of sentences with the right role, set by set: of the fields those of a half, if the shared data is there."""
    for field, folder in FIELDS.items():
        if not sources.shared(folder):
            continue
        draw, whole = random.Random(11), encoded(list(abstracts(folder, half)))
        yield _line(f"{field}, {half}, whole", whole)
        cut = [cut_short(abstract, paper, draw) for _ in range(2) for abstract, paper in whole]
        yield _line(f"{field}, {half}, cut short", encoded(cut))
    yield _line("short abstracts of ten other fields", encoded(list(short_ones())))


def _line(name: str, read: Sequence[tuple[LabelledAbstract, EncodedPaper]]) -> str:
    right, alike = list[bool](), list[bool]()
    for abstract, paper in read:
        told = sentence_roles(paper)
        parts = np.stack([told[:, part == _PARTS].sum(axis=1) for part in range(3)], axis=1)
        for role, one, part in zip(sentence_labels(abstract, paper), told, parts, strict=True):
            if role is not None:
                right.append(ROLES[int(one.argmax())] == role)
                alike.append(int(part.argmax()) == _PARTS[ROLES.index(role)])
    return f"{name:42}{np.mean(right):.3f} of {len(right)} roles; problem, approach or finding {np.mean(alike):.3f}"
