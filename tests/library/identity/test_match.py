"""Two records of one paper are told from two papers, however databases write them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from assistant.core.paper import Paper
from assistant.library.identity.match import keys, likeness

ONE = Paper(
    "a",
    "Otters in city rivers: a twelve-river count",
    "We counted otters in twelve city rivers and found 340 animals.",
    authors=("Jane Müller", "Karl Roe"),
    year=2020,
    doi="10.5555/otters.2020",
    extra={"page": "387-397", "volume": "7"},
)
BARE = replace(ONE, doi="")


@pytest.mark.parametrize(
    "other",
    [
        replace(BARE, title="Otters in City Rivers : A Twelve-River Count."),
        replace(BARE, title="Otters in city rivers"),
        replace(BARE, title="[Otters in city rivers: a twelve-river count] [Article in German]"),
        replace(BARE, title="Otters in city rivers: a twelve-river counts"),
        replace(BARE, authors=("Mueller, J.",), year=2019),
        replace(BARE, authors=("J. MULLER",), extra={"page": "387"}),
        replace(BARE, authors=(), pmid="12"),
        replace(BARE, abstract=""),
        replace(BARE, abstract=ONE.abstract + " (C) 2020 Example Press."),
        replace(ONE, title="Otter in Stadtflüssen", year=2024, abstract="Wir zählten Otter."),
    ],
)
def test_records_of_one_paper_are_the_same(other: Paper) -> None:
    assert likeness(ONE, other) == likeness(other, ONE) == "same"
    assert set(keys(ONE)) & set(keys(other))


@pytest.mark.parametrize(
    "other",
    [
        replace(BARE, title="Otters in city rivers: a thirteen-lake survey"),
        replace(BARE, title="Otters in city rivers: a twelve-river count. Part 2"),
        replace(BARE, year=2016),
        replace(BARE, authors=("Anna Lake",)),
        replace(BARE, authors=("Karl Müller",)),
        replace(BARE, abstract="Beavers build dams of wood, which lower floods in nine valleys."),
        replace(BARE, extra={"page": "12-19", "volume": "7"}),
        replace(ONE, doi="10.5555/otters.2021"),
        Paper("b", "Beavers and floods", "Dams.", authors=("Rick Lake",), doi=ONE.doi),
    ],
)
def test_other_papers_are_not(other: Paper) -> None:
    assert likeness(ONE, other) == likeness(other, ONE) == ""


@pytest.mark.parametrize(
    "preprint",
    [
        replace(BARE, arxiv_id="2001.00001v2", year=2018, abstract="An earlier text."),
        replace(BARE, venue="arXiv preprint arXiv:2001.00001"),
        replace(ONE, doi="10.1101/2020.01.01.1"),
        replace(BARE, extra={"type": "preprint"}),
    ],
)
def test_a_preprint_is_a_version_of_its_paper(preprint: Paper) -> None:
    assert likeness(ONE, preprint) == likeness(preprint, ONE) == "version"


def test_titles_that_say_nothing_are_no_identity() -> None:
    editorial = Paper("e", "Editorial", "", authors=("Jane Roe",), year=2020)
    assert likeness(editorial, replace(editorial, id="f")) == ""


def test_two_exports_of_the_same_records_are_merged_without_a_fault() -> None:
    first, second = _labelled(300)
    first_keys = {i: set(keys(one)) for i, one in first.items()}
    second_keys = {j: set(keys(other)) for j, other in second.items()}
    met = [(i, j) for i in first for j in second if first_keys[i] & second_keys[j]]
    found = {(i, j) for i, j in met if likeness(first[i], second[j]) == "same"}
    right = {(i, i) for i in first}
    assert found <= right
    assert len(found) >= 0.97 * len(right)


_WORDS = "otter beaver river lake winter sleep protein α-synuclein vaccine trial graph neural city soil carbon memory".split()
_KINDS = "a randomised trial|evidence from cities|a systematic review|the role of β cells|a twelve-year follow-up".split(
    "|"
)
_NAMES = "Müller Roe Castaño O'Neil Wang Li Smith Kowalczyk".split()


def _labelled(n: int) -> tuple[dict[int, Paper], dict[int, Paper]]:
    """Return n records as two databases write them: PubMed-like and Scopus-like. Many share their words and authors."""
    chance = random.Random(18)
    first, second = {}, {}
    for i in range(n):
        words = chance.sample(_WORDS, 4)
        title = f"{words[0].capitalize()} and {words[1]} in {words[2]} {words[3]}: {chance.choice(_KINDS)}"
        title += f" {i}" if chance.random() < 0.2 else ""
        abstract = f"Study {i} of {' '.join(chance.sample(_WORDS, 8))}. We found {i * 7} cases in {i} places."
        family, year = chance.choice(_NAMES), chance.randint(1995, 2024)
        doi, page = f"10.5555/j.{i}", str(100 + 13 * i)
        first[i] = Paper(
            f"p{i}",
            title + ".",
            abstract,
            authors=(f"Anna B. {family}",),
            year=year,
            doi=doi if chance.random() < 0.8 else "",
            pmid=str(10_000 + i),
            extra={"page": f"{page}-9"},
        )
        other = title.upper() if chance.random() < 0.1 else title.replace("-", " ")
        other = other.replace("α", "alpha").replace("β", "beta") if chance.random() < 0.5 else other
        second[i] = Paper(
            f"s{i}",
            other,
            chance.choice([abstract, f"{abstract} © 2020 Elsevier", ""]),
            authors=(f"{family.replace('ü', 'ue')}, A.B.",),
            year=year + (chance.random() < 0.1),
            doi=doi.upper() if chance.random() < 0.7 else "",
            extra={"page": f"{page}-{int(page) + 9}"},
        )
    return first, second
