"""Questions that name several papers, or ask for several: each is quoted, and none besides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Paper
from assistant.retrieval.names import about_one, subjects

PAPERS = [
    Paper(
        "dot",
        "Dot: tiny detectors",
        "We present Dot, a detector with one network. Dot finds cars in 5 ms on a phone and reaches 71% mAP on Road.",
    ),
    Paper(
        "jot",
        "Larger detectors for the road",
        "We present Jot, a detector with two networks. Jot finds cars in 9 ms on a phone and reaches 78% mAP on Road.",
    ),
    Paper(
        "line",
        "Line: recommending music",
        "Line stores a summary of each listener. Line increases listening time by 12% for new users of Radio.",
    ),
    Paper(
        "survey",
        "A survey of detectors such as Dot, Jot and BigDet",
        "Detectors find cars. We review 40 detectors, and Dot, Jot and BigDet among them, on Road and on Alley.",
    ),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(tmp_path_factory.mktemp("named")) as made:
        made.add(PAPERS)
        yield made


def named(library: Assistant, question: str) -> list[str]:
    engine = library.query_engine()
    found = engine.search.retrieval(engine.search.parse(question))
    return [s.paper.paper.id for s in subjects(found.question, found.papers)]


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("How fast are Dot and Jot?", ["dot", "jot"]),
        ("How fast are Jot and the Dot detector?", ["jot", "dot"]),
        ("Compare Dot with Line", ["dot", "line"]),
        ("What is the difference between Jot and Dot?", ["jot", "dot"]),
        ("Dot vs. Line", ["dot", "line"]),
        ("What do Dot, Jot and Line need?", ["dot", "jot", "line"]),
        ("Compare “Larger detectors for the road” and “Line: recommending music”", ["jot", "line"]),
        ("How fast is Dot?", []),
        ("What does Dot reach on Road and Alley?", []),
        ("How does Dot compare with Jot in speed?", []),
        ("How fast are Foo and Bar?", []),
        ("Compare Dot and Foo", []),
    ],
)
def test_papers_that_are_named_side_by_side(library: Assistant, question: str, papers: list[str]) -> None:
    assert named(library, question) == papers


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("How fast do Dot and Jot find cars on a phone?", ["dot", "jot"]),
        ("Compare Dot and Line", ["dot", "line"]),
        ("How does Jot differ from Line?", ["jot", "line"]),
    ],
)
def test_each_of_several_papers_is_quoted(library: Assistant, question: str, papers: list[str]) -> None:
    answer = library.ask(question)
    assert answer.refusal is None
    assert sorted(answer.numbers) == sorted(papers)
    assert {s.verdict for s in answer.statements} == {"supported"}
    assert sum(len(s.text.split()) for s in answer.statements) <= library.settings.answer.words


def test_a_question_for_papers_gets_more_than_one(library: Assistant) -> None:
    one = library.ask("Which detector finds cars in 5 ms on a phone?")
    assert list(one.numbers)[:1] == ["dot"]
    several = library.ask("Which papers present a detector that finds cars on a phone?")
    assert {"dot", "jot"} <= set(several.numbers)
    assert "line" not in several.numbers


def test_a_paper_that_others_have_pushed_away_is_found_by_its_name(tmp_path: Path) -> None:
    crowd = [
        Paper(f"n{i}", f"Crowd {i}", f"Dot and detectors of cars are compared with Line on phone {i}.")
        for i in range(12)
    ]
    with Assistant(tmp_path / "library") as library:
        library.add([*PAPERS, *crowd])
        ids = [p.paper.id for p in library.search("How do Dot detectors and Line compare on phones?", k=4)]
        assert "line" not in ids
        answer = library.ask("Compare Dot detectors and Line on phones", k=4)
        assert list(answer.numbers) == ["dot", "line"]
        assert [p.score for p in answer.passages] == sorted((p.score for p in answer.passages), reverse=True)
        assert len(answer.passages) <= 6
        scoped = library.ask("Compare Dot detectors and Line on phones", k=4, without=["line"])
        assert "line" not in {p.paper_id for p in scoped.passages}


def test_several_share_the_words(library: Assistant) -> None:
    answer = library.ask("Compare Dot, Jot and Line")
    told = [s.citations[0] for s in answer.statements]
    assert list(dict.fromkeys(told)) == ["dot", "jot", "line"]


def test_what_none_of_several_says_is_refused(library: Assistant) -> None:
    answer = library.ask("Who paid for the dinner of Dot and Line in Paris?")
    assert answer.refusal is not None


def test_the_other_names_are_taken_out_of_what_one_paper_is_asked(library: Assistant) -> None:
    engine = library.query_engine()
    question = engine.search.parse("How fast are Dot and Jot?")
    named = subjects(question, engine.search.retrieval(question).papers)
    left = about_one(question, named, named[0])
    assert [t.text for t in left.encoded.tokens] == ["How", "fast", "are", "Dot", "and"]
    assert len(left.encoded.words) == len(left.encoded.content) == len(left.weights) == 2
    assert [question.text[s.start : s.end] for s in named] == ["Dot", "Jot"]
