"""Names replaced: by foreign names of the same form, by another version, or by each other."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from evals.studies.corrupting.wording import FUNCTION, Change, put, vowel, word_before

_NAME = re.compile(r"(?<![\w/@.-])[A-Za-z][A-Za-z0-9]*(?:-(?:\d+[A-Za-z]?|[A-Z]+)(?![a-z]))*(?![\w@/]|\.\w)")
_NO_NAMES = frozenset(
    """CI OR HR RR SD SE SEM IQR AUC AND NOT THE FOR WITH VS II III IV VI VII VIII IX XI AIM USA UK US EU AM PM OBJECTIVE
    OBJECTIVES METHOD METHODS RESULT RESULTS BACKGROUND CONCLUSION CONCLUSIONS DESIGN SETTING PARTICIPANTS PATIENTS
    INTERVENTION INTERVENTIONS MAIN OUTCOME OUTCOMES MEASURE MEASURES DATA SOURCES STUDY PURPOSE FINDINGS INTERPRETATION
    FUNDING CONTEXT TRIAL REGISTRATION IMPORTANCE CONCLUSIONS/INTERPRETATION SUMMARY RATIONALE SIGNIFICANCE INTRODUCTION
    PRINCIPAL SELECTION EXTRACTION SYNTHESIS LIMITATIONS APPROACH MATERIALS EXPOSURE RELEVANCE WE IN ON BY TO IS OF MEASUREMENTS
    REVIEW REVIEWERS EVIDENCE SAMPLE POPULATION SUBJECTS LOCATION SEARCH ANALYSIS REPORT HYPOTHESIS PERSPECTIVE NEW
    COVID-19 SARS-CoV-2 pH mRNA siRNA CO2 H2O F1 T2 T1 L1 L2 ICD-10 DSM-IV L0 R2 PhD iPhone e-AG A1C HbA1c mM kDa GHz MHz mL
    dB kHz dL kB MB GB TB LaTeX GitHub YouTube OpenReview IDs PubMed MEDLINE EMBASE""".split()
)
_DRUG = re.compile(
    r"(?<![\w-])[a-z]{3,}(?:mab|nib|statin|cillin|pril|sartan|olol|mycin|navir|ciclovir|azole|formin|gliptin|parin|prazole|oxacin|"
    r"cycline|platin|taxel|rubicin|citabine|glitazone|dipine|zolomide|abine)(?![\w-])"
)
_PROPER = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,}){1,2}(?![\w-]| [A-Z(\d])")
_PLACES = frozenset(
    """Africa Asia Australia Austria Bangladesh Belgium Brazil Canada Chile China Colombia Denmark Egypt England Ethiopia
    Europe Finland France Germany Ghana Greece India Indonesia Iran Ireland Israel Italy Japan Kenya Malawi Malaysia
    Mexico Mozambique Nepal Netherlands Nigeria Norway Pakistan Peru Philippines Poland Portugal Russia Scotland
    Singapore Spain Sweden Switzerland Taiwan Tanzania Thailand Turkey Uganda Vietnam Zambia Zimbabwe""".split()
)
_PEOPLES = frozenset(
    """African American Asian Australian Brazilian British Canadian Chinese Danish Dutch English European Finnish French
    German Greek Hindi Indian Indonesian Italian Japanese Korean Mexican Norwegian Polish Portuguese Russian Spanish
    Swedish Turkish Vietnamese Arabic""".split()
)
_DIRECTED = re.compile(
    r"\b(?:outperform(?:s|ed)?|surpass(?:es|ed)?|than|activates?d?|inhibit(?:s|ed)?|regulates?d?|suppress(?:es|ed)?|represses|"
    r"phosphorylates?d?|instead of|rather than|into|over|induces?d?|promotes?d?|improves? (?:up)?on|extends?|targets?|"
    r"replaces?d?|encodes?|blocks|stimulates?d?|generalizes?|mediates|controls|degrades?|ubiquitinates|enhances?d?|caused by|"
    r"induced by|regulated by|activated by|inhibited by|mediated by|downstream of|upstream of|but not|based on|derived from|"
    r"built on|on top of|leads to|depends on|required for|predicts|recruits|requires|stabilizes|directly regulates)\b"
)


def _form(name: str) -> str:
    """The form of a name; a name is replaced by one of its own form only."""
    plural = "s" if re.search(r"[A-Z]s$", name) else ""
    core = name[:-1] if plural else name
    if core in _PLACES:
        return "place"
    if core in _PEOPLES:
        return "people"
    if re.fullmatch(r"[A-Z]{2,6}", core):
        return "acronym" + plural
    if re.fullmatch(
        r"(?:[A-Z]{2,}[A-Za-z]?|[A-Z][a-z]*[A-Z][A-Za-z]*|[A-Z][a-z]{2,})-?\d{1,3}[A-Za-z]?", core
    ):
        return "numbered"
    if re.fullmatch(r"[A-Z]{2,}-[A-Z]{1,4}", core):
        return "hyphened"
    if re.fullmatch(r"(?:[A-Z][a-z]+|[A-Z]+[a-z]+)(?:[A-Z][A-Za-z]*)+", core) and len(core) > 3:
        return "camel" + plural
    return ""


@lru_cache(maxsize=50_000)
def names(text: str) -> list[tuple[re.Match[str], str]]:
    """The names of a sentence with their forms, leaving out labels and short forms being introduced."""
    found = []
    for match in _NAME.finditer(text):
        form = _form(match[0])
        after = text[match.end() :]
        label = (
            match[0].isupper() and re.match(r"(?:[ /&]+[A-Z]{3,})*[ :]+[A-Z]", after) and not match.start()
        )
        if not form or label or match[0] in _NO_NAMES or re.match(r" ?\(|-\w*\d|\+/|\^|’|'", after):
            continue
        if text[: match.start()].count("(") > text[: match.start()].count(")"):
            continue
        if re.search(r"[A-Z][\w-]* $", text[: match.start()]) and form != "acronym" and form[:5] != "camel":
            continue
        if re.match(r" [A-Z]", after) and form in ("place", "people"):
            continue
        if re.match(
            r"(?:Ser|Thr|Tyr|Asp|Asn|Glu|Gln|Lys|Arg|His|Cys|Gly|Ala|Val|Leu|Ile|Met|Phe|Trp|Pro)-?\d",
            match[0],
        ):
            continue  # a place in a protein
        found.append((match, form))
    for pattern, form in ((_DRUG, "drug"), (_PROPER, "proper")):
        found += [(match, form) for match in pattern.finditer(text)]
    return found


def _everywhere(text: str, name: str, new: str) -> str:
    """The name replaced at each place, articles agreeing."""
    pattern = re.compile(rf"(?<![\w]){re.escape(name)}(?![\w])")
    for match in reversed(list(pattern.finditer(text))):
        keep_article = re.search(r"\b[Aa]n? $", text[: match.start()]) and vowel(name) == vowel(new)
        text = (
            text[: match.start()] + new + text[match.end() :]
            if keep_article
            else put(text, match.start(), match.end(), new)
        )
    return text


def _introduced(text: str, name: str) -> bool:
    """Whether the sentence says what the name stands for, so that another could not stand there."""
    return (
        f"({name}" in text
        or f", {name}," in text
        or bool(re.search(rf"\b{re.escape(name)} (?:stands for|is short for)\b", text))
    )


def _spoken(name: str, form: str) -> bool:
    """Whether "an" goes before the name, as far as its letters tell."""
    if form.startswith(("acronym", "hyphened", "numbered")) and name[:2].isupper():
        return name[0] in "AEFHILMNORSX"
    return vowel(name)


def replaced(text: str, others: Sequence[str], rng: random.Random) -> list[Change]:
    """A name replaced by one of the same form from another sentence, if possible with a like neighbour."""
    own = names(text)
    if not own or not others:
        return []
    lower = text.lower()
    pool: dict[str, list[tuple[str, str, str, int]]] = {}
    topic = _topic(text)
    wanted = {form for _, form in own}
    for other in rng.sample(list(others), min(len(others), 1000)):
        for match, form in names(other):
            if (
                form in wanted
                and match[0].lower().rstrip("s") not in lower
                and not _introduced(other, match[0])
            ):
                shared = len(topic & _topic(other))
                around = word_before(other, match.start()).lower(), _next(other, match.end())
                pool.setdefault(form, []).append((match[0], *around, shared))
    changes = []
    for match, form in own:
        name = match[0]
        if _introduced(text, name) or form not in pool:
            continue
        if re.search(
            rf"{re.escape(name)}[-/]?[A-Za-z0-9]*[A-Z0-9]", text.replace(name, "", 1)
        ) and text.count(name) > len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", text)):
            continue
        last, follows = word_before(text, match.start()).lower(), _next(text, match.end())
        fitting = [n for n in pool[form] if n[0].lower() not in (name.lower(),) and not _akin(n[0], name)]
        if re.search(r"\b[Aa]n? $", text[: match.start()]):
            fitting = [n for n in fitting if _spoken(n[0], form) == _spoken(name, form)]
        if form == "proper":
            fitting = [
                n
                for n in fitting
                if (n[1] == "the") == (last == "the") and n[2] == follows != "" and follows not in FUNCTION
            ]
        near = [n for n in fitting if n[2] == follows and n[2]] or [
            n for n in fitting if n[1] == last and n[1]
        ]
        best = near or (fitting if form != "proper" else [])
        if best:
            closest = sorted(best, key=lambda n: -n[3])[:3]
            new = rng.choice(closest)[0]
            changes.append((f"'{name}' -> '{new}'", _everywhere(text, name, new)))
    return changes


@lru_cache(maxsize=50_000)
def _topic(text: str) -> frozenset[str]:
    """The longer words of a sentence, by their beginnings: names of like sentences fit better."""
    return frozenset(word[:7] for word in re.findall(r"[a-z]{6,}", text.lower()))


def _next(text: str, end: int) -> str:
    found = re.match(r" ([a-z][\w-]*)", text[end:])
    return found[1] if found else ""


def _akin(one: str, two: str) -> bool:
    """Whether two names may be forms of one: a plural, a longer form, or all but the same letters."""
    a, b = one.lower().rstrip("s").replace("-", ""), two.lower().rstrip("s").replace("-", "")
    return a in b or b in a


def version(text: str, others: Sequence[str], rng: random.Random) -> list[Change]:
    """Another number in a name: "GPT-4" -> "GPT-3"."""
    changes = []
    for match, form in names(text):
        found = re.fullmatch(r"(.*?)(\d{1,3})", match[0])
        if form != "numbered" or not found or _introduced(text, match[0]):
            continue
        number = int(found[2])
        news = [
            n
            for n in (
                (number - 1, number + 1, number + 2, number - 2)
                if number < 20
                else (number + 20, number * 2, number - 10, number + 50)
            )
            if n > 0
        ]
        news = [
            n
            for n in news
            if f"{found[1]}{n}".lower() not in text.lower() and not re.search(rf"(?<!\d){n}(?!\d)", text)
        ]
        if news:
            new = f"{found[1]}{rng.choice(news)}"
            changes.append((f"'{match[0]}' -> '{new}'", _everywhere(text, match[0], new)))
    return changes


def exchanged(text: str, others: Sequence[str], rng: random.Random) -> list[Change]:
    """Two names exchanged over a relation that has a direction: "A outperforms B" -> "B outperforms A"."""
    changes = []
    found = sorted(((m, f) for m, f in names(text)), key=lambda x: x[0].start())
    for (a, first), (b, second) in pairwise(found):
        between = text[a.end() : b.start()]
        if a[0] == b[0] or first != second or _akin(a[0], b[0]) or len(between) > 60:
            continue
        if re.search(r"[;,()]|\b(?:and|or|with|between|that|which)\b", between) or not _DIRECTED.search(
            between
        ):
            continue
        if text.count(a[0]) > 1 or text.count(b[0]) > 1:
            continue
        if re.search(r"\b[Aa]n? $", text[: a.start()] + "|" + text[: b.start()]) or re.search(
            r"\b[Aa]n? $", text[: a.start()]
        ):
            continue
        changes.append(
            (f"'{a[0]}' and '{b[0]}' exchanged", text[: a.start()] + b[0] + between + a[0] + text[b.end() :])
        )
    return changes


OPERATIONS = [replaced, version, exchanged]
