"""Train answer sentence selection. Torch and onnx are needed: `pip install torch onnx`.

First on abstracts that are asked their own words, then on questions: over the abstract that answers, and over others that are like
it. Three networks are trained so. The mean of their weights (model soups, Wortsman et al. 2022, arXiv:2203.05482) is then taught what
they say together (Hinton et al. 2015, arXiv:1503.02531), also of abstracts that nobody read for a question. A quarter of an hour on a
GPU, a night on two cores.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader

from assistant.library.embedding.minilm import file_of, minilm
from assistant.library.embedding.vectors import Vectors
from assistant.retrieval.sentences.selection import MODEL, framed
from tests.studies.selection.export import export
from tests.studies.selection.near import near
from tests.studies.selection.network import Network, weights_of
from tests.studies.selection.questions import HELD_BACK, Asked, drawn_from_themselves, every

TEACHERS, EPOCHS, TAUGHT_EPOCHS = 3, 3, 2
BATCH, RATE, TAUGHT_RATE, HEAD_RATE, WARM_UP = 32, 1.2e-4, 4e-5, 1e-3, 0.1
# Each time, a question is asked of so many other abstracts, too. The nearest ones may answer it: they are left out until teachers tell.
OTHERS, NEAREST = 2, 2
# So many times a title is shown, for libraries that have none.
TITLED = 0.6
# What "also" answers counts so much, as an answer and beside the best one; how much it counts to tell whether a sentence answers at
# all, and which one answers best; and the share of the first that teachers have.
ALSO, ALSO_BESIDE = 0.6, 0.3
WHETHER, WHICH, TAUGHT = 3.0, 0.5, 0.6
_BUCKET = 20
_DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
_WORKERS = 4 if _DEVICE == "cuda" else 0


@dataclass(frozen=True, eq=False)
class Example:
    """A question over an abstract; `taught`: how likely each sentence is to answer by the teachers, shape (sentences,)."""

    asked: Asked
    taught: Vectors | None = None


@dataclass(frozen=True, eq=False)
class Lesson:
    """A question over its own abstract, and over others."""

    own: Example
    others: Sequence[Example] = ()


@dataclass(frozen=True, eq=False)
class Batch:
    """Examples as a network reads them, by the names of `Network.forward`; and of each sentence, all of the shape (texts, sentences):
    whether it answers, what it counts beside the others, how sure that is, and whether it is on the page."""

    ids: Tensor
    types: Tensor
    filling: Tensor
    means: Tensor
    answers: Tensor
    beside: Tensor
    certain: Tensor
    read: Tensor

    def to(self, device: str) -> Batch:
        """Return the same on another device."""
        return Batch(**{name: value.to(device) for name, value in vars(self).items()})


def learn() -> None:
    """Train the model and write it where the assistant reads it."""
    drawn = [Lesson(Example(one)) for one in drawn_from_themselves()]
    lessons = _lessons([one for one in every() if one.abstract.fold != HELD_BACK])
    teachers = []
    for seed in range(1, TEACHERS + 1):
        teachers.append(Network(file_of("model")))
        train(teachers[-1], drawn, 1, seed)
        train(teachers[-1], [replace(one, others=one.others[NEAREST:]) for one in lessons], EPOCHS, seed)
    kept = _mean(teachers)
    train(kept, _taught(lessons, teachers), TAUGHT_EPOCHS, 0, TAUGHT_RATE)
    export(weights_of(kept), MODEL)


def _mean(networks: Sequence[Network]) -> Network:
    """Return a network whose weights are the mean of theirs."""
    states = [one.state_dict() for one in networks]
    mean = copy.deepcopy(networks[0])
    mean.load_state_dict({name: sum(state[name] for state in states) / len(states) for name in states[0]})
    return mean


def _lessons(asked: Sequence[Asked]) -> list[Lesson]:
    """Return questions over their own abstracts, and over near ones that are not held back."""
    return [
        Lesson(
            Example(one),
            [
                Example(replace(one, abstract=other, best=(), also=(), certain=1.0))
                for other in others
                if other.fold != HELD_BACK
            ],
        )
        for one, others in zip(asked, near(asked), strict=True)
    ]


def _taught(lessons: Sequence[Lesson], teachers: Sequence[Network]) -> list[Lesson]:
    """Return the lessons with how likely each sentence is to answer by the mean of the teachers."""
    examples = [example for lesson in lessons for example in (lesson.own, *lesson.others)]
    said = [_probabilities(teacher, examples) for teacher in teachers]
    taught = iter(
        [replace(one, taught=np.mean(rows, axis=0)) for one, *rows in zip(examples, *said, strict=True)]
    )
    return [Lesson(next(taught), [next(taught) for _ in lesson.others]) for lesson in lessons]


def train(network: Network, lessons: Sequence[Lesson], epochs: int, seed: int, highest: float = RATE) -> None:
    """Train a network. The rate rises to the highest one, and falls to nothing."""
    torch.manual_seed(seed)
    draw = random.Random(seed)
    network.to(_DEVICE)
    learning = [
        p for name, p in network.named_parameters() if p.requires_grad and not name.startswith("head")
    ]
    optimizer = torch.optim.AdamW(
        [{"params": learning, "lr": highest}, {"params": network.head.parameters(), "lr": HEAD_RATE}],
        weight_decay=0.01,
    )
    passes = [_batches(_drawn(lessons, draw), draw) for _ in range(epochs)]
    steps = sum(map(len, passes))
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / (WARM_UP * steps)) * max(0.02, 1 - step / steps)
    )
    network.train()
    for batches in passes:
        for batch in _made(batches):
            loss = _loss(_odds(network, batch), batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            rate.step()
    network.eval()


def _drawn(lessons: Sequence[Lesson], draw: random.Random) -> list[Example]:
    """Return the questions over their own abstracts and over some of the others, some without the title."""
    chosen = [
        example
        for one in lessons
        for example in (one.own, *draw.sample(one.others, min(OTHERS, len(one.others))))
    ]
    return [one if draw.random() < TITLED else _untitled(one) for one in chosen]


def _untitled(example: Example) -> Example:
    abstract = replace(example.asked.abstract, title="")
    return replace(example, asked=replace(example.asked, abstract=abstract))


def _batches(examples: Sequence[Example], draw: random.Random) -> list[list[Example]]:
    """Return the examples in batches of like length."""
    shuffled = draw.sample(examples, len(examples))
    found: list[list[Example]] = []
    for start in range(0, len(shuffled), BATCH * _BUCKET):
        bucket = sorted(shuffled[start : start + BATCH * _BUCKET], key=_length)
        batches = [bucket[at : at + BATCH] for at in range(0, len(bucket), BATCH)]
        draw.shuffle(batches)
        found += batches
    return found


def _length(example: Example) -> int:
    return sum(map(len, example.asked.abstract.sentences))


class _Batches:
    """Batches that are made when they are asked for, by processes of their own."""

    def __init__(self, batches: Sequence[Sequence[Example]]) -> None:
        self._batches = batches

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, place: int) -> Batch:
        return _batch(self._batches[place])


def _made(batches: Sequence[Sequence[Example]]) -> Iterator[Batch]:
    loader: DataLoader[Batch] = DataLoader(_Batches(batches), batch_size=None, num_workers=_WORKERS)
    for batch in loader:
        yield batch.to(_DEVICE)


@cache
def _tokens(text: str) -> list[int]:
    return minilm().token_ids([text])[0]


def _batch(examples: Sequence[Example]) -> Batch:
    """Return the inputs of a batch; what does not fit on a first page is left out."""
    pages = []
    for one in (example.asked for example in examples):
        question, title, *sentences = map(
            _tokens, (one.question, one.abstract.title, *one.abstract.sentences)
        )
        pages.append(next(framed(question, title, sentences)))
    tokens = max(len(page.ids) for page in pages)
    most = max(len(example.asked.abstract.sentences) for example in examples)
    ids, types = (torch.zeros(len(pages), tokens, dtype=torch.long) for _ in range(2))
    filling, means = torch.ones(len(pages), tokens, dtype=torch.bool), torch.zeros(len(pages), most, tokens)
    answers, beside, certain = (torch.zeros(len(pages), most) for _ in range(3))
    for row, (example, page) in enumerate(zip(examples, pages, strict=True)):
        ids[row, : len(page.ids)] = torch.tensor(page.ids)
        types[row, page.asked : len(page.ids)] = 1
        filling[row, : len(page.ids)] = False
        for sentence, (start, end) in page.spans.items():
            means[row, sentence, start:end] = 1 / (end - start)
        _label(example, answers[row], beside[row], certain[row])
    return Batch(ids, types, filling, means, answers, beside, certain, means.any(dim=2))


def _label(example: Example, answers: Tensor, beside: Tensor, certain: Tensor) -> None:
    """Fill in what is right for the sentences of an example."""
    asked = example.asked
    certain[:] = asked.certain
    certain[list(asked.best)] = 1.0
    for places, whether, which in ((asked.best, 1.0, 1.0), (asked.also, ALSO, ALSO_BESIDE)):
        answers[list(places)] = whether
        beside[list(places)] = which
    if example.taught is not None:
        # Teachers have an opinion of each sentence.
        certain[:] = 1.0
        said = torch.zeros_like(answers)
        said[: len(example.taught)] = torch.from_numpy(example.taught)
        answers[:] = (1 - TAUGHT) * answers + TAUGHT * said


def _odds(network: Network, batch: Batch) -> Tensor:
    with torch.autocast(_DEVICE, dtype=torch.bfloat16):
        odds: Tensor = network(batch.ids, batch.types, batch.filling, batch.means)
    return odds.float()


def _loss(odds: Tensor, batch: Batch) -> Tensor:
    """Return the mean loss of a batch: whether each sentence answers, and which of an abstract's sentences does."""
    certain, beside = batch.certain * batch.read, batch.beside * batch.read
    each = functional.binary_cross_entropy_with_logits(odds, batch.answers, reduction="none") * certain
    whether = each.sum(1) / certain.sum(1).clamp(min=1)
    shares = functional.log_softmax(odds.masked_fill(~batch.read, -30), 1)
    which = -(beside / beside.sum(1, keepdim=True).clamp(min=1e-6) * shares).sum(1)
    return (WHETHER * whether + WHICH * which).mean()


def _probabilities(network: Network, examples: Sequence[Example]) -> list[Vectors]:
    """Return for each example how likely each sentence is to answer; 0 for one that is not on the page."""
    found: list[Vectors] = []
    batches = [examples[at : at + BATCH] for at in range(0, len(examples), BATCH)]
    with torch.no_grad():
        for batch, made in zip(batches, _made(batches), strict=True):
            likely = (torch.sigmoid(_odds(network, made)) * made.read).cpu().numpy()
            found += [
                row[: len(one.asked.abstract.sentences)] for one, row in zip(batch, likely, strict=True)
            ]
    return found
