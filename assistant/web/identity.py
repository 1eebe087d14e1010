"""Who asks, and what a page may load. A cookie that the server gives to each browser tells, or the user that a proxy names."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "abstracts_assistant"
_YEAR = 365 * 24 * 3600
_BYTES = 32
# Gradio builds its components from templates at run time, hence 'unsafe-eval'; nothing comes from another host.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)


def owner(headers: Mapping[str, str], cookies: Mapping[str, str], header: str) -> str:
    """Whose conversations a request may see; "" for nobody's (no cookie, or no user named where a proxy should)."""
    if header:
        named = headers.get(header.lower(), "").strip()
        return f"user:{named}" if named else ""
    secret = _secret(cookies)
    return f"cookie:{secret}" if secret else ""


def here(host: str, headers: Mapping[str, str]) -> bool:
    """Whether a request comes from the machine itself, so that its paths may be told: from its own address and through no
    proxy."""
    passed_on = any(headers.get(name) for name in ("x-forwarded-for", "x-forwarded-host", "forwarded", "via"))
    return host in ("127.0.0.1", "::1") and not passed_on


class SecurityHeaders:
    """Gives every browser a cookie that scripts cannot read, and tells it to load nothing from elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        fresh = "" if _secret(HTTPConnection(scope).cookies) else secrets.token_urlsafe(_BYTES)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = _POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                if fresh and headers.get("content-type", "").startswith("text/html"):
                    secure = "; Secure" if scope.get("scheme") == "https" else ""
                    headers.append(
                        "Set-Cookie",
                        f"{COOKIE}={fresh}; Path=/; Max-Age={_YEAR}; HttpOnly; SameSite=Lax{secure}",
                    )
            await send(message)

        await self._app(scope, receive, answer)


def _secret(cookies: Mapping[str, str]) -> str:
    """What tells a browser from others; "" where it has none, or one that we cannot have given."""
    kept = cookies.get(COOKIE, "")
    return kept if len(kept) >= _BYTES else ""
