"""Safe HTML and Markdown: text of papers, models and users stays text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant.core.text.sanitize import displayable, one_line

# Besides HTML's own five: what JavaScript templates and Handlebars read, since Gradio's page runs both.
_HTML = {ord(mark): f"&#{ord(mark)};" for mark in "&<>\"'`${}\\"}
# What formats wherever it stands: emphasis, code, links, HTML, formulas, mentions; the second of a pair, as in "--" and "==";
# what makes a link, an emoji or a reference of the text after it.
_FORMATS = re.compile(
    r"[\\`*_\[\]{}~$^|@]|(?<=[-+=])[-+=]|#(?=\w)|:(?=/)|(?<!\d):(?=\w)|(?<=\])\(|(?<=www)\.", re.I
)
# What makes a heading, a list, a rule or a quotation of the line that begins with it.
_BEGINS = re.compile(r"[-+=:#>]")
_NUMBERS = re.compile(r"(\d{1,9})([.)])")
# What begins a tag or a character reference.
_HTML_BEGINS = re.compile(r"<(?![\s\d=.])|&(?=#?\w+;)")
_CELL = {ord("\\"): "\\\\", ord("|"): "\\|"}


def environment(folder: Path, **values: Any) -> Environment:
    """Return the templates of a folder, with `values` as their global names.

    Every value that a template prints is escaped by `escape`, unless it is `Markup` (of another template). A name that
    has no value is an error. The filter `bdi` isolates the direction of a text.
    """
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=escape,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["bdi"] = isolated
    made.globals.update(values)
    return made


def macros(folder: Path, **values: Any) -> Mapping[str, Callable[..., Markup]]:
    """Return the macros of all `*.html` templates of a folder by "template.macro"."""
    made = environment(folder, **values)
    found: dict[str, Callable[..., Markup]] = {}
    for path in sorted(folder.glob("*.html")):
        for name, macro in vars(made.get_template(path.name).module).items():
            if callable(macro):
                found[f"{path.stem}.{name}"] = macro
    return found


def escape(value: object) -> Markup:
    """Return a value as text of HTML: marks of HTML and of templates become character references, control characters and
    those that change the direction of what follows are removed. `Markup` is returned as it is."""
    return value if isinstance(value, Markup) else Markup(displayable(str(value)).translate(_HTML))


def isolated(text: str) -> Markup:
    """Return escaped text in `<bdi>`, so that right-to-left text does not affect its surroundings."""
    return Markup(f"<bdi>{escape(text)}</bdi>")


def markdown_text(text: str) -> str:
    """Return a text as one line of Markdown that shows exactly this text, without any formatting or HTML.

    People read it unrendered, too: nothing is escaped that formats nothing where it stands.
    """
    shown = _FORMATS.sub(r"\\\g<0>", one_line(text))
    if _BEGINS.match(shown):
        shown = f"\\{shown}"
    elif numbered := _NUMBERS.match(shown):
        shown = f"{numbered[1]}\\{shown[numbered.end(1) :]}"
    return _HTML_BEGINS.sub(lambda mark: "&lt;" if mark[0] == "<" else "&amp;", shown)


def markdown_cell(text: str) -> str:
    """Return a text as a cell of a Markdown table that people also read unrendered: only what ends a cell is escaped."""
    return " ".join(text.split()).translate(_CELL)
