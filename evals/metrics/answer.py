"""Key facts that an answer states, and citations of unrelated papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from evals.metrics.citation import contains, share

Grade = Literal["correct", "partly", "incorrect"]
GRADES: dict[str, float] = {"correct": 1.0, "partly": 0.5, "incorrect": 0.0}
OKAY = 0.5
"""What a fact weighs that is not vital; TREC RAG 2024 weighs so, too."""


class Fact(NamedTuple):
    """A key fact: its spellings, and whether an answer without it is wrong (`vital`) or only less full."""

    spellings: tuple[str, ...]
    vital: bool = True


def states(text: str, spellings: Sequence[str]) -> bool:
    """Return whether a text has one of the spellings, ignoring case and white space."""
    return any(contains(text, spelling) for spelling in spellings)


def stated(facts: Sequence[Fact], sentences: Sequence[str], stands: Callable[[int], bool]) -> list[bool]:
    """Return for each fact whether a sentence states it that `stands`, which is asked for the sentence's place.

    "22% below the best" has the spelling "22%"; it states the fact only if its citations do not refute the sentence. A
    spelling that only the sentences together have counts, if all of them stand.
    """
    whole = " ".join(sentences)
    found = []
    for spellings, _ in facts:
        places = [place for place, text in enumerate(sentences) if states(text, spellings)]
        if places:
            found.append(any(stands(place) for place in places))
        else:
            found.append(states(whole, spellings) and all(stands(place) for place in range(len(sentences))))
    return found


def fact_recall(facts: Sequence[Fact], found: Sequence[bool]) -> float | None:
    """Return the weighted share of the facts that were found; None without facts."""
    weights = [1.0 if vital else OKAY for _, vital in facts]
    return sum(w for w, there in zip(weights, found, strict=True) if there) / sum(weights) if facts else None


def all_vital(facts: Sequence[Fact], found: Sequence[bool]) -> bool:
    """Return whether every vital fact was found; of facts that are all okay, every one."""
    wanted = [there for (_, vital), there in zip(facts, found, strict=True) if vital]
    return all(wanted or found)


def foreign(cited: Sequence[str], relevant: Sequence[str], related: Sequence[str]) -> float | None:
    """Return the share of cited papers that are neither relevant nor related; None without a citation."""
    return share([c not in relevant and c not in related for c in cited])
