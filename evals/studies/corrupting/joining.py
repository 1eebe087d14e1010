"""Two neighbouring sentences as one."""

from __future__ import annotations

import random
import re

from evals.studies.corrupting.wording import LABEL, Change, lowered


def joined(first: str, second: str, rng: random.Random) -> Change | None:
    """Two sentences as one, with a semicolon or "and"."""
    if LABEL.match(second) or len(first.split()) + len(second.split()) > 70:
        return None
    if re.search(r"[;:]", first):
        return None
    word = second.split()[0].rstrip(",")
    start = lowered(second)
    if not start:
        if not re.search(r"[A-Z0-9]", word[1:]):
            return None
        start = second
    if word in ("And", "But", "Or", "So", "Yet", "Then"):
        return None
    discourse = re.match(
        r"(?:[A-Z][a-z]+ly|However|Moreover|Furthermore|Therefore|Thus|Finally|In|To|For|While|Although|When|If|Despite|Instead|On|By|Here|Given|Unlike|Since|As|With)\b",
        second,
    )
    loose = re.search(r"\b(?:whether|that|which|if|because|not|no|both)\b", first)
    if not discourse and not loose and rng.random() < 0.7:
        return ("joined with 'and'", f"{first[:-1]}, and {start}")
    return ("joined with ';'", f"{first[:-1]}; {start}")
