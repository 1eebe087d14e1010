"""A Chroma server for the tests of this folder, and a stand-in for Chroma Cloud; every test has a library of its own there."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.chroma_cloud import Cloud
from support.chroma_server import ChromaServer, Machines


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    running = ChromaServer(tmp_path_factory.mktemp("chroma")).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def cloud_of_all(server: ChromaServer) -> Iterator[Cloud]:
    with Cloud(server.url) as running:
        yield running


@pytest.fixture
def cloud(cloud_of_all: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """The stand-in, and its key in the environment."""
    monkeypatch.setenv("CHROMA_API_KEY", cloud_of_all.key)
    cloud_of_all.forget()
    return cloud_of_all


@pytest.fixture(params=["own server", "cloud"])
def machines(
    request: pytest.FixtureRequest, server: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Machines]:
    """Machines that share a library on a server of one's own, and then on the stand-in, which may have nothing to refuse."""
    cloud: Cloud | None = request.getfixturevalue("cloud") if request.param == "cloud" else None
    library = f"l-{uuid.uuid4().hex}"
    made = Machines(tmp_path, cloud.library(library) if cloud else f"{server.url}/{library}", monkeypatch)
    yield made
    made.close()
    assert cloud is None or cloud.refused == []
