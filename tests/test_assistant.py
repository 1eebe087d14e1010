from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from llama_index.core.schema import QueryBundle
from llama_index.core.tools import QueryEngineTool
from support.papers import PAPERS

from assistant import Answer, Assistant, Chat, Finished, Paper, Retrieved, Settings, StatementReady
from assistant.core.answers.events import Event
from assistant.core.answers.refusal import REFUSAL_PHRASE
from assistant.core.errors import (
    EmbedderMismatch,
    LibraryCorrupt,
    LibraryLocked,
    LibraryTooNew,
    PaperNotFound,
    QuestionError,
)
from assistant.library.sync import Progress, writing


@pytest.mark.parametrize(
    ("asked", "written"),
    [("CO2", "CO₂"), ("CO₂", "CO2"), ("10^6", "10⁶"), ("5 μm", "5 µm"), ("Ca2+", "Ca²⁺")],
)
def test_raised_and_lowered_signs_are_found_however_they_are_written(
    tmp_path: Path, asked: str, written: str
) -> None:
    papers = [
        Paper("it", "Sensors", f"The sensors drift where {written} is high. They are cheap.", source="t"),
        *(
            Paper(f"p{n}", "Sensors", f"The sensors drift on day {n}. They are cheap.", source="t")
            for n in range(20)
        ),
    ]
    with Assistant(tmp_path, settings=Settings()) as library:
        library.add(papers)
        found = library.search(f"Do sensors drift where {asked} is high?")
        assert found[0].paper.id == "it"
        assert found[0].channels["lexical"].rank == 1
        assert "none of the" not in library.ask(f"Where do sensors drift with {asked}?").text


def test_a_question_is_answered_with_the_exact_words(library: Assistant) -> None:
    answer = library.ask("How fast does Dot find cars on a phone?")
    assert "Dot finds cars in 5 ms on a phone [1]." in answer.text
    assert answer.sources[0].paper.id == "dot"
    for statement in answer.statements:
        for item in statement.evidence:
            assert library.paper(item.paper_id).abstract[item.start : item.end] == item.quote


def test_sources_are_numbered_by_first_appearance(sample: Assistant) -> None:
    answer = sample.ask("Which state space models are reviewed in surveys?")
    assert [s.number for s in answer.sources] == list(range(1, len(answer.sources) + 1))
    first = [c for s in answer.statements for c in s.citations]
    assert list(dict.fromkeys(first)) == [s.paper.id for s in answer.sources]


def test_an_answer_survives_json(library: Assistant) -> None:
    answer = library.ask("How fast does Dot find cars on a phone?")
    assert Answer.from_json(json.loads(json.dumps(answer.to_json()))) == answer


def test_a_refusal_survives_json_and_lists_the_nearest(library: Assistant) -> None:
    answer = library.ask("How do I bake a loaf of rye bread?")
    assert answer.refusal is not None
    assert answer.refusal.kind == "off_topic"
    assert answer.refusal.nearest
    assert answer.text == REFUSAL_PHRASE
    assert Answer.from_json(json.loads(json.dumps(answer.to_json()))) == answer


def test_a_stream_ends_with_its_answer(library: Assistant) -> None:
    events = list(library.stream("How fast does Dot find cars on a phone?"))
    assert isinstance(events[0], Retrieved)
    assert isinstance(events[-1], Finished)
    ready = [e.statement for e in events if isinstance(e, StatementReady)]
    assert tuple(ready) == events[-1].answer.statements


def test_a_follow_up_leans_on_the_question_before(library: Assistant) -> None:
    chat = Chat(library)
    chat.ask("Does Dot need object proposals?")
    answer = chat.ask("And how fast is it on a phone?")
    assert "Dot" in answer.standalone
    assert answer.sources[0].paper.id == "dot"


@pytest.mark.parametrize("question", ["", "  \n", "x" * 100_000])
def test_a_question_that_cannot_be_asked_is_refused_at_once(library: Assistant, question: str) -> None:
    for call in (library.ask, library.search, library.stream):
        with pytest.raises(QuestionError):
            call(question)


def test_adding_again_embeds_nothing(library: Assistant) -> None:
    seen: list[Progress] = []
    report = library.add(PAPERS, progress=seen.append)
    assert (len(report.added), len(report.changed), len(report.unchanged)) == (0, 0, 3)
    assert seen[-1].stored == 0


def test_a_corrected_abstract_replaces_the_old_one(library: Assistant) -> None:
    old = PAPERS[0]
    new = Paper(old.id, old.title, "We present Dot. Dot finds cars in 9 ms.", source=old.source)
    assert library.add([new]).changed == ("dot",)
    assert "9 ms" in library.ask("How fast does Dot find cars?").text
    assert len(library.papers()) == 3
    found = library.search("Dot finds cars in 5 ms")
    assert found[0].paper.id == "dot"
    assert not any("5 ms" in passage.chunk.text for passage in found)


def test_an_id_of_another_source_is_no_identity_for_another_title(library: Assistant) -> None:
    report = library.add([Paper("dot", "Other", "Another text altogether.", source="elsewhere")])
    (made,) = report.added
    assert (library.paper(made).title, library.paper("dot").title) == ("Other", PAPERS[0].title)


def test_a_changed_record_of_another_source_updates_its_paper(library: Assistant) -> None:
    newer = replace(PAPERS[0], abstract="We present Dot. Dot finds cars in 9 ms.", source="newer")
    report = library.add([newer])
    assert (report.changed, len(report.duplicates), report.problems) == (("dot",), 1, ())
    assert "9 ms" in library.ask("How fast does Dot find cars?").text
    assert library.add([newer]).unchanged == ("dot",)


def test_a_paper_without_an_abstract_is_found_and_listed_but_never_quoted(library: Assistant) -> None:
    report = library.add([Paper("bare", "Dot finds cars in rain", "", year=2025, source="x")])
    assert report.untold == ("bare",)
    assert "bare" in {passage.paper.id for passage in library.search("Dot finds cars in rain")}
    assert "bare" in {paper.id for paper in library.papers()}
    answer = library.ask("How fast does Dot find cars?")
    assert "bare" not in {source.paper.id for source in answer.sources}
    (statement,) = library.verify("Dot finds cars in rain [@bare].")
    assert (statement.verdict, statement.citations) == ("unconfirmed", ("bare",))
    assert statement.problems == ("The library has no abstract of 'Dot finds cars in rain'.",)


def test_a_removed_paper_is_never_cited_again(library: Assistant) -> None:
    library.remove("dot")
    assert {p.paper.id for p in library.search("Dot finds cars")} <= {"line", "wave"}
    with pytest.raises(PaperNotFound):
        library.remove("dot")


def test_search_keeps_every_channels_rank_and_score(library: Assistant) -> None:
    best = library.search("rain forecast from radar images")[0]
    assert best.paper.id == "wave"
    assert best.channels["dense"].rank == 1
    assert best.channels["lexical"].score > 0
    assert 0 <= best.score <= 1


def test_a_library_that_does_not_exist_answers_without_being_made(tmp_path: Path) -> None:
    library = Assistant(tmp_path / "nothing", settings=Settings())
    assert library.papers() == []
    assert library.search("anything") == []
    answer = library.ask("Is there anything?")
    assert answer.refusal is not None
    assert not (tmp_path / "nothing").exists()


@pytest.mark.folder
def test_a_library_built_with_another_embedder_is_refused(library: Assistant) -> None:
    library.close()
    other = Settings.model_validate({"embedding": {"name": "other", "base_url": "http://127.0.0.1:9/v1"}})
    with Assistant(library.path, settings=other) as opened, pytest.raises(EmbedderMismatch, match="minilm"):
        opened.search("cars")


def test_a_newer_format_is_refused(library: Assistant) -> None:
    store = library._library.files().store
    store._papers.modify(metadata={**store._papers.metadata, "format": 99})
    library.close()
    with pytest.raises(LibraryTooNew, match="99"):
        library.search("cars")


@pytest.mark.folder
def test_only_where_both_the_catalogue_and_the_index_are_damaged_are_the_files_needed(
    library: Assistant,
) -> None:
    library.close()
    for file in (library.path / "chroma" / "chroma.sqlite3", library.path / "records.sqlite"):
        file.write_bytes(b"not a database" * 1000)
    with pytest.raises(LibraryCorrupt, match="add your files again"):
        library.search("cars")


def test_a_lost_lexical_index_is_made_again(library: Assistant) -> None:
    import shutil

    library.close()
    shutil.rmtree(library.path / "lexical")
    assert library.search("rain radar")[0].channels["lexical"].rank == 1


def test_two_writers_do_not_meet(library: Assistant) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom assistant.library.sync import Progress, writing\n"
        f"with writing(Path({str(library.path)!r})):\n print('held', flush=True)\n time.sleep(30)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline().strip() == "held"
        with pytest.raises(LibraryLocked, match="Another process"):
            library.add(PAPERS)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    with writing(library.path):
        pass


def test_a_writer_waits_for_a_reader_that_repairs_the_library(library: Assistant) -> None:
    """A reader that opens a library which is behind repairs it, under the write lock: a moment that no writer should fail for."""
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom assistant.library.sync import Progress, writing\n"
        f"with writing(Path({str(library.path)!r})):\n print('held', flush=True)\n time.sleep(1.5)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "held"
        library.add(PAPERS)
        assert holder.wait() == 0


def test_who_reads_does_not_wait_for_who_writes(library: Assistant) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly() -> Iterator[Paper]:
        yield Paper("slow", "Slow", "Slow is slow.", source="test")
        begun.set()
        assert go_on.wait(60)

    adding = threading.Thread(target=library.add, args=(slowly(),))
    adding.start()
    assert begun.wait(60)
    assert "5 ms" in library.ask("How fast does Dot find cars?").text
    assert len(library) == 3
    with pytest.raises(LibraryLocked, match="being added"):
        library.remove("dot")
    assert len(library.catalogue().papers) == 3
    go_on.set()
    adding.join()
    assert len(library.catalogue().papers) == 4
    assert [paper.id for paper in library.papers(["slow", "nonesuch", "dot", "slow"])] == ["slow", "dot"]


def test_an_interrupted_add_goes_on_where_it_stopped(tmp_path: Path) -> None:
    papers = [
        Paper(f"p{i}", f"Paper {i}", f"This is text number {i}. It says little.", source="t")
        for i in range(200)
    ]

    def stop(progress: object) -> None:
        raise KeyboardInterrupt

    with Assistant(tmp_path, settings=Settings()) as library:
        with pytest.raises(KeyboardInterrupt):
            library.add(papers, progress=stop)
        kept = len(library.papers())
        assert 0 < kept < 200
        report = library.add(papers)
        assert (len(report.unchanged), len(report.added)) == (kept, 200 - kept)
        assert library._library.files().lexical.count == 200


def test_llama_index_can_use_the_library(library: Assistant) -> None:
    tool = QueryEngineTool.from_defaults(library.query_engine(), name="papers", description="papers")
    output = tool.call("How fast does Dot find cars on a phone?")
    assert "5 ms" in str(output)
    nodes = library.query_engine(k=2).retriever.retrieve(QueryBundle("rain radar"))
    assert nodes[0].metadata["paper_id"] == "wave"
    metadata = library.query_engine().query("How fast does Dot find cars?").metadata
    assert metadata is not None
    assert isinstance(metadata["answer"], Answer)


def test_every_title_finds_its_paper_first(sample: Assistant) -> None:
    missed = [p.title for p in sample.papers() if sample.search(p.title, 1)[0].paper.id != p.id]
    assert missed == []


def test_the_sample_library_says_what_its_texts_are(sample: Assistant) -> None:
    papers = sample.papers()
    assert len(papers) == 72
    assert all("Summary written for this demo" in p.note for p in papers)
    assert all(60 <= len(p.abstract.split()) <= 150 for p in papers)
    assert all(p.year is None and not p.authors for p in papers)


def test_the_example_in_the_documentation_runs() -> None:
    import doctest

    import assistant.assistant as module

    ran = doctest.testmod(module)
    assert (ran.failed, ran.attempted > 3) == (0, True)


def test_checking_a_text_needs_papers(tmp_path: Path) -> None:
    library = Assistant(tmp_path / "nothing", settings=Settings())
    with pytest.raises(PaperNotFound, match="empty"):
        library.verify("It works.")
    assert not (tmp_path / "nothing").exists()


def test_a_damaged_lexical_index_is_made_again(library: Assistant) -> None:
    library.close()
    for file in (library.path / "lexical").iterdir():
        file.write_bytes(b"damaged")
    assert library.search("rain radar")[0].channels["lexical"].rank == 1


@pytest.mark.parametrize("question", ["How many?", "Who?", "and of the", "???", "12", "Ω", "Why not?"])
def test_a_question_without_a_word_of_meaning_is_answered_or_refused(
    library: Assistant, question: str
) -> None:
    answer = library.ask(question)
    assert answer.refusal or answer.statements


def test_a_library_is_true_even_while_it_is_empty(tmp_path: Path) -> None:
    empty = Assistant(tmp_path / "none", settings=Settings())
    assert len(empty) == 0
    assert empty


def test_many_questions_are_answered_in_their_order(library: Assistant) -> None:
    questions = ["How fast does Dot find cars on a phone?", " ", "What does Wave halve?"]
    first, failed, last = library.ask_many(iter(questions), concurrency=2, k=2)
    assert isinstance(failed, QuestionError)
    assert isinstance(first, Answer)
    assert isinstance(last, Answer)
    assert (first.question, last.question) == (questions[0], questions[2])
    assert len(first.passages) == 2


def test_an_answer_can_be_awaited_and_streamed(library: Assistant) -> None:
    question = "How fast does Dot find cars on a phone?"

    async def both() -> tuple[Answer, list[Event]]:
        return await library.aask(question, papers=["dot"]), [e async for e in library.astream(question)]

    answer, events = asyncio.run(both())
    assert "5 ms" in answer.text
    assert [p.paper_id for p in answer.passages] == ["dot"]
    assert isinstance(events[0], Retrieved)
    assert isinstance(events[-1], Finished)
    assert events[-1].answer.text == library.ask(question).text
