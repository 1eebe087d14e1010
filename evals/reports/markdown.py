"""Reports in Markdown, for terminals and pull requests."""

from __future__ import annotations

import math
from collections.abc import Sequence

from assistant.core.markup import markdown_text
from evals.analysis.comparison import Change, RunComparison, conclusion
from evals.analysis.gate import ThresholdCheck
from evals.analysis.summary import Scored
from evals.cases.support import RULES, RULES_ON_PARAPHRASES
from evals.reports import tables

MOST_CASES = 25


def report(run: Scored, results: Sequence[ThresholdCheck] = (), *, whole: bool = True) -> str:
    """Return what ran, what a reader must know before the figures, and its headline figures, if `whole` all figures and those by tag, and the gate."""
    made = run.run.manifest()
    known = [made_with(run), *(f"- {sentence}" for sentence in caveats(run))]
    parts = [
        f"## {made['suite_title']}: {run.run.name}",
        "\n".join(known),
        tables.markdown(tables.figures(run, whole=whole)),
    ]
    if whole:
        parts.append(tables.markdown(tables.tags(run)))
    if results:
        parts.append(tables.markdown(tables.checks(results)))
    return "\n\n".join(parts)


def made_with(run: Scored) -> str:
    """Return one sentence: how many cases, what answered, what checked, at which commit."""
    made = run.run.manifest()
    answerer = run.run.answered_by()
    judge = made["judge"]["model"] if made["judge"] else "none"
    commit = f", commit {made['git_commit']}" if made["git_commit"] else ""
    median, high = run.seconds()
    took = (
        ""
        if math.isnan(median)
        else f"; an answer took {median:.3f} s (median), {high:.3f} s (95th percentile)"
    )
    spent = run.spent()
    price = f" for {spent.money:.4f}" if spent.money else ""
    cost = f" All models together used {spent.tokens:,} tokens{price}." if spent.tokens else ""
    return (
        f"{len(run.records)} of {len(run.cases)} cases, answered by {answerer}, support decided by {made['verifier']}, "
        f"judge: {judge}{commit}{took}.{cost}"
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
    if any(record.replayed for record in run.records.values()):
        found.append("Replies were replayed: times of those cases are left out.")
    return [*found, *_rules(run)]


def _rules(run: Scored) -> list[str]:
    """Return what a reader must know of figures for which the rules decided support; nothing of other verifiers."""
    if run.run.manifest()["verifier"] != RULES:
        return []
    found = [
        "The rules that decided support accept what is word for word or nearly. Of faithful paraphrases written to test "
        f"them they doubted {RULES_ON_PARAPHRASES}."
    ]
    if run.written:
        found.append(
            "For answers in other words, figures with @rules are too low: --verifier judge can tell a paraphrase from an "
            "invention."
        )
    return found


def decided(found: RunComparison) -> str:
    """Return what decided support in both runs, and how far that can be trusted."""
    verifier = found.after.run.manifest()["verifier"]
    written = next((run for run in (found.before, found.after) if run.written), found.after)
    return " ".join([f"In both runs support was decided by {verifier}.", *_rules(written)])


def comparison(found: RunComparison, *, cases: int = MOST_CASES, whole: bool = False) -> str:
    """Return the differences of two runs in all figures or in the headline ones, and the cases that changed."""
    worse = [change for change in found.changes if not change.better]
    better = [change for change in found.changes if change.better]
    parts = [
        f"## {found.before.run.name} -> {found.after.run.name}",
        f"**{conclusion(found)}**",
        decided(found),
        _differing_settings(found),
        tables.markdown(tables.differences(found, whole=whole)),
        *_by_tag(found),
        "Both columns are over the cases that have a score in both runs; p is corrected after Holm for the primary metrics. "
        "Seconds are of two occasions, each with its own load.",
        f"{len(worse)} cases got worse, {len(better)} got better.",
    ]
    for name, chosen in (("Worse", worse), ("Better", better)):
        if chosen:
            lines = [_change(change) for change in chosen[:cases]]
            rest = [f"- and {len(chosen) - cases} more"] if len(chosen) > cases else []
            parts.append("\n".join([f"### {name}", "", *lines, *rest]))
    return "\n\n".join(parts)


def _by_tag(found: RunComparison) -> list[str]:
    if not found.tags:
        return []
    table = tables.tag_differences(found)
    return [tables.markdown(table) if table.rows else "By tag, nothing can be told apart."]


def _differing_settings(found: RunComparison) -> str:
    """Return what the two runs were made with that differs, as a list in Markdown."""
    if not found.made_with:
        return "Both were made with the same system, settings, library and code."
    return "\n".join(f"- {key}: {one or '-'} -> {two or '-'}" for key, one, two in found.made_with)


def _change(change: Change) -> str:
    scores = ", ".join(f"{name} {before:.2f} -> {after:.2f}" for name, before, after in change.scores)
    return f"- {change.case}: {scores}: {markdown_text(change.question)}"
