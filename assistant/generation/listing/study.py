"""List studies by size or effect, and tell the parts of those spoken of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.core.answers.events import Event, Finished
from assistant.core.text.counts import count_of
from assistant.core.text.tokens import tokens
from assistant.generation.assemble import refusal
from assistant.generation.comparison.aspects import main_finding
from assistant.generation.comparison.parts import part_places, samples
from assistant.generation.comparison.stance import denies
from assistant.generation.listing.lists import quoted_events
from assistant.generation.listing.matches import TALK, asks_for_list, matching
from assistant.generation.listing.overview import on_topic
from assistant.generation.question.sizes import Sizes
from assistant.generation.quotes.choice import SEVERAL
from assistant.generation.quotes.extractive import Extractive
from assistant.generation.quotes.quoted import quoted_at
from assistant.generation.run import AnswerRun
from assistant.retrieval.encoder import EncodedPaper, Encoder
from assistant.retrieval.question import Question
from assistant.retrieval.sentences.fit import EFFECTS
from assistant.retrieval.sentences.roles import found_by
from assistant.verification.lexicon import NEGATION

# So many papers are looked at for studies of a size that says nothing of what these are about.
SIZED = 300
# So sure is an answer that was found by its form where nothing else tells that it is one.
_SURE = 0.5
_RESULTS = frozenset("result results finding findings evidence".split())
_EFFECTS = EFFECTS | frozenset(
    "difference differences change changes improvement improvements gain gains".split()
)
# "Negative effects" are harmful ones, "negative results" are none.
_NONE = {"null": _EFFECTS | _RESULTS, "negative": _RESULTS} | dict.fromkeys(NEGATION, _EFFECTS)
# Between "no" and "effect" stand so many words at most: "did not find any significant effect".
_BETWEEN = 4


def sized_events(
    run: AnswerRun, asked: Sizes, encoder: Encoder, every: Sequence[EncodedPaper], many: int
) -> Iterator[Event]:
    """Yield the events of an answer that lists the studies of a size, each with the sentence that tells it: of those on a topic, or, where
    the question names none, of `every` paper. Asked were `many`.
    """
    about = run.retrieval.question.without(asked.spans)
    topic = " ".join(word.text for word in about.encoded.content)
    papers = matching(about, run.papers) if topic else tuple(every)
    with run.log.timed("quote"):
        told = samples(papers, encoder, asked.who)
        sized = [
            (one, paper) for one, paper in zip(told, papers, strict=True) if one and asked.holds(one.size)
        ]
        falling = asked.bounds[0][0].startswith(">")
        sized.sort(key=lambda one: one[0].size, reverse=falling)
        statements = quoted_at([paper for _, paper in sized], [one.place for one, _ in sized])
    matches = "matches" if len(statements) < 2 else "match"
    among = f"{count_of(len(papers), 'paper')}{f' on “{topic}”' if topic else ''}"
    ordered = f", {'largest' if falling else 'smallest'} first" if len(statements) > 1 else ""
    remark = f"{len(statements) or 'None'} of {among} {matches} “{asked.said}”{ordered}."
    if silent := told.count(None):
        remark += f" {silent} {'does' if silent == 1 else 'do'} not say how many there were."
    if not topic and many > SIZED:
        remark += _only_first(many)
    # It was found by its form, whatever words the question has.
    sure = replace(
        run,
        retrieval=replace(run.retrieval, papers=papers),
        answerability=replace(run.answerability, answerable=1.0, kind=None),
    )
    if statements:
        yield from quoted_events(sure, statements, remark)
    else:
        yield Finished(replace(refusal(run, "not_stated", Extractive.name), remark=remark))


def study_events(run: AnswerRun, ids: Sequence[str], encoder: Encoder) -> Iterator[Event] | None:
    """Return the events of an answer that quotes of each of these papers what the question asks of a study; None if it asks
    nothing so, or none tells it."""
    by_id = {paper.paper.id: paper for paper in run.papers}
    papers = [by_id[one] for one in ids if one in by_id][:SEVERAL]
    places = part_places(run.retrieval.question, papers, encoder)
    statements = quoted_at(papers, places) if places else []
    if not statements:
        return None
    told = run.answerability
    sure = told.answerable if told.kind is None else min(told.answerable, _SURE)
    return quoted_events(
        replace(run, answerability=replace(told, answerable=sure, kind=None)), statements, ""
    )


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
    run: AnswerRun, topic: Question | None, every: Sequence[EncodedPaper], many: int
) -> Iterator[Event] | None:
    """Return the events of an answer that lists papers with a finding that denies an effect: of those found that speak of a topic, or, where
    there is none, of `every` paper of so `many`. None if no paper is on the topic."""
    papers = on_topic(topic, run.papers) if topic else every
    with run.log.timed("quote"):
        denied = [(paper, place) for paper in papers if (place := _denied(paper, topic)) is not None]
        statements = quoted_at([paper for paper, _ in denied], [place for _, place in denied])
    if not papers:
        return None
    on, chief = (f" on “{topic.text}”", "") if topic else ("", " as the main finding")
    report = "reports" if len(statements) < 2 else "report"
    of = f"{len(statements) or 'None'} of {count_of(len(papers), 'paper')}{on}"
    remark = f"{of} {report} no effect or no difference{chief}."
    if not topic and many > SIZED:
        remark += _only_first(many)
    sure = replace(
        run,
        retrieval=replace(run.retrieval, papers=tuple(papers)),
        answerability=replace(run.answerability, answerable=1.0, kind=None),
    )
    if not statements:
        return iter([Finished(replace(refusal(sure, "not_stated", Extractive.name), remark=remark))])
    return quoted_events(sure, statements, remark)


def _only_first(many: int) -> str:
    return f" Only the first {SIZED} of the {many:,} papers of the library were looked at."


def _denied(paper: EncodedPaper, topic: Question | None) -> int | None:
    """Return the place of a sentence that says of a paper's findings that there is no effect: of a topic, or else of what the paper is
    about; None if none does."""
    if topic is None:
        chief = main_finding(paper)
        return chief if chief is not None and denies(paper.sentences[chief]) else None
    told, asked = topic.encoded.stems, topic.encoded
    places = [p for p in found_by(paper) if denies(paper.sentences[p]) and all(paper.spoken(asked, p))]
    return max(places, key=lambda place: len(told & paper.sentences[place].stems), default=None)
