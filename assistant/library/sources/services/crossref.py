"""Crossref: a paper by its DOI (https://api.crossref.org/swagger-ui/)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from urllib.parse import quote

from assistant.core.errors import SourceError
from assistant.core.json_values import is_json
from assistant.core.paper import bare_doi
from assistant.library.readers.objects.jsonl import read as read_json
from assistant.library.readers.problem import Located, Problem
from assistant.library.sources.services.service import Ask

_ARXIV = "10.48550/arxiv."


def whole(text: str) -> bool:
    """Return whether a reply came to its end."""
    return is_json(text)


def normal(wanted: str) -> str:
    """Return what is wanted in its one form. Raises `SourceError` for what is none."""
    doi = bare_doi(wanted)
    if not re.fullmatch(r"10\.\d{4,9}(?:\.\d+)*/\S+", doi):
        raise SourceError(f"{wanted!r} is no DOI: they look like 10.1038/nature14539.")
    if doi.lower().startswith(_ARXIV):
        raise SourceError(f"Crossref does not have arXiv's own DOIs: add arxiv:{doi[len(_ARXIV) :]}.")
    return doi


def read(wanted: str, source: str, ask: Ask) -> Iterator[Located | Problem]:
    """Ask for what is wanted, and yield its papers and Problems."""
    reply = ask(f"/works/{quote(wanted, safe='')}")
    if not reply.found:
        raise SourceError(
            f"Crossref has no paper {wanted}: check the DOI (those of data sets and theses are mostly not at Crossref)."
        )
    yield from read_json(io.StringIO(reply.text), source)
