"""State of a browser tab (`Session`), and what all tabs share (`Services`)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from assistant.assistant import Assistant
from assistant.conversation.feedback import FeedbackFile
from assistant.conversation.rewrite import Message, history_of
from assistant.conversation.store import Conversation, Conversations, Turn, new_turn
from assistant.core.answers.answer import Answer
from assistant.core.errors import (
    AssistantError,
    ConversationNotFound,
    HistoryError,
    LibraryEmpty,
    LibraryUnreachable,
    PaperNotFound,
)
from assistant.core.length import Length
from assistant.core.settings import on_server
from assistant.core.stop import Stop
from assistant.library.identity.where import Where
from assistant.web.handlers.offered_questions import answered_question, offered_questions
from assistant.web.html import frame, lists
from assistant.web.html.elements import message, money
from assistant.web.html.frame import LibraryCard

SAMPLE, OWN = "sample", "own"
"""The keys of the two libraries, as sessions and stored conversations have them."""
# Longer conversations show their end; the file has them whole.
SHOWN = 20
_NOTE = "Summaries written for this demo, not the authors' abstracts."
_SHARED = "Shared with all users of this page."


@dataclass
class Session:
    """One tab: its conversation, what the next question is asked of, what its views show, and what is under way."""

    # The conversation: its id if it is kept, its last turns, how many turns came before these, and what it has cost.
    conversation: str | None = None
    turns: list[Turn] = field(default_factory=list)
    before: int = 0
    spent: float = 0.0
    # The next question: asked of `only` these papers or of all `without` those (titles by id) that pass `where`; `quotes`: without a model.
    only: dict[str, str] = field(default_factory=dict)
    without: dict[str, str] = field(default_factory=dict)
    where: Where = field(default_factory=Where)
    quotes: bool = False
    # What the user chose for answers. None: as the settings have it; a model "": none.
    length: Length | None = None
    model: str | None = None
    # The key of the library that is shown; its table: the filter, the words that are searched for, the column that sorts it.
    library: str = ""
    table_filter: Where = field(default_factory=Where)
    words: str = ""
    order: str = ""
    # Papers (ids) that are picked for a comparison.
    picked: list[str] = field(default_factory=list)
    # What the list of conversations is searched for, and the conversation that was deleted last: it can be restored.
    sought: str = ""
    deleted: Conversation | None = None
    # Newer exports (paths) of which it was shown what they would change.
    waiting: list[str] = field(default_factory=list)
    # The questions of its first screen.
    offered: tuple[str, ...] = ()
    # These end the answer and the check of a text that are under way.
    stop: Stop | None = None
    checking: Stop | None = None

    @property
    def history(self) -> list[Message]:
        """What was said so far."""
        return self.history_before(len(self.turns))

    def history_before(self, place: int) -> list[Message]:
        """Return what was said before the turn at a place (from 0), in the six turns before it."""
        return [
            message for turn in self.turns[max(place - 6, 0) : place] for message in history_of(turn.answer)
        ]

    def follow(self, turn: Turn) -> None:
        """Append a turn to the conversation."""
        self.turns.append(turn)
        self.spent += turn.answer.cost
        surplus = max(len(self.turns) - SHOWN, 0)
        del self.turns[:surplus]
        self.before += surplus

    def reopen(self, conversation: Conversation) -> None:
        """Continue another conversation."""
        self.conversation = conversation.id
        self.before = max(len(conversation.turns) - SHOWN, 0)
        self.turns = list(conversation.turns[self.before :])
        self.spent = sum(turn.answer.cost for turn in conversation.turns)
        self.library = conversation.library or self.library

    def begin(self) -> None:
        """Begin a new conversation, asked of everything. An answer that is still being made belongs to the old one, and ends."""
        if self.stop:
            self.stop.set()
        self.stop = None
        self.conversation, self.turns, self.before, self.spent = None, [], 0, 0.0
        self.only, self.without, self.where = {}, {}, Where()

    def whole(self, kept: Conversation | None) -> Conversation:
        """Return the conversation for an export: what of it is kept and no longer shown, then all that is shown."""
        shown = {turn.id for turn in self.turns}
        turns = (*(turn for turn in (kept.turns if kept else ()) if turn.id not in shown), *self.turns)
        title = kept.title if kept else turns[0].answer.question if turns else "Empty conversation"
        return Conversation(kept.id if kept else "", title, turns[0].at if turns else "", turns)

    def turn(self, key: str) -> Turn | None:
        """Return a turn by its id."""
        return next((turn for turn in self.turns if turn.id == key), None)


@dataclass(frozen=True)
class Services:
    """What all tabs share: the two libraries and what is kept.

    `sample_first`: pages begin with the sample. `offered_by_library` has the questions of first screens, by a library's key and its
    number of papers.
    """

    own: Assistant
    sample: Assistant
    conversations: Conversations
    feedback: FeedbackFile
    sample_first: bool = False
    offered_by_library: dict[tuple[str, int], tuple[frame.OfferedQuestion, ...]] = field(default_factory=dict)

    def named(self, key: str) -> Assistant:
        """Return the library with this key."""
        return self.sample if key == SAMPLE else self.own

    def first(self) -> str:
        """Return the key of the library that a page begins with: the sample where there is nothing else."""
        return SAMPLE if self.sample_first or not self.library_card(OWN).count else OWN

    def library_card(self, key: str) -> LibraryCard:
        """Return a library as the picker shows it."""
        try:
            count, note = len(self.named(key)), _NOTE if key == SAMPLE else self._shared
        except AssistantError as exc:
            count, note = 0, self.public_message(exc)
        changed = self.named(key).changed if key == OWN else None
        private = not (self.sent(self.own.settings.answers_with) or self.own.settings.web.models)
        return LibraryCard(
            key, self.names[key], count, note, lists.changed(changed) if changed else "", private
        )

    def sent(self, answers_with: str) -> tuple[str, ...]:
        """Return in a sentence for each receiver what leaves this server; () if nothing does. `answers_with` is what answers."""
        settings, told = self.own.settings, list[str]()
        if answers_with != "quotes":
            told.append(
                f"To {answers_with}: your question, earlier questions and answers of the conversation if they are needed to "
                "understand it, and the abstracts that were found for it."
            )
        if settings.verify.model not in ("", "none"):
            told.append(
                f"To {settings.verify.model}, which checks: sentences of answers and of texts, and abstracts."
            )
        if settings.embedding.base_url:
            told.append(
                f"To {settings.embedding.name}, which embeds: your question, and papers as they are added."
            )
        if on_server(self.own.name):
            told.append(
                f"To {self.own.name}, which holds the library: numbers that stand for your question, and papers as they are added."
            )
        return tuple(told)

    @property
    def names(self) -> dict[str, str]:
        """What the libraries are called, by key."""
        return {SAMPLE: "Sample library", OWN: self.own.settings.web.library_name or "Your library"}

    @property
    def _shared(self) -> str:
        """What users are told of a library that others see and change, too."""
        web = self.own.settings.web
        return _SHARED if web.library_name or web.owner_header else ""

    def picker(self, key: str) -> str:
        """Return the libraries to choose from, as HTML."""
        return frame.picker([self.library_card(OWN), self.library_card(SAMPLE)], key)

    def welcome(self, key: str, owner: str) -> str:
        """Return the first screen of a library, as HTML."""
        offered = self._offered_questions(key)
        return frame.welcome(offered, self.library_card(key), editable=self.may_edit(owner))

    def offered(self, key: str) -> tuple[str, ...]:
        """Return the questions of a library's first screen, as far as they were tried already."""
        return tuple(one.question for one in self._offered_questions(key))

    def _offered_questions(self, key: str) -> tuple[frame.OfferedQuestion, ...]:
        return self.offered_by_library.get((key, self.library_card(key).count), ())

    def elsewhere(self, key: str, question: str) -> LibraryCard | None:
        """Return the other library than this one, if it answers a question that this one does not."""
        other = OWN if key == SAMPLE else SAMPLE
        try:
            return self.library_card(other) if answered_question(self.named(other), [question]) else None
        except AssistantError:
            # Another library that is empty or damaged is none to ask.
            return None

    def try_questions(self, key: str) -> None:
        """Find questions that a library answers, for its first screen, where this was not done before."""
        library, count = self.named(key), self.library_card(key).count
        if (key, count) in self.offered_by_library or not count:
            return
        self.offered_by_library[key, count] = offered_questions(library, is_sample=key == SAMPLE)

    def scope(self, session: Session) -> str:
        """Return what the next question is asked of, and what answers, as HTML."""
        with_model = self.answers_with(session)
        who = "Quotes only, no model" if with_model == "quotes" else with_model
        try:
            collections = list(self.named(session.library).collections())
        except AssistantError:
            # What is wrong with the library is said where it is asked.
            collections = []
        asked = lists.Asked(session.only, session.without, session.where, collections)
        return lists.scope(asked, who, f"{money(session.spent)} this chat" if session.spent else "")

    def answers_with(self, session: Session) -> str:
        """Return what answers the questions of a tab: "quotes", or "MODEL at HOST"."""
        settings = self.named(session.library).settings
        return settings.answers_of(settings.llm.model if session.model is None else session.model)

    def public_message(self, exc: AssistantError) -> str:
        """Return what went wrong, for those who see the page: nothing of where this server keeps its files."""
        if isinstance(exc, LibraryEmpty):
            return "Your library is empty. Add a file under Library to begin."
        if isinstance(exc, PaperNotFound):
            return "This paper is not in the current library. It was removed, or it is in the other library."
        if isinstance(exc, LibraryUnreachable):
            return "The server of this library does not answer. Try again in a while."
        text = str(exc)
        for path in (self.own.path, self.sample.path, self.conversations.path, self.feedback.path):
            text = text.replace(str(path), path.name)
        if on_server(self.own.name):
            server, _, name = self.own.name.rpartition("/")
            text = text.replace(self.own.name, name).replace(server, "its server")
        return text

    def may_edit(self, owner: str) -> bool:
        """Return whether this owner may add papers to the library, and remove them."""
        editors = self.own.settings.web.editors
        if editors in ("everybody", "nobody"):
            return editors == "everybody"
        return owner in {f"user:{name.strip()}" for name in editors.split(",")}

    def keeps(self, owner: str) -> bool:
        """Return whether this owner's conversations are kept."""
        return bool(owner) and self.own.settings.web.history and self.conversations.keeps(owner)

    def kept(self, owner: str, session: Session, answer: Answer) -> Turn:
        """Return the answer as the conversation's next turn, kept where that is wanted."""
        try:
            turn = self._added(owner, session, answer) if self.keeps(owner) else None
        except HistoryError as exc:
            # The answer is there, whatever became of the file.
            turn, note = None, f"This answer is not saved: {self.public_message(exc)}"
            answer = replace(answer, warnings=(*answer.warnings, note))
        if turn is None:
            # From here on the tab alone has the whole of it.
            turn, session.conversation = new_turn(answer), None
        session.follow(turn)
        return turn

    def _added(self, owner: str, session: Session, answer: Answer) -> Turn:
        try:
            session.conversation, turn = self.conversations.add(
                owner, session.conversation, answer, session.library
            )
        except ConversationNotFound:
            # It was deleted in another tab: what is asked now begins a new one.
            session.conversation, turn = self.conversations.add(owner, None, answer, session.library)
        return turn

    def turn(self, owner: str, session: Session, key: str) -> Turn:
        """Return an answer by its id, of this tab or kept. Raises `ConversationNotFound`."""
        return session.turn(key) or self.conversations.turn(owner, key)

    def holds(self, owner: str, key: str) -> bool:
        """Return whether an answer is among those kept for this owner."""
        try:
            self.conversations.turn(owner, key)
        except HistoryError:
            return False
        return True

    def listed(self, owner: str, session: Session) -> str:
        """Return the owner's conversations, as HTML."""
        try:
            kept = self.keeps(owner)
            found = self.conversations.list(owner, session.sought) if kept else []
        except HistoryError as exc:
            return message(self.public_message(exc))
        allowed = self.own.settings.web.history
        others = {key: name for key, name in self.names.items() if key != session.library}
        return lists.conversations(
            found, session.conversation, session.sought, kept=kept, allowed=allowed, names=others
        )
