"""class Assistant: a library of papers that can be asked. Builds the parts from the settings; the one composition."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import numpy as np
from llama_index.core.query_engine import BaseQueryEngine
from llama_index.core.retrievers import BaseRetriever

from assistant.conversation.rewrite import Message, checked, history_of
from assistant.conversation.suggestions import follow_ups, suggest_after_refusal
from assistant.core.answer import REFUSAL_PHRASE, Answer, Event, Finished, Refusal, Statement, Usage
from assistant.core.errors import LibraryEmpty, LibraryLocked, PaperNotFound, QuestionError, SettingsError
from assistant.core.paper import Paper
from assistant.core.settings import Settings, cache_path, library_path
from assistant.core.stop import Stop
from assistant.core.weights import probability
from assistant.generation.answerability import assess_answerability
from assistant.generation.comparison.compare import FEWEST, MOST, Comparison, compare
from assistant.generation.engine import Answering
from assistant.generation.query_engine import AnswerEngine
from assistant.generation.run import Components
from assistant.library.bm25 import Lexical
from assistant.library.catalogue import Catalogue, Place, lay_out
from assistant.library.embedder import MINILM, MiniLMEmbedding, SpanEmbedding
from assistant.library.readers import Problem, read
from assistant.library.sample import sample_papers
from assistant.library.store import Store
from assistant.library.sync import AddReport, LibraryFiles, Progress, Sync, repair_index, writing
from assistant.library.vectors import VectorFile
from assistant.llm.cache import ReplyCache
from assistant.llm.provenance import provenance
from assistant.retrieval.encoder import EncodedPaper, Encoder
from assistant.retrieval.retriever import Passage, PassageRetriever, Retriever, Scope, Similar
from assistant.verification.checker import Checker
from assistant.verification.cross_encoder import CrossEncoder
from assistant.verification.judge import VerdictJudge
from assistant.verification.references import ReferenceIndex
from assistant.verification.user_text import Verifying

MAPPED = 2000


class Assistant:
    """A library of papers in a folder, and the answers it can give.

    `path` is the folder, made at the first `add`; without one it is the user's default library. Settings come from
    assistant.toml and the environment unless given; a `cross_encoder` (see `CrossEncoder`) scores statements that the
    rules leave open; models are reached through `transport` where one is given (to record, replay or meter calls), and
    then no verdicts are cached. Also a context manager. Safe for use from several threads.

    >>> import tempfile
    >>> from assistant import Assistant, Paper, Settings
    >>> with Assistant(tempfile.mkdtemp(), settings=Settings()) as library:
    ...     report = library.add([Paper("x1", "Tiny detectors", "We present Dot. Dot finds cars in 5 ms.")])
    ...     answer = library.ask("How fast does Dot find cars?")
    >>> len(report.added), answer.sources[0].paper.id
    (1, 'x1')
    >>> answer.statements[-1].evidence[0].quote
    'Dot finds cars in 5 ms.'
    """

    def __init__(
        self,
        path: str | Path | None = None,
        *,
        settings: Settings | None = None,
        cross_encoder: CrossEncoder | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.settings = settings or Settings.load()
        self.path = Path(path) if path else library_path()
        self._transport = transport
        self._reading = MiniLMEmbedding()
        self._embedder = _embedder(self.settings, self._reading, transport)
        self._cross_encoder = cross_encoder
        # Who writes holds the first, for long; who opens or swaps the index the second. The first is taken first.
        self._writes, self._lock = threading.RLock(), threading.RLock()
        self._writing = False
        self._index: _Index | None = None
        self._cache: ReplyCache | None = None

    @classmethod
    def sample(
        cls, *, settings: Settings | None = None, transport: httpx.BaseTransport | None = None
    ) -> Assistant:
        """The sample library that comes with the program: summaries of 72 papers, written for this demo.

        Indexed when first opened; it takes some seconds.
        """
        library = cls(cache_path() / "sample", settings=settings, transport=transport)
        papers = sample_papers()
        if not library._opened_with({paper.id: paper.fingerprint for paper in papers}):
            library.add(papers)
        return library

    def _opened_with(self, fingerprints: dict[str, str]) -> bool:
        if not self.exists():
            return False
        known = self._open().parts.store.known()
        return {paper_id: k.fingerprint for paper_id, k in known.items()} == fingerprints

    def exists(self) -> bool:
        """Whether the library's folder has been made."""
        return (self.path / "chroma").exists()

    def add(
        self,
        *sources: str | Path | Iterable[Paper],
        progress: Callable[[Progress], None] | None = None,
        origin: str = "",
    ) -> AddReport:
        """Add papers from files (of `library.readers.formats.FORMATS`; also gzipped) or as `Paper` values.

        A paper of the same id from the same source with another text is replaced; what is unchanged costs nothing;
        a record that cannot be a paper is among the report's problems. `progress` is called after every batch of 64.
        `origin` is what the papers are said to come from, where the files' own paths mean nothing (uploads).
        Interrupted, it keeps what was finished, and the next `add` goes on. Raises `SourceError` for a file that
        cannot be read, `LibraryError` for the folder.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        total = _total(sources) if progress else None
        with self._for_writing(wait=True) as index:
            sync = Sync(index.parts, self._embedder, self._reading)
            return sync.add(_from(origin, _records(sources)), progress or (lambda _: None), total)

    def remove(self, paper_id: str) -> None:
        """Removes a paper. Raises `PaperNotFound`, or `LibraryLocked` while papers are added."""
        self._existing()
        with self._for_writing(wait=False) as index:
            if paper_id not in index.parts.store.get([paper_id]):
                raise self._not_found(paper_id)
            Sync(index.parts, self._embedder, self._reading).remove(paper_id)

    @contextmanager
    def _for_writing(self, *, wait: bool) -> Iterator[_Index]:
        """The index for one who writes; whoever only reads goes on meanwhile."""
        if not self._writes.acquire(blocking=wait):
            raise LibraryLocked(
                "Papers are being added to this library: wait until that is done, and try again."
            )
        try:
            with writing(self.path):
                index = self._open(mending=True)
                self._writing = True
                try:
                    yield index
                finally:
                    index.seen()
                    self._writing = False
        finally:
            self._writes.release()

    def papers(self, ids: Sequence[str] | None = None) -> list[Paper]:
        """All papers of the library, in the order in which they were first added; or those of these ids that it holds, in
        theirs."""
        if not self.exists():
            return []
        store = self._open().parts.store
        if ids is None:
            return list(store.papers())
        held = store.get(list(dict.fromkeys(ids)))
        return [held[paper_id] for paper_id in dict.fromkeys(ids) if paper_id in held]

    def count(self) -> int:
        """How many papers the library holds."""
        return self._open().parts.store.count() if self.exists() else 0

    def paper(self, paper_id: str) -> Paper:
        """One paper. Raises `PaperNotFound`."""
        found = self._open().parts.store.get([paper_id]) if self.exists() else {}
        if paper_id not in found:
            raise self._not_found(paper_id)
        return found[paper_id]

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        papers: Sequence[str] | None = None,
        without: Sequence[str] = (),
    ) -> list[Passage]:
        """The k best papers for a question, best first, with rank and score in every channel.

        `score` is in 0..1 and compares papers within one question. `papers` (ids) looks among those alone, and
        never at those `without`. Raises `QuestionError`.
        """
        question = checked(question)
        if not self.exists():
            return []
        return list(self._open().retriever.find(question, k, _scope(papers, without)).passages)

    def similar(self, paper_id: str, k: int = 5) -> list[Similar]:
        """The k papers whose whole text is nearest to that of a paper, nearest first. Raises `PaperNotFound`."""
        self.paper(paper_id)
        store = self._open().parts.store
        near = store.nearest_papers(store.vectors([paper_id])[paper_id], k + 1)
        papers = store.get(list(near))
        return [Similar(papers[i], cosine) for i, cosine in near.items() if i != paper_id and i in papers][:k]

    def catalogue(self) -> Catalogue:
        """The papers for browsing: found by words, years, venues and authors, and counted. Read once, then kept."""
        return self._open().catalogue if self.exists() else Catalogue(())

    def map(self) -> tuple[Place, ...]:
        """Papers laid out on a plane by what they are about, at most 2,000 of them, evenly taken from all. Laid out once,
        then kept."""
        return self._open().map if self.exists() else ()

    def ask(
        self,
        question: str,
        history: Sequence[Message] = (),
        k: int | None = None,
        *,
        papers: Sequence[str] | None = None,
        without: Sequence[str] = (),
    ) -> Answer:
        """The answer to a question, every sentence with its verdict and the words that carry it.

        `history` is the conversation so far, oldest first, as `{"role": "user" | "assistant", "content": text}`, an
        assistant's perhaps with "papers", what those below it are called, so that "the second one" is understood
        (`assistant.conversation.rewrite.history_of` makes both of an answer); `k` papers are read (default: settings), of those in
        `papers` (ids; default: all) and none of those `without`.
        Raises `QuestionError`, `LibraryError`, or a `ModelError` where a model fails before anything came.
        """
        engine = self.query_engine(history=history, k=k, papers=papers, without=without)
        response: Any = engine.query(question)
        answer: Answer = response.metadata["answer"]
        return answer

    def stream(
        self,
        question: str,
        history: Sequence[Message] = (),
        k: int | None = None,
        *,
        papers: Sequence[str] | None = None,
        without: Sequence[str] = (),
        stop: Stop | None = None,
    ) -> Iterator[Event]:
        """The same as events: `Retrieved`, `Working` as a model begins a stage, `StatementReady` for each sentence once
        checked, at last `Finished`. `stop`, set from another thread, ends a model's calls at once."""
        checked(question)
        if not self.exists():
            nothing = Refusal("off_topic")
            return iter([Finished(Answer(question, REFUSAL_PHRASE, refusal=nothing, standalone=question))])
        answering = Answering(self._parts(self._open(), stop))
        return answering.stream(question, history, k or self.settings.retrieval.k, _scope(papers, without))

    def chat(self) -> Chat:
        """A conversation: follow-up questions may lean on what was said before."""
        return Chat(self)

    def verify(self, text: str, papers: Sequence[str] | None = None) -> list[Statement]:
        """Checks text that the user wrote: each sentence with verdict, score in 0..1, evidence and problems.

        Citations in it (`[n]` with a reference list, `(Author, 2024)`, `\\cite{key}`, arXiv ids, DOIs, titles) are
        resolved to papers of the library; a sentence without one is checked against the nearest papers, and the one
        that carries it is suggested. `papers` (ids) restricts the check to those. Raises `PaperNotFound`.
        """
        self._existing()
        chosen = None if papers is None else [self.paper(paper_id) for paper_id in papers]
        index = self._open()
        parts = self._parts(index)
        verifying = Verifying(index.retriever, index.reader, parts.checker, parts.judge)
        known = index.references if chosen is None else ReferenceIndex(chosen)
        return verifying.verify(text, chosen, index.parts.store, known)

    def check(self, claims: Sequence[tuple[str, Sequence[str]]], *, judged: bool = False) -> list[Statement]:
        """Checks sentences against the papers (ids) that each names; by rules alone, unless `judged`.

        `judged` lets the settings' model settle what the rules leave open, all sentences on the same papers in one
        call. Raises `PaperNotFound`, and where a model is asked a `ModelError`.
        """
        self._existing()
        index = self._open()
        parts = self._parts(index) if judged else self._rules_only(index)
        read_papers = self._read(index, (paper_id for _, cited in claims for paper_id in cited))
        cited = [[read_papers[paper_id] for paper_id in ids] for _, ids in claims]
        statements = parts.checker.check([text for text, _ in claims], cited)
        if parts.judge is None:
            return statements
        together: dict[tuple[str, ...], list[int]] = {}
        for i, (_, ids) in enumerate(claims):
            together.setdefault(tuple(ids), []).append(i)
        for ids, places in together.items():
            papers = [read_papers[paper_id] for paper_id in ids]
            settled = parts.judge.settle([statements[i] for i in places], papers, Usage())
            for i, statement in zip(places, settled, strict=True):
                statements[i] = statement
        return statements

    def compare(self, papers: Sequence[str], asked: str = "") -> Comparison:
        """Two to five papers (ids) aspect by aspect in their own words, and where they agree or disagree.

        `asked` is what the user wants compared, in any words; it becomes the first aspect. Raises `QuestionError` for
        another number of papers, `PaperNotFound`.
        """
        ids = list(dict.fromkeys(papers))
        if not FEWEST <= len(ids) <= MOST:
            raise QuestionError(
                f"A comparison takes {FEWEST} to {MOST} different papers; {len(ids)} were named."
            )
        self._existing()
        index = self._open()
        found = self._read(index, ids)
        checker = Checker(index.reader, self._cross_encoder)
        read_papers = [found[paper_id] for paper_id in ids]
        return compare(read_papers, index.reader, checker, index.parts.lexical.weight, asked)

    def _read(self, index: _Index, ids: Iterable[str]) -> dict[str, EncodedPaper]:
        wanted = list(dict.fromkeys(ids))
        found = index.parts.store.get(wanted)
        for paper_id in wanted:
            if paper_id not in found:
                raise self._not_found(paper_id)
        return dict(zip(found, index.reader.read(list(found.values())), strict=True))

    def _not_found(self, paper_id: str) -> PaperNotFound:
        return PaperNotFound(f"No paper {paper_id!r} is in {self.path}: `assistant list` shows the ids.")

    def measure(self, claims: Sequence[tuple[str, str]]) -> list[dict[str, float]]:
        """The features on which verdicts rest, for (sentence, paper id) pairs; for fitting and for the curious."""
        index = self._open()
        checker = Checker(index.reader)
        kept = self._read(index, (paper_id for _, paper_id in claims))
        return [checker.features(text, kept[paper_id]) for text, paper_id in claims]

    @staticmethod
    def probabilities(name: str, features: Sequence[dict[str, float]]) -> list[float]:
        """The fitted probability `name` ("supported", "about", "answerable", "on_topic") for each set of features."""
        return [probability(name, one) for one in features]

    def measure_question(self, question: str) -> dict[str, float]:
        """The features on which a refusal rests."""
        index = self._open()
        found = index.retriever.find(question, self.settings.retrieval.k)
        papers = index.reader.read([p.paper for p in found.passages])
        return assess_answerability(found, papers, index.parts.lexical.weight).features

    def query_engine(
        self,
        history: Sequence[Message] = (),
        k: int | None = None,
        *,
        papers: Sequence[str] | None = None,
        without: Sequence[str] = (),
    ) -> BaseQueryEngine:
        """A LlamaIndex query engine over this library; `response.metadata["answer"]` is the `Answer`."""

        def ask(question: str) -> Answer:
            return _answer(self.stream(question, history, k, papers=papers, without=without))

        return AnswerEngine(ask)

    def retriever(self, k: int = 10) -> BaseRetriever:
        """A LlamaIndex retriever over this library."""
        return PassageRetriever(self._open().retriever, k)

    def provenance(self) -> dict[str, str]:
        """What answers rest on besides settings and model: digests of prompts, fitted weights and papers; versions."""
        return provenance(self.papers())

    def suggest(self, answer: Answer) -> tuple[str, ...]:
        """Questions to go on with, each of which the library answers: at most three about what the papers that were read
        say besides, or after a refusal at most two that are near what was asked. No model is asked."""
        if not self.exists():
            return ()
        index = self._open()
        quoting = Answering(self._rules_only(index))

        def ask(question: str) -> Answer:
            return _answer(quoting.stream(question, (), self.settings.retrieval.k))

        if answer.refusal:
            return suggest_after_refusal(answer, ask)
        read_papers = index.parts.store.get([passage.paper_id for passage in answer.passages])
        return follow_ups(answer, list(read_papers.values()), ask)

    @property
    def answers_with(self) -> str:
        """What answers: "quotes", or "MODEL at HOST"."""
        name = self.settings.llm.model
        return f"{name} at {self.settings.endpoint}" if name else "quotes"

    def close(self) -> None:
        """Releases the files. The library can be used again; it is opened anew."""
        with self._writes, self._lock:
            if self._index:
                self._index.close()
            if self._cache:
                self._cache.close()
            self._index = self._cache = None

    def __enter__(self) -> Assistant:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _existing(self) -> Path:
        if not self.exists():
            raise LibraryEmpty(f"The library {self.path} is empty: `assistant add FILE` fills it.")
        return self.path

    def _open(self, *, mending: bool = False) -> _Index:
        with self._lock:
            # What this process is writing is no news to it.
            if self._index and not self._writing and self._index.stale():
                self._index.close()
                self._index = None
            if self._index is None:
                self._index = _Index(self.path, self._embedder, self._reading, self.settings)
                if not mending and self._index.broken():
                    with writing(self.path):
                        repair_index(self._index.parts)
            if mending:
                repair_index(self._index.parts)
            return self._index

    def _parts(self, index: _Index, stop: Stop | None = None) -> Components:
        llm, verify = self.settings.llm, self.settings.verify
        if not (llm.model or verify.model):
            return self._rules_only(index)
        from assistant.llm.client import (
            Model,  # the SDK takes a second to import: only where a model is named
        )

        model = Model.from_settings(self.settings, llm.model, self._transport, stop) if llm.model else None
        judging = verify.model or llm.model
        judge = None
        if judging and judging != "none":
            if self._transport is None:
                self._cache = self._cache or ReplyCache(cache_path() / "verdicts.sqlite")
            judge = VerdictJudge(
                Model.from_settings(self.settings, judging, self._transport, stop), self._cache
            )
        return replace(self._rules_only(index), model=model, judge=judge)

    def _rules_only(self, index: _Index) -> Components:
        return Components(
            retriever=index.retriever,
            reader=index.reader,
            checker=Checker(index.reader, self._cross_encoder),
            weigh=index.parts.lexical.weight,
            settings=self.settings,
        )


class Chat:
    """A conversation with a library; `history` is what was said so far."""

    def __init__(self, library: Assistant) -> None:
        self._library = library
        self.history: list[Message] = []

    def ask(self, question: str, k: int | None = None) -> Answer:
        """The answer to the next question, understood in the light of those before."""
        answer = self._library.ask(question, self.history, k)
        self.history += history_of(answer)
        return answer


class _Index:
    """The open files of a library and what reads them."""

    def __init__(
        self, path: Path, embedder: SpanEmbedding, reading: SpanEmbedding, settings: Settings
    ) -> None:
        self._path = path
        dimension = MiniLMEmbedding.dimension if settings.embedding.name == MINILM else 0
        store = Store.open(path, settings.embedding.name, dimension)
        self.parts = LibraryFiles(store, Lexical(path / "lexical"), VectorFile(path / "vectors.sqlite"))
        self.reader = Encoder(self.parts.vectors, reading)
        self.retriever = Retriever(
            store, self.parts.lexical, embedder, self.reader, settings.retrieval.channels
        )
        self._generation = self._written()

    def _written(self) -> str:
        generation = self._path / "generation"
        return generation.read_text() if generation.exists() else ""

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(tuple(self.parts.store.papers()))

    @cached_property
    def references(self) -> ReferenceIndex:
        return ReferenceIndex(self.parts.store.papers())

    @cached_property
    def map(self) -> tuple[Place, ...]:
        every = self.catalogue.papers
        papers = every[:: max(1, -(-len(every) // MAPPED))]
        vectors = self.parts.store.vectors([paper.id for paper in papers])
        there = [paper for paper in papers if paper.id in vectors]
        return lay_out(there, np.stack([vectors[paper.id] for paper in there])) if there else ()

    def stale(self) -> bool:
        """Whether another process has written since this was opened."""
        return self._written() != self._generation

    def seen(self) -> None:
        """What is written now was written by us."""
        for kept in ("catalogue", "references", "map"):
            self.__dict__.pop(kept, None)
        self._generation = self._written()

    def broken(self) -> bool:
        """Whether a write broke off, and nobody is writing now who could finish it."""
        return self.parts.lexical.count != self.parts.store.count() and not self.stale()

    def close(self) -> None:
        self.parts.vectors.close()
        self.parts.store.close()


def _embedder(
    settings: Settings, built_in: SpanEmbedding, transport: httpx.BaseTransport | None
) -> SpanEmbedding:
    chosen = settings.embedding
    if chosen.name == MINILM:
        return built_in
    if not chosen.base_url:
        raise SettingsError(
            f"The embedder {chosen.name!r} is not built in: set embedding.base_url to the endpoint that has it, "
            f"or embedding.name to {MINILM!r}."
        )
    from assistant.library.embedder import EndpointEmbedding

    return EndpointEmbedding(chosen.name, settings, transport)


def _answer(events: Iterator[Event]) -> Answer:
    *_, last = events
    if not isinstance(last, Finished):
        raise AssertionError("a stream ends with its answer")
    return last.answer


def _scope(papers: Sequence[str] | None, without: Sequence[str]) -> Scope:
    return Scope(None if papers is None else frozenset(papers), frozenset(without))


def _records(sources: Sequence[str | Path | Iterable[Paper]]) -> Iterator[Paper | Problem]:
    for source in sources:
        if isinstance(source, str | Path):
            yield from read(Path(source))
        else:
            yield from source


def _from(origin: str, records: Iterable[Paper | Problem]) -> Iterator[Paper | Problem]:
    for record in records:
        if not origin:
            yield record
        elif isinstance(record, Paper):
            yield replace(record, source=origin)
        else:
            yield replace(record, file=origin)


def _total(sources: Sequence[str | Path | Iterable[Paper]]) -> int | None:
    """How many papers there are to come: files are read twice for that, which is quick beside embedding them."""
    if not all(isinstance(source, str | Path) for source in sources):
        return None
    return sum(isinstance(record, Paper) for record in _records(sources))
