"""References in every style: complete, one line each, plain text, whatever a record holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Answer, Paper, Source, Statement
from assistant.export.citation_style import STYLES, cited, reference

TWO = ("Ada Byron", "Li Chen")
TEXTS = st.text(max_size=30) | st.sampled_from(
    ("<b>x</b>", '<span class="nocase">X', "&amp;", "İ", "\\textbf{$x$}", "כהן, דוד", "\u202e", "\x00", "T" * 300, "?", "...", ",", "-")
)  # fmt: skip


@pytest.mark.parametrize("style", list(STYLES))
@given(st.lists(TEXTS, max_size=3), TEXTS, TEXTS, st.none() | st.integers(-50, 9999))
@settings(deadline=None, max_examples=30)
def test_a_reference_is_one_line_of_plain_text(
    style: str, authors: list[str], title: str, other: str, year: int | None
) -> None:
    paper = Paper("x", f"T{title}t", "A.", tuple(authors), year, venue=other, doi=other, url=other)
    (made,) = reference([paper], style)
    shown = made.replace("\u202f", " ")
    assert len(shown.splitlines()) == 1
    assert "\ue000" not in made
    assert "\u202e" not in made
    assert ("<b>x</b>" in title) <= ("<b>x</b>" in made)
    assert ("&amp;" in title + other + "".join(authors)) or "&amp;" not in made
    assert year or "n.d." in made


def test_an_undated_paper_is_said_to_be_so_and_where_it_is() -> None:
    paper = Paper("x", "Dots", "A.", url="https://dots.org/")
    assert reference([paper], "apa") == ["Dots. (n.d.). https://dots.org/"]
    assert reference([paper], "ieee") == ["[1] “Dots,” n.d. [Online]. Available: https://dots.org/"]
    assert reference([paper], "author-year") == ["Dots (n.d.). https://dots.org/"]


def test_undated_papers_of_the_same_authors_are_told_apart() -> None:
    papers = [Paper("x", "Zebra", "A.", TWO), Paper("y", "Ant", "A.", TWO)]
    assert reference(papers, "apa") == [
        "Byron, A., & Chen, L. (n.d.-b). Zebra.",
        "Byron, A., & Chen, L. (n.d.-a). Ant.",
    ]


def test_bodies_and_names_without_initials_stay_whole() -> None:
    authors = ("World Health Organization", "AT&T Labs", "王 伟", "J.-P. Sartre", "Plato")
    (made,) = reference([Paper("x", "Dots", "A.", authors, 2020)], "apa")
    assert made == "World Health Organization, AT&T Labs, 王 伟, Sartre, J.-P., & Plato. (2020). Dots."


def test_fifty_authors_are_shortened_as_the_style_does() -> None:
    paper = Paper("x", "Dots", "A.", tuple(f"Ann Name{n}" for n in range(50)), 2020)
    assert reference([paper], "ieee") == ["[1] A. Name0 et al., “Dots,” 2020."]
    assert "Name18, A., … Name49, A. (2020)" in reference([paper], "apa")[0]
    assert "et al. Dots" in reference([paper], "vancouver")[0]


def test_a_question_for_a_title_gets_no_full_stop() -> None:
    paper = Paper("x", "Why dots?", "A.", TWO, 2020, venue="Dots")
    for style in STYLES:
        assert "?." not in reference([paper], style)[0]


def test_several_citations_stand_together_and_numbers_are_the_answers() -> None:
    papers = [Paper("z", "Zebra", "A.", ("Bo Zed",), 2021), Paper("a", "Ant", "A.", TWO, 2020)]
    sources = tuple(Source(n, paper) for n, paper in enumerate(papers, start=1))
    struck = Statement("Struck.", ("z",), "unsupported", struck=True)
    both = Answer("q", "t", (Statement("Both.", ("z", "a")),), sources)
    one = Answer("q", "t", (struck, Statement("", ("z",)), Statement("One.", ("a",))), sources)
    assert cited(both, "apa").startswith("Both (Byron & Chen, 2020; Zed, 2021).\n\nReferences\nByron")
    assert cited(both, "ieee").startswith("Both [1][2].\n\nReferences\n[1] B. Zed")
    assert cited(one, "ieee").startswith("One [2].\n\nReferences\n[2] A. Byron")
    assert "[1]" not in cited(one, "ieee")
    assert cited(Answer("q", "The abstracts do not say."), "apa") == "The abstracts do not say."


def test_a_suffix_stands_behind_the_name() -> None:
    paper = Paper("p", "On tea", "A.", authors=("Ada Stone Jr.", "Bo Chen"), year=2020)
    assert reference([paper], "author-year")[0].startswith("Stone, Ada, Jr.; Chen, Bo (2020).")
    assert reference([paper], "numeric")[0].startswith("[1] Ada Stone Jr., Bo Chen.")
    assert reference([paper], "apa")[0].startswith("Stone, A., Jr.")
