"""Buttons, short texts, papers, quotes. The templates of the page, and elements that all its parts use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import time_ns

from markupsafe import Markup

from assistant.core import markup
from assistant.core.answer import REFUSALS, VERDICTS, Answer, paragraphs
from assistant.core.paper import Paper, byline, url_host, web_link
from assistant.core.text.sentences import closed
from assistant.export.citation_style import STYLES
from assistant.export.formats import REFERENCES
from assistant.generation.comparison.compare import FEWEST, MOST

CHANNELS = {
    "dense": "semantic match",
    "lexical": "keywords",
    "late": "phrase match",
    "title": "title match",
}


def channel_label(name: str) -> str:
    """Return what users read for a channel of retrieval: its name if it has no label."""
    return CHANNELS.get(name, name)


def decided_by(how: str) -> str:
    """Return what users read for `Statement.how`."""
    return "verbatim match" if how == "verbatim" else f"checked by {how}"


def link_text(paper: Paper) -> str:
    """Return what users read in place of a paper's URL: its arXiv id, its DOI, or the host."""
    url = web_link(paper)
    return (paper.arxiv_id and f"arXiv:{paper.arxiv_id}") or paper.doi or url_host(url) or url


def titles(answer: Answer) -> dict[str, str]:
    """Return the titles of the cited papers, by paper id."""
    return {source.paper.id: source.paper.title for source in answer.sources}


HTML = markup.macros(
    Path(__file__).parent,
    verdicts=VERDICTS,
    refusals=REFUSALS,
    styles=STYLES,
    references=REFERENCES,
    fewest=FEWEST,
    most=MOST,
    paragraphs=paragraphs,
    closed=closed,
    titles=titles,
    byline=byline,
    web_link=web_link,
    link_text=link_text,
    decided_by=decided_by,
    channel_label=channel_label,
)
"""The macros of all templates of this folder, as "template.macro"."""


def message(text: str, kind: str = "warning") -> Markup:
    """Return a sentence that stays on the page: a "warning" or a "hint"."""
    return HTML["elements.message"](text, kind)


def notice(text: str, *, problem: bool = False) -> Markup:
    """Return a sentence that disappears after some seconds."""
    # The time makes two notices with the same text different: the page shows only what has changed.
    return HTML["elements.notice"](text, time_ns(), problem)


def welcome(examples: Sequence[str]) -> Markup:
    """Return what is shown before the first answer: examples of questions."""
    return HTML["elements.welcome"](examples)


def sheet() -> Markup:
    """Return the head of the sources on a narrow page, where they slide in from below."""
    return HTML["elements.sheet"]()


def fold() -> Markup:
    """Return the button that unfolds the conversations on a narrow page."""
    return HTML["elements.fold"]()
