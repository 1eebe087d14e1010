from __future__ import annotations

from evals.cases.score import Facts


def test_the_programs_own_remark_is_not_the_first_sentence() -> None:
    assert Facts((True,), (False, True), own=1).leads
    assert not Facts((True,), (False, True)).leads
    # An answer from the records is a remark alone.
    assert Facts((True,), (True,), own=1).leads
