"""The library's care in the browser: newer files, check and repair, backup and restore, and a kill at any moment."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from support.browser import chat, look_at, looked_at, serious, served, visit
from support.killed import plan, title, write

from assistant import Assistant, Settings
from assistant.web.request_guard import BACKUP

pytestmark = pytest.mark.browser
COUNT = 40
NEWER = ("update", "drop")
"""What a newer file is given for."""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the library of 40 papers that came from an upload, and a newer file of the same name."""
    old, new = tmp_path / "old" / "papers.jsonl", tmp_path / "new" / "papers.jsonl"
    for file, abstracts in ((old, plan("sync", COUNT).before), (new, plan("sync", COUNT).after)):
        file.parent.mkdir()
        write(file, abstracts)
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        library.add(old, origin="papers.jsonl")
    return tmp_path


def open_care(page: Any, url: str) -> None:
    visit(page, url)
    look_at(page, "library")
    page.click("#care summary")


def test_a_newer_file_is_shown_as_a_difference_and_then_applied(place: Path, page: Any, look: Any) -> None:
    planned = plan("sync", COUNT)
    gone, new = planned.before.keys() - planned.after.keys(), planned.after.keys() - planned.before.keys()
    with chat("--library", str(place / "library")) as url:
        open_care(page, url)
        page.set_input_files("#care [data-files=resync]", str(place / "new" / "papers.jsonl"))
        page.wait_for_selector("#care :text('Nothing is written yet.')")
        assert f"Removed ({len(gone)})" in page.inner_text("#care")
        assert f"New ({len(new)})" in page.inner_text("#care")
        assert title(min(gone)) in page.text_content("#care")
        looked_at(page, "what a newer file would change")
        assert "40 papers" in page.text_content("#picker small")
        page.click("#care [data-act=care-apply]")
        page.wait_for_selector(f"#care .done:has-text('{len(gone)} removed')")
        page.wait_for_selector(f"#picker small:has-text('{len(planned.after)} papers')", state="attached")
        page.set_input_files("#care [data-files=resync]", str(place / "new" / "papers.jsonl"))
        page.click("#care [data-act=care-cancel]:has-text('Close')")
        page.wait_for_selector("#care .result:not(:has(*))", state="attached")
    with Assistant(place / "library", settings=Settings()) as library:
        assert {paper.id: paper.abstract for paper in library.papers()} == planned.after


def test_a_newer_file_that_is_dropped_may_remove_what_it_lacks(place: Path, page: Any, look: Any) -> None:
    planned, newer = plan("sync", COUNT), str(place / "new" / "papers.jsonl")
    gone = planned.before.keys() - planned.after.keys()
    both = len(planned.before.keys() | planned.after.keys())
    with chat("--library", str(place / "library")) as url:
        visit(page, url)
        look_at(page, "library")
        page.set_input_files("#drop input[type=file]", newer)
        page.wait_for_selector(f"#care :text('had {len(gone)} papers that this one lacks')")
        assert title(min(gone)) in page.text_content("#care")
        looked_at(page, "what a dropped file lacks")
        page.click("#care [data-act=care-cancel]:has-text('Keep')")
        page.wait_for_selector("#care .result:not(:has(*))", state="attached")
        page.wait_for_selector(f"#picker small:has-text('{both} papers')", state="attached")
        page.set_input_files("#drop input[type=file]", newer)
        page.click("#care [data-act=care-apply]:has-text('Remove')")
        page.wait_for_selector(f"#care .done:has-text('{len(gone)} removed')")
        # The page has taken all of it up: a file that comes before that may get lost.
        page.wait_for_selector(f"#picker small:has-text('{len(planned.after)} papers')", state="attached")
        page.set_input_files("#drop input[type=file]", newer)
        page.wait_for_selector("#added .done:has-text('Added 0 papers')")
        page.wait_for_selector("#care .result:not(:has(*))", state="attached", timeout=90_000)
    with Assistant(place / "library", settings=Settings()) as library:
        assert {paper.id: paper.abstract for paper in library.papers()} == planned.after


def test_a_file_that_was_added_outside_of_the_page_is_known_by_its_name(place: Path, page: Any) -> None:
    planned, library = plan("sync", COUNT), place / "other"
    with Assistant(library, settings=Settings()) as other:
        other.add(place / "old" / "papers.jsonl")
    with chat("--library", str(library)) as url:
        open_care(page, url)
        page.set_input_files("#care [data-files=resync]", str(place / "new" / "papers.jsonl"))
        page.click("#care [data-act=care-apply]")
        page.wait_for_selector(f"#picker small:has-text('{len(planned.after)} papers')", state="attached")
    with Assistant(library, settings=Settings()) as other:
        assert {paper.id: paper.abstract for paper in other.papers()} == planned.after
        assert other.sources() == (str(place / "old" / "papers.jsonl"),)


def test_a_library_is_checked_repaired_and_backed_up_and_the_backup_restored(place: Path, page: Any) -> None:
    backup = place / "backup.zip"
    with Assistant(place / "library", settings=Settings()) as library:
        library.tag("Owls", ["p0"])
    with chat("--library", str(place / "library")) as url:
        open_care(page, url)
        page.click("#care [data-act=care-check]")
        page.wait_for_selector("#care .done:has-text('No faults found.')")
        with page.expect_download() as given:
            page.click("#care [href=backup]")
        assert given.value.suggested_filename.startswith("library-")
        given.value.save_as(backup)
        # A backup is not put over a library.
        page.set_input_files("#drop input[type=file]", str(backup))
        page.wait_for_selector("#added :text('there is a library already')")
    with chat("--library", str(place / "other")) as url:
        visit(page, url)
        look_at(page, "library")
        page.set_input_files("#drop input[type=file]", str(backup))
        page.wait_for_selector("#added .done:has-text('Restored 40 papers')")
        page.wait_for_selector("#narrowing .chip:has-text('Owls')", state="attached")
    with (
        Assistant(place / "library", settings=Settings()) as one,
        Assistant(place / "other", settings=Settings()) as two,
    ):
        assert two.papers() == one.papers()
        assert two.doctor() == []


def test_what_is_found_wrong_is_repaired(place: Path, page: Any) -> None:
    with Assistant(place / "library", settings=Settings()) as library:
        # A fault that opening does not see: a paper whose windows are gone from the store.
        library._library.files().store.remove_windows(["p0#0"])
        assert library.doctor()
    with chat("--library", str(place / "library")) as url:
        open_care(page, url)
        page.click("#care [data-act=care-check]")
        page.wait_for_selector("#care .problems li")
        assert serious(page) == []
        page.click("#care [data-act=care-repair]")
        page.wait_for_selector("#care .done:has-text('All faults are repaired.')")


def test_a_backup_that_unpacks_to_too_much_is_not_restored(tmp_path: Path, page: Any) -> None:
    bomb = tmp_path / "backup.zip"
    with ZipFile(bomb, "w", 8) as archive:
        archive.writestr("backup.json", '{"format": 1, "embedder": "minilm"}')
        archive.writestr("records.sqlite", bytes(30_000_000))
    with chat("--library", str(tmp_path / "library"), ASSISTANT_WEB_UPLOAD_MB="1") as url:
        visit(page, url)
        look_at(page, "library")
        page.set_input_files("#drop input[type=file]", str(bomb))
        page.wait_for_selector("#added :text('too large for the page')")
    assert not (tmp_path / "library").exists()


def test_who_may_not_edit_gets_no_care(place: Path, page: Any) -> None:
    with chat("--library", str(place / "library"), ASSISTANT_WEB_EDITORS="nobody") as url:
        visit(page, url)
        look_at(page, "library")
        page.wait_for_selector("#papers tbody tr")
        assert page.locator("#care details").count() == 0
        assert httpx.get(url + BACKUP).status_code == 403


@pytest.mark.parametrize("change", ["update", "drop", "tag", "repair", "backup", "restore"])
def test_a_page_that_is_killed_while_it_cares_leaves_a_whole_library(
    place: Path, page: Any, change: str
) -> None:
    moment, planned, folder = 1.5 * random.random(), plan("sync", COUNT), place / "library"
    newer = place / "new" / "papers.jsonl"
    with Assistant(folder, settings=Settings()) as library:
        library.back_up(place / "backup.zip")
        if change == "repair":
            library._library.files().store.remove_windows(["p0#0", "p2#0"])
    if change == "restore":
        folder = place / "other"
    with served("--library", str(folder)) as (url, server):
        visit(page, url)
        look_at(page, "library")
        if change != "restore":
            page.click("#care summary")
        if change == "update":
            page.set_input_files("#care [data-files=resync]", str(newer))
            page.click("#care [data-act=care-apply]")
        elif change == "drop":
            page.set_input_files("#drop input[type=file]", str(newer))
            page.click("#care [data-act=care-apply]:has-text('Remove')")
        elif change == "tag":
            page.check("#papers [data-every]")
            page.click("#papers summary:has-text('Collection')")
            page.fill("#papers [name=collection]", "Owls")
            page.click("#papers [data-act=selected-tag]")
        elif change == "repair":
            page.click("#care [data-act=care-check]")
            page.click("#care [data-act=care-repair]")
        elif change == "backup":
            page.click("#care [href=backup]", no_wait_after=True)
        else:
            page.set_input_files("#drop input[type=file]", str(place / "backup.zip"))
        time.sleep(moment)
        server.send_signal(signal.SIGKILL)
        server.wait()
    if change == "restore" and not folder.exists():
        # It appears whole or not at all, and what was unfinished keeps nobody from doing it again.
        with Assistant(folder, settings=Settings()) as library:
            library.restore(place / "backup.zip")
    with Assistant(folder, settings=Settings()) as library:
        for paper in library.papers():
            states = (planned.before.get(paper.id), planned.after.get(paper.id) if change in NEWER else "")
            assert paper.abstract in states, f"{paper.id}, killed after {moment:.3f} s"
        # All of the papers or none.
        assert library.collections() in ({}, {"Owls": COUNT})
        if change in NEWER:
            library.sync(newer, origin="papers.jsonl", apply=True)
        else:
            library.doctor(repair=True)
        expected = planned.after if change in NEWER else planned.before
        assert {paper.id: paper.abstract for paper in library.papers()} == expected
        assert library.doctor() == []
