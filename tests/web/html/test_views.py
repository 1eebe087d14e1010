"""What the views show: one edge for all parts of a view, plain words where something is missing, settings before servers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.browser import QUESTION, ask, chat, look_at, rail, visit

from assistant import Answer, Assistant, Evidence, Paper, Settings, Source, Statement
from assistant.conversation.store import Listed
from assistant.web.html import lists, sources
from assistant.web.html.elements import sides_of
from assistant.web.html.frame import proof

EDGES = """view => [...document.querySelectorAll(`#view-${view} > *`)].filter((one) => one.checkVisibility() && one.offsetHeight > 1)
  .map((one) => Math.round(one.getBoundingClientRect().left))"""

TOUCHED = """away => { const link = document.querySelector("#live a.cite"); const box = link.getBoundingClientRect();
  return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2 + away) === link; }"""
TRIALS = {
    "Mulch in tomato beds": "Beds dry out fast in summer. In a field trial, 64 tomato beds got mulch or were left bare. "
    "Mulch increased soil water by 12%. Fruit weight did not differ between the beds.",
    "Road salt and frogs in ponds": "Salt reaches ponds by meltwater. We counted frogs in 52 ponds along salted and unsalted "
    "roads. Road salt reduced the number of tadpoles by half. Adult frogs were as frequent as elsewhere.",
    "Reading aloud in kindergartens": "Children differ in the words they know. In 31 kindergartens, teachers read aloud or "
    "sang every day. Reading aloud increased vocabulary by 14 words. Attention did not differ between the groups.",
}


@pytest.mark.browser
@pytest.mark.parametrize("size", ["desktop", "tablet", "phone"])
def test_all_parts_of_a_view_begin_at_the_same_edge(url: str, page: Any, size: str) -> None:
    visit(page, url, size=size)
    for view in ("check", "compare", "settings"):
        look_at(page, view)
        page.wait_for_timeout(300)
        edges = page.evaluate(EDGES, view)
        assert len(edges) > 1
        assert set(edges) == {edges[0]}, view


@pytest.mark.browser
def test_a_long_result_leaves_the_field_above_it_whole(url: str, page: Any) -> None:
    visit(page, url)
    look_at(page, "check")
    page.fill("#draft textarea", " ".join(f"SSD is detector number {n} of its kind." for n in range(12)))
    page.click("#check")
    page.wait_for_selector("#checked .checked >> nth=11")
    field, block = (page.locator(part).bounding_box() for part in ("#draft textarea", "#draft"))
    assert field["y"] + field["height"] <= block["y"] + block["height"] + 1


@pytest.mark.browser
def test_on_a_phone_numbers_are_large_to_touch_and_tools_are_those_of_one_turn(url: str, page: Any) -> None:
    visit(page, url, size="phone")
    ask(page, QUESTION)
    ask(page, "How fast is Next Block Prediction?")
    for away in (-19, 19):
        assert page.evaluate(TOUCHED, away), "a number is 40 px high for a thumb"
    tools = page.locator("#past .acts > *:visible")
    assert page.locator("#live .acts > *:visible").count() == 5
    assert tools.count() == 1
    page.evaluate("document.querySelector('#past .question').click()")
    page.wait_for_function("document.querySelectorAll('#past .turn.at').length === 1")
    assert tools.count() == 5, "of the turn that was touched, all are there"
    page.click("#past summary[aria-label=More]")
    menu = page.locator("#past .menu[open] > div").bounding_box()
    assert menu["width"] > 300, "and their menu is as wide as the page"
    page.evaluate("document.querySelector('#live .question').click()")
    page.wait_for_function("document.querySelectorAll('#past .turn.at').length === 0")


@pytest.mark.browser
def test_on_a_phone_the_card_of_a_paper_comes_into_sight(url: str, page: Any) -> None:
    visit(page, url, size="phone")
    look_at(page, "library")
    page.wait_for_selector("#papers .act.title")
    for title in (page.locator("#papers .act.title").nth(0), page.locator("#papers .act.title").nth(3)):
        name = title.inner_text()
        title.click()
        page.wait_for_function(
            "name => { const head = document.querySelector('#paper h3');"
            " return head?.innerText === name && head.getBoundingClientRect().top < innerHeight / 2; }",
            arg=name,
        )


@pytest.mark.browser
def test_settings_are_for_users_and_files_for_administrators_at_the_machine(url: str, page: Any) -> None:
    visit(page, url)
    look_at(page, "settings")
    page.wait_for_selector("#privacy details.admin")
    shown = page.inner_text("#view-settings")
    assert "assistant.toml" not in shown
    assert (
        shown.index("Length of answers") < shown.index("My conversations") < shown.index("For administrators")
    )
    page.click("#privacy .admin summary")
    assert "assistant.toml" in page.inner_text("#privacy .admin")
    away = lists.privacy((), "Nothing.", kept=True, allowed=True)
    assert "For administrators" not in away, "elsewhere nothing is told of the server's files"


@pytest.mark.browser
def test_a_paper_without_an_abstract_says_so_wherever_it_is_shown(tmp_path: Path, page: Any) -> None:
    bare = Paper("doi:10.1/n", "A nap in time", "", authors=("Byron, Ada",), year=2020, source="a.bib")
    told = Paper("t", "Naps and recall", "Naps raised recall by 9 %.", source="a.bib")
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        library.add([bare, told])
    with chat("--library", str(tmp_path / "library"), XDG_DATA_HOME=str(tmp_path)) as url:
        visit(page, url)
        look_at(page, "library")
        page.wait_for_selector("#papers tr:has-text('A nap in time') .by:has-text('no abstract')")
        assert page.locator("#papers .by:has-text('no abstract')").count() == 1
        page.click("#papers .act.title:has-text('A nap in time')")
        page.wait_for_selector("#paper .untold:has-text('This record has no abstract')")
        assert "An export with the abstract fills the gap." in page.inner_text("#paper")
        assert page.locator("#paper .abstract").count() == 0
        page.click("#papers .act.title:has-text('Naps and recall')")
        page.wait_for_selector("#paper .abstract:has-text('raised recall')")
        assert page.locator("#paper .untold").count() == 0
        # A file that only its name makes a PDF is told so.
        false = tmp_path / "x.pdf"
        false.write_text("A text about sleep.", encoding="utf-8")
        page.set_input_files("#drop input[type=file]", str(false))
        page.wait_for_selector("#added .warning:has-text('x.pdf is no real .pdf file')")
    assert "This record has no abstract" in sources.panel(0, [bare], ())


@pytest.mark.browser
def test_the_first_screen_proves_by_the_library_that_is_shown(tmp_path: Path, page: Any) -> None:
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        library.add([Paper(title, title, abstract, source="a.bib") for title, abstract in TRIALS.items()])
    with chat("--library", str(tmp_path / "library"), XDG_DATA_HOME=str(tmp_path)) as url:
        visit(page, url)
        page.wait_for_selector("#live .sample mark")
        quote = page.inner_text("#live .sample mark")
        assert page.inner_text("#live .sample p >> nth=0").startswith(f"“{quote}”")
        offered = page.locator("#live .try bdi").all_inner_texts()
        assert "Did mulch affect soil water?" in offered
        ask(page, offered[0])
        assert quote in page.inner_text("#live .lead")
        assert quote in page.inner_text("#live-sources .card[open] .abstract")
        page.click("#picker summary")
        page.click("#picker [data-value=sample]")
        page.wait_for_selector("#live .sample mark:has-text('SSD needs no object proposals')")


@pytest.mark.browser
def test_an_empty_library_has_nothing_to_prove_by(tmp_path: Path, page: Any) -> None:
    with chat(XDG_DATA_HOME=str(tmp_path)) as url:
        visit(page, url)
        page.wait_for_selector("#live .sample mark")
        rail(page)
        page.click("#picker summary")
        page.click("#picker [data-value=own]")
        page.wait_for_selector("#live .welcome:has-text('Your library is empty')")
        assert page.locator("#live .sample").count() == 0


def test_the_first_quote_proves_an_answer_that_nobody_disputes() -> None:
    paper = Paper("p", "Naps", "Naps are short. Naps raised recall. " + "Words follow. " * 20, source="test")
    words = Evidence("p", "Naps raised recall.", 16, 35)
    said = Statement("Naps raised recall.", ("p",), "supported", "verbatim", 1.0, (words,))
    answer = Answer("Do naps help?", "", (said,), (Source(1, paper),))
    shown = proof(answer)
    assert shown is not None
    assert (shown.quote, shown.before) == ("Naps raised recall.", "Naps are short.")
    assert shown.after.startswith("Words follow. ")
    assert shown.after.endswith(" …")
    assert len(shown.after) < 100
    for other in (
        replace(answer, denying=(0,)),
        replace(answer, statements=()),
        replace(answer, statements=(replace(said, how="a model"),)),
        replace(answer, statements=(replace(said, evidence=()),)),
        replace(answer, sources=()),
    ):
        assert proof(other) is None


@pytest.mark.browser
def test_a_question_about_something_else_is_led_back_by_what_the_first_screen_offers(
    sleep_url: str, page: Any
) -> None:
    visit(page, sleep_url)
    page.wait_for_selector("#live .try")
    offered = page.locator("#live .try bdi").all_inner_texts()
    ask(page, "Who won the football world cup in 1998?")
    page.wait_for_selector("#following .next .ask")
    assert page.locator("#following .next .ask").all_inner_texts() == offered[:2]


def test_the_sides_of_an_answer_are_named_for_what_they_say() -> None:
    papers = [Paper(f"p{n}", f"Paper {n}", f"Finding {n}.", source="test") for n in range(4)]
    made = tuple(
        Statement(p.abstract, (p.id,), "supported", "verbatim", 1.0, (Evidence(p.id, p.abstract, 0, 10),))
        for p in papers
    )
    cited = tuple(Source(n, paper) for n, paper in enumerate(papers, start=1))

    def named(no: tuple[int, ...], yes: tuple[int, ...]) -> list[tuple[str, list[int]]]:
        answer = Answer("Does it?", "", made, cited, denying=no, affirming=yes)
        return [(name, [index for index, _ in side]) for name, side in sides_of(answer)]

    assert named((1,), (0, 3)) == [("Says yes (2)", [0, 3]), ("Says no (1)", [1]), ("Also found (1)", [2])]
    assert named((0,), (1, 2, 3)) == [("Says no (1)", [0]), ("Says yes (3)", [1, 2, 3])]
    # What takes no side stands last, and stored answers know of no yes.
    assert named((1,), (2,))[-1] == ("Also found (2)", [0, 3])
    assert named((1,), ()) == [("Also found (3)", [0, 2, 3]), ("Says no (1)", [1])]


def test_conversations_of_the_same_title_are_told_apart_by_their_time() -> None:
    def told(at: datetime, title: str = "Do naps help?") -> Listed:
        return Listed(f"{title}{at}", title, at.isoformat())

    now = datetime.now(UTC).astimezone().replace(hour=12, minute=34)
    earlier = datetime(2024, 5, 3, 12, tzinfo=UTC)
    listed = [told(now), told(earlier), told(now, "Who slept?")]
    made = lists.conversations(listed, "", "", kept=True)
    assert re.findall(r"<small>([^<]+)</small>", made) == ["12:34", "3 May 2024"]


@pytest.mark.browser
def test_a_comparison_is_one_table_and_is_copied_with_it(url: str, page: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, url)
    ask(page, "Compare SSD and Next-ViT")
    ask(page, "How do they differ?")
    page.wait_for_selector("#live .compared")
    assert page.locator("#live .listing").count() == 0, "no second table of the same papers"
    assert page.locator("#live .answer mark").count() == 0, "why a paper is listed is no question here"
    page.click("#live [data-act=copy]")
    page.wait_for_selector("#notice:has-text('Copied.')")
    copied = page.evaluate("navigator.clipboard.readText()")
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(700)
    wide = "(() => { const t = document.querySelector('#live .compared'); return t.scrollWidth - t.clientWidth; })()"
    assert page.evaluate(wide) <= 0, "both papers are in sight on a phone"
    under = page.locator("#live .standalone").bounding_box()
    answer = page.locator("#live .answer").bounding_box()
    assert answer["y"] - under["y"] < 70, "a button that is not seen leaves no gap"
    assert copied.startswith("The 2 papers, each with its main finding.")
    assert "Side by side:\n  Problem\n    [1] “" in copied
