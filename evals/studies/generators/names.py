"""Names replaced by a foreign name of the same form, or by another version of themselves."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from functools import lru_cache

from evals.studies.generators.sentence import Change, last_word

_NAME = re.compile(r"(?<![\w/@.-])[A-Z][A-Za-z0-9]*(?:-(?:\d+[A-Za-z]?|[A-Z]+))*(?![\w@/’'-]|\.\w)")
_FORMS = {
    "acronym": r"[A-Z]{2,6}",
    "numbered": r"(?:[A-Z]{2,}|[A-Z][a-z]+|[A-Z][a-z]*[A-Z][A-Za-z]*)-?\d{1,3}[A-Za-z]?",
    "hyphened": r"[A-Z]{2,}-[A-Z]{1,4}",
    "camel": r"(?:[A-Z][a-z]+|[A-Z]+[a-z]+)(?:[A-Z][A-Za-z]*)+",
}
# Statistics, units, and headings of structured abstracts.
_NO_NAMES = frozenset(
    """CI OR HR RR SD SE IQR AUC AND NOT THE FOR WITH II III IV AIM USA UK US EU OBJECTIVE METHODS RESULTS BACKGROUND
    CONCLUSION CONCLUSIONS DESIGN SETTING PARTICIPANTS PATIENTS DATA PURPOSE FINDINGS MHz GHz kDa MB GB TB""".split()
)
_SAMPLE = 1000


@lru_cache(maxsize=50_000)
def names(text: str) -> tuple[tuple[re.Match[str], str], ...]:
    """Return the names of a sentence with their forms. A short form that is being introduced in brackets is none."""
    return tuple(
        (match, form)
        for match in _NAME.finditer(text)
        for form, pattern in _FORMS.items()
        if re.fullmatch(pattern, match[0])
        and match[0] not in _NO_NAMES
        and not text[match.end() :].startswith(" (")
        and text[: match.start()].count("(") <= text[: match.start()].count(")")
        and (match.start() or not re.match(r"[ :]+[A-Z]", text[match.end() :]))
        and text.count(match[0]) == len(re.findall(rf"\b{re.escape(match[0])}\b", text))
        and f"({match[0]}" not in text
    )


def replaced(text: str, others: Sequence[str], rng: random.Random) -> list[Change]:
    """Replace a name by one of the same form, if possible one that stands before or behind the same word."""
    targets = names(text)
    if not targets:
        return []
    candidates = [
        (form, match[0], _neighbours(other, match))
        for other in rng.sample(list(others), min(len(others), _SAMPLE))
        for match, form in names(other)
        if not _alike(match[0], text)
    ]
    changes = []
    for match, form in targets:
        vowel = match[0][0] in "AEIO"
        fitting = [
            (name, near) for kind, name, near in candidates if kind == form and (name[0] in "AEIO") == vowel
        ]
        before, behind = _neighbours(text, match)
        closest = [name for name, near in fitting if behind and near[1] == behind] or [
            name for name, near in fitting if before and near[0] == before
        ]
        pool = closest or [name for name, _ in fitting]
        if pool:
            changes.append(_everywhere(text, match[0], rng.choice(pool)))
    return changes


def other_version(text: str, rng: random.Random) -> list[Change]:
    """Change the number in a name: "GPT-4", "GPT-3"."""
    changes = []
    for match, form in names(text):
        parts = re.fullmatch(r"(.*?)(\d{1,3})", match[0])
        if form != "numbered" or not parts:
            continue
        number = int(parts[2])
        steps = (-2, -1, 1, 2) if number < 20 else (-10, 20, 50, number)
        numbers = [number + step for step in steps if number + step > 0]
        free = [n for n in numbers if not re.search(rf"(?<!\d){n}(?!\d)", text)]
        if free:
            changes.append(_everywhere(text, match[0], f"{parts[1]}{rng.choice(free)}"))
    return changes


def _everywhere(text: str, name: str, new: str) -> Change:
    return Change(f"'{name}' -> '{new}'", re.sub(rf"\b{re.escape(name)}\b", new, text))


def _neighbours(text: str, match: re.Match[str]) -> tuple[str, str]:
    behind = re.match(r" ([a-z][\w-]*)", text[match.end() :])
    return last_word(text[: match.start()]).lower(), behind[1] if behind else ""


def _alike(name: str, text: str) -> bool:
    """Whether a name, or a form of it, stands in the text."""
    return name.lower().rstrip("s").replace("-", "") in text.lower().replace("-", "")
