"""Word lists; a change of these words changes a claim (negation, direction, quantity, modality; lexicon.toml)."""

from __future__ import annotations

import tomllib
from itertools import product
from pathlib import Path

from assistant.core.text.tokens import STOP, Token, stem

_LISTS: dict[str, str] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _words(name: str) -> frozenset[str]:
    return frozenset(_LISTS[name].split())


def _stems(name: str) -> frozenset[str]:
    return frozenset(map(stem, _LISTS[name].split()))


def _antonyms() -> frozenset[frozenset[str]]:
    scales = (line.split("|") for line in _LISTS["opposites"].strip().split("\n"))
    pairs = (pair for one, other in scales for pair in product(one.split(), other.split()))
    return frozenset(frozenset(map(stem, pair)) for pair in pairs)


NEGATION = _words("negation")
NO_DIFFERENCE = _words("no_difference")
"""Words that say that something made no difference."""
SAME = _words("same")
"""So do these, where no noun follows."""
MODAL = _words("modal")
ATTITUDE = _words("attitude")
"""Words before "that" or "whether" that deny or leave open what follows."""
CONDITION = _words("condition")
"""Words that limit the rest of their sentence to a case."""
BREAKS = _words("breaks")
"""Words after which another statement begins."""
QUANTITY = _words("quantity")
UTMOST = _words("utmost")
OPENS = _words("opens")
"""Words at which a clause or phrase begins, so that it can be left out or moved as a whole."""
ANYWHERE = frozenset(word for word in QUANTITY if word.endswith("ly")) - _words("fixed_adverbs")
"""Adverbs that mean the same before their verb and after it."""
ANTONYMS = _antonyms()
"""Pairs of stems that are opposites."""
POLAR = frozenset(word for pair in ANTONYMS for word in pair)
"""Stems that have an opposite."""
RISES, FALLS = _stems("rises"), _stems("falls")
"""Stems that say that something is or grows more, and less: the direction of an influence or a change."""
EXPLAINS = _stems("explains")
"""Stems of words that give a reason or a cause."""
JUDGEMENTS = _stems("judgements")
"""Stems of words that judge: "good", "dangerous"."""
EFFECTS = _stems("effects")
"""Stems of words for an effect or a relation, which a denial of one denies."""
FREE = (STOP | _words("connective") | _words("self_reference")) - (
    NEGATION | MODAL | ATTITUDE | CONDITION | (QUANTITY - {"at"}) | _words("meaningful")
)
"""Words that may come and go without changing the claim: the stop list without the words that bind or compare."""

_DENYING_PREFIXES = frozenset(("un", "in", "im", "ir", "il", "non", "non-", "dis", "a"))


def opposite(one: Token, other: Token) -> bool:
    """Return whether two words are known opposites: a listed pair, or one with a denying prefix ("safe", "unsafe")."""
    if frozenset((one.stem, other.stem)) in ANTONYMS:
        return True
    short, long = sorted((one.lower, other.lower), key=len)
    return len(short) > 3 and long.endswith(short) and long[: -len(short)] in _DENYING_PREFIXES


def turned(one: Token, other: Token) -> bool:
    """Return whether one word rises and the other falls: opposites only where everything else is the same."""
    return turn(one) * turn(other) < 0


def turn(token: Token) -> int:
    """Return 1 for a word of rising, -1 for a word of falling, else 0."""
    return 1 if token.stem in RISES else -1 if token.stem in FALLS else 0
