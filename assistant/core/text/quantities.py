"""Find quantities; digits within names are not numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from assistant.core.text.number_notation import (
    AFTER,
    AFTER_PRONOUN,
    BY,
    EXPONENT,
    FACTORS,
    FIGURE,
    FUNCTION,
    LIST,
    MEASURES,
    NOT_FIGURES,
    NTH,
    PARTS,
    POINTS,
    RELATIONS,
    SCALES,
    SPAN,
    SPELLED,
    SUFFIXES,
    WORD,
    WORDS,
    digit_names,
    plain_signs,
)

Kind = Literal["number", "percent", "factor", "ordinal", "year", "pvalue", "range"]


_PVALUE = re.compile(r"\bp(?:[-\s]?values?)?\s*(?:[<>=≤≥]|of|> or =|< or =)+$")
_SIGN = re.compile(r"%|[a-z]+")


@dataclass(frozen=True)
class Quantity:
    """A quantity: as written (`text == source[start:end]`), and what it says.

    `value` has scale words applied and is in `unit`: 54 for "54 %", 5 for "5 ms". `unit` is "%", "x",
    "points", a measure ("ms", "kg", ...) or "". `nouns` are up to three words that follow, lower case, the
    one counted among them. `relation` is one of "", "~", "<~", "<", ">", "<=", ">=". `decimals` counts digits
    after the point. The ends of a range or list are quantities of their own, in the unit of the last.
    `spelled`: in words.
    """

    text: str
    start: int
    end: int
    value: float
    unit: str
    nouns: tuple[str, ...]
    kind: Kind
    relation: str
    decimals: int
    spelled: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is a whole number of something: "40 adults", not "40 minutes" or "40 %"."""
        return (
            bool(self.nouns) and self.kind == "number" and not self.unit and self.value == int(self.value) > 1
        )

    @property
    def dimension(self) -> str:
        """The unit, or what it measures: "time", "mass", "length", "bytes", ..."""
        return MEASURES[self.unit][0] if self.unit in MEASURES else self.unit

    @property
    def base(self) -> float:
        """The value in the base unit of its dimension (seconds, grams, metres, bytes, ...)."""
        return self.value * MEASURES[self.unit][1] if self.unit in MEASURES else self.value


def extract(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a text in order; digits of names, references, marks and links are none."""
    plain = NOT_FIGURES.sub(lambda m: " " * len(m.group()), plain_signs(text))
    for start, end, _ in digit_names(plain):
        plain = plain[:start] + "_" * (end - start) + plain[end:]
    plain = BY.sub(lambda m: ";" * len(m.group()), plain)
    quantities = sorted((*_figures(text, plain), *_spelled(text, plain)), key=lambda q: q.start)
    apart = [q for i, q in enumerate(quantities) if not i or q.start >= quantities[i - 1].end]
    return _listed(plain, apart)


def names_with_digits(text: str) -> frozenset[str]:
    """Return the names that hold digits (CIFAR-100, GPT-2, S4, 3D), lower case, without hyphens."""
    return frozenset(name for _, _, name in digit_names(NOT_FIGURES.sub(" ", plain_signs(text))))


def _figures(text: str, plain: str) -> Iterator[Quantity]:
    for match in FIGURE.finditer(plain):
        digits = re.sub(r"[, ]", "", match["number"])
        value = float(digits)
        groups = ("power", "raised", "high", "exp", "alone", "bare", "above")
        power = next((match[g] for g in groups if match[g]), "").translate(EXPONENT)
        if power:
            alone = match["alone"] or match["bare"] or match["above"]
            value = float(f"1e{int(power)}") if alone else float(f"{digits}e{int(power)}")
        scale = (match["scale"] or "").strip(" -")
        value *= SUFFIXES.get(scale) or SCALES.get(scale, 1.0)
        start = match.start("number")
        if match["sign"] and not re.search(r"[\w%)]$", plain[max(0, start - 2) : start - 1]):
            value, start = -value, start - 1
        quantity = _quantity(text, plain, start, match.end(), value, match["unit"] or "")
        decimals = len(digits.partition(".")[2])
        if match["nth"]:
            quantity = replace(quantity, kind="ordinal")
        elif re.fullmatch(r"(?:19|20)\d\d", match.group()):
            quantity = replace(quantity, kind="year")
        yield replace(quantity, decimals=decimals)


def _spelled(text: str, plain: str) -> Iterator[Quantity]:
    """Yield the quantities written in words."""
    for match in SPELLED.finditer(plain):
        value, unit = _spelled_value(match)
        if match.group().lower() == "one" and _is_pronoun(plain[match.end() :].lstrip()):
            continue
        start = match.start("nth") if match["nth"] else match.start()
        quantity = replace(_quantity(text, plain, start, match.end(), value, unit), spelled=True)
        yield replace(quantity, kind="ordinal") if match["nth"] else quantity


def _spelled_value(match: re.Match[str]) -> tuple[float, str]:
    """Return the value and the unit as written of a match of SPELLED."""
    words = {name: word.lower() for name, word in match.groupdict().items() if word}
    if part := next((words[name] for name in ("part", "share", "half", "byhalf") if name in words), ""):
        return WORDS[words.get("top", "a")] / PARTS[part], ""
    if "factor" in words:
        return FACTORS[words["factor"]], "x"
    if "many" in words:
        return WORDS[words["many"]], "x"
    if "nth" in words:
        return 2.0 + NTH.index(words["nth"]), ""
    return _worth(words["number"]), match["unit"] or ""


def _is_pronoun(rest: str) -> bool:
    """Return whether "one" is a pronoun, by the text that follows it."""
    return not rest or rest[0] in ".,;:)" or re.split(r"\W", rest, maxsplit=1)[0] in AFTER_PRONOUN


def _worth(words: str) -> float:
    """Return the number that words name: "two hundred and five" -> 205."""
    total = group = 0.0
    for word in re.split(r"[-\s]+", words.lower()):
        scale = SCALES.get(word, 0.0)
        if scale >= 1e3:
            total, group = total + group * scale, 0.0
        elif scale:
            group *= scale
        elif word != "and":
            group += WORDS[word]
    return total + group


def _quantity(text: str, plain: str, start: int, end: int, value: float, written: str) -> Quantity:
    unit = _unit(written.strip(" -"))
    before = plain[max(0, start - 24) : start].rstrip(" (").lower()
    kind: Kind = "percent" if unit == "%" else "factor" if unit == "x" else "number"
    if _PVALUE.search(before):
        kind = "pvalue"
    if not unit and before.endswith("factor of"):
        unit, kind = "x", "factor"
    # "\\%" and "\\times" stand as one sign in `plain`, where their back-slash is.
    sign = _SIGN.match(text, end) if text[end - 1] == "\\" else None
    end = sign.end() if sign else end
    relation = _relation(before, plain[end : end + 12])
    return Quantity(text[start:end], start, end, value, unit, _nouns(plain, end), kind, relation, 0)


def _unit(bare: str) -> str:
    if bare in ("", "%", "×", "x", "X"):
        return bare.lower().replace("×", "x")
    if re.fullmatch(POINTS, bare, re.I):
        return "points"
    if re.fullmatch(r"per\s?cent", bare, re.I):
        return "%"
    measure = MEASURES.get(bare) or MEASURES.get(bare.lower())
    return measure[2] if measure else "x"


def _nouns(plain: str, end: int) -> tuple[str, ...]:
    """Return up to three words after a number; "of", "of the" and "of all" before them are skipped."""
    words: list[str] = []
    skipped = {"of"}
    match = WORD.match(plain, end)
    while match and len(words) < 3:
        word = match[1].lower()
        if not words and word in skipped:
            skipped = {"all", "the"}
        elif word in FUNCTION:
            break
        else:
            words.append(word)
        match = WORD.match(plain, match.end())
    return tuple(words)


def _relation(before: str, after: str) -> str:
    if after.startswith("+") and not after.startswith("+/"):
        return ">="
    behind = next((relation for phrase, relation in AFTER.items() if after.lstrip().startswith(phrase)), "")
    if behind:
        return behind
    for phrase, relation in RELATIONS:
        if before.endswith(phrase) and not (phrase[0].isalpha() and before[: -len(phrase)][-1:].isalpha()):
            return relation
    return ""


def _listed(plain: str, found: list[Quantity]) -> tuple[Quantity, ...]:
    """Give the first of "5-10 %" and of "3, 4 and 5 mg" the unit of the last."""
    chained = False
    for i in range(len(found) - 2, -1, -1):
        this, after = found[i], found[i + 1]
        between = plain[this.end : after.start]
        chained = between.lstrip(" (\n").rstrip() in LIST or (chained and between.rstrip() == ",")
        if not chained or "pvalue" in (this.kind, after.kind):
            continue
        if not this.unit and not this.nouns:
            this = replace(this, unit=after.unit, nouns=after.nouns, kind=after.kind)
        if between.strip() in SPAN and this.kind in ("number", "percent", "factor", "range"):
            found[i + 1] = replace(after, kind="range")
            this = replace(this, kind="range")
        found[i] = this
    return tuple(found)
