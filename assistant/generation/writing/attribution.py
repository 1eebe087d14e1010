"""Correct citations; find the papers that carry a drafted sentence.

A mark that points to nothing, a sentence without one, the wrong paper and superfluous papers are mended by looking for
the sentence in all papers that were read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.core.answers.statement import Evidence, Statement
from assistant.core.text.tokens import stems, tokens
from assistant.generation.writing.draft import Drafted
from assistant.generation.writing.pointers import Pointer
from assistant.llm.injection import unquotable
from assistant.retrieval.encoder import EncodedPaper
from assistant.verification.checker import Checker, evidence

# From this probability on a paper that a sentence does not cite is taken for its source.
_LIKELY = 0.5
# A cited paper stays if its own probability is at least this share of the best one's.
_NEARLY = 0.7
_FEWEST_WORDS = 4
_QUOTATION_MARKS = '«»“”"'
_INNER_QUOTATION = re.compile(rf"[«“\"]([^{_QUOTATION_MARKS}]+)[»”\"]")


class Attribution:
    """Finds for drafted sentences the papers that carry them, among those that were read."""

    def __init__(self, checker: Checker, papers: Sequence[EncodedPaper]) -> None:
        self._checker = checker
        self._papers = papers

    def statement(self, draft: Drafted, name: str) -> Statement:
        """Return a drafted sentence, checked by rules against the papers that carry it. `name` is the model's."""
        if draft.states_nothing:
            return Statement(draft.text, verdict="not_stated", how=name, score=0.5, paragraph=draft.paragraph)
        text, quoted = self._without_quotation(draft)
        known = [p for p in draft.pointers if 1 <= p.paper <= len(self._papers)]
        unknown = tuple(dict.fromkeys(p.paper for p in draft.pointers if p not in known))
        statement = self._cited(text, known or self._within(draft.nearby))
        if statement.verdict in ("uncited", "unsupported"):
            statement = self._elsewhere(text, quoted) or statement
        return replace(
            statement,
            evidence=self._evidence(statement, known, quoted),
            unknown=unknown,
            paragraph=draft.paragraph,
        )

    def _within(self, pointers: Iterable[Pointer]) -> list[Pointer]:
        return [p for p in pointers if 1 <= p.paper <= len(self._papers)]

    def _without_quotation(self, draft: Drafted) -> tuple[str, tuple[Evidence, ...]]:
        """Return the sentence without words that it copies at its end, and where the papers have the words it claims."""
        match = _last_quotation(draft.text)
        inner = match[1] if match and len(match[1].split()) >= _FEWEST_WORDS else ""
        claimed = [*draft.claimed, inner]
        places = [place for words in claimed for paper in self._papers if (place := locate(words, paper))]
        if not match or not any(place.quote.startswith(inner[:8]) for place in places if inner):
            return draft.text, tuple(places)
        rest = draft.text[: match.start()].rstrip() + draft.text[match.end() :]
        return (rest, tuple(places)) if len(rest.split()) >= _FEWEST_WORDS else (draft.text, tuple(places))

    def _cited(self, text: str, pointers: Sequence[Pointer]) -> Statement:
        numbers = list(dict.fromkeys(p.paper for p in pointers))
        papers = [self._papers[n - 1] for n in numbers]
        (statement,) = self._checker.check([text], [papers])
        if len(papers) < 2 or statement.verdict == "unsupported":
            return statement
        precise = {p.paper for p in pointers if p.sentence is not None}
        alone = self._checker.check([text] * len(papers), [[paper] for paper in papers])
        best = max(alone, key=_rank)
        first = papers[alone.index(best)]
        needed = [
            paper
            for n, paper, single in zip(numbers, papers, alone, strict=True)
            if paper is first or _carries(text, single, paper, best, first, precise=n in precise)
        ]
        if len(needed) == len(papers):
            return statement
        return self._checker.check([text], [needed])[0]

    def _elsewhere(self, text: str, quoted: Sequence[Evidence]) -> Statement | None:
        """Return the sentence with the paper that carries it in place of those that it cites, or None."""
        alone = self._checker.check([text] * len(self._papers), [[paper] for paper in self._papers])
        ids = {place.paper_id for place in quoted}
        likely = [
            s
            for s in alone
            if s.verdict != "unsupported" and (s.score >= _LIKELY or not ids.isdisjoint(s.citations))
        ]
        return max(likely, key=_rank, default=None)

    def _evidence(
        self, statement: Statement, pointers: Sequence[Pointer], quoted: Sequence[Evidence]
    ) -> tuple[Evidence, ...]:
        """Return the sentences that a statement rests on: those pointed to, unless the rules know better."""
        places = [e for p in pointers if (e := self._place(p)) and e.paper_id in statement.citations]
        places += [e for e in quoted if e.paper_id in statement.citations]
        if statement.verdict == "supported" or not places:
            return statement.evidence
        said = stems(tokens(statement.text))
        shared = max(len(said & stems(tokens(place.quote))) for place in places)
        nearest = max((len(said & stems(tokens(e.quote))) for e in statement.evidence), default=0)
        if nearest >= 2 * max(shared, 1):
            return statement.evidence  # the number of the sentence is wrong
        return tuple(dict.fromkeys(places))

    def _place(self, pointer: Pointer) -> Evidence | None:
        paper = self._papers[pointer.paper - 1]
        if not pointer.sentence or pointer.sentence > len(paper.sentences):
            return None
        hidden = paper.sentences[pointer.sentence - 1].span.start in unquotable(paper.paper)
        return None if hidden else evidence(paper, (pointer.sentence - 1,))


def _rank(statement: Statement) -> tuple[bool, float]:
    return statement.verdict == "supported", statement.score


def _carries(
    text: str, single: Statement, paper: EncodedPaper, best: Statement, first: EncodedPaper, *, precise: bool
) -> bool:
    """Return whether a paper adds to what the best one says of a sentence, or says the same."""
    if single.verdict == "unsupported":
        return False
    if precise or single.verdict == "supported" or single.score >= _NEARLY * best.score:
        return precise or best.verdict != "supported" or single.verdict == "supported"
    return bool((stems(tokens(text)) & paper.stems) - first.stems)


def locate(quote: str, paper: EncodedPaper) -> Evidence | None:
    """Find words in an abstract, white space, case and typography aside; None if they are not there or withheld."""
    words = [re.escape(word) for word in re.findall(r"[^\W_]+", quote)]
    if len("".join(words)) < 8:
        return None
    match = re.search(r"[\W_]+".join(words), paper.paper.abstract, re.I)
    if not match:
        return None
    inside = [
        i for i, s in enumerate(paper.sentences) if s.span.start < match.end() and match.start() < s.span.end
    ]
    if any(paper.sentences[i].span.start in unquotable(paper.paper) for i in inside):
        return None
    return evidence(paper, inside)


def _last_quotation(text: str) -> re.Match[str] | None:
    """Return the first quotation behind which no word stands any more."""
    last = max((at for at, char in enumerate(text) if char.isalnum() or char == "_"), default=0)
    around = max(text.rfind(mark, 0, last) for mark in _QUOTATION_MARKS)
    return _INNER_QUOTATION.search(text, max(0, around))
