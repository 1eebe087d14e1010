from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from support.answer import ANSWER, ANSWER_JSON

from assistant.conversation.feedback import Feedback, FeedbackFile
from assistant.core.errors import HistoryError, SourceError

HISTORY: list[Mapping[str, object]] = [
    {"role": "user", "content": "x"},
    {"role": "assistant", "content": "y", "papers": ["Dot"]},
]
# As version 0.1.0 wrote it.
LINE = json.dumps(
    {
        "kind": "bad",
        "comment": "no",
        "at": "2026-01-01T00:00:00+00:00",
        "history": HISTORY,
        "answer": json.loads(ANSWER_JSON),
    }
)


@pytest.fixture
def file(tmp_path: Path) -> FeedbackFile:
    return FeedbackFile(tmp_path / "new" / "feedback.jsonl")


def test_feedback_that_was_written_before_is_read_and_written_alike(file: FeedbackFile) -> None:
    file.path.parent.mkdir()
    file.path.write_text(f"\n{LINE}\n\n")
    (feedback,) = file.read()
    assert feedback == Feedback("bad", ANSWER, tuple(HISTORY), "no", "2026-01-01T00:00:00+00:00")
    assert feedback.to_json() == json.loads(LINE)


def test_feedback_is_appended_for_its_owner_alone(file: FeedbackFile) -> None:
    first = file.add("good", ANSWER)
    second = file.add("comment", ANSWER, HISTORY, "Größe?")
    assert file.read() == [first, second]
    assert second.comment == "Größe?"
    assert second.at.endswith("+00:00")
    assert file.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"kind": "great"},
            "kind: input should be 'good', 'bad', 'wrong_evidence', 'missing_paper' or 'comment'",
        ),
        ({"answer": {"question": "x"}}, "answer.text: field required"),
        ({"colour": 1}, "colour: "),
    ],
)
def test_a_line_that_is_no_feedback_is_named(
    file: FeedbackFile, change: dict[str, object], reason: str
) -> None:
    file.path.parent.mkdir()
    file.path.write_text(f"{LINE}\n{json.dumps({**json.loads(LINE), **change})}\n")
    with pytest.raises(SourceError, match="jsonl:2 is no feedback: delete the line") as caught:
        file.read()
    assert reason in str(caught.value)


def test_a_line_that_is_no_json_is_named(file: FeedbackFile) -> None:
    file.path.parent.mkdir()
    file.path.write_text("{\n")
    with pytest.raises(SourceError, match="jsonl:1 is no feedback"):
        file.read()


def test_without_a_file_there_is_no_feedback(file: FeedbackFile) -> None:
    with pytest.raises(SourceError, match="There is no feedback in"):
        file.read()


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(HistoryError, match="Feedback cannot be stored"):
        FeedbackFile(tmp_path / "taken" / "feedback.jsonl").add("good", ANSWER)
