"""The model path against a real endpoint: llama.cpp with a small model. It is too weak to answer well; that is not asked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.papers import PAPERS

from assistant import Assistant, Finished, Settings
from assistant.core.answers.usage import Usage
from assistant.core.errors import ModelError, ModelOverflow
from assistant.llm.client import Model
from assistant.llm.prompts import Prompt

FILES = sorted((Path(sys.prefix) / "model").rglob("*.gguf"))


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of a llama.cpp server in this process."""
    if not FILES:
        pytest.skip("the small model is not here (`make test` fetches it)")
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(FILES[0])
    parameters.n_ctx = 2048
    parameters.n_parallel = 1
    parameters.warmup = False
    server = xllamacpp.Server(parameters)
    yield f"{server.listening_address}/v1"
    del server


def settings(endpoint: str) -> Settings:
    return Settings.model_validate(
        {
            "llm": {"model": "smollm2", "base_url": endpoint, "max_tokens": 60, "timeout": 600},
            "verify": {"repair": False},
        }
    )


def test_a_real_model_streams_an_answer_that_is_checked(endpoint: str, tmp_path: Path) -> None:
    with Assistant(tmp_path, settings=settings(endpoint)) as library:
        library.add(PAPERS)
        events = list(library.stream("How fast does Dot find cars on a phone?"))
    assert isinstance(events[-1], Finished)
    answer = events[-1].answer
    assert answer.model == "smollm2"
    assert answer.usage["completion_tokens"] > 0
    assert answer.statements or answer.refusal
    for statement in answer.statements:
        for item in statement.evidence:
            paper = next(p for p in PAPERS if p.id == item.paper_id)
            assert paper.abstract[item.start : item.end] == item.quote


def test_a_real_context_overflow_is_named(endpoint: str) -> None:
    model = Model.from_settings(settings(endpoint), "smollm2")
    with pytest.raises(ModelError) as caught:
        model.ask(Prompt("Read.", "word " * 6000), Usage())
    assert isinstance(caught.value, ModelOverflow), caught.value
