"""Notices of rights at the beginning or the end of an abstract: "© 2019 Elsevier B.V. All rights reserved."

A notice is told by what it has (a mark of rights with a year or a holder, rights that are reserved, a publisher, a licence)
and by what it has not: a word in small letters that no notice has. So no sentence of the abstract is taken for one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 1_700
_YEAR = r"(?:19|20)\d\d\b"
# Where a sentence may end: behind its mark, or where a notice begins or ends without one.
_BOUNDARY = re.compile(
    r"(?<=[.!?\]])\s+(?=[^\W_a-zà-ÿ]|[\"“(©\[])|(?<=[.!?][)”\"’'])\s+(?=[^\W_a-zà-ÿ]|[\"“(©\[])"
    r"|(?<=[.!?”\"’'])(?=©)|(?<=[.!?])(?=Copyright\b)|(?<=[Rr]eserved)\s+(?=[A-Z])"
    rf"|(?<!\s)\s+(?=\([cC]\)\s{_YEAR}\s+[A-Z])|(?<!\s)\s+(?=©\s?(?:Copyright\b|{_YEAR}|The\s|[A-Z]))"
)
# What ends with a point inside a notice (initials of names, and these), and what a sign belongs to.
_NO_END = re.compile(
    r"(?i:Copyright)\W?$|(?:^|[\s(])(?:[A-Z]|St|Mt|Dr|No|Vol|pp|U\.S|Jr|J\.\s?[A-Z][a-z]{1,6})\.$"
)
_SIGN = re.compile(
    rf"\W*(?:Crown )?(?:©|Copyright\W{{0,9}}(?:©|\([cC]\))|\([cC]\)\s*(?=(?:copyright\W*)?{_YEAR}|The Author|[^.]{{1,60}}\b(?:Inc|Ltd|Press|Society)\b)"
    rf"|Copyright\b(?=\W*{_YEAR}|[^.]{{1,80}}\b{_YEAR}\W*$|[^.]{{1,150}}\bproperty of\b|\W+(?:The Authors?|Elsevier|Springer|Wiley)\b|\s+applies to all))",
    re.I,
)
_BARE_SIGN = re.compile(rf"[^\w©]*©\W*{_YEAR}\W*$")
_SAID = re.compile(
    r"\ball rights (?:are )?reserved\b|\bpublished (?:online )?(?:by|on behalf of) (?:the )?(?-i:[A-Z])"
    r"|^\W*(?:this|the) (?:is an |article is an |paper is an |work is an )?open[- ]access (?:article|paper|work)\b"
    r"|^\W*(?:this|the) (?:article|work|paper|abstract|is a) .{0,60}\b(?:protected by copyright|licen[sc]ed|"
    r"(?:distributed|published|made available) (?:under|in accordance)|U\.?S\.? government work)\b"
    r"|^\W*(?:published|distributed|licen[sc]ed|made available|re-?use(?: is)? permitted|open access) under\b|^\W*licensee:? (?-i:[A-Z])"
    r"|^\W*(?:personal use of this material|permission from)\b|^\W*the copyright holder for this\b"
    r"|\b(?:todos los derechos reservados|tous droits réservés|alle rechte vorbehalten|todos os direitos reservados|tutti i diritti riservati)\b"
    r"|^\W*(?:publicado por|publié par|publicado pela?) (?-i:[A-Z])",
    re.I,
)
_YEAR_FIRST = re.compile(rf"\W*{_YEAR},?\s+(?:by\s+)?[A-Z]")
_PROPERTY = re.compile(r"\bCopyright of .{2,200}?(?: and its content\b|$)", re.I | re.S)
_ADDRESS = re.compile(r"(?:https?://|www\.|doi:)\S+|\S+@\S+", re.I)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_MOST_NAMES = 30
_MOST_WORDS_OF_A_NAME = 8
_WORDS = frozenset(
    """a abridged about abstract abstracts c access according accordance accuracy agreement all allows an and any applies appropriate are article
    article's article’s articles as association at attribution author author's authors author(s) available be been behalf by
    cc changes cited citation commercial commons company conditions content content's contributed copied copy copyright copyrighted
    copyrightholder creative credit credited creator credits de del della der des di distributed distribution do does domain
    download e-mail economic either email emailed employees employer employer(s) et al except exclusive express for
    form free from full given government granted grants group has have holder holder's holders however if in inc included
    indicate indicated individual information international is issued it its journal journal's la le les license
    licence licenced licensed licensee licensees licenses licences license's line link listserv ltd made material may medium
    modifications more multiple must no non-commercial noncommercial non-commercially not of on online only open open-access or
    original other otherwise owner paper permission permissions permits permitted please posted press print part party
    noderivatives noderivs no-derivatives properly property protected provide provided provides public published publisher
    publishing purposes re-use read reprint reproduced reproduction reprints reserved restrictions reuse refer rights s see should
    share sharealike share-alike shared site sites society source sources subject supplement terms that the their there third third-part party
    this to transformed under unless unported unrestricted use used user users van version visit von was warranty way were
    where which with without work works written y you your und für zu zur do da dos das e el los las du par por pela pelo en
    todos derechos reservados tous droits réservés alle rechte vorbehalten os direitos tutti i diritti riservati publicado publié im
    auftrag personal must obtained uses preprint funder certified peer review perpetuity display""".split()
) - {"was", "were", "does", "do"}


@dataclass(frozen=True)
class Parted:
    """A text, and the notices that stood before and behind it."""

    text: str
    before: str = ""
    behind: str = ""


def parted(text: str) -> Parted:
    """Take the notices of rights off both ends of a text; a text that is nothing else stays whole."""
    start = _before(text)
    if start == len(text):
        return Parted(text)
    own = text[start:]
    end = _start_of_final_notices(own)
    return Parted(own[:end].rstrip(), text[:start].strip(), own[end:].strip())


def _before(text: str) -> int:
    """Return where the text begins behind the notices that it begins with."""
    at = 0
    sentences = _sentences(text, 0, min(len(text), _LONGEST))
    marks = [_is_marked(text[start:end]) for start, end in sentences]
    for number, (start, end) in enumerate(sentences):
        if marks[number]:
            at = end
        elif not number and _is_year_first(text[start:end]) and any(marks[1:2]):
            continue
        # Its conditions ("No commercial re-use.") are told from the text by a notice that follows them.
        elif not at or not _is_of_its_words(text[start:end]):
            break
    return at


def _start_of_final_notices(text: str) -> int:
    """Return where the notices begin that a text ends with; its length where there is none."""
    found = len(text)
    marked = 0
    sentences = _sentences(text, max(0, len(text) - _LONGEST), len(text))
    for start, end in reversed(sentences):
        sentence = text[start:end]
        if start and _is_marked(sentence) and not _is_bare_in_a_sentence(text, start, sentence):
            found = marked = start
        elif start and marked == end and _is_year_first(sentence):
            found = start
        elif not _may_follow(sentence):
            break
    return found


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return where the sentences between two places begin and end, white space behind them included."""
    cuts = [
        match.end()
        for match in _BOUNDARY.finditer(text, start, end)
        if not _NO_END.search(text, max(start, match.start() - 20), match.start())
    ]
    return list(zip([start, *cuts], [*cuts, end], strict=True))


def _is_marked(sentence: str) -> bool:
    """Return whether a sentence says whose the rights are, and nothing that is no part of a notice."""
    return bool(_SIGN.match(sentence) or _SAID.search(sentence)) and _has_only_its_words(sentence)


def _is_year_first(sentence: str) -> bool:
    """Return whether a sentence is a notice that has lost its mark: "2019 The Authors."."""
    return bool(_YEAR_FIRST.match(sentence)) and _has_only_its_words(sentence)


def _is_bare_in_a_sentence(text: str, start: int, sentence: str) -> bool:
    """Return whether "© 2001" stands in a sentence that goes on to it: it may be what the sentence is about."""
    return bool(_BARE_SIGN.match(sentence)) and text[:start].rstrip()[-1:].isalnum()


def _has_only_its_words(sentence: str) -> bool:
    words = _WORD.findall(_ADDRESS.sub(" ", _PROPERTY.sub(" ", sentence)))
    own = [word for word in words if word.casefold() not in _WORDS]
    return len(own) <= _MOST_NAMES and not any(word[0].islower() for word in own)


def _is_of_its_words(sentence: str) -> bool:
    """Return whether all words of a sentence are such as notices have; a text's own sentence is hardly one."""
    return all(word.casefold() in _WORDS for word in _WORD.findall(_ADDRESS.sub(" ", sentence)))


def _may_follow(sentence: str) -> bool:
    """Return whether a sentence can stand behind a notice: its conditions, or the rest of a holder's name."""
    words = _WORD.findall(sentence)
    is_name = len(words) <= _MOST_WORDS_OF_A_NAME and not any(
        word[0].islower() and word not in _WORDS for word in words
    )
    return is_name or _is_of_its_words(sentence)
