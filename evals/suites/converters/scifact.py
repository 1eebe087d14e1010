"""SciFact (Wadden et al. 2020, github.com/allenai/scifact): expert claims with the abstracts that they cite.

Reads a folder with corpus.jsonl (or .gz: `doc_id` or `id`, `title`, `abstract` as text or as a list of sentences) and
claims*.jsonl (`id`, `claim` or `text`, `evidence`, `cited_doc_ids`), or one such claims file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.errors import EvaluationError
from evals.suites.converters.converted import Converted, files, items, text
from evals.suites.lines import json_lines
from evals.suites.suite import Case


def read(path: Path) -> Converted:
    """Read the set in its folder, with all files of claims or only the named one."""
    folder = path if path.is_dir() else path.parent
    claims = files(path, "claims*.jsonl*")
    (corpus, *_) = files(folder, "corpus.jsonl*")
    cases = [case for file in claims for place, data in json_lines(file) if (case := _case(place, data))]
    return Converted(
        title="SciFact",
        measures="Whether the abstracts that an expert's claim cites are found among all.",
        licence="claims CC BY 4.0, corpus ODC-By 1.0 (allenai/scifact)",
        papers=_papers(corpus),
        cases=list({case.id: case for case in cases}.values()),
        settings={"retrieval.k": 10},
    )


def _papers(corpus: Path) -> Iterator[dict[str, Any]]:
    for place, data in json_lines(corpus):
        abstract = data.get("abstract")
        if isinstance(abstract, list):
            abstract = " ".join(str(sentence).strip() for sentence in abstract)
        if not isinstance(abstract, str):
            raise EvaluationError(f"{place}: abstract is missing: name the folder of SciFact.")
        yield {
            "id": text(data, place, "doc_id", "id"),
            "title": text(data, place, "title"),
            "abstract": abstract,
        }


NO_EVIDENCE = "nei"
"""The label of claims that the abstracts they cite neither support nor contradict."""


def _case(place: str, data: dict[str, Any]) -> Case | None:
    """Return the claim as a question; None if it cites nothing."""
    cited = [str(paper) for paper in items(data, place, "cited_doc_ids")]
    if not cited:
        return None
    label = _label(data)
    stated = label != NO_EVIDENCE
    return Case(
        id=text(data, place, "id"),
        question=text(data, place, "claim", "text"),
        relevant=dict.fromkeys(cited, 1) if stated else {},
        answerable=stated,
        kind="" if stated else "not_stated",
        tags=(label,),
    )


def _label(data: dict[str, Any]) -> str:
    """Return "support", "contradict" or "nei" from either layout."""
    if isinstance(data.get("label"), str):
        return str(data["label"]).lower()
    evidence = data.get("evidence")
    parts = [part for group in evidence.values() for part in group] if isinstance(evidence, dict) else []
    labels = [str(part.get("label", "")) for part in parts if isinstance(part, dict)]
    return labels[0].lower() if labels else NO_EVIDENCE
