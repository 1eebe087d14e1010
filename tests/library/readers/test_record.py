"""A record becomes a Paper; a wrong field costs itself, a wrong title or abstract the record."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.files import ONE, lines, papers_in, problems_in, write

from assistant.core.paper import Paper, Section
from assistant.library.readers import Problem, read
from assistant.library.readers.problem import Located
from assistant.library.readers.record import clean, from_record
from assistant.library.readers.text.section_labels import labelled


@pytest.fixture
def jsonl(tmp_path: Path) -> Path:
    return tmp_path / "papers.jsonl"


def test_every_field_of_a_record_comes_through(jsonl: Path) -> None:
    record = {
        **ONE,
        "id": "x1",
        "authors": ["Ada Byron", "Alan Turing"],
        "year": 2024,
        "venue": "Bees",
        "doi": "10.1000/182",
        "arxiv_id": "2401.01234v2",
        "pmid": "123",
        "url": "https://example.org/x",
        "note": "A summary.",
    }
    (paper,) = papers_in(lines(jsonl, record))
    assert paper.to_json() == {**record, "source": str(jsonl.resolve())}


def test_unknown_keys_are_ignored(jsonl: Path) -> None:
    assert len(papers_in(lines(jsonl, {**ONE, "keywords": ["bee"], "rating": {"mean": 3}}))) == 1
    assert problems_in(jsonl) == []


@pytest.mark.parametrize(
    ("given", "identity"),
    [
        ({"doi": "https://doi.org/10.1000/ABC"}, "doi:10.1000/abc"),
        ({"arxiv_id": "arXiv:2401.01234v3"}, "arxiv:2401.01234"),
        ({"pmid": 77}, "pmid:77"),
        ({"id": "mine", "doi": "10.1/x"}, "mine"),
        ({"id": 12}, "12"),
    ],
)
def test_the_id_is_the_records_own_or_its_strongest_identifier(
    jsonl: Path, given: dict[str, Any], identity: str
) -> None:
    assert [paper.id for paper in papers_in(lines(jsonl, {**ONE, **given}))] == [identity]


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ("text", "record"),
        (7, "record"),
        (None, "record"),
        ([ONE], "record"),
        ({"abstract": "A."}, "title"),
        ({**ONE, "title": "  "}, "title"),
        ({**ONE, "title": 5}, "title"),
        ({**ONE, "title": "—"}, "title"),
        ({**ONE, "abstract": ["A."]}, "abstract"),
        ({**ONE, "abstract": ["A."], "sections": [{"label": "X", "text": "Y."}]}, "abstract"),
        ({**ONE, "abstract": "a " * 10_001}, "abstract"),
    ],
)
def test_a_record_that_cannot_be_a_paper_is_a_problem_and_the_next_goes_in(
    jsonl: Path, record: Any, field: str
) -> None:
    found = list(read(lines(jsonl, record, {**ONE, "id": "next"})))
    assert [(p.line, p.field) if isinstance(p, Problem) else p.id for p in found] == [(1, field), "next"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("year", 1499),
        ("year", 2101),
        ("year", 2024.5),
        ("year", True),
        ("year", "twenty"),
        ("year", [2024]),
        ("authors", [1]),
        ("authors", {"name": "Ada"}),
        ("venue", ["Bees"]),
        ("doi", "https://doi.org/"),
        ("arxiv_id", "arXiv:"),
        ("url", "javascript:alert(1)"),
        ("url", "https://example.org/a b"),
        ("id", {"x": 1}),
        ("sections", "BACKGROUND"),
        ("sections", [{"label": "RESULTS", "text": "Not in it."}]),
        ("sections", [{"label": "RESULTS"}]),
        ("sections", [{"label": 3, "text": "bees"}]),
    ],
)
def test_a_wrong_optional_field_is_a_problem_and_the_paper_goes_in_without_it(
    jsonl: Path, field: str, value: Any
) -> None:
    problem, paper = read(lines(jsonl, {**ONE, field: value}))
    assert isinstance(problem, Problem)
    assert (problem.line, problem.field) == (1, field)
    assert isinstance(paper, Paper)
    assert paper.id.startswith("t:") if field == "id" else not getattr(paper, field)


@pytest.mark.parametrize("year", [2024, "2024", " 2024 ", 2024.0, "2024.0"])
def test_a_year_may_be_written_in_digits(jsonl: Path, year: Any) -> None:
    assert papers_in(lines(jsonl, {**ONE, "year": year}))[0].year == 2024


def test_white_space_is_normalised_and_letters_are_composed(jsonl: Path) -> None:
    record = {"title": " Poincare\u0301 \n maps ", "abstract": "One\r\n\ttwo\u00a0 three.\u0000 Four."}
    paper = papers_in(lines(jsonl, record))[0]
    assert (paper.title, paper.abstract) == ("Poincaré maps", "One two three. Four.")


def test_a_lone_surrogate_does_not_break_a_record(jsonl: Path) -> None:
    paper = papers_in(write(jsonl, '{"title": "A \\ud800 b", "abstract": "We do."}'))[0]
    assert paper.title.encode()


def test_sections_without_an_abstract_become_one_with_offsets(jsonl: Path) -> None:
    parts = [{"label": "AIM", "text": " To  count. "}, {"label": "RESULTS", "text": "Four."}]
    paper = papers_in(lines(jsonl, {"title": "Bees", "sections": parts}))[0]
    assert paper.abstract == "To count. Four."
    assert paper.sections == (Section("AIM", 0, 9), Section("RESULTS", 10, 15))


def test_the_same_text_in_two_sections_has_two_places(jsonl: Path) -> None:
    parts = [{"label": "A", "text": "None."}, {"label": "B", "text": "None."}]
    paper = papers_in(lines(jsonl, {"title": "Bees", "abstract": "None. None.", "sections": parts}))[0]
    assert paper.sections == (Section("A", 0, 5), Section("B", 6, 11))


def test_sections_in_another_order_are_found_in_the_abstract(jsonl: Path) -> None:
    parts = [{"label": "B", "text": "Second."}, {"label": "A", "text": "First."}]
    paper = papers_in(lines(jsonl, {"title": "Bees", "abstract": "First. Second.", "sections": parts}))[0]
    assert [paper.abstract[part.start : part.end] for part in paper.sections] == ["First.", "Second."]


def test_a_section_that_is_not_in_the_abstract_is_left_out_of_the_others(jsonl: Path) -> None:
    parts = [{"label": "A", "text": "We show"}, {"label": "B", "text": "Gone."}]
    assert papers_in(lines(jsonl, {**ONE, "sections": parts}))[0].sections == (Section("A", 0, 7),)


def test_a_problem_prints_as_file_line_field_and_message() -> None:
    assert str(Problem("a.csv", 3, "year", "no year")) == "a.csv:3: year: no year"


# The first text that is spoilt imports a package.
@settings(deadline=None)
@given(st.text(max_size=200))
def test_cleaned_text_is_one_line_composed_and_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == " ".join(once.split())


@given(
    st.lists(st.text(st.characters(categories=["L", "P", "Zs"]), max_size=20), min_size=1, max_size=5),
    st.booleans(),
)
def test_each_section_is_where_its_offsets_say(texts: list[str], with_abstract: bool) -> None:
    parts = [{"label": str(number), "text": text} for number, text in enumerate(texts)]
    record = {"title": "T", "sections": parts} | ({"abstract": " ".join(texts)} if with_abstract else {})
    for found in from_record(record, "file", 1):
        if not isinstance(found, Problem):
            paper = found.paper
            for section in paper.sections:
                assert paper.abstract[section.start : section.end] == clean(texts[int(section.label)])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ["id", "title", "abstract", "authors", "year", "venue", "doi", "arxiv_id", "pmid", "url", "sections"]


@given(st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_no_record_whatever_it_holds_breaks_the_reader(record: dict[str, Any]) -> None:
    found = list(from_record(record, "file", 1))
    assert found
    assert all(isinstance(problem, Problem) for problem in found[:-1])


# Labels inside abstracts


@pytest.mark.parametrize(
    "abstract",
    [
        "BACKGROUND: Bees. METHODS: We count. RESULTS: Four.",
        "Background: Bees are small. Methods: We count. Results: Four.",
        "BACKGROUND AND AIMS: Bees. MATERIALS AND METHODS: We count (twice). MAIN RESULTS: Four.",
    ],
)
def test_labels_at_sentence_starts_make_sections(abstract: str) -> None:
    assert len(labelled(abstract)) == 3
    assert " ".join(abstract[part.start : part.end] for part in labelled(abstract)) == abstract


@pytest.mark.parametrize(
    "abstract",
    [
        "Results: we count four bees.",
        "Results: one. Results: two.",
        "We list methods: counting. We list results: four.",
        "Our bees: four. The hive: one.",
    ],
)
def test_text_without_two_known_labels_has_no_sections(abstract: str) -> None:
    assert labelled(abstract) == ()


def test_labels_in_a_record_name_the_section_of_a_sentence(jsonl: Path) -> None:
    paper = papers_in(lines(jsonl, {"title": "B", "abstract": "Aim: To count. Results: There are four."}))[0]
    assert paper.section_at(paper.abstract.index("There")) == "RESULTS"


def test_what_stands_behind_the_last_section_is_no_part_of_it() -> None:
    jats = (
        "<jats:title>Abstract</jats:title><jats:sec><jats:title>Aim</jats:title><jats:p>We count.</jats:p></jats:sec>"
        "<jats:sec><jats:title>Results</jats:title><jats:p>Bees count to four. © 2020 Example Press.</jats:p></jats:sec>"
    )
    listed = [
        {"label": "Aim", "text": "We count."},
        {"label": "Results", "text": "Bees count to four. © 2020 Example Press."},
    ]
    for record in ({"abstract": jats}, {"sections": listed}):
        (located,) = from_record({"title": "Bees", **record}, "f", 1)
        assert isinstance(located, Located)
        paper = located.paper
        assert paper.abstract == "We count. Bees count to four."
        assert [(part.label, paper.abstract[part.start : part.end]) for part in paper.sections] == [
            ("Aim", "We count."),
            ("Results", "Bees count to four."),
        ]
        assert paper.extra == {"custom": {"rights": "© 2020 Example Press."}}


@pytest.mark.parametrize(
    ("given", "abstract"),
    [
        ("<jats:title>Abstract</jats:title><jats:p>Otters swim.</jats:p>", "Otters swim."),
        ("<h2>ABSTRACT:</h2> <p>Otters swim.</p>", "Otters swim."),
        (
            "&lt;jats:title&gt;Abstract&lt;/jats:title&gt;&lt;jats:p&gt;Otters swim.&lt;/jats:p&gt;",
            "Otters swim.",
        ),
        ("<jats:p>Abstract interpretation is sound.</jats:p>", "Abstract interpretation is sound."),
        ("Abstract algebra is x < y and z > w.", "Abstract algebra is x < y and z > w."),
    ],
)
def test_the_heading_of_an_abstract_is_no_part_of_it(given: str, abstract: str) -> None:
    (located,) = from_record({"title": "T", "abstract": given}, "f", 1)
    assert isinstance(located, Located)
    assert located.paper.abstract == abstract
    assert located.paper.sections == ()


def test_what_no_paper_has_so_much_of_is_left_out(jsonl: Path) -> None:
    names = [f"Ada{n} Byron" for n in range(100_000)]
    parts = [{"label": "A", "text": "We do."}] * 100_000
    path = lines(jsonl, {**ONE, "authors": names, "sections": parts, "venue": "v" * 10_000, "title": "Bees"})
    assert len(papers_in(path)[0].authors) == 10_000
    assert {problem.field for problem in problems_in(path)} == {"authors", "sections", "venue"}
    assert papers_in(lines(jsonl, {**ONE, "title": "word " * 1_000})) == []
