"""Explain papers in another language, in the language of the question: without a model, that is why none was found."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from assistant.conversation.rewrite import is_foreign
from assistant.core.answers.answer import Answer
from assistant.library.embedding.language import language_of

_NAMED = 3
"""So many languages of the papers are named, the most frequent ones."""
_SENTENCES = Path(__file__).with_suffix(".toml")


def explained(answer: Answer, languages: Sequence[str]) -> Answer:
    """Return a refusal with a remark, if its question is in none of the `languages` of the papers, the most frequent first
    ("english", "german", ...; "" for one that is not known).

    It is in the language of the question, in English where that is not certain. An answer comes back as it is.
    """
    question = answer.standalone
    if (
        not answer.refusal
        or not languages
        or not all(is_foreign(question, language) for language in languages)
    ):
        return answer
    sentences = _sentences()
    remark = sentences.get(language_of(question, sure=True), sentences["english"]).format(
        papers=", ".join(language.capitalize() for language in languages[:_NAMED])
    )
    return replace(answer, remark=remark)


@cache
def _sentences() -> dict[str, str]:
    return tomllib.loads(_SENTENCES.read_text(encoding="utf-8"))
