"""Settings of a run: the user's, the suite's, then `--set`. Those of the judge are separate."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, Field, SecretStr, ValidationError

from assistant import Settings
from assistant.core.json_values import first_error
from assistant.core.settings import LLMSettings
from evals.errors import EvaluationError

Read = TypeVar("Read", bound=BaseModel)
JUDGE = "judge"
JUDGE_KEY = "EVALS_JUDGE_API_KEY"


class JudgeSettings(LLMSettings):
    """The model that judges answers, independent of the one that writes them. Without a name nobody judges."""

    timeout: float = Field(60, gt=0, le=3600)


def parse(pairs: Sequence[str]) -> dict[str, Any]:
    """Read "key=value" texts, whose values are YAML. Raises `EvaluationError`."""
    values: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or "." not in key:
            raise EvaluationError(f"--set {pair}: write SECTION.KEY=VALUE, as in --set retrieval.k=5.")
        try:
            values[key.strip()] = yaml.safe_load(value) if value.strip() else ""
        except yaml.YAMLError as exc:
            raise EvaluationError(f"--set {pair}: the value is not valid YAML; put it in quotes.") from exc
    return values


def overridden(settings: Settings, *changes: Mapping[str, Any]) -> Settings:
    """Return the settings with keys like "retrieval.k" changed; later changes win.

    Those of the judge are left out. Raises `EvaluationError` naming the key.
    """
    data = settings.model_dump(exclude={"api_key"})
    for key, value in (item for change in changes for item in change.items()):
        section, _, name = key.partition(".")
        if section == JUDGE:
            continue
        if section not in data or name not in data[section]:
            raise EvaluationError(
                f"{key} is not a setting: `assistant config` lists them; those of the judge begin with judge."
            )
        data[section][name] = value
    return _validated(Settings, {**data, "api_key": settings.api_key})


def judge_settings(changes: Mapping[str, Any]) -> JudgeSettings:
    """Read the judge's settings from keys like "judge.model". Raises `EvaluationError` naming the key."""
    values = {key.partition(".")[2]: value for key, value in changes.items() if key.startswith(f"{JUDGE}.")}
    return _validated(JudgeSettings, values)


def as_settings(judge: JudgeSettings, answering: Settings) -> Settings:
    """Return settings whose model is the judge.

    Its key is $EVALS_JUDGE_API_KEY. The answering model's key is used only if the judge is at the same endpoint.
    """
    key = os.environ.get(JUDGE_KEY, "")
    if not key and judge.base_url == answering.llm.base_url:
        key = answering.api_key.get_secret_value()
    return Settings.model_validate({"llm": judge.model_dump(), "api_key": SecretStr(key)})


def _validated(kind: type[Read], data: dict[str, Any]) -> Read:
    try:
        return kind.model_validate(data)
    except ValidationError as exc:
        prefix = f"{JUDGE}." if kind is JudgeSettings else ""
        raise EvaluationError(f"{prefix}{first_error(exc)}.") from exc
