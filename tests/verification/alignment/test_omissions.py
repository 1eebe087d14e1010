"""What a statement may leave out of a sentence, and what changes the claim."""

from __future__ import annotations

import pytest

from assistant.core.text.tokens import tokens
from assistant.verification.alignment.align import align

STATEMENT = "Tea reduces pain."


def omitted(source: str, statement: str = STATEMENT) -> list[tuple[str, str]]:
    """Return (kind, words of the source) of each difference."""
    differences = align(tokens(statement), tokens(source), source).differences
    assert not any(difference.said for difference in differences)
    return [(difference.kind, difference.source) for difference in differences]


@pytest.mark.parametrize(
    "source",
    [
        "We show that tea reduces pain.",
        "However, tea reduces pain.",
        "Coffee does not help; tea reduces pain.",
        "Coffee may help, but tea reduces pain.",
        "Coffee may help while tea reduces pain.",
        "Tea greatly reduces pain.",
        "Tea, a hot drink, reduces pain.",
        "Tea (a hot drink) reduces pain.",
        "Tea reduces pain in mice, if they rest.",
        "Tea reduces pain and milk only reduces fear.",
        "Tea reduces pain, but not in mice.",
        "Tea reduces pain in old mice.",
    ],
)
def test_free_words_adverbs_and_whole_phrases_may_be_left_out(source: str) -> None:
    assert omitted(source) == []


@pytest.mark.parametrize(
    ("source", "kind", "word"),
    [
        ("Without rest, tea reduces pain.", "quantity", "Without"),
        ("If mice rest, tea reduces pain.", "quantity", "If"),
        ("Mice sleep, if they rest, tea reduces pain.", "quantity", "if"),
        ("Tea reduces pain in mice if they rest.", "quantity", "if"),
        ("Tea reduces pain unless mice drink milk.", "quantity", "unless"),
        ("Tea reduces pain not in mice.", "quantity", "not"),
        ("Tea reduces pain in no mice.", "quantity", "no"),
        ("We doubt that tea reduces pain.", "modality", "doubt"),
        ("We may find that tea reduces pain.", "modality", "may"),
        ("It is not true that tea reduces pain.", "negation", "not"),
    ],
)
def test_a_condition_a_doubt_or_a_denial_is_named(source: str, kind: str, word: str) -> None:
    assert (kind, word) in omitted(source)


@pytest.mark.parametrize(
    ("source", "differences"),
    [
        ("Green tea reduces pain.", [("left_out", "Green")]),
        ("Mice rest and tea reduces pain.", [("left_out", "Mice rest and")]),
        ("We ask whether tea reduces pain.", [("left_out", "We ask whether")]),
        ("Tea reduces severe pain.", [("left_out", "severe")]),
        ("Tea from China reduces pain.", [("left_out", "from China")]),
        ("Tea reduces low pain.", [("left_out", "low"), ("left_out", "low")]),
        ("Tea reduces or increases pain.", [("left_out", "increases"), ("left_out", "or increases")]),
        ("Some tea reduces pain.", [("quantity", "Some"), ("left_out", "Some")]),
        ("Tea in most mice reduces pain.", [("quantity", "most"), ("left_out", "in most mice")]),
        ("Tea could reduce pain.", [("modality", "could"), ("left_out", "could")]),
        ("Tea never reduces pain.", [("quantity", "never"), ("negation", "never"), ("left_out", "never")]),
        ("Not all tea reduces pain.", [("negation", "Not"), ("quantity", "all"), ("left_out", "Not all")]),
    ],
)
def test_words_inside_the_claim_are_named_by_their_kind(
    source: str, differences: list[tuple[str, str]]
) -> None:
    assert omitted(source) == differences


@pytest.mark.parametrize(
    "source",
    ["Tea reduces pain in old mice that do not rest.", "Tea reduces pain in mice, not in rats."],
)
def test_a_denial_far_behind_the_claim_or_after_a_comma_may_go(source: str) -> None:
    assert omitted(source) == []


def test_a_bound_of_a_number_stays() -> None:
    assert omitted("Mice drank tea at least at night.", "Mice drank tea at night.")[0] == (
        "quantity",
        "least",
    )


def test_a_quantity_that_the_statement_has_elsewhere_is_not_named_again() -> None:
    assert omitted("All mice and all rats drank tea.", "All rats drank tea.") == [
        ("left_out", "All mice and")
    ]


def test_a_long_omission_is_cut_at_sixty_characters() -> None:
    words = " ".join(["severe"] * 12)
    ((kind, text),) = omitted(f"Tea reduces {words} pain.")
    assert (kind, len(text)) == ("left_out", 60)


def test_nothing_in_common_leaves_nothing_out() -> None:
    source = "Cats sleep."
    assert [d.kind for d in align(tokens("Tea cures."), tokens(source), source).differences] == [
        "word",
        "word",
    ]


def test_a_multiple_is_told_by_its_number() -> None:
    source = "Mice with tea held three times as many seeds."
    assert ("quantity", "many") not in omitted(source, "Mice with tea held seeds.")
    assert ("quantity", "many") in omitted("Mice with tea held many seeds.", "Mice with tea held seeds.")
