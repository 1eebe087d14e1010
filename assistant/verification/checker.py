"""Decide the verdict of a statement by rules.

The rule: a verdict shown as certain is right. *Supported* is verbatim, or aligned with one sentence (or two) of a
cited abstract with nothing changed that matters; *contradicted* and *partly* need a difference that can be named;
*unsupported* needs that the abstract says nothing about it; everything else is *unconfirmed*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, takewhile

from assistant.core.answers.statement import Evidence, Statement, Verdict
from assistant.core.text.abbreviations import is_abbreviation, spelled_out
from assistant.core.text.tokens import Token, tokens
from assistant.core.weights import probability, threshold
from assistant.llm.injection import unquotable
from assistant.retrieval.encoder import EncodedPaper, EncodedText, Encoder
from assistant.verification.alignment.align import Alignment, align
from assistant.verification.alignment.differences import Difference, matters
from assistant.verification.cross_encoder import CrossEncoder, apply_cross_encoder
from assistant.verification.features import Measured, measure
from assistant.verification.lexicon import NEGATION, POLAR, opposite
from assistant.verification.numbers.guard import Violation, check

NEAR = 3
ALIGNED = 0.8
# What tells of an abstract misleads where there are but one to three sentences.
SHORT = 3
# So many words around a changed one can turn its sense back.
_NEAR_WORD = 3
# Below this share of its words in one sentence, a statement is no joining of two.
JOINED = 0.4
_QUOTES = " \n\t\"'”’)“‘("
_OPPOSITE, _PERHAPS = "The abstract says the opposite", "The abstract may say the opposite"
_DENYING = ("negation", "direction", "turn")
_NAMED = {
    **dict.fromkeys(_DENYING, _OPPOSITE),
    "quantity": "The abstract states a different extent",
    "modality": "The abstract is more or less certain of this",
    "order": "The abstract has these words in another order",
    "number": "The abstract has another number",
    "name": "The abstract has another name",
}
SILENT = "The cited abstract says nothing about this."
UNCITED = "No citation."
HARMLESS = (_NAMED["quantity"], _NAMED["modality"])
"""Beginnings of the problems that leave a statement and its source in agreement on the main point."""


@dataclass(frozen=True)
class PaperCheck:
    """One statement against one paper: the fitted probabilities, and whether the paper says nothing about it.

    `said` are the stems of the statement's words.
    """

    paper: EncodedPaper
    alignment: Alignment
    sentences: tuple[int, ...]
    supported: float
    about: float
    silent: bool
    said: frozenset[str]


class Checker:
    """Checks statements against papers; needs no model but the embedder. A `cross_encoder` scores what stays open."""

    def __init__(self, reader: Encoder, cross_encoder: CrossEncoder | None = None) -> None:
        self._reader = reader
        self._cross_encoder = cross_encoder

    def check(self, texts: Sequence[str], cited: Sequence[Sequence[EncodedPaper]]) -> list[Statement]:
        """Each text (without its citation marks) against the papers it cites.

        A text that cites nothing comes back *uncited*. Raises nothing: every text gets a verdict.
        """
        certain = [_certain(text, papers) for text, papers in zip(texts, cited, strict=True)]
        left = [i for i, statement in enumerate(certain) if statement is None]
        unique = list(dict.fromkeys(texts[i] for i in left))
        read = dict(zip(unique, self._reader.texts(unique), strict=True)) if unique else {}
        rest = {i: _compared(read[texts[i]], cited[i]) for i in left}
        statements = [statement or rest[i] for i, statement in enumerate(certain)]
        return (
            apply_cross_encoder(self._cross_encoder, statements, cited) if self._cross_encoder else statements
        )

    def prepare(self, texts: Sequence[str]) -> None:
        """Encode texts in one batch that are checked one by one afterwards."""
        self._reader.texts(texts)

    def features(self, text: str, paper: EncodedPaper) -> dict[str, float]:
        """The features of a statement against one paper."""
        (said,) = self._reader.texts([text])
        alignment, _ = best_alignment(said.tokens, paper)
        return dict(_measured(said, paper, alignment, _violations(text, [paper])).features)


def _certain(text: str, papers: Sequence[EncodedPaper]) -> Statement | None:
    """What needs no comparison: a statement that cites nothing, or one that is there word for word."""
    if not papers:
        return Statement(text, (), "uncited", "rules", 0.0, problems=(UNCITED,))
    ids = tuple(p.paper.id for p in papers)
    for paper in papers:
        if words := find_verbatim(text, paper):
            return Statement(text, ids, "supported", "verbatim", 1.0, (words,))
    return None


def _compared(said: EncodedText, papers: Sequence[EncodedPaper]) -> Statement:
    violations = _violations(said.text, papers)
    checks = [_against(said, p, violations) for p in papers]
    best = max(checks, key=lambda c: (c.alignment.same, c.supported))
    verdict, problems = _verdict(best, checks, violations)
    return Statement(
        text=said.text,
        citations=tuple(p.paper.id for p in papers),
        verdict=verdict,
        how="rules",
        score=_score(verdict, best.supported),
        evidence=tuple(e for c in checks for e in _evidence(c) if c is best or c.about > 0.5),
        problems=problems,
    )


def _violations(text: str, papers: Sequence[EncodedPaper]) -> Sequence[Violation]:
    return check(text, [p.text for p in papers])


def _against(said: EncodedText, paper: EncodedPaper, violations: Sequence[Violation]) -> PaperCheck:
    alignment, places = best_alignment(said.tokens, paper)
    measured = _measured(said, paper, alignment, violations)
    kind = "_short" if len(paper.sentences) <= SHORT else ""
    about = probability(f"about{kind}", measured.features)
    return PaperCheck(
        paper,
        alignment,
        places if alignment.coverage >= 0.5 else tuple(_carrying(paper, measured.nearest)[:1]),
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
    """Where the abstract has these very words as a sentence or a clause that stands alone (or several), or None.

    White space, the first letter's case and the closing mark may differ, as in any quotation.
    """
    words = text.strip().rstrip(".").split()
    abstract = paper.paper.abstract
    if not words or " ".join(words).casefold() not in " ".join(abstract.split()).casefold():
        return None  # most statements are not: making the pattern takes longer than this
    first = f"(?i:{re.escape(words[0][0])}){re.escape(words[0][1:])}"
    pattern = r"\s+".join([first, *(re.escape(word) for word in words[1:])])
    starts = {sentence.span.start for sentence in paper.sentences}
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


def _carrying(paper: EncodedPaper, places: Iterable[int]) -> list[int]:
    """Return those of some sentences that can carry a statement: they assert, and speak to nobody."""
    barred = unquotable(paper.paper)
    return [i for i in places if paper.sentences[i].span.start not in barred]


def best_alignment(said: Sequence[Token], paper: EncodedPaper) -> tuple[Alignment, tuple[int, ...]]:
    """The best alignment with one sentence, or with two where one does not do; and which."""
    ours = {t.stem for t in said if t.content}
    shared = [ours & {t.stem for t in sentence.tokens} for sentence in paper.sentences]
    near = sorted(_carrying(paper, range(len(shared))), key=lambda i: -len(shared[i]))[:NEAR]
    best = Alignment(0.0, (Difference("word"),), 0)
    places: tuple[int, ...] = ()
    for group in [(i,) for i in near]:
        best, places = _better(best, places, said, paper, group)
    if not best.same and best.coverage >= JOINED:
        told = {t.stem for t in said if matters(t)}
        # Where one sentence has nearly all of it, a word found in the next one is not what it lacks.
        alone = best.coverage >= ALIGNED
        for pair in combinations(sorted(near), 2):
            one, other = (told & {t.stem for t in paper.sentences[i].tokens} for i in pair)
            if one <= other or other <= one:
                continue  # one of the two says no word that the other does not
            joined, where = _better(best, places, said, paper, pair)
            if joined.same or not alone:
                best, places = joined, where
    return best, places


def _better(
    best: Alignment,
    places: tuple[int, ...],
    said: Sequence[Token],
    paper: EncodedPaper,
    group: tuple[int, ...],
) -> tuple[Alignment, tuple[int, ...]]:
    text, words = _joined(paper, group)
    found = align(said, words, text)
    return (found, group) if _rank(found) > _rank(best) else (best, places)


def _rank(alignment: Alignment) -> tuple[bool, float, int]:
    return (alignment.same, round(alignment.coverage, 2), -len(alignment.differences))


def _joined(paper: EncodedPaper, group: tuple[int, ...]) -> tuple[str, tuple[Token, ...]]:
    if len(group) == 1:
        sentence = paper.sentences[group[0]]
        return sentence.text, sentence.tokens
    # A semicolon stands for the sentence boundary: phrases open and close there.
    text = " ; ".join(paper.sentences[i].text.rstrip(".") for i in group)
    return text, tokens(text)


def _verdict(
    best: PaperCheck, checks: Sequence[PaperCheck], violations: Sequence[Violation]
) -> tuple[Verdict, tuple[str, ...]]:
    alignment = best.alignment
    problems = tuple(v.message for v in violations)
    if alignment.same and not violations:
        return "supported", ()
    # What was left out often is only the other side of what was put in its place.
    changed = [d for d in alignment.differences if d.kind != "left_out"]
    # A figure in other words ("3" for "three") is none of the guard's violations, hence no difference.
    named = [d for d in changed if d.kind in _NAMED and (d.kind != "number" or violations)]
    # Two sentences together deny nothing, and a turn is one only where all else is the same.
    named = [d for d in named if len(best.sentences) == 1 and (d.kind != "turn" or len(changed) == 1)]
    named = [d for d in named if d.kind != "name" or not _own_name(d, best.paper)]
    named = _denials(named, changed)
    if (
        (_nearly_all(alignment, changed) or alignment.coverage >= ALIGNED)
        and (named or violations)
        and len(changed) <= 2
    ):
        turned_back = _turned_back(best, named)
        problems += tuple(_sentence(d, sure=not turned_back) for d in named if d.kind != "number")
        hard = not turned_back and any(d.kind in (*_DENYING, "number") for d in named)
        hard = hard or any(v.kind in ("number", "direction", "relation") for v in violations)
        return ("contradicted" if hard else "partly"), problems
    if all(c.silent for c in checks):
        return "unsupported", (*problems, SILENT)
    if violations:
        return "partly", problems
    return "unconfirmed", ()


def _denials(named: Sequence[Difference], changed: Sequence[Difference]) -> list[Difference]:
    """Return the differences without denials that both sides have in other words ("does not", "no evidence that"): they agree. A
    word that denies is told once, not as an extent too."""
    there = {d.source for d in named if d.kind == "negation" and not d.said}
    if there and any(d.said.lower() in NEGATION for d in changed):
        return [d for d in named if d.kind != "negation"]
    return [d for d in named if d.kind != "quantity" or d.said or d.source not in there]


def _own_name(difference: Difference, paper: EncodedPaper) -> bool:
    """Whether a name in a statement is another place's word of the abstract or its title: "Dot" where the sentence has "we", or the
    words that an abbreviation in the sentence stands for."""
    text = paper.text
    if difference.source:
        text = spelled_out(difference.source, [text]) if is_abbreviation(difference.source) else ""
    # As a word: "AI" is not in "train".
    return bool(re.search(rf"(?<!\w){re.escape(difference.said)}(?!\w)", text, re.I))


def _turned_back(best: PaperCheck, named: Sequence[Difference]) -> bool:
    """Return whether the source denies or reverses what it has in place of the statement's word, "with the part removed" for
    "without the part", or its own denial: "did not fail to"."""
    changed = [t for d in named for t in tokens(d.said)]
    for place in best.sentences:
        words = best.paper.sentences[place].tokens
        for at in (i for i, t in enumerate(words) if any(d.source == t.text for d in named if d.source)):
            behind = words[at + 1 : at + 1 + _NEAR_WORD]
            if words[at].lower in NEGATION:
                # It denies the first word that the statement has too, and what stands before that.
                behind = tuple(takewhile(lambda other: other.stem not in best.said, behind))
            for other in (*words[max(0, at - _NEAR_WORD) : at], *behind):
                turns = other.lower in NEGATION or other.stem in POLAR
                if turns and other.stem not in best.said and not any(opposite(other, t) for t in changed):
                    return True
    return False


def _nearly_all(alignment: Alignment, changed: Sequence[Difference]) -> bool:
    """Whether a short statement has one word in place of another, and nothing else is new."""
    left_out = len(alignment.differences) - len(changed)
    return len(changed) == 1 and left_out <= 1 and alignment.matched >= 2 and alignment.coverage >= 0.6


def _sentence(difference: Difference, *, sure: bool) -> str:
    """Return a difference as a sentence for the user."""
    reason = _NAMED[difference.kind]
    if reason == _OPPOSITE and not sure:
        reason = _PERHAPS
    if difference.said and difference.source:
        return f'{reason}: "{difference.source}", not "{difference.said}".'
    if difference.kind == "order":
        return f'{reason}: "{difference.said}".'
    if difference.said:
        return f'{reason}: it does not say "{difference.said}".'
    return f'{reason}: it says "{difference.source}".'


def _score(verdict: Verdict, supported: float) -> float:
    """The fitted probability, held where a rule knows better."""
    if verdict == "supported":
        return max(supported, 0.97)
    if verdict == "contradicted":
        return min(supported, 0.1)
    return supported


def evidence(paper: EncodedPaper, places: Sequence[int]) -> Evidence:
    """The words from the first to the last of consecutive sentences, with their place."""
    start = paper.sentences[places[0]].span.start
    end = paper.sentences[places[-1]].span.end
    text = paper.paper.abstract
    return Evidence(paper.paper.id, text[start:end], start, end, paper.paper.section_at(start))


def _evidence(check: PaperCheck) -> list[Evidence]:
    return [evidence(check.paper, (place,)) for place in check.sentences]
