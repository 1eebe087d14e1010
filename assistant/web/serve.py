"""Start the server: a free port, the two libraries, no connection to anywhere else."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import socket
import sys
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from assistant.assistant import Assistant
from assistant.conversation.feedback import FeedbackFile
from assistant.conversation.store import Conversations
from assistant.core.errors import AssistantError, SettingsError
from assistant.core.settings import conversations_path, feedback_path
from assistant.web.request_guard import LOOPBACK, RequestGuard
from assistant.web.state import OWN, SAMPLE, Services
from assistant.web.tabs import MOST_CLOSED, MOST_OPEN, Tabs

# Addresses that mean all of the machine's.
_ANY = {"0.0.0.0", "::", "[::]"}
# Clicks and other events that may wait, of all kinds but questions.
_EVENTS = 1000
# The number of glibc's parameter M_ARENA_MAX, and how many heaps threads share: see mallopt(3).
_ARENA_MAX, _ARENAS = -8, 2


def serve(library: str | None, *, sample: bool, host: str, port: int, root_path: str = "") -> None:
    """Opens the chat on host:port and stays until Ctrl-C; `root_path` is the path under which a proxy shows it.

    Raises `SettingsError` where the port cannot be had, `HistoryError` where conversations cannot be kept, `LibraryError` where the
    server of the library does not answer.
    """
    _require_free(host, port)
    _share_heaps()
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    _reach_without_proxy({host} - _ANY)
    print("Opening the libraries (the first start indexes the sample library) ...", flush=True)
    own = Assistant(library)
    # A server that does not answer is told here, and not to everybody who opens the page.
    _ = own.exists
    demo = Assistant.sample(settings=own.settings)
    conversations = Conversations(conversations_path())
    # Gradio takes three seconds to import, and only the chat needs it.
    from assistant.web.gradio_patch import mend_sessions
    from assistant.web.page import build
    from assistant.web.theme import MARK, head, script, theme

    mend_sessions()
    services = Services(own, demo, conversations, FeedbackFile(feedback_path()), sample_first=sample)
    page = build(services)
    web = own.settings.web
    hosts = {*LOOPBACK, *filter(None, map(str.strip, web.hosts.split(",")))}
    page.queue(default_concurrency_limit=max(web.concurrency, 8), max_size=_EVENTS).launch(
        server_name=host,
        server_port=port,
        root_path=root_path or None,
        theme=theme(),
        js=script("page.js"),
        head=head(),
        favicon_path=str(MARK),
        max_file_size=f"{web.upload_mb}mb",
        app_kwargs={"lifespan": partial(_guard, services, hosts | ({host} - _ANY))},
        state_session_capacity=MOST_OPEN + MOST_CLOSED + 1,
        footer_links=[],
        # It would keep what was asked in the browser, whatever the user says of history.
        run_history=False,
        share=False,
        quiet=True,
        ssr_mode=False,
        enable_monitoring=False,
        prevent_thread_lock=True,
    )
    # The embedding model is loaded while the user still reads the page.
    threading.Thread(target=_warm, args=(services,), daemon=True).start()
    print(f"The chat is on http://{host}:{port}{root_path}  (Ctrl-C ends it)", flush=True)
    if host in _ANY and not web.hosts:
        print("Others reach it only under names that web.hosts lists.", flush=True)
    page.block_thread()


def _share_heaps() -> None:
    """Let threads share their heaps, where the C library is glibc: it gives up to eight a core, and each stays as large as it once was.

    The memory of a chat whose library was replaced 28 times in four minutes grew by a sixth; with two heaps by a fourteenth, all of it in the
    first minute.
    """
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(_ARENA_MAX, _ARENAS)


def _reach_without_proxy(hosts: set[str]) -> None:
    """Let this process reach itself where the environment names a proxy: at its start, Gradio calls its own address."""
    named = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    without = ",".join(
        dict.fromkeys([*filter(None, named.split(",")), "127.0.0.1", "localhost", *sorted(hosts)])
    )
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = without


@asynccontextmanager
async def _guard(services: Services, hosts: set[str], app: Any) -> AsyncIterator[None]:
    """Puts `RequestGuard` before all of Gradio: before what answers other sites, too."""
    from assistant.web.gradio_patch import Streams
    from assistant.web.handlers.maintenance import Backups

    web = services.own.settings.web

    def forget(tab: str) -> None:
        app.state_holder.session_data.pop(tab, None)
        app.state_holder.time_last_used.pop(tab, None)

    # Questions in both lines may be answered at once.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2 * web.concurrency + 8))
    within = Backups(Streams(app.middleware_stack), services)
    app.middleware_stack = RequestGuard(within, Tabs(forget), web, hosts, services.may_edit)
    yield


def _warm(services: Services) -> None:
    for key in (SAMPLE, OWN):
        with contextlib.suppress(AssistantError):
            services.named(key).verify("Is there anything to read?")
            services.try_questions(key)


def _require_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as exc:
            raise SettingsError(
                f"Port {port} on {host} is not free: end the program that uses it, or choose another with "
                f"--port (make chat PORT={port + 1})."
            ) from exc
