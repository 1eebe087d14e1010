"""What a paper calls its own subject: "SSD", "Next-ViT", "Mamba-360"; found in title and abstract, or nothing."""

from __future__ import annotations

import re

from assistant.papers import Paper
from assistant.words import tokens

_PLAIN = re.compile(r"[\w][\w .+'’-]*")
_COINED = re.compile(r"\b(?=\w*[A-Z]\w*[A-Z0-9]|\w*\d)[A-Z][\w+-]{1,20}\b")
_PRESENTS = re.compile(
    r"\b(?:[Ww]e|[Tt]his paper|[Ii]t) (?:present|introduce|propose|develop|describe)s? (?:the )?([A-Z][\w+-]{1,20})\b"
)
_WORDS = 4
_LETTERS = 32


def name_of(paper: Paper) -> str:
    """The name of what the paper presents, or "" where it gives none that could stand in a sentence."""
    head, colon, _ = paper.title.partition(":")
    if colon and _fits(head) and (len(head.split()) == 1 or _coined(head)):
        return head.strip()
    said = _PRESENTS.search(paper.abstract)
    if said and _fits(said[1]) and paper.abstract.count(said[1]) > 1:
        return said[1]
    for found in _COINED.findall(paper.title):
        if _fits(found) and found in paper.abstract:
            return str(found)
    return ""


def _fits(text: str) -> bool:
    text = text.strip()
    return bool(
        _PLAIN.fullmatch(text) and len(text) <= _LETTERS and len(text.split()) <= _WORDS and text.isascii()
    )


def _coined(text: str) -> bool:
    """Whether it is a name rather than words of the language: "Mamba-360", not "A survey"."""
    return bool(_COINED.search(text)) or any(t.name for t in tokens(text)[1:])
