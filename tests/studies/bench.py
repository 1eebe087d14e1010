"""Speed. Times of answers and checks, and ratios of times taken in the same run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from assistant import Assistant, Paper, Settings
from assistant.library.chunks import chunk
from assistant.library.embedding.embedder import MiniLMEmbedding, SpanText
from evals.suites.suite import open_suite
from tests.studies import sources

_IMPORTS = "import chromadb, llama_index.core.query_engine, llama_index.core.retrievers, tantivy, onnxruntime, tokenizers, numpy, pydantic"


def adding(folder: Path, count: int = 1000) -> str:
    """Time adding papers against only embedding the same texts, in the same process."""
    rows = sources.read_lines(sources.need_shared("ml_papers", "papers.jsonl.gz"))[:count]
    papers = [Paper(r["id"], r["title"], r["abstract"], source="ml_papers") for r in rows]
    model = MiniLMEmbedding()
    model.embed_query("warm")
    cut = [chunk(paper) for paper in papers]
    texts = [SpanText(c.text, tuple((s.start + c.shift, s.end + c.shift) for s in c.sentences)) for c in cut]
    alone = _seconds(lambda: model.embed_spans(texts))
    with Assistant(folder / "adding", settings=Settings()) as library:
        library.search("warm")
        took = _seconds(lambda: library.add(papers))
    return f"adding {count} papers: {took:.1f} s, embedding alone {alone:.1f} s, ratio {took / alone:.2f} (at most 1.2)"


def cold(rounds: int = 5) -> str:
    """Time `assistant ask` as a new process against only importing what it needs, in turn."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    question = "How many encoders does the LXMERT model have?"
    imports, asks = [], []
    for round_ in range(rounds + 1):
        both = []
        for command in (["-c", _IMPORTS], ["-m", "assistant", "ask", "--sample", question]):
            before = time.perf_counter()
            subprocess.run([sys.executable, *command], check=True, capture_output=True, env=environment)
            both.append(time.perf_counter() - before)
        if round_:  # the first one warms the disk
            imports.append(both[0])
            asks.append(both[1])
    ratio = median(a / i for a, i in zip(asks, imports, strict=True))
    return (
        f"cold ask: {median(asks):.2f} s, importing its stack {median(imports):.2f} s, "
        f"ratio {ratio:.2f} (at most 1.5, {rounds} rounds)"
    )


def warm() -> str:
    """Time the first 60 questions of the shipped suite, asked a second time, without a model."""
    library = Assistant.sample(settings=Settings())
    questions = [case.question for case in open_suite("daily-papers").cases[:60]]
    for question in questions:
        library.ask(question)
    times = [_seconds(lambda q=question: library.ask(q)) * 1000 for question in questions]  # type: ignore[misc]
    return f"warm ask: median {median(times):.0f} ms, p95 {np.quantile(times, 0.95):.0f} ms (at most 80)"


def checking() -> str:
    """Time checking an answer of 6 statements over 8 abstracts without a model, with stored sentence vectors."""
    library = Assistant.sample(settings=Settings())
    papers = [paper.id for paper in library.papers()]
    cases = sources.load("statements")
    times = []
    for round_ in range(40):
        chosen = [cases[(round_ * 6 + i) % len(cases)] for i in range(6)]
        cited = [papers[(round_ * 8 + i) % len(papers)] for i in range(8)]
        claims = [(c["statement"], [c["paper"], cited[i]]) for i, c in enumerate(chosen)]
        library.check(claims)
        times.append(_seconds(lambda claims=claims: library.check(claims)) * 1000)  # type: ignore[misc]
    return f"checking 6 statements: median {median(times):.0f} ms, p95 {np.quantile(times, 0.95):.0f} ms (at most 60)"


def _seconds(call: Callable[[], object]) -> float:
    before = time.perf_counter()
    call()
    return time.perf_counter() - before
