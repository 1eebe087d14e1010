"""Tell hearsay. "It is believed that ...", "Earlier studies reported ..."; and what is only asked: "We ask whether ...".

The form tells it, in English: who speaks is not the paper, and speaks in the present or the perfect. What a study was told ("Members said
that ...") stands in the past. A sentence that goes on with something else ("..., but prices rose") is the paper's own.
"""

from __future__ import annotations

import re

# Verbs of thinking and of saying before a clause: of the first the present, too, tells what others think; "it is argued" may be the
# paper's own argument, "it has long been argued" is not.
_THOUGHT = "thought|believed|assumed|supposed|presumed|considered|held|said|alleged|claimed|known"
_SAID = rf"{_THOUGHT}|argued|maintained|asserted|contended|suggested|hypothesi[sz]ed|postulated|speculated|proposed|reported|shown"
_SAY = "think|believe|assume|suppose|hold|say|allege|claim|argue|maintain|assert|contend"
# "Claims" is as often a noun.
_SAYS = "thinks|believes|assumes|holds|says|alleges|argues|maintains|asserts|contends"
# In the plural as the verb is: "the popular claim that" has none.
_PEOPLE = r"\w{1,30}s|people|men|women|many|most"
_ADVERBS = r"(?:(?:\w{2,20}ly|long|often|sometimes|always|now|also)\s++){0,2}"
_BEFORE = "previous|prior|earlier|past|existing|recent|older"
_RESEARCH = "studies|study|works?|research|trials?|reviews?|reports?|papers?|investigations?|experiments?|literature|authors|researchers|scholars"
_FINDS = rf"{_SAID}|found|showed|indicated|demonstrated|observed|concluded|established|identified|linked|suggests?|reports?|finds?|shows?"
_HEARSAY = re.compile(
    rf"\b(?:is|are)\s++{_ADVERBS}(?:{_THOUGHT})\s++(?:that|to)\b"
    rf"|\b(?:has|have)\s++{_ADVERBS}(?:been\s++{_ADVERBS}(?:{_SAID})\s++(?:that|to)|(?:{_SAID})\s++that)\b"
    rf"|\b(?:{_PEOPLE})\s++{_ADVERBS}(?:{_SAY})\s++that\b"
    rf"|(?<=\w )(?:{_SAYS})\s++that\b"
    r"|\b(?:view|belief|assumption|opinion|wisdom|consensus|claim|idea|notion|theory)\s++(?:is|has\s++been)\s++that\b"
    rf"|\b(?:{_BEFORE})\s++(?:[\w-]{{1,30}}\s++){{0,2}}(?:{_RESEARCH})\s++(?:(?:has|have|had)\s++)?{_ADVERBS}(?:{_FINDS})\b",
    re.I,
)
# Who says "we" speaks, and so does "this paper".
_OWN = re.compile(r"\b(?:we|our|ours|us|I|my|here)\b", re.I)
_PAPER = re.compile(
    r"\b(?:this|these|the\s++(?:present|current|paper|article|study|authors?|results?|findings?|data))\b|^(?:results|findings|data)\b",
    re.I,
)
# Before hearsay at most an adverbial ("However,", "In dry regions,"), no clause that says something else or that it is a part of; and
# behind it no other one.
_CLAUSE = re.compile(
    r"[;:]|,.*,|,\s++(?:and|but|or|which|who)\b|\b(?:which|who|that|whether|because|although|not|to)\s"
)
_GOES_ON = re.compile(r";|,\s++(?:but|yet|however|whereas|while|although|though)\b")
# "Whether" opens a question, but for "regardless of whether" and "whether old or not"; "if" does so behind few verbs and adjectives.
_OPEN = re.compile(
    r"(?<! of )(?<!, )\bwhether\b(?! or not,)"
    r"|\b(?:ask(?:s|ed)?|see|test(?:s|ed)?|determined?|examined?|investigated?|explored?|assess(?:ed)?|know|unknown|unclear|uncertain)\s++if\b",
    re.I,
)
# "... and found that it does".
_ANSWERED = re.compile(rf"(?:,|;|\band)\s++(?:\w++\s++)?(?:{_FINDS})\b", re.I)
_ASKS = re.compile(rf"\b(?:{_SAID}|{_SAY}|{_SAYS})\b", re.I)


def hearsay(text: str) -> bool:
    """Return whether a sentence tells what others say or what is held in general, and nothing of the paper's own."""
    told = _HEARSAY.search(text)
    if told is None or _OWN.search(text):
        return False
    alone = not _CLAUSE.search(text, 0, told.start()) and not _GOES_ON.search(text, told.end())
    return alone and not _PAPER.search(text, 0, told.end())


def leaves_open(text: str) -> bool:
    """Return whether a sentence only asks something, and does not go on with an answer. Of 3,900 findings in labelled abstracts it takes
    14, four of which do tell something."""
    asked = _OPEN.search(text)
    return asked is not None and not any(told.search(text, asked.end()) for told in (_GOES_ON, _ANSWERED))


def asks_for_hearsay(question: str) -> bool:
    """Return whether a question asks what is said or believed."""
    return bool(_ASKS.search(question))
