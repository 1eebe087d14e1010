"""Dataclasses as JSON, written and checked by pydantic; whether a text is JSON."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError

Value = TypeVar("Value")


def dump(value: Any, *, exclude_defaults: bool = False) -> dict[str, Any]:
    """Return a value as lists, dicts, strings and numbers; `load` reads them back."""
    kind: Any = type(value)
    data: dict[str, Any] = _adapter(kind).dump_python(value, mode="json", exclude_defaults=exclude_defaults)
    return data


def load(kind: type[Value], data: object) -> Value:
    """Read a value that `dump` wrote.

    Raises pydantic's `ValidationError` (a `ValueError`) if a field is missing, unknown or of another type.
    """
    value: Value = _adapter(cast(Any, kind)).validate_python(data)
    return value


def is_json(text: str) -> bool:
    """Return whether a text is JSON from its beginning to its end."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def first_error(exc: ValidationError) -> str:
    """Return the first mistake that pydantic names, as "field: reason" without a full stop."""
    error = exc.errors(include_input=False, include_url=False)[0]
    field = ".".join(str(part) for part in error["loc"])
    unknown = error["type"] in ("extra_forbidden", "unexpected_keyword_argument")
    reason = "no such key" if unknown else error["msg"].removeprefix("Value error, ")
    reason = f"{reason[:1].lower()}{reason[1:]}"
    return f"{field}: {reason}" if field else reason


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    # Imported when first used: `assistant --version` need not load pydantic. The dataclasses inside `kind` take over its
    # configuration.
    from pydantic import ConfigDict, TypeAdapter, with_config

    return TypeAdapter(with_config(ConfigDict(extra="forbid"))(kind))
