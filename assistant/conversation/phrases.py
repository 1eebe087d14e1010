"""Noun phrases, by form: those of a question, and the subject of a sentence.

Nothing here knows words of a field. Two words are one noun where a paper of the library has them side by side ("sleep
deprivation"): a subject and its bare verb ("caffeine impair") stand so in no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.core.text.quantities import extract
from assistant.core.text.tokens import Token, tokens
from assistant.retrieval.filter_words import PAPERS

SideBySide = Callable[[str, str], bool]
"""Whether a paper has two words, as they are written, side by side."""

BE = frozenset("is are was were".split())
_BARE = frozenset("do does did can could will would should may might must".split())
_PLURAL_VERBS = {"does": "do", "is": "are", "was": "were", "has": "have"}
_SINGULAR_VERBS = {plural: singular for singular, plural in _PLURAL_VERBS.items()}
AUXILIARIES = BE | _BARE | frozenset(("has", "have", "had"))
ASKS = frozenset("how what why which where when who whose".split())
DETERMINERS = frozenset("a an the".split())
PREPOSITIONS = frozenset(
    "in on at for with without by from under over during after before of to as between among against about into than".split()
)
# Before these one asks for papers; what they are about follows.
_ABOUT = frozenset("about on of with for".split())
_MODIFIES = ("al", "ic", "ive", "ous", "ful", "less", "er", "est", "ary")
# Verbs that stand behind the subject of a sentence and have a form of their own; others end in "ed".
_VERBS = frozenset(
    """is are has have does do can may was were had did fell rose grew held kept lost led found showed made took gave came went became began broke brought
    chose drew drove felt met ran saw sold sent slept spent spread stood sang won wrote paid left shrank sank""".split()
)
# "Did traders not follow them?"
_DENIES = frozenset(("not", "never"))
_LONGEST_SUBJECT = 6
# "In older adults, spindles peaked": the words before the comma are no part of the subject.
_SETTING = re.compile(r"^[A-Z]\w* [^,.;:]{1,50}, (?=\w)")
_ONE, _JOINS = frozenset(("a", "an")), frozenset(("and", "or"))
_SINGULAR = ("ss", "us", "is")
_IRREGULAR = frozenset("children people men women mice data bacteria".split())


@dataclass(frozen=True)
class Phrase:
    """The characters `start` to `end` of a question: a noun with what stands before it, and its words that mean something.

    `verb` is the auxiliary in front of a subject, else None; `told` are the stems of what else the question speaks of.
    """

    start: int
    end: int
    words: tuple[Token, ...]
    told: frozenset[str]
    verb: Token | None = None

    @property
    def head(self) -> str:
        """The stem of its noun."""
        return head_of(self.words)


def head_of(words: Sequence[Token]) -> str:
    """Return the stem of the noun of a phrase: its last word, or the last before a preposition."""
    nouns: list[Token] = []
    for word in words:
        if nouns and word.lower in PREPOSITIONS:
            break
        if word.content:
            nouns.append(word)
    return nouns[-1].stem if nouns else ""


def is_plural(words: Sequence[Token]) -> bool:
    """Return whether a phrase takes a verb in the plural."""
    if any(word.lower == "and" for word in words):
        return True
    head = head_of(words)
    return any(_plural(word.lower) for word in words if word.stem == head)


def agreeing(verb: str, *, plural: bool) -> str:
    """Return an auxiliary as it stands with a subject in the plural or not."""
    forms = _PLURAL_VERBS if plural else _SINGULAR_VERBS
    other = forms.get(verb.lower(), verb)
    return other.capitalize() if verb[:1].isupper() else other


def phrases(question: str, side_by_side: SideBySide) -> list[Phrase]:
    """Return the noun phrases of a question, its subject first if it can be told."""
    words = tokens(question)
    at = auxiliary_of(words)
    if at is None:
        return _behind_papers(question, words)

    def noun(first: int, last: int) -> int:
        return _end_of_noun(words, at, first, last, side_by_side)

    nouns, left = _subject(words, at, noun)
    verb = _verb(words, at, nouns, left)
    nouns += [
        (start, noun(start, end))
        for first, end in left
        for start in [first + (first == verb)]
        if start <= end
    ]
    told = [i for i, word in enumerate(words) if word.content and i != verb and word.lower not in PAPERS]
    found = []
    for start, end in nouns:
        if PAPERS.isdisjoint(word.lower for word in words[start : end + 1]):
            others = frozenset(words[i].stem for i in told if not start <= i <= end)
            leads = start == _after_determiners(words, at + 1)
            found.append(_phrase(words, start, end, others, words[at] if leads else None))
    return found


def _subject(
    words: Sequence[Token], at: int, noun: Callable[[int, int], int]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return (first, last) of the nouns of the subject behind the auxiliary at a place, and of the runs of words behind it."""
    left = _runs(words, at + 1)
    if not left or left[0][0] != _after_determiners(words, at + 1):
        return [], left

    def taken() -> tuple[int, int]:
        first, last = left.pop(0)
        end = noun(first, last)
        if end < last:
            left.insert(0, (end + 1, last))
        return first, end

    first, end = taken()
    joint = words[end + 1].lower if end + 1 < len(words) else ""
    if joint not in PREPOSITIONS or not left or left[0][0] != _after_determiners(words, end + 2):
        return [(first, end)], left
    inner = taken()
    if joint == "of":
        # "The effect of caffeine": what is asked about is the caffeine.
        return [inner], left
    acts = bool(left) and left[0][0] == inner[1] + 1
    return [(first, inner[1])] if acts else [(first, end), inner], left


def _verb(
    words: Sequence[Token], at: int, subject: Sequence[tuple[int, int]], left: Sequence[tuple[int, int]]
) -> int | None:
    """Return the place of the verb behind a subject, right behind it or behind "not"; None if there is none."""
    if not subject or not left:
        return None
    behind = subject[-1][1] + 1
    if left[0][0] != behind + (words[behind : behind + 1] != [] and words[behind].lower in _DENIES):
        return None
    place = left[0][0]
    return place if words[at].lower not in BE or words[place].lower.endswith("ed") else None


def subject_of(sentence: str) -> str:
    """Return what a sentence says something of: "Muscle pain".

    "" where the form does not tell it, and for what only its place makes clear: "they", "the gain", "five devices".
    """
    setting = _SETTING.match(sentence)
    start = setting.end() if setting and tokens(sentence)[0].lower in PREPOSITIONS else 0
    words = [word for word in tokens(sentence) if word.start >= start]
    for place, word in enumerate(words[: _LONGEST_SUBJECT + 1]):
        acts = word.lower in _VERBS or word.lower.endswith("ed")
        noun = words[:place]
        if noun and noun[-1].lower.endswith("ly"):
            noun = noun[:-1]
        if not acts or not noun or not noun[-1].content:
            continue
        text = sentence[noun[0].start : noun[-1].end]
        plain = all(part.isalpha() for part in re.split(r"[ -]", text))
        told = (noun[0].content or noun[0].lower in _ONE) and not extract(text)
        return text if plain and told and not _holds_verb(noun) else ""
    return ""


def _holds_verb(words: Sequence[Token]) -> bool:
    """Return whether what looks like a subject has its verb inside: an adverb stands before it ("growth thus slows newly"), or "a" leads
    to what cannot be a noun ("a long nap strengthens")."""
    joins = PREPOSITIONS | DETERMINERS | _JOINS
    between = any(not word.content and word.lower not in joins for word in words)
    joined = not _JOINS.isdisjoint(word.lower for word in words)
    return between or (words[0].lower in _ONE and not joined and is_plural(words))


def auxiliary_of(words: Sequence[Token]) -> int | None:
    """Return the place of the auxiliary behind which the subject stands: "does", "by how much did", "how many adults were"; or None."""
    asked = False
    for place, word in enumerate(words):
        if word.lower in AUXILIARIES:
            return place if asked or place <= 1 else None
        asked = asked or word.lower in ASKS
    return None


def _behind_papers(question: str, words: Sequence[Token]) -> list[Phrase]:
    """Return what papers are asked for: "list the papers on naps"."""
    for place, word in enumerate(words[1:], start=1):
        if word.lower in _ABOUT and words[place - 1].lower in PAPERS:
            runs = _runs(words, place + 1)[:1]
            return [_phrase(words, start, end, frozenset()) for start, end in runs]
    return []


def _phrase(
    words: Sequence[Token],
    start: int,
    end: int,
    told: frozenset[str],
    verb: Token | None = None,
) -> Phrase:
    first = start - 1 if start and words[start - 1].lower in DETERMINERS else start
    inside = tuple(words[start : end + 1])
    return Phrase(words[first].start, words[end].end, inside, told, verb)


def _runs(words: Sequence[Token], start: int) -> list[tuple[int, int]]:
    """Return (first, last) of the words that mean something and stand side by side."""
    runs: list[tuple[int, int]] = []
    for place in range(start, len(words)):
        if not words[place].content or words[place].lower in PREPOSITIONS:
            continue
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def _after_determiners(words: Sequence[Token], place: int) -> int:
    return place + (place < len(words) and words[place].lower in DETERMINERS)


def _end_of_noun(words: Sequence[Token], at: int, first: int, last: int, side_by_side: SideBySide) -> int:
    """Return the place of the noun that the words from `first` on lead to, at most `last`."""
    place = first
    while place < last:
        one, other = words[place], words[place + 1]
        modifies = place == first and words[first - 1].lower in DETERMINERS and one.lower.endswith(_MODIFIES)
        numbered = any(map(str.isdigit, one.text)) and "-" in one.text
        plural = words[at].lower not in _PLURAL_VERBS and _plural(one.lower)
        if plural or not (modifies or numbered or side_by_side(one.text, other.text)):
            break
        place += 1
    return place


def _plural(word: str) -> bool:
    return word in _IRREGULAR or (word.endswith("s") and not word.endswith(_SINGULAR))
