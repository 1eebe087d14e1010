"""Lists of the page: conversations, the papers of a library, its years, its map; what a question is asked of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.conversation.store import Listed
from assistant.core.paper import Paper
from assistant.library.catalogue import Page, Place
from assistant.library.sync import AddReport
from assistant.retrieval.retriever import Similar
from assistant.web.html.elements import REFERENCES, about, button, escape, isolated, message, rows


def banner(library: str, count: int, note: str, answers_with: str) -> str:
    """Which library is shown and what answers."""
    who = (
        "Answers are quotes, word for word; nothing leaves this machine."
        if answers_with == "quotes"
        else f"Answers are written by {answers_with}, where questions and abstracts are sent, and checked here."
    )
    papers = "1 paper" if count == 1 else f"{count:,} papers"
    about_it = f" {note}" if note else ""
    return (
        f'<div class="banner"><h1>Ask the abstracts</h1><p><b>{escape(library)}</b>, {papers}.{escape(about_it)} '
        f"{escape(who)}</p></div>"
    )


def conversations(
    listed: Sequence[Listed], current: str | None, words: str, *, kept: bool, allowed: bool = True
) -> str:
    """One's own conversations: open, rename, delete. The one in hand is named even where a search leaves it out."""
    if not kept:
        note = "No history is kept: this conversation is gone when you leave it."
        note += " You can change that under Settings." if allowed else ""
        return f'<nav class="conversations" aria-label="Conversations">{message(note, "hint")}</nav>'
    items = [
        f'<span class="item{" current" if one.id == current else ""}">'
        f"{_opening(one, current)}{_tools(one)}</span>"
        for one in listed
    ]
    none = "Nothing found." if words else "What you ask is kept here, for you alone."
    shown = f"<ul>{rows(items)}</ul>" if items else message(none, "hint")
    return f'<nav class="conversations" aria-label="Conversations" data-current="{escape(current or "")}">{shown}</nav>'


def _opening(one: Listed, current: str | None) -> str:
    here = ' aria-current="true"' if one.id == current else ""
    return button(one.title, "open", one.id, kind="title", more=here)


def _tools(one: Listed) -> str:
    prompt = f' data-prompt="The conversation&#39;s new title" data-now="{escape(one.title)}"'
    confirm = ' data-confirm="Delete this conversation? Its questions and answers are gone then."'
    return button("✎", "rename", one.id, says=f"Rename {one.title}", kind="sign", more=prompt) + button(
        "×", "delete", one.id, says=f"Delete {one.title}", kind="sign", more=confirm
    )


def scope(only: Mapping[str, str], without: Mapping[str, str]) -> str:
    """What the next question is asked of: ids with titles of the only papers, and of those left out."""
    parts = [
        f"<li>Only <b>{isolated(title)}</b> {button('×', 'unscope', key, says=f'Ask all papers again, not only {title}', kind='sign')}</li>"
        for key, title in only.items()
    ]
    parts += [
        f"<li>Without <b>{isolated(title)}</b> {button('×', 'unscope', key, says=f'Do not leave out {title}', kind='sign')}</li>"
        for key, title in without.items()
    ]
    return f'<ul class="scope" aria-label="What is asked">{"".join(parts)}</ul>' if parts else ""


def similar(paper: Paper, near: Sequence[Similar]) -> str:
    """The papers nearest to one."""
    items = [_entry(one.paper, f'<span class="words">cosine {one.cosine:.2f}</span>') for one in near]
    return (
        f'<section class="similar" aria-label="Similar papers"><h3>Similar to {isolated(paper.title)}</h3>'
        f"<ul>{rows(items)}</ul></section>"
    )


def papers(page: Page, offset: int, limit: int, *, editable: bool, picked: Sequence[str]) -> str:
    """A page of the library's papers, and the way to the others."""
    if not page.papers:
        return message("No paper is like that: take something away from what you look for.", "hint")
    items = [
        _entry(paper, _remove(paper) if editable else "", picked=paper.id in picked) for paper in page.papers
    ]
    last = min(offset + limit, page.total)
    ways = ""
    if offset > 0:
        ways += button("Before", "page", str(max(offset - limit, 0)))
    if last < page.total:
        ways += button("Next", "page", str(offset + limit))
    count = f"{offset + 1:,} to {last:,} of {page.total:,}"
    return f'<ul class="papers">{rows(items)}</ul><p class="actions"><span>{count}</span>{ways}</p>'


def _entry(paper: Paper, more: str = "", *, picked: bool = False) -> str:
    compare = button("In comparison" if picked else "Compare", "pick", paper.id)
    return (
        f'<details class="card"><summary>{isolated(paper.title)}</summary>{about(paper)}'
        f'<p class="abstract" dir="auto">{escape(paper.abstract)}</p><p class="actions">'
        f"{button('Ask about this paper', 'about', paper.id)}{button('Similar papers', 'similar', paper.id)}"
        f"{compare}{more}</p></details>"
    )


def _remove(paper: Paper) -> str:
    confirm = (
        ' data-confirm="Remove this paper from the library? Files that it was read from stay as they are."'
    )
    return button("Remove", "remove", paper.id, kind="danger", more=confirm)


def years(counts: Mapping[int, int]) -> str:
    """How many papers each year has, as bars with their numbers; nothing where no paper names its year."""
    if not counts:
        return ""
    most = max(counts.values())
    lines = [
        f'<li><span class="label">{year}</span><span class="bar" aria-hidden="true">'
        f'<i style="width:{round(100 * count / most)}%"></i></span><span class="words">{count:,}</span></li>'
        for year, count in counts.items()
    ]
    return f'<h2>Papers by year</h2><ul class="years" aria-label="Papers by year">{"".join(lines)}</ul>'


def chart(places: Sequence[Place], total: int) -> str:
    """The map: a point a paper, near where they are about the same; a point tells its title and asks about it. Two papers
    are no map."""
    if len(places) < 3:
        return ""
    points = "".join(
        f'<button type="button" class="point{" right" if p.x > 0.5 else ""}" data-act="about" data-value="{escape(p.paper.id)}" '
        f'style="left:{2 + 96 * p.x:.2f}%;top:{3 + 94 * p.y:.2f}%" tabindex="-1" '
        f'aria-label="Ask about {escape(p.paper.title)}"><span class="tip">{isolated(p.paper.title)}</span></button>'
        for p in places
    )
    some = f" {len(places):,} of {total:,} papers are shown." if len(places) < total else ""
    return (
        f'<h2>Map</h2><div class="map" role="group" aria-label="Map of the library">{points}</div><p class="hint">Papers about '
        "like things lie near each other (the two principal components of their vectors). Choose one to ask about it."
        f"{some}</p>"
    )


def report(added: AddReport) -> str:
    """What became of added files."""
    kept = len(added.added) + len(added.changed) + len(added.unchanged)
    head = f"{kept:,} papers: {added}" if kept != 1 else f"1 paper: {added}"
    problems = [
        f"{isolated(p.file)}{f', line {p.line}' if p.line else ''}: {isolated(p.field)}: {isolated(p.message)}"
        for p in added.problems[:100]
    ]
    more = len(added.problems) - len(problems)
    if more > 0:
        problems.append(f"and {more:,} more")
    listed = f'<ul class="problems">{rows(problems)}</ul>' if problems else ""
    return f'<p class="done" role="status">{escape(head)}.</p>{listed}'


def exports() -> str:
    """The ways to take a conversation along."""
    kinds = {"markdown": "Markdown", "html": "HTML", "json": "JSON"}
    said = "".join(button(label, f"export-{kind}") for kind, label in kinds.items())
    cited = "".join(button(label, f"export-{kind}") for kind, label in REFERENCES.items())
    return (
        '<details class="menu"><summary>Export this conversation</summary><div><span>all of it</span> '
        f"{said} <span>its references</span> {cited}</div></details>"
    )


def privacy(places: Sequence[tuple[str, str]], sent: str, *, kept: bool, allowed: bool) -> str:
    """In plain words what is stored where, what is sent to whom, and how to be rid of it."""
    items = "".join(f"<dt>{escape(name)}</dt><dd>{isolated(what)}</dd>" for name, what in places)
    history = (
        "Your conversations are kept on this server, in one file. A cookie (or your sign-in) tells yours from those of "
        "others; nobody else can open them here. Whoever runs this server can read the file."
        if kept
        else "Your conversations are not kept: they are gone when you close this page."
        if allowed
        else "Whoever runs this server has turned the keeping of conversations off."
    )
    confirm = ' data-confirm="Delete all your conversations? They cannot be brought back."'
    delete = button("Delete my conversations", "forget", kind="danger", more=confirm)
    return (
        f"<h2>What is kept, and where</h2><p>{escape(history)}</p><p class='actions'>{delete}</p>"
        f"<dl class='outline'>{items}</dl><h2>What is sent elsewhere</h2><p>{isolated(sent)}</p>"
    )
