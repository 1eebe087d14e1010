from __future__ import annotations

import pytest

from assistant.core.paper import Paper
from assistant.core.text.tokens import tokens
from assistant.library.catalogue import Catalogue
from assistant.retrieval.library_question import LibraryQuestion, library_question, speaks_of_records

SHELF = Catalogue.of(
    (
        Paper(
            "a", "Tones", "Tones help.", ("Hansen, Mette", "Osei, Kofi"), 2016, "Journal of Sleep and Mind"
        ),
        Paper("b", "Naps", "Naps help.", ("Ito, Kenji",), 2019, "Sleep"),
        Paper("c", "Adam", "Adam is an optimiser.", ("Adam, Eve",), 2020, "Soil Letters"),
        Paper("d", "Hedges", "Hedges help.", ("Anna van der Linde", "Hansen, Mette"), 2022, "Soil Letters"),
        Paper("e", "No record", "It has none."),
    )
)
STEMS = {token.stem for paper in SHELF.papers for token in tokens(f"{paper.title} {paper.abstract}")}


def read(question: str) -> LibraryQuestion:
    return library_question(question, SHELF, STEMS.__contains__)


def chosen(question: str) -> str:
    return "".join(paper.id for paper in read(question).papers)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Hello", "greeting"),
        ("good morning!", "greeting"),
        ("thanks a lot", "thanks"),
        ("Great, thank you very much!", "thanks"),
        ("What can you do?", "help"),
        ("help", "help"),
        ("How many papers do you have?", "count"),
        ("What topics are covered?", "topics"),
        ("What is this library about?", "topics"),
        ("What is the newest paper?", "newest"),
        ("Which is the oldest study in the library?", "oldest"),
        ("Which journals are in the library?", "venues"),
        ("Who are the authors?", "authors"),
        ("What languages are the papers in?", "languages"),
        ("Which papers are from 2019?", "papers"),
        ("List all papers", "papers"),
        ("What did Hansen et al. find?", "findings"),
        ("What does the 2016 study conclude?", "findings"),
    ],
)
def test_a_question_that_has_only_words_for_a_library_and_filters_is_for_the_records(
    question: str, asked: str
) -> None:
    about = read(question)
    assert (about.asked, about.rest) == (asked, "")


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Which paper is the newest on naps?", "newest"),
        ("What does the latest study of naps find?", "newest"),
        ("the most recent articles on naps", "newest"),
        ("Show me the oldest papers about naps", "oldest"),
        ("Which paper on naps is the earliest?", "oldest"),
        ("Which paper cites the earliest GPT?", "papers"),
        ("Which recent papers are on naps?", "papers"),
        ("Which papers use the latest GPT?", "papers"),
        ("What is the latest in naps?", ""),
    ],
)
def test_papers_on_something_are_asked_for_by_their_age_where_the_word_belongs_to_papers(
    question: str, asked: str
) -> None:
    about = read(question)
    assert (about.asked, bool(about.rest)) == (asked, True)


@pytest.mark.parametrize(
    "question",
    [
        "How fast is Adam?",
        "What is it?",
        "What do these papers say?",
        "Thanks, and what is a nap?",
        "What can you tell me about naps?",
        "How many children took part?",
        "Does it help?",
        "What happened in 2019?",
        "Who is right?",
        "Which is good?",
    ],
)
def test_any_other_content_leaves_a_question_as_it_is(question: str) -> None:
    about = read(question)
    assert (about.rest, about.filters) == (question, ())


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("Which papers are from 2019?", "b"),
        ("Which are from 2019?", "b"),
        ("papers since 2019", "bcd"),
        ("papers after 2019", "cd"),
        ("studies published before 2019", "a"),
        ("studies until 2019", "ab"),
        ("Which papers appeared between 2016 and 2019?", "ab"),
        ("papers from 2016 to 2019", "ab"),
        ("papers from 2016-2019", "ab"),
        ("papers from 2019 onwards", "bcd"),
        ("papers from 2019 or later", "bcd"),
        ("2020 papers", "c"),
        ("papers by Hansen", "ad"),
        ("papers by hansen", "ad"),
        ("Which papers did Ito write?", "b"),
        ("papers by Kenji Ito", "b"),
        ("papers by Hansn", "ad"),
        ("What did van der Linde find?", "d"),
        ("Hansen and Osei", "a"),
        ("papers by Hansen since 2020", "d"),
        ("papers in Soil Letters", "cd"),
        ("Which papers were published in the Journal of Sleep and Mind?", "a"),
        ("papers in Sleep", "b"),
        ("papers by Einstein", ""),
        ("papers from 1998", ""),
    ],
)
def test_filters_said_in_words_choose_papers(question: str, ids: str) -> None:
    assert chosen(question) == ids


@pytest.mark.parametrize(
    ("question", "ids", "rest"),
    [
        ("What did Hansen et al. find about tones?", "ad", "What did find about tones?"),
        ("Do papers from 2019 say that naps help?", "b", "Do papers say that naps help?"),
        ("What do studies published since 2019 say about naps?", "bcd", "What do studies say about naps?"),
        ("Are naps useful according to Ito (2019)?", "b", "Are naps useful according to?"),
        ("Which papers in Soil Letters are about hedges?", "cd", "Which papers are about hedges?"),
        ("How fast is what was optimised by Adam?", "abcde", "How fast is what was optimised by Adam?"),
        ("Did sleep change in 2019?", "abcde", "Did sleep change in 2019?"),
        ("What happens in sleep with naps?", "abcde", "What happens in sleep with naps?"),
    ],
)
def test_beside_other_content_only_what_can_mean_nothing_else_is_a_filter(
    question: str, ids: str, rest: str
) -> None:
    assert (chosen(question), read(question).rest) == (ids, rest)


def test_a_filter_has_the_words_of_the_question_and_the_librarys_value() -> None:
    (author, year) = read("What did hansn et al. (2016) find about tones?").filters
    assert (author.kind, author.value, author.words) == ("author", "Hansen", "hansn et al")
    assert (year.kind, year.value, year.words) == ("year", "2016", "2016")


def test_a_plain_question_needs_no_records() -> None:
    assert not speaks_of_records("Does caffeine impair memory?")
    assert speaks_of_records("What did Hansen et al. find?")
    assert speaks_of_records("Who is Hansen?")


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("Who is Ito?", "b"),
        ("What about Hansen?", "ad"),
        ("van der Linde", "d"),
        ("Linde", "d"),
        ("Zande", ""),
    ],
)
def test_a_name_alone_is_that_of_an_author(question: str, ids: str) -> None:
    about = read(question)
    assert chosen(question) == (ids or "abcde")
    assert bool(about.filters) == bool(ids)


def test_a_name_alone_that_an_abstract_speaks_of_is_no_author() -> None:
    assert (read("What about Adam?").filters, read("What about Adam?").rest) == ((), "What about Adam?")
    # Other words of the question may stand in abstracts.
    assert chosen("Naps: Hansen") == "abcde"
    named = library_question("Compare Hansen and Ito", SHELF, lambda stem: stem == "compar")
    assert [one.value for one in named.filters] == ["Hansen", "Ito"]


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("Compare Hansen and Ito", "abd"),
        ("Hansen vs Ito", "abd"),
        ("Compare Hansen 2016 with Ito 2019", "ab"),
        ("How do Hansen et al. and Ito differ?", "abd"),
        ("What did Hansen and Ito find?", "abd"),
    ],
)
def test_authors_that_are_compared_are_each_asked_for(question: str, papers: str) -> None:
    about = read(question)
    assert (about.asked, about.rest, about.either) == ("findings", "", True)
    assert chosen(question) == papers


def test_authors_that_are_compared_in_something_are_asked_in_the_plain_way() -> None:
    assert not read("Compare Hansen and Ito in the length of naps").either
    assert chosen("What did Hansen and Osei find?") == "a"


@pytest.mark.parametrize(
    "question",
    [
        "What does this paper say?",
        "What is the paper about?",
        "Summarise this study",
        "What did this study find?",
    ],
)
def test_the_one_paper_that_is_asked_is_asked_what_it_finds(question: str) -> None:
    one = Catalogue.of(SHELF.papers[:1])
    about = library_question(question, one, STEMS.__contains__)
    assert (about.asked, about.rest) == ("findings", "")
    assert library_question("How many papers are there?", one, STEMS.__contains__).asked == "count"
