"""A verdict, a kind of refusal or a channel of retrieval needs no code of the surfaces that show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from assistant import Answer, Evidence, Paper, Source, Statement
from assistant.cli import text
from assistant.conversation.store import Conversation, new_turn
from assistant.core.answers.answer import Ranked
from assistant.core.answers.refusal import REFUSALS, Refusal, RefusalInfo, RefusalKind
from assistant.core.answers.statement import VERDICTS, VerdictInfo
from assistant.core.markup import environment
from assistant.export import transcript
from assistant.web.html import answer as answer_html
from assistant.web.html import comparison, inspector, sources
from evals.reports import html as report

DOT = Paper("dot", "Dot", "Dot finds cars in 5 ms.")
NEW = cast("Any", "overstated")
# In the chat a sentence with one of these needs no note.
CALM = ("supported", "not_stated")


@pytest.fixture
def overstated(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more row in each table."""
    row = VerdictInfo(NEW, "▲", "bad", "the abstract is more cautious", "too strong", fails="always")
    monkeypatch.setitem(cast("dict[str, VerdictInfo]", VERDICTS), NEW, row)
    refusal = RefusalInfo("too broad", "Please ask about one topic.")
    monkeypatch.setitem(cast("dict[str, RefusalInfo]", REFUSALS), "too_broad", refusal)


def answer_with(verdict: Any) -> Answer:
    statement = Statement(
        "Dot is fast.", ("dot",), verdict, evidence=(Evidence("dot", "Dot finds cars", 0, 14),)
    )
    return Answer(
        "Is it fast?", "Dot is fast [1].", (statement,), (Source(1, DOT),), (Ranked("dot", 0.5, {"graph": (2, 0.4)}),)
    )  # fmt: skip


def surfaces(answer: Answer) -> Mapping[str, str]:
    """The answer wherever a verdict is shown."""
    conversation = Conversation("c", "Dot", "2026", (new_turn(answer),))
    pages = environment(report.HERE / "pages", verdicts=VERDICTS, refusals=REFUSALS)
    return {
        "chat": answer_html.answered(answer, 0),
        "inspector": inspector.inspector(answer, {"dot": DOT}),
        "check": comparison.checked(answer.statements, {"dot": DOT}),
        "html": transcript.html(conversation),
        "markdown": transcript.markdown(conversation),
        "terminal": text.answer_text(answer),
        "statements": text.statements_text(answer.statements, {"dot": "Dot"}),
        "report": pages.get_template("parts.html").module.answer(answer),  # type: ignore[attr-defined]
    }


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_is_shown_with_its_sign_and_name(verdict: str) -> None:
    shown = surfaces(answer_with(verdict))
    assert all(
        VERDICTS[cast("Any", verdict)].sign in shown[name]
        for name in ("chat", "inspector", "check", "report")
        if name != "chat" or verdict not in CALM
    )
    # What needs no note is calm in the chat: its status says how many sentences are confirmed.
    clean = ("html", "markdown", "terminal", "chat") if verdict == "supported" else ()
    for name in set(shown) - {"inspector", *clean}:
        made = shown[name].lower()
        assert verdict in made or VERDICTS[cast("Any", verdict)].label in made, name


def test_a_new_verdict_is_shown_everywhere(overstated: None) -> None:
    shown = surfaces(answer_with(NEW))
    assert all("overstated" in made.lower() for name, made in shown.items() if name != "inspector")
    for name in ("chat", "check", "report"):
        assert 'class="verdict overstated bad"' in shown[name], name
    assert "▲ the abstract is more cautious; checked by rules" in shown["inspector"]
    assert '<span aria-hidden="true">▲</span> The abstract is more cautious</span>' in shown["chat"]
    assert "0 of 1 sentence confirmed" in shown["chat"]
    assert Statement("Dot is fast.", verdict=NEW).fails


def test_why_a_sentence_is_set_off_stands_in_the_same_box() -> None:
    doubted = replace(answer_with("unconfirmed").statements[0], problems=("It has no figure.",))
    shown = answer_html.answered(replace(answer_with("unconfirmed"), statements=(doubted,)), 0)
    assert "</span> Not confirmed: <bdi>It has no figure.</bdi></span>" in shown
    assert "</span> Not confirmed: compare it with the abstract</span>" in answer_html.answered(
        answer_with("unconfirmed"), 0
    )


def test_what_the_abstracts_leave_open_is_told_calmly_and_is_no_fault() -> None:
    told = answer_with("supported")
    left_open = Statement("The abstracts do not say how large it is.", verdict="not_stated")
    both = replace(told, statements=(replace(told.statements[0], how="rules"), left_open))
    shown = answer_html.answered(both, 0)
    assert '<p class="note" dir="auto">' in shown
    assert 'class="verdict' not in shown
    assert "1 of 1 sentence confirmed" in shown
    refused = answer_html.answered(replace(both, statements=(left_open,)), 0)
    assert "0 sentence" not in refused


@pytest.mark.parametrize("kind", REFUSALS)
def test_every_refusal_is_said_in_the_words_of_the_table(kind: RefusalKind) -> None:
    refused = Answer("Who won?", "The abstracts do not say.", refusal=Refusal(kind, (DOT,)))
    words = REFUSALS[kind].words
    for name, made in surfaces(refused).items():
        plain = str(made).replace("&#39;", "'").replace("\\", "")
        expected = {"report": f"refused: {REFUSALS[kind].name}", "inspector": REFUSALS[kind].name}.get(
            name, words
        )
        assert expected in plain or name in ("check", "statements"), name


def test_a_new_refusal_is_said(overstated: None) -> None:
    refused = Answer("Who won?", "The abstracts do not say.", refusal=Refusal(cast("Any", "too_broad")))
    assert '<p class="refusal">Please ask about one topic.</p>' in answer_html.answered(refused, 0)


def test_a_channel_without_a_label_is_shown_by_its_name() -> None:
    assert '<span class="label">graph</span>' in sources.of_answer(answer_with("supported"), 0)
    assert '<th scope="col">Graph</th>' in surfaces(answer_with("supported"))["inspector"]


def test_a_channel_that_found_nothing_is_no_column() -> None:
    made = surfaces(answer_with("supported"))["inspector"]
    assert [head for head in ("Semantic match", "Keywords", "Title match") if head in made] == []


def test_a_checked_text_is_counted_and_what_is_only_near_is_called_so() -> None:
    (good,), (bare,) = answer_with("supported").statements, answer_with("uncited").statements
    made = comparison.checked([good, bare], {"dot": DOT})
    assert "<b>2 sentences:</b> 1 supported, 1 uncited</p>" in made
    assert made.count("Nearest in the abstracts:") == 1
    assert "sentences:" not in comparison.checked([good], {"dot": DOT})


@pytest.mark.parametrize(
    ("verdict", "near"), [("supported", False), ("contradicted", False), ("unsupported", True)]
)
def test_words_that_prove_nothing_are_not_marked_as_proof(verdict: Any, near: bool) -> None:
    answer = answer_with(verdict)
    assert ('class="s0 near"' in sources.of_answer(answer, 0)) is near
    # Where another sentence rests on the same words, they are its proof.
    both = (*answer.statements, *answer_with("supported").statements)
    assert " near" not in sources.of_answer(replace(answer, statements=both), 0)


def test_what_is_struck_through_is_red_and_what_stands_with_a_doubt_is_not() -> None:
    partly = answer_with("partly")
    struck = replace(partly, statements=(replace(partly.statements[0], struck=True),))
    assert "flagged warn" in answer_html.answered(partly, 0)
    assert "flagged bad" in answer_html.answered(struck, 0)
