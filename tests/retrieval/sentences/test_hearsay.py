"""What others say is told from what a paper says, and is not quoted as its finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant, Paper, Settings
from assistant.retrieval.sentences.hearsay import asks_for_hearsay, hearsay, leaves_open


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


@pytest.mark.parametrize(
    "text",
    [
        "We ask whether choirs need a conductor.",
        "To see if glue is needed, we loaded 60 drawers.",
        "It is unclear whether cold tea stunts roses.",
        "Further trials should determine if trams that are silent are safe.",
        "Whether bells were cast on site remains unknown.",
    ],
)
def test_what_is_only_asked_is_left_open(text: str) -> None:
    assert leaves_open(text)


@pytest.mark.parametrize(
    "text",
    [
        "Choirs need a conductor.",
        "We asked whether choirs need a conductor and found that they do.",
        "We tested if glue is needed, but it was not.",
        "Glue was needed regardless of whether the drawers were old.",
        "All joints, whether old or not, held.",
        "If drawers are loaded, joints fail.",
    ],
)
def test_what_is_answered_is_not_left_open(text: str) -> None:
    assert not leaves_open(text)


CHOIRS = Paper(
    "choirs",
    "Singing together",
    "This paper asks whether choirs need a conductor, as most believe. Twelve choirs sang the same motet twice. Tempo drifted by 9 beats "
    "a minute when the choirs sang alone. Intonation stayed the same.",
)


def test_what_a_paper_asks_leads_no_answer_to_the_same_question(tmp_path: Path) -> None:
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        library.add([CHOIRS])
        first, *others = library.ask("Do choirs need a conductor?").statements
        asked = library.ask("What does the paper on choirs ask?").statements
    assert first.text.startswith("Tempo drifted")
    assert all("asks whether" not in one.text for one in others[:-1])
    assert asked[0].text.startswith("This paper asks")


def test_findings_stand_before_what_was_only_asked(tmp_path: Path) -> None:
    with Assistant.sample(settings=Settings()) as library:
        told = [one.text for one in library.ask("Is Mamba needed for vision?").statements]
    assert any("SSM appears unnecessary" in one for one in told)
    assert not any("asks whether" in one for one in told)
