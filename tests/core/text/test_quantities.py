"""What counts as a quantity, and what it says."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.text.quantities import Quantity, extract, names_with_digits


def only(text: str) -> Quantity:
    found = extract(text)
    assert len(found) == 1, found
    return found[0]


VALUES = [
    ("1,500,000 images", 1_500_000, ""),
    ("1.5 million images", 1_500_000, ""),
    ("1.5M images", 1_500_000, ""),
    ("300K samples", 300_000, ""),
    ("700B parameters", 7e11, ""),
    ("10k users", 10_000, ""),
    ("a score of 0.54", 0.54, ""),
    ("54 % of users", 54, "%"),
    ("54 percent of users", 54, "%"),
    ("54 per cent of users", 54, "%"),
    ("22\\% of users", 22, "%"),
    ("$88.53\\%$ of users", 88.53, "%"),
    ("five datasets", 5, ""),
    ("twenty-one datasets", 21, ""),
    ("two hundred and fifty patients", 250, ""),
    ("five thousand pages", 5_000, ""),
    ("a dozen tasks", 12, ""),
    ("half of the data", 0.5, ""),
    ("a third of the users", 1 / 3, ""),
    ("two thirds", 2 / 3, ""),
    ("three-quarters", 0.75, ""),
    ("twice as fast", 2, "x"),
    ("doubles the speed", 2, "x"),
    ("a two-fold rise", 2, "x"),
    ("a threefold rise", 3, "x"),
    ("2x faster", 2, "x"),
    ("2× faster", 2, "x"),
    ("20X fewer queries", 20, "x"),
    ("$3.6\\times$ faster", 3.6, "x"),
    ("$10 \\times$ faster", 10, "x"),
    ("4 times faster", 4, "x"),
    ("a factor of 8.6", 8.6, "x"),
    ("cost is halved", 0.5, "x"),
    ("10^6 cells", 1e6, ""),
    ("10(6) cells", 1e6, ""),
    ("a rate of 1e-5", 1e-5, ""),
    ("a rate of 10^{-3}", 1e-3, ""),
    ("a rate of 5 x 10(-8)", 5e-8, ""),
    ("3.6 × 10^5 cells", 3.6e5, ""),
    ("a change of −5", -5, ""),
    ("a level of 0·03", 0.03, ""),
    ("22 percentage points", 22, "points"),
    ("5ms", 5, "ms"),
    ("5 ms", 5, "ms"),
    ("3 hours", 3, "h"),
    ("24 GB", 24, "gb"),
    ("12-layer", 12, ""),
    ("37 °C", 37, "°c"),
    ("in the 1990s", 1990, ""),
]


@pytest.mark.parametrize(("text", "value", "unit"), VALUES)
def test_a_quantity_has_the_value_and_unit_it_is_written_with(text: str, value: float, unit: str) -> None:
    quantity = only(text)
    assert quantity.value == pytest.approx(value)
    assert quantity.unit == unit


@pytest.mark.parametrize(
    "text",
    [
        *(
            "GPT-2",
            "CIFAR-100",
            "S4",
            "Split-CIFAR100",
            "COVID-19",
            "K600",
            "UCF101",
            "ImageNet-1K",
            "MobileNetV3",
        ),
        *("BERT4Rec", "H2O", "p53", "IL-6", "3D", "2D", "16S rRNA", "GPT-4-based", "Qwen2.5-7B", "TGF-β1"),
        *("Fig. 2", "Table 3", "as known [1]", "as known [1, 2]", "Section 4.1", "https://example.org/v2/10"),
        *(
            "the one that works",
            "one of them",
            "one can see",
            "the ones",
            "half-life",
            "first we show",
            "R^2",
        ),
    ],
)
def test_names_references_and_pronouns_are_no_quantities(text: str) -> None:
    assert extract(text) == ()


@pytest.mark.parametrize(
    ("text", "values", "units"),
    [
        ("5-10 %", [5, 10], ["%", "%"]),
        ("from 54% to 76%", [54, 76], ["%", "%"]),
        ("between 3 and 7 mg", [3, 7], ["mg", "mg"]),
        ("54.3±0.2", [54.3, 0.2], ["", ""]),
        ("the 3, 4 and 5 mg doses", [3, 4, 5], ["mg", "mg", "mg"]),
        ("95% CI 1.2-3.4", [95, 1.2, 3.4], ["%", "", ""]),
        ("224x224 pixels", [224, 224], ["", ""]),
        ("128×128 pixels", [128, 128], ["", ""]),
    ],
)
def test_ends_of_ranges_and_lists_share_the_last_unit(
    text: str, values: list[float], units: list[str]
) -> None:
    assert ([q.value for q in extract(text)], [q.unit for q in extract(text)]) == (values, units)


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("about 5 tasks", "~"),
        ("roughly 5 tasks", "~"),
        ("$\\sim$5 tasks", "~"),
        ("nearly 5 tasks", "<~"),
        ("over 5 tasks", ">"),
        ("more than 5 tasks", ">"),
        ("at least 5 tasks", ">="),
        ("no fewer than 5 tasks", ">="),
        ("65 years or older", ">="),
        ("up to 5 tasks", "<="),
        ("at most 5 tasks", "<="),
        ("fewer than 5 tasks", "<"),
        ("p < 0.05", "<"),
        ("$\\geq 5$ tasks", ">="),
        ("moreover 5 tasks", ""),
        ("5 tasks", ""),
    ],
)
def test_the_words_before_a_number_set_its_bound(text: str, relation: str) -> None:
    assert only(text).relation == relation


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("54 %", "percent"),
        ("2x faster", "factor"),
        ("the 3rd layer", "ordinal"),
        ("the third layer", "ordinal"),
        ("in 2019", "year"),
        ("P = .03", "pvalue"),
        ("12 layers", "number"),
    ],
)
def test_a_quantity_is_of_its_kind(text: str, kind: str) -> None:
    assert only(text).kind == kind


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("1500 ms", "1.5 s"),
        ("2 h", "120 minutes"),
        ("0.5 g", "500 mg"),
        ("1 year", "12 months"),
        ("2 GB", "2000 MB"),
    ],
)
def test_measures_of_a_dimension_share_a_base_unit(first: str, second: str) -> None:
    assert only(first).base == pytest.approx(only(second).base)


def test_what_is_counted_is_among_the_next_words() -> None:
    assert only("five large benchmark datasets of").nouns == ("large", "benchmark", "datasets")


def test_names_are_compared_without_case_hyphens_and_what_is_hung_on() -> None:
    assert names_with_digits("CIFAR-100, gpt-4-based, anti-CD4, S4") == {"cifar100", "gpt4", "cd4", "s4"}


def test_greek_letters_in_names_are_spelled_out() -> None:
    assert names_with_digits("TGF-β1") == names_with_digits("TGF-beta1")


@given(st.text(alphabet="0123456789.,%$\\^{}()[]-−±<>~ xXkMBmsone twohalfthird'\n", max_size=80))
def test_any_text_gives_quantities_that_stand_where_they_say(text: str) -> None:
    for quantity in extract(text):
        assert quantity.text == text[quantity.start : quantity.end] != ""


@given(st.text(max_size=80))
def test_quantities_are_in_order_and_do_not_overlap(text: str) -> None:
    found = extract(text)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.integers(min_value=0, max_value=10**12))
def test_thousands_separators_do_not_change_a_number(number: int) -> None:
    assert only(f"{number:,} rows").value == only(f"{number} rows").value == number


@pytest.mark.parametrize(
    ("text", "value"), [("the second model", 2), ("its third layer", 3), ("a tenth patient", 10)]
)
def test_an_ordinal_is_a_number(text: str, value: float) -> None:
    assert [quantity.value for quantity in extract(text)] == [value]


@pytest.mark.parametrize(
    ("raised", "plain"),
    [("10⁻³ per day", "10^-3 per day"), ("2 × 10⁶ cells", "2 × 10^6 cells"), ("1.5x10⁻¹² g", "1.5x10^-12 g")],
)
def test_a_raised_exponent_is_the_exponent_after_a_caret(raised: str, plain: str) -> None:
    assert only(raised).value == only(plain).value
    assert only(raised).text.startswith(raised.split(" per")[0].split(" cells")[0])


def test_a_name_has_the_same_digits_lowered_or_not() -> None:
    assert names_with_digits("CO₂ and Cu₂O") == names_with_digits("CO2 and Cu2O") == {"co2", "cu2o"}
