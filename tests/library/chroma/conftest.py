"""A Chroma server for the tests of this folder; every test has a library of its own there."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.chroma_server import ChromaServer, Machines


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    running = ChromaServer(tmp_path_factory.mktemp("chroma")).start()
    yield running
    running.stop()


@pytest.fixture
def machines(server: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    made = Machines(tmp_path, f"{server.url}/l-{uuid.uuid4().hex}", monkeypatch)
    yield made
    made.close()
