"""The states of the page, each looked at by axe-core, for what sticks out, and on a phone for buttons that are too small."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.browser import ask, chat, look_at, looked_at, more, rail, visit
from support.scripted_server import ScriptedServer

pytestmark = pytest.mark.browser
DISPUTE = "Do magnetic bracelets reduce migraine days?"
NAP = "How many more word pairs were recalled after a nap?"


def test_the_states_of_an_answer_are_for_everyone(sleep_url: str, page: Any, look: Any) -> None:
    visit(page, sleep_url)
    page.wait_for_selector("#live .try")
    looked_at(page, "the first screen")
    ask(page, NAP)
    looked_at(page, "an answer")
    for menu in ("Cite", "More"):
        more(page, menu)
        looked_at(page, menu)
        page.keyboard.press("Escape")
    page.click("#live a.cite >> nth=0")
    page.wait_for_selector("#sources mark.lit")
    page.click("#sources .card[open] .why summary")
    looked_at(page, "an open source")
    page.keyboard.press("Escape")
    ask(page, "How long was it?")
    page.wait_for_selector("#live .standalone")
    looked_at(page, "a follow-up")
    ask(page, "Who won the football world cup in 1998?")
    page.wait_for_selector("#live .refusal")
    looked_at(page, "a refusal")
    ask(page, "Which papers are about sleep?")
    page.wait_for_selector("#live .listed li >> nth=2")
    looked_at(page, "a list")
    page.click("#live .listing:not(.all) summary")
    page.wait_for_selector("#live .listing td:has-text('18 minutes')")
    assert page.is_hidden("#live ol.listed")
    looked_at(page, "a list as a table")
    ask(page, "Which papers are about bees?")
    rows = page.locator("#live .listed li:visible")
    assert rows.count() == 8
    page.click("#live .listing.all summary")
    assert rows.count() == page.locator("#live-sources .card .number").count() > 8
    looked_at(page, "a long list, shown whole")
    ask(page, DISPUTE)
    page.wait_for_selector("#live .sides")
    looked_at(page, "a contested question")
    page.click("#scope .within > summary")
    page.fill("#scope .within input >> nth=0", "2020")
    looked_at(page, "what to ask within")
    page.click("#scope [data-act=within]")
    page.wait_for_selector("#scope .chip.on")
    looked_at(page, "asking within years")
    rail(page)
    looked_at(page, "the rail")
    page.hover("#conversations .item")
    page.click("#conversations [data-act=delete]")
    page.wait_for_selector("#notice [data-act=undo]")
    looked_at(page, "a conversation deleted, with undo")


def test_the_other_views_are_for_everyone(sleep_url: str, page: Any, look: Any) -> None:
    visit(page, sleep_url)
    page.wait_for_selector("#live .try")
    ask(page, "Compare the papers on caffeine and melatonin")
    page.wait_for_selector("#live table")
    looked_at(page, "a comparison in the chat")
    more(page)
    page.click("#live [data-act=inspect]")
    page.wait_for_selector("#inspector .inspector")
    looked_at(page, "how an answer came")
    look_at(page, "library")
    page.wait_for_selector("#map .point >> nth=20")
    looked_at(page, "the library with its map")
    page.click("#narrowing summary")
    looked_at(page, "what the library can be filtered by")
    page.click("#narrowing [data-act=narrow-to] >> nth=0")
    page.wait_for_selector("#narrowing .scope li")
    looked_at(page, "a filtered library")
    page.click("#narrowing .scope button")
    page.wait_for_selector("#narrowing .scope", state="detached")
    page.check("#papers [name=paper] >> nth=1")
    page.click("#papers .act.title >> nth=1")
    page.wait_for_selector("#paper h3")
    looked_at(page, "a selection and the card of a paper")
    for menu in ("Export", "Collection"):
        page.click(f"#papers summary:has-text('{menu}')")
        looked_at(page, f"{menu} of a selection")
    page.focus("#map .point >> nth=3")
    looked_at(page, "a point of the map")
    page.click("#care summary")
    looked_at(page, "the care of the library")
    page.click("#care [data-act=care-check]")
    page.wait_for_selector("#care .done, #care .problems")
    looked_at(page, "a checked library")
    look_at(page, "compare")
    looked_at(page, "comparing")
    look_at(page, "check")
    page.fill(
        "#draft textarea", "After a nap students recalled 15 % more word pairs (Okafor, 2023). Cats fly."
    )
    page.click("#check")
    page.wait_for_selector("#checked .checked >> nth=1")
    looked_at(page, "a checked text")
    look_at(page, "settings")
    page.wait_for_selector("#privacy [data-act=forget]")
    looked_at(page, "the settings")
    page.click("#privacy [data-act=forget]")
    page.wait_for_selector("dialog.asking")
    looked_at(page, "a question before all is deleted")
    page.keyboard.press("Escape")
    rail(page)
    page.click("#rail [data-dialog=keys]")
    looked_at(page, "the keys")


def test_an_answer_that_is_being_written_is_for_everyone(page: Any, look: Any) -> None:
    draft = "SSD detects objects in images with a single deep neural network [1]. It was invented on Mars in 1720 [1]."
    model = {"ASSISTANT_LLM_MODEL": "slow", "ASSISTANT_VERIFY_MODEL": "none"}
    with (
        ScriptedServer(draft + " SSD is fast [1]." * 20, *[500] * 8, delay=0.3) as server,
        chat("--sample", ASSISTANT_LLM_BASE_URL=server.url, **model) as url,
    ):
        visit(page, url)
        page.fill("#question textarea", "What is SSD?")
        page.press("#question textarea", "Enter")
        page.wait_for_selector("#live .writing")
        looked_at(page, "the first sentence is being written")
        page.wait_for_selector("#live .statement >> nth=1")
        page.wait_for_selector("#live .writing")
        assert page.is_visible("#stop")
        looked_at(page, "a sentence is being written below others")
        page.keyboard.press("Escape")
        page.wait_for_selector("#live .working", state="detached")
        looked_at(page, "an answer that was stopped")


def test_an_empty_library_is_for_everyone_and_leads_on(url: str, page: Any, look: Any) -> None:
    visit(page, url)
    rail(page)
    page.click("#picker summary")
    page.click("#picker [data-value=own]")
    page.wait_for_selector("#live :text('Your library is empty')")
    looked_at(page, "an empty library")
    page.fill("#question textarea", NAP)
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#live .turn .refusal")
    looked_at(page, "a question to an empty library")
    look_at(page, "library")
    looked_at(page, "the shelf of an empty library")


def test_the_report_of_a_file_is_for_everyone(
    tmp_path: Path, bibtex: Path, page: Any, look: tuple[str, str]
) -> None:
    with chat(XDG_DATA_HOME=str(tmp_path / "data")) as url:
        visit(page, url)
        look_at(page, "library")
        page.set_input_files("#drop input[type=file]", str(bibtex))
        page.wait_for_selector("#papers tbody tr")
        looked_at(page, "the report of a file")
        page.click("#added [data-act=report-close]")
        page.click("#papers .unadded summary")
        looked_at(page, "what was not added")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_opposite_findings_stand_in_two_columns(sleep_url: str, page: Any, size: str) -> None:
    visit(page, sleep_url, size=size)
    ask(page, DISPUTE)
    assert "The abstracts may disagree" in page.inner_text("#live .lead")
    both = page.locator("#live .sides section")
    denied, told = both.filter(has_text="Says no (1)"), both.filter(has_text="Says yes (1)")
    assert "reduced migraine days by 2.1" in told.inner_text()
    assert "did not reduce" in denied.inner_text()
    assert "Osei · Pain Reports · 2022" in denied.inner_text()
    numbers = both.locator("a.cite").all_inner_texts()
    assert numbers == ["1", "2"], "the side of the best quote comes first"
    first, second = denied.bounding_box(), told.bounding_box()
    assert (first["y"] == second["y"]) is (size == "desktop"), "side by side, on a phone one below the other"
    denied.locator("a.cite").click()
    page.wait_for_selector("#sources .card[open] mark.lit:has-text('did not reduce')")


def test_the_browser_has_nothing_to_complain_about(url: str, page: Any) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    visit(page, url)
    page.wait_for_timeout(500)
    ask(page, "Which detector needs no object proposals?")
    for way in ("/favicon.ico", "/manifest.json"):
        assert page.request.get(url + way).ok, "Gradio's page links to it"
    assert said == []
