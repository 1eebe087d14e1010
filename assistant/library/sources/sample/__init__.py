"""72 sample papers, each with a summary written for this demo in place of its abstract."""

from __future__ import annotations

from importlib.resources import as_file, files

from assistant.core.paper import Paper
from assistant.library.readers import read

NOTE = "Summary written for this demo, not the authors' abstract."


def sample_papers() -> list[Paper]:
    """Return the sample papers, each with a note that says what its text is."""
    with as_file(files("assistant.library.sources.sample").joinpath("papers.jsonl")) as path:
        records = list(read(path))
    papers = [record for record in records if isinstance(record, Paper)]
    return [
        Paper(
            id=paper.id,
            title=paper.title,
            abstract=paper.abstract,
            url=paper.url,
            source="sample",
            note=NOTE,
        )
        for paper in papers
    ]
