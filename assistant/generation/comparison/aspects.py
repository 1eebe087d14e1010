"""Find the sentence of each abstract that states its problem, approach or results.

Data and limits come only from abstracts whose sections are labelled.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.llm.injection import unquotable
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.sentence_roles import ROLES, labelled_role, sentence_roles

ASPECTS = ("Problem", "Approach", "Data", "Results", "Limits")
ASPECT_ROLES = {
    "Problem": ("background", "objective"),
    "Approach": ("method", "objective"),
    "Results": ("result", "conclusion"),
}
"""The aspects that every abstract may have, and the roles of sentences that state them."""
# Nothing general tells these from the sentences alone (no labelled data of two fields), so only section labels do.
_DATA = ("PARTICIPANT", "PATIENT", "SETTING", "SUBJECT", "SAMPLE", "POPULATION", "DATA")
_LIMITS = "LIMITATION"
# Below this probability a sentence is not taken for an aspect.
CERTAIN = 0.5
# From this probability on a sentence that says "we propose" is the approach; chosen on the fitting halves.
PROPOSED = 0.25
_PROPOSES = re.compile(
    r"\b(?:we|authors?|(?:this|the|our) (?:paper|study|work|article))\b[^.;:]{0,30}?\b(?:propos|introduc|present)",
    re.I,
)
"""Chooses the contribution among sentences about the method, which often are details of it."""


def aspects(papers: Sequence[EncodedPaper]) -> list[dict[str, int]]:
    """Return for each paper the index of the sentence that states an aspect; an aspect that none states is missing."""
    return [_aspects(paper) for paper in papers]


def _aspects(paper: EncodedPaper) -> dict[str, int]:
    labels = [paper.paper.section_at(s.span.start) for s in paper.sentences]
    barred = unquotable(paper.paper)
    usable = [any(t.content for t in s.tokens) and s.span.start not in barred for s in paper.sentences]
    cells: dict[str, int] = {}
    for i, label in enumerate(labels):
        aspect = _labelled_aspect(label)
        if aspect and usable[i]:
            cells.setdefault(aspect, i)
    return {
        **cells,
        **_by_role(paper, [i for i, use in enumerate(usable) if use and i not in cells.values()]),
    }


def _labelled_aspect(label: str) -> str | None:
    """Return "Data" or "Limits" if a section label names one of them alone ("PATIENTS AND METHODS" does not)."""
    label = label.upper()
    if _LIMITS in label:
        return "Limits"
    data = "METHOD" not in label and any(name in label for name in _DATA)
    return "Data" if data and labelled_role(label) == "method" else None


def _by_role(paper: EncodedPaper, free: Sequence[int]) -> dict[str, int]:
    """Choose one sentence per aspect, none for two: the approach first, whose sentence the problem often resembles."""
    probabilities = sentence_roles(paper)
    cells: dict[str, int] = {}
    for aspect in ("Approach", "Results", "Problem"):
        columns = [ROLES.index(role) for role in ASPECT_ROLES[aspect]]
        scores = probabilities[:, columns].sum(axis=1)
        proposing = [aspect == "Approach" and bool(_PROPOSES.search(s.text)) for s in paper.sentences]
        certain = [
            i
            for i in free
            if scores[i] >= (PROPOSED if proposing[i] else CERTAIN) and i not in cells.values()
        ]
        if certain:
            cells[aspect] = max(certain, key=lambda i: (proposing[i], scores[i]))
    return cells
