"""A turn of a conversation, and papers that a question names by their place in its answer: "the second one", "[2]"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

ANY_PAPER = r"(?:one|paper|work|study|article|abstract|method|model|approach|system|algorithm|technique)"
"""A word for any paper, as a pattern."""
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_LISTED = re.compile(
    rf"\bthe (?P<place>{'|'.join(_ORDINALS)}|last)(?: {ANY_PAPER}\b| of (?:them|these|those|the two)\b)"
    r"|\bthe (?P<pair>former|latter)(?: (?:one|paper)\b)?"
    rf"|(?:\b{ANY_PAPER} )?\[(?P<mark>\d{{1,2}})\]|\b(?:paper|source|number|no\.) (?P<number>\d{{1,2}})\b",
    re.I,
)
# A longer name is put into quotation marks (words).
_LONGEST_UNQUOTED = 4


@dataclass(frozen=True)
class HistoryTurn:
    """A question, its answer, and the names of the papers listed below the answer, in order ("": not to be named).

    `cited` is false after a refusal, which lists the nearest papers. `ids` are those of the papers that are its sources.
    """

    question: str
    answer: str = ""
    papers: tuple[str, ...] = ()
    cited: bool = True
    ids: tuple[str, ...] = ()


def place_listed(question: str, count: int) -> int | None:
    """Return the index of the paper, of so many, that a question names by its place: "[2]", "the second one"; None if it names none."""
    match = _LISTED.search(question)
    index = _index(match, count) if match else -1
    return index if 0 <= index < count else None


def names_place(question: str) -> bool:
    """Return whether a question names a paper by its place in a list."""
    return _LISTED.search(question) is not None


def without_listed(question: str) -> str:
    """Return a question without the places that it names."""
    return _LISTED.sub(" ", question)


def with_listed_names(question: str, turn: HistoryTurn) -> str:
    """Return a question with the names of the papers that it names by their places in the answer of a turn."""
    return _LISTED.sub(lambda match: _listed_paper(match, turn) or match[0], question)


def unlisted_place(question: str, turn: HistoryTurn) -> str:
    """Return the first place that a question names, "the second one", where the answer of a turn lists no such paper; else ""."""
    match = _LISTED.search(question)
    return match[0] if match and not _listed_paper(match, turn) else ""


def _listed_paper(match: re.Match[str], turn: HistoryTurn) -> str:
    index = _index(match, len(turn.papers))
    return quoted(turn.papers[index]) if 0 <= index < len(turn.papers) else ""


def _index(match: re.Match[str], count: int) -> int:
    word = (match["place"] or match["pair"] or "").lower()
    if not word:
        return int(match["mark"] or match["number"]) - 1
    if word == "last" or (word == "latter" and count == 2):
        return count - 1
    if word in ("former", "latter"):
        return 0 if count == 2 else -1
    return _ORDINALS.index(word)


def listed_names(papers: Sequence[str]) -> str:
    """Return the names of papers, at least two, as "A, B and C"; "" if one has none."""
    names = [quoted(paper) for paper in papers]
    return f"{', '.join(names[:-1])} and {names[-1]}" if all(names) else ""


def quoted(name: str) -> str:
    """Return a name, in quotation marks if it is long."""
    return name if len(name.split()) <= _LONGEST_UNQUOTED else f"“{name}”"
