"""Show answers as they come: a question -> the views of the chat, one after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from assistant.assistant import Assistant
from assistant.core.answers.answer import Answer
from assistant.core.answers.events import Event, Finished, Retrieved, StatementReady, TextDelta, Working
from assistant.core.answers.statement import Statement
from assistant.core.answers.usage import Usage
from assistant.core.errors import AssistantError, ModelError, ModelStopped
from assistant.core.paper import Paper
from assistant.core.stop import Stop
from assistant.web.html import answer as answer_html
from assistant.web.html import sources
from assistant.web.state import Services, Session

_STAGES = {
    "writing": "Writing …",
    "checking": "Checking each sentence …",
    "repairing": "Repairing sentences that failed …",
}
_DEFECT = "Something went wrong on the server. Its log has the details."
# Every view is the whole of what is there so far: a long answer is shown less often, at this many characters a second.
_PACE = 2e6


@dataclass(frozen=True)
class View:
    """What the chat shows: the turns before, the turn in hand, and the sources of both. None: as it was.

    The turn in hand stays where it is when it is finished, so that nothing jumps; `finished` says that it is kept.
    """

    live: str
    live_sources: str | None = None
    past: str | None = None
    past_sources: str | None = None
    finished: bool = False


def past(session: Session) -> tuple[str, str]:
    """Return the HTML of the turns before, and of their source cards."""
    turns = list(enumerate(session.turns, start=session.before))
    shown = [answer_html.answered(turn.answer, number, turn.id) for number, turn in turns]
    cards = [sources.of_answer(turn.answer, number) for number, turn in turns]
    note = answer_html.earlier(session.before, exported=bool(session.conversation))
    return note + Markup("").join(shown), Markup("").join(cards)


def respond(
    services: Services, library: Assistant, session: Session, owner: str, question: str
) -> Iterator[View]:
    """Yields views until the answer is there; the session and what is kept are extended then.

    Where the tab has gone on to another conversation in the meantime, nothing more is shown or kept.
    """
    number = session.before + len(session.turns)
    session.stop = stop = Stop()
    quotes, session.quotes = session.quotes, False
    before, cards = past(session)
    live = _LiveAnswer(question, number)
    yield View(live.html(), "", before, cards)
    try:
        if not len(library):
            card = services.library_card(session.library)
            elsewhere, editable = services.elsewhere(session.library, question), services.may_edit(owner)
            yield View(answer_html.empty(question, number, card, elsewhere, editable=editable))
            return
        events = library.stream(
            question,
            session.history,
            papers=list(session.only) or None,
            without=list(session.without),
            where=session.where or None,
            stop=stop,
            quotes=quotes,
            model=session.model,
            length=session.length,
        )
        for event in events:
            if session.stop is not stop:
                return
            if isinstance(event, Finished):
                yield from _finished(services, library, session, owner, event.answer, live.shown)
            elif view := live.view_after(event):
                yield view
    except AssistantError as exc:
        if session.stop is stop:
            why = "Stopped." if isinstance(exc, ModelStopped) else services.public_message(exc)
            quotable = isinstance(exc, ModelError) and exc.quotes_instead
            yield View(answer_html.failed(question, number, why, live.shown.body, quotable=quotable))
    except Exception:
        # A defect of ours goes to the log with all that is known of it; whoever asked is not left waiting.
        if session.stop is stop:
            yield View(answer_html.failed(question, number, _DEFECT, live.shown.body))
        raise
    finally:
        if session.stop is stop:
            session.stop = None


@dataclass(frozen=True)
class _Shown:
    """What of the answer is shown already."""

    turn: int
    papers: dict[str, Paper] | None = None
    statements: tuple[Statement, ...] = ()

    def with_statement(self, event: StatementReady) -> _Shown:
        every = list(self.statements)
        every[event.index : event.index + 1] = [event.statement]
        return replace(self, statements=tuple(every))

    @property
    def numbers(self) -> dict[str, int]:
        ids = dict.fromkeys(c for s in self.statements for c in s.citations)
        return {paper_id: n for n, paper_id in enumerate(ids, start=1)}

    @property
    def body(self) -> str:
        titles = {key: paper.title for key, paper in (self.papers or {}).items()}
        return answer_html.statements(self.statements, self.numbers, titles, self.turn)

    @property
    def cards(self) -> str:
        papers = [self.papers[key] for key in self.numbers if key in self.papers] if self.papers else []
        return sources.panel(self.turn, papers, self.statements)


@dataclass
class _LiveAnswer:
    """An answer that is still coming: its stage, and what is shown of it already."""

    question: str
    number: int
    stage: str = "Searching …"
    due: float = 0.0

    def __post_init__(self) -> None:
        self.shown = _Shown(self.number)

    def html(self, body: str = "", writing: str = "") -> str:
        """Return the question in progress, with its answer so far and the sentence that is being written."""
        return answer_html.working(self.question, self.number, self.stage, body, writing)

    def view_after(self, event: Event) -> View | None:
        """Return what to show after an event that does not end the answer; None where it is too early for the next view."""
        if isinstance(event, Retrieved):
            self.shown = replace(self.shown, papers={p.id: p for p in event.papers})
            self.stage = f"Reading {len(event.papers)} abstracts …"
            return View(self.html())
        if isinstance(event, Working):
            self.stage = _STAGES[event.stage]
            return View(self.html(self.shown.body))
        if isinstance(event, StatementReady):
            self.shown = self.shown.with_statement(event)
        if time.monotonic() < self.due:
            return None
        if isinstance(event, StatementReady):
            view = View(self.html(self.shown.body), self.shown.cards)
        elif isinstance(event, TextDelta):
            view = View(self.html(self.shown.body, event.text))
        else:
            return None
        self.due = time.monotonic() + len(view.live) / _PACE
        return view


def _finished(
    services: Services, library: Assistant, session: Session, owner: str, answer: Answer, shown: _Shown
) -> Iterator[View]:
    turn = services.kept(owner, session, answer)
    cited = {source.paper.id for source in answer.sources}
    also = {key: paper for key, paper in (shown.papers or {}).items() if key not in cited}
    cards = sources.of_answer(answer, shown.turn, also)
    yield View(answer_html.answered(turn.answer, shown.turn, turn.id), cards, finished=True)


def following(services: Services, session: Session, owner: str) -> str | None:
    """Return what could be asked next; None where the user has asked on already."""
    if session.stop or not session.turns:
        return None
    last, usage = session.turns[-1], Usage()
    asked = last.answer.standalone or last.answer.question
    refused = last.answer.refusal is not None
    # What is near to a question that has nothing to do with the library is near by chance.
    beside = last.answer.refusal is not None and last.answer.refusal.kind == "off_topic"
    known = services.offered(session.library) if beside else ()
    offered = known or services.named(session.library).suggest(last.answer, usage)
    elsewhere = services.elsewhere(session.library, asked) if refused else None
    if session.stop or session.turns[-1:] != [last]:
        return None
    session.turns[-1] = replace(last, answer=last.answer.with_usage(usage))
    session.spent += usage.cost
    if not refused:
        return answer_html.suggestions(offered)
    return answer_html.instead(offered, asked, elsewhere, editable=services.may_edit(owner))
