"""SciFact (Wadden et al. 2020, github.com/allenai/scifact): expert claims with the abstracts that they cite.

Reads a folder with corpus.jsonl (or .gz: `doc_id` or `id`, `title`, `abstract` as text or as a list of sentences) and
claims*.jsonl (`id`, `claim` or `text`, `evidence`, `cited_doc_ids`), or one such claims file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, Field

from evals.suites.converters.converted import Converted, files
from evals.suites.lines import Row, read_rows
from evals.suites.suite import Case


class Document(Row):
    """A paper; its abstract in sentences or in one text."""

    id: str = Field(validation_alias=AliasChoices("doc_id", "id"))
    title: str
    abstract: list[str] | str


class Claim(Row):
    """A claim, with its label or with labelled evidence by paper."""

    id: str
    claim: str = Field(validation_alias=AliasChoices("claim", "text"))
    cited_doc_ids: list[str] = Field(default_factory=list)
    evidence: Any = None
    label: str = ""


def read(path: Path) -> Converted:
    """Read the set in its folder, with all files of claims or only the named one."""
    folder = path if path.is_dir() else path.parent
    claims = files(path, "claims*.jsonl*")
    (corpus, *_) = files(folder, "corpus.jsonl*")
    cases = [_case(claim) for file in claims for _, claim in read_rows(file, Claim) if claim.cited_doc_ids]
    return Converted(
        title="SciFact",
        measures="Whether the abstracts that an expert's claim cites are found among all.",
        licence="claims CC BY 4.0, corpus ODC-By 1.0 (allenai/scifact)",
        papers=_papers(corpus),
        cases=list({case.id: case for case in cases}.values()),
        settings={"retrieval.k": 10},
    )


def _papers(corpus: Path) -> Iterator[dict[str, Any]]:
    for _, one in read_rows(corpus, Document):
        abstract = one.abstract if isinstance(one.abstract, str) else " ".join(one.abstract)
        yield {"id": one.id, "title": one.title, "abstract": abstract}


NO_EVIDENCE = "nei"
"""The label of claims that the abstracts they cite neither support nor contradict."""


def _case(claim: Claim) -> Case:
    label = _label(claim)
    stated = label != NO_EVIDENCE
    return Case(
        id=claim.id,
        question=claim.claim,
        relevant=dict.fromkeys(claim.cited_doc_ids, 1) if stated else {},
        answerable=stated,
        kind="" if stated else "not_stated",
        tags=(label,),
    )


def _label(claim: Claim) -> str:
    """Return "support", "contradict" or "nei"."""
    found = claim.evidence.values() if isinstance(claim.evidence, dict) else ()
    labels = [str(part.get("label", "")) for group in found for part in group if isinstance(part, dict)]
    return (claim.label or next(iter(labels), NO_EVIDENCE)).lower()
