"""Which optional parts of a chat request an endpoint takes, and JSON schemas as strict endpoints want them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.llm.faults import Complaint

# Words by which endpoints name the part of a request that they do not take. The first one in the complaint decides.
_NAMES = {
    "max_completion_tokens": "limit",
    "max_tokens": "limit",
    "temperature": "temperature",
    "stream_options": "stream_options",
    "include_usage": "stream_options",
    "response_format": "form",
    "json_schema": "form",
    "json_object": "form",
    "structured output": "form",
    "grammar": "form",
    "stream": "stream",
    "streaming": "stream",
    "system role": "system",
    "role 'system'": "system",
    "'system' role": "system",
    "'system'": "system",
    "messages[0].role": "system",
    "roles must alternate": "system",
}
Message = dict[str, str]
"""A message of a chat: its "role" and its "content"."""

_LIMITS = ("max_completion_tokens", "max_tokens")
_FORMS = ("json_schema", "json_object")


@dataclass(frozen=True)
class Dialect:
    """The parts of a request that one model at one endpoint is known to refuse; none of them at first.

    `refused` holds names out of "max_completion_tokens", "max_tokens", "temperature", "stream", "stream_options",
    "json_schema", "json_object" and "system".
    """

    refused: frozenset[str] = field(default_factory=frozenset)

    def arguments(
        self,
        messages: Sequence[Message],
        limit: int,
        temperature: float,
        schema: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the arguments of a request, without what is refused.

        `limit` is the longest reply in tokens. With a `schema` the reply is asked for as JSON of that form.
        """
        arguments: dict[str, Any] = {"messages": self._messages(messages)}
        if name := self._first(_LIMITS):
            arguments[name] = limit
        if "temperature" not in self.refused:
            arguments["temperature"] = temperature
        if schema is not None:
            form = self._first(_FORMS)
            if form == "json_schema":
                asked = {"name": "reply", "schema": strict_schema(schema), "strict": True}
                arguments["response_format"] = {"type": form, "json_schema": asked}
            elif form:
                arguments["response_format"] = {"type": form}
        # A stream, also of JSON: only then a slow model's reply begins long before its end.
        if "stream" not in self.refused:
            arguments["stream"] = True
            if "stream_options" not in self.refused:
                arguments["stream_options"] = {"include_usage": True}
        return arguments

    def after(self, complaint: Complaint, arguments: dict[str, Any]) -> Dialect | None:
        """Return the dialect with one part more refused: the one that the endpoint complains of.

        None where the complaint is not about an optional part of the `arguments` that were sent.
        """
        if complaint.status not in (400, 422, 501) or complaint.final:
            return None
        part = _named(complaint)
        if part is None and "response_format" in arguments:
            part = "form"  # an endpoint that does not say what it dislikes: the form is the least common part
        if part == "limit":
            refused = {self._first(_LIMITS)}
        elif part == "form":
            wants_object = "json_object" in complaint.message and "json_schema" in str(arguments)
            refused = {"json_schema"} if wants_object else set(_FORMS)
        else:
            refused = {part}
        changed = Dialect(self.refused | {name for name in refused if name})
        return changed if part and changed != self else None

    def _first(self, names: tuple[str, ...]) -> str | None:
        return next((name for name in names if name not in self.refused), None)

    def _messages(self, messages: Sequence[Message]) -> list[Message]:
        """Return the messages; where there is no system role, its text stands before that of the next message."""
        if "system" not in self.refused:
            return list(messages)
        merged: list[Message] = []
        before: list[str] = []
        for message in messages:
            if message["role"] == "system":
                before.append(message["content"])
            else:
                text = "\n\n".join([*before, message["content"]])
                merged.append({"role": message["role"], "content": text})
                before = []
        return merged + [{"role": "user", "content": text} for text in before]


def _named(complaint: Complaint) -> str | None:
    """Return the part of a request that a complaint names first: by its `param`, else in its words."""
    for text in (complaint.param.casefold(), complaint.message.casefold()):
        places = [(text.find(name), -len(name), part) for name, part in _NAMES.items() if name in text]
        if places:
            return min(places)[2]
        if text and text == complaint.param.casefold() and not text.startswith("messages"):
            return None  # it names a part that we cannot leave out
    return None


def strict_schema(schema: Any) -> Any:
    """Return a JSON schema that satisfies strict endpoints.

    Every object lists all of its properties as required and admits no others; nothing has a default; a reference
    stands alone (https://platform.openai.com/docs/guides/structured-outputs#supported-schemas).
    """
    if isinstance(schema, list):
        return [strict_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    strict = {key: strict_schema(value) for key, value in schema.items() if key not in ("default", "title")}
    for key in ("properties", "$defs"):  # names chosen by us stand here, "default" and "title" among them
        if isinstance(schema.get(key), dict):
            strict[key] = {name: strict_schema(value) for name, value in schema[key].items()}
    if isinstance(schema.get("properties"), dict):
        strict["required"] = list(schema["properties"])
        strict["additionalProperties"] = False
    return strict
