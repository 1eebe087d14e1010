"""Overviews of topics: what each paper on it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations, islice, permutations

from assistant.conversation.history_turn import HistoryTurn
from assistant.core.answers.events import Event
from assistant.core.text.counts import count_of
from assistant.core.text.tokens import stems, tokens
from assistant.generation.comparison.aspects import main_finding
from assistant.generation.comparison.relations import may_clash, opposed
from assistant.generation.comparison.stance import affirming, denies, denying, disagreement, numbered
from assistant.generation.listing.lists import quoted_events
from assistant.generation.listing.matches import matching
from assistant.generation.question.topic import asks_for_disagreement
from assistant.generation.quotes.choice import SEVERAL
from assistant.generation.quotes.extractive import UNTOLD
from assistant.generation.quotes.quoted import Quoted, once, stated
from assistant.generation.quotes.ranking import best_of
from assistant.generation.run import AnswerRun
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.question import Question
from assistant.retrieval.sentences.roles import found_by

# Of one paper so many sentences are quoted at most, of several papers one of each; none that is so much less likely than the first.
_OF_ONE, _LEAST = 3, 0.1
_NO_CLASH = "No two of them were found to contradict each other."


def on_topic(topic: Question, papers: Sequence[EncodedPaper]) -> list[EncodedPaper]:
    """Return the papers that are about a topic and say at least half of its words, those with a title that has them all first."""
    told = topic.encoded.stems
    speaking = [paper for paper in matching(topic, papers) if 2 * len(told & paper.stems) >= len(told)]
    return sorted(speaking, key=lambda paper: not told <= stems(tokens(paper.paper.title)))


def overview_events(
    run: AnswerRun, topic: str, parse: Callable[[str], Question], *, counted: bool = True
) -> Iterator[Event] | None:
    """Return the events of an answer that quotes what the papers on a topic find; None if none that has its words tells anything of it.

    Where the question asks if papers disagree, it says which of them contradict each other. How many are on the topic is said if all were
    `counted`.
    """
    with run.log.timed("quote"):
        # A title asks for findings; the words alone tell best which sentence says most of them.
        asked = parse(f"{topic}?")
        papers = on_topic(asked, run.papers)
        # To read takes time: no more papers are read than are quoted.
        each_told = (_told(asked, replace(paper, asked=topic)) for paper in papers)
        found = list(islice(filter(None, each_told), SEVERAL))
        if not found:
            return None
        each = _OF_ONE if len(found) == 1 else 1
        chosen = [quoted for told in found for quoted in told[:each]]
        clash = ""
        if asks_for_disagreement(run.question):
            chosen, clash = _contrasted([told[0] for told in found], parse)
            if clash == _NO_CLASH:
                chosen, clash = _denied_beside(asked, chosen)
    return _events(run, chosen, _remark(len(found), len(papers), topic, clash) if counted else "")


def contrast_events(
    run: AnswerRun,
    papers: Sequence[EncodedPaper],
    turn: HistoryTurn,
    parse: Callable[[str], Question],
) -> Iterator[Event] | None:
    """Return the events of an answer that says which of these papers contradict each other in what a turn quotes of them, or, where it quotes
    nothing, in what they say to its question; None if nothing of them may be quoted."""
    question = parse(turn.question)
    ranked = [best_of(question, replace(paper, asked=turn.question)) for paper in papers[:SEVERAL]]
    told = [
        next((one for one in each if one.sentence.text.rstrip(".!?") in turn.answer), each[0])
        for each in ranked
        if each
    ]
    chosen, clash = _contrasted(told, parse)
    said = [(one.paper, one.place) for one in chosen]
    no, yes = denying(question, said), affirming(question, said)
    return _events(run, chosen, disagreement(no, yes, len(chosen)) or clash) if chosen else None


def agreement_events(
    run: AnswerRun, ids: Sequence[str], remark: str, parse: Callable[[str], Question]
) -> Iterator[Event] | None:
    """Return the events of an answer that quotes what each of these papers finds, and says which contradict each other, where that is sure;
    None where no sentence may be quoted."""
    named = (paper for paper in run.papers if paper.paper.id in ids)
    papers = sorted(named, key=lambda paper: ids.index(paper.paper.id))[:SEVERAL]
    found = [(paper, main_finding(paper)) for paper in papers]
    chosen, clash = _contrasted([Quoted(p, p.sentences[at], 1.0) for p, at in found if at is not None], parse)
    if not chosen:
        return None
    if clash == _NO_CLASH:
        # What each finds tells whether they agree, but not in so many words.
        sure = replace(run, answerability=replace(run.answerability, answerable=UNTOLD))
        return quoted_events(sure, stated(once(chosen)), remark)
    return _events(run, chosen, f"{remark} {clash}")


def _events(run: AnswerRun, chosen: Sequence[Quoted], remark: str) -> Iterator[Event]:
    # Papers that say its words speak of it, whatever else the question has.
    sure = replace(run, answerability=replace(run.answerability, answerable=1.0, kind=None))
    yield from quoted_events(sure, stated(once(chosen)), remark)


def _contrasted(chosen: Sequence[Quoted], parse: Callable[[str], Question]) -> tuple[list[Quoted], str]:
    """Return a sentence of each of some papers, those that contradict each other with the sentences that do, and which these are."""
    told = {one.paper.paper.id: one for one in chosen}
    number = {paper: n for n, paper in enumerate(told, start=1)}
    clashes = []
    for first, second in combinations(chosen, 2):
        both = " and ".join(f"[{number[one.paper.paper.id]}]" for one in (first, second))
        if relation := opposed(first.paper, second.paper, parse):
            clashes.append(f"{both} contradict each other: one finds what the other denies.")
            said = {
                relation.paper_id: relation.statement.text,
                relation.other: relation.statement.evidence[0].quote,
            }
            for paper, text in said.items():
                same = (one for one in told[paper].paper.sentences if one.text == text)
                told[paper] = replace(told[paper], sentence=next(same, told[paper].sentence))
        elif any(
            may_clash((one.paper, one.place), (other.paper, other.place), parse)
            for one, other in permutations((first, second))
        ):
            clashes.append(f"{both} may disagree.")
    return list(told.values()), " ".join(clashes) or _NO_CLASH


def _denied_beside(topic: Question, chosen: Sequence[Quoted]) -> tuple[list[Quoted], str]:
    """Return the quotes, of a paper whose main finding on the topic denies an effect that finding, and a sentence on which these are;
    unchanged if none or all deny one. In words of their own two papers may disagree unseen: "enhances memory", "no better retention".
    """
    chief = [(one, main_finding(one.paper)) for one in chosen]
    denied = {
        n: replace(one, sentence=one.paper.sentences[place])
        for n, (one, place) in enumerate(chief)
        if place is not None
        and denies(one.paper.sentences[place])
        and all(one.paper.spoken(topic.encoded, place))
    }
    quotes = [denied.get(n, one) for n, one in enumerate(chosen)]
    others = [n for n, one in enumerate(quotes) if not denies(one.sentence)]
    if not denied or not others:
        return [*chosen], _NO_CLASH
    no = numbered(denied, "denies an effect", "deny an effect")
    return quotes, f"They may disagree: {no}, {numbered(others, 'does', 'do')} not."


def _remark(found: int, speaking: int, topic: str, clash: str) -> str:
    """Return a sentence on how many papers are on a topic, and how many more mention it: all were read if fewer than `SEVERAL` are quoted."""
    on = f"{count_of(found, 'paper')} {'is' if found == 1 else 'are'} on “{topic}”"
    each = "What each finds:"
    if mentioned := speaking - found:
        on += f", {mentioned} more {'mentions' if mentioned == 1 else 'mention'} it"
    if mentioned and found == SEVERAL:
        on, each = f"{speaking} papers speak of “{topic}”", f"What the nearest {SEVERAL} find:"
    return f"{on}." if found == 1 else " ".join(filter(None, [f"{on}.", clash, each]))


def _told(topic: Question, paper: EncodedPaper) -> list[Quoted]:
    """Return the sentences that tell most of a topic, the first one first; none where a paper only mentions it."""
    found = found_by(paper)
    ranked = [one for one in best_of(topic, paper) if one.place in found]
    if not ranked or not all(paper.spoken(topic.encoded, ranked[0].place)):
        return []
    return [one for one in ranked if one.probability >= _LEAST * ranked[0].probability]
