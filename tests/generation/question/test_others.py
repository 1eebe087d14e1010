"""Who says otherwise? After one paper, the other papers are asked the same."""

from __future__ import annotations

from pathlib import Path

from assistant import Assistant, Chat, Paper

PAPERS = [
    Paper("tin", "Tin roofs pay off", "We compared roofs for 30 years. Tin roofs pay off for barns."),
    Paper("slate", "Barns and slate roofs", "Slate roofs are heavy. Barns with slate roofs lasted 90 years."),
    Paper("no", "Tin roofs for barns", "Ten barns got tin roofs. Tin roofs do not pay off for barns."),
]


def test_the_other_papers_are_asked_the_same(tmp_path: Path) -> None:
    with Assistant(tmp_path / "library") as library:
        library.add(PAPERS[:2])
        chat = Chat(library)
        assert {s.paper.id for s in chat.ask("Do tin roofs pay off for barns?").sources} == {"tin"}
        refused = chat.ask("Who says otherwise?")
        assert refused.refusal
        assert refused.remark == "No other paper was found that answers the question before."
        library.add([PAPERS[2]])
        history = Chat(library)
        history.ask("Do tin roofs pay off for barns?", papers=["tin"])
        assert [s.paper.id for s in history.ask("Who says otherwise?").sources] == ["no"]
