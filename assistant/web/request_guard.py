"""Refuse requests that the page does not send: each needs a path in a list, our host and origin, a small body, its own tab.

Gradio serves much that this page never uses (it fetches addresses, records, writes conversations to disk), lets any site
ask where it is not on localhost, and gives a tab's replies to whoever knows the tab's key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.core.settings import WebSettings
from assistant.web.identity import fresh_cookie, owner, secret
from assistant.web.tabs import Tabs

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""The names of the machine itself."""
_PAGE = "/"
_FILES = re.compile(r"/(?:assets|static)/[\w./-]+|/theme\.css|/gradio_api/theme\.css")
_UPLOAD = "/gradio_api/upload"
_HEARTBEAT = "/gradio_api/heartbeat/"
_DATA = "/gradio_api/queue/data"
BACKUP = "/backup"
"""Where those who may edit get the library as one file."""
# A JSON body that names the tab which sends it.
_JSON = {"/gradio_api/queue/join", "/gradio_api/cancel"}
# What a browser asks by itself, beside what the page asks.
_BROWSERS = {"/favicon.ico", "/manifest.json", "/pwa_icon"}
_READ = {_PAGE, "/config", "/gradio_api/startup-events", "/gradio_api/upload_progress", _DATA} | _BROWSERS
_LONGEST_JSON = 1_000_000
# Files of the largest size that fit into one drop.
_FILES_AT_ONCE = 10
MB = 1024 * 1024
"""Bytes."""
# Gradio builds its components from templates at run time, hence 'unsafe-eval'; nothing comes from another host.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)


class _Refused(Exception):
    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class RequestGuard:
    """Lets through to `app` what the page asks, and refuses the rest with a sentence; gives each browser a cookie.

    `hosts` are the names under which the page is served; `may_edit` says which owner may send files and take the library along.
    """

    def __init__(
        self,
        app: ASGIApp,
        tabs: Tabs,
        web: WebSettings,
        hosts: Collection[str],
        may_edit: Callable[[str], bool],
    ) -> None:
        self._app = app
        self._tabs = tabs
        self._web = web
        self._hosts = {host.lower() for host in hosts}
        self._may_edit = may_edit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        # The page opens no web socket.
        if scope["type"] != "http":
            return
        request = HTTPConnection(scope)
        send = _with_safe_headers(request, send)
        tab = ""
        try:
            self._check_site(request)
            path, method = scope["path"], scope["method"]
            if method == "POST" and path in _JSON:
                receive = await self._read_event(request, receive)
            elif method == "POST" and path == _UPLOAD:
                self._check_editor(request)
                self._check_length(request)
            elif method == "GET" and path == BACKUP:
                self._check_editor(request)
            elif method == "GET" and path == _DATA:
                self._check_tab(request, request.query_params.get("session_hash", ""))
            elif method == "GET" and path.startswith(_HEARTBEAT):
                key = path.removeprefix(_HEARTBEAT)
                self._check_tab(request, key)
                if not self._tabs.opened(key):
                    raise _Refused(503, "Too many tabs are open here: close some, or try again later.")
                tab = key
            elif method not in ("GET", "HEAD") or not (path in _READ or _FILES.fullmatch(path)):
                raise _Refused(404, "Not found.")
            await self._app(scope, receive, send)
        except _Refused as exc:
            await JSONResponse({"detail": str(exc)}, exc.status)(scope, receive, send)
        finally:
            if tab:
                self._tabs.closed(tab)

    def _check_site(self, request: HTTPConnection) -> None:
        """Refuse what another site, or another port, has a browser ask, and names that are not ours (DNS rebinding)."""
        host = request.headers.get("host", "")
        name = _hostname(host)
        if name not in self._hosts:
            raise _Refused(
                421,
                f"This server does not serve {name or 'a host without a name'}: web.hosts names what it serves.",
            )
        origin = request.headers.get("origin")
        # A proxy may speak TLS to the browser and none to us.
        if origin is not None and origin not in (f"{request.scope['scheme']}://{host}", f"https://{host}"):
            raise _Refused(
                403,
                "Another site asked. If a proxy stands before this server, let it pass the header Host on.",
            )
        # The page itself may be opened by a link.
        fetched = request.headers.get("sec-fetch-site", "none")
        linked = request.headers.get("sec-fetch-mode") == "navigate" and request.scope["path"] == _PAGE
        if fetched not in ("none", "same-origin") and not linked:
            raise _Refused(403, "Another site asked.")

    def _check_tab(self, request: HTTPConnection, key: object) -> None:
        whose = secret(request) and f"{secret(request)} {owner(request, self._web.owner_header)}"
        if not isinstance(key, str) or not self._tabs.enter(key, whose):
            raise _Refused(403, "This tab is not yours: allow this page its cookie, and load it again.")

    async def _read_event(self, request: HTTPConnection, receive: Receive) -> Receive:
        """Read the body of an event, and return a `receive` that gives it again."""
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            raise _Refused(415, "Only JSON is read here.")
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Refused(400, "The request ended early.")
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > _LONGEST_JSON:
                raise _Refused(413, "At most 1 MB can be sent at once.")
        try:
            said = json.loads(body)
        except (ValueError, RecursionError) as exc:
            raise _Refused(400, "This is not JSON.") from exc
        self._check_tab(request, said.get("session_hash") if isinstance(said, dict) else None)
        given = False

        async def again() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        return again

    def _check_editor(self, request: HTTPConnection) -> None:
        if not self._may_edit(owner(request, self._web.owner_header)):
            raise _Refused(403, "You cannot change this library.")

    def _check_length(self, request: HTTPConnection) -> None:
        length = request.headers.get("content-length", "")
        if not length.isdecimal():
            raise _Refused(411, "How long the files are must be said beforehand.")
        if int(length[:20]) > _FILES_AT_ONCE * self._web.upload_mb * MB:
            raise _Refused(413, f"At most {_FILES_AT_ONCE * self._web.upload_mb} MB can be sent at once.")


def _with_safe_headers(request: HTTPConnection, send: Send) -> Send:
    """Return a `send` that gives a browser its cookie, and tells it to load, share and keep nothing that is not ours."""

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name in [name for name in headers if name.startswith("access-control-")]:
                del headers[name]
            headers["Content-Security-Policy"] = _POLICY
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "same-origin"
            headers["Cross-Origin-Resource-Policy"] = "same-origin"
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
            if not _FILES.fullmatch(request.scope["path"]):
                headers["Cache-Control"] = "no-store"
            if message["status"] < 400 and request.scope["path"] == _PAGE and not secret(request):
                headers.append("Set-Cookie", fresh_cookie(request))
        await send(message)

    return answer


def _hostname(host: str) -> str:
    """Return the name in a Host header, without port, brackets and case; "" where it has none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
