"""Light edits that leave out what can be spared: remarks, connectives, trailing clauses, asides."""

from __future__ import annotations

import random
import re

from evals.studies.corrupting.verbs import BASE_OF_THIRD, VERBS, past
from evals.studies.corrupting.wording import Change, Operation, capitalised

FINITE = re.compile(
    rf"\b(?:is|are|was|were|has|have|had|can|could|may|might|will|would|should|must|does|do|did|{'|'.join(BASE_OF_THIRD)}|"
    rf"(?:[Ww]e|[Tt]hey|[Ii]t|that|which|results|methods|models|algorithms|studies|approaches) (?:also |then |further |\w+ly )?(?:{'|'.join({*VERBS, *map(past, VERBS)})}))\b"
)
_SCOPE = re.compile(
    r"\b(?:not|no|none|never|neither|nor|cannot|only|may|might|could|possibly|probably|perhaps|likely|if|unless|except|excluding|but|however|"
    r"although|though|despite|without|other than|rather|mostly|partly|some|most|usually|often|sometimes|up to|at least|at most|when|where|in part|"
    r"approximately|limited|hardly|rarely|whether|while|whereas)\b|n['’]t\b",
    re.I,
)
WORK = r"(?:this|the present|the current|our) (?:paper|work|study|article|report|review|survey|letter|thesis)"
_CONNECTIVES = (
    r"However|Moreover|Furthermore|In addition|Additionally|Finally|Therefore|Thus|Hence|Consequently|Interestingly|Notably|Importantly|Specifically|"
    r"In particular|Here|Overall|In conclusion|In summary|Meanwhile|Nevertheless|Nonetheless|In fact|Indeed|Surprisingly|Remarkably|"
    r"To this end|As a result|Lastly|Also|In contrast|Similarly|Accordingly|Unfortunately|Besides|Taken together|Collectively|Together|More importantly|"
    r"More specifically|To address this|To address these issues|To address this issue|On the other hand|Conversely|Subsequently|Further|Strikingly|"
    r"In this (?:paper|work|study|article|report|review)"
)
SUBORDINATE = re.compile(
    r"(?:While|Although|Though|Whereas|When|If|Since|Because|As|After|Before|Despite|Given|Using|By|With|Unlike|Until|To|In|For|On|At|From|Among|During|Based|Compared|Under|Through|Due|Motivated|Inspired)\b"
)


def dropped_brackets(text: str, rng: random.Random) -> list[Change]:
    """Without a remark in round brackets."""
    changes = []
    for match in re.finditer(r" \(([^()]{3,})\)(?=[ ,.;])", text):
        inside = match[1]
        short = re.fullmatch(r"[A-Z][\w-]*s?", inside.strip())
        if _SCOPE.search(inside) or re.match(
            r"(?:in|at|on|for|with|under|among|of|and|or|to|by|from|as|who|that|than|until|is|are|was)\b",
            inside,
        ):
            continue
        if re.fullmatch(r"[ivx\d]+|[a-z]", inside.strip()) or (
            short and inside.strip() in text[match.end() :]
        ):
            continue
        if re.search(
            r"\b(?:versus|vs|than|compared|between|and|either|respectively|ratio|interval|rate|score|value|by|of|to|as|with)\W*$",
            text[: match.start()],
        ):
            continue
        changes.append(("bracket dropped", text[: match.start()] + text[match.end() :]))
    return changes


def dropped_connective(text: str, rng: random.Random) -> list[Change]:
    """Without a leading connective."""
    changes = []
    match = re.match(rf"(?:{_CONNECTIVES}), (?=\S)", text) or re.match(
        rf"(?:Here|Thus|Therefore|Hence|In {WORK}),? (?=we\b)", text
    )
    if match and not re.match(
        r"(?:as|and|but|or|for example|however)\b|[^,]{0,60}, (?:and|or) ", text[match.end() :]
    ):
        changes.append(("connective dropped", capitalised(text[match.end() :])))
    for match in re.finditer(
        r", (?:however|therefore|moreover|furthermore|in turn|thus|hence|in fact|indeed|consequently), | (?<=[a-z] )(?:also|therefore|thus|hence|furthermore|additionally) (?=[a-z])",
        text,
    ):
        before, after = text[: match.start()], text[match.end() :]
        plain = not match[0].startswith(",")
        if (
            re.search(r"\b(?:not|but|and|only|;)\s?$", before)
            or re.match(r"\w+ing\b|as\b|known\b|called\b|\w+ as", after)
            or re.search(r"not only|whether", before)
            or (plain and not _after_subject(before))
        ):
            continue
        if not plain and not re.match(
            rf"(?:{'|'.join([*VERBS, *map(past, VERBS), *BASE_OF_THIRD])}|is|are|was|were|has|have|had|can|could|may|will|do|does|did)\b",
            after,
        ):
            if SUBORDINATE.match(before) and "," not in before:
                changes.append(("discourse adverb dropped", f"{before}, {after}"))
            continue
        if not plain and re.search(r"[;,]", before[-1:]):
            continue
        changes.append(("discourse adverb dropped", before + " " + after.lstrip()))
    return changes


def _after_subject(before: str) -> bool:
    return bool(
        re.search(
            r"(?:\b(?:[Ww]e|[Tt]hey|[Ii]t|is|are|was|were|has|have|can|will|which|results|findings)|[a-z]s) *$",
            before,
        )
    )


def dropped_tail(text: str, rng: random.Random) -> list[Change]:
    """Without a non-restrictive clause or a list of examples at the end."""
    changes = []
    tail = (
        r", (?:which (?:is|are|was|were|has|have|can|[a-z]+s|[a-z]+ed|we)\b|(?:thereby |thus |hence )?(?:making|allowing|leading|resulting|suggesting|indicating|providing|"
        r"enabling|demonstrating|highlighting|showing|yielding|achieving|implying|improving|reducing|revealing|supporting|outperforming|causing|ensuring|facilitating)\b|"
        r"including\b|such as\b|ranging from\b|especially\b|particularly\b|e\.g\.|i\.e\.|with an? )"
    )
    for match in re.finditer(rf"({tail})([^;:]*)\.$", text):
        start, clause = match.start(), match[0]
        head = text[:start]
        examples = match[1].startswith((", including", ", such as", ", e.g"))
        if head.count("(") > head.count(")") or _SCOPE.search(clause) or len(head.split()) < 5:
            continue
        if "," in match[2] and not (
            examples and not FINITE.search(match[2]) and re.search(r",? (?:and|or) [^,]+$", match[2])
        ):
            continue
        if examples and any(len(item.split()) > 6 for item in match[2].split(",")[1:]):
            continue
        if examples and (FINITE.search(match[2]) or re.search(r"\b(?:using|by|in order|for|to)\b", match[2])):
            continue
        if match[1].startswith((", with", ", which we")) and FINITE.search(match[2]):
            continue
        if (
            not FINITE.search(head)
            or (SUBORDINATE.match(head) and "," not in head)
            or re.search(r"(?:between|either|both|neither|not only)\b[^,]*$", head)
        ):
            continue
        if re.search(r",[^,]*$", head) and re.search(r", \w+ing\b[^,]*$|, [\w -]{1,30}$", head):
            continue  # a member of a list, or a clause within a clause
        changes.append(("trailing clause dropped", head + "."))
    return changes


def dropped_aside(text: str, rng: random.Random) -> list[Change]:
    """Without an apposition or examples between commas, before the verb."""
    changes = []
    for match in re.finditer(
        r"(?<=[a-z)]), ((?:an? |the |including |such as |e\.g\.,? |which (?:is|are|was|were) |also known as |called )[^,;:()]{3,80}), (?=(?:is|are|was|were|has|have|had|can|could|may|will|[a-z]+s) )",
        text,
    ):
        verb = re.match(r"\w+", text[match.end() :])
        if not verb or (
            verb[0] not in BASE_OF_THIRD
            and not re.fullmatch(r"is|are|was|were|has|have|had|can|could|may|will", verb[0])
        ):
            continue
        head = text[: match.start()]
        if (
            _SCOPE.search(match[1])
            or "," in head
            or FINITE.search(head)
            or (FINITE.search(match[1]) and not match[1].startswith("which"))
        ):
            continue
        if re.match(
            r"(?:In|For|On|With|By|At|To|From|During|Among|While|When|If|Although|Despite|Unlike|Here|However|Using|After|Under)\b",
            head,
        ):
            continue
        changes.append(("aside dropped", head + " " + text[match.end() :]))
    return changes


SHORTEN: list[Operation] = [dropped_brackets, dropped_connective, dropped_tail, dropped_aside]
