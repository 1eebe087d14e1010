"""Text -> the quantities in it: figures, percentages, factors, counts in words; never the digits of names."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
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
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: float(i) for i, word in enumerate(_ONES)} | {w: 20.0 + 10 * i for i, w in enumerate(_TENS)}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0}
_SUFFIXES = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
_FRACTIONS = {
    "half": 0.5,
    "third": 1 / 3,
    "thirds": 1 / 3,
    "quarter": 0.25,
    "quarters": 0.25,
    "fifth": 0.2,
    "fifths": 0.2,
}
_FACTORS = {
    "twice": 2.0,
    "double": 2.0,
    "doubles": 2.0,
    "doubled": 2.0,
    "doubling": 2.0,
    "twofold": 2.0,
    "triple": 3.0,
    "triples": 3.0,
    "tripled": 3.0,
    "threefold": 3.0,
    "fourfold": 4.0,
    "fivefold": 5.0,
    "tenfold": 10.0,
    "thrice": 3.0,
    "halved": 0.5,
    "halves": 0.5,
    "halving": 0.5,
    "quadruple": 4.0,
    "quadrupled": 4.0,
}
_TIME = {
    "ns": 1e-9,
    "µs": 1e-6,
    "us": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "sec": 1.0,
    "secs": 1.0,
    "second": 1.0,
    "seconds": 1.0,
    "millisecond": 1e-3,
    "milliseconds": 1e-3,
    "microseconds": 1e-6,
    "min": 60.0,
    "minute": 60.0,
    "minutes": 60.0,
    "h": 3600.0,
    "hour": 3600.0,
    "hours": 3600.0,
    "day": 86400.0,
    "days": 86400.0,
    "week": 604800.0,
    "weeks": 604800.0,
}
_MASS = {
    "ng": 1e-9,
    "µg": 1e-6,
    "mcg": 1e-6,
    "mg": 1e-3,
    "g": 1.0,
    "kg": 1e3,
    "grams": 1.0,
    "milligrams": 1e-3,
}
_LENGTH = {"nm": 1e-9, "µm": 1e-6, "mm": 1e-3, "cm": 1e-2, "m": 1.0, "km": 1e3, "metres": 1.0, "meters": 1.0}
_BYTES = {"kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}
_MEASURES = {
    unit: (kind, scale)
    for kind, units in (("time", _TIME), ("mass", _MASS), ("length", _LENGTH), ("bytes", _BYTES))
    for unit, scale in units.items()
}
_RELATIONS = {
    "about": "~",
    "around": "~",
    "roughly": "~",
    "approximately": "~",
    "nearly": "<~",
    "almost": "<~",
    "some": "~",
    "circa": "~",
    "over": ">",
    "above": ">",
    "exceeding": ">",
    "exceeds": ">",
    "more than": ">",
    "greater than": ">",
    "at least": ">=",
    "under": "<",
    "below": "<",
    "less than": "<",
    "fewer than": "<",
    "at most": "<=",
    "up to": "<=",
    "beyond": ">",
    "just over": ">",
    "just under": "<",
    "close to": "~",
    "within": "<=",
    "no more than": "<=",
    "no less than": ">=",
    "~": "~",
    "≈": "~",
    "<": "<",
    ">": ">",
    "≤": "<=",
    "≥": ">=",
}

_NUMBER = r"(?:\d{1,3}(?:[,  ]\d{3})+(?:\.\d+)?(?![\d])|\d+(?:\.\d+)?|\.\d+)"
_FIGURE = re.compile(
    rf"(?<![\w.])(?<![A-Za-z]-)(?<![A-Za-z]\^)(?P<sign>[-−+])?(?P<number>{_NUMBER})"
    r"(?:\s?(?:×|x|\\times|\*)\s?10\s?\^?\{?\s?(?P<power>[-−]?\d+)\}?|[eE](?P<exp>[-−+]?\d+))?"
    r"(?P<scale>[KMBT](?![\w])|k(?![\w])|[-\s](?:hundred|thousand|million|billion|trillion)\b)?"
    r"(?P<unit>\s?\\?%|[-\s]?per\s?cent\b|\s?(?:×|\$?\\times)|x(?![\w])|[-\s]?folds?\b|\s(?:times|points)\b|"
    r"[-\s]?(?:ns|µs|us|ms|secs?|seconds?|milliseconds?|microseconds|min|minutes?|hours?|days?|weeks?|mg|kg|µg|mcg|ng|"
    r"grams|milligrams|nm|µm|mm|cm|km|met[re]{2}s|[KMGTkmgt][Bb])\b|[-\s]?[sghm](?![\w'’-]))?"
)
_SPELLED = re.compile(
    r"\b(?:a|one|two|three|four)[-\s](?P<fraction>half|thirds?|quarters?|fifths?)\b|\b(?P<half>half)\b|"
    r"(?<![\w-])(?:(?P<tens>twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[-\s](?P<ones>one|two|three|four|five|six|"
    r"seven|eight|nine)|(?P<word>"
    + "|".join([*_ONES, *_TENS])
    + r"))(?:[-\s](?P<scale>hundred|thousand|million|billion))?"
    r"(?P<unit>[-\s]?(?:per\s?cent|fold|times|points|hours?|days?|weeks?|minutes?|seconds?)\b)?(?!\w)|"
    r"\b(?P<factor>" + "|".join(_FACTORS) + r")\b|\ba\s(?P<dozen>dozen)\b",
    re.I,
)
_NOT_FIGURES = re.compile(
    r"https?://\S+|\w@\d+|\[\^?\d[\d,;\s–-]*\]|\b(?:Figs?|Figures?|Tables?|Sections?|Sec|Eqs?|Equations?|Chapters?|Appendix|Refs?)\.?\s*"
    r"\d+(?:\.\d+)*|\b\d+[A-Z]{1,3}\b(?<![KMBT])|(?<=[A-Za-z])(?<!\d[eE])[-‐‑]\d+(?:\.\d+)?[A-Za-z]*|\b[A-Za-z]+\d[\w.]*|\b\d+D\b|\^\{?[-−]?\d+\}?"
)
_NAME = re.compile(r"\b[A-Za-z][A-Za-z_-]*\d[\w-]*|\b\d+D\b")
_BY = re.compile(r"(?<=\d)\s?[x×]\s?(?=\d)")


@dataclass(frozen=True)
class Quantity:
    """A quantity: as written (`text[start:end]`), and what it says.

    `value` has scale words applied; percent and times keep theirs (54 for "54 %"). `unit` is "%", "x", "points", a
    kind of measure ("time" in seconds, "mass" in grams, "length" in metres, "bytes") or "". `noun` is the word counted,
    lower case. `relation` is one of "", "~", "<~", "<", ">", "<=", ">=". `decimals` counts digits behind the point.
    `spelled` is true for numbers in words.
    """

    text: str
    start: int
    end: int
    value: float
    unit: str
    noun: str
    relation: str
    decimals: int
    spelled: bool = False


def extract(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text in order."""
    masked = _BY.sub(lambda m: ";" * len(m.group()), _NOT_FIGURES.sub(_mask, text))
    found = [_figure(text, m) for m in _FIGURE.finditer(masked)]
    found += [_spelled(text, m) for m in _SPELLED.finditer(masked)]
    found.sort(key=lambda q: q.start)
    return _ranges(text, found)


def names_with_digits(text: str) -> frozenset[str]:
    """Names that hold digits (CIFAR-100, GPT-2, S4), lower case, without hyphens."""
    return frozenset(re.sub(r"[-_]", "", m.group().lower()) for m in _NAME.finditer(text))


def _mask(match: re.Match[str]) -> str:
    text = match.group()
    if re.fullmatch(r"\d+[KMBT]", text):
        return text
    return "x" * len(text) if text[0].isalnum() else " " * len(text)


def _figure(text: str, match: re.Match[str]) -> Quantity:
    digits = re.sub(r"[,  ]", "", match["number"])
    value = float(digits)
    power = match["power"] or match["exp"]
    if power:
        value *= 10.0 ** int(power.replace("−", "-"))
    scale = (match["scale"] or "").strip(" -")
    value *= _SUFFIXES.get(scale) or _SCALES.get(scale, 1.0)
    if match["sign"] in ("-", "−") and not _hyphen(text, match.start()):
        value = -value
    unit, value = _unit((match["unit"] or "").strip(" -"), value)
    decimals = len(digits.partition(".")[2])
    return _quantity(text, match.start("number"), match.end(), value, unit, decimals, spelled=False)


def _hyphen(text: str, at: int) -> bool:
    """Whether a minus sign is rather the dash of a range: "5-10"."""
    return at > 0 and (text[at - 1].isalnum() or text[at - 1] in "%)")


def _spelled(text: str, match: re.Match[str]) -> Quantity:
    unit = ""
    if match["fraction"] or match["half"]:
        share = _FRACTIONS[(match["fraction"] or match["half"]).lower()]
        lead = re.match(r"(two|three|four)", match.group(), re.I)
        value = share * (_WORDS[lead.group().lower()] if lead else 1.0)
    elif match["factor"]:
        value, unit = _FACTORS[match["factor"].lower()], "x"
    elif match["dozen"]:
        value = 12.0
    else:
        if match["tens"]:
            value = _WORDS[match["tens"].lower()] + _WORDS[match["ones"].lower()]
        else:
            value = _WORDS[match["word"].lower()]
        value *= _SCALES.get((match["scale"] or "").lower(), 1.0)
        unit, value = _unit((match["unit"] or "").strip(" -").lower(), value)
    return _quantity(text, match.start(), match.end(), value, unit, 0, spelled=True)


def _unit(written: str, value: float) -> tuple[str, float]:
    bare = written.replace(" ", "").replace("\\", "").lstrip("$")
    if bare in ("%", "percent"):
        return "%", value
    if bare in ("×", "x", "times", "fold", "folds"):
        return "x", value
    if bare == "points":
        return "points", value
    kind, scale = _MEASURES.get(bare) or _MEASURES.get(bare.lower(), ("", 1.0))
    return kind, value * scale


def _quantity(
    text: str, start: int, end: int, value: float, unit: str, decimals: int, *, spelled: bool
) -> Quantity:
    return Quantity(
        text[start:end].strip(),
        start,
        end,
        value,
        unit,
        _noun(text, end),
        _relation(text, start),
        decimals,
        spelled,
    )


def _noun(text: str, end: int) -> str:
    match = re.match(r"[-\s]+(?:of\s+(?:the\s+|all\s+)?)?([A-Za-z][A-Za-z-]+)", text[end : end + 40])
    return match.group(1).lower() if match else ""


def _relation(text: str, start: int) -> str:
    before = text[max(0, start - 24) : start].lower().rstrip(" $")
    for words in sorted(_RELATIONS, key=len, reverse=True):
        if before.endswith(words) and (not words[0].isalpha() or not before[: -len(words)][-1:].isalpha()):
            return _RELATIONS[words]
    return ""


def _ranges(text: str, found: list[Quantity]) -> tuple[Quantity, ...]:
    """The first of "5-10 %" takes the unit of the second."""
    out: list[Quantity] = []
    for i, quantity in enumerate(found):
        following = found[i + 1] if i + 1 < len(found) else None
        if following and not quantity.unit and following.unit:
            between = text[quantity.end : following.start].strip(" $")
            if between in ("-", "–", "—", "to", "and", "or", "−"):
                unit = following.unit
                quantity = Quantity(
                    quantity.text,
                    quantity.start,
                    quantity.end,
                    quantity.value,
                    unit,
                    following.noun,
                    quantity.relation,
                    quantity.decimals,
                    quantity.spelled,
                )
        out.append(quantity)
    return tuple(out)
