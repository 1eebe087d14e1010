"""Negations put in or taken out, with the auxiliary verbs that English asks for."""

from __future__ import annotations

import random
import re

from evals.studies.corrupting import verbs
from evals.studies.corrupting.opposites import adverbs, quantifiers, words
from evals.studies.corrupting.wording import AUXILIARY, Change, Operation, word_before

_NEGATIVE = re.compile(
    r"\b(?:not|no|none|never|neither|nor|cannot|without|hardly|rarely|scarcely|seldom|barely|few|little|nothing|unable|only|fails?|failed)\b|n't\b|n’t\b",
    re.I,
)
# A question within the sentence: whether it holds or not is left open there anyway.
_OPEN = re.compile(
    r"\b(?:whether|if|how|unless|until|what|why|to what extent|(?:the )?more [^,]* the more)\b", re.I
)
_IRREGULAR_PARTICIPLES = r"been|shown|found|made|become|led|seen|taken|given|known|done|grown|held|drawn|proven|gained|begun|built|arisen"
_LEAVE = (  # after these, "not" reads badly or leaves open what it denies
    r"(?:not|no|never|also|both|only|either|just|even|thus|therefore|then|hence|however|still|now|already|so|neither|none|all|"
    r"each|at|up|over|about|approximately|often|more than|less than|nearly|almost|then|instead|further|rarely|hardly|"
    r"arguably|respectively|unclear|unknown|uncertain|unlikely|likewise|similarly|moreover|again|the only|first|finally|subsequently|help|e\.g|i\.e|that|because|primarily|mainly|"
    r"mostly|one|where|when|we|it|they|there|this|these|to|in turn|and|or|but|lower|some|several|many|\d)"
)
_TAIL = re.compile(
    r"\b(?:any|either|yet|at all|rather|instead|anymore|nor|until|but|unless|even|whatsoever)\b"
)
_ADVERB = r"(?:(?!only|early|likely|family|assembly|daily|supply|apply|rely)[a-z]+ly )?"


def _clear(text: str) -> bool:
    return not _NEGATIVE.search(text) and not text.endswith("?")


def inserted(text: str, rng: random.Random) -> list[Change]:
    """ "not" after an auxiliary: "was associated" -> "was not associated"."""
    if not _clear(text):
        return []
    changes = []
    for match in re.finditer(rf"(?<=[\w)] )({AUXILIARY})(?= (?!{_LEAVE}\b)[a-z(])", text):
        word, before, after = match[1], text[: match.start()], text[match.end() :].lstrip()
        last = word_before(text, match.start()).lower()
        if _OPEN.search(before) or last in "as than so such and or but is in of".split():
            continue
        if word in ("may", "might", "must", "do", "does", "did"):
            continue
        if re.search(r"\b(?:all|every|each|some|certain|after|once)\b[^,]*$", before, re.I):
            continue  # "all were not": of some or of none?
        if re.search(r"\b(?:both|not only|namely|example|instance)\b[^,]*$", before) or before.count(
            "("
        ) > before.count(")"):
            continue
        if word in ("has", "have", "had") and not re.match(
            rf"(?:[a-z]+ly )?(?:[a-z]{{3,}}ed|{_IRREGULAR_PARTICIPLES})\b", after
        ):
            continue
        if (
            word in ("is", "are")
            and re.match(r"(?:the|a|an|our|its|their) ", after)
            and re.search(r"^\W*(?:[A-Z][a-z]+ )?[A-Za-z]+(?:ing|al|ent|ant) $", before)
        ):
            continue  # "Particularly striking is the ..."
        new = "cannot" if word == "can" else f"{word} not"
        how = "'not' inserted"
        participle = re.match(r"(?:[a-z]+ly )?[a-z]{2,}ed\b", after)
        if word in ("is", "are") and participle and rng.random() < 0.3:
            new, how = f"{word} no longer", "'no longer' inserted"
        elif (word in ("has", "have") and after.startswith("been ") and rng.random() < 0.3) or (
            word in ("was", "were") and participle and rng.random() < 0.15
        ):
            new, how = f"{word} never", "'never' inserted"
        changes.append((how, before + new + text[match.end() :]))
    for match in re.finditer(
        r"\b([Tt]here) (is|are|was|were) (?:an? |some |many |several |substantial |strong |considerable )",
        text,
    ):
        if not _OPEN.search(text[: match.start()]):
            changes.append(
                ("'there is no'", f"{text[: match.start()]}{match[1]} {match[2]} no {text[match.end() :]}")
            )
    return changes


def supported(text: str, rng: random.Random) -> list[Change]:
    """ "do not", "does not" or "did not" before a main verb: "improves" -> "does not improve"."""
    if not _clear(text):
        return []
    changes: list[Change] = []

    def add(match: re.Match[str], auxiliary: str, base: str) -> None:
        before = text[: match.start()]
        if _OPEN.search(before) or re.search(
            r"\b(?:both|only|also|either|thus|thereby|then|further|even|who)\s$", before
        ):
            return
        adverb = match.groupdict().get("adverb") or ""
        changes.append(
            (f"'{auxiliary} not' inserted", f"{before}{auxiliary} not {adverb}{base}{text[match.end() :]}")
        )

    for match in re.finditer(rf"(?<=[\w)] )(?P<adverb>{_ADVERB})(?P<verb>[a-z]{{3,}})(?= )", text):
        form, before = match["verb"], text[: match.start()]
        last = word_before(text, match.start())
        pronoun = last.lower() in ("which", "that", "it", "this", "he", "she")
        if form in ("have", "has") and not re.match(r" (?:an? |the |no )", text[match.end() :]):
            continue
        if form in verbs.BASE_OF_THIRD and (pronoun or verbs.BASE_OF_THIRD[form] not in verbs.NOUNLIKE):
            base = verbs.BASE_OF_THIRD[form]
            if last and not re.fullmatch(
                r"(?:the|a|an|of|in|and|or|for|to|with|by|these|our|their|its|as|than|but|all|such|not|on|from|\w+ly)",
                last.lower(),
            ):
                add(match, "does", base)
        elif form in verbs.VERBS and last in ("we", "they", "We", "They"):
            if not re.search(
                r"\b(?:can|could|may|will|would|do|does|to|should|must|might|did|and)\s+\w*\s*$", before
            ):
                add(match, "do", form)
        elif (
            form in verbs.VERBS
            and form not in verbs.NOUNLIKE
            and re.fullmatch(r"[a-z]{3,}[^su]s|results|these|those", last)
            and not re.search(
                r"\b(?:help|helps|let|lets|make|makes|can|could|may|will|would|do|does|to|should|must|might|did|see|watch|have|,)\b[^,;]{0,50}$|,[^,]*$",
                before,
            )
        ):
            add(match, "do", form)
        elif form in verbs.BASE_OF_PAST and _past_is_finite(text, match, last):
            add(match, "did", verbs.BASE_OF_PAST[form])
    return changes


def _past_is_finite(text: str, match: re.Match[str], last: str) -> bool:
    """Whether a past form is a main verb and no participle, as far as its neighbours tell."""
    before, form, after = text[: match.start()], match["verb"], text[match.end() :]
    if re.search(
        r"\b(?:have|has|had|having|was|were|is|are|be|been|being|get|and|or|but)\b(?:\s\S+){0,3}\s$",
        before[-40:],
    ):
        return False
    if last.lower() in ("we", "they", "it", "which", "he", "she", "who"):
        return True
    if (
        not re.fullmatch(r"[A-Za-z][\w-]*|\)", last or ")")
        or last.endswith("ly")
        or last.lower() in ("the", "a", "an", "of", "to", "as", "than", "by", "when", "with", "in")
    ):
        return False
    if verbs.BASE_OF_PAST[form] in verbs.INTRANSITIVE or form == "showed":
        return form != "resulted" or after.startswith(" in ")
    return bool(re.match(r" (?:the|a|an|its|their|our|both) ", after)) and form not in (
        "used",
        "learned",
        "given",
        "made",
        "called",
        "compared",
        "found",
        "led",
    )


def removed(text: str, rng: random.Random) -> list[Change]:
    """A negation taken out, with the verb put right: "did not reduce" -> "reduced"."""
    if len(_NEGATIVE.findall(text)) != 1:
        return []
    changes: list[Change] = []
    for match in re.finditer(
        rf"\b({AUXILIARY}) not (?!only|just|necessarily|merely|simply|yet|always)(?:((?!rely|apply|imply|supply|reply)\w+ly) )?(\w+)",
        text,
    ):
        if match[1] in ("may", "might", "could", "should", "must"):
            continue  # what may not be so may still be so
        word, adverb, follows = match[1], (match[2] + " ") if match[2] else "", match[3]
        if (
            _OPEN.search(text[: match.start()])
            or _TAIL.search(text[match.end() :])
            or (follows in ("any", "yet", "been", "much", "so", "all", "every") and follows != "been")
        ):
            continue
        if word in ("do", "does", "did"):
            if not re.fullmatch(r"[a-z]{3,}", follows) or follows.endswith("ed"):
                continue
            form = {"do": follows, "does": verbs.third(follows), "did": verbs.past(follows)}[word]
            if (
                word == "did"
                and follows not in verbs.VERBS
                and not re.search(r"(?:ate|ize|ise|ect|ide|uce|ify|ent)$", follows)
                and form == follows + "ed"
                and re.search(r"[^aeiou][aeiou][bdgmnprt]$", follows)
            ):
                continue
            new = adverb + form
        elif re.match(r"[a-z]", follows):
            new = f"{word} {adverb}{follows}"
        else:
            continue
        changes.append(("'not' removed", text[: match.start()] + new + text[match.end() :]))
    simple = [
        (r"\bcannot (?!only|help|be ruled|be excluded|be over)", "can ", "'cannot' -> 'can'"),
        (r"\b(is|are|was|were) no longer ", r"\1 still ", "'no longer' -> 'still'"),
        (r"\b(has|have) never been ", r"\1 been ", "'never' removed"),
        (r"\b([Tt]here (?:was|is)) no (?=(?:\w+ )?(?:difference|association|change|effect|correlation|relationship|interaction|improvement|increase|reduction|need|consensus|gap)\b)", r"\1 a ", "'no' removed"),
        (r"\b([Tt]here (?:were|are)) no (?=(?:\w+ )?\w+[^su]s\b)", r"\1 ", "'no' removed"),
        (r"\bNo (?=(?:\w+ )?(?:difference|association|change|effect|correlation|relationship|interaction|improvement|increase|reduction)\b(?! or))", "A ", "'no' removed"),
        (r"\b(had|has|showed|found|have|observed|shows|show|with|provided) no (?=(?:\w+ )?(?:difference|association|change|effect|correlation|relationship|interaction|improvement|increase|reduction)\b)", r"\1 a ", "'no' removed"),
        (r"\bNo (?=(?:\w+ )?(?:differences|associations|changes|effects|correlations|increases)\b)", "Clear ", "'no' removed"),
        (r"\bunable to\b", "able to", "'unable' -> 'able'"),
        (r"\bfail to\b", "manage to", "'fail' -> 'manage'"),
        (r"\bfailed to\b", "managed to", "'failed' -> 'managed'"),
        (r"\bfails to\b", "manages to", "'fails' -> 'manages'"),
        (r" but not ", " and ", "'but not' -> 'and'"),
    ]  # fmt: skip
    for pattern, new, how in simple:
        for match in re.finditer(pattern, text):
            tail = text[match.end() :]
            if (
                not _OPEN.search(text[: match.start()])
                and not _TAIL.search(tail)
                and not re.match(r"yet|any", tail)
            ):
                put_in = match.expand(new)
                if put_in.lower().endswith("a ") and re.match(r"[aeiou]", tail):
                    put_in = put_in[:-1] + "n "
                changes.append((how, text[: match.start()] + put_in + tail))
    return changes


def without(text: str, rng: random.Random) -> list[Change]:
    """ "without" for "with", and the other way round."""
    changes: list[Change] = []
    if len(re.findall(r"\bwithout\b", text, re.I)) == 1:
        for match in re.finditer(r"\b([Ww])ithout (any |additional |prior )?(\w+)", text):
            quantity, follows = (match[2] or "").strip(), match[3]
            before, after = text[: match.start()], text[match.end(3) :]
            if (
                re.search(r"\b(?:with (?:or|and)|or|but|nor|not)\s$", before)
                or follows in ("loss", "ever", "having", "being", "regard", "question")
                or re.match(r"[^,.]{0,40}\b(?:or|nor|any|either)\b", after)
            ):
                continue
            if follows.endswith("ing"):
                if (
                    quantity
                    or follows
                    not in "requiring relying sacrificing changing compromising increasing needing affecting degrading losing assuming introducing altering reducing using accessing modifying harming incurring causing".split()
                ):
                    continue
                new = ("W" if match[1] == "W" else "w") + "hile " + follows
            else:
                some = "some " if quantity == "any" else (quantity + " " if quantity else "")
                new = f"{match[1]}ith {some}{follows}"
            changes.append((f"'without' -> '{new.split()[0].lower()}'", before + new + after))
    elif not _NEGATIVE.search(text):
        people = r"patients|people|subjects|individuals|children|adults|women|men|mice|infants|participants|rats|those|cells|persons|pregnancies|models|networks"
        for match in re.finditer(
            rf"\b(?:{people}) (with)(?= (?!a |an |the |and |or |higher|lower|more|less|respect|either|both|at |greater|regard|only|\d|increas|reduc|low|high|better|normal|large|small|different|vary|various|known|two|three|all)[\w-]+)",
            text,
            re.I,
        ):
            changes.append(("'with' -> 'without'", text[: match.start(1)] + "without" + text[match.end(1) :]))
    return changes


OPERATIONS: list[Operation] = [inserted, supported, removed, without, words, adverbs, quantifiers]
