"""Endpoints that refuse, fail and reply as services do, each a function of the request; no connection is made."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

Behaviour = Callable[[dict[str, Any]], httpx.Response | None]
USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


class Service(httpx.BaseTransport):
    """An endpoint that replies with `text`, unless `behaviour` replies in its place; `requests` are those it got."""

    def __init__(
        self, text: str | Callable[[dict[str, Any]], str], behaviour: Behaviour | None = None
    ) -> None:
        self.text = text
        self.behaviour = behaviour
        self.requests: list[dict[str, Any]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.read())
        self.requests.append(body)
        text = self.text if isinstance(self.text, str) else self.text(body)
        return (self.behaviour(body) if self.behaviour else None) or replied(body, text)


def replied(body: dict[str, Any], text: str) -> httpx.Response:
    """A good reply: streamed where that is asked for."""
    return streamed(deltas(text)) if body.get("stream") else whole({"content": text})


def whole(message: dict[str, Any], finish: str | None = "stop") -> httpx.Response:
    """A reply in one piece."""
    return httpx.Response(
        200, json={"choices": [{"index": 0, "message": message, "finish_reason": finish}], "usage": USAGE}
    )


def deltas(text: str, finish: str | None = "stop", usage: Any = None) -> list[Any]:
    """The events of a streamed text, five characters each."""
    events: list[Any] = [delta({"content": text[at : at + 5]}) for at in range(0, len(text), 5)]
    if finish:
        events.append(delta({}, finish))
    return [*events, {"choices": [], "usage": usage or USAGE}, "[DONE]"]


def delta(fields: Any, finish: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


def streamed(events: list[Any]) -> httpx.Response:
    """Server-sent events; texts are sent as they stand."""
    lines = "".join(f"data: {e if isinstance(e, str) else json.dumps(e)}\n\n" for e in events)
    return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=lines.encode())


def refusal(status: int, message: Any, retry_after: str = "", **fields: Any) -> httpx.Response:
    """An error in OpenAI's form."""
    headers = {"retry-after": retry_after} if retry_after else {}
    return httpx.Response(status, json={"error": {"message": message, **fields}}, headers=headers)


def reasoning_model(body: dict[str, Any]) -> httpx.Response | None:
    """OpenAI's rules for its reasoning models, with strict schemas."""
    if "max_tokens" in body:
        message = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        return refusal(400, message, param="max_tokens", code="unsupported_parameter")
    if body.get("temperature", 1) != 1:
        message = "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported."
        return refusal(400, message, param="temperature", code="unsupported_value")
    return strict(body)


def strict(body: dict[str, Any]) -> httpx.Response | None:
    """Refuses a schema that strict mode does not admit."""
    form = body.get("response_format", {}).get("json_schema")
    wrong = _not_strict(form["schema"]) if form else ""
    message = f"Invalid schema for response_format 'reply': In context=(), {wrong}."
    return refusal(400, message, param="response_format") if wrong else None


def _not_strict(schema: Any) -> str:
    if isinstance(schema, list):
        return next((wrong for item in schema if (wrong := _not_strict(item))), "")
    if not isinstance(schema, dict):
        return ""
    if "default" in schema:
        return "'default' is not permitted"
    if "$ref" in schema and len(schema) > 1:
        return "'$ref' cannot have keywords beside it"
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            return "'additionalProperties' is required to be supplied and to be false"
        if set(schema.get("required", ())) != set(schema.get("properties", ())):
            return "'required' is required to include every key in properties"
    return next((wrong for value in schema.values() if (wrong := _not_strict(value))), "")


def older_server(body: dict[str, Any]) -> httpx.Response | None:
    """A server that refuses every field that it does not know, as FastAPI does, and has no JSON schema."""
    for name in ("max_completion_tokens", "stream_options"):
        if name in body:
            error = {
                "type": "extra_forbidden",
                "loc": ["body", name],
                "msg": "Extra inputs are not permitted",
            }
            return httpx.Response(422, json={"detail": [error]})
    if body.get("response_format", {}).get("type") == "json_schema":
        error = {
            "loc": ["body", "response_format", "type"],
            "msg": "Input should be 'text' or 'json_object'",
        }
        return httpx.Response(422, json={"object": "error", "message": {"detail": [error]}})
    return None


def no_schema(body: dict[str, Any]) -> httpx.Response | None:
    known = "response_format" not in body
    return None if known else refusal(400, "This model does not support response_format json_schema.")


def no_system_role(body: dict[str, Any]) -> httpx.Response | None:
    roles = [message["role"] for message in body["messages"]]
    return refusal(400, "System role not supported", type="BadRequestError") if "system" in roles else None
