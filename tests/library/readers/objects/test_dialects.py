"""JSON objects of other services as records: which service, and each of its fields."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from assistant.core.paper import Paper
from assistant.library.readers.objects import jsonl
from assistant.library.readers.objects.dialects import records_of
from assistant.library.readers.problem import Located


def read(value: Any) -> dict[str, Any]:
    (record,) = records_of(value)
    return dict(record)


CSL = {"title": "T", "author": [{"family": "Byron", "given": "Ada"}]}


@pytest.mark.parametrize(
    "value",
    [
        {"title": "T", "abstract": "A."},
        {"title": "T", "DOI": "10.1/x", "authors": ["A"]},
        {"title": "T", "summary": "A."},
        {"title": "T", "publishedAt": "2020"},
        {"title": "T", "categories": "cs.CL"},
        {"title": "T", "id": "https://other.org/W1"},
        {"title": "T", "data": [1]},
        "text",
        3,
    ],
)
def test_what_no_service_writes_stays_as_it_is(value: Any) -> None:
    assert list(records_of(value)) == [value]


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ({"items": [1, 2]}, 2),
        ({"results": [1]}, 1),
        ({"data": []}, 0),
        ({"papers": [1, 2, 3]}, 3),
        ({"message": {"items": [1, 2]}}, 2),
        ({"message": {"title": "T"}}, 1),
        ({"message": "ok", "data": [1, 2]}, 2),
        ({"data": {"a": 1}}, 1),
    ],
)
def test_a_reply_holds_its_records_in_a_list(value: Any, count: int) -> None:
    assert len(list(records_of(value))) == count


def test_an_item_of_csl_has_these_fields() -> None:
    item = {
        **CSL,
        "id": "byron1843",
        "abstract": "A.",
        "DOI": "10.1/x",
        "PMID": 123,
        "URL": "https://arxiv.org/pdf/2001.00001v2.pdf",
        "container-title": ["", "Notes"],
        "issued": {"date-parts": [[1843]]},
        "volume": "3",
        "member": "x",
        "source": "s",
    }
    assert read(item) == {
        "title": "T",
        "abstract": "A.",
        "authors": ["Ada Byron"],
        "year": 1843,
        "venue": "",
        "doi": "10.1/x",
        "arxiv_id": "2001.00001v2",
        "pmid": "123",
        "url": "https://arxiv.org/pdf/2001.00001v2.pdf",
        "note": "",
        "extra": {"volume": "3", "source": "s", "citation-key": "byron1843"},
    }


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"id": "k"}, "k"),
        ({"id": 7}, "7"),
        ({"id": "http://x/1"}, None),
        ({"id": ["k"]}, None),
        ({"id": "k", "citation-key": "c"}, "c"),
        ({}, None),
    ],
)
def test_the_id_of_an_item_is_its_citation_key(more: dict[str, Any], key: str | None) -> None:
    assert read({**CSL, **more})["extra"].get("citation-key") == key


@pytest.mark.parametrize(
    ("dates", "year", "issued"),
    [
        ({"issued": {"date-parts": [[2020]]}}, 2020, None),
        ({"issued": {"date-parts": [[2020, 5]], "x": 1}}, 2020, {"date-parts": [[2020, 5]]}),
        ({"published": {"date-parts": [[2021]]}}, 2021, None),
        ({"issued": "2019", "published-print": {"date-parts": [[2018]]}}, 2018, None),
        ({"issued": {"raw": "May 2017"}}, "2017", {"raw": "May 2017"}),
        ({"issued": {"literal": "spring 2016"}}, "2016", {"literal": "spring 2016"}),
        ({"issued": {"date-parts": []}}, None, {"date-parts": []}),
        ({"issued": {"date-parts": [[]]}}, None, {"date-parts": [[]]}),
        ({"issued": {"date-parts": "2015"}}, None, {"date-parts": "2015"}),
        ({"issued": {"raw": "12345"}}, None, {"raw": "12345"}),
        ({"issued": {}}, None, None),
        ({}, None, None),
    ],
)
def test_the_date_of_an_item(dates: dict[str, Any], year: Any, issued: Any) -> None:
    record = read({**CSL, **dates})
    assert (record["year"], record["extra"].get("issued")) == (year, issued)


def test_names_in_parts_are_kept_where_one_line_does_not_say_them() -> None:
    assert (
        "author"
        not in read({**CSL, "author": [{"family": "Byron", "given": "Ada", "sequence": "first"}]})["extra"]
    )
    assert "author" not in read({**CSL, "author": [{"family": "Plato"}]})["extra"]
    parts = [{"family": "Linde", "given": "Anna", "non-dropping-particle": "van der"}]
    assert read({**CSL, "author": parts})["extra"]["author"] == parts


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("https://arxiv.org/abs/2001.00001", "2001.00001"),
        ("https://arxiv.org/abs/math/0001001", "math/0001001"),
        ("https://arxiv.org/help", ""),
    ],
)
def test_an_address_at_arxiv_has_its_number(address: str, number: str) -> None:
    assert read({**CSL, "URL": address})["arxiv_id"] == number


@pytest.mark.parametrize(
    ("title", "read_as"),
    [(["", "B"], ""), (["A", "B"], "A"), ([3, "B"], "B"), (5, "5"), (True, ""), ([], "")],
)
def test_titles_may_be_lists(title: Any, read_as: str) -> None:
    assert (read({**CSL, "title": title})["title"] or "") == read_as


def test_a_work_of_openalex() -> None:
    work = {
        "id": "https://openalex.org/W1",
        "display_name": "T",
        "title": None,
        "abstract_inverted_index": {"tea": [1, 3, "x"], "Green": [0], "is": [2], "no": 5},
        "authorships": [{"author": {"display_name": "Ada Byron"}}, {"author": {}}, "x"],
        "publication_year": 2020,
        "primary_location": {
            "source": {"display_name": "Notes", "issn_l": "1-2"},
            "landing_page_url": "https://x/1",
        },
        "doi": "https://doi.org/10.1/x",
        "ids": {"pmid": "https://pubmed/12", "pmcid": "https://pmc/34"},
        "biblio": {"volume": "1", "issue": "2", "first_page": "3", "last_page": "3"},
        "language": "en",
    }
    assert read(work) == {
        "title": "T",
        "abstract": "Green tea is tea",
        "authors": ["Ada Byron"],
        "year": 2020,
        "venue": "Notes",
        "doi": "https://doi.org/10.1/x",
        "pmid": "12",
        "url": "https://x/1",
        "extra": {
            **{"volume": "1", "issue": "2", "page": "3", "language": "en", "ISSN": "1-2", "PMCID": "34"},
            "custom": {"openalex": "W1"},
        },
    }
    assert read({"id": "https://openalex.org/W1", "title": "T", "abstract": "A."})["abstract"] == "A."
    assert read({"title": "T", "abstract_inverted_index": None, "id": 1})["abstract"] is None
    pages = {"first_page": "3", "last_page": "9"}
    assert read({**work, "title": "S", "biblio": pages})["extra"]["page"] == "3-9"
    assert read({**work, "title": "S"})["title"] == "S"


def test_a_paper_of_semantic_scholar() -> None:
    paper = {
        "paperId": "abc",
        "externalIds": {"DOI": "10.1/x", "ArXiv": "2001.00001", "PubMed": 12, "PubMedCentral": "34"},
        "title": "T",
        "abstract": "A.",
        "authors": [{"name": "Ada Byron"}, {"name": ""}],
        "year": 2020,
        "venue": "V",
        "journal": {"name": "Notes", "volume": "1", "pages": "3-9"},
        "url": "https://x/1",
    }
    record = read(paper)
    assert record == {
        **{
            "title": "T",
            "abstract": "A.",
            "authors": ["Ada Byron"],
            "year": 2020,
            "venue": "Notes",
            "doi": "10.1/x",
        },
        **{"arxiv_id": "2001.00001", "pmid": "12", "url": "https://x/1"},
        "extra": {"volume": "1", "page": "3-9", "PMCID": "34", "custom": {"semantic-scholar": "abc"}},
    }
    assert read({**paper, "journal": None})["venue"] == "V"
    assert read({"paperId": "abc", "externalIds": None, "title": "T"})["doi"] == ""
    assert read({"externalIds": {"DOI": "10.1/x"}, "title": "T"})["doi"] == "10.1/x"


def test_an_entry_of_the_arxiv_snapshot() -> None:
    entry = {
        "id": "2001.00001",
        "authors_parsed": [["Byron", "Ada", "Jr"], ["Plato", ""], [], "x"],
        "authors": "Ada Byron",
        "title": "On\n caf\\'e",
        "abstract": "A.",
        "categories": "cs.CL cs.AI",
        "versions": [{"created": "Mon, 6 Jan 2020"}, {"created": "2021"}],
        "update_date": "2022-01-01",
        "journal-ref": "J",
        "doi": "10.1/x 10.1/y",
        "comments": "c",
        "report-no": "r",
    }
    assert read(entry) == {
        **{
            "title": "On café",
            "abstract": "A.",
            "authors": ["Ada Byron Jr", "Plato"],
            "year": "2020",
            "venue": "J",
        },
        **{"doi": "10.1/x", "arxiv_id": "2001.00001"},
        "extra": {"note": "c", "keyword": "cs.CL, cs.AI", "number": "r"},
    }
    bare = {"categories": "x", "versions": [], "authors": "Ada Byron", "update_date": "2022-01-01"}
    assert (read(bare)["authors"], read(bare)["year"]) == ("Ada Byron", "2022")
    assert read({**bare, "update_date": "1821-01-01"})["year"] is None


def test_a_daily_paper() -> None:
    inner = {"title": "T", "summary": "A.", "id": "2001.00001", "authors": [{"name": "Ada Byron"}, {}]}
    record = {
        "title": "T",
        "abstract": "A.",
        "authors": ["Ada Byron"],
        "year": "2020",
        "arxiv_id": "2001.00001",
    }
    assert read({"paper": {**inner, "publishedAt": "2020-01-02"}, "publishedAt": "2021"}) == record
    assert read({"paper": inner, "publishedAt": "2020-01-02"}) == record
    assert read({**inner, "publishedAt": "2020-01-02"}) == record
    assert read({"paper": inner})["year"] is None
    assert read({"summary": "A.", "publishedAt": "2020", "paper": "x"})["abstract"] == "A."


OBJECTS: list[dict[str, Any]] = [
    {
        "DOI": "10.5555/otters",
        "title": ["Otters in city rivers"],
        "abstract": "<jats:p>We counted otters (p &lt; 0.05).</jats:p>",
        "author": [{"given": "Karl", "family": "Müller"}],
        "issued": {"date-parts": [[2020, 3]]},
        "container-title": ["Journal of Urban Animals"],
        "type": "journal-article",
        "volume": "7",
        "page": "101-109",
        "URL": "https://doi.org/10.5555/otters",
    },
    {
        "id": "https://openalex.org/W1",
        "doi": "https://doi.org/10.5555/otters",
        "title": "Otters in city rivers",
        "display_name": "Otters in city rivers",
        "publication_year": 2020,
        "abstract_inverted_index": {"We": [0], "counted": [1], "otters": [2, 5], "and": [3], "other": [4]},
        "authorships": [{"author": {"display_name": "Karl Müller"}}],
        "primary_location": {"source": {"display_name": "Journal of Urban Animals"}},
        "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/12345678"},
    },
    {
        "paperId": "abc",
        "title": "Otters in city rivers",
        "abstract": "We counted otters.",
        "year": 2020,
        "venue": "J. Animals",
        "authors": [{"authorId": "1", "name": "Karl Müller"}],
        "externalIds": {"DOI": "10.5555/otters", "ArXiv": "2001.00001", "PubMed": "12345678"},
    },
    {
        "id": "2001.00001",
        "title": "Otters in\n  city rivers",
        "abstract": "  We counted otters\nin rivers.\n",
        "authors": "Karl Müller, Anna van der Berg and Rick Roe",
        "versions": [{"version": "v1", "created": "Mon, 6 Jan 2020 10:00:00 GMT"}],
        "categories": "q-bio.PE",
        "doi": None,
        "journal-ref": None,
        "authors_parsed": [["Müller", "Karl", ""], ["van der Berg", "Anna", ""], ["Roe", "Rick", ""]],
    },
    {
        "paper": {
            "id": "2608.00001",
            "title": "Otters",
            "summary": "We counted otters.",
            "authors": [{"name": "Karl Müller"}],
            "publishedAt": "2026-08-20T00:00:00.000Z",
        },
        "title": "Otters",
        "publishedAt": "2026-08-20T00:00:00.000Z",
    },
]
EXPECTED = [
    Paper(
        "doi:10.5555/otters", "Otters in city rivers", "We counted otters (p < 0.05).", ("Karl Müller",), 2020,
        "Journal of Urban Animals", "10.5555/otters", url="https://doi.org/10.5555/otters",
    ),
    Paper(
        "doi:10.5555/otters", "Otters in city rivers", "We counted otters and other otters", ("Karl Müller",), 2020,
        "Journal of Urban Animals", "10.5555/otters", pmid="12345678",
    ),
    Paper(
        "doi:10.5555/otters", "Otters in city rivers", "We counted otters.", ("Karl Müller",), 2020, "J. Animals",
        "10.5555/otters", "2001.00001", "12345678",
    ),
    Paper(
        "arxiv:2001.00001", "Otters in city rivers", "We counted otters in rivers.",
        ("Karl Müller", "Anna van der Berg", "Rick Roe"), 2020, arxiv_id="2001.00001",
    ),
    Paper("arxiv:2608.00001", "Otters", "We counted otters.", ("Karl Müller",), 2026, arxiv_id="2608.00001"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), list(zip(OBJECTS, EXPECTED, strict=True)))
def test_an_object_of_a_service_becomes_a_paper(given: dict[str, Any], expected: Paper) -> None:
    (found,) = jsonl.read(io.StringIO(json.dumps(given)), "")
    assert isinstance(found, Located)
    aside: dict[str, Any] = {"extra": {}, "sections": [], "fingerprint": ""}
    assert {**vars(found.paper), **aside} == {**vars(expected), **aside}


def test_an_abstract_by_places_of_words_may_lack_some() -> None:
    given = {**OBJECTS[1], "abstract_inverted_index": {"otters": [3], "We": [0], "saw": [1]}}
    (found,) = jsonl.read(io.StringIO(json.dumps(given)), "")
    assert isinstance(found, Located)
    assert found.paper.abstract == "We saw otters"


def test_types_of_crossref_become_those_of_csl() -> None:
    (found,) = jsonl.read(io.StringIO(json.dumps(OBJECTS[0])), "")
    assert isinstance(found, Located)
    assert found.paper.extra["type"] == "article-journal"
