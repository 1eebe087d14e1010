"""Which quotes can carry a statement, and why others cannot."""

from __future__ import annotations

import pytest
from support.encoded import OneHot

from assistant.verification.approval import doubt

WORDS = OneHot()
STUDY = WORDS.paper(
    "Green tea reduces pain in old mice by 12%. Coffee without milk does not wake rats. "
    "Long short term memory networks read GPT-2 texts from Berlin.",
    "A study of tea",
)
NOT_SPOKEN_OF = "names words that do not speak of it."
NO_FIGURES = "the words that it names do not have the figures."
OTHERWISE = "the words that it names say otherwise."


def why(statement: str, *quotes: str, question: str = "", silent: bool = False) -> str:
    return doubt(statement, quotes, [STUDY], question, silent=silent)


PAIN = "Green tea reduces pain in old mice by 12%."
COFFEE = "Coffee without milk does not wake rats."
NETWORKS = "Long short term memory networks read GPT-2 texts from Berlin."


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The pain of the old mice is reduced by green tea.", PAIN),
        ("The tea reduces the pain by 12%.", PAIN),
        ("The rats do not wake from the coffee.", COFFEE),
        ("The LSTM networks read these texts.", NETWORKS),
        ("The networks that read GPT-2s are from Berlin.", NETWORKS),
        ("The networks read texts of GPT2 in Berlin.", NETWORKS),
        ("The study is of tea.", ""),
        ("Tee reduziert Schmerzen alter Mice", PAIN),
    ],
)
def test_words_that_speak_of_a_statement_carry_it(statement: str, quote: str) -> None:
    assert why(statement, *([quote] if quote else [])) == ""


@pytest.mark.parametrize(
    ("statement", "quote", "reason"),
    [
        ("The birds sing in a tall tree at dawn.", PAIN, NOT_SPOKEN_OF),
        ("Vögel singen morgens", PAIN, NOT_SPOKEN_OF),
        ("The tea reduces the pain by 13%.", PAIN, NO_FIGURES),
        ("The tea of the study reduces pain in Paris.", PAIN, 'the abstract does not name "Paris".'),
        ("The networks read texts of BERT.", NETWORKS, 'the abstract does not name "BERT".'),
        ("The networks read GPT-3 texts.", NETWORKS, 'the abstract does not name "GPT-3".'),
        ("The tea increases pain in the old mice.", PAIN, OTHERWISE),
        ("The tea does not reduce pain in the old mice.", PAIN, OTHERWISE),
        ("The coffee does wake the rats.", COFFEE, OTHERWISE),
    ],
)
def test_why_words_do_not_carry_a_statement(statement: str, quote: str, reason: str) -> None:
    assert why(statement, quote) == reason


def test_a_name_of_the_question_is_known() -> None:
    assert why("The tea reduces the pain in Paris.", PAIN) != ""
    assert why("The tea reduces the pain in Paris.", PAIN, question="And in Paris?") == ""


@pytest.mark.parametrize(
    ("statement", "silent", "reason"),
    [
        # One of four words is a quarter, but two must be shared; two of five are under a half.
        ("The tea is a warm drink of kings.", False, NOT_SPOKEN_OF),
        ("The old tea is a drink of many wise kings.", False, ""),
        ("The old tea is a drink of many wise kings.", True, NOT_SPOKEN_OF),
        ("The old green tea is a drink of wise kings.", True, ""),
    ],
)
def test_more_must_be_shared_where_the_rules_find_nothing(statement: str, silent: bool, reason: str) -> None:
    assert why(statement, PAIN, silent=silent) == reason


@pytest.mark.parametrize(
    ("statement", "reason"),
    [("The tea is here.", ""), ("The tea of kings.", ""), ("The kings.", NOT_SPOKEN_OF)],
)
def test_of_a_short_statement_one_word_is_enough(statement: str, reason: str) -> None:
    assert why(statement, PAIN) == reason
