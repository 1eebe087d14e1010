"""Files of references, written as the programs that users have write them: one writer for each text format that is read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from assistant.library.sources.sample import sample_papers

_FAMILIES = "Müller Roe Doe Castaño Łukasik O'Brien Nguyễn Smith Tanaka Öztürk".split()
_GIVEN = ("Ada", "José María", "K. L.", "Zoë", "Jean-Luc", "Wei", "Anna", "Søren")
_VENUES = ("Journal of River Animals", "Advances in Counting", "Proc. of the Workshop on Otters & Beavers")
_TEX = {
    "ü": '{\\"u}', "ö": '{\\"o}', "Ö": '{\\"O}', "ñ": "{\\~n}", "é": "{\\'e}", "í": "{\\'\\i}", "ë": '{\\"e}', "ø": "{\\o}", "Ł": "{\\L}",
    "&": "\\&", "%": "\\%", "_": "\\_", "#": "\\#", "α": "$\\alpha$", "≤": "$\\leq$", "<": "{\\textless}", "–": "--", "“": "``", "”": "''",
}  # fmt: skip


@dataclass(frozen=True)
class Reference:
    """What a record of any format says. `names` are (family, given)."""

    number: int
    title: str
    abstract: str
    names: tuple[tuple[str, str], ...]
    year: int
    venue: str

    @property
    def doi(self) -> str:
        """A DOI of the prefix that is kept for examples."""
        return f"10.5555/otter.{self.number}"

    @property
    def spoken(self) -> list[str]:
        """The names as "Family, Given"."""
        return [f"{family}, {given}" for family, given in self.names]


def references(count: int) -> list[Reference]:
    """Return so many references that differ, with abstracts of 1,200 letters or so, made of those of the sample library."""
    sample = sample_papers()
    size = len(sample)
    return [
        Reference(
            number=n,
            title=f"{sample[n % size].title} at α ≤ {n}%",
            abstract=f"{' '.join(sample[(n * 7 + i) % size].abstract for i in range(4))} We counted {n} otters (P < 0.05).",
            names=tuple((_FAMILIES[(n + 3 * i) % 10], _GIVEN[(n + i) % 8]) for i in range(1 + n % 5)),
            year=1990 + n % 35,
            venue=_VENUES[n % 3],
        )
        for n in range(count)
    ]


def _bibtex(records: Sequence[Reference]) -> str:
    def tex(text: str) -> str:
        return "".join(_TEX.get(sign, sign) for sign in text)

    return "".join(
        f"@article{{otter_{r.number}_{r.year},\n\ttitle = {{{tex(r.title)}}},\n\tvolume = {{{r.number % 90}}},\n"
        f"\tissn = {{1234-5678}},\n\turl = {{https://doi.org/{r.doi}}},\n\tdoi = {{{r.doi}}},\n\tabstract = {{{tex(r.abstract)}}},\n"
        f"\tlanguage = {{en}},\n\tnumber = {{3}},\n\turldate = {{2024-05-03}},\n\tjournal = {{{tex(r.venue)}}},\n"
        f"\tauthor = {{{tex(' and '.join(r.spoken))}}},\n\tmonth = mar,\n\tyear = {{{r.year}}},\n\tkeywords = {{Otters, Rivers, Counting}},\n"
        f"\tpages = {{{r.number}--{r.number + 9}}},\n\tfile = {{Full Text PDF:/home/ada/Zotero/storage/{r.number}/a.pdf:application/pdf}},\n}}\n\n"
        for r in records
    )


def _tagged(lines: Iterator[tuple[str, str]], form: str) -> str:
    return "".join(form.format(tag, value) for tag, value in lines)


def _ris(records: Sequence[Reference]) -> str:
    def lines(r: Reference) -> Iterator[tuple[str, str]]:
        yield "TY", "JOUR"
        yield "T1", r.title
        yield from (("AU", name) for name in r.spoken)
        yield from (("JO", r.venue), ("AB", r.abstract), ("DA", f"{r.year}/03/01/"), ("PY", str(r.year)))
        yield from (("DO", r.doi), ("VL", str(r.number % 90)), ("IS", "3"), ("SP", str(r.number)))
        yield from (
            ("EP", str(r.number + 9)),
            ("KW", "Otters"),
            ("KW", "Rivers"),
            ("UR", f"https://doi.org/{r.doi}"),
        )

    return "".join(_tagged(lines(r), "{}  - {}\r\n") + "ER  - \r\n\r\n" for r in records)


def _medline(records: Sequence[Reference]) -> str:
    def wrapped(text: str) -> str:
        words, lines, line = text.split(), [], ""
        for word in words:
            if len(line) + len(word) > 80:
                lines.append(line)
                line = ""
            line = f"{line} {word}".strip()
        return "\n      ".join([*lines, line])

    def lines(r: Reference) -> Iterator[tuple[str, str]]:
        yield from (("PMID", str(20_000_000 + r.number)), ("DP", f"{r.year} Mar 1"), ("TI", wrapped(r.title)))
        yield from (("LID", f"{r.doi} [doi]"), ("AB", wrapped(r.abstract)))
        for family, given in r.names:
            yield from (("FAU", f"{family}, {given}"), ("AU", f"{family} {given[0]}"))
        yield from (
            ("LA", "eng"),
            ("VI", str(r.number % 90)),
            ("IP", "3"),
            ("PG", f"{r.number}-9"),
            ("JT", r.venue),
        )

    return "".join(_tagged(lines(r), "{:<4}- {}\n") + "\n" for r in records)


def _web_of_science(records: Sequence[Reference]) -> str:
    def lines(r: Reference) -> Iterator[tuple[str, str]]:
        yield from (("PT", "J"), ("AU", "\n   ".join(r.spoken)), ("TI", r.title), ("SO", r.venue.upper()))
        yield from (("DT", "Article"), ("AB", r.abstract), ("PY", str(r.year)), ("VL", str(r.number % 90)))
        yield from (
            ("BP", str(r.number)),
            ("EP", str(r.number + 9)),
            ("DI", r.doi),
            ("UT", f"WOS:{r.number:015}"),
        )

    body = "".join(_tagged(lines(r), "{} {}\n") + "ER\n\n" for r in records)
    return f"FN Clarivate Analytics Web of Science\nVR 1.0\n{body}EF\n"


def _refer(records: Sequence[Reference]) -> str:
    def lines(r: Reference) -> Iterator[tuple[str, str]]:
        yield from (("%0", "Journal Article"), ("%T", r.title))
        yield from (("%A", name) for name in r.spoken)
        yield from (("%J", r.venue), ("%D", str(r.year)), ("%V", str(r.number % 90)), ("%P", f"{r.number}-9"))
        yield from (("%R", r.doi), ("%X", r.abstract), ("%U", f"https://doi.org/{r.doi}"))

    return "".join(_tagged(lines(r), "{} {}\n") + "\n" for r in records)


def _pubmed(records: Sequence[Reference]) -> str:
    def authors(r: Reference) -> str:
        return "".join(
            f"<Author><LastName>{escape(f)}</LastName><ForeName>{g}</ForeName></Author>" for f, g in r.names
        )

    body = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{20_000_000 + r.number}</PMID><Article><Journal><ISSN>1234-5678</ISSN><JournalIssue>"
        f"<Volume>{r.number % 90}</Volume><PubDate><Year>{r.year}</Year><Month>Mar</Month></PubDate></JournalIssue>"
        f"<Title>{escape(r.venue)}</Title></Journal><ArticleTitle>{escape(r.title)}</ArticleTitle><Abstract><AbstractText>"
        f"{escape(r.abstract)}</AbstractText></Abstract><AuthorList>{authors(r)}</AuthorList></Article></MedlineCitation>"
        f'<PubmedData><ArticleIdList><ArticleId IdType="doi">{r.doi}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>\n'
        for r in records
    )
    return f'<?xml version="1.0" ?>\n<PubmedArticleSet>\n{body}</PubmedArticleSet>\n'


def _endnote(records: Sequence[Reference]) -> str:
    def styled(text: str) -> str:
        return f'<style face="normal" font="default" size="100%">{escape(text)}</style>'

    body = "".join(
        f'<record><database name="a.enl">a.enl</database><rec-number>{r.number}</rec-number><ref-type name="Journal Article">17</ref-type>'
        f"<contributors><authors>{''.join(f'<author>{styled(n)}</author>' for n in r.spoken)}</authors></contributors>"
        f"<titles><title>{styled(r.title)}</title><secondary-title>{styled(r.venue)}</secondary-title></titles>"
        f"<pages>{styled(str(r.number))}</pages><dates><year>{styled(str(r.year))}</year></dates>"
        f"<abstract>{styled(r.abstract)}</abstract><electronic-resource-num>{styled(r.doi)}</electronic-resource-num></record>\n"
        for r in records
    )
    return f'<?xml version="1.0" encoding="UTF-8" ?><xml><records>\n{body}</records></xml>\n'


def _atom(records: Sequence[Reference]) -> str:
    body = "".join(
        f"<entry><id>http://arxiv.org/abs/{2001 + r.number // 10_000}.{r.number % 10_000:05}v1</id><published>{r.year}-03-01T00:00:00Z"
        f"</published><title>{escape(r.title)}</title><summary>{escape(r.abstract)}</summary>"
        f"{''.join(f'<author><name>{g} {escape(f)}</name></author>' for f, g in r.names)}</entry>\n"
        for r in records
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n{body}</feed>\n'
    )


def rows(records: Sequence[Reference]) -> Iterator[list[str]]:
    """Yield the rows of a table as Scopus has them, its header first."""
    yield ["Authors", "Title", "Year", "Source title", "Volume", "DOI", "Link", "Abstract", "Author Keywords"]
    for r in records:
        yield [
            "; ".join(r.spoken),
            r.title,
            str(r.year),
            r.venue,
            str(r.number % 90),
            r.doi,
            f"https://doi.org/{r.doi}",
            r.abstract,
            "Otters; Rivers",
        ]


def _table(mark: str) -> Callable[[Sequence[Reference]], str]:
    def write(records: Sequence[Reference]) -> str:
        file = io.StringIO()
        csv.writer(file, delimiter=mark).writerows(rows(records))
        return file.getvalue()

    return write


def _jsonl(records: Sequence[Reference]) -> str:
    return "".join(
        json.dumps(
            {"title": r.title, "abstract": r.abstract, "authors": r.spoken, "year": r.year, "doi": r.doi}
        )
        + "\n"
        for r in records
    )


def _csl_item(r: Reference) -> dict[str, object]:
    return {
        "id": f"key{r.number}", "type": "article-journal", "title": r.title, "abstract": r.abstract, "DOI": r.doi,
        "container-title": r.venue, "volume": str(r.number % 90), "page": f"{r.number}-{r.number + 9}",
        "author": [{"family": family, "given": given} for family, given in r.names], "issued": {"date-parts": [[r.year, 3, 1]]},
    }  # fmt: skip


def _csl(records: Sequence[Reference]) -> str:
    return json.dumps([_csl_item(r) for r in records], ensure_ascii=False, indent=1)


def _crossref(records: Sequence[Reference]) -> str:
    items = [
        {
            **_csl_item(r),
            "type": "journal-article",
            "title": [r.title],
            "container-title": [r.venue],
            "abstract": f"<jats:title>Abstract</jats:title><jats:p>{escape(r.abstract)}</jats:p>",
        }
        for r in records
    ]
    return json.dumps({"status": "ok", "message-type": "work-list", "message": {"items": items}})


def _openalex(records: Sequence[Reference]) -> str:
    def work(r: Reference) -> dict[str, object]:
        index: dict[str, list[int]] = {}
        for place, word in enumerate(r.abstract.split()):
            index.setdefault(word, []).append(place)
        people = [{"author": {"display_name": f"{given} {family}"}} for family, given in r.names]
        return {
            "id": f"https://openalex.org/W{r.number}",
            "title": r.title,
            "doi": f"https://doi.org/{r.doi}",
            "publication_year": r.year,
            "authorships": people,
            "abstract_inverted_index": index,
        }

    return "".join(json.dumps(work(r)) + "\n" for r in records)


def _arxiv(records: Sequence[Reference]) -> str:
    return "".join(
        json.dumps(
            {
                "id": f"{2001 + r.number // 10_000}.{r.number % 10_000:05}",
                "title": r.title,
                "abstract": f"  {r.abstract}\n",
                "authors_parsed": [[family, given, ""] for family, given in r.names],
                "categories": "cs.CL",
                "versions": [{"version": "v1", "created": f"Mon, 2 Apr {r.year} 19:18:42 GMT"}],
            }
        )
        + "\n"
        for r in records
    )


def _semantic_scholar(records: Sequence[Reference]) -> str:
    papers = [
        {
            "paperId": f"{r.number:040x}", "externalIds": {"DOI": r.doi}, "title": r.title, "abstract": r.abstract, "year": r.year,
            "journal": {"name": r.venue}, "authors": [{"name": f"{given} {family}"} for family, given in r.names],
        }
        for r in records
    ]  # fmt: skip
    return json.dumps({"total": len(papers), "data": papers})


def _daily_papers(records: Sequence[Reference]) -> str:
    papers = [
        {
            "id": f"{2001 + r.number // 10_000}.{r.number % 10_000:05}", "title": r.title, "summary": r.abstract,
            "publishedAt": f"{r.year}-03-01T00:00:00.000Z", "authors": [{"name": f"{given} {family}"} for family, given in r.names],
        }
        for r in records
    ]  # fmt: skip
    return json.dumps([{"paper": paper, "numComments": 1} for paper in papers], ensure_ascii=False)


def note(r: Reference) -> str:
    """Return a reference as a note in Markdown."""
    return f'---\ntitle: "{r.title}"\nauthors: [{"; ".join(r.spoken)}]\nyear: {r.year}\n---\n# Notes\n\n## Abstract\n\n{r.abstract}\n'


def _page(records: Sequence[Reference]) -> str:
    return "".join(f"{r.title}\n\n{r.abstract}\n\n" for r in records)


@dataclass(frozen=True)
class Export:
    """A kind of file: the ending of its name, and what writes it."""

    ending: str
    write: Callable[[Sequence[Reference]], str]


EXPORTS: Mapping[str, Export] = {
    "BibTeX": Export(".bib", _bibtex),
    "RIS": Export(".ris", _ris),
    "MEDLINE": Export(".nbib", _medline),
    "Web of Science": Export(".ciw", _web_of_science),
    "Refer": Export(".enw", _refer),
    "PubMed XML": Export(".xml", _pubmed),
    "EndNote XML": Export(".xml", _endnote),
    "Atom": Export(".atom", _atom),
    "CSV": Export(".csv", _table(",")),
    "TSV": Export(".tsv", _table("\t")),
    "JSONL": Export(".jsonl", _jsonl),
    "CSL-JSON": Export(".json", _csl),
    "Crossref": Export(".json", _crossref),
    "OpenAlex": Export(".jsonl", _openalex),
    "arXiv": Export(".jsonl", _arxiv),
    "Semantic Scholar": Export(".json", _semantic_scholar),
    "Hugging Face": Export(".json", _daily_papers),
    "Page": Export(".txt", _page),
}
