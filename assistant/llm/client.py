"""Call a language model: any LlamaIndex `LLM`, its calls counted and priced, its faults as our errors."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.llms.llm import LLM

from assistant.core.answers.usage import Exchange, Usage
from assistant.core.errors import (
    ModelError,
    ModelInterrupted,
    ModelRefused,
    ModelReplyInvalid,
    ModelStopped,
)
from assistant.core.settings import Settings
from assistant.core.stop import Stop
from assistant.llm import adapter, ollama
from assistant.llm.adapter import Pieced
from assistant.llm.costs import Spending
from assistant.llm.endpoint.reply import Piece, read_json
from assistant.llm.prompts import Prompt
from assistant.llm.providers import llm_of

# A judge's reply in JSON needs this many tokens at least, however short answers are wanted.
_SHORTEST_JSON = 2048


@dataclass(frozen=True)
class Model:
    """A chat model. `stop` ends its calls; `max_tokens` bounds a reply; `seconds` bound the wait for its beginning and
    between its pieces; `spending` counts what calls cost."""

    llm: LLM
    name: str
    host: str
    max_tokens: int = 1024
    seconds: float = 120
    stop: Stop | None = None
    spending: Spending = field(default_factory=Spending)

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        name: str,
        transport: httpx.BaseTransport | None = None,
        stop: Stop | None = None,
    ) -> Model:
        """Return the model that the settings would use under this name: "gpt-5.4-mini", "anthropic/claude-opus-5".

        OpenAI-compatible endpoints are reached through `transport` where one is given. Nothing is sent before the first
        call. Raises `SettingsError` where the provider's package is missing.
        """
        return cls.of(llm_of(settings, name, transport), settings, stop)

    @classmethod
    def of(
        cls, llm: LLM, settings: Settings, stop: Stop | None = None, spending: Spending | None = None
    ) -> Model:
        """Return a LlamaIndex LLM of any make as a model, with the bounds of the settings."""
        limits = settings.llm
        spending = spending or Spending.from_settings(limits)
        name, host = adapter.name_of(llm), adapter.host_of(llm)
        return cls(llm, name, host, limits.max_tokens, limits.timeout, stop, spending)

    def close(self) -> None:
        """Close the connections that its LLM keeps."""
        adapter.close(self.llm)

    @property
    def context(self) -> int:
        """The number of tokens that the model reads at once, prompt and reply together; 0 where that is not known."""
        return adapter.context_of(self.llm)

    def stream(self, prompt: Prompt, usage: Usage) -> Iterator[str]:
        """Yield the reply in pieces as they come, and count it in `usage`.

        Raises a `ModelError`: `ModelInterrupted` with the text so far where the reply is cut off after it began,
        `ModelStopped` where it was stopped, `ModelReplyInvalid` where it is empty, `BudgetSpent` where nothing is left.
        """
        return self._reply(prompt, usage, self.max_tokens)

    def ask(self, prompt: Prompt, usage: Usage) -> str:
        """Return the whole reply. Raises as `stream` does."""
        return "".join(self.stream(prompt, usage))

    def ask_json(self, prompt: Prompt, schema: dict[str, Any], usage: Usage) -> Any:
        """Return a reply in JSON. The schema is asked for; the caller checks the value that came.

        Raises as `stream` does, and `ModelReplyInvalid` where the reply holds no JSON.
        """
        text = "".join(self._reply(prompt, usage, max(self.max_tokens, _SHORTEST_JSON), schema))
        try:
            return read_json(text)
        except ValueError as exc:
            raise ModelReplyInvalid(
                f"{self.name} at {self.host} did not reply in the form it was asked for; "
                "try another model, or set verify.model to none."
            ) from exc

    def _pieces(self, prompt: Prompt, limit: int, schema: dict[str, Any] | None) -> Iterator[Piece]:
        messages = [ChatMessage(role=m["role"], content=m["content"]) for m in prompt.messages()]
        if isinstance(self.llm, Pieced):
            return self.llm.pieces(messages, limit, schema, self.stop)
        llm, options = self.llm, dict[str, Any]()
        if ollama.is_one(llm):
            llm, options = ollama.fitted(llm, prompt, limit, schema)
        elif schema is not None and 0 < (getattr(llm, "max_tokens", None) or 0) < limit:
            llm = llm.model_copy(update={"max_tokens": limit})
        return adapter.replies(llm, messages, self.stop, self.seconds, options)

    def _reply(
        self, prompt: Prompt, usage: Usage, limit: int, schema: dict[str, Any] | None = None
    ) -> Iterator[str]:
        self.spending.check()
        began = time.perf_counter()
        texts: list[str] = []
        seen: Piece | None = None
        try:
            for piece in self._pieces(prompt, limit, schema):
                usage.calls += seen is None
                seen = piece if seen is None else seen.followed_by(piece)
                if piece.text:
                    texts.append(piece.text)
                    yield piece.text
        except ModelStopped as exc:
            raise ModelStopped(str(exc), "".join(texts)) from exc
        except ModelError as exc:
            if not texts:
                raise
            raise ModelInterrupted(f"The answer broke off: {exc}", "".join(texts)) from exc
        finally:
            self._count(prompt, usage, "".join(texts), seen or Piece(), time.perf_counter() - began)
        self._check_end(seen or Piece(), "".join(texts), limit)

    def _count(self, prompt: Prompt, usage: Usage, text: str, seen: Piece, seconds: float) -> None:
        """Enter a call that is over into the usage and into what was spent."""
        sent, received = seen.usage or (0, 0)
        usage.prompt_tokens += sent
        usage.completion_tokens += received
        where = f"{self.name} at {self.host}"
        usage.exchanges.append(
            Exchange(prompt.name, where, prompt.system, prompt.user, text, sent, received, seconds)
        )
        usage.cost += self.spending.add(prompt, text, seen.usage)

    def _check_end(self, seen: Piece, text: str, limit: int) -> None:
        """Raise the error for a reply that did not end as an answer does. `seen` is all of its signs together."""
        name = f"{self.name} at {self.host}"
        if self.stop and self.stop.is_set():
            # To some servers' readers a connection that was shut down looks like a reply's end.
            raise ModelStopped("It was stopped.", text)
        if not text.strip():
            raise self._empty(seen, limit)
        if seen.finish == "length":
            raise ModelInterrupted(f"The reply of {name} was cut off: raise llm.max_tokens ({limit}).", text)
        if seen.finish == "content_filter":
            raise ModelInterrupted(
                f"The content filter of {self.host} cut the reply off: ask in other words.", text
            )
        if not (seen.end or seen.finish):
            raise ModelInterrupted(f"The answer of {name} broke off; ask again.", text)

    def _empty(self, seen: Piece, limit: int) -> ModelError:
        """Return the error for a reply without text."""
        name = f"{self.name} at {self.host}"
        if seen.declined:
            return ModelRefused(f"{name} declined to answer: ask in other words, or choose another model.")
        if seen.finish == "content_filter":
            return ModelRefused(f"The content filter of {self.host} withheld the reply: ask in other words.")
        if seen.finish == "length":
            return ModelReplyInvalid(
                f"{name} used all its tokens before it wrote an answer: raise llm.max_tokens ({limit})."
            )
        if seen.reasoning:
            return ModelReplyInvalid(
                f"{name} sent its thoughts and no answer: ask again, or raise llm.max_tokens."
            )
        if seen.finish or seen.end or not isinstance(self.llm, Pieced):
            return ModelReplyInvalid(f"The reply of {name} is empty: ask again, or choose another model.")
        return ModelReplyInvalid(
            f"{self.host} does not reply as an OpenAI-compatible endpoint does: is llm.base_url right "
            '(it often ends in "/v1")?'
        )
