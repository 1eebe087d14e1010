"""What others say is told from what a paper says, and is not quoted as its finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant, Paper, Settings
from assistant.retrieval.sentences.hearsay import asks_for_hearsay, hearsay


@pytest.mark.parametrize(
    "text",
    [
        "It is widely believed that cold tea stunts roses.",
        "Cold tea is thought to stunt roses.",
        "Gardeners have claimed that cold tea stunts roses.",
        "Historians have long assumed that the canal was dug by prisoners.",
        "It has often been suggested that tides wake crabs.",
        "Tram companies claim that silent trams are safe.",
        "Critics say that subtitles slow learning.",
        "The prevailing view is that bells were cast on site.",
        "The textbook account holds that glaciers carved the valley.",
        "Previous studies reported that subtitles help learners.",
        "However, earlier work has shown shorter waits.",
        "Recent field trials consistently suggest a gain.",
    ],
)
def test_what_others_say_is_hearsay(text: str) -> None:
    assert hearsay(text)


@pytest.mark.parametrize(
    "text",
    [
        "Cold tea stunted roses.",
        # Who speaks is the paper.
        "We believe that cold tea stunts roses.",
        "Our results suggest that cold tea stunts roses.",
        "This paper argues that the canal was dug by prisoners.",
        "The authors argue that the canal was dug by prisoners.",
        "Results have shown that learners like subtitles.",
        "It is argued that the canal was dug by prisoners.",
        "It is widely believed that tides wake crabs, and we show that light does.",
        # A study was told so.
        "Members said that payments came late.",
        "Most drivers believed that the rule was new.",
        # It says something besides.
        "Tram companies have argued that fares rose, but wages rose more.",
        "Plaque was left on 72% of teeth, and critics have argued that care was poor.",
        "The dose, which is thought to act on nerves, had no effect.",
        "The popular claim that tea stunts roses is true.",
        "Claims that tea stunts roses are not supported.",
        # Others are what is compared with.
        "In contrast to earlier studies, waits grew.",
        "Earlier sowing showed a gain.",
    ],
)
def test_what_a_paper_says_is_none(text: str) -> None:
    assert not hearsay(text)


def test_a_question_for_what_is_believed_is_told() -> None:
    assert asks_for_hearsay("What do critics say about subtitles?")
    assert asks_for_hearsay("Is cold tea believed to stunt roses?")
    assert not asks_for_hearsay("Does cold tea stunt roses?")


TRAMS = [
    Paper("bells", "Warning bells on silent trams", "Tram companies claim that bells halve the number of collisions. We counted collisions in nine towns. Bells lowered the number of collisions by 4%.", source="test"),
    Paper("moss", "Moss between tram rails", "It is widely believed that moss between rails cools the street by five degrees. Sensors were buried on two lines. Moss cooled the street by one degree.", source="test"),
    Paper("seats", "Seats in trams", "Passengers like seats. We asked 200 passengers. Half of them preferred to stand.", source="test"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("By how much do bells lower the number of collisions?", "Bells lowered"),
        ("By how many degrees does moss between rails cool the street?", "Moss cooled"),
        ("What do tram companies claim about bells?", "Tram companies"),
    ],
)
def test_a_finding_leads_an_answer_and_hearsay_where_it_is_asked_for(
    tmp_path: Path, question: str, start: str
) -> None:
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        library.add(TRAMS)
        assert library.ask(question).statements[0].text.startswith(start)
