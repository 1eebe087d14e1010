"""The first suite: 60 questions over the sample library; does the answer cite the right paper and hold the fact?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from assistant import Answer, Assistant, Settings
from evals import suites


@dataclass(frozen=True)
class Outcome:
    """A case and its answer: `right` paper cited, all `facts` in the text, `foreign` ids that have nothing to do with it."""

    case: suites.Case
    answer: Answer
    right: bool
    facts: bool
    foreign: tuple[str, ...]


def run(library: Assistant | None = None) -> list[Outcome]:
    """Asks every question of the suite."""
    library = library or Assistant.sample(settings=Settings())
    return [judge(case, library.ask(case["question"])) for case in suites.load("questions")]


def judge(case: suites.Case, answer: Answer) -> Outcome:
    """One answer against its case; a fact is one of its accepted spellings, case aside."""
    cited = [source.paper.id for source in answer.sources]
    text = answer.text.lower()
    return Outcome(
        case,
        answer,
        case["paper"] in cited,
        all(any(spelling.lower() in text for spelling in fact) for fact in case["facts"]),
        tuple(c for c in cited if c != case["paper"] and c not in case["related"]),
    )


def render(outcomes: Sequence[Outcome]) -> str:
    """The figures, in all and by wording, and every case that is not wholly right."""
    lines = [f"Questions, n={len(outcomes)}", ""]
    for name, chosen in (
        ("all", outcomes),
        ("own words", [o for o in outcomes if o.case["wording"] == "own"]),
        ("other words", [o for o in outcomes if o.case["wording"] == "other"]),
    ):
        lines.append(
            f"{name:12} n={len(chosen):3}  right paper {sum(o.right for o in chosen):3}  key fact "
            f"{sum(o.facts for o in chosen):3}  a foreign paper {sum(bool(o.foreign) for o in chosen):3}  words "
            f"{fmean(len(o.answer.text.split()) for o in chosen):.0f}"
        )
    lines.append("")
    for o in outcomes:
        if not o.right or not o.facts or o.foreign:
            what = "paper missed" if not o.right else "fact missed" if not o.facts else "foreign paper"
            refused = f" (refused: {o.answer.refusal.kind})" if o.answer.refusal else ""
            lines.append(f"{o.case['id']} {what}{refused}: {o.case['question']}")
    return "\n".join(lines)
