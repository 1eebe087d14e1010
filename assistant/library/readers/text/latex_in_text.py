"""Decode LaTeX in a text of any format: "$\\alpha$", "10$^{-3}$", "\\emph{not}", "50\\%".

Titles and abstracts are written once and exported in many formats, so all of them have it. Where a format does not say that
its texts are LaTeX, only what surely is such is read: amounts of dollars, paths and lone backslashes stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from assistant.library.readers.text.latex import decode
from assistant.library.readers.text.latex_symbols import ACCENTS, symbols

_START = re.compile(
    r"\\(?P<sign>[%&$#_])|(?P<letters>\\[cvHubkr]\{[A-Za-z]\}|\{\\(?:ss|o|O|aa|AA|ae|AE|oe|OE|l|L)\})|\\(?P<macro>[A-Za-z]{2,30})|(?P<styled>\{\\(?:em|it|bf|tt|rm|sc|sl)\s)"
    r"|(?P<open>\{)?\\(?P<accent>[`'^\"~=.])(?P<brace>\{)?(?P<letter>[A-Za-z]|\\[ij](?![A-Za-z]))|(?P<quoted>``(?=\S))|(?P<formula>\$\$?)"
)
_WITH_TEXT = frozenset(
    """emph textit textbf texttt textrm textsf textsc textsl textup textmd textnormal underline mbox text mathrm mathbf mathcal
    ensuremath textsuperscript textsubscript href url""".split()
)
_FUNCTIONS = frozenset(
    "log ln exp sin cos tan max min sup inf lim det mod dim ker arg var mg ml nm kg km cm mm".split()
)
_LONGEST_FORMULA, _LONGEST_TEXT = 400, 2_000
# Of a path ("C:\temp"), and of what programs escape ("\nu" is a new line and a u).
_BEFORE_NO_MACRO = re.compile(r"[A-Za-z:\\/.]$")
_ESCAPED = re.compile(r"[nrt][a-z]$")
_NO_WORD_GOES_ON = re.compile(r"(?:th|st|nd|rd|s)\b|(?![^\W_])")


def without_latex(text: str) -> str:
    """Return a text with what surely is LaTeX in it as plain text; all else as it stands."""
    if "\\" not in text and "$" not in text and "``" not in text:
        return text
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    at = 0
    while start := _START.search(text, at):
        yield text[at : start.start()]
        shown, at = _decoded_at(text, start)
        yield shown
    yield text[at:]


def _decoded_at(text: str, start: re.Match[str]) -> tuple[str, int]:
    """Return what stands for the LaTeX that may begin at a place, and where it ends."""
    as_it_is = start[0], start.end()
    if start["sign"]:
        return start["sign"], start.end()
    if start["letters"]:
        return _decoded(start["letters"]), start.end()
    if start["quoted"]:
        end = text.find("''", start.end(), start.end() + _LONGEST_FORMULA)
        return (f"“{without_latex(text[start.end() : end])}”", end + 2) if end > 0 else as_it_is
    if start["formula"]:
        return _formula(text, start)
    if start["accent"]:
        return _accented(text, start)
    if start["styled"]:
        end = _closing(text, start.start() + 1)
    elif start["macro"] in _WITH_TEXT and text.startswith("{", start.end()):
        end = _closing(text, start.end() + 1)
        end = _closing(text, end + 1) if start["macro"] == "href" and text.startswith("{", end) else end
    else:
        return _symbol(text, start)
    return (_decoded(text[start.start() : end]), end) if end else as_it_is


def _decoded(source: str) -> str:
    try:
        return decode(source).text
    except RecursionError:
        return source


def _closing(text: str, start: int) -> int:
    """Return the place behind the brace that closes the one before `start`; 0 where none is near."""
    depth = 1
    for at in range(start, min(len(text), start + _LONGEST_TEXT)):
        if text[at] in "{}" and text[at - 1] != "\\":
            depth += 1 if text[at] == "{" else -1
            if not depth:
                return at + 1
    return 0


def _symbol(text: str, start: re.Match[str]) -> tuple[str, int]:
    """Return a symbol that is written as a macro; not of a path, nor of what programs escape."""
    name, end = start["macro"], start.end()
    in_path = _BEFORE_NO_MACRO.search(text, max(0, start.start() - 1), start.start()) or text.startswith(
        ("\\", "/", ":"), end
    )
    shown = "" if in_path or _ESCAPED.match(name) else symbols().get(name, "")
    if not shown.strip() or text[end : end + 1].isdecimal():
        return start[0], end
    return shown, end + 2 if text.startswith("{}", end) else end


def _accented(text: str, start: re.Match[str]) -> tuple[str, int]:
    """Return a letter with its accent; an apostrophe or a quote behind a backslash is none."""
    base = start["letter"].removeprefix("\\")
    letter = unicodedata.normalize("NFC", base + ACCENTS[start["accent"]])
    end = start.end()
    for opened in ("brace", "open"):
        if start[opened]:
            if not text.startswith("}", end):
                return start[0], start.end()
            end += 1
    word = text[max(0, start.start() - 2) : start.start()]
    goes_on = text[end : end + 1].isalpha()
    sure = {
        "'": word.isalpha() and len(word) == 2 and not goes_on and base in "aeiouyAEIOUY",
        "`": word[-1:].isalpha() and not goes_on,
    }
    is_sure = start["brace"] or start["open"] or sure.get(start["accent"], word[-1:].isalpha())
    return (letter, end) if is_sure and len(letter) == 1 else (start[0], start.end())


def _formula(text: str, start: re.Match[str]) -> tuple[str, int]:
    mark, begin = start["formula"], start.end()
    end = text.find(mark, begin, begin + _LONGEST_FORMULA)
    while end > 0 and text[end - 1] == "\\":
        end = text.find(mark, end + 1, begin + _LONGEST_FORMULA)
    inner, after = text[begin:end], end + len(mark)
    if end <= 0 or not _is_formula(
        inner, text[max(0, start.start() - 1) : start.start()], text[after : after + 3]
    ):
        return mark, begin
    return _decoded(text[start.start() : after]), after


def _is_formula(inner: str, before: str, after: str) -> bool:
    """Return whether what stands between two dollar signs is a formula: amounts and names of variables are none."""
    if not inner or inner[0].isspace() or inner[-1].isspace():
        return False
    # "$5, and A$6": what begins with an amount and is followed by one.
    is_bare = "\\" not in inner and any(map(str.isalnum, inner))
    if (after[:1].isdecimal() and (is_bare or inner[0].isdecimal())) or re.search(
        r"\A[,.;:!?)]|[.;!?]\s", inner
    ):
        return False
    rest = re.sub(r"\\[A-Za-z]+|\{[^{}]*\}", " ", inner)
    if any(len(run) > 2 and run not in _FUNCTIONS for run in re.findall(r"[^\W\d_]+", rest)):
        return False
    if re.search(r"\\[A-Za-z%,]|[\^_]", inner):
        return True
    return inner[0] in "(<>=~+-−≤≥|[" or (
        inner[0].isalpha() and not before.isalpha() and bool(_NO_WORD_GOES_ON.match(after))
    )
