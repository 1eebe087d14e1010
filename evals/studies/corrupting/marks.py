"""Changes of letter case and marks alone."""

from __future__ import annotations

import random
import re

from evals.studies.corrupting.wording import Change, Operation


def cases(text: str, rng: random.Random) -> list[Change]:
    """All small letters, or no full stop at the end."""
    found = [("full stop dropped", text.rstrip("."))]
    if not re.search(r"\d ?[A-Z]|\b[A-Z]\b", text):
        found.append(("small letters", text.lower()))
    return found


def signs(text: str, rng: random.Random) -> list[Change]:
    """Other quotation marks, dashes and ways to write per cent."""
    found = [
        ("other apostrophes", text.replace("'", "’") if "'" in text else text.replace("’", "'")),
        ("dash in ranges", re.sub(r"(?<=\d)-(?=\d)", "–", text) if re.search(r"\d-\d", text) else text),
        ("'%' written out", re.sub(r"(?<=\d)\s?%(?=[ ,.;)])", " percent", text)),
    ]
    return [(how, new) for how, new in found if new != text]


OPERATIONS: list[Operation] = [cases, signs]
