"""History + follow-up -> a question that stands on its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.answers import Usage
from assistant.errors import QuestionError
from assistant.prompts import load
from assistant.words import tokens

MAX_QUESTION = 4000
_TURNS = 6
_POINTS_BACK = frozenset(
    "it its they them their this that these those he she his her one ones same former latter there".split()
)

if TYPE_CHECKING:
    from assistant.models import Model
_OPENS_BACK = re.compile(r"^(and|but|also|what about|how about|why|why not|then|so)\b", re.I)

Message = Mapping[str, object]


def checked(question: str) -> str:
    """The question, trimmed. Raises `QuestionError` where it is empty or longer than 4,000 characters."""
    question = question.strip()
    if not question:
        raise QuestionError("The question is empty: type what you would like to know.")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters and at most {MAX_QUESTION:,} can be asked: shorten "
            "it, or check a longer text with `assistant verify`."
        )
    return question


def standalone(question: str, history: Sequence[Message], model: Model | None, usage: Usage) -> str:
    """The follow-up as a question that needs no history.

    With a model, it rewrites; without, a follow-up that points back ("and its speed?") is put behind the
    questions before it, which is enough for retrieval. Raises a `ModelError` where the model fails.
    """
    asked = [text for role, text in _turns(history) if role == "user"]
    if not asked:
        return question
    if model is None:
        return f"{asked[-1]} {question}" if points_back(question) else question
    turns = "\n".join(f"{role}: {text[:500]}" for role, text in _turns(history)[-_TURNS:])
    reply = model.ask(load("standalone", history=turns, question=question), usage).strip()
    first = reply.splitlines()[0].strip() if reply else ""
    return first if 0 < len(first) <= MAX_QUESTION else question


def points_back(question: str) -> bool:
    """Whether a question leans on what was said before: short, with a pronoun or an opening like "and"."""
    words = tokens(question)
    named = any(word.name for word in words)
    pronoun = any(word.lower in _POINTS_BACK for word in words)
    content = sum(word.content for word in words)
    return (pronoun and not named) or (bool(_OPENS_BACK.match(question)) and content <= 4) or content <= 1


def _turns(history: Sequence[Message]) -> list[tuple[str, str]]:
    turns = []
    for message in history:
        role, content = message.get("role"), message.get("content")
        if role not in ("user", "assistant", "system") or not isinstance(content, str):
            raise QuestionError(
                'history is a list of {"role": "user" or "assistant", "content": text}, oldest first.'
            )
        turns.append((str(role), content))
    return turns
