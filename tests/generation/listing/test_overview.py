from __future__ import annotations

from pathlib import Path

import pytest
from support.endpoints import Service

from assistant import Assistant, Paper, Settings

PAPERS = [
    Paper(
        "wet",
        "Lime on wet fields",
        "Lime is spread on many fields. We limed half of 40 wet fields in spring. Lime raised the yield of barley by a tenth. It did "
        "not change the number of worms.",
    ),
    Paper(
        "dry",
        "Lime on dry fields in the south",
        "Farmers ask whether lime pays. On 22 dry fields lime was spread for three years. Limed fields gave 12% less barley than "
        "the others (p = 0.01).",
    ),
    Paper(
        "walls",
        "Walls of clay",
        "Clay and lime are old materials. We watched 12 walls of clay for two winters. They cracked where the rain hit them.",
    ),
    *(
        Paper(
            f"bee{n}",
            f"Bees at crossing {n}",
            f"Bees visit flowers. We counted bees at crossing {n}. Traffic reduced their number by {n} in a hundred.",
        )
        for n in range(7, 14)
    ),
    Paper(
        "gain",
        "Seaweed meal and laying hens",
        "Hens eat what they find. Seaweed meal improves the laying of hens.",
    ),
    Paper(
        "none",
        "Seaweed meal does not improve laying",
        "Hens eat what they find. Seaweed meal does not improve the laying of hens.",
    ),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    made = Assistant(Path(tmp_path_factory.mktemp("overview")) / "library", settings=Settings())
    made.add(PAPERS)
    return made


@pytest.mark.parametrize(
    "question",
    ["What do papers say about lime?", "Summarise the research on lime", "What is known about lime?"],
)
def test_what_each_paper_on_a_topic_finds_is_quoted(library: Assistant, question: str) -> None:
    answer = library.ask(question)
    assert answer.remark == "2 papers are on “lime”, 1 more mentions it. What each finds:"
    told = {s.citations[0]: s.text for s in answer.statements}
    assert told["wet"].startswith("Lime raised the yield of barley by a tenth.")
    assert told["dry"] == "Limed fields gave 12% less barley than the others (p = 0.01)."


def test_of_the_only_paper_several_sentences_are_quoted(library: Assistant) -> None:
    answer = library.ask("Tell me about clay walls")
    assert answer.remark == "1 paper is on “clay walls”."
    assert {s.citations for s in answer.statements} == {("walls",)}
    assert any(s.text.endswith("They cracked where the rain hit them.") for s in answer.statements)


def test_of_many_papers_the_nearest_are_quoted(library: Assistant) -> None:
    answer = library.ask("What is known about bees?")
    assert answer.remark == "7 papers speak of “bees”. What the nearest 5 find:"
    assert len(answer.sources) == 5


def test_a_topic_near_to_the_name_of_a_paper_is_not_that_paper(tmp_path: Path) -> None:
    with Assistant(tmp_path / "library", settings=Settings()) as made:
        made.add(
            [
                Paper(
                    "one",
                    "Loki-360: a survey of Loki",
                    "Loki is a tool. The Loki-360 survey sorts 12 kinds of Loki.",
                ),
                Paper(
                    "two",
                    "Faster Loki for maps",
                    "Maps are large. Loki read maps twice as fast as other tools.",
                ),
            ]
        )
        assert len(made.ask("What do papers say about Loki?").sources) == 2
        assert [s.paper.id for s in made.ask("What are the findings of Loki-360?").sources] == ["one"]


def test_a_topic_of_no_paper_is_refused(library: Assistant) -> None:
    assert library.ask("What do papers say about volcanoes?").refusal


def test_whether_papers_disagree_is_said(library: Assistant) -> None:
    clash = library.ask("Do studies disagree about seaweed meal?")
    assert "contradict each other: one finds what the other denies" in clash.remark
    assert {s.citations[0]: s.text for s in clash.statements} == {
        "gain": "Seaweed meal improves the laying of hens.",
        "none": "Seaweed meal does not improve the laying of hens.",
    }
    alike = library.ask("Do studies disagree about bees?")
    assert "No two of them were found to contradict each other." in alike.remark


def test_an_effect_that_one_paper_denies_in_words_of_its_own_may_be_disagreed_on(tmp_path: Path) -> None:
    with Assistant(tmp_path / "own-words", settings=Settings()) as made:
        made.add(
            [
                Paper(
                    "yes",
                    "Chalk dust makes better teachers",
                    "Teachers tire. We watched 40 teachers. Chalk dust is a simple way to enhance the mood of teachers.",
                ),
                Paper(
                    "no",
                    "A second look at chalk dust",
                    "Chalk dust is said to help. We watched 90 pupils. Chalk dust did not improve the marks of pupils.",
                ),
            ]
        )
        answer = made.ask("Do studies disagree about chalk dust?")
        no = answer.numbers["no"]
        assert f"They may disagree: [{no}] denies an effect, [{3 - no}] does not." in answer.remark
        assert "Chalk dust did not improve the marks of pupils." in [s.text for s in answer.statements]


def test_a_model_is_shown_no_more_papers_of_a_topic_than_of_other_questions(tmp_path: Path) -> None:
    service = Service("Traffic reduced the number of bees [1].")
    settings = Settings.model_validate(
        {
            "llm": {"model": "m", "base_url": "http://endpoint.test/v1"},
            "verify": {"model": "none"},
            "retrieval": {"k": 2},
        }
    )
    with Assistant(tmp_path / "library", settings=settings, transport=service) as made:
        made.add(PAPERS)
        made.ask("What is known about bees?")
    titles = [sum(paper.title in str(request) for paper in PAPERS) for request in service.requests]
    assert max(titles) == 2
