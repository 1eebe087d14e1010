"""Abstracts that are like the right one for a question, and are not it: answer sentence selection learns from them, too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from assistant.library.embedding.embedder import MiniLMEmbedding, SpanText
from assistant.library.embedding.vectors import Vectors
from tests.studies import sources
from tests.studies.selection.questions import Abstract, Asked, third_party

NEAR = 12
"""So many are found for a question."""
# What words count beside vectors, and how much of an abstract is compared (characters).
_WORDS, _READ = 0.7, 1500
_AT_ONCE = 256


def near(asked: Sequence[Asked]) -> list[list[Abstract]]:
    """Return for each question the abstracts that come nearest to it in meaning and words, the one that it is asked of left out.

    Among all abstracts of the data but those that a claim cites which is reported on.
    """
    reported = {
        f"scifact:{paper}"
        for claim in sources.read_lines(sources.need_shared("scifact", "claims_report.jsonl"))
        for paper in claim["cited_doc_ids"]
    }
    pool = {one.abstract.id: one.abstract for one in asked}
    pool = {one.id: one for one in third_party() if one.id not in reported} | pool
    abstracts = list(pool.values())
    texts = [f"{one.title}. {' '.join(one.sentences)}"[:_READ] for one in abstracts]
    questions = [one.question for one in asked]
    words = TfidfVectorizer(sublinear_tf=True)
    counted = words.fit_transform(texts)
    by_vector, vectors, counts = _vectors(texts), _vectors(questions), words.transform(questions)
    found = []
    for at in range(0, len(asked), _AT_ONCE):
        scores = (
            vectors[at : at + _AT_ONCE] @ by_vector.T
            + _WORDS * (counts[at : at + _AT_ONCE] @ counted.T).toarray()
        )
        for one, row in zip(asked[at : at + _AT_ONCE], np.argsort(-scores, axis=1), strict=True):
            others = (abstracts[i] for i in row[: NEAR + 1] if abstracts[i].id != one.abstract.id)
            found.append(list(others)[:NEAR])
    return found


def _vectors(texts: Sequence[str]) -> Vectors:
    model = MiniLMEmbedding()
    parts = (texts[at : at + _AT_ONCE] for at in range(0, len(texts), _AT_ONCE))
    made = [rows[0] for part in parts for rows in model.embed_spans([SpanText(text, ()) for text in part])]
    return np.stack(made)
