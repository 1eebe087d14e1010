"""A question and its answer as the chat shows them: sentences with verdicts and `[n]`, what to do next, how it came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assistant.core.answer import REFUSALS, Answer, Statement, paragraphs
from assistant.core.paper import Paper
from assistant.core.text.sentences import closed
from assistant.export.citation_style import STYLES
from assistant.web.html.elements import REFERENCES, VERDICTS, asking, button, escape, isolated, message, rows

FEEDBACK = {
    "wrong_evidence": "Wrong evidence",
    "missing_paper": "Missing paper",
    "comment": "Send these words",
}


def question(text: str, turn: int) -> str:
    """A question of the user's."""
    shown = escape(text).replace("\n", "<br>")
    return f'<div class="question" id="q-{turn}"><span class="sr">You asked: </span><bdi>{shown}</bdi></div>'


def working(text: str, turn: int, stage: str, shown: str = "") -> str:
    """A question whose answer is on its way: what is shown of it already, and at what the program is."""
    return (
        f'<article class="turn" data-turn="{turn}">{question(text, turn)}'
        f'<div class="answer" aria-busy="true">{shown}</div>'
        f'<p class="working" role="status"><span class="spin" aria-hidden="true"></span>{escape(stage)} '
        '<span class="elapsed" aria-hidden="true"></span></p></article>'
    )


def failed(text: str, turn: int, why: str, shown: str = "") -> str:
    """A question that got no answer: why, what can be done, and once more."""
    return (
        f'<article class="turn" data-turn="{turn}">{question(text, turn)}<div class="answer">{shown}</div>'
        f'{message(why)}<p class="actions">{asking(text, "Try again", "act retry")}</p></article>'
    )


def answered(answer: Answer, turn: int, key: str = "", after: str = "") -> str:
    """A question with its whole answer; `key` is the kept answer's id, `after` goes below it (a table)."""
    return (
        f'<article class="turn" data-turn="{turn}" data-key="{escape(key)}">{question(answer.question, turn)}'
        f'{_understood(answer, turn)}<div class="answer">{body(answer, turn)}</div>{_notes(answer)}'
        f"{after}{_actions(answer, key)}</article>"
    )


def body(answer: Answer, turn: int) -> str:
    """The answer's sentences, or its refusal with the nearest papers."""
    parts = []
    if answer.refusal:
        parts.append(f'<p class="refusal">{escape(REFUSALS[answer.refusal.kind].words)}</p>')
    titles = {source.paper.id: source.paper.title for source in answer.sources}
    parts.append(statements(answer.statements, answer.numbers, titles, turn))
    if answer.refusal and answer.refusal.nearest and not answer.statements:
        near = [_near(paper) for paper in answer.refusal.nearest]
        parts.append(f'<p class="near">The nearest papers:</p><ul class="near">{rows(near)}</ul>')
    return "".join(parts)


def _near(paper: Paper) -> str:
    return f"{isolated(paper.title)} {button('Ask about it', 'about', paper.id, says=f'Ask about {paper.title}')}"


def statements(every: Sequence[Statement], numbers: dict[str, int], titles: dict[str, str], turn: int) -> str:
    """Sentences in paragraphs, as they stand so far."""
    shown = (
        " ".join(_sentence(statement, index, numbers, titles, turn) for index, statement in part)
        for part in paragraphs(every)
    )
    return "".join(f'<p dir="auto">{sentences}</p>' for sentences in shown)


def _sentence(
    statement: Statement, index: int, numbers: dict[str, int], titles: dict[str, str], turn: int
) -> str:
    marks = "".join(
        f'<a class="cite" href="#card-{turn}-{numbers[c]}" data-turn="{turn}" data-number="{numbers[c]}" '
        f'data-statement="{index}" aria-label="Source {numbers[c]}: {escape(titles.get(c, c)[:120])}">'
        f"[{numbers[c]}]</a>"
        for c in statement.citations
        if c in numbers
    )
    text, stop = closed(statement.text)
    words = f"{escape(text)} {marks}{stop}" if marks else escape(text) + stop
    said = f"<del>{words}</del>" if statement.struck else words
    tip = f"tip-{turn}-{index}"
    return (
        f'<span class="statement {statement.verdict}" role="group" tabindex="0" aria-describedby="{tip}" '
        f'data-statement="{index}">{said}{_badge(statement)}{_tip(statement, titles, tip)}</span>'
    )


def _badge(statement: Statement) -> str:
    sign, _ = VERDICTS[statement.verdict]
    calm = statement.verdict == "supported" and not statement.problems
    word = f'<span class="sr">{statement.verdict}</span>' if calm else f" {statement.verdict}"
    return f'<span class="verdict {statement.verdict}"><span aria-hidden="true">{sign}</span>{word}</span>'


def _tip(statement: Statement, titles: dict[str, str], name: str) -> str:
    sign, words = VERDICTS[statement.verdict]
    quotes = "".join(
        f"<span class='quoted'>“{escape(e.quote)}”<span class='from'>{isolated(titles.get(e.paper_id, ''))}</span></span>"
        for e in statement.evidence
    )
    problems = "".join(f"<span class='problem'>{isolated(problem)}</span>" for problem in statement.problems)
    how = "word for word" if statement.how == "verbatim" else f"by {statement.how}"
    return (
        f'<span class="tip" role="tooltip" id="{name}"><b>{sign} {escape(words)}</b> '
        f"({escape(how)}){problems}{quotes}</span>"
    )


def _understood(answer: Answer, turn: int) -> str:
    """The question as it was understood, where that differs; it can be changed and asked again."""
    if not answer.standalone or answer.standalone == answer.question:
        return ""
    name = f"standalone-{turn}"
    return (
        f'<form class="standalone" data-asks><label for="{name}">Understood as</label> '
        f'<input id="{name}" type="text" dir="auto" value="{escape(answer.standalone)}">'
        '<button type="submit" class="act">Ask this instead</button></form>'
    )


def _notes(answer: Answer) -> str:
    notes = []
    if answer.removed:
        how = "struck" if any(s.struck for s in answer.statements) else "removed"
        verb = (
            "sentence failed its check and was"
            if answer.removed == 1
            else "sentences failed the check and were"
        )
        notes.append(f"{answer.removed} {verb} {how}.")
    return "".join(f'<p class="warning">{isolated(note)}</p>' for note in (*notes, *answer.warnings))


def _actions(answer: Answer, key: str) -> str:
    parts = []
    if answer.statements:
        styles = "".join(f'<option value="{name}">{escape(label)}</option>' for name, label in STYLES.items())
        parts.append(
            f'<span class="joined" data-form><select name="style" aria-label="Citation style">{styles}</select>'
            f"{button('Copy', 'copy', key, says='Copy the answer with citations in this style')}</span>"
        )
        parts.append(_references(key))
    if len(answer.sources) > 1:
        parts.append(button("Compare its papers", "compare", "\n".join(s.paper.id for s in answer.sources)))
    parts.append(button("How this answer came", "inspect", key))
    parts.append('<button type="button" class="act narrow" data-sources>Sources</button>')
    return f'{_proof(answer)}<div class="actions">{"".join(parts)}{_feedback(key)}</div>'


def _proof(answer: Answer) -> str:
    """How many sentences have which verdict, at a glance; how long it took."""
    counts = Counter[str](statement.verdict for statement in answer.statements)
    said = [
        f'<span class="verdict {verdict}"><span aria-hidden="true">{sign}</span> {counts[verdict]} {verdict}</span>'
        for verdict, (sign, _) in VERDICTS.items()
        if counts[verdict]
    ]
    said.append(f'<span class="took">{sum(answer.timings.values()):.1f} s</span>')
    if calls := answer.usage.get("calls"):
        said.append(f"<span>{calls} model {'call' if calls == 1 else 'calls'}</span>")
    return f'<p class="proof">{"".join(said)}</p>'


def _references(key: str) -> str:
    offered = "".join(button(label, f"references-{kind}", key) for kind, label in REFERENCES.items())
    return f'<details class="menu"><summary>References</summary><div>{offered}</div></details>'


def _feedback(key: str) -> str:
    thumbs = "".join(
        button(label, f"feedback-{kind}", key, says=says)
        for kind, label, says in (("good", "Yes", "Good answer"), ("bad", "No", "Bad answer"))
    )
    more = "".join(button(label, f"feedback-{kind}", key) for kind, label in FEEDBACK.items())
    return (
        f'<span class="thumbs">Good answer? {thumbs}</span><details class="menu feedback"><summary>Say more</summary>'
        '<div data-form><input type="text" name="comment" maxlength="2000" aria-label="In your words (optional)" '
        f'placeholder="In your words (optional)">{more}</div></details>'
    )


def suggestions(questions: Sequence[str], refused: bool) -> str:
    """Questions that the library can answer, to be asked with one click."""
    if not questions:
        return ""
    head = "The library can answer:" if refused else "You could go on with:"
    offered = "".join(f"<li>{asking(text)}</li>" for text in questions)
    return f'<div class="next"><p>{head}</p><ul>{offered}</ul></div>'
