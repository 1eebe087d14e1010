"""Work in a thread tells its steps, then its result or its fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.web.handlers.progress import Work


def counted(report: Callable[[int], None]) -> str:
    for step in range(3):
        report(step)
    return "done"


def failing(report: Callable[[int], None]) -> str:
    report(0)
    raise ValueError("no file")


def test_steps_come_in_their_order_and_then_the_result() -> None:
    work = Work[int, str](counted)
    assert list(work.steps()) == [0, 1, 2]
    assert work.result == "done"


def test_a_fault_is_raised_by_the_result() -> None:
    work = Work[int, str](failing)
    assert list(work.steps()) == [0]
    with pytest.raises(ValueError, match="no file"):
        _ = work.result
