"""A library on Chroma Cloud, as far as a stand-in can tell that refuses what breaks a quota of the service."""

from __future__ import annotations

import base64
import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from support.chroma_cloud import AT_ONCE, QUOTAS, Cloud, Refusal, broken
from support.chroma_server import ChromaServer, Machines
from support.papers import PAPERS

from assistant import Assistant, Paper
from assistant.core.errors import LibraryError, LibraryUnreachable
from assistant.library.chroma import connection, served_library
from assistant.library.chroma.address import Address, place_of
from assistant.library.chroma.connection import Server
from assistant.library.chroma.quotas import AT_ONCE as OURS
from assistant.library.chroma.served_rows import row_of
from assistant.library.chroma.served_store import ServedStore
from assistant.library.sync import follow

QUESTION = "Which detector needs no proposals?"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the generation whenever a library is used, and ask a busy server again at once."""
    monkeypatch.setattr(served_library, "LOOK", 0.0)
    monkeypatch.setattr(connection, "WAITS", (0.01,) * 6)


@pytest.fixture
def machines(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    made = Machines(tmp_path, cloud.library(f"l-{uuid.uuid4().hex}"), monkeypatch)
    yield made
    made.close()


def store_of(library: Assistant) -> ServedStore:
    store = library._library.files().store
    assert isinstance(store, ServedStore)
    return store


def papers_of(library: Assistant) -> dict[str, Paper]:
    return {paper.id: paper for paper in library.papers()}


def agree(*libraries: Assistant) -> None:
    """All machines have the same papers with the same vectors, and find nothing wrong."""
    first, *others = libraries
    held = papers_of(first)
    vectors = first._library.files().records.search_vectors(list(held))
    for other in others:
        assert papers_of(other) == held
        theirs = other._library.files().records.search_vectors(list(held))
        assert all(np.array_equal(theirs[one], rows) for one, rows in vectors.items())
    assert [library.doctor() for library in libraries] == [[]] * len(libraries)


def remove(library: Assistant, ids: list[str]) -> None:
    """Remove papers in one go, as when the file is synchronised that they came from."""
    with library._library.for_writing(wait=True) as files:
        for one in ids:
            files.records.remove(one)
        follow(files)


def rows(count: int = 1, **values: Any) -> dict[str, Any]:
    ids = [f"r{n}" for n in range(count)]
    return {"ids": ids, "embeddings": [[0.5, 0.5]] * count} | values


def large(dimension: int) -> str:
    return base64.b64encode(np.zeros(dimension, dtype=np.float32).tobytes()).decode()


def either(count: int) -> dict[str, Any]:
    return {"$or": [{"generation": n} for n in range(count)]} if count > 1 else {"generation": 1}


# What a request does, and its body when so much of a quota is used.
CASES: dict[str, tuple[str, Callable[[int], dict[str, Any]]]] = {
    "Embedding dimension": ("upsert", lambda n: rows(embeddings=[large(n)])),
    "Embedding dimension, asked": ("query", lambda n: {"query_embeddings": [[0.5] * n], "n_results": 1}),
    "Document size (bytes)": ("upsert", lambda n: rows(documents=["x" * n])),
    "URI size (bytes)": ("upsert", lambda n: rows(uris=["x" * n])),
    "ID size (bytes)": ("add", lambda n: rows(ids=["x" * n])),
    "ID size (bytes), asked": ("get", lambda n: {"ids": ["x" * n]}),
    "Name size (bytes)": ("create", lambda n: {"name": "x" * n}),
    "Size of metadata dictionary value (bytes)": ("update", lambda n: rows(metadatas=[{"a": "x" * n}])),
    "Size of metadata dictionary value (bytes), in two": (
        "upsert",
        lambda n: rows(metadatas=[{"a": "é" * (n // 2) + "x" * (n % 2)}]),
    ),
    "Size of metadata dictionary value (bytes), asked": (
        "get",
        lambda n: {"where": {"a": "x" * n}, "limit": 1},
    ),
    "Size of collection metadata value (bytes)": (
        "create",
        lambda n: {"name": "xxx", "metadata": {"a": "x" * n}},
    ),
    "Size of metadata dictionary key (bytes)": ("upsert", lambda n: rows(metadatas=[{"x" * n: 1}])),
    "Number of metadata dictionary keys": (
        "upsert",
        lambda n: rows(metadatas=[{f"k{k}": k for k in range(n)}]),
    ),
    "Number of metadata dictionary keys, of a collection": (
        "modify",
        lambda n: {"new_metadata": {f"k{k}": k for k in range(n)}},
    ),
    "Number of where clause predicates": ("get", lambda n: {"where": either(n), "limit": 1}),
    "Number of where clause predicates, in a list": (
        "query",
        lambda n: {"where": {"a": {"$in": ["x"] * n}}, "n_results": 1},
    ),
    "Limit value": ("get", lambda n: {"limit": n}),
    "Limit value, ids": ("get", lambda n: {"ids": ["x"] * n}),
    "Number of results": ("query", lambda n: {"query_embeddings": [[0.5, 0.5]], "n_results": n}),
    "Number of records": ("upsert", rows),
    "Number of records, added": ("add", rows),
    "Number of records, removed": ("delete", lambda n: {"ids": ["x"] * n}),
}


def test_every_quota_has_a_case() -> None:
    assert {case.partition(",")[0] for case in CASES} == set(QUOTAS)


@pytest.mark.parametrize("case", CASES)
def test_the_stand_in_refuses_what_breaks_a_quota_and_nothing_less(cloud: Cloud, case: str) -> None:
    usage = case.partition(",")[0]
    action, body = CASES[case]
    assert broken(action, body(QUOTAS[usage])) == ""
    collections = f"{cloud.url}/api/v2/tenants/{cloud.tenant}/databases/{cloud.database}/collections"
    path = {"create": "", "modify": f"/{uuid.uuid4()}"}.get(action, f"/{uuid.uuid4()}/{action}")
    headers = {"Authorization": f"Bearer {cloud.key}", "X-Chroma-Token": cloud.key}
    method = "PUT" if action == "modify" else "POST"
    answer = httpx.request(method, collections + path, json=body(QUOTAS[usage] + 1), headers=headers)
    assert answer.status_code == 422
    assert answer.json()["message"].startswith(f"Quota exceeded: '{usage}' exceeded quota limit for action")


@pytest.mark.parametrize(
    ("action", "body"), [("get", {"where": {"a": 1}}), ("get", {}), ("delete", {"where": {"a": 1}})]
)
def test_the_stand_in_refuses_what_has_no_limit(action: str, body: dict[str, Any]) -> None:
    assert broken(action, body)


def test_the_stand_in_lets_so_many_requests_at_once_and_no_more(cloud: Cloud) -> None:
    """Those that are at work wait for the last one, which is refused."""
    refused, arrived = threading.Event(), threading.Barrier(AT_ONCE + 1)

    def ask(kind: str) -> None:
        with cloud._running_in("one", kind):
            arrived.wait(10)
            refused.wait(10)

    threads = [threading.Thread(target=ask, args=["get"]) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    arrived.wait(10)
    key = {"Authorization": f"Bearer {cloud.key}", "X-Chroma-Token": cloud.key}
    path = f"/api/v2/tenants/{cloud.tenant}/databases/{cloud.database}/collections"
    answers = [cloud._answer("POST", f"{path}/{one}/get", key, b'{"limit": 1}')[0] for one in ("one", "two")]
    refused.set()
    for thread in threads:
        thread.join()
    assert answers[0] == 429 != answers[1]
    assert cloud._answer("POST", f"{path}/one/get", key, b'{"limit": 1}')[0] != 429


def test_a_collection_has_the_index_that_the_service_has(machines: Machines) -> None:
    one = machines.open("one")
    one.add(PAPERS)
    assert one.search(QUESTION)[0].paper.id == "dot"
    configuration = machines.open("two")
    assert papers_of(configuration).keys() == {"dot", "line", "wave"}
    said = store_of(configuration)._papers.configuration_json
    assert (said["hnsw"], said["spann"]["space"]) == (None, "cosine")


def test_more_papers_than_a_request_may_have_are_added_changed_and_removed(
    machines: Machines, cloud: Cloud, tmp_path: Path
) -> None:
    one, other, file = machines.open("one"), machines.open("other"), tmp_path / "papers.jsonl"

    def write(count: int, unit: str) -> None:
        rows = [
            {"id": f"p{n}", "title": f"Paper {n}", "abstract": f"It takes {n} {unit}."} for n in range(count)
        ]
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))

    write(650, "ms")
    assert len(one.add(file).added) == 650
    # Reading is some requests for every 250 papers.
    cloud.asked.clear()
    assert len(other) == 650
    assert cloud.asked["get"] < 25
    agree(one, other)
    other.tag("read", [f"p{n}" for n in range(100, 500)])
    write(340, "s")
    report = one.sync(file, apply=True)
    assert (len(report.changed), len(report.removed)) == (340, 310)
    assert papers_of(other)["p7"].abstract == "It takes 7 s."
    assert len(other) == 340
    agree(one, other, machines.open("new"))
    assert one.collections() == {"read": 240}
    one.back_up(tmp_path / "papers.backup")
    again = machines.open("one", f"{machines.url}-again")
    again.restore(tmp_path / "papers.backup")
    assert again.papers() == one.papers()
    agree(again, machines.open("other", f"{machines.url}-again"))
    assert cloud.refused == []


def test_what_it_costs_in_requests(machines: Machines, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/server.md tells these."""
    one, other = machines.open("one"), machines.open("other")
    one.add(PAPERS)

    def asked(do: Callable[[], object], *kinds: str) -> int:
        cloud.asked.clear()
        do()
        return sum(cloud.asked[kind] for kind in kinds) if kinds else cloud.asked.total()

    assert asked(lambda: one.add([Paper("x", "X", "It is x.", source="t")])) <= 20
    assert asked(lambda: len(other)) <= 30
    monkeypatch.setattr(served_library, "LOOK", 1000.0)
    # The vectors of papers that this machine never met; then the neighbours alone.
    assert asked(lambda: other.search(QUESTION)) <= 2 + 2
    assert asked(lambda: other.search(QUESTION)) == 2
    assert asked(lambda: other.search(QUESTION), "query") == 2
    assert asked(lambda: other.papers()) == 0
    other.close()
    assert asked(lambda: len(machines.open("other"))) <= 14
    # Two hundred papers are one step, as one paper is; the calibration that a hundred papers have is another.
    monkeypatch.setattr("assistant.library.chroma.lease.BEAT", 1000.0)
    monkeypatch.setattr("assistant.library.sync.FOLLOW_SECONDS", 1000.0)
    many = [Paper(f"p{n}", f"Paper {n}", f"It takes {n} ms.", source="t") for n in range(401)]
    few = asked(lambda: one.add(many[:1]))
    assert asked(lambda: one.add(many[1:201])) <= few + 6
    assert asked(lambda: one.add(many[201:])) <= few + 6


def test_long_abstracts_ids_and_records_go_there_and_come_back(machines: Machines, cloud: Cloud) -> None:
    one, other = machines.open("one"), machines.open("other")
    rng = np.random.default_rng(3)
    words = ["".join(rng.choice(list("abcdefghijklmnop"), 9)) for _ in range(3000)]
    sentences = (f"{' '.join(rng.choice(words, 12))} grew by {n} mm.".capitalize() for n in range(300))
    abstract = ""
    for sentence in sentences:
        if len(abstract) + len(sentence) < 19_999:
            abstract += f"{sentence} "
    doi = f"10.1000/{'x' * 140}"
    crowd = tuple(
        f"{first.title()}, {second.title()}"
        for first, second in zip(words * 3, reversed(words * 3), strict=True)
    )
    papers = [
        Paper("long", "Long", abstract.strip(), source="t"),
        Paper(f"doi:{doi}", "A long DOI", f"Its moss grows. {'It is wet. ' * 300}", doi=doi, source="t"),
        Paper("ü" * 1000, "A long id", "It says that moss is old.", source="t"),
        Paper("long:x", "A strange id", "It says that moss is strange.", source="t"),
        Paper("crowd", "Many authors", "They say that moss is green.", crowd, source="t"),
    ]
    assert len(papers[0].abstract) > 19_800
    assert one.add(papers).problems == ()
    assert papers_of(other) == {paper.id: paper for paper in papers}
    agree(one, other)
    assert other.search("Which moss is old?", k=9)
    found = {passage.paper.id for passage in other.search("moss", k=9)}
    assert {"ü" * 1000, f"doi:{doi}"} <= found
    # Vectors of sentences and words come along, also of the longest.
    records = other._library.files().records
    assert records.vectors(papers).keys() == {paper.id for paper in papers}
    shorter = replace(papers[1], abstract="It is short now.")
    other.add([shorter, replace(papers[0], abstract="It is short, too.")])
    remove(other, ["ü" * 1000, "crowd"])
    agree(other, one, machines.open("new"))
    assert cloud.refused == []


def test_windows_of_a_long_text_go_with_it_and_those_of_others_stay(machines: Machines) -> None:
    one = machines.open("one")
    long = " ".join(f"Sentence {n} says that {'wet ' * 30}moss grows." for n in range(120))
    kept = Paper("kept", "Kept", long, source="t")
    one.add([kept, Paper("gone", "Gone", long, source="t"), Paper("cut", "Cut", long, source="t")])
    store = store_of(one)
    many = {f"{name}#{n}" for name in ("kept", "gone", "cut") for n in range(30)}
    assert store.windows() == many
    # A hole, as a writer leaves it that was too late.
    store._chunks.delete(ids=["gone#3"])
    one.add([Paper("cut", "Cut", "It is short now.", source="t")])
    one.remove("gone")
    assert store.windows() == {one for one in many if one.startswith("kept")}
    agree(one, machines.open("new"))


def test_a_busy_server_is_asked_again(machines: Machines, cloud: Cloud) -> None:
    one = machines.open("one")
    for refusal in (
        Refusal(429, "RateLimitError", "Rate limit exceeded"),
        Refusal(429, "Unknown", "slow down"),
        Refusal(503, "ChromaError", "Backoff and retry"),
    ):
        cloud.busy, cloud.busy_with = 5, refusal
        one.add([Paper(refusal.message, refusal.message, "It is new.", source="t")])
    assert len(one) == 3
    assert len(cloud.refused) == 15
    agree(one, machines.open("other"))


def test_waits_grow_and_are_not_all_the_same(
    machines: Machines, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = machines.open("one")
    one.add(PAPERS)
    monkeypatch.setattr(connection, "WAITS", (1.0, 2.0, 4.0))
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    cloud.busy = 3
    assert store_of(one).count() == 3
    assert [half <= waits <= 2 * half for half, waits in zip((0.5, 1, 2), waited, strict=True)] == [True] * 3


def test_a_server_that_stays_busy_is_told_and_questions_are_answered_from_the_copy(
    machines: Machines, cloud: Cloud
) -> None:
    one = machines.open("one")
    one.add(PAPERS)
    there = [passage.paper.id for passage in one.search(QUESTION)]
    cloud.busy = 10**6
    assert [passage.paper.id for passage in one.search(QUESTION)] == there
    with pytest.raises(LibraryUnreachable, match=r"has too much to do \(status 429\): try again in a minute"):
        one.add([Paper("x", "X", "It is x.", source="t")])
    cloud.busy = 0
    one.close()
    one.add([Paper("x", "X", "It is x.", source="t")])
    agree(one, machines.open("other"))


def test_a_quota_is_one_sentence_that_names_it(machines: Machines, cloud: Cloud) -> None:
    one = machines.open("one")
    one.add(PAPERS)
    store = store_of(one)
    beyond: dict[str, Callable[[], object]] = {
        "'Limit value'.*exceeds limit of 300": lambda: store._guard(store._papers.get, limit=301),
        "'Number of records'": lambda: store._guard(store._papers.delete, ids=[f"x{n}" for n in range(301)]),
    }
    for told, ask in beyond.items():
        with pytest.raises(LibraryError, match=rf"beyond a quota.*{told}.*: ask who runs it") as refused:
            ask()
        assert str(refused.value).count("\n") == 0
    cloud.forget()


@pytest.mark.parametrize(
    ("part", "told"), [(0, "status 401|status 403"), (1, "no database 'other' of a tenant")]
)
def test_another_tenant_or_database_is_told(cloud: Cloud, machines: Machines, part: int, told: str) -> None:
    address = place_of(machines.url)
    assert isinstance(address, Address)
    wrong = replace(address, tenant="other") if part == 0 else replace(address, database="other")
    with pytest.raises(LibraryError, match=told) as refused:
        machines.open("one", str(wrong)).papers()
    assert cloud.key not in str(refused.value)


def test_an_address_without_tenant_is_told_the_whole_form(cloud: Cloud, machines: Machines) -> None:
    with pytest.raises(LibraryError, match=r"status 403.*/TENANT/DATABASE/sleep"):
        machines.open("one", f"{cloud.url}/sleep").papers()


@pytest.mark.parametrize("key", ["", "another"])
def test_without_the_key_nothing_is_read(
    cloud: Cloud, machines: Machines, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHROMA_API_KEY", key)
    with pytest.raises(LibraryError, match=r"status 401.*CHROMA_API_KEY"):
        machines.open("one").papers()


def test_the_key_is_in_no_file_log_or_message(
    cloud: Cloud, machines: Machines, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        one = machines.open("one")
        one.add(PAPERS)
        # A server that repeats what it was told.
        cloud.busy, cloud.busy_with = 1, Refusal(400, "ChromaError", f"no key {cloud.key} here")
        with pytest.raises(LibraryError, match=r"no key \.\.\. here") as told:
            store_of(one).count()
    one.close()
    assert cloud.key not in str(told.value) + caplog.text
    assert all(cloud.key.encode() not in path.read_bytes() for path in one.path.rglob("*") if path.is_file())


def test_one_machine_has_fewer_requests_at_once_than_a_collection_takes(machines: Machines) -> None:
    address = place_of(machines.url)
    assert isinstance(address, Address)
    server, now, most = Server(address), [0], [0]
    lock = threading.Lock()

    def ask() -> None:
        with lock:
            now[0] += 1
            most.append(now[0])
        time.sleep(0.02)
        with lock:
            now[0] -= 1

    threads = [threading.Thread(target=server.call, args=[ask]) for _ in range(3 * AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == OURS < AT_ONCE


def test_a_library_of_an_older_version_has_more_rows_in_a_generation(
    server: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is on a server of one's own, which has no quotas, and is read whole."""
    monkeypatch.delenv("CHROMA_API_KEY", raising=False)
    machines = Machines(tmp_path, f"{server.url}/l-{uuid.uuid4().hex}", monkeypatch)
    one, other = machines.open("one"), machines.open("other")
    monkeypatch.setattr("assistant.library.chroma.served_store.WRITTEN", 2000)
    papers = [Paper(f"p{n}", f"Paper {n}", f"It takes {n} ms.", source="t") for n in range(400)]
    one.add(papers)
    assert len(other) == 400
    remove(one, [f"p{n}" for n in range(350)])
    monkeypatch.undo()
    with machines._patch.context() as patch:
        patch.setattr(served_library, "LOOK", 0.0)
        assert len(other) == 50
        agree(one, other)
    machines.close()


def test_rows_of_long_names_are_short_and_apart() -> None:
    long = "x" * 1000
    made = [row_of(f"{long}{n}") for n in range(3)] + [row_of("long:x"), row_of("x" * 128)]
    assert len(set(made)) == 5
    assert max(len(row.encode()) for row in made) == 128
    assert row_of("x" * 128) == "x" * 128
    assert (
        max(len(f"{'n' * 119}.{part}".encode()) for part in ("state", "reading", "chunks", "papers")) <= 128
    )
