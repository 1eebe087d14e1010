"""Citation keys of papers: those of the user's files, and those that exports make for papers without one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from assistant.core.paper import Paper
from assistant.core.text.name_parts import author_name

_STOP = frozenset("a an and are as at by for from in is of on or the to towards with what which how".split())


def made_key(paper: Paper) -> str:
    """Return the key that an export gives a paper: the one of its file, else author, year and title's first word."""
    family = author_name(paper.authors[0])[0] if paper.authors else ""
    words = [word for word in re.findall(r"[a-z0-9]+", _ascii(paper.title)) if word not in _STOP]
    base = re.sub(r"[^a-z0-9]", "", _ascii(family)) + str(paper.year or "") + (words[0] if words else "")
    own = re.sub(r"[^\w:./+-]", "", str(paper.extra.get("citation-key", "")))
    return own or base or "paper"


def unique_keys(papers: Sequence[Paper]) -> list[str]:
    """Return a key per paper; where several would have the same one, the later ones are numbered from 2."""
    keys: list[str] = []
    taken: set[str] = set()
    for paper in papers:
        base = made_key(paper)
        key, number = base, 1
        while key in taken:
            number += 1
            key = f"{base}-{number}"
        taken.add(key)
        keys.append(key)
    return keys


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
