"""Build the page: its components and its events."""

from __future__ import annotations

import gradio as gr

from assistant.web.events import Events
from assistant.web.layout import lay_out
from assistant.web.state import Services

# Uploads that nobody added are deleted after an hour, looked for every ten minutes; in seconds.
_LOOK, _LONGEST_KEPT = 600, 3600


def build(services: Services) -> gr.Blocks:
    """Build the page over the two libraries of `services`."""
    with gr.Blocks(
        title="Ask the abstracts",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(_LOOK, _LONGEST_KEPT),
    ) as page:
        layout = lay_out(services.own.settings)
        Events(layout, services).wire(page)
    built: gr.Blocks = page
    return built
