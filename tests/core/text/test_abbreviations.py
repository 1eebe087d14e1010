from __future__ import annotations

import time

import pytest

from assistant.core.text.abbreviations import is_abbreviation, spelled_out


@pytest.mark.parametrize(
    ("word", "is_one"),
    [
        ("CTR", True),
        ("SSMs", True),
        ("OK", True),
        ("A", False),
        ("BERT4Rec", False),
        ("Otter", False),
        ("NSAIDABC", False),
    ],
)
def test_an_abbreviation_is_two_to_six_capitals(word: str, is_one: bool) -> None:
    assert is_abbreviation(word) is is_one


@pytest.mark.parametrize(
    ("short", "text", "words"),
    [
        ("EEG", "We recorded electroencephalography (EEG) at night.", "electroencephalography"),
        ("RCT", "A randomised, controlled trial (RCT) was held.", "randomised, controlled trial"),
        (
            "NSAIDs",
            "Some non-steroidal anti-inflammatory drugs (NSAIDs) help.",
            "non-steroidal anti-inflammatory drugs",
        ),
        ("MI", "Myocardial infarction (MI) is rare.", "Myocardial infarction"),
        ("OSA", "It shows that obstructive sleep apnoea was frequent.", "obstructive sleep apnoea"),
        ("CTR", "They predict click-through rates.", "click-through rates"),
        ("MI", "Mice increase.", ""),  # any two words spell two initials
        ("CTR", "Cats, then rats.", ""),
        ("TBR", "They are beyond the reach.", ""),
        ("XYZ", "Nothing spells it.", ""),
        ("OSA", "", ""),
    ],
)
def test_words_before_brackets_or_with_these_initials_spell_it(short: str, text: str, words: str) -> None:
    assert spelled_out(short, [text]) == words


def test_the_neighbours_decide_between_two() -> None:
    texts = ["A common text representation is used.", "We study click-through rate prediction."]
    assert spelled_out("CTR", texts) == ""
    assert spelled_out("CTR", texts, ("best", "predict")) == "click-through rate"
    assert spelled_out("CTR", texts, ("a", "")) == "common text representation"
    assert spelled_out("CTR", [*texts, texts[1]]) == "click-through rate"
    assert spelled_out("CTR", [*texts * 2, "The cost-time ratio (CTR) fell."]) == "cost-time ratio"


def test_twenty_thousand_abstracts_are_read_in_seconds() -> None:
    text = (
        "Click-through rates of readers were counted, and a controlled trial of many reminders was held. "
        * 12
    )
    began = time.process_time()
    assert spelled_out("CTR", [text] * 2000) == "Click-through rates"
    assert time.process_time() - began < 5
