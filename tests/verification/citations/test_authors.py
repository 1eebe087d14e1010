"""Citations by authors and year, in every form they are written in, for names and years that no example has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Paper
from assistant.core.text.citation_marks import tidied
from assistant.core.text.sanitize import folded
from assistant.verification.citations.citation import AuthorsYear
from assistant.verification.citations.forms import citations
from assistant.verification.citations.removal import without_citations
from assistant.verification.references import ReferenceIndex

PLAIN = "Otters sleep for 7 hours."
FAMILIES = "Roy Clark Osei Lindqvist Müller-Lüdenscheid O’Neil D'Angelo Łukasz-Żak Jones Li van·der·Linde de·Souza Prado·Castaño Young".split()

names = st.lists(
    st.sampled_from([f.replace("·", " ") for f in FAMILIES]), min_size=1, max_size=4, unique=True
)
years = st.integers(1900, 2099)
pages = st.integers(1, 1899)
joins = st.sampled_from(["{} and {}", "{} & {}", "{}, and {}", "{}, & {}", "et al."])

# The names N, the year Y and a page P, around the statement S that begins with a small letter.
FRAMES = [
    "In Y, N found that S",
    "In Y N found that S",
    "However, in Y, N found that S",
    "N found in Y that S",
    "N, in Y, found that S",
    "A Y study by N found that S",
    "A Y randomised controlled trial by N has shown that S",
    "In Y, a study by N showed that S",
    "In a Y study, N reported that S",
    "In their Y paper, N show that S",
    "According to a Y study by N, S",
    "As N (Y: P) put it, S",
    "As N (Y, p. P) put it, S",
    "As N (Y: P–P) put it, S",
    "N (Y) found that S",
    "N [Y] found that S",
    "N’s (Y) trial showed that S",
    "N's (Y, pp. P-P) trial showed that S",
    "N's Y trial showed that S",
    "According to N's (Y) trial, S",
    "N {, Y #P} found that S",
]
CLOSED = [
    "(N, Y)",
    "[N Y]",
    "(N, Y: P)",
    "(N, Y, P)",
    "(N, Y, §P)",
    "(N, Y, para. P)",
    "(see N, Y, Table P, for more)",
    "{N, Y #P}",
    "{N, Y, #P}",
    "{N, Y #P@P-P}",
    "{see N, Y #P}",
    ", as shown by N in Y",
    ", as N reported in Y",
    ", according to N (Y, ch. P)",
]


def _listed(families: list[str], join: str) -> tuple[str, tuple[str, ...]]:
    """Return a list of authors as it is written, and the families that it names."""
    if join == "et al.":
        return f"{families[0]} et al.", (folded(families[0]),)
    *first, last = families
    return (join.format(", ".join(first), last) if first else last), tuple(map(folded, families))


def _filled(form: str, named: str, year: int, page: int) -> str:
    return "".join({"N": named, "Y": str(year), "P": str(page)}.get(part, part) for part in form)


def _read(text: str) -> tuple[str, list[tuple[tuple[str, ...], int | None]]]:
    known = frozenset(folded(f.replace("·", " ")) for f in FAMILIES)
    found = citations(text, frozenset(), known.__contains__)
    cited = [(r.families, r.year) for one in found for r in one.references if isinstance(r, AuthorsYear)]
    return tidied(without_citations(text, found)), cited


@pytest.mark.parametrize("frame", FRAMES)
@given(families=names, join=joins, year=years, page=pages)
def test_a_citation_in_front_is_cut_out(
    frame: str, families: list[str], join: str, year: int, page: int
) -> None:
    named, cited = _listed(families, join)
    # A particle is small inside a sentence only.
    text = _filled(frame.removesuffix("S"), named, year, page) + PLAIN[0].lower() + PLAIN[1:]
    assert _read(text) == (PLAIN, [(cited, year)])


@pytest.mark.parametrize("form", CLOSED)
@given(families=names, join=joins, year=years, page=pages)
def test_a_citation_behind_is_cut_out(
    form: str, families: list[str], join: str, year: int, page: int
) -> None:
    named, cited = _listed(families, join)
    gap = "" if form.startswith(",") else " "
    assert _read(f"{PLAIN[:-1]}{gap}{_filled(form, named, year, page)}.") == (PLAIN, [(cited, year)])


@given(families=names, other=names, year=years, later=years)
def test_several_citations_of_one_bracket_are_apart(
    families: list[str], other: list[str], year: int, later: int
) -> None:
    for form in ("({}, {}: 4; {}, {}, p. 6)", "{{{}, {} #12; {}, {} #3}}"):
        (one, cited), (two, also) = _listed(families, "{} & {}"), _listed(other, "{} & {}")
        text = f"{PLAIN[:-1]} {form.format(one, year, two, later)}."
        assert _read(text) == (PLAIN, [(cited, year), (also, later)])


@given(families=names, year=years, join=joins)
def test_whose_trial_it_was_stays_possessive(families: list[str], year: int, join: str) -> None:
    named, cited = _listed(families, join)
    for form in (
        f"{named}'s ({year}) trial counted 340 otters.",
        f"{named}’s {year} trial counted 340 otters.",
    ):
        assert _read(form) == ("The authors' trial counted 340 otters.", [(cited, year)])


@pytest.mark.parametrize(
    "text",
    [
        "In 2022, 340 otters were counted.",
        "Roy and Clark counted 340 otters in 2022.",
        "By 2022, Roy and Clark had counted 340 otters.",
        "In 2022, Paris had 3 otters.",
        "A 2022 study by Paris Council found 3 otters.",
        "Of 2022 otters, Roy and Clark counted 340.",
        "In 2022, 340 otters were counted by Roy and Clark.",
    ],
)
def test_a_year_of_what_happened_is_no_citation(text: str) -> None:
    assert _read(text) == (text, [])


def test_what_is_told_of_authors_is_kept() -> None:
    assert (
        _read("Roy (2022) tested mice, and found 4 otters.")[0]
        == "The authors tested mice, and found 4 otters."
    )
    assert _read("None of Roy (2022) found that otters sleep.")[0].startswith("None of")


def test_a_citation_that_names_no_paper_is_told_as_it_is_written() -> None:
    paper = Paper("x", "Otters", "Otters sleep.", authors=("Ann Roy", "Bo Clark"), year=2021)
    text = "In 2022, Roy and Clark found that otters sleep. Roy and Clark's (2022) trial was long. Otters sleep (Roy, 2022: 4)."
    found = ReferenceIndex([paper]).resolve(text).sentences
    assert [s.unknown for s in found] == [
        ("Roy and Clark (2022)",),
        ("Roy and Clark (2022)",),
        ("Roy (2022)",),
    ]
