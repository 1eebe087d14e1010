"""A library opens whole, whatever broke off or was damaged, and nothing is embedded again."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.papers import PAPERS

from assistant import Assistant, Paper, Settings
from assistant.core.errors import LibraryCorrupt
from assistant.library import sync
from assistant.library.catalogue import Filter
from assistant.library.chroma.byte_pieces import in_pieces
from assistant.library.chroma.store import DAMAGED, FORMAT
from assistant.library.embedding.embedder import MiniLMEmbedding, SpanText
from assistant.library.embedding.packed import signs, unpack_rows
from assistant.library.maintenance.repair import behind
from assistant.library.opened import OpenedLibrary
from assistant.library.records import Entry
from assistant.library.sync import LibraryFiles, _following
from assistant.retrieval.encoder import Encoder

QUESTION = "How fast does Dot find cars?"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "library"
    with Assistant(path, settings=Settings()) as library:
        library.add(PAPERS)
    return path


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "library"))


def is_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a search finds every paper, without embedding more than the question."""
    embedded: list[str] = []
    embed = MiniLMEmbedding.embed_spans

    def noted(model: MiniLMEmbedding, texts: list[SpanText]) -> object:
        embedded.extend(text.text for text in texts)
        return embed(model, texts)

    monkeypatch.setattr(MiniLMEmbedding, "embed_spans", noted)
    with Assistant(path, settings=Settings()) as library:
        passages = library.search(QUESTION)
        everything = (len(library), len(passages), passages[0].paper.id, set(passages[0].channels))
        files = library._library.files()
        assert not behind(files)
        assert files.store.ids() == set(files.records.known())
    return everything == (len(PAPERS), len(PAPERS), "dot", {"dense", "lexical", "late"}) and embedded == [
        QUESTION
    ]


def emptied(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            file.write_bytes(b"")


def overwritten(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            file.write_bytes(b"no such thing " * 100)


@pytest.mark.parametrize("part", ["chroma", "lexical"])
@pytest.mark.parametrize("harm", [shutil.rmtree, emptied, overwritten])
def test_a_part_that_was_lost_is_made_again(
    path: Path, part: str, harm: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    harm(path / part)
    assert is_whole(path, monkeypatch)
    assert is_whole(path, monkeypatch)


def test_damage_that_shows_in_a_question_is_mended_at_the_next(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path / DAMAGED).touch()
    assert is_whole(path, monkeypatch)
    assert not (path / DAMAGED).exists()


@pytest.mark.parametrize("harm", [Path.unlink, lambda file: file.write_bytes(b"no records " * 1000)])
def test_a_lost_records_is_made_again_from_the_records_in_the_store(
    path: Path, harm: Callable[[Path], None]
) -> None:
    with Assistant(path, settings=Settings()) as library:
        before = library.papers(), [p.score for p in library.search(QUESTION)]
    for file in path.glob("records.sqlite*"):
        harm(file)
    with Assistant(path, settings=Settings()) as library:
        assert library.papers() == before[0]
        assert [p.score for p in library.search(QUESTION)] == pytest.approx(before[1], abs=1e-3)


def test_a_paper_that_only_reached_the_records_is_found_after_the_next_open(path: Path) -> None:
    library = OpenedLibrary(path, "minilm")
    owl = Paper("owl", "Owls", "Owls hunt at night.", source="t")
    with library.for_writing(wait=True) as files:
        model = MiniLMEmbedding()
        from assistant.library.chunks import chunk

        (rows,) = model.embed_spans([SpanText(chunk(owl).text, chunk(owl).spans)])
        files.records.put([Entry(chunk(owl), rows[: 1 + len(chunk(owl).windows)])])
        files.records.remove("dot")
    library.close()
    with Assistant(path, settings=Settings()) as opened:
        passages = opened.search("When do owls hunt?")
        assert passages[0].paper == owl
        assert set(passages[0].channels) == {"dense", "lexical", "late"}
        assert "dot" not in {p.paper.id for p in passages}
        assert not behind(opened._library.files())


def test_a_reader_reads_on_while_another_process_writes(path: Path) -> None:
    writer, reader = OpenedLibrary(path, "minilm"), Assistant(path, settings=Settings())
    with writer.for_writing(wait=True) as files:
        files.records.mark_pending(["dot"])
        assert reader.search(QUESTION)[0].paper.id == "dot"
        assert files.records.pending() == ["dot"]
    writer.close()
    reader.close()


def test_what_was_embedded_before_an_interrupt_is_followed_everywhere(path: Path) -> None:
    library = OpenedLibrary(path, "minilm")
    with library.for_writing(wait=True) as files:
        (entry,) = [
            entry for entry in files.store.entries(files.records.get) if entry.chunked.paper.id == "dot"
        ]
        with suppress(KeyboardInterrupt), _following(files) as followers:
            followers.write([entry], frozenset({"dot"}))
            assert files.records.pending() == ["dot"]
            raise KeyboardInterrupt
        assert files.records.pending() == []
        assert not behind(files)
    library.close()


def test_a_paper_that_is_written_again_while_it_is_followed_stays_pending(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, index = OpenedLibrary(path, "minilm"), sync._index
    written_again, pending = threading.Event(), []

    def slow(files: LibraryFiles, *rest: Any) -> None:
        assert written_again.wait(30)
        pending.append(files.records.pending())
        index(files, *rest)

    monkeypatch.setattr(sync, "_index", slow)
    monkeypatch.setattr(sync, "FOLLOW", 1)
    with library.for_writing(wait=True) as files:
        put = files.records.put

        def noted(entries: list[Entry]) -> None:
            put(entries)
            if followers._step:
                written_again.set()

        monkeypatch.setattr(files.records, "put", noted)
        (entry,) = [
            entry for entry in files.store.entries(files.records.get) if entry.chunked.paper.id == "dot"
        ]
        with _following(files) as followers:
            followers.write([entry], frozenset({"dot"}))
            followers.write([entry], frozenset({"dot"}))
        assert pending == [["dot"], ["dot"]]
        assert files.records.pending() == []
        assert not behind(files)
    library.close()


def in_bytes(sentences: bytes, dimension: int) -> bytes:
    """Return rows as libraries up to format 4 packed them."""
    rows = unpack_rows(sentences, dimension)
    return bytes(np.rint(rows / np.abs(rows).max(axis=1, keepdims=True) * 127).astype(np.int8).tobytes())


def test_a_library_of_format_1_keeps_its_papers_and_vectors(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    old = sqlite3.connect(path / "vectors.sqlite")
    old.execute(
        "CREATE TABLE paper_vectors (paper TEXT PRIMARY KEY, fingerprint TEXT, dimension INTEGER, sentences BLOB,"
        " words BLOB) WITHOUT ROWID"
    )
    old.execute("ATTACH ? AS new", [str(path / "records.sqlite")])
    old.create_function("in_bytes", 2, in_bytes)
    with old:
        old.execute(
            "INSERT INTO paper_vectors SELECT id, r.fingerprint, dimension, in_bytes(sentences, dimension), words"
            " FROM new.reading_vectors r JOIN new.papers USING (n)"
        )
    old.close()
    for file in path.glob("records.sqlite*"):
        file.unlink()
    assert is_whole(path, monkeypatch)
    assert not (path / "vectors.sqlite").exists()
    with Assistant(path, settings=Settings()) as library:
        assert library.ask(QUESTION).sources[0].paper.id == "dot"


@pytest.mark.parametrize("lost", [False, True], ids=["all there", "records lost"])
def test_a_library_of_format_2_keeps_its_papers(path: Path, lost: bool) -> None:
    """Its records are JSON as text, in the store, too; its papers are not listed for browsing."""
    with Assistant(path, settings=Settings()) as library:
        files = library._library.files()
        papers = library.papers()
        with files.records._db as db:
            for paper in papers:
                text = json.dumps(paper.to_json(), ensure_ascii=False)
                db.execute("UPDATE papers SET record = ? WHERE id = ?", [text, paper.id])
                db.execute("UPDATE origins SET record = ? WHERE paper = ?", [text, paper.id])
            db.execute("DROP TABLE listing")
        store = files.store._papers
        store.delete(ids=[paper.id for paper in papers])
        vectors = files.records.search_vectors([paper.id for paper in papers])
        store.add(
            ids=[paper.id for paper in papers],
            embeddings=[vectors[paper.id][0] for paper in papers],
            metadatas=[{"paper": json.dumps(paper.to_json())} for paper in papers],
        )
        store.modify(metadata={**store.metadata, "format": 2})
    if lost:
        for file in path.glob("records.sqlite*"):
            file.unlink()
    with Assistant(path, settings=Settings()) as library:
        assert sorted(library.papers(), key=lambda p: p.id) == sorted(papers, key=lambda p: p.id)
        assert library.ask(QUESTION).sources[0].paper.id == "dot"
        assert library.catalogue().find(Filter("cars")).papers[0].id == "dot"
        library.add([*papers, Paper("more", "Another", "It is new.", source="t")])
        assert library._library.files().store.format == FORMAT
        assert len(library) == len(papers) + 1


def test_a_library_without_any_record_is_told_and_left_as_it_is(path: Path) -> None:
    for file in path.glob("records.sqlite*"):
        file.unlink()
    shutil.rmtree(path / "lexical")
    for _ in range(2):
        with Assistant(path, settings=Settings()) as library:
            with pytest.raises(LibraryCorrupt, match=r"records .* are lost, and its word index"):
                library.search(QUESTION)
            assert library._library._open_store(path, locked=False).count() == len(PAPERS)


@pytest.mark.parametrize("lost", [False, True], ids=["all there", "records lost"])
def test_a_library_of_format_4_keeps_its_papers_and_vectors(
    path: Path, lost: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its store has the records and its word index does not; it has every word's vector, and 8 bits of a sentence's."""
    with Assistant(path, settings=Settings()) as library:
        files, papers = library._library.files(), library.papers()
        encoder, before = Encoder(lambda: files.records, MiniLMEmbedding()), library.ask(QUESTION)
        with files.records._db as db:
            for paper, n in zip(papers, files.records.numbers([p.id for p in papers]).values(), strict=True):
                (read,) = encoder.read([paper])
                ((sentences, dimension),) = db.execute(
                    "SELECT sentences, dimension FROM reading_vectors WHERE n = ?", [n]
                )
                db.execute(
                    "UPDATE reading_vectors SET sentences = ?, words = ? WHERE n = ?",
                    [in_bytes(sentences, dimension), signs(read.words).tobytes(), n],
                )
                db.execute("UPDATE origins SET record = ? WHERE paper = ?", [paper.packed(), paper.id])
            db.execute("ALTER TABLE reading_vectors DROP COLUMN bits")
        rows = [in_pieces("record", paper.packed()) for paper in papers]
        store = files.store._papers
        store.update(ids=[paper.id for paper in papers], metadatas=rows)
        store.modify(metadata={**store.metadata, "format": 4})
    shutil.rmtree(path / "lexical")
    if lost:
        for file in path.glob("records.sqlite*"):
            file.unlink()
    # With the file of records, the vectors of sentences and words are lost.
    assert is_whole(path, monkeypatch) or lost
    with Assistant(path, settings=Settings()) as library:
        after = library.ask(QUESTION)
        assert (after.text, [s.score for s in after.statements]) == (
            before.text,
            pytest.approx([s.score for s in before.statements], abs=0.01),
        )
        assert library._library.files().store.format == FORMAT
        assert [*library._library.files().lexical.records([p.id for p in papers]).values()] == [*papers]


def test_a_library_of_format_3_loses_the_windows_that_short_abstracts_had(path: Path) -> None:
    said = " ".join(f"Owl {n} {'flew on and ' * 30}rested at {n}." for n in range(9))
    with Assistant(path, settings=Settings()) as library:
        library.add([Paper("far", "Far owls", said, source="t")])
        files = library._library.files()
        kept = files.store.windows()
        rows = files.records.search_vectors([paper.id for paper in PAPERS])
        store, ids = files.store._chunks, list(rows)
        store.add(
            ids=[f"{one}#0" for one in ids],
            embeddings=[rows[one][0] for one in ids],
            metadatas=[{"paper_id": one} for one in ids],
        )
        with files.records._db:
            for paper_id, n in files.records.numbers(ids).items():
                files.records._put_search(n, rows[paper_id][[0, 0]])
        before = library.search("Which owl rested at 8?")
        library.back_up(path / "old.zip")
        files.store._papers.modify(metadata={**files.store._papers.metadata, "format": 3})
    with Assistant(path, settings=Settings()) as library:
        assert library.search("Which owl rested at 8?") == before
        assert before[0].paper.id == "far"
        assert (library._library.files().store.windows(), library._library.files().store.format) == (
            kept,
            FORMAT,
        )
        assert len(kept) == 2
        assert library.doctor() == []
    with Assistant(path / "restored", settings=Settings()) as library:
        library.restore(path / "old.zip")
        assert library.search("Which owl rested at 8?") == before
        assert library.doctor() == []


def test_a_long_record_is_kept_in_pieces_and_a_shorter_one_takes_its_place(path: Path) -> None:
    rng = random.Random(1)
    long = Paper("p", "Long", " ".join(f"{rng.random()} is a number." for _ in range(400)), source="t")
    short = Paper("p", "Short", "It is short.", source="t")
    with Assistant(path, settings=Settings()) as library:
        for paper in (long, short):
            library.add([paper])
            files = library._library.files()
            kept = {
                entry.chunked.paper.id: entry.chunked.paper
                for entry in files.store.entries(files.lexical.records)
            }
            assert kept["p"] == paper


def test_files_are_opened_once_and_again_after_another_process_wrote(path: Path) -> None:
    one, two = OpenedLibrary(path, "minilm"), OpenedLibrary(path, "minilm")
    before = one.files()
    assert one.files() is before
    with two.for_writing(wait=True) as files:
        files.records.remove("dot")
        files.store.remove(["dot"])
    (path / "generation").write_text("newer")
    assert one.files() is not before
    assert len(one.files().records) == len(PAPERS) - 1
    one.close()
    two.close()


_WRITER = """
import sys, time
from assistant import Assistant, Paper, Settings
until = time.time() + float(sys.argv[2])
n = 0
with Assistant(sys.argv[1], settings=Settings()) as library:
    while time.time() < until:
        n += 1
        library.add([Paper("new", "A new one", f"Owls hunt at night, {n} times.", source="t")])
        if n % 3 == 0:
            library.remove("new")
print(n)
"""


@pytest.mark.parametrize(
    "seconds", [12, pytest.param(300, marks=pytest.mark.slow)], ids=["seconds", "five-minutes"]
)
def test_four_readers_beside_a_process_that_writes_without_a_pause_and_beside_close(
    path: Path, seconds: float
) -> None:
    wrong: list[str] = []
    reads = [0] * 4
    until = time.monotonic() + seconds

    def read(library: Assistant, number: int) -> None:
        while time.monotonic() < until:
            try:
                found = library.search(QUESTION)
                counted, listed = len(library), len(library.papers())
                answer = library.ask(QUESTION, quotes=True)
            except Exception as exc:
                wrong.append(repr(exc))
                continue
            reads[number] += 1
            if found[0].paper.id != "dot" or answer.sources[0].paper.id != "dot":
                wrong.append(f"found {found[0].paper.id}")
            if not {counted, listed} <= {len(PAPERS), len(PAPERS) + 1}:
                wrong.append(f"{counted} and {listed} papers")

    with Assistant(path, settings=Settings()) as library:
        library.search(QUESTION)
        threads = [threading.Thread(target=read, args=(library, number)) for number in range(4)]
        command = [sys.executable, "-c", _WRITER, str(path), str(seconds)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            for thread in threads:
                thread.start()
            while time.monotonic() < until:
                time.sleep(0.7)
                library.close()
            for thread in threads:
                thread.join()
            written = int(writer.communicate()[0])
    assert wrong == []
    assert min(reads) > 2
    assert written > 2


def test_a_process_that_was_forked_is_told_so_and_neither_hangs_nor_harms(path: Path) -> None:
    """Another thread holds a lock at that moment, and the process that was forked lets go of all it inherited."""
    script = """
import multiprocessing, sys, threading, warnings
from assistant import Assistant, Settings
from assistant.core.errors import LibraryError
warnings.simplefilter("ignore")
library = Assistant(sys.argv[1], settings=Settings())
busy, done = threading.Event(), threading.Event()
def hold():
    with library._library._lock:
        busy.set()
        done.wait()
def child():
    global library
    try:
        library.search(sys.argv[2])
    except LibraryError as exc:
        print("spawn" in str(exc), flush=True)
    library.close()
    del library
library.search(sys.argv[2])
threading.Thread(target=hold, daemon=True).start()
busy.wait()
one = multiprocessing.get_context("fork").Process(target=child)
one.start()
one.join(30)
done.set()
print(one.exitcode, library.search(sys.argv[2])[0].paper.id)
if one.exitcode is None:
    one.kill()
"""
    ran = subprocess.run(
        [sys.executable, "-c", script, str(path), QUESTION], capture_output=True, text=True, timeout=60
    )
    assert ran.stdout.split() == ["True", "0", "dot"], ran.stderr
