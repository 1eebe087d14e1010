"""Words turned into their opposites: direction, relation, degree, quantity."""

from __future__ import annotations

import random
import re

from evals.studies.corrupting.wording import FUNCTION, Change, put, word_before

_PAIRS = """increase decrease|increases decreases|increased decreased|increasing decreasing|improves worsens|improved worsened|
improving worsening|outperforms underperforms|outperform underperform|outperformed underperformed|outperforming underperforming|enhances impairs|enhanced impaired|
enhancing impairing|upregulated downregulated|up-regulated down-regulated|upregulates downregulates|upregulation downregulation|
higher lower|highest lowest|greater smaller|larger smaller|largest smallest|faster slower|longer shorter|stronger weaker|
superior inferior|positive negative|positively negatively|effective ineffective|efficient inefficient|sufficient insufficient|
efficiently inefficiently|successfully unsuccessfully|correctly incorrectly|accurately inaccurately|presence absence|
maximize minimize|maximizes minimizes|maximizing minimizing|majority minority|advantages disadvantages|advantage disadvantage|
confirmed refuted|confirm refute|confirms refutes|support contradict|supports contradicts|strengthens weakens|strengthened weakened|
accelerates slows|accelerated slowed|beneficial harmful|directly indirectly|supervised unsupervised|safe unsafe|
high-quality low-quality|long-term short-term|large-scale small-scale|high-dimensional low-dimensional|reliable unreliable|
stable unstable|susceptible resistant|sensitive insensitive|rapidly slowly|rapid slow|activates inactivates|included excluded|
homogeneous heterogeneous|surpasses trails|exceeds undershoots|dependent independent|weak strong|worse better|early late"""
_TABLE: dict[str, str] = {}
for _pair in _PAIRS.replace("\n", "").split("|"):
    _one, _two = _pair.split()
    _TABLE.setdefault(_one, _two)
    _TABLE.setdefault(_two, _one)
_TABLE |= {"reduce": "increase", "reduces": "increases", "reduced": "increased", "reducing": "increasing", "reduction": "increase", "improve": "worsen", "enhance": "impair"}  # fmt: skip
_LONE = {
    "exceeds",
    "undershoots",
    "trails",
    "impaired",
    "impairs",
    "impairing",
    "late",
    "resistant",
    "underperform",
}
_STEMS = {"increas": "decreas|reduc|lower", "decreas": "increas", "reduc": "increas|rais", "high": "low", "low": "high", "great": "small|less|low", "larg": "small", "improv": "worsen", "posit": "negat", "negat": "posit", "presen": "absen", "absen": "presen", "superv": "unsuperv"}  # fmt: skip
_LEFT = {  # what may not stand right before the word
    "increase": r"non-|\bor|no", "support": r"\w{3,}|the|a|of", "advantage": "take|takes|taking|the|full", "advantages": "the relative", "included": "also",
    "confirm": r"\bto", "positive": "false|true|gram|semi|self|self-", "negative": "false|true|gram", "early": r"as|very", "larger": "the", "majority": "vast", "lower": "to|can|and|could|or|may|the", "reduced": "set",
    "effective": "an|the", "improve": "and|further", "supervised": "un|semi|self|weakly", "independent": "an|two|three|four|the|of|independent|and|several|multiple", "dependent": "a|the",
    "long-term": "", "presence": "", "exceeds": "", "enhanced": "and", "weak": "a|the|of", "strong": "a|the|of",
}  # fmt: skip
_RIGHT = {  # what may not follow
    "lower": r"bounds?|limbs?|respiratory|extremit|urinary|level|body|back|than or|case|or|leg|than \d", "higher": r"order|education|level|or|than or|than \d|moment|-", "greater": r"or|than \d|than or|part", "larger": "than \\d|or",
    "positive": r"definite|semi|cells?|and|rates?|predictive|integer|matrix|real|constant|number|semidefinite|selection|control|inotrop|breast|lymph|patients|emission|feedback|transfer|for|pairs?|examples?|samples?|result",
    "negative": r"log|and|binomial|predictive|cells?|control|samples?|selection|feedback|breast|lymph|matrix|patients|regulator|sampl|pairs?|examples?|for|transfer|result",
    "independent": r"of each|and ident|component|variable|causes?|of one|sets?|risk|sampl|data|experi|cohorts?|predictor|studies|observ|test|review|source",
    "dependent": r"on|variable|manner|kinase|protein|and|upon", "early": r"stop|and|warning|detection|work|life|adult|onset|in|on|as|exit|embryo|drosophila",
    "included": r"in|that|:|the|as|if|were|only|all|an?", "support": r"vector|for|of|set|and|in|to|from|system|group|recover", "supports": r"of|and|for", "advantage": "of", "advantages": "of|and|over",
    "supervised": r"and|by|or|machine", "increase": "or|and dec", "reduced": r"set|order|to|rank|form|space|by", "reduction": r"in dim|techni|method|algorithm|step|of the problem|to|from", "accelerated": r"gradient|proximal|failure|first|mri|method|algorithm",
    "better": r"underst\w+|captur\w+|suited|reflect|able|known|charac|expl\w+|model|estimat|learn|align|identif|predict|control|handl|represent|util|than random", "weak": r"supervis|learner|label|conver|lensing|classif|form|solution|consist|assump|and",
    "strong": r"convex|law|bas|learn|lottery|and|duality|supervis|generali[sz]ation guar", "faster": r"r-?cnn", "sensitive": r"hash|data|and|attribute|info|detect|feature|person", "resistant": r".*",
    "directly": r"or|and", "stable": r"diffusion|isotope|coronary|distrib|matching|across|and|over", "longer": r"-|any", "safe": r"exploration|rein|rl|harbor|level|learning|policy|set", "better.": "",
    "highest": r"posterior|density|bidder", "improved": r"upon|on|by|over", "shorter": "-", "sufficient": r"condition|statistic|dimension|and|number", "effective": r"dimension|number|rank|concentration|dose|population|refract|connect|field|rece|sample|degree|treatments? for|in",
    "maximize": "", "minimize": "the (?:risk|regret|number)", "efficient": r"global|and|net", "enhanced": r"by|green|computed|mri|ct", "high-dimensional": "", "long-term": r"memor|potentiation|depression", "large-scale": "",
    "activates": "", "rapid": r"eye|prototyp|test|diag", "late": r".*", "presence": "or|and", "absence": "or|and", "weaker": "", "homogeneous": "poly", "majority": r"vot|class",
}  # fmt: skip
_OPEN = re.compile(
    r"\b(?:whether|if|how|what|no|not|neither|nor|without|more or less|either|cannot|unless)\b", re.I
)
_COMPARED = r"(?=than|accurate\w*|effective\w*|efficient\w*|likely|robust\w*|common|complex|sensitive|stable|flexible|reliable|general\b|powerful|important|difficult|challenging|severe|expressive|interpretable|frequent(?:ly)?|rapid(?:ly)?|data|time|training|computation\w*|memory|information|diverse|prevalent|potent|pronounced|susceptible|active|expensive|informative|scalable|precise\w*|realistic|consistent\w*)"


def words(text: str, rng: random.Random) -> list[Change]:
    """A verb or adjective of direction, quality or relation replaced by its opposite."""
    changes: list[Change] = []
    for match in re.finditer(r"(?<![\w/-])([A-Za-z]+(?:-[a-z]+)?)(?![\w/-])", text):
        word = match[1].lower()
        if (
            word not in _TABLE
            or word in _LONE
            or (match[1][0].isupper() and match.start() and text[match.start() - 2] != ".")
        ):
            continue
        new, before, after = _TABLE[word], text[: match.start()], text[match.end() :]
        last = word_before(text, match.start()).lower()
        if word in _LEFT and _LEFT[word] and re.fullmatch(_LEFT[word], last):
            continue
        if word in _RIGHT and _RIGHT[word] and re.match(rf"[\s-]*(?:{_RIGHT[word]})", after, re.I):
            continue
        stems = next((other for stem, other in _STEMS.items() if word.startswith(stem)), re.escape(new))
        if (
            re.search(rf"\b(?:{stems})", text, re.I)
            or _OPEN.search(before)
            or re.match(r" (?:or|and/or) ", after)
        ):
            continue
        if last in (
            "dimensionality",
            "dimension",
            "variance",
            "noise",
            "order",
            "most",
            "more",
            "less",
            "least",
            "contrast",
        ):
            continue
        if word == "better" and not re.match(
            r" ?(?:than|performance|results|accuracy|quality|survival|outcomes?|generali|at |on |in |[,.])",
            after,
        ):
            continue
        if word == "included" and last not in ("were", "was"):
            continue
        if word == "similar":
            continue
        changes.append((f"'{word}' -> '{new}'", put(text, match.start(), match.end(), new)))
    for match in re.finditer(rf"(?<![\w-])([Mm]ore|[Ll]ess) {_COMPARED}", text):
        last = word_before(text, match.start()).lower()
        rest = text[match.end() :]
        if (
            last in ("and", "or", "no", "not", "much", "once", "or", "the")
            or _OPEN.search(text[: match.start()])
            or re.search(r"\b(?:more|less|fewer)\b", text[: match.start()] + rest, re.I)
        ):
            continue
        if re.match(r"\s?than (?:\d|one\b|two\b|half|a\b|an\b)", " " + rest.lstrip()) and rest.startswith(
            "than"
        ):
            continue
        new = "less" if match[1].lower() == "more" else "more"
        changes.append((f"'{match[1].lower()}' -> '{new}'", put(text, match.start(1), match.end(1), new)))
    return changes + _phrases(text)


def _phrases(text: str) -> list[Change]:
    """Turns of phrase with an opposite of their own."""
    found: list[Change] = []
    table = [
        (r"(?<!\bbe )(?<!is )\bsimilar to\b", "different from"), (r"\brobust to\b", "vulnerable to"), (r"\bcompared favorably\b", "compared unfavorably"),
        (r"\bis able to\b", "is unable to"), (r"\bare able to\b", "are unable to"), (r"\bis possible\b(?! that)", "is impossible"), (r"\bmost common\b", "least common"),
        (r"\bthe most (?=(?:effective|important|accurate|frequent|efficient|sensitive|powerful|prevalent|popular|successful|challenging|reliable)\b)", "the least "),
        (r"\ban important (?=role|factor|part|contribution)", "a negligible "), (r"\b(?:a|an) (?:critical|crucial|key|central|essential|major) (?=role|part|contribution)", "a negligible "),
        (r"\bis likely to\b", "is unlikely to"), (r"\bare likely to\b", "are unlikely to"), (r"\bAfter (?=[a-z]+(?: [a-z]+)?,)", "Before "), (r"\bafter (?=treatment|infection|birth|surgery|transplantation|stimulation|exposure|injury|adjustment|adjusting|training|fine-tuning|administration)", "before "),
        (r"\bbefore (?=treatment|infection|birth|surgery|transplantation|stimulation|exposure|injury|training|fine-tuning|administration)", "after "), (r"\bis (?:essential|necessary|required|crucial|critical|indispensable) for\b", "is dispensable for"), (r"\bare (?:essential|necessary|required|crucial|critical|indispensable) for\b", "are dispensable for"),
        (r"\bleads to\b", "prevents"), (r"\bassociated with (?:an )?increased\b", "associated with decreased"), (r"\bin favou?r of\b", "against"), (r"\bimprovements? in\b", "deterioration in"), (r"\ban improvement (?=in|of)", "a deterioration "),
        (r"\bachieves (?=(?:state-of-the-art|competitive|strong|superior|significant|excellent))", "falls short of "), (r"\bachieve (?=(?:state-of-the-art|competitive|strong|excellent))", "fall short of "), (r"\bis consistent with\b", "contradicts"), (r"\bare consistent with\b", "contradict"),
    ]  # fmt: skip
    for pattern, new in table:
        for match in re.finditer(pattern, text):
            last = word_before(text, match.start()).lower()
            if _OPEN.search(text[: match.start()]) or (
                new.startswith("deterioration") and last in ("an", "further", "no")
            ):
                continue
            if new == "before " and re.search(
                r"\b(?:before|shortly|soon|immediately|days?|hours?|weeks?|months?|years?|even|and|long) $",
                text[: match.start()],
            ):
                continue
            found.append(
                (
                    f"'{match[0].strip().lower()}' -> '{new.strip()}'",
                    put(text, match.start(), match.end(), new),
                )
            )
    return found


def adverbs(text: str, rng: random.Random) -> list[Change]:
    """An adverb of frequency or degree replaced by its opposite."""
    table = {"often": "rarely", "frequently": "rarely", "usually": "rarely", "commonly": "rarely", "widely": "rarely", "typically": "rarely", "always": "never", "consistently": "rarely", "rarely": "often", "seldom": "often", "generally": "rarely"}  # fmt: skip
    found: list[Change] = []
    for match in re.finditer(rf"(?<=[a-z)] )({'|'.join(table)})(?= [a-z]+)", text):
        last = word_before(text, match.start()).lower()
        word = match[1]
        near = re.search(
            r"\b(?:more|most|very|as|so|how|less|not|and|or|is not|no)\s$", text[: match.start()]
        )
        verbal = re.match(
            r" (?:[a-z]+ed|shown|known|found|seen|have|has|make|[a-z]+s|require|rely|suffer|fail|use|improve|perform|achieve|need|be)\b",
            text[match.end() :],
        )
        if (
            near
            or not verbal
            or _OPEN.search(text[: match.start()])
            or (word == "widely" and last not in ("is", "are", "been", "was", "were"))
        ):
            continue
        found.append((f"'{word}' -> '{table[word]}'", put(text, match.start(), match.end(), table[word])))
    return found


def quantifiers(text: str, rng: random.Random) -> list[Change]:
    """ "none of the" for "all", "few" for "most"."""
    if _OPEN.search(text):
        return []
    found: list[Change] = []
    for match in re.finditer(r"(?<![\w-])([Aa]ll|[Mm]ost|[Mm]any)(?= (?:of )?(?:the |these |our )?)", text):
        word, after = match[1].lower(), text[match.end() :]
        last = word_before(text, match.start()).lower()
        noun = re.match(r" (of )?(the |these |our )?((?:[a-z-]+ ){0,2}[a-z]{3,}[^su\W]s)\b", after)
        if not noun or any(w in FUNCTION or w.endswith("ly") for w in noun[3].split()):
            continue
        if word == "all" and (
            not last
            or last in ("for", "on", "in", "outperforms", "outperformed", "surpasses", "affects", "covers")
        ):
            of = noun[2] or "the "
            start = "None" if match[1][0] == "A" else "none"
            found.append(
                (
                    "'all' -> 'none of'",
                    f"{text[: match.start()]}{start} of {of}{noun[3]}{after[noun.end() :]}",
                )
            )
        elif word in ("most", "many") and match[1][0].isupper() and (not noun[2] or noun[1]):
            found.append((f"'{word}' -> 'few'", f"{text[: match.start()]}Few{after}"))
    return found
