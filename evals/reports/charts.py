"""SVG. Axes and words in the page's own colour, light or dark."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evals.analysis.agreement import reliability
from evals.analysis.history import Line
from evals.analysis.summary import Scored
from evals.analysis.sweep import Point
from evals.cases.score import asserted
from evals.metrics.refusal import risk_coverage
from evals.metrics.registry import BY_NAME
from evals.reports.tables import number

# Stands for the colour of the page's text until the SVG is written.
INK = "#010203"
BLUE, RED, GREY = "#3b7dd8", "#d1495b", "#8a8f98"
# Fixed ids and no date: the same run gives the same page.
_STYLE: Any = {
    "svg.fonttype": "none",
    # Names of models and settings may hold a $.
    "text.parse_math": False,
    "svg.hashsalt": "report",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}


def risk(run: Scored) -> str:
    """The share of questions answered against the share of these that the library cannot answer; "" without refusals."""
    rows = list(run.rows("aurc").values())
    if not rows or all(right for _, right in rows) or not any(right for _, right in rows):
        return ""
    curve = risk_coverage([score for score, _ in rows], [bool(right) for _, right in rows])
    found = ((case, run.records.get(case.id)) for case in run.cases)
    answered = [
        not c.answerable for c, record in found if record and record.answer and asserted(record.answer)
    ]
    with matplotlib.rc_context(_STYLE):
        figure, axes = _figure()
        axes.plot([c for c, _ in curve], [r for _, r in curve], color=BLUE, label="by falling score")
        if answered:
            axes.plot(
                [len(answered) / len(rows)],
                [sum(answered) / len(answered)],
                "o",
                color=RED,
                label="as it answered",
            )
        axes.set(xlim=(0, 1.02), ylim=(0, 1), xlabel="share of questions answered")
        axes.set(ylabel="share of these without an answer here")
        axes.legend()
        return _svg(figure)


def calibration(run: Scored) -> str:
    """The assistant's score that a question can be answered, against how often that is so."""
    rows = list(run.rows("aurc").values())
    if not rows:
        return ""
    points = reliability([score for score, _ in rows], [bool(right) for _, right in rows])
    with matplotlib.rc_context(_STYLE):
        figure, axes = _figure()
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle="--", label="calibrated")
        axes.plot([s for s, _, _ in points], [t for _, t, _ in points], color=BLUE)
        sizes = [12 + 200 * n / len(rows) for _, _, n in points]
        axes.scatter(
            [s for s, _, _ in points], [t for _, t, _ in points], s=sizes, color=BLUE, label="size: cases"
        )
        axes.set(xlim=(-0.02, 1.05), ylim=(-0.02, 1.08), xlabel="score that the question can be answered")
        axes.set(ylabel="share that can be")
        axes.legend(loc="upper left")
        return _svg(figure)


def latency(run: Scored) -> str:
    """How long answers took."""
    seconds = sorted(record.seconds for record in run.records.values() if record.answer)
    if not seconds:
        return ""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _figure()
        axes.plot(
            seconds, [(i + 1) / len(seconds) for i in range(len(seconds))], color=BLUE, drawstyle="steps-post"
        )
        for share in (0.5, 0.95):
            axes.axhline(share, color=GREY, linewidth=0.6, linestyle=":")
        axes.set(xlabel="seconds to the whole answer", ylabel="share of answers", ylim=(0, 1.02))
        axes.set_xlim(left=0)
        return _svg(figure)


def retrieval_scores(run: Scored) -> str:
    """Scores of the papers found, relevant ones and others."""
    relevant: list[float] = []
    others: list[float] = []
    for case in run.cases:
        record = run.records.get(case.id)
        if record and record.answer and case.relevant:
            for passage in record.answer.passages:
                (relevant if passage.paper_id in case.relevant else others).append(passage.score)
    if not relevant:
        return ""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _figure()
        bins = [i / 25 for i in range(26)]
        for values, colour, name in ((others, GREY, "other papers"), (relevant, BLUE, "relevant")):
            if values:
                label = f"{name} ({len(values)})"
                axes.hist(values, bins=bins, density=True, color=colour, alpha=0.6, label=label)
        axes.set(xlabel="score of a paper found", ylabel="density", xlim=(0, 1))
        axes.legend()
        return _svg(figure)


def trade_off(points: Sequence[Point], quality: str, cost: str) -> str:
    """Settings, by their numbers in the table, by what they bring and what they cost; "" where a figure is missing."""
    found = [(p.run.figure(quality), p.run.figure(cost)) for p in points]
    if not all(good.n and dear.n for good, dear in found):
        return ""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _figure(6.4, 4.2)
        for place, (good, dear) in enumerate(found, start=1):
            axes.errorbar(
                [dear.value],
                [good.value],
                yerr=[[good.value - good.low], [good.high - good.value]],
                fmt="o",
                color=BLUE,
                ecolor=GREY,
                capsize=2,
            )
            axes.annotate(
                str(place), (dear.value, good.value), textcoords="offset points", xytext=(6, 4), fontsize=8
            )
        axes.set(xlabel=f"{cost}: {BY_NAME[cost].about}", ylabel=quality)
        axes.margins(0.15)
        return _svg(figure)


def history(line: Line, metric: str) -> str:
    """A metric of each run of a line with its interval, oldest first, by commit."""
    found = [run.figure(metric) for run in line.runs]
    commits = [_commit(str(run.run.manifest()["git_commit"])) or run.run.name for run in line.runs]
    places = range(len(found))
    with matplotlib.rc_context(_STYLE):
        figure, axes = _figure(max(4.6, 1 + 0.45 * len(found)))
        axes.errorbar(
            places,
            [f.value for f in found],
            yerr=[[f.value - f.low for f in found], [f.high - f.value for f in found]],
            fmt="o-",
            color=BLUE,
            ecolor=GREY,
            capsize=2,
        )
        axes.set_xticks(places, commits, rotation=45, ha="right")
        axes.set(ylabel=metric)
        axes.margins(0.1)
        return _svg(figure)


def _commit(name: str) -> str:
    """Return a commit's name shortened; the "+" of a changed checkout stays."""
    return name[:7] + "+" * name.endswith("+")


def bars(values: Mapping[str, float], name: str) -> str:
    """A bar a name."""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _figure(5, 0.6 + 0.28 * len(values))
        names = list(values)[::-1]
        axes.barh(names, [values[n] for n in names], color=BLUE, height=0.6)
        for place, n in enumerate(names):
            axes.text(values[n], place, f" {number(values[n], name)}", va="center", fontsize=8)
        axes.set(xlabel=name)
        axes.margins(x=0.12)
        return _svg(figure)


def _figure(width: float = 4.6, height: float = 3.1) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


def _svg(figure: Figure) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    # Neither the XML head nor the reference to a DTD elsewhere has a place in a page.
    return text[text.index("<svg") :].replace(INK, "currentColor")
