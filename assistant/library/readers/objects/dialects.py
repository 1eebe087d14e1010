"""JSON of services, told apart by its keys, to the records that `from_record` takes.

CSL-JSON: https://docs.citationstyles.org/; Crossref: https://api.crossref.org/swagger-ui/; OpenAlex: https://docs.openalex.org/;
Semantic Scholar: https://api.semanticscholar.org/api-docs/; arXiv: the metadata snapshot at Kaggle; Hugging Face: /api/daily_papers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from assistant.core.text.name_parts import person_name
from assistant.library.readers.objects import zotero
from assistant.library.readers.text.csl import CROSSREF_TYPES
from assistant.library.readers.text.latex import text_of
from assistant.library.readers.text.person_names import from_csl, person

_Object = Mapping[str, Any]
_OPENALEX = "https://openalex.org/"
_MOST_WORDS = 20_000


def records_of(value: Any) -> Iterator[Any]:
    """Yield the records of a JSON value: itself, or those of a service's reply that holds a list of them."""
    for item in _listed(value):
        if own := zotero.item_of(item):
            if zotero.is_paper(own):
                yield zotero.record(own)
            continue
        kind = next((read for belongs, read in _DIALECTS if isinstance(item, dict) and belongs(item)), None)
        yield kind(item) if kind else item


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, dict):
        return [value]
    message = value.get("message")
    inner: dict[str, Any] = message if isinstance(message, dict) else value
    for name in ("items", "results", "data", "papers"):
        if isinstance(inner.get(name), list) and "title" not in inner:
            return list(inner[name])
    return [inner]


def _text(value: Any) -> str:
    """Return a text, or the first of a list of texts."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), "")
    return value if isinstance(value, str) else str(value) if type(value) is int else ""


def _inner(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _objects(value: Any) -> list[_Object]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _year_of(value: Any) -> Any:
    """Return the year of a CSL date."""
    parts = _inner(value, "date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        return parts[0][0]
    words = " ".join(_text(_inner(value, name)) for name in ("raw", "literal"))
    match = re.search(r"\b\d{4}\b", words)
    return match[0] if match else None


def _csl(item: _Object) -> dict[str, Any]:
    """Read an item of CSL-JSON, or a work of Crossref, whose titles are lists."""
    dates = (item.get(name) for name in ("issued", "published", "published-print", "published-online"))
    issued = next((date for date in dates if isinstance(date, dict)), None)
    year = _year_of(issued)
    names = from_csl(item.get("author"))
    archived = re.fullmatch(r"arXiv:(\S+)", _text(item.get("archive_location")), re.I)
    extra = _csl_extra(item, in_arxiv=archived is not None and _text(item.get("archive")).lower() == "arxiv")
    if issued and issued != {"date-parts": [[year]]}:
        extra["issued"] = {name: part for name, part in issued.items() if name in _DATE_PARTS}
    if authors := _csl_authors(item, names):
        extra["author"] = authors
    return {
        "title": _text(item.get("title")) or None,
        "abstract": item.get("abstract"),
        "authors": names,
        "year": year,
        "venue": _text(item.get("container-title")),
        "doi": _text(item.get("DOI")),
        "arxiv_id": archived[1] if archived else _arxiv_in(_text(item.get("URL"))),
        "pmid": _text(item.get("PMID")),
        "url": _text(item.get("URL")),
        "note": _retracted(item),
        "extra": extra,
    }


def _csl_extra(item: _Object, *, in_arxiv: bool) -> dict[str, Any]:
    """Return what an item has beyond the fields of a paper, with a type of CSL, and its id as a citation key."""
    used = _CSL_FIELDS | _CROSSREF_ONLY | ({"archive"} if in_arxiv else frozenset())
    extra = {name: value for name, value in item.items() if name not in used}
    if isinstance(kind := extra.get("type"), str):
        extra["type"] = CROSSREF_TYPES.get(kind, kind)
    key = item.get("id")
    if isinstance(key, str | int) and "citation-key" not in extra and not str(key).startswith("http"):
        extra["citation-key"] = str(key)
    return extra


def _csl_authors(item: _Object, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return an item's authors in parts, where these say more than their `names`; else none."""
    given = [
        {part: value for part, value in name.items() if part in _NAME_PARTS}
        for name in _objects(item.get("author"))
    ]
    return [] if given == [_plain_name(name) for name in names] else given


_RETRACTIONS = {"retraction": "Retracted", "withdrawal": "Withdrawn", "removal": "Removed"}


def _retracted(item: _Object) -> str:
    """Return the note of a work that Crossref calls retracted, with the DOI of the notice; else ""."""
    for notice in _objects(item.get("updated-by")):
        if said := _RETRACTIONS.get(_text(notice.get("type"))):
            return f"{said}, says Crossref (doi:{_text(notice.get('DOI'))})."
    return ""


_CSL_FIELDS = frozenset(
    ("title", "abstract", "DOI", "PMID", "URL", "container-title", "id", "author", "issued")
)
"""What becomes a field of a paper."""
_DATE_PARTS = ("date-parts", "raw", "literal", "season", "circa")
_NAME_PARTS = ("family", "given", "literal", "suffix", "dropping-particle", "non-dropping-particle")
_CROSSREF_ONLY = frozenset(
    """reference indexed license content-domain deposited resource relation link score prefix member
    is-referenced-by-count references-count reference-count created published published-print published-online
    assertion funder short-title original-title subtitle container-title-short journal-issue issn-type isbn-type
    alternative-id update-policy updated-by update-to source archive editor-crossref""".split()
) - {"container-title-short", "source", "archive", "original-title"}


def _plain_name(name: str) -> dict[str, str]:
    family, given, suffix = person_name(name)
    parts = {"family": family, "given": given, "suffix": suffix}
    return {part: value for part, value in parts.items() if value}


def _arxiv_in(address: str) -> str:
    match = re.search(r"arxiv\.org/(?:abs|pdf)/([\w.-]+(?:/\d+)?)", address)
    return match[1].removesuffix(".pdf") if match else ""


def _openalex(work: _Object) -> dict[str, Any]:
    biblio = work.get("biblio")
    ids = work.get("ids")
    place = _inner(work, "primary_location", "source")
    first, last = _text(_inner(biblio, "first_page")), _text(_inner(biblio, "last_page"))
    return {
        "title": work.get("title") or work.get("display_name"),
        "abstract": _from_index(work.get("abstract_inverted_index")) or work.get("abstract"),
        "authors": [
            name
            for one in _objects(work.get("authorships"))
            if (name := _text(_inner(one, "author", "display_name")))
        ],
        "year": work.get("publication_year"),
        "venue": _text(_inner(place, "display_name")),
        "doi": _text(work.get("doi")),
        "pmid": _text(_inner(ids, "pmid")).rpartition("/")[2],
        "url": _text(_inner(work, "primary_location", "landing_page_url")),
        "extra": {
            "volume": _inner(biblio, "volume"),
            "issue": _inner(biblio, "issue"),
            "page": "-".join(dict.fromkeys(filter(None, (first, last)))),
            "language": work.get("language"),
            "ISSN": _inner(place, "issn_l"),
            "PMCID": _text(_inner(ids, "pmcid")).rpartition("/")[2],
            "custom": {"openalex": _text(work.get("id")).removeprefix(_OPENALEX)},
        },
    }


def _from_index(index: Any) -> str:
    """Return the text of OpenAlex's inverted index: word -> its places."""
    if not isinstance(index, dict):
        return ""
    lists = {word: found for word, found in index.items() if isinstance(found, list)}
    try:
        # Each place has one word, as it should be: to look them up is quicker than to sort them.
        at_place = {at: word for word, found in lists.items() for at in found}
        words = [at_place[at] for at in range(sum(map(len, lists.values())))]
    except (TypeError, KeyError):
        places = [(at, word) for word, found in lists.items() for at in found if isinstance(at, int)]
        words = [word for _, word in sorted(places)]
    return " ".join(words[:_MOST_WORDS])


def _semantic_scholar(paper: _Object) -> dict[str, Any]:
    ids = paper.get("externalIds") or {}
    journal = paper.get("journal")
    corpus = paper.get("paperId")
    return {
        "title": paper.get("title"),
        "abstract": paper.get("abstract"),
        "authors": [name for one in _objects(paper.get("authors")) if (name := _text(one.get("name")))],
        "year": paper.get("year"),
        "venue": _text(_inner(journal, "name")) or _text(paper.get("venue")),
        "doi": _text(_inner(ids, "DOI")),
        "arxiv_id": _text(_inner(ids, "ArXiv")),
        "pmid": _text(_inner(ids, "PubMed")),
        "url": _text(paper.get("url")),
        "extra": {
            "volume": _inner(journal, "volume"),
            "page": _inner(journal, "pages"),
            "PMCID": _inner(ids, "PubMedCentral"),
            "custom": {"semantic-scholar": _text(corpus)},
        },
    }


def _arxiv(entry: _Object) -> dict[str, Any]:
    """Read an entry of the metadata snapshot: texts are LaTeX, names lie parsed beside it."""
    names = [
        person(_text(name[0]), " ".join(map(_text, name[1:2])), " ".join(map(_text, name[2:3])))
        for name in entry.get("authors_parsed") or ()
        if isinstance(name, list) and name
    ]
    versions = _objects(entry.get("versions"))
    year = re.search(
        r"\b(?:19|20)\d\d\b",
        _text(versions[0].get("created")) if versions else _text(entry.get("update_date")),
    )
    return {
        "title": text_of(entry.get("title")),
        "abstract": text_of(entry.get("abstract")),
        "authors": names or text_of(entry.get("authors")),
        "year": year[0] if year else None,
        "venue": text_of(entry.get("journal-ref")),
        "doi": _text(entry.get("doi")).split(" ")[0],
        "arxiv_id": _text(entry.get("id")),
        "extra": {
            "note": entry.get("comments"),
            "keyword": _text(entry.get("categories")).replace(" ", ", "),
            "number": entry.get("report-no"),
        },
    }


def _daily_paper(item: _Object) -> dict[str, Any]:
    paper = item["paper"] if isinstance(item.get("paper"), dict) else item
    published = _text(paper.get("publishedAt")) or _text(item.get("publishedAt"))
    return {
        "title": paper.get("title"),
        "abstract": paper.get("summary"),
        "authors": [name for one in _objects(paper.get("authors")) if (name := _text(one.get("name")))],
        "year": published[:4] or None,
        "arxiv_id": _text(paper.get("id")),
    }


_DIALECTS: tuple[tuple[Callable[[_Object], bool], Callable[[_Object], dict[str, Any]]], ...] = (
    (
        lambda item: isinstance(item.get("paper"), dict) or {"summary", "publishedAt"} <= item.keys(),
        _daily_paper,
    ),
    (
        lambda item: "abstract_inverted_index" in item or _text(item.get("id")).startswith(_OPENALEX),
        _openalex,
    ),
    (lambda item: "paperId" in item or "externalIds" in item, _semantic_scholar),
    (lambda item: "authors_parsed" in item or {"categories", "versions"} <= item.keys(), _arxiv),
    (
        lambda item: (
            bool({"DOI", "container-title", "issued", "author", "citation-key"} & item.keys())
            and "authors" not in item
        ),
        _csl,
    ),
)
