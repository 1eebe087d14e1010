"""Errors of the evaluation."""

from __future__ import annotations

from assistant import AssistantError


class EvaluationError(AssistantError):
    """An evaluation suite or a stored run is missing or malformed."""
