"""Papers from arXiv, Crossref, PubMed, Daily Papers and Zotero: what is asked, what comes, and what is no paper of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.services import ATOM, Preprint, Services, article, serving, status

from assistant.core.errors import SourceError
from assistant.core.paper import Paper
from assistant.library.readers import Problem
from assistant.library.sources.intake import records
from assistant.library.sources.services import arxiv, daily_papers
from assistant.library.sources.services.http import ServiceClient
from assistant.library.sources.services.registry import SERVICES, named

WORK = {
    "DOI": "10.1000/ab.c(1)",
    "type": "journal-article",
    "title": ["Tea &lt; coffee"],
    "abstract": "<jats:p>Tea is good, p &lt; 0.05.</jats:p>",
    "author": [{"given": "Ada", "family": "Byron", "sequence": "first"}],
    "container-title": ["Notes"],
    "issued": {"date-parts": [[2019, 5]]},
    "URL": "https://doi.org/10.1000/ab.c(1)",
}


@pytest.fixture
def services() -> Iterator[Services]:
    with serving() as running:
        yield running


def got(services: Services, source: str, **more: Any) -> list[Paper | Problem]:
    return list(records([source], ServiceClient(services.settings(), wait=lambda seconds: None), **more))


def fault(services: Services, source: str) -> str:
    with pytest.raises(SourceError) as caught:
        got(services, source)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


def daily(n: int) -> dict[str, Any]:
    paper = {
        "id": f"2608.{n:05}",
        "title": f"Paper {n}",
        "summary": f"We count {n}.",
        "authors": [{"name": "Bo Chen"}],
    }
    return {"paper": {**paper, "publishedAt": "2026-08-19T00:00:00.000Z"}, "title": f"Paper {n}"}


def test_a_paper_of_arxiv_by_its_id(services: Services) -> None:
    (paper,) = got(services, " arXiv:2611.00001 ")
    assert paper == Paper(
        "arxiv:2611.00001",
        "Dot: tiny detectors",
        "We present Dot. Dot finds cars in 5 ms, if p < 0.05.",
        authors=("Ada Byron",),
        year=2026,
        arxiv_id="2611.00001v2",
        source="arxiv:2611.00001",
        extra={"issued": {"date-parts": [[2026, 11, 3]]}},
    )
    ((path, query, headers),) = services.asked
    assert (path, query) == ("/arxiv", {"id_list": "2611.00001", "max_results": "1"})
    assert headers["user-agent"].startswith("abstracts-assistant/")


def test_an_id_that_arxiv_does_not_have(services: Services) -> None:
    assert fault(services, "arxiv:2611.00009") == "arXiv has no paper 2611.00009: check the id."
    paper, problem = got(services, "arxiv:2611.00001,2611.00009")
    assert isinstance(paper, Paper)
    assert str(problem) == "arxiv:2611.00001,2611.00009:0: id: arXiv has no paper 2611.00009: check it"


def test_more_ids_than_one_request_takes(services: Services) -> None:
    ids = [f"2611.{n:05}" for n in range(130)]
    services.held.arxiv = [Preprint(one) for one in ids]
    assert len(got(services, "arxiv:" + ",".join(ids))) == 130
    assert len(services.asked) == 2


@pytest.mark.parametrize(
    ("comment", "abstract", "note"),
    [
        ("This paper has been withdrawn: Lemma 2 is wrong", "We prove P.", "Lemma 2 is wrong"),
        ("", "This paper has been withdrawn by the author.", "withdrawn by the author."),
    ],
)
def test_a_withdrawn_paper_says_so_wherever_it_is_shown(
    services: Services, comment: str, abstract: str, note: str
) -> None:
    services.held.arxiv = [Preprint("2611.00001", comment=comment, abstract=abstract)]
    (paper,) = got(services, "arxiv:2611.00001")
    assert isinstance(paper, Paper)
    assert paper.note.startswith("arXiv says of this paper: ")
    assert paper.note.endswith(note)


def test_a_paper_about_withdrawn_drugs_is_not_withdrawn(services: Services) -> None:
    services.held.arxiv = [
        Preprint("2611.00001", abstract="Some drugs are withdrawn. This paper counts them.")
    ]
    (paper,) = got(services, "arxiv:2611.00001")
    assert isinstance(paper, Paper)
    assert paper.note == ""


def test_the_papers_of_a_category_since_a_day_come_page_by_page(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arxiv, "_PAGE", 4)
    services.held.arxiv = [
        *(Preprint(f"2611.{n:05}", title=f"Paper {n}", day=f"2026-11-{n + 1:02}") for n in range(11)),
        Preprint("2611.00099", category="cs.CL"),
    ]
    found = got(services, "arxiv:cat:cs.CV?since=2026-11-02")
    assert [paper.title for paper in found if isinstance(paper, Paper)] == [
        f"Paper {n}" for n in range(1, 11)
    ]
    assert {paper.source for paper in found if isinstance(paper, Paper)} == {
        "arxiv:cat:cs.CV?since=2026-11-02"
    }
    assert [query["start"] for _, query, _ in services.asked] == ["0", "4", "8"]
    until = got(services, "arxiv:cat:cs.CV?until=2026-11-04&since=2026-11-03")
    assert {paper.source for paper in until if isinstance(paper, Paper)} == {
        "arxiv:cat:cs.CV?since=2026-11-03&until=2026-11-04"
    }
    assert len(until) == 2


def test_what_is_wrong_with_an_entry_skips_no_other(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arxiv, "_PAGE", 2)
    services.held.arxiv = [
        Preprint(
            f"2611.{n:05}",
            title=f"Paper {n}",
            published="0000-01-01" if n < 2 else "",
            abstract="" if n == 3 else "A.",
        )
        for n in range(5)
    ]
    found = got(services, "arxiv:cat:cs.CV?since=2026-11-01", abstracts_only=True)
    assert [one.title for one in found if isinstance(one, Paper)] == [f"Paper {n}" for n in (0, 1, 2, 4)]
    assert [one.field for one in found if isinstance(one, Problem)] == ["year", "year", "abstract"]


def test_an_empty_page_of_arxiv_is_asked_for_again_and_not_for_ever(services: Services) -> None:
    empty = status(200, ATOM.format(total=1, entries=""))
    services.faults = [empty, empty]
    assert len(got(services, "arxiv:cat:cs.CV?since=2026-11-01")) == 1
    services.faults = [empty] * 9
    assert fault(services, "arxiv:cat:cs.CV?since=2026-11-01") == (
        "arXiv sent 0 of 1 papers of cs.CV: try again later."
    )


def test_a_category_without_papers_and_one_with_too_many(services: Services) -> None:
    assert fault(services, "arxiv:cat:hep-th?since=2026-11-01") == (
        "arXiv has no paper of hep-th since 2026-11-01: check the category, or name an earlier day."
    )
    services.faults = [status(200, ATOM.format(total=40_000, entries=""))]
    assert "has 40,000 papers since 2001-01-01, and arXiv gives out 30,000 at most" in fault(
        services, "arxiv:cat:cs.CV?since=2001-01-01"
    )


def test_what_arxiv_says_of_a_wrong_request_is_told(services: Services) -> None:
    entry = (
        "<entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_x</id><title>Error</title>"
        "<summary>incorrect id format for x</summary></entry>"
    )
    services.faults = [status(200, ATOM.format(total=1, entries=entry))]
    assert "did not understand the request (incorrect id format for x)" in fault(services, "arxiv:2611.00001")


def test_a_paper_by_its_doi(services: Services) -> None:
    services.held.crossref["10.1000/ab.c(1)"] = WORK
    (paper,) = got(services, "doi:https://doi.org/10.1000/aB.c(1)")
    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract) == ("Tea < coffee", "Tea is good, p < 0.05.")
    assert (paper.authors, paper.year, paper.venue) == (("Ada Byron",), 2019, "Notes")
    assert (paper.source, paper.note) == ("doi:10.1000/aB.c(1)", "")
    assert fault(services, "doi:10.1000/none") == (
        "Crossref has no paper 10.1000/none: check the DOI (those of data sets and theses are mostly not at Crossref)."
    )


def test_a_work_that_crossref_calls_retracted_says_so(services: Services) -> None:
    notice = {"type": "retraction", "label": "Retraction", "DOI": "10.1000/notice"}
    services.held.crossref["10.1000/ab.c(1)"] = WORK | {"updated-by": [{"type": "correction"}, notice]}
    (paper,) = got(services, "doi:10.1000/ab.c(1)")
    assert isinstance(paper, Paper)
    assert paper.note == "Retracted, says Crossref (doi:10.1000/notice)."
    assert "updated-by" not in paper.extra


def test_an_address_for_e_mail_is_sent_where_it_is_set(services: Services) -> None:
    services.held.crossref["10.1000/ab.c(1)"] = WORK
    services.held.pubmed["12"] = article("12")
    client = ServiceClient(services.settings(mailto="ada@example.org"), wait=lambda seconds: None)
    assert len(list(records(["doi:10.1000/ab.c(1)", "pmid:12", "arxiv:2611.00001"], client))) == 3
    (_, crossref, headers), (_, pubmed, _), (_, preprint, _) = services.asked
    assert crossref["mailto"] == pubmed["email"] == "ada@example.org"
    assert headers["user-agent"].endswith("(mailto:ada@example.org)")
    assert "ada@example.org" not in preprint.values()


def test_papers_by_their_pubmed_ids(services: Services) -> None:
    services.held.pubmed = {"12": article("12"), "13": article("13", title="Naps")}
    first, second, problem = got(services, "pmid:012, 13, 14")
    assert isinstance(first, Paper)
    assert isinstance(second, Paper)
    assert (first.id, first.abstract, second.title) == (
        "pmid:12",
        "Tea < 3 cups does not harm sleep.",
        "Naps",
    )
    assert "PubMed has no paper 14" in str(problem)
    assert fault(services, "pmid:15") == "PubMed has no paper 15: check the id."
    services.faults = [status(400, '{"error": "F+WebEnv"}')]
    assert fault(services, "pmid:15") == "PubMed has no paper 15: check the id."


def test_a_paper_that_pubmed_calls_retracted_says_so(services: Services) -> None:
    notice = (
        "<CommentsCorrectionsList><CommentsCorrections RefType='RetractionIn'><RefSource>Notes. 2020;1:2</RefSource>"
        "</CommentsCorrections></CommentsCorrectionsList>"
    )
    kinds = "<PublicationType UI='D016441'>Retracted Publication</PublicationType>"
    services.held.pubmed["12"] = article("12", kinds=kinds, notice=notice)
    (paper,) = got(services, "pmid:12")
    assert isinstance(paper, Paper)
    assert paper.note == "Retracted, says PubMed (Notes. 2020;1:2)."


def test_the_daily_papers_of_a_day(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily_papers, "_PAGE", 3)
    services.held.daily["2026-08-20"] = [daily(n) for n in range(7)]
    found = got(services, "hf-daily:2026-08-20")
    assert [paper.id for paper in found if isinstance(paper, Paper)] == [
        f"arxiv:2608.{n:05}" for n in range(7)
    ]
    assert len(services.asked) == 3
    assert fault(services, "hf-daily:2026-08-23") == (
        "Hugging Face has no daily papers of 2026-08-23: name another day."
    )
    services.faults = [status(200, '{"error": "x"}')]
    assert fault(services, "hf-daily:2026-08-20") == "Hugging Face sent no list of papers: try again later."


def test_the_library_of_zotero(services: Services) -> None:
    services.held.zotero = [
        {
            "id": f"http://zotero.org/users/local/ab/items/K{n}",
            "type": "article-journal",
            "title": f"Paper {n}",
            "abstract": f"We count {n}.",
            "container-title": "Notes",
            "citation-key": f"byron{n}",
        }
        for n in range(230)
    ]
    found = got(services, "zotero:")
    assert len({paper.id for paper in found if isinstance(paper, Paper)}) == 230
    (paper, *_) = found
    assert isinstance(paper, Paper)
    assert (paper.source, paper.extra["citation-key"]) == ("zotero:", "byron0")
    assert [query["start"] for _, query, _ in services.asked] == ["0", "100", "200"]
    services.held.wrapped = True
    assert got(services, "zotero:") == found
    services.held.zotero = []
    assert fault(services, "zotero:") == "Your Zotero library is empty: add something to it first."


def test_notes_in_zotero_hide_no_papers(services: Services) -> None:
    """They have a place in its list, so a page may have few papers, or none."""
    papers = [{"type": "book", "title": f"Paper {n}", "abstract": f"We count {n}."} for n in range(130)]
    notes = [{"type": "note"}] * 130
    services.held.zotero = [*papers[:60], *notes[:20], *papers[60:65], *notes[20:], *papers[65:]]
    found = got(services, "zotero:")
    assert [paper.title for paper in found if isinstance(paper, Paper)] == [one["title"] for one in papers]
    assert [query["start"] for _, query, _ in services.asked] == ["0", "100", "200"]


def test_a_zotero_that_lets_nobody_in_or_does_not_run(services: Services) -> None:
    services.faults = [status(403, "Local API is not enabled")]
    assert "in Zotero's settings under Advanced, allow other applications" in fault(services, "zotero:")
    client = ServiceClient(services.settings(zotero="http://127.0.0.1:9/api"), wait=lambda seconds: None)
    with pytest.raises(SourceError, match=r"Zotero \(127.0.0.1\) cannot be reached: start Zotero 7 or newer"):
        list(records(["zotero:"], client))


def test_only_papers_with_an_abstract_may_be_asked_for(services: Services) -> None:
    services.held.crossref["10.1000/ab.c(1)"] = {**WORK, "abstract": ""}
    (problem,) = got(services, "doi:10.1000/ab.c(1)", abstracts_only=True)
    assert isinstance(problem, Problem)
    assert problem.field == "abstract"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("arxiv:", "'' is no arXiv id"),
        ("arxiv:attention", "'attention' is no arXiv id: they look like 1706.03762"),
        ("arxiv:1706.03762/../x", "is no arXiv id"),
        ("arxiv:cat:cs.CL", "say from which day on"),
        ("arxiv:cat:cs CL?since=2026-11-01", "is no category"),
        ("arxiv:cat:cs.CL?since=2026-02-30", "'2026-02-30' is no day"),
        ("arxiv:cat:cs.CL?since=2026-11-01&author=x", "'author' cannot be asked of a category"),
        ("doi:nature14539", "'nature14539' is no DOI"),
        ("doi:10.48550/arXiv.1706.03762", "add arxiv:1706.03762"),
        ("pmid:PMC123", "'PMC123' is no PubMed id"),
        ("pmid:", "'' is no PubMed id"),
        ("hf-daily:yesterday", "'yesterday' is no day"),
        ("hf-daily:20260820", "'20260820' is no day"),
        ("zotero:mine", "names the whole of your Zotero library"),
    ],
)
def test_what_no_paper_is_called_is_refused_before_anything_is_asked(
    services: Services, source: str, words: str
) -> None:
    assert words in fault(services, source)
    assert services.asked == []


def test_a_file_of_that_name_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert named("arxiv:1706.03762")
    (tmp_path / "arxiv:1706.03762").write_text("x")
    assert named("arxiv:1706.03762") is None
    assert named("C:\\papers.bib") is None
    assert named("papers.bib") is None
    assert named(tmp_path / "doi:10.1/x") is None


def test_every_example_names_what_it_is_an_example_of() -> None:
    for service in SERVICES:
        for example in service.examples:
            one = named(example)
            assert one is not None
            assert (one.service, str(one)) == (service, example)
