"""A question that asks two things is answered where both are: what is missing is said, and what is quoted is less sure."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant, Paper, Settings
from assistant.generation.question.halves import unanswered
from assistant.generation.quotes.extractive import UNTOLD

PAPERS = [
    Paper("bones", "Vitamin D and fractures", "Women took vitamin D for four years. Vitamin D did not prevent fractures (9.1% and 9.3%). Kidney stones were rare."),
    Paper("bees", "Hedgerows and bees", "Hedgerows were restored on 21 farms. Hedgerows help bees: farms held 1.7 times as many species."),
    Paper("town", "Railways and towns", "Towns with a railway grew by 2% a year faster. Records of 978 towns were read."),
    Paper("weight", "Metformin and weight", "Metformin lowered body weight by 2.9 kg. Nausea was frequent."),
    Paper("walk", "Walking and weight", "Walking lowered body weight by 1.8 kg. Many stopped walking. Weight came back later."),
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    made = Assistant(Path(tmp_path_factory.mktemp("halves")) / "library", settings=Settings())
    made.add(PAPERS)
    return made


def left(library: Assistant, question: str, *sentences: tuple[str, int]) -> list[str]:
    """Return the halves that sentences (a paper, and the place in it) leave unanswered."""
    engine = library.query_engine()
    read = {p.paper.id: p for p in engine.encoder.read(PAPERS)}
    found = unanswered(engine.search.parse(question), [(read[paper], place) for paper, place in sentences])
    return [f"{half.standing}: {half.text}" for half in found]


@pytest.mark.parametrize(
    ("question", "sentence", "missing"),
    [
        ("Does vitamin D prevent fractures and depression?", ("bones", 1), ["missing: depression"]),
        ("Does vitamin D prevent fractures and kidney stones?", ("bones", 1), ["missing: kidney stones"]),
        ("Do hedgerows and ponds help bees?", ("bees", 1), ["missing: ponds"]),
        ("Do ponds and hedgerows help bees?", ("bees", 1), ["missing: ponds"]),
        ("Which grew faster, towns with a railway or towns with a canal?", ("town", 0), ["missing: canal"]),
        ("Does metformin lower weight, and by how much?", ("weight", 0), []),
        ("Does metformin cause nausea, and how much?", ("weight", 1), ["missing: how much"]),
        ("How many farms had restored hedgerows, and where?", ("bees", 0), ["open: where"]),
        ("How many towns were there and how fast did they grow?", ("town", 1), ["missing: fast"]),
        ("Does vitamin D prevent fractures?", ("bones", 1), []),
        ("What grows faster? And what of farms?", ("town", 0), []),
        # In other words than those of the abstract, nothing tells.
        ("Do hedges and shrubs help insects?", ("bees", 1), []),
    ],
)
def test_a_half_that_nothing_quoted_speaks_of_is_told(
    library: Assistant, question: str, sentence: tuple[str, int], missing: list[str]
) -> None:
    assert left(library, question, sentence) == missing


def test_each_of_the_papers_side_by_side_has_to_give_its_figure(library: Assistant) -> None:
    question = "What lowers weight, metformin or walking, and by how much?"
    assert left(library, question, ("weight", 0), ("walk", 0)) == []
    assert left(library, question, ("weight", 0), ("walk", 1)) == ["missing: by how much"]


def test_a_half_that_is_missing_is_said_and_makes_the_answer_less_sure(library: Assistant) -> None:
    answer = library.ask("By how much did metformin lower body weight, and what did it cost?")
    assert answer.statements
    assert answer.warnings == ("What is quoted does not speak of “cost”: this part is not answered.",)
    assert answer.confidence.name == "low"


def test_another_sentence_of_the_paper_answers_the_second_half(library: Assistant) -> None:
    answer = library.ask("By how much did metformin lower body weight, and was nausea frequent?")
    assert "Nausea was frequent." in [statement.text for statement in answer.statements]
    assert not answer.warnings


def test_a_half_without_words_of_its_own_leaves_the_answer_less_sure(library: Assistant) -> None:
    answer = library.ask("How many farms had restored hedgerows, and where?")
    assert answer.score <= UNTOLD
    assert answer.warnings == ()


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Dot beats Dash by 5 points.", True),
        ("Dot beats Dash by up to 5.5 points.", True),
        ("Dot is 3 times faster than Dash.", True),
        ("Dot finds 12% more cars than Dash.", True),
        ("Dot reaches 45.9 against 40.4 of Dash.", True),
        ("Dot cut the time from 8 to 5 minutes.", True),
        ("Dot runs at 58 frames and beats Faster Dash.", False),
        ("Dot was tested on 40 cars and is much faster.", False),
    ],
)
def test_by_how_much_is_told_by_a_figure_of_the_difference(
    library: Assistant, sentence: str, told: bool
) -> None:
    engine = library.query_engine()
    (paper,) = engine.encoder.read([Paper(sentence, "Dot and Dash", sentence, source="test")])
    question = engine.search.parse("Which is faster, Dot or Dash, and by how much?")
    missing = [half.text for half in unanswered(question, [(paper, 0)]) if half.standing == "missing"]
    assert ("by how much" in missing) is not told
