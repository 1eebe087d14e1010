"""A model's verdicts on statements, under the rules' supervision.

All statements go in one call, whose reply is kept (the same statements against the same abstracts are not judged
twice). A model decides only what the rules leave open: it cannot approve a changed number, nor overrule what is
certain, and where it approves it must name words that stand in a cited abstract.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from assistant.core.answer import VERDICTS, Evidence, Statement, Usage, Verdict
from assistant.core.errors import ModelReplyInvalid
from assistant.core.text.tokens import stems, tokens
from assistant.llm.cache import ReplyCache
from assistant.llm.injection import format_papers, withheld
from assistant.llm.prompts import Prompt, load
from assistant.retrieval.encoder import EncodedPaper
from assistant.verification.numbers.guard import check

if TYPE_CHECKING:
    from assistant.llm.client import Model

log = logging.getLogger(__name__)

_GIVEN = [info for info in VERDICTS.values() if info.definition]
_DEFINITIONS = "\n".join(f'- "{info.name}": {info.definition}.' for info in _GIVEN)
_NAMES = [info.name for info in _GIVEN]


def _givable(verdict: Verdict) -> Verdict:
    if not VERDICTS[verdict].definition:
        raise ValueError(f"a model cannot give the verdict {verdict}")
    return verdict


class _Judgement(BaseModel):
    model_config = ConfigDict(extra="ignore")
    index: int
    verdict: Annotated[Verdict, AfterValidator(_givable), WithJsonSchema({"type": "string", "enum": _NAMES})]
    quote: str = ""
    reason: str = ""


class _VerdictReply(BaseModel):
    model_config = ConfigDict(extra="ignore")
    verdicts: list[_Judgement] = Field(default_factory=list)


@dataclass(frozen=True)
class VerdictJudge:
    """A model that judges, and the file that keeps its replies (None keeps none)."""

    model: Model
    cache: ReplyCache | None = None

    def settle(
        self, statements: Sequence[Statement], papers: Sequence[EncodedPaper], usage: Usage
    ) -> list[Statement]:
        """The statements with the model's verdicts where the rules leave room for them.

        Statements that the rules are certain of, and uncited ones, come back as they are. Raises a `ModelError`
        where the model fails, `ModelReplyInvalid` where its reply is not of the form asked for.
        """
        open_ones = [i for i, s in enumerate(statements) if _open(s)]
        if not open_ones:
            return list(statements)
        prompt = _prompt([statements[i] for i in open_ones], papers)
        reply = self._reply(prompt, usage)
        judged = list(statements)
        for judgement in reply.verdicts:
            if 1 <= judgement.index <= len(open_ones):
                i = open_ones[judgement.index - 1]
                judged[i] = _combined(statements[i], judgement, papers, self.model.name)
        return judged

    def _reply(self, prompt: Prompt, usage: Usage) -> _VerdictReply:
        key = hashlib.sha256(
            json.dumps([self.model.host, self.model.name, prompt.system, prompt.user]).encode()
        ).hexdigest()
        kept = self.cache.get(key) if self.cache else None
        data = json.loads(kept[0]) if kept else None
        if data is None:
            data = self.model.ask_json(prompt, _VerdictReply.model_json_schema(), usage)
        try:
            reply = _VerdictReply.model_validate(data)
        except ValidationError as exc:
            raise ModelReplyInvalid(
                f"{self.model.name} did not give verdicts in the form it was asked for; statements stay unconfirmed."
            ) from exc
        if self.cache and not kept:
            self.cache.put(key, json.dumps(data))
        return reply


def _open(statement: Statement) -> bool:
    return VERDICTS[statement.verdict].reviewed


def _prompt(statements: Sequence[Statement], papers: Sequence[EncodedPaper]) -> Prompt:
    text, mark = format_papers([p.paper for p in papers])
    number = {p.paper.id: n for n, p in enumerate(papers, start=1)}
    lines = []
    for i, statement in enumerate(statements, start=1):
        cited = ", ".join(f"[{number[c]}]" for c in statement.citations if c in number)
        lines.append(f"{i}. (cites {cited}) {' '.join(statement.text.split())}")
    return load("verify", papers=text, mark=mark, statements="\n".join(lines), verdicts=_DEFINITIONS)


def _combined(
    statement: Statement, judgement: _Judgement, papers: Sequence[EncodedPaper], name: str
) -> Statement:
    """The rules' verdict and the model's as one."""
    verdict: Verdict = judgement.verdict
    cited = [p for p in papers if p.paper.id in statement.citations]
    quoted = next((e for p in cited if (e := locate(judgement.quote, p))), None)
    problems = statement.problems
    if verdict == "supported":
        texts = [p.text for p in cited]
        if statement.verdict == "partly" or check(statement.text, texts):
            return statement
        if quoted is None or not _speaks_of(quoted, statement):
            named = "no words of the abstract" if quoted is None else "words that do not speak of it"
            reason = f"{name} approves, but names {named}"
            return replace(statement, verdict="unconfirmed", problems=(*problems, reason))
        if statement.verdict == "unsupported":  # two that disagree leave it open
            return replace(statement, verdict="unconfirmed", evidence=(quoted,))
        problems = ()
    elif judgement.reason:
        problems = (*problems, " ".join(judgement.reason.split())[:160])
    return replace(
        statement,
        verdict=verdict,
        how=name,
        score=VERDICTS[verdict].score,
        evidence=(quoted,) if quoted else statement.evidence,
        problems=problems,
    )


def _speaks_of(quoted: Evidence, statement: Statement) -> bool:
    """Whether the words that a model names have anything of the statement; a model that was talked into approval often
    names what comes first."""
    return bool(stems(tokens(quoted.quote)) & stems(tokens(statement.text)))


def locate(quote: str, paper: EncodedPaper) -> Evidence | None:
    """Where the abstract says these words (white space and case aside), or None; withheld sentences say nothing."""
    words = " ".join(quote.split()).strip(".…")
    if len(words) < 8:
        return None
    pattern = r"\s+".join(re.escape(word) for word in words.split()) + "[.!?]?"
    found = re.search(pattern, paper.paper.abstract, re.I)
    if not found or any(
        s.span.start in withheld(paper.paper) and s.span.start < found.end() and found.start() < s.span.end
        for s in paper.sentences
    ):
        return None
    start, end = found.span()
    return Evidence(
        paper.paper.id, paper.paper.abstract[start:end], start, end, paper.paper.section_at(start)
    )
