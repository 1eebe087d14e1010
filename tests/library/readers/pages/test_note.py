"""Notes in Markdown: where their titles and abstracts stand, and what is a page instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.files import papers_in, problems_in, write

WORDS = " ".join(["otters"] * 45) + "."


def test_front_matter_has_what_a_table_may_have(tmp_path: Path) -> None:
    text = """---
title: "Otters: a *count*"
authors:
  - Doe, Jane
  - Rick Roe
date: 2021-05-03
journal: Urban Animals
tags: [otters, rivers]
doi: 10.5555/note
---
# Another heading

Not this.

## Abstract

We counted **12** otters in [[River Thames|the Thames]].

We also saw [beavers](https://example.org/b) at 10–20 °C.

## Introduction

Nor this.
"""
    (paper,) = papers_in(write(tmp_path / "a.md", text))
    assert (paper.title, paper.id) == ("Otters: a *count*", "doi:10.5555/note")
    assert paper.abstract == "We counted 12 otters in the Thames. We also saw beavers at 10–20 °C."
    assert (paper.authors, paper.year, paper.venue) == (("Jane Doe", "Rick Roe"), 2021, "Urban Animals")
    assert paper.extra == {"keyword": "otters; rivers", "issued": {"date-parts": [[2021, 5, 3]]}}


@pytest.mark.parametrize(
    ("text", "title", "abstract"),
    [
        ("# Beavers\n\nDams lower\nfloods.\n\nMore.\n", "Beavers", "Dams lower floods."),
        ("# Beavers\r\n\r\nDams lower floods.\r\n", "Beavers", "Dams lower floods."),
        ("# Beavers #\n\n> Dams lower floods.\n", "Beavers", "Dams lower floods."),
        ("# Beavers\n\n> [!abstract] Dams lower\n> floods.\n", "Beavers", "Dams lower floods."),
        ("# Beavers\n\nBy Roe.\n\n## Abstract:\n\nDams lower floods.\n\n## 1 Data\n\nX.\n", "Beavers", "Dams lower floods."),
        ("---\ntitle: Beavers\nabstract: >\n  Dams lower\n  floods.\n---\n\nMy notes.\n", "Beavers", "Dams lower floods."),
        ("---\naliases: []\n---\n# Beavers\n\nDams lower floods.\n", "Beavers", "Dams lower floods."),
        ("---\ntitle: Beavers\n---\n\nDams lower floods.\n", "Beavers", "Dams lower floods."),
        (f"# Beavers\n\n## Abstract\n\nDams lower floods.\n\n## Introduction\n\n{WORDS}\n", "Beavers", "Dams lower floods."),
        ("# Beavers\n\nDams lower floods.\n\n```\n# a comment\n```\n", "Beavers", "Dams lower floods."),
    ],
)  # fmt: skip
def test_title_and_abstract_of_a_note(tmp_path: Path, text: str, title: str, abstract: str) -> None:
    (paper,) = papers_in(write(tmp_path / "a.md", text))
    assert (paper.title, paper.abstract) == (title, abstract)


@pytest.mark.parametrize(
    "text",
    [
        f"# First title of two\n\n{WORDS}\n\n# Second title of two\n\n{WORDS}\n",
        f"# Papers\n\n## First title of two\n\n{WORDS}\n\n## Second title of two\n\n{WORDS}\n",
        f"# Papers\n\nAug 20\n\n## First title of two\n\n{WORDS}\n\n## Second title of two\n\n{WORDS}\n",
    ],
)
def test_several_titles_with_abstracts_are_a_page(tmp_path: Path, text: str) -> None:
    papers = papers_in(write(tmp_path / "a.md", text))
    assert [paper.title for paper in papers] == ["First title of two", "Second title of two"]


def test_front_matter_that_is_no_yaml_is_a_problem_and_the_note_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.md", "---\ntitle: [broken\n---\n# Beavers\n\nDams lower floods.\n")
    assert [paper.title for paper in papers_in(path)] == ["Beavers"]
    (problem,) = problems_in(path)
    assert (problem.line, problem.field) == (1, "front matter")
    assert problem.message.startswith("not YAML (line 3): ")
    assert problem.message.endswith("; left out")


@pytest.mark.parametrize("depth", [100, 20_000])
def test_deep_or_repeating_front_matter_is_no_more_than_a_problem(tmp_path: Path, depth: int) -> None:
    deep = "---\ntitle: Beavers\nx: " + "[" * depth + "]" * depth + "\n---\n\nDams lower floods.\n"
    assert problems_in(write(tmp_path / "a.md", deep)) or papers_in(tmp_path / "a.md")[0].title == "Beavers"
    aliases = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'x'}]\n" for n in range(30))
    (paper,) = papers_in(
        write(tmp_path / "b.md", f"---\ntitle: Beavers\n{aliases}---\n\nDams lower floods.\n")
    )
    assert paper.abstract == "Dams lower floods."
