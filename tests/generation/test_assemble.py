"""How checked statements become an answer."""

from __future__ import annotations

from dataclasses import replace

from support.encoded import OneHot

from assistant import Statement
from assistant.core.answers.answer import Ranked, Source
from assistant.core.answers.refusal import REFUSAL_PHRASE
from assistant.generation.assemble import finish, nothing, prose, refusal
from assistant.generation.run import Answerability, AnswerRun, Retrieval, RunLog
from assistant.library.chunks import Chunk
from assistant.retrieval.passage import Channel, Passage
from assistant.retrieval.question import parse

WORDS = OneHot()
PAPERS = tuple(WORDS.paper("It works.", f"Title {key}", key) for key in "abcd")


def run() -> AnswerRun:
    question = parse(WORDS.text("What works?"), lambda stem: 1.0)
    passages = (Passage(Chunk("a", 0, 0, 9, "It works."), PAPERS[0].paper, 0.75, {"dense": Channel(2, 0.5)}),)
    found = Retrieval(question, passages, PAPERS)
    log = RunLog(warnings=["Slow.", "Old.", "Slow."], timings={"quote": 0.5})
    return AnswerRun("And now?", found, Answerability(0.625, 0.9, None, {}), log)


def test_sources_are_numbered_by_first_appearance() -> None:
    statements = [Statement("One.", ("c", "a")), Statement("Two.", ("a",)), Statement("Three.", ("b",))]
    answer = finish(run(), statements, "quotes")
    assert answer.sources == tuple(
        Source(n, PAPERS["abcd".index(key)].paper) for n, key in enumerate("cab", start=1)
    )
    assert answer.text == "One [1][2]. Two [2]. Three [3]."
    assert answer.statements == tuple(statements)


def test_an_answer_says_how_it_was_made() -> None:
    answer = finish(run(), [Statement("One.", ("a",))], "a model")
    assert (answer.question, answer.standalone, answer.model) == ("And now?", "What works?", "a model")
    assert (answer.score, answer.timings, answer.warnings) == (0.625, {"quote": 0.5}, ("Slow.", "Old."))
    assert answer.passages == (Ranked("a", 0.75, {"dense": (2, 0.5)}),)
    assert answer.refusal is None


def test_a_refusal_names_the_three_nearest_papers() -> None:
    answer = refusal(run(), "not_stated", "quotes")
    assert answer.text == REFUSAL_PHRASE
    assert answer.refusal is not None
    assert answer.refusal.kind == "not_stated"
    assert [paper.id for paper in answer.refusal.nearest] == ["a", "b", "c"]
    assert answer.statements == answer.sources == ()


def test_a_library_that_was_not_made_yet_has_nothing_on_any_topic() -> None:
    answer = nothing("Why?")
    assert answer.refusal is not None
    assert (answer.refusal.kind, answer.refusal.nearest, answer.standalone) == ("off_topic", (), "Why?")


def test_paragraphs_are_apart_and_struck_sentences_are_marked() -> None:
    one, two = Statement("One.", ("a",)), Statement("Two", ("a", "b"), "unsupported", struck=True)
    numbers = {"a": 1, "b": 2}
    assert prose([one, two], numbers) == "One [1]. ~~Two [1][2]~~ (unsupported)"
    assert prose([one, replace(two, paragraph=1)], numbers) == "One [1].\n\n~~Two [1][2]~~ (unsupported)"
    assert prose([Statement("One.")], {}) == "One."
    assert prose([], {}) == ""
