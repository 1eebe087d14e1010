"""Choose sentences. One where that answers, more where it may not, and of several papers some of each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.core.answers.statement import Statement
from assistant.core.length import Length
from assistant.generation.comparison.aspects import main_finding
from assistant.generation.comparison.stance import against, stance
from assistant.generation.listing.matches import asks_each, asks_for_effect, matching, without_effect
from assistant.generation.quotes.quoted import Quoted, once, papers_of, stated
from assistant.generation.quotes.ranking import best_of, ranked_sentences
from assistant.generation.refusals.answerability import SELECTED_FROM
from assistant.generation.refusals.paper_fit import answering, answering_openly, paper_probabilities, tells
from assistant.generation.run import Retrieval
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.names import about_one
from assistant.retrieval.question import Question
from assistant.retrieval.sentences.fit import form_of, tells_nothing
from assistant.retrieval.sentences.roles import ROLES, found_by, sentence_roles

# Where several papers are asked for: so many, of at least this share of the first one's score, with so many sentences each.
SEVERAL = 5
EACH = 2
NEAR_SEVERAL = 0.8
# The roles of sentences that tell what a study aimed at and did, and of those that tell what it found.
_DESIGN, _FOUND = ("objective", "method"), ("result", "conclusion")
# What says the opposite of the likeliest paper is quoted beside it from this probability on: of six such papers in two suites and one trial
# that are less likely than not, the two from 0.4 on answer, and those below 0.34 do not.
OPPOSES = 0.37


@dataclass(frozen=True)
class Extent:
    """How far an answer goes.

    Its first sentence answers. Others follow until it is `sure` that the answer is among them, if they are at least `least`
    times as likely as the first: at most `most` sentences, of at most `words` words in all.
    """

    words: int
    most: int = 3
    sure: float = 0.95
    least: float = 0.05

    @classmethod
    def of(cls, length: Length, words: int) -> Extent:
        """Return the extent of answers of a length, where those of normal length have at most so many words."""
        if length == "short":
            return cls(words, most=1)
        # The normal bounds were chosen on the fitting halves. A long answer goes on after the answer.
        return cls(words) if length == "normal" else cls(2 * words, most=6, sure=math.inf, least=0.005)


def select_sentences(retrieval: Retrieval, extent: Extent) -> tuple[Quoted, ...]:
    """Return the sentences that answer the question, the one that answers best first.

    Others follow only where the first may not be enough, as far as `extent` goes; but at least one sentence, and one
    of each paper where the question names papers side by side or asks for several. Sentences that address the reader's
    software are left out.
    """
    question, named = retrieval.question, retrieval.named
    if named:
        # What answers the request to compare is not what is asked of each.
        rankings = [
            (best_of(about_one(question, named, subject), replace(subject.paper, asked="")), subject)
            for subject in named
        ]
        return tuple(_naming(ranked, subject.words) for ranked, subject in rankings if ranked)
    if asks_each(question, retrieval.papers):
        each = _each(retrieval)
        if len(each) > 1:
            return _best_of_each(question, each[:SEVERAL])
    several = question.kind == "several"
    papers = retrieval.papers if several else retrieval.papers[:SELECTED_FROM]
    scores = [passage.score for passage in retrieval.passages][: len(papers)]
    ranked = ranked_sentences(question, papers, scores)
    if several:
        return _some_of_each(ranked, retrieval, extent.words)
    return _likely(_findings_first(question, ranked), extent)


def _each(retrieval: Retrieval) -> Sequence[EncodedPaper]:
    """Return the papers that answer a question which several may answer, each in its own way."""
    question = retrieval.question
    if tells(question) and form_of(question) == "closed":
        likely = answering(retrieval)
        odds = paper_probabilities(retrieval, SELECTED_FROM) if len(likely) == 1 else []
        others = [
            p for p, odd in zip(retrieval.papers, odds, strict=False) if odd >= OPPOSES and p not in likely
        ]
        return (*likely, *(paper for paper in others if against(question, likely[0], paper)))
    if tells(question) and asks_for_effect(question.text):
        return answering_openly(retrieval)
    return matching(question, retrieval.papers)


def quoted_once(question: Question, papers: Sequence[EncodedPaper]) -> list[Statement]:
    """Return the sentence of each of these papers that answers best, as statements in the order of the papers."""
    return stated(_best_of_each(question, papers))


def _best_of_each(question: Question, papers: Sequence[EncodedPaper]) -> tuple[Quoted, ...]:
    """Return the likeliest sentence of each paper; to a yes-or-no question the likeliest that takes a side, if one does, and to one for
    an effect a finding on it."""
    closed = form_of(question) == "closed"
    each = [ranked for paper in papers if (ranked := best_of(question, paper))]
    if asks_for_effect(question.text):
        return tuple(_on_effect(question, ranked) for ranked in each)
    return tuple(
        next((one for one in ranked if closed and stance(question, one.paper, one.place)), ranked[0])
        for ranked in each
    )


def _on_effect(question: Question, ranked: Sequence[Quoted]) -> Quoted:
    """Return the likeliest finding of a paper, one that speaks of what acts and of what it acts on before others: "The role of X is
    little known" has most words of the question, and tells none."""
    said = {word.stem for word in without_effect(question).encoded.content}
    found = set(found_by(ranked[0].paper))
    return min(ranked, key=lambda one: (one.place not in found, not said <= one.sentence.stems))


def _naming(ranked: Sequence[Quoted], words: frozenset[str]) -> Quoted:
    """Return the first sentence that has these stems, else the first; where it tells what a study aimed at or did, the first finding that
    has them, else its main finding: how two things differ was found."""
    first = next((one for one in ranked if words <= one.sentence.stems), ranked[0])
    roles = [ROLES[role] for role in sentence_roles(first.paper).argmax(axis=1)]
    if not words or roles[first.place] not in _DESIGN:
        return first
    found = [one for one in ranked if roles[one.place] in _FOUND and words <= one.sentence.stems]
    main = main_finding(first.paper)
    return (*found, *(one for one in ranked if one.place == main), first)[0]


def _some_of_each(ranked: Sequence[Quoted], retrieval: Retrieval, words: int) -> tuple[Quoted, ...]:
    """Return the best sentence of each paper that comes close to the first, best paper first, and a second one of each as far
    as the words go, twice as many as for one paper."""
    least = NEAR_SEVERAL * max((passage.score for passage in retrieval.passages), default=0.0)
    near = {passage.paper.id for passage in retrieval.passages if passage.score >= least}
    by_paper: dict[str, list[Quoted]] = {}
    for quoted in ranked:
        if quoted.paper.paper.id in near:
            by_paper.setdefault(quoted.paper.paper.id, []).append(quoted)
    papers = list(by_paper.values())[:SEVERAL]
    left = 2 * words - sum(of_one[0].words for of_one in papers)
    chosen = []
    for first, *others in papers:
        chosen.append(first)
        for quoted in others[: EACH - 1]:
            if quoted.words <= left:
                chosen.append(quoted)
                left -= quoted.words
    return tuple(chosen)


def _likely(ranked: Sequence[Quoted], extent: Extent) -> tuple[Quoted, ...]:
    """Return the first sentence and those that follow and are likely enough, as far as `extent` goes, each paper's sentences together."""
    if not ranked:
        return ()
    chosen = [ranked[0]]
    for quoted in (one for one in ranked[1:] if one.probability >= extent.least * ranked[0].probability):
        if len(chosen) >= extent.most or sum(one.probability for one in chosen) >= extent.sure:
            break
        if sum(one.words for one in once([*chosen, quoted])) <= extent.words:
            chosen.append(quoted)
    papers = list(dict.fromkeys(one.paper.paper.id for one in chosen))
    return tuple(sorted(chosen, key=lambda one: papers.index(one.paper.paper.id)))


def _findings_first(question: Question, ranked: Sequence[Quoted]) -> Sequence[Quoted]:
    """Return the sentences, the likeliest first; behind it, where yes or no is asked, what a paper found stands before what it asks or
    knew, though this has more of the question's words ("We ask whether ...")."""
    if form_of(question) != "closed":
        return ranked
    found = {paper.paper.id: set(found_by(paper)) for paper in papers_of(ranked)}

    def tells_none(one: Quoted) -> bool:
        return one.place not in found[one.paper.paper.id] or tells_nothing(question, one.sentence.text)

    return [*ranked[:1], *sorted(ranked[1:], key=tells_none)]
