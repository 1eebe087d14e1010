"""The chats that the tests of the page share: starting one takes longer than most tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.browser import LOOKS, chat

from assistant import Assistant, Paper, Settings

NAPS = (
    ("Naps and the consolidation of word pairs", "Okafor, Amara", 2023, "Sleep Research",
     "Whether short sleep by day helps memory is disputed. After a nap of 90 minutes students recalled 12 % more word pairs than after the same time awake."),
    ("Caffeine and slow waves", "Novak, Jan", 2021, "J. Cognition",
     "Caffeine in the evening shortens slow-wave sleep. It shortened slow-wave sleep by 23 minutes in 40 adults."),
    ("Melatonin in shift workers", "Roy, Petra", 2022, "Chronobiology",
     "Shift workers fall asleep late. Melatonin brought sleep onset forward by 18 minutes in 96 nurses."),
    ("Alcohol reduces REM sleep", "Clark, Eve", 2020, "Sleep Research",
     "Alcohol is often taken to fall asleep. Alcohol reduced REM sleep by 20 minutes in the first half of the night."),
)  # fmt: skip
# Found against and for the same, the papers that a question may set side by side.
DISPUTED = (
    ("Magnetic bracelets and migraine", "Lund, Siri", 2019, "Headache Letters",
     "Magnetic bracelets are sold against migraine. Magnetic bracelets reduced migraine days by 2.1 a month in 84 adults."),
    ("A second look at magnetic bracelets against migraine", "Osei, Kofi", 2022, "Pain Reports",
     "Magnetic bracelets are worn by many. Magnetic bracelets did not reduce migraine days in 152 adults."),
)  # fmt: skip


@pytest.fixture(scope="session")
def url(_home: None) -> Iterator[str]:
    """The chat over the sample library; files of more than 1 MB are refused."""
    with chat("--sample", ASSISTANT_WEB_UPLOAD_MB="1") as address:
        yield address


@pytest.fixture(scope="session")
def sleep_url(_home: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The chat of somebody who has 60 papers on sleep and other things."""
    place = tmp_path_factory.mktemp("sleep")
    with Assistant(place / "library", settings=Settings()) as library:
        library.add([_paper(n) for n in range(60)])
    with chat("--library", str(place / "library"), XDG_DATA_HOME=str(place)) as address:
        yield address


def _paper(n: int) -> Paper:
    if n < len(NAPS + DISPUTED):
        title, author, year, venue, abstract = (NAPS + DISPUTED)[n]
        return Paper(f"p{n}", title, abstract, authors=(author,), year=year, venue=venue, source="zotero.bib")
    what, name = (("rain", "Ada Byron"), ("cars", "Bo Chen"), ("bees", "José Núñez"))[n % 3]
    return Paper(
        f"p{n}", f"Paper {n:02} on {what}", f"We study {what} in case {n}. It works in {n} ms.", authors=(name,),
        year=2018 + n % 3, venue="ICML" if n % 2 else "Nature", source="test",
    )  # fmt: skip


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for a look runs in the first one always, in the others with the slow ones."""
    if "look" in metafunc.fixturenames:
        others = [pytest.param(look, marks=pytest.mark.slow) for look in LOOKS[1:]]
        metafunc.parametrize("look", [LOOKS[0], *others], ids="-".join, indirect=True)


@pytest.fixture
def look(request: pytest.FixtureRequest, page: Any) -> tuple[str, str]:
    """The size and the theme in which the page is seen."""
    page.look = request.param
    chosen: tuple[str, str] = request.param
    return chosen


@pytest.fixture
def bibtex(tmp_path: Path) -> Path:
    """A file of two records, one without a title."""
    path = tmp_path / "mine.bib"
    path.write_text(BIBTEX, encoding="utf-8")
    return path


BIBTEX = """@inproceedings{dot, title = {Dot: Tiny D{\\'e}tectors}, author = {Byron, Ada and Chen, Bo}, year = {2024},
  booktitle = {Proc. of Things}, doi = {10.1/dot},
  abstract = {Object detectors are slow. We present Dot, a detector with one network. Dot finds cars in 5 ms on a phone.}}
@article{broken, abstract = {No title here.}}
"""
