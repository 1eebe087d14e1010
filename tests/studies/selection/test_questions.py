"""The questions that answer sentence selection learns from are what they say they are."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from assistant.core.text.sentences import split
from tests.studies import sources
from tests.studies.answers import conditional
from tests.studies.answers.conditional import Choice
from tests.studies.selection.questions import drawn_from_themselves, every, written


def third_party() -> None:
    """Skip the test where third-party abstracts are absent."""
    if not all(map(sources.shared, ("pubmedqa", "scifact", "sentence_roles"))):
        pytest.skip("the shared data is not here (EVALS_SHARED names its folder)")


def test_invented_papers_are_cut_into_the_sentences_that_are_numbered() -> None:
    papers = sources.load("selection/papers")
    assert len(papers) == len({paper["id"] for paper in papers}) == 1_210
    same = 0
    for paper in papers:
        text = " ".join(paper["sentences"])
        same += [text[span.start : span.end] for span in split(text)] == paper["sentences"]
    assert same >= 0.95 * len(papers)


def test_every_abstract_has_questions_that_it_answers_and_near_misses() -> None:
    rows = sources.load("selection/questions")
    counts = Counter(row["paper"] for row in rows)
    assert set(counts.values()) == {6}
    assert sum(not row["best"] for row in rows) == len(rows) / 3
    assert all(row["best"] or not row["also"] for row in rows)
    asked = [(row["paper"], row["question"]) for row in rows]
    assert len(set(asked)) == len(asked)


@pytest.mark.shared
def test_numbers_of_sentences_stand_for_sentences() -> None:
    third_party()
    questions = every()
    assert {one.collection for one in questions} == {"written", "pubmedqa", "scifact", "suite"}
    assert len(written()) == 23_874
    for one in questions:
        assert all(0 <= place < len(one.abstract.sentences) for place in (*one.best, *one.also)), one


@pytest.mark.shared
def test_no_claim_that_is_reported_on_cites_an_abstract_that_is_asked() -> None:
    third_party()
    cited = {
        paper
        for half in ("fit", "report")
        for claim in sources.read_lines(sources.need_shared("scifact", f"claims_{half}.jsonl"))
        for paper in claim["cited_doc_ids"]
    }
    asked = {row["paper"].partition(":")[2] for row in sources.load("selection/questions")}
    assert not cited & asked


@pytest.mark.shared
def test_a_question_of_a_sentences_own_words_points_to_it_or_to_nothing() -> None:
    third_party()
    drawn = drawn_from_themselves()
    assert 0.25 < sum(not one.best for one in drawn) / len(drawn) < 0.42
    for one in drawn[:200]:
        for place in one.best:
            assert set(one.question.split()) <= set(one.abstract.sentences[place].rstrip(".").split())


def test_what_is_chosen_has_the_weight() -> None:
    draw = np.random.default_rng(1)
    choices = []
    for _ in range(200):
        features = draw.normal(size=(5, 2)).astype(np.float32)
        choices.append(Choice(features, np.eye(5, dtype=np.float32)[int(np.argmax(features @ [2.0, 0.0]))]))
    weights = conditional.fit(choices, 0.001)
    assert weights[0] > 3
    assert abs(weights[1]) < 0.5
