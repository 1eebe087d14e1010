from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.papers import ROOT

from assistant import Answer, Assistant, Settings
from assistant.generation.listing.matching import asks_for_list

PAPERS = ROOT / "evals" / "suites" / "two-fields" / "papers.jsonl"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(tmp_path_factory.mktemp("library"), settings=Settings()) as made:
        made.add(PAPERS)
        yield made


def cited(answer: Answer) -> set[str]:
    return {source.paper.id for source in answer.sources}


@pytest.mark.parametrize(
    "question",
    [
        "Which papers are about naps?",
        "Which studies are randomised trials?",
        "List all surveys",
        "List the papers on bees",
        "How many papers are about bees?",
        "Are there papers on biochar?",
        "Show me papers on light at night",
        "Which two papers use attention?",
    ],
)
def test_a_question_for_papers_asks_for_a_list(question: str) -> None:
    assert asks_for_list(question)


@pytest.mark.parametrize(
    "question",
    [
        "What do studies say about naps?",
        "How many people were in the study?",
        "List the three encoders of LXMERT",
        "Which drugs were tested?",
        "Which paper introduced SSD?",
        "Do papers on bees agree?",
    ],
)
def test_a_question_about_what_papers_say_asks_for_no_list(question: str) -> None:
    assert not asks_for_list(question)


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("Which papers are about naps?", {"nap-words", "nap-short", "nap-children", "nap-review"}),
        ("List all meta-analyses", {"nap-review", "deprivation-meta", "worms-tillage"}),
        ("Which studies are randomised trials?", {"nap-short", "melatonin-trial", "insomnia-app"}),
        ("Which papers deal with flower strips?", {"strips-null", "strips-gain"}),
        ("Which papers published since 2020 are about naps?", {"nap-short", "nap-review"}),
        ("Are there papers on biochar?", {"biochar"}),
    ],
)
def test_a_list_has_every_paper_that_matches_with_one_quote_each(
    library: Assistant, question: str, ids: set[str]
) -> None:
    answer = library.ask(question)
    assert (cited(answer), answer.listed, len(answer.statements)) == (ids, True, len(ids))
    assert answer.remark == f"{len(ids)} paper{' matches' if len(ids) == 1 else 's match'}."


def test_where_no_paper_matches_a_list_is_refused(library: Assistant) -> None:
    assert library.ask("Which papers are about quantum computing?").refusal is not None


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("Does sound in phase with slow oscillations improve memory?", {"tones-gain", "tones-null"}),
        ("Do flower strips raise the number of wild bee species?", {"strips-null", "strips-gain"}),
        ("Do neonicotinoids harm bees?", {"neonic-field", "neonic-honey"}),
        ("What is known about sleep spindles?", {"spindle-coupling", "tones-gain", "nap-words"}),
    ],
)
def test_what_several_papers_answer_is_quoted_from_each(
    library: Assistant, question: str, ids: set[str]
) -> None:
    answer = library.ask(question)
    assert (cited(answer), len(answer.statements)) == (ids, len(ids))


def test_opposite_findings_are_said(library: Assistant) -> None:
    answer = library.ask("Does sound in phase with slow oscillations improve memory?")
    assert answer.remark == "These may differ: [1] denies something, [2] does not."
    assert answer.text.startswith(answer.remark)
    assert answer.sources[0].paper.id == "tones-null"


@pytest.mark.parametrize(
    "question", ["Does biochar raise crop yields?", "Is breeding success related to noise?"]
)
def test_what_one_paper_answers_is_quoted_from_it_alone(library: Assistant, question: str) -> None:
    answer = library.ask(question)
    assert (len(answer.sources), answer.remark) == (1, "")


def test_thanks_in_a_conversation_is_no_question(library: Assistant) -> None:
    history = [
        {"role": "user", "content": "Does biochar raise crop yields?"},
        {"role": "assistant", "content": "No."},
    ]
    assert library.ask("thanks", history).remark.startswith("You're welcome.")
    assert library.ask("how many papers do you have?", history).remark.startswith("The library has 32 papers")
