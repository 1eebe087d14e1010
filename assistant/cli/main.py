"""Commands and options of `assistant`."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import __version__
from assistant.cli import library as library_commands
from assistant.cli.entry import command_line, run
from assistant.cli.filters import filtered
from assistant.cli.options import Options, library_to_read, print_json
from assistant.core.length import Length
from assistant.library.readers.formats import EVERY
from assistant.library.sources.services.registry import SERVICES

if TYPE_CHECKING:
    from assistant.library.identity.where import Where

app = command_line(
    "assistant", "Ask a library of paper abstracts; every sentence of an answer carries its evidence."
)
app.add_typer(library_commands.app)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0, 1 for a user's error, 2 for wrong usage, 130 for Ctrl-C."""
    # Libraries that we use would otherwise look for updates or send counts.
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    return run(app, argv)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"assistant {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    ctx: typer.Context,
    library: Annotated[
        str | None,
        typer.Option(
            metavar="DIR|URL",
            envvar="ASSISTANT_LIBRARY",
            help="Folder of the library (default: yours), or http://HOST:PORT/NAME of one on a Chroma server.",
        ),
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Use the sample library.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Write a log (see `assistant config`).")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    if verbose:
        _log_to_file()
    ctx.obj = Options(library, sample, json)


@app.command("formats")
def _formats() -> None:
    """List the formats of files that can be added, and the services that papers can be fetched from."""
    for known in (*EVERY, *SERVICES):
        print(known)


@app.command("ask")
@filtered
def _ask(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION")],
    k: Annotated[int | None, typer.Option("-k", min=1, max=50, metavar="N", help="Papers to read.")] = None,
    fallback: Annotated[
        bool, typer.Option("--fallback", help="Answer with quotes if the model fails.")
    ] = False,
    length: Annotated[
        Length | None, typer.Option("--length", help="How long the answer is; default: answer.length.")
    ] = None,
    *,
    where: Where | None,
) -> None:
    """Answer a question."""
    from assistant.cli.progress import LiveAnswer
    from assistant.cli.text import answer_text

    with library_to_read(ctx.obj) as library, LiveAnswer(sys.stderr) as live:
        answer = live.follow(library.stream(question, k=k, fallback=fallback, where=where, length=length))
    if ctx.obj.json:
        print_json(answer.to_json())
    else:
        print(answer_text(answer))


@app.command("search")
@filtered
def _search(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION")],
    k: Annotated[int, typer.Option("-k", min=1, max=200, metavar="N", help="Papers to print.")] = 10,
    *,
    where: Where | None,
) -> None:
    """Find papers."""
    from assistant.cli.text import passage_json, passages_text

    with library_to_read(ctx.obj) as library:
        passages = library.search(question, k, where=where)
    if ctx.obj.json:
        print_json([passage_json(passage) for passage in passages])
    else:
        print(passages_text(passages) or "Nothing found.")


@app.command("verify")
def _verify(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A text file, or - for standard input.")],
    paper: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Check against this paper only (repeatable).")
    ] = None,
) -> None:
    """Check your own text against the papers it cites."""
    from assistant.cli.text import statements_text

    text = _read_text(file)
    with library_to_read(ctx.obj) as library:
        statements = library.verify(text, paper or None)
        ids = {p for s in statements for p in (*s.citations, *s.suggested, *(e.paper_id for e in s.evidence))}
        titles = {paper_id: library.paper(paper_id).title for paper_id in ids}
    if ctx.obj.json:
        print_json([asdict(statement) for statement in statements])
    else:
        print(statements_text(statements, titles) or "No sentence to check.")


@app.command("chat")
def _chat(
    ctx: typer.Context,
    port: int = 7860,
    host: str = "127.0.0.1",
    root_path: Annotated[
        str, typer.Option(metavar="PATH", help="Path under which a proxy shows the chat, like /papers.")
    ] = "",
) -> None:
    """Open the chat in a browser."""
    from assistant.web import serve

    serve(ctx.obj.library, sample=ctx.obj.sample, host=host, port=port, root_path=root_path)


@app.command("config")
def _config(ctx: typer.Context) -> None:
    """Show the settings and where files are."""
    from assistant.cli.config import describe, describe_json

    if ctx.obj.json:
        print_json(describe_json(ctx.obj.library))
    else:
        print(describe(ctx.obj.library))


@app.command("models")
def _models(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="MODEL", help="Model to try; default: that of the settings, else the first one."
        ),
    ] = "",
) -> None:
    """List the models that answer on this machine, and make one short call of one."""
    from assistant.cli.text import models_json, models_text
    from assistant.core.settings import Settings
    from assistant.llm.discovery import ServedModel, servers, tried

    settings = Settings.load()
    listed = list(servers(settings))
    offered = [model for server in listed for model in server.models]
    local = [model for server in listed if server.name != "OpenAI" for model in server.models]
    wanted = name or settings.llm.model
    chosen = next((model for model in offered if model.model == wanted), None)
    if wanted and (chosen is None or not name):
        chosen = ServedModel(wanted, settings.llm.base_url)
    # Nobody pays for a trial that they did not choose.
    chosen = chosen or next(iter(local), None)
    trial = tried(settings, chosen) if chosen else None
    if ctx.obj.json:
        print_json(models_json(listed, trial))
    else:
        print(models_text(listed, trial))


def _read_text(name: str) -> str:
    from assistant.library.readers.files.textfile import open_text

    if name == "-":
        return sys.stdin.read()
    with open_text(Path(name)) as text:
        return text.file.read().replace("\r\n", "\n")


class _Formatter(logging.Formatter):
    """Lines of the log; libraries write addresses with the passwords in them."""

    def format(self, record: logging.LogRecord) -> str:
        from assistant.core.settings import without_passwords

        return without_passwords(super().format(record))


def _log_to_file() -> None:
    from assistant.core.settings import log_path

    path = log_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path)
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("assistant").setLevel(logging.DEBUG)


if __name__ == "__main__":
    sys.exit(main())
