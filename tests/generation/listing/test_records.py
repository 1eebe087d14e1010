from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.papers import ROOT

from assistant import Answer, Assistant, Chat, Settings
from assistant.cli.text import answer_text
from assistant.core.paper import Paper

PAPERS = ROOT / "evals" / "suites" / "two-fields" / "papers.jsonl"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(tmp_path_factory.mktemp("library"), settings=Settings()) as made:
        made.add(PAPERS)
        yield made


@pytest.mark.parametrize(
    ("question", "remark", "sources"),
    [
        ("How many papers do you have?", "The library has 32 papers, published from 2014 to 2024.", 0),
        ("Which papers are from 2023?", "3 of the 32 papers were published in 2023.", 3),
        ("papers since 2023", "5 of the 32 papers were published since 2023.", 5),
        ("papers from 2014 to 2015", "3 of the 32 papers were published from 2014 to 2015.", 3),
        ("papers by Hansen", "2 of the 32 papers are by Hansen.", 2),
        ("papers by Briar from 2020", "1 of the 32 papers is by Briar, published in 2020.", 1),
        ("How many papers are in Soil Letters?", "3 of the 32 papers were published in Soil Letters.", 3),
        ("papers by Einstein", "None of the 32 papers is by Einstein.", 0),
        ("Which papers are from 1998?", "None of the 32 papers was published in 1998.", 0),
        ("What is the newest paper?", "The newest papers are from 2024.", 2),
        ("Which paper is the oldest?", "The oldest paper is from 2014.", 1),
        ("What languages are the papers in?", "The papers are in English.", 0),
        ("thank you", "You're welcome. Ask another question whenever you like.", 0),
    ],
)
def test_the_records_answer_with_numbers_and_papers(
    library: Assistant, question: str, remark: str, sources: int
) -> None:
    answer = library.ask(question)
    assert (answer.remark, len(answer.sources)) == (remark, sources)
    assert (answer.model, answer.refusal, answer.listed, answer.statements) == ("records", None, True, ())
    assert Answer.from_json(answer.to_json()) == answer


def test_help_offers_only_what_the_records_have(library: Assistant) -> None:
    text = library.ask("What can you do?").text
    assert "32 papers" in text
    assert "who wrote them" in text
    assert "which are from 2024" in text


def test_counts_by_field_begin_with_the_most_frequent(library: Assistant) -> None:
    assert "Urban Nature (4), " in library.ask("Which journals are in the library?").remark
    assert "28 authors" in library.ask("Who are the authors?").remark
    assert library.ask("What topics are covered?").remark.startswith("Topics of the 32 papers: memory (6), ")


def test_a_scope_bounds_what_the_records_tell(library: Assistant) -> None:
    answer = library.ask("How many papers are there?", papers=["mowing", "biochar"])
    assert answer.remark == "The library has 2 papers, published from 2019 to 2021."
    assert library.ask("papers by Briar", without=["biochar"]).remark == "2 of the 31 papers are by Briar."


def test_filters_restrict_the_search_and_are_reported(library: Assistant) -> None:
    answer = library.ask("What did Osei et al. (2021) find about sound?")
    assert [s.paper.id for s in answer.sources] == ["tones-null"]
    assert [p.paper_id for p in answer.passages] == ["tones-null"]
    assert [(f.kind, f.value) for f in answer.filters] == [("author", "Osei"), ("year", "2021")]
    assert "(searched only: author Osei; year 2021)" in answer_text(answer)


def test_events_and_engine_give_the_same_answer(library: Assistant) -> None:
    *_, last = library.stream("papers by Hansen")
    response = library.query_engine().query("papers by Hansen")
    assert response.metadata is not None
    assert last.answer.text == response.metadata["answer"].text  # type: ignore[union-attr]


def test_a_terminal_shows_the_remark_and_the_papers(library: Assistant) -> None:
    assert answer_text(library.ask("papers by Hansen")).splitlines()[:3] == [
        "2 of the 32 papers are by Hansen.",
        "(searched only: author Hansen)",
        "",
    ]


def test_records_without_years_say_so(tmp_path: Path) -> None:
    with Assistant(tmp_path, settings=Settings()) as library:
        library.add([Paper("x", "Dot", "Dot finds cars."), Paper("y", "Wave", "Wave predicts rain.")])
        assert library.ask("What is the newest paper?").remark == "The records of this library give no year."
        assert library.ask("How many papers are from 2020?").remark == (
            "None of the 2 papers was published in 2020. The records of this library give no year."
        )
        assert library.ask("Who are the authors?").remark == "The records of this library name no author."


def test_papers_on_a_topic_are_listed_by_their_age(library: Assistant) -> None:
    newest = library.ask("Which paper is the newest on naps?")
    every = library.ask("List the newest papers on naps")
    oldest = library.ask("Which is the oldest study of naps?")
    years = [source.paper.year or 0 for source in every.sources]
    assert len(years) > 1
    assert years == sorted(years, reverse=True)
    assert every.remark == f"{len(years)} papers match, newest first."
    assert {source.paper.year for source in newest.sources} == {years[0]}
    assert newest.remark == f"The newest of the {len(years)} papers that match is from {years[0]}."
    assert oldest.sources[0].paper.year == years[-1]
    assert {statement.verdict for statement in newest.statements} == {"supported"}


def test_papers_without_years_are_listed_and_that_is_said(tmp_path: Path) -> None:
    with Assistant(tmp_path, settings=Settings()) as library:
        library.add(
            [Paper("x", "Dot finds cars", "Dot finds cars."), Paper("y", "Wave", "Wave finds cars, too.")]
        )
        assert (
            library.ask("Which paper is the newest on cars?").remark
            == "2 papers match. Their records give no year."
        )


def test_records_of_the_papers_of_the_last_answer(library: Assistant) -> None:
    chat = Chat(library)
    shown = chat.ask("Which papers are about naps?").sources
    assert len(shown) > 2
    assert chat.ask("Who wrote [2]?").text.startswith(f"Authors: {'; '.join(shown[1].paper.authors)}.\n[1] ")
    chat.history = chat.history[:2]
    years = chat.ask("When were they published?")
    told = ". ".join(f"[{source.number}] {source.paper.year}" for source in shown)
    assert years.remark == f"Year: {told}."
    assert years.sources == shown
    newest = chat.ask("Which is the newest?")
    year = max(source.paper.year or 0 for source in shown)
    assert newest.remark == f"The newest of the {len(shown)} papers is from {year}."
    assert {source.paper.year for source in newest.sources} == {year}
    assert (newest.model, newest.listed, newest.refusal) == ("records", True, None)


def test_records_that_lack_what_is_asked_say_so(tmp_path: Path) -> None:
    with Assistant(tmp_path, settings=Settings()) as library:
        library.add(
            [Paper("x", "Dot", "Dot finds cars.", venue="Soil"), Paper("y", "Wave", "Wave finds cars.")]
        )
        chat = Chat(library)
        chat.ask("Which papers are about cars?")
        before = list(chat.history)
        assert (
            chat.ask("Where were they published?").remark == "Published in: [1] Soil. [2] not in the record."
        )
        chat.history = list(before)
        assert chat.ask("Which is the oldest?").remark == "Their records give no year."
        chat.history = before
        only = chat.ask("Who wrote them?", papers=["y"])
        assert (only.remark, [s.paper.id for s in only.sources]) == (
            "The record of “Wave” names no author.",
            ["y"],
        )


def test_what_named_papers_find_is_quoted_in_the_order_of_the_library(library: Assistant) -> None:
    answer = library.ask("What did Hansen find?")
    assert answer.remark == "2 of the 32 papers are by Hansen."
    assert [statement.citations[0] for statement in answer.statements] == [
        paper.id for paper in library.papers() if any("Hansen" in author for author in paper.authors)
    ]
    assert answer.listed
    assert [(f.kind, f.value) for f in answer.filters] == [("author", "Hansen")]


def test_the_finding_of_a_named_paper_is_not_whatever_its_abstract_ends_with(tmp_path: Path) -> None:
    abstract = (
        "Acid soils hold few worms. Lime was spread on twelve plots of grassland. Earthworm abundance doubled within two years."
        " Grass production grew by 8 percent."
    )
    with Assistant(tmp_path, settings=Settings()) as library:
        library.add(
            [Paper("x", "Liming and earthworm abundance in acid grassland", abstract, authors=("Ada Brook",))]
        )
        answer = library.ask("What did Brook find?")
    assert [s.text for s in answer.statements] == ["Earthworm abundance doubled within two years."]


def test_every_named_paper_is_quoted_however_few_are_read_for_other_questions(library: Assistant) -> None:
    assert len(library.ask("What did Hansen find?", k=1).statements) == 2


def test_of_many_named_papers_the_findings_are_not_quoted(tmp_path: Path) -> None:
    with Assistant(tmp_path, settings=Settings()) as library:
        library.add([Paper(f"p{n}", f"Dot {n}", "Dot finds cars.", authors=("Ada Brook",)) for n in range(9)])
        answer = library.ask("What did Brook find?")
        assert (len(answer.sources), answer.statements) == (9, ())
        few = library.ask("What did Brook find?", papers=["p1", "p2"])
        assert [s.text for s in few.statements] == ["Dot finds cars."] * 2


def test_a_paper_without_an_abstract_finds_nothing_that_could_be_quoted(tmp_path: Path) -> None:
    with Assistant(tmp_path, settings=Settings()) as library:
        library.add(
            [
                Paper("x", "Dot finds cars", "", authors=("Ada Brook",)),
                Paper("y", "Wave", "Wave predicts rain."),
            ]
        )
        answer = library.ask("What did Brook find?")
        assert (answer.remark, answer.statements) == ("1 of the 2 papers is by Brook.", ())


@pytest.mark.parametrize(
    ("question", "remark"),
    [
        ("Who wrote DOT?", "Authors: Eve Clark."),
        ("who wrote the DOT paper?", "Authors: Eve Clark."),
        ("In which journal was DOT published?", "The record of DOT names no journal or conference."),
        ("When was DOT published?", "Year: 2022."),
        ("Who proposed Jot?", "The record of Jot names no author."),
        ("Who wrote the cart study?", "The record of Jot names no author."),
    ],
)
def test_a_paper_may_be_named_of_which_the_record_is_asked(
    tmp_path: Path, question: str, remark: str
) -> None:
    with Assistant(tmp_path, settings=Settings()) as library:
        library.add(
            [
                Paper("x", "DOT: seeing cars", "DOT finds cars.", authors=("Eve Clark",), year=2022),
                Paper("y", "Jot: a cart", "Jot moves cars."),
                Paper("z", "Cars at night", "Cars have lamps."),
            ]
        )
        assert library.ask(question).remark == remark
        # Of two papers on cars none is "the car paper", and who wrote about cars is another question.
        assert library.ask("Who wrote the car paper?").model == "quotes"
        listed = library.ask("Who wrote about cars?")
        authors = [
            f"[{source.number}] {'Eve Clark' if source.paper.id == 'x' else 'not in the record'}."
            for source in listed.sources
        ]
        assert listed.remark == f"3 papers match. Authors: {' '.join(authors)}"


def test_the_record_is_asked_of_a_paper_that_a_follow_up_points_to_past_an_answer_without_any(
    tmp_path: Path,
) -> None:
    with Assistant(tmp_path, settings=Settings()) as library:
        library.add([Paper("x", "DOT: seeing cars", "DOT finds cars.", authors=("Eve Clark",), year=2022)])
        chat = Chat(library)
        chat.ask("What does DOT find?")
        assert chat.ask("Which pizza does DOT like in Naples?").refusal
        assert chat.ask("Who wrote it?").remark == "Authors: Eve Clark."
