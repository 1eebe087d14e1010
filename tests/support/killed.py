"""Changes of a library in a process that may be killed at any moment.

`Killable` starts a server process that has imported everything and used nothing; it forks one process for each change, so a kill
costs no new start. The forked process says when the library is open, and notes what it has embedded before it goes on.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

WORDS = """owl bee tea clay moss fern gull reed salt iron harbour lantern violin glacier pepper saddle marble compass thunder velvet
orchard kettle falcon ribbon canyon anchor pottery beetle meadow copper whistle granite walnut basket candle dragon engine forest
garden hammer island jacket kitchen ladder mirror needle oyster pencil quarry rocket shadow temple umbrella valley window yogurt""".split()
OPERATIONS = ("add", "change", "remove", "sync", "tag", "repair")
COLLECTION = "kept"


@dataclass(frozen=True)
class Plan:
    """What a library holds before and after a change: abstracts by id."""

    before: dict[str, str]
    after: dict[str, str]


def word(number: int, version: str) -> str:
    """Return a word that stands in one version of one paper alone."""
    return f"number{number}{version}"


def abstract(number: int, version: str) -> str:
    """Return an abstract; older ones of even papers are long, so that a change leaves windows over."""
    chance = random.Random(f"{number} {version}")
    sentences = 9 if version == "old" and number % 2 == 0 else 2
    words = 60 if sentences == 9 else 3
    said = [f"A {' '.join(chance.choices(WORDS, k=words))} takes {number} ms." for _ in range(sentences)]
    return " ".join([f"We count {word(number, version)}.", *said])


def plan(operation: str, count: int) -> Plan:
    """Return what the operation does to a library of so many papers."""
    before = {f"p{n}": abstract(n, "old") for n in range(count)}
    after = dict(before)
    some = range(0, count, max(3, count // 30))
    if operation == "add":
        after |= {f"p{n}": abstract(n, "new") for n in range(count, count + 150)}
    if operation in ("change", "sync"):
        after |= {f"p{n}": abstract(n, "new") for n in some}
    if operation == "remove":
        for n in some[:6]:
            del after[f"p{n + 1}"]
    if operation == "sync":
        for n in some:
            after.pop(f"p{n + 2}", None)
        after |= {f"p{n}": abstract(n, "new") for n in range(count, count + 20)}
    return Plan(before, after)


def write(file: Path, abstracts: dict[str, str]) -> None:
    """Write papers as JSON lines."""
    records = ({"id": paper, "title": title(paper), "abstract": text} for paper, text in abstracts.items())
    file.write_text("".join(json.dumps(record) + "\n" for record in records))


def title(paper: str) -> str:
    """Return the title of a paper: it does not change."""
    return f"{' '.join(random.Random(paper).sample(WORDS, 3))} {paper}".capitalize()


def change(library: Any, operation: str, files: Path, planned: Plan) -> None:
    """Do the operation. It can be done again after it broke off."""
    if operation == "remove":
        held = {paper.id for paper in library.papers()}
        for paper in planned.before.keys() - planned.after.keys():
            if paper in held:
                library.remove(paper)
    elif operation == "sync":
        library.sync(files, apply=True)
    elif operation == "tag":
        library.tag(COLLECTION, planned.before)
    elif operation == "repair":
        library.doctor(repair=True)
    else:
        library.add(files / "papers.jsonl")


def spoil(library: Path) -> None:
    """Take the vectors of every third paper out of a library, so that there is something to repair."""
    with closing(sqlite3.connect(library / "records.sqlite")) as db, db:
        db.execute("DELETE FROM search_vectors WHERE n % 3 = 0")


def names(texts: Iterable[Any]) -> list[str]:
    """Return the words by which texts that are embedded are known."""
    return [text.text.partition("We count ")[2].partition(".")[0] for text in texts]


@dataclass
class Killable:
    """The server process, and the folder in which it changes copies of a library."""

    folder: Path
    made: Path
    _server: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        root = Path(__file__).resolve().parents[2]
        self._server = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=root,
            env=os.environ | {"PYTHONPATH": str(root)},
        )

    @property
    def library(self) -> Path:
        return self.folder / "library"

    @property
    def files(self) -> Path:
        return self.folder / "files"

    def start(self, operation: str, count: int) -> int:
        """Copy the library and its files, let a process open it, and return its id; `go` lets it change it."""
        for name in ("library", "files"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            shutil.copytree(self.made / name, self.folder / name)
        (self.folder / "embedded").write_text("")
        if operation == "repair":
            spoil(self.library)
        elif operation != "remove":
            write(self.files / "papers.jsonl", plan(operation, count).after)
        self._say({"folder": str(self.folder), "operation": operation, "count": count})
        return int(self._heard()["ready"])

    def go(self) -> None:
        """Let the process change the library."""
        self._say({})

    def ended(self) -> bool:
        """Wait for the end of the process; return whether it was killed."""
        status = int(self._heard()["status"])
        assert status in (0, -signal.SIGKILL), status
        return status != 0

    def embedded(self) -> set[str]:
        """Return the words of the texts that the process has embedded."""
        return set((self.folder / "embedded").read_text().split())

    def close(self) -> None:
        """End the server."""
        self._server.communicate(timeout=30)

    def _say(self, message: dict[str, Any]) -> None:
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps(message).encode() + b"\n")
        self._server.stdin.flush()

    def _heard(self) -> dict[str, Any]:
        assert self._server.stdout is not None
        heard: dict[str, Any] = json.loads(self._server.stdout.readline())
        return heard


def _serve() -> None:
    # All that a library needs, imported and not used: what was used may not be forked.
    import chromadb.api.rust  # noqa: F401
    import onnxruntime  # noqa: F401
    import tantivy  # noqa: F401
    import tokenizers  # noqa: F401

    import assistant.library.sources.intake  # noqa: F401

    said = os.fdopen(0, "rb", buffering=0)
    while line := said.readline():
        # A process that was killed while it read its line has left the rest of it.
        if not line.startswith(b'{"folder"'):
            continue
        order = json.loads(line)
        process = os.fork()
        if process == 0:
            _changing(Path(order["folder"]), order["operation"], order["count"], said)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        print(json.dumps({"status": status}), flush=True)


def _changing(folder: Path, operation: str, count: int, said: IO[bytes]) -> None:
    from assistant import Assistant, Settings
    from assistant.library.embedding.embedder import MiniLMEmbedding, SpanText

    embed = MiniLMEmbedding.embed_spans
    noted = os.open(folder / "embedded", os.O_WRONLY | os.O_APPEND)

    def embed_and_note(model: MiniLMEmbedding, texts: list[SpanText]) -> object:
        rows = embed(model, texts)
        os.writev(noted, [" ".join(names(texts)).encode() + b"\n"])
        return rows

    planned = plan(operation, count)
    with Assistant(folder / "library", settings=Settings()) as library:
        library.doctor()
        MiniLMEmbedding().embed_spans([SpanText("What is loaded once", ())])
        MiniLMEmbedding.embed_spans = embed_and_note  # type: ignore[method-assign, assignment]
        print(json.dumps({"ready": os.getpid()}), flush=True)
        said.readline()
        change(library, operation, folder / "files", planned)


if __name__ == "__main__":
    _serve()
