"""Follow-ups that add a subject: "And to bees?" is answered by papers that speak of bees and of what was asked before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.conversation.phrases import DETERMINERS, head_of
from assistant.core.text.tokens import tokens
from assistant.generation.run import Retrieval
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.question import Question
from assistant.retrieval.sentences.fit import question_form

_QUESTIONS = re.compile(r"[^?]+\??")


def speaking_of(added: str, found: Retrieval) -> Retrieval | None:
    """Return what was found without the papers that lack the noun that is added, or the subject of each question before it.

    None if no paper has the noun, or has it with the subject of a question for a yes or no. Otherwise everything, where no paper has
    both, and where "the dose" is added: it is of what was spoken of, whatever words the abstract has.
    """
    words = tokens(added)
    question, head = found.question, head_of(words)
    subjects = _subjects(question, question.text.rfind(added), found.papers)
    if not head or not subjects or words[0].lower in DETERMINERS:
        return found
    heads = [i for i, word in enumerate(question.encoded.content) if word.stem == head]
    spoken = [paper.spoken(question.encoded) for paper in found.papers]
    kept = [
        (passage, paper)
        for passage, paper, words_of in zip(found.passages, found.papers, spoken, strict=True)
        if all(any(words_of[i] for i in places) for places in (heads, subjects))
    ]
    if not kept:
        sure = question_form(_QUESTIONS.findall(question.text)[0]) == "closed"
        told = any(words_of[i] for words_of in spoken for i in heads)
        return found if told and not sure else None
    passages, papers = zip(*kept, strict=True)
    return replace(found, passages=passages, papers=papers)


def _subjects(question: Question, end: int, papers: Sequence[EncodedPaper]) -> list[int]:
    """Return the place of the subject of each question that ends before a character, among the words that carry meaning and that any
    paper has: the first after "does" or "is", else the rarest."""
    chosen = []
    for asked in _QUESTIONS.finditer(question.text, 0, end):
        places = [
            i
            for i, word in enumerate(question.encoded.content)
            if asked.start() <= word.start < asked.end() and any(word.stem in paper.stems for paper in papers)
        ]
        closed = question_form(asked[0]) == "closed"
        if places:
            chosen.append(places[0] if closed else max(places, key=question.weights.__getitem__))
    return chosen
