"""PubMed's, EndNote's and arXiv's XML, field by field."""

from __future__ import annotations

import io

import pytest

from assistant.core.paper import Paper
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.xml.records import read

ABSTRACT = "<Abstract><AbstractText>Tea <i>is</i> good.</AbstractText></Abstract>"
AUTHORS = "<AuthorList><Author><LastName>Byron</LastName><ForeName>Ada</ForeName></Author></AuthorList>"


def read_all(text: str) -> list[Located | Problem]:
    return list(read(io.StringIO(text), "f.xml"))


def paper(text: str) -> Paper:
    (located,) = read_all(text)
    assert isinstance(located, Located), located
    return located.paper


def pubmed(
    inner: str = ABSTRACT, title: str = "<ArticleTitle>On tea</ArticleTitle>", more: str = ""
) -> Paper:
    return paper(
        f"<PubmedArticle><MedlineCitation><PMID>12</PMID><Article>{title}{inner}</Article></MedlineCitation>{more}</PubmedArticle>"
    )


def test_an_article_of_pubmed() -> None:
    one = pubmed(
        "<Journal><ISSN>1234-5678</ISSN><JournalIssue><Volume>3</Volume><Issue>4</Issue>"
        "<PubDate><Year>2020</Year><Month>May</Month><Day>6</Day></PubDate></JournalIssue>"
        "<Title>Notes of  tea</Title><ISOAbbreviation>Notes</ISOAbbreviation></Journal>"
        "<Pagination><MedlinePgn>7-9</MedlinePgn></Pagination><Language>eng</Language>"
        "<KeywordList><Keyword>tea</Keyword><Keyword>old  mice</Keyword></KeywordList>" + ABSTRACT + AUTHORS,
        more="<PubmedData><ArticleIdList><ArticleId IdType='doi'>10.1/x</ArticleId>"
        "<ArticleId IdType='pmc'>PMC34</ArticleId></ArticleIdList></PubmedData>",
    )
    assert (one.title, one.abstract, one.authors) == ("On tea", "Tea is good.", ("Ada Byron",))
    assert (one.year, one.venue, one.doi, one.pmid, one.sections) == (
        2020,
        "Notes of tea",
        "10.1/x",
        "12",
        (),
    )
    assert one.extra == {
        **{"type": "article-journal", "volume": "3", "issue": "4", "page": "7-9", "ISSN": "1234-5678"},
        **{"language": "eng", "PMCID": "PMC34", "container-title-short": "Notes", "keyword": "tea, old mice"},
        "issued": {"date-parts": [[2020, 5, 6]]},
    }


def test_labelled_parts_are_sections() -> None:
    one = pubmed(
        "<Abstract><AbstractText Label='AIM' NlmCategory='X'>Tea was drunk.</AbstractText>"
        "<AbstractText NlmCategory='RESULTS'>It helped.</AbstractText><AbstractText>So drink.</AbstractText></Abstract>"
    )
    assert "Tea was drunk." in one.abstract
    assert [(s.label.upper(), one.abstract[s.start : s.end]) for s in one.sections][:2] == [
        ("AIM", "Tea was drunk."),
        ("RESULTS", "It helped."),
    ]
    alone = pubmed("<Abstract><AbstractText Label='AIM'>Tea was drunk.</AbstractText></Abstract>")
    assert (alone.abstract, alone.sections) == ("Tea was drunk.", ())


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("<Year>2019</Year><MedlineDate>2018</MedlineDate>", 2019),
        ("<MedlineDate>2018 Nov-Dec</MedlineDate>", 2018),
        ("<MedlineDate>winter</MedlineDate>", None),
    ],
)
def test_the_year_of_an_article(date: str, year: int | None) -> None:
    journal = f"<Journal><JournalIssue><PubDate>{date}</PubDate></JournalIssue></Journal>"
    assert pubmed(journal + ABSTRACT).year == year


def test_what_an_article_may_have_in_other_places() -> None:
    one = pubmed(
        ABSTRACT + "<ELocationID EIdType='doi'>10.1/y</ELocationID>"
        "<AuthorList><Author><CollectiveName>The Group</CollectiveName><LastName>X</LastName></Author>"
        "<Author><LastName>Byron</LastName><Initials>A</Initials><Suffix>Jr</Suffix></Author><Author/></AuthorList>",
        title="<BookTitle>A book</BookTitle>",
        more="<CopyrightInformation>(c) us</CopyrightInformation><MedlineJournalInfo><MedlineTA>N</MedlineTA></MedlineJournalInfo>",
    )
    assert (one.title, one.doi, one.authors, one.venue) == (
        "A book",
        "10.1/y",
        ("The Group", "A Byron Jr"),
        "N",
    )
    assert one.extra["custom"] == {"rights": "(c) us"}
    assert "custom" not in pubmed().extra
    assert "volume" not in pubmed().extra


def test_raised_and_lowered_figures() -> None:
    one = pubmed(
        "<Abstract><AbstractText>CO<sub>2</sub> of 10<sup>3</sup> <b>m</b> here.</AbstractText></Abstract>"
    )
    assert one.abstract == "CO₂ of 10³ m here."


ENDNOTE = """<xml><records><record><database>x</database><ref-type name="{kind}">17</ref-type><contributors><authors>
<author>Byron, Ada</author><author></author></authors><secondary-authors><author>Chen, Bo</author><author> </author>
</secondary-authors></contributors><titles><title>On tea</title><secondary-title>Second</secondary-title></titles>{full}
<pages>7-9</pages><volume>3</volume><number>4</number><keywords><keyword>tea</keyword><keyword>old  mice</keyword></keywords>
<dates><year>in 2020</year></dates><accession-num>{number}</accession-num><abstract>Tea is good.</abstract>
<urls><related-urls><url>see https://x.org/1 there</url></related-urls></urls>
<electronic-resource-num>10.1/x</electronic-resource-num><remote-database-name>{base}</remote-database-name></record></records></xml>"""


def endnote(kind: str = "Journal Article", number: str = "12", base: str = "PubMed", full: str = "") -> Paper:
    return paper(ENDNOTE.format(kind=kind, number=number, base=base, full=full))


def test_a_record_of_endnote() -> None:
    one = endnote()
    assert (one.title, one.abstract, one.authors) == ("On tea", "Tea is good.", ("Ada Byron",))
    assert (one.year, one.venue, one.doi, one.pmid, one.url) == (
        2020,
        "Second",
        "10.1/x",
        "12",
        "https://x.org/1",
    )
    assert one.extra == {
        **{"type": "article-journal", "volume": "3", "issue": "4", "page": "7-9", "keyword": "tea, old mice"},
        "editor": [{"family": "Chen", "given": "Bo"}],
    }
    assert endnote(full="<periodical><full-title>Notes</full-title></periodical>").venue == "Notes"
    assert endnote(kind="Thesis").extra["type"] == "thesis"
    assert "type" not in endnote(kind="Song").extra


@pytest.mark.parametrize(
    ("base", "number", "pmid"),
    [
        ("PubMed", "12", "12"),
        ("Medline", "12", "12"),
        ("Scopus", "12", ""),
        ("PubMed", "WOS:12", ""),
        ("", "12", ""),
    ],
)
def test_only_pubmeds_number_is_one(base: str, number: str, pmid: str) -> None:
    assert endnote(base=base, number=number).pmid == pmid


def test_what_a_record_of_endnote_may_lack() -> None:
    one = paper("<record><titles><title>T</title></titles><abstract>A b.</abstract></record>")
    assert (one.year, one.url, one.extra) == (None, "", {})
    (untold,) = read_all("<record><titles><title>T</title></titles></record>")
    assert isinstance(untold, Located)
    assert (untold.paper.title, untold.paper.abstract) == ("T", "")


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"><title>All</title><entry>
<id>{number}</id><title>On  tea</title><summary>Tea is
good.</summary><published>2020-01-02T00:00:00Z</published><author><name>Ada  Byron</name><arxiv:affiliation>X</arxiv:affiliation>
</author><arxiv:doi>10.1/x</arxiv:doi><arxiv:comment>7 pages</arxiv:comment><arxiv:journal_ref>Notes</arxiv:journal_ref>
<title>Other</title></entry></feed>"""


def test_an_entry_of_atom() -> None:
    one = paper(ATOM.format(number="http://arxiv.org/abs/2001.00001v2"))
    assert (one.title, one.abstract, one.authors) == ("On tea", "Tea is good.", ("Ada Byron",))
    assert (one.year, one.venue, one.doi, one.arxiv_id) == (2020, "Notes", "10.1/x", "2001.00001v2")
    assert one.extra == {"note": "7 pages", "issued": {"date-parts": [[2020, 1, 2]]}}
    assert paper(ATOM.format(number="http://other.org/1")).arxiv_id == ""


def test_records_are_numbered_and_a_fault_ends_them() -> None:
    one = "<record><titles><title>T{0}</title></titles><abstract>A b{0}.</abstract></record>"
    first, second, problem = read_all(f"<records>{one.format(1)}{one.format(2)}\n<record></records>")
    assert isinstance(first, Located)
    assert isinstance(second, Located)
    assert (first.line, second.line) == (1, 2)
    assert isinstance(problem, Problem)
    assert (problem.line, problem.field) == (2, "record")
    assert problem.message.startswith("not XML: ")


def test_what_could_grow_is_refused() -> None:
    (problem,) = read_all('<!DOCTYPE x [<!ENTITY a "b">]><record>&a;</record>')
    assert isinstance(problem, Problem)
    assert (problem.line, problem.message) == (
        0,
        "XML that is not safe to read (EntitiesForbidden); what follows is not read",
    )


def test_elements_are_nested_up_to_200_deep() -> None:
    assert read_all("<a>" * 200 + "</a>" * 200) == []
    (problem,) = read_all("<a>" * 201 + "</a>" * 201)
    assert isinstance(problem, Problem)
    assert problem.message == "elements are nested more than 200 deep; what follows is not read"
    assert problem.line == 0
