from __future__ import annotations

import string
import tomllib
from pathlib import Path

import pytest

from assistant import Answer, Assistant, Paper, Refusal, Settings
from assistant.generation.refusals import other_language
from assistant.generation.refusals.other_language import explained

REFUSED = Refusal("off_topic")


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        ("Wie viel kostet das Brot in der Stadt?", "Die Arbeiten dieser Bibliothek"),
        ("Quel est le prix du pain à Paris ?", "Les articles de cette bibliothèque"),
        ("¿Cuánto cuesta el pan en los mercados?", "Los artículos de esta biblioteca"),
        ("Сколько стоит хлеб?", "Статьи этой библиотеки"),
        ("パンはいくらですか?", "このライブラリの論文"),
        ("La capital de Paraguay?", "The papers of this library"),  # Spanish or French: not certain
    ],
)
def test_a_refusal_says_why_in_the_language_of_the_question(question: str, beginning: str) -> None:
    answer = explained(Answer(question, "no", refusal=REFUSED, standalone=question), ["english"])
    assert answer.remark.startswith(beginning)
    assert "English" in answer.remark


def test_the_most_frequent_languages_of_the_papers_are_named() -> None:
    asked = "How much is the bread in town?"
    answer = explained(
        Answer(asked, "no", refusal=REFUSED, standalone=asked), ["spanish", "german", "chinese", "french"]
    )
    assert "(Spanish, German, Chinese)" in answer.remark


@pytest.mark.parametrize(
    ("question", "language"),
    [("How much is bread?", "english"), ("Wie viel kostet das Brot?", "german"), ("Wie viel kostet es?", "")],
)
def test_a_question_in_the_language_of_the_papers_is_told_nothing(question: str, language: str) -> None:
    refused = Answer(question, "no", refusal=REFUSED, standalone=question)
    assert explained(refused, ["finnish", language]) is refused


def test_an_answer_is_told_nothing() -> None:
    answer = Answer("Wie viel kostet das Brot?", "2", standalone="Wie viel kostet das Brot?")
    assert explained(answer, ["english"]) is answer


def test_every_sentence_names_the_language_of_the_papers() -> None:
    path = Path(other_language.__file__).with_suffix(".toml")
    for sentence in tomllib.loads(path.read_text(encoding="utf-8")).values():
        assert [field for _, field, _, _ in string.Formatter().parse(sentence) if field] == ["papers"]


def test_a_library_in_another_language_says_so_to_a_question_in_english(tmp_path: Path) -> None:
    with Assistant(tmp_path, settings=Settings()) as library:
        library.add(
            [
                Paper(
                    "a",
                    "Otter am Fluss",
                    "Die Otter wurden an dem Fluss gezählt. Es waren zwölf in einem Jahr.",
                ),
                Paper(
                    "b", "Biber am See", "Die Biber bauen einen Damm an dem See, und er hält für viele Jahre."
                ),
            ]
        )
        answer = library.ask("What is the capital of Paraguay and who won the cup?")
    assert answer.refusal
    assert answer.remark.startswith("The papers of this library are in another language (German).")
