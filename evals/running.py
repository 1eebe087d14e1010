"""Suite + settings -> a run: cases at the same time, each kept when finished, so that a killed run goes on.

The same command goes on with a run that is not finished; what a run was made with is in its run.json, and a run is
only gone on with where all of that is the same.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant import Assistant, Settings, __version__
from assistant.errors import EvaluationError
from evals.asking import VERIFIER, ask, supporting
from evals.folder import JUDGED, PAPERS, RECORDS, RunFolder, all_runs
from evals.judging import Judge, Judgement
from evals.libraries import open_library
from evals.metrics.cost import money
from evals.options import JudgeSettings
from evals.record import Record, tokens
from evals.replies import Metered, Replies
from evals.scoring import Prices, Scores, score
from evals.spending import Estimate, estimate
from evals.suite import Case, Suite

REPLIES = Path("replies") / "replies.sqlite"
HERE = Path(__file__).resolve().parent.parent
_FAILURES = 3


@dataclass(frozen=True)
class Plan:
    """What is to be run: a suite's chosen cases, with which settings and judge, and where it is kept.

    `cap` is the money after which no case is begun, `cap_tokens` the same in tokens (None: no cap). `offline` asks no
    endpoint, and takes the replies that are kept.
    """

    suite: Suite
    cases: tuple[Case, ...]
    settings: Settings
    judge: JudgeSettings
    runs: Path
    name: str = ""
    workers: int = 0
    offline: bool = False
    cap: float | None = None
    cap_tokens: int | None = None


@dataclass(frozen=True)
class Step:
    """Progress: cases finished of all, and the means so far of what is worth watching."""

    done: int
    total: int
    means: dict[str, float]


@dataclass(frozen=True)
class Outcome:
    """A run, and why it stopped before its end ("" where it is finished)."""

    run: RunFolder
    stopped: str


Confirm = Callable[[Estimate], bool]
Watch = Callable[[Step], None]


def run(plan: Plan, confirm: Confirm, watch: Watch = lambda _: None) -> Outcome:
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
        meter = Metered(replies, "replay" if plan.offline else "record")
        library = stack.enter_context(open_library(plan.suite, plan.settings, meter))
        manifest = _manifest(plan, library)
        folder = _folder(plan, manifest)
        lock = folder.lock() if folder.path.exists() else None
        if lock:
            stack.callback(lock.release)
        kept = folder.records() if lock else {}
        pending = [case for case in plan.cases if case.id not in kept or kept[case.id].error]
        expected = None if plan.offline else estimate(library, plan.settings, plan.judge, pending)
        if expected and not confirm(expected):
            return Outcome(folder, "not begun")
        if lock is None:
            folder.begin(manifest, plan.suite, plan.cases)
            stack.callback(folder.lock().release)
        folder.mend()
        judge = None
        if plan.judge.model:
            advising = Metered(replies, "replay" if plan.offline else "reuse")
            judge = Judge(plan.judge, plan.settings, advising)
        work = _Work(plan, folder, library, meter, judge, manifest, watch)
        stopped = work.through(pending, kept)
        _keep_papers(folder, library)
        if not stopped:
            folder.write({**folder.manifest(), "finished": _now()})
        return Outcome(folder, stopped)


class _Work:
    """Going through the cases that are left."""

    def __init__(
        self,
        plan: Plan,
        folder: RunFolder,
        library: Assistant,
        meter: Metered,
        judge: Judge | None,
        manifest: dict[str, Any],
        watch: Watch,
    ) -> None:
        self._plan = plan
        self._folder = folder
        self._library = library
        self._meter = meter
        self._judge = judge
        self._produced = {k: v for k, v in manifest.items() if k not in ("started", "suite_title")}
        self._watch = watch
        self._means: dict[str, list[float]] = {}

    def through(self, pending: Sequence[Case], kept: dict[str, Record]) -> str:
        """Answers and judges the pending cases, and judges the kept ones that have not been; why it stopped, or ""."""
        spent = _Spent(self._plan)
        for record in kept.values():
            spent.answered(record)
        judged = self._folder.judgements()
        for earlier in judged.values():
            spent.judged(earlier)
        if self._judge:
            wanted = {case.id for case in pending} | (kept.keys() - judged.keys())
            pending = [case for case in self._plan.cases if case.id in wanted]
        done, failures, stopped = len(self._plan.cases) - len(pending), 0, ""
        left = iter(pending)
        with ThreadPoolExecutor(self._workers()) as pool:
            going: set[Future[tuple[Case, Record, Judgement | None, Scores]]] = set()
            try:
                while True:
                    while not stopped and len(going) < self._workers():
                        stopped = spent.over()
                        case = None if stopped else next(left, None)
                        if case is None:
                            break
                        going.add(pool.submit(self._case, case, kept.get(case.id)))
                    if not going:
                        return stopped
                    finished, going = wait(going, return_when=FIRST_COMPLETED)
                    for future in finished:
                        case, record, judgement, scores = future.result()
                        self._keep(record, judgement, fresh=record is not kept.get(case.id))
                        spent.answered(record)
                        if judgement:
                            spent.judged(judgement)
                        done += 1
                        self._watch(Step(done, len(self._plan.cases), self._running(scores)))
                        failures = failures + 1 if record.error.startswith("Model") else 0
                        if failures >= _FAILURES:
                            stopped = f"{_FAILURES} cases in a row failed, the last with {record.error}"
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _workers(self) -> int:
        # Quotes keep a processor busy; models are waited for.
        return self._plan.workers or (8 if self._plan.settings.llm.model or self._judge else 2)

    def _case(self, case: Case, kept: Record | None) -> tuple[Case, Record, Judgement | None, Scores]:
        record = kept if kept and not kept.error else self._asked(case)
        checks = dict(record.checks)
        scores = score(case, record, supporting(self._library, checks), Prices())
        if record is not kept:
            record = record.with_checks(checks)
        judgement = self._judge.judge(case, record) if self._judge else None
        return case, record, judgement, scores

    def _asked(self, case: Case) -> Record:
        return ask(self._library, case, self._meter, self._produced)

    def _keep(self, record: Record, judgement: Judgement | None, *, fresh: bool) -> None:
        if fresh:
            self._folder.append(RECORDS, record.to_json())
        if judgement:
            self._folder.append(JUDGED, judgement.to_json())

    def _running(self, scores: Scores) -> dict[str, float]:
        for name in ("right_paper", "key_fact_recall", "refusal_recall"):
            value, weight = scores.get(name, (0.0, 0.0))
            if weight:
                self._means.setdefault(name, []).append(value)
        return {name: sum(values) / len(values) for name, values in self._means.items()}


class _Spent:
    """Money and tokens so far, against the caps."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._money = 0.0
        self._tokens = 0

    def answered(self, record: Record) -> None:
        llm = self._plan.settings.llm
        self._add(*tokens([c for c in record.calls if not c.replayed]), llm.input_price, llm.output_price)

    def judged(self, judgement: Judgement) -> None:
        judge = self._plan.judge
        self._add(judgement.sent, judgement.received, judge.input_price, judge.output_price)

    def _add(self, sent: int, received: int, input_price: float, output_price: float) -> None:
        self._money += money(sent, received, input_price, output_price)
        self._tokens += sent + received

    def over(self) -> str:
        """Why no further case may begin, or ""."""
        if self._plan.cap is not None and self._money >= self._plan.cap:
            return f"the cap of {self._plan.cap:g} is reached: {self._money:.4f} spent"
        if self._plan.cap_tokens is not None and self._tokens >= self._plan.cap_tokens:
            return f"the cap of {self._plan.cap_tokens:,} tokens is reached: {self._tokens:,} used"
        return ""


def produced(plan: Plan) -> dict[str, Any]:
    """What answers are produced by, as far as it is known before the library is open."""
    return {
        "suite": plan.suite.name,
        "suite_title": plan.suite.manifest.title,
        "suite_digest": plan.suite.digest,
        "cases": hashlib.sha256("\n".join(case.id for case in plan.cases).encode()).hexdigest()[:16],
        "settings": plan.settings.model_dump(mode="json", exclude={"api_key"}),
        "judge": plan.judge.model_dump(mode="json") if plan.judge.model else None,
        "verifier": VERIFIER,
        "assistant": __version__,
        "git_commit": git_commit(),
    }


def _manifest(plan: Plan, library: Assistant) -> dict[str, Any]:
    return {
        **produced(plan),
        "offline": plan.offline,
        **library.provenance(),
        "started": _now(),
    }


def git_commit() -> str:
    """The commit of this checkout; behind a "+" a digest of how files differ from it; "" outside a checkout."""
    try:
        head = _git("rev-parse", "HEAD")
        changed = _git("diff", "HEAD")
    except (OSError, subprocess.CalledProcessError):
        return ""
    return head[:12] + (f"+{hashlib.sha256(changed.encode()).hexdigest()[:6]}" if changed else "")


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=HERE, check=True, capture_output=True, text=True
    ).stdout.strip()


def _folder(plan: Plan, manifest: dict[str, Any]) -> RunFolder:
    """The run to go on with, or a new one."""
    plan.runs.mkdir(parents=True, exist_ok=True)
    wanted = fingerprint(manifest)
    if plan.name:
        folder = RunFolder(plan.runs / plan.name)
        if not folder.path.exists():
            return folder
        there = folder.manifest()
        if fingerprint(there) != wanted:
            raise EvaluationError(
                f"{folder.path} was made with {_differences(there, manifest)}: give another --name."
            )
        if "finished" in there:
            raise EvaluationError(
                f"{folder.path} is finished: `python -m evals report {plan.name}` shows it."
            )
        return folder
    for folder in reversed(all_runs(plan.runs)):
        there = folder.manifest()
        if fingerprint(there) == wanted and "finished" not in there:
            return folder
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    base = f"{plan.suite.name}-{stamp}"
    names = [base, *(f"{base}-{n}" for n in range(2, 100))]
    return RunFolder(next(plan.runs / name for name in names if not (plan.runs / name).exists()))


def fingerprint(manifest: dict[str, Any]) -> str:
    """A digest of all in a manifest that figures depend on."""
    own = {k: v for k, v in manifest.items() if k not in ("started", "finished", "suite_title", "offline")}
    return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:16]


def _differences(one: dict[str, Any], two: dict[str, Any]) -> str:
    keys = [k for k in two if one.get(k) != two[k] and k not in ("started", "suite_title", "offline")]
    return "other " + ", ".join(keys)


def _keep_papers(folder: RunFolder, library: Assistant) -> None:
    """The papers that answers found, once each."""
    there = set(folder.papers())
    found = {p.paper_id for r in folder.records().values() if r.answer for p in r.answer.passages}
    for paper_id in sorted(found - there):
        folder.append(PAPERS, library.paper(paper_id).to_json())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
