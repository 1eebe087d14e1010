"""Recognise questions on a topic: "What do papers say about naps?", "Summarise the research on naps"."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.conversation.phrases import ASKS, AUXILIARIES, DETERMINERS, PREPOSITIONS
from assistant.core.text.tokens import Token, tokens
from assistant.generation.listing.matches import TALK, asks_for_list
from assistant.retrieval.filter_words import PAPERS
from assistant.retrieval.library_question import REPORTS
from assistant.retrieval.sentences.fit import EFFECTS

# Behind one of these stands the topic.
_ABOUT = frozenset("about on of regarding concerning".split())
_SUMMARISE = frozenset("summarise summarize outline".split())
_DISAGREE = frozenset("disagree agree disagreement agreement controversy consensus".split())
# Words that ask for whatever is known: one of them stands beside the topic, and no other word that means something.
_OPENLY = (
    _SUMMARISE
    | REPORTS
    | _DISAGREE
    | frozenset(
        """overview summary review evidence known know knowledge tell learn learned anything something everything interested latest new
        literature research""".split()
    )
)
BESIDE = _OPENLY | (TALK - EFFECTS) | frozenset("brief short quick current state science scientific".split())
"""Words that speak of papers and of what is asked for, of no subject."""
# These ask for a reason, a person, a place, a time or a number.
_ELSE = frozenset(
    "why which who whose when where how many number author authors year years journal journals".split()
)
_POINTERS = frozenset("it this that these those them they".split())
_WHAT_ABOUT: Sequence[list[str]] = (["what", "about"], ["how", "about"])
_EFFECT = frozenset("effect effects impact impacts influence".split())
# A longer one is a question of its own.
_MOST_WORDS = 5


def topic_of(question: str) -> str:
    """Return the topic of a question that asks for whatever is known of it; "" if it asks for anything of its own.

    It is "naps" of "What is known about naps?", "What did studies of naps find?" and "What are the effects of naps?".
    """
    asks_else = not _ELSE.isdisjoint(word.lower for word in tokens(question))
    if asks_for_list(question) or (asks_else and not asks_what_about(question)):
        return ""
    return _topic(question, _OPENLY)


def asks_what_about(question: str) -> bool:
    """Return whether a question only names something: "What about naps?"."""
    return [word.lower for word in tokens(question)[:2]] in _WHAT_ABOUT


def topic_listed(question: str) -> str:
    """Return the topic of a question that asks which papers there are on it; "" if it asks for papers that do anything else."""
    return _topic(question, PAPERS) if asks_for_list(question) else ""


def _topic(question: str, wanted: frozenset[str]) -> str:
    """Return what stands in a question beside words that only ask, one of those `wanted` among them; "" if it says more."""
    words = tokens(question)
    lower = [word.lower.removesuffix("'s") for word in words]
    end = len(words)
    while end and lower[end - 1] in REPORTS:
        end -= 1
    for start in _starts(lower[:end]):
        beside = [*range(start), *range(end, len(words))]
        asked = {lower[at] for at in beside if words[at].content} - ASKS
        topic = {*lower[start:end]}
        # What has an effect on something else is a question of its own.
        of_effect = bool(_EFFECT & asked) and PREPOSITIONS.isdisjoint(topic)
        openly = of_effect or lower[:start] in _WHAT_ABOUT or any(lower[at] in wanted for at in beside)
        if openly and asked <= BESIDE | (_EFFECT if of_effect else set()) and _may_be_topic(words[start:end]):
            return question[words[start + (lower[start] in DETERMINERS)].start : words[end - 1].end]
    return ""


def asks_for_disagreement(question: str) -> bool:
    """Return whether a question asks if papers agree: "Do studies disagree about naps?"."""
    return not _DISAGREE.isdisjoint(word.lower for word in tokens(question))


def _starts(words: Sequence[str]) -> list[int]:
    """Return the places at which a topic may begin: behind a preposition, or behind "summarise"."""
    behind = [
        at + 1
        for at, word in enumerate(words)
        if word in _ABOUT or (word == "in" and words[at - 1 : at] == ["interested"])
    ]
    return [*behind, *([1] if words and words[0] in _SUMMARISE else [])]


def _may_be_topic(words: Sequence[Token]) -> bool:
    """Return whether words say nothing but what something is about."""
    said = {word.lower for word in words}
    content = [
        word for word in words if word.content and word.lower not in TALK and not word.text.isdecimal()
    ]
    barred = ASKS | AUXILIARIES | EFFECTS | PAPERS | _POINTERS
    return 0 < len(content) <= _MOST_WORDS and barred.isdisjoint(said)
