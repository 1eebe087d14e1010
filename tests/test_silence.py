"""The program speaks to nobody and leaves nothing behind in the home folder, seen below Python: strace watches every process.

The audit hook in conftest.py cannot see what native libraries do.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from support.chroma_server import ChromaServer

STRACE = shutil.which("strace")
ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
ROOT = Path(__file__).resolve().parent.parent
# What `assistant config` names: below these folders everything is ours.
OURS = (".cache/abstracts-assistant", ".local/share/abstracts-assistant", ".config/abstracts-assistant")


class Watched:
    """A home folder of its own, in which commands run under strace."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self.trace = folder / "trace"

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start `python -m command` and record every address that it or its children name."""
        assert STRACE
        environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("ASSISTANT_", "OPENAI_", "XDG_", "ORT_"))
        }
        strace = [STRACE, "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(self.trace)]
        return subprocess.Popen(
            [*strace, sys.executable, "-m", *command],
            cwd=ROOT,
            env=environment | {"HOME": str(self.home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, *command: str) -> None:
        """Run `python -m command` to its end, which has to be a good one."""
        process = self.start(*command)
        output, _ = process.communicate(timeout=280)
        assert process.returncode == 0, output.decode()

    def spoken_to(self) -> set[str]:
        """Return the addresses beyond this machine that were named in any system call."""
        named = {a or b for a, b in ADDRESS.findall(self.trace.read_text())}
        return {address for address in named if not address.startswith("127.") and address != "::1"}

    def left(self) -> list[str]:
        """Return the files in the home folder that are not ours."""
        files = [str(p.relative_to(self.home)) for p in self.home.rglob("*") if p.is_file()]
        return [name for name in files if not name.startswith(OURS)]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    if STRACE is None:
        if os.environ.get("REQUIRE_STRACE"):
            pytest.fail("strace is needed here and is not installed")
        pytest.skip("there is no strace on this machine")
    return Watched(tmp_path)


def write_papers(path: Path, count: int) -> None:
    words = "the model reads a page of text and finds what holds in it for each of many small tasks".split()
    with path.open("w") as file:
        for n in range(count):
            said = " ".join(words[(n + i) % len(words)] for i in range(120))
            record = {"id": f"p{n}", "title": f"Paper number {n}", "abstract": f"{said}. It takes {n} ms."}
            file.write(json.dumps(record) + "\n")


def add(watched: Watched, papers: int) -> None:
    write_papers(watched.home.parent / "papers.jsonl", papers)
    watched.run("assistant", "add", str(watched.home.parent / "papers.jsonl"))


def ask(watched: Watched) -> None:
    watched.run("assistant", "ask", "--sample", "Which detector needs no proposals?")


def share(watched: Watched) -> None:
    """Use a library on a Chroma server of this machine, which is asked to report nothing."""
    server = ChromaServer(watched.home.parent / "chroma").start()
    try:
        write_papers(watched.home.parent / "papers.jsonl", 40)
        address = f"{server.url}/papers"
        watched.run("assistant", "--library", address, "add", str(watched.home.parent / "papers.jsonl"))
        watched.run("assistant", "--library", address, "ask", "What does the model read?")
    finally:
        server.stop()


def evaluate(watched: Watched) -> None:
    watched.run("evals", "run", "--runs", str(watched.home.parent / "runs"))


def chat(watched: Watched, seconds: float = 30) -> None:
    """Keep the chat open for a while and load its page: ONNX Runtime reported after some 20 s."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = watched.start("assistant", "chat", "--sample", "--port", str(port))
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if b"The chat is on" in line:
                break
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as page:
            assert page.status == 200
        time.sleep(seconds)
        assert process.poll() is None
    finally:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for child in children:
            os.kill(int(child), signal.SIGINT)
        process.communicate(timeout=60)


@pytest.mark.parametrize(
    "use",
    [
        pytest.param(lambda w: add(w, 40), id="add"),
        pytest.param(ask, id="ask"),
        pytest.param(share, id="a library on a server"),
        pytest.param(chat, id="chat"),
        pytest.param(lambda w: add(w, 1200), id="a long add", marks=pytest.mark.slow),
        pytest.param(evaluate, id="an evaluation", marks=pytest.mark.slow),
    ],
)
def test_nobody_is_spoken_to_and_nothing_is_left_behind(
    watched: Watched, use: Callable[[Watched], None]
) -> None:
    use(watched)
    assert watched.spoken_to() == set()
    assert watched.left() == []
