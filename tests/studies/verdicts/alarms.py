"""False alarms and misses on sentences as models write them, under judges of whom it is known what they say.

The abstracts are invented, of two fields, the true sentences in three styles. An honest judge says the truth, a fooled one
approves everything; both name the right sentence as evidence.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from assistant import Paper, Settings, Statement
from tests.studies.scripted import LINE, ScriptedModel, verdicts
from tests.studies.verdicts import invented

JudgeKind = Literal["none", "honest", "fooled"]
JUDGES: tuple[JudgeKind, ...] = ("none", "honest", "fooled")
ALARMS = ("partly", "contradicted", "unsupported", "uncited")
_SETTINGS = {
    "llm": {"base_url": "http://judge.invalid/v1"},
    "verify": {"model": "judge"},
    "api_key": "none",
}


@dataclass(frozen=True)
class Alarm:
    """A sentence about a paper; `place` is the number of the abstract's sentence that decides it, `kind` the style of a
    true one or what is false of it, `words` the false words ("" if it is true)."""

    paper: str
    half: str
    place: int
    text: str
    kind: str
    words: str = ""


def _judge(cases: list[Alarm], honest: bool) -> ScriptedModel:
    """Return an endpoint whose model judges as `honest` says."""
    known = {_bare(case.text): case for case in cases}

    def reply(prompt: str) -> str:
        items = []
        for number, text in LINE.findall(prompt):
            case = known[_bare(text)]
            words = case.words if honest else ""
            verdict = "contradicted" if words else "supported"
            items.append((int(number), verdict, f"1.{case.place}", words))
        return verdicts(*items)

    return ScriptedModel(reply)


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def load(half: str = "") -> tuple[list[Paper], list[Alarm]]:
    """Return the invented papers and the sentences, those of one half if it is named ("fit" or "report")."""
    rows = invented.rows("alarms", half)
    cases = [Alarm(row["id"], row["half"], n, text, kind) for row in rows for n, text, kind in row["true"]]
    for row in rows:
        cases += [
            Alarm(row["id"], row["half"], n, text, kind, words) for n, kind, words, text in row["false"]
        ]
    return invented.papers(rows), cases


def run(judge: JudgeKind, half: str = "") -> list[tuple[Alarm, Statement]]:
    """Check the sentences, each against its paper, by rules or with a judge."""
    papers, cases = load(half)
    with invented.library(
        papers, Settings.model_validate(_SETTINGS), _judge(cases, judge == "honest")
    ) as library:
        statements = library.check([(c.text, [c.paper]) for c in cases], judged=judge != "none")
    return list(zip(cases, statements, strict=True))


def render(half: str = "") -> str:
    """Return the counts under each judge, and every alarm and miss with its reasons."""
    lines = []
    for judge in JUDGES:
        outcomes = run(judge, half)
        true = [(c, s) for c, s in outcomes if not c.words]
        false = [(c, s) for c, s in outcomes if c.words]
        alarms = [(c, s) for c, s in true if s.verdict in ALARMS]
        missed = [(c, s) for c, s in false if s.verdict == "supported"]
        counts = ", ".join(f"{v} {n}" for v, n in Counter(s.verdict for _, s in true).most_common())
        lines.append(
            f"judge {judge}: {len(alarms)} false alarms in {len(true)} true sentences ({len(alarms) / len(true):.1%}; "
            f"{counts}), {len(missed)} of {len(false)} false ones shown as supported"
        )
        lines += [f"  alarm, {s.verdict}: {c.text} {' '.join(s.problems)}" for c, s in alarms]
        lines += [f"  missed, {c.kind}: {c.text}" for c, s in missed]
    return "\n".join(lines)
