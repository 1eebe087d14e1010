"""Separate an abstract from what else its field holds: heading, rights, lines of databases, keywords.

They are kept apart, so that no quote has them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.library.readers.text.rights_notices import parted

_HEADING = re.compile(
    r"(?:ABSTRACT\b|(?:Abstract|Summary|Zusammenfassung|Kurzfassung|R[ée]sum[ée]|Resumen|Resumo|Riassunto|Sommario|Samenvatting|Sammanfattning|"
    r"Streszczenie|Abstrakt|Özet|Аннотация|Резюме)(?=\s*[.:—–-]\s*[^\W_a-zà-ÿ]|\s*[.:—–-]\s*[©(])|(?:摘\s?要|要\s?旨|초록)(?=\s*[:：])|Abstract(?=[A-Z][a-z ]))[\s.:：—–-]*"
)
# Without a mark, a heading is a capital word above a sentence that begins with a capital; with these it is a term.
_BARE_HEADING = re.compile(
    r"(?:Abstract(?!\s+(?:Algebra|Argument|Art\b|Class|Concept|Data|Domain|Express|Factor|Harmonic|Interpretation|Machine|Meaning|Model|Noun|"
    r"Reasoning|Rewriting|State|Syntax|Think|Wiener|Word))|Summary(?!\s+(?:Data|Effect|Estimate|Judge?ment|Measure|Of\b|Receiver|Report|ROC|Score|Statistic|Table))"
    r"|Zusammenfassung|Kurzfassung|Samenvatting|Streszczenie|Özet)\s+(?=[A-ZÀ-ÖØ-Þ][\w'’-]*\s)"
)
_DATABASE = re.compile(
    r"(?<!\s)\s*(?:\((?:[A-Z][\w ]{2,30} )?Database Record\b[^()]*(?:\([cC]\)[^()]*)?\)\.?"
    r"|\[?(?:ABSTRACT FROM (?:AUTHOR|PUBLISHER)|AUTHOR ABSTRACT)\]?\.?"
    r"|\((?:ABSTRACT TRUNCATED[^()]*|Abstract shortened by[^()]*)\)\.?"
    r"|Link to the \w+ (?:Full Text|Citation)[^\n]{0,300})\s*$"
)
_KEYWORDS = re.compile(
    r"(?:(?<=[.!?\])”\"’'])\s+|^|\n[^\S\n]*+)(?:Key ?words(?: and phrases)?|KEY ?WORDS|Index terms|INDEX TERMS)\s*[:—–](?=[\s\S]{3})\s*+"
    r"((?:[^.!?]|\.(?!\s)){1,600})\.?\s*$"
)
# One of these stands in whatever is taken off; a search for them is a hundredth of the work.
_HINTS = ("©", "(c)", "(C)", "opyright", "Abstract shortened")
# All have an "R", which few abstracts have.
_HINTS_WITH_R = (
    "OPYRIGHT",
    "RESERVED",
    "Database Record",
    "ABSTRACT",
    "AUTHOR",
    "KEYWORD",
    "KEY WORD",
    "INDEX TERMS",
)
_HINTS_NEAR_ENDS = (
    "eserv", "ublished", "istributed", "icens", "pen-access", "pen access", "ey words", "eyword", "ndex terms", "Link to", "ublicado",
    "ublié", "réserv", "vorbehalten", "riservati",
)  # fmt: skip
_BEGIN, _TAIL, _END = 200, 1_700, 700
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
    own = _headless(text.strip())
    if not _has_more(own):
        return AbstractParts(own)
    before: list[str] = []
    behind: list[str] = []
    keywords = ""
    for _ in range(6):
        shorter = own
        if (match := _DATABASE.search(shorter)) and match.start() > 0:
            behind.insert(0, match[0].strip())
            shorter = shorter[: match.start()].rstrip()
        notices = parted(shorter)
        before.append(notices.before)
        behind.insert(0, notices.behind)
        shorter = _headless(notices.text) if notices.before else notices.text
        if not keywords and (match := _KEYWORDS.search(shorter)) and match.start() > 0:
            keywords, shorter = match[1].strip(" ."), shorter[: match.start()].rstrip()
        if shorter == own:
            break
        own = shorter
    # The same notice may stand at both ends.
    return AbstractParts(own, " ".join(dict.fromkeys(filter(None, [*before, *behind]))), keywords)


def _headless(text: str) -> str:
    heading = _HEADING.match(text) or _BARE_HEADING.match(text)
    return text[heading.end() :] if heading and len(text) > heading.end() else text


def _has_more(text: str) -> bool:
    """Return whether rights, keywords or a line of a database may stand around an abstract's own text."""
    begin, tail, end = text[:_BEGIN], text[-_TAIL:], text[-_END:]
    ends = f"{begin} {end}"
    return (
        any(hint in ends for hint in _HINTS_NEAR_ENDS)
        or any(hint in tail or hint in begin for hint in _HINTS)
        or ("R" in f"{begin}{tail}" and any(hint in tail or hint in begin for hint in _HINTS_WITH_R))
    )
