"""Answer a question, as a LlamaIndex query engine.

Its stages: understand the question, retrieve and rerank papers, decide whether they can answer it, write or quote
statements and check each (the answerer), assemble the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.query_engine import BaseQueryEngine
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.conversation.cited import asks_to_compare
from assistant.conversation.coreference import dangling, not_listed
from assistant.conversation.rewrite import Message, checked, turns_of
from assistant.conversation.study import asked_of_study
from assistant.conversation.subject import LibraryWords
from assistant.core.answers.answer import Answer
from assistant.core.answers.events import Event, Finished, Retrieved
from assistant.core.answers.refusal import RefusalKind
from assistant.core.text.counts import count_of
from assistant.core.text.tokens import in_english
from assistant.generation.assemble import refusal
from assistant.generation.comparison.compare import side_by_side
from assistant.generation.listing.listings import Listings
from assistant.generation.listing.lists import WIDE
from assistant.generation.listing.overview import on_topic
from assistant.generation.listing.records import LibraryRecords
from assistant.generation.listing.study import study_events
from assistant.generation.question.addition import speaking_of
from assistant.generation.question.meaning import Meaning, Understanding, without_judgement
from assistant.generation.question.spelling import respelled
from assistant.generation.question.topic import topic_of
from assistant.generation.question.wording import reworded
from assistant.generation.refusals.answerability import assess_answerability
from assistant.generation.refusals.calibration import Calibration
from assistant.generation.refusals.kind import unlikely_of_kind
from assistant.generation.refusals.occurrence import with_occurrence
from assistant.generation.refusals.one_paper import speaks_of, with_paper, without_attribute
from assistant.generation.refusals.other_language import explained
from assistant.generation.refusals.subject import asks_of_asker, subject_missing
from assistant.generation.run import Answerer, AnswerRun, Retrieval, RunLog
from assistant.generation.search import PaperSearch
from assistant.library.sync import LibraryFiles
from assistant.llm.injection import suspicious, withheld
from assistant.retrieval.encoder import Encoder
from assistant.retrieval.names import names_not_spoken_of, subjects
from assistant.retrieval.passage import passages
from assistant.retrieval.rerank import RerankedRetriever
from assistant.verification.checker import Checker

if TYPE_CHECKING:
    from assistant.llm.client import Model

# With a model, a question is refused without asking it only below this probability that the library has papers on it.
_NEARLY_NOTHING = 0.05
# The highest probability that what is known of a thing tells whether it is worth it: less than "very likely".
_JUDGED = 0.8
# Where the very thing that is asked for was read as another word, an answer has to be likelier than not.
_SOUGHT = 0.5


class AnswerEngine(BaseQueryEngine):
    """Answers questions from the papers of one library.

    `files` gives the library's open files; for `rewriter`, `history` and `fallback` see `Understanding`, whose `model` is the
    rewriter. `records` answer what is asked about the library itself, and tell by what a question restricts the search;
    `calibration` gives the library's own, if it has one; `checker` finds where papers that are compared agree. `response.metadata["answer"]` of a query is the `Answer`.
    """

    def __init__(
        self,
        files: Callable[[], LibraryFiles],
        encoder: Encoder,
        retriever: RerankedRetriever,
        answerer: Answerer,
        checker: Checker,
        *,
        rewriter: Model | None = None,
        history: Sequence[Message] = (),
        fallback: bool = False,
        records: LibraryRecords | None = None,
        calibration: Callable[[], Calibration | None] = lambda: None,
    ) -> None:
        super().__init__(callback_manager=CallbackManager([]))
        self.search = PaperSearch(files, encoder, retriever, for_model=rewriter is not None)
        self.answerer = answerer
        self._checker = checker
        self._files = files
        self._rewriter = rewriter
        self._history = history
        self._records = records
        self._understanding = Understanding(
            records, rewriter, history, fallback=fallback, words=lambda: LibraryWords(files(), encoder)
        )
        self._calibration = calibration
        self._listings = Listings(self.search, files, records, history)

    def answer(self, question: str) -> Answer:
        """Answer a question. Raises `QuestionError`, or a `ModelError` if a model fails before any text arrived."""
        *_, last = self.stream(question)
        assert isinstance(last, Finished), "a stream ends with its answer"
        return last.answer

    def stream(self, question: str) -> Iterator[Event]:
        """Yield `Retrieved`, then `Working` and `StatementReady` as the answer comes, at last `Finished`."""
        return map(self._compared, self._events(checked(question)))

    def _events(self, asked: str) -> Iterator[Event]:
        log = RunLog()
        with log.timed("retrieve"):
            meaning = self._understanding.of(asked, log.usage)
        if self._records and meaning.about and meaning.from_records:
            yield from self._records.events(asked, meaning.question, meaning.about, log)
            return
        with log.timed("retrieve"):
            run, events = self._within(meaning, log) or (self._restricted(meaning, log), None)
        yield Retrieved(run.question, tuple(paper.paper for paper in run.papers))
        events = events or self._listings.events(meaning, run) or self._answered(run)
        yield from (_told(event, meaning) for event in events)

    def _compared(self, event: Event) -> Event:
        """Return the end of an answer with its sources side by side, where its question asks for that."""
        if not isinstance(event, Finished):
            return event
        weigh = self._files().lexical.weight
        return Finished(side_by_side(event.answer, self.search.encoder, self._checker, weigh))

    def _within(self, meaning: Meaning, log: RunLog) -> tuple[AnswerRun, Iterator[Event] | None] | None:
        """Return an answer of the one paper that was chosen, or of those spoken of before, to a question that asks what every
        study has, or has no subject of its own; None if they do not tell."""
        if meaning.aspect_of and not meaning.spoken_of:
            run = self._restricted(replace(meaning, only=meaning.aspect_of), log)
            return (run, None) if not run.answerability.kind else None
        chosen = self.search.retriever.scope.only if self._about_one_paper else None
        ids = tuple(chosen or meaning.spoken_of)
        if not ids or self._rewriter:
            return None
        run = self._restricted(meaning.within(ids), log)
        if events := study_events(run, ids, self.search.encoder):
            return run, events
        for only in () if chosen else (ids[:1], ids):
            run = self._restricted(meaning.within(only), log)
            if not run.answerability.kind:
                return run, None
        # What a study has, and what has no subject of its own, is asked of these: that other papers tell theirs is no answer.
        silent = replace(run, answerability=replace(run.answerability, kind="not_stated"))
        return (silent, None) if asked_of_study(meaning.asked) or meaning.spoken_of else None

    def _restricted(self, meaning: Meaning, log: RunLog) -> AnswerRun:
        """Retrieve papers for a question among those that pass its filters, and assess them."""
        # A model writes of few papers.
        topic = "" if self._rewriter else meaning.topic
        every = bool(meaning.listed or topic or meaning.findings or meaning.cited)
        search = self.search.within(meaning.ids, WIDE if every else None)
        found = search.find(search.parse(respelled(meaning.query, self._files()))).apart_from(meaning.apart)
        both = speaking_of(meaning.added, found) if meaning.added else found
        run = self._assess(meaning.asked, both or found, log)
        if not both or (meaning.attribute and not speaks_of(meaning.attribute, found)):
            run = replace(run, answerability=replace(run.answerability, kind="not_stated"))
        # Other words are not needed where papers are on what is asked.
        unknown = topic and not on_topic(search.parse(topic), run.papers)
        if (run.answerability.kind or unknown) and not self._rewriter:
            run = self._reworded(meaning, run, search) or run
        if meaning.findings:
            # Whatever papers find that are named by who wrote them, answers.
            run = replace(run, answerability=replace(run.answerability, kind=None, answerable=1.0))
        elif self._rewriter or not run.answerability.kind:
            # A refusal says itself which words no abstract has.
            _warn_of_unread(found, log)
        translated = meaning.question if meaning.question != meaning.search else ""
        return replace(run, filters=meaning.filters, translated=translated)

    def _reworded(self, meaning: Meaning, refused: AnswerRun, search: PaperSearch) -> AnswerRun | None:
        """Return the run of a question that would be refused in words of the papers, or without the judgement that it asks for; None if it
        is refused all the same."""
        found = refused.retrieval
        if found.across:
            return None
        said = reworded(found.question.encoded, found.papers, self._files(), search.encoder)
        judged = without_judgement(said.question if said else found.question.text)
        for question in filter(None, [said.question if said else "", judged]):
            run = self._assess(meaning.asked, search.find(search.parse(question)), refused.log)
            if said and said.sought and run.answerability.answerable < _SOUGHT:
                continue
            topic = meaning.topic and topic_of(question)
            if not run.answerability.kind or (topic and on_topic(search.parse(topic), run.papers)):
                if question == judged:
                    # What is known of a thing may not tell whether it is worth it.
                    likely = min(run.answerability.answerable, _JUDGED)
                    run = replace(run, answerability=replace(run.answerability, answerable=likely))
                for word, known in said.said if said else ():
                    run.log.warnings.append(f"No abstract says “{word}”: it was read as “{known}”.")
                return run
        return None

    def _assess(self, asked: str, found: Retrieval, log: RunLog) -> AnswerRun:
        answerability = assess_answerability(found, self._calibration())
        if found.question.kind == "comparison" and found.named:
            # What papers say of themselves can always be set side by side.
            answerability = replace(answerability, kind=None)
        elif not (answerability.kind or self._rewriter) and (
            self._missing(found) or unlikely_of_kind(found.question, answerability.answerable)
        ):
            answerability = replace(answerability, kind="not_stated")
        elif not self._rewriter and asks_of_asker(found, answerability.answerable):
            answerability = replace(answerability, kind="off_topic")
        for paper in found.papers:
            if suspicious(paper.paper.title) or withheld(paper.paper):
                log.warnings.append(
                    f"The abstract of “{paper.paper.title}” has text that addresses the reader's software: that was withheld."
                )
        return AnswerRun(asked, found, answerability, log)

    def _missing(self, found: Retrieval) -> bool:
        return subject_missing(found, LibraryWords(self._files(), self.search.encoder).side_by_side)

    def _answered(self, run: AnswerRun) -> Iterator[Event]:
        if unresolved := self._unresolved(run.question):
            yield Finished(replace(refusal(run, "off_topic", self.answerer.name), remark=unresolved))
        elif run.answerability.kind == "off_topic" and (self._rewriter is None or _certain(run)):
            # Of one paper that was chosen, the library is not what has nothing on it.
            kind: RefusalKind = "not_stated" if self._about_one_paper else "off_topic"
            yield self._explained(Finished(refusal(run, kind, self.answerer.name)))
        else:
            yield from map(self._explained, self.answerer.events(run))

    def _unresolved(self, question: str) -> str:
        """Return what to say of a question that points to nothing: "it" in a first one, "the second one" after one paper."""
        if self._rewriter:
            return ""
        turns = turns_of(self._history)
        if missing := not_listed(question, turns):
            listed = count_of(len(turns[-1].papers), "paper")
            return f"The last answer lists {listed}: there is no “{missing}”."
        if asks_to_compare(question) and not self._about_one_paper:
            return "Name two papers to compare: the last answers cite no two."
        pronoun = "" if turns or self._about_one_paper else dangling(question)
        return f"Say what “{pronoun}” stands for: no question came before." if pronoun else ""

    @property
    def _about_one_paper(self) -> bool:
        only = self.search.retriever.scope.only
        return only is not None and len(only) == 1

    def _explained(self, event: Event) -> Event:
        """Return the end of an answer without a model with why it is refused: its language, or where its words stand."""
        if not isinstance(event, Finished) or not event.answer.refusal or self._rewriter or not self._records:
            return event
        answer = explained(event.answer, self._records.languages)
        lexical, asked = self._files().lexical, self.search.retriever.scope.ids
        # Of one paper it is said by itself; what the other papers have tells where to ask on.
        among = lexical.among(asked) if asked and len(asked) > 1 else lexical
        answer = with_occurrence(answer, among, self._records.is_author)
        return Finished(with_paper(answer, chosen=self._about_one_paper))

    @property
    def encoder(self) -> Encoder:
        """What encodes questions and papers."""
        return self.search.encoder

    @property
    def retriever(self) -> RerankedRetriever:
        """What finds papers, reranked: a LlamaIndex retriever."""
        return self.search.retriever

    def retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """Return the papers for a question as nodes, best first."""
        return self.search.retriever.retrieve(query_bundle)

    async def aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """Return the same without blocking the event loop."""
        return await asyncio.to_thread(self.retrieve, query_bundle)

    def synthesize(
        self,
        query_bundle: QueryBundle,
        nodes: list[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,
    ) -> Response:
        """Answer a question from these nodes, see `passages` for what they need; `additional_source_nodes` are added to
        the response's sources."""
        asked = checked(query_bundle.query_str)
        question = self.search.parse(asked)
        found = self.search.read(question, passages(nodes, self._files().records.get))
        found = replace(found, named=subjects(question, found.papers))
        log = RunLog()
        _warn_of_unread(found, log)
        *_, last = map(self._compared, self._answered(self._assess(asked, found, log)))
        assert isinstance(last, Finished), "an answerer ends with its answer"
        return _response(last.answer, additional_source_nodes or ())

    async def asynthesize(
        self,
        query_bundle: QueryBundle,
        nodes: list[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,
    ) -> Response:
        """Return the same without blocking the event loop."""
        return await asyncio.to_thread(self.synthesize, query_bundle, nodes, additional_source_nodes)

    def _query(self, query_bundle: QueryBundle) -> Response:
        return _response(self.answer(query_bundle.query_str))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def _told(event: Event, meaning: Meaning) -> Event:
    """Return the end of an answer that no other paper gives as such, and that of one on what papers say nothing of; a question with
    filters was understood with them."""
    if not isinstance(event, Finished):
        return event
    if meaning.filters and event.answer.standalone == meaning.query:
        event = Finished(replace(event.answer, standalone=meaning.question))
    if not event.answer.refusal:
        return event
    if meaning.apart:
        remark = "No other paper was found that answers the question before."
        return Finished(replace(event.answer, remark=remark))
    return Finished(without_attribute(event.answer, meaning.attribute)) if meaning.attribute else event


def _warn_of_unread(found: Retrieval, log: RunLog) -> None:
    """Warn of names that a question sets side by side and that no paper says."""
    for name in names_not_spoken_of(found.question, found.papers):
        log.warnings.append(f"No abstract that was read speaks of “{name}”: this part is not answered.")


def _certain(run: AnswerRun) -> bool:
    """Return whether it is nearly certain that the library has nothing on a question, so that no model need be asked.

    What tells it is fitted on English: of a question in another language it says little.
    """
    assessed = run.answerability
    near = min(assessed.on_topic, assessed.features.get("near", 1.0))
    return near < _NEARLY_NOTHING and in_english(run.retrieval.question.encoded.tokens)


def _response(answer: Answer, more: Sequence[NodeWithScore] = ()) -> Response:
    """Return an answer as LlamaIndex has it: the source nodes are the cited papers, their quoted words as text."""
    cited = [*_sources(answer), *more]
    return Response(response=answer.text, source_nodes=cited, metadata={"answer": answer})


def _sources(answer: Answer) -> list[NodeWithScore]:
    scores = {ranked.paper_id: ranked.score for ranked in answer.passages}
    found = []
    for source in answer.sources:
        paper = source.paper
        quotes = [e.quote for s in answer.statements for e in s.evidence if e.paper_id == paper.id]
        node = TextNode(
            id_=paper.id,
            text="\n".join(dict.fromkeys(quotes)) or paper.abstract,
            metadata={"paper_id": paper.id, "title": paper.title, "number": source.number},
        )
        found.append(NodeWithScore(node=node, score=scores.get(paper.id, 0.0)))
    return found
