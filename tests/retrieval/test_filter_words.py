"""Which words of a question are filters, what they mean and how sure they are."""

from __future__ import annotations

import pytest

from assistant.core.paper import Paper
from assistant.core.text.tokens import tokens
from assistant.library.catalogue import Catalogue
from assistant.retrieval.filter_words import FilterWords, authors, plain_word, venues, years

SHELF = Catalogue.of(
    (
        Paper("a", "Tones", "Tones help.", ("Hansen, Mette Marie", "Osei, Kofi"), 2016, "Journal of Sleep and Mind"),
        Paper("b", "Naps", "Naps help.", ("Ito, K.",), 2019, "Sleep"),
        Paper("c", "Adam", "Adam is an optimiser.", ("Adam, Eve",), 2020, "Soil Letters of the North"),
        Paper("d", "Hedges", "Hedges.", ("Anna van der Linde", "Will, Ann", "Brown, Z."), 2022, " Soil Letters of the North "),
        Paper("e", "No record", "It has none."),
    )
)  # fmt: skip
STEMS = {token.stem for paper in SHELF.papers for token in tokens(f"{paper.title} {paper.abstract}")}


def of_years(question: str, *others: FilterWords) -> list[FilterWords]:
    return list(years(tokens(question), others))


def told(question: str, filters: list[FilterWords]) -> list[tuple[str, str, bool]]:
    """The words of each filter, its value, and whether it is sure."""
    words = tokens(question)
    return [(one.filter_of(question, words).words, one.value, one.sure) for one in filters]


@pytest.mark.parametrize(
    ("question", "words", "value", "sure"),
    [
        ("Sleep in 2019", "in 2019", "2019", False),
        ("2019", "2019", "2019", False),
        ("And 2019?", "2019", "2019", False),
        ("papers from 2019", "from 2019", "2019", True),
        ("studies of sleep from 2019", "from 2019", "2019", False),
        ("appeared in 2019", "appeared in 2019", "2019", True),
        ("2019 papers", "2019", "2019", True),
        ("What 2019 naps", "2019", "2019", False),
        ("since 2019", "since 2019", "since 2019", False),
        ("from 2019 onwards", "from 2019 onwards", "since 2019", False),
        ("from 2019 on", "from 2019 on", "since 2019", False),
        ("in 2019 or later", "in 2019 or later", "since 2019", False),
        ("in 2019 and later", "in 2019 and later", "since 2019", False),
        ("2019 or later", "2019", "2019", False),
        ("after 2019", "after 2019", "since 2020", False),
        ("after 2018-2019", "after 2018-2019", "since 2020", False),
        ("until 2019", "until 2019", "until 2019", False),
        ("till 2018-2019", "till 2018-2019", "until 2019", False),
        ("before 2018-2019", "before 2018-2019", "until 2017", False),
        ("papers since 2019 onwards", "since 2019 onwards", "since 2019", True),
        ("between 2018 and 2020", "between 2018 and 2020", "2018 to 2020", False),
        ("papers between 2018 and 2020", "between 2018 and 2020", "2018 to 2020", True),
        ("from 2018 to 2019-2020", "from 2018 to 2019-2020", "2018 to 2020", False),
        ("in 2018 through 2020", "in 2018 through 2020", "2018 to 2020", False),
        ("in 2018-2020", "in 2018-2020", "2018 to 2020", False),
        ("in 2019-2019", "in 2019-2019", "2019", False),
        ("in 1500", "in 1500", "1500", False),
        ("in 2100", "in 2100", "2100", False),
    ],
)
def test_words_that_say_years(question: str, words: str, value: str, sure: bool) -> None:
    assert told(question, of_years(question)) == [(words, value, sure)]


@pytest.mark.parametrize(
    "question", ["in 1499", "in 2101", "in 2020-2019", "in 201", "in 20190", "in 2018-2019-2020", "in 20a9", "", "in ٢٠١٩"]
)  # fmt: skip
def test_other_figures_are_no_years(question: str) -> None:
    assert of_years(question) == []


def test_two_years_that_no_word_joins_are_two_filters() -> None:
    question = "2018 and 2020"
    assert told(question, of_years(question)) == [("2018", "2018", False), ("2020", "2020", False)]
    question = "between 2018 and 2020 or in 2022"
    assert [value for _, value, _ in told(question, of_years(question))] == ["2018 to 2020", "2022"]


def test_a_year_behind_an_author_is_sure() -> None:
    question = "Ito 2019 naps 2020"
    words = tokens(question)
    (ito,) = authors(words, SHELF, STEMS.__contains__)
    assert [one.sure for one in years(words, [ito])] == [True, False]
    venue = FilterWords(0, 0, "venue", "Ito", lambda shelf: shelf, sure=True)
    assert [one.sure for one in years(words, [venue])] == [False, False]


@pytest.mark.parametrize(
    ("question", "years_", "passing"),
    [
        ("in 2019", [2018, 2019, 2020], [2019]),
        ("since 2019", [2018, 2019, 9999], [2019, 9999]),
        ("until 2019", [0, 1, 2019, 2020], [0, 1, 2019]),
        ("from 2018 to 2019", [2017, 2018, 2019, 2020], [2018, 2019]),
    ],
)
def test_both_ends_of_a_span_pass(question: str, years_: list[int], passing: list[int]) -> None:
    (span,) = of_years(question)
    shelf = Catalogue.of([*(Paper(str(y), f"Paper {y}", "A.", year=y) for y in years_), SHELF.papers[4]])
    assert [paper.year for paper in span.choose(shelf)] == passing


def of_authors(question: str) -> list[tuple[str, str, bool]]:
    return told(question, list(authors(tokens(question), SHELF, STEMS.__contains__)))


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("papers by Hansen", [("by Hansen", "Hansen", True)]),
        ("by Hansen", [("by Hansen", "Hansen", True)]),
        ("papers by Mette Marie Hansen", [("by Mette Marie Hansen", "Hansen", False)]),
        ("is by hansen", [("by hansen", "Hansen", True)]),
        ("told by hansen", [("by hansen", "Hansen", False)]),
        ("told by Hansen", [("by Hansen", "Hansen", True)]),
        ("told by Adam", [("by Adam", "Adam", False)]),
        ("papers by Hansn", [("by Hansn", "Hansen", True)]),
        ("told by Hansn", []),
        ("hansen naps", [("hansen", "Hansen", False)]),
        ("Hansen et al. say", [("Hansen et al", "Hansen", True)]),
        ("hansen and colleagues say", [("hansen and colleagues", "Hansen", True)]),
        ("Hansn et al. say", [("Hansn et al", "Hansen", True)]),
        ("Does Hansen say it", [("Hansen", "Hansen", True)]),
        ("does hansen say it", [("hansen", "Hansen", False)]),
        ("Hansen's study", [("Hansen's", "Hansen", True)]),
        ("Hansen's view", [("Hansen's", "Hansen", False)]),
        ("Hansen study", [("Hansen", "Hansen", False)]),
        ("Hansen (2016) say", [("Hansen", "Hansen", True)]),
        ("Adam (2016) say", [("Adam", "Adam", False)]),
        ("Adam et al. say", [("Adam et al", "Adam", True)]),
        ("naps will help", []),
        ("papers by Will", [("by Will", "Will", True)]),
        ("Will et al. say", [("Will et al", "Will", True)]),
        ("K. Ito says", [("K. Ito", "Ito", False)]),
        ("Kofi Hansen says", [("Hansen", "Hansen", False)]),
        ("Anna van der Linde", [("Anna van der Linde", "van der Linde", False)]),
        ("papers by van der Linde", [("by van der Linde", "van der Linde", True)]),
        ("papers by Broun", [("by Broun", "Broun", False)]),
        ("papers by Itoh", [("by Itoh", "Itoh", False)]),
        ("papers by Albert Einstein on naps", [("by Albert Einstein", "Albert Einstein", False)]),
        ("papers by Albert", [("by Albert", "Albert", False)]),
        ("papers by Naps", []),
        ("papers by Linde", [("by Linde", "van der Linde", True)]),
        ("papers by Hänsen", [("by Hänsen", "Hansen", True)]),
        ("papers by Haensen", [("by Haensen", "Hansen", True)]),
        ("papers by einstein", []),
        ("told by Einstein", []),
        ("papers by", []),
    ],
)
def test_words_that_name_authors(question: str, filters: list[tuple[str, str, bool]]) -> None:
    assert of_authors(question) == filters


def test_who_passes_an_authors_filter() -> None:
    words = tokens("papers by Hansen")
    (hansen,) = authors(words, SHELF, STEMS.__contains__)
    assert hansen.choose(SHELF).ids == ("a",)
    (nobody,) = authors(tokens("papers by Einstein"), SHELF, STEMS.__contains__)
    assert nobody.choose(SHELF).ids == ()


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("papers in Sleep", [("in Sleep", "Sleep", True)]),
        ("naps in sleep", [("in sleep", "Sleep", False)]),
        ("in Sleep", [("in Sleep", "Sleep", False)]),
        ("published in Sleep", [("published in Sleep", "Sleep", True)]),
        ("published at the Sleep", [("published at the Sleep", "Sleep", True)]),
        ("of Sleep", []),
        ("papers of Sleep", []),
        ("naps from Mind", [("from Mind", "Journal of Sleep and Mind", False)]),
        ("naps in the Journal of Sleep and Mind", [("in the Journal of Sleep and Mind", "Journal of Sleep and Mind", True)]),
        ("naps in the Journal of Sleep", [("in the Journal of Sleep", "Journal of Sleep and Mind", False)]),
        ("naps in Soil Letters", [("in Soil Letters", "Soil Letters of the North", False)]),
        ("naps in Soil Letters of the North", [("in Soil Letters of the North", "Soil Letters of the North", True)]),
        ("naps in the North", [("in the North", "Soil Letters of the North", False)]),
        ("naps in Soil Letters of 2019", [("in Soil Letters", "Soil Letters of the North", False)]),
        ("naps in the", []),
        ("naps in 2019", []),
        ("naps in of the", []),
    ],
)  # fmt: skip
def test_words_that_name_venues(question: str, filters: list[tuple[str, str, bool]]) -> None:
    assert told(question, list(venues(tokens(question), SHELF))) == filters


def test_a_part_of_several_venues_names_them_all() -> None:
    shelf = Catalogue.of(
        (
            Paper("x", "X", "X.", venue="Soil A"),
            Paper("y", "Y", "Y.", venue=" Soil B "),
            Paper("z", "Z", "Z."),
        )
    )
    (soil,) = venues(tokens("papers in Soil"), shelf)
    assert (soil.value, soil.sure) == ("Soil A / Soil B", True)
    assert soil.choose(shelf).ids == ("x", "y")


@pytest.mark.parametrize(
    ("word", "plain"), [("Hansen’s", "hansen"), ("Müller's", "muller"), ("Sleep", "sleep")]
)
def test_a_word_is_compared_without_case_accents_and_s(word: str, plain: str) -> None:
    assert plain_word(tokens(word)[0]) == plain
