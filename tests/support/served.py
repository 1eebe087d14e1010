"""A plugin of pytest that puts every library of a folder on a Chroma server instead: `pytest -p support.served tests/library/identity`.

So the tests of what libraries do are tests of shared ones, too; with `SERVED_BY=cloud`, on a stand-in for Chroma Cloud. Tests of the files in a folder are marked `folder`, and left out.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = [item for item in items if not item.get_closest_marker("folder")]


@pytest.fixture(scope="session", autouse=True)
def _served(_home: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    from support.chroma_cloud import Cloud
    from support.chroma_server import ChromaServer
    from support.papers import PAPERS

    from assistant import Assistant, Settings, assistant
    from assistant.library.chroma import served_library
    from assistant.library.chroma.address import Address, place_of

    server = ChromaServer(tmp_path_factory.mktemp("chroma")).start()

    def served(given: str | Path | None) -> Path | Address:
        place = place_of(given)
        if isinstance(place, Address) or place.name == "sample":
            return place
        name = hashlib.sha256(str(place).encode()).hexdigest()[:16]
        return Address(cloud.url, name, cloud.tenant, cloud.database) if cloud else Address(server.url, name)

    def copied(folder: Any, target: Any, **options: Any) -> Any:
        """Fixtures copy the folder of a library that was made once."""
        if Path(folder).exists():
            return copy(folder, target, **options)
        with Assistant(target, settings=Settings()) as made:
            made.add(PAPERS)
        return target

    copy = shutil.copytree
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        cloud = stack.enter_context(Cloud(server.url)) if os.environ.get("SERVED_BY") == "cloud" else None
        if cloud:
            patch.setenv("CHROMA_API_KEY", cloud.key)
        patch.setattr(assistant, "place_of", served)
        patch.setattr(shutil, "copytree", copied)
        patch.setattr(served_library, "LOOK", 0.0)
        yield
        assert cloud is None or cloud.refused == []
    server.stop()
