"""A refusal says which words of the question stand in how many papers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assistant import Answer, Assistant, Paper, Refusal, Settings
from assistant.generation.refusals.occurrence import with_occurrence


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(tmp_path_factory.mktemp("library"), settings=Settings()) as made:
        made.add(
            [
                Paper("nap", "Naps and memory", "Naps help memory in rats."),
                Paper("tea", "Tea", "Jet engines were loud, and rats drank tea."),
                Paper("lag", "Lag", "A lag of an hour."),
            ]
        )
        yield made


def refused(question: str) -> Answer:
    return Answer(question, "no", refusal=Refusal("off_topic"), standalone=question)


@pytest.mark.parametrize(
    ("question", "remark"),
    [
        ("What is the capital of France?", "“capital” and “France” are in none of the 3 papers."),
        ("Does melatonin help rats?", "“melatonin” is in none of the 3 papers, “help” in 1, “rats” in 2."),
        ("Do rats drink tea?", "“drink” is in none of the 3 papers, “tea” in 1, “rats” in 2."),
        ("Do naps change memory of engines?", "“change” is in none of the 3 papers, “naps” in 1, “memory” in 1."),
        ("Memory in rats?", "“Memory” is in 1 of the 3 papers, “rats” in 2."),
        ("Does jet-lag cure colds, flu, gout and boredom?", "“cure”, “colds” and “flu” are in none of the 3 papers, “jet-lag” in 1."),
        ("Why 42?", ""),
        ("Which papers?", ""),
    ],
)  # fmt: skip
def test_words_are_counted_in_the_papers(library: Assistant, question: str, remark: str) -> None:
    told = with_occurrence(refused(question), library._library.files().lexical)
    assert told.remark == remark


def test_what_the_nearest_papers_are_about_is_told_before_what_is_rare(library: Assistant) -> None:
    lexical = library._library.files().lexical
    near = (Paper("rats", "Rats", "Rats sleep."),)
    asked = replace(refused("Do rats help jet pilots at tea?"), refusal=Refusal("not_stated", near))
    told = with_occurrence(asked, lexical)
    assert told.remark == "“pilots” is in none of the 3 papers, “rats” in 2, “help” in 1."


def test_a_name_of_an_author_is_looked_for_in_no_abstract(library: Assistant) -> None:
    lexical = library._library.files().lexical
    told = with_occurrence(refused("Did Ngo test rats?"), lexical, lambda name: name == "Ngo")
    assert told.remark == "“test” is in none of the 3 papers, “rats” in 2."


def test_an_answer_and_a_remark_stay_as_they_are(library: Assistant) -> None:
    lexical = library._library.files().lexical
    answer = Answer("Is it France?", "Yes.", standalone="Is it France?")
    assert with_occurrence(answer, lexical) is answer
    asked = Answer("France?", "no", refusal=Refusal("off_topic"), standalone="France?", remark="Say more.")
    assert with_occurrence(asked, lexical) is asked


def test_a_refused_question_is_told_it_in_the_answer() -> None:
    with Assistant.sample(settings=Settings()) as sample:
        answer = sample.ask("What is the capital of France?")
    assert answer.refusal
    assert answer.remark == "“capital” and “France” are in none of the 72 papers."
