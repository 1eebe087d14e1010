"""What reaches the page and what does not: ways, hosts, origins, bodies, tabs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from support.browser import QUESTION, ask, chat, free_port, visit

from assistant.core.settings import WebSettings
from assistant.web.identity import COOKIE
from assistant.web.request_guard import BACKUP, LOOPBACK, RequestGuard
from assistant.web.tabs import Tabs

JOIN, DATA, UPLOAD = "/gradio_api/queue/join", "/gradio_api/queue/data", "/gradio_api/upload"
MINE, OTHERS = {COOKIE: "m" * 43}, {COOKIE: "o" * 43}
HOST = "http://localhost:7860"


async def everything(scope: Scope, receive: Receive, send: Send) -> None:
    """A server that answers all: what it is sent, and to any site."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    await Response(body or b"reached", headers={"access-control-allow-origin": "*"})(scope, receive, send)


def asked(method: str, path: str, cookies: dict[str, str] = MINE, /, **sent: Any) -> httpx.Response:
    return asyncio.run(_asked(method, path, cookies, **sent))


async def _asked(method: str, path: str, cookies: dict[str, str], **sent: Any) -> httpx.Response:
    door = sent.pop("door", None) or keeper()
    base = sent.pop("base", HOST)
    transport = httpx.ASGITransport(app=door)
    async with httpx.AsyncClient(transport=transport, base_url=base, cookies=cookies) as client:
        return await client.request(method, path, **sent)


def keeper(**web: Any) -> RequestGuard:
    settings = WebSettings(**web)
    return RequestGuard(
        everything, Tabs(lambda key: None), settings, LOOPBACK, lambda owner: settings.editors == "everybody"
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/file=https://example.org/"), ("HEAD", "/gradio_api/file=/etc/passwd"), ("GET", "/gradio_api/proxy=x"),
        ("POST", "/gradio_api/process_recording"), ("GET", "/gradio_api/deep_link?session_hash=t1"), ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/info"), ("POST", "/gradio_api/run/ask"), ("POST", "/gradio_api/call/ask"), ("POST", "/gradio_api/api/ask"),
        ("GET", "/gradio_api/runs"), ("GET", "/monitoring"), ("POST", "/login"), ("GET", "/docs"), ("GET", "/redoc"),
        ("POST", "/gradio_api/vibe-edit"), ("GET", "/gradio_api/stream/t1/1/1/playlist.m3u8"), ("GET", "/gradio_api/custom_component/a/b/c/d"),
        ("GET", "/svelte/x"), ("OPTIONS", "/"), ("OPTIONS", JOIN), ("DELETE", "/"), ("PUT", UPLOAD),
        ("POST", "/"), ("GET", JOIN), ("GET", UPLOAD), ("POST", DATA), ("GET", "/assets/%2e%2e%00"),
    ],
)  # fmt: skip
def test_what_the_page_does_not_use_is_not_there(method: str, path: str) -> None:
    assert asked(method, path).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("GET", "/", {}), ("GET", "/?conversation=x&__theme=dark", {}), ("HEAD", "/", {}), ("GET", "/config", {}),
        ("GET", "/favicon.ico", {}), ("GET", "/manifest.json", {}), ("GET", "/pwa_icon", {}),
        ("GET", "/assets/index-D3_x.js", {}), ("GET", "/theme.css", {}), ("GET", "/static/js/iframeResizer.contentWindow.min.js", {}),
        ("GET", f"{DATA}?session_hash=t1", {}), ("GET", "/gradio_api/heartbeat/t1", {}), ("GET", BACKUP, {}),
        ("POST", JOIN, {"json": {"session_hash": "t1", "data": []}}), ("POST", UPLOAD, {"content": b"file"}),
        ("POST", JOIN, {"json": {"session_hash": "t1"}, "headers": {"Origin": HOST, "Sec-Fetch-Site": "same-origin"}}),
        # A proxy speaks TLS, and passes the host on.
        ("POST", JOIN, {"json": {"session_hash": "t1"}, "headers": {"Host": "localhost", "Origin": "https://localhost"}}),
        # A link on another site opens the page.
        ("GET", "/", {"headers": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}}),
    ],
)  # fmt: skip
def test_what_the_page_uses_is_answered_to_it_alone(method: str, path: str, sent: dict[str, Any]) -> None:
    answer = asked(method, path, **sent)
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "http" not in answer.headers["content-security-policy"]
    kept = answer.headers.get("cache-control", "")
    assert (kept == "no-store") is not path.startswith(("/assets", "/static", "/theme"))
    if "json" in sent:
        assert answer.json() == sent["json"], "the body arrives whole"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost:7861"}, {"Origin": "http://127.0.0.1:7860"},
        {"Origin": "http://localhost"}, {"Origin": ""}, {"Origin": "http://localhost:7860.evil.example"}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", [JOIN, UPLOAD])
def test_another_site_or_port_cannot_ask(headers: dict[str, str], path: str) -> None:
    sent: dict[str, Any] = {"json": {"session_hash": "t1"}} if path == JOIN else {"content": b"x"}
    assert asked("POST", path, headers=headers, **sent).status_code == 403


@pytest.mark.parametrize(
    ("base", "status"),
    [
        ("http://localhost:7860", 200), ("http://LOCALHOST", 200), ("http://127.0.0.1:1", 200), ("http://[::1]:7860", 200),
        ("http://evil.example:7860", 421), ("http://localhost.evil.example", 421), ("http://127.0.0.1.nip.io", 421), ("http://192.0.2.1", 421),
    ],
)  # fmt: skip
def test_a_name_that_is_not_ours_is_not_served(base: str, status: int) -> None:
    assert asked("GET", "/", base=base).status_code == status


def test_a_tab_answers_its_own_cookie_alone() -> None:
    door, join = keeper(), {"session_hash": "t1", "data": []}
    assert asked("POST", JOIN, MINE, door=door, json=join).status_code == 200
    assert asked("POST", JOIN, OTHERS, door=door, json=join).status_code == 403
    assert asked("POST", JOIN, {}, door=door, json=join).status_code == 403
    assert asked("GET", f"{DATA}?session_hash=t1", OTHERS, door=door).status_code == 403
    assert asked("GET", f"{DATA}?session_hash=x&session_hash=t1", OTHERS, door=door).status_code == 403
    assert asked("GET", "/gradio_api/heartbeat/t1", OTHERS, door=door).status_code == 403
    assert asked("POST", "/gradio_api/cancel", OTHERS, door=door, json=join).status_code == 403
    assert asked("GET", f"{DATA}?session_hash=t1", MINE, door=door).status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"content": b'{"session_hash": "t1", "data": ["' + b"x" * 1_000_000 + b'"]}'}, 413),
        ({"content": b"[" * 100_000}, 400),
        ({"content": b"\xff"}, 400),
        ({"content": b"[]"}, 403),
        ({"json": {"session_hash": ["t1"]}}, 403),
        ({"json": {"session_hash": "t/1"}}, 403),
        ({"content": b'{"session_hash": "t1"}', "headers": {"Content-Type": "text/plain"}}, 415),
    ],
)
def test_what_is_no_event_is_refused(sent: dict[str, Any], status: int) -> None:
    headers = {"Content-Type": "application/json", **sent.pop("headers", {})}
    assert asked("POST", JOIN, headers=headers, **sent).status_code == status


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT"])
def test_a_backup_is_for_editors_and_asked_by_our_page(method: str) -> None:
    assert asked("GET", BACKUP, door=keeper(editors="nobody")).status_code == 403
    linked = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert asked("GET", BACKUP, headers=linked).status_code == 403
    assert asked(method, BACKUP).status_code == 404


def test_files_are_taken_from_editors_and_up_to_a_size() -> None:
    assert asked("POST", UPLOAD, content=b"x", door=keeper(editors="nobody")).status_code == 403
    large = {"content": b"x", "headers": {"Content-Length": str(11 * 1024 * 1024)}}
    assert asked("POST", UPLOAD, door=keeper(upload_mb=1), **large).status_code == 413

    async def endless() -> Any:
        yield b"x"

    assert asked("POST", UPLOAD, content=endless()).status_code == 411


def test_a_browser_gets_its_cookie_with_the_page_and_keeps_it() -> None:
    assert asked("GET", "/", {}).headers["set-cookie"].startswith(f"{COOKIE}=")
    assert "set-cookie" not in asked("GET", "/", MINE).headers
    assert "set-cookie" not in asked("GET", "/config", {}).headers
    assert "set-cookie" not in asked("GET", "/", {}, base="http://evil.example").headers
    safe = asked("GET", "/", MINE, base="https://localhost")
    assert safe.headers["set-cookie"].startswith(f"__Host-{COOKIE}=")


@pytest.fixture(scope="module")
def server(_home: None) -> Iterator[str]:
    with chat("--sample") as url:
        yield url


def test_the_running_server_has_its_doorkeeper_before_everything(server: str) -> None:
    evil = {"Origin": "http://evil.example"}
    assert httpx.get(f"{server}/gradio_api/deep_link?session_hash=x").status_code == 404
    assert httpx.get(f"{server}/gradio_api/file=https://example.invalid/").status_code == 404
    preflight = httpx.options(
        f"{server}{JOIN}", headers={**evil, "Host": "lan.example", "Access-Control-Request-Method": "POST"}
    )
    assert preflight.status_code == 421
    assert not [name for name in preflight.headers if name.startswith("access-control")]
    assert httpx.get(server, headers=evil).status_code == 403
    # Past the queue, events go another way, which is closed.
    events = httpx.get(f"{server}/config").json()["dependencies"]
    assert [event["api_name"] for event in events if event["queue"] is False] == []
    page = httpx.get(server)
    assert page.headers["cache-control"] == "no-store"
    assert "HttpOnly" in page.headers["set-cookie"]


def test_a_tab_that_is_gone_is_told_so_and_is_no_defect(server: str) -> None:
    with httpx.Client(base_url=server) as client:
        client.get("/")
        told = client.get(f"{DATA}?session_hash=gone")
    assert told.status_code == 200
    assert '"session_not_found":true' in told.text
    # The server's log is read when it ends: no traceback may stand there.


_ATTACK = """async (url) => {
  const tries = {
    read: () => fetch(url + "/config").then((r) => r.text()),
    page: () => fetch(url + "/", { credentials: "include" }).then((r) => r.text()),
    ask: () => fetch(url + "/gradio_api/queue/join", { method: "POST", credentials: "include", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ data: [], fn_index: 0, session_hash: "evil" }) }).then((r) => r.text()),
    blind: () => fetch(url + "/gradio_api/queue/join", { method: "POST", mode: "no-cors", credentials: "include", headers: { "Content-Type": "text/plain" },
      body: JSON.stringify({ data: [], fn_index: 0, session_hash: "evil" }) }).then((r) => r.type === "opaque" ? "" : r.text()),
    upload: () => { const form = new FormData(); form.append("files", new Blob(["@article{x}"]), "evil.bib");
      return fetch(url + "/gradio_api/upload", { method: "POST", credentials: "include", body: form }).then((r) => r.text()); },
    blindUpload: () => { const form = new FormData(); form.append("files", new Blob(["@article{x}"]), "evil.bib");
      return fetch(url + "/gradio_api/upload", { method: "POST", mode: "no-cors", credentials: "include", body: form }).then((r) => ""); },
    script: () => new Promise((done) => { const s = document.createElement("script"); s.src = url + "/gradio_api/theme.css";
      s.onload = () => done("loaded"); s.onerror = () => done(""); document.head.append(s); }),
    events: () => new Promise((done) => { const e = new EventSource(url + "/gradio_api/queue/data?session_hash=evil", { withCredentials: true });
      e.onopen = () => done("open"); e.onerror = () => { e.close(); done(""); }; }),
  };
  const got = {};
  for (const [name, run] of Object.entries(tries)) { try { got[name] = await run(); } catch (e) { got[name] = ""; } }
  return got;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("site", ["another site", "another port", "a rebound name"])
def test_another_sites_page_reaches_nothing(server: str, browser: Any, site: str) -> None:
    """What a hostile page reads is the text of a refusal at most; nothing is stored, asked or added."""
    port, ours = free_port(), server.rpartition(":")[2]
    names = {
        "another site": f"evil.example:{port}",
        "another port": f"127.0.0.1:{port}",
        "a rebound name": f"evil.example:{ours}",
    }
    with browser.new_context() as context:
        tab = context.new_page()
        visit(tab, server)
        ask(tab, QUESTION)
        hostile = context.new_page()
        answers: list[tuple[str, int]] = []
        hostile.on("response", lambda r: answers.append((r.url, r.status)))
        where = f"http://{names[site]}"

        def routed(route: Any) -> None:
            """Plays the name service: the hostile page itself, and under a rebound name our server."""
            asked_for = route.request
            if asked_for.url == f"{where}/hostile":
                route.fulfill(body="<h1>hostile</h1>", content_type="text/html")
                return
            sent = httpx.request(
                asked_for.method, asked_for.url.replace(where, server), content=asked_for.post_data_buffer or b"",
                headers={**asked_for.headers, "host": names[site]},
            )  # fmt: skip
            answers.append((asked_for.url, sent.status_code))
            route.fulfill(status=sent.status_code, body=sent.content)

        hostile.route(f"{where}/**", routed)
        hostile.goto(f"{where}/hostile")
        got = hostile.evaluate(_ATTACK, where if site == "a rebound name" else server)
    assert len(got) == 8
    for name, text in got.items():
        assert text == "" or json.loads(text)["detail"].startswith(
            ("Another site", "This server does not serve")
        ), name
    reached = [(url, status) for url, status in answers if not url.endswith("/hostile") and status < 400]
    assert reached == []
