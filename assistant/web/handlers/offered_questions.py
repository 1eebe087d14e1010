"""Choose the first screen's questions; the library has answered each before it is offered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.assistant import Assistant
from assistant.core.answers.answer import Answer
from assistant.core.answers.refusal import Refusal
from assistant.generation.comparison.aspects import main_finding
from assistant.generation.listing.topics import SAMPLED, topics
from assistant.web.html import frame

EXAMPLES = (
    "Which detector needs no object proposals?",
    "Which papers deal with class-incremental learning?",
    "How much faster is S4 at generation?",
)
# Questions that the first screen offers, and papers that they are made of.
_OFFERED, _ASKED_ABOUT = 3, 9
# Questions of one kind that are asked at most, and authors that are asked about.
_TRIED, _AUTHORS = 4, 3
# A topic of a larger share of the papers is what the library is about, and makes no question.
_MOST_SHARE = 0.4


def offered_questions(library: Assistant, *, is_sample: bool) -> tuple[frame.OfferedQuestion, ...]:
    """Return at most three questions that a library answers well, each of another kind; for the sample, of examples."""
    kinds = [[example] for example in EXAMPLES] if is_sample else _questions_by_kind(library)
    offered: dict[str, frame.OfferedQuestion] = {}
    for questions in kinds:
        if one := answered_question(library, [text for text in questions if text not in offered]):
            offered[one.question] = one
        if len(offered) == _OFFERED:
            break
    return tuple(offered.values())


def answered_question(library: Assistant, questions: Sequence[str]) -> frame.OfferedQuestion | None:
    """Return the first of these questions (of at most four) that the library answers well, as it is offered: one that a main finding proves
    before others, as how something was done ("Flasks were shaken") is dull; None if none is."""
    offered = None
    for question in questions[:_TRIED]:
        answer = library.ask(question, quotes=True)
        sure = answer.listed or answer.confidence.name != "low"
        if not sure or answer.refusal or not answer.sources:
            continue
        proof = frame.proof(answer)
        one = frame.OfferedQuestion(question, len(answer.sources), answer.listed, proof)
        if proof is None or _is_main(library, proof):
            return one
        offered = offered or one
    return offered


def _is_main(library: Assistant, proof: frame.Proof) -> bool:
    """Return whether what proves an answer is the main finding of its paper."""
    (read,) = library.query_engine().encoder.read([proof.paper])
    main = main_finding(read)
    return main is not None and read.sentences[main].text in proof.quote


def _questions_by_kind(library: Assistant) -> Iterator[Sequence[str]]:
    """Yield questions for a library, kind by kind: what one paper says, which papers are about a topic, what is known of another,
    what an author of several papers found, and what other papers say."""
    catalogue = library.catalogue()
    sampled = catalogue.sample(SAMPLED)
    about = [topic for topic, count in topics(sampled).items() if count <= _MOST_SHARE * len(sampled)]
    authors = catalogue.counts("author").most_common(_AUTHORS)
    made = _suggested_questions(library)
    yield made
    yield [f"Which papers are about {topic}?" for topic in about]
    yield [f"What is known about {topic}?" for topic in about[1:]]
    yield [f"What did {catalogue.written('author', name)} find?" for name, count in authors if count > 1]
    yield from ([question] for question in made)


def _suggested_questions(library: Assistant) -> list[str]:
    """Return at most three questions that suggestions make of papers from all over a library."""
    made: list[str] = []
    for paper in library.catalogue().sample(_ASKED_ABOUT):
        near = Answer("", "", refusal=Refusal("off_topic", (paper,)))
        made += library.suggest(near)[:1]
        if len(made) == _OFFERED:
            break
    return made
