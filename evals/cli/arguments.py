"""The arguments of `python -m evals`."""

from __future__ import annotations

import argparse
from pathlib import Path

from evals.suites.converters import FORMATS

RUNS = Path("runs")
STUDIES = ("retrieval", "claims", "corruptions", "follow-ups")


def parser() -> argparse.ArgumentParser:
    """All commands with their arguments."""
    root = argparse.ArgumentParser(
        prog="python -m evals", description="Evaluation suites: run them, compare runs, make your own."
    )
    commands = root.add_subparsers(required=True, dest="command", metavar="COMMAND")
    _run(commands.add_parser("run", help="run suites, or go on with a run that was interrupted"))
    _sweep(commands.add_parser("sweep", help="run a suite under every combination of some settings"))
    compare = commands.add_parser("compare", help="two runs beside each other")
    compare.add_argument("before", metavar="RUN")
    compare.add_argument("after", metavar="RUN")
    compare.add_argument("--html", type=Path, metavar="FILE", help="also as a page")
    report = commands.add_parser(
        "report", help="a run's figures again, and its report.html, report.md, junit.xml"
    )
    report.add_argument("run", metavar="RUN")
    gate = commands.add_parser(
        "gate", help="exit code 1 where a run misses a threshold or is worse than a baseline"
    )
    gate.add_argument("run", metavar="RUN")
    gate.add_argument("--baseline", metavar="RUN")
    commands.add_parser("runs", help="list runs")
    for command in (compare, report, gate, commands.choices["runs"]):
        command.add_argument(
            "--runs", type=Path, default=RUNS, metavar="DIR", help="where runs are kept (runs)"
        )
    _new(
        commands.add_parser("new", help="make a suite: from a template, feedback, or drafted from a library")
    )
    confirm = commands.add_parser("confirm", help="look through drafted cases one by one")
    confirm.add_argument("suite", metavar="FOLDER")
    convert = commands.add_parser("convert", help="make a suite of a public set that is on your disk")
    convert.add_argument("format", choices=sorted(FORMATS))
    convert.add_argument("path", type=Path, metavar="PATH")
    convert.add_argument("--to", type=Path, required=True, metavar="FOLDER")
    convert.add_argument(
        "--limit", type=int, metavar="N", help="a random sample of N cases (the library stays whole)"
    )
    _parts(commands)
    return root


def _choice(command: argparse.ArgumentParser) -> None:
    command.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE", dest="changes", help="a setting, or judge.model, judge.base_url ...")  # fmt: skip
    command.add_argument("--tag", action="append", default=[], metavar="TAG", dest="tags", help="only cases with this tag")  # fmt: skip
    command.add_argument("--held-out", action="store_true", help="the cases kept for published figures, instead of the others")  # fmt: skip
    command.add_argument("--workers", type=int, default=0, metavar="N", help="cases at the same time (2; 8 with a model)")  # fmt: skip
    command.add_argument(
        "--offline", action="store_true", help="ask no endpoint: take the replies that are kept"
    )
    command.add_argument("--yes", action="store_true", help="do not ask before money is spent")
    command.add_argument("--cap", type=float, metavar="MONEY", help="begin no case after this much is spent")
    command.add_argument("--cap-tokens", type=int, metavar="N", help="the same in tokens")
    command.add_argument("--runs", type=Path, default=RUNS, metavar="DIR", help="where runs are kept (runs)")


def _run(command: argparse.ArgumentParser) -> None:
    command.add_argument("suites", nargs="*", default=["daily-papers"], metavar="SUITE", help="a shipped suite's name, or a folder (daily-papers)")  # fmt: skip
    _choice(command)
    command.add_argument("--name", default="", help="of the run; default: suite and time")
    command.add_argument("--baseline", metavar="RUN", help="the gate also compares with this run")


def _sweep(command: argparse.ArgumentParser) -> None:
    command.add_argument("suite", metavar="SUITE")
    command.add_argument("--grid", action="append", required=True, metavar="SECTION.KEY=A,B,...", help="values to try; several --grid are combined")  # fmt: skip
    _choice(command)
    command.add_argument("--html", type=Path, metavar="FILE", help="the trade-off as a page")


def _new(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", type=Path, metavar="FOLDER")
    source = command.add_mutually_exclusive_group()
    source.add_argument("--from-feedback", type=Path, nargs="?", const=Path(), metavar="FILE", help="cases of what users said in the chat (default: what is kept on this machine)")  # fmt: skip
    source.add_argument(
        "--draft", type=int, metavar="N", help="draft N cases from the library, for you to confirm"
    )
    command.add_argument("--library", type=Path, metavar="DIR", help="your library (default: the sample)")


def _parts(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    calibrate = commands.add_parser(
        "calibrate", help="verdicts, or a judge's grades, against people's labels"
    )
    calibrate.add_argument("run", nargs="?", metavar="RUN", help="a judged run; without one: the verdicts on the labelled statements")  # fmt: skip
    calibrate.add_argument(
        "--labels", type=Path, metavar="FILE.jsonl", help="of a run: one {case, grade} a line"
    )
    calibrate.add_argument("--judge", default="", metavar="MODEL", help='also under this model\'s verdicts, or those of "scripted"')  # fmt: skip
    calibrate.add_argument("--held-out", action="store_true", help="the reporting half of the statements")
    calibrate.add_argument("--runs", type=Path, default=RUNS, metavar="DIR")
    study = commands.add_parser("study", help="parts of the assistant, measured by themselves")
    study.add_argument("study", choices=STUDIES)
    study.add_argument("--held-out", action="store_true", help="the reporting half")
    fit = commands.add_parser("fit", help="fit assistant/core/weights.json anew")
    bench = commands.add_parser("bench", help="speed, as ratios")
    for command in (study, fit, bench):
        command.add_argument("--keep", type=Path, metavar="DIR", help="keep libraries made for it in DIR")
