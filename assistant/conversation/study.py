"""Follow-ups about a study's parts: "What was the sample size?", "How many took part?", "their method"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, pairwise
from typing import Literal

from assistant.conversation.coreference import asks_for_papers, resolved
from assistant.conversation.history_turn import HistoryTurn, names_place
from assistant.conversation.phrases import ASKS, AUXILIARIES, PREPOSITIONS, auxiliary_of
from assistant.core.text.tokens import Token, stem, tokens
from assistant.retrieval.filter_words import PAPERS

StudyPart = Literal["sample", "p value", "method", "finding", "aim"]
"""What a question asks of a study."""

_PARTS: dict[StudyPart, frozenset[str]] = {
    "method": frozenset("method methods methodology design procedure approach".split()),
    "finding": frozenset("result results finding findings conclusion conclusions outcome".split()),
    "aim": frozenset("aim aims goal goals objective objectives purpose".split()),
}
_P_VALUE = frozenset("p value values p-value p-values".split())
_STUDIES = PAPERS | frozenset("trial trials experiment experiments sample samples research main".split())
# What is done with those who take part.
TAKE_PART = frozenset(
    """took take taking part participated participate tested studied included enrolled recruited examined analysed analyzed involved
    investigated randomised randomized completed used total altogether include enrol enroll recruit test examine involve""".split()
)
ANYBODY = frozenset(
    map(
        stem,
        "people persons participants subjects individuals volunteers respondents patients adults".split(),
    )
)
"""Stems of words for those who take part, whoever they are."""
SIZES = frozenset("size sizes large big many number".split())
_DEFINITE = frozenset("the their these those this that".split())
_POINTS = _DEFINITE | frozenset("they them it there".split())
_OPENERS = frozenset("and but so then".split())
# What may stand before "its speed" where nothing but that is asked for.
_ASKS_FOR = _OPENERS | AUXILIARIES | frozenset("what what's how about tell me give".split())
# A question without a subject of its own has so many words that mean something.
_MOST_WORDS = 3
# So far back may that answer lie.
_TURNS = 3


def asked_of_study(question: str) -> StudyPart | None:
    """Return what a question asks of a study, if it asks for nothing else and names none."""
    words = tokens(question)
    plain = [word.lower for word in words]
    if any(
        "p-value" in one or (one == "p" and other.startswith("value"))
        for one, other in pairwise([*plain, ""])
    ):
        # "What is a p value?" asks for its meaning.
        return "p value" if "a" not in plain and _says_only(words, _P_VALUE) else None
    if _asks_for_sample(words):
        return "sample"
    if not _DEFINITE.intersection(plain):
        return None
    parts = [part for part, said in _PARTS.items() if said.intersection(plain)]
    return parts[0] if len(parts) == 1 and _says_only(words, _PARTS[parts[0]]) else None


def counted(question: str) -> str:
    """Return the stem of those who are counted: "nurs" of "How many nurses took part?"; "" if the question does not say whom."""
    words = tokens(question)
    who = [word for word in words if word.content and word.lower not in TAKE_PART | _STUDIES | SIZES]
    return who[-1].stem if who else ""


def spoken_of(question: str, turns: Sequence[HistoryTurn]) -> tuple[str, ...]:
    """Return the papers that the last answer cites which is no refusal, if a question has no subject of its own; else ()."""
    cited = next((turn.ids for turn in reversed(turns[-_TURNS:]) if turn.ids), ())
    if names_place(question):
        return ()
    return cited if asked_of_study(question) or _without_subject(tokens(question)) else ()


def attribute_of(question: str) -> str:
    """Return what a question asks of what was spoken of, if it asks for nothing else: "speed" of "its speed?", "What was its cost?".

    Every study has a method and results, in whatever words: they are no such attribute.
    """
    words = tokens(question)
    at = next((n for n, word in enumerate(words) if word.lower in ("its", "their")), len(words))
    behind = words[at + 1 :]
    asks = all(word.lower in _ASKS_FOR for word in words[:at])
    parts = _STUDIES.union(*_PARTS.values())
    named = 0 < len(behind) <= _MOST_WORDS and all(
        word.content and word.lower not in parts for word in behind
    )
    return question[behind[0].start : behind[-1].end] if asks and named else ""


def owner(turns: Sequence[HistoryTurn]) -> tuple[str, ...]:
    """Return the cited paper that "its" stands for; () if it stands for something else."""
    name = resolved("its", turns).removesuffix("'s").strip("“”")
    named = (
        one
        for turn in reversed(turns)
        for one, called in zip(turn.ids, turn.papers, strict=False)
        if called == name
    )
    return tuple(islice(named, 1))


def _says_only(words: Sequence[Token], said: frozenset[str]) -> bool:
    return all(not word.content or word.lower in said | _STUDIES for word in words)


def _asks_for_sample(words: Sequence[Token]) -> bool:
    """Return whether words ask how many took part: "the sample size", "how many adults were tested", "how large was the sample"."""
    plain = [word.lower for word in words]
    if "sample" in plain and _says_only(words, SIZES):
        return not SIZES.isdisjoint(plain)
    if not any(pair in (("how", "many"), ("number", "of")) for pair in pairwise(plain)):
        return False
    at = plain.index("many") if "many" in plain else plain.index("of")
    # "Which papers are on naps, and how many people took part?" has a subject of its own.
    if not _says_only(words[: at - 1], TAKE_PART):
        return False
    rest = words[at + 1 :]
    who = 0
    while who < len(rest) and rest[who].content and rest[who].lower not in TAKE_PART:
        who += 1
    # "How many people?", "how many people were there", "how many people did they have".
    left = rest[who:]
    named = who > 0 and rest[who - 1].stem in ANYBODY and (not left or _points(left))
    acts = named or plain[at] == "of" or not TAKE_PART.isdisjoint(word.lower for word in rest)
    papers = not PAPERS.isdisjoint(word.lower for word in rest[:who])
    return acts and not papers and _says_only(left, TAKE_PART)


def _points(words: Sequence[Token]) -> bool:
    """Return whether words name nothing and point to papers that were spoken of."""
    return not _POINTS.isdisjoint(word.lower for word in words)


def _without_subject(words: Sequence[Token]) -> bool:
    """Return whether words speak of "the drop-out rate" and say nothing of what: "the rate of naps" and "the best nap" do."""
    words = words[1:] if words and words[0].lower in _OPENERS else words
    place = auxiliary_of(words)
    behind = words[place + 1 :] if place is not None else words
    if not behind or behind[0].lower not in _DEFINITE or asks_for_papers(words):
        return False
    content = [word for word in words if word.content]
    named = any(word.name or word.text[0].isupper() for word in words[1:])
    most = any(word.lower.endswith("est") for word in content)
    own = any(
        one.lower in PREPOSITIONS and other.content and other.lower not in _STUDIES
        for one, other in pairwise(words)
    )
    asks = place is None and not ASKS.union(AUXILIARIES).isdisjoint(word.lower for word in words)
    return 0 < len(content) <= _MOST_WORDS and not (named or most or own or asks)
