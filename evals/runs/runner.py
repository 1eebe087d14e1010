"""Run the cases of a plan. Several at the same time, each stored when finished.

The same command continues an unfinished run, if everything that its run.json says about its making is still the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant import Assistant, AssistantError
from assistant.core.errors import ModelInterrupted
from evals.cases.ask import ask
from evals.cases.judge import AnswerGrader, Judgement
from evals.cases.record import Record
from evals.cases.recorded_calls import Metered, open_replies
from evals.cases.score import Prices, Scores, score
from evals.cases.support import JUDGE, Verifier, remembering, verifier_of
from evals.errors import EvaluationError
from evals.runs.budget import Estimate, Spent, estimate
from evals.runs.folder import JUDGED, PAPERS, RECORDS, RunFolder, all_runs
from evals.runs.library import open_library
from evals.runs.plan import Plan, differences, fingerprint, manifest, now
from evals.runs.prompts import own_prompts
from evals.suites.suite import Case
from evals.systems.adapters import open_system
from evals.systems.reply import System

REPLIES = Path("replies") / "replies.sqlite"
WATCHED = ("right_paper", "key_fact_recall", "refusal_recall")
# So many failures of a model in a row are no accident, and each may have waited for a time-out.
_FAILURES = 3
# A reply that broke off says nothing about the next one.
_OF_ONE_REPLY = ModelInterrupted.__name__


@dataclass(frozen=True)
class Step:
    """Progress: cases finished, cases in all, and the means so far of the metrics in WATCHED."""

    done: int
    total: int
    means: dict[str, float]


@dataclass(frozen=True)
class RunOutcome:
    """A run, and why it stopped before its end ("" if it is finished)."""

    run: RunFolder
    stopped: str


@dataclass(frozen=True)
class CompletedCase:
    """A case with its record, judgement and scores. `asked` is false if only its judgement was missing."""

    record: Record
    judgement: Judgement | None
    scores: Scores
    asked: bool


Confirm = Callable[[Estimate], bool]
Watch = Callable[[Step], None]


def _fails_again(error: str) -> bool:
    """Return whether a case's error ("Name: message", "" for none) is likely to meet the next case, too."""
    return bool(error) and error.partition(":")[0] != _OF_ONE_REPLY


def expected(plan: Plan) -> Estimate | None:
    """Estimate what a plan will cost, with all of its cases; None if it asks no model. Raises `EvaluationError`."""
    if plan.offline or not (plan.settings.llm.model or plan.judge.model):
        return None
    with open_library(plan.suite, plan.settings) as library:
        return estimate(library, plan.settings, plan.judge, plan.cases, verified=plan.verifier == JUDGE)


def run(
    plan: Plan,
    confirm: Confirm | None = None,
    watch: Watch = lambda _: None,
    spent: Spent | None = None,
) -> RunOutcome:
    """Execute a plan, or continue its unfinished run. `confirm`, if given, is called before any model is.

    `spent` counts what several runs cost together, in place of the plan's own caps. Finished cases stay stored, however the
    run ends. Raises `EvaluationError`, also if a case names a paper that the library does not have.
    """
    if not plan.cases:
        raise EvaluationError(
            f"{plan.suite.name} has no case of this choice: change --tag or --held-out, or see its cases.jsonl."
        )
    with ExitStack() as stack:
        stack.enter_context(own_prompts(plan.prompts))
        replies = open_replies(plan.runs / REPLIES)
        stack.callback(replies.close)
        answering = Metered(replies, "replay" if plan.offline else "record")
        advising = Metered(replies, "replay" if plan.offline else "reuse")
        stack.callback(answering.close)
        stack.callback(advising.close)
        library = stack.enter_context(open_library(plan.suite, plan.settings, answering))
        _check_papers(plan, library)
        made_with = manifest(plan, library)
        folder = _folder(plan, made_with)
        begun = folder.path.exists()
        if begun:
            stack.callback(folder.lock().release)
        records = folder.records() if begun else {}
        pending = [case for case in plan.cases if case.id not in records or records[case.id].error]
        if confirm and not plan.offline:
            cost = estimate(library, plan.settings, plan.judge, pending, verified=plan.verifier == JUDGE)
            if cost and not confirm(cost):
                return RunOutcome(folder, "not begun")
        judge = AnswerGrader(plan.judge, plan.settings, advising) if plan.judge.model else None
        parts = _Parts(
            open_system(plan.system, library, plan.cases, answering),
            verifier_of(plan.verifier, library, judge.model if judge else None),
            judge,
            answering,
            advising,
            spent or Spent(plan.cap, plan.cap_tokens),
        )
        if not begun:
            folder.begin(made_with, plan.suite, plan.cases)
            stack.callback(folder.lock().release)
        folder.repair()
        stopped = _Work(plan, folder, parts, made_with, records).run(pending, watch)
        _store_papers(folder, library)
        if not stopped:
            folder.write({**folder.manifest(), "finished": now()})
        return RunOutcome(folder, stopped)


@dataclass(frozen=True)
class _Parts:
    """What a run asks: the system, the verifier, the judge; what meters the calls of the first and of the others."""

    system: System
    verifier: Verifier
    judge: AnswerGrader | None
    answering: Metered
    advising: Metered
    spent: Spent


class _Work:
    """The remaining cases of a run."""

    def __init__(
        self,
        plan: Plan,
        folder: RunFolder,
        parts: _Parts,
        made_with: dict[str, Any],
        records: dict[str, Record],
    ) -> None:
        self._plan = plan
        self._folder = folder
        self._parts = parts
        self._judge = parts.judge
        self._produced = {
            key: value for key, value in made_with.items() if key not in ("started", "suite_title")
        }
        self._records = records
        self._spent = parts.spent
        self._failures = 0
        self._means: dict[str, list[float]] = {}

    def run(self, pending: Sequence[Case], watch: Watch) -> str:
        """Answer and judge the pending cases, and judge the stored ones that were not judged. Return why it stopped, or ""."""
        judged = self._folder.judgements()
        for record in self._records.values():
            self._spent.answered(record, self._plan.settings.llm, self._plan.judge)
        for judgement in judged.values():
            self._spent.judged(judgement, self._plan.judge)
        if self._judge:
            wanted = {case.id for case in pending} | (self._records.keys() - judged.keys())
            pending = [case for case in self._plan.cases if case.id in wanted]
        total = len(self._plan.cases)
        finished, stopped = total - len(pending), ""
        for done in self._one_by_one(iter(pending)):
            self._store(done)
            finished += 1
            watch(Step(finished, total, self._running(done.scores)))
            self._failures = self._failures + 1 if _fails_again(done.record.error) else 0
            stopped = stopped or self._over(done)
        return stopped or (self._spent.over() if finished < total else "")

    def _over(self, done: CompletedCase) -> str:
        if self._failures >= _FAILURES:
            return f"{_FAILURES} cases in a row failed, the last with {done.record.error}"
        return ""

    def _one_by_one(self, left: Iterator[Case]) -> Iterator[CompletedCase]:
        """Yield cases as they finish. None is started after the cap is reached or the model has failed several times."""
        workers = self._workers()
        with ThreadPoolExecutor(workers) as pool:
            running: set[Future[CompletedCase]] = set()
            try:
                while True:
                    while len(running) < workers and not self._spent.over() and self._failures < _FAILURES:
                        case = next(left, None)
                        if case is None:
                            break
                        running.add(pool.submit(self._case, case))
                    if not running:
                        return
                    finished, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in finished:
                        yield future.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _workers(self) -> int:
        # Quoting keeps a processor busy; a model only has to be waited for.
        return self._plan.workers or (8 if self._plan.settings.llm.model or self._judge else 2)

    def _case(self, case: Case) -> CompletedCase:
        record = self._records.get(case.id)
        asked = record is None or bool(record.error)
        if record is None or record.error:
            record = ask(self._parts.system, case, self._parts.answering, self._produced)
        checks = dict(record.checks)
        with self._parts.advising.metering() as calls:
            supports = remembering(checks, self._parts.verifier)
            try:
                scores = score(case, record, supports, Prices(), self._plan.verifier)
            except AssistantError as exc:
                # A judge that cannot be reached is no judge that doubts: the case is asked again.
                scores, error = {}, f"{type(exc).__name__}: {exc}"
                record = replace(record, answer=None, error=error)
        record = record.with_checks(checks, calls)
        judgement = self._judge.judge(case, record) if self._judge else None
        return CompletedCase(record, judgement, scores, asked)

    def _store(self, done: CompletedCase) -> None:
        if done.asked:
            self._folder.append(RECORDS, done.record)
            self._spent.answered(done.record, self._plan.settings.llm, self._plan.judge)
        if done.judgement:
            self._folder.append(JUDGED, done.judgement)
            self._spent.judged(done.judgement, self._plan.judge)

    def _running(self, scores: Scores) -> dict[str, float]:
        for name in WATCHED:
            value, weight = scores.get(name, (0.0, 0.0))
            if weight:
                self._means.setdefault(name, []).append(value)
        return {name: sum(values) / len(values) for name, values in self._means.items()}


def _check_papers(plan: Plan, library: Assistant) -> None:
    named = {paper for case in plan.cases for paper in (*case.relevant, *case.related)}
    papers = {paper.id for paper in library.papers(sorted(named))}
    for case in plan.cases:
        missing = [paper for paper in (*case.relevant, *case.related) if paper not in papers]
        if missing:
            raise EvaluationError(
                f"Case {case.id} of {plan.suite.name} names the paper {missing[0]!r}, which its library does not have: "
                "correct cases.jsonl, or the library of suite.yaml."
            )


def _folder(plan: Plan, made_with: dict[str, Any]) -> RunFolder:
    """Return the run to continue, or a new one."""
    plan.runs.mkdir(parents=True, exist_ok=True)
    wanted = fingerprint(made_with)
    if plan.name:
        return _named(RunFolder(plan.runs / plan.name), made_with)
    for folder in reversed(all_runs(plan.runs)):
        stored = folder.manifest()
        if fingerprint(stored) == wanted and "finished" not in stored:
            return folder
    base = f"{plan.suite.name}-{datetime.now():%Y%m%d-%H%M%S}"
    names = [base, *(f"{base}-{n}" for n in range(2, 100))]
    return RunFolder(next(plan.runs / name for name in names if not (plan.runs / name).exists()))


def _named(folder: RunFolder, made_with: dict[str, Any]) -> RunFolder:
    if not folder.path.exists():
        return folder
    stored = folder.manifest()
    if fingerprint(stored) != fingerprint(made_with):
        changed = differences(stored, made_with)
        raise EvaluationError(f"{folder.path} was made with {changed}: give another --name.")
    if "finished" in stored:
        raise EvaluationError(
            f"{folder.path} is finished: `python -m evals report {folder.name}` shows it; give another --name."
        )
    return folder


def _store_papers(folder: RunFolder, library: Assistant) -> None:
    """Store every paper that was retrieved for an answer, once."""
    retrieved = {p.paper_id for r in folder.records().values() if r.answer for p in r.answer.passages}
    for paper_id in sorted(retrieved - folder.papers().keys()):
        folder.append(PAPERS, library.paper(paper_id))
