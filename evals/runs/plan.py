"""Plan: what is to be run. Manifest: what a run was made with, and whether another is made with the same."""

from __future__ import annotations

import hashlib
import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant import Assistant, Settings, __version__
from evals.cases.ask import VERIFIER
from evals.cases.settings import JudgeSettings
from evals.suites.suite import Case, Suite

HERE = Path(__file__).resolve().parent.parent.parent


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


def manifest(plan: Plan, library: Assistant) -> dict[str, Any]:
    return {
        **produced(plan),
        "offline": plan.offline,
        **library.provenance(),
        "started": now(),
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


def fingerprint(manifest: dict[str, Any]) -> str:
    """A digest of all in a manifest that figures depend on."""
    own = {k: v for k, v in manifest.items() if k not in ("started", "finished", "suite_title", "offline")}
    return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:16]


def differences(one: dict[str, Any], two: dict[str, Any]) -> str:
    keys = [k for k in two if one.get(k) != two[k] and k not in ("started", "suite_title", "offline")]
    return "other " + ", ".join(keys)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
