"""Table of services, and which of them a source names. To add one, write an `Asked` module here and give it a row in SERVICES."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.library.readers.problem import Located, Problem
from assistant.library.sources.services.service import Service

if TYPE_CHECKING:
    from assistant.library.sources.services.http import ServiceClient

SERVICES = (
    Service(
        "arXiv",
        "arxiv",
        "arxiv",
        ("arxiv:1706.03762", "arxiv:cat:cs.CL?since=2026-11-01"),
        "papers by their ids, and those of a category that were submitted since a day (`&until=` ends it)",
        "arxiv",
        pause=3.0,
    ),
    Service(
        "Crossref",
        "doi",
        "crossref",
        ("doi:10.1038/nature14539",),
        "a paper by its DOI; many records have no abstract",
        "crossref",
        # It allows five requests a second to whom it does not know.
        pause=0.2,
        contact="mailto",
    ),
    Service(
        "PubMed",
        "pmid",
        "pubmed",
        ("pmid:26017442",),
        "papers by their PubMed ids",
        "pubmed",
        # Three requests a second.
        pause=0.34,
        contact="email",
    ),
    Service(
        "Hugging Face Daily Papers",
        "hf-daily",
        "daily_papers",
        ("hf-daily:2026-08-20",),
        "the papers of a day",
        "daily_papers",
        pause=0.5,
    ),
    Service(
        "Zotero",
        "zotero",
        "zotero",
        ("zotero:",),
        "your own library, while Zotero runs on this machine",
        "zotero",
        headers={"Zotero-API-Version": "3"},
        closed="in Zotero's settings under Advanced, allow other applications on this computer to communicate with Zotero",
        silent="start Zotero 7 or newer, allow other applications to communicate with it (settings, Advanced)",
    ),
)


@dataclass(frozen=True)
class Named:
    """What a source names at a service."""

    service: Service
    wanted: str

    def __str__(self) -> str:
        return f"{self.service.prefix}:{self.wanted}"

    def read(self, client: ServiceClient) -> Iterator[Located | Problem]:
        """Yield its papers and Problems, each with this as its source. Raises `SourceError`."""
        return self.service.asked.read(self.wanted, str(self), client.asking(self.service))


def named(source: object) -> Named | None:
    """Return what a source names at a service; None for a path, and where a file has this name.

    Raises `SourceError` for what no paper of the service can be called.
    """
    prefix, colon, wanted = source.partition(":") if isinstance(source, str) else ("", "", "")
    service = next((one for one in SERVICES if one.prefix == prefix.strip().lower()), None)
    if not colon or service is None or os.path.exists(str(source)):
        return None
    return Named(service, service.asked.normal(wanted.strip()))
