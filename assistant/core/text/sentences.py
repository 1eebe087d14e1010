"""Split prose into sentences: decimals, abbreviations, LaTeX, links, lists."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ABBREVIATIONS = frozenset(
    """e.g i.e cf vs al etc fig figs eq eqs ref refs sec sect tab no nos vol pp p ch approx ca resp w.r.t dr prof mr
    mrs ms st inc ltd dept ed eds et u.s u.k a.k.a z.b d.h bzw ca viz esp incl max min avg std dept jr sr eqn thm
    prop def lem cor app suppl ver jan feb mar apr jun jul aug sep sept oct nov dec spp sp subsp var""".split()
)
# The next word always belongs to them, in lower or upper case.
_BOUND = frozenset("e.g i.e cf vs fig figs eq eqs vol pp approx ca resp".split())
# So it does to these if it is a number: "Sec. IV", "no. 5", but not "within 5 sec. We ...", "the answer is no. We ...".
_NUMBERED = frozenset("ref refs sec sect no nos".split())
_NUMBER = re.compile(r"[A-Z]{0,2}\d|[IVXLC]+\b|[A-Z][).,;:]")
# So it does to titles, which begin with a capital: "Ms. Smith", but not "it takes 5 ms. We ...".
_TITLES = frozenset("Dr Prof Mr Mrs Ms St".split())
_STOP = re.compile(
    r"(?<![.!?…])[.!?…]++[\"'”’)\]}»]*+(?=\s|$|\[\d|【|\^\{?\d|[¹²³⁰⁴-⁹]|https?:)|[。！？]|"
    r"\n(?=[^\S\n]*+(?:\n|(?:[-*•‣]|\d{1,3}[.)])\s))|\n(?=#)"
)
_MARK = r"(?:\[\^?\d[\d,;\s–-]*\]|【\d[^】]{0,80}】|(?<!\s)(?:\^\{?\d[\d,–-]*\}?|[¹²³⁰⁴-⁹]+))"
_MARKS_AFTER = re.compile(
    rf"(?:[ \t]*{_MARK})+[.]?|[ \t]*\n[ \t]*{_MARK}(?:[ \t]*{_MARK})*[.]?(?=\s*(?:\n|$))"
)
# A footnote or a citation directly behind a full stop belongs to the sentence before it, as `[1]` does.
_FOOTNOTE = re.compile(
    r"(?<=[.!?])\\(?:\w*cite\w*|footnote\w*)\*?(?:\[[^\]\n]*\]){0,2}\{(?:[^{}\n]|\{[^{}\n]*\})*\}"
)
_MASKED = re.compile(r"\$[^$\n]{1,200}\$|\\[a-zA-Z]+\*?(?:\[[^\]\n]*\])?\{[^{}\n]*\}")

_DOES = r"(?:do|does|did|is|are|was|were|has|have|had)"
_HELPS = rf"(?:{_DOES}|can|could|will|would|should|may|might|must|cannot)"
# What the sentence before says is left out behind the verb, "... did not.", unless an earlier clause of the sentence says it.
_ENDS = re.compile(
    rf"\b(?:{_DOES}|{_HELPS} not|cannot|\w+n['’]t)"
    r"(?: (?:not|so|more|less|better|worse|both|neither|likewise|the same))?(?:,? (?:either|too|though|however))?[.!]?$",
    re.I,
)
_CLAUSE = re.compile(
    r"[,;:]|\b(?:and|but|or|than|as|if|when|while|where|whereas|what|how|which|who|that|because)\b", re.I
)
_COMPARES = r"(?:more|less|fewer|higher|lower|greater|smaller|larger|better|worse|longer|shorter|faster|slower|stronger|weaker)"
# It is left out, or compared with: "Neither did ...", "The same was true of ...", "... had no such effect", "By contrast, ... was higher."
# Or only it tells of whom there is a rest: "Of the rest, nine left", "Most of them slept".
_LEANS = re.compile(
    r"^(?:(?:of|in|among|for) )?the (?:rest|others?|remainder)\b(?! (?:of|hand|side|sex|half)\b)|"
    r"^[\w-]{1,20} (?:per cent |percent )?of them\b|"
    rf"^(?:neither|nor|so) {_HELPS}\b|\bno such\b|"
    r"^(?:and |but )?(?:much )?the (?:same|opposite|reverse|converse) (?:is|was|were|holds?|held|applie[sd]|goes|happened|occurred)\b|"
    rf"^(?:(?:by|in) contrast|conversely), (?!.*\b(?:than|compared|versus)\b).*\b{_COMPARES}\b",
    re.I,
)
# Its subject is what the sentence before speaks of: "It did not ...", "In 30 homes it ...", "This was ...", but not "It is unclear whether".
_BARE = re.compile(
    r"^(?:(?:in|on|at|for|with|from|over|after|before|during|by|under|across|among)(?: [^\s,;]{1,30}){1,4},? )?"
    rf"(?:they|it(?! (?:{_HELPS} (?:not )?)?(?:been |be )?\w+ (?:that|whether|if|to|how|why)\b))\b|"
    rf"^(?:this|that|these|those|such) {_HELPS}\b",
    re.I,
)


@dataclass(frozen=True)
class Span:
    """Character offsets of a sentence; `text[start:end]` has no white space around it."""

    start: int
    end: int


def split(text: str) -> list[Span]:
    """Return the sentences of a text, in order and disjoint; together they hold everything except white space.

    A citation mark after the full stop belongs to the sentence before it. Lists, headings and blank lines end a
    sentence. Takes time linear in the length of the text.
    """
    masked = _FOOTNOTE.sub(lambda m: f"[{'0' * (len(m.group()) - 2)}]", text)
    masked = _MASKED.sub(lambda m: "X" * len(m.group()), masked)
    spans: list[Span] = []
    at = 0
    for match in _STOP.finditer(masked):
        if match.start() < at or not _ends(masked, match, at):
            continue
        end = match.end() if match.group() != "\n" else match.start()
        marks = _MARKS_AFTER.match(masked, end)
        if marks and match.group() != "\n":
            end = marks.end()
        at = _add(text, at, end, spans)
    _add(text, at, len(text), spans)
    return spans


def _add(text: str, start: int, end: int, spans: list[Span]) -> int:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    body = piece.strip()
    if body:
        if not any(ch.isalnum() for ch in body) and spans:
            # Left-over marks belong to the sentence before.
            spans[-1] = Span(spans[-1].start, start + lead + len(body))
        else:
            spans.append(Span(start + lead, start + lead + len(body)))
    return end


def _ends(text: str, match: re.Match[str], at: int) -> bool:
    mark = match.group()
    if mark[0] in "\n。！？":
        return True
    rest = text[match.end() : match.end() + 80].lstrip()
    if not rest:
        return True
    following = rest.lstrip("\"'“‘([{«`*_")[:1]
    before = text[max(at, match.start() - 40) : match.start()]
    word = before.split()[-1].lstrip("([{\"'“‘") if before.strip() == before.lstrip() != "" else ""
    if mark[0] == "." and len(mark) == 1:
        if _abbreviated(word, rest.lstrip("([{")):
            return False
        if following.islower() and not _named(rest):
            return False
    elif mark.startswith("...") or mark[0] == "…":
        return following.isupper() or following.isdigit()
    elif following.islower():
        return False
    return True


def _abbreviated(word: str, rest: str) -> bool:
    low, following = word.lower().rstrip("."), rest[:1]
    if word in _TITLES or low in _BOUND:
        return True
    if low in _NUMBERED:
        return _NUMBER.match(rest) is not None
    if low in _ABBREVIATIONS:
        return not following.isupper() or low in ("al", "et")
    # An initial: "J. Smith"; not the end of "vitamin C." before a sentence, which is rarer.
    return len(word) == 1 and word.isupper() and following.isupper()


def _named(rest: str) -> bool:
    """Return whether the next word is a name that begins in lower case (iBOT, t-SNE, mBERT, https://...)."""
    word = rest.split(maxsplit=1)[0]
    return word.startswith("http") or any(ch.isupper() for ch in word[1:])


def marked(sentence: str, marks: str) -> str:
    """Insert citation marks before the closing mark of a sentence."""
    if not marks:
        return sentence
    words, stop = closed(sentence)
    return f"{words} {marks}{stop}"


def closed(sentence: str) -> tuple[str, str]:
    """Split off the closing mark of a sentence; "" if it has none."""
    if sentence.endswith((".", "!", "?", "。")):
        return sentence[:-1].rstrip(), sentence[-1]
    return sentence, ""


def hangs(sentence: str, *, subject: bool = False) -> bool:
    """Return whether a sentence leaves out what the one before it says: "Amplitude did not.", "The same was true of men.".

    With `subject` also whether it only points to what it speaks of: "It fell by a third."
    """
    ends = _ENDS.search(sentence)
    leaves_out = bool(ends and not _CLAUSE.search(sentence, 0, ends.start()))
    return leaves_out or bool(_LEANS.search(sentence) or (subject and _BARE.match(sentence)))
