"""What endpoints do, and what becomes of it: an answer, or one plain sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.endpoints import (
    Behaviour,
    Service,
    delta,
    deltas,
    no_schema,
    no_system_role,
    older_server,
    reasoning_model,
    refusal,
    streamed,
    strict,
    whole,
)
from support.papers import PAPERS

from assistant import Assistant, Settings
from assistant.core.answers.usage import Usage
from assistant.core.errors import (
    ModelError,
    ModelInterrupted,
    ModelOverflow,
    ModelRefused,
    ModelReplyInvalid,
    ModelUnknown,
    ModelUnreachable,
)
from assistant.llm.client import Model
from assistant.llm.endpoint import protocol
from assistant.llm.endpoint.protocol import EmbeddingEndpoint
from assistant.llm.prompts import Prompt

KEY = "sk-secret-123"
PROMPT = Prompt("Answer.", "How fast is it?", "answer")
JSON = Prompt("Reply in JSON.", "How fast is it?", "verify")
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer", "default": 0}}}
SETTINGS = Settings.model_validate(
    {"llm": {"model": "m", "base_url": "http://endpoint.test/v1", "timeout": 5}, "api_key": KEY}
)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "_PAUSE", 0.0)


def model(service: Service) -> Model:
    return Model.from_settings(SETTINGS, "m", service)


def fails(behaviour: Behaviour, error: type[ModelError]) -> str:
    """The sentence in which a failing call is told."""
    with pytest.raises(error) as caught:
        model(Service("fine", behaviour)).ask(PROMPT, Usage())
    told = str(caught.value)
    assert type(caught.value) is error
    assert not set("{}<\n") & set(told), told
    assert KEY not in told
    assert told.endswith((".", "?"))
    return told


@pytest.mark.parametrize(
    "behaviour", [None, reasoning_model, strict, older_server, no_schema, no_system_role]
)
def test_an_endpoint_that_refuses_a_part_of_the_request_answers_without_it(
    behaviour: Behaviour | None,
) -> None:
    service = Service(
        lambda body: '{"n": 1}' if "JSON" in str(body["messages"]) else "It takes 5 ms.", behaviour
    )
    asked = model(service)
    usage = Usage()
    assert asked.ask(PROMPT, usage) == "It takes 5 ms."
    assert asked.ask_json(JSON, SCHEMA, usage) == {"n": 1}
    assert (usage.calls, usage.prompt_tokens, usage.completion_tokens) == (2, 20, 10)
    learned = len(service.requests)
    asked.ask(PROMPT, usage)
    asked.ask_json(JSON, SCHEMA, usage)
    assert len(service.requests) == learned + 2  # what was refused once is not sent again


def test_the_newest_parameters_are_sent_and_exactly_the_refused_one_is_left_out() -> None:
    service = Service("fine", reasoning_model)
    model(service).ask(PROMPT, Usage())
    first, second = service.requests
    assert first == {**second, "temperature": 0}
    assert second == {
        "model": "m",
        "messages": PROMPT.messages(),
        "max_completion_tokens": 1024,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_an_older_server_gets_the_older_names() -> None:
    service = Service(lambda body: "{}" if "JSON" in str(body["messages"]) else "fine", older_server)
    asked = model(service)
    asked.ask(PROMPT, Usage())
    asked.ask_json(JSON, SCHEMA, Usage())
    assert service.requests[2]["max_tokens"] == 1024
    assert "stream_options" not in service.requests[2]
    assert service.requests[-1]["response_format"] == {"type": "json_object"}
    assert service.requests[-1]["max_tokens"] == 2048


def test_a_model_without_a_system_role_gets_all_in_one_message() -> None:
    service = Service("fine", no_system_role)
    model(service).ask(PROMPT, Usage())
    assert service.requests[-1]["messages"] == [{"role": "user", "content": "Answer.\n\nHow fast is it?"}]


def test_an_endpoint_that_may_not_stream_answers_whole() -> None:
    def unverified(body: dict[str, Any]) -> httpx.Response | None:
        message = "Your organization must be verified to stream this model."
        return refusal(400, message, param="stream", code="unsupported_value") if "stream" in body else None

    assert model(Service("fine", unverified)).ask(PROMPT, Usage()) == "fine"


REFUSED: list[tuple[httpx.Response, type[ModelError], str]] = [
    (refusal(429, "You exceeded your current quota.", code="insufficient_quota"), ModelRefused, "no quota"),
    (refusal(429, "Rate limit reached in organization org-x.", "0"), ModelRefused, "wait a minute"),
    (refusal(429, "Slow down.", "40", code="rate_limit_exceeded"), ModelRefused, "wait 40 seconds"),
    (refusal(402, "Insufficient Balance"), ModelRefused, "no quota"),
    (refusal(529, "Overloaded", type="overloaded_error"), ModelUnreachable, "overloaded"),
    (httpx.Response(502, html="<html><body>502 Bad Gateway</body></html>"), ModelUnreachable, "status 502"),
    (refusal(504, "timeout"), ModelUnreachable, "in time"),
    (
        refusal(400, "Too long.", code="context_length_exceeded", param="messages"),
        ModelOverflow,
        "retrieval.k",
    ),
    (refusal(400, "too many", type="exceed_context_size_error"), ModelOverflow, "retrieval.k"),
    (
        refusal(400, "This model's maximum context length is 4096 tokens.", code=400),
        ModelOverflow,
        "too long",
    ),
    (refusal(400, "Your prompt was flagged.", code="invalid_prompt"), ModelRefused, "content filter"),
    (refusal(400, "Filtered.", code="content_filter", param="prompt"), ModelRefused, "content filter"),
    (refusal(403, "No.", code="unsupported_country_region_territory"), ModelRefused, "country or region"),
    (refusal(403, "No."), ModelRefused, "access to 'm'"),
    (refusal(401, f"Incorrect API key provided: {KEY}"), ModelRefused, "OPENAI_API_KEY"),
    (refusal(404, "no such model"), ModelUnknown, "knows no model"),
    (refusal(400, "no", code="model_not_found"), ModelUnknown, "knows no model"),
    (
        refusal(400, f"The key {KEY} and sk-other are odd {{'a': 1}}"),
        ModelError,
        "The key *** and *** are odd",
    ),
    (httpx.Response(400, text="<p>no</p>"), ModelError, "status 400"),
    (httpx.Response(400, json=[{"error": {"message": "Bad things."}}]), ModelError, "Bad things"),
    (httpx.Response(400, json={"error": "in words"}), ModelError, "in words"),
    (httpx.Response(400, json={"detail": [{"loc": ["body", 3], "msg": "Odd"}]}), ModelError, "Odd"),
    (httpx.Response(400, json=None), ModelError, "status 400"),
    (httpx.Response(400, content=b"\xff\xfe" + b"[" * 5000), ModelError, "failed"),
]


@pytest.mark.parametrize(("response", "error", "told"), REFUSED, ids=lambda v: str(v)[:30])
def test_a_fault_is_one_plain_sentence_with_the_next_step(
    response: httpx.Response, error: type[ModelError], told: str
) -> None:
    def behaviour(_: dict[str, Any]) -> httpx.Response:
        return httpx.Response(response.status_code, headers=response.headers, content=response.content)

    assert told in fails(behaviour, error)


def test_a_fault_that_passes_is_waited_for_once() -> None:
    left = [refusal(429, "Rate limit", "0"), refusal(503, "busy")]
    service = Service("fine", lambda _: left.pop() if left else None)
    with pytest.raises(ModelRefused):
        model(service).ask(PROMPT, Usage())
    assert len(service.requests) == 2
    assert model(Service("fine", lambda _: None)).ask(PROMPT, Usage()) == "fine"
    spent = Service("fine", lambda _: refusal(429, "no", code="insufficient_quota"))
    with pytest.raises(ModelRefused):
        model(spent).ask(PROMPT, Usage())
    assert len(spent.requests) == 1


READ: list[tuple[httpx.Response, str]] = [
    (whole({"content": "fine"}), "fine"),
    (whole({"content": [{"type": "thinking", "thinking": []}, {"type": "text", "text": "fine"}]}), "fine"),
    (streamed(deltas("fine", finish=None)), "fine"),
    (streamed(deltas("fine", usage={"prompt_tokens": None, "completion_tokens": "5"})), "fine"),
    (streamed([delta({"reasoning_content": "hm"}), *deltas("fine")]), "fine"),
    (streamed([delta({"content": "fi"}), "{broken", delta(None), {"choices": None}, *deltas("ne")]), "fine"),
    (streamed([[1], 5, "null", delta("text"), {"choices": [None]}, *deltas("fine")]), "fine"),
    (streamed([delta({"content": "fi\ud800"}), *deltas("ne")]), "fi?ne"),
    (streamed([delta({"content": "a\u2028b"}), *deltas("c")]), "a\u2028bc"),
    (
        httpx.Response(
            200,
            content=b': ping\n\nevent: x\ndata: {"choices":\ndata: [{"delta": {"content": "fine"}}]}\r\n\r\ndata: [DONE]\n',
        ),
        "fine",
    ),
]


@pytest.mark.parametrize(("response", "text"), READ, ids=str)
def test_odd_replies_are_read(response: httpx.Response, text: str) -> None:
    assert model(Service("", lambda _: response)).ask(PROMPT, Usage()) == text


UNREAD: list[tuple[httpx.Response, type[ModelError], str]] = [
    (streamed([delta({"refusal": "I can't"}), delta({}, "stop"), "[DONE]"]), ModelRefused, "declined"),
    (whole({"content": None, "refusal": "No."}), ModelRefused, "declined"),
    (whole({"content": None, "reasoning_content": "hm"}), ModelReplyInvalid, "thoughts"),
    (whole({"content": None, "reasoning_content": "hm"}, "length"), ModelReplyInvalid, "max_tokens"),
    (whole({"content": " "}), ModelReplyInvalid, "empty"),
    (whole({"content": ""}, "content_filter"), ModelRefused, "withheld"),
    (httpx.Response(200, json={"choices": None}), ModelReplyInvalid, "empty"),
    (httpx.Response(200, html="<html>Welcome</html>"), ModelReplyInvalid, "/v1"),
    (httpx.Response(200, content=b"[" * 100_000), ModelReplyInvalid, "/v1"),
    (httpx.Response(200, content=b""), ModelReplyInvalid, "/v1"),
    (streamed([{"error": {"message": "The server had an error", "code": None}}]), ModelError, "had an error"),
    (streamed([delta({"content": "half"}), {"error": {"message": "x"}}]), ModelInterrupted, "broke off"),
    (streamed([delta({"content": "half"})]), ModelInterrupted, "broke off"),
    (whole({"content": "half"}, "length"), ModelInterrupted, "max_tokens"),
    (whole({"content": "half"}, "content_filter"), ModelInterrupted, "content filter"),
]


@pytest.mark.parametrize(("response", "error", "told"), UNREAD, ids=lambda v: str(v)[:30])
def test_a_reply_that_is_none_is_told_in_one_sentence(
    response: httpx.Response, error: type[ModelError], told: str
) -> None:
    assert told in fails(lambda _: response, error)


def test_what_came_before_an_interruption_is_kept() -> None:
    response = streamed([delta({"content": "half"}), {"error": {"message": "x"}}])
    with pytest.raises(ModelInterrupted) as caught:
        model(Service("", lambda _: response)).ask(PROMPT, Usage())
    assert caught.value.partial == "half"


@pytest.mark.parametrize(
    "text", ['{"n": 1}', 'Sure:\n```json\n{"n": 1}\n```', '<think>{"n": 2}</think>{"n": 1}', '[see] {"n": 1}']
)
def test_json_is_found_in_what_a_model_writes_around_it(text: str) -> None:
    assert model(Service(text)).ask_json(JSON, SCHEMA, Usage()) == {"n": 1}


def test_a_reply_without_json_is_told() -> None:
    with pytest.raises(ModelReplyInvalid, match="form it was asked for"):
        model(Service("All fine [")).ask_json(JSON, SCHEMA, Usage())


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"{}",
        b'{"data": null}',
        b'{"data": [{"embedding": "x"}]}',
        b'{"data": [{"embedding": [null]}]}',
    ],
)
def test_a_reply_without_vectors_is_told(body: bytes) -> None:
    endpoint = EmbeddingEndpoint("e", SETTINGS, Service("", lambda _: httpx.Response(200, content=body)))
    with pytest.raises(ModelReplyInvalid, match="did not return vectors"):
        endpoint.embed(["text"])


def test_vectors_come_in_the_order_of_the_texts() -> None:
    data = {"data": [{"index": 1, "embedding": [2.0, 3]}, {"index": 0, "embedding": [0.0, 1]}]}
    endpoint = EmbeddingEndpoint("e", SETTINGS, Service("", lambda _: httpx.Response(200, json=data)))
    assert endpoint.embed(["a", "b"]) == [[0.0, 1], [2.0, 3]]
    with pytest.raises(ModelReplyInvalid, match="2 vectors for 1 texts"):
        endpoint.embed(["a"])


def test_a_key_that_cannot_be_sent_is_told() -> None:
    settings = SETTINGS.model_copy(update={"api_key": type(SETTINGS.api_key)("sk-\u00e9")})
    with pytest.raises(ModelRefused, match="copy the key again"):
        Model.from_settings(settings, "m", Service("fine")).ask(PROMPT, Usage())


def test_under_the_rules_of_reasoning_models_a_question_is_answered_and_judged(tmp_path: Path) -> None:
    def text(body: dict[str, Any]) -> str:
        if "response_format" not in body:
            return "Dot is able to find cars on phones within milliseconds [1]."
        item = {"index": 1, "evidence": ["1.3"], "words": "", "verdict": "supported"}
        return json.dumps({"verdicts": [item]})

    service = Service(text, reasoning_model)
    with Assistant(tmp_path / "library", settings=SETTINGS, transport=service) as library:
        library.add(PAPERS)
        answer = library.ask("How fast does Dot find cars on a phone?")
    assert [(s.verdict, s.how) for s in answer.statements] == [("supported", "m")]
    assert answer.warnings == ()
