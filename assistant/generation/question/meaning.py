"""Understand a question: without its history, in the language of the papers, and what it asks of the library's records."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.conversation.cited import OfCited, among_cited, asks_to_compare, of_cited, of_others, uncounted
from assistant.conversation.history_turn import HistoryTurn
from assistant.conversation.rewrite import Message, Understood, turns_of, understood
from assistant.conversation.shown import of_shown
from assistant.conversation.study import attribute_of, owner, spoken_of
from assistant.conversation.subject import Words, added, aspect_of
from assistant.core.answers.answer import QuestionFilter
from assistant.core.answers.usage import Usage
from assistant.core.errors import ModelError, ModelStopped
from assistant.core.text.tokens import tokens
from assistant.generation.listing.lists import FEW
from assistant.generation.listing.matches import asks_for_list, of_every_paper
from assistant.generation.listing.records import LibraryRecords
from assistant.generation.question.sizes import Sizes, sizes_asked
from assistant.generation.question.topic import asks_what_about, topic_of
from assistant.retrieval.library_question import LibraryQuestion

if TYPE_CHECKING:
    from assistant.llm.client import Model


# What only asks for a yes: "I take it that SSD is fast, correct?".
_FRAME = re.compile(
    r"^(?:i (?:take it|assume|believe|think|suppose|guess|gather|understand|(?:have )?(?:heard|read)) that"
    r"|(?:is|isn['’]t) it (?:true|right|correct|the case) that|am i right (?:that|in (?:thinking|assuming|saying) that))\s+",
    re.I,
)
# What only leads to a question: "Ok, and what is SSD?". A conjunction alone makes a follow-up of it.
_OPENING = re.compile(
    r"^(?:(?:ok|okay|so|well|right|great|thanks|thank you|hi|hello|hey|please|now|alright|cool|good|nice|perfect|oh)\b[\s,.!:]{1,3}+){1,3}"
    r"(?:(?:and|but|then)\s+)?(?=(?:what|which|who|whose|how|why|when|where|is|are|was|were|do|does|did|can|could|has|have|will|would|"
    r"should|list|compare|show|find|explain)\b)",
    re.I,
)
_JUDGED = re.compile(r"^(?:is|isn['’]t) it (?:worth|(?:\w+ly )?\w+ to) (.+)$", re.I)
_WITHOUT_MARK = re.compile(r"^(what|who|where|how)s\b", re.I)
_TAG = re.compile(
    r",\s*(?:correct|right|true|yes|no|am i right|is that (?:right|correct|true)|(?:is|are|was|were|do|does|did|has|have|can)n['’]t \w+)\s*\?$",
    re.I,
)


@dataclass(frozen=True)
class Meaning:
    """What a question means. `about` is what it asks of the records, None if nothing.

    `cited` is what it asks of what cited papers say. `spoken_of` are the papers of which it asks first, as it has no subject of its
    own; `only` those of which alone it asks, `apart` those of which it does not, and
    `aspect_of` the one that speaks of what it names. `added` is what a follow-up adds to the question before it, behind which it is searched for: "to bees" of "And to bees?".
    `attribute` is all that it asks of what was spoken of: "speed" of "its speed?".
    """

    asked: str
    question: str
    search: str
    about: LibraryQuestion | None = None
    added: str = ""
    cited: OfCited | None = None
    spoken_of: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    aspect_of: tuple[str, ...] = ()
    attribute: str = ""

    def within(self, ids: Sequence[str]) -> Meaning:
        """Return the question as it stands, asked of these papers."""
        return Meaning(self.asked, self.asked, opened(self.asked), only=tuple(ids), attribute=self.attribute)

    @property
    def from_records(self) -> bool:
        """Whether the records alone answer it."""
        return bool(self.about and not self.about.rest and not self.findings)

    @property
    def findings(self) -> bool:
        """Whether it asks what a few papers find, and names them by author, year or venue alone."""
        if not self.about or self.about.rest or self.about.asked != "findings":
            return False
        return len(self.about.papers) <= FEW and any(paper.abstract for paper in self.about.papers.first(FEW))

    @property
    def listed(self) -> bool:
        """Whether it asks for all papers on something, or for the newest or oldest of them."""
        return asks_for_list(self.query) or self.by_age or self.of_every_paper or bool(self.sizes)

    @property
    def topic(self) -> str:
        """The subject of which it asks for whatever is known, "" if it asks for anything of its own."""
        return "" if self.added or self.by_age else topic_of(self._plain)

    @property
    def sizes(self) -> Sizes | None:
        """The sizes of studies that it asks for, None if none."""
        return sizes_asked(self.query)

    @property
    def of_every_paper(self) -> bool:
        """Whether it asks something of every paper."""
        return bool(of_every_paper(self._plain))

    @property
    def by_age(self) -> bool:
        """Whether it asks for papers on something by their age."""
        return bool(self.about and self.about.rest and self.about.asked in ("newest", "oldest"))

    @property
    def filters(self) -> tuple[QuestionFilter, ...]:
        """The filters that it says in words."""
        return self.about.filters if self.about else ()

    @property
    def query(self) -> str:
        """What is searched for."""
        return of_every_paper(self._plain) or self._plain

    @property
    def _plain(self) -> str:
        return unframed(self.about.rest or self.search if self.about and self.filters else self.search)

    @property
    def ids(self) -> list[str] | None:
        """The papers to search among; None for all."""
        if self.cited or self.only:
            return list(self.cited.ids if self.cited else self.only)
        return list(self.about.papers.ids) if self.about and self.filters else None


def opened(question: str) -> str:
    """Return a question without the words that only lead to it: "What is SSD?" for "Ok, and what is SSD?"."""
    left = _WITHOUT_MARK.sub(r"\1's", _OPENING.sub("", question))
    return left[:1].upper() + left[1:] if left != question else question


def without_judgement(question: str) -> str:
    """Return what a question asks to be judged: "Exercise before bed?" for "Is it bad to exercise before bed?"; "" if it asks for no judgement."""
    match = _JUDGED.match(question)
    return f"{match[1][:1].upper()}{match[1][1:]}" if match else ""


def unframed(question: str) -> str:
    """Return a question without the words that only ask for a yes: "SSD is fast?" for "I take it that SSD is fast, correct?"."""
    left = _TAG.sub("?", _FRAME.sub("", question))
    return left[:1].upper() + left[1:] if left != question and len(tokens(left)) > 1 else question


class Understanding:
    """Understands questions of one conversation about one library.

    `model`, if any, makes a follow-up question independent of `history`; with `fallback`, rules do so if it fails. `words` tells of the words
    of the library.
    """

    def __init__(
        self,
        records: LibraryRecords | None,
        model: Model | None,
        history: Sequence[Message],
        *,
        fallback: bool,
        words: Callable[[], Words] | None = None,
    ) -> None:
        self._records = records
        self._model = model
        self._history = history
        self._fallback = fallback
        self._words = words

    def of(self, asked: str, usage: Usage) -> Meaning:
        """Return what a question means. Raises as `understood` does, a `ModelError` only without `fallback`."""
        told = opened(asked)
        turns = turns_of(self._history)
        shown = of_shown(told, turns)
        if shown and self._records and (of_last := self._records.of_shown(shown)):
            return Meaning(asked, asked, told, of_last)
        if not self._model and (cited := of_cited(told, turns)):
            return Meaning(asked, cited.question, cited.question, cited=cited)
        if not self._model and (among := among_cited(told, turns)):
            return Meaning(asked, among[0], among[0], only=among[1])
        if not self._model and (others := of_others(told, turns)):
            return Meaning(asked, others[0], opened(others[0]), apart=others[1])
        if not self._model and asks_to_compare(told):
            told = uncounted(told)
            return Meaning(asked, told, told)
        if self._records and (of_one := self._records.of_record(told)):
            return Meaning(asked, asked, told, of_one)
        meaning = Meaning(asked, asked, told, self._about(told))
        # A question for the records needs no history: "thanks" is none at all.
        if meaning.about and not meaning.about.rest:
            return meaning
        # "Tell me about naps" needs none either; "What about naps?" may ask what was asked before.
        if not self._model and meaning.topic and not asks_what_about(told):
            return meaning
        meant = self._understood(told, usage)
        if meant.question != told and self._records and (of_one := self._records.of_record(meant.question)):
            return Meaning(asked, meant.question, meant.search, of_one)
        about = meaning.about if meant.search == told else self._about(meant.search)
        attribute = attribute_of(told) if turns and not self._model else ""
        behind = meant.question == told != meant.search and not self._model
        return Meaning(
            asked,
            asked if meant.question == told else meant.question,
            meant.search,
            about,
            added(told) if behind else "",
            spoken_of=() if self._model else spoken_of(told, turns),
            only=owner(turns) if attribute and meant.question != told else (),
            aspect_of=() if self._model else self._aspect_of(told, meant, turns),
            attribute=attribute,
        )

    def _aspect_of(self, told: str, meant: Understood, turns: Sequence[HistoryTurn]) -> tuple[str, ...]:
        words = self._library_words() if meant.question == told else None
        return aspect_of(told, turns, words) if words else ()

    def _about(self, question: str) -> LibraryQuestion | None:
        return self._records.read(question) if self._records else None

    def _understood(self, asked: str, usage: Usage) -> Understood:
        languages = self._records.languages if self._records and self._model else ()
        try:
            language, words = next(iter(languages), ""), None if self._model else self._library_words()
            return understood(asked, self._history, self._model, usage, language, words)
        except ModelError as exc:
            if not self._fallback or isinstance(exc, ModelStopped):
                raise
            return understood(asked, self._history, None, usage, words=self._library_words())

    def _library_words(self) -> Words | None:
        return self._words() if self._words and self._history else None
