"""What a browser tab has before it (`Session`), and what all tabs share (`Desk`)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from markupsafe import Markup

from assistant.assistant import Assistant
from assistant.conversation.feedback import FeedbackFile
from assistant.conversation.rewrite import Message, history_of
from assistant.conversation.store import Conversation, Conversations, Turn, new_turn
from assistant.core.answer import Answer
from assistant.core.errors import (
    AssistantError,
    ConversationNotFound,
    HistoryError,
    LibraryEmpty,
    PaperNotFound,
)
from assistant.core.stop import Stop
from assistant.web.html import lists
from assistant.web.html.elements import message

SAMPLE, OWN = "Sample library", "Your library"
# Longer conversations show their end; the file has them whole.
SHOWN = 20
_NOTE = "Summaries written for this demo, not the authors' abstracts."
_EMPTY = "It is empty. Add a file under Library to begin."


@dataclass
class Session:
    """One tab: the conversation in hand with its last turns, what is asked of, what is picked for a comparison.

    `tables` has the comparisons that turns asked for, by the turn's id, as they are shown;
    `sought` is what its conversations are searched for.
    """

    conversation: str | None = None
    turns: list[Turn] = field(default_factory=list)
    before: int = 0
    only: dict[str, str] = field(default_factory=dict)
    without: dict[str, str] = field(default_factory=dict)
    picked: list[str] = field(default_factory=list)
    tables: dict[str, Markup] = field(default_factory=dict)
    sought: str = ""
    stop: Stop | None = None

    @property
    def history(self) -> list[Message]:
        """What was said so far."""
        return self.history_before(len(self.turns))

    def history_before(self, place: int) -> list[Message]:
        """The same before the turn at a place; the six turns that are nearest to it."""
        return [
            message for turn in self.turns[max(place - 6, 0) : place] for message in history_of(turn.answer)
        ]

    def follow(self, turn: Turn) -> None:
        """The conversation goes on with this turn."""
        self.turns.append(turn)
        surplus = max(len(self.turns) - SHOWN, 0)
        del self.turns[:surplus]
        self.before += surplus

    def reopen(self, conversation: Conversation) -> None:
        """Another conversation is taken up."""
        self.conversation = conversation.id
        self.before = max(len(conversation.turns) - SHOWN, 0)
        self.turns, self.tables = list(conversation.turns[self.before :]), {}

    def begin(self) -> None:
        """A new conversation, asked of everything; what is still being answered belongs to the old one, and ends."""
        if self.stop:
            self.stop.set()
        self.stop = None
        self.conversation, self.turns, self.before = None, [], 0
        self.only, self.without, self.tables = {}, {}, {}

    def whole(self, kept: Conversation | None) -> Conversation:
        """The conversation as it can be taken along: what of it is kept and no longer shown, then all that is shown."""
        shown = {turn.id for turn in self.turns}
        turns = (*(turn for turn in (kept.turns if kept else ()) if turn.id not in shown), *self.turns)
        title = kept.title if kept else turns[0].answer.question if turns else "Empty conversation"
        return Conversation(kept.id if kept else "", title, turns[0].at if turns else "", turns)

    def turn(self, key: str) -> Turn | None:
        """A turn that is before this tab, by its id."""
        return next((turn for turn in self.turns if turn.id == key), None)


@dataclass(frozen=True)
class Services:
    """The two libraries, what is kept, and where the page stands."""

    own: Assistant
    sample: Assistant
    conversations: Conversations
    feedback: FeedbackFile

    def named(self, name: str) -> Assistant:
        """The library that the page shows under this name."""
        return self.sample if name == SAMPLE else self.own

    def banner(self, name: str) -> str:
        """Which library is shown, and what answers."""
        library = self.named(name)
        try:
            count = len(library)
            note = _NOTE if name == SAMPLE else "" if count else _EMPTY
        except AssistantError as exc:
            count, note = 0, self.public_message(exc)
        return lists.banner(name, count, note, library.settings.answers_with)

    def public_message(self, exc: AssistantError) -> str:
        """What went wrong, for those who see the page: nothing of where this server keeps its files."""
        if isinstance(exc, LibraryEmpty):
            return f"“{OWN}” is empty. Add a file under Library to begin."
        if isinstance(exc, PaperNotFound):
            return "This paper is not in the current library. It was removed, or you can choose the other library above."
        text = str(exc)
        for path in (self.own.path, self.sample.path, self.conversations.path, self.feedback.path):
            text = text.replace(str(path), path.name)
        return text

    def editable(self, name: str) -> bool:
        """Whether papers of this library can be removed here."""
        return name == OWN and self.own.settings.web.editing

    def keeps(self, owner: str) -> bool:
        """Whether this owner's conversations are kept."""
        return bool(owner) and self.own.settings.web.history and self.conversations.keeps(owner)

    def kept(self, owner: str, session: Session, answer: Answer) -> Turn:
        """The answer as the conversation's next turn, kept where that is wanted."""
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
            session.conversation, turn = self.conversations.add(owner, session.conversation, answer)
        except ConversationNotFound:
            # It was deleted in another tab: what is asked now begins a new one.
            session.conversation, turn = self.conversations.add(owner, None, answer)
        return turn

    def turn(self, owner: str, session: Session, key: str) -> Turn:
        """An answer by its id: before this tab, or kept. Raises `ConversationNotFound`."""
        return session.turn(key) or self.conversations.turn(owner, key)

    def holds(self, owner: str, key: str) -> bool:
        """Whether an answer is among those kept for this owner."""
        try:
            self.conversations.turn(owner, key)
        except HistoryError:
            return False
        return True

    def listed(self, owner: str, session: Session) -> str:
        """The owner's conversations for the page."""
        try:
            kept = self.keeps(owner)
            found = self.conversations.list(owner, session.sought) if kept else []
        except HistoryError as exc:
            return message(self.public_message(exc))
        allowed = self.own.settings.web.history
        return lists.conversations(found, session.conversation, session.sought, kept=kept, allowed=allowed)
