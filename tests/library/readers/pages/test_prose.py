"""What is no paper is refused in one sentence, and pages and notes about papers are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.files import papers_in, refusal, write

WORDS = " ".join(["otters"] * 45) + "."
CODE = f'''"""Count the otters."""

from __future__ import annotations

import re

RIVERS = ("Thames", "Spree")


def counted(river: str) -> int:
    """Return how many there are."""
    return len(re.findall("otter", river))


# A comment alone

TEXT = "{WORDS}"
'''


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("NOTICE", f"The weights of otters\n\n{WORDS}\n", "by its name a text about a project"),
        ("README.md", f"# Otters\n\n{WORDS}\n\n## Use\n\nRun it.\n", "by its name a text about a project"),
        ("ReadMe.txt", f"Count otters\n\n{WORDS}\n", "by its name a text about a project"),
        ("a.txt", f"Copyright (c) 2021 The otters\n\n{WORDS}\n", "a notice of rights"),
        ("a.py", CODE, "code"),
        ("a.txt", f"#include <otter.h>\n\nint main() {{\n  count();\n}}\n\n// {WORDS}\n", "code"),
        ("a.diff", f"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n\n{WORDS}\n", "code"),
        ("guide.md", f"# Guide\n\n## Set up\n\n```\nmake otters\n```\n\nThree checks of them\n\n{WORDS}\n", "documentation"),
        ("guide.md", f"A table\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nA title\n\n{WORDS}\n", "documentation"),
    ],
)  # fmt: skip
def test_what_is_no_paper_is_refused_in_one_sentence(tmp_path: Path, name: str, text: str, kind: str) -> None:
    message = refusal(write(tmp_path / name, text))
    assert kind in message
    assert len(message.removeprefix(str(tmp_path))) < 160


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.txt", f"Otters in 2020: a count\n\n{WORDS}\n"),
        ("page.md", f"## One\n\n{WORDS}\n\n```bibtex\n@misc{{one}}\n```\n"),
        ("note.md", "# Beavers\n\nDams lower floods.\n\n```\n# a comment\n```\n"),
        ("README.md", "---\ntitle: Beavers\n---\n\nDams lower floods.\n"),
        ("README.md", "# Beavers\n\n## Abstract\n\nDams lower floods.\n"),
        ("Reading list.md", f"# Beavers\n\n{WORDS}\n"),
        ("Noticed otters.txt", f"Noticed otters\n\n{WORDS}\n"),
        ("page.txt", f"Copyright law for otters\n\n{WORDS} It = 3. f(x) = {{x}}.\n"),
    ],
)
def test_pages_and_notes_are_read(tmp_path: Path, name: str, text: str) -> None:
    assert papers_in(write(tmp_path / name, text))


def test_tables_and_records_are_read_whatever_their_name(tmp_path: Path) -> None:
    assert papers_in(write(tmp_path / "README.txt", "title,abstract\nBeavers,Dams lower floods.\n"))
