"""Plain negation: "not" inserted or removed, "no" removed, "with" and "without" exchanged."""

from __future__ import annotations

import re

from evals.studies.generators.sentence import Change, last_word

_AUXILIARY = r"(?:is|are|was|were|has|have|had|can|could|will|would|should|does|do|did)"
_NEGATIVE = re.compile(
    r"\b(?:not|no|none|never|neither|nor|cannot|without|hardly|rarely|few|little|nothing|unable|only|fails?|failed)\b|n[’']t\b",
    re.I,
)
# Behind these words a clause is left open or is true of some only, so that its negation need not contradict it.
_OPEN = re.compile(
    r"\b(?:whether|if|how|unless|until|what|why|both|all|every|each|some|certain|after|once|the more)\b[^,]*$",
    re.I,
)
# Before these words "not" reads badly, or negates another thing than the clause.
_NO_NOT_BEFORE = r"(?:also|both|only|either|just|even|thus|therefore|then|hence|however|still|now|already|so|all|each|at|up|over|about|approximately|often|more|less|nearly|almost|further|primarily|mainly|mostly|one|where|when|we|it|they|there|this|these|to|and|or|but|some|several|many|not|no|never|unlikely|likely|unclear|unknown)\b"
_TAIL = re.compile(r"\b(?:any|either|yet|at all|rather|instead|anymore|nor|until|but|unless|even)\b")


def inserted(text: str) -> list[Change]:
    """Insert "not" after an auxiliary verb: "was associated", "was not associated"."""
    if _NEGATIVE.search(text):
        return []
    changes = []
    for match in re.finditer(rf"(?<=[\w)] )({_AUXILIARY}) (?!{_NO_NOT_BEFORE})(?=[a-z])", text):
        word, before, after = match[1], text[: match.start()], text[match.end() :]
        main_verb = word in ("has", "have", "had") and not re.match(
            r"(?:\w+ly )?(?:been|[a-z]{3,}ed|shown)\b", after
        )
        unsure = word in ("do", "does", "did") or last_word(before).lower() in (
            "as",
            "than",
            "and",
            "or",
            "but",
            "of",
        )
        if main_verb or unsure or _OPEN.search(before) or before.count("(") > before.count(")"):
            continue
        negated = "cannot" if word == "can" else f"{word} not"
        changes.append(Change("'not' inserted", f"{before}{negated} {after}"))
    return changes


def removed(text: str) -> list[Change]:
    """Remove the only negation: "was not seen", "was seen"; "no difference", "a difference"."""
    if len(_NEGATIVE.findall(text)) != 1:
        return []
    patterns = (
        (rf"\b({_AUXILIARY}) not (?!only|just|necessarily|merely|simply|yet|always|all\b|every)", r"\1 ", "'not' removed"),
        (r"\bcannot (?!only|help|be ruled|be excluded)", "can ", "'cannot' -> 'can'"),
        (r"\b(has|have) never been ", r"\1 been ", "'never' removed"),
        (r"\b(was|is|found|showed|shows|had|has|have|observed) no (?=[b-df-hj-np-tv-z][a-z]+ (?:between|in|of|with|on|for|was|were|is)\b)", r"\1 a ", "'no' removed"),
        (r"\bunable to\b", "able to", "'unable' -> 'able'"),
        (r"\b(failed|fails|fail) to\b", "managed to", "'failed' -> 'managed'"),
    )  # fmt: skip
    changes = []
    for pattern, new, how in patterns:
        for match in re.finditer(pattern, text):
            before, after = text[: match.start()], text[match.end() :]
            if not _OPEN.search(before) and not _TAIL.search(after):
                changes.append(Change(how, before + match.expand(new) + after))
    return changes


def with_or_without(text: str) -> list[Change]:
    """Exchange the only "with" behind a plural noun, or the only "without"."""
    words = re.findall(r"\bwith(?:out)?\b", text)
    if len(words) != 1 or (words[0] == "with" and _NEGATIVE.search(text)):
        return []
    if words[0] == "without":
        pattern, new = (
            r"\bwithout (?=(?!any|having|being|regard|loss)\w+(?<!ing)\b(?!.*\b(?:or|nor|any)\b))",
            "with ",
        )
    else:
        pattern, new = (
            r"(?<=[a-z]{3}s )with (?=(?!a |an |the |and |or |higher|lower|more|less|respect|\d)\w+)",
            "without ",
        )
    return [
        Change(f"'{words[0]}' -> '{new.strip()}'", text[: match.start()] + new + text[match.end() :])
        for match in re.finditer(pattern, text)
        if not re.search(r"\b(?:or|and|but|nor|not) $", text[: match.start()])
    ]


WAYS = (inserted, removed, with_or_without)
