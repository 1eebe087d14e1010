from __future__ import annotations

import pytest

from assistant.conversation.rewrite import MAX_QUESTION, checked, standalone
from assistant.core.answer import Usage
from assistant.core.errors import QuestionError


def test_a_question_is_trimmed_and_has_a_longest_length() -> None:
    assert checked("  Why? \n") == "Why?"
    assert checked("x" * MAX_QUESTION) == "x" * MAX_QUESTION
    with pytest.raises(QuestionError, match="4,001 characters and at most 4,000"):
        checked("x" * (MAX_QUESTION + 1))
    with pytest.raises(QuestionError, match="empty"):
        checked(" \n")


def test_without_history_a_question_stays() -> None:
    assert standalone("How fast is it?", [], None, Usage()) == "How fast is it?"
    system = [{"role": "system", "content": "Be kind."}, {"role": "assistant", "content": "Hello."}]
    assert standalone("How fast is it?", system, None, Usage()) == "How fast is it?"


@pytest.mark.parametrize("message", [{"role": "tool", "content": "x"}, {"role": "user"}, {"content": "x"}])
def test_history_of_another_form_is_refused(message: dict[str, object]) -> None:
    with pytest.raises(QuestionError, match="history is a list of"):
        standalone("Why?", [message], None, Usage())
