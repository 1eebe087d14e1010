"""So many sentences are chosen as may be needed, and of several papers some of each."""

from __future__ import annotations

import pytest
from support.encoded import OneHot

from assistant.core.length import LENGTHS
from assistant.generation.quotes.choice import Extent, _likely, _some_of_each
from assistant.generation.quotes.quoted import Quoted
from assistant.generation.run import Retrieval
from assistant.library.chunks import chunk
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.passage import Passage
from assistant.retrieval.question import parse

WORDS = OneHot()
TEA = WORDS.paper("Tea is hot. It is green tea. Mice drink tea. Old mice like old tea.", "On tea", "tea")
RAIN = WORDS.paper("Rain is wet. Rain falls on hills.", "On rain", "rain")


def passage(paper: EncodedPaper, score: float) -> Passage:
    return Passage(chunk(paper.paper).whole, paper.paper, score, {})


def quoted(paper: EncodedPaper, place: int, probability: float) -> Quoted:
    return Quoted(paper, paper.sentences[place], probability)


def chosen(*probabilities: float, words: int = 100, places: tuple[int, ...] = (0, 2, 3)) -> list[int]:
    ranked = [quoted(TEA, place, p) for place, p in zip(places, probabilities, strict=False)]
    return [one.place for one in _likely(ranked, Extent(words))]


@pytest.mark.parametrize(
    ("probabilities", "places"),
    [
        ((0.95, 0.05), [0]),
        ((0.94, 0.05), [0, 2]),
        ((0.5, 0.45, 0.05), [0, 2]),
        ((0.5, 0.4, 0.05), [0, 2, 3]),
        ((0.5, 0.025, 0.02), [0, 2]),
        ((0.5, 0.024, 0.02), [0]),
        ((), []),
    ],
)
def test_sentences_follow_until_it_is_sure_or_they_are_unlikely(
    probabilities: tuple[float, ...], places: list[int]
) -> None:
    assert chosen(*probabilities) == places


def test_at_most_three_sentences_are_chosen() -> None:
    assert chosen(0.3, 0.2, 0.2, 0.2, places=(0, 2, 3, 1)) == [0, 2, 3]


@pytest.mark.parametrize(
    ("words", "places"), [(1, [0]), (5, [0]), (6, [0, 2]), (10, [0, 2]), (11, [0, 2, 3])]
)
def test_sentences_follow_as_far_as_the_words_go(words: int, places: list[int]) -> None:
    assert chosen(0.4, 0.3, 0.2, words=words) == places


def test_a_sentence_that_is_too_long_is_passed_over() -> None:
    assert chosen(0.4, 0.3, 0.2, words=6, places=(0, 3, 2)) == [0, 2]


def test_the_sentences_of_one_paper_stand_together() -> None:
    ranked = [quoted(TEA, 0, 0.4), quoted(RAIN, 0, 0.3), quoted(TEA, 2, 0.2)]
    assert [(one.paper.paper.id, one.place) for one in _likely(ranked, Extent(99))] == [
        ("tea", 0),
        ("tea", 2),
        ("rain", 0),
    ]


def several(*scores: float, words: int = 100, ranked: list[Quoted] | None = None) -> list[tuple[str, int]]:
    papers = (TEA, RAIN)
    passages = tuple(passage(p, score) for p, score in zip(papers, scores, strict=True))
    retrieval = Retrieval(parse(WORDS.text("Which papers?"), lambda stem: 1.0), passages, papers)
    default = [
        quoted(TEA, 0, 0.4),
        quoted(RAIN, 1, 0.3),
        quoted(TEA, 2, 0.2),
        quoted(RAIN, 0, 0.1),
        quoted(TEA, 3, 0.1),
    ]
    return [(one.paper.paper.id, one.place) for one in _some_of_each(ranked or default, retrieval, words)]


def test_each_paper_that_comes_close_gives_two_sentences() -> None:
    both = [("tea", 0), ("tea", 2), ("rain", 1), ("rain", 0)]
    assert several(1.0, 0.8) == both
    assert several(0.8, 1.0) == both
    assert several(1.0, 0.79) == both[:2]


def test_second_sentences_follow_as_far_as_twice_the_words_go() -> None:
    # The first sentences have 3 and 4 words, the second ones 3 and 3.
    assert several(1.0, 1.0, words=5) == [("tea", 0), ("tea", 2), ("rain", 1)]
    assert several(1.0, 1.0, words=4) == [("tea", 0), ("rain", 1)]
    assert len(several(1.0, 1.0, words=7)) == 4
    assert len(several(1.0, 1.0, words=6)) == 3


def test_at_most_five_papers_are_quoted() -> None:
    papers = [WORDS.paper("Tea is hot.", "On tea", f"p{i}") for i in range(7)]
    retrieval = Retrieval(
        parse(WORDS.text("Which papers?"), lambda stem: 1.0),
        tuple(passage(p, 1.0) for p in papers),
        tuple(papers),
    )
    assert len(_some_of_each([quoted(p, 0, 0.1) for p in papers], retrieval, 100)) == 5


def test_a_short_answer_is_the_answer_alone_and_a_long_one_goes_on() -> None:
    ranked = [quoted(TEA, place, p) for place, p in ((0, 0.9), (2, 0.09), (3, 0.01))]
    told = {length: [one.place for one in _likely(ranked, Extent.of(length, 100))] for length in LENGTHS}
    assert told == {"short": [0], "normal": [0, 2], "long": [0, 2, 3]}
