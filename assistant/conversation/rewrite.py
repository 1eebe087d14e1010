"""Make a question need no history, and say what to search for in the language of the papers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.conversation.coreference import asks_nothing, points_back, resolved
from assistant.conversation.history_turn import HistoryTurn
from assistant.conversation.subject import Words, with_addition, with_another_subject
from assistant.core.answers.answer import Answer
from assistant.core.answers.refusal import REFUSAL_PHRASE
from assistant.core.answers.usage import Usage
from assistant.core.errors import QuestionError
from assistant.core.paper import Paper
from assistant.core.text.reasoning import without_reasoning
from assistant.core.text.sanitize import one_line, storable
from assistant.core.text.tokens import in_english, stems, tokens
from assistant.library.embedding.language import language_of
from assistant.llm.injection import suspicious
from assistant.llm.prompts import load
from assistant.retrieval.library_question import is_social
from assistant.retrieval.paper_name import name_of

MAX_QUESTION = 4000
# A model sees so many turns, and so many characters of each text.
_TURNS, _CUT = 3, 500
_LONGEST_NAME = 200
# A question is rewritten to at most so many times its length (or that of one of 100 characters).
_LONGEST_REWRITTEN = 4
# Of the words of a rewritten question that mean something, this share comes from the conversation.
_KNOWN = 0.5
# A question that stands alone has so many words at least.
_FEWEST_WORDS = 4
_LABEL = re.compile(r"^[\W_]*(?:[^\W_][\w ]{0,30}[:：]\s*)(?=\S)")
_AROUND = " \t*_`\"'“”„«»"

if TYPE_CHECKING:
    from assistant.llm.client import Model

Message = Mapping[str, object]
"""`{"role": "user" | "assistant", "content": text}`; an assistant's may have "papers" and "ids", see `history_of`."""


@dataclass(frozen=True)
class Understood:
    """A question that needs no history, in its own language, and what is searched for: the same in that of the papers."""

    question: str
    search: str


def checked(question: str) -> str:
    """Return the trimmed question. Raises `QuestionError` if it is empty or longer than 4,000 characters."""
    question = storable(question).strip()
    if not question:
        raise QuestionError("The question is empty: type what you would like to know.")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters and at most {MAX_QUESTION:,} can be asked: shorten "
            "it, or check a longer text with `assistant verify`."
        )
    return question


def history_of(answer: Answer) -> list[dict[str, object]]:
    """Return the two messages of one exchange, question and answer.

    The second lists under "papers" the names of the papers shown below the answer, for "the second one": those that it
    cites, or after a refusal the nearest. Under "ids" it has the ids of its sources, for "Who wrote it?".
    """
    listed = [source.paper for source in answer.sources]
    if answer.refusal and not listed:
        listed = list(answer.refusal.nearest)
    return [
        {"role": "user", "content": answer.question},
        {
            "role": "assistant",
            "content": answer.text if answer.statements else REFUSAL_PHRASE,
            "papers": [_name_for_questions(paper) for paper in listed],
            "ids": [source.paper.id for source in answer.sources],
        },
    ]


def _name_for_questions(paper: Paper) -> str:
    # The name is put into questions: it must hold no instruction to a model, and must be short.
    name = one_line(name_of(paper) or paper.title)
    return "" if suspicious(paper.title) or len(name) > _LONGEST_NAME else name


def understood(
    question: str,
    history: Sequence[Message],
    model: Model | None,
    usage: Usage,
    language: str = "",
    words: Words | None = None,
) -> Understood:
    """Return a question as one that needs no history, and what to search for.

    The two differ where a model can translate a question that is not in the `language` of the papers ("english"; "" if it
    is not known). Raises as `standalone` does.
    """
    turns = turns_of(history)
    if model is None or not is_foreign(question, language):
        alone = standalone(question, history, model, usage, words)
        # A question that was only put behind the one before says what to search for, not what it means.
        glued = alone != question and alone.endswith(f" {question}")
        return Understood(question if glued else alone, alone)
    conversation = _conversation(turns) if turns else "(none)"
    prompt = load("search", history=conversation, question=question, language=language.capitalize())
    *before, search = _replied(model.ask(prompt, usage)) or [""]
    alone = _rewritten(before[0], question, conversation) if before and turns else question
    alone = alone or _by_rules(question, turns)
    return Understood(alone, _translated(search, f"{question} {conversation}", language) or alone)


def is_foreign(question: str, language: str) -> bool:
    """Return whether a question is in another language than that of the papers. Names alone are in none."""
    asked = language_of(question)
    return bool(language and asked) and asked != language


def _translated(search: str, known: str, language: str) -> str:
    """Return the question that a model translated, or "" if it is none: in another language, with figures or names of
    its own, or with an instruction."""
    search = _LABEL.sub("", search, count=1).strip(_AROUND)
    words, told = tokens(search), known.casefold()
    own = [t for t in words if (t.name or t.text[0].isdigit()) and t.text.casefold() not in told]
    fits = stems(words) and len(search) <= min(MAX_QUESTION, _LONGEST_REWRITTEN * max(len(known), 100))
    return search if fits and not own and not is_foreign(search, language) and not suspicious(search) else ""


def standalone(
    question: str,
    history: Sequence[Message],
    model: Model | None,
    usage: Usage,
    words: Words | None = None,
) -> str:
    """Rewrite a follow-up as a question that needs no history.

    A model does it if there is one. Otherwise rules replace "it" and "the second one" by names, and with the `words` of the
    library the subject of the question before by that of "What about melatonin?"; a follow-up that they cannot resolve is appended to the question before it, which is enough for retrieval. Raises `ModelError` if the model
    fails.
    """
    turns = turns_of(history)
    if not turns:
        return question
    if model is None:
        return (with_another_subject(question, turns, words) if words else "") or _by_rules(question, turns)
    if _stands_alone(question, turns):
        return question
    conversation = _conversation(turns)
    reply = _replied(model.ask(load("standalone", history=conversation, question=question), usage))
    return _rewritten(reply[0] if reply else "", question, conversation) or _by_rules(question, turns)


def _conversation(turns: Sequence[HistoryTurn]) -> str:
    return "\n".join(line for turn in turns[-_TURNS:] for line in _lines(turn))


def _replied(reply: str) -> list[str]:
    """Return the lines of a model's reply, without its thoughts and what only introduces a line."""
    lines = [line.strip() for line in without_reasoning(reply).splitlines() if line.strip()]
    return [line for line in lines if not line.endswith(":")] or lines


def _stands_alone(question: str, turns: Sequence[HistoryTurn]) -> bool:
    """Return whether a question in English needs nothing of the conversation: it asks for something and points to nothing."""
    words = tokens(question)
    return (
        in_english(words)
        and len(words) >= _FEWEST_WORDS
        and resolved(question, turns) == question
        and not points_back(question, turns[-1])
        and not asks_nothing(question)
    )


def _rewritten(first: str, question: str, conversation: str) -> str:
    """Return the question in a line of a model's reply, without label and quotation marks; "" if there is none in it.

    It must share a word with the question and hold no more than question and conversation say: otherwise the model
    answered, or followed an instruction.
    """
    known = stems(tokens(f"{question} {conversation}"))
    label = _LABEL.match(first)
    if label and not stems(tokens(label.group())) & known:
        first = first[label.end() :]
    first = first.strip(_AROUND)
    if not 0 < len(first) <= min(MAX_QUESTION, _LONGEST_REWRITTEN * max(len(question), 100)):
        return ""
    fresh = stems(tokens(first))
    enough = len(fresh & known) >= _KNOWN * len(fresh)
    return first if fresh and enough and not suspicious(first) else ""


def _by_rules(question: str, turns: Sequence[HistoryTurn]) -> str:
    if not turns:
        return question
    before = _by_rules(turns[-1].question, turns[:-1])
    if more := with_addition(question, before):
        return more
    named = resolved(question, turns)
    if points_back(question, turns[-1]) if named == question else asks_nothing(question):
        return f"{before} {named}"
    return named


def _lines(turn: HistoryTurn) -> Iterator[str]:
    yield f"user: {turn.question[:_CUT]}"
    yield f"assistant: {turn.answer[:_CUT]}"
    papers = [f"{n}. {paper}" for n, paper in enumerate(turn.papers, start=1) if paper]
    if papers:
        yield f"papers below the answer: {'; '.join(papers)}"


def turns_of(history: Sequence[Message]) -> list[HistoryTurn]:
    """Return the exchanges of a conversation, oldest first, without those that only greet or thank: no follow-up refers to them.

    Raises `QuestionError` for messages of another form.
    """
    turns: list[HistoryTurn] = []
    for message in history:
        role, content = message.get("role"), message.get("content")
        papers, ids = message.get("papers", ()), message.get("ids", ())
        if role not in ("user", "assistant", "system") or not isinstance(content, str):
            raise QuestionError(
                'history is a list of {"role": "user" or "assistant", "content": text}, oldest first.'
            )
        if not isinstance(papers, list | tuple) or not all(isinstance(paper, str) for paper in papers):
            raise QuestionError('"papers" of a message in history is a list of what papers are called.')
        if not isinstance(ids, list | tuple) or not all(isinstance(one, str) for one in ids):
            raise QuestionError('"ids" of a message in history is a list of the ids of papers.')
        if role == "user":
            turns.append(HistoryTurn(storable(content)))
        elif role == "assistant" and turns:
            turns[-1] = replace(
                turns[-1],
                answer=storable(content),
                papers=tuple(map(storable, papers)),
                cited=content != REFUSAL_PHRASE,
                ids=tuple(ids),
            )
    return [turn for turn in turns if not is_social(turn.question)]
