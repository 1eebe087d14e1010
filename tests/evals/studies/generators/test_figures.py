"""Changed figures, and figures that are no amounts."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from evals.studies.generators import figures
from evals.studies.generators.sentence import Change

Way = Callable[[str, random.Random], list[Change]]


def outcomes(way: Way, sentence: str) -> set[str]:
    return {text for seed in range(60) for _, text in way(sentence, random.Random(seed))}


@pytest.mark.parametrize(
    ("way", "before", "after"),
    [
        (figures.other_digit, "It reaches 81.2% accuracy.", "It reaches 61.2% accuracy."),
        (figures.other_digit, "Speed rises 3x over the baseline.", "Speed rises 5x over the baseline."),
        (figures.other_digit, "It was large (P < 0.05) here.", "It was large (P < 0.01) here."),
        (figures.moved_point, "The error falls by 4.5% in total.", "The error falls by 45% in total."),
        (figures.moved_point, "The error falls by 4.5% in total.", "The error falls by 0.45% in total."),
        (figures.other_unit, "Each query takes 20 ms on average.", "Each query takes 20 s on average."),
        (figures.other_word, "It is trained on 3 million images.", "It is trained on 3 billion images."),
        (figures.other_word, "We evaluate it on three datasets.", "We evaluate it on five datasets."),
        (
            figures.swapped,
            "It reaches 54% compared with 76% before.",
            "It reaches 76% compared with 54% before.",
        ),
    ],
)
def test_a_way_changes_a_figure(way: Way, before: str, after: str) -> None:
    assert after in outcomes(way, before)


@pytest.mark.parametrize("way", figures.WAYS)
@pytest.mark.parametrize(
    "sentence",
    [
        "GPT-4 and ResNet-50 beat H1N1 in Section 3 under L2 loss.",
        "The 3D model of COVID-19 is shown in Table 2.",
        "Values of 10 to 20 and 3-4 (95% CI) were 5.2 ± 1.3 in 2019.",
    ],
)
def test_names_ranges_and_years_are_no_amounts(way: Way, sentence: str) -> None:
    assert outcomes(way, sentence) == set()


@pytest.mark.parametrize(
    ("sentence", "role"),
    [
        ("It is 40% here.", "share"),
        ("It is 40 percent here.", "share"),
        ("We took p = 0.3 here.", "statistic"),
        ("We took 40 million of them.", "scale"),
        ("It is 40 times faster.", "multiple"),
        ("It takes 40 ms here.", "unit"),
        ("It is about 4.5 here.", "decimal"),
        ("We used 40 small models.", "count"),
    ],
)
def test_an_amount_has_a_role(sentence: str, role: str) -> None:
    assert [found for _, found in figures.amounts(sentence)] == [role]


@pytest.mark.parametrize(
    ("sentence", "stays"),
    [
        ("At least 40% of patients improved.", lambda n: 40 < n < 100),
        ("Fewer than 40% of patients improved.", lambda n: n < 40),
        ("Exactly 0.50 percent of patients improved.", lambda n: n != 0.5 and n < 1),
        ("Of all, 80% of patients improved.", lambda n: n <= 70 or n >= 90),
    ],
    ids=["above a lower bound", "below an upper bound", "not equal", "clearly different"],
)
def test_a_changed_share_no_longer_follows(sentence: str, stays: Callable[[float], bool]) -> None:
    values = [
        float(re.findall(r"[0-9]+(?:[.][0-9]+)?", t)[0]) for t in outcomes(figures.other_digit, sentence)
    ]
    assert values
    assert all(map(stays, values))


def test_a_number_word_behind_a_bound_stays() -> None:
    assert outcomes(figures.other_word, "We need more than three datasets.") == set()


def test_figures_in_their_order_are_not_swapped() -> None:
    assert outcomes(figures.swapped, "It was 5% versus 6%, respectively.") == set()
    assert outcomes(figures.swapped, "Networks with 10 and 20 layers were trained.") == set()


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (" small models", True),
        (" of them", False),
        (" model.", False),
        (" patients", True),
        (" men", True),
        (" status", False),
        (" big red old cars", False),
        ("", False),
    ],
)
def test_what_is_counted_is_a_plural_noun(after: str, expected: bool) -> None:
    assert figures.counts_something(after) is expected
