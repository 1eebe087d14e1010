"""What cited papers are asked for is quoted from each: compared, summarised, told on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Chat, Paper, Settings

NAMES = ("Ash", "Birch", "Cedar", "Elm", "Fir", "Gum")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(Path(tmp_path_factory.mktemp("cited")) / "library", settings=Settings()) as made:
        made.add(
            [
                Paper(
                    name.lower(),
                    f"{name} wood in floors",
                    f"Floors of wood wear out. We walked on {name.lower()} floors for {n} weeks. "
                    f"{name} floors lost {n} mm of wood. We compared no prices.",
                    year=2020 if n < 5 else 2021,
                )
                for n, name in enumerate(NAMES, start=2)
            ]
        )
        yield made


@pytest.mark.parametrize(
    ("questions", "cited", "remark"),
    [
        (["Which papers are from 2020?"], 3, "The 3 papers, each with its main finding."),
        (["Which papers are about floors?"], 5, "The first 5 of the 6 papers, each with its main finding."),
        (["How much wood did ash floors lose?", "thanks", "How much wood did elm floors lose?"], 2, "The 2 papers, each with its main finding."),
    ],
)  # fmt: skip
def test_them_are_compared_by_what_each_finds(
    library: Assistant, questions: list[str], cited: int, remark: str
) -> None:
    chat = Chat(library)
    for question in questions:
        chat.ask(question, length="short")
    answer = chat.ask("compare them")
    assert (answer.remark, len(answer.sources), answer.listed) == (remark, cited, True)
    assert len({statement.citations for statement in answer.statements}) == cited
    assert not any("compared" in statement.text for statement in answer.statements)


def test_what_they_are_compared_in_is_quoted(library: Assistant) -> None:
    chat = Chat(library)
    chat.ask("Which papers are from 2020?")
    answer = chat.ask("Compare them in prices")
    assert answer.remark == "The 3 papers, each with the sentence nearest to “prices”."
    assert {statement.text for statement in answer.statements} == {"We compared no prices."}


def test_one_paper_is_not_compared(library: Assistant) -> None:
    chat = Chat(library)
    assert chat.ask("compare them").remark.startswith("Name two papers")
    chat.ask("How much wood did ash floors lose?", length="short")
    answer = chat.ask("compare them")
    assert answer.refusal
    assert answer.remark.startswith("Name two papers")


def test_a_summary_is_of_the_paper_that_was_cited_and_more_is_what_was_not_quoted(library: Assistant) -> None:
    chat = Chat(library)
    first = chat.ask("How much wood did ash floors lose?", length="short")
    more = chat.ask("more details please")
    assert {s.citations for s in more.statements} == {("ash",)}
    assert not {s.text for s in first.statements} & {s.text for s in more.statements}
    summary = chat.ask("summarise it")
    assert {s.citations for s in summary.statements} == {("ash",)}
    assert len(summary.statements) > 1
    assert chat.ask("summarise [4]").remark == "The last answer lists 1 paper: there is no “[4]”."


@pytest.mark.parametrize("question", ["Which of them disagree?", "do they agree?", "Does everyone agree?"])
def test_whether_cited_papers_agree_is_told(made: Assistant, question: str) -> None:
    chat = Chat(made)
    first = chat.ask("Does seaweed meal improve the laying of hens?")
    assert {s.citations[0] for s in first.statements} == {"gain", "none"}
    assert chat.ask(question).remark.startswith("The abstracts may disagree")
    assert chat.ask("and do these studies agree?").remark.startswith("The abstracts may disagree")
    assert chat.ask("which papers say so?").remark == "The 2 papers, each with its main finding."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    library = Assistant(tmp_path_factory.mktemp("agree") / "library", settings=Settings())
    library.add(
        [
            Paper(
                "gain",
                "Seaweed meal and laying hens",
                "Hens eat what they find. Seaweed meal improves the laying of hens.",
            ),
            Paper(
                "none",
                "Seaweed meal does not improve laying",
                "Hens eat what they find. Seaweed meal does not improve the laying of hens.",
            ),
        ]
    )
    return library
