"""The page, not yet launched: its components and its events over a desk."""

from __future__ import annotations

import gradio as gr

from assistant.web.events import Events
from assistant.web.layout import lay_out
from assistant.web.state import OWN, SAMPLE, Services


def build(desk: Services, *, start_with_sample: bool) -> gr.Blocks:
    """The page over the two libraries of the desk."""
    first = SAMPLE if start_with_sample else OWN
    with gr.Blocks(title="Ask the abstracts", analytics_enabled=False) as page:
        layout = lay_out(first, desk.banner(first), desk.own.settings.web)
        Events(layout, desk).wire(page)
    built: gr.Blocks = page
    return built
