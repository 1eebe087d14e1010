"""Match author names: the one matcher of filters, of questions on the library, of citations, as people type them.

A family name is known by `keys`, its spellings in plain letters: Müller by "muller" and "mueller", Østergård by "ostergard". Where
no author has a name as a whole, those count of whose name it is a part (`parts`): López-García by "lopez", van der Berg by "berg".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from assistant.core.text.name_parts import is_organisation, person_name
from assistant.core.text.sanitize import folded

# Letters that Unicode does not decompose.
_PLAIN = str.maketrans(
    {
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "ß": "ss",
        "ł": "l",
        "đ": "d",
        "þ": "th",
        "ð": "d",
        "ı": "i",
        "ħ": "h",
        "ŋ": "n",
    }
)
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_APART = re.compile(r"[\s\-‐‑–.,]+")
_APOSTROPHES = re.compile(r"['’ʼ‘`´ʻ]")
_PARTICLES = frozenset(
    "van von der den de del della di da do dos das du la le el al bin ibn ter ten zu zur af av of the for and y e".split()
)
_BODIES = frozenset(
    """group team consortium collaboration committee network initiative society association institute institut organisation
    organization foundation council agency""".split()
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[ -]?){1,4}")
_SHORTEST = 2


@lru_cache(10_000)
def keys(name: str) -> frozenset[str]:
    """Return the spellings of a name in plain lower-case letters, words apart by one space."""
    lower = unicodedata.normalize("NFC", name).lower()
    return frozenset(
        filter(None, (_spaced(folded(form).translate(_PLAIN)) for form in (lower, lower.translate(_SPELT))))
    )


def parts(family: str) -> frozenset[str]:
    """Return the keys of what a family name may be called in short: without particles, one of several names, a body's own name."""
    words = [word for word in _APART.split(family) if word]
    if is_organisation(family):
        own = [word for word in words if folded(word) not in _BODIES]
        short = [" ".join(own[1:] if own and folded(own[0]) == "the" else own)]
    else:
        own = [word for word in words if folded(word) not in _PARTICLES]
        short = [" ".join(own), *own]
    found = frozenset(key for one in short for key in keys(one) if len(key) >= _SHORTEST)
    return found - keys(family)


def typed(name: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs of family and given names that a typed name may mean: the whole is a family name, or one with given names."""
    yield name, ""
    family, given, _ = person_name(name)
    if given:
        yield family, given
    before, _, last = name.strip().rpartition(" ")
    if before and last.replace(".", "").isupper() and len(last) <= 4 and _INITIALS.fullmatch(last):
        # "Roy A": the initials stand last.
        yield before, " ".join(last.replace(".", ""))


def is_named(full: str, name: str) -> bool:
    """Return whether an author's folded full name ("anna k. roy") fits a typed one: "Anna Roy", "Roy, A.", "A. K. Roy", "Roy AK"."""
    words = full.split()
    return any(
        _has_given(words[:at], given)
        for family, given in typed(name)
        if given
        for at in range(1, len(words))
        if keys(family) & (keys(" ".join(words[at:])) | parts(" ".join(words[at:])))
    )


def _has_given(held: list[str], given: str) -> bool:
    """Return whether given names, or their initials, stand among those of an author, from the first on."""
    mine = _APART.sub(" ", " ".join(held)).split()
    wanted = _APART.sub(" ", given).split()
    return 0 < len(wanted) <= len(mine) and all(
        keys(one) & keys(other) or (len(one) == 1 and keys(one) & keys(other[:1]))
        for one, other in zip(wanted, mine, strict=False)
    )


def _spaced(text: str) -> str:
    return _APART.sub(" ", _APOSTROPHES.sub("", text)).strip()
