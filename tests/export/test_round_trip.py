"""Papers that are exported and read again are the same, field by field."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.core.paper import Paper, web_link
from assistant.export.formats import REFERENCES, ReferenceFormat
from assistant.library.readers import read

TITLES = (
    "Otters & beavers in rivers",
    "α-Synuclein in 10⁻³ mol",
    "{Braces} and $5 in C_2",
    "100% of “them”: a study",
    "Müller–Lyer; or, the arrow",
    "Is p < 0.05 enough?",
    "Å and ß, Łódź & Øre",
    "DNA \\ RNA ~ protein ^ 2",
)
AUTHORS = (
    ("Karl Müller",),
    ("Anna van der Berg", "Rick Roe"),
    ("Miguel Prado Castaño", "World Health Organization"),
    ("Martin King Jr.", "Garcia Lopez, Ana", "Ada O'Neil III"),
    ("Garcia Lopez, Ana, Jr.", "Van den Berg, Eva", "The River Collective"),
    ("Byron, Ada, PhD", "王 小明"),
    (),
)
EDITORS = (
    {"family": "van der Berg", "given": "Anna"},
    {"family": "King", "given": "Martin", "suffix": "Jr."},
    {"literal": "World Health Organization"},
)
TYPES = ("article-journal", "paper-conference", "book", "chapter", "thesis", "report")


def papers() -> list[Paper]:
    """500 papers of all kinds, each with some of the fields."""
    chance = random.Random(3)
    return [paper(n, chance) for n in range(500)]


def paper(n: int, chance: random.Random) -> Paper:
    kind = chance.choice(TYPES)
    year = chance.choice([1990, 2020, None])
    extra: dict[str, Any] = {
        "volume": str(chance.randint(1, 90)),
        "issue": str(chance.randint(1, 12)),
        "page": f"{n + 1}-{n + 9}",
        "publisher": "Press & Co",
        "keyword": "a, b",
        "language": "en",
        "citation-key": f"k{n}:x_y",
        "ISSN": "1234-5678",
        "ISBN": "978-0-306-40615-7" if kind in ("book", "chapter") else "",
        "chapter-number": "12" if kind == "chapter" else "",
        "note": "Read 5% of it & more",
        "editor": [dict(one) for one in chance.sample(EDITORS, 2)],
        "issued": {"date-parts": [[year, 3, 9][: chance.choice([2, 3])]]} if year else "",
        "accessed": {"date-parts": [[2021, 12, 1]]},
    }
    return Paper(
        f"doi:10.5555/x.{n}",
        f"{TITLES[n % 8]} {n}",
        f"We found 5% & {n} < 7 in {TITLES[n * 3 % 8]}. It held.",
        chance.choice(AUTHORS),
        year,
        chance.choice(["J. of A & B", "Nature"]),
        f"10.5555/x.{n}",
        arxiv_id=f"2401.{n:05}" if n % 5 == 0 else "hep-th/9901001" if n % 5 == 1 else "",
        pmid=str(n + 1) if n % 3 else "",
        url="https://e.org/a_b?x=%20&y" if n % 2 else "",
        extra={"type": kind} | {k: value for k, value in extra.items() if value and chance.random() < 0.7},
    )


@pytest.mark.parametrize(("form", "ending"), [("bibtex", "bib"), ("ris", "ris"), ("csl-json", "json")])
def test_what_is_exported_is_read_again_field_by_field(
    tmp_path: Path, form: ReferenceFormat, ending: str
) -> None:
    file = tmp_path / f"x.{ending}"
    given = papers()
    file.write_text(REFERENCES[form].write(given), newline="")
    found = [record for record in read(file) if isinstance(record, Paper)]
    assert len(found) == len(given)
    for one, again in zip(given, found, strict=True):
        # A paper without a key gets one.
        extra = {k: v for k, v in again.extra.items() if k in one.extra or k != "citation-key"}
        mine = {**vars(one), "source": "", "fingerprint": ""}
        if form != "bibtex" and one.arxiv_id and not one.url:
            mine["url"] = web_link(replace(one, doi=""))
        assert {**vars(again), "source": "", "fingerprint": "", "extra": extra} == mine
