"""Class Assistant; a library of papers that answers questions, composed from the settings."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Unpack

import httpx
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms.llm import LLM
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.retrievers import BaseRetriever

from assistant.conversation.chat import AskOptions
from assistant.conversation.rewrite import Message, checked
from assistant.conversation.suggestions import follow_ups, suggest_after_refusal
from assistant.core.answers.answer import Answer, QuestionFilter
from assistant.core.answers.comparison import Comparison
from assistant.core.answers.events import Event, Finished
from assistant.core.answers.statement import Statement
from assistant.core.answers.usage import Usage
from assistant.core.asynchronous import each, in_thread, iterated
from assistant.core.errors import AssistantError, QuestionError
from assistant.core.settings import Settings, cache_path
from assistant.core.stop import Stop
from assistant.core.text.sanitize import storable
from assistant.generation.assemble import nothing
from assistant.generation.comparison.compare import FEWEST, MOST, compare
from assistant.generation.components import Components
from assistant.generation.engine import AnswerEngine
from assistant.generation.paper_library import PaperLibrary
from assistant.library.catalogue import Catalogue, Place
from assistant.library.chroma.address import place_of
from assistant.library.chroma.served_library import library_at
from assistant.library.identity.where import Where
from assistant.library.sources.sample import sample_papers
from assistant.library.sources.services.http import ServiceClient
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.passage import Passage, Similar
from assistant.retrieval.retriever import Scope
from assistant.verification.cross_encoder import CrossEncoder
from assistant.verification.references import ReferenceIndex
from assistant.verification.user_text import TextVerifier


class Assistant(PaperLibrary):
    """A library of papers in a folder or on a Chroma server, and the answers it can give.

    `path` is the folder, or the address `http://host:8000/name` of a library that several machines share; it is made at the first
    `add`. Default: the user's library. Settings default to assistant.toml and the
    environment. `llm`, `embed_model` and `rerankers` are LlamaIndex objects of any make, in place of what the settings
    name; `rerankers` order what retrieval finds, by default late interaction does. The embedding model of a library stays.
    A `cross_encoder` (see `CrossEncoder`) scores statements that the rules leave open. Models are reached through
    `transport` if it is given (to record, replay or meter calls); then no verdicts are cached. Also a context manager.
    Safe for use from several threads.

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
        llm: LLM | None = None,
        embed_model: BaseEmbedding | None = None,
        rerankers: Sequence[BaseNodePostprocessor] | None = None,
        cross_encoder: CrossEncoder | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.settings = settings or Settings.load()
        embedder = embed_model.model_name if embed_model else self.settings.embedding.name
        self._library = library_at(place_of(path), embedder)
        self.path = self._library.path
        self._service_client = ServiceClient(self.settings.sources)
        self._parts = Components(
            self.settings,
            self._library,
            llm=llm,
            embed_model=embed_model,
            rerankers=rerankers,
            cross_encoder=cross_encoder,
            transport=transport,
        )

    @classmethod
    def sample(
        cls, *, settings: Settings | None = None, transport: httpx.BaseTransport | None = None
    ) -> Assistant:
        """Return the sample library: summaries of 72 papers, written for this demo. The first call indexes it (seconds)."""
        library = cls(cache_path() / "sample", settings=settings, transport=transport)
        papers = sample_papers()
        known = library._library.files().records.known() if library.exists else {}
        if {i: stored.fingerprint for i, stored in known.items()} != {p.id: p.fingerprint for p in papers}:
            library.add(papers)
        return library

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        papers: Sequence[str] | None = None,
        without: Sequence[str] = (),
        where: Where | None = None,
    ) -> list[Passage]:
        """Return the k best papers for a question, best first, with rank and score in every channel.

        `score` is in 0..1 and compares papers of one question only. `papers` (ids) restricts the search to those, and
        papers in `without` are never found; `where` restricts it by years, authors and more. Raises `QuestionError`.
        """
        question = checked(question)
        if not self.exists:
            return []
        scope = self._scope(papers, without, where, needed=False)
        retriever = self._parts.retriever(k, scope, quotable=False)
        return list(retriever.passages(question))

    def similar(self, paper_id: str, k: int = 5) -> list[Similar]:
        """Return the k papers whose whole text is nearest to that of a paper, nearest first. Raises `PaperNotFound`."""
        self.paper(paper_id)
        files = self._library.files()
        near = files.store.nearest_papers(files.records.search_vectors([paper_id])[paper_id][0], k + 1)
        papers = files.records.get(list(near))
        return [Similar(papers[i], cosine) for i, cosine in near.items() if i != paper_id and i in papers][:k]

    def catalogue(self) -> Catalogue:
        """Return the papers for browsing: find and count them by words, years, venues and authors."""
        return self._library.catalogue if self.exists else Catalogue.of(())

    def map(self) -> tuple[Place, ...]:
        """Return places on a plane for at most 2,000 papers, evenly taken from all: similar papers are near."""
        return self._library.map if self.exists else ()

    def ask(self, question: str, history: Sequence[Message] = (), **options: Unpack[AskOptions]) -> Answer:
        """Answer a question; every sentence has its verdict and the words that support it.

        `history` is the conversation so far, oldest first, as `{"role": "user" | "assistant", "content": text}`; a
        message of the assistant may have "papers" and "ids", the names and ids of the papers shown below it, for "the second one"
        (`assistant.conversation.rewrite.history_of` makes both messages from an answer). Options: `k` papers are read
        (default: settings), of those in `papers` (ids; default: all) that pass `where`, none of those in `without`. Raises
        `QuestionError`, a `LibraryError`, or a `ModelError` if a model fails before any text arrived; with `fallback=True`,
        the answer is then made of quotes, and a warning says why. `quotes=True` asks no model in the first place; `model`
        names another one than the settings, at the same address. `length` is "short", "normal" or "long".
        """
        return self._last(question, history, None, options)

    def stream(
        self,
        question: str,
        history: Sequence[Message] = (),
        *,
        stop: Stop | None = None,
        **options: Unpack[AskOptions],
    ) -> Iterator[Event]:
        """Answer a question as events: `Retrieved`, `Working` when a model begins a stage, `StatementReady` for each
        sentence once checked, at last `Finished`; arguments as for `ask`. Set `stop` from another thread to end a model's calls at once."""
        if not self.exists:
            return iter([Finished(nothing(checked(question)))])
        where = options.get("where")
        scope = self._scope(options.get("papers"), options.get("without", ()), where, needed=True)
        retriever = self._parts.retriever(options.get("k"), scope)
        length = options.get("length")
        answerer = (
            self._parts.quotes(length)
            if options.get("quotes")
            else self._parts.answerer(stop, name=options.get("model"), length=length)
        )
        fallback = options.get("fallback", False)
        events = self._parts.engine(retriever, answerer, history, fallback=fallback).stream(question)
        return _with_filters(events, where.filters) if where else events

    async def aask(
        self, question: str, history: Sequence[Message] = (), **options: Unpack[AskOptions]
    ) -> Answer:
        """Answer a question without blocking the event loop; see `ask`. Cancelling it ends a model's call at once."""
        return await in_thread(lambda stop: self._last(question, history, stop, options))

    def astream(
        self, question: str, history: Sequence[Message] = (), **options: Unpack[AskOptions]
    ) -> AsyncGenerator[Event, None]:
        """Answer a question as events, without blocking the event loop; see `stream`."""
        return iterated(lambda stop: self.stream(question, history, stop=stop, **options))

    def ask_many(
        self,
        questions: Iterable[str],
        *,
        concurrency: int = 8,
        progress: bool = False,
        **options: Unpack[AskOptions],
    ) -> list[Answer | AssistantError]:
        """Answer many questions, at most `concurrency` of them at once; return the answers in the questions' order.

        A question that cannot be answered has its `AssistantError` in place of an answer. `progress` shows a bar. Ctrl-C
        ends the calls of models.
        """
        return each(
            lambda question, stop: self._last(question, (), stop, options),
            questions,
            concurrency,
            progress=progress,
        )

    def _last(
        self, question: str, history: Sequence[Message], stop: Stop | None, options: AskOptions
    ) -> Answer:
        *_, last = self.stream(question, history, stop=stop, **options)
        assert isinstance(last, Finished), "a stream ends with its answer"
        return last.answer

    def verify(
        self,
        text: str,
        papers: Sequence[str] | None = None,
        *,
        progress: Callable[[int, int], None] | None = None,
        stop: Stop | None = None,
    ) -> list[Statement]:
        """Check text that the user wrote: each sentence with verdict, score in 0..1, evidence and problems.

        Citations in it (`[n]` with a reference list, `(Author, 2024)`, `\\cite{key}`, arXiv ids, DOIs, titles) are
        resolved to papers of the library. A sentence without one is checked against the nearest papers, and the one
        that supports it is suggested. `papers` (ids) restricts the check to those. `progress` is called before each
        sentence with the number of checked ones and of all; set `stop` from another thread to get those alone. Raises
        `PaperNotFound`.
        """
        files = self._library.files()
        chosen = None if papers is None else list(self._library.get(papers).values())
        verifier = TextVerifier(
            self._parts.retriever(1), self._parts.encoder, self._parts.checker, self._parts.judge(stop)
        )
        known = self._library.derived(ReferenceIndex) if chosen is None else ReferenceIndex(chosen)
        told = progress or (lambda done, total: None)
        return verifier.verify(storable(text), chosen, files.records, known, told, stop or Stop())

    def check(self, claims: Sequence[tuple[str, Sequence[str]]], *, judged: bool = False) -> list[Statement]:
        """Check sentences against the papers (ids) given with each; by rules alone, unless `judged`.

        `judged` lets the settings' model decide what the rules leave open, all sentences on the same papers in one
        call. Raises `PaperNotFound`, and if a model is asked a `ModelError`.
        """
        papers = self._read(paper_id for _, cited in claims for paper_id in cited)
        return self._parts.check(
            [(storable(text), [papers[i] for i in ids]) for text, ids in claims], judged=judged
        )

    def compare(
        self, papers: Sequence[str], asked: str = "", *, quotes: bool = False, model: str | None = None
    ) -> Comparison:
        """Compare two to five papers (ids) aspect by aspect, and find where they agree or disagree.

        `asked`, in the user's words, becomes the first aspect. A cell is a sentence of the abstract; with a model, unless
        `quotes`, a sentence that the model wrote and that passed the check; `model` as for `ask`. Raises `QuestionError` for another number of
        papers, `PaperNotFound`; if the model fails there are quotes, and a warning.
        """
        ids = list(dict.fromkeys(papers))
        if not FEWEST <= len(ids) <= MOST:
            raise QuestionError(f"Choose {FEWEST} to {MOST} different papers to compare, not {len(ids)}.")
        read = list(self._read(ids).values())
        weigh = self._library.files().lexical.weight
        table = compare(read, self._parts.encoder, self._parts.checker, weigh, storable(asked))
        return table if quotes else self._parts.rewritten(table, read, model)

    def _read(self, ids: Iterable[str]) -> dict[str, EncodedPaper]:
        self._library.files()
        papers = self._library.get(ids)
        return dict(zip(papers, self._parts.encoder.read(list(papers.values())), strict=True))

    def query_engine(
        self,
        history: Sequence[Message] = (),
        k: int | None = None,
        *,
        papers: Sequence[str] | None = None,
        without: Sequence[str] = (),
        retriever: BaseRetriever | None = None,
    ) -> AnswerEngine:
        """Return a LlamaIndex query engine over this library; `response.metadata["answer"]` is the `Answer`.

        Its `retriever` is LlamaIndex's kind, too: the k best papers, reranked.
        `retriever` replaces the library's own; its nodes name papers of the library (`metadata["paper_id"]`). Raises
        `LibraryEmpty` if the library was not made yet.
        """
        self._library.files()
        found = self._parts.retriever(k, Scope.of(papers, without), retriever)
        return self._parts.engine(found, self._parts.answerer(), history)

    def suggest(self, answer: Answer, usage: Usage | None = None) -> tuple[str, ...]:
        """Return questions to ask next, each of which the library answers: at most three about what the papers that were
        read say besides, or after a refusal at most two near what was asked.

        After an answer that a model wrote it is asked for them, in a short call that is counted in `usage`.
        """
        if not self.exists:
            return ()
        ask = self._parts.engine(self._parts.retriever(None), self._parts.quotes()).answer
        if answer.refusal:
            return suggest_after_refusal(answer, ask)
        made = self._parts.suggested(answer, ask, usage or Usage())
        return made or follow_ups(answer, self.papers([p.paper_id for p in answer.passages]), ask)

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _with_filters(events: Iterator[Event], filters: tuple[QuestionFilter, ...]) -> Iterator[Event]:
    """Yield events, the answer with the filters that it was asked with."""
    for event in events:
        if isinstance(event, Finished):
            event = replace(event, answer=replace(event.answer, filters=(*filters, *event.answer.filters)))
        yield event
