"""Where abstracts agree or contradict each other, with the difference named.

Papers seldom restate each other, and what looks like a clash mostly is two systems with a figure each: a relation
needs the same names, no talk of one's own work, and nothing that differs but what is named. In other words they clash
where one denies the main finding of the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations, permutations

from assistant.core.answers.comparison import Relation
from assistant.core.answers.statement import Statement
from assistant.core.text.quantities import extract
from assistant.core.text.tokens import Token, tokens
from assistant.generation.comparison.aspects import main_finding
from assistant.generation.comparison.stance import Claim, side
from assistant.llm.injection import unquotable
from assistant.retrieval.encoder import EncodedPaper, EncodedSentence
from assistant.retrieval.question import Question
from assistant.verification.checker import Checker, evidence
from assistant.verification.lexicon import FREE, NEGATION, POLAR, QUANTITY
from assistant.verification.verdict_rules import HARMLESS

# Two sentences may speak of the same thing from this cosine on, and with this many content words in common.
NEAR = 0.7
SHARED = 3
# Sentences that have this share of all their content words in common may be the same in other words.
RESTATED = 0.75
# Two findings are of one thing if each, with its title, covers this share of the other's words. Of the four libraries of the suites
# no two papers that find different things come so near.
OF_ONE_THING = 0.5
OPPOSITE = "One of the two finds what the other denies."
_REPORTS = re.compile(
    r"^(?:(?:we|the authors|they|our results|the results|results|this study|the study) (?:also |further )?(?:find|finds|found|show|shows|"
    r"showed|observe|observed|report|reports|reported|conclude|concluded|demonstrate|demonstrates|confirm|confirmed)(?: that)?) ",
    re.I,
)
_OWN = re.compile(
    r"^(?:it|its|they|their)\b|\b(?:we|our|ours|this|these|here|the (?:proposed|new|present|resulting|latter|former)|"
    r"the (?:method|model|approach|framework|system|algorithm|network|technique|intervention|treatment|programme|program)s?)\b",
    re.I,
)
_MEASURES = frozenset(
    "map fid fvd auc auroc f1 bleu rouge iou miou flops gpu gpus cpu ap mse mae rmse psnr ssim fps ms or hr rr ci sd".split()
)


def relations(
    papers: Sequence[EncodedPaper], checker: Checker, parse: Callable[[str], Question]
) -> Iterator[Relation]:
    """Yield every relation between two of the papers, each pair of sentences once, in the order of the papers.

    `parse` reads a sentence as if it were asked.
    """
    seen, clash = set(), set()
    for one, other in permutations(papers, 2):
        near = one.vectors @ other.vectors.T
        for i, sentence in enumerate(one.sentences):
            if not near[i].size or near[i].max() < NEAR or sentence.span.start in unquotable(one.paper):
                continue
            relation = _related(sentence, one, other, checker)
            if relation is None:
                continue
            places = {(one.paper.id, sentence.span.start)}
            places |= {(e.paper_id, e.start) for e in relation.statement.evidence}
            if frozenset(places) not in seen:
                seen.add(frozenset(places))
                clash |= {frozenset((one.paper.id, other.paper.id))} if relation.kind == "disagree" else set()
                yield relation
    for one, other in combinations(papers, 2):
        if frozenset((one.paper.id, other.paper.id)) not in clash:
            yield from filter(None, [opposed(one, other, parse)])


def opposed(one: EncodedPaper, other: EncodedPaper, parse: Callable[[str], Question]) -> Relation | None:
    """Return where one of two papers denies the main finding of the other, or finds what that one denies; None if they do not clash.

    `parse` reads a sentence as if it were asked.
    """
    return _opposed(one, other, parse) or _opposed(other, one, parse)


def may_clash(
    one: tuple[EncodedPaper, int], other: tuple[EncodedPaper, int], parse: Callable[[str], Question]
) -> bool:
    """Return whether of two sentences, a place in a paper each, one may find what the other denies: each speaks for or against what the
    first says, and the second speaks of most of it."""
    claim = _claim(*one, parse)
    if claim is None or _share(claim, *other) < OF_ONE_THING:
        return False
    return side(claim, *one) * side(claim, *other) < 0


def _opposed(one: EncodedPaper, other: EncodedPaper, parse: Callable[[str], Question]) -> Relation | None:
    """Return what the second paper makes of the main finding of the first; None if it speaks of something else."""
    ours = main_finding(one)
    if ours is None or (claim := _claim(one, ours, parse)) is None or not (found := side(claim, one, ours)):
        return None
    barred = unquotable(other.paper)
    theirs = [
        i for i, s in enumerate(other.sentences) if s.span.start not in barred and side(claim, other, i)
    ]
    if not theirs:
        return None
    # The title may say all of it: then the sentence counts that says most of it itself.
    place = max(theirs, key=lambda i: (_share(claim, other, i), _own_share(claim, other, i)))
    back = _claim(other, place, parse)
    if side(claim, other, place) == found or back is None:
        return None
    if not _of_one_thing(one, other, ours, place, (claim, back)):
        return None
    if min(_share(claim, other, place), _share(back, one, ours)) < OF_ONE_THING:
        return None
    words = (evidence(other, (place,)),)
    statement = Statement(
        one.sentences[ours].text, (other.paper.id,), "contradicted", "rules", 0.0, words, (OPPOSITE,)
    )
    return Relation("disagree", statement, one.paper.id, other.paper.id)


def _claim(paper: EncodedPaper, place: int, parse: Callable[[str], Question]) -> Claim | None:
    """Return what a sentence claims, without "we find that"."""
    return Claim.of(parse(_REPORTS.sub("", paper.sentences[place].text)))


def _share(claim: Claim, paper: EncodedPaper, place: int) -> float:
    return float(claim.weights @ claim.covered(paper, place) / claim.weights.sum())


def _own_share(claim: Claim, paper: EncodedPaper, place: int) -> float:
    return float(claim.weights @ claim.near(paper, place).max(axis=1, initial=0.0) / claim.weights.sum())


def _of_one_thing(
    one: EncodedPaper, other: EncodedPaper, ours: int, theirs: int, claims: tuple[Claim, Claim]
) -> bool:
    """Return whether nothing tells two findings apart: neither speaks of its own work, they have the same names, and where one has
    words that the other paper never says, the other has none in their place ("reading scores", "arithmetic scores")."""
    texts = [_REPORTS.sub("", paper.sentences[i].text) for paper, i in ((one, ours), (other, theirs))]
    if any(map(_OWN.search, texts)) or _names(texts[0]) != _names(texts[1]):
        return False
    words = [[word.stem for word in claim.words] for claim in claims]
    return not any(
        {*words[0][a:b]} - other.stems and {*words[1][c:d]} - one.stems
        for change, a, b, c, d in SequenceMatcher(None, words[0], words[1], autojunk=False).get_opcodes()
        if change == "replace"
    )


def _related(
    sentence: EncodedSentence, one: EncodedPaper, other: EncodedPaper, checker: Checker
) -> Relation | None:
    """Return what the other abstract makes of a sentence; None if that is not certain."""
    (statement,) = checker.check([sentence.text], [[other]])
    if len(statement.evidence) != 1 or statement.evidence[0].start in unquotable(other.paper):
        return None
    theirs = statement.evidence[0].quote
    if not _same_thing(sentence.text, theirs):
        return None
    if statement.verdict == "supported" or (
        statement.verdict == "partly" and all(p.startswith(HARMLESS) for p in statement.problems)
    ):
        return Relation("agree", statement, one.paper.id, other.paper.id)
    if statement.verdict == "unconfirmed" and _restated(sentence.text, theirs):
        return Relation("agree", statement, one.paper.id, other.paper.id)
    if statement.verdict == "contradicted" and statement.problems and _comparable(sentence.text, theirs):
        return Relation("disagree", statement, one.paper.id, other.paper.id)
    return None


def _same_thing(ours: str, theirs: str) -> bool:
    """Return whether two sentences name the same things, in enough of the same words, and neither speaks of its own work."""
    ours, theirs = _REPORTS.sub("", ours), _REPORTS.sub("", theirs)
    if _OWN.search(ours) or _OWN.search(theirs):
        return False
    said, there = _matter(ours), _matter(theirs)
    return len(said & there) >= SHARED and _names(ours) == _names(theirs)


def _restated(ours: str, theirs: str) -> bool:
    """Return whether two sentences are the same but for a word or two that change no claim."""
    said, there = _matter(ours), _matter(theirs)
    claims = [{t.stem for t in tokens(text) if _turns(t) and t.lower not in FREE} for text in (ours, theirs)]
    return (
        len(said & there) >= RESTATED * len(said | there)
        and claims[0] == claims[1]
        and _figures(ours) == _figures(theirs)
    )


def _figures(text: str) -> list[tuple[float, str]]:
    return sorted((q.value, q.unit) for q in extract(text))


def _comparable(ours: str, theirs: str) -> bool:
    """Return whether two sentences that clash differ in nothing else; figures clash only where they are of one named thing."""
    ours, theirs = _REPORTS.sub("", ours), _REPORTS.sub("", theirs)
    if _matter(ours) != _matter(theirs):
        return False
    if _figures(ours) == _figures(theirs):
        return True
    names = _names(ours)
    first = tokens(ours)[0]
    return len(names) >= 2 or first.lower in names


def _matter(text: str) -> frozenset[str]:
    """Return the stems of what a sentence is about: without figures, and without the words by which claims turn."""
    figures = {i for q in extract(text) for i in range(q.start, q.end)}
    return frozenset(t.stem for t in tokens(text) if t.start not in figures and not _turns(t) and t.content)


def _turns(token: Token) -> bool:
    return token.lower in FREE or token.lower in NEGATION or token.lower in QUANTITY or token.stem in POLAR


def _names(text: str) -> frozenset[str]:
    """Return the names in a sentence, lower case: capitals or figures within, or a capital that no sentence begins with."""
    figures = {i for q in extract(text) for i in range(q.start, q.end)}
    named = (
        t for t in tokens(text) if t.start not in figures and (t.name or (t.start and t.text[0].isupper()))
    )
    return frozenset(t.lower for t in named if t.lower not in _MEASURES)
