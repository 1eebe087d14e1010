"""Daily Papers of Hugging Face: the papers of a day (https://huggingface.co/docs/hub/api)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

from assistant.core.errors import SourceError
from assistant.core.json_values import is_json
from assistant.library.readers.objects.jsonl import read as read_json
from assistant.library.readers.problem import Located, Problem
from assistant.library.sources.services.arxiv import is_day
from assistant.library.sources.services.service import Ask

_EXAMPLE = "hf-daily:2026-08-20"
_PAGE = 100
_MOST_PAGES = 50


def whole(text: str) -> bool:
    """Return whether a reply came to its end."""
    return is_json(text)


def normal(wanted: str) -> str:
    """Return what is wanted in its one form. Raises `SourceError` for what is none."""
    if not is_day(wanted):
        raise SourceError(f"{wanted!r} is no day: name one as in {_EXAMPLE}.")
    return wanted


def read(wanted: str, source: str, ask: Ask) -> Iterator[Located | Problem]:
    """Ask for what is wanted, and yield its papers and Problems."""
    for page in range(_MOST_PAGES):
        reply = ask(date=wanted, limit=_PAGE, p=page)
        papers = json.loads(reply.text) if reply.found else []
        if not isinstance(papers, list):
            raise SourceError("Hugging Face sent no list of papers: try again later.")
        if not papers and not page:
            raise SourceError(f"Hugging Face has no daily papers of {wanted}: name another day.")
        yield from read_json(io.StringIO(json.dumps(papers)), source) if papers else ()
        if len(papers) < _PAGE:
            return
