"""Questions with two halves, and whether what is quoted speaks of both: "naps and caffeine", ", and at what cost?".

One who names two things in the words of the abstracts is taken at them: where one is there word for word, and nothing comes
near to the other, the other is not answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.conversation.phrases import ASKS, AUXILIARIES, DETERMINERS
from assistant.core.text.quantities import extract
from assistant.core.text.tokens import Token
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.question import Question

_JOINT = re.compile(r"(?<!\s)\s++(?:and|or|versus|vs\.?)\s++", re.I)
_AMOUNTS = frozenset("much many often long far large fast".split())
_BY = re.compile(r"\b(?:by|from)\s(?:[a-z]+\s){0,2}$", re.I)
_COMPARED = re.compile(
    r"^\S{1,15}(?:\s\S{1,15}){0,2}\s(?:times|fold|against|than|versus|vs|compared|higher|lower|faster|slower|larger|smaller|longer|shorter|greater|better|worse|"
    r"more|fewer|less|earlier|later)\b"
)
# So many characters before a figure tell what it is of.
_BESIDE = 25
# Below this cosine no word comes near to another. Read off the questions of the fitting halves that join two things.
_NEAR = 0.45
# At most so many words behind "and" tell what it joins.
_WORDS = 2


@dataclass(frozen=True)
class Half:
    """A half that is not answered: its words, with which it begins in the question; "open" if it has none to tell that by."""

    words: tuple[Token, ...]
    text: str
    standing: Literal["missing", "open"]


def unanswered(question: Question, quoted: Sequence[tuple[EncodedPaper, int]]) -> list[Half]:
    """Return the halves of a question of which the quoted sentences (a paper, and the place in it) do not speak."""
    # Behind a full question, "And for deep sleep?" begins another one.
    joints = [
        match for match in _JOINT.finditer(question.text) if question.text[match.start() - 1] not in "?."
    ]
    if not joints or not quoted:
        return []
    near = dict(zip((t.start for t in question.encoded.content), _nearness(question, quoted), strict=True))
    # Of several papers that are set side by side, each has to give its figure.
    told = {paper.paper.id for paper, place in quoted if extract(paper.sentences[place].text)}
    figures = told == {paper.paper.id for paper, _ in quoted}
    differ = any(_tells_difference(paper.sentences[place].text) for paper, place in quoted)
    return [half for joint in joints for half in _halves(question, joint, near, figures, differ)]


def speaks_of(half: Half, stems: frozenset[str]) -> bool:
    """Return whether a sentence with these stems has all words of a half."""
    return bool(half.words) and all(word.stem in stems for word in half.words)


def _tells_difference(text: str) -> bool:
    """Return whether a sentence has a figure that tells a difference: "by 5%", "3 times", "12% more", "46 against 40"."""
    return any(
        _BY.search(text[max(0, one.start - _BESIDE) : one.start]) or _COMPARED.match(text[one.start :])
        for one in extract(text)
    )


def _nearness(question: Question, quoted: Sequence[tuple[EncodedPaper, int]]) -> list[float]:
    """Return for each content word 1 if it is quoted, else the cosine of the nearest quoted word."""
    best = [0.0] * len(question.encoded.content)
    for paper, place in quoted:
        held, near = paper.sentences[place].stems, paper.nearest_words(question.encoded)[:, place + 1]
        for i, word in enumerate(question.encoded.content):
            best[i] = max(best[i], 1.0 if word.stem in held else float(near[i]))
    return best


def _halves(
    question: Question, joint: re.Match[str], near: dict[int, float], figures: bool, differ: bool
) -> Iterator[Half]:
    words, text = question.encoded.tokens, question.text
    before = [word for word in words if word.end <= joint.start()]
    behind = [word for word in words if word.start >= joint.end()]
    left = [word for word in before if word.content]
    if not left:
        return
    right = _first_words(text, behind, {word.stem for word in left})
    asks = [word.lower for word in behind if word.lower in ASKS | _AMOUNTS]
    if not right:
        # Of one paper a figure tells how much, but "by how much" only one of the difference.
        by_how_much = [word.lower for word in behind[:2]] == ["by", "how"]
        told = set(asks) & _AMOUNTS and figures and (differ or not by_how_much)
        if not any(word.content for word in behind) and asks and not told:
            yield Half((), text[joint.end() :].rstrip(" ?"), "missing" if set(asks) & _AMOUNTS else "open")
        return
    # A left half with its own words is the subject: "do ponds and hedgerows help", not "grows from a seed and beats".
    at = before.index(left[-1]) - 1
    at -= at > 0 and before[at].lower in DETERMINERS
    leads = at >= 0 and before[at].lower in AUXILIARIES
    if near[left[-1].start] == 1.0 and all(near[word.start] < _NEAR for word in right):
        yield _half(text, right)
    elif leads and near[right[0].start] == 1.0 and near[left[-1].start] < _NEAR:
        yield _half(text, left[-1:])


def _half(text: str, words: Sequence[Token]) -> Half:
    """Return a half that is missing; its words are shown where they stand side by side, else the first."""
    whole = text[words[0].end : words[-1].start].isspace()
    return Half(tuple(words), text[words[0].start : words[-1].end] if whole else words[0].text, "missing")


def _first_words(text: str, behind: Sequence[Token], known: set[str]) -> list[Token]:
    """Return the first new words that mean something behind "and", up to a mark or a verb that helps.

    Of more than two side by side it is the first: the second may be a verb ("ponds help bees").
    """
    found: list[Token] = []
    for n, word in enumerate(behind):
        gap = text[behind[n - 1].end : word.start] if n else ""
        if any(mark in gap for mark in ",;?") or (found and word.lower in AUXILIARIES):
            break
        if word.content and len(found) == _WORDS:
            run = behind[n - _WORDS : n]
            return found[:1] if gap.isspace() and [*run] == found else found
        if word.content and word.stem not in known:
            found.append(word)
    return found
