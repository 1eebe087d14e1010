"""The small faults that `make mutation` puts into the code: one token each, and only where code runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import mutation


def faults(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    monkeypatch.setattr(mutation, "ROOT", tmp_path)
    path = tmp_path / "module.py"
    path.write_text(source, encoding="utf-8")
    for fault in mutation.faults_of(path):
        compile(fault.put_into(path.read_bytes()), "module.py", "exec")
    return [(fault.before, fault.after) for fault in mutation.faults_of(path)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", [("a < b", "a <= b"), ("a < b", "a >= b")]),
        ("a in b", [("a in b", "a not in b")]),
        ("a and b", [("a and b", "a or b")]),
        ("a and b and c", [("a and b and c", "a or (b and c)"), ("a and b and c", "(a and b) or c")]),
        ("a or b or c", [("a or b or c", "(a and b) or c"), ("a or b or c", "a or (b and c)")]),
        ("x = 1", [("1", "2")]),
        ("not a", [("not a", "a")]),
        ("if a: pass", [("a", "not a")]),
        ("é = [i for i in b if i.c]", [("i.c", "not i.c")]),
        ("x: tuple[int, 3] = y", []),
        ("x = True", []),
        ("f'{a < 1}'", []),
        ("if TYPE_CHECKING:\n    x = 1", []),
    ],
)
def test_a_fault_changes_one_token(
    source: str, expected: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plain(pair: tuple[str, str]) -> tuple[str, ...]:
        return tuple(text.replace("(", "").replace(")", "") for text in pair)

    assert [plain(pair) for pair in faults(source, tmp_path, monkeypatch)] == [
        plain(pair) for pair in expected
    ]


def test_only_the_tests_of_the_same_folder_are_run() -> None:
    first, *others = mutation.tests_of("assistant/core/text/tokens.py")
    assert first == "tests/core/text/test_tokens.py"
    assert others
    assert all(name.startswith("tests/core/") for name in others)
    assert mutation.tests_of("evals/metrics/refusal.py")[0] == "tests/evals/metrics/test_refusal.py"
