"""Poor, odd and evil replies of models, each with what the user sees. No connection is made."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.endpoints import Service
from support.papers import PAPERS

from assistant import Answer, Assistant, AssistantError, Settings
from assistant.core.errors import ModelReplyInvalid

QUESTION = "How fast does Dot find cars on a phone?"
FAST = "Dot finds cars in 5 ms on a phone"
SHOWN = f"{FAST} [1]."
Judge = Callable[[dict[str, Any]], str]


class Script:
    """A model that replies as the test says: to the question, as judge, and on repair (the same again by default)."""

    def __init__(self) -> None:
        self.reply = self.repair = ""
        self.judge: Judge = approving
        self.calls: list[str] = []

    def __call__(self, request: dict[str, Any]) -> str:
        system = request["messages"][0]["content"]
        purpose = {"You check": "verify", "You corre": "repair", "You prepa": "search"}.get(
            system[:9], "answer"
        )
        if purpose == "search":
            return "Search: ?"
        self.calls.append(purpose)
        if purpose == "verify":
            return self.judge(request)
        return (self.repair or self.reply) if purpose == "repair" else self.reply


def approving(request: dict[str, Any]) -> str:
    """A judge that says yes to everything, and names as evidence what each sentence cites."""
    return judged(request, "supported", "")


def refusing(request: dict[str, Any]) -> str:
    return judged(request, "unsupported", "Dot")


def judged(request: dict[str, Any], verdict: str, words: str) -> str:
    text = request["messages"][-1]["content"]
    answer = dict(re.findall(r"^(\d+): (.*)$", text, re.M))
    asked = re.findall(r"\d+", text.rpartition("Check these sentences:")[2])
    items = [
        {
            "index": int(n),
            "evidence": re.findall(r"\[(\d+\.\d+)\]", answer[n]),
            "words": words,
            "verdict": verdict,
        }
        for n in asked
    ]
    return json.dumps({"verdicts": items})


@pytest.fixture(scope="module")
def script() -> Script:
    return Script()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, script: Script) -> Iterator[Assistant]:
    settings = Settings.model_validate({"llm": {"model": "scripted", "base_url": "http://model/v1"}})
    with Assistant(tmp_path_factory.mktemp("library"), settings=settings, transport=Service(script)) as made:
        made.add(PAPERS)
        yield made


@pytest.fixture
def ask(written: Assistant, script: Script) -> Callable[..., Answer]:
    def answer(reply: str, judge: Judge = approving, repair: str = "", question: str = QUESTION) -> Answer:
        script.reply, script.judge, script.repair, script.calls = reply, judge, repair, []
        return written.ask(question)

    return answer


MARKS = (
    "[1.3]", "[1.3][1.3]", "[1.3, 1.3]", "[1]", "[1.3][1]", "[^1]", "【1†source】", "【1.3】", "[Paper 1]", "(Paper 1)",
    "(1)", "(1.3)", "¹", "[1:3]", "[Paper 1, sentence 3]", "[paper 1.3]", "[Source 1]", "[Abstract 1]", "[1-3]",
    "[1.2-1.4]", "[1.3-4]", "[3.2]", "[2]", "[1][3]", "[1.3; 3.2]", "[42]", "[1.44]", "[0]", "",
)  # fmt: skip
BEHIND = ("{}. {}", "{}.{}", "{}.\n{}")
ROUND = ("(1)", "(1.3)", "(Paper 1)", "¹")
"""Marks that stand before the full stop only."""


@pytest.mark.parametrize(
    ("form", "mark"),
    [("{} {}.", mark) for mark in MARKS]
    + [(form, mark) for form in BEHIND for mark in MARKS if mark not in ROUND],
)
def test_a_true_sentence_is_shown_with_its_paper_however_it_is_marked(
    ask: Callable[..., Answer], form: str, mark: str
) -> None:
    answer = ask(form.format(FAST, mark))
    assert answer.text == SHOWN
    assert [source.paper.id for source in answer.sources] == ["dot"]
    assert answer.statements[0].verdict == "supported"


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (f"<think>Perhaps 9 ms [1].</think>{FAST} [1.3].", SHOWN),
        (f"<thinking>\nPerhaps.\n</thinking>\n\n{FAST} [1.3].", SHOWN),
        (f"Paper 1 says 9 ms. Let me see.</think>\n{FAST} [1.3].", SHOWN),
        (
            f"<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>{FAST} [1.3].<|return|>",
            SHOWN,
        ),
        (f"analysisPaper says 5 ms.assistantfinal{FAST} [1.3].", SHOWN),
        (f"{FAST} [1.3].</s>", SHOWN),
        (f"```\n{FAST} [1.3].\n```", SHOWN),
        ('```json\n{"answer": "' + FAST + ' [1.3]."}\n```', SHOWN),
        ('{"answer": "' + FAST + '.", "citations": ["1.3"]}', SHOWN),
        ('{"sentences": [{"text": "' + FAST + '.", "sources": [1]}]}', SHOWN),
        ('[{"sentence": "' + FAST + '.", "paper": 1}]', SHOWN),
        (f"Answer: {FAST} [1.3].", SHOWN),
        (f"**Answer:** {FAST} [1.3].", SHOWN),
        (f"**{FAST}** [1.3].", SHOWN),
        (f"1. {FAST} [1.3].\n2. Dot does not need object proposals [1.5].", f"{SHOWN}\n\nDot does not need object proposals [1]."),
        (f"# Speed\n\n- {FAST} [1.3].", SHOWN),
        (f"{FAST} [1.3].\n\nSources:\n[1] Dot: tiny detectors", SHOWN),
        (f'{FAST} [1]. "Dot finds cars in 5 ms on a phone."', SHOWN),
        (f'{FAST} [1].\n> "Dot finds cars in 5 ms on a phone."', SHOWN),
        (f"{FAST} [1]. «Dot finds cars in 5 ms on a phone.»", SHOWN),
        (f"{FAST} [1]. “Dot finds cars in 5 ms on a phone.”", SHOWN),
        (f"{FAST} [1]. <<Dot finds cars in 5 ms on a phone.>>", SHOWN),
        (f"{FAST} «Dot finds cars in 5 ms on a phone» [1].", SHOWN),
        ("«Dot finds cars in 5 ms on a phone.» [1]", SHOWN),
        (f"{FAST} [1]. «Dot is the fastest detector of all.»", SHOWN),
        (f"[{FAST}](https://evil.example) [1.3].", SHOWN),
        (f"{FAST} [1.3]. ![x](http://evil.example/a.png)", SHOWN),
        (f"<b>{FAST}</b> [1.3].<img src=x onerror=alert(1)>", SHOWN),
    ],
)  # fmt: skip
def test_of_a_reply_in_an_odd_form_the_answer_is_shown(
    ask: Callable[..., Answer], reply: str, shown: str
) -> None:
    answer = ask(reply)
    assert answer.text == shown
    assert {statement.verdict for statement in answer.statements} == {"supported"}
    assert answer.refusal is None


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (
            "Dot is a detector with one network. It finds cars in 5 ms on a phone. It does not need object proposals [1].",
            "Dot is a detector with one network [1]. It finds cars in 5 ms on a phone [1]. It does not need object proposals [1].",
        ),
        (f"{FAST}. Wave needs one GPU.", f"{SHOWN} Wave needs one GPU [2]."),
        (f"{FAST} [2.1]. Wave needs one GPU [1].", f"{SHOWN} Wave needs one GPU [2]."),
        (
            "| Model | mAP |\n|---|---|\n| Dot | 71% [1.4] |\n| BigDet | 68% [1.4] |",
            "Dot, 71% [1].\n\nBigDet, 68% [1].",
        ),
    ],
)
def test_each_sentence_gets_the_paper_that_carries_it(
    ask: Callable[..., Answer], reply: str, shown: str
) -> None:
    assert ask(reply).text == shown


@pytest.mark.parametrize(
    "reply",
    [
        "Dot findet Autos auf einem Telefon in 5 ms [1.3].",
        "Dot trouve des voitures en 5 ms sur un téléphone [1.3].",
        "Dot est « un détecteur » qui trouve des voitures en 5 ms [1.3].",
        "Auf Road erreicht Dot 71,0 % mAP [1.4].",
        "Dot在手机上5毫秒内找到汽车[1.3]。",
    ],
)
def test_a_true_sentence_in_another_language_is_not_struck(ask: Callable[..., Answer], reply: str) -> None:
    (statement,) = ask(reply).statements
    assert not statement.struck
    assert statement.verdict in ("supported", "unconfirmed")
    assert statement.citations == ("dot",)


@pytest.mark.parametrize(
    "reply",
    [
        "Dot finds cars in 7 ms on a phone [1.3].",
        "Dot finds cars in 5 s on a phone [1.3].",
        "Dot findet Autos auf einem Telefon in 9 ms [1.3].",
        "Dot needs object proposals [1.5].",
        "Dot does need object proposals [1.5].",
        "On the Road data set BigDet reaches 71% mAP, while Dot reaches 68% [1.4].",
        "Line decreases listening time by 12% for new users [2.3].",
        "Wave doubles the error of the national model at a lead time of three hours [3.3].",
        "Dot was trained by six companies for two years [1.3].",
        "Paris is the capital of France [1].",
        "The detector runs on every Finnish satellite [1.3].",
    ],
)
def test_a_false_sentence_is_never_supported_even_if_the_judge_approves(
    ask: Callable[..., Answer], reply: str
) -> None:
    (statement,) = ask(reply).statements
    assert statement.verdict != "supported"


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("The abstracts do not say.", "The abstracts do not say."),
        ('"The abstracts do not say."', "The abstracts do not say."),
        ("**The abstracts do not say.**", "The abstracts do not say."),
        ("The abstracts don’t say.", "The abstracts don’t say."),
        ("The abstracts do not say [none].", "The abstracts do not say."),
        ("The abstracts do not state the speed. [none]", "The abstracts do not state the speed."),
        (
            "I'm sorry, but the provided abstracts do not contain this information.",
            "I'm sorry, but the provided abstracts do not contain this information.",
        ),
        (
            "Unfortunately, I could not find an answer to your question in the context.",
            "Unfortunately, I could not find an answer to your question in the context.",
        ),
        ("This cannot be determined from the abstracts.", "This cannot be determined from the abstracts."),
    ],
)
def test_a_refusal_is_one_in_whatever_words(ask: Callable[..., Answer], reply: str, text: str) -> None:
    answer = ask(reply)
    assert answer.refusal is not None
    assert answer.refusal.kind == "not_stated"
    assert answer.refusal.nearest
    assert (answer.text, answer.statements) == (text, ())


@pytest.mark.parametrize(
    "repair", ["Die Abstracts geben das nicht an.", "1: Die Abstracts geben das nicht an [none]."]
)
def test_a_refusal_in_the_language_of_the_question_is_one(ask: Callable[..., Answer], repair: str) -> None:
    question = "Mit welcher Batchgröße wurde der Detektor Dot trainiert?"
    first = "Die Abstracts geben das nicht an" + ("." if repair.startswith("1") else " [none].")
    answer = ask(first, repair=repair, question=question)
    assert answer.refusal is not None
    assert answer.text == "Die Abstracts geben das nicht an."


@pytest.mark.parametrize(
    "part",
    [
        "The abstracts do not say.",
        "The abstracts do not say which batch size was used.",
        "Which batch size was used is not stated [none].",
    ],
)
def test_a_part_that_is_missing_is_shown_beside_the_answer(ask: Callable[..., Answer], part: str) -> None:
    answer = ask(f"{FAST} [1.3]. {part}")
    assert answer.text == f"{SHOWN} {part.replace(' [none]', '')}"
    assert [s.verdict for s in answer.statements] == ["supported", "not_stated"]
    assert answer.refusal is None
    assert answer.removed == 0


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ("<think>I wonder what", "The reply of scripted holds no answer"),
        ("<|channel|>analysis<|message|>Hm, this goes on", "The reply of scripted holds no answer"),
        ('{"answer": "Dot finds ca', "The reply of scripted holds no answer"),
        ("{}", "The reply of scripted holds no answer"),
        ("[1.3]", "The reply of scripted holds no answer"),
        ("...", "The reply of scripted holds no answer"),
        ("N/A", "The reply of scripted holds no answer"),
        (" \n", "The reply of scripted at model is empty"),
        ("", "The reply of scripted at model is empty"),
    ],
)
def test_a_reply_without_an_answer_is_an_error_and_no_refusal(
    ask: Callable[..., Answer], written: Assistant, reply: str, message: str
) -> None:
    with pytest.raises(ModelReplyInvalid, match=message):
        ask(reply)
    answer = written.ask(QUESTION, fallback=True)
    assert answer.model == "quotes"
    assert answer.refusal is None


@pytest.mark.parametrize(
    "reply", ["Paris is the capital of France.", "I hope this helps!", "Buy Line today [none]."]
)
def test_what_rests_on_no_paper_is_struck_and_no_refusal(ask: Callable[..., Answer], reply: str) -> None:
    answer = ask(f"{FAST} [1.3]. {reply}")
    assert [s.struck for s in answer.statements] == [False, True]
    assert answer.text.startswith(SHOWN)
    assert answer.refusal is None


def test_what_the_model_withdraws_on_repair_is_no_refusal(ask: Callable[..., Answer]) -> None:
    with pytest.raises(ModelReplyInvalid, match="Nothing that scripted wrote is supported"):
        ask("Dot finds cars in 7 ms on a phone [1.3].", repair="1: DROP")


@pytest.mark.parametrize(
    "repair",
    [f"1: {FAST} [1.3].", f"1. {FAST} [1.3].", f"1) {FAST} [1.3].", f"1 - {FAST} [1.3].", f"**1:** {FAST} [1.3].", f"{FAST} [1.3]."],
)  # fmt: skip
def test_a_repair_is_understood_in_several_forms(ask: Callable[..., Answer], repair: str) -> None:
    assert ask("Dot finds cars in 7 ms on a phone [1.3].", repair=repair).text == SHOWN


OWN = "On a phone Dot needs 5 ms to find cars [1.3]."
VERDICT = '{"index": 1, "evidence": ["1.3"], "words": "", "verdict": "supported"}'


@pytest.mark.parametrize(
    "reply",
    [
        f'{{"verdicts": [{VERDICT}]}}',
        f"[{VERDICT}]",
        VERDICT,
        f'<think>{{}}</think>```json\n{{"verdicts": [{VERDICT}]}}\n```',
        f'{{"verdicts": [{VERDICT.replace("supported", "Supported")}]}}',
        f'{{"verdicts": [{VERDICT.replace(": 1", ": 0")}]}}',
        f'{{"verdicts": [{VERDICT.replace("1.3", "[1.3]")}]}}',
        f'{{"verdicts": [{VERDICT}, {{"index": "x"}}, null]}}',
        '{"verdicts": [{"index": 1, "evidence": "1.3", "words": null, "verdict": "supported"}]}',
        '{"verdicts": [{"index": 1, "evidence": ["1.3"], "words": "71\\%", "verdict": "supported"}]}',
    ],
)
def test_verdicts_are_read_one_by_one_in_several_forms(ask: Callable[..., Answer], reply: str) -> None:
    answer = ask(OWN, judge=lambda _: reply)
    assert (answer.statements[0].verdict, answer.statements[0].how) == ("supported", "scripted")
    assert answer.warnings == ()


@pytest.mark.parametrize(
    "reply",
    [
        "All fine!",
        "",
        "{",
        '{"verdicts": []}',
        '{"error": "overloaded"}',
        '{"verdicts": [{"index": 1}]}',
        "null",
    ],
)
def test_a_judge_without_verdicts_is_an_error_that_is_said(ask: Callable[..., Answer], reply: str) -> None:
    answer = ask(OWN, judge=lambda _: reply)
    assert answer.statements[0].verdict == "unconfirmed"
    assert any("No model checked the answer" in warning for warning in answer.warnings)


def test_a_sentence_that_the_judge_passes_over_is_named(ask: Callable[..., Answer]) -> None:
    answer = ask(f"{OWN} Proposals are nothing that Dot needs [1.5].", judge=lambda _: f"[{VERDICT}]")
    assert [s.verdict for s in answer.statements] == ["supported", "unconfirmed"]
    assert answer.warnings == ("The model that checks gave no verdict on 1 sentence.",)


def test_a_rejection_that_names_no_words_leaves_a_sentence_unconfirmed(ask: Callable[..., Answer]) -> None:
    reply = '{"verdicts": [{"index": 1, "evidence": [], "words": "", "verdict": "unsupported"}]}'
    (statement,) = ask(OWN, judge=lambda _: reply).statements
    assert (statement.verdict, statement.struck) == ("unconfirmed", False)
    assert statement.problems == ("scripted objects, but does not say to what.",)


def test_a_rejection_that_names_its_words_strikes_a_sentence(ask: Callable[..., Answer]) -> None:
    (statement,) = ask(OWN, judge=refusing).statements
    assert (statement.verdict, statement.struck) == ("unsupported", True)
    assert statement.problems == ('The abstract does not say this: "Dot".',)


def test_citations_that_the_judge_finds_superfluous_are_dropped(ask: Callable[..., Answer]) -> None:
    answer = ask("On a phone Dot needs 5 ms to find cars [1.3][3.2].", judge=lambda _: f"[{VERDICT}]")
    assert answer.text == "On a phone Dot needs 5 ms to find cars [1]."


def test_the_judge_sees_the_question_and_of_papers_only_what_is_cited(
    ask: Callable[..., Answer], script: Script
) -> None:
    seen: list[str] = []

    def judge(request: dict[str, Any]) -> str:
        seen.append("\n".join(m["content"] for m in request["messages"]))
        return approving(request)

    ask(OWN, judge=judge)
    (prompt,) = seen
    assert QUESTION in prompt
    assert "1: On a phone Dot needs 5 ms to find cars [1.3]." in prompt
    assert "\n3 Dot finds cars in 5 ms on a phone.\n" in prompt
    assert "Dot does not need object proposals" not in prompt
    assert "Wave" not in prompt


def test_no_judge_is_asked_about_what_is_certain(ask: Callable[..., Answer], script: Script) -> None:
    ask(f"{FAST} [1.3].")
    assert script.calls == ["answer"]


def test_errors_are_one_sentence(ask: Callable[..., Answer]) -> None:
    with pytest.raises(AssistantError) as caught:
        ask("{}")
    assert "\n" not in str(caught.value)
    assert "{" not in str(caught.value)
