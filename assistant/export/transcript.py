"""Write conversations as Markdown, HTML or JSON. Text of papers, models and users stays text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.conversation.store import Conversation
from assistant.core.answers.answer import Answer, Source
from assistant.core.answers.comparison import Comparison, Relation
from assistant.core.answers.refusal import REFUSALS
from assistant.core.answers.statement import VERDICTS, Evidence, Statement, paragraphs
from assistant.core.markup import environment, markdown_text
from assistant.core.paper import Paper, source_name, web_link
from assistant.core.text.name_parts import full_name


def markdown(conversation: Conversation) -> str:
    """Return each question as a heading, its answer with `[n]`, then the sources with the quoted words."""
    blocks = [f"# {markdown_text(conversation.title)}"]
    for turn in conversation.turns:
        blocks += [f"## {markdown_text(turn.answer.question)}", f"*{markdown_text(when(turn.at))}*"]
        blocks += _blocks(turn.answer)
    return "\n\n".join(blocks) + "\n"


def _blocks(answer: Answer) -> Iterator[str]:
    if answer.refusal:
        yield f"*{markdown_text(REFUSALS[answer.refusal.kind].words)}*"
        if answer.refusal.nearest and not answer.statements:
            nearest = "\n".join(f"- {markdown_text(paper.title)}" for paper in answer.refusal.nearest)
            yield f"Nearest papers:\n\n{nearest}"
    if answer.remark:
        yield markdown_text(answer.remark)
    # A list is its sources, each with what is quoted of it.
    for part in paragraphs(answer.statements) if not answer.listed else ():
        yield " ".join(_sentence(statement, answer) for _, statement in part)
    if answer.comparison and not answer.listed:
        yield from _side_by_side(answer.comparison)
    for warning in answer.warnings:
        yield f"*{markdown_text(warning)}*"
    for source in answer.sources:
        yield f"\\[{source.number}\\] {_reference(source.paper)}"
        for evidence in quotes(answer, source):
            yield f"> {markdown_text(evidence.quote)}"
    if answer.comparison and answer.listed:
        yield from _side_by_side(answer.comparison)


def _side_by_side(table: Comparison) -> Iterator[str]:
    yield "**Side by side**"
    yield _table(table)
    for one in table.relations:
        yield _relation(one, table.titles)
    for note in table.notes:
        yield f"*{markdown_text(note)}*"


def _table(table: Comparison) -> str:
    """Return a comparison as a table of Markdown, a column for each paper."""
    heads = ["", *(f"\\[{number}\\]" for number in table.numbers.values())]
    rows = [[aspect.name, *(cell.words for cell in aspect.cells)] for aspect in table.aspects]
    cells = [[markdown_text(cell) for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *cells))


def _relation(one: Relation, named: Mapping[str, str]) -> str:
    """Return two papers that agree or disagree, with the words of both, as a quotation of Markdown."""
    head = f"**{markdown_text(named[one.paper_id])}** and **{markdown_text(named[one.other])}** {one.kind}:"
    quoted = [one.statement.text, *(item.quote for item in one.statement.evidence)]
    problems = [f"\n{markdown_text(problem)}" for problem in one.statement.problems]
    return "\n".join([head, *(f"\n> {markdown_text(text)}" for text in quoted), *problems])


def _sentence(statement: Statement, answer: Answer) -> str:
    text = markdown_text(cited(statement, answer))
    shown = f"~~{text}~~" if statement.struck else text
    return shown if statement.clean else f"{shown} *({markdown_text(note(statement))})*"


def _reference(paper: Paper) -> str:
    url = web_link(paper)
    text = sentences([f"**{markdown_text(paper.title)}**", *map(markdown_text, details(paper))])
    return f"{text} <{url}>" if url else text


def html(conversation: Conversation) -> str:
    """Return one file that loads and runs nothing; evidence is marked in the abstracts."""
    return _PAGE.render(conversation=conversation)


def as_json(conversation: Conversation) -> str:
    """Return all of it as plain values. `Answer.from_json` reads an answer back; the model requests are left out, and the folders
    of the files that papers came from."""
    turns = [{"id": t.id, "at": t.at, "answer": _public(t.answer).to_json()} for t in conversation.turns]
    return json.dumps({**asdict(conversation), "turns": turns}, ensure_ascii=False, indent=1) + "\n"


def _public(answer: Answer) -> Answer:
    """Return an answer without what is of the machine that gave it alone."""
    public: Answer = _without_folders(replace(answer, exchanges=()))
    return public


def _without_folders(value: Any) -> Any:
    """Return a value in which every paper, wherever it stands, has the name of its file without the folder."""
    if isinstance(value, Paper):
        return replace(value, source=source_name(value.source))
    if isinstance(value, tuple):
        return tuple(map(_without_folders, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{one.name: _without_folders(getattr(value, one.name)) for one in fields(value)}
        )
    return value


def cited(statement: Statement, answer: Answer) -> str:
    """Return the sentence with the numbers of its sources: "It is fast. [1][2]"."""
    marks = "".join(f"[{answer.numbers[c]}]" for c in statement.citations if c in answer.numbers)
    return f"{statement.text} {marks}".strip()


def when(at: str) -> str:
    """Return a moment of ISO 8601 as people write it: "3 May 2026, 14:05 UTC"."""
    moment = datetime.fromisoformat(at).astimezone(UTC)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def note(statement: Statement) -> str:
    """Return the verdict and the problems of a statement."""
    return "; ".join((VERDICTS[statement.verdict].label, *statement.problems))


def details(paper: Paper) -> list[str]:
    """Return authors, year, venue and note of a paper, as far as they are known."""
    parts = (
        ", ".join(full_name(author) for author in paper.authors),
        str(paper.year or ""),
        paper.venue,
        paper.note,
    )
    return [part for part in parts if part]


def sentences(parts: Sequence[str]) -> str:
    """Return parts of a reference behind each other, each with one full stop: a note has its own."""
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts)


def quotes(answer: Answer, source: Source) -> list[Evidence]:
    """Return the evidence of an answer that stands in one source, each once."""
    every = [e for s in answer.statements for e in s.evidence if e.paper_id == source.paper.id]
    return list(dict.fromkeys(every))


def parts(abstract: str, evidence: Sequence[Evidence]) -> Iterator[tuple[bool, str]]:
    """Cut an abstract into (quoted or not, text); what several pieces of evidence share comes once."""
    at = 0
    for one in sorted(evidence, key=lambda e: e.start):
        start = max(one.start, at)
        if one.end > start:
            yield False, abstract[at:start]
            yield True, abstract[start : one.end]
            at = one.end
    yield False, abstract[at:]


_PAGE = environment(
    Path(__file__).parent,
    refusals=REFUSALS,
    paragraphs=paragraphs,
    web_link=web_link,
    cited=cited,
    when=when,
    note=note,
    details=details,
    quotes=quotes,
    parts=parts,
    sentences=sentences,
).get_template("transcript.html")
