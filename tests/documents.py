"""Write the parts of the documents that follow from the code: `make docs`.

In README.md the text between `<!-- NAME -->` and `<!-- end -->` is replaced; the files of docs/reference/ are written whole.
`tests/test_documents.py` fails where a document is not what this program writes.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from unittest import mock

from pydantic import BaseModel
from support.tree import ORDER

from assistant import Settings
from assistant.cli.main import main as assistant_main
from assistant.core.answers.refusal import REFUSALS
from assistant.core.answers.statement import VERDICTS
from assistant.export.formats import REFERENCES, TRANSCRIPTS
from assistant.library.readers.formats import EVERY
from assistant.library.sources.services.registry import SERVICES
from evals.__main__ import main as evals_main
from evals.metrics.registry import METRICS

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = "docs/reference"
# Folders that no `__init__.py` describes.
CAPTIONS = {
    "assistant": "the program; `__init__.py` lists the public names",
    "evals": "the evaluation, over the public names of the program",
    "assistant/web/browser": "what runs in the browser: clicks, downloads and clipboard, keys and scrolling; icons, styles of all, of the "
    "chat, of the other views, of narrow pages",
    "evals/reports/pages": "templates of the report",
    "evals/suites/daily-papers": "the shipped suite",
    "prompts": "what models are told: answer, draft, judge, prefer, repair, standalone, support, verify",
    "evals/suites/two-fields": "two invented fields",
    "evals/suites/four-fields": "four invented fields",
    "evals/suites/past-trade": "an invented field, sealed",
    "evals/suites/languages": "questions in ten languages",
    "tests": "the same folders as the program, and test_<module>.py for each module; studies/ measures parts of the assistant alone and "
    "fits its weights (python -m tests.studies)",
    "docs": "these guides; make docs writes docs/reference and parts of this file",
}
LISTED = ("assistant", "evals")
WIDTH = 125
INDENT = 18
# A caption of more words is cut.
LONG = 7
# Below these, files are named after what they are for.
PLAIN = (
    "evals",
    "assistant/llm/endpoint",
    "assistant/cli",
    "assistant/core/answers",
    "assistant/export",
    "assistant/web/html",
    "assistant/library/chroma",
    "assistant/library/embedding",
    "assistant/library/sources",
    *(f"assistant/library/readers/{folder}" for folder in ("pages", "tables", "tagged", "text", "xml")),
)
# Folders whose files are not listed.
UNLISTED = ("reports/pages", "browser", "services")


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    cells = [list(header), *(list(row) for row in rows)]
    cells.insert(1, ["---"] * len(cells[0]))
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells)


def sections() -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield each section of the settings with its model; the key is no setting of the file."""
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield name, field.annotation


def setting_names() -> str:
    return "\n".join(
        f"- `[{section}]` " + ", ".join(f"`{key}`" for key in model.model_fields)
        for section, model in sections()
    )


def settings() -> str:
    text = "# Settings\n\nIn `assistant.toml` as `[section]` and `key`, or in the environment as `ASSISTANT_SECTION_KEY`.\n"
    for section, model in sections():
        rows = []
        for key, field in model.model_fields.items():
            values = schema_values(model.model_json_schema()["properties"][key])
            default = (
                f"`{field.default!r}`".replace("'", '"').replace("True", "true").replace("False", "false")
            )
            rows.append((f"`{section}.{key}`", default, values, field.description or ""))
        text += f"\n## {section}\n\n{model.__doc__ or ''}\n\n{table(('setting', 'default', 'values', 'meaning'), rows)}\n"
    return text


def schema_values(schema: dict[str, object]) -> str:
    """Return in words what a JSON schema allows: the choices, or the type with its range."""
    if "enum" in schema:
        return " or ".join(f'`"{choice}"`' for choice in schema["enum"])  # type: ignore[attr-defined]
    name = {"integer": "whole number", "number": "number", "boolean": "`true` or `false`", "string": "text"}
    limits = {
        "minimum": "at least",
        "exclusiveMinimum": "above",
        "maximum": "at most",
        "exclusiveMaximum": "below",
    }
    return ", ".join(
        [
            name[str(schema["type"])],
            *(f"{words} {schema[key]}" for key, words in limits.items() if key in schema),
        ]
    )


def help_text(main: Callable[[list[str]], int], *arguments: str) -> str:
    """Return what a command line prints for `--help`, 100 columns wide."""
    output = io.StringIO()
    with (
        mock.patch.dict(os.environ, COLUMNS="100", NO_COLOR="1", TERMINAL_WIDTH="100"),
        contextlib.redirect_stdout(output),
        contextlib.suppress(SystemExit),
    ):
        main([*arguments, "--help"])
    return "\n".join(line.rstrip() for line in output.getvalue().strip().splitlines())


def command_names(main: Callable[[list[str]], int]) -> list[str]:
    """Return the commands that a command line lists in its help, under "Commands"."""
    listed = re.split(r"(?im)^\s*commands?:?$", help_text(main))[-1].strip("\n").split("\n\n")[0]
    indent = min(len(line) - len(line.lstrip()) for line in listed.splitlines() if line.strip())
    return re.findall(rf"(?m)^ {{{indent}}}([a-z]+)", listed)


def commands() -> str:
    text = "# Commands\n"
    for program, main in (("assistant", assistant_main), ("python -m evals", evals_main)):
        text += f"\n## {program}\n\n```\n{help_text(main)}\n```\n"
        for name in command_names(main):
            text += f"\n### {program} {name}\n\n```\n{help_text(main, name)}\n```\n"
    return text


def metrics() -> str:
    rows = [(f"`{m.name}`", m.group, m.better or "neither", m.about) for m in METRICS]
    return (
        "# Metrics\n\nEach figure of an evaluation run. A case that cannot be scored has no score and does not count.\n\n"
        + table(("metric", "group", "better", "meaning"), rows)
        + "\n"
    )


def format_table() -> str:
    rows = [(known.name, ", ".join(f"`{e}`" for e in known.endings), known.contents) for known in EVERY]
    return table(("format", "names end in", "contents"), rows)


def service_table() -> str:
    rows = [(one.name, ", ".join(f"`{e}`" for e in one.examples), one.contents) for one in SERVICES]
    return table(("service", "for example", "contents"), rows)


def format_list() -> str:
    """Return the formats in one paragraph; docs/reference/formats.md has them as a table."""
    names = [f"{known.name} ({', '.join(f'`{ending}`' for ending in known.endings)})" for known in EVERY]
    return textwrap.fill(", ".join(names) + ".", WIDTH, break_on_hyphens=False, break_long_words=False)


def formats() -> str:
    rows = [
        (known.label, f"`.{known.ending}`", content)
        for content, table_of in (("papers", REFERENCES), ("a conversation", TRANSCRIPTS))
        for known in table_of.values()
    ]
    return (
        "# Formats\n\nFiles that can be added, also compressed (gzip, bzip2, xz, Zstandard). A file is recognised by how it begins, else by its name.\n\n"
        f"{format_table()}\n\nServices that papers can be fetched from ([how](../library.md#from-services)).\n\n{service_table()}\n\nFiles that can be downloaded or exported.\n\n"
        f"{table(('format', 'name ends in', 'contents'), rows)}\n"
    )


def verdicts() -> str:
    rows = [(f"`{info.name}`", info.sign, info.words, info.meaning) for info in VERDICTS.values()]
    refusals = [(f"`{kind}`", info.words) for kind, info in REFUSALS.items()]
    return (
        "# Verdicts and refusals\n\nEach statement has one verdict. The steps that lead to it: [models](../models.md).\n\n"
        f"{table(('verdict', 'sign', 'words', 'when'), rows)}\n\nAn answer that is refused has one kind of refusal.\n\n"
        f"{table(('refusal', 'words'), refusals)}\n"
    )


def caption(path: Path) -> str:
    """Return what a folder or a file is for: its line in CAPTIONS, else the beginning of its docstring, or "".

    That is the first sentence without what stands in brackets, and of a long one its first part.
    """
    name = path.relative_to(ROOT).as_posix()
    if name in CAPTIONS:
        return CAPTIONS[name]
    source = path / "__init__.py" if path.is_dir() else path
    if source.suffix != ".py":
        return ""
    docstring = ast.get_docstring(ast.parse(source.read_text())) or ""
    line = re.split(r"[.?](?:\s|$)|;\s", re.sub(r"\s+\([^)]*\)", "", " ".join(docstring.split())))[0]
    for mark in (": ", " -> ", ", "):
        head = line.partition(mark)[0]
        if len(line.split()) > LONG and len(head.split()) > 2:
            line = head
    is_name = any(ch.isupper() for ch in line.split(" ")[0][1:])
    return line if is_name else line[:1].lower() + line[1:]


def entries(folder: Path) -> list[Path]:
    """Return the folders in a folder: those of ORDER in that order, others by name."""
    ranks = {name: rank for rank, name in enumerate(ORDER.get(folder.name, "").split())}
    inside = [
        path
        for path in folder.iterdir()
        if path.is_dir() and path.name[0] not in "._" and any(path.glob("*.*"))
    ]
    return sorted(inside, key=lambda path: (ranks.get(path.name, len(ranks)), path.name))


def name_of(path: Path, files: list[Path]) -> str:
    """Return a file's name; without `.py`, but with the ending of its template or table of the same name: "lexicon+.toml"."""
    if path.suffix != ".py":
        return path.name
    beside = [other.suffix for other in files if other.stem == path.stem and other.suffix != ".py"]
    return path.stem + "".join(f"+{suffix}" for suffix in beside)


def branch(folder: Path, depth: int = 0) -> Iterator[str]:
    """Yield the lines of a folder and of all folders in it: name, caption, files."""
    files = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(("_", "."))]
    entry = [
        name_of(path, files)
        + (
            f" ({text})"
            if not path.relative_to(ROOT).as_posix().startswith(PLAIN) and (text := caption(path))
            else ""
        )
        for path in sorted(files)
        if path.with_suffix(".py") not in files or path.suffix == ".py"
    ]
    head = f"{'  ' * depth}{folder.name}/".ljust(INDENT)
    text = ": ".join(
        filter(None, (caption(folder), ", ".join(() if folder.as_posix().endswith(UNLISTED) else entry)))
    )
    yield textwrap.fill(
        text, WIDTH, initial_indent=head, subsequent_indent=" " * INDENT, break_on_hyphens=False
    )
    for path in entries(folder):
        yield from branch(path, depth + 1)


def tree() -> str:
    lines = [line for name in LISTED for line in [*branch(ROOT / name), ""]]
    lines += [
        textwrap.fill(
            CAPTIONS[name], WIDTH, initial_indent=f"{name}/".ljust(INDENT), subsequent_indent=" " * INDENT
        )
        for name in ("prompts", "tests", "docs")
    ]
    return "```\n" + "\n".join(lines) + "\n```"


def documents() -> dict[str, str]:
    """Return every document that has generated parts, as it should be, by its path."""
    readme = (ROOT / "README.md").read_text()
    for name, write in {"formats": format_list, "settings": setting_names, "tree": tree}.items():
        before, mark, rest = readme.partition(f"<!-- {name} -->\n")
        readme = f"{before}{mark}\n{write()}\n\n<!-- end -->{rest.partition('<!-- end -->')[2]}"
    writers = (settings, commands, metrics, formats, verdicts)
    return {"README.md": readme} | {f"{REFERENCE}/{write.__name__}.md": write() for write in writers}


def main() -> int:
    """Write every document that has changed."""
    for name, text in documents().items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
