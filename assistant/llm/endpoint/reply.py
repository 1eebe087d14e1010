"""Replies of endpoints as they come over the wire, read without trust in their form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Piece:
    """What one event of a reply adds: text, and signs of what became of the reply.

    `reasoning` and `declined` are true where the model thinks aloud or declines, in fields of their own. `finish` is
    the reason why the reply ended ("stop", "length", "content_filter"), "" where it did not say. `usage` is the number
    of tokens sent and received so far, None where it was not reported. `error` is the event of an endpoint that failed.
    """

    text: str = ""
    reasoning: bool = False
    declined: bool = False
    finish: str = ""
    usage: tuple[int, int] | None = None
    error: Any = None
    end: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the signs that were seen, under the names that the protocol has for them."""
        sent, received = self.usage or (0, 0)
        signs = {
            "finish_reason": self.finish,
            "reasoning": self.reasoning,
            "refusal": self.declined,
            "end": self.end,
            "usage": {"prompt_tokens": sent, "completion_tokens": received} if self.usage else None,
        }
        return {name: sign for name, sign in signs.items() if sign}

    @classmethod
    def from_dict(cls, signs: dict[str, Any], text: str) -> Piece:
        """Return a piece of this text with the signs in what `as_dict` gave."""
        return cls(
            text,
            reasoning=bool(signs.get("reasoning")),
            declined=bool(signs.get("refusal")),
            finish=str(signs.get("finish_reason") or ""),
            usage=_usage(signs.get("usage")),
            end=bool(signs.get("end")),
        )

    def followed_by(self, piece: Piece) -> Piece:
        """Return the signs of this piece and of a later one together, without their text."""
        return Piece(
            reasoning=self.reasoning or piece.reasoning,
            declined=self.declined or piece.declined,
            finish=piece.finish or self.finish,
            usage=piece.usage or self.usage,
            error=piece.error if self.error is None else self.error,
            end=self.end or piece.end,
        )


_EMPTY = re.compile(rb"\n(?:\r?\n){2,}")


def read_pieces(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """Yield the pieces of a reply: server-sent events, or one JSON object where the endpoint does not stream.

    An event that is no JSON is left out. A reply that is neither yields nothing.
    """
    parts: list[str] = []
    whole: list[str] = []
    streamed = False
    for line in _lines(chunks):
        data = None
        if line.startswith("data:"):
            streamed = True
            event = line.removeprefix("data:").strip()
            if event == "[DONE]":
                yield Piece(end=True)
                return
            data = _object(event)
            if data is None:  # one event may take several lines
                parts.append(event)
        elif not line and parts:
            data, parts = _object("\n".join(parts)), []
        elif not streamed and line:
            whole.append(line)
        if data is not None:
            yield _piece(data)
    if not streamed and (data := _object("\n".join(whole))) is not None:
        yield _piece(data)
        yield Piece(end=True)


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield lines as they are complete. Only line feeds part them: JSON may hold other separators of lines."""
    begun: list[bytes] = []
    for chunk in chunks:
        # Of empty lines that follow each other, one says all.
        first, *lines = _EMPTY.sub(b"\n\n", chunk).split(b"\n")
        begun.append(first)
        if lines:
            *lines, rest = b"".join(begun), *lines
            begun = [rest]
            for line in lines:
                yield line.decode("utf-8", "replace").rstrip("\r")
    yield b"".join(begun).decode("utf-8", "replace")


def _object(text: str) -> dict[str, Any] | None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(data, list):  # Gemini sends its errors in a list
        data = data[0] if data else None
    return data if isinstance(data, dict) else None


def _piece(data: dict[str, Any]) -> Piece:
    if data.get("error"):
        return Piece(error=data)
    choices = data.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    choice = choice if isinstance(choice, dict) else {}
    message = choice.get("delta") or choice.get("message")
    message = message if isinstance(message, dict) else {}
    finish = choice.get("finish_reason")
    return Piece(
        text=_text(message.get("content")) or _text(choice.get("text")),
        reasoning=bool(message.get("reasoning_content") or message.get("reasoning")),
        declined=bool(_text(message.get("refusal"))),
        finish=finish if isinstance(finish, str) else "",
        usage=_usage(data.get("usage")),
    )


def _text(content: Any) -> str:
    """Return a message's text, also where it comes as a list of parts; half characters become "?"."""
    if isinstance(content, list):
        return "".join(_text(part.get("text")) for part in content if isinstance(part, dict))
    return content.encode("utf-8", "replace").decode() if isinstance(content, str) else ""


def _usage(usage: Any) -> tuple[int, int] | None:
    if not isinstance(usage, dict):
        return None
    return _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))


def _count(tokens: Any) -> int:
    known = isinstance(tokens, int) and not isinstance(tokens, bool)
    return tokens if known and 0 <= tokens < 1_000_000_000 else 0


_ESCAPE = re.compile(r'\\(["\\/bfnrtu])|\\')


def read_json(text: str) -> Any:
    """Return the first JSON object or list in a model's reply, after its thoughts. Raises ValueError where there is none."""
    # JSON does not allow a lone backslash, as in the LaTeX "81.7\%".
    text = _ESCAPE.sub(lambda m: m.group() if m[1] else r"\\", text.rpartition("</think>")[2])
    decoder = json.JSONDecoder(strict=False)
    starts = [at for at, character in enumerate(text) if character in "{["]
    for start in starts[:100]:  # brackets in prose around it are few
        try:
            return decoder.raw_decode(text, start)[0]
        except (ValueError, RecursionError):
            continue
    raise ValueError("no JSON")


def read_vectors(body: bytes) -> list[list[float]]:
    """Return the vectors of a reply to a request for embeddings, all of one length, in the order of their `index`.

    Raises ValueError where the reply is not of that form.
    """
    data = _object(body.decode("utf-8", "replace"))
    items = data.get("data") if data else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError("no list of vectors")
    if all(isinstance(item.get("index"), int) for item in items):
        items = sorted(items, key=lambda item: item["index"])
    vectors = [item.get("embedding") for item in items]
    if not all(isinstance(v, list) and v and all(type(x) in (int, float) for x in v) for v in vectors):
        raise ValueError("a vector is no list of numbers")
    if len({len(vector) for vector in vectors}) > 1:
        raise ValueError("vectors of several lengths")
    return vectors
