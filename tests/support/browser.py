"""A chat to test: its server as a user starts it, and a browser tab that looks at it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any

import httpx

QUESTION = "Which detector needs no object proposals?"
SIZES = {"desktop": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}
LOOKS = [(size, theme) for size in SIZES for theme in ("light", "dark")]
# Keeps what moved without the user's doing: (how much of the window, whether it followed a key or a click).
SHIFTS = """window.shifts = []; new PerformanceObserver((list) => { for (const e of list.getEntries())
  window.shifts.push(e.value); }).observe({ type: "layout-shift", buffered: true });"""
FITS = "document.documentElement.scrollWidth <= innerWidth"
# What can be pressed, is seen, and is no link within text: those that a thumb would miss. (A row may be pressed beside its box.)
SMALL = """() => [...document.querySelectorAll("button, summary, select")].filter((one) => {
  const box = one.getBoundingClientRect();
  return one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && box.width && Math.round(box.height) < 40
    && !one.matches(".point, .link") && box.right > 0 && box.left < innerWidth && !one.closest("#sources, #rail") ;
}).map((one) => `${one.ariaLabel || one.innerText} ${one.className} ${Math.round(one.getBoundingClientRect().height)}`)"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def chat(*arguments: str, **environ: str) -> Iterator[str]:
    """The address of a chat that runs as `assistant chat` does; no defect of its may go to the log unseen."""
    with served(*arguments, **environ) as (url, _):
        yield url


@contextmanager
def served(*arguments: str, **environ: str) -> Iterator[tuple[str, subprocess.Popen[Any]]]:
    """The same, with its process."""
    port = free_port()
    command = [sys.executable, "-m", "assistant", "chat", "--port", str(port), *arguments]
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(
            command, env={**os.environ, **environ}, stdout=subprocess.DEVNULL, stderr=log
        ) as server,
    ):
        url = f"http://127.0.0.1:{port}"
        try:
            wait_for(url, server)
            yield url, server
        finally:
            server.terminate()
            server.wait(timeout=20)
        defects = faults(log)
        assert not defects, defects


def faults(log: IO[str]) -> str:
    """What a server wrote of its own defects, from the first on."""
    log.seek(0)
    said = log.read()
    return said[said.index("Traceback") :] if "Traceback" in said else ""


@contextmanager
def behind(url: str, prefix: str) -> Iterator[str]:
    """The address of a proxy that shows a server under a prefix, and nothing outside of it."""
    port = free_port()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def forward(self) -> None:
            if not self.path.startswith(prefix):
                self.send_error(404)
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            given = {
                k: v for k, v in self.headers.items() if k.lower() not in ("connection", "accept-encoding")
            }
            given |= {"Host": f"127.0.0.1:{port}", "Connection": "close"}
            target = url + (self.path.removeprefix(prefix) or "/")
            # The browser may leave, and the server end, in the middle of a stream.
            with (
                contextlib.suppress(OSError, httpx.HTTPError),
                httpx.stream(self.command, target, content=body, headers=given, timeout=60) as answer,
            ):
                self.send_response(answer.status_code)
                for name, value in answer.headers.multi_items():
                    if name.lower() not in ("transfer-encoding", "connection"):
                        self.send_header(name, value)
                self.end_headers()
                for piece in answer.iter_raw():
                    self.wfile.write(piece)
                    self.wfile.flush()

        do_GET = do_POST = do_HEAD = forward

    proxy = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=proxy.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}{prefix}"
    finally:
        proxy.shutdown()
        proxy.server_close()


def wait_for(url: str, server: subprocess.Popen[Any]) -> None:
    for _ in range(480):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, OSError):
            assert server.poll() is None, "the chat ended"
            time.sleep(0.5)
        else:
            return
    raise AssertionError("the chat did not start")


def visit(page: Any, url: str, *, theme: str = "", size: str = "", query: str = "") -> None:
    """Opens the page in a theme and a size (the test's look, where it has one), and waits until it can be used."""
    usual = getattr(page, "look", ("desktop", "light"))
    size, theme = size or usual[0], theme or usual[1]
    width, height = SIZES[size]
    page.set_default_timeout(30_000)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{url}/?__theme={theme}{query}")
    page.wait_for_selector("#question textarea")
    page.wait_for_selector("#live :is(.welcome, .turn), #past .turn")


def ask(page: Any, question: str) -> None:
    """Asks, and waits until the answer is whole, with what could be asked next."""
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    answered(page, question)


def answered(page: Any, question: str) -> None:
    page.wait_for_function(
        "q => document.querySelector('#live .question')?.innerText.includes(q) &&"
        " document.querySelector('#live .turn[data-key]')",
        arg=question,
    )


def look_at(page: Any, view: str) -> None:
    """Chooses a view, from behind the menu button where the page is narrow; the chat is a new one."""
    rail(page)
    page.evaluate(
        "() => { window.done = false; document.addEventListener('acted', () => { window.done = true; }, { once: true }); }"
    )
    page.click(f"#rail .{'way' if view != 'settings' else 'icon'}[data-go={view}]")
    # Not as a promise: the browser may throw away one that it waits for.
    page.wait_for_function("window.done")
    page.wait_for_selector(f"#view-{view}")


def sources(page: Any) -> None:
    """Shows the sources of the turn in hand, where the page is too narrow to show them beside it."""
    if page.viewport_size["width"] <= 800:
        page.click("#live a.cite >> nth=0")
        page.wait_for_selector("#sources .sources-of.shown")


def rail(page: Any) -> None:
    """Shows the rail, where the page is too narrow to show it always."""
    if page.viewport_size["width"] <= 1100 and not page.evaluate("document.body.matches('.railed')"):
        page.click("[data-rail]")


def more(page: Any, menu: str = "More") -> None:
    """Opens a menu of the turn in hand."""
    page.click(f"#live summary[aria-label={menu}]")


def download(page: Any, selector: str) -> str:
    """What a button gives to save."""
    with page.expect_download() as given:
        page.click(selector)
    return Path(given.value.path()).read_text(encoding="utf-8")


def serious(page: Any) -> list[str]:
    """The violations of accessibility rules that axe-core finds, except minor ones."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {[(n['target'], n.get('failureSummary', '')[:200]) for n in v['nodes'][:3]]}"
        for v in found
        if v["impact"] in ("moderate", "serious", "critical")
    ]


def looked_at(page: Any, state: str) -> None:
    """Asserts that nobody is shut out of what is shown."""
    page.wait_for_timeout(250)
    assert serious(page) == [], state
    assert page.evaluate(FITS), f"{state}: something sticks out"
    if page.viewport_size["width"] < 800:
        assert page.evaluate(SMALL) == [], state


def elsewhere(page: Any, url: str) -> list[str]:
    """What the page asked of another host."""
    return [u for u in page.asked if not u.startswith((url, "data:", "blob:"))]
