"""What may stand in another place in a statement than in its sentence."""

from __future__ import annotations

import pytest

from assistant.core.text.tokens import tokens
from assistant.verification.alignment.align import align
from assistant.verification.alignment.differences import Difference


def differences(statement: str, source: str) -> tuple[Difference, ...]:
    return align(tokens(statement), tokens(source), source).differences


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        # Members of a list
        ("Mice drink tea and milk.", "Mice drink milk and tea."),
        ("Mice drink tea or milk.", "Mice drink milk or tea."),
        ("Mice drink hot green tea and milk.", "Mice drink milk and hot green tea."),
        ("Tea and milk take 5 minutes.", "Milk and tea take 5 minutes."),
        # Adverbs
        ("Tea slowly reduces pain.", "Tea reduces pain slowly."),
        ("Tea reduces pain slowly.", "Tea slowly reduces pain."),
        # Whole phrases
        ("In mice tea reduces pain.", "Tea reduces pain in mice."),
        ("With rest, tea reduces pain in mice.", "Tea reduces pain in mice with rest."),
    ],
)
def test_lists_adverbs_and_whole_phrases_may_move(statement: str, source: str) -> None:
    assert differences(statement, source) == ()


@pytest.mark.parametrize(
    ("statement", "source", "words"),
    [
        # Members of a list that something else hangs on, or that are long
        ("Mice drink tea and milk.", "Mice drink milk or tea.", "milk"),
        ("Mice drink old hot green tea and milk.", "Mice drink milk and old hot green tea.", "milk"),
        ("Tea and milk take 3 and 5 minutes.", "Milk and tea take 3 and 5 minutes.", "milk"),
        ("Tea and milk rest respectively.", "Milk and tea rest respectively.", "milk"),
        ("Pain and fear increase.", "Fear and pain increase.", "fear"),
        # Adverbs that bind
        ("Tea only reduces pain.", "Tea reduces only pain.", "reduces"),
        ("Tea often reduces pain.", "Tea reduces pain often.", "reduces pain"),
        ("Tea exactly reduces pain.", "Tea reduces pain exactly.", "reduces pain"),
        ("Tea unlikely reduces pain.", "Tea reduces pain unlikely.", "reduces pain"),
        # Roles
        ("Mice eat cats.", "Cats eat mice.", "eat"),
        ("Tea reduces fear more than pain.", "Tea reduces pain more than fear.", "more than"),
        ("Mice drink tea, rats drink milk.", "Mice drink milk, rats drink tea.", "milk"),
    ],
)
def test_anything_else_that_moves_is_a_change_of_order(statement: str, source: str, words: str) -> None:
    assert differences(statement, source) == (Difference("order", words, ""),)
