"""What is measured between a statement and an abstract, with words whose cosines are known."""

from __future__ import annotations

import math

import pytest
from support.encoded import OneHot

from assistant.verification.alignment.align import Alignment
from assistant.verification.features import Measured, measure

ABSTRACT = "Tea reduces pain in old mice. Coffee does not increase fear. Dot is a name."
HALF = Alignment(0.5, (), 2)


def measured(statement: str, violations: int = 0, abstract: str = ABSTRACT, **near: str) -> Measured:
    words = OneHot(**near)
    return measure(words.text(statement), words.paper(abstract), HALF, violations)


def feature(name: str, statement: str, abstract: str = ABSTRACT, **near: str) -> float:
    return measured(statement, 0, abstract, **near).features[name]


def test_a_sentence_of_the_abstract_is_measured_as_the_same() -> None:
    result = measured("Tea reduces pain in old mice.")
    assert result.nearest == (0, 1, 2)
    assert {name: round(value, 4) for name, value in result.features.items()} == {
        "cosine": 1.0,
        "cosine_mean": 0.3333,
        "late": 1.0,
        "late_median": 1.0,
        "late_least": 1.0,
        "late_spread": 0.0,
        "late_sentence": 1.0,
        "aligned": 0.5,
        "share_pair": 1.0,
        "share_abstract": 1.0,
        "long_missing": 0.0,
        "names_missing": 0.0,
        "polar": 1.0,
        "numbers": 0.0,
        "negation": 0.0,
        "antonym": 0.0,
        "direction": 1.0,
    }


def test_words_that_the_abstract_lacks_lower_the_shares() -> None:
    result = measured("Coffee eases fear.")
    assert result.nearest == (1, 0, 2)
    features = {name: round(value, 4) for name, value in result.features.items()}
    assert (features["cosine"], features["cosine_mean"]) == (0.6667, 0.2222)
    assert (features["late"], features["late_median"], features["late_least"]) == (0.6667, 1.0, 0.6667)
    assert (features["late_spread"], features["late_sentence"]) == (0.4714, 0.6667)
    assert (features["share_pair"], features["share_abstract"]) == (0.6667, 0.6667)


def test_the_three_worst_words_are_the_least() -> None:
    assert feature("late_least", "Tea pain mice coffee milk.") == pytest.approx(2 / 3)


def test_the_pair_is_the_two_nearest_sentences_and_the_title_counts_for_the_abstract() -> None:
    assert feature("share_pair", "Tea and coffee and dot.") == pytest.approx(2 / 3)
    assert feature("share_abstract", "Tea and coffee and dot.") == 1
    assert feature("share_abstract", "Tea.", "Milk helps.") == 1
    assert feature("share_pair", "Tea.", "Milk helps.") == 0


def test_long_words_and_names_that_are_missing_are_counted() -> None:
    assert feature("long_missing", "Tea helps elephants slowly.") == pytest.approx(math.log(2))
    assert feature("long_missing", "Tea tires elephants for decades.") == pytest.approx(math.log(3))
    assert feature("names_missing", "S4 reads tea.") == 1
    assert feature("names_missing", "S4 and LXMERT and GPT read tea.") == 2


@pytest.mark.parametrize(("violations", "expected"), [(0, 0.0), (1, 0.5), (2, 1.0), (3, 1.0)])
def test_up_to_two_wrong_figures_count_by_how_much_is_aligned(violations: int, expected: float) -> None:
    assert measured("Tea.", violations).features["numbers"] == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Tea does not reduce pain in old mice.", 0.5),
        ("Tea never does not reduce pain in old mice.", 0.0),
        ("Coffee increases fear.", 0.5),
        ("Coffee does not increase fear.", 0.0),
    ],
)
def test_negation_on_one_side_only_counts(statement: str, expected: float) -> None:
    assert feature("negation", statement) == expected


def test_an_opposite_counts_by_how_near_it_comes_to_the_nearest_word() -> None:
    abstract = "The risk is low for mice."
    assert feature("antonym", "It is high.", abstract, high="low") == pytest.approx(0.5)
    assert feature("antonym", "It is high.", abstract, high="mice") == 0
    assert feature("antonym", "It is low.", abstract) == 0
    assert feature("antonym", "It is high.", "The risk is high or low.", high="low") == 0


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Fear increases.", 1),
        ("Fear decreases.", -1),
        ("Fear and joy stay.", 0),
        ("It increases fear, increases joy, increases pain.", 2),
        ("It decreases fear, decreases joy, decreases pain.", -2),
        ("It decreases fear and increases joy.", 0),
    ],
)
def test_words_of_rising_and_falling_agree_or_not(statement: str, expected: float) -> None:
    assert feature("direction", statement, "Fear increases in mice.") == expected
    assert feature("direction", statement, "Fear stays in mice.") == 0


def test_a_statement_without_content_is_measured_as_nothing() -> None:
    result = measured("It is of the.").features
    assert {result[name] for name in ("cosine", "late", "share_pair", "share_abstract", "polar")} == {0.0}
