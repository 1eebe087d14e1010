"""Values and small English helpers that the generators share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple


class Change(NamedTuple):
    """How a sentence was changed, and the result."""

    how: str
    text: str


@dataclass(frozen=True)
class Alteration:
    """A sentence made from another: its kind, how it was made, and the words it was made from."""

    kind: str
    how: str
    text: str
    source: str


FUNCTION_WORDS = frozenset(
    """a about after all also an and any are as at be because been before between both but by can could did do does
    each either for from had has have he how if in into is it its many may might more most must neither no nor not of
    on once one only or other our over she should since so some such than that the their them then there these they
    this those through to under until up was we were what when where whether which while who will with within without
    would you""".split()
)
# Formulas, links, broken words and what else shows that a text was not read cleanly.
_BROKEN = re.compile(
    r"[$\\{}|�\x00-\x1f]|\(cid|https?:|www\.|\s[,.;?!]|\w- \w|[a-z]\.[A-Z]|\. [A-Z]|\bet al\b"
)


def usable(sentence: str) -> bool:
    """Whether this is one whole, cleanly read sentence of 6 to 60 words."""
    return (
        6 <= len(sentence.split()) <= 60
        and sentence[0].isupper()
        and sentence.endswith(".")
        and not _BROKEN.search(sentence)
        and all(sentence.count(a) == sentence.count(b) for a, b in ("()", "[]"))
    )


def last_word(text: str) -> str:
    """Return the word at the end of a text that ends with a space, or ""."""
    match = re.search(r"(?<![\w'’-])([\w'’-]+)\s$", text)
    return match[1] if match else ""


def replace(text: str, start: int, end: int, new: str) -> str:
    """Return the text with a span replaced. An article before it follows the new word; a capital stays a capital."""
    before, old = text[:start], text[start:end]
    if old[:1].isupper() and not old[1:2].isupper():
        new = new[:1].upper() + new[1:]
    article = re.search(r"\b([Aa])n? $", before)
    if article:
        before = before[: article.start()] + article[1] + ("n " if new[:1].lower() in "aeiou" else " ")
    return before + new + text[end:]
