"""What the views show: one edge for all parts of a view, plain words where something is missing, settings before servers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.browser import chat, look_at, visit

from assistant import Answer, Assistant, Evidence, Paper, Settings, Source, Statement
from assistant.web.html import lists, sources
from assistant.web.html.elements import sides_of

EDGES = """view => [...document.querySelectorAll(`#view-${view} > *`)].filter((one) => one.checkVisibility() && one.offsetHeight > 1)
  .map((one) => Math.round(one.getBoundingClientRect().left))"""


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
