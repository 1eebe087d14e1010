"""Models of providers, through their own client packages, against servers that speak their protocols."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.llms.llm import LLM
from support.papers import PAPERS
from support.providers import Provider, Script, anthropic, ollama, serving

from assistant import Assistant, Settings
from assistant.core.answers.usage import Usage
from assistant.core.errors import (
    ModelError,
    ModelInterrupted,
    ModelOverflow,
    ModelRefused,
    ModelStopped,
    ModelUnknown,
    ModelUnreachable,
    SettingsError,
)
from assistant.core.settings import provider_and_name
from assistant.core.stop import Stop
from assistant.llm import adapter, client
from assistant.llm.client import Model
from assistant.llm.prompts import Prompt
from assistant.llm.providers import llm_of

pytest.importorskip("llama_index.llms.anthropic", reason="`make test` installs the providers' packages")
pytest.importorskip("llama_index.llms.ollama", reason="`make test` installs the providers' packages")

PROMPT = Prompt("Answer.", "How fast is it?", "answer")
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}}
QUESTION = "How fast does Dot find cars on a phone?"
KEY = "sk-ant-secret"


@pytest.fixture(autouse=True)
def _closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close the clients of all models that a test makes."""
    made: list[LLM] = []

    def noted(*given: Any, **named: Any) -> LLM:
        made.append(llm_of(*given, **named))
        return made[-1]

    monkeypatch.setattr(client, "llm_of", noted)
    yield
    for llm in made:
        adapter.close(llm)


def claude(
    provider: Provider, monkeypatch: pytest.MonkeyPatch, stop: Stop | None = None, **llm: Any
) -> Model:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", provider.url)
    settings = Settings.model_validate({"llm": {"timeout": 20, **llm}})
    return Model.from_settings(settings, "anthropic/claude-opus-4-1", stop=stop)


def llama(provider: Provider, stop: Stop | None = None, **llm: Any) -> Model:
    settings = Settings.model_validate({"llm": {"base_url": provider.url, "timeout": 20, **llm}})
    return Model.from_settings(settings, "ollama/llama3.1", stop=stop)


def says(text: str) -> Script:
    return lambda _: text


def test_a_model_of_anthropic_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = Usage()
    with serving(anthropic(says("It takes 5 ms."))) as provider:
        model = claude(provider, monkeypatch)
        assert list(model.stream(PROMPT, usage)) == ["It takes ", "5 ms."]
    path, body = provider.requests[0]
    assert (path, body["model"], body["max_tokens"], body["temperature"]) == (
        "/v1/messages",
        "claude-opus-4-1",
        1024,
        0,
    )
    assert "Answer." in str(body["system"])
    assert (usage.calls, usage.prompt_tokens, usage.completion_tokens) == (1, 100, 12)
    assert usage.exchanges[0].model == "claude-opus-4-1 at anthropic"
    assert model.context == 200_000


def test_a_model_of_anthropic_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(anthropic(says('Here it is: {"n": 1}'))) as provider:
        assert claude(provider, monkeypatch).ask_json(PROMPT, SCHEMA, Usage()) == {"n": 1}
    assert provider.requests[0][1]["max_tokens"] == 2048


def test_a_model_of_ollama_gets_the_context_that_its_prompt_needs() -> None:
    usage = Usage()
    script: Script = lambda body: '{"n": 1}' if body.get("format") else "It takes 5 ms."  # noqa: E731
    with serving(ollama(script)) as provider:
        model = llama(provider)
        assert model.ask(PROMPT, usage) == "It takes 5 ms."
        model.ask(Prompt("Answer.", "word " * 6000), usage)
        assert model.ask_json(Prompt("", "", "verify"), SCHEMA, usage) == {"n": 1}
    chats = [body for path, body in provider.requests if path == "/api/chat"]
    options = [(body["options"]["num_ctx"], body["options"]["num_predict"]) for body in chats]
    assert options == [(8192, 1024), (16384, 1024), (8192, 2048)]
    assert chats[2]["format"] == SCHEMA
    assert [path for path, _ in provider.requests].count("/api/show") == 1
    assert (usage.prompt_tokens, usage.completion_tokens) == (300, 36)


def test_a_prompt_that_no_context_of_an_ollama_model_holds_is_an_overflow() -> None:
    with serving(ollama(says("fine"), context=2048)) as provider:
        with pytest.raises(ModelOverflow, match=r"retrieval\.k"):
            llama(provider).ask(Prompt("Answer.", "word " * 2000), Usage())
        assert llama(provider).ask(PROMPT, Usage()) == "fine"
    assert provider.requests[-1][1]["options"]["num_ctx"] == 2048


FAULTS: list[tuple[int, str, str, type[ModelError], str]] = [
    (401, "authentication_error", "invalid x-api-key", ModelRefused, "set ANTHROPIC_API_KEY"),
    (404, "not_found_error", "model: claude-9", ModelUnknown, "correct llm.model"),
    (429, "rate_limit_error", "slow down", ModelRefused, "no more requests"),
    (529, "overloaded_error", "Overloaded", ModelUnreachable, "overloaded"),
    (400, "invalid_request_error", "prompt is too long: 9 tokens > 5 maximum", ModelOverflow, "retrieval.k"),
    (400, "invalid_request_error", "Your credit balance is too low", ModelRefused, "no quota"),
    (400, "invalid_request_error", "odd {'a': 1}", ModelError, "failed (odd)"),
]


@pytest.mark.parametrize(("status", "kind", "message", "error", "words"), FAULTS)
def test_a_fault_of_anthropic_is_one_plain_sentence(
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    kind: str,
    message: str,
    error: type[ModelError],
    words: str,
) -> None:
    monkeypatch.setattr("anthropic._base_client.BaseClient._calculate_retry_timeout", lambda *_: 0.0)
    script: Script = lambda _: (status, {"type": kind, "message": message})  # noqa: E731
    with serving(anthropic(script)) as provider, pytest.raises(error) as caught:
        claude(provider, monkeypatch).ask(PROMPT, Usage())
    text = str(caught.value)
    assert type(caught.value) is error
    assert words in text
    assert text.endswith(".")
    assert not set("{}<\n") & set(text)
    assert KEY not in text


def test_a_model_that_ollama_does_not_have_is_named_with_the_command() -> None:
    script: Script = lambda _: (404, {"error": 'model "llama3.1" not found'})  # noqa: E731
    with (
        serving(ollama(script)) as provider,
        pytest.raises(ModelUnknown, match=r"run `ollama pull llama3\.1`"),
    ):
        llama(provider).ask(PROMPT, Usage())


def test_an_ollama_that_does_not_run_is_said() -> None:
    with serving(ollama(says("fine"))) as provider:
        model = llama(provider)
    with pytest.raises(ModelUnreachable, match="cannot be reached: start it"):
        model.ask(PROMPT, Usage())


def test_a_reply_that_is_cut_off_or_filtered_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for finish, words in (("max_tokens", "cut off"), ("refusal", "content filter"), (None, "broke off")):
        with (
            serving(anthropic(says("It takes"), finish)) as provider,
            pytest.raises(ModelInterrupted, match=words) as caught,
        ):
            claude(provider, monkeypatch).ask(PROMPT, Usage())
        assert caught.value.partial == "It takes"
    with (
        serving(ollama(says("It takes"), finish="length")) as provider,
        pytest.raises(ModelInterrupted, match="cut off"),
    ):
        llama(provider).ask(PROMPT, Usage())


def test_a_stop_ends_the_wait_for_any_provider_at_once() -> None:
    stop = Stop()
    with serving(ollama(says("It takes 5 ms."))) as provider:
        provider.hold.clear()
        pieces = llama(provider, stop).stream(PROMPT, Usage())
        assert next(pieces) == "It takes "
        threading.Timer(0.1, stop.set).start()
        began = time.monotonic()
        with pytest.raises(ModelStopped) as caught:
            next(pieces)
    assert caught.value.partial == "It takes "
    assert time.monotonic() - began < 5


def test_a_provider_that_says_nothing_is_not_waited_for_longer_than_set() -> None:
    with serving(ollama(says("It takes 5 ms."))) as provider:
        model = llama(provider, timeout=0.5)
        provider.hold.clear()
        with pytest.raises(ModelInterrupted, match=r"in time"):
            model.ask(PROMPT, Usage())


def test_a_missing_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    with pytest.raises(ModelRefused, match="set ANTHROPIC_API_KEY"):
        Model.from_settings(Settings(), "anthropic/claude-opus-4-1").ask(PROMPT, Usage())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("groq/llama", "run `pip install llama-index-llms-groq`, or set llm.base_url"),
        ("gemini/flash", "`pip install llama-index-llms-google-genai`"),
        ("meta-llama/Llama-3", "or set llm.base_url"),
        ("../evil/x", "no provider's name"),
    ],
)
def test_a_provider_without_its_package_is_told_how_to_get_it(name: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Model.from_settings(Settings(), name)
    assert words in str(caught.value)


def test_a_setting_that_a_provider_refuses_is_said() -> None:
    settings = Settings.model_validate({"llm": {"temperature": 1.5}})
    with pytest.raises(SettingsError, match="do not suit anthropic"):
        Model.from_settings(settings, "anthropic/claude-opus-4-1")


@pytest.mark.parametrize(
    ("model", "base_url", "parted"),
    [
        ("gpt-5.4-mini", "", ("", "gpt-5.4-mini")),
        ("openai/gpt-5.4-mini", "", ("", "gpt-5.4-mini")),
        ("anthropic/claude-opus-4-1", "", ("anthropic", "claude-opus-4-1")),
        ("anthropic/claude-opus-4-1", "https://openrouter.ai/api/v1", ("", "anthropic/claude-opus-4-1")),
        ("ollama/hf.co/a/b", "http://far:11434", ("ollama", "hf.co/a/b")),
    ],
)
def test_a_name_with_a_slash_names_a_provider_unless_an_endpoint_is_set(
    model: str, base_url: str, parted: tuple[str, str]
) -> None:
    assert provider_and_name(model, base_url) == parted


def test_a_library_answers_with_a_model_of_anthropic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    settings = Settings.model_validate({"llm": {"model": "anthropic/claude-opus-4-1", "timeout": 20}})
    with serving(anthropic(says("Dot finds cars in 5 ms on a phone [1]."))) as provider:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", provider.url)
        with Assistant(tmp_path, settings=settings) as library:
            library.add(PAPERS)
            answer = library.ask(QUESTION)
    assert settings.answers_with == "claude-opus-4-1 at anthropic"
    assert answer.model == "claude-opus-4-1"
    assert answer.statements[0].verdict == "supported"
    assert answer.sources[0].paper.id == "dot"
    assert answer.exchanges[0].tokens_sent == 100


def test_a_library_answers_with_an_llm_that_is_given_to_it(tmp_path: Path) -> None:
    from llama_index.llms.ollama import Ollama

    with serving(ollama(says("Dot finds cars in 5 ms on a phone [1]."))) as provider:
        llm = Ollama(model="llama3.1", base_url=provider.url)
        with Assistant(tmp_path, settings=Settings(), llm=llm) as library:
            library.add(PAPERS)
            answer = library.ask(QUESTION)
    assert answer.model == "llama3.1"
    assert answer.statements[0].verdict == "supported"
    assert answer.exchanges[0].model == f"llama3.1 at {provider.url.removeprefix('http://')}"
