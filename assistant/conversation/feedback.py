"""What users said of answers, each with the whole answer; kept on this machine, one JSON line each."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from assistant.conversation.rewrite import Message
from assistant.core.answer import Answer
from assistant.core.errors import HistoryError, SourceError

FeedbackKind = Literal["good", "bad", "wrong_evidence", "missing_paper", "comment"]
KINDS: tuple[FeedbackKind, ...] = get_args(FeedbackKind)


@dataclass(frozen=True)
class Feedback:
    """What a user said of an answer, what was said before the question, and when (ISO 8601, UTC)."""

    kind: FeedbackKind
    answer: Answer
    history: tuple[Message, ...] = ()
    comment: str = ""
    at: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values; `from_json` reads them back."""
        return {
            "kind": self.kind,
            "comment": self.comment,
            "at": self.at,
            "history": list(self.history),
            "answer": self.answer.to_json(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Feedback:
        """The feedback that `to_json` wrote."""
        if data["kind"] not in KINDS:
            raise ValueError(f"no kind {data['kind']!r}")
        answer = Answer.from_json(data["answer"])
        return cls(data["kind"], answer, tuple(data["history"]), data["comment"], data["at"])


class FeedbackFile:
    """Feedback in one file that can be read, copied and deleted at any time. Safe for several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def add(
        self,
        kind: FeedbackKind,
        answer: Answer,
        history: Sequence[Message] = (),
        comment: str = "",
    ) -> Feedback:
        """Keeps one user's word on one answer, for the file's owner alone to read. Raises `HistoryError`."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        feedback = Feedback(kind, answer, tuple(history), comment, now)
        line = json.dumps(feedback.to_json(), ensure_ascii=False) + "\n"
        try:
            with self._lock:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with self.path.open("a", encoding="utf-8") as file:
                    self.path.chmod(0o600)
                    file.write(line)
        except OSError as exc:
            raise HistoryError(
                f"What was said cannot be kept in {self.path} ({exc}): free the disk, or make the folder writable."
            ) from exc
        return feedback

    def read(self) -> list[Feedback]:
        """All of it, oldest first. Raises `SourceError` naming the line that cannot be read, or that nothing is there."""
        if not self.path.is_file():
            raise SourceError(f"No feedback is kept in {self.path}: give some in the chat, below an answer.")
        found = []
        try:
            lines = self.path.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as exc:
            raise SourceError(f"The feedback in {self.path} cannot be read: {exc}.") from exc
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    found.append(Feedback.from_json(json.loads(line)))
                except (KeyError, TypeError, ValueError) as exc:
                    raise SourceError(
                        f"{self.path}:{number} is no feedback: delete the line ({type(exc).__name__}: {exc})."
                    ) from exc
        return found
