"""Refusals of one paper. They say which it was: the one that was chosen, or that "it" stands for."""

from __future__ import annotations

from dataclasses import replace

from assistant.core.answer import Answer
from assistant.retrieval.paper_name import name_of


def with_paper(answer: Answer, *, chosen: bool) -> Answer:
    """Return a refusal whose remark begins with the one paper that it was asked of; any other answer as it is.

    The paper was `chosen`, or its name took the place of a word that pointed to it.
    """
    nearest = answer.refusal.nearest if answer.refusal else ()
    names = {name_of(paper) or paper.title: bool(name_of(paper)) for paper in nearest}
    asked = [name for name in names if chosen or (name in answer.standalone and name not in answer.question)]
    if len(asked) != 1:
        return answer
    called = asked[0] if names[asked[0]] else f"“{asked[0]}”"
    return replace(answer, remark=f"The abstract of {called} does not say this. {answer.remark}".rstrip())
