"""The page's components and where they stand; what they do is in the other files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant.core.settings import WebSettings
from assistant.library.catalogue import Filter
from assistant.library.readers.formats import NAMES
from assistant.web.html import comparison as comparison_html
from assistant.web.html import inspector, sources
from assistant.web.html.elements import fold, sheet, welcome
from assistant.web.state import OWN, SAMPLE, Session
from assistant.web.theme import script

EXAMPLES = (
    "Which detector needs no object proposals?",
    "How fast is Next Block Prediction?",
    "What do state space models offer over Transformers?",
    "How can a model forecast a patient's future?",
)
CHAT, LIBRARY, COMPARE, CHECK, INSPECT, SETTINGS = (
    "chat",
    "library",
    "compare",
    "check",
    "inspect",
    "settings",
)


@dataclass(frozen=True)
class Layout:
    """The components that events read and write."""

    session: Any
    library: Any
    tabs: Any
    shelves: Any
    choices: Any
    banner: Any
    words: Any
    conversations: Any
    past: Any
    live: Any
    following: Any
    scope: Any
    question: Any
    ask: Any
    stop: Any
    waiting: Any
    new: Any
    export: Any
    past_sources: Any
    live_sources: Any
    aside: Any
    upload: Any
    added: Any
    filters: tuple[Any, ...]
    papers: Any
    years: Any
    map: Any
    picked: Any
    asked: Any
    compare: Any
    comparison: Any
    draft: Any
    check: Any
    checked: Any
    inspector: Any
    keep: Any
    privacy: Any
    delivery: Any
    notice: Any

    @property
    def acting(self) -> tuple[Any, ...]:
        """The components whose buttons do something."""
        return (
            self.conversations,
            self.past,
            self.live,
            self.scope,
            self.past_sources,
            self.live_sources,
            self.aside,
            self.papers,
            self.map,
            self.picked,
            self.export,
            self.privacy,
        )


def acting(elem_id: str, value: str = "") -> Any:
    """HTML of ours whose buttons do something."""
    return gr.HTML(value, elem_id=elem_id, js_on_load=script("acting.js"), apply_default_css=False)


def shown(elem_id: str, value: str = "") -> Any:
    """HTML of ours that is only looked at."""
    return gr.HTML(value, elem_id=elem_id or None, js_on_load=None, apply_default_css=False)


def lay_out(first: str, banner: str, web: WebSettings) -> Layout:
    """Builds the components, inside a `gr.Blocks`."""
    parts: dict[str, Any] = {"session": gr.State(Session())}
    with gr.Row(elem_id="head"):
        parts["banner"] = shown("banner", banner)
        parts["library"] = gr.Radio(
            [SAMPLE, OWN],
            value=first,
            label="Library",
            elem_id="library",
            scale=0,
            show_label=False,
            container=False,
        )
    with gr.Tabs(elem_id="tabs") as tabs:
        parts["tabs"] = tabs
        with gr.Tab("Chat", id=CHAT):
            parts |= _chat()
        with gr.Tab("Library", id=LIBRARY) as parts["shelves"]:
            parts |= _library(web)
        with gr.Tab("Compare", id=COMPARE):
            parts |= _compare()
        with gr.Tab("Check my text", id=CHECK):
            parts |= _check()
        with gr.Tab("Inspector", id=INSPECT):
            parts["inspector"] = shown("inspector", inspector.EMPTY)
        with gr.Tab("Settings", id=SETTINGS) as parts["choices"]:
            parts["keep"] = gr.Checkbox(True, label="Keep my conversations on this server", elem_id="keep")
            parts["privacy"] = acting("privacy")
    parts["notice"] = shown("notice")
    parts["delivery"] = gr.HTML(
        None, html_template="", elem_id="delivery", js_on_load=script("delivering.js")
    )
    return Layout(**parts)


def _chat() -> dict[str, Any]:
    parts: dict[str, Any] = {}
    with gr.Row(elem_id="chat-row"):
        with gr.Column(scale=2, min_width=200, elem_id="left"):
            parts["new"] = gr.Button("New chat", elem_id="clear", size="sm")
            shown("fold", fold())
            parts["words"] = gr.Textbox(
                label="Search my conversations",
                show_label=False,
                container=False,
                elem_id="words",
                max_lines=1,
                placeholder="Search my conversations",
            )
            parts["conversations"] = acting("conversations")
        with gr.Column(scale=6, min_width=320, elem_id="middle"):
            with gr.Column(elem_id="chat"):
                parts["past"] = acting("past")
                parts["live"] = acting("live", welcome(EXAMPLES))
                parts["following"] = shown("following")
            parts["scope"] = acting("scope")
            with gr.Row(elem_id="asking"):
                parts["question"] = gr.Textbox(
                    label="Your question",
                    show_label=False,
                    placeholder="Ask a question about the papers in this library ( / )",
                    elem_id="question",
                    scale=5,
                    max_lines=6,
                    autofocus=True,
                )
                parts["ask"] = gr.Button("Ask", variant="primary", elem_id="ask", scale=0, min_width=80)
                parts["stop"] = gr.Button("Stop", variant="stop", elem_id="stop", scale=0, min_width=80)
            parts["waiting"] = shown("waiting")
            parts["export"] = acting("export")
        with gr.Column(scale=4, min_width=320, elem_id="sources"):
            shown("", sheet())
            parts["live_sources"] = acting("live-sources", sources.HINT)
            parts["past_sources"] = acting("past-sources")
            parts["aside"] = acting("aside")
    return parts


def _library(web: WebSettings) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    with gr.Row():
        with gr.Column(scale=3, min_width=320):
            parts["upload"] = gr.File(
                label=f"Drop files, or browse: {NAMES} (up to {web.upload_mb} MB each)",
                file_count="multiple",
                elem_id="upload",
                height=150,
                visible=web.editing,
            )
            parts["added"] = shown("added")
            with gr.Row(elem_id="filters"):
                parts["filters"] = (
                    gr.Textbox(
                        label="Search title, authors, venue", elem_id="find", max_lines=1, min_width=200
                    ),
                    gr.Textbox(label="From year", max_lines=1, min_width=90, elem_id="from"),
                    gr.Textbox(label="To year", max_lines=1, min_width=90, elem_id="to"),
                    gr.Textbox(label="Venue", max_lines=1, min_width=120, elem_id="venue"),
                    gr.Textbox(label="Author", max_lines=1, min_width=120, elem_id="author"),
                )
            parts["papers"] = acting("papers")
        with gr.Column(scale=2, min_width=320):
            parts["map"] = acting("map")
            parts["years"] = shown("years")
    return parts


def _compare() -> dict[str, Any]:
    parts: dict[str, Any] = {"picked": acting("picked", comparison_html.picked(()))}
    with gr.Row():
        parts["asked"] = gr.Textbox(
            label="What to compare (optional)",
            placeholder="for example: speed",
            elem_id="asked",
            max_lines=1,
        )
        parts["compare"] = gr.Button("Compare", variant="primary", elem_id="compare", scale=0, min_width=120)
    parts["comparison"] = shown("comparison")
    return parts


def _check() -> dict[str, Any]:
    gr.Markdown(
        "Paste your text. Each sentence is checked against the papers that it cites (`[1]` with a reference list, "
        "`(Author, 2024)`, `\\cite{key}`, a DOI, an arXiv id, a title), or against the nearest papers."
    )
    return {
        "draft": gr.Textbox(lines=8, label="Your text", elem_id="draft"),
        "check": gr.Button("Check", variant="primary", elem_id="check"),
        "checked": shown("checked"),
    }


def filtered(words: str, first: str, last: str, venue: str, author: str) -> Filter:
    """The filter that the fields say; what is no year leaves that side open."""
    return Filter(words, (_year(first), _year(last)), venue, author)


def _year(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) <= 4 else None
