"""Fit roles of sentences. From labelled abstracts, whole and cut short.

The data: CSAbstruct (Cohan et al. 2019, arXiv:1909.04054; computer science, a label for each sentence) and PubMedQA (Jin et
al. 2019, arXiv:1909.06146; biomedicine, labelled sections, whose labels the model never sees), fitting halves to fit only; and 130 of
the invented abstracts of some thirty fields, labelled by hand (`data/selection/roles.jsonl`).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from assistant import Paper
from assistant.library.embedding.embedder import MiniLMEmbedding
from assistant.library.records import Records
from assistant.retrieval.encoder import EncodedPaper, Encoder
from assistant.retrieval.sentences import lead_roles
from assistant.retrieval.sentences.lead_roles import lead_role_features
from assistant.retrieval.sentences.roles import (
    FORM_WORDS,
    ROLES,
    WEIGHTS_FILE,
    fitted_roles,
    labelled_role,
    role_features,
    sentence_roles,
)
from tests.studies import sources
from tests.studies.selection import chain

# Chosen by cross-validation on the fitting halves, of the invented abstracts over fields: among 0.05, 0.1 and 0.3; among 1, 1.5, 2 and 3;
# among 0.3, 0.5 and 1.
STRENGTH, INVENTED, CUT = 0.05, 3.0, 0.5
_CHAIN = 1.0
# Chosen by cross-validation on the fitting halves among 0.3, 1 and 3.
LEAD_STRENGTH = 0.3
BATCH = 64
FIELDS = {"computer science": "sentence_roles", "biomedicine": "pubmedqa"}

Part = tuple[str, str | None]


@dataclass(frozen=True)
class LabelledAbstract:
    """An abstract without section labels; `parts` are (text, role), in order; the role is None where none is certain."""

    paper: Paper
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, name: str, title: str, parts: Sequence[Part]) -> LabelledAbstract:
        """Return an abstract of these parts."""
        return cls(Paper(name, title, " ".join(text for text, _ in parts), source="roles"), tuple(parts))


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
        yield LabelledAbstract.of(f"{folder}-{half}-{i}", row.get("question", "Untitled"), parts)


def invented() -> Iterator[LabelledAbstract]:
    """Read the invented abstracts whose sentences have roles."""
    papers = {paper["id"]: paper for paper in sources.load("selection/papers")}
    for row in sources.load("selection/roles"):
        paper = papers[row["paper"]]
        parts = list(zip(paper["sentences"], row["roles"], strict=True))
        yield LabelledAbstract.of(paper["id"], paper["title"], parts)


def short_ones() -> Iterator[LabelledAbstract]:
    """Read the short abstracts of ten fields that were written before anything was fitted, and are never fitted on."""
    for i, row in enumerate(sources.load("roles")):
        yield LabelledAbstract.of(
            f"short-{i}", row["title"], [(text, role) for role, text in row["sentences"]]
        )


def sentence_labels(abstract: LabelledAbstract, paper: EncodedPaper) -> list[str | None]:
    """Return the role of each of our sentences: that of the part in which its middle lies."""
    ends = np.cumsum([len(text) + 1 for text, _ in abstract.parts])
    middles = [(s.span.start + s.span.end) / 2 for s in paper.sentences]
    return [abstract.parts[int(np.searchsorted(ends, middle))][1] for middle in middles]


def cut_short(abstract: LabelledAbstract, paper: EncodedPaper, draw: random.Random) -> LabelledAbstract:
    """Return an abstract without its beginning, without a middle, or with 2 to 4 of its sentences, in a row or here and there.

    It is read again: what stands around a sentence is in its vector, too.
    """
    texts = [sentence.text for sentence in paper.sentences]
    parts = list(zip(texts, sentence_labels(abstract, paper), strict=True))
    count = len(parts)
    if count > 2:
        few, way = min(draw.randint(2, 4), count), draw.randrange(4)
        if way == 0:
            kept = list(range(draw.randint(1, count - 2), count))
        elif way == 1:
            start = draw.randint(0, count - few)
            kept = list(range(start, start + few))
        elif way == 2:
            kept = sorted(draw.sample(range(count), few))
        else:
            start = draw.randint(1, count - 1)
            kept = [*range(start), *range(max(start + 1, draw.randint(start, count - 1)), count)]
        parts = [parts[place] for place in kept]
    return LabelledAbstract.of(f"{abstract.paper.id}-cut-{draw.random()}", abstract.paper.title, parts)


def fit() -> None:
    """Fit the roles of sentences on all fields, write the weights, and have them used."""
    draw, sequences = random.Random(7), list[chain.Labelled]()
    collections = [
        (list(abstracts("sentence_roles", "fit")), 1, 1.0),
        (list(abstracts("pubmedqa", "fit")), 3, 1.0),
        (list(invented()), 4, INVENTED),
    ]
    for whole, times, counts in collections:
        read = encoded(whole)
        cut = [cut_short(abstract, paper, draw) for _ in range(times) for abstract, paper in read]
        sequences += [labelled(one, counts) for one in read]
        sequences += [labelled(one, CUT * counts) for one in encoded(cut)]
    model = chain.fit([one for one in sequences if len(one.labels)], len(ROLES), STRENGTH, _CHAIN)
    kinds = {
        "fits": np.column_stack([model.intercepts, model.weights.T]),
        "ends": np.column_stack([model.first, model.last]),
        "follows": model.follows,
    }
    WEIGHTS_FILE.write_text(_written(kinds), encoding="utf-8")
    for cached in (fitted_roles, sentence_roles):
        cached.cache_clear()


def fit_lead_roles() -> None:
    """Fit the roles of sentences by themselves on whole abstracts of both fields, write the weights, and have them used."""
    rows = [
        (lead_role_features(paper.vectors)[i], role)
        for name in FIELDS.values()
        for abstract, paper in encoded(list(abstracts(name, "fit")))
        for i, role in enumerate(sentence_labels(abstract, paper))
        if role
    ]
    model = LogisticRegression(C=LEAD_STRENGTH, max_iter=2000)
    model.fit(np.array([features for features, _ in rows]), [role for _, role in rows])
    columns = dict(zip(model.classes_, np.column_stack([model.intercept_, model.coef_]), strict=True))
    lines = [f' "{role}": {json.dumps([round(float(w), 4) for w in columns[role]])}' for role in ROLES]
    lead_roles.WEIGHTS_FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    lead_roles.fitted_lead_roles.cache_clear()


def _written(kinds: dict[str, npt.NDArray[np.float64]]) -> str:
    blocks = []
    for kind, table in kinds.items():
        rows = zip(ROLES, table, strict=True)
        lines = [f'  "{role}": {json.dumps([round(float(w), 4) for w in row])}' for role, row in rows]
        blocks.append(f' "{kind}": {{\n' + ",\n".join(lines) + "\n }")
    return f'{{\n "words": {json.dumps(FORM_WORDS)},\n' + ",\n".join(blocks) + "\n}\n"


def labelled(read: tuple[LabelledAbstract, EncodedPaper], counts: float = 1.0) -> chain.Labelled:
    """Return the features and the roles of an abstract's sentences."""
    abstract, paper = read
    roles = [-1 if role is None else ROLES.index(role) for role in sentence_labels(abstract, paper)]
    return chain.Labelled(role_features(paper.vectors, paper.sentences), np.array(roles, np.int64), counts)


def encoded(labelled: Sequence[LabelledAbstract]) -> list[tuple[LabelledAbstract, EncodedPaper]]:
    """Read abstracts as a library does."""
    records = Records(None)
    encoder = Encoder(lambda: records, MiniLMEmbedding())
    papers = [
        paper
        for start in range(0, len(labelled), BATCH)
        for paper in encoder.read([a.paper for a in labelled[start : start + BATCH]])
    ]
    return list(zip(labelled, papers, strict=True))
