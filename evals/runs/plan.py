"""What a run will do, as a value; its manifest."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from assistant import Assistant, Settings, __version__
from assistant.core.settings import shown
from assistant.llm.provenance import provenance
from evals.cases.custom_metrics import OwnMetric
from evals.cases.settings import JudgeSettings, judge_settings, overridden
from evals.cases.support import JUDGE, RULES
from evals.errors import EvaluationError
from evals.suites.suite import Case, Suite
from evals.systems.adapters import OURS, name_of

HERE = Path(__file__).resolve().parent.parent.parent
PRODUCING = ("assistant", "prompts", "evals/cases", "evals/metrics")
# What may differ between the two halves of a run that was interrupted.
INCIDENTAL = ("started", "finished", "suite_title", "offline", "git_commit")


@dataclass(frozen=True)
class Plan:
    """A suite's chosen cases, the settings and the judge, and the folder of the runs.

    `system` is what answers: "" for this assistant, or what `open_system` takes. `verifier` decides whether citations support
    sentences. `prompts` are files in place of the program's. `cases` hold each repetition as a case of its own. No case is started after `cap` money or `cap_tokens` tokens are spent (None: no cap). `offline` asks no endpoint and
    uses the stored replies.
    """

    suite: Suite
    cases: tuple[Case, ...]
    settings: Settings
    judge: JudgeSettings
    runs: Path
    name: str = ""
    system: Any = OURS
    verifier: str = RULES
    metrics: tuple[OwnMetric, ...] = ()
    prompts: Mapping[str, Path] = field(default_factory=dict)
    workers: int = 0
    offline: bool = False
    cap: float | None = None
    cap_tokens: int | None = None


def planned(
    suite: Suite,
    changes: Mapping[str, Any],
    *,
    tags: Sequence[str] = (),
    held_out: bool = False,
    limit: int = 0,
    repeat: int = 1,
    metrics: Sequence[OwnMetric] = (),
    settings: Settings | None = None,
    **options: Any,
) -> Plan:
    """Return a plan: which cases, and the user's settings (or those given), changed by the suite's and by `changes`.

    `options` are fields of `Plan`. Raises `EvaluationError` naming a key of `changes` that is no setting, and if money is
    capped that nobody has a price of.
    """
    judge = judge_settings(changes)
    changed = overridden(settings or Settings.load(), suite.manifest.settings, changes)
    prices = (changed.llm.input_price, changed.llm.output_price, judge.input_price, judge.output_price)
    if options.get("cap") is not None and not any(prices):
        raise EvaluationError(
            "--cap needs prices: --set llm.input_price=... --set llm.output_price=... (for a million tokens); or use "
            "--cap-tokens."
        )
    chosen = sampled(suite.chosen(held_out=held_out, tags=tags), limit)
    ids = {case.id for case in chosen}
    # A case whose other wordings were not chosen stands alone.
    alone = (c if not c.same_as or c.same_as in ids else c.model_copy(update={"same_as": ""}) for c in chosen)
    cases = repeated(tuple(alone), repeat)
    return Plan(suite, cases, changed, judge, metrics=tuple(metrics), **options)


def repeated(cases: Sequence[Case], times: int) -> tuple[Case, ...]:
    """Return all cases as often as said. Repetitions have ids of their own, and name the case that they repeat."""
    copies = (
        case.model_copy(update={"id": f"{case.id}~{n}", "repeats": case.id, "same_as": ""})
        for n in range(2, times + 1)
        for case in cases
    )
    return (*cases, *copies)


def sampled(cases: Sequence[Case], limit: int) -> tuple[Case, ...]:
    """Return at most `limit` of the cases, evenly spread; 0 for all."""
    if not limit or limit >= len(cases):
        return tuple(cases)
    return tuple(cases[place * len(cases) // limit] for place in range(limit))


def produced_by(plan: Plan) -> dict[str, Any]:
    """Return what produces the answers, as far as it is known before the library is open."""
    return {
        "suite": plan.suite.name,
        "suite_title": plan.suite.manifest.title,
        "suite_digest": plan.suite.digest,
        "cases": hashlib.sha256("\n".join(case.id for case in plan.cases).encode()).hexdigest()[:16],
        "settings": shown(plan.settings),
        "judge": shown(plan.judge) if plan.judge.model else None,
        "system": name_of(plan.system),
        "verifier": f"{JUDGE} {plan.judge.model}" if plan.verifier == JUDGE else plan.verifier,
        "metrics": [metric.spec for metric in plan.metrics],
        "assistant": __version__,
        "code": code(),
        "git_commit": git_commit(),
    }


def manifest(plan: Plan, library: Assistant) -> dict[str, Any]:
    """Return the content of a new run's run.json."""
    return {**produced_by(plan), "offline": plan.offline, **provenance(library.papers()), "started": now()}


def code() -> str:
    """Return a digest of the code and the prompts that figures depend on. A change of a guide or a test is none of it."""
    digest = hashlib.sha256()
    for folder in PRODUCING:
        for path in sorted((HERE / folder).rglob("*")):
            if path.suffix in (".py", ".md", ".json", ".toml"):
                digest.update(path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def git_commit() -> str:
    """Return this checkout's commit, with "+" if anything is changed in it; "" without git."""

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=HERE, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    try:
        return git("rev-parse", "HEAD")[:12] + "+" * bool(git("diff", "HEAD", "--name-only"))
    except (OSError, subprocess.CalledProcessError):
        return ""


def fingerprint(manifest: dict[str, Any]) -> str:
    """Return a digest of everything in a manifest that figures depend on."""
    relevant = {key: value for key, value in manifest.items() if key not in INCIDENTAL}
    return hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest()[:16]


def flat(data: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return what is in a manifest as texts by name; settings by their keys: "retrieval.k"."""
    texts: dict[str, str] = {}
    for key, value in data.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            texts |= flat(value, "" if name == "settings" else f"{name}.")
        else:
            texts[name] = str(value)
    return texts


class Change(NamedTuple):
    """An entry in which two manifests differ."""

    name: str
    before: str
    after: str


def changed(
    one: Mapping[str, Any], two: Mapping[str, Any], besides: Sequence[str] = INCIDENTAL
) -> list[Change]:
    """Return where two manifests differ; what one lacks is "-" there."""
    left, right = flat(one), flat(two)
    return [
        Change(name, left.get(name, "-"), right.get(name, "-"))
        for name in dict.fromkeys([*left, *right])
        if left.get(name) != right.get(name) and name not in besides
    ]


def now() -> str:
    """Return the time in UTC, in ISO format to the microsecond: runs of one sweep may begin in the same second."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
