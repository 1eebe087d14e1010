"""Starts the page: a free port, the two libraries, no connection to anywhere else."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from pathlib import Path

from assistant.assistant import Assistant
from assistant.conversation.feedback import FeedbackFile
from assistant.conversation.store import Conversations
from assistant.core.errors import AssistantError, SettingsError
from assistant.core.settings import conversations_path, feedback_path
from assistant.web.state import OWN, SAMPLE, Services


def serve(library: Path | None, *, sample: bool, host: str, port: int, root_path: str = "") -> None:
    """Opens the chat on host:port and stays until Ctrl-C; `root_path` is the path under which a proxy shows it.

    Raises `SettingsError` where the port cannot be had, `HistoryError` where conversations cannot be kept.
    """
    _require_free(host, port)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    print("Opening the libraries (the first start indexes the sample library) ...", flush=True)
    own = Assistant(library)
    demo = Assistant.sample(settings=own.settings)
    conversations = Conversations(conversations_path())
    # Gradio takes three seconds to import, and only the chat needs it.
    from starlette.middleware import Middleware

    from assistant.web.gradio_patch import mend_sessions
    from assistant.web.identity import SecurityHeaders
    from assistant.web.page import build
    from assistant.web.theme import head, script, theme

    mend_sessions()
    desk = Services(own, demo, conversations, FeedbackFile(feedback_path()), sample_first=sample)
    page = build(desk)
    web = own.settings.web
    page.queue(default_concurrency_limit=max(web.concurrency, 8), max_size=web.queue).launch(
        server_name=host,
        server_port=port,
        root_path=root_path or None,
        theme=theme(),
        js=script("page.js"),
        head=head(),
        max_file_size=f"{web.upload_mb}mb",
        app_kwargs={"middleware": [Middleware(SecurityHeaders)]},
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
    threading.Thread(target=_warm, args=(desk,), daemon=True).start()
    print(f"The chat is on http://{host}:{port}{root_path}  (Ctrl-C ends it)", flush=True)
    page.block_thread()


def _warm(desk: Services) -> None:
    for key in (SAMPLE, OWN):
        with contextlib.suppress(AssistantError):
            desk.named(key).verify("Is there anything to read?")
            desk.try_questions(key)


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
