"""Refusals: why a question has no plain answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.core.paper import CompactPaper

RefusalKind = Literal["off_topic", "not_stated", "conflicting"]


@dataclass(frozen=True)
class RefusalInfo:
    """Everything that is said about one kind of refusal: its name in reports, the sentence for users, and the sentence
    with which a model that writes must say it ("" if a model does not decide it)."""

    name: str
    words: str
    phrase: str = ""


REFUSALS: Mapping[RefusalKind, RefusalInfo] = {
    "off_topic": RefusalInfo("off topic", "I found nothing about this in the library."),
    "not_stated": RefusalInfo(
        "not stated",
        "The abstracts here don't answer this. The full papers might.",
        phrase="The abstracts do not say.",
    ),
    "conflicting": RefusalInfo(
        "conflicting",
        "The cited abstracts disagree. Both sides are shown.",
        phrase="The abstracts disagree.",
    ),
}
"""The kinds of refusal. A new one needs a row here and the code that decides it."""

REFUSAL_PHRASE = REFUSALS["not_stated"].phrase
CONFLICT_PHRASE = REFUSALS["conflicting"].phrase


@dataclass(frozen=True)
class Refusal:
    """The reason why a question has no (plain) answer, and the nearest papers, best first.

    `off_topic`: the library has no paper on the question. `not_stated`: it has papers on the topic, but their abstracts
    do not give the answer. `conflicting`: the cited abstracts disagree.
    """

    kind: RefusalKind
    nearest: tuple[CompactPaper, ...] = ()
