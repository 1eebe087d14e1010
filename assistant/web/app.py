"""The page: layout and events. Its state is the conversation; everything else comes from `Assistant`."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from assistant.answers import Answer, Finished, Retrieved, Statement, StatementReady
from assistant.assistant import Assistant
from assistant.errors import AssistantError
from assistant.feedback import FeedbackFile, FeedbackKind
from assistant.web import html

SAMPLE, OWN = "Sample library", "Your library"
EXAMPLES = [
    "Which detector needs no object proposals?",
    "How fast is Next Block Prediction?",
    "What do state space models offer over Transformers?",
    "How can a model forecast a patient's future?",
]
HINT = '<p class="hint">The papers that an answer cites appear here. Click a number such as [1] in the answer.</p>'

# As the page words it. The first two have icons of their own.
FEEDBACK: dict[str, FeedbackKind] = {
    "Like": "good",
    "Dislike": "bad",
    "Wrong evidence": "wrong_evidence",
    "Missing paper": "missing_paper",
}

log = logging.getLogger(__name__)


@dataclass
class Conversation:
    """What one browser tab has said and seen; `panels` are the source cards of its answers."""

    history: list[dict[str, str]] = field(default_factory=list)
    shown: list[dict[str, str]] = field(default_factory=list)
    panels: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    feedback: dict[int, str] = field(default_factory=dict)

    def said_of(self, index: int) -> tuple[Answer, list[dict[str, str]]] | None:
        """The answer that a message (counted from 0, questions too) shows, and what was said before its question."""
        turn, part = divmod(index, 2)
        if part == 0 or turn >= len(self.answers):
            return None
        return self.answers[turn], self.history[: 2 * turn]


@dataclass(frozen=True)
class Libraries:
    """The two libraries that the page can show."""

    own: Assistant
    sample: Assistant

    def named(self, name: str) -> Assistant:
        return self.sample if name == SAMPLE else self.own

    def banner(self, name: str) -> str:
        library = self.named(name)
        try:
            count = library.count()
            note = "Summaries written for this demo, not the authors' abstracts." if name == SAMPLE else ""
            if name == OWN and not count:
                note = "It is empty: assistant add FILE fills it."
            return html.banner(name, count, note, library.answers_with)
        except AssistantError as exc:
            return html.banner(name, 0, str(exc), library.answers_with)


def build(own: Assistant, sample: Assistant, feedback: FeedbackFile, *, start_with_sample: bool) -> gr.Blocks:
    """The page over the two libraries, not yet launched; what is said of answers goes to `feedback`."""
    libraries = Libraries(own, sample)
    first = SAMPLE if start_with_sample else OWN
    page: gr.Blocks
    with gr.Blocks(title="Ask the abstracts", analytics_enabled=False) as page:
        with gr.Row(equal_height=True):
            banner = gr.HTML(libraries.banner(first), elem_id="banner")
            choice = gr.Radio(
                [SAMPLE, OWN], value=first, label="Library", elem_id="library", scale=0, min_width=360
            )
        with gr.Tab("Chat"):
            _chat_tab(libraries, choice, feedback)
        with gr.Tab("Check my text"):
            _check_tab(libraries, choice)
        choice.change(libraries.banner, choice, banner)
        page.load(libraries.banner, choice, banner)
    return page


def _chat_tab(libraries: Libraries, choice: gr.Radio, feedback: FeedbackFile) -> None:
    conversation = gr.State(Conversation())
    with gr.Row():
        with gr.Column(scale=3):
            chat = gr.Chatbot(
                elem_id="chat",
                height=430,
                show_label=False,
                sanitize_html=True,
                latex_delimiters=[],
                feedback_options=list(FEEDBACK),
                buttons=[],
                placeholder="Ask a question about the papers of this library.",
            )
            with gr.Row():
                question = gr.Textbox(
                    placeholder="Your question", show_label=False, elem_id="question", scale=5, max_lines=6
                )
                send = gr.Button("Ask", variant="primary", elem_id="ask", scale=1, min_width=80)
                clear = gr.Button("New chat", elem_id="clear", scale=1, min_width=80)
            gr.Examples(EXAMPLES, question, label="For example")
        with gr.Column(scale=2):
            sources = gr.HTML(HINT, elem_id="sources")

    def ask(text: str, name: str, state: Conversation) -> Iterator[tuple[Any, ...]]:
        for shown, panel in respond(libraries.named(name), state, text):
            yield shown, panel, "", state

    def liked(said: gr.LikeData, state: Conversation) -> None:
        place = said.index[0] if isinstance(said.index, list | tuple) else said.index
        # A thumb comes as true or false, a flag as its words.
        label = ("Like" if said.liked else "Dislike") if isinstance(said.liked, bool) else said.liked
        found = state.said_of(int(place))
        # A flag's click comes twice.
        if found and label in FEEDBACK and state.feedback.get(int(place)) != label:
            state.feedback[int(place)] = label
            feedback.add(FEEDBACK[label], *found)
            gr.Info("Thank you: it is kept with the answer, where this page runs.")

    chat.like(liked, conversation, None, api_visibility="private")
    outputs = [chat, sources, question, conversation]
    gr.on(
        [question.submit, send.click],
        ask,
        [question, choice, conversation],
        outputs,
        api_visibility="private",
    )
    clear.click(
        lambda: ([], HINT, Conversation()), None, [chat, sources, conversation], api_visibility="private"
    )
    choice.change(
        lambda: ([], HINT, Conversation()), None, [chat, sources, conversation], api_visibility="private"
    )


def _check_tab(libraries: Libraries, choice: gr.Radio) -> None:
    gr.Markdown(
        "Paste sentences of yours. Each is checked against the papers that it cites (`[1]` with a reference list, "
        "`(Author, 2024)`, `\\cite{key}`, a DOI, an arXiv id, a title), or against the nearest papers."
    )
    text = gr.Textbox(lines=8, label="Your text", elem_id="draft")
    button = gr.Button("Check", variant="primary", elem_id="check")
    result = gr.HTML(elem_id="checked")

    def check(draft: str, name: str) -> str:
        library = libraries.named(name)
        try:
            statements = library.verify(draft)
            papers = {p.id: p for p in library.papers()}
        except AssistantError as exc:
            return f'<p class="warning">{html.escape(str(exc))}</p>'
        return html.checked_text(statements, papers)

    button.click(check, [text, choice], result, api_visibility="private")


def respond(
    library: Assistant, state: Conversation, question: str
) -> Iterator[tuple[list[dict[str, str]], str]]:
    """Yields (messages, source panel) as an answer comes; the conversation is extended when it is there."""
    turn = len(state.panels)
    before = [*state.shown, _message("user", html.user_message(question))]
    panel = "".join(state.panels) or HINT
    yield [*before, _message("assistant", "Looking …")], panel
    statements: dict[int, Statement] = {}
    numbers: dict[str, int] = {}
    try:
        for event in library.stream(question, state.history):
            if isinstance(event, Retrieved):
                yield [*before, _message("assistant", f"Reading {len(event.papers)} abstracts …")], panel
            elif isinstance(event, StatementReady):
                statements[event.index] = event.statement
                for cited in event.statement.citations:
                    numbers.setdefault(cited, len(numbers) + 1)
                text = html.statements_message(list(statements.values()), numbers, turn)
                yield [*before, _message("assistant", text)], panel
            elif isinstance(event, Finished):
                yield _finished(state, before, event.answer, turn)
    except AssistantError as exc:
        yield [*before, _message("assistant", f'<p class="warning">{html.escape(str(exc))}</p>')], panel


def _finished(
    state: Conversation, before: list[dict[str, str]], answer: Answer, turn: int
) -> tuple[list[dict[str, str]], str]:
    state.shown = [*before, _message("assistant", html.answer_message(answer, turn))]
    state.panels = [*state.panels, html.sources_panel(answer, turn)]
    state.answers = [*state.answers, answer]
    state.history = [
        *state.history,
        {"role": "user", "content": answer.question},
        {"role": "assistant", "content": answer.text},
    ]
    return state.shown, "".join(state.panels)


def _message(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}
