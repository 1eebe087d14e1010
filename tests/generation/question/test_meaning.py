"""What only asks for a yes is not searched for."""

from __future__ import annotations

import pytest

from assistant.generation.question.meaning import opened, unframed


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("I take it that naps help memory, correct?", "Naps help memory?"),
        ("Is it true that rents fell after the plague?", "Rents fell after the plague?"),
        ("Rents fell after the plague, didn't they?", "Rents fell after the plague?"),
        ("Am I right in thinking that statins prevent strokes?", "Statins prevent strokes?"),
        ("Isn\u2019t it the case that SSD is fast?", "SSD is fast?"),
        ("I have read that wages rose, is that right?", "Wages rose?"),
        ("Do naps help memory?", "Do naps help memory?"),
        ("Is it safe to nap at work?", "Is it safe to nap at work?"),
        ("Which naps are right?", "Which naps are right?"),
        ("Is it true that?", "Is it true that?"),
        ("I think that naps", "I think that naps"),
    ],
)
def test_a_frame_that_asks_for_a_yes_is_left_out(question: str, searched: str) -> None:
    assert unframed(question) == searched


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("ok and what is OutRank?", "What is OutRank?"),
        ("Thanks! What is SSD?", "What is SSD?"),
        ("Hello, how fast is SSD?", "How fast is SSD?"),
        ("and how fast is it?", "and how fast is it?"),
        ("Great apes sleep in nests", "Great apes sleep in nests"),
        ("Well water and health", "Well water and health"),
        ("thanks", "thanks"),
    ],
)
def test_what_only_leads_to_a_question_is_left_out(question: str, told: str) -> None:
    assert opened(question) == told
