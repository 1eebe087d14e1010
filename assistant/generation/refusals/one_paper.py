"""Refusals of one paper. They say which it was: the one that was chosen, or that "it" stands for, and of what it says nothing."""

from __future__ import annotations

from dataclasses import replace

from assistant.conversation.phrases import head_of
from assistant.core.answers.answer import Answer
from assistant.core.text.tokens import stems, tokens
from assistant.generation.run import Retrieval
from assistant.retrieval.paper_name import name_of

# A word of an abstract that tells an attribute comes so near to it, as cosine: "58 FPS" and "faster" to "speed" (0.40, 0.44), "5 mg" to
# "dose" (0.49). Over eighteen pairs of three libraries, what says nothing of it comes to 0.34 at most.
_NEAR = 0.35


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


def speaks_of(attribute: str, retrieval: Retrieval) -> bool:
    """Return whether any paper that was found has the noun of what is asked of it ("speed" of "its speed?"), or a word near to it."""
    head = head_of(tokens(attribute))
    rows = [row for row, word in enumerate(retrieval.question.encoded.content) if word.stem == head]
    spoken = (paper.spoken(retrieval.question.encoded, least=_NEAR) for paper in retrieval.papers)
    return not rows or any(told[row] for told in spoken for row in rows)


def without_attribute(answer: Answer, attribute: str) -> Answer:
    """Return a refusal whose remark says of what the abstracts say nothing; as it is where one has the word, and any other answer."""
    nearest = answer.refusal.nearest if answer.refusal else ()
    head = head_of(tokens(attribute))
    if not nearest or any(head in stems(tokens(f"{paper.title} {paper.abstract}")) for paper in nearest):
        return answer
    called = [name_of(paper) or f"“{paper.title}”" for paper in nearest]
    named = " and ".join(filter(None, [", ".join(called[:-1]), called[-1]]))
    says = "The abstract of {} says" if len(called) == 1 else "The abstracts of {} say"
    return replace(answer, remark=f"{says.format(named)} nothing of “{attribute}”.")
