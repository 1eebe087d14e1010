"""Every test has a home of its own, a clean environment, and no way to the network."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from support.papers import PAPERS

if TYPE_CHECKING:
    from assistant import Assistant

# A busy machine is no fault: tests that are about time measure it themselves.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

attempts: list[str] = []
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: it sees every connection and name look-up of this process, failed ones too."""
    if event == "socket.connect":
        address = arguments[1]
        host = str(address[0]) if isinstance(address, tuple) else "local"
        if isinstance(address, tuple) and not host.startswith("127.") and host not in ("::1", "localhost"):
            attempts.append(f"connect {address}")
    elif event == "socket.getaddrinfo" and arguments[0] not in (
        None,
        "",
        "localhost",
        "127.0.0.1",
        "0.0.0.0",
        "::1",
        b"127.0.0.1",
    ):
        attempts.append(f"look up {arguments[0]!r}")


sys.addaudithook(_watch)


def pytest_configure() -> None:
    """Heed Ctrl-C: a shell that starts the tests in the background has it ignored, also by every program that they start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_connection_leaves() -> Iterator[None]:
    attempts.clear()
    yield
    assert attempts == []


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("ASSISTANT_", "OPENAI_")) and name not in ("EVALS_SHARED", "REQUIRE_BROWSER"):
            del os.environ[name]
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        os.environ.pop(name, None)
    os.environ["HOME"] = str(home)
    for name, folder in (
        ("XDG_DATA_HOME", "data"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_STATE_HOME", "state"),
    ):
        os.environ[name] = str(home / folder)


@pytest.fixture(scope="session")
def sample(_home: None) -> Iterator[Assistant]:
    """The sample library, answering with quotes."""
    # Imported here, so that tests of pure functions need not load what a library needs.
    from assistant import Assistant, Settings

    with Assistant.sample(settings=Settings()) as library:
        yield library


@pytest.fixture(scope="session")
def three_papers(_home: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library of three papers, encoded once; tests open copies of it."""
    from assistant import Assistant, Settings

    folder = tmp_path_factory.mktemp("three") / "library"
    with Assistant(folder, settings=Settings()) as made:
        made.add(PAPERS)
    return folder


@pytest.fixture
def library(tmp_path: Path, three_papers: Path) -> Iterator[Assistant]:
    """A small library of three papers."""
    from assistant import Assistant, Settings

    with Assistant(shutil.copytree(three_papers, tmp_path / "library"), settings=Settings()) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for the tests of a file; each test has a context, and so cookies and a store, of its own.

    Not for all files: while Playwright is open its event loop runs in this thread, and `asyncio.run` is refused.
    """
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("Chromium is needed here and is not installed")
        pytest.skip("there is no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A new browser page that keeps every request it makes in `page.asked`."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        opened = context.new_page()
        opened.asked = []
        opened.on("request", lambda r: opened.asked.append(r.url))
        yield opened
