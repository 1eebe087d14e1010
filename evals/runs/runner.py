"""Run the cases of a plan. Several at the same time, each stored when finished.

The same command continues an unfinished run, if everything that its run.json says about its making is still the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import Any

from assistant import Assistant, AssistantError
from assistant.core.errors import ModelInterrupted
from evals.cases.ask import ask
from evals.cases.judge import AnswerGrader, Judgement
from evals.cases.record import Record
from evals.cases.recorded_calls import Metered, open_replies
from evals.cases.score import Scores, score
from evals.cases.support import JUDGE, Verifier, remembering, verifier_of
from evals.errors import EvaluationError
from evals.runs.budget import Estimate, Spent, estimate
from evals.runs.folder import JUDGED, PAPERS, RECORDS, RunFolder, all_runs
from evals.runs.library import open_library
from evals.runs.plan import Plan, changed, fingerprint, manifest, now
from evals.runs.prompts import own_prompts
from evals.suites.suite import Case
from evals.systems.adapters import open_system
from evals.systems.reply import System

REPLIES = Path("replies") / "replies.sqlite"
WATCHED = ("right_paper", "key_fact_recall", "refusal_recall")
# Failures of a model in a row after which a run stops: they are no accident, and each may have waited for a time-out.
_FAILURES = 3


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


Watch = Callable[[int, int, Mapping[str, float]], None]
"""Is told how many cases are finished of how many, and the means so far of the metrics in WATCHED."""


def expected(plan: Plan) -> Estimate | None:
    """Estimate what a plan will cost, with all of its cases; None if it asks no model. Raises `EvaluationError`."""
    if plan.offline or not (plan.settings.llm.model or plan.judge.model):
        return None
    with open_library(plan.suite, plan.settings) as library:
        return estimate(library, plan.settings, plan.judge, plan.cases, verified=plan.verifier == JUDGE)


def run(plan: Plan, watch: Watch = lambda *_: None, spent: Spent | None = None) -> RunOutcome:
    """Execute a plan, or continue its unfinished run.

    `spent` counts what several runs cost together, in place of the plan's own caps. Finished cases stay stored, however the
    run ends. Raises `EvaluationError`, also if a case names a paper that the library does not have.
    """
    if not plan.cases:
        raise EvaluationError(
            f"{plan.suite.name} has no case of this choice: change --tag or --held-out, or see its cases.jsonl."
        )
    with ExitStack() as stack:
        stack.enter_context(own_prompts(plan.prompts))
        replies = stack.enter_context(closing(open_replies(plan.runs / REPLIES)))
        answering = stack.enter_context(Metered(replies, "replay" if plan.offline else "record"))
        advising = stack.enter_context(Metered(replies, "replay" if plan.offline else "reuse"))
        library = stack.enter_context(open_library(plan.suite, plan.settings, answering))
        _check_papers(plan, library)
        made_with = manifest(plan, library)
        folder = _folder(plan, made_with)
        judge = AnswerGrader(plan.judge, plan.settings, advising) if plan.judge.model else None
        system = open_system(plan.system, library, plan.cases, answering)
        verifier = verifier_of(plan.verifier, library, judge.model if judge else None)
        if not folder.path.exists():
            folder.begin(made_with, plan.suite, plan.cases)
        stack.callback(folder.lock().release)
        folder.repair()
        work = _Work(
            plan,
            folder,
            system,
            verifier,
            judge,
            answering,
            advising,
            spent or Spent(plan.cap, plan.cap_tokens),
        )
        stopped = work.run(watch)
        _store_papers(folder, library)
        if not stopped:
            folder.write({**folder.manifest(), "finished": now()})
        return RunOutcome(folder, stopped)


@dataclass
class _Work:
    """The cases of a run that are not finished. `answering` meters the system's calls, `advising` those of verifier and judge."""

    plan: Plan
    folder: RunFolder
    system: System
    verifier: Verifier
    judge: AnswerGrader | None
    answering: Metered
    advising: Metered
    spent: Spent
    failures: int = 0
    seen: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.records = self.folder.records()
        made_with = self.folder.manifest().items()
        self.produced = {key: value for key, value in made_with if key not in ("started", "suite_title")}

    def run(self, watch: Watch) -> str:
        """Answer and judge what is not yet answered or judged. Return why it stopped, or ""."""
        judged = self.folder.judgements()
        for record in self.records.values():
            self.spent.answered(record, self.plan.settings.llm, self.plan.judge)
        for judgement in judged.values():
            self.spent.judged(judgement, self.plan.judge)
        done = {
            i for i, record in self.records.items() if not record.error and (i in judged or not self.judge)
        }
        pending = [case for case in self.plan.cases if case.id not in done]
        total = len(self.plan.cases)
        finished, stopped = total - len(pending), ""
        for completed in self._one_by_one(iter(pending)):
            self._store(completed)
            finished += 1
            watch(finished, total, self._means(completed.scores))
            error = completed.record.error
            # A reply that broke off says nothing about the next one.
            of_one_reply = error.startswith(f"{ModelInterrupted.__name__}:")
            self.failures = self.failures + 1 if error and not of_one_reply else 0
            if self.failures == _FAILURES:
                stopped = f"{_FAILURES} cases in a row failed, the last with {error}"
        return stopped or (self.spent.over() if finished < total else "")

    def _one_by_one(self, left: Iterator[Case]) -> Iterator[CompletedCase]:
        """Yield cases as they finish. None is started after the cap is reached or the model has failed several times."""
        # Quoting keeps a processor busy; a model only has to be waited for.
        workers = self.plan.workers or (8 if self.plan.settings.llm.model or self.judge else 2)
        with ThreadPoolExecutor(workers) as pool:
            running: set[Future[CompletedCase]] = set()
            try:
                while True:
                    going_on = not self.spent.over() and self.failures < _FAILURES
                    more = islice(left, workers - len(running) if going_on else 0)
                    running |= {pool.submit(self._case, case) for case in more}
                    if not running:
                        return
                    finished, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in finished:
                        yield future.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _case(self, case: Case) -> CompletedCase:
        record = self.records.get(case.id)
        asked = record is None or bool(record.error)
        if record is None or record.error:
            record = ask(self.system, case, self.answering, self.produced)
        checks = record.checked()
        with self.advising.metering() as calls:
            supports = remembering(checks, self.verifier.level)
            try:
                scores = score(case, record, supports, self.plan.settings.llm, self.plan.verifier)
            except AssistantError as exc:
                # A judge that cannot be reached is no judge that doubts: the case is asked again.
                scores, error = {}, f"{type(exc).__name__}: {exc}"
                record = replace(record, answer=None, error=error)
        record = record.with_checks(checks, calls)
        judgement = self.judge.judge(case, record) if self.judge else None
        return CompletedCase(record, judgement, scores, asked)

    def _store(self, done: CompletedCase) -> None:
        if done.asked:
            self.folder.append(RECORDS, done.record)
            self.spent.answered(done.record, self.plan.settings.llm, self.plan.judge)
        if done.judgement:
            self.folder.append(JUDGED, done.judgement)
            self.spent.judged(done.judgement, self.plan.judge)

    def _means(self, scores: Scores) -> dict[str, float]:
        for name in WATCHED:
            value, weight = scores.get(name, (0.0, 0.0))
            if weight:
                self.seen[name].append(value)
        return {name: fmean(values) for name, values in self.seen.items()}


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
        differing = ", ".join(name for name, _, _ in changed(stored, made_with))
        raise EvaluationError(f"{folder.path} was made with other {differing}: give another --name.")
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
