"""The command line. Catches `AssistantError` once, prints one line, exits 1; Ctrl-C exits 130."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import __version__
from assistant.core.errors import AssistantError, SourceError
from assistant.export.bibliography import FORMATS

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.library.sync import AddReport


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; returns the exit code: 0, 1 for what a user can cure, 2 for wrong usage, 130 for Ctrl-C."""
    _defaults()
    arguments = _parser().parse_args(argv)
    try:
        if arguments.verbose:
            _log_to_file()
        command: Callable[[argparse.Namespace], int] = arguments.run
        return command(arguments)
    except AssistantError as exc:
        print(f"assistant: {' '.join(str(exc).split())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("assistant: interrupted; what was finished is kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has left (`| head`); nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _defaults() -> None:
    # Libraries below us would otherwise look for updates or send counts.
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="assistant",
        description="Ask a library of paper abstracts; every sentence of an answer carries its evidence.",
    )
    parser.add_argument("--version", action="version", version=f"assistant {__version__}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--library",
        metavar="DIR",
        type=Path,
        help="the library's folder (default: $ASSISTANT_LIBRARY, or yours)",
    )
    common.add_argument("--sample", action="store_true", help="use the sample library")
    common.add_argument("--json", action="store_true", help="print JSON")
    common.add_argument("-v", "--verbose", action="store_true", help="write a log (see `assistant config`)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text, parents=[common])
        sub.set_defaults(run=run)
        return sub

    add = command("add", _add, "add papers from files: BibTeX, RIS, a Daily Papers page, JSONL or CSV")
    add.add_argument("files", nargs="+", metavar="FILE")
    ask = command("ask", _ask, "answer a question")
    ask.add_argument("question")
    ask.add_argument("-k", type=int, choices=range(1, 51), metavar="N", help="papers to read, 1 to 50")
    search = command("search", _search, "find papers")
    search.add_argument("question")
    search.add_argument(
        "-k", type=int, default=10, choices=range(1, 201), metavar="N", help="how many, 1 to 200"
    )
    verify = command("verify", _verify, "check a text of yours against the papers it cites")
    verify.add_argument("file", help="a text file, or - for standard input")
    verify.add_argument(
        "--paper", action="append", metavar="ID", help="check against this paper only (repeatable)"
    )
    command("list", _list, "list the papers of the library")
    export = command("export", _export, "print papers as references for other programs")
    export.add_argument("ids", nargs="*", metavar="ID", help="default: all papers of the library")
    export.add_argument("--format", choices=sorted(FORMATS), default="bibtex", help="default: bibtex")
    remove = command("remove", _remove, "remove papers")
    remove.add_argument("ids", nargs="+", metavar="ID")
    chat = command("chat", _chat, "open the chat in a browser")
    chat.add_argument("--port", type=int, default=7860, help="default 7860")
    chat.add_argument("--host", default="127.0.0.1", help="default 127.0.0.1")
    chat.add_argument(
        "--root-path",
        default="",
        metavar="PATH",
        help="the path under which a proxy shows the chat, as /papers",
    )
    command("config", _config, "show settings and where files lie")
    return parser


def _library(arguments: argparse.Namespace) -> Assistant:
    from assistant.assistant import Assistant

    if arguments.sample:
        return Assistant.sample()
    return Assistant(arguments.library or os.environ.get("ASSISTANT_LIBRARY") or None)


def _readable(arguments: argparse.Namespace) -> Assistant:
    """The library to read from: the user's, or the sample library while that is empty and none was named."""
    library = _library(arguments)
    named = arguments.sample or arguments.library or os.environ.get("ASSISTANT_LIBRARY")
    if named or library.exists():
        return library
    print(
        "assistant: your library is empty, so the sample library answers (summaries written for this demo); "
        "`assistant add FILE` fills yours.",
        file=sys.stderr,
    )
    arguments.sample = True
    return _library(arguments)


def _print_json(value: object) -> None:
    from assistant.cli.text import to_json

    print(to_json(value))


def _add(arguments: argparse.Namespace) -> int:
    if arguments.sample:
        raise SourceError("The sample library is read-only: leave --sample away to add to your own.")
    from assistant.cli.progress import ProgressBar

    with _library(arguments) as library, ProgressBar(sys.stderr, "adding", "papers") as bar:
        report = library.add(*arguments.files, progress=lambda step: bar.show(step.read, step.total))
    if arguments.json:
        _print_json(_report_json(report))
    else:
        papers = len(report.added) + len(report.changed) + len(report.unchanged)
        print(f"{papers} papers: {report}")
        for problem in report.problems:
            print(f"  {problem}", file=sys.stderr)
    return 0


def _report_json(report: AddReport) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(report)


def _ask(arguments: argparse.Namespace) -> int:
    from assistant.cli.text import answer_text

    with _readable(arguments) as library:
        answer = library.ask(arguments.question, k=arguments.k)
    if arguments.json:
        _print_json(answer.to_json())
    else:
        print(answer_text(answer))
    return 0


def _search(arguments: argparse.Namespace) -> int:
    from assistant.cli.text import passage_json, passages_text

    with _readable(arguments) as library:
        passages = library.search(arguments.question, arguments.k)
    if arguments.json:
        _print_json([passage_json(p) for p in passages])
    else:
        print(passages_text(passages) or "Nothing found.")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from assistant.cli.text import statements_text

    text = _text(arguments.file)
    with _readable(arguments) as library:
        statements = library.verify(text, arguments.paper)
        ids = {p for s in statements for p in (*s.citations, *s.suggested, *(e.paper_id for e in s.evidence))}
        titles = {paper_id: library.paper(paper_id).title for paper_id in ids}
    if arguments.json:
        _print_json([asdict(s) for s in statements])
    else:
        print(statements_text(statements, titles) or "No sentence to check.")
    return 0


def _text(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except OSError as exc:
        raise SourceError(f"{name} cannot be read: {exc.strerror or exc}.") from exc
    except UnicodeDecodeError as exc:
        raise SourceError(
            f"{name} is not UTF-8 text (byte {exc.start}): convert it, for example with iconv."
        ) from exc


def _list(arguments: argparse.Namespace) -> int:
    with _readable(arguments) as library:
        papers = library.papers()
    if arguments.json:
        _print_json([paper.to_json() for paper in papers])
    else:
        for paper in papers:
            print(f"{paper.id}\t{paper.title}")
    return 0


def _export(arguments: argparse.Namespace) -> int:
    with _readable(arguments) as library:
        papers = (
            [library.paper(paper_id) for paper_id in arguments.ids] if arguments.ids else library.papers()
        )
    # The formats say how their lines end.
    sys.stdout.write(FORMATS[arguments.format](papers))
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    if arguments.sample:
        raise SourceError("The sample library is read-only.")
    with _library(arguments) as library:
        for paper_id in arguments.ids:
            library.remove(paper_id)
    if arguments.json:
        _print_json({"removed": arguments.ids})
    else:
        print(f"Removed {', '.join(arguments.ids)}.")
    return 0


def _chat(arguments: argparse.Namespace) -> int:
    from assistant.web import serve

    named = arguments.library or os.environ.get("ASSISTANT_LIBRARY")
    serve(
        Path(named) if named else None,
        sample=arguments.sample,
        host=arguments.host,
        port=arguments.port,
        root_path=arguments.root_path,
    )
    return 0


def _config(arguments: argparse.Namespace) -> int:
    from assistant.cli.config import describe, describe_json

    named = arguments.library or os.environ.get("ASSISTANT_LIBRARY")
    library = Path(named) if named else None
    if arguments.json:
        _print_json(describe_json(library))
    else:
        print(describe(library))
    return 0


def _log_to_file() -> None:
    from assistant.core.settings import log_path

    path = log_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        filename=path, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("assistant").setLevel(logging.DEBUG)


if __name__ == "__main__":
    sys.exit(main())
