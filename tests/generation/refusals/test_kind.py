from __future__ import annotations

import pytest
from support.encoded import OneHot

from assistant.generation.refusals.kind import kind_asked, kind_unnamed, unlikely_of_kind
from assistant.retrieval.question import Question, parse

WORDS = OneHot(scanner="tomograph")
PAPER = WORDS.paper(
    "Scans of toddlers fail. We used a tomograph. We used the Epworth scale. They took 5 mg. Toddlers of Tom sleep.",
    "Tom",
)


def asked(question: str) -> Question:
    return parse(WORDS.text(question), lambda _: 1.0)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What datasets are used for few-shot learning?", "datasets"),
        ("Which drugs were tested?", "drugs"),
        ("On which benchmarks does it rank first?", "benchmarks"),
        ("What kinds of physical barrier were used?", "barrier"),
        ("What is a dataset?", None),
        ("What happens to datasets that are old?", None),
        ("Which of the old papers were on naps?", None),
        ("Which papers are about drugs?", None),
        ("Do drugs help?", None),
        ("How many drugs were tested?", None),
        ("Welche Arzneien wurden geprüft?", None),
    ],
)
def test_the_kind_that_a_question_asks_for(question: str, kind: str | None) -> None:
    found = kind_asked(asked(question))
    assert (found.lower if found else None) == kind


@pytest.mark.parametrize(
    ("place", "unnamed"),
    [(0, True), (1, False), (2, False), (3, False), (4, True)],
    ids=["nothing", "a word near to it", "a name", "a figure", "the name of the paper"],
)
def test_a_quote_names_the_kind_or_something_that_may_be_of_it(place: int, unnamed: bool) -> None:
    question = asked("Which scanner was used for toddlers?")
    assert kind_unnamed(question, [(PAPER, place)], 0.7) is unnamed
    # Another quote may.
    assert not kind_unnamed(question, [(PAPER, place), (PAPER, 1)], 0.7)
    # A very likely answer has it in other words; a question for no kind needs none.
    assert not kind_unnamed(question, [(PAPER, place)], 0.9)
    assert not kind_unnamed(asked("Do toddlers sleep?"), [(PAPER, place)], 0.7)


def test_a_short_question_for_a_kind_is_answered_where_that_is_likelier_than_not() -> None:
    assert unlikely_of_kind(asked("Which drugs were tested?"), 0.3)
    assert not unlikely_of_kind(asked("Which drugs were tested?"), 0.6)
    assert not unlikely_of_kind(asked("Do drugs help?"), 0.3)
    assert not unlikely_of_kind(asked("Which sleep drugs were tested in old frail men?"), 0.3)
