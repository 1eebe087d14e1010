"""Reading the Daily Papers page and pages that differ from it: right pairs, or a Problem with the line."""

from __future__ import annotations

import re
import textwrap
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.papers import SHARED

from assistant.core.errors import SourceError
from assistant.core.paper import Paper, paper_id
from assistant.library.readers import Problem, read
from assistant.library.readers.page.daily_papers import read_page
from assistant.library.readers.problem import Located

PAGE = SHARED / "data" / "daily_papers.txt"
HEADER = ["new", "Get trending papers in your email inbox!", "Subscribe", "Daily Papers", "Aug 20"]
BEES = (
    "Bees That Count: Numerosity in the Hive",
    "Honey bees visit flowers whose petals differ in number. We train foragers on feeders marked with "
    "two to six dots and find that bees tell four dots from five without any reward for it. Foragers "
    "that were trained at dawn forget the dots by noon, and a second visit to the feeder restores what "
    "they knew.",
)
RIVERS = (
    "How Do Rivers Bend?",
    "Meanders grow where fast water erodes the outer bank. Our simulation of sediment couples bank "
    "height with the speed of the current and predicts the wavelength of a river from its width alone. "
    "On 312 rivers seen by satellite the predicted wavelength is off by 9\\% on average, half of what "
    "earlier formulas of meanders reach.",
)
BREAD = (
    "Sourdough as a Dynamical System",
    "A sourdough starter is a community of yeasts and lactic bacteria whose shares oscillate. This "
    "paper models the starter by two coupled equations with one parameter, the feeding interval "
    "$\\tau$, and shows that shares settle only if $\\tau$ is below nine hours. Bakers in 14 towns "
    "measured acidity, which agrees with the equations.",
)
GLASS = (
    "Old Windows Do Not Flow",
    "It is often told that medieval window panes are thicker at the bottom because glass flows. "
    "Measurements of viscosity in silicate glass at room temperature put the flow of a pane over 800 "
    "years at less than a nanometre. The uneven thickness comes from the crown process, in which "
    "glaziers spun the glass.",
)
ALL = [BEES, RIVERS, BREAD, GLASS]


def page(*parts: str, header: list[str] = HEADER, gap: str = "\n\n") -> str:
    return gap.join([*header, *parts]) + "\n"


def flat(*papers: tuple[str, str]) -> list[str]:
    return [text for paper in papers for text in paper]


def pairs(text: str) -> list[tuple[str, str]]:
    found = [item.paper for item in read_page(text, "page") if isinstance(item, Located)]
    return [(paper.title, paper.abstract) for paper in found]


def problems(text: str) -> list[Problem]:
    return [item for item in read_page(text, "page") if isinstance(item, Problem)]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def halves(abstract: str) -> list[str]:
    sentences = re.split(r"(?<=[.!?]) (?=[A-Z])", abstract)
    middle = len(sentences) // 2
    return [" ".join(sentences[:middle]), " ".join(sentences[middle:])]


# Made pages: everything in its place


@pytest.mark.parametrize(
    "header",
    [
        HEADER,
        [],
        ["Aug 21, 2025"],
        ["Wednesday, 3 September 2025"],
        ["2025-09-03"],
        ["Daily Papers for Sep 3"],
        ["Hugging Face", "Models", "Datasets", "Spaces", "Log In", "Sign Up", *HEADER],
        ["Our weekly pick", *HEADER],
        ["Daily Papers", "by AK and the research community", "Week 36"],
    ],
)
def test_a_page_is_read_under_any_header(header: list[str]) -> None:
    text = page(*flat(*ALL), header=header)
    assert pairs(text) == ALL
    assert problems(text) == []


@pytest.mark.parametrize(
    "footer", [["Previous", "Next"], ["Load more", "© 2025 Hive"], ["TOS Privacy About", "12"]]
)
def test_a_footer_is_no_paper(footer: list[str]) -> None:
    text = page(*flat(*ALL), *footer)
    assert pairs(text) == ALL
    assert problems(text) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_ends_will_do(end: str) -> None:
    assert pairs(page(*flat(*ALL)).replace("\n", end)) == ALL


@pytest.mark.parametrize("gap", ["\n", "\n\n\n", "\n \t\n"])
def test_any_gap_between_paragraphs_will_do(gap: str) -> None:
    assert pairs(page(*flat(*ALL), gap=gap)) == ALL


@pytest.mark.parametrize("width", [50, 72, 80, 100])
def test_hard_wrapped_paragraphs_are_joined(width: int) -> None:
    assert pairs("\n\n".join(textwrap.fill(text, width) for text in [*HEADER, *flat(*ALL)])) == ALL


def test_a_title_directly_above_its_abstract_is_read() -> None:
    assert pairs(page(*["\n".join(paper) for paper in ALL])) == ALL


def test_wrapped_lines_without_blank_lines_are_a_problem_and_no_paper() -> None:
    text = "\n".join(textwrap.fill(part, 72) for part in flat(*ALL))
    assert pairs(text) == []
    assert [problem.line for problem in problems(text)] == [1]


@pytest.mark.parametrize(
    "between",
    [
        "45",
        "Upvote 45",
        "Upvote",
        "1.2k",
        "· 5 authors",
        "12 comments",
        "▲ 7",
        "3 authors · 4 comments",
        "Aug 20",
        "-",
    ],
)
@pytest.mark.parametrize("place", ["above the title", "above the abstract", "under it"])
def test_counts_and_dates_between_paragraphs_are_passed_over(between: str, place: str) -> None:
    at = ["above the title", "above the abstract", "under it"].index(place)
    parts = [[*paper[:at], between, *paper[at:]] for paper in ALL]
    text = page(*[part for paper in parts for part in paper])
    assert pairs(text) == ALL
    assert problems(text) == []


def test_a_line_that_stands_before_every_paper_is_a_button() -> None:
    text = page(*[part for paper in ALL for part in ("Read it aloud", *paper)])
    assert pairs(text) == ALL


def test_markdown_headings_are_titles() -> None:
    assert pairs(page(*[part for title, abstract in ALL for part in (f"## {title}", abstract)])) == ALL


def test_a_paper_that_stands_twice_comes_once(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(page(*flat(*ALL, BEES)))
    assert [type(found) for found in read(tmp_path / "page.txt")] == [Paper] * 4


def test_a_title_that_stands_twice_with_two_abstracts_is_a_problem(tmp_path: Path) -> None:
    text = page(*flat(BEES, RIVERS, (BEES[0], GLASS[1])))
    (tmp_path / "page.txt").write_text(text)
    found = list(read(tmp_path / "page.txt"))
    assert [item.line for item in found if isinstance(item, Problem)] == [
        text[: text.rindex(BEES[0])].count("\n") + 1
    ]


@pytest.mark.parametrize(
    "title",
    [
        "Glass",
        "Does Glass Flow?",
        "Glass Does Not Flow.",
        "Glass, or: Why Old Windows Are Thick!",
        "Über fließendes Glas",
        "古い窓は流れない",
        "О течении стекла в старых окнах",
        "t-Glass: windows in lower case",
        "$\\alpha$-Glass and BT^2: A \\textbf{Study}",
        " ".join(["Glass"] * 30),
    ],
)
def test_titles_of_many_kinds_keep_their_abstracts(title: str) -> None:
    papers = [BEES, (title, GLASS[1]), BREAD]
    assert pairs(page(*flat(*papers))) == papers


@pytest.mark.parametrize(
    "abstract",
    [
        "We show that old windows do not flow.",
        "Old panes are uneven. Glass did not flow there, in 800 years of rest.",
    ],
)
def test_a_very_short_abstract_is_read(abstract: str) -> None:
    papers = [BEES, (GLASS[0], abstract), BREAD]
    assert pairs(page(*flat(*papers))) == papers


def test_a_page_of_very_short_abstracts_is_read() -> None:
    papers = [
        ("Bees", "We count bees in hives."),
        ("Rivers", "We bend rivers twice."),
        ("Bread", "We bake our bread."),
    ]
    assert pairs(page(*flat(*papers))) == papers


def test_titles_that_all_end_in_full_stops_are_read() -> None:
    papers = [(title.rstrip("?") + ".", abstract) for title, abstract in ALL]
    assert pairs(page(*flat(*papers))) == papers


# Abstracts in several paragraphs


@pytest.mark.parametrize(
    "tail",
    [
        "Code is available at https://example.org/bees.",
        "Code: https://example.org/bees",
        "https://example.org/bees",
        "The data set and the models are publicly available on our page.",
        "Project page: github.com/hive/bees",
    ],
)
def test_a_short_last_paragraph_belongs_to_its_abstract(tail: str) -> None:
    text = page(BEES[0], BEES[1], tail, *flat(RIVERS))
    assert pairs(text) == [(BEES[0], f"{BEES[1]} {tail}"), RIVERS]
    assert problems(text) == []


def test_an_abstract_in_two_paragraphs_is_joined() -> None:
    first = BREAD[1] + " Bakers kept each starter for a year."
    second = (
        "However, a starter that is fed flour of rye behaves differently: its bacteria and "
        "yeasts oscillate at "
        "any feeding interval. We measured acidity of such starters in three more towns, and "
        "the equations with "
        "a second parameter agree with what bakers see."
    )
    text = page(BREAD[0], first, second, *flat(GLASS))
    assert pairs(text) == [(BREAD[0], f"{first} {second}"), GLASS]
    assert problems(text) == []


def test_paragraphs_of_one_block_are_one_abstract() -> None:
    long = f"{BEES[1]} {BEES[1]}".replace("four dots", "4 dots", 1)
    text = page(BEES[0], f"{long}\n{RIVERS[1]}", *flat(GLASS))
    assert pairs(text)[0] == (BEES[0], f"{long} {RIVERS[1]}")


def test_a_short_sentence_that_may_be_a_title_is_named_and_left_out() -> None:
    text = page(*flat(BEES), "Old windows do not flow.", *flat(RIVERS))
    assert ("Old windows do not flow." in str(pairs(text))) is False
    assert [problem.line for problem in problems(text)] == [line_of(text, "Old windows")]


def test_a_short_first_paragraph_that_may_be_a_title_is_a_problem() -> None:
    text = page(*flat(BEES), RIVERS[0], "We ask how rivers bend in the plain.", RIVERS[1], *flat(GLASS))
    assert pairs(text) == [BEES, GLASS]
    assert [problem.line for problem in problems(text)] == [line_of(text, "We ask")]


# Missing parts


@pytest.mark.parametrize("k", range(4))
def test_a_paper_without_an_abstract_is_a_problem_and_the_others_go_in(k: int) -> None:
    text = page(*[part for i, paper in enumerate(ALL) for part in (paper[:1] if i == k else paper)])
    assert pairs(text) == [paper for i, paper in enumerate(ALL) if i != k]
    assert [(p.line, p.field) for p in problems(text)] == [(line_of(text, ALL[k][0]), "abstract")]


@pytest.mark.parametrize("k", range(4))
def test_a_paper_without_a_title_is_a_problem_and_the_others_go_in(k: int) -> None:
    text = page(*[part for i, paper in enumerate(ALL) for part in (paper[1:] if i == k else paper)])
    assert pairs(text) == [paper for i, paper in enumerate(ALL) if i != k]
    assert [(p.line, p.field) for p in problems(text)] == [(line_of(text, ALL[k][1]), "title")]


def test_a_dotted_title_without_an_abstract_is_not_put_into_the_abstract_above() -> None:
    text = page(*flat(BEES), "Old Windows and Bees That Count.", *flat(RIVERS, BREAD))
    assert pairs(text) == [BEES, RIVERS, BREAD]
    assert [problem.line for problem in problems(text)] == [line_of(text, "Old Windows")]


def test_names_of_authors_under_every_title_are_in_doubt() -> None:
    text = page(
        *[part for i, (title, body) in enumerate(ALL) for part in (title, f"Ada Byron{i}, Al Turing", body)]
    )
    assert pairs(text) == []
    assert {line_of(text, f"Ada Byron{i}") for i in range(4)} <= {problem.line for problem in problems(text)}


def test_an_abstract_of_more_than_twenty_thousand_characters_is_a_problem() -> None:
    text = page(*flat(("Glass", "word " * 5_000), BEES))
    assert pairs(text) == [BEES]
    assert [problem.field for problem in problems(text)] == ["abstract"]


def test_a_page_of_furniture_alone_has_no_paper(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(page())
    with pytest.raises(SourceError, match="no paper"):
        list(read(tmp_path / "page.txt"))


def test_no_year_is_invented_and_the_id_is_the_titles() -> None:
    papers = [item.paper for item in read_page(page(*flat(BEES)), "page") if isinstance(item, Located)]
    assert [(paper.year, paper.id) for paper in papers] == [(None, paper_id(BEES[0]))]


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("https://example.org/a.", "https://example.org/a"),
        ("(https://example.org/a_(b))", "https://example.org/a_(b)"),
        ("\\url{https://example.org/my\\_a}.", "https://example.org/my_a"),
        ("https://example.org/a{https://example.org/a}", "https://example.org/a"),
        ("github.com/hive/bees", ""),
        ("https://example.org/a, https://example.org/b", "https://example.org/a"),
    ],
)
def test_the_first_link_of_the_abstract_is_the_papers(written: str, link: str) -> None:
    text = page(BEES[0], f"{BEES[1]} Code is at {written}")
    assert [item.paper.url for item in read_page(text, "page") if isinstance(item, Located)] == [link]


@given(
    st.permutations(ALL),
    st.lists(st.sampled_from(["whole", "whole", "no title", "no abstract"]), min_size=4, max_size=4),
    st.lists(st.sampled_from(["", "45", "Aug 20", "· 3 authors"]), min_size=4, max_size=4),
)
def test_no_title_ever_gets_another_papers_abstract(
    papers: list[tuple[str, str]], states: list[str], between: list[str]
) -> None:
    # A title left alone right above an abstract left alone is a paper by all that the page shows.
    assume(("no abstract", "no title") not in pairwise(states))
    part = {"whole": slice(2), "no title": slice(1, 2), "no abstract": slice(1)}
    kept = [paper[part[state]] for paper, state in zip(papers, states, strict=True)]
    text = page(*[part for paper, line in zip(kept, between, strict=True) for part in (*paper, line) if part])
    assert set(pairs(text)) <= set(ALL)
    assert bool(problems(text)) == any(state != "whole" for state in states)


def test_titles_above_a_second_date_are_named_not_lost() -> None:
    text = page(ALL[0][0], "Aug 20", *ALL[1], *ALL[2])
    assert set(pairs(text)) <= set(ALL)
    assert any(ALL[0][0][:20] in problem.message for problem in problems(text))


@given(st.text(max_size=400))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert all(isinstance(item, Located | Problem) for item in read_page(text, "page"))


# The real page, and variants of it


@pytest.fixture(scope="module")
def real() -> list[tuple[str, str]]:
    """The 72 pairs, told by the layout alone: six lines of furniture, then title and abstract."""
    if not PAGE.exists():
        pytest.skip(f"{PAGE} is not there: set EVALS_SHARED to the folder of shared data")
    parts = [part.strip() for part in PAGE.read_text().split("\n\n") if part.strip()][6:]
    return list(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.shared
def test_all_72_papers_of_the_page_come_through_whole(real: list[tuple[str, str]]) -> None:
    found = list(read(PAGE))
    assert [(paper.title, paper.abstract) for paper in found if isinstance(paper, Paper)] == real
    assert len(found) == 72


@pytest.mark.shared
@pytest.mark.parametrize("part", ["title", "abstract"])
def test_dropping_any_part_of_the_page_costs_that_paper_and_mispairs_none(
    real: list[tuple[str, str]], part: str
) -> None:
    for k in range(len(real)):
        rest = [*real[:k], *real[k + 1 :]]
        kept = real[k][0] if part == "abstract" else real[k][1]
        text = page(*flat(*real[:k]), kept, *flat(*real[k + 1 :]))
        found = pairs(text)
        assert set(found) <= set(rest)
        assert len(found) >= len(rest) - (part == "title")
        assert [problem.line for problem in problems(text)] == [line_of(text, kept)]


@pytest.mark.shared
@pytest.mark.parametrize("gap", ["\n", "\r\n\r\n", "\n\n\n"])
def test_the_page_is_read_with_other_gaps_and_without_its_header(
    real: list[tuple[str, str]], gap: str
) -> None:
    text = page(*flat(*real), header=[], gap=gap)
    assert pairs(text) == real
    assert problems(text) == []


@pytest.mark.shared
def test_the_page_is_read_with_votes_and_authors_counted(real: list[tuple[str, str]]) -> None:
    parts = [
        part
        for i, (title, abstract) in enumerate(real)
        for part in (f"Upvote {i}", title, f"· {i} authors", abstract, f"{i}")
    ]
    assert pairs(page(*parts)) == real


@pytest.mark.shared
@pytest.mark.parametrize("width", [72, 80, 100])
def test_the_page_is_read_hard_wrapped(real: list[tuple[str, str]], width: int) -> None:
    assert pairs("\n\n".join(textwrap.fill(part, width) for part in [*HEADER, *flat(*real)])) == real


@pytest.mark.shared
def test_each_abstract_of_the_page_in_two_paragraphs_is_joined_or_named(real: list[tuple[str, str]]) -> None:
    text = page(*[part for title, abstract in real for part in (title, *halves(abstract))])
    found = pairs(text)
    assert set(found) <= set(real)
    assert len(found) + len(problems(text)) == len(real)
    assert len(found) >= 55
