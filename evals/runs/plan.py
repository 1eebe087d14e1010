"""What a run will do, as a value; its manifest."""

from __future__ import annotations

import hashlib
import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant import Assistant, Settings, __version__
from assistant.llm.provenance import provenance
from evals.cases.ask import VERIFIER
from evals.cases.settings import JudgeSettings
from evals.suites.suite import Case, Suite

HERE = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Plan:
    """A suite's chosen cases, the settings and the judge, and the folder of the runs.

    No case is started after `cap` money or `cap_tokens` tokens are spent (None: no cap). `offline` asks no endpoint and
    uses the stored replies.
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


def produced_by(plan: Plan) -> dict[str, Any]:
    """Return what produces the answers, as far as it is known before the library is open."""
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


def manifest(plan: Plan, library: Assistant) -> dict[str, Any]:
    """Return the content of a new run's run.json."""
    return {
        **produced_by(plan),
        "offline": plan.offline,
        **provenance(library.papers()),
        "started": now(),
    }


def git_commit() -> str:
    """Return this checkout's commit, with "+" and a digest of uncommitted changes if there are any; "" without git."""
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


def fingerprint(manifest: dict[str, Any]) -> str:
    """Return a digest of everything in a manifest that figures depend on."""
    relevant = {
        k: v for k, v in manifest.items() if k not in ("started", "finished", "suite_title", "offline")
    }
    return hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest()[:16]


def differences(one: dict[str, Any], two: dict[str, Any]) -> str:
    """Name the keys in which two manifests differ: "other settings, git_commit"."""
    keys = [k for k in two if one.get(k) != two[k] and k not in ("started", "suite_title", "offline")]
    return "other " + ", ".join(keys)


def now() -> str:
    """Return the time in UTC, in ISO format to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
