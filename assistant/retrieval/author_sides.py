"""Find papers of authors that a question compares."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.core.text.tokens import Token, stems, tokens
from assistant.library.catalogue import Catalogue
from assistant.retrieval.filter_words import FilterWords, plain_word

# "Does A agree with B and C?" sets A beside what B and C wrote together.
_APART = frozenset("with from to than against versus vs".split())
_TOGETHER = frozenset(("and", "&"))
_AGREE = frozenset("agree agrees disagree disagrees contradict contradicts different".split())
_ASKS = frozenset("do does did is are".split())
# So many papers of one author are read for what the question is about.
_READ = 100


def asks_for_agreement(plain: Sequence[str]) -> bool:
    """Return whether the words of a question ask whether some agree: "Do A and B agree?", "Is A different from B?"."""
    return not (_ASKS.isdisjoint(plain[:1]) or _AGREE.isdisjoint(plain))


def topic_of_sides(content: Sequence[str], request: Collection[str]) -> frozenset[str]:
    """Return the stems of the words that mean something in which authors are compared, without those of the request itself."""
    said = " ".join(word for word in content if word not in request and word not in _AGREE)
    return stems(tokens(said))


def authors_together(words: Sequence[Token], candidates: Sequence[FilterWords]) -> list[FilterWords]:
    """Return the filters, of which an author with a capital is sure where "and" joins a sure one: "did Hansen and Osei find"."""
    told = list(candidates)
    # A sure one makes the next sure, and that one the next.
    for places in (range(len(told) - 1), reversed(range(len(told) - 1))):
        for at in places:
            one, other = told[at : at + 2]
            between = {plain_word(word) for word in words[one.last + 1 : other.first]}
            names = all(each.kind == "author" and words[each.last].text[0].isupper() for each in (one, other))
            if names and (one.sure or other.sure) and between and between <= _TOGETHER:
                told[at : at + 2] = replace(one, sure=True), replace(other, sure=True)
    return told


def of_either(
    catalogue: Catalogue,
    candidates: Sequence[FilterWords],
    words: Sequence[Token],
    topic: frozenset[str] = frozenset(),
) -> Catalogue | None:
    """Return the papers of each side, from the years behind the name: of those on a `topic` (stems) the nearest of each side.

    None where a side has no paper, or none that says half of the topic.
    """
    sides: list[Catalogue] = []
    groups = _groups(candidates, words)
    for group in groups:
        papers = _written_by(catalogue, group)
        if topic:
            said = {p.id: len(topic & stems(tokens(f"{p.title} {p.abstract}"))) for p in papers.first(_READ)}
            most = max(said.values(), default=0)
            if 2 * most < len(topic):
                return None
            papers = papers.within(one for one, count in said.items() if count == most)
        sides.append(papers)
    if not topic:
        sides = [_replying(side, group, groups) for side, group in zip(sides, groups, strict=True)]
    return catalogue.within(paper for side in sides for paper in side.ids)


def _replying(
    papers: Catalogue,
    own: Sequence[Sequence[FilterWords]],
    groups: Sequence[Sequence[Sequence[FilterWords]]],
) -> Catalogue:
    """Return the papers of a side whose abstracts speak of all authors of another side; all of them where none does."""
    if len(papers) > _READ:
        return papers
    others = [[filters[0].value for filters in group] for group in groups if group is not own]
    replies = [
        paper.id
        for paper in papers
        for names in others
        if all(any(token.text == name for token in tokens(paper.abstract)) for name in names)
    ]
    return papers.within(replies) if replies else papers


def _groups(candidates: Sequence[FilterWords], words: Sequence[Token]) -> list[list[list[FilterWords]]]:
    """Return the sides, each of the authors who wrote together, each author with the years behind the name."""
    authors: list[list[FilterWords]] = []
    for one in candidates:
        if one.kind == "author" or not authors:
            authors.append([one])
        else:
            authors[-1].append(one)
    apart = [
        not _APART.isdisjoint(plain_word(word) for word in words[before[-1].last + 1 : behind[0].first])
        for before, behind in pairwise(authors)
    ]
    sides = [[author] for author in authors[:1]]
    for author, splits in zip(authors[1:], apart, strict=True):
        if splits or not any(apart):
            sides.append([author])
        else:
            sides[-1].append(author)
    return sides


def _written_by(catalogue: Catalogue, group: Sequence[Sequence[FilterWords]]) -> Catalogue:
    """Return the papers that the authors of a side wrote together; where there is none, those of each."""
    each = []
    for filters in group:
        papers = catalogue
        for one in filters:
            papers = one.choose(papers)
        each.append(papers)
    together = frozenset(each[0].ids).intersection(*(papers.ids for papers in each[1:]))
    return catalogue.within(together or (paper for papers in each for paper in papers.ids))
