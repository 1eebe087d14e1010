"""Find what a statement leaves out."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.core.text.tokens import Token
from assistant.verification.alignment.differences import Difference, matters
from assistant.verification.lexicon import (
    ATTITUDE,
    BREAKS,
    CONDITION,
    MODAL,
    NEGATION,
    OPENS,
    POLAR,
    QUANTITY,
)

_OPEN = MODAL | ATTITUDE
_CONDITION_FIRST = CONDITION | {"without"}
_MULTIPLES = frozenset({"times", "twice", "thrice", "half"})


def left_out(
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
            elif token.lower in QUANTITY and token.stem not in said_stems and not _multiplied(token, source):
                found.append(Difference("quantity", "", token.text))
            elif token.stem in POLAR and inner and not _droppable(gap, source, first, last, text):
                found.append(Difference("left_out", "", token.text))
        if last < max(taken) and not _droppable(scope, source, first, last, text):
            found.append(Difference("left_out", "", " ".join(t.text for t in scope)[:60]))
    return found


def _multiplied(token: Token, source: Sequence[Token]) -> bool:
    """Return whether a word belongs to a multiple, as in "three times as many": how much that is, the number says."""
    before = [one.lower for one in source if one.end <= token.start][-2:]
    return len(before) == 2 and before[0] in _MULTIPLES and before[1] == "as"


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
    """Return those of the words left out before the first kept one that belong to the same clause."""
    for i in range(len(gap) - 1, -1, -1):
        after = source[first + i + 1] if first + i + 1 < len(source) else None
        between = text[gap[i].end : after.start] if after else ""
        if any(mark in between for mark in ",;:()") or gap[i].lower in ("that", "but", "while", "whereas"):
            return gap[i + 1 :]
    return gap


def _condition(
    gap: Sequence[Token], source: Sequence[Token], first: int, text: str, *, leading: bool
) -> Token | None:
    """Return the word with which a stretch left out sets a condition or an exception to what is kept; None if it sets none.

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
    """Return the clause, left out in front, that a kept "that ..." hangs on: it may deny or doubt it all."""
    head = gap[: len(gap) - len(scope)]
    if not head or head[-1].lower not in ("that", "whether", "if"):
        return ()
    return (*_clause_tail(head[:-1], source, first, text), head[-1])


def _droppable(gap: Sequence[Token], source: Sequence[Token], first: int, last: int, text: str) -> bool:
    """Return whether a stretch may be left out: free words, adverbs, or a whole phrase."""
    rest = [t for t in gap if matters(t) and not t.lower.endswith("ly")]
    if not rest:
        return True
    opened = first > 0 and any(m in text[source[first - 1].end : source[first].start] for m in ",;:(")
    closed = last + 1 >= len(source) or any(
        m in text[source[last].end : source[last + 1].start] for m in ",;:)"
    )
    starts = gap[0].lower in OPENS or gap[0].lower.endswith("ing") or opened
    ends = closed or source[last + 1].lower in OPENS
    return starts and ends
