"""Shared elements (buttons, short texts, papers, quotes), and the templates of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import time_ns
from typing import Literal

from markupsafe import Markup, escape

from assistant.core import markup
from assistant.core.answers.answer import Answer
from assistant.core.answers.refusal import REFUSALS
from assistant.core.answers.statement import VERDICTS, Statement, paragraphs, reasons
from assistant.core.paper import Paper, caution, source_name, url_host, web_link
from assistant.core.text.counts import count_of
from assistant.core.text.name_parts import author_name, full_name
from assistant.core.text.sentences import closed
from assistant.core.text.tokens import stems, tokens
from assistant.export.citation_style import STYLES
from assistant.export.formats import REFERENCES, TRANSCRIPTS
from assistant.generation.comparison.compare import FEWEST, MOST
from assistant.generation.question.sizes import sizes_asked

# A longer list shows these first, and the others on demand.
SHOWN_FIRST = 8
_BESIDE = "Also found"
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


@dataclass(frozen=True)
class Block:
    """Sentences that stand together, each with its index: the "lead", "more" of the text, or one that is set apart."""

    kind: Literal["lead", "more", "note", "flagged warn", "flagged bad"]
    statements: tuple[tuple[int, Statement], ...]

    @property
    def tag(self) -> str:
        """Return the HTML element of the block."""
        return "div" if self.kind.startswith("flagged") else "p"


def blocks(statements: Sequence[Statement]) -> list[Block]:
    """Group sentences by how they are shown: the first one leads, one with a problem or on what is left open stands alone,
    the others are calm."""
    made: list[Block] = []
    for part in paragraphs(statements):
        fresh = True
        for index, statement in part:
            kind = _kind(statement)
            if index == 0 and kind == "more":
                made.append(Block("lead", ((index, statement),)))
            elif kind == "more" and not fresh and made[-1].kind == "more":
                made[-1] = Block("more", (*made[-1].statements, (index, statement)))
            else:
                made.append(Block(kind, ((index, statement),)))
            fresh = False
    return made


def sides_of(answer: Answer) -> list[tuple[str, list[tuple[int, Statement]]]]:
    """Return the sides of a contested answer by name, each sentence with its index; the side of the first one leads, and what
    takes no side stands last."""
    sides: dict[str, list[tuple[int, Statement]]] = {}
    for index, statement in enumerate(answer.statements):
        name = "Says no" if index in answer.denying else "Says yes" if index in answer.affirming else _BESIDE
        sides.setdefault(name, []).append((index, statement))
    if len(sides) > 2:
        sides[_BESIDE] = sides.pop(_BESIDE)
    return [(f"{name} ({len(side)})", side) for name, side in sides.items()]


def _kind(statement: Statement) -> Literal["more", "note", "flagged warn", "flagged bad"]:
    if statement.clean:
        return "more"
    if leaves_open(statement):
        return "note"
    # Red and struck through are one: amber is for what stands, to be read with care.
    bad = statement.struck or VERDICTS[statement.verdict].colour == "bad"
    return "flagged bad" if bad else "flagged warn"


def leaves_open(statement: Statement) -> bool:
    """Return whether a statement says only what the abstracts leave open: that is no fault of it."""
    return statement.verdict == "not_stated" and not statement.problems


def status(answer: Answer) -> list[str]:
    """Return the facts about an answer that stand below it: what was checked, papers, time."""
    parts = []
    if answer.statements:
        clean = sum(statement.clean for statement in answer.statements)
        claims = sum(not leaves_open(statement) for statement in answer.statements)
        quoted = all(statement.how == "verbatim" for statement in answer.statements)
        of = f"{clean} of {count_of(claims, 'sentence')} confirmed"
        parts = ["Quoted word for word" if quoted else of] if claims else []
        if quoted and not (answer.listed or answer.refusal or answer.comparison):
            parts.append(answer.confidence.words.rstrip("."))
        parts.append(count_of(len(answer.sources), "paper"))
    seconds = sum(answer.timings.values())
    parts.append(f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s")
    if tokens := tokens_of(answer):
        parts.append(f"{tokens:,} tokens")
    if answer.cost:
        parts.append(money(answer.cost))
    return parts


def tokens_of(answer: Answer) -> int:
    """Return the tokens sent to models and received from them for an answer."""
    return answer.usage.get("prompt_tokens", 0) + answer.usage.get("completion_tokens", 0)


def money(amount: float) -> str:
    """Return an amount in the currency of the settings' prices, with two digits that say something: "$0.0004"."""
    return f"${amount:.2f}" if amount >= 0.1 else f"${float(f'{amount:.2g}'):.6f}".rstrip("0")


def families(authors: Sequence[str]) -> list[str]:
    """Return the family names of authors, which a line has room for."""
    return [author_name(author)[0] for author in authors]


def full_names(authors: Sequence[str]) -> list[str]:
    """Return the names of authors as they are spoken, however the record has them."""
    return [full_name(author) for author in authors]


def marked(text: str, question: str) -> Markup:
    """Return a quote of a list in which is marked why its paper is listed: the words of the question, and in place of those that ask
    for a size ("more than 100 participants") the figures that have it."""
    size = sizes_asked(question)
    asked = [
        word
        for word in tokens(question)
        if not (size and any(start <= word.start < end for start, end in size.spans))
    ]
    said, places = stems(asked), size.figures(text) if size else []
    places += [(word.start, word.end) for word in tokens(text) if word.content and said & stems([word])]
    parts, at = [], 0
    for start, end in sorted(places):
        if start >= at:
            parts += [escape(text[at:start]), Markup("<mark>{}</mark>").format(text[start:end])]
            at = end
    return Markup().join([*parts, escape(text[at:])])


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
    transcripts=TRANSCRIPTS,
    blocks=blocks,
    sides_of=sides_of,
    status=status,
    closed=closed,
    titles=titles,
    money=money,
    marked=marked,
    leaves_open=leaves_open,
    caution=caution,
    families=families,
    full_names=full_names,
    reasons=reasons,
    web_link=web_link,
    source_name=source_name,
    shown_first=SHOWN_FIRST,
    link_text=link_text,
    decided_by=decided_by,
    channel_label=channel_label,
)
"""The macros of all templates of this folder, as "template.macro"."""


def message(text: str, kind: str = "warning") -> Markup:
    """Return a sentence that stays on the page: a "warning" or a "hint"."""
    return HTML["elements.message"](text, kind)


def notice(text: str, *, problem: bool = False, undo: str = "") -> Markup:
    """Return a sentence that disappears after some seconds; `undo` names the action that takes back what was done."""
    # The time makes two notices with the same text different: the page shows only what has changed.
    return HTML["elements.notice"](text, time_ns(), problem, undo)
