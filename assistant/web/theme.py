"""Look of the page, and what runs in the browser: the files of browser/, and a theme that loads no font from elsewhere."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import gradio as gr

MARK = Path(__file__).parent / "browser" / "mark.svg"
"""The picture of the page in tabs and bookmarks."""


def script(name: str) -> str:
    """Return a file of browser/ as a script."""
    return (files("assistant.web") / "browser" / name).read_text(encoding="utf-8")


def head() -> str:
    """Return what the page's head gets: how it looks, the narrow page last, since it overrules the others.

    Not by way of Gradio's `css`, which rewrites every selector and breaks those of the narrow page.
    """
    icon = f'<link rel="icon" href="data:image/svg+xml,{quote(script(MARK.name))}">'
    style = "".join(script(f"{part}.css") for part in ("icons", "frame", "chat", "views", "narrow"))
    return f'<meta name="color-scheme" content="light dark">{icon}<style>{style}</style>'


def theme() -> Any:
    """Return the theme of the components that are Gradio's own."""
    base = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"])
    # White on this blue, and this red, has the contrast that small letters need.
    return base.set(
        button_primary_background_fill="#1f4e8c",
        button_primary_background_fill_dark="#1f4e8c",
        button_primary_background_fill_hover="#123f6e",
        button_primary_background_fill_hover_dark="#123f6e",
        button_cancel_background_fill="#a01c16",
        button_cancel_background_fill_dark="#a01c16",
        button_cancel_text_color="white",
        button_cancel_text_color_dark="white",
        button_large_text_size="*text_md",
        button_large_radius="*radius_lg",
        button_small_radius="*radius_lg",
        button_small_text_size="*text_sm",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_padding="0px",
        block_radius="*radius_lg",
        block_title_text_size="*text_sm",
        input_background_fill="*background_fill_primary",
        input_background_fill_dark="#171c29",
        input_border_width="1px",
        input_border_color="*border_color_primary",
        input_border_color_dark="#3a4152",
        input_border_color_focus="#3b7dc4",
        input_border_color_focus_dark="#9cc7f5",
        input_placeholder_color="#6b7280",
        input_placeholder_color_dark="#9ca3af",
        input_radius="*radius_lg",
    )
