"""Check a user's text, and show progress while its sentences are checked one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing

from assistant.assistant import Assistant
from assistant.core.answers.statement import Statement
from assistant.core.errors import AssistantError
from assistant.core.stop import Stop
from assistant.web.handlers.progress import Work
from assistant.web.html import comparison
from assistant.web.html.elements import message
from assistant.web.state import Session

LONGEST = 20_000
"""Characters of a text that is checked on the page; about 200 sentences."""
# How often it is shown how far a check is, in seconds.
_PACE = 0.3


def check(
    library: Assistant, session: Session, text: str, error_text: Callable[[AssistantError], str]
) -> Iterator[str]:
    """Yields how far it is, at last the sentences with their verdicts; `error_text` says what went wrong as it may be shown.

    Where the session's `checking` is stopped, or the tab begins another check, those that were checked until then.
    """
    if session.checking:
        session.checking.set()
    if len(text) > LONGEST:
        yield message(
            f"The text has {len(text):,} characters and at most {LONGEST:,} are checked here: check it in parts, or with "
            "`assistant verify`."
        )
        return
    session.checking = stop = Stop()
    work = Work[tuple[int, int], list[Statement]](
        lambda report: library.verify(text, progress=lambda *step: report(step), stop=stop)
    )
    due = 0.0
    try:
        with closing(work.steps()) as steps:
            try:
                for done, total in steps:
                    if time.monotonic() >= due:
                        due = time.monotonic() + _PACE
                        yield comparison.checking(done, total)
            finally:
                # Before the steps are closed, which waits for the work: the page may listen no longer.
                stopped = stop.is_set()
                stop.set()
        statements = work.result
        ids = [i for s in statements for i in (*s.suggested, *(e.paper_id for e in s.evidence))]
        papers = {paper.id: paper for paper in library.papers(ids)}
    except AssistantError as exc:
        yield message(error_text(exc))
        return
    rest = message("Stopped: what comes after this was not checked.", "hint") if stopped else ""
    yield comparison.checked(statements, papers) + rest
