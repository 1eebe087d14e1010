"""Change a question's subject: "What about melatonin?" asks of melatonin what was asked before of something else.

The replaced phrase is one of the same kind: it has the same noun ("a 20-minute nap", "a 60-minute nap"), or the library has
a paper that speaks of the new one and of what else the question speaks of. Otherwise the follow-up stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from assistant.conversation.coreference import asks_for_papers, is_subject, refers, resolved
from assistant.conversation.history_turn import HistoryTurn
from assistant.conversation.phrases import (
    ASKS,
    AUXILIARIES,
    Phrase,
    agreeing,
    auxiliary_of,
    head_of,
    is_plural,
    phrases,
)
from assistant.core.paper import Paper
from assistant.core.text.sentences import split
from assistant.core.text.tokens import Token, stems, tokens
from assistant.library.sync import LibraryFiles
from assistant.retrieval.encoder import Encoder
from assistant.retrieval.library_question import FRAME
from assistant.retrieval.names import is_called, named_in

_ABOUT = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay|then)\W+)*(?:(?:what|how) about|(?P<bare>and)) (?P<named>.+)",
    re.I,
)
# "In older adults?", "And on memory?", "What about for children?"
_ADDED = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay|then|also)\W+)*(?:(?:what|how) about )?(?P<place>in|on|of|to|for|from|with|without|about|against|among|during|after|before|under) "
    r"(?P<rest>[^?]+?)[\s?.!]*$",
    re.I,
)
_WHY = re.compile(r"^\W*(?:(?:and|but|so|ok|okay)\W+)*why(?: is (?:that|this|it)| so)?\W*$", re.I)
# So far back may the question lie whose subject is replaced.
_TURNS = 3
# So many papers are looked at; of what else the question speaks of, a paper tells this weighted share.
_READ = 20
_TOLD = 0.5


class Words(Protocol):
    """What a library tells of words."""

    def side_by_side(self, one: str, other: str) -> bool:
        """Return whether a paper has two words, as they are written, side by side."""
        ...

    def told(self, subject: frozenset[str], rest: frozenset[str]) -> int:
        """Return 2 if a sentence with all stems of the subject has most of the rest, 1 if a paper does, else 0."""
        ...

    def likeness(self, one: str, other: str) -> float:
        """Return how near two phrases are in meaning."""
        ...

    def names_paper(self, name: str) -> bool:
        """Return whether a paper presents what is called so ("SSD"), or one alone speaks of it by a name."""
        ...

    def titled(self, subject: frozenset[str], cited: Sequence[str]) -> bool:
        """Return whether a paper has all stems of the subject in its title, and none of the cited ones (ids) speaks of it."""
        ...

    def spoken_by(self, subject: frozenset[str], cited: Sequence[str]) -> bool:
        """Return whether each of the cited papers (ids) has all stems of the subject."""
        ...


class LibraryWords:
    """Tells of the words of one library."""

    def __init__(self, files: LibraryFiles, encoder: Encoder) -> None:
        self._files = files
        self._encoder = encoder

    def side_by_side(self, one: str, other: str) -> bool:
        """See `Words`."""
        pair = re.compile(rf"\b{re.escape(one)}[ -]{re.escape(other)}\b", re.I)
        return any(pair.search(text) for text in self._texts(f"{one} {other}"))

    def told(self, subject: frozenset[str], rest: frozenset[str]) -> int:
        """See `Words`."""
        weights = {word: self._files.lexical.weight(word) for word in rest}
        least = _TOLD * sum(weights.values())

        def tells(text: str) -> bool:
            held = stems(tokens(text))
            return subject <= held and sum(weights[word] for word in rest & held) >= least

        papers = [text for text in self._texts(" ".join(sorted(subject | rest))) if tells(text)]
        sentences = (text[span.start : span.end] for text in papers for span in split(text))
        return 2 if any(map(tells, sentences)) else int(bool(papers))

    def likeness(self, one: str, other: str) -> float:
        """See `Words`."""
        return float(self._encoder.text(one).vector @ self._encoder.text(other).vector)

    def names_paper(self, name: str) -> bool:
        """See `Words`."""
        near = self._papers(name)
        if any(is_called(name, paper) for paper in near):
            return True
        # Where no sentence begins, a capital tells a name.
        inside = re.compile(rf"[\w,;(] ?\b{re.escape(name)}\b")
        said = [text for text in map(_text, near) if name.casefold() in text.casefold()]
        return name[:1].isupper() and len(said) == 1 and bool(inside.search(said[0]))

    def titled(self, subject: frozenset[str], cited: Sequence[str]) -> bool:
        """See `Words`."""
        spoken = self._files.records.get(list(cited)).values()
        if any(subject <= stems(tokens(_text(paper))) for paper in spoken):
            return False
        return any(subject <= stems(tokens(paper.title)) for paper in self._papers(" ".join(sorted(subject))))

    def spoken_by(self, subject: frozenset[str], cited: Sequence[str]) -> bool:
        """See `Words`."""
        spoken = self._files.records.get(list(cited)).values()
        return bool(spoken) and all(subject <= stems(tokens(_text(paper))) for paper in spoken)

    def _texts(self, words: str) -> list[str]:
        return [_text(paper) for paper in self._papers(words)]

    def _papers(self, words: str) -> list[Paper]:
        return list(self._files.records.get(list(self._files.lexical.search(words, _READ))).values())


def _text(paper: Paper) -> str:
    return f"{paper.title}. {paper.abstract}"


def with_addition(question: str, before: str) -> str:
    """Return the question before with what a follow-up adds to it: "Do naps help in children?" for "And in children?"; "" if it does more.

    It takes the place of what stands behind the same preposition at the end ("in older adults"). "Why?" asks for the reason of what was
    asked for yes or no.
    """
    if _WHY.match(question):
        closed = auxiliary_of(tokens(before)) == 0
        return f"Why {before[:1].lower()}{before[1:]}" if closed else ""
    # What was put behind a question adds to it, too: "Do naps help? Why?"
    match, asked = _ADDED.match(question), before.partition("?")[0].rstrip(" .!")
    words = tokens(match["rest"]) if match else ()
    asks = any(word.lower in AUXILIARIES | ASKS or word.text[0].isdigit() for word in words)
    if not match or asks or refers(words) or not stems(words):
        return ""
    place = match["place"].lower()
    rest = re.sub(rf"\s{place} (?!.*\b(?:and|or|than)\b)[^,;]+$", "", asked, flags=re.I)
    return f"{rest} {place} {match['rest']}?" if len(stems(tokens(rest))) > (rest == asked) else ""


def with_another_subject(question: str, turns: Sequence[HistoryTurn], words: Words) -> str:
    """Return the question of a turn before with what this one names in it; "" if this one stands alone.

    What names a paper takes the place of another such name. Where it is not sure what is asked of another thing of the library,
    that alone is asked for.
    """
    named = _named(question)
    new = tokens(named)
    one = bool(named) and words.names_paper(named)
    for at in reversed(range(max(0, len(turns) - _TURNS), len(turns) if named else 0)):
        turn, asked = turns[at], tokens(turns[at].question)
        asks = one and not _named(turn.question)
        if asks and (about := _of_name(resolved(turn.question, turns[:at]), named, words)):
            return about
        spoken = phrases(turn.question, words.side_by_side)
        found = [phrase for phrase in spoken if _fits(phrase, new) and not _only_asks(phrase.words)]
        if stems(new) <= stems(asked):
            return ""
        if refers(asked) or not found:
            continue
        # Where nothing else is spoken of, "What do papers say about naps?", the new one takes its place.
        asks_only = frozenset(word.stem for word in asked if _only_asks([word]))
        alike = [phrase for phrase in found if phrase.head == head_of(new)]
        bare = [phrase for phrase in found if phrase.told <= asks_only]
        if bare and not alike and aspect_of(question, turns[: at + 1], words):
            return ""
        alike = alike or bare
        if alike or asks_for_papers(asked):
            return _replaced(turn.question, (alike or found)[0], named)
        told = [words.told(stems(new), phrase.told) if phrase.told else 0 for phrase in found]
        surest = [phrase for phrase, sure in zip(found, told, strict=True) if sure and sure == max(told)]
        if surest:
            said = [words.likeness(named, turn.question[phrase.start : phrase.end]) for phrase in surest]
            return _replaced(turn.question, surest[said.index(max(said))], named)
    if one:
        return f"What is {named}?"
    if not named or not turns or not new[0].content:
        return ""
    # After a question on something with a name, "and speed?" asks for its speed.
    apart = any(map(_is_name, new)) or not named_in(resolved(turns[-1].question, turns[:-1]))
    return f"What about {named}?" if apart and words.titled(stems(new), turns[-1].ids) else ""


def aspect_of(question: str, turns: Sequence[HistoryTurn], words: Words) -> tuple[str, ...]:
    """Return the one paper that the last answer cites, if it speaks of what a follow-up only names, and the question before said
    nothing of that: "What about wind?" after "How did drones do?" asks of drones; else ()."""
    new = stems(tokens(_named(question)))
    if not new or not turns or len(turns[-1].ids) != 1 or new & stems(tokens(turns[-1].question)):
        return ()
    return turns[-1].ids if words.spoken_by(new, turns[-1].ids) else ()


def _of_name(asked: str, named: str, words: Words) -> str:
    """Return a question with a name in place of what it says that names a paper, too; "" if it says nothing so."""
    spoken = [asked[phrase.start : phrase.end] for phrase in phrases(asked, words.side_by_side)]
    for name in [one.removesuffix("'s") for one in named_in(asked)] + spoken:
        if name.casefold() == named.casefold() or words.names_paper(name):
            return asked.replace(name, named, 1)
    return ""


def added(question: str) -> str:
    """Return what a follow-up adds to the question before it and says nothing of: "to bees" of "And to bees?"; "" if it does more."""
    match = _ABOUT.match(question)
    phrase = match["named"].rstrip(" ?.!") if match else ""
    words = tokens(phrase)
    asks = any(word.lower in AUXILIARIES | ASKS for word in words)
    return "" if asks or refers(words) else phrase


def _named(question: str) -> str:
    """Return what a follow-up names and says nothing of: "What about melatonin?", "And melatonin?"; "" if it does more."""
    match = _ABOUT.match(question)
    if not match:
        return ""
    named = match["named"].rstrip(" ?.!")
    words = tokens(named)
    asks = match["bare"] and any(word.lower in AUXILIARIES | ASKS for word in words)
    return named if is_subject(words) and not asks else ""


def _fits(phrase: Phrase, new: Sequence[Token]) -> bool:
    """Return whether a phrase may be replaced: a name gives way to a name only, "REM sleep" to anything."""
    named = any(_is_name(word) for word in phrase.words if word.stem == phrase.head)
    return not named or any(map(_is_name, new))


def _only_asks(words: Sequence[Token]) -> bool:
    """Return whether words only speak of papers and of what is said in them."""
    return all(word.lower in FRAME or not word.content for word in words)


def _is_name(word: Token) -> bool:
    """Return whether a word is a name, and not only a figure: "SSD", not "60-minute"."""
    return word.name and not word.text.islower()


def _replaced(question: str, phrase: Phrase, named: str) -> str:
    text = question[: phrase.start] + named + question[phrase.end :]
    if not phrase.verb or is_plural(phrase.words) == (plural := is_plural(tokens(named))):
        return text
    verb = phrase.verb
    return text[: verb.start] + agreeing(verb.text, plural=plural) + text[verb.end :]
