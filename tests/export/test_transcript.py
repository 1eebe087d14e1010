"""Answers and conversations leave the program: in citation styles, as Markdown, HTML, JSON; whatever they hold."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from support.papers import PAPERS
from support.payloads import PAYLOADS

from assistant import Answer, Assistant, Evidence, Paper, Source, Statement
from assistant.cli.text import answer_text
from assistant.conversation.store import Conversation, new_turn
from assistant.core.answers.comparison import Aspect, Cell, Comparison, Relation
from assistant.core.answers.refusal import Refusal
from assistant.export.citation_style import STYLES, cited, reference
from assistant.export.formats import TRANSCRIPTS

DOT = Paper(
    "dot", "Dot: tiny detectors", "Dot finds cars in 5 ms.", authors=("Ada Byron", "Bo Chen"), year=2024, venue="Nature", doi="10.1/dot"
)  # fmt: skip


def answer_of(*papers: Paper) -> Answer:
    statements = tuple(
        Statement(
            f"Sentence {n}.",
            (p.id,),
            "supported",
            how="verbatim",
            evidence=(Evidence(p.id, p.abstract[:5], 0, 5),),
        )
        for n, p in enumerate(papers)
    )
    sources = tuple(Source(n, p) for n, p in enumerate(papers, start=1))
    text = " ".join(f"Sentence {n} [{n + 1}]." for n in range(len(papers)))
    return Answer("What is it?", text, statements, sources)


@pytest.mark.parametrize(
    ("style", "within"),
    [
        ("numeric", "Sentence 0 [1]."),
        ("author-year", "Sentence 0 (Byron & Chen, 2024)."),
        ("apa", "Sentence 0 (Byron & Chen, 2024)."),
        ("vancouver", "[1]"),
        ("ieee", "[1]"),
    ],
)
def test_an_answer_is_cited_in_a_style(style: str, within: str) -> None:
    said = cited(answer_of(DOT), style)
    assert within in said
    assert "References" in said
    assert "Dot" in said.partition("References")[2]
    assert "2024" in said


def test_each_style_has_its_own_reference() -> None:
    made = {style: reference([DOT], style)[0] for style in STYLES}
    assert "Byron, A." in made["apa"]
    assert "A. Byron" in made["ieee"]
    assert "Byron A" in made["vancouver"]


def test_papers_of_one_author_and_year_are_told_apart() -> None:
    other = Paper("dot2", "Dot again", "Dot is back.", authors=DOT.authors, year=2024)
    said = cited(answer_of(DOT, other), "author-year")
    assert "2024a" in said
    assert "2024b" in said


def test_a_paper_without_author_and_year_can_be_cited() -> None:
    for style in STYLES:
        assert "Line" in cited(answer_of(PAPERS[1]), style)


@pytest.mark.parametrize("style", list(STYLES))
def test_no_style_stumbles_over_what_a_paper_holds(style: str) -> None:
    for nasty in PAYLOADS:
        paper = Paper(
            "x", f"T {nasty}", f"A {nasty}", authors=(f"N {nasty}", "Ada Byron"), venue=nasty, year=2020
        )
        (made,) = reference([paper], style)
        assert "2020" in made
        assert "&lt;" not in made or "&lt;" in nasty


def test_struck_sentences_are_not_copied() -> None:
    answer = answer_of(DOT)
    struck = Statement("It was made on Mars.", ("dot",), "unsupported", struck=True)
    said = cited(Answer("q", "t", (*answer.statements, struck), answer.sources), "numeric")
    assert "Mars" not in said


def test_an_unknown_style_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="apa"):
        reference([DOT], "klingon")


class Tags(HTMLParser):
    """The elements of a page, and the text that it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


OURS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "section", "article", "p", "em", "ul", "li",
    "span", "del", "a", "blockquote", "mark", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


def table_of(
    paper: Paper, text: str = "Dot finds cars in 5 ms.", how: str = "verbatim", problems: tuple[str, ...] = ()
) -> Comparison:
    """Returns a paper beside another that says the opposite."""
    other = replace(paper, id="other")
    said = Statement(
        text,
        (paper.id,),
        "supported",
        how,
        problems=problems,
        evidence=(Evidence("other", text, 0, len(text)),),
    )
    row = Aspect(f"Results {text}", (Cell(paper.id, said), Cell("other", None)))
    return Comparison((paper, other), (row,), (Relation("disagree", said, paper.id, "other"),))


def test_papers_side_by_side_are_exported_as_a_table() -> None:
    answer = replace(answer_of(DOT), comparison=table_of(DOT))
    conversation = Conversation("c", "Dot", "2026", (new_turn(answer),))
    markdown = TRANSCRIPTS["markdown"].write(conversation)
    assert "| Results Dot finds cars in 5 ms. | “Dot finds cars in 5 ms.” | no sentence found |" in markdown
    assert "**Dot: tiny detectors** and **Dot: tiny detectors** disagree:" in markdown
    page = TRANSCRIPTS["html"].write(conversation)
    assert '<td dir="auto">“Dot finds cars in 5 ms.”</td>' in page
    assert "“Dot finds cars in 5 ms.”" in answer._repr_html_()
    said = cited(answer, "numeric")
    assert "Side by side:\n  Results Dot finds cars in 5 ms.\n    [1] “Dot finds cars in 5 ms.”" in said
    assert "no sentence found" in said
    assert said.index("Side by side") < said.index("References")
    assert "Byron & Chen, 2024 “Dot finds" in cited(answer, "author-year")


def everywhere(answer: Answer) -> dict[str, str]:
    """Returns an answer in every form that leaves the page."""
    conversation = Conversation("c", "Dot", "2026", (new_turn(answer),))
    return {
        **{name: TRANSCRIPTS[name].write(conversation) for name in ("markdown", "html")},
        "notebook": answer._repr_html_(),
        "copy": cited(answer, "numeric"),
        "terminal": answer_text(answer),
    }


def test_what_a_model_wrote_is_never_shown_as_a_quote() -> None:
    table = replace(
        table_of(DOT, "It needs 5 ms.", "model-x", ("Another unit.",)), model="model-x", warnings=("Late.",)
    )
    plain = replace(table_of(DOT), relations=())
    for name, shown in everywhere(replace(answer_of(DOT), comparison=table)).items():
        cell = shown.replace("\n", " ").partition("Side by side")[2].partition("disagree")[0]
        assert "It needs 5 ms." in cell, name
        assert "“It needs" not in cell, name
        for said in ("Written by model-x, each sentence checked.", "Late.", "Another unit."):
            assert said.replace("-", "\\-") in shown or said in shown, (name, said)
    for name, shown in everywhere(replace(answer_of(DOT), comparison=plain)).items():
        assert "No two sentences agree or contradict each other in so many words." in shown, name


@pytest.mark.parametrize("listed", [True, False])
def test_what_the_program_says_of_an_answer_goes_along_once(listed: bool) -> None:
    answer = answer_of(DOT, PAPERS[1])
    remark = "The abstracts may disagree: 2 of them say no."
    answer = replace(
        answer, text=f"{remark}\n\n{answer.text}", remark=remark, listed=listed, comparison=table_of(DOT)
    )
    for name, shown in everywhere(answer).items():
        assert shown.count(remark) == 1, name
        assert shown.count("Side by side") == 1, name
        if name in ("markdown", "html"):
            # A table does not part a list from what it is a list of.
            assert (shown.index("Side by side") > shown.rindex(PAPERS[1].title)) == listed, name
    apart = replace(answer, text="Sentence 0 [1].", listed=False)
    assert answer_text(apart).count(remark) == 1, "also where the text does not begin with it"


def test_a_remark_that_is_copied_cites_in_the_chosen_style() -> None:
    answer = replace(answer_of(DOT, PAPERS[1]), remark="[1] says no, [2] does not say no.")
    assert cited(answer, "numeric").startswith("[1] says no, [2] does not say no.\n\nSentence 0")
    assert cited(answer, "apa").startswith("Byron & Chen, 2024 says no, ")


def test_a_reference_has_one_full_stop_behind_a_note_and_names_as_they_are_spoken() -> None:
    paper = replace(DOT, authors=("József Müller", "García López, María"), note="Written for this demo.")
    conversation = Conversation("c", "Dot", "2026", (new_turn(answer_of(paper)),))
    for name in ("markdown", "html"):
        shown = TRANSCRIPTS[name].write(conversation)
        assert "József Müller, María García López." in shown, name
        assert "demo.." not in shown, name


@pytest.mark.parametrize("nasty", PAYLOADS[:100])
def test_a_conversation_full_of_payloads_is_text_in_html(nasty: str) -> None:
    paper = Paper("x", nasty, f"Abstr {nasty}", authors=(nasty,), venue=nasty, url=nasty, note=nasty)
    answer = Answer(nasty, nasty, answer_of(paper).statements, (Source(1, paper),), warnings=(nasty,))
    refused = Answer(nasty, nasty, refusal=Refusal("off_topic", (paper,)))
    answer = replace(answer, comparison=table_of(paper, nasty))
    conversation = Conversation("c", nasty, "2026", (new_turn(answer), new_turn(refused)))
    found = Tags()
    found.feed(TRANSCRIPTS["html"].write(conversation))
    assert found.tags <= OURS
    assert all(link.startswith(("http://", "https://")) for link in found.links)
    markdown = TRANSCRIPTS["markdown"].write(conversation)
    assert "\n#" not in markdown.replace("\n# ", "", 1).replace("\n## ", "")
    assert "<script" not in markdown
    assert "](" not in markdown


def test_the_json_of_a_conversation_holds_every_answer(library: Assistant) -> None:
    answer = library.ask("How fast does Dot find cars?")
    conversation = Conversation("c", "Dot", "2026", (new_turn(answer),))
    data = json.loads(TRANSCRIPTS["json"].write(conversation))
    assert Answer.from_json(data["turns"][0]["answer"]) == answer
    assert data["title"] == "Dot"


def test_no_export_tells_where_files_lie(library: Assistant) -> None:
    paper = replace(DOT, source="/home/ada/papers/zotero.bib")
    compared = replace(answer_of(paper), comparison=table_of(paper))
    answers = compared, Answer("What?", "", refusal=Refusal("off_topic", (paper,)))
    conversation = Conversation("c", "Dot", "2026", tuple(map(new_turn, answers)))
    for form in TRANSCRIPTS.values():
        assert "/home/ada" not in form.write(conversation)
    assert '"zotero.bib"' in TRANSCRIPTS["json"].write(conversation)


def test_evidence_is_marked_in_the_html_and_quoted_in_the_markdown(library: Assistant) -> None:
    answer = library.ask("How fast does Dot find cars?")
    conversation = Conversation("c", "Dot", "2026", (new_turn(answer),))
    assert "<mark>Dot finds cars in 5 ms on a phone.</mark>" in TRANSCRIPTS["html"].write(conversation)
    assert "> Dot finds cars in 5 ms on a phone." in TRANSCRIPTS["markdown"].write(conversation)


def test_a_transcript_says_when_as_people_write_it(library: Assistant) -> None:
    turn = replace(new_turn(library.ask("How fast does Dot find cars?")), at="2026-05-03T16:05:09+02:00")
    conversation = Conversation("c", "Dot", "2026", (turn,))
    for form in ("markdown", "html"):
        assert "3 May 2026, 14:05 UTC" in TRANSCRIPTS[form].write(conversation)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("How fast does Dot find cars?", "how-fast-does-dot-find-cars.md"),
        ("../../etc/passwd", "etc-passwd.md"),
        ("Wie schläft man?", "wie-schläft-man.md"),
        ("One two three four five six seven eight nine", "one-two-three-four-five-six-seven-eight.md"),
        ("x" * 200, "x" * 60 + ".md"),
        ("?!", "papers.md"),
    ],
)
def test_a_file_is_named_after_what_it_is_about(title: str, name: str) -> None:
    assert TRANSCRIPTS["markdown"].file_name(title) == name
