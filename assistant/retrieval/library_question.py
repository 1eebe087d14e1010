"""Recognise questions about the library itself: what they ask, and which filters they say in words.

The grammar: a question is made of words that speak of a library, of filters, and of other content words. Filters are
matched against the library's own authors, venues and years. Without other content words, the records answer it. With
some, only filters that stand where nothing else can be meant restrict the search: any doubt leaves the question as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from assistant.core.answers.answer import QuestionFilter
from assistant.core.text.tokens import Token, tokens
from assistant.library.catalogue import Catalogue
from assistant.retrieval.author_sides import asks_for_agreement, authors_together, of_either, topic_of_sides
from assistant.retrieval.filter_words import PAPERS, PLURAL, FilterWords, authors, plain_word, venues, years
from assistant.retrieval.question import REQUEST, kind_of

Asked = Literal[
    "", "greeting", "thanks", "help", "count", "papers", "newest", "oldest", "topics", "authors", "venues", "years", "languages", "findings"
]  # fmt: skip
"""What is asked about: the library's size, its papers, ..., or what chosen papers find; "" if nothing of these."""

LIBRARY = frozenset("library libraries collection database corpus archive here".split())
FRAME = PAPERS | LIBRARY | frozenset(
    """list show give find found tell know see look get need want like count number name total hold holds contain contains
    include includes included publish published appear appeared write written wrote cover covered covers exist available
    stored present newest latest recent oldest earliest topic topics subject subjects theme themes field fields area areas
    author authors researcher researchers scientist scientists venue venues journal journals conference conferences year years
    language languages date dates old new long lot please now main say says said report reports reported conclude concluded
    conclusion conclusions argue argued discover discovered finding findings result results study studied claim claimed
    i'd i'm let's what's who's where's""".split()
)  # fmt: skip
_GREETINGS = frozenset(
    """hello hi hey hallo bonjour hola ciao welcome greetings morning afternoon evening day good
    there""".split()
)
_THANKS = frozenset(
    """thanks thank thx cheers merci danke gracias grazie obrigado ok okay great good nice perfect cool fine wonderful
    excellent helpful yes no right well done bye goodbye very much lot so""".split()
)
_WHICH = frozenset("who which why whose".split())
# These refer to something before the question, not to the library.
_POINTERS = frozenset("it its they them their these those that he she his her one ones".split())
_ASKED_BY: tuple[tuple[Asked, frozenset[str]], ...] = (
    ("languages", frozenset("language languages".split())),
    ("topics", frozenset("topic topics subject subjects theme themes field fields area areas".split())),
    ("newest", frozenset("newest latest recent".split())),
    ("oldest", frozenset("oldest earliest".split())),
    ("authors", frozenset("author authors who wrote researcher researchers scientist scientists".split())),
    ("venues", frozenset("venue venues journal journals conference conferences".split())),
    ("years", frozenset("year years when".split())),
)
_NEWEST, _OLDEST = frozenset(("newest", "latest")), frozenset(("oldest", "earliest"))
_LINKS = frozenset("is are was were the most".split())
REPORTS = frozenset(
    """find found show shows say says said report reports reported conclude concluded conclusion conclusions argue argued
    discover discovered finding findings result results claim claimed propose proposes proposed""".split()
)


_THIS = frozenset(("this", "the", "that"))
_SUMMARY = frozenset("summarise summarize summary describe explain this that".split())


@dataclass(frozen=True)
class LibraryQuestion:
    """What a question asks of the library's records.

    `rest` is the question without its filters, "" if nothing is left to search for. `papers` are those that pass the filters,
    in the order of the library; with `either`, those that pass the filters of one side of a comparison ("Ngo 2013 and Osei"), `among` so
    many by its authors. `shown` are the ids of papers below an earlier answer, of which alone it asks, in their order.
    """

    asked: Asked
    filters: tuple[QuestionFilter, ...]
    rest: str
    papers: Catalogue
    either: bool = False
    among: int = 0
    shown: tuple[str, ...] = ()


def speaks_of_records(question: str) -> bool:
    """Return whether a question can ask about the library or say a filter: a quick look at its words only."""
    words = tokens(question)
    plain = [plain_word(token) for token in words]
    telling = FRAME | _GREETINGS | _THANKS | {"by", "al", "you", "help", "did"}
    return (
        any(word in telling or _is_year(word) for word in plain)
        or kind_of(question) == "comparison"
        or asks_for_agreement(plain)
        or _only_names(words)
    )


def is_social(message: str) -> bool:
    """Return whether a message only greets, thanks or asks for help: nothing that a later one refers to."""
    words = tokens(message)
    plain = [plain_word(token) for token in words]
    said = frozenset(plain)
    return not (said & PAPERS or _content(words, plain, range(len(words)))) and bool(_social(plain, said))


def _only_names(words: Sequence[Token]) -> bool:
    """Return whether a question says nothing but a name with a capital: "Who is Hansen?", "What about Osei?"."""
    said = [word for word in words if word.content]
    return bool(said) and all(word.text[0].isupper() for word in said)


def library_question(
    question: str, catalogue: Catalogue, in_abstracts: Callable[[str], bool]
) -> LibraryQuestion:
    """Return what a question asks about the library. `in_abstracts` tells whether a stemmed word stands in any abstract."""
    words = tokens(question)
    plain = [plain_word(token) for token in words]
    candidates = _apart([*authors(words, catalogue, in_abstracts), *venues(words, catalogue)])
    if not FRAME.intersection(plain) and _only_names(words):
        # "What about Rice?" is of the author only where no abstract speaks of rice.
        named = [any(in_abstracts(word.stem) for word in words[c.first : c.last + 1]) for c in candidates]
        candidates = [one for one, said in zip(candidates, named, strict=True) if one.sure or not said]
    candidates = authors_together(words, _apart([*candidates, *years(words, candidates)]))
    left = _not_in_filters(words, candidates)
    beside = kind_of(question) == "comparison" or asks_for_agreement(plain)
    content = _content(words, plain, left)
    either = (
        beside
        and sum(one.kind == "author" for one in candidates) > 1
        and not (_POINTERS - {"that"}).intersection(content)
    )
    topic = topic_of_sides(content, REQUEST) if either else frozenset(content)
    complete = not topic
    if either and (sides := _sides(words, plain, candidates, catalogue, topic)):
        filters = tuple(
            one.filter_of(question, words)
            for one in candidates
            if one.sure or not topic or one.kind == "author"
        )
        among = frozenset(p for one in candidates if one.kind == "author" for p in one.choose(catalogue).ids)
        return LibraryQuestion("findings", filters, "", sides, either=True, among=len(among))
    if not complete:
        candidates = [one for one in candidates if one.sure]
        left = _not_in_filters(words, candidates)
    filters = tuple(one.filter_of(question, words) for one in candidates)
    papers = catalogue
    for one in candidates:
        papers = one.choose(papers)
    asked = _asked([plain[i] for i in left], bool(filters), complete)
    if asked == "findings" and not papers:
        # "What did Ngo and Osei find?", who wrote nothing together.
        either_side = of_either(catalogue, candidates, words) or papers
        return LibraryQuestion(asked, filters, "", either_side, either=True)
    if (
        len(papers) == 1
        and asked in ("papers", "topics", "")
        and _asks_of_one(_content(words, plain, left), plain)
    ):
        asked, complete = "findings", True
    rest = "" if complete and asked else _without(question, words, candidates)
    return LibraryQuestion(asked, filters, rest, papers)


def _sides(
    words: Sequence[Token],
    plain: Sequence[str],
    candidates: Sequence[FilterWords],
    catalogue: Catalogue,
    topic: frozenset[str],
) -> Catalogue | None:
    """Return the papers of authors whom a question sets side by side in a topic, if any; None where it is not sure that it does."""
    if not topic:
        return of_either(catalogue, candidates, words)
    # A name of an author in small letters may be any word, and a year may be of what the papers are about.
    named = all(words[one.last].text[0].isupper() for one in candidates if one.kind == "author")
    chosen = [one for one in candidates if one.kind == "author" or one.sure]
    return of_either(catalogue, chosen, words, topic) if named else None


def _apart(candidates: Sequence[FilterWords]) -> list[FilterWords]:
    """Return the longest of filters that overlap, in the order of the question."""
    chosen: list[FilterWords] = []
    for one in sorted(candidates, key=lambda one: (not one.sure, one.first - one.last)):
        if all(one.last < other.first or one.first > other.last for other in chosen):
            chosen.append(one)
    return sorted(chosen, key=lambda one: one.first)


def _not_in_filters(words: Sequence[Token], filters: Sequence[FilterWords]) -> list[int]:
    covered = {i for one in filters for i in range(one.first, one.last + 1)}
    return [i for i in range(len(words)) if i not in covered]


def _content(words: Sequence[Token], plain: Sequence[str], left: Sequence[int]) -> list[str]:
    """Return the words that are left to search for; a pronoun is one, it stands for some."""
    # "Who is right?" asks for something.
    asks = not _WHICH.isdisjoint(plain)
    social = not asks and all(plain[i] in _GREETINGS | _THANKS or not words[i].content for i in left)
    return [
        plain[i]
        for i in left
        if not social
        and ((words[i].content and plain[i] not in FRAME and plain[i] != "help") or plain[i] in _POINTERS)
    ]


def _asked(left: Sequence[str], filtered: bool, complete: bool) -> Asked:
    """Return what the words that are no filter ask for."""
    words = frozenset(left)
    joined = " ".join(left)
    if complete and not filtered and not words & PAPERS and (social := _social(left, words)):
        return social
    if "how many" in joined or "number of" in joined or "count" in words:
        return "count" if words & PAPERS or filtered else ""
    if not complete and (by_age := _by_age(left)):
        return by_age
    for asked, names in _ASKED_BY:
        # "Recent papers on X" are papers on X.
        age = asked in ("newest", "oldest") and not complete
        if words & names and (complete or words & PAPERS or asked == "authors") and not age:
            return asked
    if not complete:
        return "papers" if words & PAPERS and words & {"which", "list", "what", "show", "any"} else ""
    if "about" in words and "what" in words and words & (PAPERS | LIBRARY):
        return "topics"
    if filtered and words & REPORTS and not words & (PAPERS - {"study"}):
        return "findings"
    if filtered or (words & PAPERS and words & {"which", "list", "what", "show", "all", "every", "any"}):
        return "papers"
    return "help" if words & LIBRARY else ""


def _asks_of_one(content: Sequence[str], plain: Sequence[str]) -> bool:
    """Return whether nothing is asked but what one paper says: "What does this paper say?", "Summarise the study"."""
    named = any(one in _THIS and other in PAPERS - PLURAL for one, other in pairwise(plain))
    return named and _SUMMARY.issuperset(content)


def _by_age(left: Sequence[str]) -> Asked:
    """Return whether the newest or oldest papers on something are asked for: "the latest study of X", "which paper is the newest"."""
    age: Asked = ""
    for at, word in enumerate(left):
        if word in _NEWEST or (word == "recent" and left[at - 1 : at] == ["most"]):
            age = "newest"
        elif word in _OLDEST:
            age = "oldest"
        else:
            continue
        before = [one for one in left[:at] if one not in _LINKS]
        at_the_end = before if at == len(left) - 1 and left[at - 1] in _LINKS else before[-1:]
        if not PAPERS.isdisjoint([*left[at + 1 : at + 2], *at_the_end]):
            return age
    return ""


def _social(left: Sequence[str], words: frozenset[str]) -> Asked:
    if words & {"thanks", "thank"}:
        return "thanks"
    if words & (_GREETINGS - _THANKS - {"there", "day"}) and not words & {"what", "which", "how"}:
        return "greeting"
    if "help" in words or ("you" in words and words & {"what", "who", "how"} and len(left) <= 6):
        return "help"
    return "thanks" if words and words <= _THANKS | {"that", "is", "was", "all", "for", "now"} else ""


def _without(question: str, words: Sequence[Token], filters: Sequence[FilterWords]) -> str:
    """Return the question without the words of its filters."""
    text, at = "", 0
    for one in filters:
        text += question[at : words[one.first].start]
        at = words[one.last].end
        # The full stop of "et al." and a bracket around a year go with them.
        if question[at : at + 2] == ". ":
            at += 1
        if text.endswith("(") and question[at : at + 1] == ")":
            text, at = text[:-1], at + 1
    return " ".join((text + question[at:]).split()).replace(" ?", "?")


def _is_year(word: str) -> bool:
    return any(len(part) == 4 and part.isdecimal() for part in word.split("-"))
