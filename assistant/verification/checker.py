"""Check statements against cited abstracts, without a model.

A statement that stands in an abstract word for word is *supported*. Any other is aligned with one sentence (or two) of each
paper and measured; `verdict_rules` decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import combinations

from assistant.core.answers.statement import Evidence, Statement
from assistant.core.text.tokens import Token, tokens
from assistant.core.weights import probability, threshold
from assistant.llm.injection import unquotable
from assistant.retrieval.encoder import EncodedPaper, EncodedText, Encoder
from assistant.verification.alignment.align import Alignment, align
from assistant.verification.alignment.differences import Difference, matters
from assistant.verification.cross_encoder import CrossEncoder, apply_cross_encoder
from assistant.verification.features import Measured, measure
from assistant.verification.numbers.guard import Violation, check
from assistant.verification.verdict_rules import ALIGNED, PaperCheck, decide, score_of

NEAR = 3
"""A statement is aligned with so many sentences of a paper: those that share most words with it."""
# What tells of an abstract misleads where there are but one to three sentences.
SHORT = 3
# Below this share of its words in one sentence, a statement is no joining of two.
JOINED = 0.4
_QUOTES = " \n\t\"'”’)“‘("
UNCITED = "No citation."


class Checker:
    """Checks statements against papers; needs no model but the embedder. A `cross_encoder` scores what stays open."""

    def __init__(self, reader: Encoder, cross_encoder: CrossEncoder | None = None) -> None:
        self._reader = reader
        self._cross_encoder = cross_encoder

    def check(self, texts: Sequence[str], cited: Sequence[Sequence[EncodedPaper]]) -> list[Statement]:
        """Check each text (without its citation marks) against the papers that it cites, in the order of the texts.

        A text that cites nothing comes back *uncited*. Raises nothing: every text gets a verdict.
        """
        certain = [_without_comparison(text, papers) for text, papers in zip(texts, cited, strict=True)]
        left = [i for i, statement in enumerate(certain) if statement is None]
        unique = list(dict.fromkeys(texts[i] for i in left))
        read = dict(zip(unique, self._reader.texts(unique), strict=True)) if unique else {}
        rest = {i: _by_comparison(read[texts[i]], cited[i]) for i in left}
        statements = [statement or rest[i] for i, statement in enumerate(certain)]
        return (
            apply_cross_encoder(self._cross_encoder, statements, cited) if self._cross_encoder else statements
        )

    def prepare(self, texts: Sequence[str]) -> None:
        """Encode texts in one batch that are checked one by one afterwards."""
        self._reader.texts(texts)

    def features(self, text: str, paper: EncodedPaper) -> dict[str, float]:
        """Return the features of a statement measured against one paper, by name."""
        (said,) = self._reader.texts([text])
        alignment, _ = best_alignment(said.tokens, paper)
        return dict(_measured(said, paper, alignment, _violations(text, [paper])).features)


def _without_comparison(text: str, papers: Sequence[EncodedPaper]) -> Statement | None:
    """Return the checked statement if it cites nothing or stands in a paper word for word; else None."""
    if not papers:
        return Statement(text, (), "uncited", "rules", 0.0, problems=(UNCITED,))
    ids = tuple(p.paper.id for p in papers)
    for paper in papers:
        if words := find_verbatim(text, paper):
            return Statement(text, ids, "supported", "verbatim", 1.0, (words,))
    return None


def _by_comparison(said: EncodedText, papers: Sequence[EncodedPaper]) -> Statement:
    violations = _violations(said.text, papers)
    checks = [_check_against(said, p, violations) for p in papers]
    best = max(checks, key=lambda c: (c.alignment.same, c.supported))
    verdict, problems = decide(best, checks, violations)
    return Statement(
        text=said.text,
        citations=tuple(p.paper.id for p in papers),
        verdict=verdict,
        how="rules",
        score=score_of(verdict, best.supported),
        evidence=tuple(e for c in checks for e in _evidence(c) if c is best or c.about > 0.5),
        problems=problems,
    )


def _violations(text: str, papers: Sequence[EncodedPaper]) -> Sequence[Violation]:
    return check(text, [p.text for p in papers])


def _check_against(said: EncodedText, paper: EncodedPaper, violations: Sequence[Violation]) -> PaperCheck:
    alignment, places = best_alignment(said.tokens, paper)
    measured = _measured(said, paper, alignment, violations)
    kind = "_short" if len(paper.sentences) <= SHORT else ""
    about = probability(f"about{kind}", measured.features)
    return PaperCheck(
        paper,
        alignment,
        places if alignment.coverage >= 0.5 else tuple(_quotable_places(paper, measured.nearest)[:1]),
        supported=probability(f"supported{kind}", measured.features),
        about=about,
        silent=about < threshold(f"about{kind}"),
        said=frozenset(t.stem for t in said.tokens),
    )


def _measured(
    said: EncodedText, paper: EncodedPaper, alignment: Alignment, violations: Sequence[Violation]
) -> Measured:
    # A name with figures in it (COVID-19) may stand under another name in the abstract.
    return measure(said, paper, alignment, sum(v.kind != "name" for v in violations))


def find_verbatim(text: str, paper: EncodedPaper) -> Evidence | None:
    """Return where the abstract has these very words as whole sentences or clauses; None if it has not.

    White space, the first letter's case and the closing mark may differ, as in any quotation.
    """
    words = text.strip().rstrip(".").split()
    abstract = paper.paper.abstract
    if not words or " ".join(words).casefold() not in " ".join(abstract.split()).casefold():
        return None  # most statements are not: making the pattern takes longer than this
    first = f"(?i:{re.escape(words[0][0])}){re.escape(words[0][1:])}"
    pattern = r"\s+".join([first, *(re.escape(word) for word in words[1:])])
    # A quotation may begin with the label of a section, which is no part of its first sentence.
    starts = {sentence.span.start for sentence in paper.sentences} | {
        part.start for part in paper.paper.sections
    }
    for found in re.finditer(pattern, abstract):
        start, end = found.span()
        after = abstract[end:].lstrip("\"'”’) ")
        if any(
            s.span.start < end and start < s.span.end
            for s in paper.sentences
            if s.span.start in unquotable(paper.paper)
        ):
            continue
        opens = start in starts or _ends_clause(abstract[:start])
        if opens and (not after or after[0] in ".!?;" or _ends_clause(abstract[:end])):
            end += after[:1] in tuple(".!?") and abstract[end : end + 1] == after[0]
            return Evidence(paper.paper.id, abstract[start:end], start, end, paper.paper.section_at(start))
    return None


def _ends_clause(text: str) -> bool:
    return text.rstrip(_QUOTES).endswith((".", "!", "?", ";"))


def _quotable_places(paper: EncodedPaper, places: Iterable[int]) -> list[int]:
    """Return those of some sentences that can carry a statement: they assert, and speak to nobody."""
    barred = unquotable(paper.paper)
    return [i for i in places if paper.sentences[i].span.start not in barred]


def best_alignment(said: Sequence[Token], paper: EncodedPaper) -> tuple[Alignment, tuple[int, ...]]:
    """Return the best alignment of a statement with one sentence of a paper, or with two together, and the places of these."""
    ours = {t.stem for t in said if t.content}
    shared = [ours & {t.stem for t in sentence.tokens} for sentence in paper.sentences]
    near = sorted(_quotable_places(paper, range(len(shared))), key=lambda i: -len(shared[i]))[:NEAR]
    best = Alignment(0.0, (Difference("word"),), 0)
    places: tuple[int, ...] = ()
    for group in [(i,) for i in near]:
        best, places = _better_alignment(best, places, said, paper, group)
    if not best.same and best.coverage >= JOINED:
        told = {t.stem for t in said if matters(t)}
        # Where one sentence has nearly all of it, a word found in the next one is not what it lacks.
        alone = best.coverage >= ALIGNED
        for pair in combinations(sorted(near), 2):
            one, other = (told & {t.stem for t in paper.sentences[i].tokens} for i in pair)
            if one <= other or other <= one:
                continue  # one of the two says no word that the other does not
            joined, where = _better_alignment(best, places, said, paper, pair)
            if joined.same or not alone:
                best, places = joined, where
    return best, places


def _better_alignment(
    best: Alignment,
    places: tuple[int, ...],
    said: Sequence[Token],
    paper: EncodedPaper,
    group: tuple[int, ...],
) -> tuple[Alignment, tuple[int, ...]]:
    text, words = _as_one_sentence(paper, group)
    found = align(said, words, text)
    return (found, group) if _rank(found) > _rank(best) else (best, places)


def _rank(alignment: Alignment) -> tuple[bool, float, int]:
    return (alignment.same, round(alignment.coverage, 2), -len(alignment.differences))


def _as_one_sentence(paper: EncodedPaper, group: tuple[int, ...]) -> tuple[str, tuple[Token, ...]]:
    if len(group) == 1:
        sentence = paper.sentences[group[0]]
        return sentence.text, sentence.tokens
    # A semicolon stands for the sentence boundary: phrases open and close there.
    text = " ; ".join(paper.sentences[i].text.rstrip(".") for i in group)
    return text, tokens(text)


def evidence(paper: EncodedPaper, places: Sequence[int]) -> Evidence:
    """Return the quote from the first to the last of consecutive sentences (`places`, from 0)."""
    start = paper.sentences[places[0]].span.start
    end = paper.sentences[places[-1]].span.end
    text = paper.paper.abstract
    return Evidence(paper.paper.id, text[start:end], start, end, paper.paper.section_at(start))


def _evidence(check: PaperCheck) -> list[Evidence]:
    return [evidence(check.paper, (place,)) for place in check.sentences]
