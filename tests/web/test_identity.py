"""Owners stay apart."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.requests import HTTPConnection

from assistant.web.identity import COOKIE, fresh_cookie, here, owner

SECRET = "x" * 43


def request(cookie: str = "", scheme: str = "http", **headers: str) -> HTTPConnection:
    sent: Any = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    sent.append((b"cookie", cookie.encode()))
    return HTTPConnection({"type": "http", "scheme": scheme, "path": "/", "headers": sent})


@pytest.mark.parametrize(
    ("sent", "header", "whose"),
    [
        (request(f"{COOKIE}={SECRET}"), "", f"cookie:{SECRET}"),
        (request(f"{COOKIE}=short"), "", ""),
        (request(), "", ""),
        (request(f"{COOKIE}={SECRET}", x_user="ada"), "X-User", "user:ada"),
        # Where a proxy names users, a cookie names nobody.
        (request(f"{COOKIE}={SECRET}"), "X-User", ""),
        # Over https, a cookie that a sibling domain can plant names nobody.
        (request(f"{COOKIE}={SECRET}", "https"), "", ""),
        (request(f"__Host-{COOKIE}={SECRET}", "https"), "", f"cookie:{SECRET}"),
    ],
)
def test_a_cookie_or_a_named_header_tells_owners_apart(sent: HTTPConnection, header: str, whose: str) -> None:
    assert owner(sent, header) == whose


def test_a_cookie_is_for_this_host_alone_and_not_for_scripts() -> None:
    plain, safe = fresh_cookie(request()), fresh_cookie(request(scheme="https"))
    assert plain.startswith(f"{COOKIE}=")
    assert safe.startswith(f"__Host-{COOKIE}=")
    assert safe.endswith("; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure")
    assert "Domain" not in safe
    assert "Secure" not in plain
    assert plain.split(";")[0] != fresh_cookie(request()).split(";")[0]


@pytest.mark.parametrize(
    ("host", "headers", "told"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("192.0.2.7", {}, False),
        ("127.0.0.1", {"x-forwarded-for": "192.0.2.7"}, False),
        ("", {}, False),
    ],
)
def test_paths_are_told_to_who_sits_at_the_machine_alone(
    host: str, headers: dict[str, str], told: bool
) -> None:
    assert here(host, headers) is told
