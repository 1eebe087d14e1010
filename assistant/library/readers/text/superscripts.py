"""Superscripts and subscripts in Unicode where it has all of their characters, else with `^` and `_`."""

from __future__ import annotations

# A raised ring is the sign of degrees.
_RAISED = dict(zip("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ", strict=True)) | {"∘": "°", "°": "°", "′": "′"}
_LOWERED = dict(zip("0123456789+-−=()aeoxhklmnpst", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜ", strict=True))


def raised(text: str) -> str:
    """Return a superscript: `6` as `⁶`, `th` as `^th`, `a b` as `^(a b)`."""
    return _script(text.strip(), _RAISED, "^")


def lowered(text: str) -> str:
    """Return a subscript: `2` as `₂`, `max` as `_max`."""
    return _script(text.strip(), _LOWERED, "_")


def _script(text: str, letters: dict[str, str], mark: str) -> str:
    if not text:
        return ""
    if all(character in letters for character in text):
        return "".join(letters[character] for character in text)
    return f"{mark}{text}" if text.isalnum() or len(text) == 1 else f"{mark}({text})"
