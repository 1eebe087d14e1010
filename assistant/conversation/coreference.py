"""Resolve "it" by rules: "it" or "the second one" becomes the name it refers to.

Used if no model rewrites follow-ups. A reference that the rules cannot resolve stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.conversation.history_turn import (
    ANY_PAPER,
    HistoryTurn,
    listed_names,
    quoted,
    unlisted_place,
    with_listed_names,
    without_listed,
)
from assistant.conversation.phrases import auxiliary_of
from assistant.core.text.tokens import Token, tokens
from assistant.retrieval.filter_words import PAPERS

_POINTS = re.compile(
    rf"\b(?P<own>its)\b|\b(?P<is>it['’]s)\b|(?<!take )\bit\b|\b(?:this|that) {ANY_PAPER}\b"
    r"|\bthe (?:paper|study|article)\b(?! (?:on|about|of|that|by|which|with|called|in)\b)"
    r"|(?<=\bof )that\b|\b(?:this|that)(?= (?:based|trained|tested|evaluated|compared?|work|improve|differ|from|on|with|better|"
    r"faster|in)\b)",
    re.I,
)
# "Is it true that ...", "how long does it take to ...": this "it" refers to nothing.
# "Is it bad to exercise late?", "Is it worth planting clover?": what it stands for follows.
_EMPTY = re.compile(
    r"\bit (?:\w+ly )?(?:(?!take\b|use\b|apply\b|lead\b|come\b|compare\b)\w+(?: \w+)? (?:that|to|whether|if|when|for)\b|worth \w+ing\b"
    r"|(?:takes?|costs?)\b.{0,40}? to\b)",
    re.I,
)
# "How many studies does that rest on?": it stands for what was said, not for a paper.
_THAT = re.compile(r"\b(?:do|does|did|is|was|can|could|will|would) (?:this|that)\b", re.I)
# If the answer cited one paper, "these papers" are not that one.
_THESE = re.compile(
    r"\b(?:these|those) (?:papers|works|studies|articles|methods|models|approaches|systems|algorithms|techniques)\b",
    re.I,
)
_ALL = re.compile(
    r"\b(?:they|them|both(?: of them)?|(?:these|those|the) (?:two|papers)|(?P<own>their))\b", re.I
)
# The start of a second clause; a pronoun in it may refer to the first clause.
_CLAUSE = re.compile(
    r"(?:\b(?:and|but|or)|[,;])\s+(?:how|what|why|which|where|when|who|does|do|did|is|are|was|were|can|could)\b",
    re.I,
)
_TOPIC = re.compile(
    r"\b(?:is|are|was|were|does|do|did|can|about|of) (?:the )?((?:[A-Z]|\d+[A-Z])[\w+^-]*(?:[ -](?:[A-Z]|\d)[\w+^-]*)*)(?![\w+^-])"
    r"(?! et al\b| and (?:colleagues|co-?workers)\b)"
)
_PERSONS = frozenset("they them their he she his".split())
_DEMONSTRATIVES = frozenset("this these those one ones same former latter".split())
_PREPOSITIONS = frozenset("in on at for with without by from under over during after before of to as".split())
# Words by which a question may point to another one.
_REFERRING = _PERSONS | _DEMONSTRATIVES | frozenset("it its that there other others else".split())
_BE = frozenset("is are was were".split())
_AUXILIARIES = _BE | frozenset("do does did can could has have had will would should may might must".split())
_CONJUNCTIONS = frozenset(
    "when while if because before after since as that whether once until although so than where".split()
)
_OPENERS = frozenset("and but also why then so".split())
_ASKS = frozenset("how what why which where when who".split())
_ASKING = frozenset("compare contrast tell summarise summarize describe explain list".split())
_FILLERS = frozenset("and but so then what how why about also or with of for on in now".split())
# With so many content words a question is complete, even if its second clause refers to its first.
_COMPLETE = 4
# "They" is resolved to so many papers at most.
_MOST_PAPERS = 3


def resolved(question: str, turns: Sequence[HistoryTurn]) -> str:
    """Return the question with names in place of its references to the turns before it (oldest first).

    The question stays unchanged if it has none or they cannot be resolved.
    """
    if not turns:
        return question
    named = with_listed_names(question, turns[-1])
    if named != question:
        return named
    match = _ALL.search(question)
    papers = _all_papers(turns[-1]) if match and _refers_back(question, match.start(), owner=True) else ""
    if match and papers:
        return _replaced(question, match, f"{papers}'s" if match["own"] else papers)
    match = _pronoun(question)
    subject = _subject(turns) if match else ""
    if match and subject:
        return _replaced(
            question, match, f"{subject}'s" if match["own"] else f"{subject} is" if match["is"] else subject
        )
    return question


def points_back(question: str, turn: HistoryTurn) -> bool:
    """Return whether a question needs the turn before it: it refers to that, or is a fragment."""
    words = tokens(question)
    content = sum(word.content for word in words)
    if content >= _COMPLETE and turn.cited and len(turn.papers) == 1:
        question = _THESE.sub("papers", question)
    if _another_subject(words, turn) or asks_for_papers(words) or _whole(words):
        return False
    if content <= 1 or (_opens_as_follow_up(words) and content <= 4):
        return True
    if any(word.name for word in words):
        return False
    if _pronoun(question) or (content < _COMPLETE and _THAT.search(question)):
        return True
    person = _first_of(question, _PERSONS)
    if content < _COMPLETE and (_POINTS.search(_EMPTY.sub("", question)) or person is not None):
        return True
    if person is not None and _refers_back(question, person, owner=True):
        return True
    back = _demonstrative(question)
    return back is not None and (content < _COMPLETE or not _in_second_clause(question, back))


def dangling(question: str) -> str:
    """Return the pronoun ("it", "that") of a first question that says too little without what it stands for; else "".

    "What does it cost?" does; a question with a name, or with four words that mean something, may be understood.
    """
    words = tokens(question)
    named = any(word.name or word.text[0].isupper() for word in words[1:])
    match = None if named or sum(word.content for word in words) >= _COMPLETE else _pronoun(question)
    return match[0] if match else ""


def not_listed(question: str, turns: Sequence[HistoryTurn]) -> str:
    """Return "the second one", "[3]" of a question that asks for nothing else ("summarise [3]"), where the last answer lists no such
    paper; else ""."""
    asks = any(
        word.content and word.lower not in _ASKING | _FILLERS for word in tokens(without_listed(question))
    )
    return "" if asks or not turns else unlisted_place(question, turns[-1])


def asks_nothing(question: str) -> bool:
    """Return whether a question only refers to something: "And the second one?"."""
    return all(word.lower in _FILLERS for word in tokens(_POINTS.sub(" ", without_listed(question))))


def _replaced(question: str, match: re.Match[str], name: str) -> str:
    return question[: match.start()] + name + question[match.end() :]


def _opens_as_follow_up(words: Sequence[Token]) -> bool:
    """Return whether a question begins with "And", "Why", "What about", ..."""
    first = [word.lower for word in words[:2]]
    return bool(first) and (first[0] in _OPENERS or first in (["what", "about"], ["how", "about"]))


def _whole(words: Sequence[Token]) -> bool:
    """Return whether words are a question with a subject of its own, and say something of it: "Why do colonies die in winter?".

    "The colonies" may be those that were spoken of; what has a name may be asked for alone: "What is SSD?".
    """
    place = auxiliary_of(words)
    behind = words[place + 1 :] if place is not None else ()
    subject = behind[1:] if behind and behind[0].lower in ("a", "an") else behind
    if not subject or not subject[0].content or refers(words):
        return False
    more = sum(word.content for word in words) > 1
    return more or len(behind) > len(subject) or subject[0].name or subject[0].text[0].isupper()


def _another_subject(words: Sequence[Token], turn: HistoryTurn) -> bool:
    """Return whether a question only names another subject: "What about melatonin?".

    After a question on something with a name, "What about speed?" may ask for its speed; "What about SSD?" does not.
    """
    subject = words[2:]
    return (
        [word.lower for word in words[:2]] in (["what", "about"], ["how", "about"])
        and is_subject(subject)
        and (any(word.name for word in subject) or not _has_name(tokens(turn.question)))
    )


def _has_name(words: Sequence[Token]) -> bool:
    return any(word.name or word.text[0].isupper() for word in words[1:])


def is_subject(words: Sequence[Token]) -> bool:
    """Return whether words name something by themselves: "melatonin", not "its price" or "in older adults"."""
    return any(word.content for word in words) and words[0].lower not in _PREPOSITIONS and not refers(words)


def refers(words: Sequence[Token]) -> bool:
    """Return whether there is a word among these that may point to something said before."""
    return any(word.lower in _REFERRING for word in words)


def asks_for_papers(words: Sequence[Token]) -> bool:
    """Return whether a question asks which papers are about something, or how many: "How many surveys are there?"."""
    asked = {word.lower for word in words[:3]}
    if [word.lower for word in (*words[:2], *words[3:5])] == ["how", "many", "are", "there"]:
        return True
    return (
        not asked.isdisjoint(("which", "what", "list"))
        and not asked.isdisjoint(PAPERS)
        and any(word.content and word.lower not in PAPERS for word in words)
        and not refers(words)
    )


def _first_of(question: str, words: frozenset[str]) -> int | None:
    """Return the offset of the first of these words in a question, or None."""
    return next((t.start for t in tokens(question) if t.lower.split("'")[0] in words), None)


def _demonstrative(question: str) -> int | None:
    """Return the offset of the first "these", "same", ... or of a "there" that is a place (not "is there"), or None."""
    before = ""
    for token in tokens(question):
        head = token.lower.split("'")[0]
        if head in _DEMONSTRATIVES or (head == "there" and before not in _BE):
            return token.start
        before = token.lower
    return None


def _pronoun(question: str) -> re.Match[str] | None:
    """Return the first pronoun with a meaning, if it refers to something before the question."""
    empty = [match.span() for match in _EMPTY.finditer(question)]
    for match in _POINTS.finditer(question):
        if any(start <= match.start() < end for start, end in empty):
            continue
        return match if _refers_back(question, match.start(), owner=bool(match["own"])) else None
    return None


def _refers_back(question: str, offset: int, *, owner: bool) -> bool:
    """Return whether the pronoun at an offset refers to something before the question, not to something in it.

    An `owner` ("its", "they") may refer to any noun before it, unless it stands where the subject would; "it" may refer to
    a noun of another clause.
    """
    if _in_second_clause(question, offset):
        return False
    before = tokens(question[:offset])
    last = before[-1].lower if before and question[:offset].endswith(f"{before[-1].text} ") else ""
    if last in _AUXILIARIES:
        return True
    if owner:
        return not any(word.content and word.lower not in _ASKING for word in before)
    return not (last in _CONJUNCTIONS and any(word.content for word in before))


def _in_second_clause(question: str, offset: int) -> bool:
    """Return whether an offset is in a second clause, so that the first may hold what a pronoun refers to."""
    clause = _CLAUSE.search(question, 0, offset)
    if not clause:
        return False
    # "At 300x300 input, what is its speed": the words before the comma are no clause.
    words = tokens(question[: clause.start()])
    return any(w.content for w in words) and any(w.lower in _ASKS | _AUXILIARIES for w in words)


def _subject(turns: Sequence[HistoryTurn]) -> str:
    """Return the subject of the last turn that has one: a name in its question, or else its first cited paper."""
    for turn in reversed(turns):
        topic = _TOPIC.search(turn.question)
        if topic:
            return topic[1]
        if turn.cited and turn.papers:
            named = [paper for paper in turn.papers if paper in turn.question]
            return quoted((named or turn.papers)[0])
    return ""


def _all_papers(turn: HistoryTurn) -> str:
    """Return the names of all cited papers ("A, B and C") if they are two or three and all have names, or ""."""
    return listed_names(turn.papers) if turn.cited and 2 <= len(turn.papers) <= _MOST_PAPERS else ""
