"""Verifiers on faithful paraphrases and near-miss inventions: who can tell them apart.

The abstracts are invented, of two fields; each pair says one thing faithfully and one that is nearly the same, but is false
or not stated. The pairs were written and read against their abstract before any verdict on them was seen.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from assistant import Model, Settings
from evals.analysis.statistics import clusters, wilson
from evals.cases.support import JUDGE, RULES, verifier_of
from evals.metrics.citation import FULL, NONE, OPEN, PARTLY
from tests.studies import sources
from tests.studies.scripted import SCRIPTED, ScriptedModel
from tests.studies.verdicts import invented

LEVELS = {"FULL": FULL, "PARTLY": PARTLY, "OPEN": OPEN, "NONE": NONE}
_STATEMENT = " statement\n"
_SETTINGS = {"llm": {"base_url": "http://judge.invalid/v1"}, "api_key": "none"}


@dataclass(frozen=True)
class Written:
    """A sentence about a paper, faithful or invented.

    `decided_by` is the abstract's sentence that decides it, `style` that of the writer (note, textbook, chat), `kind` what the
    invention of its pair changes.
    """

    paper: str
    decided_by: str
    text: str
    style: str
    kind: str
    faithful: bool


@dataclass(frozen=True)
class Level:
    """A sentence and the level that a verifier gave it."""

    case: Written
    level: float

    @property
    def doubted(self) -> bool:
        """Whether it is called partly or not supported; of a faithful sentence, a false alarm."""
        return self.level in (PARTLY, NONE)

    @property
    def passed(self) -> bool:
        """Whether it is called fully supported; of an invention, a miss."""
        return self.level == FULL


def cases(half: str = "") -> list[Written]:
    """Return the sentences, those of one half if it is named ("fit" or "report")."""
    found = []
    for row in invented.rows("paraphrases", half):
        cut = sources.sentences(row["abstract"])
        for place, style, kind, *texts in row["pairs"]:
            found += [
                Written(row["id"], cut[place - 1], text, style, kind, faithful)
                for text, faithful in zip(texts, (True, False), strict=True)
            ]
    return found


def run(half: str, judge: str = "") -> list[Level]:
    """Ask a verifier about every sentence: the rules, or the judge that is named.

    `judge` is "scripted", or a model's name at the endpoint of the settings. Raises a `ModelError` if the model fails.
    """
    chosen = cases(half)
    papers = invented.papers(invented.rows("paraphrases", half))
    with invented.library(papers, Settings()) as library, ExitStack() as stack:
        model = _judge(judge, chosen) if judge else None
        if model:
            stack.callback(model.close)
        verifier = verifier_of(JUDGE if judge else RULES, library, model)
        return [Level(case, verifier.level([case.paper], case.text)) for case in chosen]


def report(half: str, judge: str = "") -> str:
    """Return the table of the rules; with `judge`, also that judge's."""
    names = {RULES: ""} | ({f"{JUDGE} {judge}": judge} if judge else {})
    return "\n\n".join(render(run(half, name), f"{half} half, {title}") for title, name in names.items())


def render(outcomes: Sequence[Level], title: str) -> str:
    """Return the confusion table, what is doubted and what passes with intervals, and both by what was changed."""
    true = [o for o in outcomes if o.case.faithful]
    false = [o for o in outcomes if not o.case.faithful]
    lines = [f"Paraphrases and inventions, {title}, n={len(outcomes)}", "", _row("", *LEVELS)]
    for name, chosen in (("paraphrase", true), ("invention", false)):
        counts = Counter(o.level for o in chosen)
        lines.append(_row(name, *(counts[level] for level in LEVELS.values())))
    lines += [
        "",
        f"paraphrases doubted (PARTLY or NONE), false alarms: {doubted(true)}",
        f"paraphrases accepted (FULL): {_share(true, [o.passed for o in true])}",
        f"inventions doubted (PARTLY or NONE): {doubted(false)}",
        f"inventions passed (FULL): {_share(false, [o.passed for o in false])}",
        "",
        _row("kind", "pairs", "alarms", "doubted", "passed"),
    ]
    for kind in sorted({o.case.kind for o in outcomes}):
        alarms = sum(o.doubted for o in true if o.case.kind == kind)
        chosen = [o for o in false if o.case.kind == kind]
        row = len(chosen), alarms, sum(o.doubted for o in chosen), sum(o.passed for o in chosen)
        lines.append(_row(kind, *row))
    for style in sorted({o.case.style for o in true}):
        chosen = [o for o in true if o.case.style == style]
        lines.append(f"false alarms in the style {style}: {sum(o.doubted for o in chosen)} of {len(chosen)}")
    return "\n".join(lines)


def doubted(outcomes: Sequence[Level]) -> str:
    """Return how many of the sentences are doubted."""
    return _share(outcomes, [o.doubted for o in outcomes])


def _share(outcomes: Sequence[Level], hits: Sequence[bool]) -> str:
    """Return the share of hits and its Wilson interval; sentences about one paper are not independent."""
    rows = [(float(hit), 1.0) for hit in hits]
    low, high = wilson(rows, clusters(rows, [o.case.paper for o in outcomes]))
    return f"{sum(hits)} of {len(hits)} ({sum(hits) / len(hits):.3f}; {low:.3f} to {high:.3f})"


def _row(first: str, *cells: str | int) -> str:
    return first.ljust(13) + "".join(str(cell).rjust(9) for cell in cells)


def _judge(name: str, chosen: Sequence[Written]) -> Model:
    """Return the model of this name; if it is "scripted", one that knows which of the sentences are faithful."""
    if name == SCRIPTED:
        return Model.from_settings(Settings.model_validate(_SETTINGS), name, truthful_judge(chosen))
    return Model.from_settings(Settings.load(), name)


def truthful_judge(chosen: Sequence[Written]) -> ScriptedModel:
    """Return an endpoint whose model says the truth of every sentence.

    It shows that a judge's verdicts arrive as it gave them, not how well any model judges.
    """
    known = {case.text: case for case in chosen}

    def reply(prompt: str) -> str:
        case = known[prompt.rpartition(_STATEMENT)[2].splitlines()[0]]
        return json.dumps({"evidence": case.decided_by, "support": "full" if case.faithful else "none"})

    return ScriptedModel(reply)
