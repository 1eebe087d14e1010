"""The page's components and their places; what they do is in the other files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant.core.settings import Settings, WebSettings
from assistant.web.handlers.preferences import models
from assistant.web.html import comparison as comparison_html
from assistant.web.html import frame, inspector, sources
from assistant.web.state import Session
from assistant.web.theme import script

CHAT, LIBRARY, COMPARE, CHECK, INSPECT, SETTINGS = (
    "chat",
    "library",
    "compare",
    "check",
    "inspect",
    "settings",
)
"""The views of the page: one is shown at a time."""


@dataclass(frozen=True)
class Layout:
    """The components that events read and write."""

    session: Any
    picker: Any
    nav: Any
    foot: Any
    view: Any
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
    past_sources: Any
    live_sources: Any
    aside: Any
    drop: Any
    upload: Any
    resync: Any
    care: Any
    added: Any
    find: Any
    narrowing: Any
    papers: Any
    paper: Any
    years: Any
    map: Any
    picked: Any
    asked: Any
    compare: Any
    comparison: Any
    draft: Any
    check: Any
    stop_check: Any
    checked: Any
    inspector: Any
    preferences: Any
    chosen: Any
    keep: Any
    privacy: Any
    delivery: Any
    notice: Any

    @property
    def acting(self) -> tuple[Any, ...]:
        """The components whose buttons do something."""
        return (
            self.picker,
            self.nav,
            self.foot,
            self.conversations,
            self.past,
            self.live,
            self.following,
            self.scope,
            self.past_sources,
            self.live_sources,
            self.aside,
            self.narrowing,
            self.papers,
            self.added,
            self.paper,
            self.map,
            self.picked,
            self.preferences,
            self.privacy,
            self.notice,
        )


def acting(elem_id: str, value: str = "") -> Any:
    """HTML of ours whose buttons do something."""
    return gr.HTML(value, elem_id=elem_id, js_on_load=script("acting.js"), apply_default_css=False)


def shown(elem_id: str, value: str = "") -> Any:
    """HTML of ours that is only looked at."""
    return gr.HTML(value, elem_id=elem_id or None, js_on_load=None, apply_default_css=False)


def lay_out(settings: Settings) -> Layout:
    """Builds the components, inside a `gr.Blocks`."""
    parts: dict[str, Any] = {"session": gr.State(Session())}
    with gr.Row(elem_id="frame"):
        with gr.Column(elem_id="rail", scale=0, min_width=0):
            parts |= _rail()
        with gr.Column(elem_id="views", scale=1, min_width=0):
            shown("bar", frame.bar())
            with gr.Row(elem_id="view-chat", elem_classes="view"):
                parts |= _chat()
            with gr.Row(elem_id="view-library", elem_classes="view"):
                parts |= _library(settings.web)
            with gr.Column(elem_id="view-compare", elem_classes="view"):
                parts |= _compare()
            with gr.Column(elem_id="view-check", elem_classes="view"):
                parts |= _check()
            with gr.Column(elem_id="view-inspect", elem_classes="view"):
                parts["inspector"] = shown("inspector", inspector.EMPTY)
            with gr.Column(elem_id="view-settings", elem_classes="view"):
                chosen = frame.preferences(settings.answer.length, settings.llm.model, models(settings))
                parts["preferences"] = acting("preferences", chosen)
                # The browser fills it in before the page loads.
                parts["chosen"] = gr.Textbox(visible=False)
                parts["keep"] = gr.Checkbox(
                    True, label="Keep my conversations on this server", elem_id="keep"
                )
                parts["privacy"] = acting("privacy")
    parts["notice"] = acting("notice")
    parts["view"] = shown("view")
    parts["delivery"] = gr.HTML(
        None, html_template="", elem_id="delivery", js_on_load=script("delivering.js")
    )
    return Layout(**parts)


def _rail() -> dict[str, Any]:
    parts: dict[str, Any] = {}
    shown("brand", frame.brand())
    parts["picker"] = acting("picker", frame.waiting_picker())
    parts["nav"] = acting("nav", frame.nav())
    parts["words"] = gr.Textbox(
        label="Search my conversations",
        show_label=False,
        container=False,
        elem_id="words",
        max_lines=1,
        placeholder="Search my conversations",
    )
    parts["conversations"] = acting("conversations")
    parts["foot"] = acting("foot", frame.foot())
    return parts


def _chat() -> dict[str, Any]:
    parts: dict[str, Any] = {}
    with gr.Column(elem_id="middle", min_width=0):
        with gr.Column(elem_id="chat"):
            parts["past"] = acting("past")
            parts["live"] = acting("live")
            parts["following"] = acting("following")
        with gr.Column(elem_id="asking"):
            parts["question"] = gr.Textbox(
                label="Your question",
                show_label=False,
                container=False,
                placeholder="Ask a question about these papers",
                elem_id="question",
                max_lines=6,
                autofocus=True,
            )
            with gr.Row(elem_id="asking-row"):
                parts["scope"] = acting("scope")
                parts["ask"] = gr.Button("Ask", variant="primary", elem_id="ask", scale=0, min_width=0)
                parts["stop"] = gr.Button("Stop", variant="stop", elem_id="stop", scale=0, min_width=0)
        parts["waiting"] = shown("waiting")
    with gr.Column(elem_id="sources", min_width=0):
        shown("sheet", frame.sheet())
        parts["aside"] = acting("aside")
        parts["live_sources"] = acting("live-sources", sources.HINT)
        parts["past_sources"] = acting("past-sources")
    return parts


def _library(web: WebSettings) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    with gr.Column(elem_id="shelf", min_width=0):
        with gr.Row(elem_id="seek"):
            parts["find"] = gr.Textbox(
                label="Search titles, authors, abstracts",
                show_label=False,
                container=False,
                placeholder="Search titles, authors, abstracts",
                elem_id="find",
                max_lines=1,
            )
            parts["narrowing"] = acting("narrowing")
            parts["drop"] = shown("drop")
        # The files of our own drop zones are handed to this one.
        parts["upload"] = gr.File(
            label="Files to add", file_count="multiple", elem_id="upload", visible=web.editors != "nobody"
        )
        parts["resync"] = gr.File(
            label="Newer files", file_count="multiple", elem_id="resync", visible=web.editors != "nobody"
        )
        parts["papers"] = acting("papers")
        parts["added"] = acting("added")
        parts["care"] = acting("care")
    with gr.Column(elem_id="beside", min_width=0):
        parts["paper"] = acting("paper")
        parts["map"] = acting("map")
        parts["years"] = shown("years")
    return parts


def _compare() -> dict[str, Any]:
    shown("comparing-head", frame.comparing())
    parts: dict[str, Any] = {"picked": acting("picked", comparison_html.picked(()))}
    with gr.Row(elem_id="comparing"):
        parts["asked"] = gr.Textbox(
            label="What to compare (optional)",
            placeholder="for example: how many took part",
            elem_id="asked",
            max_lines=1,
        )
        parts["compare"] = gr.Button("Compare", variant="primary", elem_id="compare", scale=0, min_width=120)
    parts["comparison"] = shown("comparison")
    return parts


def _check() -> dict[str, Any]:
    shown("checking", frame.checking())
    return {
        "draft": gr.Textbox(lines=8, label="Your text", elem_id="draft"),
        "check": gr.Button("Check", variant="primary", elem_id="check"),
        "stop_check": gr.Button("Stop", variant="stop", elem_id="stop-check"),
        "checked": shown("checked"),
    }
