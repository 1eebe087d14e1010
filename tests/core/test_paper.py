from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.answer import DOT, JOT

from assistant.core.paper import (
    Paper,
    Section,
    bare_doi,
    byline,
    normal_arxiv_id,
    normal_doi,
    normal_title,
    paper_id,
    source_name,
    url_host,
    web_link,
)


def test_fingerprints_are_those_of_version_0_1_0() -> None:
    assert DOT.fingerprint == "106bfbff429c6756db95a6d18fe4207d84c4f4d13f31c2f75133b5323c626b6c"
    assert JOT.fingerprint == "4e05486f2fd2f1a74e5f9c6d3dd58e078b27c0c0d037119b20f2e800d9c3faa5"


def test_a_fingerprint_does_not_depend_on_id_and_source() -> None:
    assert replace(DOT, id="other", source="elsewhere").fingerprint == DOT.fingerprint
    changes: list[dict[str, Any]] = [
        {"title": "x"},
        {"authors": ()},
        {"year": 2023},
        {"note": ""},
        {"sections": ()},
    ]
    assert DOT.fingerprint not in {replace(DOT, **change).fingerprint for change in changes}


def test_empty_fields_are_not_written() -> None:
    assert JOT.to_json() == {"id": "q", "title": "Jot", "abstract": "Jot is large."}
    assert Paper.from_json(JOT.to_json()) == JOT
    assert DOT.to_json()["sections"] == [{"label": "AIM", "start": 0, "end": 15}]
    assert Paper.from_json(DOT.to_json()) == DOT


@pytest.mark.parametrize("data", [{"id": "x", "title": "T"}, {**JOT.to_json(), "colour": "red"}, {"id": 1}])
def test_what_is_no_paper_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Paper.from_json(data)


def test_a_section_holds_its_start_but_not_its_end() -> None:
    paper = Paper("x", "T", "Aim. End.", sections=(Section("AIM", 0, 5), Section("END", 5, 9)))
    assert [paper.section_at(start) for start in (0, 4, 5, 8, 9)] == ["AIM", "AIM", "END", "END", ""]


def test_an_id_is_the_first_that_the_record_has() -> None:
    fields: dict[str, Any] = {
        "given": "g",
        "doi": "https://doi.org/10.1/AB",
        "arxiv_id": "arXiv:2401.01234v2",
        "pmid": " 7 ",
        "year": 2024,
    }
    identities = []
    for name in ("given", "doi", "arxiv_id", "pmid"):
        identities.append(paper_id("Title", **fields))
        fields[name] = ""
    assert identities == ["g", "doi:10.1/ab", "arxiv:2401.01234", "pmid:7"]


def test_without_any_id_title_year_and_first_author_make_one() -> None:
    identity = paper_id("Tiny  Détectors!", year=2024, first_author=" Ada Byron")
    assert identity == paper_id("tiny detectors", year=2024, first_author="ada byron ")
    assert identity == "t:" + identity[2:]
    assert len(identity) == 14
    others = {
        paper_id("tiny detector", year=2024, first_author="ada byron"),
        paper_id("tiny detectors", first_author="ada byron"),
        paper_id("tiny detectors", year=2024),
    }
    assert identity not in others
    assert len(others) == 3


def test_titles_are_compared_by_letters_and_digits() -> None:
    assert normal_title(" Über_A-B: the 2nd! ") == "uber a b the 2nd"


@pytest.mark.parametrize(
    "written",
    [
        "10.1000/AbC",
        " doi:10.1000/AbC",
        "DOI: 10.1000/AbC",
        "https://doi.org/10.1000/AbC ",
        "http://dx.doi.org/10.1000/AbC",
    ],
)
def test_a_doi_is_written_in_many_ways(written: str) -> None:
    assert bare_doi(written) == "10.1000/AbC"
    assert normal_doi(written) == "10.1000/abc"


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("2401.01234", "2401.01234"),
        ("arXiv:2401.01234v12", "2401.01234"),
        ("https://arxiv.org/abs/cs/0112017v1", "cs/0112017"),
        ("http://www.arxiv.org/pdf/2401.01234v2.pdf", "2401.01234"),
        (" https://arxiv.org/pdf/2401.01234.pdf", "2401.01234"),
    ],
)
def test_an_arxiv_id_loses_address_and_version(written: str, normal: str) -> None:
    assert normal_arxiv_id(written) == normal


def test_a_byline_has_family_names_without_suffix() -> None:
    assert byline(Paper("p", "T", "A.", ("Ada Stone Jr", "The Otter Group"), 2020)) == (
        " (Stone and The Otter Group, 2020)"
    )


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({"url": "https://example.org/x", "doi": "10.1/x"}, "https://example.org/x"),
        ({"url": "HTTP://example.org", "doi": "10.1/x"}, "HTTP://example.org"),
        ({"url": "ftp://example.org/x", "doi": "10.1/x y"}, "https://doi.org/10.1/x%20y"),
        ({"url": "javascript:alert(1)", "arxiv_id": "cs/0112017"}, "https://arxiv.org/abs/cs/0112017"),
        ({"doi": "10.1/x", "arxiv_id": "2401.01234"}, "https://doi.org/10.1/x"),
        ({"url": "https://"}, ""),
        ({"url": "https://[x"}, ""),
        ({"url": 'https://example.org/"onclick='}, ""),
        ({"url": "https://example.org/a b"}, ""),
        ({}, ""),
    ],
)
def test_a_link_is_the_url_or_made_of_an_id(fields: dict[str, Any], address: str) -> None:
    assert web_link(Paper("x", "T", "A.", **fields)) == address


def test_the_host_of_an_address() -> None:
    assert url_host("https://ada@Example.org:80/x") == "example.org"
    assert url_host("no address") == ""
    assert url_host("https://[x") == ""


def test_lists_are_taken_as_tuples() -> None:
    listed: Any = ["Ada Byron"]
    paper = Paper("p", "T", "A.", authors=listed)
    assert paper == Paper("p", "T", "A.", authors=("Ada Byron",))
    assert hash(paper) == hash(Paper("p", "T", "A.", authors=("Ada Byron",)))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/home/ada/papers/zotero.bib", "zotero.bib"), ("papers/a: b.ris", "a: b.ris"), ("zotero.bib", "zotero.bib"), ("", ""),
        ("arxiv:cs/0701001", "arxiv:cs/0701001"), ("hf-daily:2026-08-20", "hf-daily:2026-08-20"),
    ],
)  # fmt: skip
def test_strangers_see_no_folder_of_a_source(source: str, name: str) -> None:
    assert source_name(source) == name


@pytest.mark.parametrize(
    ("abstract", "sections", "sentences"),
    [
        (
            "BACKGROUND: Bees sleep. RESULTS: Four did. Two woke.",
            [("BACKGROUND", 0, 23), ("RESULTS", 24, 52)],
            ["Bees sleep.", "Four did.", "Two woke."],
        ),
        ("Results : Four did.", [("RESULTS", 0, 19)], ["Four did."]),
        ("Zweck： Bienen schlafen.", [("ZWECK", 0, 23)], ["Bienen schlafen."]),
        # The label is not in the text, or there is nothing behind it.
        ("Four did.", [("RESULTS", 0, 9)], ["Four did."]),
        ("RESULTS:", [("RESULTS", 0, 8)], ["RESULTS:"]),
        ("Results were four.", [("RESULTS", 0, 18)], ["Results were four."]),
        ("Four: two and two.", [], ["Four: two and two."]),
    ],
)
def test_a_label_is_no_part_of_a_sentence(
    abstract: str, sections: list[tuple[str, int, int]], sentences: list[str]
) -> None:
    paper = Paper("p", "Bees", abstract, sections=tuple(Section(*one) for one in sections))
    found = paper.sentences()
    assert [abstract[span.start : span.end] for span in found] == sentences
    assert all(paper.section_at(span.start) == sections[0][0] for span in found[:1] if sections)
