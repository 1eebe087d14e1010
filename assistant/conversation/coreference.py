"""A follow-up and the conversation before it -> the follow-up with names where it says "it" or "the second one".

Rules, for where no model rewrites it. What they cannot tell is left as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.core.text.tokens import tokens

_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_PAPER = r"(?:one|paper|work|study|article|abstract|method|model|approach|system|algorithm|technique)"
_LISTED = re.compile(
    rf"\bthe (?P<place>{'|'.join(_ORDINALS)}|last)(?: {_PAPER}\b| of (?:them|these|those|the two)\b)"
    r"|\bthe (?P<pair>former|latter)(?: (?:one|paper)\b)?"
    rf"|(?:\b{_PAPER} )?\[(?P<mark>\d{{1,2}})\]|\b(?:paper|source|number|no\.) (?P<number>\d{{1,2}})\b",
    re.I,
)
_POINTS = re.compile(
    rf"\b(?P<own>its)\b|\b(?P<is>it['’]s)\b|(?<!take )\bit\b|\b(?:this|that) {_PAPER}\b"
    r"|\bthe (?:paper|study|article)\b(?! (?:on|about|of|that|by|which|with|called|in)\b)"
    r"|(?<=\bof )that\b|\b(?:this|that)(?= (?:based|trained|tested|evaluated|compared?|work|improve|differ|from|on|with|better|"
    r"faster|in)\b)",
    re.I,
)
# "Is it true that ...", "how long does it take to ...": it stands for nothing that was said.
_EMPTY = re.compile(
    r"\bit (?:\w+ly )?(?:(?:true|possible|known|clear|likely|necessary|important|common|safe|better|best|worth|enough|feasible|"
    r"useful|hard|harder|easy|easier|difficult|practical|matters?|helps?|the case)(?: \w+)? (?:that|to|whether|if|when|for)\b"
    r"|(?:takes?|costs?)\b.{0,40}? to\b)",
    re.I,
)
_OWNERS = re.compile(r"\b(?:they|them|their|he|she|his)\b", re.I)
_BACK = re.compile(
    r"\b(?:this|these|those|ones?|same|former|latter)\b|(?<!is )(?<!are )(?<!was )(?<!were )\bthere\b", re.I
)
# One paper is not these.
_THESE = re.compile(
    r"\b(?:these|those) (?:papers|works|studies|articles|methods|models|approaches|systems|algorithms|techniques)\b",
    re.I,
)
_ALL = re.compile(
    r"\b(?:they|them|both(?: of them)?|(?:these|those|the) (?:two|papers)|(?P<own>their))\b", re.I
)
_OPENS = re.compile(r"^(?:and|but|also|what about|how about|why|why not|then|so)\b", re.I)
# A second clause: what it points to may well stand in the first.
_CLAUSE = re.compile(
    r"(?:\b(?:and|but|or)|[,;])\s+(?:how|what|why|which|where|when|who|does|do|did|is|are|was|were|can|could)\b",
    re.I,
)
_TOPIC = re.compile(
    r"\b(?:is|are|was|were|does|do|did|can|about|of) (?:the )?((?:[A-Z]|\d+[A-Z])[\w+^-]*(?:[ -](?:[A-Z]|\d)[\w+^-]*)*)"
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|may|might|must) $", re.I
)
_SUBORDINATE = re.compile(
    r"\b(?:when|while|if|because|before|after|since|as|that|whether|once|until|although|so|than|where) $",
    re.I,
)
_ASKS = frozenset("how what why which where when who".split())
_ASKING = frozenset("compare contrast tell summarise summarize describe explain list".split())
_FILLERS = frozenset("and but so then what how why about also or with of for on in now".split())
# This many words that carry meaning make a question of its own of one whose second clause points to its first.
_WHOLE = 4
_LONGEST_BARE = 4
_FEW = 3


@dataclass(frozen=True)
class HistoryTurn:
    """A question, its answer, and what the papers listed below that are called, in their order ("": not to be named).

    `cited` is false where nothing was answered and they are but the nearest.
    """

    question: str
    answer: str = ""
    papers: tuple[str, ...] = ()
    cited: bool = True


def resolved(question: str, turns: Sequence[HistoryTurn]) -> str:
    """The question with names for what it points to in the turns before it, the oldest first; unchanged where that
    cannot be told."""
    if not turns:
        return question
    named = _LISTED.sub(lambda found: _listed(found, turns[-1]) or found[0], question)
    if named != question:
        return named
    everyone = _ALL.search(question)
    both = _both(turns[-1]) if everyone and _is_free(question, everyone.start(), owner=True) else ""
    if everyone and both:
        name = f"{both}'s" if everyone["own"] else both
        return question[: everyone.start()] + name + question[everyone.end() :]
    found = _pointer(question)
    subject = _subject(turns) if found else ""
    if not found or not subject:
        return question
    name = f"{subject}'s" if found["own"] else f"{subject} is" if found["is"] else subject
    return question[: found.start()] + name + question[found.end() :]


def points_back(question: str, turn: HistoryTurn) -> bool:
    """Whether a question cannot be understood without the turn before: it points there, or is a fragment."""
    words = tokens(question)
    content = sum(word.content for word in words)
    if content >= _WHOLE and turn.cited and len(turn.papers) == 1:
        question = _THESE.sub("papers", question)
    if content <= 1 or (_OPENS.match(question) and content <= 4):
        return True
    if any(word.name for word in words):
        return False
    if _pointer(question):
        return True
    if content < _WHOLE and (_POINTS.search(_EMPTY.sub("", question)) or _OWNERS.search(question)):
        return True
    there = _OWNERS.search(question)
    if there and _is_free(question, there.start(), owner=True):
        return True
    back = _BACK.search(question)
    return bool(back and (content < _WHOLE or not _within(question, back.start())))


def asks_nothing(question: str) -> bool:
    """Whether a question does no more than point: "And the second one?"."""
    return all(word.lower in _FILLERS for word in tokens(_POINTS.sub(" ", _LISTED.sub(" ", question))))


def _listed(found: re.Match[str], turn: HistoryTurn) -> str:
    """The paper of a list that is meant, as it stands in a question; "" where there is none such."""
    said = found["place"] or found["pair"]
    if said is None:
        place = int(found["mark"] or found["number"]) - 1
    elif said.lower() == "last" or (said.lower() == "latter" and len(turn.papers) == 2):
        place = len(turn.papers) - 1
    elif said.lower() in ("former", "latter"):
        place = 0 if len(turn.papers) == 2 else -1
    else:
        place = _ORDINALS.index(said.lower())
    return _in_a_sentence(turn.papers[place]) if 0 <= place < len(turn.papers) else ""


def _pointer(question: str) -> re.Match[str] | None:
    """The word that points to something before the question, if what it points to does not stand in the question."""
    empty = [found.span() for found in _EMPTY.finditer(question)]
    for found in _POINTS.finditer(question):
        if any(start <= found.start() < end for start, end in empty):
            continue
        return found if _is_free(question, found.start(), owner=bool(found["own"])) else None
    return None


def _is_free(question: str, place: int, *, owner: bool) -> bool:
    """Whether what stands at a place points out of the question rather than to something in it.

    An `owner` ("its", "they") may point to any noun before it, unless it comes where the subject would; "it" to one in
    another clause.
    """
    before = question[:place]
    if _within(question, place):
        return False
    if _VERB.search(before):
        return True
    if owner:
        return not any(word.content and word.lower not in _ASKING for word in tokens(before))
    return not (_SUBORDINATE.search(before) and any(word.content for word in tokens(before)))


def _within(question: str, place: int) -> bool:
    """Whether what stands at a place is in a second clause, so that the first may hold what it points to."""
    clause = _CLAUSE.search(question, 0, place)
    if not clause:
        return False
    # "At 300x300 input, what is its speed": no clause is before the comma.
    words = tokens(question[: clause.start()])
    return any(w.content for w in words) and any(
        w.lower in _ASKS or _VERB.match(f"{w.lower} ") for w in words
    )


def _subject(turns: Sequence[HistoryTurn]) -> str:
    """What was spoken of last: what the user named, or else the paper that was cited first."""
    for turn in reversed(turns):
        topic = _TOPIC.search(turn.question)
        if topic:
            return topic[1]
        if turn.cited and turn.papers:
            named = [paper for paper in turn.papers if paper in turn.question]
            return _in_a_sentence((named or turn.papers)[0])
    return ""


def _both(turn: HistoryTurn) -> str:
    """The few papers that were cited, side by side."""
    named = [_in_a_sentence(paper) for paper in turn.papers]
    if not turn.cited or not 2 <= len(named) <= _FEW or not all(named):
        return ""
    return f"{', '.join(named[:-1])} and {named[-1]}"


def _in_a_sentence(called: str) -> str:
    return called if len(called.split()) <= _LONGEST_BARE else f"“{called}”"
