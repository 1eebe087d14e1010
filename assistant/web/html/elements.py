"""Text -> HTML that shows it and can be nothing else; links and buttons as the page knows them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from time import time_ns

from assistant.core.answer import VERDICTS as _INFO
from assistant.core.paper import Paper, url_host, web_link
from assistant.core.text.sanitize import displayable

_PUNCTUATION = re.compile(r"[^\w\s,.;:?]|_")
REFERENCES = {"bibtex": "BibTeX", "ris": "RIS", "csl-json": "CSL-JSON"}

VERDICTS = {info.name: (info.sign, info.words) for info in _INFO.values()}


def escape(text: str) -> str:
    """Text that is neither HTML nor Markdown nor a template, whatever it says: punctuation becomes character references."""
    return _PUNCTUATION.sub(lambda m: f"&#{ord(m.group())};", displayable(text))


def isolated(text: str) -> str:
    """The same as a run of its own, so that its direction of writing leaves what stands around it alone."""
    return f"<bdi>{escape(text)}</bdi>"


def button(label: str, act: str, value: str = "", *, says: str = "", kind: str = "", more: str = "") -> str:
    """A button that the page's events hear as (act, value); `says` is its name where the label is a sign."""
    name = f' aria-label="{escape(says)}" title="{escape(says)}"' if says else ""
    return (
        f'<button type="button" class="act {kind}" data-act="{act}" data-value="{escape(value)}"{name}{more}>'
        f"{escape(label)}</button>"
    )


def asking(question: str, label: str = "", kind: str = "ask") -> str:
    """A button that asks a question."""
    return f'<button type="button" class="{kind}" data-ask="{escape(question)}">{escape(label or question)}</button>'


def message(text: str, kind: str = "warning") -> str:
    """A sentence that tells of something: "warning" or "hint"."""
    role = ' role="alert"' if kind == "warning" else ""
    return f'<p class="{kind}"{role}>{isolated(text)}</p>'


def notice(text: str, *, problem: bool = False) -> str:
    """A sentence that goes away by itself."""
    # Two that say the same are two: the page shows what has changed.
    return f'<p class="notice{" problem" if problem else ""}" role="status" data-at="{time_ns()}">{isolated(text)}</p>'


def address(paper: Paper) -> str:
    """The paper's link, where it has one."""
    where = web_link(paper)
    if not where:
        return ""
    shown = (paper.arxiv_id and f"arXiv:{paper.arxiv_id}") or paper.doi or url_host(where) or where
    return f'<a href="{escape(where)}" target="_blank" rel="noopener noreferrer">{isolated(shown)}</a>'


def about(paper: Paper, *, names: int = 4) -> str:
    """Authors, year, venue, link and id in one line."""
    authors = ", ".join(paper.authors[:names]) + (" et al." if len(paper.authors) > names else "")
    parts = [isolated(part) for part in (authors, str(paper.year or ""), paper.venue) if part]
    parts += [part for part in (address(paper), f'<span class="id">{isolated(paper.id)}</span>') if part]
    note = f'<p class="note">{isolated(paper.note)}</p>' if paper.note else ""
    return f'<p class="meta">{" · ".join(parts)}</p>{note}'


def quotation(words: str, title: str, where: str = "") -> str:
    """Words of a paper, with its title and where in it they stand."""
    place = f", {where}" if where else ""
    return f"<blockquote>{isolated(words)}<footer>{isolated(title)}{escape(place)}</footer></blockquote>"


def rows(items: Sequence[str]) -> str:
    """A list's items."""
    return "".join(f"<li>{item}</li>" for item in items)
