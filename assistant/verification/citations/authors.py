"""Find author-year citations.

"(Roe & Poe, 2020: 4)", "Roe's (2020) trial", "{Roe, 2020 #12}", "in 2020, Roe and Poe". The
year of a narrative citation may stand apart from the names. It is no figure of the statement, so it is cut out by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from assistant.core.text.sanitize import folded
from assistant.core.text.tokens import STOP
from assistant.verification.citations.citation import LONGEST_BRACKET, AuthorsYear, Citation

IsFamily = Callable[[str], bool]

# Of Latin, Greek and Cyrillic script.
_CAPITAL = "[{}]".format("".join(letter for letter in map(chr, range(0x41, 0x530)) if letter.isupper()))
_NAME = rf"{_CAPITAL}[\w'’]{{0,60}}(?:[-‐][\w'’]{{1,60}}){{0,5}}"
# Nothing that follows can begin inside a name, but a year can: "Roe2020".
_WHOLE_NAME = rf"{_CAPITAL}[\w'’]{{0,60}}+(?:[-‐][\w'’]{{1,60}}+){{0,5}}+"
_LISTED = rf"(?:[a-zß-ÿ]{{1,4}}\s++){{0,3}}+{_WHOLE_NAME}(?:\s++(?!ET\s+AL\b){_WHOLE_NAME}){{0,2}}+"
_YEAR = r"(?:19|20)\d\d[a-z]?"
# What has no year yet; "in press releases" goes on.
_UNDATED = r"(?:(?i:in\s+press|forthcoming|n\.d\.)(?=\s*(?:[;,.)\]}]|\Z)))"
_DATED = rf"(?:{_YEAR}|{_UNDATED})"
_AUTHOR = rf"(?:{_LISTED}|(?:[a-zß-ÿ]{{1,4}}\s+){{0,3}}{_NAME}(?:\s+{_NAME}){{0,2}}(?={_YEAR}))"
_AND = r"(?:and|&|\\&|und|y|et)"
_PAGES = r"(?!(?:19|20)\d\d)\d{1,4}[a-z]?(?:\s*[-–,]\s*(?!(?:19|20)\d\d)\d{1,4}[a-z]?){0,5}"
# The number of a record in EndNote, then a place in the source. A place without a known word needs the end of the citation behind it.
_PLACE = rf"""(?:,?\s*+\#\d{{1,7}}+(?:@[\d–-]{{1,20}}+)?`?)?
    (?:,?\s*+(?:pp?|ch|chap|sec|Table|Fig|S)\.?\s*+{_PAGES}
      |\s*+[,:]\s*+(?:[^\W\d]{{1,12}}+\.?\s*+|[§¶]{{1,2}}\s*+)?{_PAGES}(?=\s*[;)\]}}]))?"""
_YEARS = rf"{_DATED}{_PLACE}(?:\s*+[,;]\s*+{_DATED}{_PLACE}){{0,20}}+"


def _authors(author: str) -> str:
    return rf"""{author}(?:(?:,\s+{_LISTED}){{0,12}},?\s+{_AND}\s+(?!al\b){author})?
        (?:(?:,\s+{_LISTED}){{0,5}},?\s+(?i:et\s+al)\.?)?"""


_AUTHORS_YEARS = re.compile(
    rf"""\b(?P<names>{_authors(_AUTHOR)})(?P<own>['’]s?)?,?\s*
    (?:\(\s*(?P<round>{_YEARS})\s*\)|\[\s*(?P<square>{_YEARS})\s*\]|\{{\s*+,?\s*+(?P<braces>{_YEARS})\s*\}}
      |(?P<open>{_YEARS})(?!\w))""",
    re.X,
)
_AUTHORS = re.compile(rf"\b(?P<names>{_authors(_LISTED)})(?P<own>['’]s?)?", re.X)
_SEPARATOR = re.compile(
    rf"(?<!\s)\s*+,\s++(?:{_AND}\s++)?|(?<!\s)\s++{_AND}\s++|(?<!\s),?\s++(?=(?i:et\s+al)\b)"
)
_OWNER = re.compile(r"['’]s?$")

# A year that is a word of the sentence: no part of a name, a date or a larger number.
_LONE = r"(?<![\w.\#/-])(?:19|20)\d\d[a-z]?(?![\w/-]|[.,]\d)"
_OF = r"\s+(?:by|of|from)"
_NOUN = r"(?:\s++[\w-]{1,40}+)"
_BEFORE = re.compile(
    rf"""(?P<study>\bin\s+(?:an?|the|their|his|her|another)\s+{_LONE}{_NOUN}{{1,5}},)\s+\Z
    | (?P<when>\b(?:published\s+)?in\s+{_LONE},?)(?:(?:\s+(?:an?|the|another|one){_NOUN}{{1,4}}|{_NOUN}){_OF})?\s+\Z
    | (?P<which>{_LONE})(?:{_NOUN}{{1,5}}{_OF})?\s+\Z""",
    re.X | re.I,
)
_BEHIND = re.compile(
    rf"""(?:(?:\s++\w{{1,40}}+){{1,2}}(?=\s+in\s+\d{{4}}[a-z]?(?:\s+that\b|\s*,|\s*+(?:[.]\s*+)?\Z))|{_NOUN}{{1,4}}(?=\s+(?:from|of|published)\b))?
    (?P<year>,?\s++(?:from|of|(?:published\s++)?in)\s++{_LONE},?)""",
    re.X | re.I,
)
_WINDOW = 200
_BRACKETED = re.compile(r"\((?:19|20)\d\d[a-z]?\)")
_EACH = re.compile(rf"(?:\A|[,;]\s*)((?:19|20)\d\d(?!\d)|{_UNDATED})")


def by_year(words: str, is_family: IsFamily) -> Iterator[Citation]:
    """Yield the citations with their years beside the names."""
    for match in _AUTHORS_YEARS.finditer(words):
        listed = _listed(match)
        while len(listed) > 1 and folded(listed[0][1]) in STOP:
            listed = listed[1:]
        start, families = _families(listed, is_family)
        inside = in_brackets(words, match.start())
        # "June 2020": no brackets, so that it is a citation only of somebody of the library, or with "et al." or "&".
        if match["open"] and not inside and not is_family(folded(families[0])):
            continue
        years = match["round"] or match["square"] or match["braces"] or match["open"]
        yield Citation(
            start,
            match.end(),
            tuple(
                _reference(
                    words[start : match.end("names")], families, int(year) if year.isdecimal() else None
                )
                for year in _EACH.findall(years)
            ),
            narrative=not inside,
            owns=not inside and _owns(match),
        )


def years_apart(words: str, is_family: IsFamily) -> Iterator[tuple[Citation, Citation]]:
    """Yield the citations whose year stands apart from the names: the names, all of them of the library, and the year."""
    for match in _AUTHORS.finditer(words):
        listed = _listed(match)
        while len(listed) > 1 and not _is_known(listed[0][1], is_family):
            listed = listed[1:]
        if not all(_is_known(name, is_family) for _, name in listed):
            continue
        start, families = _families(listed, is_family)
        year = (
            _year_before(words, start)
            or _year_behind(words, match)
            or _year_in_brackets(words, match.end(), is_family)
        )
        if year:
            cut, number = year
            reference = _reference(words[start : match.end("names")], families, number)
            yield (
                Citation(start, match.end(), (reference,), narrative=True, owns=_owns(match)),
                Citation(*cut, ()),
            )


def in_brackets(words: str, at: int) -> bool:
    """Return whether a place is inside brackets; braces behind a word are those of a command."""
    before = words[max(0, at - LONGEST_BRACKET) : at]
    braces = len(re.findall(r"(?<![\w\]}])\{", before)) > before.count("}")
    return before.count("(") > before.count(")") or before.count("[") > before.count("]") or braces


def _year_before(words: str, start: int) -> tuple[tuple[int, int], int] | None:
    first = max(0, start - _WINDOW)
    match = _BEFORE.search(words[first:start])
    if match is None or match.lastgroup is None:
        return None
    return (first + match.start(match.lastgroup), first + match.end(match.lastgroup)), _number(
        match[match.lastgroup]
    )


def _year_behind(words: str, names: re.Match[str]) -> tuple[tuple[int, int], int] | None:
    match = _BEHIND.match(words, names.end())
    return (match.span("year"), _number(match["year"])) if match else None


def _year_in_brackets(words: str, at: int, is_family: IsFamily) -> tuple[tuple[int, int], int] | None:
    """Return the year that stands alone in brackets behind the names, further on, where no other names come before it."""
    match = _BRACKETED.search(words, at)
    if match is None:
        return None
    others = (name for found in _AUTHORS.finditer(words[at : match.start()]) for _, name in _listed(found))
    return None if any(_is_known(name, is_family) for name in others) else (match.span(), _number(match[0]))


def _number(written: str) -> int:
    return int(re.findall(r"(?:19|20)\d\d", written)[0])


def _listed(match: re.Match[str]) -> list[tuple[int, str]]:
    """Return the place of each name of a list in the text, and the name."""
    names, start = match["names"], 0
    found = []
    for end, after in [*(m.span() for m in _SEPARATOR.finditer(names)), (len(names), 0)]:
        name = _OWNER.sub("", names[start:end]) if end == len(names) else names[start:end]
        if name and not re.match(r"(?:et\s+)?al\b", name, re.I):
            found.append((match.start("names") + start, name))
        start = after
    return found


def _families(listed: list[tuple[int, str]], is_family: IsFamily) -> tuple[int, tuple[str, ...]]:
    """Return where the first family name begins, and the folded family names."""
    (start, name), *_ = listed
    names = [_family(one, is_family) for _, one in listed]
    return start + len(name) - len(names[0]), tuple(map(folded, names))


def _family(name: str, is_family: IsFamily) -> str:
    """Return the longest end of a name that is a family name of the library, or the name without small and stop words."""
    parts = name.split()
    for at in range(len(parts)):
        if is_family(folded(" ".join(parts[at:]))):
            return name[name.index(parts[at]) :] if at else name
    while len(parts) > 1 and (parts[0].islower() or folded(parts[0]) in STOP):
        parts = parts[1:]
    return name[-len(" ".join(parts)) :]


def _is_known(name: str, is_family: IsFamily) -> bool:
    return is_family(folded(_family(name, is_family)))


def _reference(names: str, families: tuple[str, ...], year: int | None) -> AuthorsYear:
    return AuthorsYear(families, year, f"{_OWNER.sub('', names)} ({year or 'in press'})")


def _owns(match: re.Match[str]) -> bool:
    return bool(match["own"] or _OWNER.search(match["names"]))
