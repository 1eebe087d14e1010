"""How an answer came: what was found with every score, what was sent to a model, tokens, money, time, and each verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.core.answer import Answer, Exchange, Statement
from assistant.core.paper import Paper
from assistant.core.settings import LLMSettings
from assistant.web.html.elements import VERDICTS, escape, isolated, message, quotation
from assistant.web.html.sources import CHANNELS

EMPTY = message(
    "Nothing is looked at yet: choose “How this answer came” below an answer of the chat.", "hint"
)


def inspector(answer: Answer, papers: Mapping[str, Paper], prices: LLMSettings, way: str = "") -> str:
    """Everything about one answer; `papers` are those found, by id; `way` is the query string that leads back here."""
    link = (
        f'<p class="actions"><a class="permalink" href="{escape(way)}">Link to this page</a> '
        "(it opens for you alone)</p>"
        if way
        else message("This answer is not kept, so there is no link to it.", "hint")
    )
    return (
        f'<div class="inspector"><h2>{isolated(answer.question)}</h2>{link}{_outline(answer, prices)}'
        f"<h3>What was found</h3>{_found(answer, papers)}<h3>What was checked</h3>{_verdicts(answer.statements, papers)}"
        f"<h3>What a model was sent, and replied</h3>{_exchanges(answer.exchanges)}</div>"
    )


def _outline(answer: Answer, prices: LLMSettings) -> str:
    said = [("Answered with", answer.model), ("Understood as", answer.standalone or answer.question)]
    if answer.refusal:
        said.append(("Refused", answer.refusal.kind.replace("_", " ")))
    said.append(("Probability that the abstracts say it", f"{answer.score:.2f}"))
    total = sum(answer.timings.values())
    stages = ", ".join(f"{stage} {1000 * seconds:.0f} ms" for stage, seconds in answer.timings.items())
    said.append(("Time by stage", f"{1000 * total:.0f} ms: {stages}" if stages else "not measured"))
    sent, received = answer.usage.get("prompt_tokens", 0), answer.usage.get("completion_tokens", 0)
    if answer.usage.get("calls"):
        said.append(("Tokens", f"{sent:,} sent, {received:,} received, in {answer.usage['calls']} calls"))
        money = (sent * prices.input_price + received * prices.output_price) / 1e6
        priced = prices.input_price or prices.output_price
        said.append(("Money", f"{money:.5f} (prices of the settings)" if priced else "no price is set"))
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{isolated(value)}</dd>" for name, value in said)
    return f'<dl class="outline">{lines}</dl>'


def _found(answer: Answer, papers: Mapping[str, Paper]) -> str:
    if not answer.passages:
        return message("Nothing was found.", "hint")
    rows = []
    for place, passage in enumerate(answer.passages, start=1):
        title = papers[passage.paper_id].title if passage.paper_id in papers else passage.paper_id
        cells = "".join(
            f"<td>{'' if (c := passage.channels.get(name)) is None else f'{c[1]:.3f} <small>#{c[0]}</small>'}</td>"
            for name in CHANNELS
        )
        number = answer.numbers.get(passage.paper_id)
        cited = f"[{number}]" if number else ""
        rows.append(
            f"<tr><td>{place}</td><th scope='row'>{isolated(title)}</th><td>{passage.score:.3f}</td>{cells}<td>{cited}</td></tr>"
        )
    heads = "".join(f"<th scope='col'>{escape(words)}</th>" for words in CHANNELS.values())
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="What was found"><table><thead><tr><th scope="col">#</th>'
        f'<th scope="col">paper</th><th scope="col">all together</th>{heads}<th scope="col">cited</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _verdicts(statements: Sequence[Statement], papers: Mapping[str, Paper]) -> str:
    if not statements:
        return message("No sentence was shown.", "hint")
    items = []
    for statement in statements:
        sign, words = VERDICTS[statement.verdict]
        why = [words, f"decided by {statement.how}", f"score {statement.score:.2f}", *statement.problems]
        quotes = "".join(
            quotation(
                e.quote,
                papers[e.paper_id].title if e.paper_id in papers else e.paper_id,
                f"characters {e.start} to {e.end}{f', {e.section}' if e.section else ''}",
            )
            for e in statement.evidence
        )
        items.append(
            f"<li>{isolated(statement.text)}<div class='because'>{sign} {isolated('; '.join(why))}</div>{quotes}</li>"
        )
    return f'<ol class="verdicts">{"".join(items)}</ol>'


def _exchanges(exchanges: Sequence[Exchange]) -> str:
    if not exchanges:
        return message("Nothing was sent to a model.", "hint")
    return "".join(
        f"<details class='exchange'><summary>{escape(e.purpose)}: {isolated(e.model)}, {e.tokens_sent:,} tokens sent, "
        f"{e.tokens_received:,} received, {e.seconds:.2f} s</summary>"
        f"<h4>Instructions</h4><pre tabindex='0'>{escape(e.system)}</pre><h4>Message</h4>"
        f"<pre tabindex='0'>{escape(e.user)}</pre><h4>Reply</h4><pre tabindex='0'>{escape(e.reply)}</pre></details>"
        for e in exchanges
    )
