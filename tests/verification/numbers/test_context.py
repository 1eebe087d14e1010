from __future__ import annotations

import pytest

from assistant.verification.numbers.context import (
    NumberedText,
    NumberPlace,
    attached,
    attached_elsewhere,
    owner_stems,
    shared_words,
    stems_after,
    stems_before,
)


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
    assert shared_words(place("Dot takes 5 ms on phones"), place("It takes 9 ms on phones")) == 3


def test_a_number_is_attached_to_the_last_meaningful_word_before_it() -> None:
    assert attached(place("Accuracy of 92%")) == "accuraci"
    assert attached(place("92% of mice")) == ""


def test_words_count_while_they_are_equal_up_to_five_on_each_side() -> None:
    six = "a b c d e f 5 p q r s t u"
    assert shared_words(place(six), place(six.replace("5", "7"))) == 10
    assert shared_words(place(six), place("z b c d e f 7 p q r s t z")) == 10
    assert shared_words(place(six), place("a z c d e f 7 p q r s z u")) == 8
    assert shared_words(place("5 mice"), place("a 7 mice ran")) == 1
    assert shared_words(place("5"), place("7")) == 0


def test_what_stands_around_a_figure() -> None:
    assert place("It takes long. All 5 ms pass. Then on").context == "All 5 ms pass."
    assert place(f"{'x' * 19} 5 ms {'z' * 12}").context == f"{'x' * 19} 5 ms"
    assert place(f"a {'x' * 12}, 5 ms of rest").context == f"a {'x' * 12}, 5 ms of rest"
    assert place("It takes 5 ms").context == "It takes 5 ms"
    assert place(f"a{'x' * 20}, 5 ms").context == "5 ms"


@pytest.mark.parametrize(
    ("text", "number", "word"),
    [
        ("Mice of 5 and rats of 7", 1, "rat"),
        ("Mice 5 of 7", 1, ""),
        ("Mice in it 5", 0, "mice"),
        ("An ox in it 5", 0, ""),
        ("Mice as of us in it at 5", 0, ""),
    ],
)
def test_the_word_that_a_figure_is_attached_to(text: str, number: int, word: str) -> None:
    assert attached(place(text, number)) == word


@pytest.mark.parametrize(
    ("said", "there", "elsewhere"),
    [
        # The source has the figure beside another word, which the statement ties to another figure or lacks.
        ("Height 5, weight 7", "Speed 5, weight 9", True),
        ("Height 5, weight 7", "Weight 5 was seen", True),
        ("Height 5, weight 7", "Weight 5, height 9", False),
        ("Height 5 of speed", "Speed 5, weight 9", False),
        ("Height 5, weight 7", "Speed of height 5", False),
        ("Height 5, weight 7", "5 of them", False),
        ("5 of them", "Speed 5, weight 9", False),
        ("Height 5 mice, weight 7", "Speed 5 mice, weight 9", False),
    ],
)
def test_whether_a_source_ties_a_figure_to_other_words(said: str, there: str, elsewhere: bool) -> None:
    assert attached_elsewhere(place(said), [place(there)]) is elsewhere


@pytest.mark.parametrize(
    ("text", "number", "before", "after"),
    [
        ("Old mice of tea 5 green cats ran", 0, ("tea", "mice", "old"), ("green", "cat", "ran")),
        ("Old mice, tea 5 green, cats", 0, ("tea",), ("green",)),
        ("Tea 3 mice 5 cats 7 dogs", 1, ("mice",), ("cat",)),
        ("Tea 3 mice 5", 0, ("tea",), ("mice",)),
        ("5", 0, (), ()),
        ("An ox is 5 to us. Cats", 0, (), ()),
    ],
)
def test_the_words_on_both_sides_of_a_figure(
    text: str, number: int, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    one = place(text, number)
    assert (stems_before(one), stems_after(one)) == (before, after)


def test_hyphens_spaces_and_underscores_do_not_count() -> None:
    assert NumberedText("Type-2 _α b").squeezed == NumberedText("type 2αb").squeezed


def test_whose_a_figure_is_stands_behind_it() -> None:
    text = "It damaged 1.9% of the fruit, compared with 7.4% and 3.2% for a suction cup."
    source = NumberedText(text)
    found = {q.text: owner_stems(NumberPlace(source, q)) for q in source.quantities}
    assert found == {"1.9%": (), "7.4%": ("suction", "cup"), "3.2%": ("suction", "cup")}
