"""Studies without an effect. "Which studies found no effect of naps?": the papers with a finding that denies one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.core.answer import Event
from assistant.core.text.counts import count_of
from assistant.core.text.tokens import tokens
from assistant.generation.comparison.aspects import findings
from assistant.generation.comparison.stance import denies
from assistant.generation.extractive import quoted
from assistant.generation.listing.lists import quoted_events
from assistant.generation.listing.matches import TALK, asks_for_list
from assistant.generation.listing.overview import on_topic
from assistant.generation.run import AnswerRun
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.question import Question
from assistant.retrieval.sentences.fit import EFFECTS
from assistant.verification.lexicon import NEGATION

_RESULTS = frozenset("result results finding findings evidence".split())
_EFFECTS = EFFECTS | frozenset(
    "difference differences change changes improvement improvements gain gains".split()
)
# "Negative effects" are harmful ones, "negative results" are none.
_NONE = {"null": _EFFECTS | _RESULTS, "negative": _RESULTS} | dict.fromkeys(NEGATION, _EFFECTS)
# Between "no" and "effect" stand so many words at most: "did not find any significant effect".
_BETWEEN = 4


def asks_for_no_effect(question: str) -> str | None:
    """Return what had no effect in the studies that a question asks for, "" if it does not say; None if it asks for something else."""
    words = tokens(question)
    if not asks_for_list(question):
        return None
    for at, word in enumerate(words):
        wanted = _NONE.get(word.lower)
        end = next(
            (
                n
                for n, w in enumerate(words[at + 1 : at + 2 + _BETWEEN], at + 1)
                if wanted and w.lower in wanted
            ),
            None,
        )
        if end is not None:
            left = (*words[:at], *words[end + 1 :])
            return " ".join(w.text for w in left if w.content and w.lower not in TALK | _EFFECTS | NEGATION)
    return None


def no_effect_events(
    run: AnswerRun, topic: Question | None, every: Sequence[EncodedPaper]
) -> Iterator[Event] | None:
    """Return the events of an answer that lists papers with a finding that denies an effect: of those found that speak of a topic, or, where
    there is none, of `every` paper. None if there is no such paper."""
    papers = on_topic(topic, run.papers) if topic else every
    with run.log.timed("quote"):
        denied = [(paper, place) for paper in papers if (place := _denied(paper, topic)) is not None]
        statements = quoted([paper for paper, _ in denied], [place for _, place in denied])
    if not statements:
        return None
    on = f" on “{topic.text}”" if topic else ""
    has = "has a finding" if len(statements) == 1 else "have findings"
    remark = f"{len(statements)} of {count_of(len(papers), 'paper')}{on} {has} of no effect or no difference."
    sure = replace(
        run,
        retrieval=replace(run.retrieval, papers=tuple(papers)),
        answerability=replace(run.answerability, answerable=1.0, kind=None),
    )
    return quoted_events(sure, statements, remark)


def _denied(paper: EncodedPaper, topic: Question | None) -> int | None:
    """Return the place of the first finding of a paper that denies an effect, one that speaks of the topic before others; None if none does."""
    places = [place for place in findings(paper) if denies(paper.sentences[place])]
    told = topic.encoded.stems if topic else frozenset()
    return max(places, key=lambda place: len(told & paper.sentences[place].stems), default=None)
