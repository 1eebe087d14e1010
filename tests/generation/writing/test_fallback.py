"""What is done if a model cannot answer as it is asked."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.endpoints import Service, refusal
from support.papers import PAPERS

from assistant import Answer, Assistant, Settings
from assistant.core.errors import ModelOverflow, ModelStopped
from assistant.llm.prompts import texts, tokens_in

QUESTION = "How fast does Dot find cars on a phone?"
REPLY = "Dot finds cars in 5 ms on a phone [1]."


@pytest.fixture(autouse=True)
def _library_made(tmp_path: Path, three_papers: Path) -> None:
    """The library that `asked` opens, so that its papers need not be encoded anew for each test."""
    shutil.copytree(three_papers, tmp_path, dirs_exist_ok=True)


def asked(tmp_path: Path, service: Service, **llm: Any) -> Answer:
    values = {"model": "m", "base_url": "http://endpoint.test/v1", "timeout": 5, "max_tokens": 100, **llm}
    settings = Settings.model_validate({"llm": values, "verify": {"model": "none"}})
    with Assistant(tmp_path, settings=settings, transport=service) as library:
        return library.ask(QUESTION)


def titles(service: Service, number: int) -> list[str]:
    """The titles of the papers in a request, of those that the library has."""
    text = str(service.requests[number]["messages"])
    return [paper.title for paper in PAPERS if paper.title in text]


def narrow(most: int) -> Any:
    """An endpoint that takes no more than so many papers."""

    def behaviour(body: dict[str, Any]) -> httpx.Response | None:
        held = sum(paper.title in str(body["messages"]) for paper in PAPERS)
        return refusal(400, "Too long.", code="context_length_exceeded") if held > most else None

    return behaviour


def test_after_an_overflow_the_last_papers_are_left_out_and_named(tmp_path: Path) -> None:
    service = Service(REPLY, narrow(1))
    answer = asked(tmp_path, service)
    assert answer.sources[0].paper.id == "dot"
    assert [len(titles(service, n)) for n in range(len(service.requests))] == [3, 2, 1]
    assert len(answer.passages) == 1
    (warning,) = answer.warnings
    assert warning.startswith("The model can read 1 of the 3 papers at once. Left out: “")
    assert PAPERS[0].title not in warning
    assert all(paper.title in warning for paper in PAPERS[1:])


def test_a_context_that_is_known_is_not_tried_out(tmp_path: Path) -> None:
    size = tokens_in(texts()["answer"]) + tokens_in(QUESTION) + 100
    service = Service(REPLY, narrow(1))
    answer = asked(tmp_path, service, context=size + 200)
    assert len(titles(service, 0)) == 1
    assert "can read 1 of the 3 papers" in answer.warnings[0]


def test_a_large_context_takes_all_papers(tmp_path: Path) -> None:
    service = Service(REPLY)
    answer = asked(tmp_path, service, context=100_000)
    assert len(titles(service, 0)) == 3
    assert answer.warnings == ()


def test_where_not_even_one_paper_can_be_read_the_overflow_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelOverflow):
        asked(tmp_path, Service(REPLY, narrow(0)))


def test_quotes_instead_of_a_model_ask_nobody(tmp_path: Path) -> None:
    service = Service(REPLY)
    settings = Settings.model_validate({"llm": {"model": "m", "base_url": "http://endpoint.test/v1"}})
    with Assistant(tmp_path, settings=settings, transport=service) as library:
        library.add(PAPERS)
        answer = library.ask(QUESTION, quotes=True)
    assert (answer.model, service.requests) == ("quotes", [])
    assert "5 ms" in answer.text


def test_an_error_tells_whether_quotes_may_take_the_place_of_the_answer() -> None:
    assert ModelOverflow("Too long.").quotes_instead
    assert not ModelStopped("It was stopped.").quotes_instead
