"""LaTeX to plain text: accents, symbols and simple maths as Unicode. The only door to pylatexenc, which knows the symbols.

What a macro means that nobody knows is left open: its text stays and its name is reported.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache

from assistant.core.text.sanitize import single_spaced
from assistant.library.readers.text.scripts import lowered, raised

_TOKEN = re.compile(r"\\([A-Za-z]+)\*?[ \t\n]*|\\(.)|([{}$~^_]|---?|``|'')|[^\\{}$~^_\-`']+|.", re.S)
# Text outside of formulas, in which a hyphen or an apostrophe alone is a letter like others.
_RUN = re.compile(r"(?:[^\\{}$~\-`']+|-(?!-)|'(?!')|`(?!`))+")
_NOTATION = ("\\", "{", "}", "$", "~", "--", "``", "''")
_ACCENTS = dict(zip("`'^\"~=.", "\u0300\u0301\u0302\u0308\u0303\u0304\u0307", strict=True)) | dict(
    zip("cvHudbkrt", "\u0327\u030c\u030b\u0306\u0323\u0331\u0328\u030a\u0361", strict=True)
)
# Symbols of textcomp, textgreek and maths that pylatexenc does not have.
_SYMBOLS = {
    "textless": "<", "textgreater": ">", "lt": "<", "gt": ">", "textbar": "|", "textbackslash": "\\", "textbraceleft": "{",
    "textbraceright": "}", "textasciicircum": "^", "textasciitilde": "~", "textunderscore": "_", "textdollar": "$",
    "textdegree": "°", "degree": "°", "textmu": "µ", "micro": "µ", "textperthousand": "‰", "textonehalf": "½", "textonequarter": "¼",
    "texttimes": "×", "textdiv": "÷", "textpm": "±", "textminus": "−", "textleq": "≤", "textgeq": "≥", "textquotesingle": "'",
    "textquotedbl": '"', "textcopyright": "©", "copyright": "©", "textregistered": "®", "texttrademark": "™", "S": "§", "P": "¶",
    "i": "ı", "j": "ȷ", "textendash": "–", "textemdash": "—", "textellipsis": "…", "ldots": "…", "dots": "…", "cdots": "⋯",
    "textbullet": "•", "textsection": "§", "textparagraph": "¶", "slash": "/", "quad": " ", "qquad": " ", "par": " ",
    "newline": " ", "space": " ", "thinspace": " ", "linebreak": " ", "item": " ", "lbrace": "{", "rbrace": "}",
    "leqslant": "⩽", "geqslant": "⩾", "lesssim": "≲", "gtrsim": "≳", "lvert": "|", "rvert": "|", "mid": "|", "vert": "|",
    "celsius": "°C", "textcelsius": "℃", "textohm": "Ω", "percent": "%", "colon": ":", "prime": "′", "cdot": "·",
}  # fmt: skip
# These say how a text looks, or stand for nothing; of others with an argument the argument is the text.
_LOOKS = frozenset(
    """textit textbf texttt textrm textsf textsc textsl textup textmd textnormal emph underline uline mbox hbox fbox text
    mathrm mathbf mathit mathsf mathtt mathcal mathbb mathfrak mathscr mathnormal boldsymbol bm operatorname ensuremath
    it bf tt rm sf sc sl em small large Large footnotesize normalsize tiny bfseries itshape rmfamily sffamily ttfamily
    upshape mdseries scshape slshape noopsort relax protect left right big Big bigg Bigg displaystyle textstyle limits
    nolimits noindent centering xspace enspace hfill smallskip medskip bigskip MakeUppercase MakeLowercase
    uppercase lowercase url path href footnote textsuperscript textsubscript sp sb enquote begin end nobreakspace
    nolinkurl allowbreak hspace vspace acute grave hat ddot tilde bar vec dot check breve overline mathop""".split()
)
_IN_MATHS = {"hat": "^", "bar": "=", "tilde": "~", "dot": ".", "ddot": '"', "acute": "'", "grave": "`", "check": "v", "breve": "u"}  # fmt: skip
_DROPPED_ARGUMENT = frozenset(("begin", "end", "hspace", "vspace", "noopsort"))
_DEEPEST = 100
_LONGEST_KNOWN = 40


@dataclass(frozen=True)
class Decoded:
    """Plain text, and the names of the macros in it that are not known."""

    text: str
    unknown: tuple[str, ...] = ()


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


@cache
def _symbols() -> dict[str, str]:
    from pylatexenc.latex2text import get_default_latex_context_db

    database = get_default_latex_context_db()
    table: dict[str, str] = {}
    for category in reversed(database.categories()):
        for name, macro in database.d[category]["macros"].items():
            shown = macro.simplify_repl
            if isinstance(shown, str) and "%" not in shown and name not in _LOOKS:
                table[name] = shown
    return table | _SYMBOLS


def _formula(inner: str, depth: int) -> str | None:
    """Return what stands between dollar signs as text, or None where not all of it is known."""
    scanner = _Scanner(inner, maths=True, depth=depth)
    text = scanner.group("")
    unknown = scanner.unknown or "\\frac" in inner or "\\begin" in inner or "&" in inner.replace("\\&", "")
    return None if unknown else text


_known_formula = lru_cache(4_000)(_formula)


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
            parts.append(self._shown(token))
        self.depth -= 1
        return "".join(parts)

    def _next(self) -> re.Match[str] | None:
        match = _TOKEN.match(self.source, self.at)
        if match:
            self.at = match.end()
        return match

    def _shown(self, token: re.Match[str]) -> str:
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
        if sign in _ACCENTS:
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
        if name in _ACCENTS and not self.maths:
            return self._accented(name)
        if self.maths and name in _IN_MATHS:
            return self._accented(_IN_MATHS[name])
        if name in ("textsuperscript", "sp"):
            return raised(self._argument())
        if name in ("textsubscript", "sb"):
            return lowered(self._argument())
        if name == "href":
            self._argument()
            return self._argument()
        if name in _DROPPED_ARGUMENT:
            self._argument()
            return " "
        if name in _LOOKS:
            return self._styled()
        shown = _symbols().get(name, _symbols().get(name.removeprefix("text")))
        if shown is not None:
            self.at += 2 if self.source.startswith("{}", self.at) else 0
            return shown
        self.unknown.append(name)
        return self._unknown(name, spaced)

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
            return self._shown(token) if token else ""
        self.at += 1
        return self.source[self.at - 1]

    def _accented(self, sign: str) -> str:
        base = self._argument()
        base = {"ı": "i", "ȷ": "j"}.get(base, base)
        return unicodedata.normalize("NFC", base[:1] + _ACCENTS[sign] + base[1:]) if base else ""
