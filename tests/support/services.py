"""A local server that speaks as arXiv, Crossref, PubMed, Daily Papers and Zotero do, and fails as they do.

Written after their documentation: the forms of requests that it does not know are refused.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from assistant.core.settings import SourceSettings

ATOM = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
    'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom">\n'
    "<title>ArXiv Query</title><opensearch:totalResults>{total}</opensearch:totalResults>\n{entries}</feed>\n"
)


@dataclass(frozen=True)
class Preprint:
    """A paper at arXiv."""

    id: str
    title: str = "Dot: tiny detectors"
    abstract: str = "We present Dot. Dot finds cars in 5 ms, if p < 0.05."
    comment: str = ""
    category: str = "cs.CV"
    day: str = "2026-11-03"
    published: str = ""

    def entry(self) -> str:
        comment = f"<arxiv:comment>{escape(self.comment)}</arxiv:comment>" if self.comment else ""
        return (
            f"<entry><id>http://arxiv.org/abs/{self.id}v2</id><published>{self.published or self.day}T17:57:34Z</published>"
            f"<title>{escape(self.title)}</title><summary>  {escape(self.abstract)}\n</summary>{comment}"
            f'<author><name>Ada Byron</name></author><category term="{self.category}"/></entry>\n'
        )


@dataclass
class Held:
    """What the services have."""

    arxiv: list[Preprint] = field(default_factory=lambda: [Preprint("2611.00001")])
    crossref: dict[str, dict[str, Any]] = field(default_factory=dict)
    pubmed: dict[str, str] = field(default_factory=dict)
    daily: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    zotero: list[dict[str, Any]] = field(default_factory=list)
    wrapped: bool = False


def article(pmid: str, title: str = "Tea and sleep", kinds: str = "", notice: str = "") -> str:
    """A record of PubMed."""
    return (
        f"<PubmedArticle><MedlineCitation><PMID Version='1'>{pmid}</PMID><Article><Journal><JournalIssue><PubDate><Year>2019</Year>"
        f"</PubDate></JournalIssue><Title>Notes</Title></Journal><ArticleTitle>{title}</ArticleTitle>"
        f"<Abstract><AbstractText>Tea &lt; 3 cups does not harm sleep.</AbstractText></Abstract>"
        f"<PublicationTypeList>{kinds}</PublicationTypeList></Article>{notice}</MedlineCitation></PubmedArticle>"
    )


Fault = Callable[[BaseHTTPRequestHandler], None]


def status(code: int, body: str = "", **headers: str) -> Fault:
    """A reply with this status."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        _send(handler, code, body, {name.replace("_", "-"): value for name, value in headers.items()})

    return send


def cut(body: str, *, told: bool) -> Fault:
    """The first half of a body; its whole length was `told` before, or not."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        data = body.encode()
        handler.send_response(200)
        if told:
            handler.send_header("Content-Length", str(len(data)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(data[: len(data) // 2])
        handler.close_connection = True

    return send


def drip(seconds: float, *, head: bool) -> Fault:
    """A reply that comes byte by byte and has no end: its head, or its body."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: " if head else b"HTTP/1.1 200 OK\r\n\r\n<feed>")
        try:
            for _ in range(2000):
                handler.wfile.write(b"x")
                handler.wfile.flush()
                time.sleep(seconds)
        except OSError:
            pass
        handler.close_connection = True

    return send


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """No reply at all."""
    handler.close_connection = True


class Services:
    """The server. `faults` are sent in place of the next replies; `asked` are the requests: path, parameters, headers."""

    def __init__(self) -> None:
        self.held = Held()
        self.faults: list[Fault] = []
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.port = 0

    def settings(self, **more: Any) -> SourceSettings:
        """Settings that name this server for every service."""
        names = {
            "arxiv": "arxiv",
            "crossref": "crossref",
            "pubmed": "pubmed",
            "daily_papers": "daily",
            "zotero": "zotero",
        }
        bases = {setting: f"http://127.0.0.1:{self.port}/{path}" for setting, path in names.items()}
        return SourceSettings(**{"timeout": 5.0, **bases, **more})

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append((parts.path, query, {k.lower(): v for k, v in handler.headers.items()}))
        if self.faults:
            self.faults.pop(0)(handler)
            return
        service, _, rest = parts.path.strip("/").partition("/")
        {
            "arxiv": self._arxiv,
            "crossref": self._crossref,
            "pubmed": self._pubmed,
            "daily": self._daily,
            "zotero": self._zotero,
        }[service](handler, rest, query)

    def _arxiv(self, handler: BaseHTTPRequestHandler, path: str, query: dict[str, str]) -> None:
        if "id_list" in query:
            ids = [one.partition("v")[0] for one in query["id_list"].split(",")]
            found = [one for one in self.held.arxiv if one.id in ids]
        else:
            category, _, days = query["search_query"].partition(" AND submittedDate:")
            first, _, last = days.strip("[]").partition(" TO ")
            assert len(first) == len(last) == 12, days
            found = [
                one
                for one in self.held.arxiv
                if f"cat:{one.category}" == category and first <= f"{one.day.replace('-', '')}1757" <= last
            ]
            assert (query["sortBy"], query["sortOrder"]) == ("submittedDate", "ascending")
            found.sort(key=lambda one: one.day)
        start, count = int(query.get("start", "0")), int(query["max_results"])
        entries = "".join(one.entry() for one in found[start : start + count])
        _send(handler, 200, ATOM.format(total=len(found), entries=entries))

    def _crossref(self, handler: BaseHTTPRequestHandler, path: str, query: dict[str, str]) -> None:
        work = self.held.crossref.get(unquote(path.removeprefix("works/")).lower())
        if work is None:
            _send(handler, 404, "Resource not found.")
            return
        _send(handler, 200, json.dumps({"status": "ok", "message-type": "work", "message": work}))

    def _pubmed(self, handler: BaseHTTPRequestHandler, path: str, query: dict[str, str]) -> None:
        assert (path, query["db"], query["retmode"]) == ("efetch.fcgi", "pubmed", "xml")
        found = "".join(self.held.pubmed.get(one, "") for one in query["id"].split(","))
        _send(handler, 200, f'<?xml version="1.0" ?>\n<PubmedArticleSet>{found}</PubmedArticleSet>')

    def _daily(self, handler: BaseHTTPRequestHandler, path: str, query: dict[str, str]) -> None:
        page, limit = int(query["p"]), int(query["limit"])
        papers = self.held.daily.get(query["date"], [])
        _send(handler, 200, json.dumps(papers[page * limit : (page + 1) * limit]))

    def _zotero(self, handler: BaseHTTPRequestHandler, path: str, query: dict[str, str]) -> None:
        assert (path, query["format"]) == ("users/0/items/top", "csljson")
        start, limit = int(query["start"]), int(query["limit"])
        headers = {"Total-Results": str(len(self.held.zotero))}
        # Notes are counted, and no format of references has them.
        items = [one for one in self.held.zotero[start : start + limit] if one.get("type") != "note"]
        # The server on the web wraps the list, the program on this machine does not.
        _send(handler, 200, json.dumps({"items": items} if self.held.wrapped else items), headers)


def _send(
    handler: BaseHTTPRequestHandler, code: int, body: str, headers: dict[str, str] | None = None
) -> None:
    data = body.encode()
    handler.send_response(code)
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


@contextmanager
def serving() -> Iterator[Services]:
    """Run the services on a port of this machine."""
    services = Services()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            services.answer(self)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    services.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield services
    finally:
        server.shutdown()
        server.server_close()
