"""Requests to services: one at a time, no faster than each allows, within bounds of time and size, to no other address."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable
from contextlib import closing
from email.utils import parsedate_to_datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from ipaddress import ip_address

import httpx

from assistant.core.errors import SourceError
from assistant.core.settings import APP, SourceSettings
from assistant.library.sources.services.service import Ask, Reply, Service
from assistant.llm.endpoint.connection import LONGEST_REPLY, REPLY_TIMES, Lanes, ReplyTooLong

_TRIES = 4
_PAUSE = 2.0
_LONGEST_PAUSE = 90.0
"""Seconds that a service may ask us to wait; whoever it asks for more is told to come back."""
_MOST_REDIRECTS = 3
_NOT_THERE = (400, 404, 410)


class _TransientFault(Exception):
    """A fault that may be gone a moment later: what a user is told of it, and the seconds that the service asks for."""

    def __init__(self, message: str, seconds: float = 0.0) -> None:
        super().__init__(message)
        self.seconds = seconds


class ServiceClient:
    """The way from one library to the services. Safe for several threads; they wait for each other.

    `wait` and `lookup` stand for `time.sleep` and the look-up of a host's addresses.
    """

    def __init__(
        self,
        settings: SourceSettings,
        *,
        wait: Callable[[float], None] = time.sleep,
        lookup: Callable[[str], Iterable[str]] | None = None,
    ) -> None:
        self._settings = settings
        self._wait = wait
        self._lookup = lookup or _addresses
        self._lock = threading.Lock()
        self._asked: dict[str, float] = {}

    def asking(self, service: Service) -> Ask:
        """Return what asks a service."""
        return partial(self._ask, service)

    def _ask(self, service: Service, path: str = "", **parameters: str | int) -> Reply:
        if service.contact and self._settings.mailto:
            parameters[service.contact] = self._settings.mailto
        base = str(getattr(self._settings, service.setting)).rstrip("/")
        url = httpx.URL(base + path).copy_merge_params(parameters)
        fault = _TransientFault("")
        with self._lock:
            for attempt in range(_TRIES):
                if attempt:
                    self._wait(max(fault.seconds, _PAUSE * 2 ** (attempt - 1)))
                self._keep_pace(service)
                try:
                    return self._reply(service, url)
                except _TransientFault as exc:
                    fault = exc
                if fault.seconds > _LONGEST_PAUSE:
                    minutes = round(fault.seconds / 60 + 0.5)
                    raise SourceError(f"{service.name} asks to wait {minutes} minutes: try again then.")
        raise SourceError(str(fault))

    def _keep_pace(self, service: Service) -> None:
        """Wait until the service may be asked again."""
        last = self._asked.get(service.name)
        left = service.pause - (time.monotonic() - last) if last is not None else 0.0
        if left > 0:
            self._wait(left)
        self._asked[service.name] = time.monotonic()

    def _reply(self, service: Service, url: httpx.URL) -> Reply:
        """Return the reply to one request. Raises `SourceError`, or `_TransientFault` where another try may do."""
        began = time.monotonic()
        seconds = self._settings.timeout
        try:
            self._refuse_private(service, url)
            for _ in range(1 + _MOST_REDIRECTS):
                # Not kept: between two requests there is a pause.
                with closing(Lanes()) as lanes, lanes.lane() as lane:
                    lane.begin(None, seconds)
                    headers = {"User-Agent": self._agent, **service.headers}
                    with lane.http.stream("GET", url, headers=headers, timeout=seconds) as response:
                        if not response.has_redirect_location:
                            return _checked(service, response, _text(service, response))
                        url = _followed(service, url, response)
        except ReplyTooLong as exc:
            raise SourceError(f"The reply of {service.name} has no end: ask for less at once.") from exc
        except (httpx.ConnectError, socket.gaierror) as exc:
            raise SourceError(
                f"{service.name} ({url.host}) cannot be reached: {service.silent}, and try again."
            ) from exc
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            # A reply whose head comes too slowly is cut, which looks like a connection that broke.
            slow = time.monotonic() - began >= REPLY_TIMES * seconds
            if slow or isinstance(exc, httpx.TimeoutException):
                raise SourceError(
                    f"{service.name} did not answer in time ({seconds:g} s): raise sources.timeout, or try again later."
                ) from exc
            raise _TransientFault(f"The reply of {service.name} broke off: try again later.") from exc
        raise SourceError(
            f"{service.name} sends every request on to another address: try again later, or correct sources.{service.setting}."
        )

    def _refuse_private(self, service: Service, url: httpx.URL) -> None:
        """Raise `SourceError` where a public service's name leads into a private network.

        An address that the user has set may lie there. Behind a proxy it is the proxy that looks names up.
        """
        usual = SourceSettings.model_fields[service.setting].default
        if getattr(self._settings, service.setting) != usual or url.scheme != "https" or _behind_proxy(url):
            return
        for address in self._lookup(url.host):
            if not ip_address(address.partition("%")[0]).is_global:
                raise SourceError(
                    f"{url.host} leads to {address}, an address of a private network, and is not asked: check this network's DNS."
                )

    @property
    def _agent(self) -> str:
        try:
            name = f"{APP}/{version(APP)}"
        except PackageNotFoundError:
            name = APP
        return f"{name} (mailto:{self._settings.mailto})" if self._settings.mailto else name


def _addresses(host: str) -> Iterable[str]:
    return {str(found[4][0]) for found in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)}


def _behind_proxy(url: httpx.URL) -> bool:
    proxies = urllib.request.getproxies()
    return bool(proxies.get(url.scheme) or proxies.get("all")) and not urllib.request.proxy_bypass(url.host)


def _followed(service: Service, url: httpx.URL, response: httpx.Response) -> httpx.URL:
    """Return where a redirect leads, on the same host; raise `SourceError` for any other: it may be a private address."""
    target = url.join(response.headers["location"])
    if (target.scheme, target.host, target.port) != (url.scheme, url.host, url.port):
        raise SourceError(
            f"{service.name} sends the request on to {target.host or 'another address'}, which is not followed: "
            f"try again later, or correct sources.{service.setting}."
        )
    return target


def _text(service: Service, response: httpx.Response) -> str:
    """Return a body as text. What is compressed counts as it is unpacked."""
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > LONGEST_REPLY:
            raise ReplyTooLong(f"over {LONGEST_REPLY:,} bytes")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise SourceError(f"{service.name} sent something that is no text: try again later.") from exc


def _checked(service: Service, response: httpx.Response, text: str) -> Reply:
    """Return a reply that is one. Raises `SourceError` or `_TransientFault`."""
    status = response.status_code
    if status == 429 or status >= 500:
        wait = _seconds(response.headers.get("retry-after", ""))
        fault = "allows no more requests at present" if status == 429 else "does not work at present"
        raise _TransientFault(f"{service.name} {fault} (HTTP {status}): try again later.", wait)
    if status in (401, 403):
        raise SourceError(f"{service.name} refuses to answer (HTTP {status}): {service.closed}.")
    if status in _NOT_THERE:
        return Reply(text, response.headers, found=False)
    if status != 200:
        raise SourceError(
            f"{service.name} sent no papers (HTTP {status}): try again later, or correct sources.{service.setting}."
        )
    if text.lstrip()[:15].lower().startswith(("<!doctype html", "<html")):
        raise SourceError(
            f"{service.name} sent a web page in place of papers: open {response.url.host} in a browser (it may be down, or your "
            "network may want you to log in), and try again."
        )
    if not service.asked.whole(text):
        raise _TransientFault(f"The reply of {service.name} broke off: try again later.")
    return Reply(text, response.headers, found=True)


def _seconds(header: str) -> float:
    """Return the seconds of a Retry-After header, which has a number or a date; 0 for what is neither."""
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except ValueError:
        return 0.0
