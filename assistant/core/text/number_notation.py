"""Number words, units, bounds, LaTeX: how quantities are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
WORDS = {w: 1.0 + i for i, w in enumerate(ONES + TEENS)} | {w: 20.0 + 10 * i for i, w in enumerate(TENS)}
WORDS |= {"zero": 0.0, "a": 1.0, "an": 1.0}
SCALES = {"hundred": 1e2, "dozen": 12.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
SUFFIXES = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
NTH = ["second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
FACTORS = {
    word: value
    for value, words in (
        (2.0, "twice doubles doubled doubling double"),
        (3.0, "thrice triples tripled tripling triple"),
        (4.0, "quadruples quadrupled quadrupling quadruple"),
        (0.5, "halves halved halving halve"),
    )
    for word in words.split()
}
_TABLE = """
time 1e-9 ns nanosecond|time 1e-6 µs us microsecond|time 1e-3 ms msec millisecond|time 1 s sec secs second
time 60 min mins minute|time 3600 h hr hrs hour|time 86400 day|time 604800 week wk|time 2629800 month mo
time 31557600 year yr yrs|mass 1e-12 pg|mass 1e-9 ng|mass 1e-6 µg mcg ug microgram|mass 1e-3 mg milligram
mass 1 g gram|mass 1e3 kg kilogram|length 1e-9 nm|length 1e-6 µm|length 1e-3 mm millimeter millimetre
length 1e-2 cm centimeter centimetre|length 1 m meter metre|length 1e3 km kilometer kilometre
bytes 1e3 kb KB kB|bytes 1e6 mb MB Mb|bytes 1e9 gb GB Gb GiB|bytes 1e12 tb TB
volume 1e-6 µl ul|volume 1e-3 ml mL|volume 0.1 dl dL|volume 1 l L liter litre
frequency 1 hz Hz|frequency 1e3 khz kHz|frequency 1e6 mhz MHz
frequency 1e9 ghz GHz|amount 1e-9 nM nmol|amount 1e-6 µM uM µmol|amount 1e-3 mM mmol|heat 1 °c °C
"""
MEASURES = {
    name: (entry.split()[0], float(entry.split()[1]), entry.split()[2])
    for entry in re.split(r"[|\n]+", _TABLE.strip())
    for word in entry.split()[2:]
    for name in ((word, word + "s") if len(word) > 2 else (word,))
}
_LONG = "|".join(sorted((re.escape(u) for u in MEASURES if len(u) > 1), key=len, reverse=True))
POINTS = r"(?:percentage|percent|%|absolute)[\s-]*points?\b|points?\b|pp\b"
_UNIT = (
    rf"[-\s]?(?:{POINTS})|\s?%|[-\s]?per\s?cent\b|\s?×|\s?[xX](?![\w-])|[-\s]?folds?\b|\stimes\b|"
    rf"[-\s]?(?:{_LONG})(?!\w)"
)
_HIGH = "⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+"
FIGURE = re.compile(
    r"(?<![\w.])(?P<sign>-)?(?P<number>(?:\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?!\.?\d)"
    rf"(?:\s?(?:×|x|\*)\s?10(?:\s?\^\s?\{{?(?P<power>-?\d+)\}}?|\((?P<raised>-?\d{{1,2}})\)|(?P<high>{_HIGH}))|[eE](?P<exp>[-+]?\d+)(?!\w)|"
    rf"(?<![\d,.]10)(?<=10)(?:\^\s?\{{?(?P<alone>-?\d+)\}}?|\((?P<bare>-?\d{{1,2}})\)|(?P<above>{_HIGH})))?"
    r"(?P<nth>(?:st|nd|rd|th)\b)?(?P<scale>[KMBTk](?!\w)|[-\s](?:hundred|thousand|million|billion|trillion)\b)?"
    rf"(?P<unit>{_UNIT}|(?<!(?:19|20)\d0)[-\s]?[sghmL](?![\w'’-]))?"
)
_BELOW = rf"(?:(?:{'|'.join(TENS)})(?:[-\s](?:{'|'.join(ONES)}))?|{'|'.join([*TEENS, *ONES])})"
_HUNDREDS = rf"{_BELOW}(?:[-\s](?:hundred|dozen)(?:\s(?:and\s)?{_BELOW})?)?"
_FACTOR_WORDS = "|".join(w for w in FACTORS if w not in ("double", "triple", "quadruple"))
SPELLED = re.compile(
    rf"""
    (?<![\w-])(?P<top>one|two|three|four|five|seven|nine)[-\s](?P<part>half|third|quarter|fifth|sixth|eighth|tenth)s?\b
    | \ban?\s(?P<share>third|quarter|fifth|sixth|eighth|tenth)(?=\s(?:of|as|the|less|more|fewer)\b)
    | \b(?P<half>half)(?=\s(?:of|the|as|a|all|that|those|these|its|their)\b)
    | (?<=\bby\s)(?P<byhalf>half)\b
    | \b(?P<factor>{_FACTOR_WORDS}|(?:double|triple|quadruple)(?=\s(?:the|that|its|their)\b))\b
    | \b(?P<many>{"|".join([*ONES, *TEENS])})[-\s]?folds?\b
    | \b(?:the|a|its|their|our)\s(?P<nth>{"|".join(NTH)})(?=[-\s][a-z])(?!\s(?:of|per)\b)
    | (?<![\w-])(?P<number>an?\s(?:hundred|dozen|thousand|million|billion)|zero|{_HUNDREDS}
        (?:[-\s](?:thousand|million|billion|trillion)(?:\s(?:and\s)?{_HUNDREDS})?)?)(?P<unit>{_UNIT})?(?!\w)
    """,
    re.I | re.X,
)
"""Quantities in words: fractions, factors, ordinals ("the third"), numbers with their unit."""
AFTER_PRONOUN = frozenset(
    "of can could may might must should would will is was has another or and that which who to by with in for from at on as".split()
)
"""Words before which "one" is a pronoun, not a number."""
_RUN = re.compile(r"[\w.+/-]+")
_TOKEN = re.compile(r"(?<![\w.])[^\W_](?:\w|[-.+](?=\w))*")
_DIGITS_FIRST = re.compile(
    r"\d+(?:D|[A-Z](?<![KMBTLX])[A-Za-z]{0,2}(?:-\w+)*|[A-Z]?[A-WYZa-df-wyz]\d\w*|-?[A-Z]{2,}\d\w*)"
)
_PADDED = re.compile(
    r"\\(?:times|pm|sim|approx|geq?|leq?|%|,|;|!)|(?<=\d)·(?=\d)|\{,\}(?=\d)|"
    r"(?<!\[\d)(?<!\[\d\d)(?<=\d),(?=\d{1,2}(?!\d|,\d|-|\]))|"
    r"(?i:\b(?:pre|post|mid|sub|early|late|under|over|aged?|about|by|past)-(?=\d))"
)
_LATEX = dict(zip(["times", "pm", "sim", "approx", "ge", "geq", "le", "leq", "%"], "×±~~≥≥≤≤%", strict=True))
_PLAIN = str.maketrans("−–‐‑\u00a0\u2009\u202f$μ≈₀₁₂₃₄₅₆₇₈₉", "----    µ~0123456789")
EXPONENT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
"""Raised digits and minus as plain ones."""
_GREEK = str.maketrans({"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "κ": "kappa"})
NOT_FIGURES = re.compile(
    r"https?://\S+|\bdoi:\S+|\[\^?\d[\d,;\s-]*\]|(?:^|(?<=\s))\(\d\)(?=\s[a-z])|^[\d,]+\)|(?<=[A-Za-z])\^\{?-?\d+\}?|\b(?:Figs?|Figures?|"
    r"Tables?|Sections?|Secs?|Eqs?|Equations?|Chapters?|Appendix|Refs?)\.?\s*\(?\d+(?:[.,-]\d+)*",
    re.I,
)
BY = re.compile(r"(?<=\d)\s?[x×]\s?(?=\d)(?!10(?:\s?\^|\(-?\d|[⁻⁰¹²³⁴-⁹]))")
_PHRASES = """>= at least|no less than|no fewer than|not less than|minimum of|≥|> or =|>/=|>=
<= at most|no more than|not more than|up to|as many as|as much as|maximum of|within|≤|< or =|</=|<=
<~ nearly|almost|close to|just under|approaching
> more than|greater than|higher than|larger than|over|above|exceeding|exceeds|exceeded|beyond|surpassing|>
< less than|fewer than|lower than|smaller than|below|under|<
~ about|around|roughly|approximately|circa|some|approx.|~"""
RELATIONS = tuple(
    (phrase, line.split(" ", 1)[0])
    for line in _PHRASES.split("\n")
    for phrase in line.split(" ", 1)[1].split("|")
)
"""Words or signs before a number and the bound that they set, the longer ones before those that end them."""
AFTER = {
    phrase: relation
    for relation, words in ((">=", "more older above higher later"), ("<=", "less fewer younger below lower"))
    for phrase in (f"or {word}" for word in words.split())
}
SPAN = frozenset(("-", "—", "to", "±", "+/-"))
"""Words and signs between the two ends of a range."""
LIST = SPAN | {"and", "or", "vs", "vs.", "versus", ", and", ", or", "/"}
"""Words and signs between the last two members of a list."""
WORD = re.compile(r"[-\s]*([^\W\d_][^\W\d_]+(?:-[^\W\d_]+)*)")
_FUNCTION_WORDS = """
of the a an and or but in on at to for from by with than as is are was were be been has have had that which
who when where while vs versus per times respectively compared during after before over under within between
across not only we our its their it they this these those can could may might will would more less fewer
"""
FUNCTION = frozenset(_FUNCTION_WORDS.split())


def plain_signs(text: str) -> str:
    """Return the text with LaTeX and typographic signs as plain ones; every other character keeps its offset."""
    return _PADDED.sub(lambda m: _padded(m.group()), text.translate(_PLAIN))


def _padded(sign: str) -> str:
    if sign.endswith("-"):
        return sign[:-1] + " "
    return {"·": ".", ",": ".", "{,}": ",  "}.get(sign) or _LATEX.get(sign[1:], " ").ljust(len(sign))


def _with_digits(plain: str) -> Iterator[re.Match[str]]:
    """Yield the tokens behind which, or in which, a digit stands before the next space."""
    for run in _RUN.finditer(plain):
        last = max((at for at, char in enumerate(run.group(), run.start()) if char.isdecimal()), default=-1)
        for match in _TOKEN.finditer(plain, run.start(), run.end()) if last >= 0 else ():
            if match.start() <= last:
                yield match


class DigitName(NamedTuple):
    """A name that has digits, in lower case, and its place in the text."""

    start: int
    end: int
    name: str


def digit_names(plain: str) -> Iterator[DigitName]:
    """Yield each name that holds digits; "-based" and "non-" do not belong to it."""
    for match in _with_digits(plain):
        word = match.group()
        if word[0].isalpha() or _DIGITS_FIRST.fullmatch(word):
            parts = word.split("-")
            while len(parts) > 1 and parts[-1].isalpha() and parts[-1].islower() and len(parts[-1]) > 2:
                parts.pop()
            while len(parts) > 1 and parts[0].isalpha() and parts[0].islower() and parts[1][0].isalpha():
                parts.pop(0)
            if any(ch.isdigit() for part in parts for ch in part):
                name = latin("".join(parts).lower().replace("_", ""))
                yield DigitName(match.start(), match.end(), name)


def latin(text: str) -> str:
    """Return lower-case text with the Greek letters of names in full: "tgf-β1" is "tgf-beta1"."""
    return text.translate(_GREEK)
