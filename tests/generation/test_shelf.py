"""Papers are filtered, put into collections, and made equal to their files."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Settings, Where
from assistant.core.errors import QuestionError, SourceError

OTTERS = {
    "title": "Otters in city rivers",
    "abstract": "We counted otters in twelve city rivers and found 340 animals.",
    "authors": ["Jane Hansen", "Karl Roe"],
    "year": 2020,
    "venue": "Journal of Urban Animals",
    "doi": "10.5555/otters",
}
BATS = {
    "title": "Bats and street lamps",
    "abstract": "Street lamps halved the number of bats that hunt in parks of our city.",
    "authors": ["Ada Hansen-Lee"],
    "year": 2023,
    "venue": "Night Letters",
    "doi": "10.5555/bats",
}
SWIFTS = {
    "title": "Swifts under roofs",
    "abstract": "Swifts returned to 41 of 50 nest boxes under roofs of the city in spring.",
    "authors": ["Anna Hansen"],
    "year": 2024,
    "venue": "Night Letters",
    "doi": "10.5555/swifts",
}
ALL = {"doi:10.5555/otters", "doi:10.5555/bats", "doi:10.5555/swifts"}


def write(path: Path, *records: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    write(made / "one.jsonl", OTTERS, BATS)
    write(made / "two.jsonl", SWIFTS)
    return made


@pytest.fixture
def held(tmp_path: Path, folder: Path) -> Iterator[Assistant]:
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        library.sync(folder, apply=True)
        yield library


@pytest.mark.parametrize(
    ("where", "names"),
    [
        (Where(since=2023), {"bats", "swifts"}),
        (Where(until=2020), {"otters"}),
        (Where(since=2021, until=2023), {"bats"}),
        (Where(author="HANSEN"), {"otters", "swifts"}),
        (Where(author="Anna Hansen"), {"swifts"}),
        (Where(author="Hansen, Anna"), {"swifts"}),
        (Where(venue="night"), {"bats", "swifts"}),
        (Where(venue="%"), set()),
        (Where(source="two.jsonl"), {"swifts"}),
        (Where(ids=("doi:10.5555/bats", "gone")), {"bats"}),
        (Where(since=2021, author="hansen"), {"swifts"}),
        (Where(type="book"), set()),
        (Where(collection="city"), {"otters"}),
        (Where(), {"otters", "bats", "swifts"}),
    ],
)
def test_a_filter_chooses_papers(held: Assistant, where: Where, names: set[str]) -> None:
    held.tag("City", ["doi:10.5555/otters"])
    assert {paper.id.rpartition("/")[2] for paper in held.papers(where=where)} == names


def test_questions_are_asked_within_a_filter_and_the_answer_says_it(held: Assistant) -> None:
    question = "What happened in the city?"
    answer = held.ask(question, where=Where(since=2024))
    assert {p.paper_id for p in answer.passages} == {"doi:10.5555/swifts"}
    assert [(one.kind, one.value) for one in answer.filters] == [("year", "since 2024")]
    assert {p.paper.id for p in held.search(question, where=Where(author="Hansen"))} == {
        "doi:10.5555/otters",
        "doi:10.5555/swifts",
    }
    with pytest.raises(QuestionError, match=r"passes the filter \(author Nobody\)"):
        held.ask(question, where=Where(author="Nobody"))
    assert held.search(question, where=Where(author="Nobody")) == []


def test_collections_are_filled_and_emptied(held: Assistant) -> None:
    held.tag("city", ["doi:10.5555/otters", "doi:10.5555/bats"])
    assert held.collections() == {"city": 2}
    held.tag("city", ["doi:10.5555/bats"], remove=True)
    held.remove("doi:10.5555/otters")
    assert held.collections() == {}
    with pytest.raises(QuestionError):
        held.tag(" ", ["doi:10.5555/bats"])


def test_a_library_is_made_equal_to_its_files(held: Assistant, folder: Path) -> None:
    write(folder / "one.jsonl", {**BATS, "year": 2022}, {"abstract": "No title."})
    (folder / "two.jsonl").unlink()
    write(folder / "three.jsonl", {**SWIFTS, "title": "Swifts under roofs.", "doi": ""})
    seen = held.sync(folder)
    assert (seen.changed, seen.removed) == (
        ("doi:10.5555/bats", "doi:10.5555/swifts"),
        ("doi:10.5555/otters",),
    )
    assert [problem.field for problem in seen.problems] == ["title"]
    assert {paper.id for paper in held.papers()} == ALL
    done = held.sync(folder, apply=True)
    assert (done.changed, done.removed) == (seen.changed, seen.removed)
    assert held.paper("doi:10.5555/bats").year == 2022
    assert held.sources("doi:10.5555/swifts") == (str(folder / "three.jsonl"),)
    assert [problem.line for problem in held.problems()] == [2]
    again = held.sync(folder)
    assert (again.added, again.changed, again.removed) == ((), (), ())


def test_papers_of_other_sources_and_of_files_that_cannot_be_read_stay(held: Assistant, folder: Path) -> None:
    (folder / "two.jsonl").write_bytes(b"\0\1\2" * 100)
    report = held.sync(folder / "two.jsonl", apply=True)
    assert (report.removed, [problem.field for problem in report.problems]) == ((), ["file"])
    assert {paper.id for paper in held.papers()} == ALL
    with pytest.raises(SourceError, match="check the path"):
        held.sync(folder / "never.jsonl")


_SYNC = """
import sys
from assistant import Assistant, Settings
with Assistant(sys.argv[1], settings=Settings()) as library:
    print("ready", flush=True)
    library.sync(sys.argv[2], apply=True)
"""


@pytest.mark.slow
def test_a_sync_that_is_killed_is_finished_by_the_next(held: Assistant, folder: Path) -> None:
    held.close()
    chance = random.Random(7)
    for round_ in range(4):
        records = [
            {**BATS, "title": f"Bats and {n} lamps {round_}", "doi": f"10.5555/{n}"} for n in range(150)
        ]
        write(folder / "one.jsonl", *records)
        command = [sys.executable, "-c", _SYNC, str(held.path), str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0.2, 3))
            process.send_signal(signal.SIGKILL)
        held.sync(folder, apply=True)
        assert {p.title for p in held.papers()} == {str(r["title"]) for r in records} | {"Swifts under roofs"}
        files = held._library.files()
        assert files.store.ids() == set(files.records.known())
        held.close()
