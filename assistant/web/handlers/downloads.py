"""Copy and download answers; also references and transcripts; keep what users say of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from assistant.conversation.feedback import KINDS, FeedbackKind
from assistant.conversation.store import Conversation
from assistant.core.errors import ConversationNotFound
from assistant.core.paper import Paper
from assistant.export.citation_style import STYLES, cited, reference
from assistant.export.formats import REFERENCES, TRANSCRIPTS, ExportFormat
from assistant.web.html.elements import notice
from assistant.web.layout import Layout
from assistant.web.state import Services, Session

Changes = dict[Any, Any]


@dataclass(frozen=True)
class Downloads:
    """What one tab's user can take along."""

    services: Services
    layout: Layout
    session: Session
    owner: str

    def references(self, key: str, form: str) -> Changes:
        """Deliver the cited papers as a file for other programs."""
        answer = self.services.turn(self.owner, self.session, key).answer
        return self._file(answer.question, REFERENCES[form], [source.paper for source in answer.sources])

    def export(self, form: str) -> Changes:
        """Deliver the conversation as a file, or the papers that it cites."""
        conversation = self.session.whole(self._kept_conversation())
        if form in TRANSCRIPTS:
            return self._file(conversation.title, TRANSCRIPTS[form], conversation)
        papers: dict[str, Paper] = {}
        for turn in conversation.turns:
            papers |= {source.paper.id: source.paper for source in turn.answer.sources}
        return self._file(conversation.title, REFERENCES[form], list(papers.values()))

    def _kept_conversation(self) -> Conversation | None:
        """Return the conversation as it is kept; None where it is not, or was deleted in another tab."""
        try:
            kept = self.session.conversation
            return self.services.conversations.open(self.owner, kept) if kept else None
        except ConversationNotFound:
            return None

    def _file(self, title: str, form: ExportFormat[Any], content: Any) -> Changes:
        text = form.write(content)
        return self.deliver(
            {"to": "file", "name": form.file_name(title), "type": form.media_type, "text": text}
        )

    def copy(self, key: str, style: str) -> Changes:
        """Copy the answer with its citations in a style to the clipboard."""
        answer = self.services.turn(self.owner, self.session, key).answer
        text = cited(answer, style if style in STYLES else next(iter(STYLES)))
        return self.deliver({"to": "clipboard", "text": text}) | self.tell("Copied.")

    def cite(self, paper: Paper, style: str) -> Changes:
        """Copy the reference of a paper in a style to the clipboard."""
        chosen = style if style in STYLES else next(iter(STYLES))
        (text,) = reference([paper], chosen)
        return self.deliver({"to": "clipboard", "text": text.removeprefix("[1] ")}) | self.tell("Copied.")

    def deliver(self, given: dict[str, str]) -> Changes:
        """Hands something to the browser, which takes it for the end of what a button asked for."""
        # The time makes the same thing twice two deliveries.
        return {self.layout.delivery: {**given, "at": datetime.now(UTC).isoformat()}}

    def feedback(self, key: str, kind: str, comment: str) -> Changes:
        """Keep what the user says of an answer, together with the answer."""
        turn = self.services.turn(self.owner, self.session, key)
        chosen: FeedbackKind = next((known for known in KINDS if known == kind), "comment")
        place = next((i for i, one in enumerate(self.session.turns) if one.id == key), 0)
        before = self.session.history_before(place) if self.services.keeps(self.owner) else []
        self.services.feedback.add(chosen, turn.answer, before, comment[:2000])
        where = "conversation" if before else "answer"
        return self.tell(f"Thanks, saved with this {where} on this server.")

    def saved(self, papers: Sequence[Paper], form: str) -> Changes:
        """Deliver these papers as a file for other programs."""
        return self._file("papers", REFERENCES[form], list(papers))

    def tell(self, text: str) -> Changes:
        """Show a sentence that disappears after some seconds."""
        return {self.layout.notice: notice(text)}
