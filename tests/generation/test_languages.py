"""Questions and papers in any two languages, without a model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Paper, Settings

GERMAN = (
    Paper("laternen", "Straßenlaternen und Fledermäuse", "Straßenlaternen stören Tiere, die in der Nacht jagen. Weißes Licht halbierte die Aktivität langsamer Fledermäuse an 40 Straßen. Bernsteinfarbene Lampen störten sie nicht."),
    Paper("hecken", "Hecken am Ackerrand", "Am Rand von 25 Äckern wurden Hecken gepflanzt. Nach sechs Jahren lebten dort doppelt so viele Laufkäfer. Der Ertrag des Weizens blieb gleich."),
    Paper("schichtarbeit", "Schlaf bei Schichtarbeit", "Wir befragten 310 Pflegekräfte in Schichtarbeit. Nach drei Nachtdiensten schliefen sie im Mittel 94 Minuten kürzer. Ein Mittagsschlaf von 20 Minuten senkte die Zahl der Fehler."),
    Paper("torf", "Wiedervernässung von Mooren", "Ein entwässertes Moor gibt Kohlendioxid ab. Die Wiedervernässung senkte den Ausstoß um zwei Drittel. Methan stieg in den ersten beiden Sommern."),
    Paper("brot", "Sauerteig und Salz", "Brot mit langer Teigführung braucht weniger Salz. In einer Verkostung mit 60 Personen fiel ein Fünftel weniger Salz nicht auf."),
)  # fmt: skip
SPANISH = (
    Paper("sal", "Sal y presión arterial", "Se siguió a 412 trabajadores por turnos durante dos años. La presión sistólica bajó 6 mmHg en los menores de 40 años. En los mayores no cambió."),
    Paper("olivos", "Riego de los olivos", "Los olivos se regaron con la mitad del agua durante tres veranos. La cosecha cayó un 8 por ciento. El aceite tuvo más polifenoles."),
    Paper("lectura", "Lectura en voz alta en la escuela", "Los maestros leyeron en voz alta cada mañana en 30 escuelas. El vocabulario de los niños creció más que en las otras escuelas."),
    Paper("arrecife", "Ruido de barcos y peces del arrecife", "El ruido de los barcos tapa las llamadas de los peces. Los peces payaso comieron menos cerca de los muelles."),
    Paper("cafe", "Café antes de dormir", "Veinte adultos tomaron café seis horas antes de dormir. Su sueño fue una hora más corto."),
)  # fmt: skip

ENGLISH = (
    Paper("lamps", "Street lamps and bats", "Street lamps disturb animals that hunt at night. White light halved the activity of slow bats along 40 roads. Amber lamps did not disturb them."),
    Paper("salt", "Salt and blood pressure", "We followed 412 shift workers for two years. Systolic pressure fell by 6 mmHg in those under 40. In older workers it did not change."),
    Paper("peat", "Rewetting of bogs", "A drained bog gives off carbon dioxide. Rewetting cut emissions by two thirds. Methane rose in the first two summers."),
    Paper("noise", "Noise of boats and fish of the reef", "The noise of boats masks the calls of fish. Clownfish ate less near the piers."),
    Paper("bread", "Sourdough and salt", "Bread from long fermentation needs less salt. In a tasting with 60 people a fifth less salt went unnoticed."),
)  # fmt: skip


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(tmp_path_factory.mktemp("english"), settings=Settings()) as library:
        library.add(ENGLISH)
        yield library


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(tmp_path_factory.mktemp("german"), settings=Settings()) as library:
        library.add(GERMAN)
        yield library


@pytest.fixture(scope="module")
def spanish(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(tmp_path_factory.mktemp("spanish"), settings=Settings()) as library:
        library.add(SPANISH)
        yield library


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Wie stark senkte die Wiedervernässung den Ausstoß?", "zwei Drittel"),
        ("Wie viele Laufkäfer lebten nach sechs Jahren in den Hecken?", "doppelt so viele"),
        ("Welches Licht störte die Fledermäuse nicht?", "Bernsteinfarbene"),
        ("Wie viel kürzer schliefen die Pflegekräfte nach Nachtdiensten?", "94 Minuten"),
        ("Was senkte die Zahl der Fehler?", "Mittagsschlaf"),
    ],
)
def test_questions_in_german_are_answered_from_german_abstracts(
    german: Assistant, question: str, words: str
) -> None:
    answer = german.ask(question)
    assert not answer.refusal
    assert words in answer.text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("¿Cuánto bajó la presión sistólica en los menores de 40 años?", "6 mmHg"),
        ("¿Cuánto cayó la cosecha de los olivos?", "8 por ciento"),
        ("¿Dónde comieron menos los peces payaso?", "cerca de los muelles"),
        ("¿Qué pasó con el sueño de los adultos que tomaron café?", "una hora más corto"),
    ],
)
def test_questions_in_spanish_are_answered_from_spanish_abstracts(
    spanish: Assistant, question: str, words: str
) -> None:
    answer = spanish.ask(question)
    assert not answer.refusal
    assert words in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Was kostet eine Fahrkarte nach Hamburg?",
        "Wer gewann die Weltmeisterschaft im Jahr 1990?",
        "Wie wirkt sich der Mond auf die Gezeiten aus?",
        "Welche Rolle spielt Vitamin D bei Kindern?",
    ],
)
def test_questions_in_german_about_something_else_are_refused(german: Assistant, question: str) -> None:
    answer = german.ask(question)
    assert answer.refusal
    assert "language" not in answer.remark, "the papers are in German, too"


@pytest.mark.parametrize(
    "question",
    [
        "¿Quién ganó el mundial de fútbol?",
        "¿Cuánto cuesta el pan en los mercados?",
        "¿Qué es una red neuronal?",
    ],
)
def test_questions_in_spanish_about_something_else_are_refused(spanish: Assistant, question: str) -> None:
    assert spanish.ask(question).refusal


def test_an_english_question_to_a_library_of_two_other_languages_is_answered_in_english(
    tmp_path: Path,
) -> None:
    with Assistant(tmp_path, settings=Settings()) as library:
        library.add([*GERMAN, *SPANISH[:3]])
        assert library.ask("How do the tides change?").remark.startswith(
            "The papers of this library are in another"
        )
        assert "language" not in library.ask("Was kostet das Brot bei dem Bäcker?").remark
        assert "language" not in library.ask("¿Cuánto cuesta el pan en los mercados?").remark


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Welche Lampen stören die Fledermäuse nicht?", "Amber lamps"),
        ("Combien la pression systolique a-t-elle baissé chez les moins de 40 ans ?", "6 mmHg"),
        ("¿Dónde comieron menos los peces payaso?", "near the piers"),
        ("Di quanto la riumidificazione delle torbiere ha ridotto le emissioni?", "two thirds"),
        ("小丑鱼在哪里吃得更少？", "near the piers"),
        (
            "Które światło nie przeszkadzało nietoperzom, a które zmniejszyło ich aktywność?",
            "halved the activity",
        ),
        ("Как белый свет повлиял на летучих мышей?", "halved the activity"),
        ("パンの塩はどれだけ減らせますか？", "a fifth less salt"),
    ],
)
def test_questions_in_any_language_are_answered_from_english_abstracts(
    english: Assistant, question: str, words: str
) -> None:
    answer = english.ask(question)
    assert not answer.refusal
    assert words in answer.text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (
            "How do street lamps affect bats?",
            ("Weißes Licht halbierte", "Bernsteinfarbene Lampen störten sie nicht"),
        ),
        ("How much less carbon dioxide do rewetted bogs give off?", ("zwei Drittel",)),
        ("How many beetles lived in the hedges?", ("doppelt so viele Laufkäfer",)),
        ("Quelle lumière dérange moins les chauves-souris ?", ("Bernsteinfarbene Lampen",)),
    ],
)
def test_questions_in_any_language_are_answered_from_german_abstracts(
    german: Assistant, question: str, words: tuple[str, ...]
) -> None:
    answer = german.ask(question)
    assert not answer.refusal
    assert any(one in answer.text for one in words)


@pytest.mark.parametrize(
    "question",
    [
        "Wer gewann die Weltmeisterschaft im Jahr 1990?",
        "¿Cuál es la capital de Paraguay?",
        "東京から京都まで何時間ですか。",
    ],
)
def test_what_english_abstracts_say_nothing_about_is_refused_in_any_language(
    english: Assistant, question: str
) -> None:
    answer = english.ask(question)
    assert answer.refusal
    assert "English" in answer.remark


def test_a_quote_from_another_language_is_never_said_to_be_certain(english: Assistant) -> None:
    """What tells how well a question is met is told by meaning alone."""
    answer = english.ask("Welche Lampen stören die Fledermäuse nicht?")
    assert answer.score < 0.95
    assert {statement.evidence[0].quote in ENGLISH[0].abstract for statement in answer.statements} == {True}
