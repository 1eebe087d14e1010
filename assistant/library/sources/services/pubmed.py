"""PubMed: papers by their ids, from NCBI's E-utilities (https://www.ncbi.nlm.nih.gov/books/NBK25499/)."""

from __future__ import annotations

import io
from collections.abc import Iterator

from llama_index.core.utils import iter_batch

from assistant.core.errors import SourceError
from assistant.core.settings import APP
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.xml.elements import is_whole
from assistant.library.readers.xml.records import read as read_xml
from assistant.library.sources.services.service import Ask, missing

_IDS = 200


def whole(text: str) -> bool:
    """Return whether a reply came to its end."""
    return is_whole(io.StringIO(text), "PubmedArticleSet")


def normal(wanted: str) -> str:
    """Return what is wanted in its one form. Raises `SourceError` for what is none."""
    ids = list(dict.fromkeys(one.strip().lstrip("0") for one in wanted.split(",")))
    for one in ids:
        if not (one.isascii() and one.isdecimal() and len(one) < 10):
            raise SourceError(f"{one!r} is no PubMed id: they are numbers like 26017442.")
    return ",".join(ids)


def read(wanted: str, source: str, ask: Ask) -> Iterator[Located | Problem]:
    """Ask for what is wanted, and yield its papers and Problems."""
    ids = wanted.split(",")
    found: set[str] = set()
    for batch in iter_batch(ids, _IDS):
        reply = ask("/efetch.fcgi", db="pubmed", id=",".join(batch), retmode="xml", tool=APP)
        for record in read_xml(io.StringIO(reply.text), source) if reply.found else ():
            if isinstance(record, Located):
                found.add(record.paper.pmid)
            yield record
    yield from missing("PubMed", "id", ids, found, source)
