"""A judge prefers one of two answers only if it does so in both orders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.runs import one_case, plan, through
from support.scripted_server import ScriptedServer

from assistant import Model, Settings
from evals.analysis.preferences import agreement, preferences
from evals.analysis.summary import Scored
from evals.cases.settings import JudgeSettings, as_settings
from evals.systems.reply import Reply


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Scored, Scored]:
    """Four questions, answered with "two" and with "three"."""
    suite = one_case(tmp_path / "one", *(f"How many encoders has LXMERT? ({n})" for n in range(4)))
    bad, good = (
        through(
            plan(
                suite,
                tmp_path / "runs",
                name=name,
                system=lambda _, name=name: Reply(f"It has {name}.", ("lxmert",)),
            )
        )
        for name in ("two", "three")
    )
    return bad, good


def liking(word: str) -> Any:
    """A judge that prefers whichever answer has a word."""

    def reply(request: dict[str, Any]) -> str:
        prompt = request["messages"][-1]["content"]
        first = prompt.split(" first answer\n")[1].split(" second answer\n")[0]
        return json.dumps({"better": "first" if word in first else "second"})

    return reply


def asked(runs: tuple[Scored, Scored], reply: Any) -> Any:
    with ScriptedServer(*[reply] * 8) as server:
        settings = as_settings(JudgeSettings(model="judge", base_url=server.url), Settings())
        return preferences(*runs, Model.from_settings(settings, "judge"))


def test_the_better_answer_wins_in_both_orders(runs: tuple[Scored, Scored]) -> None:
    found = asked(runs, liking("three"))
    assert found.win_rate.value == 1.0
    assert str(found).startswith("judge prefers three in 4 cases and two in 0")


def test_who_always_takes_the_first_prefers_neither(runs: tuple[Scored, Scored]) -> None:
    first = asked(runs, '{"better": "first"}')
    assert list(first.found.values()) == ["neither"] * 4
    assert first.win_rate.value == 0.5
    assert agreement([first, asked(runs, liking("three"))]) == 0.0
    assert agreement([first, first]) == 1.0


def test_a_reply_of_another_form_is_no_verdict(runs: tuple[Scored, Scored]) -> None:
    found = asked(runs, "I like both.")
    assert set(found.found.values()) == {None}
    assert "4 cases got no verdict" in str(found)
