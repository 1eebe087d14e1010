"""Remove citations from sentences.

A citation says where a statement comes from; it is no part of what is stated. Where it is the subject of the sentence, and the
sentence says no more of it than that it reports something, the whole frame goes: "Roe (2020) found that", "According to Roe
(2020),". Where the sentence needs a subject, "The authors" takes its place.
"""

from __future__ import annotations

import re

from assistant.verification.citations.citation import Citation

# A stand-in for a narrative citation while its frame is looked for: no text has this character.
_SLOT = "\ue000"
_S = rf"{_SLOT}(?:\s*(?:,|;|and|&)\s*{_SLOT})*"
# As many as a sentence may begin with: without an end, the time would grow with the square.
_FEW = rf"{_SLOT}(?:\s*(?:,|;|and|&)\s*{_SLOT}){{0,40}}"
_VERB = r"(?:(?:\w+ly|also|have|has|had|first|further|later)\s+)*\w+"
# "The study by", "Research from"; not "None of".
_SOURCE = (
    r"(?:(?:the|an?|this|another|one)\s+(?:[\w-]+\s+){1,4}(?:by|of|in|from)\s+|(?!n[eo])\w+\s+(?:by|from)\s+)"
)
_FRAMES = re.compile(
    rf"""^\W{{0,400}}(?:(?:according\s+to|as|in|per|for|following|like)\s+{_SOURCE}?{_FEW}(?:['’]s?)?(?:\s+\w+){{0,3}}?|{_FEW}),\s+
    | ^\W{{0,400}}(?:\w+,\s+)?(?:as\s+)?{_SOURCE}?{_FEW}(?:['’]s(?:\s+[\w-]+){{1,3}}?)?(?:\s*,)?\s+{_VERB}\s+that\s+
    | (?:,|(?<!\s))\s+(?:as\s+(?:{_VERB}\s+)?(?:by|in)|according\s+to)\s+{_FEW},?
    | ,\s+(?:as\s+)?{_FEW}\s+{_VERB}(?=\s*+(?:[.]\s*)?$)
    | (?<!\s)\s+(?:by|in|from|see|cf\.|e\.g\.,?)\s+{_FEW}(?!['’])""",
    re.X | re.I,
)


def without_citations(words: str, found: list[Citation]) -> str:
    """Return a sentence without its citations, as a statement that can be checked."""
    pieces, at = [], 0
    for one in found:
        slot = f"{_SLOT}'s" if one.owns else _SLOT
        pieces += [words[at : one.start], slot if one.narrative else " "]
        at = one.end
    text = "".join([*pieces, words[at:]])
    framed = _FRAMES.sub(lambda match: " " if match.start() else "", text)
    if framed != text:
        framed = re.sub(r"^\W*[a-z]", lambda m: m.group().upper(), framed)
    # "The 2022 Roe and Poe study".
    framed = re.sub(rf"\b(?:the|an?)\s+{_S}(?:'s)?", f"{_SLOT}'s", framed, flags=re.I)
    framed = re.sub(rf"^(\W*){_S}", r"\1The authors", framed)
    framed = re.sub(_S, "the authors", framed).replace("he authors's", "he authors'")
    return re.sub(r",\s*+(?=[.;]?\s*$)", "", framed)
