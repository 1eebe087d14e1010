"""Verifiers: who decides whether papers support a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.faithful import PAIRS, PARAPHRASES
from support.runs import through
from support.scripted_server import ScriptedServer

from assistant import Assistant, Settings
from evals.analysis.comparison import compared
from evals.cases.settings import JudgeSettings
from evals.cases.support import RULES_ON_PARAPHRASES, recalled, remembering, verifier_of
from evals.errors import EvaluationError
from evals.metrics.citation import FULL, NONE, OPEN, PARTLY
from evals.runs.plan import Plan
from evals.runs.runner import run
from evals.suites.suite import open_suite
from evals.systems.reply import Reply

QUOTE = "LXMERT reaches the state of the art on the visual question answering datasets VQA and GQA."


@pytest.fixture(scope="module")
def library() -> Iterator[Assistant]:
    with Assistant.sample(settings=Settings()) as opened:
        yield opened


def truthful(request: dict[str, Any]) -> str:
    """A judge that knows which sentences are faithful, and quotes an abstract's first words."""
    prompt = "\n".join(message["content"] for message in request["messages"])
    abstract = prompt.split(" abstract\n")[-1]
    faithful = any(text in prompt for text in PARAPHRASES)
    return json.dumps({"evidence": " ".join(abstract.split()[:5]), "support": "full" if faithful else "none"})


def test_rules_decide_what_is_word_for_word(library: Assistant) -> None:
    rules = verifier_of("rules", library)
    assert rules.level(["lxmert"], QUOTE) == FULL
    assert rules.level(["lxmert"], QUOTE.replace("VQA and GQA", "SQuAD and GLUE")) < FULL


def test_a_model_is_asked_only_what_the_rules_leave_open(library: Assistant) -> None:
    asked = []

    def decide(abstract: str, sentence: str) -> float:
        asked.append(sentence)
        return 0.95 if "cross-modal" in sentence else 0.6 if "vision" in sentence else 0.02

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("support.faithful.decide", decide, raising=False)
        verifier = verifier_of("support.faithful:decide", library)
        assert verifier.level(["lxmert"], QUOTE) == FULL
        assert not asked
        levels = [
            verifier.level(["lxmert"], f"A {word} Transformer is tuned for questions.")
            for word in ("cross-modal", "vision", "speech")
        ]
    assert levels == [FULL, PARTLY, NONE]


class _Evaluator:
    """Stands for any evaluator of LlamaIndex: `evaluate` gives `passing` and `score`."""

    def evaluate(self, *, response: str, contexts: Sequence[str]) -> Any:
        return SimpleNamespace(passing=None if "maybe" in response else "yes" in response, score=None)


def test_an_evaluator_of_llamaindex_is_a_verifier(library: Assistant) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("support.faithful.decide", _Evaluator, raising=False)
        verifier = verifier_of("support.faithful:decide", library)
        found = [
            verifier.level(["lxmert"], f"Readers would say {word} to all of these.")
            for word in ("yes", "maybe", "no")
        ]
    assert found == [FULL, OPEN, NONE]


@pytest.mark.parametrize("name", ["nonsense", "math:pi", "no_such:thing"])
def test_what_is_no_verifier_is_named(library: Assistant, name: str) -> None:
    with pytest.raises(EvaluationError, match=r"no verifier|verifier no_such:thing cannot be imported"):
        verifier_of(name, library)
    with pytest.raises(EvaluationError, match="needs a judge"):
        verifier_of("judge", library)


def test_levels_are_remembered_and_recalled(library: Assistant) -> None:
    checks: dict[tuple[str, tuple[str, ...]], float] = {}
    supports = remembering(checks, verifier_of("rules", library).level)
    assert supports(["lxmert"], QUOTE) == recalled(dict(checks))(["lxmert"], QUOTE) == FULL
    with pytest.raises(KeyError):
        recalled(dict(checks))(["lxmert"], "Another sentence.")


def _run(tmp_path: Path, name: str, which: int, verifier: str, judge: JudgeSettings) -> Any:
    replies = {
        pair.question: Reply(f"{pair.texts[which]} [1].", (pair.paper,), (pair.paper,)) for pair in PAIRS
    }
    suite = open_suite("daily-papers")
    cases = tuple(case for case in suite.cases if case.question in replies)

    def answers(question: str) -> Reply:
        return replies[question]

    return through(
        Plan(suite, cases, Settings(), judge, tmp_path / "runs", name=name, system=answers, verifier=verifier)
    )


def test_a_faithful_model_scores_above_an_inventive_one_under_a_truthful_judge(tmp_path: Path) -> None:
    """The rules accept neither; whoever can read tells them apart, in support and in facts."""
    assert len(PAIRS) == 16
    with ScriptedServer(*[truthful] * 400) as server:
        judge = JudgeSettings(model="truthful", base_url=server.url)
        bad = _run(tmp_path, "bad", 1, "judge", judge)
        good = _run(tmp_path, "good", 0, "judge", judge)
    assert good.figure("citation_recall").value == 1.0
    assert bad.figure("refuted").value == 1.0
    assert bad.figure("right").value == 0.0
    found = {row.metric.name: row for row in compared(bad, good).rows}
    for name in ("citation_recall", "key_fact_recall"):
        assert found[name].verdict == "better", name
        assert found[name].p < 0.05, name


def test_rules_say_beside_their_figures_that_they_cannot_read_paraphrases(tmp_path: Path) -> None:
    from evals.reports import markdown

    good = _run(tmp_path, "good", 0, "rules", JudgeSettings())
    said = markdown.report(good)
    assert "citation_recall@rules" in said
    assert "cannot tell" not in said
    assert "--verifier judge can tell a paraphrase from an invention" in said
    assert f"Of faithful paraphrases written to test them they doubted {RULES_ON_PARAPHRASES}." in said


def test_a_judge_that_cannot_be_reached_is_no_judge_that_doubts(tmp_path: Path) -> None:
    suite = open_suite("daily-papers")
    wanted = {pair.question: Reply(f"{pair.texts[0]} [1].", (pair.paper,)) for pair in PAIRS}
    cases = tuple(case for case in suite.cases if case.question in wanted)[:5]
    judge = JudgeSettings(model="gone", base_url="http://127.0.0.1:9/v1")
    answers = Plan(
        suite,
        cases,
        Settings(),
        judge,
        tmp_path / "runs",
        name="gone",
        system=wanted.__getitem__,
        verifier="judge",
        workers=1,
    )
    outcome = run(answers)
    assert "3 cases in a row failed" in outcome.stopped
    assert "cannot be reached" in outcome.stopped
    assert "finished" not in outcome.run.manifest()
