"""A scripted model as judge of the statements suite: it knows the labels, and says "supported" to every seventh.

It shows what the path does with a model's verdicts, the rules above them included; not how well any model judges.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from assistant import Settings
from evals.studies import sources
from evals.studies.scripted_server import ScriptedServer

WRONG_EVERY = 7
NAME = "scripted"
_LINE = re.compile(r"^(\d+)\. \(cites [^)]*\) (.*)$", re.M)
_SAYS = {"supported": "supported", "contradicted": "contradicted", "not_stated": "unsupported"}


@contextmanager
def scripted_judge(cases: Sequence[sources.Case], abstracts: Mapping[str, str]) -> Iterator[Settings]:
    """Settings whose judge is the scripted model, as long as the block lasts; `abstracts` by statement, to quote from."""
    known = {" ".join(case["statement"].split()): (i, case) for i, case in enumerate(cases)}

    def reply(request: dict[str, Any]) -> str:
        _, _, asked = request["messages"][-1]["content"].rpartition("Sentences:")
        verdicts = []
        for number, sentence in _LINE.findall(asked):
            place, case = known[sentence]
            verdict = "supported" if place % WRONG_EVERY == 0 else _SAYS[case["label"]]
            quote = _nearest(sentence, abstracts[case["statement"]]) if verdict != "unsupported" else ""
            verdicts.append(
                {"index": int(number), "verdict": verdict, "quote": quote, "reason": "as scripted"}
            )
        return json.dumps({"verdicts": verdicts})

    with ScriptedServer(*[reply] * len(cases)) as server:
        yield Settings.model_validate(
            {"llm": {"base_url": server.url}, "verify": {"model": NAME}, "api_key": "scripted"}
        )


def _nearest(statement: str, abstract: str) -> str:
    """The abstract's sentence that shares most words with the statement."""
    words = set(statement.lower().split())
    return max(sources.sentences(abstract), key=lambda s: len(words & set(s.lower().split())), default="")
