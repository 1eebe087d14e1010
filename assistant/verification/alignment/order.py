"""Find words in another order."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from assistant.core.text.tokens import Token
from assistant.verification.alignment.differences import Difference, Run, matters
from assistant.verification.lexicon import ANYWHERE, FALLS, MODAL, NEGATION, OPENS, POLAR, QUANTITY, RISES

_BINDING = NEGATION | MODAL
_TELLING = POLAR | RISES | FALLS


def moved(runs: Sequence[Run], said: Sequence[Token], source: Sequence[Token], text: str) -> list[Difference]:
    """Whole phrases may move; anything smaller that changes its place is a change of order."""
    kept = [run for run in runs if any(matters(said[run.said + i]) for i in range(run.size))]
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


def _same_list(before: Run, after: Run, said: Sequence[Token], source: Sequence[Token]) -> bool:
    """Return whether the two are members of one list that changed places: "A and B", said as "B and A"."""
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


def _roams(run: Run, said: Sequence[Token]) -> bool:
    """Return whether what moved is but an adverb that may stand before its verb or behind it."""
    moved = said[run.said : run.said + run.size]
    return all(not matters(t) or t.lower in ANYWHERE or _manner(t) for t in moved)


def _manner(token: Token) -> bool:
    return token.lower.endswith("ly") and token.lower not in QUANTITY and token.lower not in _BINDING


def _opens_phrase(at: int, source: Sequence[Token], text: str) -> bool:
    if at == 0:
        return True
    between = text[source[at - 1].end : source[at].start]
    return any(m in between for m in ",;:(") or source[at].lower in OPENS


def _ends_phrase(at: int, source: Sequence[Token], text: str) -> bool:
    return at >= len(source) or _opens_phrase(at, source, text)
