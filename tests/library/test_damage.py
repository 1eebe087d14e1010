"""Each file of a library emptied, cut in half, overwritten, exchanged for an older one, deleted: told or mended, nothing lost.

The library opens whole, or says in one sentence what is wrong; where it does not open whole by itself, one `doctor --repair`
mends it. No answer is silently wrong, and no traceback is seen.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.papers import PAPERS

from assistant import Assistant, Paper, Settings
from assistant.core.errors import LibraryCorrupt

QUESTION = "How fast does Dot find cars?"
HARMS = ("emptied", "cut", "noise", "older", "deleted")


def some_papers(count: int) -> list[Paper]:
    """Return the three papers and further ones of their kind."""
    things = "owl bee tea clay moss fern gull reed salt iron".split()
    more = [
        Paper(
            f"p{n}",
            f"{things[n % 10]} number {n}",
            f"We count {things[n % 10]} {n}. It takes {n} ms.",
            source="t",
        )
        for n in range(count - len(PAPERS))
    ]
    return [*PAPERS, *more]


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], tuple[Path, Path]]:
    """Return a library of so many papers, and its older state without the last of them."""
    made: dict[int, tuple[Path, Path]] = {}

    def state(count: int) -> tuple[Path, Path]:
        if count not in made:
            folder = tmp_path_factory.mktemp(f"of{count}")
            papers = some_papers(count)
            with Assistant(folder / "now", settings=Settings()) as library:
                library.add(papers[:-1])
                library.close()
                shutil.copytree(folder / "now", folder / "older")
                library.add(papers[-1:])
            made[count] = folder / "now", folder / "older"
        return made[count]

    return state


def files_of(library: Path) -> list[Path]:
    """Return the files that hold anything of the library; the folders of Chroma's indexes have other names each time."""
    return sorted(p.relative_to(library) for p in library.rglob("*") if p.is_file() and p.stat().st_size)


def harm(kind: str, file: Path, older: Path) -> None:
    size = file.stat().st_size
    if kind == "emptied":
        file.write_bytes(b"")
    elif kind == "cut":
        file.write_bytes(file.read_bytes()[: size // 2])
    elif kind == "noise":
        file.write_bytes(random.Random(size).randbytes(size))
    elif kind == "deleted":
        file.unlink()
    elif older.exists():
        shutil.copyfile(older, file)


def cases(count: int, files: int) -> Iterator[tuple[int, str, int]]:
    for kind in HARMS:
        for number in range(files):
            yield count, kind, number


def outcome(path: Path, wanted: set[str]) -> str:
    """Return "" if the library is whole; else what is wrong."""
    with Assistant(path, settings=Settings()) as library:
        found = library.search(QUESTION)
        held = {paper.id for paper in library.papers()}
        if held != wanted:
            return f"{len(held)} papers of {len(wanted)}"
        if len(library) != len(wanted):
            return f"{len(library)} counted"
        if not found or found[0].paper.id != "dot" or set(found[0].channels) != {"dense", "lexical", "late"}:
            return f"found {[(p.paper.id, sorted(p.channels)) for p in found[:2]]}"
        faults = library.doctor()
        return "; ".join(map(str, faults))


def check(
    states: Callable[[int], tuple[Path, Path]], tmp_path: Path, count: int, kind: str, number: int
) -> None:
    now, before = states(count)
    names = files_of(now)
    if number >= len(names):
        pytest.skip(f"a library of {count} papers has {len(names)} files")
    path = Path(shutil.copytree(now, tmp_path / "library"))
    harm(kind, path / names[number], before / names[number])
    wanted = {paper.id for paper in some_papers(count)}
    try:
        wrong = outcome(path, wanted)
    except LibraryCorrupt as told:
        wrong = str(told)
    if wrong:
        with Assistant(path, settings=Settings()) as library:
            library.doctor(repair=True)
        wrong = outcome(path, wanted)
    assert not wrong, f"{names[number]} {kind}"


# From some thousand windows on Chroma writes its index into files of its own.
QUICK = [(3, kind, number) for number, kind in enumerate(HARMS)]


@pytest.mark.parametrize(("count", "kind", "number"), QUICK)
def test_one_damaged_file_costs_nothing(
    states: Callable[[int], tuple[Path, Path]], tmp_path: Path, count: int, kind: str, number: int
) -> None:
    check(states, tmp_path, count, kind, number)


@pytest.mark.slow
@pytest.mark.parametrize(("count", "kind", "number"), [*cases(3, 12), *cases(200, 12), *cases(1300, 20)])
def test_any_damaged_file_costs_nothing(
    states: Callable[[int], tuple[Path, Path]], tmp_path: Path, count: int, kind: str, number: int
) -> None:
    check(states, tmp_path, count, kind, number)


@pytest.mark.parametrize("count", [1, 72, 150])
def test_a_library_that_is_whole_is_not_called_damaged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, count: int
) -> None:
    """Chroma keeps the vectors of a small library in its log, beside an index that is empty."""
    for _ in range(2):
        with Assistant(tmp_path, settings=Settings()) as library:
            library.add(some_papers(max(count, len(PAPERS))))
            assert library.ask(QUESTION).sources
    assert caplog.messages == []
