"""Papers and things that questions name: papers by their names ("SGConv and S4"), things by their words ("naps and caffeine")."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.core.paper import Paper
from assistant.core.text.tokens import stems, tokens
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.filter_words import PAPERS
from assistant.retrieval.paper_name import name_of
from assistant.retrieval.question import Question, comparison_topic
from assistant.retrieval.sentences.roles import found_by

_NAME = re.compile(r"“[^”]+”|(?:[A-Z]|(?<!\d)\d+[A-Z])[\w+.-]*\w(?:[ -](?:[A-Z]|\d)[\w+-]*)*|\b[A-Z]\d\b")
_OPENS = re.compile(
    r"\W*(?:(?:please|compare|contrast|how|what|which|do|does|did|is|are|was|were|why|when|where|who|can|could|between|for|in|on|tell|"
    r"explain|describe|summari[sz]e|show|give|list|if|and|but|so|now|then|according)\s+)*",
    re.I,
)
_JOINS = re.compile(
    r"(?: [a-z-]+){0,2}\s*(?:,|,? (?:and|or|vs\.?|versus|&)(?: (?:for|of|to|by|with|the|in|that|those|a|an)\b)*)\s+(?:[a-z]+ )?"
)
_CONTRASTS = re.compile(
    r"\s*(?:compared? (?:with|to)|with|to|and|from|(?:differ|differs|different|distinct)(?: from)?|apart from|versus|vs\.?)\s*(?:the )?"
)
_INTRODUCES = r"\b(?:present|introduce|propose|develop|describe|call|name|term|dub|named|called|dubbed)\w*\b[^.]{{0,60}}?\b{name}\b|\({name}\)"

MOST_SIDES = 4
_CONNECTORS = (
    re.compile(r"\s(?:versus|vs\.?)\s", re.I),
    re.compile(r"\s(?:compared? |different |distinct |apart )?(?:with|to|from|against)\s", re.I),
    re.compile(r",?\s(?:and|or)\s|,\s", re.I),
)
"""What stands between the sides of a comparison, the surest first: "and" may also join words within one."""

_ASPECT = re.compile(r"\s(?:in|on|for|at|by|regarding)\s", re.I)
# How sure it is that a paper bears a name.
_BY_TITLE, _INTRODUCED, _SPOKEN_OF = 3, 2, 1
# An abstract that says a name this often is about it.
_SUBJECT_OF = 3


@dataclass(frozen=True)
class Subject:
    """A paper that a question names: `start` and `end` are the places of its name in the question.

    `words`: the stems of what it is about, where that is what the question names.
    """

    paper: EncodedPaper
    start: int
    end: int
    words: frozenset[str] = frozenset()


def subjects(question: Question, papers: Sequence[EncodedPaper]) -> tuple[Subject, ...]:
    """Return the papers, at least two, that a question names side by side, in the order of their names; else none.

    In a question for a comparison, "from" and "with" put names side by side, too.
    """
    owners = [(name, _owner(name[0], papers)) for name in _side_by_side(question)]
    named = {
        paper.paper.id: Subject(paper, name.start(), name.end())
        for name, (paper, _) in reversed(owners)
        if paper
    }
    if len(named) < 2:
        return ()
    first = _text(papers[0])
    sure = all(standing >= _INTRODUCED for _, (_, standing) in owners)
    if not sure and all(_count(name[0], first) for name, _ in owners):
        return ()
    return tuple(sorted(named.values(), key=lambda subject: subject.start))


def sides(question: Question) -> dict[str, str]:
    """Return what a question for a comparison sets side by side, at most four texts that differ, each with what to search for: it, and
    what is asked of all ("in their effect on sleep"); else nothing."""
    if question.kind != "comparison":
        return {}
    for connector in _CONNECTORS:
        *before, last = connector.split(question.text)
        shared = "" if any(map(_ASPECT.search, before)) else "".join(_ASPECT.split(last, 1)[1:])
        pieces = (*before, last.removesuffix(shared) if shared else last)
        topics = (comparison_topic(piece, frozenset()) for piece in pieces)
        found = tuple(dict.fromkeys(filter(None, topics)))
        if len(found) > 1:
            asked = comparison_topic(shared, frozenset())
            return {side: f"{side} {asked}".strip() for side in found[:MOST_SIDES]}
    return {}


def named_together(question: Question, papers: Sequence[EncodedPaper]) -> bool:
    """Return whether a finding of a paper sets the sides of a comparison side by side itself: all their words are in it."""
    told = [stems(tokens(side)) for side in sides(question)]
    said = frozenset[str]().union(*told)
    found = ((paper, place) for paper in papers if said for place in found_by(paper))
    return any(said <= paper.sentences[place].stems for paper, place in found)


def about_sides(question: Question, found: Mapping[str, Sequence[EncodedPaper]]) -> tuple[Subject, ...]:
    """Return for each side of a comparison the first paper found for it that has its words; none unless each has one of its own."""
    chosen: dict[str, Subject] = {}
    for side, papers in found.items():
        words = side.split()
        # Words that mean nothing of their own stand between those of a side.
        start = question.text.find(words[0])
        end = question.text.find(words[-1], start) + len(words[-1])
        said = stems(tokens(side))
        paper = next((p for p in papers if said <= p.stems and p.paper.id not in chosen), None)
        if paper is None:
            return ()
        chosen[paper.paper.id] = Subject(paper, start, end, said)
    return tuple(sorted(chosen.values(), key=lambda subject: subject.start)) if len(chosen) > 1 else ()


def names_not_retrieved(question: Question, papers: Sequence[EncodedPaper]) -> list[str]:
    """Return the names that stand side by side in the question and that no paper has in its title."""
    names = [name[0] for name in _side_by_side(question)]
    return [name.strip("“”") for name in names if _owner(name, papers)[1] < _BY_TITLE]


def names_not_spoken_of(question: Question, papers: Sequence[EncodedPaper]) -> list[str]:
    """Return the names that a question for a comparison sets side by side and that no paper says at all."""
    names = [name[0].strip("“”") for name in _side_by_side(question)] if question.kind == "comparison" else []
    return [name for name in dict.fromkeys(names) if not any(_count(name, _text(paper)) for paper in papers)]


def paper_named(name: str, papers: Sequence[EncodedPaper]) -> EncodedPaper | None:
    """Return the paper a name refers to: its title has the name, or its abstract introduces it."""
    paper, standing = _owner(name, papers)
    return paper if standing >= _INTRODUCED else None


def is_called(name: str, paper: Paper) -> bool:
    """Return whether a paper is called so: its subject bears the name, or its title has the words of "caffeine paper"."""
    words = tokens(name)
    if words and words[-1].lower in PAPERS:
        said = stems(words[:-1])
        return bool(said) and said <= stems(tokens(f"{name_of(paper)} {paper.title}"))
    if name_of(paper).casefold() == name.casefold():
        return True
    return any(map(str.isupper, name)) and _standing(name, paper)[0] >= _INTRODUCED


def named_in(question: str) -> list[str]:
    """Return the names in a question, those in quotation marks too, in their order."""
    opening = _OPENS.match(question)
    return [name[0] for name in _NAME.finditer(question, opening.end() if opening else 0)]


def about_one(question: Question, named: Sequence[Subject], subject: Subject) -> Question:
    """Return the question without the names of the other subjects."""
    return question.without([(other.start, other.end) for other in named if other is not subject])


def _side_by_side(question: Question) -> list[re.Match[str]]:
    """Return the names in a question that a comma, "and" ... joins to another name."""
    text, contrasted = question.text, question.kind == "comparison"
    opening = _OPENS.match(text)
    names = list(_NAME.finditer(text, opening.end() if opening else 0))
    joined = {
        name
        for one, other in pairwise(names)
        for between in [text[one.end() : other.start()]]
        if _JOINS.fullmatch(between) or (contrasted and _CONTRASTS.fullmatch(between))
        for name in (one, other)
    }
    return [name for name in names if name in joined]


def _owner(name: str, papers: Sequence[EncodedPaper]) -> tuple[EncodedPaper | None, int]:
    """Return the paper whose subject bears a name, and how sure that is (0: none does)."""
    standings = [(*_standing(name, paper.paper), -rank) for rank, paper in enumerate(papers)]
    standing, _, rank = max(standings, default=(0, 0, 0))
    return (papers[-rank], standing) if standing else (None, 0)


def _standing(name: str, paper: Paper) -> tuple[int, int]:
    """Return how sure it is that this paper bears the name, and how often its abstract says it."""
    title, said = _plain(paper.title), _count(name, _plain(paper.abstract))
    if re.match(rf"{re.escape(_plain(name))}(?!\w)", title):
        return _BY_TITLE, said
    introduced = re.search(_INTRODUCES.format(name=re.escape(name.strip("“”"))), paper.abstract)
    if introduced or said >= _SUBJECT_OF or _count(name, title):
        return _INTRODUCED, said
    return min(said, _SPOKEN_OF), said


def _count(name: str, text: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(_plain(name))}(?:'s)?(?!\w)", text))


def _text(paper: EncodedPaper) -> str:
    return _plain(f"{paper.paper.title}. {paper.paper.abstract}")


def _plain(text: str) -> str:
    return text.strip("“”").lower().replace("-", " ")
