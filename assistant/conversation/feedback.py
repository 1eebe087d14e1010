"""Feedback on answers: one line of JSON for each, with the whole answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import ValidationError

from assistant.conversation.rewrite import Message
from assistant.core.answers.answer import Answer
from assistant.core.errors import HistoryError, SourceError
from assistant.core.json_values import dump, first_error, load

FeedbackKind = Literal["good", "bad", "wrong_evidence", "missing_paper", "comment"]
KINDS: tuple[FeedbackKind, ...] = get_args(FeedbackKind)


@dataclass(frozen=True)
class Feedback:
    """Feedback on an answer, with the messages before its question; `at` is the time (ISO 8601, UTC)."""

    kind: FeedbackKind
    answer: Answer
    history: tuple[Message, ...] = ()
    comment: str = ""
    at: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the feedback as lists, dicts, strings and numbers."""
        return dump(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Feedback:
        """Read feedback that `to_json` wrote. Raises `ValueError` if a field is missing, unknown or of another type."""
        return load(cls, data)


class FeedbackFile:
    """A file of feedback that can be read, copied and deleted at any time. Safe for several threads."""

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
        """Append feedback to the file, which only its owner can read. Raises `HistoryError`."""
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
                f"Feedback cannot be stored in {self.path} ({exc}): free the disk, or make the folder writable."
            ) from exc
        return feedback

    def read(self) -> list[Feedback]:
        """Return all feedback, oldest first. Raises `SourceError` with the line that cannot be read, or if there is no file."""
        if not self.path.is_file():
            raise SourceError(f"There is no feedback in {self.path}: give some in the chat, below an answer.")
        feedback = []
        try:
            lines = self.path.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as exc:
            raise SourceError(f"The feedback in {self.path} cannot be read: {exc}.") from exc
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    feedback.append(Feedback.from_json(json.loads(line)))
                except ValueError as exc:
                    reason = first_error(exc) if isinstance(exc, ValidationError) else str(exc)
                    raise SourceError(
                        f"{self.path}:{number} is no feedback: delete the line ({reason})."
                    ) from exc
        return feedback
