"""What a follow-up adds is looked for in papers that speak of the subject of the question before it, too."""

from __future__ import annotations

import pytest
from support.encoded import OneHot

from assistant.generation.question.addition import speaking_of
from assistant.generation.run import Retrieval
from assistant.library.chunks import Chunk
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.passage import Passage
from assistant.retrieval.question import parse

WORDS = OneHot(kid="children")
TEA = WORDS.paper("Tea lowers pain of adults.", "On tea", "tea")
YOUNG = WORDS.paper("Tea harms children.", "On cups", "young")
MILK = WORDS.paper("Milk helps children.", "On milk", "milk")


def kept(before: str, follow_up: str, added: str, *papers: EncodedPaper) -> list[str] | None:
    question = parse(WORDS.text(f"{before} {follow_up}"), lambda stem: 2.0 if stem == "tea" else 1.0)
    passages = tuple(Passage(Chunk(p.paper.id, 0, 0, 3, "Tea"), p.paper, 1.0, {}) for p in papers)
    found = speaking_of(added, Retrieval(question, passages, papers))
    if found is None:
        return None
    assert [p.paper for p in found.passages] == [p.paper for p in found.papers]
    return [paper.paper.id for paper in found.papers]


@pytest.mark.parametrize("before", ["Does tea help?", "What is known of tea?"])
def test_papers_that_speak_of_both_answer(before: str) -> None:
    assert kept(before, "And in children?", "in children", TEA, YOUNG, MILK) == ["young"]
    assert kept(before, "And in kids?", "in kids", TEA, YOUNG, MILK) == ["young"]


def test_the_subject_may_be_that_of_an_earlier_question() -> None:
    asked = "Does tea help? How old were the adults?"
    assert kept(asked, "And in children?", "in children", TEA, YOUNG, MILK) == ["young"]


def test_where_no_paper_speaks_of_both_none_answers() -> None:
    assert kept("Does tea help?", "And in children?", "in children", TEA, MILK) is None
    assert kept("Does tea help?", "And in cats?", "in cats", TEA, YOUNG) is None
    assert kept("What is known of tea?", "And in cats?", "in cats", TEA, YOUNG) is None
    # The rarest word is a guess at the subject.
    assert kept("What is known of tea?", "And in children?", "in children", TEA, MILK) == ["tea", "milk"]


def test_what_is_said_of_the_same_thing_in_other_words_is_left_to_the_answer() -> None:
    assert kept("Does tea help?", "And the dose?", "the dose", TEA, MILK) == ["tea", "milk"]
    # Nothing of what was asked before is in any paper.
    assert kept("What happens?", "And in children?", "in children", MILK) == ["milk"]
    assert kept("", "And in children?", "in children", TEA) == ["tea"]
