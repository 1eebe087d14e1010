"""A condition that no quoted paper speaks of is told; where it is a name, nothing is answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.encoded import OneHot

from assistant import Assistant, Paper
from assistant.generation.refusals.condition import Condition, unspoken
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.question import parse

WORDS = OneHot(pupil="child")
PAPER = WORDS.paper("Tea calms a child. It helps long sleep.", "On tea")


def condition(question: str) -> Condition | None:
    return unspoken(parse(WORDS.text(question), lambda _: 1.0), [PAPER])


@pytest.mark.parametrize(
    ("question", "text", "named"),
    [
        ("Does tea help sleep in older men?", "older men", False),
        ("How does tea act on sleep in Chile?", "Chile", True),
        ("Does tea help sleep without the milk", "milk", False),
        # The object of a short question
        ("Does tea help dogs?", "dogs", False),
        # What something is
        ("Is tea addictive?", "addictive", False),
    ],
)
def test_a_condition_is_missing(question: str, text: str, named: bool) -> None:
    assert condition(question) == Condition(text, named)


@pytest.mark.parametrize(
    "question",
    [
        "Does tea help in a child?",
        # In other words
        "Does tea calm pupils?",
        "Does tea help sleep in pupils?",
        # A word akin to it is spoken of
        "Does tea help sleep in childlike men?",
        # One of its words is spoken of
        "Does tea help sleep in long nights?",
        # These limit nothing
        "Does tea help sleep in general?",
        "Is tea good for sleep in your papers?",
        "Is tea good?",
        "Is tea stored?",
        "Is tea calmness?",
        "Is tea calm?",
        "Does tea help 20?",
        "How long is sleep with tea in minutes per cup?",
        # No object, but what is done
        "Can tea be sold?",
        # No condition, but another question
        "Does tea help sleep for what dogs are?",
        # A longer question says in other words what it is about
        "Does tea help and calm and warm and cheer and cure the restless nervous sleeper in Chile?",
        "Hilft der Tee den Kindern in Chile?",
    ],
)
def test_no_condition_is_missing(question: str) -> None:
    assert condition(question) is None


def test_what_is_said_of_a_condition(tmp_path: Path) -> None:
    naps = (
        "We tested naps in 40 adults. A short nap improved memory for words by 12%. Longer naps did not help."
    )
    with Assistant(tmp_path / "library") as library:
        library.add([Paper("naps", "Naps and memory for words", naps)])
        of_pilots = library.ask("Do naps improve memory in submarine pilots?")
        assert of_pilots.warnings == ("The papers that are quoted do not speak of “submarine pilots”.",)
        assert of_pilots.statements
        assert of_pilots.confidence.name != "high"
        of_chile = library.ask("Do naps improve memory in Chile?")
        assert of_chile.refusal
        assert of_chile.refusal.kind == "not_stated"
        assert not of_chile.warnings


SURVIVAL = WORDS.paper("Five-year survival of crowns was 92%. They cost 40 dollars.", "On crowns")
WARMTH = WORDS.paper("A 20-minute walk and a 40-minute walk warm the hands.", "On walks")


@pytest.mark.parametrize(
    ("question", "paper", "text"),
    [
        ("What is the ten-year survival of crowns?", SURVIVAL, "ten-year"),
        ("What is the 5-year survival of crowns?", SURVIVAL, ""),
        ("What is the 60-month survival of crowns?", SURVIVAL, ""),
        # Of something else
        ("What is the ten-year cost of crowns?", SURVIVAL, ""),
        ("Does a 90-minute walk warm the hands?", WARMTH, "90-minute"),
        # Between those that are told
        ("Does a 30-minute walk warm the hands?", WARMTH, ""),
    ],
)
def test_another_measure_of_the_same_thing_is_told(question: str, paper: EncodedPaper, text: str) -> None:
    assert unspoken(parse(WORDS.text(question), lambda _: 1.0), [paper]) == (
        Condition(text, named=False) if text else None
    )
