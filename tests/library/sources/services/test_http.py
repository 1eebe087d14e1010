"""Requests to services: faults become one sentence, none is asked too fast, nothing leads to another address."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest
from pydantic import ValidationError
from support.services import ATOM, Preprint, Services, cut, drip, hang_up, serving, status

from assistant.core.errors import SourceError
from assistant.core.paper import Paper
from assistant.core.settings import SourceSettings
from assistant.library.readers import Problem
from assistant.library.sources.intake import records
from assistant.library.sources.services import http
from assistant.library.sources.services.http import ServiceClient

FEED = ATOM.format(total=1, entries=Preprint("2611.00001").entry())
SOURCE = "arxiv:2611.00001"


@pytest.fixture
def services() -> Iterator[Services]:
    with serving() as running:
        yield running


class Waits:
    """Stands for `time.sleep`: notes how long it would have slept."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def got(services: Services, waits: Waits | None = None) -> list[Paper | Problem]:
    return list(records([SOURCE], ServiceClient(services.settings(), wait=waits or Waits())))


def fault(services: Services, waits: Waits | None = None) -> str:
    with pytest.raises(SourceError) as caught:
        got(services, waits)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    "fault_once",
    [status(429), status(500), status(503, "<html>"), hang_up, cut(FEED, told=True), cut(FEED, told=False)],
)
def test_a_passing_fault_is_waited_for(services: Services, fault_once: Callable[..., None]) -> None:
    services.faults = [fault_once, fault_once]
    waits = Waits()
    assert len(got(services, waits)) == 1
    assert len(services.asked) == 3
    assert [s for s in waits.seconds if s in (2.0, 4.0)] == [2.0, 4.0]


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        (status(429), "arXiv allows no more requests at present (HTTP 429): try again later."),
        (status(500), "arXiv does not work at present (HTTP 500): try again later."),
        (status(503, "<html>"), "arXiv does not work at present (HTTP 503): try again later."),
        (hang_up, "The reply of arXiv broke off: try again later."),
        (cut(FEED, told=True), "The reply of arXiv broke off: try again later."),
        (cut(FEED, told=False), "The reply of arXiv broke off: try again later."),
        (
            status(200, FEED.replace("<title>", "<title><b>")),
            "The reply of arXiv broke off: try again later.",
        ),
        (status(200, "<feed>&x;</feed>"), "The reply of arXiv broke off: try again later."),
        (status(200, "<other></other>"), "The reply of arXiv broke off: try again later."),
        (status(200, ""), "The reply of arXiv broke off: try again later."),
        (
            status(403),
            "arXiv refuses to answer (HTTP 403): your network or country may be shut out; try again later.",
        ),
        (status(418), "arXiv sent no papers (HTTP 418): try again later, or correct sources.arxiv."),
        (
            status(200, " <!DOCTYPE html><p>Log in"),
            "arXiv sent a web page in place of papers: open 127.0.0.1 in a browser",
        ),
        (status(404), "arXiv has no paper 2611.00001: check the id."),
        (status(200, ATOM.format(total=0, entries="")), "arXiv has no paper 2611.00001: check the id."),
    ],
)
def test_a_fault_is_one_sentence_with_the_next_step(
    services: Services, faults: Callable[..., None], words: str
) -> None:
    services.faults = [faults] * 10
    assert fault(services).startswith(words)
    assert len(services.asked) <= 4


def test_a_service_says_how_long_to_wait(services: Services) -> None:
    waits = Waits()
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    services.faults = [
        status(429, Retry_After="17"),
        status(503, Retry_After=soon),
        status(503, Retry_After="soon"),
    ]
    assert len(got(services, waits)) == 1
    first, second, *_ = [seconds for seconds in waits.seconds if seconds > 3]
    assert first == 17
    assert 30 < second <= 40


def test_nobody_waits_for_an_hour(services: Services) -> None:
    waits = Waits()
    services.faults = [status(429, Retry_After="3600")]
    assert fault(services, waits) == "arXiv asks to wait 60 minutes: try again then."
    assert waits.seconds == []


@pytest.mark.parametrize("head", [True, False])
def test_a_reply_that_drips_is_given_up(services: Services, head: bool) -> None:
    services.faults = [drip(0.02, head=head)]
    began = time.monotonic()
    with pytest.raises(SourceError, match=r"arXiv did not answer in time \(0.1 s\): raise sources.timeout"):
        list(records([SOURCE], ServiceClient(services.settings(timeout=0.1), wait=Waits())))
    assert time.monotonic() - began < 10
    assert len(services.asked) == 1


def test_a_reply_that_never_begins_is_given_up(services: Services) -> None:
    services.faults = [lambda handler: time.sleep(0.5)]
    with pytest.raises(SourceError, match="did not answer in time"):
        list(records([SOURCE], ServiceClient(services.settings(timeout=0.1), wait=Waits())))


def test_a_reply_without_end_is_cut_also_where_it_is_compressed(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "LONGEST_REPLY", 100_000)
    packed = gzip.compress(b"<feed>" + b" " * 1_000_000)
    assert len(packed) < 10_000

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    services.faults = [send]
    assert fault(services) == "The reply of arXiv has no end: ask for less at once."


def test_what_is_no_text_is_said_to_be_none(services: Services) -> None:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.write(b"\xff\xfe")

    services.faults = [send]
    assert fault(services) == "arXiv sent something that is no text: try again later."


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/",
        "https://10.0.0.1/",
        "http://localhost/",
        "//[::1]/",
        "ftp://127.0.0.1/",
        "https://example.org/",
    ],
)
def test_no_redirect_leads_to_another_address(services: Services, target: str) -> None:
    services.faults = [status(302, Location=target)]
    assert "which is not followed: try again later, or correct sources.arxiv." in fault(services)
    assert len(services.asked) == 1


def test_a_redirect_on_the_same_host_is_followed_but_not_in_a_circle(services: Services) -> None:
    there = "/arxiv?id_list=2611.00001&max_results=1"
    services.faults = [status(301, Location=there), status(307, Location=there)]
    assert len(got(services)) == 1
    services.faults = [status(301, Location=there)] * 9
    assert fault(services).startswith("arXiv sends every request on to another address")


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "::1", "fe80::1%eth0", "fd00::1"]
)
def test_a_public_name_that_leads_into_a_private_network_is_not_asked(address: str) -> None:
    asked: list[str] = []

    def lookup(host: str) -> list[str]:
        asked.append(host)
        return ["151.101.3.42", address]

    with pytest.raises(SourceError, match="an address of a private network, and is not asked"):
        list(records([SOURCE], ServiceClient(SourceSettings(), wait=Waits(), lookup=lookup)))
    assert asked == ["export.arxiv.org"]


def test_a_service_is_asked_no_faster_than_it_allows(services: Services) -> None:
    waits = Waits()
    sources = [SOURCE, "arxiv:2611.00001,2611.00001v1", SOURCE]
    list(records(sources, ServiceClient(services.settings(), wait=waits)))
    assert len(waits.seconds) == 2
    assert all(2.5 < seconds <= 3 for seconds in waits.seconds)


def test_the_pause_is_kept_in_fact(services: Services) -> None:
    services.held.crossref = {f"10.1000/{n}": {"DOI": f"10.1000/{n}", "title": [f"T {n}"]} for n in range(4)}
    began = time.monotonic()
    list(records([f"doi:10.1000/{n}" for n in range(4)], ServiceClient(services.settings())))
    assert time.monotonic() - began >= 0.6


def test_addresses_are_https_but_on_this_machine() -> None:
    SourceSettings(arxiv="https://mirror.example.org/api")
    SourceSettings(zotero="http://localhost:23119/api")
    for wrong in ("http://export.arxiv.org/api/query", "file:///etc/passwd", "export.arxiv.org", ""):
        with pytest.raises(ValidationError, match="arxiv begins with https://"):
            SourceSettings(arxiv=wrong)
    with pytest.raises(ValidationError):
        SourceSettings(mailto="ada")
