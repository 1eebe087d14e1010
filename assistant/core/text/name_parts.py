"""Split person names: into family name, given names and suffix."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from assistant.core.text.sanitize import folded, one_line

_ORGANISATION_WORDS = frozenset(
    """organisation organization university universities universite universitat universita institut institute
    institution consortium collaboration group team committee association society ministry agency foundation network
    center centre department council initiative laboratory laboratories inc ltd gmbh corporation company""".split()
)
_LONGEST_NAME = 100
_NUMERALS = frozenset(("II", "III", "IV"))
_SUFFIX = re.compile(r"(?:[JjSs]r|[JS]nr)\.?|II|III|IV|[2-4](?:nd|rd|th)")
_IDEOGRAMS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々〆・ ]+")


class PersonName(NamedTuple):
    """A person's name in parts, each "" if there is none; `suffix` is "Jr.", "III" and the like."""

    family: str
    given: str = ""
    suffix: str = ""


def author_name(author: str) -> tuple[str, str]:
    """Return (family name, given names) of "Byron, Ada" or "Ada Byron"; a suffix ("Jr.") is part of neither.

    Lower-case particles belong to the family name: "Ludwig van Beethoven". The name of an organisation ("World Health
    Organization") is all family name. Names in Chinese, Japanese and Korean script have the family name first.
    """
    return person_name(author)[:2]


def person_name(author: str) -> PersonName:
    """Return the parts of a name: "Martin King Jr.", "King, Martin, Jr." and "King, Jr., Martin" are one."""
    # The same names come again and again, in one record and in the next; longer ones are rare, and would fill the memory.
    return _known_name(author) if len(author) <= _LONGEST_NAME else _name_parts(author)


def full_name(author: str) -> str:
    """Return a name as it is spoken, given names first where that is the custom: "María García López"."""
    family, given, suffix = person_name(author)
    return " ".join(filter(None, (family, given) if is_unspaced(author) else (given, family, suffix)))


def is_organisation(author: str) -> bool:
    """Return whether a name is one of an organisation: "World Health Organization", "Smith & Sons"."""
    return "&" in author or not _ORGANISATION_WORDS.isdisjoint(re.split(r"\W+", folded(author)))


def is_unspaced(name: str) -> bool:
    """Return whether a name is in a script that sets no space between family and given name: "王 小明" is typed "王小明"."""
    return bool(_IDEOGRAMS.fullmatch(name.replace(",", "")))


def _name_parts(author: str) -> PersonName:
    author = one_line(author)
    if is_organisation(author):
        return PersonName(author)
    if "," in author:
        return _parted_by_commas([part.strip() for part in author.split(",")])
    name, suffix = _without_suffix(author)
    words = name.split()
    if len(words) == 2 and is_unspaced(name):
        return PersonName(words[0], words[1], suffix)
    first = len(words) - 1
    while first > 1 and words[first - 1].islower():
        first -= 1
    if first == 1 and words[0].islower() and not words[1].islower():
        # A particle without a given name.
        first = 0
    return PersonName(" ".join(words[first:]), " ".join(words[:first]), suffix)


def _parted_by_commas(parts: list[str]) -> PersonName:
    (family, suffix), *rest = _without_suffix(parts[0]), *parts[1:]
    # "Petrov, IV" has two initials.
    said = [part for part in rest if _SUFFIX.fullmatch(part) and (len(rest) > 1 or part not in _NUMERALS)]
    if not said and len(rest) == 2 and len(rest[1].split()) == 1:
        # "Byron, Ada, PhD": where the parts are apart, the last one may be any word.
        said = rest[1:]
    given, behind = _without_suffix(", ".join(part for part in rest if part not in said))
    suffix = suffix or behind or next(iter(said), "")
    if not given:
        # "Martin King, Jr."
        family, given, _ = _name_parts(family) if said else (family, "", "")
    return PersonName(family, given, suffix)


def _without_suffix(name: str) -> tuple[str, str]:
    """Return a name, and the suffix at its end or ""; "Petrov IV" has two initials."""
    before, _, last = name.rpartition(" ")
    if not before or not _SUFFIX.fullmatch(last) or (last in _NUMERALS and " " not in before):
        return name, ""
    return before.rstrip(), last


_known_name = lru_cache(10_000)(_name_parts)
