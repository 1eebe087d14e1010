"""Faults that users met, each with the steps that led to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.browser import QUESTION, SHIFTS, answered, ask, chat, look_at, rail, visit

from assistant import Assistant, Settings

pytestmark = pytest.mark.browser
NAP = "How many more word pairs were recalled after a nap?"


def test_switching_the_library_may_be_the_first_thing_one_does(sleep_url: str, page: Any, look: Any) -> None:
    visit(page, sleep_url)
    rail(page)
    assert "Your library" in page.inner_text("#picker summary")
    page.click("#picker summary")
    page.click("#picker [data-value=sample]")
    page.wait_for_selector("#picker summary:has-text('Sample library')")
    page.wait_for_selector("#live .try:has-text('Which detector')")
    ask(page, QUESTION)
    assert "SSD" in page.text_content("#live-sources")


def test_the_second_notice_is_seen_as_the_first(url: str, page: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, url)
    ask(page, QUESTION)
    page.click("#live .icon-copy")
    page.wait_for_selector("#notice .notice:has-text('Copied.')")
    place = page.locator("#notice").bounding_box()
    page.wait_for_selector("#notice .notice", state="hidden", timeout=15_000)
    under = "r => document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2).closest('#notice')"
    assert page.evaluate(under, place) is None, "what has gone covers nothing"
    page.click("#live .icon-good")
    page.wait_for_selector("#notice .notice:has-text('Thanks')", state="visible")


def test_a_conversation_knows_its_library(sleep_url: str, page: Any) -> None:
    visit(page, sleep_url)
    ask(page, NAP)
    assert "12 %" in page.inner_text("#live .answer")
    page.click("#picker summary")
    page.click("#picker [data-value=sample]")
    page.wait_for_selector("#picker summary:has-text('Sample library')")
    assert page.inner_text("#conversations .item small") == "Your library"
    page.click("#conversations .title")
    page.wait_for_selector("#picker summary:has-text('Your library')")
    page.reload()
    page.wait_for_selector("#past .turn")
    assert "Your library" in page.inner_text("#picker summary")
    ask(page, "By how much did caffeine shorten slow-wave sleep?")
    assert "Caffeine" in page.inner_text("#live .answer")


@pytest.mark.parametrize("size", ["desktop", "tablet", "phone"])
def test_nothing_moves_by_itself(sleep_url: str, page: Any, size: str) -> None:
    page.add_init_script(SHIFTS)
    visit(page, sleep_url, size=size)
    page.wait_for_selector("#live .try")
    page.wait_for_timeout(300)
    assert page.evaluate("shifts.splice(0).reduce((a, b) => a + b, 0)") < 0.05, "on load"
    before = page.locator("#asking").bounding_box()
    ask(page, NAP)
    page.wait_for_timeout(300)
    assert page.evaluate("shifts.splice(0).reduce((a, b) => a + b, 0)") < 0.05, "on the first question"
    after = page.locator("#asking").bounding_box()
    assert abs(before["width"] - after["width"]) < 1
    assert abs(before["x"] - after["x"]) < 1


def test_what_is_offered_was_tried_on_this_library(sleep_url: str, page: Any) -> None:
    visit(page, sleep_url)
    page.wait_for_selector("#live .try")
    assert QUESTION not in page.inner_text("#live")
    offered = page.locator("#live .try").all_inner_texts()
    # Nothing is known about the bees of 18 papers, which say of each case only that it works.
    assert 2 <= len(offered) <= 3
    for told in offered:
        question, found = told.split("\n")
        ask(page, question)
        assert page.locator("#live .refusal").count() == 0
        count = page.locator("#live-sources .card .number").count()
        assert found in (f"a list of {count}", f"{count} paper", f"{count} papers")


def test_a_finished_answer_is_announced_and_nothing_covers_it(url: str, page: Any) -> None:
    visit(page, url)
    page.click(f"#live .try:has-text('{QUESTION}')")
    page.wait_for_selector("#live .turn[data-key]")
    page.wait_for_function("document.querySelector('#said').textContent.startsWith('Answer: ')")
    assert "Quoted word for word" in page.text_content("#said")
    assert page.get_attribute("#said", "role") == "status"
    covered = "r => document.elementFromPoint(r.x + 8, r.y + 8).closest('.lead') !== null"
    assert page.evaluate(covered, page.locator("#live .lead").bounding_box())


def test_what_is_seen_is_in_the_name(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, "Who won the football world cup in 1998?")
    look_at(page, "library")
    page.wait_for_selector("#papers tbody tr")
    wrong = page.evaluate(
        """() => [...document.querySelectorAll("button[aria-label], a[aria-label], summary[aria-label]")]
        .filter((one) => /\\p{L}{2}/u.test(one.innerText) && !one.getAttribute("aria-label").includes(one.innerText.trim()))
        .map((one) => [one.innerText, one.getAttribute("aria-label")])"""
    )
    assert wrong == []


def test_ask_walk_open_come_back_and_cite_take_less_than_twenty_keys(url: str, page: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, url)
    ask(page, "What is LXMERT pre-trained on?")
    presses = 1

    def press(key: str) -> None:
        nonlocal presses
        presses += 1
        page.keyboard.press(key)

    press("Escape")
    press("j")
    press("j")
    assert page.evaluate("document.activeElement.dataset.statement") == "1"
    press("k")
    press("Enter")
    page.wait_for_selector("#sources mark.lit")
    assert page.evaluate("document.activeElement.closest('.card') !== null"), "focus is at the source"
    press("Escape")
    assert page.evaluate("document.activeElement.dataset.statement") == "0"
    while page.evaluate("document.activeElement.className") != "icon icon-copy":
        press("Tab")
        assert presses < 20
    press("Enter")
    page.wait_for_function("navigator.clipboard.readText().then((t) => t.includes('NBP'))")
    assert presses < 20
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_key_right_after_a_citation_goes_to_its_source_and_back(url: str, page: Any, size: str) -> None:
    visit(page, url, size=size)
    ask(page, "What is LXMERT pre-trained on?")
    page.focus("#live a.cite >> nth=0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('.card[open]') !== null"), (
        "at once, not when it is up"
    )
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement === document.querySelector('#live a.cite')")
    page.click("#live .says >> nth=0", position={"x": 4, "y": 4})
    page.wait_for_selector("#sources .card[open] mark.lit")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.dataset.statement") == "1", "the one after that"
    page.fill("#question textarea", "And")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "BODY", "who writes is not taken elsewhere"


def test_few_things_can_be_pressed_after_an_answer(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, QUESTION)
    page.wait_for_selector("#following .ask")
    seen = page.evaluate(
        """() => [...document.querySelectorAll("#middle :is(button, summary, select)")]
        .filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true })).map((one) => one.ariaLabel || one.innerText)"""
    )
    assert len(seen) <= 12, seen


def test_the_address_of_one_answer_is_left_with_the_next_question(url: str, page: Any) -> None:
    visit(page, url, query="&answer=nobodys")
    page.wait_for_selector("text=private or was deleted")
    ask(page, QUESTION)
    page.wait_for_function("!location.search.includes('answer=')")


def test_a_question_to_an_empty_library_says_so_and_what_to_do(
    tmp_path: Path, bibtex: Path, page: Any
) -> None:
    with chat(XDG_DATA_HOME=str(tmp_path / "data")) as url:
        visit(page, url, size="phone")
        rail(page)
        page.click("#picker summary")
        page.click("#picker [data-value=own]")
        page.wait_for_selector("#live :text('Your library is empty')")
        assert not page.evaluate("document.body.matches('.railed')"), "the library that was chosen is seen"
        for question, instead in (
            ("Does napping improve memory?", "Look at the sample library"),
            (QUESTION, "Ask in “Sample library”, which answers this"),
        ):
            page.fill("#question textarea", question)
            page.press("#question textarea", "Enter")
            page.wait_for_selector(f"#live .turn:has-text('{question}') .refusal")
            assert page.inner_text("#live .answer") == "Your library is empty.\n\nAdd papers, then ask again."
            page.wait_for_function("document.querySelector('#said').textContent.includes('library is empty')")
            assert page.inner_text("#live .actions") == instead
            assert page.locator("#past .turn, #conversations .item").count() == 0, "that is no conversation"
        page.click("#live .actions button")
        answered(page, QUESTION)
        rail(page)
        page.click("#picker summary")
        page.click("#picker [data-value=own]")
        page.wait_for_selector("#live .welcome")
        page.fill("#question textarea", "How fast does Dot find cars?")
        page.press("#question textarea", "Enter")
        page.wait_for_selector("#live .turn .refusal")
        page.set_input_files("#live .turn input[type=file]", str(bibtex))
        page.wait_for_selector("#papers .act.title:has-text('Dot: Tiny Détectors')")
        page.wait_for_selector("#picker small:has-text('1 paper')", state="attached")
        look_at(page, "chat")
        ask(page, "How fast does Dot find cars?")
        assert "5 ms" in page.inner_text("#live .answer")


SAMPLES = "How fast is SSD?"


def test_a_question_that_is_refused_is_asked_of_the_other_library(
    tmp_path: Path, bibtex: Path, page: Any
) -> None:
    own = tmp_path / "own"
    with Assistant(own, settings=Settings()) as library:
        library.add(bibtex)
    with chat("--library", str(own), XDG_DATA_HOME=str(tmp_path / "data")) as url:
        visit(page, url)
        # It is asked only where it is open already.
        for name in ("sample", "own"):
            page.click("#picker summary")
            page.click(f"#picker [data-value={name}]")
            page.wait_for_selector("#live .welcome")
            ask(page, QUESTION if name == "sample" else "How fast does Dot find cars?")
        page.fill("#question textarea", SAMPLES)
        page.press("#question textarea", "Enter")
        page.click("#following button:has-text('Ask in “Sample library”')")
        answered(page, SAMPLES)
        page.wait_for_selector("#picker summary:has-text('Sample library')")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_report_of_a_file_is_in_sight_below_the_table_and_goes_when_it_is_old(
    tmp_path: Path, page: Any, size: str
) -> None:
    entries = "".join(f"@article{{k{n}, title={{On {n}}}, abstract={{We study {n}.}}}}\n" for n in range(60))
    (tmp_path / "many.bib").write_text(entries + "@article{broken, abstract={No title here.}}\n")
    (tmp_path / "large.bib").write_text("% nothing\n" * 200_000)
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.7 ...")
    with chat(XDG_DATA_HOME=str(tmp_path / "data"), ASSISTANT_WEB_UPLOAD_MB="1") as url:
        visit(page, url, size=size)
        look_at(page, "library")
        page.set_input_files("#drop input[type=file]", str(tmp_path / "many.bib"))
        page.wait_for_selector("#papers .paging:has-text('1 to 50 of 60 papers')")
        report = page.locator("#added .report")
        assert "many.bib" in report.inner_text()
        assert "Added 60 papers. 1 record has a problem:" in report.locator("[role=status]").inner_text()
        assert "line 61: title" in report.locator("li").inner_text(), "which and why"
        box, window = report.bounding_box(), page.viewport_size["height"]
        assert 0 <= box["y"] <= window - box["height"], "in sight, though 50 papers stand above it"
        below = "document.querySelector('#papers').compareDocumentPosition(document.querySelector('#added'))"
        assert page.evaluate(below) == 4
        assert not page.is_visible("#papers .unadded"), "it is said once"
        page.click("#added [aria-label='Close this report']")
        report.wait_for(state="detached")
        page.click("#papers .unadded summary:has-text('1 record has a problem')")
        assert "many.bib, line 61: title" in page.inner_text("#papers .unadded li")
        page.set_input_files("#drop input[type=file]", str(tmp_path / "paper.pdf"))
        page.wait_for_selector("#added .warning:has-text('damaged PDF')")
        look_at(page, "compare")
        look_at(page, "library")
        page.wait_for_selector("#added .warning", state="detached")
        page.set_input_files("#drop input[type=file]", str(tmp_path / "large.bib"))
        page.wait_for_selector("#added .warning:has-text('larger than 1 MB')")
        look_at(page, "check")
        look_at(page, "library")
        assert page.locator("#added .warning").count() == 0
        page.set_input_files("#drop input[type=file]", str(tmp_path / "paper.pdf"))
        page.wait_for_selector("#added .warning")
        rail(page)
        page.click("#picker summary")
        page.click("#picker [data-value=sample]")
        page.wait_for_selector("#picker summary:has-text('Sample library')", state="attached")
        page.wait_for_selector("#added .warning", state="detached")
        assert page.locator("#papers .unadded").count() == 0, "these are the sample's papers"


def test_behind_an_answer_the_box_says_that_one_may_go_on_in_a_word(url: str, page: Any) -> None:
    visit(page, url)
    field = page.locator("#question textarea")
    assert field.get_attribute("placeholder") == "Ask a question about these papers"
    ask(page, QUESTION)
    assert "go on with “why?”" in str(field.get_attribute("placeholder"))
    ask(page, "Who won the football world cup in 1998?")
    assert field.get_attribute("placeholder") == "Ask a question about these papers", "of no answer"
    look_at(page, "chat")
    page.wait_for_selector("#live .welcome")
    assert field.get_attribute("placeholder") == "Ask a question about these papers"
