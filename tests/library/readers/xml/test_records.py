"""PubMed's, EndNote's and arXiv's XML, field by field."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from support.files import papers_in, problems_in, write

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


AWKWARD_PUBMED = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2024//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_240101.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">35123456</PMID>
<Article PubModel="Print-Electronic"><Journal><ISSN IssnType="Electronic">1234-5678</ISSN><JournalIssue CitedMedium="Internet"><Volume>4</Volume><PubDate><MedlineDate>2020 Nov-Dec</MedlineDate></PubDate></JournalIssue><Title>Urban animals &amp; plants</Title><ISOAbbreviation>Urban Anim</ISOAbbreviation></Journal>
<ArticleTitle>[<i>Lutra lutra</i> at 10<sup>-3</sup> g/m<sup>2</sup> &lt;CO<sub>2</sub>&gt;].</ArticleTitle>
<Pagination><StartPage>101</StartPage><EndPage>109</EndPage><MedlinePgn>101-9</MedlinePgn></Pagination>
<ELocationID EIdType="doi" ValidYN="Y">10.5555/otters</ELocationID>
<Abstract><AbstractText Label="BACKGROUND" NlmCategory="BACKGROUND">Otters return (<i>P</i> &lt; 0.05).</AbstractText><AbstractText Label="RESULTS"/><AbstractText>We counted <b>340</b>&#xa0;otters.</AbstractText><CopyrightInformation>© 2020 Example Press.</CopyrightInformation></Abstract>
<AuthorList CompleteYN="N"><Author ValidYN="Y"><LastName>van der Berg</LastName><ForeName>Anna Maria</ForeName><Initials>AM</Initials><Suffix>3rd</Suffix></Author><Author><CollectiveName>Otter Study Group</CollectiveName></Author><Author><LastName>Müller</LastName><Initials>K</Initials></Author></AuthorList>
<Language>eng</Language><VernacularTitle>Otter.</VernacularTitle></Article><OtherAbstract Type="Publisher" Language="spa"><AbstractText>Resumen.</AbstractText></OtherAbstract><KeywordList><Keyword>Otters</Keyword><Keyword>Rivers</Keyword></KeywordList>
<CommentsCorrectionsList><CommentsCorrections RefType="Cites"><PMID>999</PMID></CommentsCorrections></CommentsCorrectionsList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">35123456</ArticleId><ArticleId IdType="doi">10.5555/otters</ArticleId><ArticleId IdType="pmc">PMC7654321</ArticleId></ArticleIdList><ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.9999/wrong</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>
</PubmedArticleSet>
"""
AWKWARD_ENDNOTE = r"""<?xml version="1.0" encoding="UTF-8" ?><xml><records><record><database name="My.enl" path="C:\My.enl">My.enl</database><source-app name="EndNote" version="20.4">EndNote</source-app>
<rec-number>1</rec-number><foreign-keys><key app="EN" db-id="x" timestamp="1">1</key></foreign-keys><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal" font="default" size="100%">van der Berg, Anna Maria, 3rd</style></author><author><style>Otter Study Group,</style></author></authors><secondary-authors><author>Ed, Itor</author></secondary-authors></contributors><auth-address>Dept</auth-address>
<titles><title><style face="italic" font="default" size="100%">Lutra lutra</style><style face="normal" font="default" size="100%"> at 10</style><style face="superscript" font="default" size="100%">-3</style><style face="normal"> CO</style><style face="subscript">2</style></title><secondary-title><style>Urban Animals</style></secondary-title><alt-title>Urb. An.</alt-title></titles>
<periodical><full-title><style>Urban Animals</style></full-title></periodical><pages><style>101-109</style></pages><volume><style>4</style></volume><number>2</number>
<keywords><keyword><style>Otters</style></keyword><keyword>Rivers</keyword></keywords><dates><year><style>2020</style></year><pub-dates><date>May 3</date></pub-dates></dates><isbn><style>1234-5678</style></isbn><accession-num>35123456</accession-num>
<abstract><style>BACKGROUND: Otters return. &#xD;RESULTS: We counted 340 otters (P &lt; 0.05).</style></abstract><notes>mine</notes>
<urls><related-urls><url><style>https://example.org/o</style></url></related-urls><pdf-urls><url>internal-pdf://a.pdf</url></pdf-urls></urls><custom2>PMC7654321</custom2><electronic-resource-num><style>https://doi.org/10.5555/otters</style></electronic-resource-num><remote-database-name>Medline</remote-database-name><language>eng</language></record></records></xml>
"""


def test_an_awkward_article_of_pubmed_is_read_to_the_character(tmp_path: Path) -> None:
    (paper,) = papers_in(write(tmp_path / "a.xml", AWKWARD_PUBMED))
    assert problems_in(tmp_path / "a.xml") == []
    assert paper.title == "Lutra lutra at 10⁻³ g/m² <CO₂>"
    assert paper.abstract == "Otters return (P < 0.05). We counted 340 otters."
    assert [(part.label, paper.abstract[part.start : part.end]) for part in paper.sections] == [
        ("BACKGROUND", "Otters return (P < 0.05)."),
        ("", "We counted 340 otters."),
    ]
    assert paper.authors == ("Anna Maria van der Berg 3rd", "Otter Study Group", "K Müller")
    assert (paper.year, paper.venue) == (2020, "Urban animals & plants")
    assert (paper.doi, paper.pmid, paper.extra["PMCID"]) == ("10.5555/otters", "35123456", "PMC7654321")
    # The list of authors is not complete, and says so.
    assert paper.extra["custom"] == {"rights": "© 2020 Example Press.", "authors": "and others"}
    assert paper.extra["keyword"] == "Otters, Rivers"


def test_an_awkward_record_of_endnote_is_read_to_the_character(tmp_path: Path) -> None:
    (paper,) = papers_in(write(tmp_path / "a.xml", AWKWARD_ENDNOTE))
    assert problems_in(tmp_path / "a.xml") == []
    assert paper.title == "Lutra lutra at 10⁻³ CO₂"
    assert paper.abstract == "BACKGROUND: Otters return. RESULTS: We counted 340 otters (P < 0.05)."
    assert [part.label for part in paper.sections] == ["BACKGROUND", "RESULTS"]
    assert paper.authors == ("Anna Maria van der Berg 3rd", "Otter Study Group")
    assert (paper.id, paper.pmid, paper.year) == ("doi:10.5555/otters", "35123456", 2020)
    assert (paper.url, paper.extra["page"], paper.extra["issue"]) == ("https://example.org/o", "101-109", "2")
