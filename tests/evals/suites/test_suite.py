"""Suites are data: what is wrong with them is said with file and line."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant, Paper
from assistant.library.readers import read
from evals.errors import EvaluationError
from evals.metrics.answer import states
from evals.suites.suite import (
    CASES,
    MANIFEST,
    Case,
    Manifest,
    open_suite,
    read_cases,
    write_cases,
    write_suite,
)

MANIFEST_TEXT = "title: T\nmeasures: M\nlicence: L\nlibrary: sample\n"
GOOD = {"id": "a", "question": "What is it?", "relevant": ["p"]}


def suite(folder: Path, *lines: object, manifest: str = MANIFEST_TEXT) -> Path:
    """A suite folder of the given lines: objects as JSON, text as it stands."""
    folder.mkdir(exist_ok=True)
    (folder / MANIFEST).write_text(manifest, encoding="utf-8")
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    (folder / CASES).write_text("\n".join(texts) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({**GOOD, "id": "a"}, "id: 'a' is also the id of line 1"),
        ({**GOOD, "id": "b", "colour": 1}, "colour: no such key"),
        ({"id": "b"}, "question: field required"),
        ({**GOOD, "id": "b", "question": ""}, "question"),
        ({**GOOD, "id": "b", "relevant": {"p": 0}}, "relevant.p"),
        ({**GOOD, "id": "b", "facts": [[]]}, "facts.0"),
        ({**GOOD, "id": "b", "facts": "22%"}, "facts"),
        ({**GOOD, "id": "b", "history": [{"role": "system", "content": "x"}]}, "history.0.role"),
        ({**GOOD, "id": "b", "answerable": False}, "an unanswerable case has neither"),
        ({**GOOD, "id": "b", "kind": "off_topic"}, "an answerable case has no kind"),
        ({**GOOD, "id": "b", "same_as": "z"}, "same_as: no case has the id 'z'"),
        ("{not json", "not a JSON object"),
        ("[1, 2]", ""),
        ("[" * 5000, ""),
    ],
)
def test_a_bad_case_is_named_by_file_and_line(tmp_path: Path, line: object, said: str) -> None:
    folder = suite(tmp_path / "s", GOOD, "", line)
    with pytest.raises(EvaluationError) as raised:
        open_suite(folder)
    assert f"{folder / CASES}:3: " in str(raised.value)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ("title: T\n", "measures: field required"),
        (MANIFEST_TEXT + "gates: {}\n", "gates: no such key"),
        (MANIFEST_TEXT + "gate: {hit@1: {at_leest: 1}}\n", "at_leest"),
        (MANIFEST_TEXT.replace("sample", "other"), "library"),
        ("title: [", "cannot be read"),
        ("", "valid dictionary"),
    ],
)
def test_a_bad_manifest_is_named_by_file_and_field(tmp_path: Path, manifest: str, said: str) -> None:
    folder = suite(tmp_path / "s", GOOD, manifest=manifest)
    with pytest.raises(EvaluationError, match=str(folder / MANIFEST)) as raised:
        open_suite(folder)
    assert said in str(raised.value)


def test_a_file_that_is_no_text_or_holds_nothing_is_an_error(tmp_path: Path) -> None:
    folder = suite(tmp_path / "s")
    with pytest.raises(EvaluationError, match="has no case"):
        open_suite(folder)
    (folder / CASES).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EvaluationError, match="cannot be read"):
        open_suite(folder)
    (folder / CASES).unlink()
    with pytest.raises(EvaluationError, match="cannot be read"):
        open_suite(folder)


def test_an_unknown_suite_names_those_there_are() -> None:
    with pytest.raises(EvaluationError, match=r"No suite 'nonesuch'.*daily-papers"):
        open_suite("nonesuch")


texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@given(
    st.builds(
        Case,
        id=texts,
        question=texts,
        relevant=st.dictionaries(texts, st.integers(1, 3), max_size=3),
        facts=st.lists(st.lists(texts, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple),
        tags=st.lists(texts, max_size=2).map(tuple),
        confirmed=st.booleans(),
    )
)
def test_a_case_comes_back_as_it_was_written(case: Case) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / CASES
        write_cases(path, [case])
        assert read_cases(path) == [case]


def test_a_suite_is_not_written_over_another(tmp_path: Path) -> None:
    manifest = Manifest(title="T", measures="M", licence="L", library="sample")
    write_suite(tmp_path / "s", manifest, [Case(id="a", question="Q?")])
    assert open_suite(tmp_path / "s").manifest == manifest
    with pytest.raises(EvaluationError, match="has a suite already"):
        write_suite(tmp_path / "s", manifest, [])


def test_cases_are_chosen_by_tag_and_held_out_ones_stay_apart(tmp_path: Path) -> None:
    lines = [
        {**GOOD, "id": "a", "tags": ["x"]},
        {**GOOD, "id": "b", "tags": ["y", "secret"]},
        {**GOOD, "id": "c", "tags": ["y"]},
        {**GOOD, "id": "d", "confirmed": False},
    ]
    opened = open_suite(suite(tmp_path / "s", *lines, manifest=MANIFEST_TEXT + "held_out: [secret]\n"))
    assert opened.unconfirmed == 1
    assert [case.id for case in opened.chosen()] == ["a", "c"]
    assert [case.id for case in opened.chosen(held_out=True)] == ["b"]
    assert [case.id for case in opened.chosen(tags=["y"])] == ["c"]


def test_the_shipped_suite_is_well_formed_and_true_to_its_library(sample: Assistant) -> None:
    shipped = open_suite("daily-papers")
    papers = {paper.id: paper.abstract.casefold() for paper in sample.papers()}
    assert len(shipped.cases) >= 200
    assert len(shipped.chosen()) >= 200
    kinds = {
        "factual",
        "paraphrased",
        "which-paper",
        "several-papers",
        "not-stated",
        "off-topic",
        "follow-up",
        "adversarial",
        "other-language",
    }
    assert kinds <= {tag for case in shipped.cases for tag in case.tags}
    for case in shipped.cases:
        assert {*case.relevant, *case.related} <= set(papers), case.id
        assert bool(case.history) == ("follow-up" in case.tags), case.id
        assert case.answerable == bool(case.relevant), case.id
        assert case.answerable or case.kind, case.id
        relevant = " ".join(papers[paper] for paper in case.relevant)
        for fact in case.facts:
            assert any(spelling.casefold() in relevant for spelling in fact.spellings), (case.id, fact)


def test_no_question_is_asked_twice_and_none_is_both_fitted_and_held_out() -> None:
    shipped = open_suite("daily-papers")
    asked = [(case.question.casefold(), case.history) for case in shipped.cases]
    assert len(set(asked)) == len(asked)
    assert not [case.id for case in shipped.cases if "fitted" in case.tags and shipped.held_out(case)]


def papers_of(name: str) -> dict[str, Paper]:
    """The papers of a shipped suite by id; a record that cannot be one fails here."""
    papers = [paper for path in open_suite(name).files for paper in read(path)]
    assert all(isinstance(paper, Paper) for paper in papers)
    return {paper.id: paper for paper in papers if isinstance(paper, Paper)}


@pytest.mark.parametrize(
    ("name", "papers", "cases"),
    [("two-fields", 32, 153), ("four-fields", 96, 160), ("past-trade", 60, 40), ("languages", 32, 65)],
)
def test_a_suite_of_invented_papers_is_true_to_them(name: str, papers: int, cases: int) -> None:
    opened, library = open_suite(name), papers_of(name)
    assert (len(library), len(opened.cases), opened.unconfirmed) == (papers, cases, 0)
    assert len({(case.question, case.history) for case in opened.cases}) == cases
    for case in opened.cases:
        assert {*case.relevant, *case.related} <= set(library), case.id
        if {"library", "dialogue"}.isdisjoint(case.tags):
            assert case.answerable == bool(case.relevant), case.id
            assert case.answerable or case.kind, case.id
            relevant = " ".join(
                f"{library[paper].title} {library[paper].abstract}" for paper in case.relevant
            )
            assert all(states(relevant, fact.spellings) for fact in case.facts), case.id


def test_the_sealed_suite_has_no_case_without_held_out() -> None:
    sealed = open_suite("past-trade")
    assert sealed.chosen() == ()
    kinds = Counter(case.tags[0] for case in sealed.chosen(held_out=True))
    assert kinds == {
        "factual": 18,
        "yes-no": 6,
        "contested": 4,
        "list": 4,
        "library": 2,
        "unanswerable": 6,
    }


def test_what_the_sealed_suite_says_of_its_records_is_so() -> None:
    papers = papers_of("past-trade")
    cases = {case.id: case for case in open_suite("past-trade").cases}
    early = {paper.id for paper in papers.values() if paper.year and paper.year < 2000}
    by_adjei = {paper.id for paper in papers.values() if any("Adjei" in name for name in paper.authors)}
    for case, right in ((cases["l01"], early), (cases["l02"], by_adjei)):
        assert set(case.relevant) == right
        assert f"{len(right)} of the {len(papers)}" in case.facts[0].spellings
