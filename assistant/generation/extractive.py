"""Answer with quotes: without a model, the sentences of the abstracts that answer the question."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.core.answers.events import Event, Finished, StatementReady
from assistant.core.answers.statement import Statement
from assistant.core.length import Length
from assistant.core.text.quantities import extract
from assistant.core.text.tokens import stems, tokens
from assistant.generation.assemble import finish, refusal
from assistant.generation.comparison.aspects import main_finding, whole
from assistant.generation.comparison.parts import asked_places
from assistant.generation.comparison.stance import (
    affirming,
    against,
    denying,
    disagreement,
    siding_first,
    stance,
)
from assistant.generation.listing.matches import asks_each, asks_for_effect, matching, without_effect
from assistant.generation.question.halves import Half, speaks_of, unanswered
from assistant.generation.refusals.answerability import SELECTED_FROM
from assistant.generation.refusals.condition import Condition, unspoken
from assistant.generation.refusals.kind import kind_unnamed
from assistant.generation.refusals.paper_fit import answering, answering_openly, paper_probabilities, tells
from assistant.generation.run import AnswerRun, Retrieval
from assistant.library.embedding.vectors import Vectors
from assistant.llm.injection import unquoted
from assistant.retrieval.encoder import EncodedPaper, EncodedSentence, Encoder
from assistant.retrieval.names import about_one
from assistant.retrieval.question import Question
from assistant.retrieval.sentences.explains import explaining_first
from assistant.retrieval.sentences.fit import (
    exchanged,
    form_of,
    own_first,
    probabilities,
    sentence_fit,
    tells_nothing,
)
from assistant.retrieval.sentences.roles import ROLES, found_by, sentence_roles
from assistant.verification.checker import evidence
from assistant.verification.lexicon import EXPLAINS

# Where several papers are asked for: so many, of at least this share of the first one's score, with so many sentences each.
SEVERAL = 5
EACH = 2
NEAR_SEVERAL = 0.8
# The roles of sentences that tell what a study aimed at and did, and of those that tell what it found.
_DESIGN, _FOUND = ("objective", "method"), ("result", "conclusion")
# An answer to half of a question is at most so likely to answer it, and one to a question with a half ("and where?") that has no
# words to tell by at most the second: less than "very likely".
HALF_ANSWERED, UNTOLD = 0.5, 0.85
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


@dataclass(frozen=True)
class Quoted:
    """A sentence chosen as (part of) the answer, the probability, in 0..1, that it is the answer, and whether it is the first that
    is quoted of its paper."""

    paper: EncodedPaper
    sentence: EncodedSentence
    probability: float
    first: bool = True

    @property
    def place(self) -> int:
        """Its index in the abstract."""
        return self.paper.sentences.index(self.sentence)

    @property
    def places(self) -> tuple[int, ...]:
        """Its index, behind that of the sentence without which it is not understood."""
        return whole(self.paper, self.place, first=self.first)

    @property
    def words(self) -> int:
        """The number of words that are quoted."""
        return len(evidence(self.paper, self.places).quote.split())


class Extractive:
    """Answers with sentences of the abstracts, word for word, as far as `extent` goes. Needs no model."""

    name = "quotes"

    def __init__(self, extent: Extent) -> None:
        self._extent = extent

    def events(self, run: AnswerRun) -> Iterator[Event]:
        """Yield `StatementReady` for each sentence, then `Finished`; a refusal if the abstracts seem not to answer."""
        if run.answerability.kind:
            yield Finished(refusal(run, run.answerability.kind, self.name))
            return
        statements: list[Statement] = []
        with run.log.timed("quote"):
            chosen = select_sentences(run.retrieval, self._extent)
            chosen, halves = _with_halves(run.retrieval, chosen, self._extent.most)
            chosen = once(chosen)
            condition = None if run.retrieval.named else unspoken(run.retrieval.question, _papers(chosen))
            answers = (
                _speak_of(run.retrieval, chosen)
                and not (condition and condition.named)
                and not _kind_unnamed(run, chosen)
            )
            for quoted in chosen if answers else ():
                statements.append(_statement(quoted, statements))
                yield StatementReady(len(statements) - 1, statements[-1])
        run = _doubting(run, chosen, halves, condition if answers else None)
        if statements:
            asked, places = run.retrieval.question, [(one.paper, one.place) for one in chosen]
            no = denying(asked, places)
            yes = affirming(asked, places) if no else ()
            remark = disagreement(no, yes, len(statements))
            yield Finished(finish(run, statements, self.name, remark=remark, denying=no, affirming=yes))
        else:
            yield Finished(refusal(run, "not_stated", self.name))


def _speak_of(retrieval: Retrieval, chosen: Sequence[Quoted]) -> bool:
    """Return whether the papers that are quoted have any word of the question: without one they are near to it by chance.

    Of one paper that was chosen, other words may ask. On the fitting halves of four collections it refuses 4 of 131 answers that
    should have been refused, and 2 of some 800 others. Papers in another language have other words.
    """
    said = retrieval.question.encoded.stems
    across = any(one.paper.across is not None for one in chosen)
    return across or len(retrieval.papers) == 1 or not said or any(said & one.paper.stems for one in chosen)


def _kind_unnamed(run: AnswerRun, chosen: Sequence[Quoted]) -> bool:
    """Return whether a question, asked of no paper by its name, asks for a kind of thing that no quote names."""
    if run.retrieval.named:
        return False
    told = [(one.paper, place) for one in chosen for place in one.places]
    return kind_unnamed(run.retrieval.question, told, run.answerability.answerable)


def _statement(quoted: Quoted, before: Sequence[Statement]) -> Statement:
    """Return a quoted sentence as a statement; another paper than before begins a paragraph."""
    cited = (quoted.paper.paper.id,)
    paragraph = before[-1].paragraph + (before[-1].citations != cited) if before else 0
    words = evidence(quoted.paper, quoted.places)
    return Statement(words.quote, cited, "supported", "verbatim", 1.0, (words,), paragraph=paragraph)


def once(chosen: Sequence[Quoted]) -> tuple[Quoted, ...]:
    """Return the quotes without those that stand in another one, which takes the place of the first of them."""
    papers = [one.paper.paper.id for one in chosen]
    marked = [replace(one, first=papers.index(papers[n]) == n) for n, one in enumerate(chosen)]
    holding = {(one.paper.paper.id, place): one for one in marked for place in one.places[:-1]}
    return tuple(dict.fromkeys(holding.get((one.paper.paper.id, one.place), one) for one in marked))


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
    ranked = _ranked(question, papers, scores)
    return _some_of_each(ranked, retrieval, extent.words) if several else _likely(question, ranked, extent)


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


def _with_halves(
    retrieval: Retrieval, chosen: Sequence[Quoted], most: int
) -> tuple[tuple[Quoted, ...], tuple[Half, ...]]:
    """Return the chosen sentences with those of the same papers that answer a half of the question that they do not, and the
    halves that none answers."""
    question, added, left = retrieval.question, list(chosen), []
    papers = _papers(chosen)
    ranked = [one for paper in papers for one in best_of(question, paper)]
    for half in unanswered(question, [(one.paper, one.place) for one in chosen]):
        told = [one for one in ranked if speaks_of(half, one.sentence.stems)]
        if told and len(added) < max(most, 2):
            added.append(told[0])
        else:
            left.append(half)
    order = [paper.paper.id for paper in papers]
    return tuple(sorted(added, key=lambda one: order.index(one.paper.paper.id))), tuple(left)


def _papers(chosen: Sequence[Quoted]) -> list[EncodedPaper]:
    return list({one.paper.paper.id: one.paper for one in chosen}.values())


def _doubting(
    run: AnswerRun, chosen: Sequence[Quoted], halves: Sequence[Half], condition: Condition | None
) -> AnswerRun:
    """Return a run that is less sure of an answer without these halves of the question, this condition, or the reason asked for, and
    says so."""
    sure = run.answerability.answerable
    for half in halves:
        sure = min(sure, HALF_ANSWERED if half.standing == "missing" else UNTOLD)
        if half.standing == "missing":
            run.log.warnings.append(
                f"What is quoted does not speak of “{half.text}”: this part is not answered."
            )
    if condition and not halves:
        sure = min(sure, HALF_ANSWERED)
        run.log.warnings.append(f"The papers that are quoted do not speak of “{condition.text}”.")
    # "Why?" after an answer is answered no better by the same words.
    again = run.retrieval.question.opening == "why" and run.asked != run.question
    if again and not any(word.stem in EXPLAINS for one in chosen for word in one.sentence.tokens):
        sure = min(sure, HALF_ANSWERED)
        run.log.warnings.append("What is quoted may not say why.")
    return replace(run, answerability=replace(run.answerability, answerable=sure))


def quoted_once(question: Question, papers: Sequence[EncodedPaper]) -> list[Statement]:
    """Return the sentence of each of these papers that answers best, as statements in the order of the papers."""
    return stated(_best_of_each(question, papers))


def asked_of_each(question: Question, papers: Sequence[EncodedPaper], encoder: Encoder) -> list[Statement]:
    """Return of each paper the sentence that tells what is asked of every one ("the sample size")."""
    return quoted(papers, asked_places(question, papers, encoder))


def quoted(papers: Sequence[EncodedPaper], places: Sequence[int | None]) -> list[Statement]:
    """Return the sentence at a place of each paper as statements; a paper without a place is left out, and what may not be quoted."""
    return stated(
        Quoted(paper, paper.sentences[place], 1.0)
        for paper, place in zip(papers, places, strict=True)
        if place is not None and paper.sentences[place].span.start not in unquoted(paper.paper)
    )


def stated(chosen: Iterable[Quoted]) -> list[Statement]:
    """Return chosen sentences as statements; another paper than before begins a paragraph."""
    statements: list[Statement] = []
    for one in chosen:
        statements.append(_statement(one, statements))
    return statements


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


def best_of(question: Question, paper: EncodedPaper) -> list[Quoted]:
    """Return the sentences of a paper that may be quoted, the likeliest answer first."""
    return _ranked(question, [paper], [1.0])


def _ranked(question: Question, papers: Sequence[EncodedPaper], scores: Sequence[float]) -> list[Quoted]:
    """Return the sentences of papers that may be quoted, the likeliest answer first."""
    each = []
    for paper, score in zip(papers, scores, strict=True):
        fit = sentence_fit(question, paper, score)
        for first in (siding_first, _of_the_named, own_first):
            fit = first(fit, question, paper)
        each.append(fit)
    fits = explaining_first(each, question, papers)
    quoted = [
        Quoted(paper, sentence, float(probability))
        for paper, row in zip(papers, probabilities(fits), strict=True)
        for sentence, probability in zip(paper.sentences, row, strict=True)
        if sentence.span.start not in unquoted(paper.paper)
    ]
    return sorted(quoted, key=lambda one: -one.probability)


def _of_the_named(fit: Vectors, question: Question, paper: EncodedPaper) -> Vectors:
    """Return the fits in which, where a figure is asked for, the one sentence of a paper that says a name of the question has the
    first place if it has a figure and the likeliest sentence has no such name: the figures of that one are of something else.

    A name in the title is what all of a paper is about.
    """
    names = {token.stem for token in question.names} if question.number and len(fit) else set()
    names -= stems(tokens(paper.paper.title))
    once = {name for name in names if sum(name in s.stems for s in paper.sentences) == 1}
    best = int(fit.argmax()) if once else 0
    told = [i for i, s in enumerate(paper.sentences) if once & s.stems and extract(s.text)]
    said = {token.stem for token in question.encoded.content} - names
    most = len(said & paper.sentences[best].stems)
    # Of what is counted, the likeliest may say more: then it is that one that tells the figure, of what was named before it.
    told = [i for i in told if len(said & paper.sentences[i].stems) >= most]
    if told and not once & paper.sentences[best].stems:
        return exchanged(
            fit, best, max(told, key=lambda i: (len(once & paper.sentences[i].stems), float(fit[i])))
        )
    return fit


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


def _likely(question: Question, ranked: Sequence[Quoted], extent: Extent) -> tuple[Quoted, ...]:
    """Return the likeliest answer and the next likely ones, as far as `extent` goes, each paper's sentences together."""
    if not ranked:
        return ()
    chosen = [ranked[0]]
    likely = [one for one in ranked[1:] if one.probability >= extent.least * ranked[0].probability]
    for quoted in _findings_first(question, likely):
        if len(chosen) >= extent.most or sum(one.probability for one in chosen) >= extent.sure:
            break
        if sum(one.words for one in once([*chosen, quoted])) <= extent.words:
            chosen.append(quoted)
    papers = list(dict.fromkeys(one.paper.paper.id for one in chosen))
    return tuple(sorted(chosen, key=lambda one: papers.index(one.paper.paper.id)))


def _findings_first(question: Question, ranked: Sequence[Quoted]) -> Sequence[Quoted]:
    """Return the sentences that may follow the first; where a yes-or-no question is asked, what a paper asks or knew before stands
    behind what it found, though it has more of the question's words ("We ask whether ...")."""
    if form_of(question) != "closed":
        return ranked
    found = {paper.paper.id: set(found_by(paper)) for paper in _papers(ranked)}
    return sorted(
        ranked,
        key=lambda one: (
            one.place not in found[one.paper.paper.id] or tells_nothing(question, one.sentence.text)
        ),
    )
