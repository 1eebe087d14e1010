"""Charts in SVG. Axes and words in the page's own colour, light or dark."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, cast

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evals.analysis.agreement import reliability
from evals.analysis.history import Line
from evals.analysis.statistics import Interval
from evals.analysis.summary import Scored
from evals.analysis.sweep import Point
from evals.cases.score import asserted
from evals.metrics.refusal import risk_coverage
from evals.metrics.registry import BY_NAME
from evals.reports.tables import number

# Stands for the colour of the page's text until the SVG is written.
INK = "#010203"
BLUE, RED, GREY = "#3b7dd8", "#d1495b", "#8a8f98"
STYLE = Path(__file__).resolve().parent / "pages" / "charts.mplstyle"
P = ParamSpec("P")


def chart(draw: Callable[Concatenate[Axes, P], bool]) -> Callable[P, str]:
    """Make a function that draws on axes, and returns whether there was anything to draw, one that returns the SVG or ""."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> str:
        with style.context(STYLE):
            figure = Figure(figsize=(4.6, 3.1), layout="constrained")
            return _svg(figure) if draw(figure.add_subplot(), *args, **kwargs) else ""

    return drawn


@chart
def risk(axes: Axes, run: Scored) -> bool:
    """Draw the share of questions answered against the share of these that the library cannot answer; "" without refusals."""
    rows = list(run.rows("aurc").values())
    if len({right for _, right in rows}) < 2:
        return False
    curve = risk_coverage([score for score, _ in rows], [bool(right) for _, right in rows])
    axes.plot(*zip(*curve, strict=True), color=BLUE, label="by falling score")
    found = ((case, run.records.get(case.id)) for case in run.cases)
    answered = [not c.answerable for c, r in found if r and r.answer and asserted(r.answer)]
    if answered:
        here = (len(answered) / len(rows), sum(answered) / len(answered))
        axes.plot([here[0]], [here[1]], "o", color=RED, label="as it answered")
    axes.set(xlim=(0, 1.02), ylim=(0, 1), xlabel="share of questions answered")
    axes.set(ylabel="share of these without an answer here")
    axes.legend()
    return True


@chart
def calibration(axes: Axes, run: Scored) -> bool:
    """Draw the assistant's score that a question can be answered, against how often that is so."""
    rows = list(run.rows("aurc").values())
    if not rows:
        return False
    points = reliability([score for score, _ in rows], [bool(right) for _, right in rows])
    scores, shares, counts = zip(*points, strict=True)
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle="--", label="calibrated")
    axes.plot(scores, shares, color=BLUE)
    sizes = [12 + 200 * n / len(rows) for n in counts]
    axes.scatter(scores, shares, s=sizes, color=BLUE, label="size: cases")
    axes.set(xlim=(-0.02, 1.05), ylim=(-0.02, 1.08), xlabel="score that the question can be answered")
    axes.set(ylabel="share that can be")
    axes.legend(loc="upper left")
    return True


@chart
def latency(axes: Axes, run: Scored) -> bool:
    """Draw how long answers took."""
    seconds = [record.seconds for record in run.records.values() if record.answer]
    if not seconds:
        return False
    axes.ecdf(seconds, color=BLUE)
    for share in (0.5, 0.95):
        axes.axhline(share, color=GREY, linewidth=0.6, linestyle=":")
    axes.set(xlabel="seconds to the whole answer", ylabel="share of answers", ylim=(0, 1.02))
    axes.set_xlim(left=0)
    return True


@chart
def retrieval_scores(axes: Axes, run: Scored) -> bool:
    """Scores of the papers found, relevant ones and others."""
    scores: dict[bool, list[float]] = {False: [], True: []}
    for case in run.cases:
        record = run.records.get(case.id)
        if record and record.answer and case.relevant:
            for passage in record.answer.passages:
                scores[passage.paper_id in case.relevant].append(passage.score)
    if not scores[True]:
        return False
    for relevant, colour, name in ((False, GREY, "other papers"), (True, BLUE, "relevant")):
        if found := scores[relevant]:
            label = f"{name} ({len(found)})"
            axes.hist(found, bins=25, range=(0, 1), density=True, color=colour, alpha=0.6, label=label)
    axes.set(xlabel="score of a paper found", ylabel="density", xlim=(0, 1))
    axes.legend()
    return True


@chart
def trade_off(axes: Axes, points: Sequence[Point], quality: str, cost: str) -> bool:
    """Settings, by their numbers in the table, by what they bring and what they cost; "" where a figure is missing."""
    bring, take = ([point.run.figure(name) for point in points] for name in (quality, cost))
    if not all(figure.n for figure in (*bring, *take)):
        return False
    cast(Figure, axes.figure).set_size_inches(6.4, 4.2)
    places = [figure.value for figure in take]
    _intervals(axes, places, bring, "o")
    for place, (x, figure) in enumerate(zip(places, bring, strict=True), start=1):
        axes.annotate(str(place), (x, figure.value), textcoords="offset points", xytext=(6, 4), fontsize=8)
    axes.set(xlabel=f"{cost}: {BY_NAME[cost].about}", ylabel=quality)
    axes.margins(0.15)
    return True


@chart
def history(axes: Axes, line: Line, metric: str) -> bool:
    """Draw a metric of each run of a line with its interval, oldest first, by commit."""
    found = [run.figure(metric) for run in line.runs]
    cast(Figure, axes.figure).set_size_inches(max(4.6, 1 + 0.45 * len(found)), 3.1)
    _intervals(axes, range(len(found)), found, "o-")
    made = [(str(run.run.manifest()["git_commit"]), run.run.name) for run in line.runs]
    # Shortened; the "+" of a changed checkout stays.
    commits = [commit[:7] + "+" * commit.endswith("+") or name for commit, name in made]
    axes.set_xticks(range(len(found)), commits, rotation=45, ha="right")
    axes.set(ylabel=metric)
    axes.margins(0.1)
    return True


@chart
def bars(axes: Axes, values: Mapping[str, float], name: str) -> bool:
    """Draw a bar for each name."""
    cast(Figure, axes.figure).set_size_inches(5, 0.6 + 0.28 * len(values))
    drawn = axes.barh(list(values)[::-1], list(values.values())[::-1], color=BLUE, height=0.6)
    axes.bar_label(drawn, fmt=lambda value: number(value, name), padding=3, fontsize=8)
    axes.set(xlabel=name)
    axes.margins(x=0.12)
    return bool(values)


def _intervals(axes: Axes, places: Sequence[float], found: Sequence[Interval], marks: str) -> None:
    low, high = [f.value - f.low for f in found], [f.high - f.value for f in found]
    values = [f.value for f in found]
    axes.errorbar(places, values, yerr=[low, high], fmt=marks, color=BLUE, ecolor=GREY, capsize=2)


def _svg(figure: Figure) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    # Neither the XML head nor the reference to a DTD elsewhere has a place in a page.
    return text[text.index("<svg") :].replace(INK, "currentColor")
