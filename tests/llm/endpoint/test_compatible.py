"""Our door to OpenAI-compatible endpoints used as LlamaIndex uses any LLM."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from llama_index.core.base.llms.types import ChatMessage
from support.endpoints import Service, deltas, refusal, streamed

from assistant.core.errors import ModelRefused
from assistant.llm.endpoint.compatible import OpenAICompatible
from assistant.llm.endpoint.protocol import Endpoint
from evals.studies.scripted_server import ScriptedServer

ASKED = [ChatMessage(role="system", content="Answer."), ChatMessage(role="user", content="How fast?")]


def llm(service: Service) -> OpenAICompatible:
    return OpenAICompatible("m", Endpoint("http://endpoint.test/v1", "k", 5, service), max_tokens=7)


def test_a_chat_is_answered_whole_or_in_pieces_with_its_tokens() -> None:
    service = Service("It takes 5 ms.")
    made = llm(service)
    whole = made.chat(ASKED)
    assert whole.message.content == "It takes 5 ms."
    assert whole.additional_kwargs == {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    pieces = list(made.stream_chat(ASKED, max_tokens=9))
    assert "".join(piece.delta or "" for piece in pieces) == pieces[-1].message.content == "It takes 5 ms."
    assert [request["max_completion_tokens"] for request in service.requests] == [7, 9]
    assert service.requests[0]["messages"][0] == {"role": "system", "content": "Answer."}


def test_a_prompt_is_completed() -> None:
    made = llm(Service("It takes 5 ms."))
    assert made.complete("How fast?").text == "It takes 5 ms."
    assert [piece.text for piece in made.stream_complete("How fast?")][-1] == "It takes 5 ms."


def test_the_asynchronous_ways_give_the_same() -> None:
    made = llm(Service("It takes 5 ms."))

    async def all_ways() -> list[str]:
        chat = await made.achat(ASKED)
        pieces = [piece async for piece in await made.astream_chat(ASKED)]
        completed = await made.acomplete("How fast?")
        streamed_text = [piece.text async for piece in await made.astream_complete("How fast?")]
        return [str(chat.message.content), str(pieces[-1].message.content), completed.text, streamed_text[-1]]

    assert asyncio.run(all_ways()) == ["It takes 5 ms."] * 4


def test_a_cancelled_call_closes_its_connection() -> None:
    with ScriptedServer("word " * 2000, delay=0.01) as server:
        endpoint = Endpoint(server.url, "", 20)
        made = OpenAICompatible("m", endpoint)

        async def cancelled() -> None:
            task = asyncio.create_task(made.achat(ASKED))
            while not server.requests:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(cancelled())
        deadline = time.monotonic() + 20
        while not server.left and time.monotonic() < deadline:
            threading.Event().wait(0.05)
        endpoint.close()
    assert server.left == 1


def test_a_fault_is_one_of_our_errors_in_every_way() -> None:
    made = llm(Service("", lambda _: refusal(401, "no")))
    for call in (made.chat, lambda asked: list(made.stream_chat(asked))):
        with pytest.raises(ModelRefused, match="OPENAI_API_KEY"):
            call(ASKED)


def test_metadata_tells_the_context_where_it_is_known() -> None:
    endpoint = Endpoint("http://endpoint.test/v1", "", 5)
    known = OpenAICompatible("m", endpoint, context_window=8192)
    assert (known.metadata.context_window, known.metadata.model_name) == (8192, "m")
    assert OpenAICompatible("m", endpoint).metadata.context_window > 0


def test_an_empty_reply_is_an_empty_text() -> None:
    assert llm(Service("", lambda _: streamed(deltas("")))).chat(ASKED).message.content == ""
