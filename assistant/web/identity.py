"""Tell users apart: by a cookie that the server gives to each browser, or by the user that a proxy names."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from starlette.requests import HTTPConnection

COOKIE = "abstracts_assistant"
_YEAR = 365 * 24 * 3600
_BYTES = 32


def owner(request: HTTPConnection, header: str) -> str:
    """Return whose conversations a request may see; "" for nobody's (no cookie, or no user named where a proxy should)."""
    if header:
        named = request.headers.get(header.lower(), "").strip()
        return f"user:{named}" if named else ""
    kept = secret(request)
    return f"cookie:{kept}" if kept else ""


def secret(request: HTTPConnection) -> str:
    """Return what tells a browser from others; "" where it has none, or one that we cannot have given."""
    kept = request.cookies.get(_name(request), "")
    return kept if len(kept) >= _BYTES else ""


def fresh_cookie(request: HTTPConnection) -> str:
    """Return a header that gives a browser its cookie, which scripts cannot read."""
    secure = "; Secure" if _secure(request) else ""
    value = secrets.token_urlsafe(_BYTES)
    return f"{_name(request)}={value}; Path=/; Max-Age={_YEAR}; HttpOnly; SameSite=Lax{secure}"


def here(host: str, headers: Mapping[str, str]) -> bool:
    """Return whether a request comes from the machine itself, so that its paths may be told: from its own address and through no
    proxy."""
    passed_on = any(headers.get(name) for name in ("x-forwarded-for", "x-forwarded-host", "forwarded", "via"))
    return host in ("127.0.0.1", "::1") and not passed_on


def _name(request: HTTPConnection) -> str:
    # Browsers take a cookie of this prefix from the host itself alone: no sibling domain can plant one.
    return f"__Host-{COOKIE}" if _secure(request) else COOKIE


def _secure(request: HTTPConnection) -> bool:
    return request.scope.get("scheme") == "https"
