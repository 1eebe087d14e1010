"""Starts the page: a free port, the two libraries, no connection to anywhere else."""

from __future__ import annotations

import os
import socket
from importlib.resources import files
from pathlib import Path

from assistant.assistant import Assistant
from assistant.errors import SettingsError
from assistant.feedback import FeedbackFile
from assistant.settings import feedback_path


def serve(library: Path | None, *, sample: bool, host: str, port: int) -> None:
    """Opens the chat on host:port and stays until Ctrl-C.

    Raises `SettingsError` where the port cannot be had.
    """
    _require_free(host, port)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    print("Opening the libraries (the first start indexes the sample library) ...", flush=True)
    own = Assistant(library)
    demo = Assistant.sample(settings=own.settings)
    import gradio as gr  # three seconds to import, and only the chat needs it

    from assistant.web.app import build

    page = build(own, demo, FeedbackFile(feedback_path()), start_with_sample=sample or not own.exists())
    print(f"The chat is on http://{host}:{port}  (Ctrl-C ends it)", flush=True)
    resources = files("assistant.web")
    page.queue(default_concurrency_limit=4).launch(
        server_name=host,
        server_port=port,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        css=resources.joinpath("page.css").read_text(encoding="utf-8"),
        js=resources.joinpath("page.js").read_text(encoding="utf-8"),
        footer_links=[],
        share=False,
        quiet=True,
        ssr_mode=False,
        enable_monitoring=False,
    )


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
