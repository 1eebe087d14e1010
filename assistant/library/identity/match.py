"""Decide whether two records are of one paper, of two versions of it, or of two papers.

Identifiers decide first. Without a common one, title, first author, year and, where both have them, the abstracts must agree, as
far as databases differ in writing them. In doubt two records stay two papers: a paper that is held twice can be seen, one that
has swallowed another cannot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

from assistant.core.paper import Paper, normal_arxiv_id, normal_doi
from assistant.core.text.name_parts import author_name
from assistant.core.text.sanitize import folded

Likeness = Literal["same", "version", ""]
"""Of one paper, of a preprint and its published version, or neither."""

_ARXIV_DOI = "10.48550/arxiv."
_ARXIV_ID = re.compile(r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}")
_ARXIV_NAMED = re.compile(r"\barxiv[:\s]+(\d{4}\.\d{4,5}|[a-z-]+/\d{7})", re.I)
# Prefixes of the servers that register DOIs for preprints: bioRxiv and medRxiv, OSF (PsyArXiv), SSRN, Research Square,
# Preprints.org, ChemRxiv, Authorea and TechRxiv.
_PREPRINT_DOIS = (
    *("10.1101/", "10.31234/", "10.31219/", "10.31235/", "10.2139/ssrn", "10.21203/rs"),
    *("10.20944/preprints", "10.26434/chemrxiv", "10.22541/au.", "10.36227/techrxiv"),
)
_BLOCK = 24
_SHORT = 16
"""A title of fewer letters ("Editorial") names no paper by itself."""
_NEAR, _SHARED_WORDS, _LOOSE = 0.95, 0.7, 0.5
_GREEK = str.maketrans(
    dict(
        zip(
            "αβγδεζηθικλμνξπρστυφχψω",
            "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega".split(),
            strict=True,
        )
    )
)
_SUBTITLE = re.compile(r"(?<!\s)(?:\s*[:?]\s+|\s+[-–—]+\s+|\s+:\s*)|\.\s+")
_LANGUAGE_NOTE = re.compile(r"(?<!\s)\s*[\[(](?:article\s+)?in\s+[A-Za-z]+[\])]\.?\s*$", re.I)
_ORDER = re.compile(r"\d+|\b[ivx]+\b")


def identifiers(paper: Paper) -> dict[str, str]:
    """Return a paper's identifiers by kind, each in its one normal form: doi, arxiv, pmid, pmcid."""
    doi = normal_doi(paper.doi)
    arxiv = normal_arxiv_id(paper.arxiv_id).lower()
    if doi.startswith(_ARXIV_DOI):
        arxiv, doi = arxiv or doi.removeprefix(_ARXIV_DOI), ""
    if not arxiv and (named := _ARXIV_NAMED.search(paper.venue)):
        # Google Scholar: "arXiv preprint arXiv:1706.03762".
        arxiv = named[1].lower()
    pmcid = re.sub(r"\D", "", str(paper.extra.get("PMCID", "")))
    found = {"doi": doi, "arxiv": arxiv, "pmid": paper.pmid.strip(), "pmcid": pmcid}
    return {kind: value for kind, value in found.items() if value}


def identified(name: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, value) of the identifier that a name is: "doi:10.1000/X", "https://doi.org/10.1000/x", "arxiv:...", "pmid:12"."""
    doi, arxiv = normal_doi(name), normal_arxiv_id(name).lower()
    kind, _, rest = name.strip().partition(":")
    if doi.startswith(_ARXIV_DOI):
        yield "arxiv", doi.removeprefix(_ARXIV_DOI)
    elif doi.startswith("10.") and "/" in doi:
        yield "doi", doi
    elif arxiv != name.strip().lower() or _ARXIV_ID.fullmatch(arxiv):
        yield "arxiv", arxiv
    elif kind.lower() in ("pmid", "pmcid") and rest.strip():
        yield kind.lower(), re.sub(r"\D", "", rest)


def keys(paper: Paper) -> Iterator[tuple[str, str]]:
    """Yield (kind, value) under which a record of the same paper can be looked up: one of them is equal, if it is near."""
    yield from identifiers(paper).items()
    whole, main = compact(paper.title), compact(_parts(paper.title)[0])
    short = str(paper.year) if len(whole) < _SHORT else ""
    yield "title", f"{main[:_BLOCK]}{short}"
    yield "title end", f"{whole[-_BLOCK:]}{short}"


def likeness(one: Paper, other: Paper) -> Likeness:
    """Return whether two records are of one paper, or of a preprint and the published version."""
    mine, theirs = identifiers(one), identifiers(other)
    common = mine.keys() & theirs.keys()
    if any(mine[kind] == theirs[kind] for kind in common):
        # Supplements give one DOI to many abstracts of a meeting: such records share neither title nor author.
        return "same" if _loosely(one, other) else ""
    if not _same_title(one.title, other.title) or not _same_author(one, other):
        return ""
    if _is_preprint(one, mine) != _is_preprint(other, theirs):
        return "version"
    if common or not _same_time(one, other) or not _same_text(one, other) or not _same_place(one, other):
        return ""
    told = bool(one.abstract and other.abstract) or (one.authors and other.authors and one.year == other.year)
    return "same" if told and len(compact(one.title)) >= _SHORT else ""


def same_record(one: Paper, other: Paper) -> bool:
    """Return whether two records of one given id ("7" in two tables) can be of one paper."""
    return _loosely(one, other) or _same_title(one.title, other.title)


def compact(title: str) -> str:
    """Return the letters and digits of a title, without case, accents, notes of its language, and the marks between words."""
    text = _LANGUAGE_NOTE.sub("", title).replace("&", " and ")
    return re.sub(r"[\W_]+", "", folded(text).translate(_GREEK))


def _parts(title: str) -> tuple[str, str]:
    """Return title and subtitle."""
    main, *rest = _SUBTITLE.split(_LANGUAGE_NOTE.sub("", title).strip(" .[]"), maxsplit=1)
    return main, "".join(rest)


def _same_title(one: str, other: str) -> bool:
    first, second = compact(one), compact(other)
    if first == second:
        return bool(first)
    if _ORDER.findall(folded(one)) != _ORDER.findall(folded(other)):
        # "Part 1" and "Part 2".
        return _without_subtitle(one, other)
    shorter, longer = sorted((first, second), key=len)
    if one.rstrip().endswith(("...", "…")) or other.rstrip().endswith(("...", "…")):
        return len(shorter) > _BLOCK and longer.startswith(shorter)
    if _without_subtitle(one, other):
        return True
    near = SequenceMatcher(None, first, second, autojunk=False)
    return len(longer) - len(shorter) <= 4 and near.quick_ratio() >= _NEAR and near.ratio() >= _NEAR


def _without_subtitle(one: str, other: str) -> bool:
    (main, sub), (other_main, other_sub) = _parts(one), _parts(other)
    return (
        bool(sub) != bool(other_sub) and len(compact(main)) >= _SHORT and compact(main) == compact(other_main)
    )


def _loosely(one: Paper, other: Paper) -> bool:
    first, second = _words(one.title), _words(other.title)
    shared = len(first & second) / max(1, min(len(first), len(second)))
    # A title may be translated; then the authors are the same, and there are some.
    return shared >= _LOOSE or bool(one.authors and other.authors and _same_author(one, other))


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", folded(text)))


def _same_author(one: Paper, other: Paper) -> bool:
    """Return whether the first authors can be one person; True where a record names none."""
    if not one.authors or not other.authors:
        return True
    (family, given), (other_family, other_given) = author_name(one.authors[0]), author_name(other.authors[0])
    if _name_words(family) & _name_words(other_family):
        initials = [folded(name).strip()[:1] for name in (given, other_given)]
        return not all(initials) or initials[0] == initials[1]
    # "Wang Li" may be written in either order.
    return bool(
        _name_words(family) & _name_words(other_given) and _name_words(given) & _name_words(other_family)
    )


def _name_words(name: str) -> frozenset[str]:
    """Return the words of a name; "Müller", "Mueller" and "Muller" are one."""
    plain = re.sub(r"([aou])e", r"\1", folded(name).replace("ß", "ss").replace("ø", "o").replace("'", ""))
    return frozenset(word for word in re.findall(r"\w+", plain) if len(word) > 1)


def _is_preprint(paper: Paper, known: dict[str, str]) -> bool:
    doi = known.get("doi", "")
    if doi.startswith(_PREPRINT_DOIS) or paper.extra.get("type") in ("preprint", "posted-content"):
        return True
    return "arxiv" in known and not doi and (not paper.venue or "arxiv" in paper.venue.lower())


def _same_time(one: Paper, other: Paper) -> bool:
    # Online first in one year, in an issue of the next.
    return one.year is None or other.year is None or abs(one.year - other.year) <= 1


def _same_text(one: Paper, other: Paper) -> bool:
    first, second = _words(one.abstract), _words(other.abstract)
    if not first or not second:
        return True
    return len(first & second) / min(len(first), len(second)) >= _SHARED_WORDS


def _same_place(one: Paper, other: Paper) -> bool:
    """Return whether first page and volume can be the same; databases write them differently, or not at all."""
    for field in ("page", "volume"):
        values = [re.search(r"\d+", str(paper.extra.get(field, ""))) for paper in (one, other)]
        first, second = values
        if first and second and first[0].lstrip("0") != second[0].lstrip("0"):
            return False
    return True
