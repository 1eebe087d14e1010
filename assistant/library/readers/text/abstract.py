"""Parts of an abstract field that are no part of the abstract: its heading, rights, lines of databases, keywords.

They are kept apart, so that no quote has them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADING = re.compile(
    r"(?:ABSTRACT\b|(?:Abstract|Summary)(?=\s*[.:—–-]\s*[A-ZÀ-Þ\d])|Abstract(?=[A-Z][a-z ]))[\s.:—–-]*", re.A
)
_YEAR = r"(?:19|20)\d\d\b"
# A notice of rights: its mark, a year or a holder, and all that follows. "(c)" and the word begin a sentence.
_RIGHTS = re.compile(
    rf"(?:(?<=\s)|^)©\s*\w.{{0,1500}}$|(?:(?<=[.!?\])”\"’'])\s*|^)(?:\([cC]\)|Copyright(?:\s*(?:©|\([cC]\)))?|COPYRIGHT)\s*"
    rf"(?:{_YEAR}|of [^.]{{2,120}} is (?:the )?property\b|[^.!?]{{0,80}}\b{_YEAR}[^.!?]{{0,80}}\.?$|(?<=\))\s*[A-Z]).{{0,1500}}$",
    re.S,
)
_DATABASE = re.compile(
    r"(?<!\s)\s*(?:\((?:[A-Z][\w ]{2,30} )?Database Record\b[^()]*(?:\([cC]\)[^()]*)?\)\.?"
    r"|\[?(?:ABSTRACT FROM (?:AUTHOR|PUBLISHER)|AUTHOR ABSTRACT)\]?\.?"
    r"|\((?:ABSTRACT TRUNCATED[^()]*|Abstract shortened by[^()]*)\)\.?"
    r"|Link to the \w+ (?:Full Text|Citation)[^\n]{0,300})\s*$"
)
_RESERVED = re.compile(
    r"(?:(?<=[.!?\])”\"’'])\s+|^)(?:All rights (?:are )?reserved|"
    r"(?:This|The) (?:is an |article is an )?open[- ]access (?:article|paper)\b|Published by (?:Elsevier|John Wiley|Wiley|Springer|Oxford)\b|"
    r"This (?:article|work|paper) is (?:licensed|distributed|published|made available|protected by copyright)\b|"
    r"(?:Published|Distributed|Licensed) under (?:a |the )?(?:terms of )?(?:the )?(?:Creative Commons|CC[ -]BY)\b).{0,600}$",
    re.I | re.S,
)
_KEYWORDS = re.compile(
    r"(?:(?<=[.!?\])”\"’'])\s+|^|\n[^\S\n]*+)(?:Key ?words(?: and phrases)?|KEY ?WORDS|Index terms|INDEX TERMS)\s*[:—–](?=[\s\S]{3})\s*+"
    r"((?:[^.!?]|\.(?!\s)){1,600})\.?\s*$"
)
# One of these stands in whatever is taken off; a search for them is a hundredth of the work.
_HINTS = ("©", "(c)", "(C)", "opyright", "Abstract shortened")
# All have an "R", which few abstracts have.
_HINTS_WITH_R = ("OPYRIGHT", "Database Record", "ABSTRACT", "AUTHOR", "KEYWORD", "KEY WORD", "INDEX TERMS")
_HINTS_NEAR_END = (
    "eserved", "ublished", "istributed", "icensed", "pen-access", "pen access", "ey words", "eyword", "ndex terms", "Link to",
)  # fmt: skip
_TAIL, _END = 1_700, 700
_NONE = re.compile(
    r"[\[(<\s]*(?:n/?a|n\.a\.|none|null|nan|nil|no abstract(?: (?:is )?available)?|abstract not available|not available|not applicable|"
    r"no doi|unknown|undefined|#n/a|-+|–|—|\?|\.++)[\])>.\s]*",
    re.I,
)


@dataclass(frozen=True)
class AbstractParts:
    """An abstract's own text, and what stood around it."""

    text: str
    rights: str = ""
    keywords: str = ""


def is_no_value(text: str) -> bool:
    """Return whether a cell says that there is nothing ("NA", "[No abstract available]")."""
    return len(text) < 60 and bool(_NONE.fullmatch(text))


def apart(text: str) -> AbstractParts:
    """Take heading, rights, lines of databases and keywords off an abstract; one that were nothing else stays whole."""
    own = text.strip()
    heading = _HEADING.match(own)
    if heading and len(own) > heading.end():
        own = own[heading.end() :]
    if not _has_more(own):
        return AbstractParts(own)
    rights: list[str] = []
    keywords = ""
    for _ in range(6):
        shorter = own
        for pattern in (_DATABASE, _RESERVED, _RIGHTS):
            if (match := pattern.search(shorter)) and match.start() > 0:
                rights.insert(0, match[0].strip())
                shorter = shorter[: match.start()].rstrip()
        if not keywords and (match := _KEYWORDS.search(shorter)) and match.start() > 0:
            keywords, shorter = match[1].strip(" ."), shorter[: match.start()].rstrip()
        if shorter == own:
            break
        own = shorter
    return AbstractParts(own, " ".join(rights), keywords)


def _has_more(text: str) -> bool:
    """Return whether rights, keywords or a line of a database may stand behind an abstract's own text."""
    tail, end = text[-_TAIL:], text[-_END:]
    return (
        any(hint in end for hint in _HINTS_NEAR_END)
        or any(hint in tail for hint in _HINTS)
        or ("R" in tail and any(hint in tail for hint in _HINTS_WITH_R))
    )
