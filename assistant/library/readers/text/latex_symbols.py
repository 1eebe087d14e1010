"""What macros of LaTeX stand for. The only door to pylatexenc, which knows most of the symbols."""

from __future__ import annotations

from functools import cache

ACCENTS = dict(zip("`'^\"~=.", "\u0300\u0301\u0302\u0308\u0303\u0304\u0307", strict=True)) | dict(
    zip("cvHudbkrt", "\u0327\u030c\u030b\u0306\u0323\u0331\u0328\u030a\u0361", strict=True)
)
# Symbols of textcomp, textgreek and maths that pylatexenc does not have.
SYMBOLS = {
    "textless": "<", "textgreater": ">", "lt": "<", "gt": ">", "textbar": "|", "textbackslash": "\\", "textbraceleft": "{",
    "textbraceright": "}", "textasciicircum": "^", "textasciitilde": "~", "textunderscore": "_", "textdollar": "$",
    "textdegree": "°", "degree": "°", "textmu": "µ", "micro": "µ", "textperthousand": "‰", "textonehalf": "½", "textonequarter": "¼",
    "texttimes": "×", "textdiv": "÷", "textpm": "±", "textminus": "−", "textleq": "≤", "textgeq": "≥", "textquotesingle": "'",
    "textquotedbl": '"', "textcopyright": "©", "copyright": "©", "textregistered": "®", "texttrademark": "™", "S": "§", "P": "¶",
    "i": "ı", "j": "ȷ", "textendash": "–", "textemdash": "—", "textellipsis": "…", "ldots": "…", "dots": "…", "cdots": "⋯",
    "textbullet": "•", "textsection": "§", "textparagraph": "¶", "slash": "/", "quad": " ", "qquad": " ", "par": " ",
    "newline": " ", "space": " ", "thinspace": " ", "linebreak": " ", "item": " ", "lbrace": "{", "rbrace": "}",
    "leqslant": "⩽", "geqslant": "⩾", "lesssim": "≲", "gtrsim": "≳", "lvert": "|", "rvert": "|", "mid": "|", "vert": "|",
    "celsius": "°C", "textcelsius": "℃", "textohm": "Ω", "percent": "%", "colon": ":", "prime": "′", "cdot": "·", "pounds": "£",
    "textsterling": "£",
}  # fmt: skip
# These say how a text looks, or stand for nothing; of others with an argument the argument is the text.
LOOKS = frozenset(
    """textit textbf texttt textrm textsf textsc textsl textup textmd textnormal emph underline uline mbox hbox fbox text
    mathrm mathbf mathit mathsf mathtt mathcal mathbb mathfrak mathscr mathnormal boldsymbol bm operatorname ensuremath
    it bf tt rm sf sc sl em small large Large footnotesize normalsize tiny bfseries itshape rmfamily sffamily ttfamily
    upshape mdseries scshape slshape noopsort relax protect left right big Big bigg Bigg displaystyle textstyle limits
    nolimits noindent centering xspace enspace hfill smallskip medskip bigskip MakeUppercase MakeLowercase
    uppercase lowercase url path href footnote textsuperscript textsubscript sp sb enquote begin end nobreakspace
    nolinkurl allowbreak hspace vspace acute grave hat ddot tilde bar vec dot check breve overline mathop""".split()
)
IN_MATHS = {"hat": "^", "bar": "=", "tilde": "~", "dot": ".", "ddot": '"', "acute": "'", "grave": "`", "check": "v", "breve": "u"}  # fmt: skip
DROPPED_ARGUMENT = frozenset(("begin", "end", "hspace", "vspace", "noopsort"))
FRACTIONS = frozenset(("frac", "dfrac", "tfrac", "nicefrac", "sfrac"))
# Signs of maths that belong to the letter behind them.
PREFIXES = frozenset("∂∇∆√")


@cache
def symbols() -> dict[str, str]:
    """Return what macros without an argument stand for: name -> text."""
    from pylatexenc.latex2text import get_default_latex_context_db

    database = get_default_latex_context_db()
    table: dict[str, str] = {}
    for category in reversed(database.categories()):
        for name, macro in database.d[category]["macros"].items():
            shown = macro.simplify_repl
            if isinstance(shown, str) and "%" not in shown and name not in LOOKS:
                table[name] = shown
    return table | SYMBOLS
