"""A chat model at an OpenAI-compatible endpoint, as a LlamaIndex `LLM`: the same kind as any provider's."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Iterator, Sequence
from typing import Any

from llama_index.core.base.llms.generic_utils import (
    achat_to_completion_decorator,
    astream_chat_to_completion_decorator,
    chat_to_completion_decorator,
    stream_chat_to_completion_decorator,
)
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    LLMMetadata,
    MessageRole,
)
from llama_index.core.constants import DEFAULT_CONTEXT_WINDOW
from llama_index.core.llms.callbacks import llm_chat_callback, llm_completion_callback
from llama_index.core.llms.llm import LLM
from pydantic import Field, PrivateAttr

from assistant.core.asynchronous import in_thread, iterated
from assistant.core.stop import Stop
from assistant.llm.endpoint.dialect import Dialect
from assistant.llm.endpoint.protocol import Endpoint
from assistant.llm.endpoint.reply import Piece, read_pieces
from assistant.llm.faults import complaint_of, fault

# Characters of a token, on average over a reply; languages differ, from 1 to 6.
_LONGEST_TOKEN = 32


class OpenAICompatible(LLM):
    """The chat model `model` at an endpoint. Its calls raise a `ModelError`.

    `context_window` is the number of tokens that it reads at once, 0 where that is not known. Besides LlamaIndex's own,
    `stream_chat` and `chat` take `max_tokens`, a JSON `schema` for the reply, and the `stop` that ends the call.
    """

    model: str
    max_tokens: int = Field(1024, gt=0)
    temperature: float = 0.0
    context_window: int = Field(0, ge=0)
    _endpoint: Endpoint = PrivateAttr()

    def __init__(self, model: str, endpoint: Endpoint, **fields: Any) -> None:
        super().__init__(model=model, **fields)
        self._endpoint = endpoint

    @classmethod
    def class_name(cls) -> str:
        """Return the name by which LlamaIndex knows this class."""
        return "OpenAICompatible"

    @property
    def metadata(self) -> LLMMetadata:
        """What LlamaIndex wants to know of a model."""
        return LLMMetadata(
            context_window=self.context_window or DEFAULT_CONTEXT_WINDOW,
            num_output=self.max_tokens,
            is_chat_model=True,
            model_name=self.model,
        )

    @property
    def base_url(self) -> str:
        """The address of the endpoint."""
        return self._endpoint.base_url

    def pieces(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int,
        schema: dict[str, Any] | None = None,
        stop: Stop | None = None,
    ) -> Iterator[Piece]:
        """Yield the pieces of a reply with the signs of what became of it. Raises a `ModelError`."""
        for response in self.stream_chat(messages, max_tokens=max_tokens, schema=schema, stop=stop):
            yield Piece.from_dict(response.raw or {}, response.delta or "")

    @llm_chat_callback()
    def stream_chat(
        self, messages: Sequence[ChatMessage], **kwargs: Any
    ) -> Generator[ChatResponse, None, None]:
        """Yield the reply so far after each piece of it. `raw` tells its end and tokens, see `Piece.as_dict`."""
        return self._responses(messages, **kwargs)

    def _responses(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int | None = None,
        schema: dict[str, Any] | None = None,
        stop: Stop | None = None,
    ) -> Generator[ChatResponse, None, None]:
        sent = [{"role": m.role.value, "content": m.content or ""} for m in messages]
        limit = max_tokens or self.max_tokens

        def arguments(dialect: Dialect) -> dict[str, Any]:
            return dialect.arguments(sent, limit, self.temperature, schema)

        text = ""
        with self._endpoint.send("chat", self.model, arguments, stop) as chunks:
            for piece in read_pieces(chunks):
                if piece.error is not None:
                    complaint = complaint_of(piece.error)
                    raise fault(complaint, self.model, self._endpoint.host, self._endpoint.secrets)
                text += piece.text
                yield _response(text, piece)
                if len(text) > _LONGEST_TOKEN * limit:
                    # The endpoint forgets the limit that it was given.
                    yield _response(text, Piece(finish="length", end=True))
                    return

    @llm_chat_callback()
    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """Return the whole reply."""
        text, seen = "", Piece()
        for response in self._responses(messages, **kwargs):
            text += response.delta or ""
            seen = seen.followed_by(Piece.from_dict(response.raw or {}, ""))
        return _response(text, seen)

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """Return the whole reply to a prompt."""
        whole: CompletionResponse = chat_to_completion_decorator(self.chat)(prompt, **kwargs)
        return whole

    @llm_completion_callback()
    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> Generator[CompletionResponse, None, None]:
        """Yield the reply to a prompt as it comes."""
        pieces: Generator[CompletionResponse, None, None] = stream_chat_to_completion_decorator(
            self.stream_chat
        )(prompt, **kwargs)
        return pieces

    @llm_chat_callback()
    async def achat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """Return the whole reply without blocking the event loop."""
        return await in_thread(lambda stop: self.chat(messages, **{"stop": stop, **kwargs}))

    @llm_chat_callback()
    async def astream_chat(
        self, messages: Sequence[ChatMessage], **kwargs: Any
    ) -> AsyncGenerator[ChatResponse, None]:
        """Yield the reply as it comes without blocking the event loop."""
        return iterated(lambda stop: self._responses(messages, **{"stop": stop, **kwargs}))

    @llm_completion_callback()
    async def acomplete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """Return the whole reply to a prompt without blocking the event loop."""
        whole: CompletionResponse = await achat_to_completion_decorator(self.achat)(prompt, **kwargs)
        return whole

    @llm_completion_callback()
    async def astream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> AsyncGenerator[CompletionResponse, None]:
        """Yield the reply to a prompt as it comes without blocking the event loop."""
        pieces: AsyncGenerator[CompletionResponse, None] = await astream_chat_to_completion_decorator(
            self.astream_chat
        )(prompt, **kwargs)
        return pieces


def _response(text: str, piece: Piece) -> ChatResponse:
    message = ChatMessage(role=MessageRole.ASSISTANT, content=text)
    sent, received = piece.usage or (0, 0)
    tokens = {"prompt_tokens": sent, "completion_tokens": received, "total_tokens": sent + received}
    return ChatResponse(
        message=message,
        delta=piece.text,
        raw=piece.as_dict(),
        additional_kwargs=tokens if piece.usage else {},
    )
