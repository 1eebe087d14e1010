"""The questions that answer sentence selection learns from, each with an abstract in sentences and those of them that answer.

23,900 were written for it by language models that read the abstracts: 1,550 of SciFact's that no claim cites, 200 of PubMedQA's fitting
half, 1,020 of CSAbstruct's (third-party text is not in the repository: `data/selection/questions.jsonl` numbers the sentences that
`split` makes), and 1,210 invented ones of some thirty other fields (`data/selection/papers.jsonl`). Three in ten are statements, true
or false, or a few words. A third are near misses, which no sentence answers. Beside them stand the fitting halves of PubMedQA and
SciFact and the fitted cases of the shipped suite.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant import Assistant, Settings
from assistant.core.text.sentences import split
from evals.metrics.answer import states
from evals.suites.suite import open_suite
from tests.studies import sources

FOLDS = 8
HELD_BACK = 0
"""The fold of papers that the model is not trained on: the other weights are fitted on it."""


@dataclass(frozen=True)
class Abstract:
    """An abstract in sentences; `title` may be empty."""

    id: str
    title: str
    sentences: tuple[str, ...]

    @property
    def fold(self) -> int:
        """Its fold: all questions over it are in the same one."""
        return fold_of(self.id)


def fold_of(abstract: str) -> int:
    """Return the fold of an abstract by its id, 0 to 7."""
    return int(hashlib.sha256(abstract.encode()).hexdigest(), 16) % FOLDS


@dataclass(frozen=True)
class Asked:
    """A question over an abstract: the indices of the sentences that answer `best`, and of others that `also` do, at least in part.

    `certain`, 0..1: how sure it is that the other sentences do not answer; `collection`: where the question is from.
    """

    question: str
    abstract: Abstract
    best: tuple[int, ...]
    also: tuple[int, ...] = ()
    certain: float = 1.0
    collection: str = "written"


def every() -> list[Asked]:
    """Return all questions. Raises `EvaluationError` if the third-party data is absent."""
    return [*written(), *_pubmedqa(), *_scifact(), *_suite()]


def written() -> list[Asked]:
    """Return the questions written for it."""
    abstracts = {one.id: one for one in (*_invented(), *third_party())}
    return [
        Asked(c["question"], abstracts[c["paper"]], tuple(c["best"]), tuple(c["also"]))
        for c in sources.load("selection/questions")
    ]


def drawn_from_themselves() -> list[Asked]:
    """Return abstracts that are asked some words of one of their own sentences, each twice, a third of them without that sentence.

    From these the model learns where to look before it learns what answers (inverse cloze task, Lee et al. 2019, arXiv:1906.00300).
    """
    draw, asked = random.Random(3), []
    for abstract in (a for a in third_party() for _ in range(2) if 4 <= len(a.sentences) <= 14):
        place = draw.randrange(len(abstract.sentences))
        words = abstract.sentences[place].rstrip(".").split()
        if len(words) < 8:
            continue
        chosen = sorted(draw.sample(range(len(words)), max(4, round(len(words) * draw.uniform(0.25, 0.5)))))
        question = " ".join(words[i] for i in chosen)
        if draw.random() < 1 / 3:
            left = abstract.sentences[:place] + abstract.sentences[place + 1 :]
            asked.append(Asked(question, Abstract(abstract.id, abstract.title, left), ()))
        else:
            asked.append(Asked(question, abstract, (place,)))
    return asked


def _invented() -> Iterator[Abstract]:
    for paper in sources.load("selection/papers"):
        yield Abstract(paper["id"], paper["title"], tuple(paper["sentences"]))


def third_party() -> Iterator[Abstract]:
    """Yield the third-party abstracts."""
    for row in sources.read_lines(sources.need_shared("pubmedqa", "fit.jsonl")):
        yield Abstract(f"pubmedqa:{row['pmid']}", row["question"], _cut(_with_conclusion(row)))
    for paper in sources.scifact_papers():
        yield Abstract(f"scifact:{paper.id}", paper.title, _cut(paper.abstract))
    for place, row in enumerate(sources.read_lines(sources.need_shared("sentence_roles", "fit.jsonl"))):
        yield Abstract(f"csabstruct:{place}", "", _cut(" ".join(row["sentences"])))


def _cut(text: str) -> tuple[str, ...]:
    text = " ".join(text.split())
    return tuple(text[span.start : span.end] for span in split(text))


def _with_conclusion(row: Mapping[str, str]) -> str:
    return f"{row['abstract'].strip()} {row['long_answer'].strip()}"


def _pubmedqa() -> Iterator[Asked]:
    """Yield the questions that are titles: the conclusion answers, and results may."""
    for row in sources.read_lines(sources.need_shared("pubmedqa", "fit.jsonl")):
        text, begins = _with_conclusion(row), len(row["abstract"].strip())
        spans = split(text)
        best = tuple(i for i, span in enumerate(spans) if (span.start + span.end) / 2 > begins)
        abstract = Abstract(f"pubmedqa:{row['pmid']}", "", tuple(text[s.start : s.end] for s in spans))
        if best:
            yield Asked(row["question"], abstract, best, certain=0.3, collection="pubmedqa")


def _scifact() -> Iterator[Asked]:
    """Yield the claims, each over every abstract that it cites."""
    titles = {paper.id: paper.title for paper in sources.scifact_papers()}
    for claim in sources.read_lines(sources.need_shared("scifact", "claims_fit.jsonl")):
        evidence: dict[str, list[int]] = {}
        for item in claim["evidence"]:
            evidence.setdefault(item["doc"], []).extend(item["sentences"])
        for paper in claim["cited_doc_ids"]:
            sentences = tuple(sentence.strip() for sentence in sources.scifact_sentences(paper))
            abstract = Abstract(f"scifact:{paper}", titles[paper], sentences)
            best = tuple(sorted(set(evidence.get(paper, ()))))
            yield Asked(claim["text"], abstract, best, collection="scifact")


def _suite() -> Iterator[Asked]:
    """Yield the fitted cases of the shipped suite: sentences with a key fact answer, and others may."""
    with Assistant.sample(settings=Settings()) as library:
        papers = {paper.id: paper for paper in library.papers()}
    for case in open_suite("daily-papers").cases:
        if "fitted" not in case.tags or case.history:
            continue
        for paper in (papers[i] for i in case.relevant if i in papers):
            abstract = Abstract(f"daily:{paper.id}", paper.title, _cut(paper.abstract))
            best = _with_fact(abstract.sentences, [fact.spellings for fact in case.facts])
            if best:
                yield Asked(case.question, abstract, best, certain=0.5, collection="suite")


def _with_fact(sentences: Sequence[str], facts: Sequence[Sequence[str]]) -> tuple[int, ...]:
    return tuple(i for i, text in enumerate(sentences) if any(states(text, fact) for fact in facts))
