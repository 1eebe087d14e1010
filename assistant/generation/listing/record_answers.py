"""Write answers from records: sizes, years, authors, venues, topics, languages; and greetings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from assistant.core.answers.answer import Answer, QuestionFilter, Source
from assistant.core.paper import Paper, byline
from assistant.core.text.counts import count_of
from assistant.generation.listing.topics import SAMPLED, topics
from assistant.library.catalogue import Catalogue
from assistant.library.embedding.language import language_of
from assistant.retrieval.library_question import Asked, LibraryQuestion
from assistant.retrieval.paper_name import name_of

# Languages are looked up in so many abstracts, evenly taken.
LANGUAGES_SAMPLED = 200
# So many papers, and so many values of a field, are listed at most.
_MOST_LISTED, _MOST_VALUES = 100, 12
_NO_YEAR = "The records of this library give no year."


def from_records(question: str, asked: LibraryQuestion, catalogue: Catalogue) -> Answer:
    """Answer a question that needs nothing but records. `asked.rest` is empty."""
    if asked.shown:
        return listed_answer(question, *_of_shown(asked))
    remark, listed = _REPLIES[asked.asked](asked, catalogue)
    shown = listed.first(_MOST_LISTED) if listed else ()
    if listed and len(listed) > len(shown):
        remark += f" The first {_MOST_LISTED} are listed."
    return listed_answer(question, remark, shown, asked.filters)


def listed_answer(
    question: str, remark: str, papers: Sequence[Paper], filters: tuple[QuestionFilter, ...] = ()
) -> Answer:
    """Return an answer that is a sentence and the papers that are listed below it."""
    sources = tuple(Source(n, paper) for n, paper in enumerate(papers, start=1))
    return Answer(
        question,
        "\n".join([remark, *(f"[{s.number}] {s.paper.title}{byline(s.paper)}" for s in sources)]),
        sources=sources,
        model="records",
        standalone=question,
        score=1.0,
        remark=remark,
        listed=True,
        filters=filters,
    )


def _restricted(count: int, total: int, filters: Sequence[QuestionFilter], *, either: bool = False) -> str:
    """Return a sentence: "2 of the 16 papers are by Hansen, published in 2023."; with `either`, by one of the authors."""
    if either:
        filters = [f for f in filters if f.kind == "author"]
    authors = (" or " if either else " and ").join(f.value for f in filters if f.kind == "author")
    published = " ".join(_published(f) for f in filters if f.kind != "author")
    head = (
        f"{count:,} of {'the ' * (total > 1)}{count_of(total, 'paper')}"
        if count
        else f"None of the {count_of(total, 'paper')}"
    )
    if not authors:
        return f"{head} {'was' if count < 2 else 'were'} published {published}."
    return f"{head} {'is' if count < 2 else 'are'} by {authors}{', published ' * bool(published)}{published}."


def _published(one: QuestionFilter) -> str:
    if one.kind == "venue":
        return f"in {one.value}"
    if one.value.startswith(("since", "until")):
        return one.value
    return f"from {one.value}" if " to " in one.value else f"in {one.value}"


def _of_shown(asked: LibraryQuestion) -> tuple[str, Sequence[Paper]]:
    """Return what the records of shown papers say, and the papers."""
    papers = list(asked.papers.records.get(asked.shown).values())
    if asked.asked in ("newest", "oldest"):
        years = [paper.year for paper in papers if paper.year]
        if not years:
            return "Their records give no year.", papers
        year = max(years) if asked.asked == "newest" else min(years)
        first = [paper for paper in papers if paper.year == year]
        of = count_of(len(papers), "paper")
        return f"The {asked.asked} of the {of} {'is' if len(first) == 1 else 'are'} from {year}.", first
    label, value, missing = _FIELDS[asked.asked]
    if len(papers) == 1 and not value(papers[0]):
        return f"The record of {name_of(papers[0]) or f'“{papers[0].title}”'} {missing}.", papers
    told = [value(paper) or "not in the record" for paper in papers]
    marked = [f"[{n}] {one}" for n, one in enumerate(told, start=1)] if len(told) > 1 else told
    return f"{label}: {'. '.join(marked)}.", papers


_FIELDS: Mapping[Asked, tuple[str, Callable[[Paper], str], str]] = {
    "authors": ("Authors", lambda paper: "; ".join(paper.authors), "names no author"),
    "venues": ("Published in", lambda paper: paper.venue.strip(), "names no journal or conference"),
    "years": ("Year", lambda paper: str(paper.year or ""), "gives no year"),
}

_Reply = tuple[str, Catalogue | None]
"""The sentence, and the papers that are listed below it."""


def count_sentence(asked: LibraryQuestion, catalogue: Catalogue) -> str:
    """Return a sentence on how many papers the library has, or how many of them pass the filters of a question."""
    total = len(catalogue)
    if not asked.filters:
        years = list(catalogue.years)
        span = f", published from {years[0]} to {years[-1]}" if len(years) > 1 else ""
        return f"The library has {count_of(total, 'paper')}{span}."
    remark = _restricted(len(asked.papers), total, asked.filters, either=asked.either)
    if not catalogue.years and any(f.kind == "year" for f in asked.filters):
        remark += f" {_NO_YEAR}"
    return remark


def _counted(asked: LibraryQuestion, catalogue: Catalogue) -> _Reply:
    return count_sentence(asked, catalogue), asked.papers if asked.filters else None


def _papers(asked: LibraryQuestion, catalogue: Catalogue) -> _Reply:
    return count_sentence(asked, catalogue), asked.papers


def _newest(asked: LibraryQuestion, catalogue: Catalogue) -> _Reply:
    return _at_the_end(asked.papers, "newest", max)


def _oldest(asked: LibraryQuestion, catalogue: Catalogue) -> _Reply:
    return _at_the_end(asked.papers, "oldest", min)


def _at_the_end(papers: Catalogue, name: str, choose: Callable[[Iterable[int]], int]) -> _Reply:
    if not papers.years:
        return _NO_YEAR, None
    year = choose(papers.years)
    listed = papers.between(year, year)
    return f"The {name} paper{' is' if len(listed) == 1 else 's are'} from {year}.", listed


def _topics(asked: LibraryQuestion, catalogue: Catalogue) -> _Reply:
    read = asked.papers.sample(SAMPLED)
    counts = topics(read)
    if not counts:
        return f"The library has {count_of(len(catalogue), 'paper')}.", asked.papers
    every = count_of(len(asked.papers), "paper")
    of = every if len(read) == len(asked.papers) else f"{every}, as far as {len(read)} of them show"
    return f"Topics of the {of}: {_values(counts)}.", None


def _authors(asked: LibraryQuestion, catalogue: Catalogue) -> _Reply:
    counts = asked.papers.counts("full name")
    if not counts:
        return "The records of this library name no author.", None
    if asked.filters and len(asked.papers) <= _MOST_VALUES:
        return _restricted(len(asked.papers), len(catalogue), asked.filters), asked.papers
    named = _values(counts, partial(catalogue.written, "full name"))
    return f"{count_of(len(asked.papers), 'paper')} by {len(counts):,} authors, among them {named}.", None


def _venues(asked: LibraryQuestion, catalogue: Catalogue) -> _Reply:
    counts = asked.papers.counts("venue")
    if not counts:
        return "The records of this library name no journal or conference.", None
    named = _values(counts, partial(catalogue.written, "venue"))
    return f"{count_of(counts.total(), 'paper')} in {len(counts):,} journals or conferences: {named}.", None


def _years(asked: LibraryQuestion, catalogue: Catalogue) -> _Reply:
    if not asked.papers.years:
        return _NO_YEAR, None
    newest_first = {str(year): count for year, count in reversed(asked.papers.years.items())}
    return f"Papers by year: {_values(newest_first)}.", None


def _languages(asked: LibraryQuestion, catalogue: Catalogue) -> _Reply:
    papers = asked.papers.sample(LANGUAGES_SAMPLED)
    counts = Counter(language_of(paper.abstract).capitalize() or "another language" for paper in papers)
    if len(counts) == 1:
        return f"The papers are in {next(iter(counts))}.", None
    share = "" if len(papers) == len(asked.papers) else f" of {len(papers)} that were looked at"
    return f"The papers are in these languages{share}: {_values(counts)}.", None


def _help(asked: LibraryQuestion, catalogue: Catalogue) -> _Reply:
    kinds = ["how many papers it has", "which topics it covers"]
    if catalogue.counts("author"):
        kinds.append("who wrote them")
    if catalogue.years:
        kinds.append(f"which are from {max(catalogue.years)}")
    return (
        f"I answer questions from the abstracts of this library ({count_of(len(catalogue), 'paper')}), each with the exact "
        f"words that support it. You can also ask about the library: {', '.join(kinds[:-1])}, or {kinds[-1]}."
    ), None


def _greeting(asked: LibraryQuestion, catalogue: Catalogue) -> _Reply:
    return f"Hello! {_help(asked, catalogue)[0]}", None


def _thanks(asked: LibraryQuestion, catalogue: Catalogue) -> _Reply:
    return "You're welcome. Ask another question whenever you like.", None


def _values(counts: Mapping[str, int], written: Callable[[str], str] = str) -> str:
    """Return "Sleep (3), Cortex (2) and 4 more": most frequent first if a Counter, else in order; each name as `written` has it."""
    pairs = counts.most_common() if isinstance(counts, Counter) else list(counts.items())
    text = ", ".join(f"{written(name)} ({count:,})" for name, count in pairs[:_MOST_VALUES])
    more = len(pairs) - _MOST_VALUES
    return f"{text} and {more:,} more" if more > 0 else text


_REPLIES: Mapping[Asked, Callable[[LibraryQuestion, Catalogue], _Reply]] = {
    "greeting": _greeting,
    "thanks": _thanks,
    "help": _help,
    "findings": _papers,
    "count": _counted,
    "papers": _papers,
    "newest": _newest,
    "oldest": _oldest,
    "topics": _topics,
    "authors": _authors,
    "venues": _venues,
    "years": _years,
    "languages": _languages,
}
