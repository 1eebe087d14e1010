"""Fit roles of sentences. From labelled abstracts.

The data: CSAbstruct (Cohan et al. 2019, arXiv:1909.04054; computer science, a label for each sentence) and PubMedQA (Jin et
al. 2019, arXiv:1909.06146; biomedicine, labelled sections, whose labels the model never sees). Fitting halves to fit only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant import Paper
from assistant.library.embedding.embedder import MiniLMEmbedding
from assistant.library.records import Records
from assistant.retrieval.encoder import EncodedPaper, Encoder
from assistant.retrieval.sentences.roles import ROLES, WEIGHTS_FILE, labelled_role, role_features
from tests.studies import sources

# Chosen by cross-validation on the fitting halves among 0.3, 1 and 3.
STRENGTH = 0.3
BATCH = 64
FIELDS = {"computer science": "sentence_roles", "biomedicine": "pubmedqa"}


@dataclass(frozen=True)
class LabelledAbstract:
    """An abstract without section labels; `parts` are (text, role), in order; the role is None where none is certain."""

    paper: Paper
    parts: tuple[tuple[str, str | None], ...]


def abstracts(folder: str, half: str) -> Iterator[LabelledAbstract]:
    """Read the labelled abstracts of one field."""
    for i, row in enumerate(sources.read_lines(sources.need_shared(folder, f"{half}.jsonl"))):
        if folder == "pubmedqa":
            labelled = [(s["text"].strip(), labelled_role(s["label"])) for s in row["sections"]]
            parts = [*labelled, (row["long_answer"].strip(), "conclusion")]
        else:
            parts = [
                (text.strip(), label if label in ROLES else None)
                for text, label in zip(row["sentences"], row["labels"], strict=True)
            ]
        parts = [part for part in parts if part[0]]
        text = " ".join(text for text, _ in parts)
        yield LabelledAbstract(
            Paper(f"{folder}-{half}-{i}", row.get("question", "Untitled"), text, source=folder), tuple(parts)
        )


def sentence_labels(abstract: LabelledAbstract, paper: EncodedPaper) -> list[str | None]:
    """Return the role of each of our sentences: that of the part in which its middle lies."""
    ends = np.cumsum([len(text) + 1 for text, _ in abstract.parts])
    middles = [(s.span.start + s.span.end) / 2 for s in paper.sentences]
    return [abstract.parts[int(np.searchsorted(ends, middle))][1] for middle in middles]


def fit() -> None:
    """Fit the roles of sentences on both fields and write the weights."""
    rows = [
        (role_features(paper.vectors)[i], role)
        for name in FIELDS.values()
        for abstract, paper in _encoded(list(abstracts(name, "fit")))
        for i, role in enumerate(sentence_labels(abstract, paper))
        if role
    ]
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    model.fit(np.array([features for features, _ in rows]), [role for _, role in rows])
    columns = dict(zip(model.classes_, np.column_stack([model.intercept_, model.coef_]), strict=True))
    lines = [f' "{role}": {json.dumps([round(float(w), 4) for w in columns[role]])}' for role in ROLES]
    WEIGHTS_FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _encoded(labelled: Sequence[LabelledAbstract]) -> list[tuple[LabelledAbstract, EncodedPaper]]:
    records = Records(None)
    encoder = Encoder(lambda: records, MiniLMEmbedding())
    papers = [
        paper
        for start in range(0, len(labelled), BATCH)
        for paper in encoder.read([a.paper for a in labelled[start : start + BATCH]])
    ]
    return list(zip(labelled, papers, strict=True))
