"""For terminals and pull requests."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.core.markup import markdown_text
from evals.analysis.comparison import Change, RunComparison
from evals.analysis.gate import ThresholdCheck
from evals.analysis.summary import Scored
from evals.reports import tables

MOST_CASES = 25


def report(run: Scored, results: Sequence[ThresholdCheck] = (), *, whole: bool = True) -> str:
    """Return a run's heading, its figures, by tag if `whole`, and the gate."""
    parts = [heading(run), tables.markdown(tables.figures(run))]
    if whole:
        parts.append(tables.markdown(tables.tags(run)))
    if results:
        parts.append(tables.markdown(tables.checks(results)))
    return "\n\n".join(parts)


def heading(run: Scored) -> str:
    """Return what ran, and what a reader must know before the figures."""
    made = run.run.manifest()
    lines = [f"## {made['suite_title']}: {run.run.name}", "", made_with(run)]
    lines += [f"- {sentence}" for sentence in caveats(run)]
    return "\n".join(lines)


def made_with(run: Scored) -> str:
    """Return one sentence: how many cases, what answered, what checked, at which commit."""
    made = run.run.manifest()
    answerer = made["settings"]["llm"]["model"] or "quotes"
    judge = made["judge"]["model"] if made["judge"] else "none"
    commit = f", commit {made['git_commit']}" if made["git_commit"] else ""
    median, high = run.seconds()
    return (
        f"{len(run.records)} of {len(run.cases)} cases, answered by {answerer}, checked by {made['verifier']}, judge: {judge}"
        f"{commit}; an answer took {median:.3f} s (median), {high:.3f} s (95th percentile)."
    )


def caveats(run: Scored) -> list[str]:
    """Return why the figures are incomplete, one sentence each."""
    found = []
    if run.unfinished:
        found.append(f"{run.unfinished} cases are not finished: the same command goes on with them.")
    if run.errors:
        first = next(iter(run.errors.values()))
        found.append(f"{len(run.errors)} cases ended in an error and have no score, the first with: {first}")
    if run.unscored:
        first = next(iter(run.unscored.values()))
        found.append(
            f"{len(run.unscored)} cases could not be scored by the judge, the first because: {first}"
        )
    if run.run.manifest().get("offline"):
        found.append("Replies were replayed; seconds are not those of the model.")
    return found


def comparison(found: RunComparison, *, cases: int = MOST_CASES) -> str:
    """Return the differences of two runs, and the cases that changed."""
    worse = [change for change in found.changes if not change.better]
    better = [change for change in found.changes if change.better]
    parts = [
        f"## {found.before.run.name} -> {found.after.run.name}",
        _made(found),
        tables.markdown(tables.differences(found)),
        "Seconds are of two occasions, each with its own load; measure speed with `python -m evals bench`.",
        f"{len(worse)} cases got worse, {len(better)} got better.",
    ]
    for name, chosen in (("Worse", worse), ("Better", better)):
        if chosen:
            lines = [_change(change) for change in chosen[:cases]]
            rest = [f"- and {len(chosen) - cases} more"] if len(chosen) > cases else []
            parts.append("\n".join([f"### {name}", "", *lines, *rest]))
    return "\n\n".join(parts)


def _made(found: RunComparison) -> str:
    if not found.made_with:
        return "Both were made with the same."
    return "\n".join(f"- {key}: {one} -> {two}" for key, one, two in found.made_with)


def _change(change: Change) -> str:
    scores = ", ".join(f"{name} {before:.2f} -> {after:.2f}" for name, before, after in change.scores)
    return f"- {change.case}: {scores}: {markdown_text(change.question)}"
