from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant, Paper, Settings
from assistant.conversation.rewrite import history_of
from assistant.generation.listing.ages import asks_for_age, of_ages

NAPS = Paper(
    "naps", "Naps in nurses", "Night shifts are long. Naps halved lapses of attention.", year=2019, source="t"
)
COFFEE = Paper("coffee", "Caffeine before bed", "Caffeine is common. Caffeine cut sleep by 41 minutes.", year=2021, source="t")  # fmt: skip
UNDATED = Paper("light", "Blue light", "Screens emit light. Sleep onset differed by 3 minutes.", source="t")


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Is [1] newer than [2]?", True),
        ("Which of them is older?", True),
        ("Is SSD more recent than OutRank?", True),
        ("Do older adults sleep less?", False),
        ("What are newer methods?", False),
    ],
)
def test_who_asks_for_an_age(question: str, asks: bool) -> None:
    assert asks_for_age(question) is asks


def test_years_tell_which_is_newer_and_none_where_the_records_have_none() -> None:
    assert of_ages("Is A newer than B?", NAPS, COFFEE).remark == (
        "“Caffeine before bed” is newer: it is from 2021, and the other from 2019."
    )
    assert of_ages("Is A older than B?", NAPS, COFFEE).remark.startswith(
        "“Naps in nurses” is older: it is from 2019"
    )
    assert of_ages("Is A newer than B?", NAPS, NAPS).remark == "Both papers are from 2019."
    assert of_ages("Is A newer than B?", NAPS, UNDATED).remark == "The records give no year for “Blue light”."


def test_two_papers_of_the_last_answer_are_compared_by_year(tmp_path: Path) -> None:
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        library.add([NAPS, COFFEE, UNDATED])
        before = history_of(library.ask("compare naps and caffeine"))
        answer = library.ask("Is [1] newer than [2]?", before)
        assert answer.remark == "“Caffeine before bed” is newer: it is from 2021, and the other from 2019."
        assert answer.listed
        assert [source.paper.id for source in answer.sources] == ["naps", "coffee"]
        assert not library.ask("Do naps help older nurses or younger ones?").listed
