"""The reply of any system becomes an answer that all metrics read."""

from __future__ import annotations

import pytest

from assistant import Paper
from evals.errors import EvaluationError
from evals.systems.reply import Reply, answer_of, read_reply

PAPERS = {name: Paper(id=name, title=name.title(), abstract="It is.") for name in ("dot", "line")}


def test_marks_cite_the_papers_at_their_places() -> None:
    reply = Reply(
        "Dot takes 5 ms [1]. Line takes 9 ms [2][3]. Both are fast.", ("dot", "line", "gone"), ("line", "dot")
    )
    answer = answer_of("How fast?", reply, PAPERS, "mine")
    assert [(s.text, s.citations, s.unknown) for s in answer.statements] == [
        ("Dot takes 5 ms.", ("dot",), ()),
        ("Line takes 9 ms.", ("line",), (3,)),
        ("Both are fast.", (), ()),
    ]
    assert [source.paper.id for source in answer.sources] == ["dot", "line"]
    assert [passage.paper_id for passage in answer.passages] == ["line", "dot"]
    assert (answer.refusal, answer.model, answer.score) == (None, "mine", 1.0)


def test_without_marks_every_sentence_cites_all() -> None:
    answer = answer_of("How fast?", Reply("Dot takes 5 ms. It is new.", ("dot",)), PAPERS, "mine")
    assert [s.citations for s in answer.statements] == [("dot",), ("dot",)]


@pytest.mark.parametrize(
    ("reply", "refused"),
    [
        (Reply(""), True),
        (Reply("I cannot say.", refused=True), True),
        (Reply("It is.", refused=None), False),
        (Reply("", refused=False), False),
    ],
)
def test_a_system_says_whether_it_refuses(reply: Reply, refused: bool) -> None:
    answer = answer_of("How fast?", reply, PAPERS, "mine")
    assert (answer.refusal is not None) == refused
    assert not (refused and answer.statements)


def test_a_text_and_a_mapping_are_replies_and_anything_else_is_named() -> None:
    assert read_reply("It is.", "mine") == Reply("It is.")
    assert read_reply({"text": "It is.", "citations": ["dot"], "usage": [5, 3]}, "mine").usage == (5, 3)
    with pytest.raises(EvaluationError, match="mine gave no reply: colour"):
        read_reply({"text": "It is.", "colour": "red"}, "mine")
    with pytest.raises(EvaluationError, match="mine gave no reply"):
        read_reply(None, "mine")
