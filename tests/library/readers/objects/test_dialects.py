"""Objects of other services become papers: Crossref, OpenAlex, Semantic Scholar, arXiv's snapshot, Hugging Face's daily papers."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from assistant.core.paper import Paper
from assistant.library.readers.objects.jsonl import read
from assistant.library.readers.problem import Located

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
    (found,) = read(io.StringIO(json.dumps(given)), "")
    assert isinstance(found, Located)
    kept = {"extra": {}, "sections": []}
    assert {**vars(found.paper), **kept, "fingerprint": ""} == {**vars(expected), **kept, "fingerprint": ""}


def test_an_abstract_by_places_of_words_may_lack_some() -> None:
    given = {**OBJECTS[1], "abstract_inverted_index": {"otters": [3], "We": [0], "saw": [1]}}
    (found,) = read(io.StringIO(json.dumps(given)), "")
    assert isinstance(found, Located)
    assert found.paper.abstract == "We saw otters"
