"""Say that the papers are in another language, in that of the question: without a model, that is why none was found."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

from assistant.conversation.rewrite import is_foreign
from assistant.core.answer import Answer
from assistant.library.bm25 import language_of

_SENTENCES = Path(__file__).with_suffix(".toml")


def explained(answer: Answer, language: str) -> Answer:
    """Return a refusal with a remark, if its question is in another language than the papers ("english"; "" if unknown).

    It is in the language of the question, in English where that is not certain. An answer comes back as it is.
    """
    if not answer.refusal or not is_foreign(answer.standalone, language):
        return answer
    sentences = _sentences()
    sentence = sentences.get(language_of(answer.standalone, sure=True)) or sentences["english"]
    return replace(answer, remark=sentence.format(papers=language.capitalize()))


@cache
def _sentences() -> dict[str, str]:
    return tomllib.loads(_SENTENCES.read_text(encoding="utf-8"))
