"""The lead study: does an answer of quotes begin with what answers, is it short, and is it refused where nothing answers?

PubMedQA (Jin et al. 2019, arXiv:1909.06146): questions over abstracts whose conclusion answers them; the titles, which are the
questions, are hidden. Two libraries hold half of the abstracts each; each is asked all questions. SciFact (Wadden et al. 2020,
arXiv:2004.14974): claims with evidence sentences by experts, asked of all its abstracts. And the questions of the shipped suite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

from assistant import Answer, Assistant, Paper, Settings, Statement
from evals.metrics.answer import states
from evals.suites.suite import Case, open_suite
from tests.studies import sources
from tests.studies.discrimination import auc

Answering = Callable[[Statement], bool]


@dataclass(frozen=True)
class LeadOutcome:
    """What became of one question.

    `answerable`: the library answers it. `right`: a paper that does is cited. `first`, `any`: the first sentence, or any one,
    answers. `score` is the answer's own probability that the question can be answered.
    """

    answerable: bool
    refused: bool
    right: bool
    first: bool
    any: bool
    words: int
    first_words: int
    score: float


def outcome(answer: Answer, answerable: bool, papers: Sequence[str], answering: Answering) -> LeadOutcome:
    """Judge an answer by the ids of the papers that answer and a test of each sentence."""
    met = [answering(statement) for statement in answer.statements]
    return LeadOutcome(
        answerable,
        answer.refusal is not None,
        not set(answer.numbers).isdisjoint(papers),
        met[:1] == [True],
        any(met),
        sum(len(statement.text.split()) for statement in answer.statements),
        len(answer.statements[0].text.split()) if answer.statements else 0,
        answer.score,
    )


def pubmedqa(half: str, folder: Path) -> list[LeadOutcome]:
    """Ask each question of a library with its abstract, and of one without."""
    rows = sources.read_lines(sources.need_shared("pubmedqa", f"{half}.jsonl"))
    outcomes = []
    for side in (0, 1):
        with pubmedqa_library(half, side, folder) as library:
            for place, row in enumerate(rows):
                conclusion = _Conclusion(row["pmid"], len(row["abstract"].strip()))
                answer = library.ask(row["question"])
                outcomes.append(outcome(answer, place % 2 == side, [row["pmid"]], conclusion))
    return outcomes


def pubmedqa_library(half: str, side: int, folder: Path) -> Assistant:
    """Return a library of every other abstract of a half, from the first (side 0) or the second; it is stored in `folder`."""
    library = Assistant(folder / f"pubmedqa-{half}-{side}", settings=Settings())
    rows = sources.read_lines(sources.need_shared("pubmedqa", f"{half}.jsonl"))
    library.add(_untitled(row) for row in rows[side::2])
    return library


def _untitled(row: sources.Case) -> Paper:
    text = f"{row['abstract'].strip()} {row['long_answer'].strip()}"
    return Paper(row["pmid"], f"Record {row['pmid']}", text, source="pubmedqa")


@dataclass(frozen=True)
class _Conclusion:
    """Tests whether a quote lies in the conclusion of a paper, which begins at a character of its abstract."""

    paper: str
    start: int

    def __call__(self, statement: Statement) -> bool:
        return any(
            e.paper_id == self.paper and (e.start + e.end) / 2 > self.start for e in statement.evidence
        )


def scifact(half: str, folder: Path) -> list[LeadOutcome]:
    """Ask each claim of all 5,183 abstracts."""
    claims = sources.read_lines(sources.need_shared("scifact", f"claims_{half}.jsonl"))
    with Assistant(folder / "scifact", settings=Settings()) as library:
        library.add(sources.scifact_papers())
        return [
            outcome(library.ask(claim["text"]), bool(claim["evidence"]), list(evidence), _Evidence(evidence))
            for claim in claims
            for evidence in [_evidence(claim)]
        ]


def _evidence(claim: sources.Case) -> dict[str, list[str]]:
    """Return the evidence sentences by paper."""
    return {
        item["doc"]: [sources.scifact_sentences(item["doc"])[i].strip() for i in item["sentences"]]
        for item in claim["evidence"]
    }


@dataclass(frozen=True)
class _Evidence:
    """Tests whether a quote is one of a claim's evidence sentences, or part of one, or holds one."""

    sentences: dict[str, list[str]]

    def __call__(self, statement: Statement) -> bool:
        return any(
            e.quote in sentence or sentence in e.quote
            for e in statement.evidence
            for sentence in self.sentences.get(e.paper_id, ())
        )


def suite(half: str) -> list[LeadOutcome]:
    """Ask the shipped suite's cases that need no history: a sentence answers if it holds a key fact."""
    with Assistant.sample(settings=Settings()) as library:
        return [
            outcome(library.ask(case.question), case.answerable, list(case.relevant), _Fact(case))
            for case in open_suite("daily-papers").chosen(held_out=half == "report")
            if not case.history and (case.facts or not case.answerable)
        ]


@dataclass(frozen=True)
class _Fact:
    """Tests whether a sentence holds a key fact of a case."""

    case: Case

    def __call__(self, statement: Statement) -> bool:
        return any(states(statement.text, fact.spellings) for fact in self.case.facts)


def run(half: str, folder: Path) -> Iterator[tuple[str, list[LeadOutcome]]]:
    """Yield the outcomes of each set by its name; sets whose data is absent are left out."""
    if sources.shared("pubmedqa"):
        yield f"PubMedQA {half}", pubmedqa(half, folder)
    if sources.shared("scifact"):
        yield f"SciFact {half}", scifact(half, folder)
    yield f"shipped suite {half}", suite(half)


def render(name: str, outcomes: Sequence[LeadOutcome]) -> str:
    """Return the figures of one set. Shares are of all answerable cases, refused ones included, unless the line says otherwise."""
    present = [o for o in outcomes if o.answerable]
    absent = [o for o in outcomes if not o.answerable]
    given = [o for o in present if not o.refused]
    refused = [o for o in outcomes if o.refused]
    rows = [
        ("a paper that answers is cited", [o.right for o in present]),
        ("the first sentence answers", [o.first for o in present]),
        ("the first sentence answers, of the answered", [o.first for o in given]),
        ("any sentence answers", [o.any for o in present]),
        ("answered, of the answerable", [not o.refused for o in present]),
        ("refused, of the unanswerable", [o.refused for o in absent]),
        ("refusals that are right", [not o.answerable for o in refused]),
    ]
    lines = [f"{name}: {len(present)} answerable, {len(absent)} unanswerable"]
    lines += [f"  {label:45}{fmean(values):.3f}" for label, values in rows if values]
    if given:
        lines.append(
            f"  {'words, mean and median':45}{fmean(o.words for o in given):.1f} {median(o.words for o in given):.0f}"
        )
        lines.append(
            f"  {'words of the first sentence, median':45}{median(o.first_words for o in given):.0f}"
        )
    if absent and present:
        lines.append(
            f"  {'AUC of the score':45}{auc([o.score for o in outcomes], [o.answerable for o in outcomes]):.3f}"
        )
    return "\n".join(lines)
