"""Plain LlamaIndex with the embedder of the library: chunks, cosine, the best chunk of each of the best papers."""

from __future__ import annotations

from collections.abc import Sequence

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter

from assistant import Paper
from evals.systems.reply import Reply, Turns

K = 8


class PlainLlamaIndex:
    """A `VectorStoreIndex` with LlamaIndex's splitter. Its answer is the text of the best chunk; it never refuses."""

    name = "plain LlamaIndex"

    def __init__(self, papers: Sequence[Paper], embed_model: BaseEmbedding) -> None:
        documents = [
            Document(id_=paper.id, text=f"{paper.title}\n{paper.abstract}", metadata={"paper_id": paper.id})
            for paper in papers
        ]
        index = VectorStoreIndex.from_documents(
            documents,
            embed_model=embed_model,
            transformations=[SentenceSplitter(chunk_size=128, chunk_overlap=20)],
        )
        self._retriever = index.as_retriever(similarity_top_k=2 * K)

    def __call__(self, question: str, history: Turns) -> Reply:
        """Answer a question; the conversation before it is not read."""
        nodes = self._retriever.retrieve(question)
        ranked = tuple(dict.fromkeys(str(node.metadata["paper_id"]) for node in nodes))[:K]
        best = nodes[0]
        return Reply(best.get_content(), ranked[:1], ranked, score=float(best.score or 0.0))
