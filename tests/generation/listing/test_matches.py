from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.encoded import OneHot
from support.papers import ROOT

from assistant import Answer, Assistant, Settings
from assistant.generation.listing.matches import (
    asks_each,
    asks_for_list,
    found_by_name,
    matching,
    of_every_paper,
)
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.question import Question, parse

PAPERS = ROOT / "evals" / "suites" / "two-fields" / "papers.jsonl"
WORDS = OneHot(felin="cat")
CATS = WORDS.paper("Cats sleep long.", "On pets", "cats")
DOGS = WORDS.paper("Dogs sleep long. Cats do not.", "On dogs", "dogs")
BIRDS = WORDS.paper("Birds sing.", "On birds", "birds")
NAPS = WORDS.paper("Sleep is long.", "On naps", "naps")


def asked(text: str, **weights: float) -> Question:
    return parse(WORDS.text(text), lambda stem: weights.get(stem, 1.0))


def about(question: Question, *papers: EncodedPaper) -> list[str]:
    return [one.paper.id for one in matching(question, papers)]


def test_papers_that_cover_most_words_match_best_first() -> None:
    assert about(asked("Which papers are about cats?"), BIRDS, CATS, DOGS) == ["cats", "dogs"]
    assert about(asked("Which papers are about dogs, cats and sleep?"), CATS, DOGS, BIRDS) == ["dogs"]
    assert about(asked("Which papers are about felines?"), BIRDS, CATS) == ["cats"]
    assert about(asked("Which papers are about cats?")) == []
    assert about(asked("Which papers are there?"), CATS) == []
    assert (
        about(asked("Who has written about cats?"), BIRDS, CATS)
        == about(asked("Who studied cats?"), CATS)
        == ["cats"]
    )
    assert about(asked("Which papers are about fish?"), CATS) == []
    assert about(asked("How many papers mention cats?"), BIRDS, CATS, DOGS) == ["cats", "dogs"]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What is the main finding of CatNap?", True),
        ("What does CatNap conclude?", True),
        ("What are the key results of CatNap?", True),
        ("What results does CatNap have on felines?", False),
        ("What is CatNap?", False),
        ("What is the main finding?", False),
        ("What is the main finding of DogNap?", False),
    ],
)
def test_a_question_for_what_a_named_paper_finds_is_about_that_paper(question: str, found: bool) -> None:
    named = WORDS.paper("Cats sleep long.", "CatNap: how cats rest", "catnap")
    paper = found_by_name(asked(question), [BIRDS, named])
    assert (paper is named) is found


def test_a_paper_must_have_half_of_the_words_by_their_weight() -> None:
    assert about(asked("Which papers are about cats and fish?"), CATS) == ["cats"]
    assert about(asked("Which papers are about cats and fish?", fish=1.1), CATS) == []


def test_others_must_have_seven_tenths_of_the_best_and_the_subject() -> None:
    # Of ten words at least eight tenths, of two seven tenths.
    heavy = {"sleep": 0.7, "cat": 0.3}
    assert about(asked("Which papers are about sleep and cats?", **heavy), CATS, NAPS) == ["cats", "naps"]
    assert about(asked("Which papers are about sleep and cats?", sleep=0.69, cat=0.31), CATS, NAPS) == [
        "cats"
    ]
    # The subject is the rarest word, in a closed question the first one.
    rare = {"cat": 3.0, "sleep": 2.9, "long": 9.0, "bird": 9.1}
    assert about(asked("Which papers are about cats?", **rare), CATS, NAPS) == ["cats"]
    assert about(asked("Do cats sleep long?", cat=0.2), CATS, NAPS) == ["cats"]
    assert about(asked("Which papers are about cats that sleep long?", cat=0.2), CATS, NAPS) == [
        "cats",
        "naps",
    ]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("List all", True),
        ("List all cats", True),
        ("List it all", False),
        ("List one two three papers", True),
        ("List one two three four papers", False),
        ("Find papers", True),
        ("Find reviews of cats", True),
        ("Name some studies", True),
        ("Give papers", True),
        ("papers", False),
        ("Are there papers", True),
        ("Are papers there", False),
        ("There are papers", False),
        ("How many papers", True),
        ("How many papers are there", True),
        ("How many papers does it review?", False),
        ("How many papers did it review?", False),
        ("How many old papers", False),
        ("Which papers", True),
        ("What papers", True),
        ("Which two papers", True),
        ("Which old papers", False),
        ("Which two old papers", False),
        ("Which paper", False),
        ("Whose papers", False),
        ("Which", False),
        ("", False),
        ("Which surveys are there?", True),
        ("What reviews of sleep are there?", True),
        ("Which reviews?", True),
        ("What does the survey say?", False),
        ("Who wrote about caffeine?", True),
        ("Who has studied naps?", True),
        ("Who works on naps?", True),
        ("Who won the cup?", False),
        ("Who sleeps when others work?", False),
    ],
)
def test_where_the_word_for_papers_must_stand(question: str, wanted: bool) -> None:
    assert asks_for_list(question) is wanted


@pytest.mark.parametrize(
    ("question", "each"),
    [
        ("Do cats sleep?", True),
        ("What is known about cats?", True),
        ("Is there any cat?", False),
        ("Is there evidence that cats sleep?", True),
        ("Do cats sleep in there?", True),
        ("Do any cats sleep?", False),
        ("Do any cats show evidence?", True),
        ("Do cats of BERT sleep?", False),
        ("Do cats older than 12 years sleep?", True),
        ("Do cats of BERT-12 sleep?", False),
        ("How many cats is known?", False),
        ("How do cats sleep?", False),
    ],
)
def test_which_questions_several_papers_may_answer(question: str, each: bool) -> None:
    assert asks_each(asked(question), ()) is each


def test_a_name_that_several_papers_say_is_a_thing_like_others() -> None:
    alone, other = WORDS.paper("BERT sleeps.", key="a"), WORDS.paper("Cats and BERT.", key="b")
    question = asked("Do cats of BERT sleep?")
    assert not asks_each(question, (alone,))
    assert asks_each(question, (alone, other))


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
        "papers on naps",
        "Any studies about biochar?",
        "literature on soil carbon",
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
        "Studies of naps show gains",
        "Studies on naps are rare",
        "Papers on naps.",
        "Papers matter",
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
        ("papers about naps", {"nap-words", "nap-short", "nap-children", "nap-review"}),
        ("papers since 2020 about naps", {"nap-short", "nap-review"}),
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
        ("Do neonicotinoids harm honeybee colonies?", {"neonic-field", "neonic-honey"}),
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
    null = answer.numbers["tones-null"]
    assert answer.remark == "The abstracts may disagree: " + (
        "[1] says no, [2] says yes." if null == 1 else "[1] says yes, [2] says no."
    )
    assert answer.text.startswith(answer.remark)


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


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What was the sample size of each study?", "What was the sample size?"),
        ("sample size of each study", "sample size"),
        ("How many participants did each trial have?", "How many participants?"),
        ("What methods does every paper use?", "What methods?"),
        ("What happens in each cell?", ""),
        ("Each paper", ""),
    ],
)
def test_what_is_asked_of_every_paper(question: str, asked: str) -> None:
    assert of_every_paper(question) == asked


def test_kinds_of_papers_are_counted() -> None:
    assert asks_for_list("How many surveys are there?")
    assert asks_for_list("how many trials are there on naps?")
    assert not asks_for_list("How many trials does the review pool?")
