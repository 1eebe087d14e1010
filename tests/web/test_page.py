"""The chat in headless Chromium, as its users meet it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.browser import (
    QUESTION,
    answered,
    ask,
    behind,
    chat,
    conversations,
    download,
    elsewhere,
    serious,
    sources,
    tab,
    visit,
)

from assistant import Assistant, Paper, Settings
from assistant.conversation.feedback import FeedbackFile
from evals.studies.scripted_server import ScriptedServer

pytestmark = pytest.mark.browser

LOOKS = [(size, theme) for size in ("desktop", "phone") for theme in ("light", "dark")]
BIBTEX = """@inproceedings{dot, title = {Dot: Tiny D{\\'e}tectors}, author = {Byron, Ada and Chen, Bo}, year = {2024},
  booktitle = {Proc. of Things}, doi = {10.1/dot},
  abstract = {Object detectors are slow. We present Dot, a detector with one network. Dot finds cars in 5 ms on a phone.}}
@article{broken, title = {No abstract here}}
"""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test runs in all four looks: in the first always, in the others with the slow ones, unless it says itself."""
    if "theme" not in metafunc.fixturenames:
        others = [pytest.param(look, marks=pytest.mark.slow) for look in LOOKS[1:]]
        metafunc.parametrize("look", [LOOKS[0], *others], ids="-".join, indirect=True)


@pytest.fixture(autouse=True)
def look(request: pytest.FixtureRequest, page: Any) -> None:
    """The size and the theme in which the page is seen."""
    page.look = getattr(request, "param", LOOKS[0])


@pytest.fixture(scope="module")
def url(_home: None) -> Iterator[str]:
    """The chat over the sample library."""
    with chat("--sample") as address:
        yield address


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_an_answer_and_its_proof_stand_side_by_side(url: str, page: Any, size: str, theme: str) -> None:
    visit(page, url, size=size, theme=theme)
    assert "72 papers" in page.inner_text("#banner")
    ask(page, QUESTION)
    page.click("#live a.cite >> nth=1")
    page.wait_for_selector("#sources mark.lit")
    lit = page.inner_text("#sources mark.lit >> nth=0")
    assert lit.rstrip(".")[:60] in page.inner_text("#live .answer")
    card = page.inner_text("#sources .card[open] >> nth=0")
    assert "SSD" in card
    assert "Summary written for this demo" in card
    page.click("#sources .card[open] .why summary")
    assert "semantic match" in page.inner_text("#sources .card[open] .why")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
    assert serious(page) == []
    assert elsewhere(page, url) == []


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_every_tab_is_readable_for_everyone(url: str, page: Any, size: str, theme: str) -> None:
    visit(page, url, size=size, theme=theme)
    ask(page, QUESTION)
    page.click("#live [data-act=inspect]")
    page.wait_for_selector("#inspector .inspector")
    assert serious(page) == []
    for name in ("Library", "Compare", "Check my text", "Settings"):
        tab(page, name)
        page.wait_for_timeout(400)
        assert serious(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_at_twice_the_letters_nothing_is_lost(url: str, page: Any) -> None:
    visit(page, url)
    # 200 % zoom of a window of 1280 x 900 is a page of 640 x 450.
    page.set_viewport_size({"width": 640, "height": 450})
    ask(page, QUESTION)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("#live a.cite >> nth=0")
    page.wait_for_selector("#sources mark.lit")


def test_hovering_a_sentence_tells_its_verdict_and_quote_and_escape_hides_it(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, QUESTION)
    page.hover("#live .statement >> nth=0")
    tip = page.locator("#live .statement .tip >> nth=0")
    tip.wait_for()
    assert "supported by the abstract" in tip.inner_text()
    assert "SSD detects objects" in tip.inner_text()
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    assert "✓" in page.inner_text("#live .verdict >> nth=0"), "a sign, not a colour alone"


def test_selected_words_lead_to_the_closest_sentence(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, QUESTION)
    page.evaluate(
        """() => {
        const text = [...document.querySelectorAll("#live .statement")].find((s) => s.innerText.includes("resampling")).firstChild;
        getSelection().selectAllChildren(text.parentElement);
        const range = document.createRange();
        range.setStart(text, 0); range.setEnd(text, text.length);
        getSelection().removeAllRanges(); getSelection().addRange(range);
        document.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
    }"""
    )
    page.wait_for_selector("#sources .lit")
    assert "resampling" in page.inner_text("#sources .lit >> nth=0")


def test_keys_do_what_the_mouse_does(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, QUESTION)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.dataset.statement") == "1"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.dataset.statement") == "0"
    page.keyboard.press("Enter")
    page.wait_for_selector("#sources mark.lit")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"


def test_a_refusal_shows_the_nearest_papers_and_better_questions(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, "Who won the football world cup in 1998?")
    assert "I found nothing about this in the library" in page.inner_text("#live .refusal")
    assert page.locator("#live ul.near li").count() == 3
    page.wait_for_selector("#following .next .ask")
    assert page.locator("#following .next .ask").count() == 2
    better = page.inner_text("#following .next .ask >> nth=0")
    page.click("#following .next .ask >> nth=0")
    answered(page, better)
    assert page.locator("#live .refusal").count() == 0, "what is offered can be answered"


def test_follow_ups_are_understood_shown_and_can_be_changed(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, QUESTION)
    ask(page, "And how fast is it?")
    assert page.input_value("#live .standalone input") == "And how fast is SSD?"
    page.fill("#live .standalone input", "How fast is Next Block Prediction?")
    page.click("#live .standalone button")
    answered(page, "How fast is Next Block Prediction?")
    assert page.locator("#past .turn").count() == 2


def test_what_could_be_asked_next_can_be_answered(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, QUESTION)
    page.wait_for_selector("#following .next .ask")
    assert 1 <= page.locator("#following .next .ask").count() <= 3
    next_one = page.inner_text("#following .next .ask >> nth=0")
    page.click("#following .next .ask >> nth=0")
    answered(page, next_one)
    assert page.locator("#live .refusal").count() == 0


def test_what_is_shown_early_stays_where_it_is(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, QUESTION)
    page.evaluate(
        """() => { window.tops = [];
        new MutationObserver(() => { const s = document.querySelector("#live .statement"); const c = document.querySelector("#live .turn");
          if (s && c?.innerText.includes("Next Block")) tops.push(Math.round(s.getBoundingClientRect().top - c.getBoundingClientRect().top)); })
          .observe(document.querySelector("#live"), { childList: true, subtree: true }); }"""
    )
    ask(page, "How fast is Next Block Prediction?")
    tops = page.evaluate("window.tops")
    assert tops, "the answer was seen as it came"
    assert len(set(tops)) == 1


def test_the_turn_in_hand_stands_at_the_top_however_many_came_before(url: str, page: Any) -> None:
    visit(page, url)
    for question in (
        QUESTION,
        "How fast is Next Block Prediction?",
        "Who won the football world cup in 1998?",
    ):
        ask(page, question)
    page.wait_for_selector("#following .ask")
    top = page.locator("#chat").bounding_box()["y"] if page.look[0] == "desktop" else 0
    assert 0 <= page.locator("#live .turn").bounding_box()["y"] - top < 60


def test_one_asks_about_a_paper_leaves_one_out_and_sees_similar_ones(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, QUESTION)
    sources(page)
    page.click("#live-sources .card[open] [data-act=about]")
    page.wait_for_selector("#scope b:has-text('SSD')")
    ask(page, "What accuracy does it reach?")
    assert page.locator("#live-sources .card").count() == 1
    page.click("#scope [data-act=unscope]")
    page.wait_for_selector("#scope b", state="detached")
    sources(page)
    page.click("#live-sources .card >> nth=0 >> [data-act=exclude]")
    page.wait_for_selector("#scope li:has-text('Without')")
    ask(page, QUESTION)
    sources(page)
    assert "SSD: Single Shot" not in page.inner_text("#live-sources")
    page.click("#live-sources .card summary >> nth=1")
    page.click("#live-sources .card[open] [data-act=similar] >> visible=true >> nth=0")
    page.wait_for_selector("#aside .similar")
    assert page.locator("#aside .card").count() == 5


def test_conversations_are_listed_renamed_searched_reopened_and_deleted(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, QUESTION)
    page.click("#clear")
    page.wait_for_selector("#live .welcome")
    ask(page, "How fast is Next Block Prediction?")
    assert page.locator("#conversations .item").count() == 2
    conversations(page)
    page.fill("#words textarea, #words input", "proposals")
    page.wait_for_function("document.querySelectorAll('#conversations .item').length === 1")
    page.once("dialog", lambda dialog: dialog.accept("Détecteurs"))
    page.click("#conversations [data-act=rename]")
    page.wait_for_selector("#conversations .title:has-text('Détecteurs')")
    page.click("#conversations .title:has-text('Détecteurs')")
    page.wait_for_selector("#past a.cite")
    page.click("#past a.cite >> nth=0")
    page.wait_for_selector("#past-sources mark.lit")
    ask(page, "And how fast is it?")
    assert page.locator("#conversations .item").count() == 1, "the search stands"
    page.reload()
    page.wait_for_selector("#past .turn >> nth=1")
    assert "And how fast is it?" in page.inner_text("#past"), "the conversation in hand is there again"
    conversations(page)
    page.wait_for_selector("#conversations .title:has-text('Détecteurs')")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#conversations .item:has-text('Détecteurs') [data-act=delete]")
    page.wait_for_function("document.querySelectorAll('#conversations .item').length === 1")
    assert "Détecteurs" not in page.inner_text("#conversations")


def test_nobody_sees_what_another_asked(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, QUESTION)
    page.click("#live [data-act=inspect]")
    way = page.get_attribute("#inspector a.permalink", "href")
    with page.context.browser.new_context() as other:
        stranger = other.new_page()
        stranger.goto(f"{url}/{way}")
        stranger.wait_for_selector("#conversations .conversations")
        assert stranger.locator("#conversations .item").count() == 0
        stranger.wait_for_selector("text=private or was deleted")
        assert QUESTION not in stranger.inner_text("#conversations")


def test_an_answer_has_an_address_that_shows_how_it_came(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, QUESTION)
    page.click("#live [data-act=inspect]")
    page.wait_for_selector("#inspector a.permalink")
    way = page.get_attribute("#inspector a.permalink", "href")
    page.goto(f"{url}/{way}")
    page.wait_for_selector("#inspector .inspector")
    text = page.inner_text("#inspector")
    assert QUESTION in text
    assert "Time by stage" in text
    assert "phrase match" in text
    assert "No model was used" in text
    assert page.locator("#inspector tbody tr").count() == 8


def test_answers_and_conversations_leave_in_every_form(url: str, page: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, url)
    ask(page, QUESTION)
    page.click("#live .menu summary:has-text('References')")
    assert download(page, "#live [data-act=references-bibtex]").startswith("@")
    assert download(page, "#live [data-act=references-ris]").startswith("TY  - ")
    assert json.loads(download(page, "#live [data-act=references-csl-json]"))
    page.click("#export summary")
    assert QUESTION in download(page, "#export [data-act=export-markdown]")
    assert "<mark" in download(page, "#export [data-act=export-html]")
    assert json.loads(download(page, "#export [data-act=export-json]"))["turns"]
    page.select_option("#live select[name=style]", "apa")
    page.click("#live [data-act=copy]")
    page.wait_for_function("navigator.clipboard.readText().then((t) => t.includes('References'))")


def test_what_a_user_says_of_an_answer_is_kept_with_it(tmp_path: Path, page: Any) -> None:
    kept = FeedbackFile(tmp_path / "abstracts-assistant" / "feedback.jsonl")
    with chat("--sample", XDG_DATA_HOME=str(tmp_path)) as url:
        visit(page, url)
        ask(page, QUESTION)
        page.click("#live [data-act=feedback-good]")
        page.wait_for_selector("text=Thanks")
        page.click("#live .feedback summary")
        page.fill("#live [name=comment]", "YOLO is missing")
        page.click("#live [data-act=feedback-missing_paper]")
        for _ in range(100):
            if kept.path.exists() and len(kept.read()) == 2:
                break
            page.wait_for_timeout(100)
    assert [(f.kind, f.comment) for f in kept.read()] == [("good", ""), ("missing_paper", "YOLO is missing")]
    assert {f.answer.question for f in kept.read()} == {QUESTION}


def test_clicks_in_quick_succession_are_all_heard(url: str, page: Any) -> None:
    visit(page, url)
    tab(page, "Library")
    page.wait_for_selector("#papers .card >> nth=4")
    page.evaluate(
        "[...document.querySelectorAll('#papers [data-act=pick]')].slice(0, 4).forEach((button) => button.click())"
    )
    tab(page, "Compare")
    page.wait_for_function("document.querySelectorAll('#picked li').length === 4")


def test_papers_are_compared_in_a_table(url: str, page: Any) -> None:
    visit(page, url)
    tab(page, "Library")
    page.click("#papers .card summary >> nth=0")
    page.click("#papers .card[open] [data-act=pick]")
    page.wait_for_selector(".notice:has-text('(1 of 5)')")
    page.click("#papers .card summary >> nth=3")
    page.click("#papers .card[open] [data-act=pick] >> nth=1")
    page.wait_for_selector(".notice:has-text('(2 of 5)')")
    tab(page, "Compare")
    page.wait_for_function("document.querySelectorAll('#picked li').length === 2")
    page.click("#compare")
    page.wait_for_selector("#comparison table")
    assert page.locator("#comparison thead th").count() == 2
    assert page.locator("#comparison tbody th").all_inner_texts() == ["Problem", "Approach", "Results"]
    assert "[1]" in page.inner_text("#comparison")
    assert page.locator("#comparison .related").count() == 1
    assert serious(page) == []


def test_asking_to_compare_brings_the_table(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, "Compare SSD and Next-ViT")
    page.wait_for_selector("#live table")
    assert "SSD" in page.inner_text("#live thead")
    assert page.locator("#live .refusal").count() == 0
    assert {"[1]", "[2]"} <= set(page.locator("#live .answer a.cite").all_inner_texts())
    ask(page, "How fast is the second one?")
    assert page.input_value("#live .standalone input") == "How fast is Next-ViT?"
    assert "3.6 times" in page.inner_text("#live .answer")
    assert page.locator("#past table").count() == 1, "the table stays with its question"
    page.click("#clear")
    page.wait_for_selector("#live .welcome")
    conversations(page)
    page.click("#conversations .title:has-text('Compare SSD')")
    page.wait_for_selector("#past table")
    ask(page, "How do SSD and LXMERT differ?")
    page.wait_for_selector("#live table")


def test_a_text_of_ones_own_is_checked(url: str, page: Any) -> None:
    visit(page, url)
    tab(page, "Check my text")
    page.fill(
        "#draft textarea",
        "LXMERT has four encoders. A learnable gate decides for each single feature whether it belongs to the feature set.",
    )
    page.click("#check")
    page.wait_for_selector("#checked .checked >> nth=1")
    assert "could cite" in page.inner_text("#checked")


def test_papers_are_browsed_filtered_mapped_and_removed(tmp_path: Path, page: Any) -> None:
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        library.add(
            [
                Paper(
                    f"p{n}",
                    f"Paper {n} on {what}",
                    f"We study {what}. It works in {n} ms.",
                    authors=(name,),
                    year=2018 + n % 3,
                    venue="ICML" if n % 2 else "Nature",
                    source="test",
                )
                for n, (what, name) in enumerate(
                    [("rain", "Ada Byron"), ("cars", "Bo Chen"), ("bees", "José Núñez")] * 20
                )
            ]
        )
    with chat("--library", str(tmp_path / "library")) as url:
        visit(page, url)
        tab(page, "Library")
        page.wait_for_selector("#papers .card >> nth=49")
        page.click("#papers [data-act=page]")
        page.wait_for_function("document.querySelectorAll('#papers .card').length === 10")
        page.fill("#author textarea, #author input", "nunez")
        page.fill("#from textarea, #from input", "2020")
        page.fill("#venue textarea, #venue input", "icml")
        page.wait_for_function("document.querySelectorAll('#papers .card').length === 10")
        assert "2020" in page.inner_text("#years")
        assert page.locator("#map .point").count() == 60
        page.click("#papers .card summary >> nth=0")
        page.on("dialog", lambda dialog: dialog.accept())
        page.click("#papers .card[open] [data-act=remove]")
        page.wait_for_function("document.querySelectorAll('#papers .card').length === 9")
        page.wait_for_selector("#banner:has-text('59 papers')")
        page.hover("#map .point >> nth=-1")
        assert page.locator("#map .point >> nth=-1 >> .tip").is_visible()
        page.click("#map .point >> nth=-1")
        page.wait_for_selector("#scope li")


def test_the_first_time_path(tmp_path: Path, page: Any) -> None:
    """Open, ask an example, click a citation, upload a BibTeX file, ask about it, export the references."""
    bibtex = tmp_path / "mine.bib"
    bibtex.write_text(BIBTEX, encoding="utf-8")
    with chat(XDG_DATA_HOME=str(tmp_path / "data")) as url:
        visit(page, url)
        assert "Sample library" in page.inner_text("#banner")
        page.click(f"#live .ask:has-text('{QUESTION}')")
        answered(page, QUESTION)
        page.click("#live a.cite >> nth=0")
        page.wait_for_selector("#sources mark.lit")
        tab(page, "Library")
        page.set_input_files("#upload input[type=file]", str(bibtex))
        page.wait_for_selector("#added .done")
        added = page.inner_text("#added")
        assert "Added 1 paper, 1 problem." in added
        assert "mine.bib, line" in added
        assert "abstract" in added
        page.wait_for_selector("#banner:has-text('1 paper')")
        page.wait_for_selector("#papers .card:has-text('Dot: Tiny Détectors')")
        page.click("#papers .card summary >> nth=0")
        page.click("#papers .card[open] [data-act=about]")
        page.wait_for_selector("#scope b:has-text('Dot')")
        ask(page, "How fast does Dot find cars?")
        assert "5 ms" in page.inner_text("#live .answer")
        page.click("#live .menu summary:has-text('References')")
        references = download(page, "#live [data-act=references-bibtex]")
        assert "10.1/dot" in references
        assert elsewhere(page, url) == []


def test_files_that_cannot_be_read_are_told_by_name(tmp_path: Path, page: Any) -> None:
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.7 ...")
    with chat(XDG_DATA_HOME=str(tmp_path / "data"), ASSISTANT_WEB_UPLOAD_MB="1") as url:
        visit(page, url)
        tab(page, "Library")
        page.set_input_files("#upload input[type=file]", str(tmp_path / "paper.pdf"))
        page.wait_for_selector("#added .warning")
        said = page.inner_text("#added")
        assert "paper.pdf is a PDF" in said
        assert "/tmp" not in said
        (tmp_path / "large.bib").write_text("% nothing\n" * 200_000)
        page.set_input_files("#upload input[type=file]", str(tmp_path / "large.bib"))
        page.wait_for_selector("text=maximum allowed size of 1.0 Mb")


def test_history_is_kept_only_where_it_is_wanted(tmp_path: Path, page: Any) -> None:
    with chat("--sample", XDG_DATA_HOME=str(tmp_path)) as url:
        visit(page, url)
        ask(page, QUESTION)
        tab(page, "Settings")
        page.wait_for_selector("#privacy:has-text('Nothing. Answers are quotes')")
        page.on("dialog", lambda dialog: dialog.accept())
        page.click("#privacy [data-act=forget]")
        page.wait_for_selector("text=Deleted 1")
        page.click("#keep input")
        page.wait_for_selector("#privacy:has-text('are not kept')")
        tab(page, "Chat")
        ask(page, "How fast is Next Block Prediction?")
        assert "History is off" in page.inner_text("#conversations")
    kept = b"".join(path.read_bytes() for path in (tmp_path / "abstracts-assistant").glob("conversations*"))
    assert b"proposals" not in kept
    assert b"Next Block" not in kept


def test_a_written_answer_comes_with_its_stages_and_verdicts(tmp_path: Path, page: Any) -> None:
    reply = "SSD detects objects in images with a single deep neural network [1]. SSD was invented on Mars in 1720 [1]."
    with (
        ScriptedServer(reply, 500, 500, 500, 500) as server,
        chat("--sample", ASSISTANT_LLM_MODEL="scripted", ASSISTANT_LLM_BASE_URL=server.url) as url,
    ):
        visit(page, url)
        assert "scripted at 127.0.0.1" in page.inner_text("#banner")
        ask(page, "What is SSD?")
        assert "Mars" in page.inner_text("#live del")
        assert "unsupported" in page.inner_text("#live .verdict.unsupported >> nth=0")
        page.click("#live [data-act=inspect]")
        page.wait_for_selector("#inspector details.exchange")
        page.click("#inspector details.exchange summary >> nth=0")
        assert "1720" in page.inner_text("#inspector details.exchange >> nth=0")


def test_stop_ends_the_model_call_and_once_more_is_offered(tmp_path: Path, page: Any) -> None:
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
        page.click("#stop")
        page.wait_for_selector("#live .working", state="detached")
        assert time.monotonic() - began < 2
        assert "incomplete" in page.inner_text("#live")
        for _ in range(40):
            page.wait_for_timeout(0 if server.left else 100)
        assert server.left, "the endpoint saw that nobody reads any more"


def test_an_error_is_one_sentence_with_once_more(tmp_path: Path, page: Any) -> None:
    with (
        ScriptedServer(401, 401, 401, 401) as server,
        chat("--sample", ASSISTANT_LLM_MODEL="m", ASSISTANT_LLM_BASE_URL=server.url) as url,
    ):
        visit(page, url)
        page.fill("#question textarea", "What is SSD?")
        page.press("#question textarea", "Enter")
        page.wait_for_selector("#live .warning")
        assert "refused the key" in page.inner_text("#live .warning")
        assert page.inner_text("#live .retry") == "Try again"
        assert serious(page) == []


def test_it_works_behind_a_path_prefix(page: Any) -> None:
    with chat("--sample", "--root-path", "/papers") as direct, behind(direct, "/papers") as url:
        missing = []
        page.on("response", lambda r: missing.append(r.url) if r.status == 404 else None)
        visit(page, url)
        ask(page, QUESTION)
        page.click("#live [data-act=inspect]")
        page.wait_for_selector("#inspector a.permalink")
        way = page.get_attribute("#inspector a.permalink", "href")
        page.goto(f"{url}/{way}")
        page.wait_for_selector("#inspector .inspector")
        assert QUESTION in page.inner_text("#inspector")
        assert elsewhere(page, url) == []
        assert missing == []


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
            page.wait_for_selector("#waiting:has-text('queue')")
            other.click("#stop")
            page.wait_for_selector("#live .statement")
