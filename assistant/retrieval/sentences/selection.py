"""Select answers. How likely is each sentence of an abstract to answer a question?

Vectors of a question and of a sentence are made apart, and come near to each other where both speak of the same. A model that
has both before it can tell "Naps were short" from an answer to "Do naps help memory?". This one is MiniLM's six layers, trained
further on questions that were written for abstracts of some thirty fields, with those of their sentences that answer, and on questions that they do
not answer (`python -m tests.studies selection`). It reads question, title and all sentences at once (Devlin et al. 2019,
arXiv:1810.04805); what it says of a sentence is the mean over its tokens.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from assistant.core.text.tokens import unscripted_in_place
from assistant.library.embedding.inference import Engine, Feed, OnnxRuntime
from assistant.library.embedding.minilm import MiniLM, minilm
from assistant.library.embedding.vectors import Vectors

MODEL = Path(__file__).with_name("selection.onnx")
# It was trained on pages of so many tokens at most; so many are read of a question and of a title.
_PAGE, _QUESTION, _TITLE = 384, 64, 48
_BEGIN, _END = 101, 102


@dataclass(frozen=True)
class Page:
    """What is read at once: tokens by their numbers, the first `asked` of which are the question's, and the place of each sentence
    among them (start, end) by its index."""

    ids: list[int]
    asked: int
    spans: dict[int, tuple[int, int]]


class AnswerSelector:
    """The trained model, loaded when first needed."""

    def __init__(self, words: MiniLM) -> None:
        self._words = words

    @cached_property
    def _engine(self) -> Engine:
        return OnnxRuntime(MODEL)

    def log_odds(self, question: str, title: str, sentences: Sequence[str]) -> Vectors:
        """Return for each sentence of an abstract the log odds that it answers a question, shape (sentences,).

        A sentence without a letter has those of the least likely one.
        """
        texts = [unscripted_in_place(text) for text in (question, title, *sentences)]
        asked, named, *read = self._words.token_ids(texts)
        pages = list(framed(asked, named, read))
        odds = np.full(len(sentences), np.nan, dtype=np.float32)
        for place, (outputs,) in self._engine.run([self._feed(page) for page in pages]):
            for sentence, (start, end) in pages[place].spans.items():
                odds[sentence] = outputs[start:end].mean()
        least = odds[~np.isnan(odds)].min(initial=0.0)
        filled: Vectors = np.where(np.isnan(odds), least, odds)
        return filled

    def _feed(self, page: Page) -> Feed:
        places = np.arange(len(page.ids), dtype=np.int64)[None]
        return {
            "words": self._words.word_vectors(page.ids)[None],
            "places": places,
            "types": (places >= page.asked).astype(np.int64),
        }


def framed(
    question: Sequence[int], title: Sequence[int], sentences: Sequence[Sequence[int]]
) -> Iterator[Page]:
    """Yield an abstract's sentences behind the question and the title, all given by their tokens, in pages; a sentence that is longer
    than a page is cut."""
    asked = [_BEGIN, *question[:_QUESTION], _END]
    head = [*asked, *title[:_TITLE], _END]
    ids, spans = list(head), dict[int, tuple[int, int]]()
    for place, words in enumerate(sentences):
        if spans and len(ids) + len(words) >= _PAGE:
            yield Page([*ids, _END], len(asked), spans)
            ids, spans = list(head), {}
        if words:
            start = len(ids)
            ids.extend(words[: _PAGE - 1 - start])
            spans[place] = (start, len(ids))
    if spans:
        yield Page([*ids, _END], len(asked), spans)


def selector() -> AnswerSelector:
    """Return the one model of this process: it has no state."""
    return _of_process(os.getpid())


@cache
def _of_process(_: int) -> AnswerSelector:
    # After a fork, the one that was inherited waits for threads that were left behind.
    return AnswerSelector(minilm())
