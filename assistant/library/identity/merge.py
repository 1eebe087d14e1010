"""Merge records. They are of one paper: of each field the record that was added or changed last counts; what it lacks comes from the
others, latest first. The abstract comes whole, with its sections and note, from the last record that has one; that the paper was
retracted counts whichever record tells it; of the lists of authors the one that spells most counts, as databases shorten names, and of a journal's name the one that spells it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant.core.paper import Paper, caution, own_keys
from assistant.core.text.tokens import tokens

_FILLED = ("title", "year", "venue", "doi", "arxiv_id", "pmid", "url", "source")


def merged(paper_id: str, records: Sequence[Paper]) -> Paper:
    """Return the paper of some records, in the order in which they were added; at least one."""
    latest = list(reversed(records))
    text = next((record for record in latest if record.abstract), latest[0])
    fields: dict[str, Any] = {
        name: next((value for record in latest if (value := getattr(record, name))), getattr(text, name))
        for name in _FILLED
    }
    fields["authors"] = max((r.authors for r in latest), key=lambda names: sum(map(len, names)))
    whole = [record.venue for record in latest if _abbreviates(fields["venue"], record.venue)]
    fields["venue"] = max([fields["venue"], *whole], key=len)
    warning = next((record.note for record in latest if caution(record)), "")
    if warning and warning not in text.note:
        fields["note"] = f"{warning} {text.note}".strip()
    extra: dict[str, Any] = {}
    for record in records:
        extra |= record.extra
    own = dict.fromkeys(key for record in latest for key in own_keys(record))
    if len(own) > 1:
        # Each of the user's files has a key of its own for the paper; all are understood.
        extra["custom"] = {**(extra.get("custom") or {}), "citation-keys": list(own)}
    return replace(text, id=paper_id, extra=extra, **fields)


def _abbreviates(short: str, name: str) -> bool:
    """Return whether a journal's name is a short form of another: word for word, each begins alike and has its other letters in their order,
    "J. Neurosci." for "Journal of Neuroscience"."""
    words, whole = ([word.lower for word in tokens(text) if word.content] for text in (short, name))
    return len(words) == len(whole) and all(map(_shortens, words, whole))


def _shortens(short: str, word: str) -> bool:
    letters = iter(word)
    return word.startswith(short[:1]) and all(letter in letters for letter in short)
