"""The faces that LlamaIndex knows: a query engine over the same path that `Assistant.ask` takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.query_engine import BaseQueryEngine
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.core.answer import Answer


class AnswerEngine(BaseQueryEngine):
    """A LlamaIndex `BaseQueryEngine`, usable in its `QueryEngineTool`.

    `response.metadata["answer"]` is the `Answer`; `source_nodes` are the cited papers, their quoted words as text.
    """

    def __init__(self, ask: Callable[[str], Answer]) -> None:
        super().__init__(callback_manager=CallbackManager([]))
        self._ask = ask

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._ask(query_bundle.query_str)
        return Response(response=answer.text, source_nodes=_sources(answer), metadata={"answer": answer})

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def _sources(answer: Answer) -> list[NodeWithScore]:
    scores = {ranked.paper_id: ranked.score for ranked in answer.passages}
    found = []
    for source in answer.sources:
        quotes = [e.quote for s in answer.statements for e in s.evidence if e.paper_id == source.paper.id]
        node = TextNode(
            id_=source.paper.id,
            text="\n".join(dict.fromkeys(quotes)) or source.paper.abstract,
            metadata={"title": source.paper.title, "number": source.number},
        )
        found.append(NodeWithScore(node=node, score=scores.get(source.paper.id, 0.0)))
    return found
