"""Train answer sentence selection: first on abstracts that are asked their own words, then on questions. About an hour on two cores."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from assistant.library.embedding.embedder import MiniLMEmbedding, SpanText
from assistant.library.embedding.minilm import file_of, minilm
from assistant.library.embedding.vectors import Vectors
from assistant.retrieval.sentences.selection import MODEL, framed
from tests.studies.selection.export import export
from tests.studies.selection.network import Network, weights_of
from tests.studies.selection.questions import HELD_BACK, Asked, drawn_from_themselves, every

EPOCHS, BATCH, RATE, HEAD_RATE, WARM_UP = 3, 16, 5e-5, 1e-3, 0.1
# Of the questions so many are asked of a paper that is like the right one, too; so many times a title is shown, for libraries that have
# none.
ELSEWHERE, TITLED = 0.25, 0.6
# What "also" answers counts so much, as an answer and beside the best one; and how much it counts to tell whether a sentence answers
# at all, and which one answers best.
ALSO, ALSO_BESIDE = 0.6, 0.3
WHETHER, WHICH = 3.0, 0.5
_BUCKET = 20


@dataclass(frozen=True)
class _Batch:
    ids: Tensor
    types: Tensor
    filling: Tensor
    means: Tensor


def learn() -> None:
    """Train the model and write it where the assistant reads it."""
    network = Network(file_of("model"))
    first = drawn_from_themselves()
    train(network, first, [()] * len(first), epochs=1, seed=1)
    asked = [one for one in every() if one.abstract.fold != HELD_BACK]
    train(network, asked, _near(asked), EPOCHS, seed=1)
    export(weights_of(network), MODEL)


def train(
    network: Network, asked: Sequence[Asked], near: Sequence[Sequence[int]], epochs: int, seed: int
) -> None:
    """Train a network on questions; `near`: for each the indices of questions over other papers that are like its own."""
    torch.manual_seed(seed)
    draw = random.Random(seed)
    learning = [
        p for name, p in network.named_parameters() if p.requires_grad and not name.startswith("head")
    ]
    optimizer = torch.optim.AdamW(
        [{"params": learning, "lr": RATE}, {"params": network.head.parameters(), "lr": HEAD_RATE}],
        weight_decay=0.01,
    )
    steps = math.ceil(len(asked) * (1 + ELSEWHERE) / BATCH) * epochs
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / (WARM_UP * steps)) * max(0.05, 1 - step / steps)
    )
    network.train()
    for batch in (one for _ in range(epochs) for one in _batches(asked, near, draw)):
        made = _batch(batch)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            odds = network(made.ids, made.types, made.filling, made.means)
        loss = _loss(odds.float(), made.means.any(dim=2), batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        rate.step()
    network.eval()


def _near(asked: Sequence[Asked]) -> list[list[int]]:
    """Return for each question the indices of questions over other abstracts that come near to it.

    The two nearest are left out: they may answer it, too.
    """
    model = MiniLMEmbedding()

    def vectors(texts: Sequence[str]) -> Vectors:
        return np.concatenate([rows[:1] for rows in model.embed_spans([SpanText(t, ()) for t in texts])])

    abstracts = {one.abstract.id: place for place, one in enumerate(asked)}
    places = list(abstracts.values())
    texts = [f"{asked[i].abstract.title}. {' '.join(asked[i].abstract.sentences)}" for i in places]
    order = np.argsort(-(vectors([one.question for one in asked]) @ vectors(texts).T), axis=1)
    return [
        [places[i] for i in row if asked[places[i]].abstract.id != one.abstract.id][2:14]
        for one, row in zip(asked, order.tolist(), strict=True)
    ]


def _batches(
    asked: Sequence[Asked], near: Sequence[Sequence[int]], draw: random.Random
) -> Iterator[list[Asked]]:
    """Yield the questions once, and some of them over another abstract, in batches of like length."""
    shown = [_shown(one, draw) for one in asked]
    for one, others in zip(asked, near, strict=True):
        if others and draw.random() < ELSEWHERE:
            other = asked[draw.choice(others)].abstract
            shown.append(_shown(replace(one, abstract=other, best=(), also=()), draw))
    draw.shuffle(shown)
    for start in range(0, len(shown), BATCH * _BUCKET):
        bucket = sorted(
            shown[start : start + BATCH * _BUCKET], key=lambda one: sum(map(len, one.abstract.sentences))
        )
        batches = [bucket[at : at + BATCH] for at in range(0, len(bucket), BATCH)]
        draw.shuffle(batches)
        yield from batches


def _shown(asked: Asked, draw: random.Random) -> Asked:
    if draw.random() < TITLED:
        return asked
    return replace(asked, abstract=replace(asked.abstract, title=""))


def _batch(asked: Sequence[Asked]) -> _Batch:
    """Return the inputs of a batch; what does not fit on a first page is left out."""
    pages = []
    for one in asked:
        question, title, *sentences = minilm().token_ids(
            [one.question, one.abstract.title, *one.abstract.sentences]
        )
        pages.append(next(framed(question, title, sentences)))
    tokens = max(len(page.ids) for page in pages)
    most = max(len(one.abstract.sentences) for one in asked)
    ids, types = (torch.zeros(len(asked), tokens, dtype=torch.long) for _ in range(2))
    filling, means = torch.ones(len(asked), tokens, dtype=torch.bool), torch.zeros(len(asked), most, tokens)
    for row, page in enumerate(pages):
        ids[row, : len(page.ids)] = torch.tensor(page.ids)
        types[row, page.asked : len(page.ids)] = 1
        filling[row, : len(page.ids)] = False
        for sentence, (start, end) in page.spans.items():
            means[row, sentence, start:end] = 1 / (end - start)
    return _Batch(ids, types, filling, means)


def _loss(odds: Tensor, read: Tensor, asked: Sequence[Asked]) -> Tensor:
    """Return the mean loss of a batch: whether each sentence answers, and which of an abstract's sentences does."""
    answers, certain, beside = (torch.zeros_like(odds) for _ in range(3))
    for row, one in enumerate(asked):
        certain[row] = one.certain
        for places, whether, which in ((one.best, 1.0, 1.0), (one.also, ALSO, ALSO_BESIDE)):
            answers[row, list(places)] = whether
            beside[row, list(places)] = which
        certain[row, list(one.best)] = 1.0
    certain, beside = certain * read, beside * read
    each = functional.binary_cross_entropy_with_logits(odds, answers, reduction="none") * certain
    whether = each.sum(1) / certain.sum(1).clamp(min=1)
    shares = functional.log_softmax(odds.masked_fill(~read, -30), 1)
    which = -(beside / beside.sum(1, keepdim=True).clamp(min=1e-6) * shares).sum(1)
    return (WHETHER * whether + WHICH * which).mean()
