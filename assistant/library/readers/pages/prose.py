"""Recognise prose that is no paper though it has headings and paragraphs (programs, notices, a project's README).

Such a text would become papers without a word, as all that a page of titles and abstracts shows is a short paragraph above a
long one. It is told by what papers do not have, and read all the same where it says that it has an abstract.
"""

from __future__ import annotations

import re

from assistant.library.readers.pages.markdown import FRONT_MATTER, abstract_part, parts_of

_ABOUT_A_PROJECT = re.compile(
    r"(?:read[-_ ]?me|contributing|change[-_ ]?log|licen[sc]e|copying|notice|security|install|code[-_ ]of[-_ ]conduct)\b[^.]{0,20}"
    r"(?:\.(?:md|markdown|txt|rst))?",
    re.I,
)
_NOTICE = re.compile(r"\W{0,9}(?:Copyright\W{1,9}|©\W{0,9}|\(c\)\W{1,9}){1,2}(?:19|20)\d\d\b", re.I)
_CODE = re.compile(
    r"[ \t]*+(?:import \w|from \S+ import |def \w+\(|class \w+[(:]|return\b|#include|#!/|//|/\*|\*/|\}|\{$|@\w+[(\n]|diff --git |@@ |(?:\+\+\+|---) \S+/"
    r"|(?:if|for|while|elif|with|try|else)\b[^.]{0,200}:$|(?:const|let|var|function|package|public|private|static|export) \w|[\w.]{1,60}(?:\[[^\]]{0,60}\])?(?:: [\w.\[\]]{1,40})? [-+]?= ?\S"
    r"|[\w.]{1,60}\(|[^ ].{0,300}[;{}]$)"
)
_FENCE = re.compile(r"^[ \t]{0,3}(?:```|~~~)[ \t]*(\w*)", re.M)
_TABLE = re.compile(r"^[ \t]*+(?:\|[ \t]*+)?:?-{3,}+:?[ \t]*+\|", re.M)
_OF_A_PROJECT = re.compile(
    r"(?:\d+[. ]+)?(?:install(?:ation|ing)?|usage|getting started|quick ?start|set ?up|licen[sc]e|contributing|change ?log|requirements|building|development)\b.{0,20}",
    re.I,
)
_CODE_SHARE = 0.2
_FEWEST_LINES = 3


def no_paper(name: str, head: str, *, is_page: bool) -> str:
    """Return what a text is that is no page of papers and no note about one, as users are told; "" where it may be one."""
    if FRONT_MATTER.match(head):
        return ""
    kind = _kind(name, head, is_page=is_page)
    return "" if kind and abstract_part(parts_of(head)) else kind


def _kind(name: str, head: str, *, is_page: bool) -> str:
    if _ABOUT_A_PROJECT.fullmatch(name):
        return "by its name a text about a project, and no list of papers: if it has titles and abstracts, give it another name"
    if _NOTICE.match(head):
        return "a notice of rights, and no list of papers: name files with titles and abstracts"
    if _is_code(head):
        return "code, and no list of papers: name files with titles and abstracts"
    fences = [language for language in _FENCE.findall(head) if "bib" not in language.lower()]
    is_guide = fences and any(_OF_A_PROJECT.fullmatch(part.heading) for part in parts_of(head))
    if is_guide or (is_page and (fences or _TABLE.search(head))):
        return (
            "documentation with code or tables, and no list of papers: name files with titles and abstracts"
        )
    return ""


def _is_code(text: str) -> bool:
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    code = sum(bool(_CODE.match(line)) for line in lines)
    return code >= _FEWEST_LINES and code >= _CODE_SHARE * len(lines)
