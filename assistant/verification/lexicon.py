"""Words whose change changes what a sentence claims: negation, direction, quantity, modality.

Lists of our own, for scientific English. A word counts by its stem where that is safe, else as written.
"""

from __future__ import annotations

from assistant.core.text.tokens import Token, stem

NEGATION = frozenset(
    """not no never none neither nor without cannot can't won't don't doesn't didn't isn't aren't wasn't weren't
    hardly barely scarcely nothing nobody unable lack lacks lacked lacking fail fails failed failing absent
    absence instead""".split()
)

MODAL = frozenset(
    """may might could can would should must will likely unlikely possibly probably potentially perhaps appears
    seems suggest suggests suggested hypothesize expected plan planned aim aims intend""".split()
)

ATTITUDE = frozenset(
    """hypothesized hypothesised hypothesis assume assumes assumed believe believes believed claim claims claimed thought
    speculate speculated doubt doubted question questioned wonder debated controversial unclear unknown argue argued
    conjecture conjectured imply implies implied whether if test tested ask asked examine examined investigate
    investigated myth misconception fallacy false untrue wrong mistaken incorrect impossible little few scant limited
    scarce""".split()
)
"""What stands before "that" or "whether" and denies or leaves open what follows."""

CONDITION = frozenset(
    "if unless except only solely exclusively when whenever until provided assuming excluding".split()
)
"""What limits the rest of its sentence to a case."""

BREAKS = frozenset("and but while whereas which who although though because so".split())
"""Words behind which another thing is said."""

QUANTITY = frozenset(
    """all every each any some several many most few fewer none both only solely exclusively always sometimes
    often usually rarely never half majority minority at least except unless almost nearly mostly partially
    entirely completely fully slightly significantly substantially marginally exactly up over about around roughly
    approximately first last single sole best worst largest smallest""".split()
)

_PAIRS = """
increase decrease|increase reduce|increase lower|increase drop|raise lower|raise reduce|rise fall|rise drop|grow shrink
higher lower|high low|highest lowest|more less|more fewer|most least|greater smaller|greater less|larger smaller
large small|largest smallest|bigger smaller|better worse|best worst|faster slower|fast slow|quicker slower
improve degrade|improve worsen|improve hurt|improve harm|improve reduce|gain loss|outperform underperform
stronger weaker|strong weak|longer shorter|long short|deeper shallower|deep shallow|wider narrower|above below|over under
before after|early late|earlier later|first last|maximum minimum|maximize minimize|up down|upper lower|positive negative
positively negatively|with without|include exclude|included excluded|enable prevent|allow prevent|add remove|expand narrow
simple complex|simpler complicated|easy hard|easier harder|cheap expensive|cheaper costlier|sparse dense|static dynamic
supervised unsupervised|linear nonlinear|local global|known unknown|same different|similar different|consistent inconsistent
sufficient insufficient|necessary unnecessary|significant insignificant|effective ineffective|efficient inefficient
accurate inaccurate|stable unstable|correct incorrect|possible impossible|able unable|likely unlikely|dependent independent
beneficial harmful|success failure|succeed fail|accept reject|rich poor|frequent rare|frequently rarely|always never
all none|all some|every some|all few|most few|many few|only also|both neither|always sometimes|internal external|train test
training inference|encoder decoder|input output|source target|open closed|upward downward|accelerate slow|strengthen weaken
encourage discourage|support contradict|confirm refute|agree disagree|start end|begin finish|shared separate|joint separate
jointly separately|fixed learned|frozen trained|freeze train|discrete continuous|lossy lossless|homogeneous heterogeneous
balanced imbalanced|causal acausal|minor major|private public|offline online|manual automatic|manually automatically
"""


def _antonyms() -> frozenset[frozenset[str]]:
    pairs = (pair.split() for line in _PAIRS.split("\n") for pair in line.split("|") if pair.strip())
    return frozenset(frozenset((stem(a), stem(b))) for a, b in pairs)


ANTONYMS = _antonyms()
POLAR = frozenset(word for pair in ANTONYMS for word in pair)

ANYWHERE = frozenset(word for word in QUANTITY if word.endswith("ly")) - frozenset(
    "only solely exclusively rarely nearly mostly partially exactly approximately roughly".split()
)
"""Adverbs that say the same before their verb and behind it."""

RISES = frozenset(
    stem(word)
    for word in """increase raise elevate enhance promote induce activate high higher great greater upregulate gain improve
    stimulate accelerate boost augment facilitate trigger cause enable positively positive more strengthen rise grow expand
    amplify large larger exacerbate potentiate drive lead result support require essential necessary activation induction
    promotion stimulation long longer good better strong stronger associate correlate contribute common effective
    efficacious benefit beneficial outperform surpass exceed fast faster""".split()
)
FALLS = frozenset(
    stem(word)
    for word in """decrease reduce low lower inhibit suppress attenuate block prevent downregulate impair less few fewer
    diminish decline loss lose abolish abrogate limit restrict weaken drop fall fell shrink repress silence delay slow slower
    protect negatively negative deficient deficiency inhibition suppression reduction short shorter poor bad worse weak
    weaker small smaller antagonize interfere mitigate ameliorate alleviate deplete depletion absence lack fail ineffective
    rare unaffected independent dispensable degrade underperform hurt harm""".split()
)
"""Words that say that something is or grows more, and less: what kind of influence or change is claimed."""

FREE = frozenset(
    """a an the this that these those its their our his her it they we he she which who whose where such as also
    is are was were be been being has have had do does did and or but while whereas with by of in on for to from
    into at using via through during within between among across under then thus hence therefore so moreover
    furthermore additionally finally further here there paper authors author work study article proposed propose
    proposes present presents introduce introduces show shows demonstrate demonstrates novel new method methods
    approach approaches framework model models technique system namely called named specifically respectively
    experiments experimental results report reports us however nevertheless nonetheless meanwhile overall indeed besides
    likewise""".split()
)
"""Words that may come and go without changing what is claimed."""

OPENS = frozenset(
    """and or but while whereas which that who where when with by of in on for to from into at using via through
    during within between among across under over as because since although though if unless thereby including
    such than based compared""".split()
)
"""Words at which a clause or phrase begins, so that it can be left out or moved as a whole."""

_UN = frozenset(("un", "in", "im", "ir", "il", "non", "non-", "dis", "a"))


def opposite(one: Token, other: Token) -> bool:
    """Whether two words are known opposites: a listed pair, or one with a prefix that denies ("safe", "unsafe")."""
    if one.stem in POLAR and other.stem in POLAR and frozenset((one.stem, other.stem)) in ANTONYMS:
        return True
    short, long = (one.lower, other.lower) if len(one.lower) < len(other.lower) else (other.lower, one.lower)
    return len(short) > 3 and long.endswith(short) and long[: -len(short)] in _UN


def turned(one: Token, other: Token) -> bool:
    """Whether one of two words rises and the other falls: opposites where all else is the same, and only there."""
    return turn(one) * turn(other) < 0


def turn(token: Token) -> int:
    """1 for a word of rising, -1 for one of falling, else 0."""
    return 1 if token.stem in RISES else -1 if token.stem in FALLS else 0
