"""Plan -> a run: cases at the same time, each kept when finished, so that a killed run goes on.

The same command goes on with a run that is not finished; what a run was made with is in its run.json, and a run is
only gone on with where all of that is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant import Assistant
from evals.cases.ask import ask, supporting
from evals.cases.judge import AnswerGrader, Judgement
from evals.cases.record import Record
from evals.cases.recorded_calls import Metered, Replies
from evals.cases.score import Prices, Scores, score
from evals.errors import EvaluationError
from evals.runs.budget import Estimate, Spent, estimate
from evals.runs.folder import JUDGED, PAPERS, RECORDS, RunFolder, all_runs
from evals.runs.library import open_library
from evals.runs.plan import Plan, differences, fingerprint, manifest, now
from evals.suites.suite import Case

REPLIES = Path("replies") / "replies.sqlite"
WATCHED = ("right_paper", "key_fact_recall", "refusal_recall")
# So many cases in a row that a model fails are not chance, and each may have waited for a time-out.
_FAILURES = 3


@dataclass(frozen=True)
class Step:
    """Progress: cases finished of all, and the means so far of what is worth watching."""

    done: int
    total: int
    means: dict[str, float]


@dataclass(frozen=True)
class RunOutcome:
    """A run, and why it stopped before its end ("" where it is finished)."""

    run: RunFolder
    stopped: str


@dataclass(frozen=True)
class Done:
    """A case that has been gone through; `asked` is false where only its judgement was missing."""

    record: Record
    judgement: Judgement | None
    scores: Scores
    asked: bool


Confirm = Callable[[Estimate], bool]
Watch = Callable[[Step], None]


def run(plan: Plan, confirm: Confirm, watch: Watch = lambda _: None) -> RunOutcome:
    """Runs a plan, or goes on with it. `confirm` is asked before a model is.

    Ctrl-C and whatever else ends it leaves the finished cases kept. Raises `EvaluationError`.
    """
    if not plan.cases:
        raise EvaluationError(
            f"{plan.suite.name} has no such case: see --tag and --held-out, or its cases.jsonl."
        )
    with ExitStack() as stack:
        replies = Replies(plan.runs / REPLIES)
        stack.callback(replies.close)
        answering = Metered(replies, "replay" if plan.offline else "record")
        advising = Metered(replies, "replay" if plan.offline else "reuse")
        stack.callback(answering.close)
        stack.callback(advising.close)
        library = stack.enter_context(open_library(plan.suite, plan.settings, answering))
        made = manifest(plan, library)
        folder = _folder(plan, made)
        begun = folder.path.exists()
        if begun:
            stack.callback(folder.lock().release)
        kept = folder.records() if begun else {}
        pending = [case for case in plan.cases if case.id not in kept or kept[case.id].error]
        expected = None if plan.offline else estimate(library, plan.settings, plan.judge, pending)
        if expected and not confirm(expected):
            return RunOutcome(folder, "not begun")
        if not begun:
            folder.begin(made, plan.suite, plan.cases)
            stack.callback(folder.lock().release)
        folder.mend()
        judge = AnswerGrader(plan.judge, plan.settings, advising) if plan.judge.model else None
        stopped = _Work(plan, folder, library, answering, judge, made, kept).through(pending, watch)
        _keep_papers(folder, library)
        if not stopped:
            folder.write({**folder.manifest(), "finished": now()})
        return RunOutcome(folder, stopped)


class _Work:
    """Going through the cases that are left."""

    def __init__(
        self,
        plan: Plan,
        folder: RunFolder,
        library: Assistant,
        meter: Metered,
        judge: AnswerGrader | None,
        made: dict[str, Any],
        kept: dict[str, Record],
    ) -> None:
        self._plan = plan
        self._folder = folder
        self._library = library
        self._meter = meter
        self._judge = judge
        self._produced = {key: value for key, value in made.items() if key not in ("started", "suite_title")}
        self._kept = kept
        self._spent = Spent(plan.settings.llm, plan.judge, plan.cap, plan.cap_tokens)
        self._failures = 0
        self._means: dict[str, list[float]] = {}

    def through(self, pending: Sequence[Case], watch: Watch) -> str:
        """Answers and judges the pending cases, and judges those kept that have not been; why it stopped, or ""."""
        judged = self._folder.judgements()
        for record in self._kept.values():
            self._spent.answered(record)
        for judgement in judged.values():
            self._spent.judged(judgement)
        if self._judge:
            wanted = {case.id for case in pending} | (self._kept.keys() - judged.keys())
            pending = [case for case in self._plan.cases if case.id in wanted]
        total = len(self._plan.cases)
        finished, stopped = total - len(pending), ""
        for done in self._one_by_one(iter(pending)):
            self._keep(done)
            finished += 1
            watch(Step(finished, total, self._running(done.scores)))
            self._failures = self._failures + 1 if done.record.error.startswith("Model") else 0
            stopped = stopped or self._over(done)
        return stopped or (self._spent.over() if finished < total else "")

    def _over(self, done: Done) -> str:
        if self._failures >= _FAILURES:
            return f"{_FAILURES} cases in a row failed, the last with {done.record.error}"
        return ""

    def _one_by_one(self, left: Iterator[Case]) -> Iterator[Done]:
        """Cases as they finish; none is begun any more once the cap is reached or the model fails again and again."""
        workers = self._workers()
        with ThreadPoolExecutor(workers) as pool:
            going: set[Future[Done]] = set()
            try:
                while True:
                    while len(going) < workers and not self._spent.over() and self._failures < _FAILURES:
                        case = next(left, None)
                        if case is None:
                            break
                        going.add(pool.submit(self._case, case))
                    if not going:
                        return
                    finished, going = wait(going, return_when=FIRST_COMPLETED)
                    for future in finished:
                        yield future.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _workers(self) -> int:
        # Quotes keep a processor busy; models are waited for.
        return self._plan.workers or (8 if self._plan.settings.llm.model or self._judge else 2)

    def _case(self, case: Case) -> Done:
        kept = self._kept.get(case.id)
        asked = kept is None or bool(kept.error)
        record = ask(self._library, case, self._meter, self._produced) if kept is None or kept.error else kept
        checks = dict(record.checks)
        scores = score(case, record, supporting(self._library, checks), Prices())
        record = record.with_checks(checks)
        judgement = self._judge.judge(case, record) if self._judge else None
        return Done(record, judgement, scores, asked)

    def _keep(self, done: Done) -> None:
        if done.asked:
            self._folder.append(RECORDS, done.record.to_json())
            self._spent.answered(done.record)
        if done.judgement:
            self._folder.append(JUDGED, done.judgement.to_json())
            self._spent.judged(done.judgement)

    def _running(self, scores: Scores) -> dict[str, float]:
        for name in WATCHED:
            value, weight = scores.get(name, (0.0, 0.0))
            if weight:
                self._means.setdefault(name, []).append(value)
        return {name: sum(values) / len(values) for name, values in self._means.items()}


def _folder(plan: Plan, made: dict[str, Any]) -> RunFolder:
    """The run to go on with, or a new one."""
    plan.runs.mkdir(parents=True, exist_ok=True)
    wanted = fingerprint(made)
    if plan.name:
        return _named(RunFolder(plan.runs / plan.name), made)
    for folder in reversed(all_runs(plan.runs)):
        there = folder.manifest()
        if fingerprint(there) == wanted and "finished" not in there:
            return folder
    base = f"{plan.suite.name}-{datetime.now():%Y%m%d-%H%M%S}"
    names = [base, *(f"{base}-{n}" for n in range(2, 100))]
    return RunFolder(next(plan.runs / name for name in names if not (plan.runs / name).exists()))


def _named(folder: RunFolder, made: dict[str, Any]) -> RunFolder:
    if not folder.path.exists():
        return folder
    there = folder.manifest()
    if fingerprint(there) != fingerprint(made):
        raise EvaluationError(f"{folder.path} was made with {differences(there, made)}: give another --name.")
    if "finished" in there:
        raise EvaluationError(
            f"{folder.path} is finished: `python -m evals report {folder.name}` shows it; give another --name."
        )
    return folder


def _keep_papers(folder: RunFolder, library: Assistant) -> None:
    """The papers that answers found, once each."""
    there = set(folder.papers())
    found = {p.paper_id for r in folder.records().values() if r.answer for p in r.answer.passages}
    for paper_id in sorted(found - there):
        folder.append(PAPERS, library.paper(paper_id).to_json())
