"""Pages in which titles and abstracts take turns: right pairs, and a Problem with its line for what breaks the turns."""

from __future__ import annotations

import io
import textwrap
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.papers import SHARED

from assistant.core.errors import SourceError
from assistant.core.paper import Paper, paper_id
from assistant.library.readers import Problem
from assistant.library.readers import read as read_file
from assistant.library.readers.pages.page import read
from assistant.library.readers.problem import Located
from assistant.library.readers.text.latex_in_text import without_latex

PAGE = SHARED / "data" / "daily_papers.txt"
HEADER = ["new", "Get trending papers in your email inbox!", "Subscribe", "Daily Papers", "Aug 20"]
PAPERS = [(f"Title of paper {n}", f"Abstract {n} " + "word " * 37 + "end.") for n in range(5)]
"""Abstracts of exactly 40 words."""


def page(*parts: str, header: list[str] = HEADER, gap: str = "\n\n") -> str:
    return gap.join([*header, *parts]) + "\n"


def flat(papers: list[tuple[str, str]]) -> list[str]:
    return [text for paper in papers for text in paper]


def records(text: str) -> list[Located | Problem]:
    return list(read(io.StringIO(text, newline=""), "page"))


def pairs(text: str) -> list[tuple[str, str]]:
    return [(r.paper.title, r.paper.abstract) for r in records(text) if isinstance(r, Located)]


def problems(text: str) -> list[tuple[int, str]]:
    return [(r.line, r.field) for r in records(text) if isinstance(r, Problem)]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize("header", [HEADER, [], ["Aug 21, 2025"], ["Models", "Log In", "Week 36"]])
@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n\r\n", "\r", "\n \t\n\n"])
def test_titles_and_abstracts_in_turn_are_papers(header: list[str], gap: str) -> None:
    text = page(*flat(PAPERS), header=header, gap=gap)
    assert pairs(text) == PAPERS
    assert problems(text) == []


def test_a_paper_has_its_titles_line_id_and_link_and_no_year() -> None:
    text = (
        "Daily Papers\n\nTitle of a paper\n\n"
        + "word " * 40
        + "See (https://example.org/a_(b)). BACKGROUND: none.\n"
    )
    (record,) = records(text)
    assert isinstance(record, Located)
    assert record.line == 3
    assert record.paper == Paper(
        paper_id("Title of a paper"),
        "Title of a paper",
        "word " * 40 + "See (https://example.org/a_(b)). BACKGROUND: none.",
        url="https://example.org/a_(b)",
        source="page",
    )


@pytest.mark.parametrize(("words", "count"), [(39, 0), (40, 1)])
def test_an_abstract_has_at_least_forty_words(words: int, count: int) -> None:
    assert len(pairs("Title\n\n" + "word " * words)) == count


@pytest.mark.parametrize("k", range(5))
def test_a_paper_without_an_abstract_costs_only_itself(k: int) -> None:
    text = page(*[part for i, paper in enumerate(PAPERS) for part in (paper[:1] if i == k else paper)])
    assert pairs(text) == PAPERS[:k] + PAPERS[k + 1 :]
    assert problems(text) == [(line_of(text, PAPERS[k][0]), "abstract")]


@pytest.mark.parametrize(("words", "named"), [("Three words only", 0), ("Here are four words", 1)])
def test_a_long_line_right_above_the_first_title_is_named(words: str, named: int) -> None:
    text = page(words, *flat(PAPERS))
    assert pairs(text) == PAPERS
    assert problems(text) == [(line_of(text, words), "abstract")] * named


def test_a_first_title_as_short_as_a_menu_is_taken_only_without_a_header() -> None:
    papers = [("Bees", PAPERS[0][1]), *PAPERS[1:]]
    assert pairs(page(*flat(papers), header=[])) == papers
    text = page(*flat(papers))
    assert pairs(text) == PAPERS[1:]
    assert problems(text) == [(line_of(text, PAPERS[0][1]), "title")]


@pytest.mark.parametrize("k", range(5))
def test_a_paper_without_a_title_costs_only_itself(k: int) -> None:
    text = page(*[part for i, paper in enumerate(PAPERS) for part in (paper[1:] if i == k else paper)])
    assert pairs(text) == PAPERS[:k] + PAPERS[k + 1 :]
    assert problems(text) == [(line_of(text, PAPERS[k][1]), "title")]


def test_a_problem_quotes_the_paragraph_and_says_what_is_missing() -> None:
    text = page(*flat(PAPERS), "Code", "A" * 70)
    messages = [r.message for r in records(text) if isinstance(r, Problem)]
    assert messages == [
        "“Code” has no abstract below it; left out",
        f"“{'A' * 60}…” has no abstract below it; left out",
    ]
    (message,) = [r.message for r in records(page(*flat(PAPERS), PAPERS[0][1])) if isinstance(r, Problem)]
    assert message == f"“{PAPERS[0][1][:60]}…” has no title above it; left out"


def test_a_garbled_title_or_abstract_costs_only_its_paper() -> None:
    bad = [*PAPERS[:2], ("—", PAPERS[2][1]), (PAPERS[3][0], "word " * 5_000), PAPERS[4]]
    text = page(*flat(bad))
    assert pairs(text) == [*PAPERS[:2], PAPERS[4]]
    assert problems(text) == [(line_of(text, "—"), "title"), (line_of(text, PAPERS[3][0]), "abstract")]


@pytest.mark.parametrize("width", [50, 72, 100])
def test_wrapped_paragraphs_between_blank_lines_are_unwrapped(width: int) -> None:
    text = "\n\n".join(textwrap.fill(part, width) for part in [*HEADER, *flat(PAPERS)])
    assert pairs(text) == PAPERS


def test_a_title_may_stand_right_above_its_abstract() -> None:
    assert pairs("\n\n".join("\n".join(paper) for paper in PAPERS)) == PAPERS


@pytest.mark.parametrize(
    ("line", "title"), [("## Bees", "Bees"), ("#Bees", "#Bees"), ("# # Bees", "# Bees"), ("C #", "C #")]
)
def test_the_marks_of_a_markdown_heading_are_no_part_of_a_title(line: str, title: str) -> None:
    assert [pair[0] for pair in pairs(f"{line}\n\n{PAPERS[0][1]}")] == [title]


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("https://example.org/a.", "https://example.org/a"),
        ("(http://example.org/a_(b)).", "http://example.org/a_(b)"),
        ("\\url{https://example.org/my\\_a}.", "https://example.org/my_a"),
        ("https://example.org/a{https://example.org/b}", "https://example.org/a"),
        ("https://example.org/a, https://example.org/b", "https://example.org/a"),
        ("github.com/hive/bees", ""),
    ],
)
def test_the_first_link_of_the_abstract_is_the_papers(written: str, link: str) -> None:
    papers = [r.paper for r in records(f"Title\n\n{'word ' * 40}{written}") if isinstance(r, Located)]
    assert [paper.url for paper in papers] == [link]


# Text that is no page


@pytest.mark.parametrize(
    "text",
    [
        page(),
        page(
            *[part for title, abstract in PAPERS for part in (title, "Ada Byron, Al Turing", abstract)],
            header=[],
        ),
        page(*[part for title, abstract in PAPERS for part in (title, abstract, abstract, abstract)]),
        page(*[abstract for _, abstract in PAPERS]),
        page(*[title for title, _ in PAPERS]),
        "\n".join(textwrap.fill(part, 72) for part in flat(PAPERS)),
    ],
)
def test_text_without_alternation_has_no_paper_and_one_error_names_the_formats(
    text: str, tmp_path: Path
) -> None:
    assert records(text) == []
    (tmp_path / "notes.txt").write_text(text)
    with pytest.raises(SourceError, match=r"no paper in it.*BibTeX, .*Daily Papers page, "):
        list(read_file(tmp_path / "notes.txt"))


def test_more_papers_than_breaks_make_a_page() -> None:
    two = page(*flat(PAPERS[:2]), "One more title", header=[])
    assert (len(pairs(two)), len(problems(two))) == (2, 1)
    assert records(page(*flat(PAPERS[:1]), "One more title", header=[])) == []


@given(
    st.lists(st.sampled_from([slice(2), slice(2), slice(2), slice(1, 2), slice(1)]), min_size=5, max_size=5)
)
def test_no_title_ever_gets_another_papers_abstract(parts: list[slice]) -> None:
    text = page(*[part for paper, kept in zip(PAPERS, parts, strict=True) for part in paper[kept]], header=[])
    # A title left alone right above an abstract left alone is a paper by all that the page shows.
    if (slice(1), slice(1, 2)) not in pairwise(parts):
        assert set(pairs(text)) <= set(PAPERS)


@given(st.text(max_size=400))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert all(isinstance(record, Located | Problem) for record in records(text))


# The real page


@pytest.fixture(scope="module")
def real() -> list[tuple[str, str]]:
    """The 72 pairs, told by the layout alone: six lines of header, then title and abstract in turn; without their LaTeX."""
    if not PAGE.exists():
        pytest.skip(f"{PAGE} is not there: set EVALS_SHARED to the folder of shared data")
    parts = [without_latex(part.strip()) for part in PAGE.read_text().split("\n\n") if part.strip()][6:]
    return list(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.shared
def test_all_72_papers_of_the_page_come_through_whole(real: list[tuple[str, str]]) -> None:
    papers = list(read_file(PAGE))
    assert [(paper.title, paper.abstract) for paper in papers if isinstance(paper, Paper)] == real
    assert len(papers) == len(real) == 72


@pytest.mark.shared
@pytest.mark.parametrize("part", ["title", "abstract"])
def test_dropping_any_part_of_the_page_costs_that_paper_and_is_named(
    real: list[tuple[str, str]], part: str
) -> None:
    for k in range(len(real)):
        left = real[k][0] if part == "abstract" else real[k][1]
        text = page(*flat(real[:k]), left, *flat(real[k + 1 :]))
        assert pairs(text) == real[:k] + real[k + 1 :]
        assert problems(text) == [(line_of(text, left), part)]


@pytest.mark.shared
@pytest.mark.parametrize("gap", ["\n", "\r\n\r\n", "\n\n\n"])
def test_the_page_is_read_with_other_gaps_and_without_its_header(
    real: list[tuple[str, str]], gap: str
) -> None:
    text = page(*flat(real), header=[], gap=gap)
    assert pairs(text) == real
    assert problems(text) == []
