"""A library that several machines share: what one writes the others have, whoever dies and whatever goes away."""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from support.chroma_server import ChromaServer, Gate, Machines, free_port
from support.papers import PAPERS, ROOT

from assistant import Assistant, Paper, Settings, Where
from assistant.cli.main import main
from assistant.core.errors import (
    EmbedderMismatch,
    LibraryCorrupt,
    LibraryEmpty,
    LibraryError,
    LibraryLocked,
    LibraryReadOnly,
    LibraryTooNew,
    LibraryUnreachable,
)
from assistant.library.chroma import lease, served_library
from assistant.library.chroma.byte_pieces import in_pieces
from assistant.library.chroma.served_store import ServedStore
from assistant.library.chroma.store import FORMAT
from assistant.library.embedding.embedder import MiniLMEmbedding, SpanText
from assistant.library.sources.sample import sample_papers

LONG = " ".join(f"Sentence {n} says that {'wet ' * 40}moss grows." for n in range(14))
CASES = ROOT / "evals" / "suites" / "daily-papers" / "cases.jsonl"


def store_of(library: Assistant) -> ServedStore:
    store = library._library.files().store
    assert isinstance(store, ServedStore)
    return store


def everything(library: Assistant) -> dict[str, object]:
    """All that machines have to agree about."""
    records = library._library.files().records
    ids = list(records.known())
    return {
        "papers": library.papers(),
        "numbers": records.numbers(ids),
        "origins": {one: records.ledger.origins(one) for one in ids},
        "marks": {one: sorted(records.ledger.all_marks(one)) for one in ids},
        "vectors": {one: rows.tolist() for one, rows in records.search_vectors(ids).items()},
        "words": library._library.files().lexical.count,
    }


def agree(*libraries: Assistant) -> None:
    first, *others = map(everything, libraries)
    for other in others:
        assert other == first
    assert [library.doctor() for library in libraries] == [[]] * len(libraries)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the generation whenever a library is used, and take a silent writer for dead after a second."""
    monkeypatch.setattr(served_library, "LOOK", 0.0)
    monkeypatch.setattr(lease, "BEAT", 0.2)
    monkeypatch.setattr(lease, "DEAD", 1.0)


def test_what_one_machine_writes_the_others_have(machines: Machines, at_once: None, tmp_path: Path) -> None:
    one, other = machines.open("one"), machines.open("other")
    assert not one.exists
    assert len(one) == 0
    assert one.ask("What is there?").refusal
    with pytest.raises(LibraryEmpty, match="is empty: `assistant add FILE` fills it"):
        one._library.files()
    # A record of the same paper from another source, which adds a DOI.
    more = Paper(
        "other", PAPERS[0].title, PAPERS[0].abstract, PAPERS[0].authors, 2024, doi="10.1/x", source="b"
    )
    assert len(one.add([*PAPERS, Paper("moss", "Moss", LONG, source="test")]).added) == 4
    one.add([more])
    one.tag("read", ["dot", "wave"])
    assert [p.id for p in other.papers()] == ["dot", "line", "wave", "moss"]
    assert other.sources("dot") == ("test", "b")
    assert other.papers(where=Where(collection="read"))[1].id == "wave"
    agree(one, other)
    other.remove("line")
    other.add([Paper("moss", "Moss", "It is short now.", source="test")])
    other.tag("read", ["wave"], remove=True)
    agree(one, other, machines.open("third"))
    assert one.collections() == {"read": 1}
    assert one.ask("How fast does Dot find cars?").sources[0].paper.id == "dot"
    one.remove("moss")
    one.add([PAPERS[1]])
    agree(one, other, machines.open("fourth"))


def test_a_machine_reads_only_what_has_changed(machines: Machines, at_once: None) -> None:
    one, other = machines.open("one"), machines.open("other")
    one.add(PAPERS)
    assert len(other) == 3
    since = other._library.files().records.generation
    one.add([Paper("moss", "Moss", LONG, source="test")])
    changes = list(store_of(one).changes(since))
    assert [[s.entry.chunked.paper.id for s in page.papers] for page in changes] == [["moss"]]
    # Vectors for reading were made here, and no change of another paper takes them away.
    other.ask("How fast does Dot find cars?")
    records = other._library.files().records
    assert records.vectors([records.get(["dot"])["dot"]])
    assert list(store_of(one).changes(records.generation)) == []


def test_no_machine_embeds_what_another_has_embedded(
    machines: Machines, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = machines.open("one"), machines.open("other")
    one.add([*PAPERS, Paper("moss", "Moss", LONG, source="test")])
    assert len(other) == 4
    embed = MiniLMEmbedding.embed_spans
    texts: list[str] = []

    def noted(model: MiniLMEmbedding, given: list[SpanText]) -> object:
        texts.extend(span.text for span in given)
        return embed(model, given)

    monkeypatch.setattr(MiniLMEmbedding, "embed_spans", noted)
    mine, theirs = (library.search("Which detector needs no proposals?") for library in (one, other))
    assert [p.score for p in theirs] == pytest.approx([p.score for p in mine])
    assert set(texts) == {"Which detector needs no proposals?"}
    for library in (one, other):
        records = library._library.files().records
        held = records.own_vectors(list(records.papers))
        assert sorted(held) == ["dot", "line", "moss", "wave"]
    other.add([Paper("moss", "Moss", "It is short now.", source="test")])
    assert set(texts) == {"Which detector needs no proposals?", "Moss. It is short now."}
    assert one.search("moss")[0].paper.abstract == "It is short now."
    assert "Moss. It is short now." not in texts[texts.index("Moss. It is short now.") + 1 :]


def test_many_papers_come_in_pages(
    machines: Machines, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant.library.chroma import served_store

    monkeypatch.setattr(served_store, "PAGE", 7)
    one, other = machines.open("one"), machines.open("other")
    one.add([Paper(f"p{n}", f"Paper {n}", f"It takes {n} ms. It is good.", source="t") for n in range(30)])
    one.remove("p3")
    assert len(list(store_of(one).changes(-1))) == 5
    agree(one, other)


def test_two_machines_write_in_turns(machines: Machines, at_once: None) -> None:
    libraries = [machines.open("one"), machines.open("other")]
    libraries[0].add(PAPERS[:1])
    told: list[Exception] = []

    def write(number: int) -> None:
        for n in range(4):
            try:
                libraries[number].add([Paper(f"m{number}-{n}", f"M {number} {n}", "It is new.", source="t")])
            except LibraryLocked as exc:
                told.append(exc)

    threads = [threading.Thread(target=write, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == []
    assert len(libraries[0]) == 9
    agree(*libraries)


_WRITER = """
import os, signal, sys
from assistant import Assistant, Paper, Settings
from assistant.library.chroma import lease
from assistant.library.chroma.connection import Server
url, last = sys.argv[1], int(sys.argv[2])
with Assistant(url, settings=Settings()) as library:
    library.search("moss")
    call, done = Server.call, [0]
    def counted(server, function, /, *given, **arguments):
        if function.__name__ in ("add", "upsert", "update", "delete"):
            done[0] += 1
            if done[0] == last:
                os.kill(os.getpid(), signal.SIGKILL)
        return call(server, function, *given, **arguments)
    Server.call = counted
    lease.BEAT = 1000
    library.add([Paper("moss", "Moss", "Moss is short now.", source="t"), Paper("fern", "Fern", "Ferns are old.", source="t")])
    library.remove("dot")
    library.tag("read", ["line"])
print(done[0])
"""
# So many writes to the server the script makes; a kill before each of them is one test.
_WRITES = 24
_FEW = sorted(random.Random(os.environ.get("KILL_SEED") or None).sample(range(2, 22), 2))


@pytest.mark.parametrize(
    "last", [*_FEW, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, _WRITES) if n not in _FEW)]
)
def test_a_writer_that_is_killed_leaves_whole_papers_for_everybody(
    machines: Machines, at_once: None, last: int
) -> None:
    other = machines.open("other")
    other.add([*PAPERS, Paper("moss", "Moss", LONG, source="t")])
    before = {paper.id: paper for paper in other.papers()}
    environment = os.environ | {"XDG_CACHE_HOME": machines.cache("killed"), "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", _WRITER, machines.url, str(last)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == -signal.SIGKILL or int(ran.stdout) < last, ran.stderr
    after = before | {
        "moss": Paper("moss", "Moss", "Moss is short now.", source="t"),
        "fern": Paper("fern", "Fern", "Ferns are old.", source="t"),
    }
    del after["dot"]
    # Before anybody writes again: whole papers on every machine, also the killed one.
    for library in (other, machines.open("new"), machines.open("killed")):
        held = {paper.id: paper for paper in library.papers()}
        for one in {*before, *after}:
            assert held.get(one) in (before.get(one), after.get(one)), one
        assert library.search("moss", k=9)
    # The next writer waits for the dead one and mends what it left; then the change can be made again.
    other.add([after["moss"], after["fern"]])
    if "dot" in {paper.id for paper in other.papers()}:
        other.remove("dot")
    assert {paper.id: paper for paper in other.papers()} == after
    agree(other, machines.open("new"), machines.open("killed"), machines.open("newer"))


def test_a_server_that_goes_away_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: None, caplog: pytest.LogCaptureFixture
) -> None:
    server = ChromaServer(tmp_path / "chroma").start()
    machines = Machines(tmp_path, f"{server.url}/papers", monkeypatch)
    one = machines.open("one")
    one.add(PAPERS)
    here = one.search("Which detector needs no proposals?")
    server.stop()
    with caplog.at_level(logging.WARNING):
        away = [one.search("Which detector needs no proposals?") for _ in range(2)]
        assert one.ask("How fast does Dot find cars?").sources[0].paper.id == "dot"
    assert [[(p.paper.id, round(p.score, 3)) for p in found] for found in away] == [
        [(p.paper.id, round(p.score, 3)) for p in here]
    ] * 2
    assert [r.getMessage() for r in caplog.records if "does not answer" in r.getMessage()] == [
        f"The server of {machines.url} does not answer. Until it does, its copy on this machine answers."
    ]
    for change in (lambda: one.add([Paper("x", "X", "It is x.", source="t")]), lambda: one.tag("a", ["dot"])):
        with pytest.raises(LibraryUnreachable, match=r"chroma run --path DIR --host 127\.0\.0\.1 --port"):
            change()
    with pytest.raises(LibraryUnreachable, match="cannot be reached: start it there"):
        machines.open("two").papers()
    server.start()
    assert one.add([Paper("x", "X", "It is x.", source="t")]).added == ("x",)
    agree(one, machines.open("two"))
    machines.close()
    server.stop()


@pytest.mark.parametrize("machines", ["own server"], indirect=True)
def test_a_write_that_loses_the_server_is_read_anew(
    machines: Machines, at_once: None, server: ChromaServer
) -> None:
    name = machines.url.rpartition("/")[2]
    with Gate(server.url) as gate:
        one, other = machines.open("one", f"{gate.url}/{name}"), machines.open("other")
        one.add(PAPERS)
        gate.refuse = lambda method, path: 500 if path.endswith("/upsert") else 0
        with pytest.raises(LibraryError, match="failed"):
            one.add([Paper("x", "X", "It is x.", source="t")])
        with pytest.raises(LibraryError, match="failed"):
            one.remove("dot")
        gate.refuse = lambda method, path: 0
        assert [paper.id for paper in one.papers()] == ["dot", "line", "wave"]
        agree(one, other)
        assert one.add([Paper("x", "X", "It is x.", source="t")]).added == ("x",)
        agree(one, other)


@pytest.mark.parametrize("machines", ["own server"], indirect=True)
def test_who_may_only_read_is_told_so_and_reads(machines: Machines, server: ChromaServer) -> None:
    machines.open("one").add(PAPERS)
    name = machines.url.rpartition("/")[2]
    writes = ("/add", "/upsert", "/update", "/delete", "/collections")
    with Gate(
        server.url, lambda method, path: 403 if method != "GET" and path.endswith(writes) else 0
    ) as gate:
        reader = machines.open("reader", f"{gate.url}/{name}")
        assert len(reader.papers()) == 3
        assert reader.search("Which detector needs no proposals?")[0].paper.id == "dot"
        for change in (
            lambda: reader.add([Paper("x", "X", "It is x.", source="t")]),
            lambda: reader.remove("dot"),
        ):
            with pytest.raises(LibraryReadOnly, match=r"status 403.*CHROMA_API_KEY"):
                change()
        with pytest.raises(LibraryReadOnly):
            machines.open("reader", f"{gate.url}/another-{name}").add(PAPERS)


@pytest.mark.parametrize("machines", ["own server"], indirect=True)
def test_the_key_goes_to_the_server_and_nowhere_else(
    machines: Machines,
    server: ChromaServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("CHROMA_API_KEY", "geheim-123")
    name = machines.url.rpartition("/")[2]
    with Gate(server.url) as gate, caplog.at_level(logging.DEBUG):
        one = machines.open("one", f"{gate.url}/{name}")
        one.add(PAPERS)
        assert {headers["Authorization"] for headers in gate.seen} == {"Bearer geheim-123"}
        gate.refuse = lambda method, path: 401
        with pytest.raises(LibraryError, match="status 401") as told:
            machines.open("two", f"{gate.url}/{name}").papers()
    one.close()
    assert "geheim" not in str(told.value) + caplog.text
    files = [path for path in Path(machines.cache("one")).rglob("*") if path.is_file()]
    assert files
    assert all(b"geheim" not in path.read_bytes() for path in files)


@pytest.mark.parametrize("machines", ["own server"], indirect=True)
def test_what_else_may_answer(
    machines: Machines, server: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Gate(server.url, lambda method, path: 302) as gate:
        with pytest.raises(LibraryError, match="which is not followed"):
            machines.open("one", f"{gate.url}/papers").papers()
        gate.refuse = lambda method, path: 404
        with pytest.raises(LibraryError, match="failed"):
            machines.open("one", f"{gate.url}/papers").papers()
        gate.refuse = lambda method, path: 200
        with pytest.raises(LibraryError, match="is no Chroma server"):
            machines.open("one", f"{gate.url}/papers").papers()


def test_another_embedder_or_a_newer_format_is_refused(machines: Machines) -> None:
    one = machines.open("one")
    one.add(PAPERS)
    settings = Settings.model_validate({"embedding": {"name": "other", "base_url": "http://127.0.0.1:9/v1"}})
    with pytest.raises(EmbedderMismatch, match=machines.url):
        Assistant(machines.url, settings=settings).papers()
    papers = store_of(one)._papers
    papers.modify(metadata={**papers.metadata, "format": 99})
    with pytest.raises(LibraryTooNew, match="99"):
        machines.open("two").papers()


def test_a_library_of_an_older_format_loses_the_windows_of_short_abstracts_at_the_next_write(
    machines: Machines, at_once: None
) -> None:
    one, other = machines.open("one"), machines.open("other")
    one.add([*PAPERS, Paper("moss", "Moss", LONG, source="test")])
    store = store_of(one)
    kept = store.windows()
    stray = {"paper_id": "dot", "generation": 1}
    store._chunks.upsert(ids=["dot#0"], embeddings=[[0.1] * 384], metadatas=[stray])
    store._papers.modify(metadata={**store._papers.metadata, "format": 3})
    assert other.search("How fast does Dot find cars?")[0].paper.id == "dot"
    other.add([Paper("new", "Newts", "Newts live in ponds.", source="test")])
    assert (store_of(other).format, store_of(other).windows()) == (FORMAT, kept)
    assert len(kept) > 1
    agree(one, other)


def test_a_copy_that_is_damaged_lost_or_of_another_library_is_made_again(
    machines: Machines, at_once: None, server: ChromaServer
) -> None:
    one, other = machines.open("one"), machines.open("other")
    one.add(PAPERS)
    agree(one, other)
    for damage in ("records.sqlite", "lexical/meta.json"):
        other.close()
        for file in other.path.glob(f"{damage}*"):
            file.write_bytes(b"broken" * 1000)
        agree(one, other)
    # Somebody deletes the library and makes one of that name.
    client = store_of(one)._server.client
    for collection in client.list_collections():
        if collection.name.startswith(machines.url.rpartition("/")[2]):
            client.delete_collection(collection.name)
    assert not machines.open("third").exists
    with pytest.raises(LibraryEmpty):
        other.papers()
    (other.path / "calibration.json").write_text("{}")
    third = machines.open("third")
    third.add([Paper("x", "X", "It is x.", source="t")])
    assert [paper.id for paper in other.papers()] == ["x"]
    assert not (other.path / "calibration.json").exists()
    agree(third, other, machines.open("one"))


def test_the_doctor_finds_what_a_writer_left_that_was_no_more_allowed_to(
    machines: Machines, at_once: None
) -> None:
    one, other = machines.open("one"), machines.open("other")
    one.add([*PAPERS, Paper("moss", "Moss", LONG, source="t")])
    assert len(other) == 4
    store = store_of(one)
    store._chunks.delete(ids=["moss#1"])
    # A paper that came late, with the generation of a step that all know already.
    record = in_pieces("record", Paper("late", "Late", "It is late.", source="t").packed())
    held = in_pieces("ledger", zlib.compress(b'{"origins": [["t", "late", null]], "marks": []}'))
    row = {**record, **held, "number": 99, "generation": 1}
    store._papers.upsert(ids=["late"], embeddings=[np.ones(384)], metadatas=[row])
    assert {finding.part for finding in other.doctor()} == {"store"}
    assert {finding.part for finding in other.doctor(repair=True)} == {"store"}
    agree(other, machines.open("new"))
    # What is wrong with the copy alone is read anew.
    with sqlite3.connect(other.path / "records.sqlite") as db:
        db.execute("DELETE FROM search_vectors WHERE n = 1")
    db.close()
    assert [finding.part for finding in other.doctor(repair=True)] == ["vectors"]
    agree(other, machines.open("new"))
    one.doctor(repair=True)
    agree(one, other)


def test_a_backup_moves_a_library_to_a_server(machines: Machines, library: Assistant, tmp_path: Path) -> None:
    library.tag("read", ["wave"])
    library.back_up(tmp_path / "papers.backup")
    one = machines.open("one")
    one.restore(tmp_path / "papers.backup")
    assert one.papers() == library.papers()
    assert one.collections() == {"read": 1}
    agree(one, machines.open("other"))
    with pytest.raises(LibraryError, match="has papers"):
        one.restore(tmp_path / "papers.backup")
    one.back_up(tmp_path / "again.backup")
    with Assistant(tmp_path / "back", settings=Settings()) as back:
        back.restore(tmp_path / "again.backup")
        assert back.papers() == library.papers()
        assert back.collections() == {"read": 1}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["own server", "cloud"])
def test_what_libraries_do_they_do_on_a_server(kind: str) -> None:
    """The tests of folders are run once more: of adding, changing, merging, synchronising, filtering, asking."""
    suites = ("test_assistant.py", "library/identity", "library/sources", "library/test_catalogue.py")
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "support.served",
            *(f"tests/{suite}" for suite in suites),
        ],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "SERVED_BY": kind},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert ran.returncode == 0, ran.stdout[-5000:]


def test_two_programs_of_one_machine_share_its_copy(machines: Machines, at_once: None) -> None:
    one, beside, other = machines.open("one"), machines.open("one"), machines.open("other")
    assert one.path == beside.path != other.path
    one.add(PAPERS)
    assert len(beside) == len(other) == 3
    with one._library.for_writing(wait=True) as files:
        # Who reads meanwhile waits for nobody.
        began = time.monotonic()
        files.records.ledger.mark("collection", [("new", "dot")])
        assert beside.search("cars")[0].paper.id == other.search("cars")[0].paper.id == "dot"
        assert time.monotonic() - began < 4
    assert beside.collections() == other.collections() == {"new": 1}
    beside.remove("line")
    agree(one, beside, other)


def test_rows_of_another_program_are_told(machines: Machines, at_once: None) -> None:
    one = machines.open("one")
    one.add(PAPERS)
    row = {"generation": 9, "number": 9}
    store_of(one)._papers.upsert(ids=["x"], embeddings=[np.ones(384)], metadatas=[row])
    with pytest.raises(LibraryCorrupt, match="did not write"):
        machines.open("two").papers()


def test_small_files_go_with_the_library(machines: Machines, at_once: None) -> None:
    """A calibration is measured by who adds papers; every machine refuses questions by it."""
    one, other = machines.open("one"), machines.open("other")
    one.add(PAPERS)
    assert len(other) == 3
    (one.path / "calibration.json").write_text('{"a": 1}')
    one.tag("x", ["dot"])
    assert len(other) == 3
    assert (other.path / "calibration.json").read_text() == '{"a": 1}'
    with one._library.for_writing(wait=True):
        store_of(one).keep({"../outside.json": "{}"})
    assert len(other) == 3
    assert not (other.path.parent / "outside.json").exists()


@pytest.mark.parametrize("count", [100, pytest.param(300, marks=pytest.mark.slow)])
def test_a_folder_and_a_server_give_the_same_passages(
    machines: Machines, sample: Assistant, count: int
) -> None:
    machines.open("one").add(sample_papers())
    served = machines.open("other")
    questions = [json.loads(line)["question"] for line in CASES.read_text().splitlines()]
    for question in questions[:: len(questions) // count][:count]:
        mine, theirs = sample.search(question), served.search(question)
        assert [p.paper.id for p in theirs] == [p.paper.id for p in mine], question
        assert [p.chunk.id for p in theirs] == [p.chunk.id for p in mine], question
        assert [p.score for p in theirs] == pytest.approx([p.score for p in mine], abs=2e-3), question


def test_the_command_line_takes_an_address(
    machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "papers.jsonl"
    file.write_text("".join(json.dumps(paper.to_json()) + "\n" for paper in PAPERS))
    monkeypatch.setenv("ASSISTANT_LIBRARY", machines.url)
    monkeypatch.setenv("XDG_CACHE_HOME", machines.cache("one"))

    def run(*command: str) -> tuple[int, str, str]:
        code = main(list(command))
        return code, *capsys.readouterr()

    assert "3 added" in run("add", str(file))[1]
    assert "3 papers" in run("backup", str(tmp_path / "backup"))[1]
    assert run("--library", f"{machines.url}-2", "restore", str(tmp_path / "backup")) == (
        0,
        f"3 papers in {machines.url}-2.\n",
        "",
    )
    assert machines.url in run("config")[1]
    for address, told in (
        ("http://127.0.0.1:1/x", "`chroma run --path DIR --host 127.0.0.1 --port 1`"),
        ("http://127.0.0.1:1", "write http://HOST:PORT/NAME"),
    ):
        for command in (["list"], ["chat", "--port", str(free_port())]):
            code, _, err = run("--library", address, *command)
            assert (code, err.count("\n")) == (1, 1)
            assert told in err
