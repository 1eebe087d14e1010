"""Verb forms by rule, and the verbs whose forms are rarely anything else."""

from __future__ import annotations

_IRREGULAR = {
    "show": "showed", "find": "found", "lead": "led", "become": "became", "make": "made", "give": "gave", "take": "took",
    "undergo": "underwent", "arise": "arose", "bind": "bound", "begin": "began", "hold": "held", "see": "saw",
    "understand": "understood", "build": "built", "have": "had", "grow": "grew", "fall": "fell", "rise": "rose",
    "get": "got", "know": "knew", "go": "went", "come": "came", "keep": "kept", "lose": "lost", "mean": "meant",
    "overcome": "overcame", "seek": "sought", "choose": "chose", "spread": "spread", "cut": "cut", "let": "let",
    "put": "put", "set": "set", "bring": "brought", "learn": "learned", "differ": "differed", "alter": "altered",
    "suffer": "suffered", "recover": "recovered", "occur": "occurred", "refer": "referred", "infer": "inferred",
    "transfer": "transferred", "confer": "conferred", "permit": "permitted", "commit": "committed", "do": "did",
    "control": "controlled", "drive": "drove", "write": "wrote", "meet": "met", "feel": "felt", "leave": "left",
}  # fmt: skip
# Present forms in -s of these are hardly ever plural nouns; bare forms are hardly ever nouns or adjectives.
VERBS = """improve reduce achieve outperform provide require enable allow suggest indicate demonstrate reveal contain
include depend occur inhibit induce promote regulate activate prevent lead contribute generalize learn capture
exhibit remain become involve encode mediate confer rely propose introduce develop identify investigate evaluate
describe differ persist arise correlate explain confirm establish suffer exploit utilize outline incorporate
generate produce possess appear exist enhance facilitate modulate stimulate suppress eliminate maintain preserve
predict perform offer consider assume address argue prove derive obtain extend employ leverage adopt create apply
converge recruit undergo accelerate attenuate express interact participate comprise consist mitigate alleviate
overcome ensure guarantee solve discover characterize present analyze explore compare examine observe
show find study report use focus adapt construct conduct collect combine validate play aim affect bind protect
trigger target support represent have make need fail tend seek yield increase decrease""".split()
# Of these, forms in -s are often plural nouns: only after "which", "that", "it" or "this".
NOUNLIKE = set(
    """study report use focus show find play aim affect bind protect trigger target support represent need make have
    yield increase decrease compare address present lead offer capture produce exploit leverage suffer extend
    outline tend fail seek""".split()
)
# Past forms of these cannot be passive participles.
INTRANSITIVE = """occur remain appear differ persist exist arise emerge contribute depend consist participate suffer
tend fail converge become undergo result""".split()


def past(base: str) -> str:
    """The past form of a verb."""
    if base in _IRREGULAR:
        return _IRREGULAR[base]
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ied"
    return base + "ed"


def third(base: str) -> str:
    """The form after "it"."""
    if base in ("have", "do", "go"):
        return {"have": "has", "do": "does", "go": "goes"}[base]
    if base.endswith(("s", "x", "z", "ch", "sh")):
        return base + "es"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + "s"


BASE_OF_THIRD = {third(v): v for v in VERBS}
BASE_OF_PAST = {past(v): v for v in [*VERBS, *INTRANSITIVE]}
