"""Read fewer papers, or quote, if a model cannot answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.core.answers.events import Event
from assistant.core.errors import ModelError, ModelOverflow, ModelStopped
from assistant.generation.run import Answerer, AnswerRun
from assistant.llm.prompts import texts, tokens_in
from assistant.retrieval.encoder import EncodedPaper

if TYPE_CHECKING:
    from assistant.llm.client import Model

# Tokens of the marks around a paper and around a sentence of it in a prompt.
_PAPER = 60
_SENTENCE = 8


@dataclass(frozen=True)
class WithFallback:
    """Answers with `first`; if its model fails before an answer is there, with `second`, and the answer says why."""

    first: Answerer
    second: Answerer

    @property
    def name(self) -> str:
        """The name of the answerer that is tried first."""
        return self.first.name

    def events(self, run: AnswerRun) -> Iterator[Event]:
        """Yield the events of the answer. Raises `ModelStopped` if the user stopped the model."""
        try:
            yield from self.first.events(run)
        except ModelStopped:
            raise
        except ModelError as exc:
            run.log.warnings.append(f"Answered with quotes because the model failed. {exc}")
            yield from self.second.events(run)


@dataclass(frozen=True)
class WithinContext:
    """Answers with `first`, from as many papers as its model can read at once; the answer names those left out.

    Papers are left out whole, from the end. If the model's context is not known, an overflow tells.
    """

    first: Answerer
    model: Model

    @property
    def name(self) -> str:
        """The name of the answerer."""
        return self.first.name

    def events(self, run: AnswerRun) -> Iterator[Event]:
        """Yield the events of the answer. Raises `ModelOverflow` if not even one paper can be read."""
        count = self._fitting(run)
        while True:
            begun = len(run.log.warnings)
            try:
                yield from self.first.events(_reading(run, count))
                return
            except ModelOverflow:
                if count <= 1:
                    raise
                del run.log.warnings[begun:]
                # The answerer's first call was refused, before anything was shown.
                count = (count + 1) // 2

    def _fitting(self, run: AnswerRun) -> int:
        """Return how many papers fit into the model's context beside the instructions and the reply: at least one."""
        context = self.model.context
        if not context:
            return len(run.papers)
        left = context - self.model.max_tokens - tokens_in(texts()["answer"]) - tokens_in(run.question)
        count = 0
        for paper in run.papers:
            left -= _size(paper)
            if left < 0:
                break
            count += 1
        return max(1, count)


def _size(paper: EncodedPaper) -> int:
    text = " ".join([paper.paper.title, paper.paper.abstract, *paper.paper.authors])
    return tokens_in(text) + _PAPER + _SENTENCE * len(paper.sentences)


def _reading(run: AnswerRun, count: int) -> AnswerRun:
    """Return the run with its first papers only, and a warning that names the others."""
    retrieval = run.retrieval
    if count >= len(retrieval.papers):
        return run
    left_out = "; ".join(f"“{paper.paper.title}”" for paper in retrieval.papers[count:])
    run.log.warnings.append(
        f"The model can read {count} of the {len(retrieval.papers)} papers at once. Left out: {left_out}."
    )
    kept = replace(retrieval, passages=retrieval.passages[:count], papers=retrieval.papers[:count])
    return replace(run, retrieval=kept)
