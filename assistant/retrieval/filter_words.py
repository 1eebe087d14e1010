"""Find filters in a question: years, and the authors and venues of the library."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from assistant.core.answers.answer import FilterKind, QuestionFilter
from assistant.core.text.sanitize import folded
from assistant.core.text.tokens import STOP, Token
from assistant.library.catalogue import Catalogue

PAPERS = frozenset(
    """paper papers study studies article articles abstract abstracts publication publications record records
    entry entries document documents reference references literature""".split()
)
PLURAL = frozenset(word for word in PAPERS if word.endswith("s"))
_PUBLISHED = frozenset("published written appeared done conducted publication publications".split())
_BE = frozenset("is are was were".split())
_FROM = frozenset("in from of during for".split())
_SINCE, _AFTER, _UNTIL, _BEFORE = ({"since"}, {"after"}, {"until", "till"}, {"before"})
_ONWARDS = frozenset([("on",), ("onwards",), ("or", "later"), ("and", "later"), ("or", "after")])
_TO = frozenset("to and until till through".split())
_COMPANY = (("et", "al"), ("and", "colleagues"), ("and", "coworkers"), ("and", "co-workers"))
_LONGEST_NAME, _LONGEST_VENUE = 4, 12
# A name that is typed wrong is this near to the right one, as `difflib.SequenceMatcher.ratio`, and has so many letters.
_NEAR, _LEAST_LETTERS = 0.85, 5


@dataclass(frozen=True)
class FilterWords:
    """The words `first` to `last` of a question that say a filter, what they mean, and how the papers that pass are chosen.

    `sure`: they can mean nothing else. Otherwise they are a filter only in a question that has no other content.
    """

    first: int
    last: int
    kind: FilterKind
    value: str
    choose: Callable[[Catalogue], Catalogue]
    sure: bool

    def filter_of(self, question: str, words: Sequence[Token]) -> QuestionFilter:
        """Return the filter with its words in the question."""
        return QuestionFilter(self.kind, self.value, question[words[self.first].start : words[self.last].end])


def plain_word(token: Token) -> str:
    """Return a word in lower case, without accents and without "'s"."""
    return folded(token.text.replace("’", "'")).removesuffix("'s")


def years(words: Sequence[Token], others: Sequence[FilterWords]) -> Iterator[FilterWords]:
    """Yield spans of years: "from 2023", "since 2020", "between 2018 and 2020", "2018-2020", "2023 papers".

    A year is sure behind a word for papers or for publishing, before a word for papers, and behind an author of `others`.
    """
    plain = [plain_word(token) for token in words]
    behind_author = {one.last + 1 for one in others if one.kind == "author"}
    at = 0
    while at < len(words):
        span = _years_at(plain, at)
        if span is None:
            at += 1
            continue
        first, last, (start, end) = span
        before, after = plain[first - 1] if first else "", "".join(plain[last + 1 : last + 2])
        sure = bool({before} & (PAPERS | _PUBLISHED) or after in PAPERS or first in behind_author)
        first -= before in _PUBLISHED
        yield FilterWords(first, last, "year", _span_name(start, end), _in_years(start, end), sure)
        at = last + 1


def _years_at(plain: Sequence[str], at: int) -> tuple[int, int, tuple[int | None, int | None]] | None:
    """Return (first word, last word, (first year, last year)) of the years at a word, or None."""
    one = _year(plain[at])
    if one is None:
        return None
    start, end = one
    lead = plain[at - 1] if at else ""
    to = plain[at + 1 : at + 3]
    if len(to) == 2 and to[0] in _TO and (until := _year(to[1])) and lead in ("between", "from", "in"):
        return at - 1, at + 2, (start, until[1])
    first = at - 1 if lead in _FROM | _SINCE | _AFTER | _UNTIL | _BEFORE else at
    onwards = next((n for n in (1, 2) if tuple(plain[at + 1 : at + 1 + n]) in _ONWARDS), 0)
    if lead in _SINCE or (lead in _FROM and onwards):
        return first, at + onwards, (start, None)
    if lead in _AFTER:
        return first, at, (end + 1, None)
    if lead in _UNTIL:
        return first, at, (None, end)
    return (first, at, (None, start - 1)) if lead in _BEFORE else (first, at, (start, end))


def _year(word: str) -> tuple[int, int] | None:
    """Return the first and last year of "2023" or "2018-2020", or None."""
    parts = word.split("-")
    if len(parts) <= 2 and all(len(p) == 4 and p.isascii() and p.isdecimal() for p in parts):
        span = int(parts[0]), int(parts[-1])
        return span if 1500 <= span[0] <= span[1] <= 2100 else None
    return None


def _span_name(start: int | None, end: int | None) -> str:
    if start is None:
        return f"until {end}"
    if end is None:
        return f"since {start}"
    return str(start) if start == end else f"{start} to {end}"


def _in_years(start: int | None, end: int | None) -> Callable[[Catalogue], Catalogue]:
    return lambda catalogue: catalogue.between(start, end)


def authors(
    words: Sequence[Token], catalogue: Catalogue, in_abstracts: Callable[[str], bool]
) -> Iterator[FilterWords]:
    """Yield the authors of the library that a question names: "by Hansen", "Hansen et al.", "Hansen's paper".

    Sure are those behind "papers by" and before "et al.", also with a typing error, and those with a capital whose name stands
    in no abstract and who do what authors do.
    """
    plain = [plain_word(token) for token in words]
    taken = -1
    for at in range(len(words)):
        if at <= taken:
            continue
        by = at > 0 and plain[at - 1] == "by" and (at == 1 or plain[at - 2] in PAPERS | _PUBLISHED | _BE)
        for length in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
            last = at + length - 1
            company = tuple(plain[last + 1 : last + 3]) in _COMPANY
            capital = words[last].text[0].isupper()
            family = _family(" ".join(plain[at : last + 1]), catalogue, near=company or by, capital=capital)
            if family:
                taken = last
                mine = _acts(words, plain, at, last) and not in_abstracts(words[last].stem)
                first = _with_given(plain, at, family, catalogue)
                name = catalogue.written("author", family)
                sure = company or by or mine
                yield FilterWords(first, last + 2 * company, "author", name, _with("author", {family}), sure)
                break
        else:
            last = _last_of_name(words, at)
            if (
                by
                and last >= at
                and not catalogue.has("author", plain[last])
                and not in_abstracts(words[last].stem)
            ):
                # Somebody who wrote none of these papers.
                name = " ".join(token.text for token in words[at : last + 1])
                yield FilterWords(at - 1, last, "author", name, _with("author", ()), sure=False)


def _last_of_name(words: Sequence[Token], at: int) -> int:
    """Return the index of the last word with a capital in the run that begins at a word; at - 1 if it has none."""
    capitals = [word.text[0].isupper() for word in words[at:]]
    return at - 1 + (capitals.index(False) if False in capitals else len(capitals))


def _family(name: str, catalogue: Catalogue, *, near: bool, capital: bool) -> str:
    """Return the family name of the library that a name is, in other letters or with a `capital` in short, or is `near`; "" if
    there is none."""
    if catalogue.has("author", name):
        return name if name not in STOP or near else ""
    if (near or capital) and name not in STOP and (known := catalogue.family_called(name)):
        return known
    if not near or len(name) < _LEAST_LETTERS:
        return ""
    return next(iter(get_close_matches(name, catalogue.families, 1, _NEAR)), "")


def _acts(words: Sequence[Token], plain: Sequence[str], at: int, last: int) -> bool:
    """Return whether a name with a capital stands where an author does: "did Hansen find", "by Hansen", "Hansen's study"."""
    before, after = plain[at - 1] if at else "", "".join(plain[last + 1 : last + 2])
    owns = words[last].lower.endswith("'s") and after in PAPERS
    year = bool(after and _year(after))
    return words[at].text[0].isupper() and (owns or year or before in ("did", "does", "by", "do"))


def _with_given(plain: Sequence[str], at: int, family: str, catalogue: Catalogue) -> int:
    """Return the first word of an author's name: "by", and given names that the library has with the family name."""
    while at and plain[at - 1] in catalogue.given(family):
        at -= 1
    return at - 1 if at and plain[at - 1] == "by" else at


def _with(kind: FilterKind, values: Iterable[str]) -> Callable[[Catalogue], Catalogue]:
    return lambda catalogue: catalogue.having(kind, values)


def venues(words: Sequence[Token], catalogue: Catalogue) -> Iterator[FilterWords]:
    """Yield the venues of the library that a question names behind "in", "at" or "from", whole or in part.

    Sure are those behind a word for papers or publishing, and whole names of three words that carry meaning.
    """
    plain = [plain_word(token) for token in words]
    for at, lead in enumerate(plain):
        if lead not in ("in", "at", "from", "by"):
            continue
        start = at + 1 + (plain[at + 1 : at + 2] == ["the"])
        for length in range(min(_LONGEST_VENUE, len(words) - start), 0, -1):
            phrase = tuple(plain[start : start + length])
            named = _venues(phrase, catalogue)
            if named:
                whole = len(named) == 1 and catalogue.venues[next(iter(named))] == phrase
                before = plain[at - 1] if at else ""
                sure = before in PAPERS | _PUBLISHED or (
                    whole and sum(word not in STOP for word in phrase) >= 3
                )
                first, last = at - (before in _PUBLISHED), start + length - 1
                names = " / ".join(sorted(catalogue.written("venue", one) for one in named))
                yield FilterWords(first, last, "venue", names, _with("venue", named), sure)
                break


def _venues(phrase: tuple[str, ...], catalogue: Catalogue) -> frozenset[str]:
    """Return the folded names of the venues of which a phrase is the whole name, or else a part."""
    if phrase[-1] in STOP or phrase[0] in STOP or any(_year(word) for word in phrase):
        return frozenset()
    whole = frozenset(name for name, parts in catalogue.venues.items() if parts == phrase)
    return whole or frozenset(
        name
        for name, parts in catalogue.venues.items()
        if any(parts[i : i + len(phrase)] == phrase for i in range(len(parts)))
    )
