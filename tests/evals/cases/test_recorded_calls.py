"""Calls that are recorded once and replayed without the endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.endpoints import Behaviour, Service, older_server, reasoning_model, refusal

from assistant import Settings
from assistant.core.answers.usage import Usage
from assistant.core.errors import ModelError, ModelOverflow
from assistant.llm.cache import ReplyCache
from assistant.llm.client import Model
from assistant.llm.endpoint import protocol
from assistant.llm.prompts import Prompt
from evals.cases.recorded_calls import Metered, Mode, open_replies

SETTINGS = Settings.model_validate({"llm": {"base_url": "http://endpoint.test/v1", "timeout": 5}})
FIRST, SECOND = Prompt("Answer.", "First?", "answer"), Prompt("Answer.", "Second?", "answer")


class Wire(httpx.BaseTransport):
    """Brings the replies of a service as a network does: not read yet."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        reply = self.service.handle_request(request)
        return httpx.Response(
            reply.status_code, headers=reply.headers, stream=httpx.ByteStream(reply.content)
        )


@pytest.fixture
def replies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReplyCache]:
    monkeypatch.setattr(protocol, "_PAUSE", 0.0)
    opened = open_replies(tmp_path / "replies.sqlite")
    yield opened
    opened.close()


def model(replies: ReplyCache, mode: Mode, behaviour: Behaviour | None = None) -> tuple[Model, Service]:
    """A model that knows nothing of its endpoint yet."""
    service = Service(lambda body: f"about {body['messages'][-1]['content']}", behaviour)
    return Model.from_settings(SETTINGS, "m", Metered(replies, mode, Wire(service))), service


@pytest.mark.parametrize("behaviour", [reasoning_model, older_server])
def test_a_request_that_was_amended_is_replayed_in_any_order(
    replies: ReplyCache, behaviour: Behaviour
) -> None:
    recording, service = model(replies, "record", behaviour)
    told = [recording.ask(prompt, Usage()) for prompt in (FIRST, SECOND)]
    assert len(service.requests) > 2
    replaying, silent = model(replies, "replay")
    assert [replaying.ask(prompt, Usage()) for prompt in (SECOND, FIRST)] == told[::-1]
    assert silent.requests == []


def test_a_refusal_of_the_form_is_not_asked_for_again(replies: ReplyCache) -> None:
    recording, _ = model(replies, "record", reasoning_model)
    recording.ask(FIRST, Usage())
    reusing, service = model(replies, "reuse", reasoning_model)
    reusing.ask(SECOND, Usage())
    assert [sorted(request) for request in service.requests] == [
        ["max_completion_tokens", "messages", "model", "stream", "stream_options"]
    ]


def test_a_prompt_that_was_too_long_is_so_again_and_no_other_is(replies: ReplyCache) -> None:
    def narrow(body: dict[str, Any]) -> httpx.Response | None:
        long = "First" in str(body["messages"])
        return refusal(400, "Too long.", code="context_length_exceeded") if long else None

    recording, _ = model(replies, "record", narrow)
    for prompt, outcome in ((FIRST, ModelOverflow), (SECOND, None)):
        if outcome:
            with pytest.raises(outcome):
                recording.ask(prompt, Usage())
        else:
            recording.ask(prompt, Usage())
    replaying, _ = model(replies, "replay")
    with pytest.raises(ModelOverflow):
        replaying.ask(FIRST, Usage())
    assert replaying.ask(SECOND, Usage()) == "about Second?"


def test_a_refusal_of_the_moment_or_of_the_key_is_not_kept(replies: ReplyCache) -> None:
    for status in (401, 429, 500):
        recording, _ = model(replies, "record", lambda _, s=status: refusal(s, "no"))  # type: ignore[misc]
        with pytest.raises(ModelError):
            recording.ask(FIRST, Usage())
    again, _ = model(replies, "reuse")
    assert again.ask(FIRST, Usage()) == "about First?"
    with pytest.raises(ModelError, match="no reply is stored"):
        model(replies, "replay")[0].ask(SECOND, Usage())


def test_a_refused_request_is_not_metered(replies: ReplyCache) -> None:
    service = Service("fine", reasoning_model)
    for mode in ("record", "replay"):
        meter = Metered(replies, mode, Wire(service))
        with meter.metering() as calls:
            Model.from_settings(SETTINGS, "m", meter).ask(FIRST, Usage())
        assert [(call.sent, call.replayed) for call in calls] == [(10, mode == "replay")]
