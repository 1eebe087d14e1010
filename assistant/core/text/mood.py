"""Whether a sentence asserts something, or asks, commands or addresses its reader; decided by its form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.core.text.tokens import LEAST_ENGLISH, STOP, tokens

_ASKS = re.compile(
    r"[?？][\"'”’)\]]*(?:[\s\\]|$)|"
    r"^\W*(?:what|which|who|whom|whose|how|why|when|where)\s+(?:is|are|was|were|do|does|did|can|could|should|would|will|have|has)\s+"
    r"(?!more\b)[^,]+$",
    re.I,
)
# "You Only Look Once" is a name; "you only look once" is not. Who says "me" speaks to somebody; "Me" is methyl.
_ADDRESSES = re.compile(r"\b(?:you|your|yours|yourself|me|[Pp]lease)\b|\bYou(?:r|rs|rself)?(?:['’]|\s+)[a-z]")
# "stop - write: ...", "State that ..."; "Answer:" is also a label.
_DICTATES = re.compile(
    r"(?:^|[.,;:!?–—-]\s)\W{0,4}+(?:(?:write|say|print|output|reply|repeat)\s*[:：]|"
    r"(?:write|say|repeat|state|claim|conclude|mention|reply|answer|pretend)\s+that\b)",
    re.I,
)
_BEFORE = re.compile(
    r"^\W*(?:(?:please|kindly|now|then|next|first|finally|also|just|so|and|but|or|instead|therefore|hence)\W+|[a-z]+ly,?\s+){0,3}",
    re.I,
)
_LATIN = 0x24F
_FEWEST_LETTERS = 4
_FEWEST_FOREIGN = 2
_OBJECT = frozenset(
    "a an the this these those all every each any some your my our me us it them him her what why how whether if".split()
)
# Words of closed classes that stand before an article as the first word of an assertion: "Despite the", "Half the", "Unlike a".
_OPENS = frozenset(
    """across against along alongside amid amidst among amongst around aside at atop because before behind beneath beside besides
    between beyond both but by concerning considering contrary despite double during either except excepting excluding following for
    from given half however if in inside into irrespective lest like minus near neither next nor not notwithstanding of off on once
    only onto opposite or out outside over past pending per plus prior provided providing quite rather regarding regardless round
    save second secondly seldom since so still such than that then there thereby though three through throughout thus till to today
    together too toward towards twice two under underneath unless unlike until unto up upon using versus via vs what whatever when
    whenever where whereas wherever whether which whichever while whilst who whoever whom whose why with within without worth yet
    although albeit also always ago all again almost already altogether and another any as besides both conversely currently
    else elsewhere enough especially even ever everywhere exactly far few finally first firstly four five further furthermore hence
    here hereby herein indeed instead just last lastly later least less likewise many maybe meanwhile merely more moreover most much
    namely nearly never nevertheless nonetheless now nowadays often often-times one others otherwise overall perhaps possibly
    previously probably quite recently sometimes somewhat somehow soon sooner third thirdly thrice usually very well yes no none nothing
    it he she we they i this these those its their our his her""".split()
)


# Function words of other languages that English shares with none of them: German, the Romance languages, Dutch; the Slavic,
# Scandinavian and Baltic ones; Turkish, Hungarian, Finnish, Indonesian; Hindi in Latin letters.
_FOREIGN = frozenset(
    """der das und ist nicht ein eine einen einem einer für auf sie ich wir zu zum zur dem im vom bei auch oder aber wenn dass du dich dir
    wie alle alles mir mich mein meine dein deine sind wird werden haben hat kann soll bitte jetzt nun hier mal el las que una unos
    por para como este esta eso les une dans pour sont vous nous ce cette qui aux et il gli che di della dei non sono una questo
    questa een niet voor zijn
    ako sve svi svima što sto koji koja koje kako nije ili samo već jest jesu niet oraz jest nie jak które który przez się dla czy
    není nebo jako který která jsou byl tako och inte det att som är för och ikke jeg hvad hvor og ett ej kas yra nav
    bir için değil olan nasıl bunu gibi egy hogy nem ezt olyan että mutta kuin joka ovat untuk tidak dengan adalah
    hai hain mein aur nahin yah vah kya isalie mujhe aapako mera lekin""".split()
)


# Words of English that other languages write, too.
_SHARED = frozenset("was die in an am so will her a no of at i me".split())


def in_other_language(sentence: str) -> bool:
    """Return whether a sentence is in a language other than English: by its script, or by more function words of others."""
    letters = [char for char in sentence if char.isalpha()]
    if len(letters) >= _FEWEST_LETTERS and sum(ord(char) > _LATIN for char in letters) > len(letters) / 2:
        return True
    words = [token.lower for token in tokens(sentence)]
    foreign = {word for word in words if word in _FOREIGN}
    known = {word for word in words if word in STOP} - _SHARED
    return len(foreign) > len(known) and len(foreign) >= min(_FEWEST_FOREIGN, len(words) // 3)


def foreign_to(sentences: Sequence[str]) -> frozenset[int]:
    """Return the places of the sentences that are in another language than the rest of a text in English; none in other texts."""
    foreign = frozenset(n for n, sentence in enumerate(sentences) if in_other_language(sentence))
    rest = [t.lower for n, sentence in enumerate(sentences) if n not in foreign for t in tokens(sentence)]
    english = sum(word in STOP and word not in _SHARED for word in rest)
    return foreign if rest and english >= LEAST_ENGLISH * len(rest) else frozenset()


# A sentence may begin with a small letter, where nobody takes it for one; behind a word of four letters, since shorter ones are
# often abbreviated ("et al. show that").
_SMALL_AFTER_STOP = re.compile(r"\b[^\W\d_]{4,}[.!?]\s+(?=[a-z])")


@lru_cache(maxsize=5_000)
def asserts(sentence: str) -> bool:
    """Return whether a sentence says that something is so, and neither asks nor commands nor speaks to who reads it.

    A command is a first word that is no function word and has no subject: it stands bare before an article, a pronoun or a
    question word ("Explain the ...", "Tell me ...").
    """
    parts = (sentence, *(sentence[stop.end() :] for stop in _SMALL_AFTER_STOP.finditer(sentence)))
    forms = (_ASKS, _ADDRESSES, _DICTATES)
    return not (any(form.search(sentence) for form in forms) or any(map(_commands, parts)))


def _commands(sentence: str) -> bool:
    opening = _BEFORE.match(sentence)
    text = sentence[opening.end() if opening else 0 :]
    words = tokens(text[:200])[:2]
    if len(words) < 2:
        return False
    first, second = words
    # A comma makes a name of the first word ("Ghrelin, a hormone, ..."), a capital behind it a heading ("Background The ...").
    beside = text[first.end : second.start].isspace()
    if not beside or second.text not in _OBJECT or not first.text.isalpha() or first.text.isupper():
        return False
    bare = len(first.text) > 2 and not first.lower.endswith(("ed", "ing", "s", "ly"))
    return bare and first.lower not in _OPENS and first.lower not in STOP
