"""Which papers are likely to answer a question: those that speak of both, subject and outcome."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant import Assistant, Paper, Settings
from assistant.generation.engine import AnswerEngine
from assistant.generation.refusals.paper_fit import answering, paper_features, paper_probabilities, tells

PAPERS = [
    Paper(
        "naps",
        "Naps and the memory of words",
        "Sixty students learned words. Those who napped recalled more of them.",
    ),
    Paper(
        "rest",
        "Daytime sleep and word recall in old age",
        "Forty adults over 65 slept at noon. Their memory for words was the same.",
    ),
    Paper(
        "coffee",
        "Coffee and reaction time",
        "Coffee made 30 drivers faster by 12 ms. It did not change their mood.",
    ),
    Paper(
        "light",
        "Naps under bright light",
        "Naps under bright light were 20 minutes shorter. Mood was unchanged.",
    ),
    Paper(
        "tests",
        "Memory tests for children",
        "We compare three tests of memory for words. The shortest is as good.",
    ),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnswerEngine]:
    with Assistant(tmp_path_factory.mktemp("fit"), settings=Settings()) as library:
        library.add(PAPERS)
        yield library.query_engine()


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("Do naps help memory?", ["naps", "rest"]),
        ("Does coffee make drivers faster?", ["coffee"]),
        ("Does bright light shorten naps?", ["light"]),
    ],
)
def test_papers_that_speak_of_both_are_likely_and_others_are_not(
    engine: AnswerEngine, question: str, papers: list[str]
) -> None:
    found = engine.search.retrieval(engine.search.parse(question))
    likely = dict(zip((p.paper.id for p in found.papers), paper_probabilities(found), strict=True))
    assert min(likely[one] for one in papers) > max(p for one, p in likely.items() if one not in papers)
    assert {paper.paper.id for paper in answering(found)} <= set(papers)
    assert answering(found)[0].paper.id == papers[0]


def test_what_tells_a_paper_is_bounded(engine: AnswerEngine) -> None:
    found = engine.search.retrieval(engine.search.parse("Do naps help memory?"))
    for paper, passage in zip(found.papers, found.passages, strict=True):
        features = paper_features(found.question, paper, passage)
        assert all(-1 <= value <= 1 for name, value in features.items() if name != "selected")
        assert features["least"] <= features["least_two"] <= features["share"] + 1e-6
        assert features["sentence_alone"] <= features["sentence"] + 1e-6 <= features["share"] + 2e-6


@pytest.mark.parametrize(
    ("question", "told"),
    [("Do naps help memory?", True), ("Helfen Nickerchen dem Gedächtnis?", False), ("?", False)],
)
def test_it_is_told_of_english_questions_with_words(engine: AnswerEngine, question: str, told: bool) -> None:
    assert tells(engine.search.parse(question)) is told
