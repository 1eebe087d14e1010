"""References for other programs: read back as they were, whatever stands in a title."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.papers import PAPERS

from assistant import Paper
from assistant.cli.main import main
from assistant.core.paper import web_link
from assistant.export.bibliography import bibtex, csl_json, ris
from assistant.export.formats import REFERENCES

FULL = Paper(
    "x",
    "Tiny {Detectors} & 5% of_the $cost$ \\o/",
    "We present Dot.",
    authors=("Ada Byron", "van der Berg, Jan", "Ludwig van Beethoven", "Plato"),
    year=2024,
    venue="Journal of Dots",
    doi="10.1/x_y",
    arxiv_id="2401.00001",
)
HOSTILE = (
    "}} , @article{evil, title = {x}",
    "line\r\nTY  - JOUR\r\nER  - \r\nTI  - evil",
    "<script>alert(1)</script> \u202e\u0000 \u2028",
    "{" * 300,
    "\\" * 51,
)


def balanced(text: str) -> bool:
    """Whether braces never close more than is open, and end as they began; as BibTeX counts, backslashes or not."""
    depth = 0
    for mark in text:
        depth += (mark == "{") - (mark == "}")
        if depth < 0:
            return False
    return depth == 0


def test_bibtex_has_what_the_paper_has() -> None:
    made = bibtex([FULL])
    assert made.startswith("@article{byron2024tiny,\n")
    assert (
        r"title = {{Tiny {\textbraceleft}Detectors{\textbraceright} \& 5\% of\_the \$cost\$ {\textbackslash}o/}}"
        in made
    )
    assert "author = {{Byron}, Ada and {van der Berg}, Jan and {van Beethoven}, Ludwig and {Plato}}" in made
    assert "journal = {Journal of Dots}" in made
    assert "eprint = {2401.00001}" in made
    assert "archiveprefix = {arXiv}" in made


def test_addresses_stand_as_they_are_and_a_name_with_and_in_it_is_one() -> None:
    paper = Paper(
        "x",
        "Dots",
        "A.",
        authors=("Byron, Ada and Bob",),
        doi="10.1007/978-3_13",
        url="https://x.org/a_b%20{c}",
    )
    made = bibtex([paper])
    assert "doi = {10.1007/978-3_13}" in made
    assert "url = {https://x.org/a_b%20%7Bc%7D}" in made
    assert "author = {{Byron}, {Ada and Bob}}" in made


@pytest.mark.parametrize("url", ["https://[x", "https://a℀b/", "javascript:x", ""])
def test_what_is_no_address_is_no_link(url: str) -> None:
    assert web_link(Paper("x", "Dots", "A.", url=url)) == ""


def test_keys_are_unique_and_plain() -> None:
    twins = [Paper(str(n), "The Größe of dots", "A.", authors=("Zoë Ünal",), year=2020) for n in range(3)]
    made = re.findall(r"@\w+\{(.*),", bibtex([*twins, Paper("z", "图像", "B.")]))
    assert made == ["unal2020groe", "unal2020groe-2", "unal2020groe-3", "paper"]


@pytest.mark.parametrize("venue", ["Proceedings of the Dot Conference", "NeurIPS 2024"])
def test_a_conference_is_told_from_a_journal(venue: str) -> None:
    paper = Paper("x", "Dots", "A.", venue=venue)
    assert bibtex([paper]).startswith("@inproceedings")
    assert "TY  - CONF" in ris([paper])
    assert json.loads(csl_json([paper]))[0]["type"] == "paper-conference"


def test_ris_has_one_record_a_paper() -> None:
    made = ris([FULL, *PAPERS])
    assert made.count("TY  - ") == made.count("ER  - ") == 4
    assert "AU  - van der Berg, Jan\r\n" in made
    assert "UR  - https://arxiv.org/abs/2401.00001\r\n" in made


def test_csl_json_leaves_out_what_is_not_known() -> None:
    full, bare = json.loads(csl_json([FULL, Paper("y", "Bare", "A.")]))
    assert full["author"][0] == {"family": "Byron", "given": "Ada"}
    assert full["issued"] == {"date-parts": [[2024]]}
    assert bare.keys() == {"id", "type", "title", "abstract"}


@given(st.text() | st.sampled_from(HOSTILE))
def test_no_text_leaves_its_field(text: str) -> None:
    paper = Paper("x", f"T{text}", f"A{text}", authors=(f"N{text}",), venue=f"V{text}")
    made = bibtex([paper])
    assert balanced(made)
    assert len(re.findall(r"^@", made, re.M)) == 1
    # Fields stand on lines of their own.
    assert all(re.match(r"@|  \w+ = \{|\}", line) for line in made.splitlines())
    lines = ris([paper]).split("\r\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines if line)
    assert sum(line.startswith("TY") for line in lines) == 1
    assert len(json.loads(csl_json([paper]))) == 1


def test_the_command_exports_what_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--sample", "--format", "ris", "ssd", "lxmert"]) == 0
    out = capsys.readouterr().out
    assert out.count("TY  - ") == 2
    assert "SSD: Single Shot MultiBox Detector" in out
    assert main(["export", "--sample"]) == 0
    assert capsys.readouterr().out.count("@misc{") == 72
    assert main(["export", "--sample", "nonesuch"]) == 1
    assert "No paper 'nonesuch'" in capsys.readouterr().err
    assert set(REFERENCES) == {"bibtex", "ris", "csl-json"}


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        ("1030-9", "1030-1039"),
        ("e1030-9", "e1030-e1039"),
        ("101-9", "101-109"),
        ("109-5", "109-5"),
        ("12-30", "12-30"),
    ],
)
def test_the_last_page_is_written_whole(given: str, whole: str) -> None:
    paper = Paper("p", "T", "A.", extra={"page": given})
    first, last = whole.split("-")
    assert f"pages = {{{first}--{last}}}" in bibtex([paper])
    assert f"SP  - {first}\r\nEP  - {last}\r\n" in ris([paper])
    assert json.loads(csl_json([paper]))[0]["page"] == whole


def test_a_suffix_is_written_where_each_format_has_it() -> None:
    paper = Paper("p", "T", "A.", authors=("Ada Stone Jr.", "van der Berg, Jan, III"))
    assert "author = {{Stone}, Jr., Ada and {van der Berg}, III, Jan}" in bibtex([paper])
    assert "AU  - Stone, Ada, Jr.\r\nAU  - van der Berg, Jan, III\r\n" in ris([paper])
    assert json.loads(csl_json([paper]))[0]["author"] == [
        {"family": "Stone", "given": "Ada", "suffix": "Jr."},
        {"family": "van der Berg", "given": "Jan", "suffix": "III"},
    ]
