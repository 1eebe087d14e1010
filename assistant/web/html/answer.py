"""Questions with their answers: sentences with verdicts and `[n]`, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from assistant.core.answers.answer import Answer
from assistant.core.answers.statement import Statement
from assistant.web.html.elements import HTML
from assistant.web.html.frame import LibraryCard


def working(text: str, turn: int, stage: str, shown: str = "", writing: str = "") -> Markup:
    """Return a question in progress: the answer so far, the sentence that is being written, and the current stage."""
    return HTML["answer.working"](text, turn, stage, shown, writing)


def failed(text: str, turn: int, why: str, shown: str = "", *, quotable: bool = False) -> Markup:
    """Return a question that got no answer, with the reason and a button to ask again; `quotable`: and one for quotes."""
    return HTML["answer.failed"](text, turn, why, shown, quotable)


def empty(
    text: str, turn: int, library: LibraryCard, elsewhere: LibraryCard | None, *, editable: bool
) -> Markup:
    """Return a question to a library without papers: what to do, and the library `elsewhere` that answers it."""
    return HTML["answer.empty"](text, turn, library, elsewhere, editable)


def answered(answer: Answer, turn: int, key: str = "") -> Markup:
    """Return a question with its whole answer; `key` is the id of the stored turn."""
    return HTML["answer.answered"](answer, turn, key)


def statements(
    every: Sequence[Statement], numbers: dict[str, int], titles: dict[str, str], turn: int
) -> Markup:
    """Return sentences in their paragraphs; `numbers` and `titles` are those of the cited papers, by id."""
    return HTML["answer.statements"](every, numbers, titles, turn)


def suggestions(questions: Sequence[str]) -> Markup:
    """Return questions that the library can answer, as buttons."""
    return HTML["answer.suggestions"](questions)


def instead(
    questions: Sequence[str], question: str, elsewhere: LibraryCard | None, *, editable: bool
) -> Markup:
    """Return what can be done where a question got no answer: questions that get one, the library `elsewhere` that answers
    it, and to add papers."""
    return HTML["answer.instead"](questions, question, elsewhere, editable)


def earlier(count: int, *, exported: bool) -> Markup:
    """Return the note on turns of a long conversation that are not shown; `exported`: an export has them."""
    return HTML["answer.earlier"](count, exported)
