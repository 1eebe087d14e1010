"""The chat starts on its own machine, whatever the environment says of the way to others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
from support.browser import free_port


def test_the_chat_opens_where_a_proxy_is_named_that_does_not_answer(tmp_path: Path) -> None:
    port, closed = free_port(), f"http://127.0.0.1:{free_port()}"
    proxies = {name: closed for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")}
    environment = {**os.environ, **proxies, "NO_PROXY": "", "no_proxy": "", "XDG_DATA_HOME": str(tmp_path)}
    command = [
        sys.executable,
        "-m",
        "assistant",
        "--library",
        str(tmp_path / "own"),
        "chat",
        "--port",
        str(port),
    ]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as chat:
        assert chat.stdout
        said = ""
        for line in chat.stdout:
            said += line
            if "The chat is on" in line:
                break
        try:
            assert "The chat is on" in said, said
            with httpx.Client(trust_env=False) as client:
                assert client.get(f"http://127.0.0.1:{port}/").status_code == httpx.codes.OK
        finally:
            chat.terminate()
