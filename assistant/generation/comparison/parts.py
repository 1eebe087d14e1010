"""Find a study's parts by their form: who took part, a p value, the method, the finding, the aim."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.conversation.phrases import is_plural
from assistant.conversation.study import ANYBODY, StudyPart, asked_of_study, counted
from assistant.core.text.quantities import Quantity, extract
from assistant.core.text.tokens import stem, tokens
from assistant.generation.comparison.aspects import aspects, main_finding, nearest_place
from assistant.llm.injection import unquoted
from assistant.retrieval.encoder import EncodedPaper, EncodedSentence, Encoder
from assistant.retrieval.question import Question
from assistant.retrieval.sentences.roles import ROLES, sentence_roles

_ASPECTS: dict[StudyPart, str] = {"method": "Approach", "aim": "Problem"}
# Those who take part are called something nearer to the first than to the second: so are 61 of 66 words for people and animals, and 9
# of 80 for things.
_PEOPLE = tuple("people persons participants patients children women workers animals".split())
_THINGS = tuple(
    "things items tasks objects measures groups places studies samples hours words institutions events tests".split()
)
# How much the method counts, where who took part is told, and how much ten times as many; and how surely "n = 40" tells it. Chosen
# on 49 abstracts of medicine, sleep, soils and wildlife.
_METHOD_WEIGHT, _TENFOLD, _N = 0.3, 0.1, 0.2
_SIZE = re.compile(r"\bn ?= ?$", re.I)
# Nouns that are less surely people are none. What is background, "3 million people worldwide", took part in no study: from this
# probability on, of abstracts cut short on the fitting halves, are 0.7 of what is and 0.03 of methods and results.
_PERSON, _KNOWN_BEFORE = 0.05, 0.35
# "Type 2 diabetes", "R6/2 mice".
_LABEL = re.compile(r"\b(?:type|grade|stage|phase|class|level) $|/$", re.I)
_BACKGROUND, _METHOD, _FINDING = (
    ROLES.index("background"),
    ROLES.index("method"),
    [ROLES.index("result"), ROLES.index("conclusion")],
)
# "< 30 participants" bounds a number and counts nobody.
_COUNTS = ("", "~", "<~")


@dataclass(frozen=True)
class Sample:
    """Who or what a study counts: `size` in the sentence at `place`."""

    place: int
    size: float


def part_places(
    question: Question, papers: Sequence[EncodedPaper], encoder: Encoder
) -> list[int | None] | None:
    """Return the place of the sentence of each paper that tells the part of a study that a question asks for, None for a paper that
    tells none; None for all if it asks for no such part."""
    part = asked_of_study(question.text)
    if part is None:
        return None
    if part == "finding":
        return [main_finding(paper) for paper in papers]
    if part in _ASPECTS:
        return [cells.get(_ASPECTS[part]) for cells in aspects(papers)]
    if part == "p value":
        return [_p_value(paper) for paper in papers]
    found = samples(papers, encoder, counted(question.text))
    return [None if sample is None else sample.place for sample in found]


def asked_places(question: Question, papers: Sequence[EncodedPaper], encoder: Encoder) -> list[int | None]:
    """Return the place of the sentence of each paper that tells what is asked of every one, by its form if it is a part of a study,
    else by nearness; None for a paper that tells none."""
    found = part_places(question, papers, encoder)
    return [nearest_place(question, paper) for paper in papers] if found is None else found


def samples(papers: Sequence[EncodedPaper], encoder: Encoder, who: str = "") -> list[Sample | None]:
    """Return who took part in the study of each paper, None where its abstract does not say how many.

    `who` is the stem of those who are asked for. Where none are, farms and plots count as well as people, if no people do.
    """
    people = _people(papers, encoder)
    return [_sample(paper, who, people) for paper in papers]


def _people(papers: Sequence[EncodedPaper], encoder: Encoder) -> Mapping[str, float]:
    """Return how much rather the nouns that are counted in papers are people than things."""
    nouns = {noun for paper in papers for _, _, one in _counts(paper) for noun in _plural(one)}
    words = [*_PEOPLE, *_THINGS, *sorted(nouns)]
    near = dict(zip(words, encoder.texts(words), strict=True))

    def likeness(noun: str, others: Sequence[str]) -> float:
        return max(float(near[noun].vector @ near[other].vector) for other in others)

    people = {noun: likeness(noun, _PEOPLE) - likeness(noun, _THINGS) for noun in nouns}
    return {noun: max(fit, _N) if stem(noun) in ANYBODY else fit for noun, fit in people.items()}


def _sample(paper: EncodedPaper, who: str, people: Mapping[str, float]) -> Sample | None:
    roles = sentence_roles(paper)
    found: dict[Sample, float] = {}
    things: dict[Sample, float] = {}
    for place, sentence, one in _counts(paper):
        method = float(roles[place, _METHOD])
        if roles[place, _BACKGROUND] > _KNOWN_BEFORE:
            continue
        fit = _fit(one, who, people)
        weight = _METHOD_WEIGHT * method + _TENFOLD * math.log10(one.value)
        if fit > 0:
            size = one.value if who in map(stem, one.nouns) else _joined(one, sentence)
            found.setdefault(Sample(place, size), fit + weight)
        elif not who and _plural(one) and method > roles[place, _FINDING].sum():
            things.setdefault(Sample(place, one.value), weight)
    return max(found or things, key=(found or things).__getitem__, default=None)


def _fit(one: Quantity, who: str, people: Mapping[str, float]) -> float:
    """Return how surely a quantity counts those who take part, 0 if it does not: "96 nurses", not "five tasks" or "3 mg"."""
    anybody = not who or who in ANYBODY
    if not one.counts:
        return _N if anybody else 0.0
    if who and who in map(stem, _plural(one)):
        return 1.0
    surest = max((people[noun] for noun in _plural(one)), default=0.0)
    return surest if anybody and surest >= _PERSON else 0.0


def _joined(one: Quantity, sentence: EncodedSentence) -> float:
    """Return the size of all groups that a sentence joins to one: 94 of "48 patients and 46 controls"."""
    group: list[Quantity] = []
    for other in extract(sentence.text):
        between = tokens(sentence.text[group[-1].end : other.start]) if group else ()
        said = [word.lower for word in between]
        goes_on = said[-1:] == ["and"] and set(said[:-1]) <= set(group[-1].nouns) and other.counts
        if not goes_on and one in group:
            break
        group = [*group, other] if goes_on else [other]
    return sum(each.value for each in group)


def _counts(paper: EncodedPaper) -> Iterator[tuple[int, EncodedSentence, Quantity]]:
    """Yield what may count those who take part: the place of a sentence, the sentence, the quantity."""
    barred = unquoted(paper.paper)
    for place, sentence in enumerate(paper.sentences):
        for one in extract(sentence.text) if sentence.span.start not in barred else ():
            if _LABEL.search(sentence.text[max(0, one.start - 7) : one.start]):
                continue
            sized = one.value > 1 and _SIZE.search(sentence.text[max(0, one.start - 5) : one.start])
            if one.relation in _COUNTS and (one.counts or sized):
                yield place, sentence, one


def _plural(one: Quantity) -> list[str]:
    return [noun for noun in one.nouns if is_plural(tokens(noun))]


def _p_value(paper: EncodedPaper) -> int | None:
    barred = unquoted(paper.paper)
    return next(
        (
            place
            for place, sentence in enumerate(paper.sentences)
            if sentence.span.start not in barred
            and any(one.kind == "pvalue" for one in extract(sentence.text))
        ),
        None,
    )
