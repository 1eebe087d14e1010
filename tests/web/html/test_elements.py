"""What the page is made of: text stays text, owners stay apart, a busy port is said."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape
from support.browser import ask, chat, elsewhere, look_at, more, visit
from support.payloads import PAYLOADS
from support.scripted_server import ScriptedServer

from assistant import Answer, Assistant, Evidence, Paper, Settings, Source, Statement
from assistant.conversation.store import Listed
from assistant.core.answers.answer import QuestionFilter, Ranked
from assistant.core.answers.refusal import Refusal
from assistant.core.answers.usage import Exchange
from assistant.core.errors import SettingsError
from assistant.library.catalogue import Page, Place
from assistant.library.identity.tally import AddReport, Change
from assistant.library.identity.where import Where
from assistant.library.maintenance.examine import Finding
from assistant.library.readers import Problem
from assistant.retrieval.passage import Similar
from assistant.web.html import answer as answer_html
from assistant.web.html import comparison, elements, frame, inspector, lists, maintenance, sources
from assistant.web.serve import serve

DANGEROUS = "script, img, iframe, object, embed, link, base, meta, video, audio, svg, math, style, form:not([data-asks], [data-selecting])"


def everything(nasty: str, number: int) -> str:
    """All that the page can show, made of one text."""
    paper = Paper(
        nasty, nasty, nasty, authors=(nasty,), venue=nasty, note=nasty, url=nasty, doi=nasty, arxiv_id=nasty
    )
    end = min(len(nasty), 6)
    statement = Statement(
        nasty,
        (paper.id,),
        "unconfirmed",
        how=nasty,
        problems=(nasty,),
        evidence=(Evidence(paper.id, nasty[:end], 0, end, nasty),),
    )
    answer = Answer(
        nasty, nasty, (statement,), (Source(1, paper),), (Ranked(paper.id, 0.5, {"dense": (1, 0.5)}),), warnings=(nasty,),
        standalone=f"{nasty}?", model=nasty, exchanges=(Exchange(nasty, nasty, nasty, nasty, nasty),), usage={"calls": 1},
        remark=nasty, filters=(QuestionFilter("author", nasty, nasty),),
    )  # fmt: skip
    refused = Answer(nasty, nasty, refusal=Refusal("not_stated", (paper,)))
    papers = {paper.id: paper}
    made = [
        answer_html.answered(answer, number, nasty),
        answer_html.answered(refused, number, nasty),
        answer_html.answered(
            replace(answer, listed=True, sources=(Source(1, paper), Source(2, paper))), number
        ),
        answer_html.working(nasty, number, nasty),
        answer_html.failed(nasty, number, nasty),
        answer_html.suggestions([nasty]),
        answer_html.instead([nasty], nasty, frame.LibraryCard("own", nasty, 2), editable=True),
        sources.of_answer(answer, number, papers),
        frame.picker([frame.LibraryCard(nasty, nasty, 1, nasty)], nasty),
        frame.welcome(
            [frame.OfferedQuestion(nasty, 1)], frame.LibraryCard("own", nasty, 1, nasty), editable=True
        ),
        lists.conversations(
            [Listed(nasty, nasty, nasty, nasty)], nasty, nasty, kept=True, names={nasty: nasty}
        ),
        lists.scope(
            lists.Asked(
                {nasty: nasty},
                {nasty: nasty},
                Where(author=nasty[:1000], venue=nasty[:1000], collection=nasty[:1000]),
                [nasty],
            ),
            nasty,
            nasty,
        ),
        lists.paper(paper, editable=True, picked=False),
        lists.similar(paper, [Similar(paper, 0.5)]),
        lists.papers(
            Page((paper,), 1),
            0,
            50,
            of=2,
            editable=True,
            collections=[nasty],
            collection=nasty,
            problems=[Problem(nasty, 1, nasty, nasty)],
        ),
        lists.narrowing(
            Where(author=nasty[:1000], collection=nasty[:1000]),
            [(kind, {nasty: 1}) for kind in ("collection", "author", "venue")],
            [1999],
            askable=True,
        ),
        answer_html.empty(
            nasty,
            number,
            frame.LibraryCard("own", nasty, 0),
            frame.LibraryCard(nasty, nasty, 1),
            editable=True,
        ),
        lists.chart([Place(paper, 0.1, 0.2)] * 3, 3),
        lists.report(AddReport(problems=(Problem(nasty, 1, nasty, nasty),))),
        lists.privacy([(nasty, nasty)], nasty, kept=True, allowed=True),
        inspector.inspector(answer, papers, "?answer=x"),
        comparison.picked([paper]),
        comparison.checked([statement], papers),
        elements.notice(nasty),
        maintenance.difference(
            nasty,
            AddReport(changes=(Change(nasty, nasty, (nasty,)),), problems=(Problem(nasty, 1, nasty, nasty),)),
            [paper],
        ),
        maintenance.panel(exists=True, result=maintenance.findings([Finding(nasty, nasty)])),
    ]
    return f'<section id="p{number}">{"".join(made)}</section>'


def test_the_words_of_a_question_are_marked_in_a_quote_of_a_list_and_the_quote_stays_as_it_is() -> None:
    said = "We compare <b>networks</b>: a network of owls beats the forest's."
    shown = elements.marked(said, "Which papers use a neural network for owls?")
    assert re.findall("<mark>(.*?)</mark>", shown) == ["networks", "network", "owls"]
    assert shown.replace("<mark>", "").replace("</mark>", "") == str(escape(said))
    assert elements.marked(said, "") == escape(said)


def test_where_a_size_is_asked_for_the_figures_that_have_it_are_marked() -> None:
    said = "In a trial on owls, 212 old keepers and 31 guests counted 14 minutes a day in 2024."
    shown = elements.marked(said, "Which trials on owls had more than 100 participants?")
    assert re.findall("<mark>(.*?)</mark>", shown) == ["owls", "212 old keepers"]
    assert re.sub("</?mark>", "", shown) == said
    shown = elements.marked("Crews (n = 406) of 12 ships sailed.", "Which studies had at least 400 people?")
    assert re.findall("<mark>(.*?)</mark>", shown) == ["406"]
    shown = elements.marked("Of 300 letters, 80 clubs wrote 90.", "Which studies asked more than 50 clubs?")
    assert re.findall("<mark>(.*?)</mark>", shown) == ["80 clubs"]


def plain(said: str) -> str:
    """What can be compared of a text: without white space, turning characters, and what HTML cannot hold."""
    kept = (ch for ch in said if not ch.isspace() and unicodedata.category(ch) not in ("Cc", "Cf"))
    return "".join(kept)


@pytest.mark.browser
def test_no_text_becomes_anything_else(page: Any) -> None:
    assert len(PAYLOADS) >= 100
    body = "".join(everything(nasty, number) for number, nasty in enumerate(PAYLOADS))
    page.set_default_timeout(120_000)
    page.set_content(f"<script>window.hits = 0; window.hit = () => hits++;</script><body>{body}</body>")
    page.evaluate("document.querySelectorAll('script').forEach((s) => s.remove())")
    page.evaluate(
        "document.querySelectorAll('section *').forEach((e) => { e.dispatchEvent(new Event('mouseover')); })"
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.hits") == 0
    assert (
        page.evaluate(
            "q => document.querySelectorAll('body :is(' + q + ')').length",
            DANGEROUS,
        )
        == 0
    )
    assert [url for url in page.asked if not url.startswith(("about:", "data:"))] == []
    shown = page.evaluate(
        "() => [...document.querySelectorAll('body > section')].map((s) => [s.querySelector('.question bdi').textContent,"
        " s.querySelector('.card .title bdi').textContent, s.querySelector('.card .abstract').textContent])"
    )
    for nasty, said in zip(PAYLOADS, shown, strict=True):
        for one in said:
            assert plain(one) == plain(nasty)
    handlers = page.evaluate(
        "[...document.querySelectorAll('body *')].filter((e) => [...e.attributes].some((a) => a.name.startsWith('on'))).length"
    )
    assert handlers == 0
    ways = page.evaluate("[...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href'))")
    assert [way for way in ways if re.match(r"\s*(javascript|data|vbscript|file):", way, re.I)] == []


@pytest.mark.browser
def test_a_library_a_question_and_a_model_full_of_payloads_stay_text_on_the_page(
    tmp_path: Path, page: Any
) -> None:
    nasty = [p for p in PAYLOADS if 8 < len(p) < 400]
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        library.add(
            [
                Paper(
                    f"p{n}",
                    f"Detector {n} {p}",
                    f"The detector {n} needs no proposals {p}. It is fast.",
                    source="t",
                )
                for n, p in enumerate(nasty)
            ]
        )
    reply = " ".join(f"The detector {n} needs no proposals {p} [1]." for n, p in enumerate(nasty[:60]))
    with (
        ScriptedServer(*[reply] * 8, *[500] * 40) as server,
        chat(
            "--library", str(tmp_path / "library"), ASSISTANT_LLM_MODEL="m", ASSISTANT_LLM_BASE_URL=server.url,
            ASSISTANT_VERIFY_MODEL="none", ASSISTANT_VERIFY_REPAIR="false",
        ) as url,
    ):  # fmt: skip
        page.add_init_script("window.hits = 0; window.hit = () => window.hits++;")
        visit(page, url)
        for asked in (
            "Which detector needs no proposals ${hit()} {{hit}}?",
            "<img src=x onerror=hit()> detector <script>hit()</script>",
        ):
            ask(page, asked)
            assert plain(page.text_content("#live .question bdi")) == plain(asked)
        more(page)
        page.click("#live [data-act=inspect]")
        page.wait_for_selector("#inspector .inspector")
        look_at(page, "library")
        page.wait_for_selector("#papers tbody tr >> nth=20")
        page.wait_for_selector("#map .point >> nth=20")
        page.hover("#map .point >> nth=-1")
        assert page.evaluate("window.hits") == 0
        inside = ":is(#live, #past, #sources, #papers, #map, #inspector, #conversations)"
        assert page.locator(f"{inside} :is(script, img, iframe, object, embed, svg, style)").count() == 0
        assert elsewhere(page, url) == []


@pytest.mark.browser
def test_fifty_thousand_characters_are_read_like_five(tmp_path: Path, page: Any) -> None:
    long = f"A detector needs no proposals {'and goes on ' * 380}. " * 11
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        library.add(
            [
                Paper("x", "X" * 3000, f"Detector {'word ' * 3900}", source="t"),
                Paper("y", "Y", "Detectors are slow.", source="t"),
            ]
        )
    with (
        ScriptedServer(long) as server,
        chat(
            "--library", str(tmp_path / "library"), ASSISTANT_LLM_MODEL="m", ASSISTANT_LLM_BASE_URL=server.url,
            ASSISTANT_LLM_MAX_TOKENS="20000", ASSISTANT_VERIFY_MODEL="none", ASSISTANT_VERIFY_REPAIR="false",
        ) as url,
    ):  # fmt: skip
        visit(page, url)
        page.set_default_timeout(90_000)
        ask(page, "Which detector needs no proposals?")
        assert len(page.inner_text("#live .answer")) > 50_000
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.fill("#question textarea", "why " * 12_500)
        page.press("#question textarea", "Enter")
        page.wait_for_selector(
            "#live > * .warning:has-text('50,000 characters'), #live .warning:has-text('49,999 characters')"
        )


def test_a_busy_port_is_said_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SettingsError, match="not free"):
            serve(None, sample=True, host="127.0.0.1", port=taken.getsockname()[1])


def test_marks_lie_on_exactly_the_evidence() -> None:
    abstract = "One two three four."
    marks = [(Evidence("p", "two three", 4, 13), 0), (Evidence("p", "three four", 8, 18), 1)]
    assert sources.marked(abstract, marks) == (
        '<span data-s="0">One </span><mark class="s0" data-s="0">two </mark><mark class="s0 s1" data-s="0">three</mark>'
        '<mark class="s1" data-s="0"> four</mark><span data-s="0">.</span>'
    )


def test_starting_the_page_twice_on_one_port_is_told(url: str) -> None:
    again = subprocess.run(
        [sys.executable, "-m", "assistant", "chat", "--port", url.rpartition(":")[2]],
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 1
    assert "not free" in again.stderr


GROWTH = """
import asyncio, pathlib, sys
import gradio as gr
from gradio.state_holder import SessionState
from starlette.requests import Request
from assistant import Assistant, Settings
from assistant.conversation.store import Conversations
from assistant.conversation.feedback import FeedbackFile
from assistant.web.gradio_patch import mend_sessions
from assistant.web.page import build
from assistant.web.state import Services

place = pathlib.Path(sys.argv[1])
if sys.argv[2] == "mended":
    mend_sessions()
library = Assistant(place / "library", settings=Settings())
services = Services(library, library, Conversations(place / "c.sqlite"), FeedbackFile(place / "f.jsonl"))
page = build(services)
events = {fn.api_name: fn for fn in page.fns.values()}
state = SessionState(page)
asker = gr.Request(request=Request({"type": "http", "headers": [], "method": "GET", "path": "/", "query_string": b""}))

async def fire(times):
    before = len(state.blocks_config.blocks)
    for _ in range(times):
        for name in ("load", "follow"):  # one writes what the other leaves as it is
            await page.process_api(
                events[name], [None] * len(events[name].inputs), request=asker, state=state, session_hash="x"
            )
    print(len(state.blocks_config.blocks) - before)

asyncio.run(fire(5))
"""


@pytest.mark.parametrize(("how", "grows"), [("mended", False), ("as it is", True)])
def test_a_tabs_state_grows_with_every_event_unless_gradio_is_mended(
    tmp_path: Path, how: str, grows: bool
) -> None:
    """The second case tells when Gradio no longer needs it."""
    made = subprocess.run(
        [sys.executable, "-c", GROWTH, str(tmp_path), how], capture_output=True, text=True, check=True
    )
    assert (int(made.stdout.split()[-1]) > 0) == grows
