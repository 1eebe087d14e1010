"""Check users' own sentences.

Against the papers that they cite, or against the nearest ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.core.answers.statement import Statement
from assistant.core.answers.usage import Usage
from assistant.core.paper import Paper
from assistant.core.stop import Stop
from assistant.library.records import Records
from assistant.retrieval.encoder import Encoder
from assistant.retrieval.rerank import RerankedRetriever
from assistant.verification.checker import UNCITED, Checker
from assistant.verification.judge import VerdictJudge
from assistant.verification.references import ReferencedSentence, ReferenceIndex
from assistant.verification.verdict_rules import SILENT

NEAREST = 3
_LIKELY = 0.5


class TextVerifier:
    """Checks text against one library."""

    def __init__(
        self, retriever: RerankedRetriever, reader: Encoder, checker: Checker, judge: VerdictJudge | None
    ) -> None:
        self._retriever = retriever
        self._reader = reader
        self._checker = checker
        self._judge = judge

    def verify(
        self,
        text: str,
        papers: Sequence[Paper] | None,
        records: Records,
        known: ReferenceIndex,
        progress: Callable[[int, int], None],
        stop: Stop,
    ) -> list[Statement]:
        """Return each sentence of a text with its verdict; only those that were checked before `stop` was set.

        `papers` restricts what it is checked against; `known` are the papers that it can cite; `progress` is called with
        the number of checked sentences and of all.
        """
        referenced = known.resolve(text)
        checked: list[Statement] = []
        for sentence in referenced.sentences:
            if stop.is_set():
                return checked
            progress(len(checked), len(referenced.sentences))
            checked.append(self._check(sentence, papers, records))
        if self._judge is None or not checked:
            return checked
        ids = dict.fromkeys(c for s in checked for c in s.citations)
        cited = self._reader.read(list(records.get(list(ids)).values()))
        return self._judge.settle(checked, cited, Usage())

    def _check(
        self, sentence: ReferencedSentence, papers: Sequence[Paper] | None, records: Records
    ) -> Statement:
        problems = tuple(f"{mark} matches no paper in this library." for mark in sentence.unknown)
        if sentence.paper_ids:
            named = records.get(sentence.paper_ids).values()
            problems += tuple(f"The library has no abstract of {p.title!r}." for p in named if not p.abstract)
            cited = self._reader.read([paper for paper in named if paper.abstract])
            if not cited:
                return Statement(sentence.text, sentence.paper_ids, problems=problems, verdict="unconfirmed")
            (statement,) = self._checker.check([sentence.text], [cited])
            return replace(statement, problems=(*problems, *statement.problems))
        near = self._reader.read(self._near(sentence.text, papers))
        statements = self._checker.check([sentence.text] * len(near), [[paper] for paper in near])
        if not statements:
            return Statement(sentence.text, problems=problems or (UNCITED,), verdict="uncited")
        best = max(statements, key=lambda s: (s.verdict == "supported", s.score))
        if papers is not None:
            return replace(best, problems=(*problems, *best.problems))
        return _uncited(best, problems)

    def _near(self, text: str, papers: Sequence[Paper] | None) -> list[Paper]:
        if papers is not None:
            return list(papers)
        return [p.paper for p in self._retriever.passages(text[:2000], NEAREST)]


def _uncited(best: Statement, problems: tuple[str, ...]) -> Statement:
    """Return a sentence that cites no paper of the library, with the one that supports it if there is one.

    `problems` name what it cites, if it does.
    """
    supports = best.verdict == "supported" or (best.verdict == "unconfirmed" and best.score >= _LIKELY)
    silent = ("Nothing in the library supports this.",) if best.verdict == "unsupported" else ()
    return replace(
        best,
        citations=(),
        verdict="uncited",
        evidence=best.evidence if supports else best.evidence[:1],
        suggested=best.citations if supports else (),
        problems=(*(problems or (UNCITED,)), *(p for p in best.problems if p != SILENT), *silent),
    )
