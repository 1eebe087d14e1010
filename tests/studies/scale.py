"""Large libraries. Adding, searching, browsing, memory and disk, beside plain LlamaIndex over Chroma with the same embedder.

Each system works in a process of its own, one after the other, so that its peak of memory is its own. With the free embedder a text
costs its tokenizing and nothing more: what is measured is everything but the model.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import random
import resource
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.utils import iter_batch

from assistant import Assistant, Paper, Settings, Where
from assistant.core.errors import LibraryUnreachable
from assistant.core.text.sentences import split
from assistant.library.catalogue import Filter
from assistant.library.chunks import chunk
from assistant.library.embedding import embedder
from assistant.library.embedding.inference import Feed
from assistant.library.embedding.minilm import minilm
from assistant.library.embedding.vectors import Vectors
from assistant.library.sync import BATCH
from evals.errors import EvaluationError
from tests.studies import sources

FREE, MINILM = "free", "minilm"
QUESTIONS = 100
_SENTENCES, _CHARACTERS, _YEARS = 9, 1500, range(1990, 2026)
_VOCABULARY = 30_522
"""Ids of MiniLM's tokenizer."""
_PLAIN = "llama-index-vector-stores-chroma"


def made_papers(count: int, seed: int = 1) -> Iterator[Paper]:
    """Yield papers of sentences that are drawn from real abstracts, with 36 years, 50 journals and 997 first authors."""
    drawn = random.Random(seed)
    rows = sources.read_lines(sources.need_shared("ml_papers", "papers.jsonl.gz"))
    texts = [row["abstract"] for row in rows]
    sentences = [text[s.start : s.end] for text in texts for s in split(text)]
    for n in range(count):
        yield Paper(
            f"p{n}",
            f"{drawn.choice(rows)['title']} {n}",
            " ".join(drawn.choice(sentences) for _ in range(_SENTENCES))[:_CHARACTERS],
            authors=(f"Ann Author{n % 997}", f"Bob Writer{n % 313}"),
            year=_YEARS[n % len(_YEARS)],
            venue=f"Journal {n % 50}",
            source="made",
        )


def measure(folder: Path, count: int, model: str, beside: bool, served: bool = False) -> str:
    """Measure a library of `count` papers; `beside`: plain LlamaIndex, too; `served`: one on a Chroma server. Return a table.

    Raises `EvaluationError` if the model is unknown or the data or LlamaIndex's Chroma store are missing.
    """
    if model not in (FREE, MINILM):
        raise EvaluationError(f"There is no embedder {model!r} here: write {FREE} or {MINILM}.")
    if beside:
        # Before the hour that ours takes.
        _plain_store()
    systems: dict[str, Callable[..., dict[str, float]]] = {"this assistant": _ours}
    if served:
        systems["on a server"] = _served
    if beside:
        systems["plain LlamaIndex"] = _plain
    figures = {
        name: _apart(system, folder / str(n), count, model)
        for n, (name, system) in enumerate(systems.items())
    }
    return _table(figures, count, model)


def _apart(system: Callable[..., dict[str, float]], *arguments: Any) -> dict[str, float]:
    """Run in a new process, and add its peak of memory."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_with_memory, (system, *arguments))


def _with_memory(
    system: Callable[..., dict[str, float]], folder: Path, count: int, model: str
) -> dict[str, float]:
    if model == FREE:
        _make_free()
    shutil.rmtree(folder, ignore_errors=True)
    papers = list(made_papers(count))
    held = _peak()
    found = system(folder, papers)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    memory = {"peak of memory, MB": _peak(), "of this, before the library was opened, MB": held}
    return {**found, "disk, KB a paper": size / count / 1000, **memory}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def _served(folder: Path, papers: Sequence[Paper]) -> dict[str, float]:
    """Measure a library on a server of this machine, whose files are what counts as disk."""
    folder.mkdir(parents=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = ["chroma", "run", "--path", str(folder), "--host", "127.0.0.1", "--port", port]
    environment = os.environ | {"ANONYMIZED_TELEMETRY": "False"}
    # The program stands beside this Python.
    command[0] = str(Path(sys.executable).with_name(command[0]))
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}/made"
        library = Assistant(address, settings=Settings())
        _await(library)
        found = _ours(address, papers)
        held = sum(file.stat().st_size for file in library.path.rglob("*") if file.is_file())
        shutil.rmtree(library.path)
        found["first opening of another machine, s"] = _seconds(lambda: len(library))
        library.close()
        found["open again, s"] = _seconds(lambda: len(library))
        library.close()
        shutil.rmtree(library.path)
        return found | {"copy of the machine that added, KB a paper": held / len(papers) / 1000}
    finally:
        server.kill()
        server.wait()


def _await(library: Assistant) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            assert not library.exists
            return
        except LibraryUnreachable:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _ours(place: Path | str, papers: Sequence[Paper]) -> dict[str, float]:
    found: dict[str, float] = {}
    with Assistant(place, settings=Settings()) as library:
        embedder.MiniLMEmbedding().embed_query("warm")
        found["embedding alone, papers/s"] = len(papers) / _seconds(lambda: _embed(papers))
        marks: list[tuple[int, float]] = []
        began = time.perf_counter()
        library.add(papers, progress=lambda at: marks.append((at.read, time.perf_counter() - began)))
        found["add, papers/s"] = len(papers) / (time.perf_counter() - began)
        found["add, papers/s of the last tenth"] = _last_tenth(marks)
        found["add again, nothing changed, s"] = _seconds(lambda: library.add(papers))
    library = Assistant(place, settings=Settings())
    found["open and first search, s"] = _seconds(lambda: library.search("warm"))
    asked = _questions(papers)
    found |= _times("search", asked, library.search)
    found |= _times(
        "search of a year", asked, lambda q: library.search(q, where=Where(since=2000, until=2000))
    )
    found |= _times("ask", asked, lambda q: library.ask(q, quotes=True))
    found["count, ms"] = 1000 * _seconds(lambda: len(library))
    found["first page of the library, ms"] = 1000 * _seconds(lambda: library.catalogue().find(Filter()))
    found["the same again, ms"] = 1000 * _seconds(lambda: library.catalogue().find(Filter()))
    found["a page by author, ms"] = 1000 * _seconds(
        lambda: library.catalogue().find(Filter(author="author5"))
    )
    found["a page by words, ms"] = 1000 * _seconds(
        lambda: library.catalogue().find(Filter(words="neural data"))
    )
    found["papers by year, ms"] = 1000 * _seconds(lambda: library.catalogue().years)
    return found


def _embed(papers: Sequence[Paper]) -> None:
    """Embed papers as `add` does, and no more."""
    model = embedder.MiniLMEmbedding()
    for batch in iter_batch(papers, BATCH):
        model.embed_spans([embedder.SpanText(c.text, c.spans) for c in map(chunk, batch)])


def _plain(folder: Path, papers: Sequence[Paper]) -> dict[str, float]:
    import chromadb
    from chromadb.config import Settings as ChromaSettings
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.schema import TextNode

    model: BaseEmbedding = embedder.MiniLMEmbedding()
    model.get_query_embedding("warm")
    # What runs the model is ours: the plain way has ONNX Runtime.
    minilm().engines[os.getpid(), "bulk"] = minilm().engine("quick")
    quiet = ChromaSettings(anonymized_telemetry=False)
    collection = chromadb.PersistentClient(str(folder), settings=quiet).create_collection("papers")
    storage = StorageContext.from_defaults(vector_store=_plain_store()(chroma_collection=collection))
    nodes = [
        TextNode(id_=p.id, text=f"{p.title}\n{p.abstract}", metadata={"year": p.year or 0, "venue": p.venue})
        for p in papers
    ]
    found: dict[str, float] = {}
    began = time.perf_counter()
    index = VectorStoreIndex(nodes, storage_context=storage, embed_model=model, insert_batch_size=2048)
    found["add, papers/s"] = len(papers) / (time.perf_counter() - began)
    retriever = index.as_retriever(similarity_top_k=8)
    return found | _times("search", _questions(papers), retriever.retrieve)


def _plain_store() -> Any:
    """Return LlamaIndex's store over Chroma, a package of its own. Raises `EvaluationError` if it is not installed."""
    try:
        return importlib.import_module("llama_index.vector_stores.chroma").ChromaVectorStore
    except ImportError as exc:
        raise EvaluationError(f"Plain LlamaIndex over Chroma needs its store: pip install {_PLAIN}.") from exc


def _make_free() -> None:
    """Let the built-in model give every token a random vector: the real tokenizer runs, the network does not."""
    table = (
        np.random.default_rng(7)
        .standard_normal((_VOCABULARY, embedder.MiniLMEmbedding.dimension))
        .astype(np.float32)
    )

    class Free:
        texts, tokens = 4, 1

        def run(self, feeds: Sequence[Feed]) -> Iterator[tuple[int, Vectors]]:
            for place, feed in enumerate(feeds):
                yield place, table[feed["input_ids"]]

    for kind in ("quick", "bulk"):
        minilm().engines[os.getpid(), kind] = Free()


def _questions(papers: Sequence[Paper]) -> list[str]:
    return [paper.title for paper in random.Random(2).sample(list(papers), min(QUESTIONS, len(papers)))]


def _last_tenth(marks: Sequence[tuple[int, float]]) -> float:
    last = marks[-1]
    before = next(mark for mark in marks if mark[0] >= 0.9 * last[0])
    return (last[0] - before[0]) / max(last[1] - before[1], 1e-9)


def _times(what: str, questions: Sequence[str], do: Callable[[str], Any]) -> dict[str, float]:
    taken = [1000 * _seconds(partial(do, question)) for question in questions]
    return {f"{what}, ms, median": median(taken), f"{what}, ms, p95": float(np.quantile(taken, 0.95))}


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _table(figures: Mapping[str, Mapping[str, float]], count: int, model: str) -> str:
    head = ["what", *figures]
    rows = [
        [what, *(_shown(found.get(what)) for found in figures.values())]
        for what in dict.fromkeys(what for found in figures.values() for what in found)
    ]
    lines = [
        f"{count:,} papers, embedder: {model}, {os.cpu_count()} cores",
        f"| {' | '.join(head)} |",
        "|" + "---|" * len(head),
    ]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}" if value >= 20 else f"{value:.2f}"
