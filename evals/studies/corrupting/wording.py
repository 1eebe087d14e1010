"""What the generators share: what a change is, which sentences they take, and small English helpers."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Change = tuple[str, str]  # how it was done, and the altered sentence
Operation = Callable[[str, random.Random], list[Change]]


@dataclass(frozen=True)
class Altered:
    """A sentence made from another: what was done to it, and the words it was made from."""

    kind: str  # "number", "negation", "entity", "reordered", "shortened", "joined" or "case_marks"
    how: str
    text: str
    source: str


# Words that carry no content of their own.
FUNCTION = frozenset(
    """a about above after against all also although among an and another any are as at be because been before
    being below between both but by can could despite did do does during each either for from had has have he her
    here his how however i if in into is it its many may might most must neither no nor not of on once one only or
    other our over she should since so some such than that the their them then there these they this those through
    thus to toward towards under unlike until up upon us was we were what when where whereas whether which while
    who whose why will with within without would yet you""".split()
)
OPENERS = frozenset(
    """the a an we our this these those it its they their in on at by for from with as to of there here such both
    each all many most some several one two three four another other while when although because since if after
    before during among between across under unlike despite using given however moreover furthermore therefore
    thus finally first second additionally consequently experiments experimental results extensive empirical
    existing previous prior recent recently current patients participants mice cells studies data analysis methods
    models code further instead specifically notably importantly interestingly overall together numerical
    theoretical only no not neither every""".split()
)
AUXILIARY = r"(?:is|are|was|were|has|have|had|can|could|may|might|will|would|should|must|do|does|did)"
LABEL = re.compile(
    r"^(?:[A-Z]{4,}(?:[ /&]+[A-Z]{3,})*|Background|Objectives?|Methods?|Results?|Conclusions?)(?::|\s(?=[A-Z\d]))"
)
_BROKEN = re.compile(
    r"[$\\{}|�¼¨\x00-\x1f□]|\(cid|https?:|www\.|\s[,.;]|\s(?:\?|!)|\w- \w|[a-z]\.[A-Z]|\. [A-Z]|\bet al\b"
)


def usable(sentence: str) -> bool:
    """Whether this is one whole, cleanly read sentence of moderate length."""
    words = sentence.split()
    return (
        6 <= len(words) <= 60
        and sentence[0].isupper()
        and sentence.endswith(".")
        and not _BROKEN.search(sentence)
        and all(sentence.count(a) == sentence.count(b) for a, b in ("()", "[]"))
        and sum(map(len, words)) > 3 * len(words)
    )


def capitalised(text: str) -> str:
    """The text with a capital first letter, unless it begins with a name such as mRNA."""
    if re.match(r"[a-z]+[A-Z0-9]", text):
        return text
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str | None:
    """The text with a small first letter; None where the first word may be a name."""
    word = re.match(r"[A-Za-z]+(?![\w-])", text)
    if not word:
        return None
    if word[0] == "I" or word[0].lower() not in OPENERS:
        return None
    return text[0].lower() + text[1:]


def vowel(word: str) -> bool:
    """Whether "an" goes before this word."""
    if re.match(r"(?:uni|use|usu|util|eu|one\b|once)", word, re.I):
        return False
    return bool(re.match(r"(?:[aeiou]|hour|honest)", word, re.I))


def put(text: str, start: int, end: int, new: str) -> str:
    """The text with a stretch replaced; an article before it agrees, and a capital stays a capital."""
    before, old = text[:start], text[start:end]
    if old[:1].isupper() and not old[1:2].isupper():
        new = capitalised(new)
    article = re.search(r"\b([Aa])n? $", before)
    if article and new:
        before = before[: article.start()] + article[1] + ("n " if vowel(new) else " ")
    return before + new + text[end:]


def word_before(text: str, start: int) -> str:
    """The word right before a place, as written; empty at the start and after a mark."""
    found = re.search(r"([\w'’-]+)\s+$", text[:start])
    return found[1] if found else ""


def picked(operations: Sequence[Operation], sentence: str, rng: random.Random) -> Change | None:
    """One change by one of the operations, each as likely as another where it applies."""
    for operation in rng.sample(list(operations), len(operations)):
        changes = [
            c for c in operation(sentence, rng) if " ".join(c[1].split()) != " ".join(sentence.split())
        ]
        if changes:
            return rng.choice(changes)
    return None
