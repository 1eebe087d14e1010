"""Statement against sentence, word by word: what is the same, what moved, what came, what went.

The certain verdicts without a model rest on this. A statement *aligns* with a sentence when the words that carry
meaning stand in both, in the same order but for whole phrases; every way in which the two differ is then named.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from assistant.support.lexicon import (
    ANYWHERE,
    ATTITUDE,
    BREAKS,
    CONDITION,
    FALLS,
    FREE,
    MODAL,
    NEGATION,
    OPENS,
    POLAR,
    QUANTITY,
    RISES,
    opposite,
    turned,
)
from assistant.words import Token

DifferenceKind = Literal[
    "negation", "direction", "turn", "quantity", "modality", "order", "number", "name", "word", "left_out"
]

_BINDING = NEGATION | MODAL
_OPEN = MODAL | ATTITUDE
_TELLING = POLAR | RISES | FALLS
_CONDITION_FIRST = CONDITION | {"without"}


@dataclass(frozen=True)
class Difference:
    """Something that matters and is not the same: what the statement says, and what the source says."""

    kind: DifferenceKind
    said: str = ""
    source: str = ""


@dataclass(frozen=True)
class Alignment:
    """How a statement lies on a sentence.

    `coverage` in 0..1 is the share of the statement's meaning-carrying words found in the sentence in order;
    `differences` is empty where nothing that matters changed.
    """

    coverage: float
    differences: tuple[Difference, ...]
    matched: int

    @property
    def same(self) -> bool:
        """Nothing that matters changed, and there is enough to go by."""
        return not self.differences and self.matched >= 2


@dataclass(frozen=True)
class _Run:
    """`size` tokens of the statement from `said`, equal to those of the source from `source`."""

    said: int
    source: int
    size: int


def align(said: Sequence[Token], source: Sequence[Token], text: str) -> Alignment:
    """Aligns a statement's tokens with a source's; `text` is the source's text (for its punctuation)."""
    runs = _runs([_key(t) for t in said], [_key(t) for t in source])
    hit = {run.said + i: run.source + i for run in runs for i in range(run.size)}
    taken = set(hit.values())
    differences = [*_came(said, source, hit), *_went(said, source, hit, taken, text)]
    if not differences:
        differences = _moved(runs, said, source, text)
    content = [i for i, token in enumerate(said) if _matters(token)]
    found = sum(i in hit for i in content)
    return Alignment(found / max(len(content), 1), tuple(differences), found)


def _key(token: Token) -> str:
    # Names and numbers must be the same as written; other words the same by stem.
    return token.lower if token.name else token.stem


def _matters(token: Token) -> bool:
    return token.lower not in FREE


def _runs(said: list[str], source: list[str]) -> list[_Run]:
    """Equal stretches: the longest common order first, then what moved."""
    runs: list[_Run] = []
    free_said, free_source = [True] * len(said), [True] * len(source)
    for _ in range(6):
        masked_said = [
            key if free else f"\0{i}" for i, (key, free) in enumerate(zip(said, free_said, strict=False))
        ]
        masked_source = [
            key if free else f"\1{i}" for i, (key, free) in enumerate(zip(source, free_source, strict=False))
        ]
        matcher = SequenceMatcher(None, masked_said, masked_source, autojunk=False)
        blocks = [b for b in matcher.get_matching_blocks() if b.size]
        if not blocks:
            break
        for block in blocks:
            runs.append(_Run(block.a, block.b, block.size))
            for i in range(block.size):
                free_said[block.a + i] = free_source[block.b + i] = False
    return sorted(runs, key=lambda run: run.said)


def _came(said: Sequence[Token], source: Sequence[Token], hit: dict[int, int]) -> list[Difference]:
    """Words of the statement that the source does not have."""
    found, taken = [], set(hit.values())
    for i, token in enumerate(said):
        if i in hit or (not _matters(token) and token.lower not in _BINDING):
            continue
        before = next((hit[j] for j in range(i - 1, -1, -1) if j in hit), -1)
        after = next((hit[j] for j in range(i + 1, len(said)) if j in hit), len(source))
        there = [t for k, t in enumerate(source[before + 1 : after], before + 1) if k not in taken]
        found.append(_name_difference(token, there))
    return found


def _name_difference(token: Token, there: Sequence[Token]) -> Difference:
    for other in there:
        if opposite(token, other):
            return Difference("direction", token.text, other.text)
    for other in there:
        if turned(token, other):
            return Difference("turn", token.text, other.text)
    instead = " ".join(t.text for t in there if _matters(t))[:60]
    if token.lower in NEGATION:
        return Difference("negation", token.text, instead)
    if token.text[0].isdigit():
        number = next((t.text for t in there if t.text[0].isdigit()), "")
        return Difference("number", token.text, number)
    if token.lower in QUANTITY:
        return Difference("quantity", token.text, instead)
    if token.lower in MODAL:
        return Difference("modality", token.text, instead)
    if token.name:
        return Difference("name", token.text, next((t.text for t in there if t.name), ""))
    return Difference("word", token.text, instead)


def _went(
    said: Sequence[Token],
    source: Sequence[Token],
    hit: dict[int, int],
    taken: set[int],
    text: str,
) -> list[Difference]:
    """Words of the source whose absence changes what is said."""
    if not taken:
        return []
    said_stems = {t.stem for t in said}
    found = []
    for first, last in _gaps(taken, len(source)):
        gap = source[first : last + 1]
        scope = gap if first > min(taken) else _clause_tail(gap, source, first, text)
        inner = first > min(taken) and last < max(taken)
        if condition := _condition(gap, source, first, text, leading=first < min(taken)):
            found.append(Difference("quantity", "", condition.text))
        for token in _governing(gap, scope, source, first, text) if first < min(taken) else ():
            if token.lower in NEGATION:
                found.append(Difference("negation", "", token.text))
            elif token.lower in _OPEN:
                found.append(Difference("modality", "", token.text))
        for token in scope if last < max(taken) else ():
            if token.lower in NEGATION:
                found.append(Difference("negation", "", token.text))
            elif token.lower in MODAL:
                found.append(Difference("modality", "", token.text))
            elif token.lower in QUANTITY and token.stem not in said_stems:
                found.append(Difference("quantity", "", token.text))
            elif token.stem in POLAR and inner and not _droppable(gap, source, first, last, text):
                found.append(Difference("left_out", "", token.text))
        if last < max(taken) and not _droppable(scope, source, first, last, text):
            found.append(Difference("left_out", "", " ".join(t.text for t in scope)[:60]))
    return found


def _gaps(taken: set[int], length: int) -> list[tuple[int, int]]:
    gaps, start = [], None
    for i in range(length + 1):
        if i < length and i not in taken:
            start = i if start is None else start
        elif start is not None:
            gaps.append((start, i - 1))
            start = None
    return gaps


def _clause_tail(gap: Sequence[Token], source: Sequence[Token], first: int, text: str) -> Sequence[Token]:
    """Of the words left out before the first kept one, those of the same clause."""
    for i in range(len(gap) - 1, -1, -1):
        after = source[first + i + 1] if first + i + 1 < len(source) else None
        between = text[gap[i].end : after.start] if after else ""
        if any(mark in between for mark in ",;:()") or gap[i].lower in ("that", "but", "while", "whereas"):
            return gap[i + 1 :]
    return gap


def _condition(
    gap: Sequence[Token], source: Sequence[Token], first: int, text: str, *, leading: bool
) -> Token | None:
    """The word with which a stretch left out sets a condition or an exception to what is kept, if it does.

    In front that is a clause that opens with one ("Without rest, ..."), behind the rest of the same clause ("... only
    in mice").
    """
    for i, token in enumerate(gap):
        broken = i == 0 or any(m in text[gap[i - 1].end : token.start] for m in ",;:()")
        if leading:
            if broken and token.lower in _CONDITION_FIRST:
                return token
            continue
        before = source[first - 1].end if first else 0
        if any(m in text[before : token.start] for m in ",;:(") or token.lower in BREAKS:
            return None
        if token.lower in CONDITION or (i < 2 and token.lower in NEGATION):
            return token
    return None


def _governing(
    gap: Sequence[Token], scope: Sequence[Token], source: Sequence[Token], first: int, text: str
) -> Sequence[Token]:
    """Of the words left out in front, the clause that a kept "that ..." hangs on: it may deny or doubt it all."""
    head = gap[: len(gap) - len(scope)]
    if not head or head[-1].lower not in ("that", "whether", "if"):
        return ()
    return (*_clause_tail(head[:-1], source, first, text), head[-1])


def _droppable(gap: Sequence[Token], source: Sequence[Token], first: int, last: int, text: str) -> bool:
    """Whether a stretch may be left out: free words, adverbs, or a whole phrase."""
    rest = [t for t in gap if _matters(t) and not t.lower.endswith("ly")]
    if not rest:
        return True
    opened = first > 0 and any(m in text[source[first - 1].end : source[first].start] for m in ",;:(")
    closed = last + 1 >= len(source) or any(
        m in text[source[last].end : source[last + 1].start] for m in ",;:)"
    )
    starts = gap[0].lower in OPENS or gap[0].lower.endswith("ing") or opened
    ends = closed or source[last + 1].lower in OPENS
    return starts and ends


def _moved(
    runs: Sequence[_Run], said: Sequence[Token], source: Sequence[Token], text: str
) -> list[Difference]:
    """Whole phrases may move; anything smaller that changes its place is a change of order."""
    kept = [run for run in runs if any(_matters(said[run.said + i]) for i in range(run.size))]
    for before, after in itertools.pairwise(kept):
        if after.source > before.source or _same_list(before, after, said, source):
            continue
        if _roams(before, said) or _roams(after, said):
            continue
        if not (
            _opens_phrase(after.source, source, text) or _opens_phrase(before.source, source, text)
        ) or not _ends_phrase(before.source + before.size, source, text):
            words = " ".join(t.text for t in said[after.said : after.said + after.size])
            return [Difference("order", words, "")]
    return []


def _same_list(before: _Run, after: _Run, said: Sequence[Token], source: Sequence[Token]) -> bool:
    """Whether the two are members of one list that changed places: "A and B", said as "B and A"."""
    first, second = (before, after) if before.source < after.source else (after, before)
    between = [t.lower for t in source[first.source + first.size : second.source]]
    ours = [t.lower for t in said[before.said + before.size : after.said]]
    if between not in (["and"], ["or"]) or ours != between or max(before.size, after.size) > 3:
        return False
    # Figures may belong to the members one by one, and a verb behind makes two clauses of them.
    rest = [*source[: first.source], *source[second.source + second.size :]]
    paired = sum(t.text[0].isdigit() for t in rest) > 1 or any(t.lower == "respectively" for t in rest)
    behind = source[second.source + second.size : second.source + second.size + 1]
    return not paired and not any(t.stem in _TELLING for t in behind)


def _roams(run: _Run, said: Sequence[Token]) -> bool:
    """Whether what moved is but an adverb that may stand before its verb or behind it."""
    moved = said[run.said : run.said + run.size]
    return all(not _matters(t) or t.lower in ANYWHERE or _manner(t) for t in moved)


def _manner(token: Token) -> bool:
    return token.lower.endswith("ly") and token.lower not in QUANTITY and token.lower not in _BINDING


def _opens_phrase(at: int, source: Sequence[Token], text: str) -> bool:
    if at == 0:
        return True
    between = text[source[at - 1].end : source[at].start]
    return any(m in between for m in ",;:(") or source[at].lower in OPENS


def _ends_phrase(at: int, source: Sequence[Token], text: str) -> bool:
    return at >= len(source) or _opens_phrase(at, source, text)
