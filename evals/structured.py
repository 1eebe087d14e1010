"""Ask a model for structured values: a form that it fills in."""

from __future__ import annotations

import hashlib
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant import Model
from assistant.core.answers.usage import Usage
from assistant.core.errors import ModelReplyInvalid
from assistant.llm.prompts import load


class Form(BaseModel):
    """What a model fills in; whatever else it writes is left out."""

    model_config = ConfigDict(extra="ignore")


Filled = TypeVar("Filled", bound=Form)


def filled(model: Model, form: type[Filled], prompt: str, **parts: str) -> Filled:
    """Return the form that a model fills in when it reads a prompt with these parts.

    The parts stand between marks that no text can guess, so that none can end its part. Raises `ModelReplyInvalid` for a reply
    of another form, and other `ModelError`s.
    """
    mark = hashlib.sha256("\n".join(parts.values()).encode()).hexdigest()[:10]
    fields = model.ask_json(load(prompt, mark=mark, **parts), form.model_json_schema(), Usage())
    try:
        return form.model_validate(fields)
    except ValidationError as exc:
        raise ModelReplyInvalid(f"{model.name} replied in another form than it was asked for.") from exc
