"""A comparison in a model's words, against a scripted server."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.papers import PAPERS
from support.scripted_server import ScriptedServer

from assistant import Assistant, Comparison, Settings
from tests.studies.scripted import verdicts

IDS = [paper.id for paper in PAPERS[:2]]
Compare = Callable[..., Comparison]


@pytest.fixture
def compared(tmp_path: Path, three_papers: Path) -> Compare:
    """Compares the first two papers, with these replies of the model."""
    shutil.copytree(three_papers, tmp_path / "library")

    def of(*replies: str | int, asked: str = "") -> Comparison:
        with ScriptedServer(*replies) as server:
            llm = {"model": "scripted", "base_url": server.url, "timeout": 5, "input_price": 1.0}
            settings = Settings.model_validate({"llm": llm})
            with Assistant(tmp_path / "library", settings=settings) as library:
                made = library.compare(IDS, asked)
            of.prompts = [server.prompt(n) for n in range(len(server.requests))]  # type: ignore[attr-defined]
        return made

    return of


def cells(table: Comparison, name: str) -> list[tuple[str, str] | None]:
    row = next(row for row in table.aspects if row.name == name)
    return [(c.statement.text, c.statement.how) if c.statement else None for c in row.cells]


def test_a_cell_is_a_sentence_of_the_model_with_its_source(compared: Compare) -> None:
    table = compared("1 | Results | Dot finds cars in 5 ms on a phone [1.3].\n2 | Results | none\n")
    assert table.model == "scripted"
    assert (table.tokens, table.cost > 0) == (110, True)
    assert cells(table, "Results")[0] == ("Dot finds cars in 5 ms on a phone.", "verbatim")
    (row,) = [row for row in table.aspects if row.name == "Results"]
    statement = row.cells[0].statement
    assert statement is not None
    assert statement.evidence[0].quote == "Dot finds cars in 5 ms on a phone."
    assert Comparison.from_json(table.to_json()) == table


def test_what_the_judge_supports_stands_in_the_table(compared: Compare) -> None:
    said = "Within five milliseconds Dot can spot cars on phones [1.3]."
    table = compared(f"| 1 | **Limits** | {said} |", verdicts((1, "supported", "1.3")))
    assert cells(table, "Limits") == [(said.replace(" [1.3]", ""), "scripted"), None]
    assert "Limits" not in [row.name for row in compared(500).aspects]


@pytest.mark.parametrize(
    "line",
    [
        "1 | Results | Dot finds cars in 9 ms on a phone [1.3].",  # another figure
        "2 | Results | Dot finds cars in 5 ms on a phone [1.3].",  # another paper's
        "1 | Results | It is very good.",  # without a source
        "1 | Prices | Dot finds cars in 5 ms on a phone [1.3].",  # no aspect that was asked for
        "7 | Results | Dot finds cars in 5 ms on a phone [7.3].",
        "1 | Results | The abstract does not state it [none].",
    ],
)
def test_what_does_not_hold_leaves_the_quote(compared: Compare, line: str) -> None:
    quotes = compared(500)
    table = compared(line, verdicts())
    assert [row.name for row in table.aspects] == [row.name for row in quotes.aspects]
    assert cells(table, "Results") == cells(quotes, "Results")


@pytest.mark.parametrize("replies", [(500,), ("1 | Results | Dot is fast on any phone [1.3].", 401), ("",)])
def test_a_model_that_fails_leaves_quotes_and_a_warning(compared: Compare, replies: tuple[str | int]) -> None:
    table = compared(*replies)
    assert table.model == "quotes"
    assert table.warnings[0].startswith("The table has quotes because the model failed. ")
    assert table.aspects


def test_the_user_own_aspect_is_written_too(compared: Compare) -> None:
    asked = "Which of them is faster?"
    table = compared(f"1 | {asked} | Dot finds cars in 5 ms on a phone [1.3].", asked=asked)
    assert table.aspects[0].name == asked
    assert cells(table, asked)[0] == ("Dot finds cars in 5 ms on a phone.", "verbatim")
    assert asked in compared.prompts[0]  # type: ignore[attr-defined]


def test_no_model_is_asked_for_quotes(tmp_path: Path, three_papers: Path) -> None:
    shutil.copytree(three_papers, tmp_path / "library")
    with ScriptedServer() as server:
        settings = Settings.model_validate({"llm": {"model": "scripted", "base_url": server.url}})
        with Assistant(tmp_path / "library", settings=settings) as library:
            assert library.compare(IDS, quotes=True).model == "quotes"
        assert server.requests == []
