"""Topics of a library: word groups of titles that several papers share."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from assistant.core.paper import Paper
from assistant.core.text.tokens import Token, in_english, tokens
from assistant.generation.listing.noun_phrases import LONGEST, NounPhrases

MOST = 8
# So many papers are enough for the topics of a library, evenly taken from all.
SAMPLED = 500
Term = tuple[str, ...]


def topics(papers: Sequence[Paper]) -> Counter[str]:
    """Return at most 8 topics with the number of papers on each.

    A topic is a group of two or three content words that stand together in a title and in at least one more paper, or a
    single word of several titles. In English it is one only in a form that the papers themselves use as a noun phrase without an
    article: "naps", if they never write "of nap". Each next topic is the group that covers most papers that the topics before do not.
    """
    written: dict[Term, Counter[str]] = defaultdict(Counter)
    holders: dict[Term, set[int]] = defaultdict(set)
    for number, paper in enumerate(papers):
        for term, words in _groups(paper.title):
            written[term][words] += 1
            holders[term].add(number)
    for number, paper in enumerate(papers):
        for term, words in _groups(paper.abstract):
            if term in holders:
                written[term][words] += 1
                # A single word of an abstract says little of what the paper is about ("year", "number").
                if len(term) > 1:
                    holders[term].add(number)
    shared = {term: held for term, held in holders.items() if 1 < len(held) < len(papers)}
    names = _names(papers, {term: written[term] for term in shared})
    chosen = _covering({term: held for term, held in shared.items() if term in names})
    return Counter({_cased(names[term], papers): len(shared[term]) for term in chosen})


def _cased(name: str, papers: Sequence[Paper]) -> str:
    """Return a name with the capitals that its words have inside the sentences of abstracts ("Israel")."""
    words = []
    for word in name.split():
        inside = re.compile(rf"(?<=[a-z,] ){re.escape(word)}(?!\w)", re.I)
        forms = Counter(form for paper in papers for form in inside.findall(paper.abstract))
        words.append(forms.most_common(1)[0][0] if forms else word)
    return " ".join(words)


def _names(papers: Sequence[Paper], written: dict[Term, Counter[str]]) -> dict[Term, str]:
    """Return how each term is written where it stands alone; no term that never does."""
    texts = [text for paper in papers for text in (paper.title, paper.abstract) if text]
    if not in_english([token for text in texts for token in tokens(text)]):
        return {term: forms.most_common(1)[0][0] for term, forms in written.items()}
    phrases = NounPhrases(texts)
    names: dict[Term, str] = {}
    for term, forms in written.items():
        best = max(forms, key=lambda words: (phrases.bare(words), forms[words]))
        if phrases.bare(best):
            names[term] = best
    return names


def _covering(shared: dict[Term, set[int]]) -> Iterator[Term]:
    """Yield terms, each of which covers most papers that are not covered; one that shares a word with an earlier one never."""
    covered: set[int] = set()
    used: set[str] = set()
    for _ in range(MOST):
        free = {term: held for term, held in shared.items() if used.isdisjoint(term)}
        # Groups of words say more than single words: a pair counts as two papers for each.
        best = max(
            free,
            key=lambda term: (len(free[term] - covered) * len(term), len(free[term]), term),
            default=None,
        )
        if best is None or not free[best] - covered:
            return
        yield best
        covered |= free[best]
        used |= set(best)


def _groups(text: str) -> Iterator[tuple[Term, str]]:
    """Yield groups of content words that nothing separates: their stems, and the words as written."""
    run: list[Token] = []
    for token in tokens(text):
        joined = run and text[run[-1].end : token.start] == " "
        run = [*run, token] if joined and token.content else [token] if token.content else []
        for length in range(1, min(LONGEST, len(run)) + 1):
            group = run[-length:]
            if all(len(word.text) > 2 and not word.text.isdecimal() for word in group):
                words = " ".join(word.text if word.name else word.lower for word in group)
                yield tuple(word.stem for word in group), words
