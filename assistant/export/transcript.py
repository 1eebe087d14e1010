"""A conversation -> Markdown, HTML, JSON. Whatever a paper, a model or a user wrote stays text in each of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from html import escape as escaped

from assistant.conversation.store import Conversation, Turn
from assistant.core.answer import REFUSALS, Answer, Evidence, Source, Statement, paragraphs
from assistant.core.paper import Paper, web_link
from assistant.core.text.sanitize import displayable, one_line

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$^=:@/])")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = (
    "body{font:1rem/1.6 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c;background:#fff}"
    "mark{background:#fff0b3;color:inherit}blockquote{border-left:3px solid #b99a2f;margin:.4rem 0;padding-left:.8rem}"
    ".why{color:#7a4a00}h2{margin-top:2.2rem}.meta{color:#4b5563;font-size:.9rem}a{color:#1a5490}"
    "@media (prefers-color-scheme:dark){body{color:#eee;background:#161616}mark{background:#5c4b10}a{color:#9cc7f5}"
    ".meta{color:#b6bcc8}.why{color:#f0c16a}}"
)


def markdown(conversation: Conversation) -> str:
    """Each question a heading, its answer with `[n]`, then the sources with the words that carry it."""
    blocks = [f"# {_plain(conversation.title)}"]
    for turn in conversation.turns:
        blocks += [f"## {_plain(turn.answer.question)}", f"*{_plain(turn.at)}*", *_answer(turn.answer)]
    return "\n\n".join(blocks) + "\n"


def _answer(answer: Answer) -> Iterator[str]:
    if answer.refusal:
        yield f"*{_plain(REFUSALS[answer.refusal.kind].words)}*"
        if answer.refusal.nearest and not answer.statements:
            yield "Nearest papers:\n\n" + "\n".join(f"- {_plain(p.title)}" for p in answer.refusal.nearest)
    for part in paragraphs(answer.statements):
        yield " ".join(_sentence(statement, answer) for _, statement in part)
    for warning in answer.warnings:
        yield f"*{_plain(warning)}*"
    for source in answer.sources:
        yield f"\\[{source.number}\\] {_reference(source.paper)}"
        for evidence in _quotes(answer, source):
            yield f"> {_plain(evidence.quote)}"


def _sentence(statement: Statement, answer: Answer) -> str:
    marks = "".join(f"\\[{n}\\]" for n in _numbers(statement, answer))
    text = f"{_plain(statement.text)} {marks}".strip()
    said = f"~~{text}~~" if statement.struck else text
    why = _why(statement)
    return f"{said} *({_plain(why)})*" if why else said


def _reference(paper: Paper) -> str:
    said = [_plain(part) for part in _parts(paper)]
    where = web_link(paper)
    return ". ".join([f"**{_plain(paper.title)}**", *said, *([f"<{where}>"] if where else [])])


def _plain(text: str) -> str:
    """One line of Markdown that shows the text and is nothing else."""
    return _MARKS.sub(r"\\\1", escaped(one_line(text), quote=False))


def html(conversation: Conversation) -> str:
    """One file that loads nothing and runs nothing; evidence is marked in the abstracts."""
    title = _shown(conversation.title)
    turns = "".join(_section(turn) for turn in conversation.turns)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{title}</h1>{turns}</main></body></html>\n"
    )


def _section(turn: Turn) -> str:
    answer = turn.answer
    parts = [f'<h2 dir="auto">{_shown(answer.question)}</h2><p class="meta">{_shown(turn.at)}</p>']
    if answer.refusal:
        parts.append(f"<p><em>{_shown(REFUSALS[answer.refusal.kind].words)}</em></p>")
        if answer.refusal.nearest and not answer.statements:
            near = "".join(f"<li>{_shown(p.title)}</li>" for p in answer.refusal.nearest)
            parts.append(f"<p>Nearest papers:</p><ul>{near}</ul>")
    for part in paragraphs(answer.statements):
        parts.append(f'<p dir="auto">{" ".join(_span(s, answer) for _, s in part)}</p>')
    parts += [f'<p class="why">{_shown(warning)}</p>' for warning in answer.warnings]
    parts += [_source(source, answer) for source in answer.sources]
    return f"<section>{''.join(parts)}</section>"


def _span(statement: Statement, answer: Answer) -> str:
    marks = "".join(f"[{n}]" for n in _numbers(statement, answer))
    text = _shown(f"{statement.text} {marks}".strip())
    said = f"<del>{text}</del>" if statement.struck else text
    why = _why(statement)
    return f'{said} <span class="why">({_shown(why)})</span>' if why else said


def _source(source: Source, answer: Answer) -> str:
    paper, where = source.paper, web_link(source.paper)
    way = f' <a href="{_shown(where)}" rel="noreferrer">{_shown(where)}</a>' if where else ""
    return (
        f'<article><h3 dir="auto">[{source.number}] {_shown(paper.title)}</h3><p class="meta">'
        f"{_shown('. '.join(_parts(paper)))}{way}</p>"
        f'<blockquote dir="auto">{_marked(paper.abstract, _quotes(answer, source))}</blockquote></article>'
    )


def _marked(abstract: str, quotes: list[Evidence]) -> str:
    out, at = "", 0
    for evidence in sorted(quotes, key=lambda e: e.start):
        start = max(evidence.start, at)
        if evidence.end > start:
            out += f"{_shown(abstract[at:start])}<mark>{_shown(abstract[start : evidence.end])}</mark>"
            at = evidence.end
    return out + _shown(abstract[at:])


def _shown(text: str) -> str:
    return escaped(displayable(text))


def as_json(conversation: Conversation) -> str:
    """All of it as plain values; an answer reads back with `Answer.from_json`, without what a model was sent for it."""
    turns = [
        {"id": t.id, "at": t.at, "answer": replace(t.answer, exchanges=()).to_json()}
        for t in conversation.turns
    ]
    said = {**asdict(conversation), "turns": turns}
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


FORMATS: Mapping[str, Callable[[Conversation], str]] = {"markdown": markdown, "html": html, "json": as_json}


def _numbers(statement: Statement, answer: Answer) -> list[int]:
    return [answer.numbers[c] for c in statement.citations if c in answer.numbers]


def _why(statement: Statement) -> str:
    if statement.clean:
        return ""
    return "; ".join((statement.verdict, *statement.problems))


def _parts(paper: Paper) -> list[str]:
    parts = (", ".join(paper.authors), str(paper.year or ""), paper.venue, paper.note)
    return [part for part in parts if part]


def _quotes(answer: Answer, source: Source) -> list[Evidence]:
    every = [e for s in answer.statements for e in s.evidence if e.paper_id == source.paper.id]
    return list(dict.fromkeys(every))
