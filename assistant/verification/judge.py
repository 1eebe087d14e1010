"""A model's verdicts on statements, under the rules' supervision.

All statements go in one call, whose reply is kept (the same statements beside the same excerpts are not judged twice).
The model sees the question, the answer, and of the cited papers only the sentences that matter with those around
them: what stands elsewhere in an abstract cannot speak to it. It decides what the rules leave open: it cannot approve
a changed number, nor overrule what is certain, and what it names as evidence must speak of the statement.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, WithJsonSchema

from assistant.core.answers.statement import VERDICTS, Evidence, Statement, Verdict
from assistant.core.answers.usage import Usage
from assistant.core.errors import ModelReplyInvalid
from assistant.core.text.sentences import marked
from assistant.core.text.tokens import stems, tokens
from assistant.llm.cache import ReplyCache
from assistant.llm.injection import format_papers, planted, quotable, unquotable
from assistant.llm.prompts import Prompt, load
from assistant.retrieval.encoder import EncodedPaper
from assistant.verification.approval import doubt
from assistant.verification.checker import evidence
from assistant.verification.numbers.guard import check

if TYPE_CHECKING:
    from assistant.llm.client import Model

_GIVEN = [info for info in VERDICTS.values() if info.definition]
_DEFINITIONS = "\n".join(f'  "{info.name}": {info.definition}' for info in _GIVEN)
_NAMES = [info.name for info in _GIVEN]
_NUMBER = re.compile(r"(?<!\d)(\d++)[.:](\d+)")
# A statement repeats a sentence if it has so many words of it on end.
_REPEATED = 8
UNJUDGED = "The model gave no verdict on this sentence."


def _givable(verdict: Verdict) -> Verdict:
    if not VERDICTS[verdict].definition:
        raise ValueError(f"a model cannot give the verdict {verdict}")
    return verdict


def _verdict_name(value: Any) -> Any:
    return value.strip().casefold().replace(" ", "_") if isinstance(value, str) else value


def _texts(value: Any) -> Any:
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [str(item) for item in items]


class _Judgement(BaseModel):
    model_config = ConfigDict(extra="ignore")
    index: int
    evidence: Annotated[list[str], BeforeValidator(_texts)]
    words: Annotated[str, BeforeValidator(lambda value: value or "")] = ""
    verdict: Annotated[
        Verdict,
        BeforeValidator(_verdict_name),
        AfterValidator(_givable),
        WithJsonSchema({"type": "string", "enum": _NAMES}),
    ]


class _VerdictReply(BaseModel):
    verdicts: list[_Judgement]


_SCHEMA = _VerdictReply.model_json_schema()


@dataclass(frozen=True)
class _Shown:
    """The papers of a prompt by their number, from 1, and the sentences of each that the model sees, from 1."""

    papers: Mapping[int, EncodedPaper]
    sentences: Mapping[int, frozenset[int]]

    def places(self, numbers: Sequence[str]) -> tuple[list[Evidence], set[str]]:
        """Return the sentences that are named and were shown, and the ids of the papers whose title or sentence is named."""
        quotes, ids = [], set()
        for paper_number, sentence in (map(int, m) for text in numbers for m in _NUMBER.findall(text)):
            paper = self.papers.get(paper_number)
            if paper and sentence in self.sentences[paper_number]:
                quotes.append(evidence(paper, (sentence - 1,)))
            if paper and (sentence == 0 or sentence in self.sentences[paper_number]):
                ids.add(paper.paper.id)
        return list(dict.fromkeys(quotes)), ids


@dataclass(frozen=True)
class VerdictJudge:
    """A model that judges, and the file that keeps its replies (None keeps none)."""

    model: Model
    cache: ReplyCache | None = None

    def settle(
        self,
        statements: Sequence[Statement],
        papers: Sequence[EncodedPaper],
        usage: Usage,
        *,
        question: str = "",
        only: Sequence[int] | None = None,
    ) -> list[Statement]:
        """Return the statements with the model's verdicts where the rules leave room for them.

        Statements that the rules are certain of, and uncited ones, come back as they are, and with `only` all but those
        of these indices. One that the reply passes over gets a problem that says so. Raises a `ModelError` if the model
        fails, `ModelReplyInvalid` if its reply holds no verdict.
        """
        wanted = range(len(statements)) if only is None else only
        # A sentence that asks, commands, addresses or repeats an order is nothing to be judged, and could speak to the judge.
        open_ones = [
            i
            for i in wanted
            if VERDICTS[statements[i].verdict].reviewed
            and quotable(statements[i].text)
            and not _repeats(statements[i], papers)
        ]
        if not open_ones:
            return list(statements)
        shown = _excerpts([statements[i] for i in open_ones], papers)
        given = self._verdicts(_prompt(statements, open_ones, shown, papers, question), open_ones, usage)
        judged = list(statements)
        for i in open_ones:
            if i in given:
                judged[i] = _combined(statements[i], given[i], shown, question, self.model.name)
            else:
                judged[i] = replace(statements[i], problems=(*statements[i].problems, UNJUDGED))
        return judged

    def _verdicts(self, prompt: Prompt, asked: Sequence[int], usage: Usage) -> dict[int, _Judgement]:
        key = hashlib.sha256(
            json.dumps([self.model.host, self.model.name, prompt.system, prompt.user]).encode()
        ).hexdigest()
        kept = self.cache.get(key) if self.cache else None
        data = json.loads(kept[0]) if kept else None
        if data is None:
            data = self.model.ask_json(prompt, _SCHEMA, usage)
        given = _read(data, asked)
        if not given:
            raise ModelReplyInvalid(f"{self.model.name} gave no verdicts in the form it was asked for.")
        if self.cache and not kept and len(given) == len(asked):
            self.cache.put(key, json.dumps(data))
        return given


def _repeats(statement: Statement, papers: Sequence[EncodedPaper]) -> bool:
    """Return whether a statement repeats several words on end of a sentence that somebody planted in a paper shown."""
    said = _runs(statement.text)
    return any(
        said & _runs(sentence.text)
        for paper in papers
        for sentence in paper.sentences
        if sentence.span.start in planted(paper.paper)
    )


def _runs(text: str) -> set[tuple[str, ...]]:
    words = [token.lower for token in tokens(text)]
    return {tuple(words[i : i + _REPEATED]) for i in range(len(words) - _REPEATED + 1)}


def numbered_answer(statements: Sequence[Statement], papers: Sequence[EncodedPaper]) -> str:
    """Return an answer as lines "1: The sentence [2.4].", with the numbers that sentences have in a prompt."""
    numbers = {p.paper.id: n for n, p in enumerate(papers, start=1)}
    lines = []
    for i, statement in enumerate(statements, start=1):
        if not quotable(statement.text):
            continue
        marks = [mark for e in statement.evidence for mark in _marks(e, papers, numbers)]
        named = {e.paper_id for e in statement.evidence}
        marks += [f"[{numbers[c]}]" for c in statement.citations if c in numbers and c not in named]
        lines.append(f"{i}: {marked(' '.join(statement.text.split()), ''.join(marks))}")
    return "\n".join(lines)


def _marks(quote: Evidence, papers: Sequence[EncodedPaper], numbers: Mapping[str, int]) -> list[str]:
    number = numbers.get(quote.paper_id)
    return [f"[{number}.{n}]" for n in _sentences(quote, papers[number - 1])] if number else []


def _sentences(quote: Evidence, paper: EncodedPaper) -> list[int]:
    """Return the numbers, from 1, of the sentences that a quote touches."""
    return [
        n
        for n, s in enumerate(paper.sentences, start=1)
        if s.span.start < quote.end and quote.start < s.span.end
    ]


def _excerpts(statements: Sequence[Statement], papers: Sequence[EncodedPaper]) -> _Shown:
    """Choose what of the cited papers a model sees: each sentence cited, those around it, and the one most alike."""
    cited = {c for s in statements for c in s.citations}
    shown: dict[int, frozenset[int]] = {}
    for number, paper in enumerate(papers, start=1):
        if paper.paper.id not in cited:
            continue
        wanted: set[int] = set()
        for statement in (s for s in statements if paper.paper.id in s.citations):
            quotes = [e for e in statement.evidence if e.paper_id == paper.paper.id]
            for n in (n for e in quotes for n in _sentences(e, paper)):
                wanted |= {n - 1, n, n + 1}
            wanted |= set(_alike(statement, paper))
        hidden = unquotable(paper.paper)
        shown[number] = frozenset(
            n for n, s in enumerate(paper.sentences, start=1) if n in wanted and s.span.start not in hidden
        )
    return _Shown({n: papers[n - 1] for n in shown}, shown)


def _alike(statement: Statement, paper: EncodedPaper) -> list[int]:
    """Return the number of the sentence that shares most words with a statement; of two where none is quoted."""
    said = stems(tokens(statement.text))
    best = sorted(range(len(paper.sentences)), key=lambda i: -len(said & paper.sentences[i].stems))
    quoted = any(e.paper_id == paper.paper.id for e in statement.evidence)
    return [i + 1 for i in best[: 1 if quoted else 2]]


def _prompt(
    statements: Sequence[Statement],
    asked: Sequence[int],
    shown: _Shown,
    papers: Sequence[EncodedPaper],
    question: str,
) -> Prompt:
    excerpts = format_papers([p.paper for p in papers], shown.sentences)
    return load(
        "verify",
        papers=excerpts.text,
        mark=excerpts.mark,
        question=question or "(none: check what each sentence says)",
        answer=numbered_answer(statements, papers),
        numbers=", ".join(str(i + 1) for i in asked),
        verdicts=_DEFINITIONS,
    )


def _read(data: Any, asked: Sequence[int]) -> dict[int, _Judgement]:
    """Return the verdicts of a reply by the index of their statement, each validated by itself."""
    items = data.get("verdicts", [data]) if isinstance(data, dict) else data
    judgements = []
    for item in items if isinstance(items, list) else []:
        try:
            judgements.append(_Judgement.model_validate(item))
        except ValidationError:
            continue
    numbers = {judgement.index for judgement in judgements}
    for first in (1, 0):  # some count from 0, some count only the sentences that they check
        if numbers <= {i + first for i in asked}:
            return {j.index - first: j for j in judgements}
    if numbers <= set(range(1, len(asked) + 1)):
        return {asked[j.index - 1]: j for j in judgements}
    return {j.index - 1: j for j in judgements if j.index - 1 in asked}


def _combined(
    statement: Statement, judgement: _Judgement, shown: _Shown, question: str, name: str
) -> Statement:
    """Return the rules' verdict and the model's as one."""
    quotes, ids = shown.places(judgement.evidence)
    quotes = [e for e in quotes if e.paper_id in statement.citations]
    if judgement.verdict == "supported":
        return _approved(statement, quotes, ids, shown, question, name)
    if judgement.verdict == "not_stated":
        rules = check(statement.text, [p.text for p in shown.papers.values()])
        return statement if rules else replace(statement, verdict="not_stated", how=name, problems=())
    words = " ".join(judgement.words.split())
    located = bool(words) and words.casefold() in " ".join(statement.text.split()).casefold()
    if not located and not (judgement.verdict == "contradicted" and quotes):
        problem = f"{name} objects, but does not say to what."
        return replace(statement, verdict="unconfirmed", problems=(*statement.problems, problem))
    denial = "says otherwise" if judgement.verdict == "contradicted" else "does not say this"
    problems = (f'The abstract {denial}: "{words[:160]}".',) if located else ()
    return _decided(statement, judgement.verdict, name, quotes, problems or statement.problems)


def _approved(
    statement: Statement,
    quotes: Sequence[Evidence],
    ids: set[str],
    shown: _Shown,
    question: str,
    name: str,
) -> Statement:
    """Return a statement that a model approves, as far as what it names bears that out."""
    cited = [p for p in shown.papers.values() if p.paper.id in statement.citations]
    if any(v.kind != "name" for v in check(statement.text, [p.text for p in cited])):
        return statement
    named = [p for p in cited if p.paper.id in ids]
    silent = statement.verdict == "unsupported"
    quoted = [e.quote for e in quotes]
    problem = doubt(statement.text, quoted, named, question, silent=silent) if named else "names no words."
    if problem:
        problems = (f"{name} approves, but {problem}",)
        return replace(statement, verdict="unconfirmed", how="rules", problems=problems)
    return _decided(
        replace(statement, citations=tuple(c for c in statement.citations if c in ids)),
        "supported",
        name,
        quotes,
        (),
    )


def _decided(
    statement: Statement, verdict: Verdict, name: str, quotes: Sequence[Evidence], problems: Sequence[str]
) -> Statement:
    return replace(
        statement,
        verdict=verdict,
        how=name,
        score=VERDICTS[verdict].score,
        evidence=tuple(quotes) or statement.evidence,
        problems=tuple(problems),
    )
