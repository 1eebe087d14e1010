"""Files of every text format, as the programs that users have write them, are read to the character.

`pytest -m slow tests/library/readers/test_exports.py -s` says how long 10,000 records of each take.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from support.exports import EXPORTS, note, references
from support.files import papers_in, problems_in

from assistant.core.paper import Paper
from assistant.library.readers import read

MANY = 10_000
SECONDS = 4.0
"""So many records take this much time of the processor at most; other work on the machine adds a tenth to a half."""
TRIES = 3


@pytest.mark.parametrize("name", EXPORTS)
def test_each_format_says_what_its_records_say(name: str, tmp_path: Path) -> None:
    records = references(12)
    path = tmp_path / f"a{EXPORTS[name].ending}"
    path.write_text(EXPORTS[name].write(records), encoding="utf-8", newline="")
    papers = papers_in(path)
    assert problems_in(path) == []
    assert [paper.title for paper in papers] == [record.title for record in records]
    assert [paper.abstract for paper in papers] == [record.abstract for record in records]
    if name != "Page":
        assert [paper.year for paper in papers] == [record.year for record in records]
        assert [len(paper.authors) for paper in papers] == [len(record.names) for record in records]


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPORTS)
def test_a_large_file_is_read_whole_in_little_time(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"large{EXPORTS[name].ending}"
    path.write_text(EXPORTS[name].write(references(MANY)), encoding="utf-8", newline="")
    _read_whole(name, [path])


@pytest.mark.slow
def test_many_notes_are_read_whole_in_little_time(tmp_path: Path) -> None:
    for record in references(MANY):
        (tmp_path / f"{record.number}.md").write_text(note(record), encoding="utf-8")
    _read_whole("Markdown", list(tmp_path.iterdir()))


def _read_whole(name: str, paths: Iterable[Path]) -> None:
    """Read files of so many records, again where other work on the machine may have held the processor up."""
    took = [_seconds(paths)]
    while min(took) > SECONDS and len(took) < TRIES:
        took.append(_seconds(paths))
    print(f"{name}: {MANY:,} records in {min(took):.1f} s of CPU (at most {SECONDS:.0f})")
    assert min(took) <= SECONDS


def _seconds(paths: Iterable[Path]) -> float:
    before = time.process_time()
    found = sum(isinstance(record, Paper) for path in paths for record in read(path))
    took = time.process_time() - before
    assert found == MANY
    return took


LATEX = r"Moles dig $\alpha$ tunnels, 10$^{-3}$ km, \emph{not} 50\% of $p \leq 0.05$."
READ = "Moles dig α tunnels, 10⁻³ km, not 50% of p ≤ 0.05."
WRITTEN = {
    "a.bib": f"@article{{a, title = {{A $\\beta$ mole}}, abstract = {{{LATEX}}}}}\n",
    "a.csv": f'title,abstract\nA $\\beta$ mole,"{LATEX}"\n',
    "a.ris": f"TY  - JOUR\nTI  - A $\\beta$ mole\nAB  - {LATEX}\nER  - \n",
    "a.jsonl": json.dumps({"title": r"A $\beta$ mole", "abstract": LATEX}) + "\n",
    "b.jsonl": json.dumps({"title": r"A $\beta$ mole", "abstract": LATEX, "categories": "cs.CL", "versions": []}) + "\n",
    "a.xml": f"<feed><entry><id>http://arxiv.org/abs/2401.00001</id><title>A $\\beta$ mole</title><summary>{LATEX}</summary></entry></feed>",
    "a.nbib": f"PMID- 1\nTI  - A $\\beta$ mole\nAB  - {LATEX}\n",
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_every_format_reads_the_latex_of_a_text_the_same(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(WRITTEN[name], encoding="utf-8")
    (paper,) = papers_in(tmp_path / name)
    assert (paper.title, paper.abstract) == ("A β mole", READ)
