"""Values -> HTML for the page. Every text is escaped, so that nothing from a paper, a model or a user is markup."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from assistant.answers import Answer, Evidence, Statement
from assistant.papers import Paper
from assistant.render import REFUSALS

_PUNCTUATION = re.compile(r"[^\w\s,.;:?]|_")

CHANNEL_WORDS = {
    "dense": "meaning",
    "lexical": "words",
    "late": "meaning word by word",
    "title": "title",
}
VERDICT_WORDS = {
    "supported": "supported by the abstract",
    "partly": "partly supported",
    "unconfirmed": "not confirmed: no model has checked this wording",
    "unsupported": "the abstract does not speak of it",
    "contradicted": "the abstract says otherwise",
    "uncited": "cites no paper",
}


def escape(text: str) -> str:
    """Text that is neither HTML nor Markdown, whatever it says: punctuation becomes character references."""
    return _PUNCTUATION.sub(lambda m: f"&#{ord(m.group())};", text)


def user_message(text: str) -> str:
    """A question as the chat shows it."""
    return escape(text).replace("\n", "<br>")


def answer_message(answer: Answer, turn: int) -> str:
    """An answer as the chat shows it: each sentence with its verdict, `[n]` as links to the source cards."""
    parts = []
    if answer.refusal:
        parts.append(f'<p class="refusal">{escape(REFUSALS[answer.refusal.kind])}</p>')
    parts.append(statements_message(answer.statements, _numbers(answer), turn))
    if answer.refusal and answer.refusal.nearest and not answer.statements:
        items = "".join(f"<li>{escape(paper.title)}</li>" for paper in answer.refusal.nearest)
        parts.append(f'<p class="near">Nearest papers:</p><ul class="near">{items}</ul>')
    if answer.removed:
        how = "struck" if any(s.struck for s in answer.statements) else "removed"
        parts.append(f'<p class="warning">{answer.removed} of the sentences failed the check: {how}.</p>')
    parts += [f'<p class="warning">{escape(w)}</p>' for w in answer.warnings]
    return "".join(parts)


def statements_message(statements: Sequence[Statement], numbers: dict[str, int], turn: int) -> str:
    """Sentences in paragraphs, as they stand so far."""
    paragraphs: dict[int, list[str]] = {}
    for index, statement in enumerate(statements):
        paragraphs.setdefault(statement.paragraph, []).append(_sentence(statement, index, numbers, turn))
    return "".join(f"<p>{' '.join(sentences)}</p>" for sentences in paragraphs.values())


def _sentence(statement: Statement, index: int, numbers: dict[str, int], turn: int) -> str:
    marks = "".join(
        f'<a class="cite" href="#cite-{turn}-{numbers[c]}-{index}">[{numbers[c]}]</a>'
        for c in statement.citations
        if c in numbers
    )
    text, stop = statement.text, ""
    if text[-1:] in ".!?":
        text, stop = text[:-1], text[-1]
    why = "; ".join((VERDICT_WORDS[statement.verdict], *statement.problems))
    words = f"{escape(text)} {marks}{stop}" if marks else escape(text) + stop
    body = f"<del>{words}</del>" if statement.struck else words
    shown = statement.verdict != "supported" or statement.problems
    label = f' <span class="verdict {statement.verdict}">{statement.verdict}</span>' if shown else ""
    return f'<span class="statement {statement.verdict}" title="{escape(why)}">{body}</span>{label}'


def _numbers(answer: Answer) -> dict[str, int]:
    return {source.paper.id: source.number for source in answer.sources}


def sources_panel(answer: Answer, turn: int) -> str:
    """The source cards of one answer; the quoted words are marked, each mark knows its statement."""
    cards = []
    for source in answer.sources:
        marks = [
            (item, index)
            for index, statement in enumerate(answer.statements)
            for item in statement.evidence
            if item.paper_id == source.paper.id
        ]
        found = next((p for p in answer.passages if p.paper_id == source.paper.id), None)
        why = (
            "; ".join(
                f"{CHANNEL_WORDS[name]} rank {rank}, score {score:.2f}"
                for name, (rank, score) in found.channels.items()
            )
            if found
            else ""
        )
        cards.append(
            f'<details class="card" id="card-{turn}-{source.number}">'
            f'<summary><span class="number">{source.number}</span> {escape(source.paper.title)}</summary>'
            f'{_meta(source.paper)}<p class="abstract">{marked(source.paper.abstract, marks)}</p>'
            f'<p class="why">Found by: {escape(why)}</p></details>'
        )
    if not cards:
        cards = ['<p class="hint">This answer cites no paper.</p>']
    return f'<section class="turn" data-turn="{turn}">{"".join(cards)}</section>'


def _meta(paper: Paper) -> str:
    parts = [", ".join(paper.authors[:4]), str(paper.year or ""), paper.venue]
    line = escape(", ".join(part for part in parts if part))
    note = f'<span class="note">{escape(paper.note)}</span>' if paper.note else ""
    return f'<p class="meta">{line} {note}</p>' if line or note else ""


def marked(abstract: str, marks: Sequence[tuple[Evidence, int]]) -> str:
    """The abstract with the evidence in <mark>; overlapping evidence is one mark of several statements."""
    edges = sorted({0, len(abstract), *(x for e, _ in marks for x in (e.start, e.end))})
    out = []
    for start, end in itertools.pairwise(edges):
        inside = sorted({i for e, i in marks if e.start <= start and end <= e.end})
        text = escape(abstract[start:end])
        if inside:
            names = " ".join(f"s{i}" for i in inside)
            text = f'<mark class="{names}">{text}</mark>'
        out.append(text)
    return "".join(out)


def checked_text(statements: Sequence[Statement], papers: dict[str, Paper]) -> str:
    """The user's own sentences, each with verdict, reasons and the closest words."""
    if not statements:
        return '<p class="hint">There is no sentence to check.</p>'
    rows = []
    for statement in statements:
        reasons = "".join(f"<li>{escape(p)}</li>" for p in statement.problems)
        could = "".join(
            f"<li>could cite: {escape(papers[p].title)}</li>" for p in statement.suggested if p in papers
        )
        quotes = "".join(
            f"<blockquote>{escape(e.quote)}<footer>{escape(papers[e.paper_id].title)}"
            f"{escape(' (' + e.section + ')') if e.section else ''}</footer></blockquote>"
            for e in statement.evidence
            if e.paper_id in papers
        )
        rows.append(
            f'<article class="checked"><p><span class="verdict {statement.verdict}">{statement.verdict}</span> '
            f'<span class="score">{statement.score:.2f}</span> {escape(statement.text)}</p>'
            f"<ul>{reasons}{could}</ul>{quotes}</article>"
        )
    return "".join(rows)


def banner(library: str, count: int, note: str, answers_with: str) -> str:
    """Which library is shown and what answers."""
    who = (
        "Answers are quotes: sentences of the abstracts, word for word. No model, nothing leaves this machine."
        if answers_with == "quotes"
        else f"Answers are written by {answers_with}; questions and abstracts are sent there."
    )
    papers = "1 paper" if count == 1 else f"{count} papers"
    about = f" {note}" if note else ""
    return (
        f'<div class="banner"><p><b>{escape(library)}</b>, {papers}.{escape(about)}</p>'
        f"<p>{escape(who)}</p></div>"
    )
