"""Other systems: a Python function, a query engine, an HTTP endpoint, a file of answers, a model without papers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
from pydantic import ConfigDict

from assistant import Assistant, Model, Paper
from assistant.core.answers.usage import Usage
from assistant.library.embedding.embedder import MiniLMEmbedding, SpanEmbedding, embedder_of
from assistant.llm.prompts import Prompt
from evals.errors import EvaluationError
from evals.suites.lines import Row, read_rows
from evals.suites.suite import Case
from evals.systems.ours import ThisAssistant
from evals.systems.reply import Answered, Reply, System, Turns, answer_of, read_reply
from evals.systems.user_code import imported

OURS = ""
CLOSED_BOOK = "closed-book"
_SHORT = {"llamaindex": "evals.systems.baseline:PlainLlamaIndex"}
_TIMEOUT = 300.0
_INSTRUCTION = "Answer the question in at most three sentences. If you do not know the answer, reply with nothing but: I do not know."
_UNKNOWN = "i do not know"


class Function:
    """A function `(question, history)` or `(question)` that gives a `Reply`, a text, or a mapping with the reply's fields."""

    def __init__(self, function: Callable[..., Any], papers: Mapping[str, Paper], name: str) -> None:
        self._function = function
        self._papers = papers
        parameters = _parameters(function).values()
        required = [
            p for p in parameters if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        ]
        self._arguments = 2 if len(required) > 1 or any(p.name == "history" for p in parameters) else 1
        self.name = name

    def ask(self, question: str, history: Turns) -> Answered:
        """Answer a question. Raises what the function raises, and `EvaluationError` if it gives no reply."""
        given = (question, [dict(turn) for turn in history])[: self._arguments]
        reply = read_reply(self._function(*given), self.name)
        return Answered(answer_of(question, reply, self._papers, self.name), usage=reply.usage)


def open_system(
    spec: Any, library: Assistant, cases: Sequence[Case], transport: httpx.BaseTransport | None = None
) -> System:
    """Return the system of a name, over the papers of a library.

    "" is this assistant, "llamaindex" plain LlamaIndex with the same embedder, "closed-book" the model of the settings
    without papers. "module:name" is a Python object: a function `(question, history)`, a LlamaIndex query engine, a `System`, or
    a function of `papers` that makes one of these. "http://..." is asked by POST, and "answers.jsonl" has a reply per case. The
    object itself may stand in place of its name. Raises `EvaluationError`.
    """
    if spec == OURS:
        return ThisAssistant(library)
    papers = {paper.id: paper for paper in library.papers()}
    if not isinstance(spec, str):
        return _of_object(spec, library, papers, name_of(spec))
    if spec == CLOSED_BOOK:
        return _closed_book(library, papers, transport)
    if spec.startswith(("http://", "https://")):
        return Function(_endpoint(spec), papers, spec)
    if spec.endswith(".jsonl"):
        return Function(_stored(Path(spec), cases), papers, Path(spec).name)
    name = _SHORT.get(spec, spec)
    if ":" not in name:
        raise EvaluationError(
            f"There is no system {spec!r}: write module:function, an address, a file of answers (.jsonl), llamaindex or "
            "closed-book."
        )
    return _of_object(imported(name, "system"), library, papers, spec)


def name_of(spec: Any) -> str:
    """Return the name of a system that a report shows, without opening it."""
    if isinstance(spec, str):
        return spec
    return str(getattr(spec, "name", "") or getattr(spec, "__name__", "") or type(spec).__name__)


def _of_object(thing: Any, library: Assistant, papers: Mapping[str, Paper], name: str) -> System:
    if callable(thing) and "papers" in (parameters := _parameters(thing)):
        more = {"embed_model": _embedder(library)} if "embed_model" in parameters else {}
        thing = thing(papers=list(papers.values()), **more)
    if hasattr(thing, "query"):
        return Function(_queried(thing), papers, name)
    if hasattr(thing, "ask"):
        return thing if hasattr(thing, "name") else Function(thing.ask, papers, name)
    if not callable(thing):
        raise EvaluationError(
            f"{name} is no system: it must be a function of a question, or have `ask` or `query`."
        )
    return Function(thing, papers, name)


def _parameters(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """Return the parameters of a function; none of one that is written in C and does not tell."""
    try:
        return inspect.signature(function).parameters
    except ValueError:
        return {}


def _embedder(library: Assistant) -> SpanEmbedding:
    return embedder_of(library.settings, MiniLMEmbedding(), None)


def _queried(engine: Any) -> Callable[[str], Reply]:
    """Return a function that asks a LlamaIndex query engine.

    Its sources are the papers of the nodes, by `paper_id` of their metadata or the id of their document; the n-th node is [n].
    """

    def ask(question: str) -> Reply:
        response = engine.query(question)
        ids = [
            str(node.node.metadata.get("paper_id") or node.node.ref_doc_id) for node in response.source_nodes
        ]
        text = str(getattr(response, "response", response) or "")
        return Reply(text if text != "Empty Response" else "", tuple(ids), tuple(dict.fromkeys(ids)))

    return ask


def _endpoint(url: str) -> Callable[[str, Turns], Any]:
    client = httpx.Client(timeout=_TIMEOUT)

    def ask(question: str, history: Turns) -> Any:
        response = client.post(url, json={"question": question, "history": [dict(turn) for turn in history]})
        if response.status_code != 200:
            raise EvaluationError(f"{url} answered with status {response.status_code}.")
        try:
            return response.json()
        except ValueError as exc:
            raise EvaluationError(f"{url} answered with something that is not JSON.") from exc

    return ask


class _Stored(Row):
    model_config = ConfigDict(extra="allow")
    case: str


def _stored(path: Path, cases: Sequence[Case]) -> Callable[[str, Turns], Any]:
    """Return a function that looks replies up in a file of {"case": ID, "text": ..., ...} lines, by question and history."""
    replies = {row.case: row.model_extra for _, row in read_rows(path, _Stored)}
    asked = {_key(case.question, [turn.model_dump() for turn in case.history]): case.id for case in cases}

    def ask(question: str, history: Turns) -> Any:
        case = asked[_key(question, history)]
        if case not in replies:
            raise EvaluationError(f"{path} has no answer to case {case}.")
        return replies[case]

    return ask


def _key(question: str, history: Turns) -> str:
    return "\n".join([*(str(turn["content"]) for turn in history), question])


def _closed_book(
    library: Assistant, papers: Mapping[str, Paper], transport: httpx.BaseTransport | None
) -> Function:
    """Return the settings' model, asked without papers: what it knows by itself. Raises `EvaluationError` without a model."""
    settings = library.settings
    if not settings.llm.model:
        raise EvaluationError("closed-book needs a model: --set llm.model=...")
    model = Model.from_settings(settings, settings.llm.model, transport)

    def ask(question: str) -> Reply:
        text = model.ask(Prompt(_INSTRUCTION, question), Usage())
        return Reply(text, refused=text.strip().rstrip(".").casefold() == _UNKNOWN)

    return Function(ask, papers, f"{settings.llm.model} without papers")
