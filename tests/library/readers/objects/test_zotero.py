"""Items of Zotero's own JSON are whole papers; its attachments and notes are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.files import papers_in, problems_in, write

from assistant.library.readers.objects.dialects import records_of

ITEM = {
    "itemType": "journalArticle", "title": "Otters at night", "abstractNote": "We counted otters.", "date": "2020-05-03",
    "creators": [
        {"creatorType": "author", "firstName": "Jane", "lastName": "Doe"},
        {"creatorType": "author", "name": "The Otter Group"},
        {"creatorType": "editor", "firstName": "Rick", "lastName": "Roe"},
    ],
    "publicationTitle": "Urban Animals", "volume": "4", "pages": "101-109", "DOI": "10.5555/otters", "url": "https://example.org/o",
    "tags": [{"tag": "Otters"}, {"tag": "Rivers", "type": 1}], "citationKey": "doe2020", "extra": "PMID: 30000123\nA line", "key": "ABCD2345",
}  # fmt: skip
NOTE = {"itemType": "note", "note": "<p>Mine</p>"}


@pytest.mark.parametrize(
    "value",
    [{"config": {}, "items": [ITEM, NOTE]}, [{"key": "ABCD2345", "version": 1, "data": ITEM}, {"data": NOTE}], ITEM],
)  # fmt: skip
def test_an_item_is_read_whole(tmp_path: Path, value: Any) -> None:
    path = write(tmp_path / "zotero.json", json.dumps(value, indent=1))
    (paper,) = papers_in(path)
    assert problems_in(path) == []
    assert (paper.title, paper.abstract, paper.year) == ("Otters at night", "We counted otters.", 2020)
    assert (paper.authors, paper.venue) == (("Jane Doe", "The Otter Group"), "Urban Animals")
    assert (paper.doi, paper.pmid, paper.url) == ("10.5555/otters", "30000123", "https://example.org/o")
    assert paper.extra == {
        "type": "article-journal", "volume": "4", "page": "101-109", "citation-key": "doe2020", "keyword": "Otters; Rivers", "note": "A line",
        "issued": {"date-parts": [[2020, 5, 3]]}, "editor": [{"family": "Roe", "given": "Rick"}],
    }  # fmt: skip


JSON = st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3))  # fmt: skip


@given(st.dictionaries(st.sampled_from([*ITEM]), JSON))
def test_no_item_breaks_the_reader(item: dict[str, Any]) -> None:
    assert len(list(records_of({**item, "itemType": "book"}))) == 1
