"""Find aspects of abstracts: the sentence of each that states its problem, approach or results.

Data and limits come only from abstracts whose sections are labelled.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from assistant.conversation.phrases import AUXILIARIES
from assistant.core.text.quantities import extract
from assistant.core.text.sentences import hangs
from assistant.library.embedding.vectors import Vectors
from assistant.llm.injection import unquotable
from assistant.retrieval.encoder import EncodedPaper, EncodedSentence
from assistant.retrieval.question import Question
from assistant.retrieval.sentences.roles import ROLES, findings, labelled_role, sentence_roles
from assistant.verification.lexicon import BREAKS

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
# What is less than half as likely a finding as the likeliest one is none; and how much nearer to the title a finding at the end has to be
# than one at the beginning, unless it concludes. Measured on 310 invented abstracts of some thirty fields with the question that comes
# nearest to their title: of the answers 0.26 are found, and of those in four sentences of an abstract 0.46 (0.36 before).
_FINDS, _LATER = 0.5, 0.1
# What is most likely the method of an abstract is no finding from this probability on: of those 310 abstracts as many are right with 0.25 to
# 0.4, and the lower bound keeps out what a trial did ("58 climbers did grip training").
_DESIGN = 0.25
# A main finding that is less likely one than this fills no cell.
_FOUND = 0.4
# Who says only what should be done tells no finding; who says it of what was found does ("it was safe and should be offered"). Of 479
# abstracts of thirty fields with the question nearest to their title, 8 have another main finding so: 2 of these answer, where none did.
_ADVISES, _JOINED = frozenset("should must ought".split()), BREAKS | {"or", "that"}


def aspects(papers: Sequence[EncodedPaper]) -> list[dict[str, int]]:
    """Return for each paper the index of the sentence that states an aspect; an aspect that none states is missing."""
    return [_aspects(paper) for paper in papers]


def main_finding(paper: EncodedPaper) -> int | None:
    """Return the index of the sentence that states what a paper finds, None if none may be quoted.

    What should be done is none where anything was found. The title says what a paper is about: a side result or a remark at the end of an abstract is further from it. What is found
    first is mostly what was looked for. The design may be as near as a result is, but is none.
    """
    usable = np.array(_usable(paper), dtype=bool)
    if not usable.any():
        return None
    roles = sentence_roles(paper)
    method, conclusion = roles[:, ROLES.index("method")], roles[:, ROLES.index("conclusion")]
    found = findings(paper)
    finds = usable & (found >= _FINDS * found[usable].max())
    design = int(np.where(usable, method, -1.0).argmax())
    if method[design] >= _DESIGN:
        finds[design] = False
    advice = np.array([_advises(sentence) for sentence in paper.sentences], dtype=bool)
    if (finds & ~advice).any():
        finds &= ~advice
    late = np.linspace(0.0, 1.0, len(usable)) * (1.0 - conclusion)
    fit = _near_title(paper) - _LATER * late
    return int(np.where(finds if finds.any() else usable, fit, -np.inf).argmax())


def nearest_place(question: Question, paper: EncodedPaper) -> int | None:
    """Return the index of the sentence that comes nearest to what is asked of every paper; None if none may be quoted.

    It is no conclusion of any: of sentences with a number, if the question asks for one, the one nearest in meaning.
    """
    usable = [i for i, use in enumerate(_usable(paper)) if use]
    near = paper.near(question.encoded)
    numbered = [i for i in usable if question.measured and extract(paper.sentences[i].text)]
    return max(numbered or usable, key=lambda i: float(near[i]), default=None)


def whole(paper: EncodedPaper, place: int, *, first: bool = True) -> tuple[int, ...]:
    """Return the places of a sentence and, where it leaves out what the one before says ("Amplitude did not."), of that one.

    The first that is quoted of a paper may not only point to what it speaks of either ("It fell by a third.").
    """
    if not place or not hangs(paper.sentences[place].text, subject=first):
        return (place,)
    barred = unquotable(paper.paper)
    return (place,) if paper.sentences[place - 1].span.start in barred else (place - 1, place)


def _advises(sentence: EncodedSentence) -> bool:
    """Return whether a sentence says only what should be done: no other verb stands before that, nor "and" or "which" that joins to one."""
    words = [word.lower for word in sentence.tokens]
    at = next((n for n, word in enumerate(words) if word in _ADVISES), 0)
    before = [word for word in words[:at] if not word.endswith("ly")]
    verbs = (word in AUXILIARIES or word.endswith("ed") for word in before[1:])
    return bool(before) and before[-1] not in _JOINED and not any(verbs)


def _near_title(paper: EncodedPaper) -> Vectors:
    """Return for each sentence the mean, over the words of the title, of the cosine of its nearest word."""
    title = paper.words[paper.places == -1]
    near = np.zeros(len(paper.sentences), dtype=np.float32)
    for place in range(len(near)):
        words = paper.words[paper.places == place]
        if len(title) and len(words):
            near[place] = (title @ words.T).max(axis=1).mean()
    return near


def _usable(paper: EncodedPaper) -> list[bool]:
    """Return which sentences say something and may be quoted."""
    barred = unquotable(paper.paper)
    return [any(t.content for t in s.tokens) and s.span.start not in barred for s in paper.sentences]


def _aspects(paper: EncodedPaper) -> dict[str, int]:
    labels = [paper.paper.section_at(s.span.start) for s in paper.sentences]
    usable = _usable(paper)
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
    # An aim states the problem or the approach: what else its sentence tells decides.
    method, known = probabilities[:, ROLES.index("method")], probabilities[:, ROLES.index("background")]
    cells: dict[str, int] = {}
    finding = main_finding(paper)
    for aspect in ("Approach", "Results", "Problem"):
        columns = [ROLES.index(role) for role in ASPECT_ROLES[aspect]]
        scores = probabilities[:, columns].sum(axis=1)
        proposing = [aspect == "Approach" and bool(_PROPOSES.search(s.text)) for s in paper.sentences]
        certain = [
            i
            for i in free
            if (proposing[i] or aspect != "Approach" or method[i] >= known[i])
            and scores[i] >= (PROPOSED if proposing[i] else CERTAIN)
            and i not in cells.values()
        ]
        main = [i for i in free if i == finding and scores[i] >= _FOUND and i not in cells.values()]
        if aspect == "Results" and main:
            cells[aspect] = main[0]
        elif certain:
            # What was done is the approach before what was aimed at.
            done = method >= CERTAIN if aspect == "Approach" else scores
            cells[aspect] = max(certain, key=lambda i: (proposing[i], done[i], scores[i]))
    return cells
