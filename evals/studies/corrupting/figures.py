"""Changed figures: digits, decimal points, units, orders of magnitude, number words, signs, order."""

from __future__ import annotations

import random
import re
from itertools import combinations

from evals.studies.corrupting.wording import FUNCTION, Change, Operation, put, word_before

_NUMBER = re.compile(
    r"(?<![\w./:^_\[#*×·+−'-])(?<![\w.]–)(?<!\d,)(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\d/:^*'])"
)
_UNITS = [
    ("ms", "s"), ("milliseconds", "seconds"), ("seconds", "minutes"), ("minutes", "hours"), ("hours", "days"),
    ("days", "weeks"), ("weeks", "months"), ("months", "years"), ("MB", "GB"), ("GB", "TB"), ("KB", "MB"),
    ("g", "kg"), ("mg", "g"), ("μg", "mg"), ("µg", "mg"), ("ng", "mg"), ("mm", "cm"), ("km", "m"), ("kb", "Mb"),
    ("μM", "mM"), ("µM", "mM"), ("nM", "mM"), ("ml", "L"), ("mL", "L"), ("nm", "mm"), ("μm", "mm"), ("µm", "mm"),
    ("kHz", "MHz"), ("MHz", "GHz"), ("h", "min"), ("year", "month"), ("week", "month"), ("day", "week"),
    ("hour", "day"), ("minute", "hour"), ("meters", "kilometers"),
]  # fmt: skip
_OTHER_UNIT: dict[str, list[str]] = {}
for _a, _b in _UNITS:
    _OTHER_UNIT.setdefault(_a, []).append(_b)
    _OTHER_UNIT.setdefault(_b, []).append(_a)
_UNIT = "|".join(
    sorted(
        map(re.escape, [*_OTHER_UNIT, "points", "dB", "FPS", "Hz", "mmHg", "kcal", "years"]),
        key=len,
        reverse=True,
    )
)
_SCALES = ["thousand", "million", "billion", "trillion"]
_AFTER_UNIT = re.compile(rf"[\s-]?(?:{_UNIT})(?![\w^]|-\w)")
_AFTER_SHARE = re.compile(r"[\s-]?(?:%|percent\b|per cent\b)")
_AFTER_MULTIPLE = re.compile(r"(?:[x×](?!\w|\s?\d)|[\s-]?fold\b| times (?!\d))")
_AFTER_SCALE = re.compile(r"(?:[\s-](?:hundred|thousand|million|billion|trillion)\b|[MBKk](?= [a-z]))")
_LEAST = re.compile(
    r"(?:more than|over|at least|above|exceed(?:s|ing|ed)?|(?:greater|higher|larger|older|longer) than|[>≥]|minimum of|beyond)\s?$",
    re.I,
)
_MOST = re.compile(
    r"(?:(?:less|fewer|lower|smaller|younger|shorter) than|below|under|at most|up to|[<≤]|within|maximum of|no more than|only)\s?$",
    re.I,
)
_BEFORE_COUNT = frozenset(
    """of in with the and to for on from by among across over than about approximately nearly almost roughly least at
    all using only total containing comprising including these our on into most or a""".split()
)
_STARTS = frozenset(
    "In Over About From After With At Of The Among Between All For By These Only Approximately Nearly Across On Within To During Our Using Additionally".split()
)
_WORDS = "two three four five six seven eight nine ten twelve fifteen twenty thirty forty fifty".split()
_NOT_NOUNS = re.compile(r"(?:is|was|has|does|this|thus|less|its|as|plus|versus|\w+(?:ss|ous|us|is|ics))$")
_FIGURE_WORDS = [
    (r"\btwice (?=as|daily|a |per |the )", ["three times ", "four times ", "five times "]),
    (r"\bdoubled\b", ["tripled", "halved"]), (r"\bdoubles\b", ["triples", "halves"]), (r"\bdoubling\b", ["tripling", "halving"]),
    (r"\bhalf of (?=the |all |these )", ["a tenth of ", "a quarter of "]), (r"\bone[- ]third of\b", ["two thirds of", "one tenth of"]),
    (r"\ba third of\b", ["two thirds of", "a tenth of"]), (r"\btwo[- ]thirds of\b", ["one third of", "one fifth of"]),
    (r"\bone[- ]quarter of\b", ["three quarters of"]), (r"\b(?:two-?fold)\b(?!\s?[:.])", ["fivefold", "tenfold"]), (r"\b(?:three-?fold)\b", ["sixfold", "tenfold"]),
    (r"(?<!more than )\bhundreds of (?=[a-z])(?!thousands|millions)", ["thousands of ", "millions of "]),
    (r"(?<!hundreds of )(?<!tens of )(?<!or )\bthousands of\b", ["dozens of", "millions of"]),
    (r"(?<!hundreds of )(?<!tens of )\bmillions of\b", ["thousands of", "billions of"]),
    (r"(?<!hundreds of )(?<!tens of )\bbillions of\b", ["millions of", "thousands of"]),
    (r"\bthe first (?=(?:study|report|work|method|approach|model|framework|system|dataset|benchmark|algorithm|demonstration|evidence|large|to|trial|survey)\b)", ["the third ", "the fifth "]),
    (r"\ban order of magnitude\b", ["three orders of magnitude", "four orders of magnitude"]),
]  # fmt: skip


def _value(token: str) -> float:
    return float(token.replace(",", ""))


def _role(text: str, match: re.Match[str]) -> str:
    """What the figure is: share, unit, multiple, scale, statistic, year or count; empty for what may be a name."""
    before, after = text[: match.start()], text[match.end() :]
    last = word_before(text, match.start())
    if re.match(r"\s?[-–]\s?\d| to \d| ?[±×]|\s?[a-z]\d|(?:st|nd|rd|th)\b", after) or re.search(
        r"\d%? to $|±\s?$|\bto the $", before
    ):
        return ""
    if after.startswith(")") and before.count("(") <= before.count(")"):
        return ""
    if _AFTER_SHARE.match(after):
        return (
            ""
            if re.match(r"[\s-]?(?:%|percent|per cent),?\s?\(?-?(?:CI|confidence|credib|HPD|C\.I)", after)
            else "share"
        )
    if re.search(r"\b(?:CI|confidence interval|interval)\W*$", before):
        return ""
    if re.search(r"[=<>≤≥]\s?$", before):
        return "statistic"
    name = (
        last and (last[0].isupper() or re.search(r"\d", last)) and last not in _STARTS and not last.isupper()
    )
    if name or (last.isupper() and len(last) < 7):
        return ""
    if _AFTER_SCALE.match(after):
        return "scale"
    if _AFTER_MULTIPLE.match(after):
        return "multiple"
    if _AFTER_UNIT.match(after):
        return "unit"
    if re.fullmatch(r"(?:19|20)\d\d", match[0]):
        return (
            "year"
            if re.match(r"[ .,;)]", after) and last in ("in", "since", "In", "Since", "until", "through")
            else ""
        )
    if (
        "." in match[0]
        and last.islower()
        and last not in ("section", "table", "figure", "version", "chapter")
    ):
        return "decimal"
    if not re.match(r" [a-z]", after) or not (
        last.lower() in _BEFORE_COUNT or last in _STARTS or re.search(r"(?:ed|ing)$", last) or not last
    ):
        return ""
    return "count" if _plural_follows(after) else ""


def _plural_follows(after: str) -> bool:
    for word in re.findall(r"\S+", after)[:3]:
        bare = word.rstrip(".,;:)")
        if bare.lower() in FUNCTION or not re.fullmatch(r"[A-Za-z][\w-]*", bare):
            return False
        if re.fullmatch(r"[a-z-]+s|people|children|women|men|mice|data", bare) and not _NOT_NOUNS.match(bare):
            return True
        if word != bare:
            return False
    return False


def _others(token: str, *, low: float = 0.0, high: float = float("inf"), least: float = 0.12) -> list[str]:
    """The token with one of its leading digits changed, within the bounds and clearly different."""
    old = _value(token)
    places = [i for i, c in enumerate(token) if c.isdigit()]
    start = next((n for n, i in enumerate(places) if token[i] != "0"), 0)
    found = []
    for n in (start, start + 1):
        if n >= len(places):
            break
        for digit in "0123456789":
            new = token[: places[n]] + digit + token[places[n] + 1 :]
            if n == start and digit == "0":
                continue
            if (
                low < _value(new) < high
                and abs(_value(new) - old) >= least * old
                and _value(new) not in (0, 1)
            ):
                found.append(new)
    return found


def _bounds(text: str, start: int, token: str, role: str) -> tuple[float, float]:
    """The values a figure may take: beyond a stated bound the sentence would still follow."""
    value, before = _value(token), text[:start]
    low, high = 0.0, float("inf")
    if role == "share" and value <= 100:
        high = 100.0
    if value < 1:
        high = 1.0
    if re.search(r"\b(?:not|nor)\b[^,]{0,12}$", before):
        return (1.0, 1.0)
    if _LEAST.search(before):
        low = value
    elif _MOST.search(before):
        high = value
    return low, high


def figures(text: str) -> list[tuple[re.Match[str], str]]:
    """The figures of a sentence that are amounts, each with its role."""
    found = []
    for match in _NUMBER.finditer(text):
        role = _role(text, match)
        if role and not (len(match[0]) > 7 and "," not in match[0]):
            found.append((match, role))
    return found


def digit(text: str, rng: random.Random) -> list[Change]:
    """Another leading digit."""
    changes = []
    for match, role in figures(text):
        token = match[0]
        low, high = _bounds(text, match.start(), token, role)
        if role == "year":
            shift = rng.choice([-9, -7, -6, -4, -3, 3, 4, 6])
            year = int(token) + shift
            news = [str(year if year <= 2025 else int(token) - 5)]
        elif token in ("0", "1") or _value(token) == 0:
            continue
        else:
            about = re.search(
                r"(?:about|approximately|nearly|almost|roughly|around|~|≈)\s?$", text[: match.start()]
            )
            news = _others(
                token,
                low=low,
                high=high,
                least=0.5 if re.search(r"[<>]\s?$", text[: match.start()]) else 0.3 if about else 0.12,
            )
        if news:
            changes.append(("digit changed", put(text, match.start(), match.end(), rng.choice(news))))
    return changes


def point(text: str, rng: random.Random) -> list[Change]:
    """The decimal point moved by a place."""
    changes = []
    for match, role in figures(text):
        whole, _, part = match[0].partition(".")
        if not part or role in ("year", "count") or "," in whole or _value(match[0]) == 0:
            continue
        low, high = _bounds(text, match.start(), match[0], role)
        up = (whole + part[0]).lstrip("0") or "0"
        up = up + ("." + part[1:] if part[1:] else "")
        down = (whole[:-1] or "0") + "." + whole[-1] + part
        if up.startswith("."):
            up = "0" + up
        for new in (up, down):
            if low < _value(new) < high and _value(new) not in (0, 1):
                changes.append(("decimal point moved", put(text, match.start(), match.end(), new)))
    return changes


def unit(text: str, rng: random.Random) -> list[Change]:
    """Another unit of the same kind, such as seconds for milliseconds."""
    changes = []
    for match, role in figures(text):
        found = re.match(rf"[\s-]?({_UNIT})(?![\w^/]|-[a-z])", text[match.end() :])
        if (
            role != "unit"
            or not found
            or found[1] not in _OTHER_UNIT
            or _LEAST.search(text[: match.start()])
            or _MOST.search(text[: match.start()])
        ):
            continue
        if found[1] == "h" or re.match(r"[\s-]?\S+ (?:of age|old)", text[match.end() :]):
            continue
        new = rng.choice(_OTHER_UNIT[found[1]])
        start, end = match.end() + found.start(1), match.end() + found.end(1)
        changes.append((f"'{found[1]}' -> '{new}'", text[:start] + new + text[end:]))
    return changes


def scale(text: str, rng: random.Random) -> list[Change]:
    """Another order of magnitude, in words or letters."""
    changes = []
    for match in re.finditer(rf"(?<=\d[ -])({'|'.join(_SCALES)})\b", text):
        new = rng.choice([s for s in _SCALES if s != match[0]])
        changes.append((f"'{match[0]}' -> '{new}'", text[: match.start()] + new + text[match.end() :]))
    for match in re.finditer(
        r"(?<![\w-])(?<=[ (])\d+(?:\.\d+)?([MBK])(?=[ -](?:param|token|sampl|model|image|example|pair|word|sentence|document|frame|point)\w*)",
        text,
    ):
        new = rng.choice([s for s in "KMB" if s != match[1]])
        changes.append((f"'{match[1]}' -> '{new}'", text[: match.start(1)] + new + text[match.end() :]))
    bound = [c for c in changes if re.search(r"(?:than|over|least|most|up to|above|below)\s[\d.,]+", text)]
    return [] if bound else changes


def words(text: str, rng: random.Random) -> list[Change]:
    """Another number word before what is counted, or another multiple."""
    changes = []
    for match in re.finditer(rf"(?<![\w-])({'|'.join(_WORDS)})(?= [a-z-]+|-[a-z]+ )", text, re.I):
        before, after = text[: match.start()], text[match.end() :]
        hyphen = re.match(
            r"-(?:stage|step|layer|way|phase|class|week|month|year|day|fold|arm|thirds?)\b", after
        )
        last = word_before(text, match.start()).lower()
        if not hyphen and (
            not _plural_follows(after)
            or last in (*_WORDS, "or", "than", "hundred", "thousand", "one", "type", "phase", "stage")
        ):
            continue
        if (
            "third" in after[:8]
            or re.match(r"\W+(?:to|or|and|out of|of the) \w+", after)
            or re.search(r"\bnot\b[^,]{0,12}$", before)
        ):
            continue
        old = _WORDS.index(match[0].lower())
        least, most = _LEAST.search(before), _MOST.search(before)
        news = [w for i, w in enumerate(_WORDS) if abs(i - old) <= 4 and i != old and i < 9 + (old > 6) * 6]
        news = [
            w for w in news if not (least and _WORDS.index(w) < old) and not (most and _WORDS.index(w) > old)
        ]
        news = [w for w in news if w not in text.lower()]
        if news:
            new = rng.choice(news)
            changes.append((f"'{match[0].lower()}' -> '{new}'", put(text, match.start(), match.end(), new)))
    for pattern, replacements in _FIGURE_WORDS:
        for match in re.finditer(pattern, text, re.I):
            if not (_LEAST.search(text[: match.start()]) or _MOST.search(text[: match.start()])):
                new = rng.choice(replacements)
                changes.append(
                    (
                        f"'{match[0].strip().lower()}' -> '{new.strip()}'",
                        put(text, match.start(), match.end(), new),
                    )
                )
    return changes


def sign(text: str, rng: random.Random) -> list[Change]:
    """The sign of a p-value turned round."""
    turned = {"<": ">", ">": "<", "≤": ">", "≥": "<"}
    return [
        (f"'{m[2]}' -> '{turned[m[2]]}'", text[: m.start(2)] + turned[m[2]] + text[m.end(2) :])
        for m in re.finditer(r"\b([Pp](?:[- ]?values?)?)\s?([<>≤≥])(?=\s?0?\.\d)", text)
    ]


def ends(text: str, rng: random.Random) -> list[Change]:
    """One end of a range changed, the lower end staying below the upper one."""
    changes = []
    number = r"\d+(?:\.\d+)?"
    for match in re.finditer(
        rf"(?<![\w.,/–-])({number})(\s?[-–]\s?| to )({number})(?![\w.-]*\d|-|–)(%?)", text
    ):
        a, b = float(match[1]), float(match[3])
        sure = "." in match[1] or match[4] or _AFTER_UNIT.match(text[match.end(3) :])
        sure = sure or re.search(
            r"(?:CI|range[ds]?|ranging|interval|IQR|aged|between|from)[^\d]{0,12}$", text[: match.start()]
        )
        if not sure or a >= b or (1900 < a < 2100):
            continue
        high = 100.0 if match[4] and b <= 100 else 10 * b
        for which, new in (
            (1, _others(match[1], high=b, least=0.2)),
            (3, _others(match[3], low=a, high=high, least=0.2)),
        ):
            if new:
                changes.append(
                    (
                        "range end changed",
                        text[: match.start(which)] + rng.choice(new) + text[match.end(which) :],
                    )
                )
    return changes


def swapped(text: str, rng: random.Random) -> list[Change]:
    """Two figures of the same kind exchanged where each says something else."""
    changes = []
    for (a, first), (b, second) in combinations(figures(text), 2):
        between = text[a.end() : b.start()]
        same = first == second and first in ("share", "count", "unit", "multiple")
        if (
            not same
            or _value(a[0]) == _value(b[0])
            or "1" in (a[0], b[0])
            or re.search(r"respectively|\bfrom\b|\brang|\bbetween\b", text)
        ):
            continue
        compared = re.search(r"\b(?:versus|vs\.?|compared (?:with|to)|than|while|whereas)\b", between)
        nouns = re.match(r"\s?%?\s?([a-z]+)", text[a.end() :]), re.match(r"\s?%?\s?([a-z]+)", text[b.end() :])
        told = (
            nouns[0]
            and nouns[1]
            and nouns[0][1] != nouns[1][1]
            and not {nouns[0][1], nouns[1][1]} & FUNCTION
            and first == "count"
        )
        if (compared or told) and len(between) < 120 and re.search(r"[a-z]{3}", between):
            changes.append(
                ("two figures swapped", text[: a.start()] + b[0] + between + a[0] + text[b.end() :])
            )
    for m in re.finditer(r"\bfrom (\d[\d.,]*)(\s?%|)( to )(\d[\d.,]*\d|\d)(?=\s?%|[ ,.;)])", text):
        if (
            not re.search(r"\b(?:rang|var|aged|span|between)\w*[^,;]{0,40}$", text[: m.start()])
            and m[1] != m[4]
            and re.search(r"\b(?:increas|decreas|improv|reduc|rais|rose|fell|drop|declin|grew)\w*\b", text)
        ):
            changes.append(
                ("two figures swapped", text[: m.start(1)] + m[4] + m[2] + m[3] + m[1] + text[m.end(4) :])
            )
    return changes


OPERATIONS: list[Operation] = [digit, point, unit, scale, words, sign, ends, swapped]
