"""Names of persons as files write them, to the one form that a Paper has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.core.text.name_parts import person_name
from assistant.core.text.sanitize import single_spaced

_PIECE = r"[A-ZÀ-Þ]\.?"
# "Rowan R.", "van der Linde A.M.": the initials stand last. Without points only capitals count: "Doe JH".
_DOTTED = re.compile(r"(?P<family>(?>.*\w{2}).*?) (?P<given>(?:[A-ZÀ-Þ]\.[- ]?)++)")
_BARE = re.compile(
    r"(?=.*\s[A-ZÀ-Þ]{1,3}(?:-[A-ZÀ-Þ])?(?:\s+(?:Jr|Sr|2nd|3rd|II|III|IV)\.?)?\Z)"
    r"(?P<family>.*\w{2}.*?)\s+(?P<given>[A-ZÀ-Þ]{1,3}(?:-[A-ZÀ-Þ])?)(?:\s+(?P<suffix>Jr|Sr|2nd|3rd|II|III|IV)\.?)?"
)
_SUFFIX = re.compile(r",\s?([JS]r\b\.?|III\b)(?=\s?(?:,|\Z))")
_LONGEST = 300
_OTHERS = frozenset(("others", "et al", "et al.", "...", "…", "[...]", "and others"))


def person(family: str, given: str = "", suffix: str = "") -> str:
    """Return a name as it is spoken, "Ludwig van Beethoven"; with a comma where its parts could not be told apart."""
    family, given, suffix = single_spaced(family), single_spaced(given), single_spaced(suffix)
    # Names in Chinese, Japanese and Korean script are spoken with the family name first.
    for order in ((given, family, suffix), (family, given, suffix)):
        spoken = " ".join(filter(None, order))
        if person_name(spoken) == (family, given, suffix):
            return spoken
    return ", ".join(filter(None, (family, given, suffix)))


def written(name: str, *, initials_last: bool = False) -> str:
    """Return the name that a file writes as "Byron, Ada", "Byron, Ada, Jr.", "Byron A." or "Ada Byron".

    `initials_last`: the file's format writes "Byron A" and "Byron AK".
    """
    name = single_spaced(name).strip(" ;,")
    if name.lower() in _OTHERS:
        return ""
    if "," in name:
        return person(*person_name(name))
    # The time that the patterns take grows with the square of a word's length; no name is so long.
    if len(name) > _LONGEST:
        return name
    if match := _BARE.fullmatch(name) if initials_last else _DOTTED.fullmatch(name):
        return person(match["family"], match["given"], (match.groupdict().get("suffix") or ""))
    return name


def listed(text: str) -> list[str]:
    """Return the names in one cell: "Doe, Jane; Roe, Rick", "Doe J., Roe R.", "Jane Doe and Rick Roe", "Doe, Jane|Roe, R"."""
    text = single_spaced(re.sub(r"(?:(?<!\s)\s+)?\(\d{1,12}\)|\d{5,}", "", text))
    for mark in (";", "|", " // "):
        if mark in text:
            return _written(text.split(mark))
    pieces = re.split(r",? (?:and|&) ", text)
    if len(pieces) > 1 and all(piece.count(",") == 1 for piece in pieces):
        return _written(pieces)
    if len(pieces) > 1 and text.count(",") < 2:
        return [name for piece in pieces for name in listed(piece)]
    text = ", ".join(pieces)
    # "King, Martin, Jr.": a suffix is no name of its own.
    text = _SUFFIX.sub(r" \1", text)
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if (
        len(parts) == 2
        and re.fullmatch(rf"(?:{_PIECE}[ -]?)+|\w[\w-]*(?: (?:\w\.?|[\w-]+))?(?: [JS]r\.?)?", parts[1])
        and " " not in parts[0]
    ):
        return _written([text])
    # "Roe, RL, Doe, JH": every second part is the initials of the one before.
    if (
        len(parts) > 2
        and not len(parts) % 2
        and all(re.fullmatch(rf"(?:{_PIECE}[- ]?){{1,4}}", part) for part in parts[1::2])
    ):
        return _written([f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=True)])
    bare = all(len(part) <= _LONGEST and _BARE.fullmatch(part) for part in parts)
    return [name for part in parts if (name := written(part, initials_last=bare))]


def from_csl(names: Any) -> list[str]:
    """Return the names of a CSL name variable; parts that are no text are left out."""
    people = (
        [_csl_person(name) for name in names if isinstance(name, Mapping)] if isinstance(names, list) else []
    )
    return [name for name in people if name]


def _csl_person(name: Mapping[str, Any]) -> str:
    def part(key: str) -> str:
        value = name.get(key)
        return single_spaced(value) if isinstance(value, str) else ""

    if literal := part("literal") or part("name"):
        return literal
    family = " ".join(
        filter(None, (part("dropping-particle"), part("non-dropping-particle"), part("family")))
    )
    return person(family, part("given"), part("suffix"))


def _written(names: list[str]) -> list[str]:
    return [name for one in names if (name := written(one))]
