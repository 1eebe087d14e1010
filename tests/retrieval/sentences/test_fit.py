"""The fit of sentences: the form of a question decides how much their role counts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from support.papers import PAPERS

from assistant import Assistant, Paper
from assistant.core.weights import weights
from assistant.retrieval.sentences.fit import (
    _rare_words,
    fit_features,
    probabilities,
    question_form,
    sentence_fit,
)
from assistant.retrieval.sentences.roles import ROLES


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Which detector needs no proposals?", "thing"),
        ("By how much does it improve?", "thing"),
        ("List all surveys", "thing"),
        ("What is SSD?", "definition"),
        ("What are state space models?", "definition"),
        ("What's SSD?", "definition"),
        ("Define anchoring.", "definition"),
        ("What does anchoring mean?", "definition"),
        ("What's its speed?", "thing"),
        ("What is the sample size?", "thing"),
        ("What is known about sleep?", "thing"),
        ("Does the trial show an effect", "closed"),
        ("Storage of vaccines in the community: weak link in the cold chain?", "closed"),
        ("Sleep helps memory.", "statement"),
        ("", "statement"),
    ],
)
def test_the_form_of_a_question(question: str, form: str) -> None:
    assert question_form(question) == form


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    made = Assistant(tmp_path_factory.mktemp("fit") / "library")
    made.add(PAPERS)
    return made


def test_roles_are_weighed_apart_for_each_form(library: Assistant) -> None:
    engine = library.query_engine()
    (paper,) = engine.encoder.read([PAPERS[0]])
    columns = {
        form: fit_features(engine.search.parse(question), paper, 0.5)
        for form, question in [
            ("closed", "Does Dot find cars?"),
            ("thing", "What does Dot find?"),
            ("statement", "Dot finds cars."),
        ]
    }
    assert {name for named in columns.values() for name in named} == set(weights("lead"))
    for form, named in columns.items():
        assert {name for name in named if "_" in name} == {f"{role}_{form}" for role in ROLES}
        assert {column.shape for column in named.values()} == {(len(paper.sentences),)}


def test_a_definition_wants_the_sentence_that_introduces_the_term(library: Assistant) -> None:
    engine = library.query_engine()
    (paper,) = engine.encoder.read([PAPERS[0]])
    introduces = {
        question: fit_features(engine.search.parse(question), paper, 1.0)["introduces"].tolist()
        for question in ("What is Dot?", "What does Dot find?")
    }
    assert introduces == {"What is Dot?": [0, 1, 0, 0, 0], "What does Dot find?": [0, 0, 0, 0, 0]}


def test_a_number_counts_only_where_one_is_asked_for(library: Assistant) -> None:
    engine = library.query_engine()
    (paper,) = engine.encoder.read([PAPERS[1]])
    asked = fit_features(engine.search.parse("How many listeners took part?"), paper, 1.0)["number"]
    other = fit_features(engine.search.parse("Who took part?"), paper, 1.0)["number"]
    assert asked.tolist() == [0, 0, 1, 1]
    assert other.tolist() == [0, 0, 0, 0]


def test_a_question_without_content_words_has_a_fit(library: Assistant) -> None:
    engine = library.query_engine()
    (paper,) = engine.encoder.read([PAPERS[2]])
    fit = sentence_fit(engine.search.parse("and of the?"), paper, 1.0)
    assert fit.shape == (4,)
    assert np.isfinite(fit).all()


def test_probabilities_are_shared_by_the_sentences_of_all_papers() -> None:
    one, other = probabilities([np.array([0.0, np.log(2.0)]), np.array([np.log(5.0)])])
    assert one.tolist() == pytest.approx([1 / 8, 2 / 8])
    assert other.tolist() == pytest.approx([5 / 8])
    assert probabilities([]) == []


def test_a_word_that_every_sentence_has_still_counts_a_little() -> None:
    sentences = [SimpleNamespace(stems={"tea", "mice"}), *(SimpleNamespace(stems={"tea"}) for _ in range(4))]
    words = [SimpleNamespace(stem="tea"), SimpleNamespace(stem="mice")]
    question: Any = SimpleNamespace(encoded=SimpleNamespace(content=words), weights=[1.0, 1.0])
    paper: Any = SimpleNamespace(sentences=sentences)
    # Of five sentences one has "mice": log(6 / 1.5). All have "tea": log(6 / 5.5) is less than 0.1, which counts instead.
    little = 0.1 / (0.1 + np.log(4))
    assert _rare_words(question, paper).tolist() == pytest.approx([1.0, *[little] * 4])


def test_a_title_without_a_question_mark_asks_as_one_with_it() -> None:
    assert (
        question_form("Effect of caffeine on sleep")
        == question_form("Effect of caffeine on sleep?")
        == "closed"
    )
    assert question_form("effects of which drug?") == "thing"


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Does biochar raise crop yields?", "Grain yield rose"),
        # No finding has a word of the question: the order stays.
        ("Does biochar stop erosion by wind?", "Blinding of"),
    ],
)
def test_yes_or_no_is_answered_by_a_finding_that_has_a_word_of_the_question(
    library: Assistant, question: str, first: str
) -> None:
    engine = library.query_engine()
    asked = engine.search.parse(question)
    (paper,) = engine.encoder.read(
        [
            Paper(
                id="biochar",
                title="Biochar raises maize yield on acid soils: a three-year field trial",
                abstract="Biochar is often said to improve poor soils. We spread biochar made of maize cobs at 0, 10 and 20 "
                "tonnes per hectare on an acid soil in western Kenya and grew maize for three years. Grain yield rose by 22% "
                "at 10 tonnes and by 31% at 20 tonnes. Soil pH increased from 4.9 to 5.6. Blinding of the field staff was "
                "never possible.",
            )
        ],
        asked.encoded,
    )
    fit = sentence_fit(asked, paper, 0.9)
    assert paper.sentences[int(fit.argmax())].text.startswith(first)
