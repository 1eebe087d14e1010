"""A model's reply, as far as it has come -> sentences with the numbers they cite and the words they claim to rest on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.core.text.citation_marks import parse

_QUOTED = re.compile(r"[ \t]*«([^»]*)»[ \t]*[.]?")
_THINKING = re.compile(r"<think(ing)?>.*?(</think(ing)?>|\Z)", re.S | re.I)
_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)]*)\)|<[^>]{1,200}>|https?://\S+")


@dataclass(frozen=True)
class Drafted:
    """A sentence of a draft. `claimed` are the words it says it rests on, not yet checked; `paragraph` from 0."""

    text: str
    numbers: tuple[int, ...]
    claimed: tuple[str, ...]
    paragraph: int


def drafted(reply: str, *, final: bool) -> list[Drafted]:
    """The sentences of a reply; unless it is `final`, those only that nothing can be added to any more."""
    visible, claims = _apart(_THINKING.sub("", reply), final)
    sentences = parse(visible)
    out = []
    for i, sentence in enumerate(sentences):
        last = i + 1 == len(sentences)
        until = len(visible) if last else sentences[i + 1].start
        mine = tuple(quote for at, quote in claims if sentence.start < at <= until)
        if last and not final and not mine:
            break
        paragraph = visible.count("\n", 0, sentence.start)
        out.append(Drafted(_harmless(sentence.text), sentence.numbers, mine, paragraph))
    return [draft for draft in out if draft.text]


def _apart(reply: str, final: bool) -> tuple[str, list[tuple[int, str]]]:
    """The reply without its quoted words, and those with the place at which they stood."""
    if not final and reply.rfind("«") > reply.rfind("»"):
        reply = reply[: reply.rfind("«")]
    visible, claims, at = "", [], 0
    for match in _QUOTED.finditer(reply):
        visible += reply[at : match.start()]
        if visible and not visible.rstrip().endswith((".", "!", "?", ":", "]")):
            visible = visible.rstrip() + "."
        claims.append((len(visible), match.group(1).strip().strip('"“”')))
        visible += " "
        at = match.end()
    return visible + reply[at:].replace("«", "").replace("»", ""), claims


def _harmless(text: str) -> str:
    """No links, images or markup get from a model to a page: a link keeps its words."""
    text = _LINK.sub(lambda match: match.group(1) or "", text)
    return re.sub(r"\s+", " ", text).strip()
