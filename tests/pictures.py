"""The pictures of the README, made anew: `make pictures`. Needs Chromium."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright
from support.browser import ask, chat, look_at, more, visit

DOCS = Path(__file__).resolve().parent.parent / "docs"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BIBTEX = """@inproceedings{dot, title = {Dot: Tiny D{\\'e}tectors}, author = {Byron, Ada and Chen, Bo}, year = {2024},
  abstract = {Object detectors are slow. We present Dot, a detector with one network. Dot finds cars in 5 ms on a phone.}}
"""


@contextmanager
def tabbed(url: str, theme: str = "light", size: str = "desktop") -> Iterator[Any]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        visit(page, url, theme=theme, size=size)
        page.wait_for_timeout(1500)
        yield page
        browser.close()


def still(page: Any, name: str) -> None:
    """Keeps what is seen in the few colours that the page has, also the rare ones: less than half the size."""
    seen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    seen.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        DOCS / f"{name}.png", optimize=True
    )


def stills(url: str) -> None:
    """The main states."""
    with tabbed(url) as page:
        ask(page, "Which detector needs no object proposals?")
        page.click("#live a.cite >> nth=0")
        page.wait_for_timeout(1500)
        still(page, "chat")
        more(page)
        page.click("#live [data-act=inspect]")
        page.wait_for_selector("#inspector .inspector")
        page.wait_for_timeout(300)
        still(page, "inspector")
        look_at(page, "library")
        page.wait_for_selector("#map .point >> nth=20")
        page.check("#papers [name=paper] >> nth=6")
        page.click("#papers .act.title >> nth=6")
        page.wait_for_selector("#paper h3")
        page.wait_for_timeout(500)
        still(page, "library")
        look_at(page, "chat")
        ask(page, "Compare SSD and Next-ViT")
        page.wait_for_selector("#live table")
        page.mouse.move(0, 0)
        page.locator("#live table").scroll_into_view_if_needed()
        page.wait_for_timeout(800)
        still(page, "compare")
    with tabbed(url, "dark", "phone") as page:
        ask(page, "Which detector needs no object proposals?")
        page.wait_for_selector("#following .ask")
        page.click("#live a.cite >> nth=0")
        page.wait_for_timeout(900)
        still(page, "phone")


def film(url: str, folder: Path) -> None:
    """A first-time user's path, as an animated picture."""
    frames: list[tuple[Image.Image, int]] = []
    (folder / "mine.bib").write_text(BIBTEX, encoding="utf-8")

    def keep(page: Any, milliseconds: int) -> None:
        page.wait_for_timeout(700)
        shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB").resize((960, 600))
        frames.append((shot.quantize(128), milliseconds))

    with tabbed(url) as page:
        keep(page, 1800)
        page.wait_for_selector("#live .try")
        page.click("#live .try >> nth=0")
        page.wait_for_selector("#live .turn[data-key]")
        keep(page, 2200)
        page.click("#live a.cite >> nth=0")
        keep(page, 2600)
        look_at(page, "library")
        keep(page, 1400)
        page.set_input_files("#drop input[type=file]", str(folder / "mine.bib"))
        page.wait_for_selector("#added .done")
        page.click("#papers .act.title:has-text('Dot')")
        page.wait_for_selector("#paper h3")
        keep(page, 2400)
        page.click("#paper [data-act=about]")
        page.wait_for_selector("#scope b")
        ask(page, "How fast does Dot find cars?")
        keep(page, 2600)
        more(page, "Cite")
        page.hover("#live [data-act=references-bibtex]")
        keep(page, 2600)
    first, *rest = [frame for frame, _ in frames]
    first.save(
        DOCS / "first-time.gif",
        save_all=True,
        append_images=rest,
        duration=[t for _, t in frames],
        loop=0,
        optimize=True,
    )


def main() -> int:
    """Writes every picture into docs/."""
    with tempfile.TemporaryDirectory() as place:
        for name in ("DATA", "CACHE", "CONFIG", "STATE"):
            os.environ.setdefault(f"XDG_{name}_HOME", str(Path(place, name.lower())))
        os.environ["XDG_DATA_HOME"] = str(Path(place, "own"))
        with chat() as url:
            film(url, Path(place))
        with chat("--sample") as url:
            stills(url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
