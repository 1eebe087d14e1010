"""Questions with "it" in place of a name.

The question before is "What is NAME?". If "it" is understood, the answer is that of the question with the name. For
comparison, the two questions are also asked as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant import Answer, Assistant
from assistant.conversation.rewrite import history_of
from assistant.retrieval.paper_name import name_of
from evals.metrics.answer import states
from evals.suites.suite import Case, open_suite

WAYS = ("by its name", "as it", "joined to the question before")


@dataclass
class Tally:
    """Counts of answerable questions whose answer cites a relevant paper, and has every fact; and of refused others."""

    cited: int = 0
    facts: int = 0
    refused: int = 0


@dataclass
class FollowUpsResult:
    """Tallies by way of asking. `understood` counts follow-ups that were rewritten into exactly the question with the name."""

    answerable: int = 0
    unanswerable: int = 0
    understood: int = 0
    tallies: dict[str, Tally] = field(default_factory=lambda: {way: Tally() for way in WAYS})


def run(library: Assistant, *, held_out: bool) -> FollowUpsResult:
    """Ask every question in each way."""
    names = {paper.id: name_of(paper) for paper in library.papers()}
    result = FollowUpsResult()
    for case in open_suite("daily-papers").chosen(held_out=held_out):
        for name, question in _with_it(case, names):
            before = f"What is {name}?"
            followed = library.ask(question, history_of(library.ask(before)))
            answers = (library.ask(case.question), followed, library.ask(f"{before} {question}"))
            result.answerable += case.answerable
            result.unanswerable += not case.answerable
            result.understood += followed.standalone.lower() == case.question.lower()
            for way, answer in zip(WAYS, answers, strict=True):
                _count(result.tallies[way], case, answer)
    return result


def render(result: FollowUpsResult) -> str:
    """Return one line per way of asking."""
    count = result.answerable + result.unanswerable
    lines = [f"{count} questions; {result.understood} were understood as they stand with the name", ""]
    for way, tally in result.tallies.items():
        lines.append(
            f"{way:31} right paper {tally.cited} of {result.answerable}, all facts {tally.facts}; "
            f"refused {tally.refused} of {result.unanswerable} that have no answer"
        )
    return "\n".join(lines)


def _with_it(case: Case, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the name of the case's first paper and the question with a pronoun for it, if it has the name once."""
    name = next((names.get(paper, "") for paper in (*case.relevant, *case.related)), "")
    if not name or case.history:
        return
    pronouns = [(rf"\b{re.escape(name)}['’]s(?!\w)", "its"), (rf"\b{re.escape(name)}(?!\w)", "it")]
    match = next((pair for pair in pronouns if re.search(pair[0], case.question)), None)
    if match and len(re.findall(pronouns[1][0], case.question)) == 1:
        question = re.sub(match[0], match[1], case.question)
        yield name, question[0].upper() + question[1:]


def _count(tally: Tally, case: Case, answer: Answer) -> None:
    if not case.answerable:
        tally.refused += answer.refusal is not None
        return
    tally.cited += not set(answer.numbers).isdisjoint(case.relevant)
    tally.facts += bool(answer.statements) and all(states(answer.text, f.spellings) for f in case.facts)
