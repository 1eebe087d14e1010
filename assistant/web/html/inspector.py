"""How an answer was made: papers found with every score, verdicts, model requests, tokens, costs and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from assistant.core.answers.answer import Answer
from assistant.core.answers.refusal import REFUSALS
from assistant.core.paper import Paper
from assistant.web.html.elements import CHANNELS, HTML, money, tokens_of

EMPTY = HTML["inspector.empty"]()


def inspector(
    answer: Answer, papers: Mapping[str, Paper], url: str = "", conversation: Sequence[Answer] = ()
) -> Markup:
    """Return everything about one answer; `papers` are those found, by id; `url` is the address of this view, or "".

    What the answers of the `conversation` cost together is told, too.
    """
    used = {name for passage in answer.passages for name in passage.channels}
    channels = (*filter(used.__contains__, CHANNELS), *sorted(used.difference(CHANNELS)))
    lines = [*outline(answer), *_together(conversation)]
    return HTML["inspector.inspector"](answer, papers, lines, channels, url)


def outline(answer: Answer) -> list[tuple[str, str]]:
    """Return the main facts of an answer as (name, value)."""
    lines = [("Answered with", answer.model), ("Understood as", answer.standalone or answer.question)]
    if answer.refusal:
        lines.append(("Refused", REFUSALS[answer.refusal.kind].name))
    lines.append(("Probability that the abstracts say it", f"{answer.score:.2f}"))
    total = sum(answer.timings.values())
    stages = ", ".join(f"{stage} {1000 * seconds:.0f} ms" for stage, seconds in answer.timings.items())
    lines.append(("Time by stage", f"{1000 * total:.0f} ms: {stages}" if stages else "not measured"))
    calls = answer.usage.get("calls", 0)
    if calls:
        sent, received = answer.usage.get("prompt_tokens", 0), answer.usage.get("completion_tokens", 0)
        lines.append(("Tokens", f"{sent:,} sent, {received:,} received, in {calls} calls"))
        lines.append(("Cost", money(answer.cost) if answer.cost else "no price is set"))
    return lines


def _together(answers: Sequence[Answer]) -> list[tuple[str, str]]:
    tokens = sum(tokens_of(answer) for answer in answers)
    if len(answers) < 2 or not tokens:
        return []
    cost = sum(answer.cost for answer in answers)
    told = f"{tokens:,} tokens for {len(answers)} answers"
    return [("This conversation", f"{told}, {money(cost)}" if cost else told)]
