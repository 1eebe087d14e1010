"""What answers on a machine."""

from __future__ import annotations

import json

import httpx
import pytest
from support.endpoints import Service

from assistant import Settings
from assistant.cli.text import models_text
from assistant.llm.discovery import ServedModel, Server, Trial, servers, tried

MODELS = {
    "localhost:11434/api/tags": {"models": [{"name": "llama3.1:latest"}]},
    "localhost:11434/api/show": {"model_info": {"llama.context_length": 131072}},
    "localhost:8080/v1/models": {"data": [{"id": "small.gguf", "meta": {"n_ctx_train": 8192}}]},
    "localhost:8000/v1/models": {"data": [{"id": "org/model", "max_model_len": 32768}]},
    "api.openai.com/v1/models": {"data": [{"id": "gpt-5.4-mini", "object": "model"}]},
}


def machine(request: httpx.Request) -> httpx.Response:
    """A machine on which Ollama, vLLM and llama.cpp run, and something else where LM Studio would listen."""
    if request.url.host == "localhost":
        assert "authorization" not in request.headers
    place = f"{request.url.netloc.decode()}{request.url.path}"
    if place == "localhost:1234/v1/models":
        return httpx.Response(200, text="<html>")
    if place not in MODELS:
        raise httpx.ConnectError("refused")
    return httpx.Response(200, json=MODELS[place])


def test_the_servers_of_a_machine_tell_their_models_and_contexts() -> None:
    listed = list(servers(Settings(), httpx.MockTransport(machine)))
    assert [(s.name, s.problem) for s in listed] == [
        ("Ollama", ""),
        ("LM Studio", "something else answers"),
        ("vLLM", ""),
        ("llama.cpp", ""),
    ]
    assert [model for server in listed for model in server.models] == [
        ServedModel("ollama/llama3.1:latest", context=131072),
        ServedModel("org/model", "http://localhost:8000/v1", 32768),
        ServedModel("small.gguf", "http://localhost:8080/v1", 8192),
    ]


def test_openai_is_asked_only_with_a_key_which_no_other_server_sees() -> None:
    keys: list[str] = []

    def noting(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers.get("authorization", ""))
        return machine(request)

    settings = Settings.model_validate({"api_key": "sk-1"})
    *_, last = servers(settings, httpx.MockTransport(noting))
    assert last == Server("OpenAI", "https://api.openai.com/v1", (ServedModel("gpt-5.4-mini"),))
    assert set(keys[:-1]) == {""}
    assert keys[-1] == "Bearer sk-1"


def test_a_machine_without_servers_says_so() -> None:
    def nothing(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    listed = list(servers(Settings(), httpx.MockTransport(nothing)))
    assert {server.problem for server in listed} == {"nothing answers"}
    text = models_text(listed, None)
    assert "Ollama at http://localhost:11434: nothing answers" in text
    assert "No model answers here" in text


def test_a_trial_is_one_short_call_with_its_speed() -> None:
    service = Service("one two three")
    trial = tried(Settings(), ServedModel("small.gguf", "http://localhost:8080/v1", 8192), service)
    assert (trial.model, trial.context, trial.problem) == ("small.gguf", 8192, "")
    assert trial.first > 0
    assert trial.speed > 0
    assert len(service.requests) == 1
    assert service.requests[0]["max_completion_tokens"] == 128


@pytest.mark.parametrize("status", [401, 404])
def test_a_trial_that_fails_says_why(status: int) -> None:
    failing = Service("", lambda _: httpx.Response(status, text=json.dumps({"error": {"message": "no"}})))
    trial = tried(Settings(), ServedModel("m", "http://localhost:8080/v1"), failing)
    assert trial.problem.startswith("localhost:8080 ")
    assert "m did not answer: localhost:8080" in models_text([], trial)


def test_a_trial_is_told_in_one_sentence() -> None:
    text = models_text([], Trial("m", 0.62, 41.3, 8192))
    assert "m answers: first words after 0.6 s, then 41 tokens a second, reads 8,192 tokens." in text
