"""Detect opposite findings: one paper finds what is claimed, another denies it.

What a sentence denies is told by the piece of it that speaks of the claim: in "naps help alertness and leave memory unchanged"
only memory is denied. A sentence that does not speak of all of a claim, with its title, takes no side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal

import numpy as np

from assistant.conversation.phrases import AUXILIARIES, BE, PREPOSITIONS, is_plural
from assistant.core.text.quantities import extract
from assistant.core.text.tokens import Token, stems, tokens
from assistant.generation.listing.matches import TALK, asks_each
from assistant.library.embedding.vectors import Vectors
from assistant.retrieval.encoder import EncodedPaper, EncodedSentence
from assistant.retrieval.question import Question
from assistant.retrieval.sentences.fit import exchanged, form_of
from assistant.retrieval.sentences.roles import ROLES, findings, sentence_roles
from assistant.verification.lexicon import (
    BREAKS,
    EFFECTS,
    JUDGEMENTS,
    NEGATION,
    NO_DIFFERENCE,
    SAME,
    opposite,
    turn,
)

Stance = Literal[-1, 0, 1]
"""A sentence denies what is claimed, takes no side, or finds it."""

# From this cosine on a word speaks of another one; words with one stem always do.
SPEAKS = 0.4
# A paper's title and sentence speak of what acts if they cover this share of its words, each as far as its nearest word does.
COVERS = 0.5
# And of what is acted on, from this share on, where a sentence is said to say yes.
MEANT = 0.75
# What a study knows, aims at or does takes no side: what is less likely a finding than this. Of abstracts cut short on the fitting
# halves, 0.97 of the findings are likelier, and 0.22 of what is known or aimed at. Nor does what is likelier a method say yes: of 159
# methods of medicine cut short 0.20 are likelier findings, instead of 0.35 from that probability on, and 0.94 instead of 0.97 of the findings.
_LEAST, _METHOD = 0.3, ROLES.index("method")
# So near in fit is a sentence that may take the place of the first, which is no conclusion below this probability. Chosen on PubMedQA's
# fitting half, where conclusions answer.
_NEARLY, _CONCLUDES = 2.0, 0.3
# The first denies only what follows ("without a gain"), the others are no denials ("lack of sleep harms").
_DENIES = NEGATION - frozenset("without instead absence absent lack lacks lacked lacking".split())
# So many words behind a denial tell what it denies: "did not significantly improve".
_DENIED = 3
# So end adjectives that compare and verbs that stand for one: they tell how much.
_COMPARES = ("er", "est", "ed", "ing", "more", "most", "less")
_NOT_ONLY = frozenset("only just merely least".split())
# "Had no such effect" speaks of the sentence before.
_LEAVES_OPEN = frozenset(("whether", "such"))
_JOINS = frozenset(("and", "or"))
# So far apart stand "as" and "as"; these between them make a conjunction, and these before them make more or less of it.
_EQUATIVE, _CONJOINS = 5, frozenset("well long soon far much".split())
_MULTIPLIES = frozenset("twice thrice times half third quarter such so".split())
_DIVIDES = (BREAKS | {"without", "despite", "than"}) - _JOINS
_OWN_VERBS = frozenset(
    "rose fell grew led held kept showed made left help helps affect affects change changes leave leaves".split()
)


@dataclass(frozen=True, eq=False)
class Claim:
    """What is claimed or asked: its words but for figures and those that only say that it is so, or more, or less; their weights,
    and a unit row for each. The first `acts` words are what acts, the others what it acts on."""

    words: tuple[Token, ...]
    weights: Vectors
    rows: Vectors
    acts: int

    @classmethod
    def of(cls, question: Question) -> Claim | None:
        """Return what a question or a finding claims; None if nothing is left of it, or it is in another language."""
        encoded = question.encoded
        figures = {at for one in extract(encoded.text) for at in range(one.start, one.end)}
        words = enumerate(encoded.content)
        kept = [i for i, word in words if word.start not in figures and not _only_says_that(word)]
        if encoded.other or not kept:
            return None
        weights = np.array(question.weights, dtype=np.float32)[kept]
        held = tuple(encoded.content[i] for i in kept)
        return cls(held, weights, encoded.words[kept], _acting(held, encoded.content))

    def near(self, paper: EncodedPaper, place: int) -> Vectors:
        """Return how far each content word of a sentence (column) is each word claimed (row): 1 for the same stem, else the cosine."""
        near: Vectors = self.rows @ paper.words[paper.places == place].T
        content = paper.sentences[place].content
        for row, word in zip(near, self.words, strict=True):
            said = stems([word])
            row[[i for i, other in enumerate(content) if said & stems([other])]] = 1.0
        return near

    def covered(self, paper: EncodedPaper, place: int) -> Vectors:
        """Return how far the title and a sentence of a paper cover each word."""
        held = stems(tokens(paper.paper.title))
        title = (self.rows @ paper.words[paper.places == -1].T).max(axis=1, initial=0.0)
        same = np.array([bool(stems([word]) & held) for word in self.words], dtype=np.float32)
        covered: Vectors = np.maximum.reduce([title, same, self.near(paper, place).max(axis=1, initial=0.0)])
        return covered


def _acting(held: Sequence[Token], content: Sequence[Token]) -> int:
    """Return how many words of a claim stand before its verb, the first word of an effect that is not the first of all, or, where none
    stands between them, are the first half: in "auditory stimulation of slow oscillations improves memory" only memory is acted on."""
    verb = next((word.start for word in content[1:] if word.stem in EFFECTS), 0)
    before = sum(word.start < verb for word in held)
    return before if 0 < before < len(held) else len(held) // 2 or 1


def _only_says_that(word: Token) -> bool:
    return bool(turn(word)) or word.stem in EFFECTS or word.lower in TALK | NEGATION | NO_DIFFERENCE | SAME


def denying(question: Question, quoted: Sequence[tuple[EncodedPaper, int]]) -> tuple[int, ...]:
    """Return which of the quotes, a place in a paper each, deny what another one finds; () if none does.

    Only a question for yes or no, or for an effect, that names nothing ("SSD") asks what several papers may find, and the quotes
    are to be one of each.
    """
    several = len({paper.paper.id for paper, _ in quoted}) == len(quoted) > 1
    if (
        not several
        or form_of(question) != "closed"
        or not asks_each(question, [paper for paper, _ in quoted])
    ):
        return ()
    found = [_direction(question, paper, place) for paper, place in quoted]
    return tuple(n for n, side in enumerate(found) if side < 0) if 1 in found else ()


def affirming(question: Question, quoted: Sequence[tuple[EncodedPaper, int]]) -> tuple[int, ...]:
    """Return which of the quotes say yes. One that finds something may still find the opposite ("naps harm memory"), or it with
    something else ("naps improved alertness"): such a quote says no yes."""
    claim = Claim.of(question)
    return tuple(
        n for n, (paper, place) in enumerate(quoted) if claim and _affirms(question, claim, paper, place)
    )


def _direction(question: Question, paper: EncodedPaper, place: int) -> Stance:
    """Return the stance of a sentence; one that finds the opposite denies: "Naps enhance memory" to "Do naps impair memory?".

    One word tells the direction, in both: "reduced the loss" has two. And it speaks of what is acted on, which stands last.
    """
    found, claim = stance(question, paper, place), Claim.of(question)
    asked, said = (
        {word.stem: turn(word) for word in turning(words)}
        for words in (question.encoded.tokens, paper.sentences[place].tokens)
    )
    if found <= 0 or claim is None or len(asked) != 1 or len(said) != 1:
        return found
    turned = sum(asked.values()) + sum(said.values()) == 0
    return -1 if turned and float(claim.covered(paper, place)[-1]) >= MEANT else found


def _affirms(question: Question, claim: Claim, paper: EncodedPaper, place: int) -> bool:
    asked, said = (
        {turn(word) for word in turning(words)}
        for words in (question.encoded.tokens, paper.sentences[place].tokens)
    )
    # What is acted on stands last.
    spoken = float(claim.covered(paper, place)[-1]) >= MEANT
    return spoken and said <= (asked or {1}) and stance(question, paper, place) > 0


def turning(words: Sequence[Token]) -> list[Token]:
    """Return the words that say that something rises or falls: not an adjective that opens a sentence before a plural and says which ones
    are meant ("short naps", but neither "fewer naps" nor "reduced doses")."""
    at = next((n for n, word in enumerate(words[:2]) if word.content), len(words))
    which = words[at : at + 1] if is_plural(words[at + 1 : at + 2]) else ()
    return [word for word in words if turn(word) and (word not in which or word.lower.endswith(_COMPARES))]


def disagreement(no: Sequence[int], yes: Sequence[int], count: int) -> str:
    """Return a sentence on which of `count` quotes, each of a paper of its own, say `no` and `yes`, the side of the first quote first;
    "" if none says no."""
    if not no:
        return ""
    if not yes:
        others = [place for place in range(count) if place not in no]
        return f"The abstracts may disagree: {numbered(no)} no, {numbered(others, 'does', 'do')} not say no."
    sides = sorted(((no, "no"), (yes, "yes")), key=lambda side: min(side[0]))
    return f"The abstracts may disagree: {', '.join(f'{numbered(side)} {said}' for side, said in sides)}."


def numbered(places: Collection[int], one: str = "says", more: str = "say") -> str:
    """Return the numbers of quotes with their verb: "[1] says", "[1] [4] say"."""
    return f"{' '.join(f'[{place + 1}]' for place in places)} {one if len(places) == 1 else more}"


def stance(question: Question, paper: EncodedPaper, place: int) -> Stance:
    """Return whether a sentence of a paper finds or denies what is asked.

    A question that denies something itself ("not"), leaves it open ("good or bad") or has one word ("naps?") claims nothing.
    """
    words = question.encoded.tokens
    open_ = any(
        opposite(one, other) or {one.stem, other.stem} <= JUDGEMENTS
        for one, other in combinations(question.encoded.content, 2)
    )
    claim = None if open_ or any(word.lower in NEGATION | SAME for word in words) else Claim.of(question)
    return side(claim, paper, place) if claim and len(claim.words) > 1 else 0


def against(question: Question, paper: EncodedPaper, other: EncodedPaper) -> bool:
    """Return whether one of two papers denies what is asked and the other finds it, each in the sentence on it that is nearest."""
    return _of_paper(question, paper) * _of_paper(question, other) < 0


def _of_paper(question: Question, paper: EncodedPaper) -> int:
    near = paper.near(question.encoded)
    siding = {place: stance(question, paper, place) for place in range(len(paper.sentences))}
    nearest = max((place for place in siding if siding[place]), key=lambda place: near[place], default=None)
    return 0 if nearest is None else siding[nearest]


def siding_first(fit: Vectors, question: Question, paper: EncodedPaper) -> Vectors:
    """Return the fits of a paper's sentences to a yes-or-no question in which one that takes no side gives the first place to one
    that does and is nearly as likely; the two exchange their fits, so that papers compare as before.

    A conclusion keeps its place: it often says in other words what is asked.
    """
    if form_of(question) != "closed" or not len(fit):
        return fit
    best = int(fit.argmax())
    near = [place for place in range(len(fit)) if place != best and fit[best] - fit[place] <= _NEARLY]
    concludes = sentence_roles(paper)[best, ROLES.index("conclusion")] >= _CONCLUDES
    if not near or concludes or stance(question, paper, best):
        return fit
    siding = [place for place in near if stance(question, paper, place)]
    if siding:
        return exchanged(fit, best, max(siding, key=lambda place: float(fit[place])))
    return fit


def side(claim: Claim, paper: EncodedPaper, place: int) -> Stance:
    """Return whether a sentence of a paper finds or denies a claim."""
    near = claim.near(paper, place)
    found = float(findings(paper)[place])
    if found <= _LEAST or not near.size:
        return 0
    weights = claim.weights[: claim.acts]
    if float(weights @ claim.covered(paper, place)[: claim.acts]) < COVERS * weights.sum():
        return 0
    pieces = list(_pieces(paper.sentences[place]))
    # One word acts and is acted on.
    behind = near[claim.acts if len(near) > 1 else 0 :]
    told = [behind[:, list(piece.rows)].max(axis=1, initial=0.0) for piece in pieces]
    # The later a word, the more it is what is acted on: in "Do naps help memory?" that is not "help".
    order = np.arange(1, len(behind) + 1)
    best = max(range(len(pieces)), key=lambda n: float(order @ told[n]))
    if told[best].max() < SPEAKS or _compares(pieces[best], near[: claim.acts], float(told[best].max())):
        return 0
    told_side = _of_piece(pieces[best], near.max(axis=0) >= SPEAKS)
    # What was done has the words of the claim, too, but denies nothing.
    return 0 if told_side > 0 and found <= sentence_roles(paper)[place, _METHOD] else told_side


def _compares(piece: _Piece, acts: Vectors, acted_on: float) -> bool:
    """Return whether a piece begins with "without" and speaks of what acts more than of what is acted on: "2.3 t/ha without biochar" tells
    of those it is compared with, "without helping memory" of the effect."""
    spoken = float(acts[:, list(piece.rows)].max(initial=0.0))
    return piece.tokens[0].lower == "without" and spoken >= max(SPEAKS, acted_on)


def denies(sentence: EncodedSentence) -> bool:
    """Return whether any piece of a sentence says that something has no effect or makes no difference."""
    every = np.ones(len(sentence.content), dtype=bool)
    return any(_of_piece(piece, every) < 0 and _of_effect(piece) for piece in _pieces(sentence))


def _of_effect(piece: _Piece) -> bool:
    """Return whether a piece that denies something denies an effect or a difference: not "nobody withdrew", nor "without a gallery"."""
    words = piece.tokens
    if _in_both(words):
        return True
    for at, word in enumerate(words):
        after = words[at + 1 : at + 1 + _DENIED]
        # Not "little data", nor "latency similar to that of others".
        alone = not (after and (after[0].content or after[0].lower == "to"))
        if word.lower in NO_DIFFERENCE | SAME and alone:
            return True
        if word.lower in NEGATION and any(one.stem in EFFECTS for one in after):
            return True
    return False


@dataclass(frozen=True)
class _Piece:
    """A piece of a sentence: its tokens, and the rows of its content words among those of the sentence."""

    tokens: tuple[Token, ...]
    rows: tuple[int, ...]


def _pieces(sentence: EncodedSentence) -> Iterator[_Piece]:
    """Cut a sentence where a clause or "without" begins."""
    words = sentence.tokens
    row = {token: i for i, token in enumerate(sentence.content)}
    start = 0
    for at in range(1, len(words) + 1):
        if at == len(words) or _divides(sentence.text, words, start, at):
            piece = words[start:at]
            yield _Piece(piece, tuple(row[token] for token in piece if token.content))
            start = at


def _divides(text: str, words: Sequence[Token], start: int, at: int) -> bool:
    """Return whether a piece that began at `start` ends before the word at `at`."""
    word = words[at].lower
    if any(mark in text[words[at - 1].end : words[at].start] for mark in ";:("):
        return True
    beside = [token.lower for token in words[at - 1 : at + 2]]
    if "without" in beside and not _JOINS.isdisjoint(beside):
        return False
    if word in _DIVIDES:
        return True
    return word in _JOINS and any(map(_verb, words[start:at])) and any(map(_verb, words[at:]))


def _verb(token: Token) -> bool:
    """Return whether a word looks like a verb, or stands for one."""
    known = AUXILIARIES | _OWN_VERBS | _DENIES | NO_DIFFERENCE
    return token.lower in known or token.lower.endswith("ed") or bool(turn(token))


def _of_piece(piece: _Piece, claimed: Vectors) -> Stance:
    """Return the stance of a piece that speaks of a claim; `claimed` tells the content words of its sentence that do."""
    words = piece.tokens
    if any(token.lower in _LEAVES_OPEN for token in words):
        return 0
    if words[0].lower == "without" or _in_both(words) or _equals(words):
        return -1
    for at, token in enumerate(words):
        after = words[at + 1 : at + 2]
        if token.lower in NO_DIFFERENCE or (token.lower in SAME and not (after and after[0].content)):
            return -1
        if token.lower in _DENIES and not (after and after[0].lower in _NOT_ONLY):
            return -1 if _denies_claimed(piece, at, claimed) else 0
    return 1


def _in_both(words: Sequence[Token]) -> bool:
    """Return whether something is the same on both sides: "yield was 2 t/ha in both systems", "3 t/ha with and without lime"."""
    lower = [token.lower for token in words]
    pairs = list(pairwise(lower))
    both = any(other == "both" and one in PREPOSITIONS for one, other in pairs) and not BE.isdisjoint(lower)
    without = any(other == "without" and one in _JOINS for one, other in pairs) and "we" not in lower
    return (both or without) and not any(map(turn, words))


def _equals(words: Sequence[Token]) -> bool:
    """Return whether one thing is said to be as much as another: "as many left as before", neither "twice as many as", "not as many as" nor
    "as well as"."""
    lower = [token.lower for token in words]
    ases = [n for n, word in enumerate(lower) if word == "as"]
    return any(
        1 < other - one <= _EQUATIVE
        and lower[one + 1] not in _CONJOINS
        and _MULTIPLIES.isdisjoint(lower[max(0, one - 1) : one])
        and NEGATION.isdisjoint(lower[:one])
        for one, other in pairwise(ases)
    )


def _denies_claimed(piece: _Piece, at: int, claimed: Vectors) -> bool:
    """Return whether a denial has no object but what is claimed: not "does not improve sleep" where memory is asked for. What "no
    difference" is denied in follows it."""
    rows = dict(zip([token for token in piece.tokens if token.content], piece.rows, strict=True))
    behind = piece.tokens[at + 1 :]
    ends = [i for i, t in enumerate(behind) if t.lower in PREPOSITIONS - {"to"}]
    end, *later = [*ends, len(behind)]
    # The first word behind "not" is its verb, that behind "no" what is denied.
    objects = [t for t in behind[:end] if t.content][piece.tokens[at].lower != "no" :]
    if later and objects and all(map(_only_says_that, objects)):
        objects = [t for t in behind[end : later[0]] if t.content]
    return not objects or bool(claimed[[rows[t] for t in objects]].any())
