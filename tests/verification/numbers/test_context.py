from __future__ import annotations

from assistant.verification.numbers.context import NumberedText, NumberPlace, alike, attached, owners


def place(text: str, number: int = 0) -> NumberPlace:
    source = NumberedText(text)
    return NumberPlace(source, source.quantities[number])


def test_numbers_stand_as_one_sign_among_the_words() -> None:
    assert NumberedText("Dot takes about 5 ms here").words == (
        (0, "dot"),
        (4, "takes"),
        (16, "#"),
        (21, "here"),
    )


def test_equal_words_around_two_numbers_are_counted_on_both_sides() -> None:
    assert alike(place("Dot takes 5 ms on phones"), place("It takes 9 ms on phones")) == 3


def test_a_number_is_attached_to_the_last_meaningful_word_before_it() -> None:
    assert attached(place("Accuracy of 92%")) == "accuraci"
    assert attached(place("92% of mice")) == ""


def test_whose_a_figure_is_stands_behind_it() -> None:
    text = "It damaged 1.9% of the fruit, compared with 7.4% and 3.2% for a suction cup."
    source = NumberedText(text)
    found = {q.text: owners(NumberPlace(source, q)) for q in source.quantities}
    assert found == {"1.9%": (), "7.4%": ("suction", "cup"), "3.2%": ("suction", "cup")}
