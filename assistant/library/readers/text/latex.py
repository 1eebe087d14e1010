"""LaTeX to plain text: accents, symbols and simple maths as Unicode.

What a macro means that nobody knows is left open: its text stays and its name is reported.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from assistant.core.text.sanitize import single_spaced
from assistant.library.readers.text.latex_symbols import (
    ACCENTS,
    DROPPED_ARGUMENT,
    FRACTIONS,
    IN_MATHS,
    LOOKS,
    PREFIXES,
    symbols,
)
from assistant.library.readers.text.superscripts import lowered, raised

_TOKEN = re.compile(r"\\([A-Za-z]+)\*?[ \t\n]*|\\(.)|([{}$~^_]|---?|``|'')|[^\\{}$~^_\-`']+|.", re.S)
_NAMED = re.compile(r"\\([A-Za-z]+)")
# Text outside of formulas, in which a hyphen or an apostrophe alone is a letter like others.
_RUN = re.compile(r"(?:[^\\{}$~\-`']+|-(?!-)|'(?!')|`(?!`))+")
_NOTATION = ("\\", "{", "}", "$", "~", "--", "``", "''")
_DEEPEST = 100
_LONGEST_KNOWN = 40


@dataclass(frozen=True)
class Decoded:
    """Plain text, and the names of the macros in it that are not known."""

    text: str
    unknown: tuple[str, ...] = ()


def text_of(source: Any) -> Any:
    """Return LaTeX as text, as it stands where its braces are nested too deep; what is no text as it is."""
    try:
        return decode(source).text if isinstance(source, str) else source
    except RecursionError:
        return single_spaced(source)


def is_latex(source: str) -> bool:
    """Return whether a text has anything that `decode` may change besides white space."""
    # To look for each of them takes a quarter of the time of a pattern.
    return any(mark in source for mark in _NOTATION)


def decode(source: str) -> Decoded:
    """Return LaTeX as text in one line. Raises `RecursionError` where its braces are nested too deep."""
    if not is_latex(source):
        return Decoded(single_spaced(source))
    scanner = _Scanner(source)
    text = unicodedata.normalize("NFC", single_spaced(scanner.group("")))
    return Decoded(text.replace("\u00a0", " "), tuple(dict.fromkeys(scanner.unknown)))


def _formula(inner: str, depth: int) -> str | None:
    """Return what stands between dollar signs as text, or None where not all of it is known."""
    scanner = _Scanner(inner, maths=True, depth=depth)
    text = scanner.group("")
    unknown = scanner.unknown or "\\begin" in inner or "&" in inner.replace("\\&", "")
    return None if unknown else text


_known_formula = lru_cache(4_000)(_formula)


def _operand(text: str) -> str:
    """Return a part of a fraction, in brackets where it has parts of its own."""
    return text if re.fullmatch(r"[\w.]*", text) else f"({text})"


@dataclass
class _Scanner:
    """One pass over LaTeX. `maths` is whether the place is inside a formula."""

    source: str
    at: int = 0
    maths: bool = False
    depth: int = 0
    unknown: list[str] = field(default_factory=list)

    def group(self, end: str) -> str:
        """Return the text up to `end` (`}`, `$`, or "" for the end of the source), which is consumed."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise RecursionError("braces are nested too deep")
        parts: list[str] = []
        while True:
            if not self.maths and (run := _RUN.match(self.source, self.at)):
                parts.append(run[0])
                self.at = run.end()
            token = self._next()
            if token is None:
                break
            if end and token[0] == end:
                break
            parts.append(self._token_text(token))
        self.depth -= 1
        return "".join(parts)

    def _next(self) -> re.Match[str] | None:
        match = _TOKEN.match(self.source, self.at)
        if match:
            self.at = match.end()
        return match

    def _token_text(self, token: re.Match[str]) -> str:
        if token[1]:
            return self._macro(token)
        if token[2]:
            return self._sign(token[2])
        mark = token[3]
        if mark == "{":
            return self.group("}")
        if mark == "$":
            return self._formula()
        if mark in ("^", "_") and self.maths:
            return raised(self._argument()) if mark == "^" else lowered(self._argument())
        if self.maths:
            return {"~": " ", "}": "", "'": "′", "-": "-"}.get(token[0], token[0])
        return {"}": "", "~": " ", "--": "–", "---": "—", "``": "“", "''": "”"}.get(token[0], token[0])

    def _sign(self, sign: str) -> str:
        if sign in ACCENTS:
            return self._accented(sign)
        if sign in "([":
            return self._displayed(")" if sign == "(" else "]")
        return {
            ",": " ",
            ";": " ",
            ":": " ",
            "!": "",
            "-": "",
            "/": "",
            "\\": " ",
            ")": ")",
            "]": "]",
            "|": "‖",
        }.get(sign, sign)

    def _displayed(self, close: str) -> str:
        end = self.source.find("\\" + close, self.at)
        if end < 0:
            return "(" if close == ")" else "["
        inner, self.at = self.source[self.at : end], end + 2
        return self._maths(inner, f"${inner}$")

    def _formula(self) -> str:
        doubled = self.source.startswith("$", self.at)
        mark = "$$" if doubled else "$"
        start = self.at + len(mark) - 1
        end = self._formula_end(start, mark)
        if end < 0:
            return "$"
        inner, self.at = self.source[start:end], end + len(mark)
        return self._maths(inner, f"{mark}{inner}{mark}")

    def _formula_end(self, start: int, mark: str) -> int:
        """Return where a formula ends, or -1: as Pandoc reads it, "$5 and $6" is none."""
        if self.source[start : start + 1].isspace() and mark == "$":
            return -1
        end = self.source.find(mark, start)
        while end > 0:
            before, after = self.source[end - 1], self.source[end + 1 : end + 2]
            money = after.isdecimal() and self.source[start].isdecimal()
            if mark == "$$" or not (before in "\\$" or before.isspace() or money):
                return end
            if before != "\\":
                return -1
            end = self.source.find(mark, end + 1)
        return -1

    def _maths(self, inner: str, verbatim: str) -> str:
        """Return a formula as text where all of it is known, else as it stands."""
        # The same signs and units come again and again; longer formulas are rare, and would fill the memory.
        read = _known_formula if len(inner) <= _LONGEST_KNOWN else _formula
        text = read(inner, self.depth)
        return single_spaced(verbatim) if text is None else text

    def _macro(self, token: re.Match[str]) -> str:
        name, spaced = token[1], token[0][-1].isspace()
        if name in ACCENTS and not self.maths:
            return self._accented(name)
        if self.maths and name in IN_MATHS:
            return self._accented(IN_MATHS[name])
        if name in ("textsuperscript", "sp"):
            return raised(self._argument())
        if name in ("textsubscript", "sb"):
            return lowered(self._argument())
        if self.maths and name in FRACTIONS:
            return self._fraction(self.source[max(0, token.start() - 1) : token.start()])
        if name == "href":
            self._argument()
            return self._argument()
        if name in DROPPED_ARGUMENT:
            self._argument()
            return " "
        if name in LOOKS:
            return self._styled()
        shown = symbols().get(name, symbols().get(name.removeprefix("text")))
        if shown is not None:
            self.at += 2 if self.source.startswith("{}", self.at) else 0
            is_operator = shown[:1] != "|" and unicodedata.category(shown[:1] or " ") == "Sm"
            return self._set_apart(shown, token) if self.maths or is_operator else shown
        self.unknown.append(name)
        return self._unknown(name, spaced)

    def _set_apart(self, shown: str, macro: re.Match[str]) -> str:
        """Return a symbol of a formula with white space around it where the source has it, or its kind needs it.

        TeX sets operators and functions apart by itself, and no space behind a letter: "p ≤ 5", "n log n", "μm".
        """
        before, after = (
            self.source[max(0, macro.start() - 1) : macro.start()],
            self.source[self.at : self.at + 1],
        )
        spaced = macro[0][-1].isspace()
        if shown.isascii() and shown.isalpha() and len(shown) > 1:
            return (
                " " * (before.isalnum() or before == ")") + shown + " " * (after.isalnum() or after == "\\")
            )
        if not spaced or not after or after in "^_,.;)}":
            return shown
        is_operator = unicodedata.category(shown[0]) == "Sm" and shown not in PREFIXES
        if is_operator:
            return " " * (before.isalnum() or before in ")}") + f"{shown} "
        follows = _NAMED.match(self.source, self.at)
        is_letter = symbols().get(follows[1], "").isalpha() if follows else after.isalpha()
        return shown if is_letter else f"{shown} "

    def _fraction(self, before: str) -> str:
        """Return a fraction in one line: "1 1/2", and "(1/2)x" where a factor follows."""
        text = f"{_operand(self._argument())}/{_operand(self._argument())}"
        if self.source[self.at : self.at + 1].isalnum():
            text = f"({text})"
        return f" {text}" if before[-1:].isdecimal() else text

    def _styled(self) -> str:
        self._option()
        return self.group("}") if self._opens() else ""

    def _unknown(self, name: str, spaced: bool) -> str:
        self._option()
        parts = []
        while self._opens():
            parts.append(self.group("}"))
        return " ".join(parts) if parts else f"\\{name}" + (" " if spaced else "")

    def _option(self) -> None:
        if (
            self.source.startswith("[", self.at)
            and (end := self.source.find("]", self.at)) > 0
            and not self.maths
        ):
            self.at = end + 1

    def _opens(self) -> bool:
        if self.source.startswith("{", self.at):
            self.at += 1
            return True
        return False

    def _argument(self) -> str:
        """Return the next group, or the next macro or character alone."""
        while self.source.startswith((" ", "\t", "\n"), self.at):
            self.at += 1
        if self._opens():
            return self.group("}")
        if self.at >= len(self.source) or self.source[self.at] == "}":
            return ""
        if self.source[self.at] == "\\":
            token = self._next()
            return self._token_text(token) if token else ""
        self.at += 1
        return self.source[self.at - 1]

    def _accented(self, sign: str) -> str:
        base = self._argument()
        base = {"ı": "i", "ȷ": "j"}.get(base, base)
        return unicodedata.normalize("NFC", base[:1] + ACCENTS[sign] + base[1:]) if base else ""
