"""The name that a paper gives its subject ("SSD", "Next-ViT", "Mamba-360"), found in title and abstract, or nothing."""

from __future__ import annotations

import re

from assistant.core.paper import Paper
from assistant.core.text.tokens import tokens

_PLAIN = re.compile(r"[\w][\w .+'’^-]*")
_COINED = r"\b(?=\w*[A-Z]\w*[A-Z0-9]|\w*\d)[A-Z][\w+-]{1,20}\b"
_ANY_COINED = re.compile(_COINED)
_PRESENTS = re.compile(
    r"\b(?:[Ww]e|[Tt]his paper|[Ii]t) (?:present|introduce|propose|develop|describe)s? (?:the )?([A-Z][\w+-]{1,20})\b(?! [A-Z])"
)
# "GRAIN is a pretraining strategy"; "the authors propose Structured Global Convolution (SGConv)".
_THING = (
    r"(?:algorithm|approach|architecture|attack|benchmark|corpus|data ?set|database|detector|encoder|framework|library|loss|"
    r"method|model|module|network|package|pipeline|platform|scheme|software|strategy|survey|system|technique|tool|toolkit|transformer)"
)
_SUBJECT = re.compile(
    rf"(?:^|[.!?:] )({_COINED})(?: is|,) (?:an?|the|our) (?:[\w-]+ ){{0,6}}?{_THING}\b", re.M
)
_INTRODUCED = re.compile(
    r"\b(?:[Ww]e|[Aa]uthors|[Pp]aper|[Ww]ork|[Ss]tudy) (?:[\w,]+ ){0,8}?(?:propos|introduc|present|develop|describ|call|nam|dub|term)\w* "
    rf"(?:[\w-]+ ){{0,6}}?\(?({_COINED})\b"
)
_WORDS = 4
_LETTERS = 32


def name_of(paper: Paper) -> str:
    """Return the name of what the paper presents, or "" where it gives none that could stand in a sentence."""
    head, colon, _ = paper.title.partition(":")
    if colon and _fits(head) and (len(head.split()) == 1 or _coined(head)):
        return head.strip()
    for said in (_PRESENTS, _SUBJECT, _INTRODUCED):
        for name in said.findall(paper.abstract):
            if _fits(name) and paper.abstract.count(name) > 1:
                return str(name)
    return ""


def _fits(text: str) -> bool:
    text = text.strip()
    return bool(
        _PLAIN.fullmatch(text) and len(text) <= _LETTERS and len(text.split()) <= _WORDS and text.isascii()
    )


def _coined(text: str) -> bool:
    """Return whether it is a name rather than words of the language: "Mamba-360", not "A survey"."""
    return bool(_ANY_COINED.search(text)) or any(t.name for t in tokens(text)[1:])
