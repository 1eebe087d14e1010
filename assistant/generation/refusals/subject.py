"""Find missing subjects: a paper near to the rest of a short question is no answer where no paper speaks of its subject."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.conversation.phrases import BE, Phrase, SideBySide, auxiliary_of, phrases
from assistant.core.text.tokens import Token, in_english, shared_beginning, tokens
from assistant.generation.listing.matches import TALK
from assistant.generation.run import Retrieval
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.question import Question

# A longer question says in other words what it is about. With so many words that carry meaning, no answerable question of the fitting
# cases is refused; with five, one is.
_SHORT = 4
# Two words of which so many letters, and such a share, are the same before their endings are one word.
_BEGINNING, _ENDINGS = 4, 0.6
# What points to the time and place of the one who asks: no abstract knows them.
_HERE_AND_NOW = frozenset("today tonight tomorrow yesterday nearby outside".split())
_MINE = frozenset(("my", "mine", "i", "me"))
# "Should I drink coffee?", "How do you define a spindle?" are asked of no subject.
_ANYONE = frozenset(("i", "you", "we", "one"))
# "What is my best dose of caffeine?" may be answered: it names more than what the asker has.
_OWN = 2
# Such a question is answered if that is likelier than not.
_SURE = 0.5


def subject_missing(found: Retrieval, side_by_side: SideBySide) -> bool:
    """Return whether no paper that was found has any word of the subject of a short question, or one near to it.

    "Does caffeine impair sleep?" is not answered by what other things do to sleep. The subject stands behind the first auxiliary, before
    which nothing may carry meaning ("Which lamps are best?"); questions of another form or language miss none.
    """
    words, content = found.question.encoded.tokens, found.question.encoded.content
    at = auxiliary_of(words)
    if at is None or found.across or found.named or not 1 < len(content) <= _SHORT or not in_english(words):
        return False
    subject = next(iter(phrases(found.question.text, side_by_side)), None)
    if subject is None or any(word.content for word in words[:at]) or not _asked_of(words, at, subject):
        return False
    told = {word.start for word in subject.words if word.content}
    places = [i for i, word in enumerate(content) if word.start in told]
    # "What is known of naps?", "What was tested in mice?"
    if not places or any(content[i].lower in TALK or content[i].lower.endswith("ed") for i in places):
        return False
    return not any(_speaks_of(found.question, paper, places) for paper in found.papers)


def asks_of_asker(found: Retrieval, answerable: float) -> bool:
    """Return whether a short question asks of the one who asks, or of here and now: "What is my name?", "What is the weather today?".

    `answerable` is the probability that papers answer it: "Which lamps are used today?" may well be.
    """
    words, content = [word.lower for word in found.question.encoded.tokens], found.question.encoded.content
    if not in_english(found.question.encoded.tokens):
        return False
    asks = words[:1] in (["what"], ["who"], ["where"], ["when"]) and words[1:2] and words[1] in BE | {"am"}
    if asks and not _MINE.isdisjoint(words[2:3]) and len(content) <= _OWN:
        return True
    return len(content) <= _SHORT and answerable < _SURE and not _HERE_AND_NOW.isdisjoint(words)


def _speaks_of(question: Question, paper: EncodedPaper, places: Sequence[int]) -> bool:
    """Return whether a paper has any of the words at some places among those of the question that carry meaning, one spelt like it
    ("machines", "machinery"), or one near to it."""
    spoken = paper.spoken(question.encoded)
    asked = [question.encoded.content[i].lower for i in places]
    return any(spoken[i] for i in places) or any(
        _one_word(word, other.lower) for other in tokens(paper.text) for word in asked
    )


def _one_word(word: str, other: str) -> bool:
    """Return whether two words differ in their endings alone: "machines", "machinery"; not "hand", "hound"."""
    common = shared_beginning(word, other)
    return word == other or common >= max(_BEGINNING, _ENDINGS * max(len(word), len(other)))


def _asked_of(words: Sequence[Token], at: int, subject: Phrase) -> bool:
    """Return whether something is asked of a subject: "does tea", "is tea", "what is the effect of tea"; not "which is cheap" or "is there tea"."""
    before = [word.lower for word in words if word.start < subject.start]
    if "there" in before or words[at + 1].lower in _ANYONE:
        return False
    return at == 0 or words[at].lower not in BE or before[-1:] == ["of"]
