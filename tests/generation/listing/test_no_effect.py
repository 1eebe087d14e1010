from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant, Paper, Settings
from assistant.generation.listing.study import asks_for_no_effect

PAPERS = [
    Paper("wet", "Lime on wet fields", "Lime is common. We limed 40 wet fields. Lime raised the yield. It did not change the number of worms."),
    Paper("dry", "Lime on dry fields", "Lime is common. We limed 22 dry fields. The yield did not differ between limed and other fields."),
    Paper("bees", "Bees beside roads", "Bees visit flowers. We counted bees. Their number was the same as in meadows."),
    Paper("walls", "Walls of clay", "Clay is old. We watched 12 walls. They cracked where the rain hit them."),
    Paper("tiles", "Tiles that need little clay", "Tiles are old. We fired 40 tiles. Tiles of little clay were stronger without a second fire, which improves the work."),
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    made = Assistant(Path(tmp_path_factory.mktemp("none")) / "library", settings=Settings())
    made.add(PAPERS)
    return made


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Which studies found no effect?", ""),
        ("Which studies found no significant effect of lime?", "lime"),
        ("Which papers did not find any benefit of lime for yield?", "lime yield"),
        ("List papers that report negative results on lime", "lime"),
        ("Which studies report null findings?", ""),
        ("Which studies report negative effects of lime?", None),  # harmful ones
        ("Which studies have no control group?", None),
        ("Does lime have no effect?", None),
        ("Which studies found an effect of lime?", None),
    ],
)
def test_which_questions_ask_for_no_effect(question: str, topic: str | None) -> None:
    assert asks_for_no_effect(question) == topic


def test_papers_with_a_finding_that_denies_an_effect_are_listed(library: Assistant) -> None:
    answer = library.ask("Which studies found no effect?")
    # Of "wet", a side result denies one.
    assert {source.paper.id for source in answer.sources} == {"dry", "bees"}
    assert answer.remark == "2 of 5 papers report no effect or no difference as the main finding."


def test_of_those_on_a_topic_only(library: Assistant) -> None:
    answer = library.ask("Which studies found no effect of lime?")
    assert {source.paper.id for source in answer.sources} == {"wet", "dry"}
    assert library.ask("Which studies found no effect of volcanoes?").refusal
    none = library.ask("Which studies found no effect of clay walls?")
    assert none.refusal
    assert none.remark.startswith("None of 1 paper on “clay walls”")
