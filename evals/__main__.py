"""`python -m evals run|calibrate|bench`: the suites, what they say, and what is fitted on them."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import AssistantError
from evals import bench, claims, corruptions, questions, refusals, retrieval, statements

SUITES = ("questions", "statements", "refusals", "retrieval", "claims", "corruptions")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; the exit code is 1 for what a user can cure."""
    parser = argparse.ArgumentParser(prog="python -m evals", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")
    run = commands.add_parser("run", help="run suites")
    run.add_argument(
        "suites",
        nargs="*",
        metavar="SUITE",
        help=f"of {', '.join(SUITES)} (default: those of this repository)",
    )
    run.add_argument("--half", choices=("fit", "report"), default="report", help="default: report")
    run.add_argument(
        "--judge",
        default="",
        metavar="MODEL",
        help='statements also under the verdicts of this model at the endpoint of the settings, or of "scripted"',
    )
    run.add_argument(
        "--draw", type=Path, metavar="FILE.svg", help="refusals: draw the risk-coverage curve as SVG"
    )
    commands.add_parser("calibrate", help="fit assistant/fitted.json")
    commands.add_parser("bench", help="speed, as ratios")
    for command in commands.choices.values():
        command.add_argument("--keep", type=Path, metavar="DIR", help="keep libraries made for it in DIR")
    arguments = parser.parse_args(argv)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            folder = arguments.keep or Path(scratch)
            return _run(arguments, folder)
    except AssistantError as exc:
        print(f"evals: {exc}", file=sys.stderr)
        return 1


def _run(arguments: argparse.Namespace, folder: Path) -> int:
    if arguments.command == "calibrate":
        from evals.fitting import calibrate

        print(calibrate(folder)["thresholds"])
        return 0
    if arguments.command == "bench":
        for measure in (bench.warm, bench.checking, bench.cold, lambda: bench.adding(folder)):
            print(measure(), flush=True)
        return 0
    unknown = set(arguments.suites) - set(SUITES)
    if unknown:
        raise AssistantError(f"No suite {', '.join(sorted(unknown))}: there are {', '.join(SUITES)}.")
    for name in arguments.suites or SUITES[:3]:
        print(_suite(name, arguments, folder), end="\n\n", flush=True)
    return 0


def _suite(name: str, arguments: argparse.Namespace, folder: Path) -> str:
    half: str = arguments.half
    if name == "questions":
        return questions.render(questions.run())
    if name == "statements":
        return statements.report(half, arguments.judge)
    if name == "refusals":
        outcomes = refusals.run(half)
        if arguments.draw:
            refusals.draw(outcomes, arguments.draw)
        return refusals.render(outcomes, half)
    if name == "corruptions":
        return corruptions.render(corruptions.run(half, folder), half)
    if name == "retrieval":
        return retrieval.render(retrieval.run(half, folder))
    return "\n".join(claims.render(r) for r in (claims.scifact(half, folder), claims.healthver(half, folder)))


if __name__ == "__main__":
    sys.exit(main())
