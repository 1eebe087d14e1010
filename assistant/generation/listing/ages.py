"""Which of two papers is newer, by their records: "Is SSD newer than OutRank?"."""

from __future__ import annotations

from assistant.core.answers.answer import Answer
from assistant.core.paper import Paper
from assistant.core.text.tokens import tokens
from assistant.generation.listing.record_answers import listed_answer

_OLDER = frozenset(("older", "earlier"))
_AGES = _OLDER | frozenset("newer younger later".split())


def asks_for_age(question: str) -> bool:
    """Return whether a question asks which of two is newer or older."""
    words = [token.lower for token in tokens(question)]
    recent = any(words[at : at + 2] == ["more", "recent"] for at in range(len(words)))
    return (recent or not _AGES.isdisjoint(words)) and not {"than", "or", "which"}.isdisjoint(words)


def of_ages(question: str, one: Paper, other: Paper) -> Answer:
    """Return an answer that says which of two papers is newer, as far as their records give years."""
    if one.year is None or other.year is None:
        undated = [paper.title for paper in (one, other) if paper.year is None]
        remark = f"The records give no year for {' and '.join(f'“{title}”' for title in undated)}."
    elif one.year == other.year:
        remark = f"Both papers are from {one.year}."
    else:
        older, newer = sorted((one, other), key=lambda paper: paper.year or 0)
        asked = not _OLDER.isdisjoint(token.lower for token in tokens(question))
        first, second = (older, newer) if asked else (newer, older)
        age = "older" if asked else "newer"
        remark = f"“{first.title}” is {age}: it is from {first.year}, and the other from {second.year}."
    return listed_answer(question, remark, (one, other))
