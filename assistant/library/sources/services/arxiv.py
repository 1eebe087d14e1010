"""arXiv: papers by their ids, and the papers of a category by their dates (https://info.arxiv.org/help/api/user-manual.html)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from llama_index.core.utils import iter_batch

from assistant.core.errors import SourceError
from assistant.core.paper import normal_arxiv_id
from assistant.library.readers.problem import Located, Problem
from assistant.library.readers.xml.elements import is_whole
from assistant.library.readers.xml.records import read as read_xml
from assistant.library.readers.xml.records import total_of
from assistant.library.sources.services.service import Ask, missing

_NAME = "arXiv"
_IDS = 100
_PAGE = 500
_MOST = 30_000
"""The most papers that arXiv returns for one search."""
_ID = r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?"
_CATEGORY = r"[a-z-]+(?:\.[A-Za-z-]+)?"
_EXAMPLE = "arxiv:cat:cs.CL?since=2026-11-01"
_EMPTY_PAGES = 3


def whole(text: str) -> bool:
    """Return whether a reply came to its end."""
    return is_whole(io.StringIO(text), "feed")


def normal(wanted: str) -> str:
    """Return what is wanted in its one form. Raises `SourceError` for what is none."""
    if wanted.startswith("cat:"):
        category, first, last = _search(wanted)
        days = {"since": first, "until": last} if last else {"since": first}
        return f"cat:{category}?{urlencode(days)}"
    ids = list(dict.fromkeys(re.sub(r"^arxiv:", "", one.strip(), flags=re.I) for one in wanted.split(",")))
    for one in ids:
        if not re.fullmatch(_ID, one):
            raise SourceError(f"{one!r} is no arXiv id: they look like 1706.03762 or cs/0112017.")
    return ",".join(ids)


def _search(wanted: str) -> tuple[str, str, str]:
    """Return the category and the days (YYYY-MM-DD) from and until when its papers were submitted; the last one may be ""."""
    category, _, query = wanted.removeprefix("cat:").partition("?")
    given = dict(parse_qsl(query, keep_blank_values=True))
    first, last = given.pop("since", ""), given.pop("until", "")
    if not re.fullmatch(_CATEGORY, category):
        raise SourceError(f"{category!r} is no category of arXiv: they look like cs.CL or hep-th.")
    if given:
        raise SourceError(
            f"{next(iter(given))!r} cannot be asked of a category: since and until can, as in {_EXAMPLE}."
        )
    if not first:
        raise SourceError(f"A category has very many papers: say from which day on, as in {_EXAMPLE}.")
    for day in filter(None, (first, last)):
        if not is_day(day):
            raise SourceError(f"{day!r} is no day: write it as in {_EXAMPLE}.")
    return category, first, last


def is_day(text: str) -> bool:
    """Return whether a text is a day of the calendar: 2026-11-01."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def read(wanted: str, source: str, ask: Ask) -> Iterator[Located | Problem]:
    """Ask for what is wanted, and yield its papers and Problems."""
    if wanted.startswith("cat:"):
        yield from _of_category(wanted, source, ask)
        return
    ids = wanted.split(",")
    found: set[str] = set()
    for batch in iter_batch(ids, _IDS):
        reply = ask(id_list=",".join(batch), max_results=len(batch))
        for record in _records(reply.text, source) if reply.found else ():
            if isinstance(record, Located):
                found.add(normal_arxiv_id(record.paper.arxiv_id))
            yield record
    yield from missing(_NAME, "id", [normal_arxiv_id(one) for one in ids], found, source)


def _of_category(wanted: str, source: str, ask: Ask) -> Iterator[Located | Problem]:
    """Yield the papers that were submitted to a category, the first ones first: new ones do not shift the pages."""
    category, first, last = _search(wanted)
    end = last or (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    days = f"[{first.replace('-', '')}0000 TO {end.replace('-', '')}2359]"
    start, empty, total = 0, 0, 1
    while start < total:
        reply = ask(
            search_query=f"cat:{category} AND submittedDate:{days}",
            start=start,
            max_results=_PAGE,
            sortBy="submittedDate",
            sortOrder="ascending",
        )
        total = total_of(io.StringIO(reply.text)) if reply.found else 0
        if total > _MOST:
            raise SourceError(
                f"{category} has {total:,} papers since {first}, and arXiv gives out {_MOST:,} at most: name a later day, or until=DAY."
            )
        records = list(_records(reply.text, source)) if reply.found else []
        # One entry may be told in several: a paper, and Problems of it.
        start += len({record.line for record in records})
        yield from records
        # arXiv sends an empty page now and then where there are papers.
        empty = empty + 1 if not records else 0
        if empty == _EMPTY_PAGES and start < total:
            raise SourceError(f"arXiv sent {start:,} of {total:,} papers of {category}: try again later.")
    if not start:
        raise SourceError(
            f"arXiv has no paper of {category} since {first}: check the category, or name an earlier day."
        )


def _records(text: str, source: str) -> Iterator[Located | Problem]:
    """Yield the records of a feed. arXiv tells a mistake in an entry of its own."""
    for record in read_xml(io.StringIO(text), source):
        if isinstance(record, Located) and not record.paper.arxiv_id and record.paper.title == "Error":
            raise SourceError(
                f"arXiv did not understand the request ({record.paper.abstract}): check the id."
            )
        yield record
