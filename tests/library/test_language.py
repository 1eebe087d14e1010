"""Which language a text is in, told by its letters and function words."""

from __future__ import annotations

import pytest

from assistant.library.embedding.language import is_other, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How fast is SSD?", "english"),
        ("Wie schnell ist SSD?", "german"),
        ("À quelle vitesse fonctionne SSD ?", "french"),
        ("¿Qué tan rápido es SSD?", "spanish"),
        ("Quanto è veloce SSD?", "italian"),
        ("Hoe snel is SSD?", "dutch"),
        ("SSD 有多快？", "chinese"),
        ("SSDはどれくらい速いですか", "japanese"),
        ("Насколько быстр SSD?", "russian"),
        ("¿Cuántos deepfakes contiene DFLIP-3K?", "spanish"),
        ("Vergleiche SSD und Next-ViT", "german"),
        ("TNF-α and IL-6", "english"),
        ("SSD speed", ""),
    ],
)
def test_a_language_is_known_by_its_function_words_or_letters(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("今日の天気は？", "japanese"),
        ("PlainMamba-L3 的 FLOPs 减少了多少？", "chinese"),
        ("수달은 몇 마리였습니까?", "korean"),
        ("कैफीन का नींद पर क्या असर है?", "hindi"),
    ],
)
def test_one_sign_of_chinese_or_japanese_says_as_much_as_a_word(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Którego leku dotyczyły artykuły opublikowane w Krakowie?",
        "Öğle uykusu belleği güçlendirir mi?",
        "Helpt vitamine D verkoudheid te voorkomen?",
        "I neonicotinoidi danneggiano le api?",
    ],
)
def test_a_language_that_is_not_listed_is_another_one_still(text: str) -> None:
    assert is_other(text)


@pytest.mark.parametrize(
    "text",
    [
        "IL-10 production by monocytes inhibits CD4 + T cell response.",
        "Vitamin D deficiency effects birth weight.",
        "Pyridostatin deregulates G2/M progression.",
        "Acute hepatitis C in Israel: a predominantly iatrogenic disease?",
        "Non-invasive ventilation: helmet versus facial mask",
        "Schrödinger bridges",
        "Poincaré embeddings",
        "",
        "2023",
        "The dose was 5 ¡À 2 mg in the group that had been treated.",
    ],
)
def test_abbreviations_and_names_make_no_other_language_of_english(text: str) -> None:
    assert not is_other(text)
