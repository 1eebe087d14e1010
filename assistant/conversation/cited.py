"""Requests about cited papers: "Compare them", "Summarise it", "Tell me more"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.conversation.coreference import resolved
from assistant.conversation.history_turn import HistoryTurn, listed_names
from assistant.conversation.phrases import AUXILIARIES
from assistant.conversation.shown import pointed, together
from assistant.core.answers.refusal import REFUSAL_PHRASE
from assistant.core.text.tokens import Token, tokens
from assistant.retrieval.filter_words import PAPERS, PLURAL
from assistant.retrieval.question import comparison_topic, kind_of

AskedOfCited = Literal["comparison", "agreement", "summary", "more"]
"""What cited papers are asked for."""

# So many papers are set side by side.
MOST_COMPARED = 5
_SUMMARY = frozenset("summarise summarize summary summaries overview gist recap".split())
# "Which papers say so?"
_SAY = frozenset("say says said show shows showed find found".split())
_SO = frozenset("so that this it".split())
_MORE = frozenset("more else further detail details elaborate continue expand".split())
# What else may stand in such a request.
_REQUEST = frozenset(
    "please give explain know want see anything something go brief briefly short quick can could would you say says said".split()
)
_NOUN = r"(?:papers|works|studies|articles|abstracts|methods|models|approaches|systems|algorithms|techniques)"
_COUNT = r"(?:two|three|four|five|\d{1,2})"
_THEM = re.compile(
    rf"\b(?:(?:all|both) (?:of )?)?(?:they|them|their|(?:these|those)(?: {_COUNT})?(?: {_NOUN})?|the {_COUNT}(?: {_NOUN})?|the {_NOUN})\b"
    r"(?! (?:about|of|that|by|which|called|from)\b)|\bboth\b",
    re.I,
)
# "Which of them are trials?", "How many of those are about naps?"
_OF_THEM = re.compile(
    r"\b(?P<asks>which|how many|what)(?: ones?)? of (?:them|these|those)\b(?= (?P<verb>\w+))", re.I
)
# "Do they agree?", "Which of them disagree?", "Who says otherwise?"
_AGREE = re.compile(
    r"^\W*(?:(?:and|but|so)\W+)*(?:"
    r"(?:do|does|did) (?:they|these|those|the|all|both|any|every|no)(?:one|body)?(?: \w+){0,3}? (?:dis)?agree(?: with each other| on this)?"
    r"|(?:who|which|what)(?: ones?| papers?| studies)?(?: of (?:them|these|those))? (?:says? (?:otherwise|the opposite)|disagrees?|contradicts? (?:this|that|it|each other))"
    r")\W*$",
    re.I,
)
# "Compare the papers on naps" names the papers by what they are about.
_NAMED = re.compile(rf"\b(?:the|these|those) {_NOUN} (?:on|with|in)\b", re.I)
# So does "Compare the two trials on naps", where no two papers were spoken of before.
_COUNTED = re.compile(rf"\bthe {_COUNT} (?=(?:[a-z-]+ )?[a-z-]+s (?:on|about|of|with|by)\b)", re.I)


@dataclass(frozen=True)
class OfCited:
    """What is asked of what papers with these ids say, the first of so `many`; and the question with their names.

    `topic`: in what they are compared, "" if in nothing.
    """

    asked: AskedOfCited
    ids: tuple[str, ...]
    many: int
    question: str
    topic: str = ""


def of_cited(question: str, turns: Sequence[HistoryTurn]) -> OfCited | None:
    """Return what a question asks of what the papers say that it points to; None if it asks for something else, too."""
    if not turns:
        return None
    if asks_to_compare(question):
        ids = together(turns)
        if len(ids) < 2:
            return None
        topic = comparison_topic(_THEM.sub(" ", question, count=1), frozenset())
        chosen = ids[:MOST_COMPARED]
        return OfCited("comparison", chosen, len(ids), _naming(question, chosen, turns), topic)
    if _AGREE.match(question) and len(ids := together(turns)) > 1:
        return OfCited("agreement", ids, len(ids), question)
    found = pointed(question, turns)
    words = tokens(found.rest) if found else ()
    asked = _asked(words)
    if not found or not found.ids or not asked:
        return None
    return OfCited(asked, found.ids, len(found.ids), resolved(question, turns))


def of_others(question: str, turns: Sequence[HistoryTurn]) -> tuple[str, tuple[str, ...]] | None:
    """Return what "Who says otherwise?" asks of all papers but one, and its id: the question that this one answered; None if it asks for
    something else, or more papers answered."""
    ids = together(turns) if turns and _AGREE.match(question) else ()
    if len(ids) != 1:
        return None
    before = answered_before(turns)
    asked = resolved(before.question, turns[: turns.index(before)])
    return (asked, ids) if before.ids else None


def answered_before(turns: Sequence[HistoryTurn]) -> HistoryTurn:
    """Return the last turn that quotes papers and does not only ask whether they agree, or else that does not ask so; the last one if all
    do: "Do they agree?" after "Which is newer?" is asked of what was asked before that."""
    asked = [turn for turn in reversed(turns) if not _AGREE.match(turn.question)]
    quoting = [turn for turn in asked if turn.ids and turn.answer not in ("", REFUSAL_PHRASE)]
    return (*quoting, *asked, turns[-1])[0]


def among_cited(question: str, turns: Sequence[HistoryTurn]) -> tuple[str, tuple[str, ...]] | None:
    """Return what a question asks of the papers of the last answer, and their ids: "Which papers are trials?" for "Which of them are
    trials?"; None if it asks for something else, or the last answer cites no two."""
    match = _OF_THEM.search(question)
    if not match or not turns or len(turns[-1].ids) < 2:
        return None
    noun = "paper" if match["verb"].lower() in ("is", "was", "has", "does") else "papers"
    return f"{question[: match.start()]}{match['asks']} {noun}{question[match.end() :]}", turns[-1].ids


def _naming(question: str, ids: Sequence[str], turns: Sequence[HistoryTurn]) -> str:
    """Return a question with the names of papers in place of "them", unchanged if one has none."""
    names = {one: name for turn in turns for one, name in zip(turn.ids, turn.papers, strict=False)}
    named = listed_names([names.get(one, "") for one in ids])
    them = _THEM.search(question)
    if not named or not them:
        return question
    own = "'s" if them[0].lower() == "their" else ""
    return f"{question[: them.start()]}{named}{own}{question[them.end() :]}"


def asks_to_compare(question: str) -> bool:
    """Return whether a question asks to compare what was spoken of before it: "Compare them", "How do they differ?"."""
    them = None if _NAMED.search(question) else _THEM.search(question)
    if not them:
        return kind_of(question) == "comparison" and not comparison_topic(question, frozenset())
    named = f"{question[: them.start()]}X and Y{question[them.end() :]}"
    return kind_of(named) == "comparison" and not comparison_topic(question[: them.start()], frozenset())


def uncounted(question: str) -> str:
    """Return a question to compare papers that it names by what they are about without their number, which no abstract says: "Compare the
    trials on naps" for "Compare the two trials on naps"."""
    return _COUNTED.sub("the ", question, count=1) if asks_to_compare(question) else question


def _asked(words: Sequence[Token]) -> AskedOfCited | None:
    """Return whether words ask for a summary or for more, and for nothing else."""
    plain = [word.lower for word in words]
    said = _SUMMARY | _MORE | _REQUEST | PAPERS | _SAY
    only = all(not word.content or word.lower in said for word in words)
    if not only or (plain[:1] and plain[0] in AUXILIARIES and "you" not in plain):
        return None
    says_so = plain[-1:] and plain[-1] in _SO and not (_SAY.isdisjoint(plain) or PAPERS.isdisjoint(plain))
    if says_so or not _SUMMARY.isdisjoint(plain):
        return "summary"
    # "Any more papers?" asks for others.
    return "more" if not _MORE.isdisjoint(plain) and PLURAL.isdisjoint(plain) else None
