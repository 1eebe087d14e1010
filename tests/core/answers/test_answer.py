from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

import pytest
from support.answer import ANSWER, ANSWER_JSON, DOT, JOT

from assistant.core.answers.answer import Answer, Ranked, Source
from assistant.core.answers.refusal import CONFLICT_PHRASE, REFUSAL_PHRASE, REFUSALS, Refusal, RefusalKind
from assistant.core.answers.statement import VERDICTS, Evidence, Statement, Verdict, paragraphs
from assistant.core.answers.usage import Exchange, Usage


def test_what_is_not_said_is_empty() -> None:
    assert Statement("It works.") == Statement(
        "It works.", (), "unconfirmed", "rules", 0.0, (), (), (), (), struck=False, paragraph=0
    )
    assert Exchange("answer", "m", "", "", "") == Exchange("answer", "m", "", "", "", 0, 0, 0.0)
    plain = Answer("Why?", "Because.")
    assert (plain.model, plain.score, plain.removed, plain.complete) == ("quotes", 0.0, 0, True)
    assert (plain.usage, plain.timings, plain.numbers) == ({}, {}, {})
    usage = Usage()
    assert (usage.prompt_tokens, usage.completion_tokens, usage.calls, usage.exchanges) == (0, 0, 0, [])


def test_an_answer_is_written_as_before() -> None:
    assert json.dumps(ANSWER.to_json()) == json.dumps(json.loads(ANSWER_JSON))


def test_an_answer_that_was_written_before_is_read() -> None:
    answer = Answer.from_json(json.loads(ANSWER_JSON))
    assert answer == ANSWER
    assert isinstance(answer.statements[0].evidence[0], Evidence)
    assert isinstance(answer.exchanges[0], Exchange)
    assert answer.passages[0] == Ranked(DOT.id, 0.9, {"dense": (1, 0.8), "lexical": (2, 3.5)})


def test_an_answer_from_before_exchanges_and_unknown_numbers_were_kept_is_read() -> None:
    data = json.loads(ANSWER_JSON)
    del data["exchanges"], data["statements"][0]["unknown"], data["statements"][0]["suggested"]
    answer = Answer.from_json(data)
    assert answer.exchanges == ()
    assert (answer.statements[0].unknown, answer.statements[0].suggested) == ((), ())


def test_an_answer_without_refusal_is_read() -> None:
    plain = Answer("Why?", "Because.")
    assert plain.to_json()["refusal"] is None
    assert Answer.from_json(plain.to_json()) == plain


def test_a_notebook_shows_verdicts_quotes_and_sources() -> None:
    shown = ANSWER._repr_html_()
    assert "<del>Dot finds cars in 5 ms.</del> [1]" in shown
    assert 'title="supported by the abstract; A problem."' in shown
    assert "<summary>[1] <bdi>Dot: tiny detectors</bdi> (2024)</summary>" in shown
    assert "Dot finds cars in 5 ms.</blockquote>" in shown
    assert "A warning." in shown
    assert "Jot" in Answer("Why?", REFUSAL_PHRASE, refusal=Refusal("not_stated", (JOT,)))._repr_html_()


def test_what_papers_and_models_write_is_text_in_a_notebook() -> None:
    evil = "<img src=x onerror=alert(1)>\"'"
    paper = replace(DOT, title=evil, abstract=evil)
    statement = Statement(evil, (DOT.id,), problems=(evil,), evidence=(Evidence(DOT.id, evil, 0, len(evil)),))
    shown = Answer("Why?", evil, (statement,), (Source(1, paper),), warnings=(evil,))._repr_html_()
    assert "<img" not in shown
    assert shown.count("&#60;img") == 5
    assert "\"'" not in shown


def test_a_table_of_answers_gets_plain_values() -> None:
    assert ANSWER.to_dict() == ANSWER.to_json()
    assert ANSWER.to_dict()["cost"] == 0.25


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ((), {"colour": "red"}),
        (("statements", 0), {"colour": "red"}),
        (("statements", 0), {"verdict": "perhaps"}),
        (("sources", 0, "paper"), {"colour": "red"}),
        (("refusal",), {"kind": "bored"}),
        ((), {"passages": 3}),
        ((), {"question": None}),
    ],
)
def test_what_is_no_answer_is_refused(place: tuple[str | int, ...], wrong: dict[str, object]) -> None:
    data = json.loads(ANSWER_JSON)
    part = data
    for key in place:
        part = part[key]
    part.update(wrong)
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Answer.from_json(data)


def test_an_answer_prints_its_text_sources_and_warnings() -> None:
    assert str(ANSWER) == "Dot finds cars in 5 ms [1].\n[1] Dot: tiny detectors\n! A warning."


@pytest.mark.parametrize(
    ("score", "confidence"),
    [(1.0, "high"), (0.9, "high"), (0.89, "fair"), (0.6, "fair"), (0.59, "low"), (0.0, "low")],
)
def test_the_probability_that_the_abstracts_answer_has_words(score: float, confidence: str) -> None:
    assert replace(ANSWER, score=score, refusal=None).confidence.name == confidence
    # Of what is refused, it is not said that the abstracts very likely answer it.
    assert replace(ANSWER, score=score, refusal=Refusal("not_stated")).confidence.name == "low"


def test_numbers_are_those_of_the_sources() -> None:
    answer = Answer("?", "", sources=(Source(2, DOT), Source(1, JOT)))
    assert answer.numbers == {"doi:10.1/x": 2, "q": 1}


def test_statements_are_grouped_by_paragraph_with_their_index() -> None:
    one, two, three = Statement("One."), Statement("Two.", paragraph=1), Statement("Three.")
    assert paragraphs([one, two, three]) == [[(0, one), (2, three)], [(1, two)]]
    assert paragraphs([]) == []


def test_usage_is_given_by_name() -> None:
    assert Usage(3, 4, 1).as_dict() == {"prompt_tokens": 3, "completion_tokens": 4, "calls": 1}


def test_a_new_statement_is_unconfirmed_by_rules_and_not_struck() -> None:
    statement = Statement("One.")
    assert (statement.verdict, statement.how, statement.score, statement.struck, statement.paragraph) == (
        "unconfirmed",
        "rules",
        0.0,
        False,
        0,
    )


def test_the_table_of_verdicts_has_a_row_for_each_and_nothing_twice() -> None:
    assert set(VERDICTS) == set(get_args(Verdict))
    assert all(name == info.name for name, info in VERDICTS.items())
    assert len({info.sign for info in VERDICTS.values()}) == len(VERDICTS)
    assert len({info.words for info in VERDICTS.values()}) == len(VERDICTS)


def test_the_table_of_refusals_has_a_row_for_each() -> None:
    assert set(REFUSALS) == set(get_args(RefusalKind))
    assert (REFUSAL_PHRASE, CONFLICT_PHRASE) == ("The abstracts do not say.", "The abstracts disagree.")


@pytest.mark.parametrize(
    ("verdict", "by_rules", "by_a_model"),
    [
        ("supported", False, False),
        ("partly", True, False),
        ("unconfirmed", False, False),
        ("contradicted", True, True),
        ("unsupported", True, True),
        ("uncited", True, True),
    ],
)
def test_what_fails_must_not_stand(verdict: Verdict, by_rules: bool, by_a_model: bool) -> None:
    assert Statement("It is fast.", verdict=verdict, how="rules").fails is by_rules
    assert Statement("It is fast.", verdict=verdict, how="llama").fails is by_a_model


def test_only_a_supported_statement_without_problems_needs_no_note() -> None:
    clean = [name for name in VERDICTS if Statement("It is fast.", verdict=name).clean]
    assert clean == ["supported"]
    assert not Statement("It is fast.", verdict="supported", problems=("no paper has number 9",)).clean


def test_a_verdict_that_a_model_gives_has_a_probability_on_its_side() -> None:
    given = {name: info.score for name, info in VERDICTS.items() if info.definition}
    assert given == {
        "supported": 0.95,
        "partly": 0.4,
        "not_stated": 0.5,
        "contradicted": 0.03,
        "unsupported": 0.05,
    }
