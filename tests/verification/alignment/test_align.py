"""A statement beside a sentence: the exact differences, in milliseconds."""

from __future__ import annotations

import pytest

from assistant.core.text.tokens import tokens
from assistant.verification.alignment.align import Alignment, align
from assistant.verification.alignment.differences import Difference, DifferenceKind


def aligned(statement: str, source: str) -> Alignment:
    return align(tokens(statement), tokens(source), source)


@pytest.mark.parametrize(
    ("statement", "source", "kind", "ours", "theirs"),
    [
        ("Tea does not reduce pain.", "Tea does reduce pain.", "negation", "not", ""),
        ("Tea increases pain.", "Tea reduces pain.", "direction", "increases", "reduces"),
        ("Tea may reduce severe pain.", "Tea reduces severe pain.", "modality", "may", ""),
        ("All mice drank tea daily.", "Mice drank tea daily.", "quantity", "All", ""),
        ("BERT reads long books.", "LSTM reads long books.", "name", "BERT", "LSTM"),
        ("Some 40 mice drank tea.", "Some 30 mice drank tea.", "number", "40", "30"),
        ("Tea cures old horses.", "Tea cures old mice.", "word", "horses", "mice"),
    ],
)
def test_one_changed_word_is_named_by_its_kind(
    statement: str, source: str, kind: DifferenceKind, ours: str, theirs: str
) -> None:
    assert Difference(kind, ours, theirs) in aligned(statement, source).differences


@pytest.mark.parametrize(
    ("statement", "source", "left"),
    [
        ("Tea reduces pain.", "Tea does not reduce pain.", Difference("negation", "", "not")),
        ("Tea reduces pain.", "Tea may reduce pain.", Difference("modality", "", "may")),
        ("Tea reduces pain.", "Tea reduces pain only in mice.", Difference("quantity", "", "only")),
    ],
)
def test_an_omitted_word_that_limits_the_claim_is_named(
    statement: str, source: str, left: Difference
) -> None:
    assert left in aligned(statement, source).differences


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Tea reduces pain.", "Tea reduces pain."),
        ("Tea reduces pain.", "In this study, tea reduces pain."),
        ("Tea reduces pain in mice.", "In mice, tea reduces pain."),
        ("We tested milk and tea daily.", "We tested tea and milk daily."),
    ],
)
def test_a_faithful_restatement_has_no_difference(statement: str, source: str) -> None:
    alignment = aligned(statement, source)
    assert alignment.differences == ()
    assert alignment.coverage == 1.0
    assert alignment.same


def test_exchanged_words_are_a_change_of_order() -> None:
    (difference,) = aligned("Mice eat cats.", "Cats eat mice.").differences
    assert difference.kind == "order"


def test_one_common_word_is_too_little_to_be_the_same() -> None:
    alignment = aligned("Tea.", "Tea.")
    assert (alignment.matched, alignment.coverage, alignment.same) == (1, 1.0, False)


def test_the_share_and_the_number_of_common_words_are_counted() -> None:
    half = aligned("Tea cures old horses.", "Tea helps old mice.")
    assert (half.coverage, half.matched, half.same) == (0.5, 2, False)
    none = aligned("The of.", "Tea helps.")
    assert (none.coverage, none.matched, none.same) == (0.0, 0, False)
    two = aligned("Tea helps.", "Tea helps.")
    assert (two.matched, two.same) == (2, True)


def test_a_name_must_be_the_same_as_written_and_another_word_by_its_stem() -> None:
    assert aligned("BERTs read books.", "BERT reads book.").differences[0] == Difference(
        "name", "BERTs", "BERT"
    )
    assert aligned("Readers read books.", "Reader reads book.").differences == ()


def test_what_stands_instead_is_taken_from_between_the_common_words() -> None:
    (word,) = aligned("Tea cures horses daily.", "Tea cures old sick mice daily in May.").differences[:1]
    assert word == Difference("word", "horses", "old sick mice")


@pytest.mark.parametrize(
    ("statement", "source", "difference"),
    [
        ("Tea never cures mice.", "Tea always cures mice.", Difference("direction", "never", "always")),
        (
            "Tea promotes sleep here.",
            "Tea inhibits sleep here.",
            Difference("turn", "promotes", "inhibits"),
        ),
        ("It is unsafe in mice.", "It is safe in mice.", Difference("direction", "unsafe", "safe")),
        ("It took 5 long days.", "It took many long days.", Difference("number", "5", "")),
        ("CNN reads old books.", "It reads old books.", Difference("name", "CNN", "")),
    ],
)
def test_a_word_in_place_of_another_is_named_by_what_it_changes(
    statement: str, source: str, difference: Difference
) -> None:
    assert aligned(statement, source).differences[0] == difference
