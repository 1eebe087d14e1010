"""Half characters and zeros are replaced wherever text comes in, and `Paper` values are checked as readers check records."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.papers import PAPERS

from assistant import Assistant, Paper, Settings, Where
from assistant.core.errors import AssistantError, QuestionError, SettingsError
from assistant.core.paper import Section
from assistant.core.text.sanitize import storable
from evals.errors import EvaluationError
from evals.suites.suite import Case, open_suite

QUESTION = "How fast does Dot find cars?"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "library"
    with Assistant(path, settings=Settings()) as library:
        library.add(PAPERS)
    return path


@pytest.fixture
def library(made: Path, tmp_path: Path) -> Assistant:
    return Assistant(shutil.copytree(made, tmp_path / "library"), settings=Settings())


USES: dict[str, Callable[[Assistant, str], object]] = {
    "ask": lambda lib, bad: lib.ask(f"{QUESTION}{bad}").text,
    "history": lambda lib, bad: (
        lib.ask(
            "How fast is it?",
            [{"role": "user", "content": bad}, {"role": "assistant", "content": bad, "papers": [bad]}],
        ).text
    ),
    "search": lambda lib, bad: len(lib.search(bad)),
    "verify": lambda lib, bad: lib.verify(f"Dot finds cars{bad} in 5 ms. {bad}")[0].verdict,
    "check": lambda lib, bad: lib.check([(f"Dot finds cars{bad}.", ["dot"])])[0].text,
    "compare": lambda lib, bad: lib.compare(["dot", "line"], f"how fast{bad}").papers,
    "tag": lambda lib, bad: lib.tag(f"cars{bad}", ["dot"]),
    "where": lambda lib, bad: lib.papers(
        where=Where(author=bad, venue=bad, source=bad, collection=bad, type=bad, ids=(bad,))
    ),
    "papers": lambda lib, bad: lib.ask(QUESTION, papers=["dot", bad], without=[bad]).text,
    "an id": lambda lib, bad: lib.paper(bad),
    "a file": lambda lib, bad: lib.add(f"nowhere{bad}.bib"),
    "a folder": lambda lib, bad: lib.sync(f"nowhere{bad}"),
    "a paper": lambda lib, bad: lib.add(
        Paper(
            f"new{bad}",
            f"Owls{bad}",
            f"Owls{bad} hunt.",
            (f"Ada{bad}",),
            source=bad,
            extra={f"k{bad}": [bad]},
        )
    ),
    "settings": lambda lib, bad: Settings.model_validate({"llm": {"model": f"m{bad}"}}).llm.model.encode(),
    "a case": lambda lib, bad: Case.model_validate(
        {"id": f"c{bad}", "question": f"{bad}?"}
    ).question.encode(),
}


@pytest.mark.parametrize("bad", ["\ud800", "\0"], ids=["half a character", "zero"])
@pytest.mark.parametrize("use", USES)
def test_text_that_cannot_be_stored_is_replaced_or_refused(library: Assistant, use: str, bad: str) -> None:
    try:
        USES[use](library, bad)
    except AssistantError as exc:
        str(exc).encode()
    assert {paper.id for paper in library.papers()} >= {"dot", "line", "wave"}
    assert library.doctor() == []


def test_a_file_whose_name_is_no_text_is_added(library: Assistant, tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.jsonl"))
    file.write_text('{"title": "Owls", "abstract": "Owls hunt at night."}')
    assert len(library.add(file).added) == 1
    assert "\ufffd" in library.papers()[-1].source
    assert library.sync(file).unchanged


WRONG: dict[str, dict[str, Any]] = {
    "no id": {"id": ""},
    "a number as id": {"id": 7},
    "a long id": {"id": "x" * 100_000},
    "no title": {"title": " "},
    "a number as title": {"title": 5},
    "a long title": {"title": "word " * 200_000},
    "no text as abstract": {"abstract": None},
    "a long abstract": {"abstract": "word " * 100_000},
    "a text as year": {"year": "2020"},
    "a year that is none": {"year": 10**30},
    "true as year": {"year": True},
    "no names": {"authors": (1, None)},
    "too many authors": {"authors": ("Ada Byron",) * 100_000},
    "a section outside": {"sections": (Section("x", 5, 900),)},
    "a section that is none": {"sections": ("x",)},
    "too many sections": {"sections": (Section("x", 0, 1),) * 100_000},
    "no venue": {"venue": None},
    "a long note": {"note": "x" * 100_000},
    "what JSON cannot hold": {"extra": {"a": object()}},
    "no number": {"extra": {"a": math.nan}},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_paper_value_is_checked_like_a_record(library: Assistant, wrong: str) -> None:
    given: dict[str, Any] = {"id": "owl", "title": "Owls", "abstract": "Owls hunt.", "source": "t"}
    report = library.add(Paper(**(given | WRONG[wrong])), Paper("bat", "Bats", "Bats hunt.", source="t"))
    assert (report.added, len(report.problems)) == (("bat",), 1)
    assert report.problems[0].field in WRONG[wrong]
    assert len(library.papers()) == len(PAPERS) + 1
    assert library.doctor() == []


def test_control_characters_become_spaces_and_sections_stay_in_their_places(library: Assistant) -> None:
    text = "Owls\x1bhunt.\nBats\x85too."
    library.add(Paper("owl", "Ow\x07ls", text, sections=(Section("A\x00", 0, 10),), source="t"))
    paper = library.paper("owl")
    assert (paper.title, paper.abstract) == ("Ow ls", "Owls hunt.\nBats too.")
    assert paper.sections == (Section("A\ufffd", 0, 10),)


def test_one_name_may_stand_for_the_authors() -> None:
    assert Paper("x", "T", "A.", authors="Ada Byron").authors == ("Ada Byron",)  # type: ignore[arg-type]


def test_text_that_can_be_stored_stays() -> None:
    assert storable("Zoë 🦉 \n\t") == "Zoë 🦉 \n\t"


def test_filters_settings_and_suites_of_absurd_size_are_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="at most 1,000"):
        Where(author="x" * 10_000_000)
    settings = tmp_path / "assistant.toml"
    settings.write_text("#" * 2_000_000)
    with pytest.raises(SettingsError, match="1,000,000 bytes"):
        Settings.load(settings)
    settings.write_text("a = " + "[" * 100_000)
    with pytest.raises(SettingsError, match="cannot be read"):
        Settings.load(settings)
    (tmp_path / "cases.jsonl").write_text("{}")
    (tmp_path / "suite.yaml").write_text("#" * 2_000_000)
    with pytest.raises(EvaluationError, match="1,000,000 bytes"):
        open_suite(tmp_path)
    (tmp_path / "suite.yaml").write_text("a: " + "[" * 100_000)
    with pytest.raises(EvaluationError, match="cannot be read"):
        open_suite(tmp_path)
