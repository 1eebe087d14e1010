"""The library in the browser: the table, the card beside it, the map, files that are added, comparisons."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from support.browser import QUESTION, answered, ask, chat, download, elsewhere, look_at, more, serious, visit

pytestmark = pytest.mark.browser
FITS = "document.documentElement.scrollWidth <= innerWidth"
ROWS = "document.querySelectorAll('#papers tbody tr').length"


def test_papers_are_sorted_filtered_and_shown(sleep_url: str, page: Any, look: Any) -> None:
    visit(page, sleep_url)
    look_at(page, "library")
    page.wait_for_function(f"{ROWS} === 50")
    page.click("#papers [data-act=page]")
    page.wait_for_function(f"{ROWS} === 10")
    page.click("#papers [data-act=sort][data-value=year]")
    page.wait_for_selector("#papers th[aria-sort=ascending]")
    page.click("#papers [data-act=sort][data-value='-year']")
    page.wait_for_selector("#papers th[aria-sort=descending]")
    assert "Naps and the consolidation" in page.inner_text("#papers tbody tr >> nth=0"), "the newest one"
    narrow(page, author="nunez", since="2020", venue="icml")
    page.wait_for_selector("#papers .paging:has-text('9 of ')")
    chips = page.locator("#narrowing .scope li span").all_inner_texts()
    assert chips == ["Year since 2020", "Author nunez", "Venue icml"]
    narrow(page, author="nobody")
    page.wait_for_selector("text=No papers match. Remove a filter")
    page.click("#narrowing [aria-label='Remove the filter author nobody']")
    page.wait_for_function(f"{ROWS} === 9")
    narrow(page, since="2o20")
    page.wait_for_selector("#notice :text(\"'2o20' is not a year\")")
    narrow(page, since="2022", until="2019")
    page.wait_for_selector("#notice :text('The first year (2022) is after the last (2019)')")
    assert page.locator("#narrowing .scope li").count() == 2, "what cannot be meant changes nothing"
    page.keyboard.press("Escape")
    page.click("#narrowing [aria-label^='Remove the filter venue']")
    page.wait_for_function("document.querySelectorAll('#narrowing .scope li').length === 1")
    page.click("#narrowing [aria-label^='Remove the filter year']")
    page.wait_for_selector("#papers .paging:has-text('1 to 50 of ')")
    page.click("#papers .act.title >> nth=0")
    page.wait_for_selector("#paper .abstract")
    assert serious(page) == []


def narrow(page: Any, **fields: str) -> None:
    """Fills in the form of filters, which is open where it was refused, and presses Enter there."""
    if not page.is_visible("#narrowing [name=since]"):
        page.click("#narrowing summary")
    for name, text in fields.items():
        page.fill(f"#narrowing [name={name}]", text)
    page.press(f"#narrowing [name={name}]", "Enter")


def test_authors_and_venues_are_offered_with_as_many_papers_as_one_gets(
    sleep_url: str, page: Any, look: Any
) -> None:
    visit(page, sleep_url)
    look_at(page, "library")
    page.wait_for_selector("#papers tbody tr")
    page.click("#narrowing summary")
    assert page.is_visible("#narrowing [name=venue]")
    assert page.evaluate(FITS)
    assert serious(page) == []
    offered = page.locator("#narrowing [data-act=narrow-to]", has_text="Sleep Research")
    assert offered.inner_text().split() == ["Sleep", "Research", "2"]
    offered.click()
    page.wait_for_selector("#narrowing .scope li:has-text('Venue Sleep Research')")
    page.wait_for_selector("#papers .paging:has-text('2 of ')")
    assert not page.is_visible("#narrowing [name=venue]")
    page.click("#narrowing summary")
    authors = page.locator("#narrowing [data-act=narrow-to][data-value^=author]").all_inner_texts()
    assert [one.split() for one in authors] == [["Clark", "1"], ["Okafor", "1"]], (
        "of the papers that are left"
    )
    page.click("#narrowing [data-act=narrow-to]:has-text('Okafor')")
    page.wait_for_selector("#papers .paging:has-text('1 of ')")
    page.click("#narrowing summary")
    assert page.input_value("#narrowing [name=author]") == "Okafor"
    page.keyboard.press("Escape")
    page.click("#narrowing .scope li:has-text('Author') button")
    page.wait_for_selector("#papers .paging:has-text('2 of ')")
    page.click("#narrowing summary")
    assert page.input_value("#narrowing [name=author]") == "", "what was removed is not in the form"
    narrow_from = page.locator("#narrowing [name=since]")
    narrow_from.fill("2022")
    page.click("#narrowing [data-act=narrow]")
    page.wait_for_selector("#narrowing .scope li:has-text('Year since 2022')")
    page.click("#narrowing summary")
    narrow_from.fill("1999")
    page.keyboard.press("Escape")
    page.click("#narrowing .scope li:has-text('Year') button")
    page.wait_for_selector("#papers .paging:has-text('2 of ')")
    page.click("#narrowing summary")
    assert narrow_from.input_value() == "", "nor what was typed and not applied"
    assert elsewhere(page, sleep_url) == []


def test_several_papers_are_taken_along_compared_or_removed(sleep_url: str, page: Any) -> None:
    visit(page, sleep_url)
    look_at(page, "library")
    page.wait_for_selector("#papers tbody tr")
    assert not page.is_visible("#papers [data-act=selected-compare]")
    page.check("#papers [name=paper] >> nth=0")
    page.check("#papers [name=paper] >> nth=1")
    assert page.inner_text("#papers [data-count]") == "2 selected"
    page.click("#papers summary:has-text('Export')")
    taken = download(page, "#papers [data-act=selected-bibtex]")
    assert taken.count("\n@") + taken.startswith("@") == 2
    page.click("#papers [data-act=selected-compare]")
    page.wait_for_selector("#comparison table")
    assert page.locator("#comparison thead th").count() == 2
    look_at(page, "library")
    page.fill("#find textarea, #find input", "Paper 59")
    page.wait_for_function(f"{ROWS} === 1")
    page.check("#papers [name=paper]")
    page.click("#papers [data-act=selected-remove]")
    page.click("dialog.asking button:has-text('Cancel')")
    page.wait_for_selector("dialog.asking", state="detached")
    page.click("#papers [data-act=selected-remove]")
    page.click("dialog.asking button:has-text('Remove')")
    page.wait_for_selector("#picker small:has-text('59 papers')")
    page.wait_for_selector("text=Removed 1 paper.")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_what_can_be_done_with_selected_papers_is_in_sight_where_they_are(
    sleep_url: str, page: Any, size: str
) -> None:
    visit(page, sleep_url, size=size)
    look_at(page, "library")
    page.wait_for_selector("#papers tbody tr")
    assert "Select papers to compare" in page.inner_text("#papers .hint")
    first = page.locator("#papers tbody tr >> nth=0").bounding_box()
    page.check("#papers [name=paper] >> nth=0")
    assert page.locator("#papers tbody tr >> nth=0").bounding_box() == first, "nothing moves"
    page.check("#papers [name=paper] >> nth=40")
    bar = page.locator("#papers .bar-of-selection").bounding_box()
    assert 0 <= bar["y"] <= page.viewport_size["height"] - bar["height"]
    page.click("#papers summary:has-text('Export')")
    assert page.is_visible("#papers [data-act=selected-ris]")
    assert page.evaluate(FITS)
    menu = page.locator("#papers .menu[open] > div").bounding_box()
    assert 0 <= menu["y"] <= page.viewport_size["height"] - menu["height"]


def test_what_is_selected_stays_selected_wherever_it_stands(sleep_url: str, page: Any) -> None:
    chosen = "() => [...document.querySelectorAll('#papers [name=paper]:checked')].map((one) => one.value).sort().join()"
    visit(page, sleep_url)
    look_at(page, "library")
    page.wait_for_selector("#papers tbody tr")
    page.check("#papers [value=p0]")
    page.check("#papers [value=p7]")
    page.click("#papers [data-act=sort][data-value=title]")
    page.wait_for_selector("#papers th[aria-sort=ascending]")
    page.wait_for_function(f"({chosen})() === 'p0,p7'")
    page.wait_for_selector("#papers [data-count]:has-text('2 selected')")
    page.fill("#find textarea, #find input", "naps")
    page.wait_for_selector("#papers [data-count]:has-text('1 selected')")
    assert page.evaluate(chosen) == "p0"
    # What is not shown is not acted on, and not selected when it comes back.
    page.fill("#find textarea, #find input", "")
    page.wait_for_function(f"{ROWS} === 50")
    assert page.evaluate(chosen) == "p0"
    page.check("#papers [data-every]")
    assert page.inner_text("#papers [data-count]") == "50 selected"
    page.click("#papers [data-act=page]")
    page.wait_for_function(f"{ROWS} < 50 && !document.querySelector('#papers :checked')")
    assert page.text_content("#papers [data-count]") == "0 selected"


def test_papers_are_put_into_a_collection_and_asked_within_it(sleep_url: str, page: Any, look: Any) -> None:
    visit(page, sleep_url)
    look_at(page, "library")
    page.fill("#find textarea, #find input", "naps")
    page.wait_for_selector("#papers .paging:has-text(' of ')")
    page.wait_for_function(f"{ROWS} < 50")
    page.check("#papers [name=paper] >> nth=0")
    page.click("#papers summary:has-text('Collection')")
    page.fill("#papers [name=collection]", "Naps & co")
    page.press("#papers [name=collection]", "Enter")
    page.wait_for_selector("#narrowing .chip:has-text('Naps & co')", state="attached")
    page.fill("#find textarea, #find input", "")
    page.wait_for_function(f"{ROWS} === 50")
    page.click("#narrowing summary")
    page.click("#narrowing .chip:has-text('Naps & co 1')")
    page.wait_for_function(f"{ROWS} === 1")
    title = page.inner_text("#papers tbody .title")
    assert serious(page) == []
    page.click("#narrowing [data-act=ask-within]")
    page.wait_for_selector("#scope .chip:has-text('Collection Naps & co')")
    ask(page, "What do naps do?")
    assert page.locator("#live-sources .card").count() == 1
    assert title in page.text_content("#live-sources")
    page.click("#scope [data-act=unfilter]")
    page.wait_for_selector("#scope .chip", state="detached")
    page.click("#scope .within summary")
    page.fill("#scope [name=since]", "2021")
    page.fill("#scope [name=author]", "Nobody")
    page.click("#scope [data-act=within]")
    page.wait_for_selector(".notice:has-text('No paper passes the filter')")
    page.fill("#scope [name=author]", "Roy")
    assert serious(page) == []
    page.press("#scope [name=author]", "Enter")
    page.wait_for_selector("#scope .chip:has-text('Author Roy')")
    assert page.locator("#scope .chip").count() == 2
    assert not page.is_visible("#scope [name=since]")


def test_the_map_is_reached_by_keys_and_shows_a_paper(sleep_url: str, page: Any) -> None:
    visit(page, sleep_url)
    look_at(page, "library")
    page.wait_for_selector("#map .point >> nth=40")
    assert "2020" in page.inner_text("#years")
    page.focus("#map .point[tabindex='0']")
    page.keyboard.press("ArrowRight")
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Enter")
    page.wait_for_selector("#paper h3")
    assert page.inner_text("#paper h3") == name
    page.click("#paper [data-act=about]")
    page.wait_for_selector("#scope li")
    assert page.is_visible("#question")


def test_the_reference_of_a_paper_is_copied_in_the_style_one_chose(sleep_url: str, page: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, sleep_url)
    look_at(page, "settings")
    page.select_option("#style", "apa")
    look_at(page, "library")
    page.click("#papers .act.title:has-text('Naps and the consolidation')")
    page.click("#paper [data-act=cite]")
    page.wait_for_selector(".notice:has-text('Copied.')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "Okafor, A. (2023). Naps and the consolidation of word pairs. Sleep Research."


def test_a_paper_that_was_picked_can_be_unpicked_there(url: str, page: Any) -> None:
    visit(page, url)
    look_at(page, "library")
    page.click("#papers .act.title >> nth=0")
    page.click("#paper [data-act=pick]")
    page.wait_for_selector(".notice:has-text('(1 of 5)')")
    page.click("#paper [data-act=unpick]")
    page.wait_for_selector("#paper [data-act=pick]")


def test_where_no_service_is_used_the_first_screen_says_so(url: str, page: Any) -> None:
    visit(page, url)
    assert "Nothing leaves this server." in page.inner_text("#live .welcome .drop")


def test_a_source_that_was_picked_can_be_unpicked_there(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, QUESTION)
    page.click("#sources .card[open] .why summary")
    page.click("#sources .card[open] button:has-text('Compare')")
    page.click("#sources .card[open] button:has-text('Leave out of the comparison')")
    page.wait_for_selector("#sources .card[open] button:text-is('Compare')")
    look_at(page, "compare")
    assert page.locator("#picked li").count() == 0


def test_clicks_in_quick_succession_are_all_heard(url: str, page: Any) -> None:
    visit(page, url)
    ask(page, QUESTION)
    page.wait_for_selector("#live-sources [data-act=pick] >> nth=4", state="attached")
    page.evaluate(
        "[...document.querySelectorAll('#live-sources [data-act=pick]')].slice(0, 4).forEach((button) => button.click())"
    )
    look_at(page, "compare")
    page.wait_for_function("document.querySelectorAll('#picked li').length === 4")
    for left in (3, 2):
        page.click("#picked [data-act=unpick] >> nth=0")
        page.wait_for_function("n => document.querySelectorAll('#picked li').length === n", arg=left)
    page.click("#compare")
    page.wait_for_selector("#comparison table")
    assert page.locator("#comparison thead th").count() == 2
    assert page.locator("#comparison tbody th").all_inner_texts() == ["Problem", "Approach", "Results"]
    assert page.inner_text("#comparison tbody td >> nth=0").startswith("“"), "a quote is seen to be one"
    assert page.locator("#comparison .related").count() == 1
    assert serious(page) == []


def test_the_first_time_path(tmp_path: Path, bibtex: Path, page: Any) -> None:
    """Open, see that one's own library is empty, ask an example, click a number, add a file, ask about it, cite."""
    with chat(XDG_DATA_HOME=str(tmp_path / "data")) as url:
        visit(page, url)
        assert "Sample library" in page.text_content("#picker summary")
        page.click("#picker summary")
        page.click("#picker [data-value=own]")
        page.wait_for_selector("#live .welcome:has-text('Your library is empty')")
        assert page.locator("#live .try").count() == 0, "nothing is offered that has no answer"
        page.click("#live .welcome [data-act=library]")
        page.click(f"#live .try:has-text('{QUESTION}')")
        answered(page, QUESTION)
        page.click("#live a.cite >> nth=0")
        page.wait_for_selector("#sources mark.lit")
        look_at(page, "library")
        page.set_input_files("#drop input[type=file]", str(bibtex))
        page.wait_for_selector("#added .done")
        added = page.inner_text("#added")
        assert "Added 1 paper. 1 record has a problem:\n\nline 4: title" in added
        page.wait_for_selector("#picker small:has-text('1 paper')")
        page.click("#papers .act.title:has-text('Dot: Tiny Détectors')")
        page.click("#paper [data-act=about]")
        page.wait_for_selector("#scope b:has-text('Dot')")
        ask(page, "How fast does Dot find cars?")
        assert "5 ms" in page.inner_text("#live .answer")
        more(page, "Cite")
        assert "10.1/dot" in download(page, "#live [data-act=references-bibtex]")
        assert elsewhere(page, url) == []
        page.reload()
        page.wait_for_selector("#past .turn")
        assert "Your library" in page.text_content("#picker summary")


def test_a_folder_and_an_archive_are_dropped(tmp_path: Path, bibtex: Path, page: Any) -> None:
    inside = tmp_path / "exports" / "deep"
    inside.mkdir(parents=True)
    (inside / "note.md").write_text("# Wave: Tiny Waves\n\nWave moves water.\n")
    (inside / ".hidden.bib").write_text(bibtex.read_text())
    with ZipFile(tmp_path / "exports" / "all.zip", "w") as archive:
        archive.write(bibtex, "mine.bib")
    with chat(XDG_DATA_HOME=str(tmp_path / "data")) as url:
        visit(page, url)
        page.click("#picker summary")
        page.click("#picker [data-value=own]")
        look_at(page, "library")
        browser = page.context.new_cdp_session(page)
        data = {"items": [], "files": [str(tmp_path / "exports")], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            browser.send("Input.dispatchDragEvent", {"type": kind, "x": 400, "y": 300, "data": data})
        page.wait_for_selector("#papers .act.title:has-text('Wave: Tiny Waves')")
        page.wait_for_selector("#papers .act.title:has-text('Dot: Tiny Détectors')")
        assert "(in mine.bib)" in page.inner_text("#added")


def test_files_that_cannot_be_read_are_told_by_name(url: str, tmp_path: Path, page: Any) -> None:
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.7 ...")
    visit(page, url)
    look_at(page, "library")
    page.set_input_files("#drop input[type=file]", str(tmp_path / "paper.pdf"))
    page.wait_for_selector("#added .warning")
    told = page.inner_text("#added")
    assert "paper.pdf is a damaged PDF" in told
    assert "/tmp" not in told
    (tmp_path / "large.bib").write_text("% nothing\n" * 200_000)
    page.set_input_files("#drop input[type=file]", str(tmp_path / "large.bib"))
    page.wait_for_selector("#added:has-text('large.bib is larger than 1 MB')")
    assert "paper.pdf" not in page.inner_text("#added"), "the last report is gone"
