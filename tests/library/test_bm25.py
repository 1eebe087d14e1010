"""BM25 over title and abstract."""

from __future__ import annotations

import json
import math
import random
import resource
import shutil
from pathlib import Path

import pytest

from assistant.core.errors import LibraryError
from assistant.core.paper import Paper
from assistant.library.bm25 import Lexical

PAPERS = [
    Paper("a", "Owls: A Study", "Owls hunt mice."),
    Paper("b", "Bees", "Bees count. An owl sleeps here, far away from the others."),
    Paper("c", "Éclairs", "Pastry rises."),
]


@pytest.fixture
def index(tmp_path: Path) -> Lexical:
    made = Lexical(tmp_path / "lexical")
    with made.writing() as writer:
        writer.put(PAPERS)
        writer.commit()
    return made


def test_words_are_found_by_stem_best_first(index: Lexical) -> None:
    scores = index.search("OWL!", 10)
    assert list(scores) == ["a", "b"]
    assert scores["a"] > scores["b"] > 0
    assert list(index.search("owl", 1)) == ["a"]
    assert index.search("zebra", 10) == {}
    assert index.search(" ?! ", 10) == {}
    assert list(index.search("pastry AND -rises title:x", 10)) == ["c"]


def test_a_search_among_papers_keeps_their_scores(index: Lexical) -> None:
    everywhere = index.search("owl", 10)
    assert index.search("owl", 10, ["b", "gone"]) == {"b": pytest.approx(everywhere["b"])}
    assert index.search("owl", 10, []) == {}


def test_a_whole_title_is_found_whatever_its_case_and_marks(index: Lexical) -> None:
    assert index.titled("owls a STUDY") == ["a"]
    assert index.titled("eclairs") == ["c"]
    assert index.titled("owls") == []
    assert index.titled("?") == []


def test_a_words_weight_is_its_idf(index: Lexical) -> None:
    assert index.weight("owl") == pytest.approx(math.log(1 + 1.5 / 2.5))
    assert index.weight("bee") == pytest.approx(math.log(1 + 2.5 / 1.5)) == index.weight("zebra")


def test_papers_are_replaced_removed_and_rebuilt(index: Lexical) -> None:
    with index.writing() as writer:
        writer.put([Paper("a", "Cats", "Cats sleep.")])
        assert list(index.search("cats", 9)) == []
        writer.commit()
    assert (index.count, list(index.search("mice", 9)), list(index.search("cats", 9))) == (3, [], ["a"])
    with index.writing() as writer:
        writer.remove(["a", "c"])
        writer.commit()
    assert (index.count, list(index.search("owl", 9))) == (1, ["b"])
    index.rebuild(PAPERS[:2])
    assert (index.count, list(index.search("owl", 9))) == (2, ["a", "b"])


def test_another_index_sees_what_was_written_after_a_reload(index: Lexical, tmp_path: Path) -> None:
    other = Lexical(tmp_path / "lexical")
    with index.writing() as writer:
        writer.remove(["a"])
        writer.commit()
    other.reload()
    assert other.count == 2


def test_a_damaged_index_is_made_anew(index: Lexical, tmp_path: Path) -> None:
    for file in (tmp_path / "lexical").iterdir():
        file.write_bytes(b"damaged")
    assert Lexical(tmp_path / "lexical").count == 0


def test_files_that_a_killed_write_left_are_no_obstacle(tmp_path: Path) -> None:
    """Tantivy lists a file as its own before it writes it, and writes none that is there."""
    folder = tmp_path / "lexical"
    papers = [Paper(f"p{n}", f"Paper {n}", f"Otters swim {n} km.") for n in range(20)]
    with Lexical(folder).writing() as writer:
        writer.put(papers)
        writer.commit()
    meta = json.loads((folder / "meta.json").read_text())
    own = json.loads((folder / ".managed.json").read_text())
    for segment in meta["segments"]:
        for stamp in range(meta["opstamp"], meta["opstamp"] + 80):
            left = f"{segment['segment_id'].replace('-', '')}.{stamp}.del"
            (folder / left).touch()
            own.append(left)
    (folder / ".managed.json").write_text(json.dumps(own))
    lexical = Lexical(folder)
    with lexical.writing() as writer:
        writer.put([Paper("p3", "Paper 3", "Voles swim.")])
        writer.commit()
    assert lexical.count == 20
    assert list(lexical.search("voles", 5)) == ["p3"]


OTTERS = [Paper(f"p{n}", f"Paper {n}", f"Otters swim {n} km, and word{n}.") for n in range(40)]
HARMS = ("emptied", "cut", "noise", "older", "deleted", "one byte")
ENDINGS = (".fast", ".fieldnorm", ".idx", ".pos", ".store", ".term", ".del", "meta.json", ".managed.json")


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return an index of 39 papers in three parts, one of them with a deletion, and its older state."""
    now, older = tmp_path_factory.mktemp("index") / "now", tmp_path_factory.mktemp("index") / "older"
    lexical = Lexical(now)
    for part in (OTTERS[:20], OTTERS[20:38], [OTTERS[38], OTTERS[3]]):
        if part is not OTTERS[:20] and not older.exists():
            shutil.copytree(now, older)
        with lexical.writing() as writer:
            writer.put(part)
            writer.commit()
    return now, older


def harm(kind: str, file: Path, older: Path) -> None:
    """Put other content in the place of a file; what is open stays open, as tantivy reads files in memory."""
    content = file.read_bytes()
    file.unlink()
    if kind == "emptied":
        file.touch()
    elif kind == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif kind == "noise":
        file.write_bytes(random.Random(len(content)).randbytes(len(content)))
    elif kind == "one byte" and content:
        changed = bytearray(content)
        changed[len(content) // 3] ^= 0x55
        file.write_bytes(changed)
    elif kind == "older":
        shutil.copyfile(older, file) if older.exists() else file.write_bytes(content)


def is_whole(lexical: Lexical, papers: list[Paper]) -> bool:
    """Return whether every paper, and no other, is found by its own word."""
    found = [list(lexical.search(f"word{paper.id[1:]}", 50)) for paper in papers]
    return lexical.count == len(papers) and found == [[paper.id] for paper in papers]


def opened(folder: Path, papers: list[Paper]) -> Lexical:
    """Open an index as a library does, which counts, and builds it again where papers are missing."""
    lexical = Lexical(folder, lambda: OTTERS)
    if lexical.count != len(papers):
        lexical.rebuild(papers)
    return lexical


@pytest.mark.parametrize(
    ("ending", "kind"), [(ending, HARMS[at % len(HARMS)]) for at, ending in enumerate(ENDINGS)]
)
def test_a_damaged_file_is_no_obstacle(
    states: tuple[Path, Path], tmp_path: Path, ending: str, kind: str
) -> None:
    check_damaged(states, tmp_path, ending, kind)


@pytest.mark.slow
@pytest.mark.parametrize("kind", HARMS)
@pytest.mark.parametrize("ending", ENDINGS)
def test_any_damaged_file_is_no_obstacle(
    states: tuple[Path, Path], tmp_path: Path, ending: str, kind: str
) -> None:
    check_damaged(states, tmp_path, ending, kind)


def check_damaged(states: tuple[Path, Path], tmp_path: Path, ending: str, kind: str) -> None:
    """Before the index is opened, before it is written, and before what was written is committed."""
    now, older = states
    for name in sorted(file.name for file in now.iterdir() if file.name.endswith(ending)):
        for moment in ("opened", "written", "committed"):
            folder = Path(shutil.copytree(now, tmp_path / f"{name} {moment}"))

            def harmed(at: str, now: str = moment, folder: Path = folder, name: str = name) -> None:
                if at == now and (folder / name).exists():
                    harm(kind, folder / name, older / name)

            harmed("opened")
            lexical = opened(folder, OTTERS[:39])
            harmed("written")
            with lexical.writing() as writer:
                writer.put(OTTERS[39:])
                harmed("committed")
                writer.commit()
            if kind != "older":
                assert is_whole(lexical, OTTERS), (name, moment)
            assert is_whole(opened(folder, OTTERS), OTTERS), (name, moment)


def test_an_index_that_is_gone_while_it_is_written_is_made_again(
    states: tuple[Path, Path], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(states[0], tmp_path / "lexical"))
    lexical = Lexical(folder, lambda: OTTERS)
    with lexical.writing() as writer:
        writer.put(OTTERS[39:])
        # At once: a thread of tantivy's may write there while a tree is deleted file by file.
        folder.rename(tmp_path / "elsewhere")
        writer.commit()
    assert is_whole(lexical, OTTERS)


def test_a_disk_that_takes_no_more_is_told_and_costs_nothing(
    states: tuple[Path, Path], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(states[0], tmp_path / "lexical"))
    lexical = Lexical(folder, lambda: pytest.fail("the index is whole"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    told = pytest.raises(
        LibraryError, match=r"cannot be written \(File too large\): see that the disk has space"
    )
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
        with told, lexical.writing() as writer:
            writer.put(OTTERS[39:])
            writer.commit()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert is_whole(lexical, OTTERS[:39])
    assert is_whole(Lexical(folder), OTTERS[:39])
