"""The chat with a model that writes: stages, verdicts, Stop, failures, waiting. The endpoint is scripted."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from support.browser import ask, chat, look_at, more, serious, visit
from support.scripted_server import ScriptedServer

pytestmark = pytest.mark.browser


def test_a_written_answer_comes_with_its_stages_and_verdicts(page: Any) -> None:
    reply = "SSD detects objects in images with a single deep neural network [1]. SSD was invented on Mars in 1720 [1]."
    with (
        ScriptedServer(reply, 500, 500, 500, 500) as server,
        chat(
            "--sample",
            ASSISTANT_LLM_MODEL="scripted",
            ASSISTANT_LLM_BASE_URL=server.url,
            ASSISTANT_LLM_INPUT_PRICE="3",
        ) as url,
    ):
        visit(page, url)
        assert "scripted at 127.0.0.1" in page.inner_text("#scope .model")
        assert "this chat" not in page.inner_text("#scope .model")
        assert "Nothing leaves" not in page.inner_text("#live .welcome"), "abstracts are sent to the model"
        ask(page, "What is SSD?")
        assert re.search(r"\$0\.0\d+ this chat", page.inner_text("#scope .model"))
        assert "Mars" in page.inner_text("#live .flagged del")
        assert "The abstract does not say this" in page.inner_text("#live .verdict.unsupported >> nth=0")
        assert "1 of 2 sentences confirmed" in page.inner_text("#live .status")
        assert serious(page) == []
        more(page)
        page.click("#live [data-act=inspect]")
        page.wait_for_selector("#inspector details.exchange")
        page.click("#inspector details.exchange summary >> nth=0")
        assert "1720" in page.inner_text("#inspector details.exchange >> nth=0")


def test_stop_ends_the_model_call_and_once_more_is_offered(page: Any) -> None:
    with (
        ScriptedServer("SSD needs no object proposals [1]. " * 50, delay=0.3) as server,
        chat(
            "--sample",
            ASSISTANT_LLM_MODEL="slow",
            ASSISTANT_LLM_BASE_URL=server.url,
            ASSISTANT_VERIFY_MODEL="none",
        ) as url,
    ):
        visit(page, url)
        page.fill("#question textarea", "What is SSD?")
        page.press("#question textarea", "Enter")
        page.wait_for_selector("#live .statement")
        page.wait_for_selector("#live .working .elapsed:has-text('s')")
        began = time.monotonic()
        page.keyboard.press("Escape")
        page.wait_for_selector("#live .working", state="detached")
        assert time.monotonic() - began < 2
        assert "incomplete" in page.inner_text("#live")
        for _ in range(40):
            page.wait_for_timeout(0 if server.left else 100)
        assert server.left, "the endpoint saw that nobody reads any more"


def test_where_the_model_fails_quotes_are_offered(page: Any) -> None:
    with (
        ScriptedServer(401, 401, 401, 401, 401, 401, 401, 401) as server,
        chat("--sample", ASSISTANT_LLM_MODEL="m", ASSISTANT_LLM_BASE_URL=server.url) as url,
    ):
        visit(page, url)
        page.fill("#question textarea", "What is SSD?")
        page.press("#question textarea", "Enter")
        page.wait_for_selector("#live .warning")
        assert "refused the key" in page.inner_text("#live .warning")
        assert page.inner_text("#live .retry") == "Try again"
        assert "refused the key" in page.inner_text("#said"), "a screen reader is told"
        assert serious(page) == []
        page.click("#live [data-act=quotes]")
        page.wait_for_selector("#live .turn[data-key] .lead")
        assert "Quoted word for word" in page.inner_text("#live .status")


def test_who_has_to_wait_sees_that_others_are_before(page: Any) -> None:
    with (
        ScriptedServer(*["SSD needs no object proposals [1]. " * 30] * 2, delay=0.2) as server,
        chat(
            "--sample",
            ASSISTANT_LLM_MODEL="slow",
            ASSISTANT_LLM_BASE_URL=server.url,
            ASSISTANT_VERIFY_MODEL="none",
            ASSISTANT_WEB_CONCURRENCY="1",
        ) as url,
    ):
        visit(page, url)
        with page.context.browser.new_context() as second:
            other = second.new_page()
            other.asked = []
            visit(other, url)
            other.fill("#question textarea", "What is SSD?")
            other.press("#question textarea", "Enter")
            other.wait_for_selector("#live .working")
            page.fill("#question textarea", "What is SSD?")
            page.press("#question textarea", "Enter")
            page.wait_for_selector("#live .working:has-text('Yours is next')")
            other.click("#stop")
            page.wait_for_selector("#live .statement")


def test_the_sentence_that_is_being_written_is_greyed_and_tokens_are_told(page: Any) -> None:
    reply = "SSD detects objects in images with a single deep neural network [1]. It needs no object proposals [1]."
    with (
        ScriptedServer(reply, delay=0.1) as server,
        chat(
            "--sample",
            ASSISTANT_LLM_MODEL="slow",
            ASSISTANT_LLM_BASE_URL=server.url,
            ASSISTANT_VERIFY_MODEL="none",
        ) as url,
    ):
        visit(page, url)
        page.fill("#question textarea", "What is SSD?")
        page.press("#question textarea", "Enter")
        page.wait_for_selector("#live .writing")
        assert "SSD" in page.inner_text("#live .writing")
        page.wait_for_selector("#live .status")
        assert page.query_selector("#live .writing") is None
        assert "110 tokens" in page.inner_text("#live .status")


def test_a_user_chooses_the_length_of_answers_and_what_writes_them(page: Any) -> None:
    """Chosen in the browser, kept there, and asked with; the page says what answers."""
    with (
        ScriptedServer(*["SSD needs no object proposals [1]."] * 9) as server,
        chat(
            "--sample",
            ASSISTANT_LLM_MODEL="large",
            ASSISTANT_LLM_BASE_URL=server.url,
            ASSISTANT_WEB_MODELS="small, large",
        ) as url,
    ):
        visit(page, url)
        look_at(page, "settings")
        assert page.locator("#model option").all_inner_texts() == ["large", "small", "No model: quotes only"]
        assert page.locator("#length option:checked").inner_text() == "Normal"
        page.select_option("#length", "short")
        page.select_option("#model", "small")
        page.wait_for_selector("#privacy:has-text('small at')")
        page.reload()
        page.wait_for_selector("#scope .model:has-text('small at')")
        look_at(page, "chat")
        ask(page, "What is SSD?")
        sent = [request for request in server.requests if "Question: What is SSD?" in str(request)]
        assert [request["model"] for request in sent] == ["small"] * len(sent)
        assert "one sentence is often enough" in str(sent[0])
        look_at(page, "settings")
        assert (page.input_value("#length"), page.input_value("#model")) == ("short", "small")
        page.select_option("#model", "quotes")
        page.wait_for_selector("#privacy:has-text('quotes')")
        assert serious(page) == []
        asked = len(server.requests)
        look_at(page, "chat")
        ask(page, "What is SSD?")
        assert "Quoted word for word" in page.inner_text("#live .status")
        assert len(server.requests) == asked, "no model was asked"


def test_an_answer_is_asked_for_again_with_quotes_or_as_it_is_set(page: Any) -> None:
    with (
        ScriptedServer(*["SSD detects objects in images with one deep neural network [1]."] * 9) as server,
        chat("--sample", ASSISTANT_LLM_MODEL="m", ASSISTANT_LLM_BASE_URL=server.url) as url,
    ):
        visit(page, url)
        ask(page, "What is SSD?")
        more(page)
        page.click("#live [data-act=quotes]")
        page.wait_for_selector("#past .turn")
        page.wait_for_selector("#live .turn[data-key] .status:has-text('Quoted word for word')")
        more(page)
        assert page.locator("#live [data-act=quotes]").count() == 0, "it has quotes already"
        page.click("#live .row[data-ask]")
        page.wait_for_selector("#past .turn >> nth=1")
        page.wait_for_selector("#live .turn[data-key] .status:has-text('tokens')")


def test_a_sentence_is_written_where_and_as_it_will_stay_and_is_no_fault_before_it_is_checked(
    page: Any,
) -> None:
    """In grey and as large as the first sentence of an answer, also while the model that checks has not seen it."""
    supported = json.dumps(
        {"verdicts": [{"index": 1, "evidence": ["1.1"], "words": "", "verdict": "supported"}]}
    )
    reply = (
        "With one network alone, SSD finds objects in pictures [1.1]. "
        + "SSD needs no object proposals [1.2]. " * 6
    )
    look = """(place) => { const one = document.querySelector(place); const style = getComputedStyle(one), box = one.getBoundingClientRect();
      return [style.fontSize, style.lineHeight, Math.round(box.x), Math.round(box.y), style.backgroundColor]; }"""
    with (
        ScriptedServer(reply, *[supported] * 4, delay=0.1) as server,
        chat("--sample", ASSISTANT_LLM_MODEL="slow", ASSISTANT_LLM_BASE_URL=server.url) as url,
    ):
        visit(page, url)
        page.fill("#question textarea", "What is SSD?")
        page.press("#question textarea", "Enter")
        page.wait_for_selector("#live .writing:first-child")
        written = page.evaluate(look, "#live .writing")
        assert written[:2] == ["20px", "30px"]
        page.wait_for_selector("#live .answer[aria-busy] .statement")
        unchecked = page.evaluate(look, "#live .answer > :first-child")
        assert page.locator("#live .verdict.unconfirmed:visible").count() == 0
        page.wait_for_selector("#live .turn[data-key] .lead")
        assert written == unchecked == page.evaluate(look, "#live .lead")
