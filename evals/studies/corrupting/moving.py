"""Light edits that put a part of a sentence in another place."""

from __future__ import annotations

import random
import re

from evals.studies.corrupting.dropping import FINITE, SUBORDINATE, WORK
from evals.studies.corrupting.verbs import BASE_OF_THIRD, VERBS, past
from evals.studies.corrupting.wording import FUNCTION, Change, Operation, capitalised, lowered, word_before

_PRONOUN = re.compile(
    r"\b(?:it|its|they|their|them|these|those|this|that|such|he|she|his|her|itself|themselves|the former|the latter|both|each)\b",
    re.I,
)


def moved_work(text: str, rng: random.Random) -> list[Change]:
    """ "In this paper, we show that X." -> "We show in this paper that X."; and the other way round."""
    changes: list[Change] = []
    match = re.match(rf"(In {WORK}),? we ((?:also |further |first |\w+ly )?[a-z]+) (.+)\.$", text)
    here = re.match(r"Here,? we (?:also )?([a-z]+) (?=that\b)", text)
    if here:
        changes.append(("'here' moved", f"We {text[here.start(1) : here.end(1)]} here {text[here.end() :]}"))
    if match:
        place, verb, rest = "i" + match[1][1:], match[2], match[3]
        if re.match(r"(?:that|how|whether|why)\b", rest):
            changes.append(("'in this paper' moved", f"We {verb} {place} {rest}."))
        else:
            changes.append(("'in this paper' moved", f"We, {place}, {verb} {rest}."))
        nested = re.search(r"[,;:(]|\b(?:that|which|where|while|how|whether|and)\b", rest)
        if not nested and len(rest.split()) <= 14 and not re.match(r"\w+ly\b", verb):
            changes.append(("'in this paper' moved", f"We {verb} {rest} {place}."))
    match = re.search(rf" in ({WORK})\.$", text)
    start = lowered(text[: match.start()]) if match else None
    if match and start and not SUBORDINATE.match(text) and FINITE.search(text):
        changes.append(("'in this paper' moved", f"In {match[1]}, {start}."))
    return changes


def moved_clause(text: str, rng: random.Random) -> list[Change]:
    """A clause or phrase moved between the front and the end."""
    changes: list[Change] = []
    match = re.fullmatch(
        r"([^;:]+?),? (while|whereas|although|because|when|since|if|after|before|despite|even though) ([^,;:]+)\.",
        text,
    )
    if match and not SUBORDINATE.match(text):
        head, word, rest = match.groups()
        start = lowered(head)
        comma = text[len(head)] == ","
        clean = not re.search(
            r",|\b(?:that|which|who|whether|and|or|but|whose|where|only|even|than|especially|particularly|as|just)\b",
            head,
        )
        if word in ("while", "whereas", "although") and not comma:
            clean = clean and (word == "although" or re.match(r"\w+ing\b", rest) is not None)
        if word in ("since", "after", "before", "when", "if", "because") and (_negative(head) or comma):
            clean = False
        if word in ("after", "before") and not FINITE.search(rest):
            clean = False  # "degeneration after stroke": the phrase may go with the noun
        if word == "since" and not FINITE.search(rest):
            clean = clean and bool(re.match(r"(?:19|20)\d\d$", rest))
        main = (
            FINITE.search(head)
            and not (comma and word == "despite" and _negative(head))
            and not re.search(
                r"\bto\b|ing\b",
                head.split(" ", 3)[-1] if word in ("when", "if", "because", "after", "before") else "",
            )
        )
        if "(" not in text and start and clean and main and not _PRONOUN.search(rest):
            changes.append((f"'{word}' clause to the front", f"{capitalised(word)} {rest}, {start}."))
    front = r"(?:After|Before|During|When|While|Although|Because|If|Since|Given|In|For|On|At|Under|With|Across|Despite|By|Through|Within|To|Throughout|Using|Following|Over|Unlike|Compared (?:with|to)|Based on|Until|Even though|Upon)"
    match = re.fullmatch(rf"({front}) ([^,;:]+), ([^;:]+)\.", text)
    if match:
        word, inner, main_part = match.groups()
        phrase = f"{word[0].lower()}{word[1:]} {inner}"
        clause = FINITE.search(inner) and word in (
            "While",
            "Although",
            "Because",
            "If",
            "Since",
            "When",
            "Even though",
            "After",
            "Before",
        )
        fixed = re.match(
            r"(?:In (?:contrast|addition|line|agreement|accordance|keeping|light|comparison|parallel|response|essence|principle|theory|practice|particular|conclusion|fact|general|short|summary|other words|turn|part|total|this (?:paper|work|study|article|report|review)|brief|this (?:way|sense|regard|case|context|setting))|For (?:example|instance|this|that|these)|On (?:the (?:one|other|contrary)|average|this)|To (?:this|that|the best|address|do|our|tackle|overcome|our|solve|bridge)|At (?:the same|last|first|least)|By (?:contrast|doing|comparison)|With (?:this|these|that|the)|Based on (?:this|these|the)|Using (?:this|these)|Through (?:this|these)|Over the|Given (?:this|the|these))\b",
            text,
        )
        bad = re.search(
            r"\b(?:that|which|whose|whom|who|where|while|whereas|and|or|but|because|when|if|although|whether|how|what|than|as|so|not|no|neither)\b",
            main_part,
        )
        if word in ("While", "Although", "Because", "If", "Since", "Even though", "When"):
            bad = re.search(
                r"\b(?:that|which|who|while|whereas|but|because|when|if|although|whether|how|what|than|so|not|no|neither)\b",
                main_part,
            )
        plain = "," not in main_part and "(" not in text and not _PRONOUN.search(main_part)
        short = len(main_part.split()) <= 24 and len(inner.split()) <= (6 if word == "For" else 14)
        short = (
            short
            and not _negative(inner)
            and not re.search(r"\b(?:it|they|its|their|he|she|this|these)\b", inner)
        )
        whole = FINITE.search(main_part) or main_part.startswith("we ")
        subordinate = word in ("While", "Although", "Because", "If", "Even though")
        if not fixed and not bad and plain and short and whole and (clause or not subordinate):
            glue = ", " if word in ("While", "Although", "Even though") else " "
            changes.append((f"'{word}' part to the end", f"{capitalised(main_part)}{glue}{phrase}."))
    return changes


def _negative(text: str) -> bool:
    return bool(re.search(r"\b(?:not|no|never|neither|nor|cannot|without|none|only)\b", text))


def swapped_members(text: str, rng: random.Random) -> list[Change]:
    """The members of a pair joined by "and" in the other order."""
    changes = []
    adjective = r"[a-z]{2,}(?:[a-z](?:al|ic|ive|ous|ary|able|ible))"
    nouns = re.compile(
        r"\b(?:signal|animal|survival|clinic|mechanic|metric|topic|trial|interval|proposal|approval|removal|logic|arrival|music|traffic|potential|material|individual|graphic|public|table|variable|goal|objective|native|derivative|additive|retrieval|chemical|basic|first|final|critic|arithmetic|initial|original|neural|library|summary|boundary|diagonal|integral)\b"
    )
    if re.search(r"\b(?:respectively|former|latter|first|vice versa)\b", text):
        return []
    for match in re.finditer(
        rf"(?<=[a-z] )({adjective}) and ({adjective})(?= [a-z-]+(?:[.,;)]| (?:of|in|for|with|by|on|as|are|is|was|were|than|from|at|when|while|that|to|have|has|can|which|and)\b))",
        text,
    ):
        last = word_before(text, match.start()).lower()
        blocked = "more most less least not no a an non very so as highly".split()
        if not nouns.search(match[0]) and not last.endswith("ly") and last not in blocked:
            changes.append(
                ("pair swapped", f"{text[: match.start()]}{match[2]} and {match[1]}{text[match.end() :]}")
            )
    member = r"[A-Za-z][\w-]*[\w]"
    for match in re.finditer(
        rf"\b(both|between|(?:improv|reduc|increas|enhanc|achiev|provid|combin|requir|evaluat|demonstrat|ensur|decreas)(?:e|es|ed|ing)) ({member}) and ({member})(?=[.,;]| (?:in|on|for|when|while|via|through|during|across|is|are|was|were|has|have|can|under|at|within|without)\b)",
        text,
    ):
        one, two = match[2], match[3]
        verbal = rf"{'|'.join(VERBS)}|\w+ed|\w+ly|\w+ing|\w*(?:thus|then|also|not|that|it|we|to)"
        if (
            {one.lower(), two.lower()} & FUNCTION
            or re.fullmatch(verbal, one)
            or re.fullmatch(verbal, two)
            or two in BASE_OF_THIRD
            or re.fullmatch(rf"(?:{'|'.join(VERBS)})s?", two)
        ):
            continue
        changes.append(("pair swapped", f"{text[: match.start(2)]}{two} and {one}{text[match.end() :]}"))
    match2 = re.match(
        rf"({member}) and ({member})(?= (?:are|were|have|can|may|both|play|remain|share|show)\b)", text
    )
    if (
        match2
        and (start := match2[1].lower()) not in FUNCTION
        and not re.fullmatch(r"\w+ly|[A-Z]{4,}", match2[1])
    ):
        first = match2[1] if re.search(r"[A-Z0-9]", match2[1][1:]) else start
        if first != start or not re.search(r"(?:an|ian|ese|ish)$", start):
            changes.append(("pair swapped", f"{capitalised(match2[2])} and {first}{text[match2.end() :]}"))
    names = r"[A-Z][\w-]*[A-Z0-9][\w-]*"
    for match in re.finditer(rf"(?<=[a-z] )({names}) and ({names})(?=[.,;]| (?!and\b)[a-z])", text):
        last = word_before(text, match.start())
        if last != "between" and re.search(r"\bbetween\b", text[: match.start()]):
            continue
        if last not in FUNCTION or not _closed(text[match.end() :]):
            continue  # "the protein Arp4 and Swc7": the noun goes with the first name alone
        changes.append(
            ("pair swapped", f"{text[: match.start()]}{match[2]} and {match[1]}{text[match.end() :]}")
        )
    return changes


_ADVERBS = "Finally|Additionally|Furthermore|Moreover|Therefore|Thus|Consequently|Hence|Recently|Subsequently|However|Nevertheless|Nonetheless|Instead|Interestingly|Notably|Importantly|Surprisingly|Lastly"
_HAVE_BE = r"(?:is|are|was|were|has|have|can|could|may|might|will|should|must|does|do|did)"


def moved_connective(text: str, rng: random.Random) -> list[Change]:
    """A leading connective put behind the subject or the auxiliary."""
    match = re.match(rf"({_ADVERBS}), ([^,;:()]+)\.?", text)
    if not match:
        return []
    word, rest = match[1].lower(), text[len(match[1]) + 2 :]
    aside = word in (
        "however",
        "nevertheless",
        "nonetheless",
        "moreover",
        "furthermore",
        "interestingly",
        "notably",
        "importantly",
        "surprisingly",
        "consequently",
        "hence",
        "thus",
        "instead",
    )
    if found := re.match(rf"we ({'|'.join({*VERBS, *map(past, VERBS)} - {'have', 'had'})}) ", rest):
        if word in (
            "finally",
            "additionally",
            "furthermore",
            "therefore",
            "thus",
            "subsequently",
            "consequently",
            "instead",
            "recently",
            "hence",
            "lastly",
        ):
            return [(f"'{word}' moved", f"We {word} {rest[3:]}")]
        if re.match(r"that\b", rest[found.end() :]):
            return [(f"'{word}' moved", f"We {rest[3 : found.end() - 1]}, {word}, {rest[found.end() :]}")]
        return [(f"'{word}' moved", f"We, {word}, {rest[3:]}")]
    found = re.match(
        rf"((?:the|a|an|these|this|those|our|their|its|it|they|we|most|many|existing|current|such|previous|recent|all|both)\b(?: [\w-]+){{0,4}}?) ({_HAVE_BE}) (?=[a-z])",
        rest,
    )
    if not found or re.search(
        r"\b(?:that|which|who|if|when|while|as|because|whether|where|and|or|of|to|in|by|with|for|on)\b",
        found[1],
    ):
        return []
    subject, verb, after = capitalised(found[1]), found[2], rest[found.end() :]
    if aside:
        return [(f"'{word}' moved", f"{subject}, {word}, {verb} {after}")]
    if verb not in ("do", "does", "did"):
        return [(f"'{word}' moved", f"{subject} {verb} {word} {after}")]
    return []


def moved_purpose(text: str, rng: random.Random) -> list[Change]:
    """What "we" do something for, or by which means, from the end to the front."""
    changes: list[Change] = []
    nested = r",|;|:|\(|\b(?:that|which|who|whether|how|if|when|while|and|or|but|not|only|also|than|as|aim|seek|want|able)\b"
    match = re.fullmatch(r"We ((?:\w+ )+?)(to|by|using|via|through) ([a-z][\w-]*) ([^,;:()]+)\.", text)
    if not match or re.search(nested, match[1]) or len(match[1].split()) < 3:
        return []
    head, word, first, rest = match.groups()
    last = head.split()[-1]
    verb = (
        first in VERBS
        or first in "test detect quantify infer estimate handle tackle understand further better".split()
    )
    if word == "to" and (
        not verb or last in "need ability order how due used able approach way ways attempt system".split()
    ):
        return []
    if word in ("by", "via", "through") and not first.endswith("ing"):
        return []
    if (
        re.fullmatch(
            r"(?:model|method|approach|framework|algorithm|system|technique|network|procedure|strateg|solution|estimator|it|them|cell)\w*",
            last,
        )
        and word != "to"
    ):
        return []
    if re.search(r"\b(?:to|by|using|that|which|thereby|whose)\b|ed by\b", rest):
        return []
    changes.append(
        (f"'{word}' phrase to the front", f"{capitalised(word)} {first} {rest}, we {head.strip()}.")
    )
    return changes


def moved_degree(text: str, rng: random.Random) -> list[Change]:
    """An adverb of degree before or behind its verb: "increased significantly" or "significantly increased"."""
    changes = []
    verb = r"increased|decreased|reduced|improved|enhanced|impaired|declined|elevated|altered|inhibited|suppressed"
    adverb = r"significantly|markedly|substantially|dramatically|strongly|greatly|considerably|drastically"
    follows = r"(?=[.,;]| (?:in|by|with|after|when|during|following|at|for|compared|among|from|and)\b)"
    for m in re.finditer(rf"\b({adverb}) ({verb}){follows}", text):
        if re.search(r"\b(?:was|were|is|are|been|be|which|that) $", text[: m.start()]):
            changes.append(("adverb moved", f"{text[: m.start()]}{m[2]} {m[1]}{text[m.end() :]}"))
    for m in re.finditer(rf"\b({verb}) ({adverb}){follows}", text):
        changes.append(("adverb moved", f"{text[: m.start()]}{m[2]} {m[1]}{text[m.end() :]}"))
    return changes


def swapped_list(text: str, rng: random.Random) -> list[Change]:
    """The first two members of a list of three single words in the other order."""
    if re.search(r"\b(?:respectively|former|latter|first|then|step)\b", text):
        return []
    changes = []
    word = r"[A-Za-z][\w-]*\w"
    for m in re.finditer(rf"(?<=[a-z] )({word}), ({word}),? (?:and|or) ({word})(?=[.;)])", text):
        members = [m[1], m[2], m[3]]
        alike = all(re.fullmatch(r"[a-z-]+", w) for w in members) or all(
            re.search(r"[A-Z0-9]", w[1:]) for w in members
        )
        plain = not any(
            w in FUNCTION or w in VERBS or w in BASE_OF_THIRD or re.search(r"(?:ed|ly)$", w) for w in members
        )
        last = word_before(text, m.start())
        if (
            alike
            and plain
            and last
            in (
                "of",
                "in",
                "for",
                "including",
                "with",
                "by",
                "on",
                "as",
                "from",
                "between",
                "like",
                "e.g.",
                "to",
                "across",
                "both",
            )
        ):
            changes.append(("list members swapped", f"{text[: m.start()]}{m[2]}, {m[1]}{text[m.end(2) :]}"))
    return changes


def _closed(after: str) -> bool:
    """Whether the phrase ends here or with a plural noun, so that no compound noun begins."""
    stops = r"[.,;)]| (?:of|in|for|with|by|on|as|are|is|was|were|than|from|at|when|while|that|to|have|has|can|which|during|both|may|together)\b"
    return bool(re.match(rf"(?: [a-z-]+[^su]s)?(?:{stops})", after))


REORDER: list[Operation] = [
    moved_work,
    moved_clause,
    moved_connective,
    moved_purpose,
    moved_degree,
    swapped_members,
    swapped_list,
]
