"""Models that a script plays: an endpoint in this process, and what a script reads in a prompt and writes as verdicts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import httpx

SCRIPTED = "scripted"
"""The name of a model that a study plays itself."""
LINE = re.compile(r"^(\d+): (.*?)(?:\s*\[[\d.]+\]){0,20}[.!?]?$", re.M)
"""A sentence that a prompt asks a verdict on: its number and its words, without its citations and its full stop."""
_PAPER = re.compile(r"^--- \w+ paper (\d+)$", re.M)
_SENTENCE = re.compile(r"^(\d+) (.+)$", re.M)


class ScriptedModel(httpx.BaseTransport):
    """An endpoint whose model replies with what a function makes of the prompt, the messages in one text."""

    def __init__(self, reply: Callable[[str], str]) -> None:
        self._reply = reply

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Reply to a request, in one piece."""
        prompt = "\n".join(m["content"] for m in json.loads(request.read())["messages"])
        message = {"role": "assistant", "content": self._reply(prompt)}
        return httpx.Response(
            200, json={"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
        )


def numbered_sentences(prompt: str) -> list[tuple[str, str]]:
    """Return the sentences of papers that a prompt shows, titles among them, each with its number ("2.4")."""
    parts = _PAPER.split(prompt.rpartition("Question:")[0])
    return [
        (f"{paper}.{number}", text)
        for paper, block in zip(parts[1::2], parts[2::2], strict=True)
        for number, text in _SENTENCE.findall(block)
    ]


def verdicts(*items: tuple[int, str, str] | tuple[int, str, str, str]) -> str:
    """Return a judge's reply from items of (index, verdict, numbers of sentences such as "1.2 1.3", words objected to)."""
    return json.dumps(
        {
            "verdicts": [
                {"index": i, "evidence": numbers.split(), "words": "".join(words), "verdict": verdict}
                for i, verdict, numbers, *words in items
            ]
        }
    )
