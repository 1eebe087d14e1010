"""The chat in headless Chromium, as its users meet it: answers, their proof, conversations, ways out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.browser import (
    QUESTION,
    answered,
    ask,
    behind,
    chat,
    download,
    elsewhere,
    look_at,
    more,
    rail,
    serious,
    sources,
    visit,
)

from assistant.conversation.feedback import FeedbackFile
from assistant.core.settings import feedback_path

pytestmark = pytest.mark.browser
NEXT = "How fast is Next Block Prediction?"
FITS = "document.documentElement.scrollWidth <= innerWidth"


def test_an_answer_and_its_proof_stand_side_by_side(url: str, page: Any, look: Any) -> None:
    visit(page, url)
    assert "72 papers" in page.text_content("#picker summary")
    ask(page, QUESTION)
    page.click("#live a.cite >> nth=-1")
    page.wait_for_selector("#sources mark.lit")
    lit = page.inner_text("#sources mark.lit >> nth=0")
    assert lit.rstrip(".")[:60] in page.inner_text("#live .answer")
    card = page.inner_text("#sources .card[open] >> nth=0")
    assert "SSD" in card
    assert "Summary written for this demo" in card
    page.click("#sources .card[open] .why summary")
    assert "semantic match" in page.inner_text("#sources .card[open] .why")
    assert page.evaluate(FITS), "nothing sticks out"
    assert serious(page) == []
    assert elsewhere(page, url) == []


def test_every_view_is_readable_for_everyone(url: str, page: Any, look: Any) -> None:
    visit(page, url)
    assert serious(page) == [], "the first screen"
    ask(page, QUESTION)
    more(page)
    assert serious(page) == [], "an open menu"
    page.click("#live [data-act=inspect]")
    page.wait_for_selector("#inspector .inspector")
    assert serious(page) == []
    for name in ("library", "compare", "check", "settings"):
        look_at(page, name)
        page.wait_for_timeout(400)
        assert serious(page) == [], name
        assert page.evaluate(FITS), name


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_menu_opens_where_it_is_seen(url: str, page: Any, size: str) -> None:
    visit(page, url, size=size)
    ask(page, "Which papers deal with class-incremental learning?")
    for menu in ("Cite", "More"):
        # A user sees the button at the very end of the screen, where the form begins.
        page.evaluate("document.querySelector('#live .state').scrollIntoView({ block: 'end' })")
        page.evaluate(f"document.querySelector('#live summary[aria-label={menu}]').click()")
        page.wait_for_function("document.querySelector('#live .menu[open]')")
        page.wait_for_timeout(300)
        shown = page.locator("#live .menu[open] > div").bounding_box()
        form = page.locator("#asking").bounding_box()
        assert shown["y"] + shown["height"] <= form["y"] + 1, menu
        page.keyboard.press("Escape")


def test_at_twice_the_letters_nothing_is_lost(url: str, page: Any) -> None:
    visit(page, url)
    # 200 % zoom of a window of 1280 x 900 is a page of 640 x 450.
    page.set_viewport_size({"width": 640, "height": 450})
    ask(page, QUESTION)
    assert page.evaluate(FITS)
    page.click("#live a.cite >> nth=0")
    page.wait_for_selector("#sources mark.lit")


def test_selected_words_lead_to_the_closest_sentence(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, QUESTION)
    page.evaluate(
        """() => {
        const text = [...document.querySelectorAll("#live .says")].find((s) => s.innerText.includes("resampling")).firstChild;
        const range = document.createRange();
        range.setStart(text, 0); range.setEnd(text, text.length);
        getSelection().removeAllRanges(); getSelection().addRange(range);
        document.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
    }"""
    )
    page.wait_for_selector("#sources .lit")
    assert "resampling" in page.inner_text("#sources .lit >> nth=0")


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
    page.fill("#live .standalone input", NEXT)
    page.click("#live .standalone button")
    answered(page, NEXT)
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
    ask(page, NEXT)
    tops = page.evaluate("window.tops")
    assert tops, "the answer was seen as it came"
    assert len(set(tops)) == 1


def test_the_turn_in_hand_stands_at_the_top_however_many_came_before(url: str, page: Any, look: Any) -> None:
    visit(page, url)
    for question in (QUESTION, NEXT, "Who won the football world cup in 1998?"):
        ask(page, question)
    page.wait_for_selector("#following .ask")
    top = page.locator("#chat").bounding_box()["y"]
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
    page.click("#live-sources .card >> nth=0 >> .why summary")
    page.click("#live-sources .card >> nth=0 >> [data-act=exclude]")
    page.wait_for_selector("#scope li:has-text('Without')")
    assert page.inner_text("#scope li span").startswith("Without "), "no word is broken"
    ask(page, QUESTION)
    sources(page)
    assert "SSD: Single Shot" not in page.inner_text("#live-sources")
    ask(page, NEXT)
    sources(page)
    page.click("#live-sources .card[open] [data-act=similar] >> nth=0")
    page.wait_for_selector("#aside .similar")
    assert page.locator("#aside .card").count() == 5
    above, cards = page.locator("#aside").bounding_box(), page.locator("#live-sources").bounding_box()
    assert above["y"] < cards["y"], "in sight, not below all cards"


def test_conversations_are_listed_renamed_searched_reopened_deleted_and_brought_back(
    url: str, page: Any
) -> None:
    visit(page, url)
    ask(page, QUESTION)
    page.click("#nav [data-value=new]")
    page.wait_for_selector("#live .welcome")
    ask(page, NEXT)
    rail(page)
    assert page.locator("#conversations .item").count() == 2
    assert page.inner_text("#conversations h2 >> nth=0") == "Today"
    page.fill("#words textarea, #words input", "proposals")
    page.wait_for_function("document.querySelectorAll('#conversations .item').length === 1")
    page.hover("#conversations .item")
    page.click("#conversations [data-act=rename]")
    page.fill("#conversations .item input", "Détecteurs")
    page.keyboard.press("Enter")
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
    rail(page)
    page.wait_for_selector("#conversations .title:has-text('Détecteurs')")
    page.hover("#conversations .item:has-text('Détecteurs')")
    page.click("#conversations .item:has-text('Détecteurs') [data-act=delete]")
    page.wait_for_function("document.querySelectorAll('#conversations .item').length === 1")
    assert "Détecteurs" not in page.inner_text("#conversations")
    page.click("#notice [data-act=undo]")
    page.wait_for_selector("#conversations .title:has-text('Détecteurs')")


def test_nobody_sees_what_another_asked(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, QUESTION)
    more(page)
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
    more(page)
    page.click("#live [data-act=inspect]")
    page.wait_for_selector("#inspector a.permalink")
    way = page.get_attribute("#inspector a.permalink", "href")
    page.goto(f"{url}/{way}")
    page.wait_for_selector("#inspector .inspector")
    text = page.inner_text("#inspector")
    assert QUESTION in text
    assert "Time by stage" in text
    assert "Phrase match" in text
    assert "No model was used" in text
    assert page.locator("#inspector tbody tr").count() == 8


def test_answers_and_conversations_leave_in_every_form(url: str, page: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, url)
    ask(page, QUESTION)

    def taken(menu: str, act: str) -> str:
        more(page, menu)
        return download(page, f"#live [data-act={act}]")

    assert taken("Cite", "references-bibtex").startswith("@")
    assert taken("Cite", "references-ris").startswith("TY  - ")
    assert json.loads(taken("Cite", "references-csl-json"))
    assert QUESTION in taken("More", "export-markdown")
    assert "<mark" in taken("More", "export-html")
    assert json.loads(taken("More", "export-json"))["turns"]
    more(page, "Cite")
    page.select_option("#live select[name=style]", "apa")
    page.click("#live .line [data-act=copy]")
    page.wait_for_function("navigator.clipboard.readText().then((t) => t.includes('References'))")
    page.evaluate("navigator.clipboard.writeText('')")
    page.click("#live .icon-copy")
    page.wait_for_function("navigator.clipboard.readText().then((t) => t.includes('References'))")


def test_what_a_user_says_of_an_answer_is_kept_with_it(url: str, page: Any) -> None:
    question = "How much faster is the detector of one network?"
    kept = FeedbackFile(feedback_path())
    visit(page, url)
    ask(page, question)
    page.click("#live .icon-good")
    page.wait_for_selector("text=Thanks")
    more(page)
    page.fill("#live [name=comment]", "YOLO is missing")
    page.click("#live [data-act=feedback-missing_paper]")
    for _ in range(100):
        told = [f for f in kept.read() if f.answer.question == question] if kept.path.exists() else []
        if len(told) == 2:
            break
        page.wait_for_timeout(100)
    assert [(f.kind, f.comment) for f in told] == [("good", ""), ("missing_paper", "YOLO is missing")]


def test_asking_to_compare_brings_the_table(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, "Compare SSD and Next-ViT")
    page.wait_for_selector("#live table")
    assert "SSD" in page.inner_text("#live thead")
    assert page.locator("#live .refusal").count() == 0
    assert {"1", "2"} <= set(page.locator("#live .answer a.cite").all_inner_texts())
    ask(page, "How fast is the second one?")
    assert page.input_value("#live .standalone input") == "How fast is Next-ViT?"
    assert "3.6 times" in page.inner_text("#live .answer")
    assert page.locator("#past table").count() == 1, "the table stays with its question"
    page.click("#nav [data-value=new]")
    page.wait_for_selector("#live .welcome")
    page.click("#conversations .title:has-text('Compare SSD')")
    page.wait_for_selector("#past table")
    ask(page, "How do SSD and LXMERT differ?")
    page.wait_for_selector("#live table")


def test_a_text_of_ones_own_is_checked(url: str, page: Any) -> None:
    visit(page, url)
    look_at(page, "check")
    page.fill(
        "#draft textarea",
        "LXMERT has four encoders. A learnable gate decides for each single feature whether it belongs to the feature set.",
    )
    page.click("#check")
    page.wait_for_selector("#checked .checked >> nth=1")
    assert "Could cite" in page.inner_text("#checked")


def test_history_is_kept_only_where_it_is_wanted(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, "Which quokka detector needs no object proposals?")
    look_at(page, "settings")
    page.wait_for_selector("#privacy:has-text('Nothing. Answers are quotes')")
    page.click("#privacy [data-act=forget]")
    page.click("dialog.asking button:has-text('Delete')")
    page.wait_for_selector("text=Deleted 1")
    page.click("#keep input")
    page.wait_for_selector("#privacy:has-text('are not kept')")
    look_at(page, "chat")
    ask(page, "How fast is wombat Block Prediction?")
    assert "History is off" in page.inner_text("#conversations")
    stored = b"".join(path.read_bytes() for path in feedback_path().parent.glob("conversations*"))
    assert b"quokka" not in stored
    assert b"wombat" not in stored


def test_it_works_behind_a_path_prefix(page: Any) -> None:
    with chat("--sample", "--root-path", "/papers") as direct, behind(direct, "/papers") as url:
        missing = []
        page.on("response", lambda r: missing.append(r.url) if r.status == 404 else None)
        visit(page, url)
        ask(page, QUESTION)
        more(page)
        page.click("#live [data-act=inspect]")
        page.wait_for_selector("#inspector a.permalink")
        way = page.get_attribute("#inspector a.permalink", "href")
        page.goto(f"{url}/{way}")
        page.wait_for_selector("#inspector .inspector")
        assert QUESTION in page.inner_text("#inspector")
        assert elsewhere(page, url) == []
        assert missing == []
