"""The page in headless Chromium: ask, see the answer stream, click a citation, see the words; and nothing from elsewhere."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import PAPERS

from assistant import Answer, Evidence, Source, Statement
from assistant.errors import SettingsError
from assistant.feedback import FeedbackFile
from assistant.web import html
from assistant.web.serving import serve
from evals.scripted import ScriptedServer

QUESTION = "Which detector needs no object proposals?"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(*arguments: str, **environ: str) -> tuple[subprocess.Popen[str], str]:
    port = free_port()
    command = [sys.executable, "-m", "assistant", "chat", "--port", str(port), *arguments]
    server = subprocess.Popen(command, env={**os.environ, **environ}, stdout=subprocess.DEVNULL, text=True)
    url = f"http://127.0.0.1:{port}"
    for _ in range(120):
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return server, url
        except (urllib.error.URLError, OSError):
            assert server.poll() is None, "the chat ended"
            time.sleep(0.5)
    raise AssertionError("the chat did not start")


def stop(server: subprocess.Popen[str]) -> None:
    server.terminate()
    server.wait(timeout=20)


@pytest.fixture(scope="module")
def chat(_home: None) -> Iterator[str]:
    """The chat over the sample library."""
    server, url = start()
    yield url
    stop(server)


def ask(page: Any, question: str) -> None:
    page.fill("#question textarea", question)
    page.click("#ask")
    page.wait_for_selector("#chat a.cite")
    page.wait_for_selector("#sources .turn.shown")


@pytest.mark.browser
def test_a_citation_leads_to_the_exact_words(chat: str, page: Any) -> None:
    page.goto(chat)
    page.wait_for_selector("#question textarea")
    assert "Sample library" in page.inner_text("#banner")
    assert "72 papers" in page.inner_text("#banner")
    assert "quotes" in page.inner_text("#banner")
    ask(page, QUESTION)
    page.click("#chat a.cite >> nth=0")
    page.wait_for_selector("#sources mark.lit")
    lit = page.inner_text("#sources mark.lit")
    assert lit.rstrip(".")[:60] in page.inner_text("#chat")
    assert "SSD" in page.inner_text("#sources details[open] summary")
    assert "Summary written for this demo" in page.inner_text("#sources details[open]")
    ask(page, "How fast is Next Block Prediction?")
    page.wait_for_function("document.querySelectorAll('#sources .turn').length === 2")
    page.click("#chat a.cite >> nth=0")
    page.wait_for_selector('#sources .turn.shown[data-turn="0"]')
    others = [u for u in page.asked if not u.startswith((chat, "data:", "blob:")) and "127.0.0.1" not in u]
    assert others == []


@pytest.mark.browser
def test_examples_switching_and_checking_a_text(chat: str, page: Any) -> None:
    page.goto(chat)
    page.wait_for_selector("#question textarea")
    page.click("text=Which detector needs no object proposals?")
    page.wait_for_function("document.querySelector('#question textarea').value.includes('proposals')")
    page.click("text=Your library")
    page.wait_for_function("document.querySelector('#banner').innerText.includes('empty')")
    page.click("#library >> text=Sample library")
    page.wait_for_function("document.querySelector('#banner').innerText.includes('72 papers')")
    page.click("role=tab[name='Check my text']")
    page.fill(
        "#draft textarea",
        "LXMERT has four encoders. A learnable gate decides for each single feature whether it belongs to the feature set.",
    )
    page.click("#check")
    page.wait_for_selector("#checked .checked >> nth=1")
    assert "could cite" in page.inner_text("#checked")


@pytest.mark.browser
def test_a_written_answer_streams_with_its_verdicts(tmp_path: Path, page: Any) -> None:
    reply = "SSD detects objects in images with a single deep neural network [1]. SSD was invented on Mars in 1720 [1]."
    with ScriptedServer(reply, 500, 500, 500, 500) as server:
        process, url = start(ASSISTANT_LLM_MODEL="scripted", ASSISTANT_LLM_BASE_URL=server.url)
        try:
            page.goto(url)
            page.wait_for_selector("#question textarea")
            assert "scripted at 127.0.0.1" in page.inner_text("#banner")
            ask(page, "What is SSD?")
            page.wait_for_selector("#chat .verdict")
            assert "Mars" in page.inner_text("#chat del")
        finally:
            stop(process)


@pytest.mark.browser
def test_what_a_user_says_of_an_answer_is_kept_with_it(tmp_path: Path, page: Any) -> None:
    process, url = start("--sample", XDG_DATA_HOME=str(tmp_path))
    kept = FeedbackFile(tmp_path / "abstracts-assistant" / "feedback.jsonl")
    try:
        page.goto(url)
        page.wait_for_selector("#question textarea")
        ask(page, QUESTION)
        page.click("#chat [aria-label=Like]")
        page.wait_for_selector("text=Thank you")
        page.hover("#chat [aria-label=Feedback]")
        page.click("text=Missing paper")
        for _ in range(100):
            if len(kept.read()) == 2:
                break
            page.wait_for_timeout(100)
    finally:
        stop(process)
    assert [feedback.kind for feedback in kept.read()] == ["good", "missing_paper"]
    assert {feedback.answer.question for feedback in kept.read()} == {QUESTION}


def test_a_busy_port_is_said_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SettingsError, match="not free"):
            serve(None, sample=True, host="127.0.0.1", port=taken.getsockname()[1])


@pytest.mark.parametrize(
    "nasty",
    [
        "<img src=x onerror=alert(1)>",
        "![x](https://evil.example/a.png)",
        "[a](javascript:alert(1))",
        "**b** `c` <script>",
    ],
)
def test_no_text_becomes_markup(nasty: str) -> None:
    paper = PAPERS[0]
    statement = Statement(
        nasty, (paper.id,), "unconfirmed", problems=(nasty,), evidence=(Evidence(paper.id, "Object", 0, 6),)
    )
    answer = Answer(nasty, nasty, (statement,), (Source(1, paper),), warnings=(nasty,))
    for made in (html.answer_message(answer, 0), html.user_message(nasty), html.sources_panel(answer, 0)):
        assert "<img" not in made
        assert "<script" not in made
        assert "](" not in made
        assert "**" not in made


def test_marks_lie_on_exactly_the_evidence() -> None:
    text = "One two three four."
    marks = [(Evidence("p", "two three", 4, 13), 0), (Evidence("p", "three four", 8, 18), 1)]
    made = html.marked(text, marks)
    assert (
        made
        == 'One <mark class="s0">two </mark><mark class="s0 s1">three</mark><mark class="s1"> four</mark>.'
    )
