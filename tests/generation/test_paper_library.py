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
from support.services import Preprint, Services, serving, status

from assistant import Assistant, Paper, Settings, Where
from assistant.core.errors import PaperNotFound, QuestionError, SourceError

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


def test_a_refusal_counts_within_the_filter(held: Assistant) -> None:
    held.tag("Night", ["doi:10.5555/bats", "doi:10.5555/swifts"])
    within = held.ask("Do otters eat walnuts?", where=Where(collection="Night"))
    assert within.refusal
    assert "“otters”" in within.remark
    assert "of the 2 papers" in within.remark
    assert "“otters” in 1" in held.ask("Do otters eat walnuts?").remark


def test_papers_are_named_by_their_identifiers_in_any_form(tmp_path: Path) -> None:
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        library.add(
            [
                Paper(
                    "t:1",
                    "Otters in rivers",
                    "We saw otters.",
                    ("Ada Roy",),
                    2022,
                    doi="10.5555/ABC_D",
                    pmid="71",
                ),
                Paper(
                    "b",
                    "Bats in parks",
                    "We saw bats.",
                    ("Ada Lee",),
                    2023,
                    arxiv_id="2401.00001",
                    extra={"type": "article-journal"},
                ),
            ]
        )
        for name in (
            "doi:10.5555/ABC_D",
            "DOI:10.5555/abc_d",
            "https://doi.org/10.5555/ABC_d",
            "10.5555/abc_d",
            "pmid:71",
        ):
            assert [p.id for p in library.papers(where=Where(ids=(name,)))] == ["t:1"], name
            assert library.named([name]) == ["t:1"], name
        assert library.named(["arXiv:2401.00001v2", "roy2022otters"]) == ["b", "t:1"]
        assert [p.id for p in library.papers(where=Where(type="article"))] == ["b"]
        assert library.papers(where=Where(ids=("doi:10.5555/else",))) == []
        library.remove("10.5555/ABC_D")
        assert [p.id for p in library.papers()] == ["b"]


def test_a_collection_that_does_not_exist_is_named(held: Assistant) -> None:
    for look in (
        held.papers,
        lambda where: held.search("otters", where=where),
        lambda where: held.ask("Otters?", where=where),
    ):
        with pytest.raises(QuestionError, match="There is no collection 'nosuch': `assistant tag` lists"):
            look(where=Where(collection="nosuch"))
    held.tag("City", ["doi:10.5555/otters"])
    assert held.papers(where=Where(collection="city", since=2024)) == []


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
    assert set(held.sources()) == {str(folder / "one.jsonl"), str(folder / "three.jsonl")}
    assert [problem.line for problem in held.problems()] == [2]
    again = held.sync(folder)
    assert (again.added, again.changed, again.removed) == ((), (), ())


def test_a_library_is_made_equal_to_an_upload_by_the_name_it_came_under(
    held: Assistant, tmp_path: Path
) -> None:
    first, later = tmp_path / "copy-1", tmp_path / "copy-2"
    write(
        first, {"id": "a", "title": "Larks sing", "abstract": "Larks sing at dawn."}, {**BATS, "year": 2023}
    )
    write(later, {"id": "b", "title": "Wrens hide", "abstract": "Wrens hide in ivy."})
    held.add(first, origin="birds.jsonl")
    seen = held.sync(later, origin="birds.jsonl")
    assert (seen.added, seen.removed) == (("b",), ("a",))
    held.sync(later, origin="birds.jsonl", apply=True)
    assert {paper.id for paper in held.papers()} == ALL | {"b"}, "bats are of another file, too"


def test_papers_of_other_sources_and_of_files_that_cannot_be_read_stay(held: Assistant, folder: Path) -> None:
    (folder / "two.jsonl").write_bytes(b"\0\1\2" * 100)
    report = held.sync(folder / "two.jsonl", apply=True)
    assert (report.removed, [problem.field for problem in report.problems]) == ((), ["file"])
    assert {paper.id for paper in held.papers()} == ALL
    with pytest.raises(SourceError, match="check the path"):
        held.sync(folder / "never.jsonl")


def test_what_changes_because_a_record_is_gone_is_shown_before_it_is_done(
    held: Assistant, folder: Path
) -> None:
    later = {**SWIFTS, "abstract": "Swifts returned to 43 of 50 nest boxes.", "year": 2025}
    write(folder / "zwei.jsonl", later)
    held.sync(folder, apply=True)
    (folder / "zwei.jsonl").unlink()
    seen = held.sync(folder)
    assert (seen.changed, seen.unchanged) == (
        ("doi:10.5555/swifts",),
        ("doi:10.5555/otters", "doi:10.5555/bats"),
    )
    assert seen.changes[0].fields == ("abstract", "year")
    assert held.sync(folder, apply=True) == seen
    assert held.paper("doi:10.5555/swifts").year == 2024


def test_a_file_that_was_renamed_changes_no_paper_and_makes_no_duplicate(
    held: Assistant, folder: Path
) -> None:
    (folder / "two.jsonl").rename(folder / "zwei.jsonl")
    seen = held.sync(folder)
    assert held.sync(folder, apply=True) == seen
    assert (seen.changed, seen.duplicates, set(seen.unchanged)) == ((), (), ALL)
    assert held.sources("doi:10.5555/swifts") == (str(folder / "zwei.jsonl"),)


@pytest.mark.parametrize("apply", [False, True])
def test_a_folder_that_is_gone_or_empty_now_removes_nothing_unless_that_is_said(
    held: Assistant, folder: Path, apply: bool
) -> None:
    for file in folder.iterdir():
        file.unlink()
    with pytest.raises(SourceError, match=r"has no files any more, and 3 records .* --allow-gone"):
        held.sync(folder, apply=apply)
    folder.rmdir()
    with pytest.raises(SourceError, match=r"is not there any more, and 3 records .* --allow-gone"):
        held.sync(folder, apply=apply)
    with pytest.raises(SourceError, match="is not there any more, and 1 record "):
        held.sync(folder / "two.jsonl", apply=apply)
    assert len(held) == 3
    assert set(held.sync(folder, apply=apply, allow_gone=True).removed) == ALL
    assert len(held) == (0 if apply else 3)


@pytest.fixture
def services() -> Iterator[Services]:
    with serving() as running:
        running.held.arxiv = [
            Preprint("2611.00001", title="Otters in rivers", abstract="We counted 340 otters in rivers."),
            Preprint("2611.00002", title="Bats and lamps", abstract="Lamps halved the number of bats."),
        ]
        yield running


@pytest.fixture
def fetching(tmp_path: Path, services: Services) -> Iterator[Assistant]:
    settings = Settings(sources=services.settings())
    with Assistant(tmp_path / "fetched", settings=settings) as library:
        yield library


def test_papers_of_a_service_are_added_asked_about_and_kept_equal(
    fetching: Assistant, services: Services, folder: Path
) -> None:
    category = "arxiv:cat:cs.CV?since=2026-11-01"
    assert services.asked == []
    seen: list[int] = []
    report = fetching.add(category, folder / "two.jsonl", progress=lambda step: seen.append(step.read))
    assert (len(report.added), report.problems, seen[-1]) == (3, (), 3)
    assert fetching.add("arxiv:2611.00001").duplicates[0].others == (category,)
    answer = fetching.ask("How many otters are in rivers?")
    assert answer.statements[0].evidence[0].quote == "We counted 340 otters in rivers."
    assert {p.id for p in fetching.papers(where=Where(source=category))} == {
        "arxiv:2611.00001",
        "arxiv:2611.00002",
    }
    asked = len(services.asked)
    fetching.search("otters")
    fetching.doctor()
    assert len(services.asked) == asked
    services.held.arxiv = [Preprint("2611.00003", title="Newts in ponds"), *services.held.arxiv[:1]]
    seen_first = fetching.sync(category)
    done = fetching.sync(category, apply=True)
    assert done.added == seen_first.added == ("arxiv:2611.00003",)
    assert done.removed == seen_first.removed == ("arxiv:2611.00002",)
    assert "doi:10.5555/swifts" in {paper.id for paper in fetching.papers()}


def test_papers_of_a_service_that_fails_stay(fetching: Assistant, services: Services) -> None:
    fetching.add("arxiv:2611.00001")
    services.faults = [status(403)] * 9
    report = fetching.sync("arxiv:2611.00001", apply=True)
    assert (report.removed, [problem.field for problem in report.problems]) == ((), ["file"])
    assert str(fetching.problems()[0]).startswith("arxiv:2611.00001:0: file: arXiv refuses to answer")
    with pytest.raises(SourceError, match="arXiv refuses to answer"):
        fetching.add("arxiv:2611.00002")
    assert len(fetching) == 1


_FETCH = """
import sys
from assistant import Assistant, Settings
from assistant.library.sources.services import arxiv
arxiv._PAGE = 70
settings = Settings(sources={"arxiv": sys.argv[3]})
with Assistant(sys.argv[1], settings=settings) as library:
    print("ready", flush=True)
    library.add(sys.argv[2])
"""


@pytest.mark.slow
def test_a_fetch_that_is_killed_is_finished_by_the_next(fetching: Assistant, services: Services) -> None:
    source, chance = "arxiv:cat:cs.CV?since=2026-11-01", random.Random(9)
    for round_ in range(3):
        services.held.arxiv = [
            Preprint(
                f"2611.{n:05}", title=f"Lamps number {n}", abstract=f"Bats left {n} lamps {round_} times."
            )
            for n in range(150)
        ]
        command = [sys.executable, "-c", _FETCH, str(fetching.path), source, services.settings().arxiv]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0.5, 7))
            process.send_signal(signal.SIGKILL)
        fetching.add(source)
        assert {p.abstract for p in fetching.papers()} == {one.abstract for one in services.held.arxiv}
        assert fetching.doctor() == []
        fetching.close()


_TAG = """
import sys
from assistant import Assistant, Settings
with Assistant(sys.argv[1], settings=Settings()) as library:
    ids = [paper.id for paper in library.papers()]
    print("ready", flush=True)
    for n in range(10_000):
        library.tag(f"c{n}", ids)
"""


@pytest.mark.slow
def test_a_tag_that_is_killed_is_there_for_all_its_papers_or_for_none(held: Assistant) -> None:
    chance = random.Random(3)
    for _ in range(6):
        held.close()
        command = [sys.executable, "-c", _TAG, str(held.path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.7))
            process.send_signal(signal.SIGKILL)
        counts = held.collections()
        assert set(counts.values()) <= {3}
        assert set(counts) == {f"c{n}" for n in range(len(counts))}
        assert held.doctor() == []
        held.tag("after", ["doi:10.5555/bats"])
        assert [p.id for p in held.papers(where=Where(collection="after"))] == ["doi:10.5555/bats"]
        for name in held.collections():
            held.tag(name, ALL, remove=True)


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


def test_papers_are_named_by_the_keys_of_their_files_and_of_exports(tmp_path: Path) -> None:
    keyed = tmp_path / "a.bib"
    keyed.write_text(
        "@article{Hare:1, title={Hares run}, author={Lee, Ada}, year={2020}, abstract={Hares run far.}}"
    )
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        library.add(keyed, write(tmp_path / "b.jsonl", OTTERS, {**BATS, "title": "Bats", "doi": "10.5555/x"}))
        (hare,) = [paper.id for paper in library.papers() if paper.title == "Hares run"]
        assert library.named(["hare:1", "@hansen2020otters", "hansenlee2023bats", hare]) == [
            hare,
            "doi:10.5555/otters",
            "doi:10.5555/x",
        ]
        assert library.tag("wet", ["Hare:1"]) == [hare]
        library.remove("hansen2020otters")
        assert [paper.title for paper in library.papers()] == ["Hares run", "Bats"]
        with pytest.raises(PaperNotFound, match="'nobody'"):
            library.named(["nobody"])


def test_a_key_of_several_papers_names_none(tmp_path: Path) -> None:
    for name in ("hares", "newts"):
        text = f"@article{{k, title={{All {name} of the world}}, abstract={{These are {name}.}}}}"
        (tmp_path / f"{name}.bib").write_text(text)
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        library.add(tmp_path / "hares.bib", tmp_path / "newts.bib")
        with pytest.raises(QuestionError, match="'k' is the key of several papers: name one by its id, t:"):
            library.tag("wet", ["k"])
        assert library.collections() == {}


def test_a_diff_names_titles_and_the_fields_that_change(held: Assistant, folder: Path) -> None:
    changed = {**BATS, "year": 2022, "abstract": "Street lamps halved the number of bats.", "url": ""}
    write(folder / "two.jsonl", changed)
    new = write(folder / "three.jsonl", {"id": "h", "title": "Hares run", "abstract": "Hares run far."})
    report = held.sync(folder / "two.jsonl", new)
    assert [str(change) for change in report.changes] == [
        "Hares run (h)",
        "Bats and street lamps (doi:10.5555/bats): abstract, year",
    ]


def test_a_folder_is_added_as_it_is_synchronised(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    write(tmp_path / "in" / "deep" / "a.jsonl", OTTERS)
    (tmp_path / "in" / "note.md").write_text("# Hares run\n\nHares run far.\n")
    (tmp_path / "in" / "picture.png").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "in" / ".hidden.jsonl").write_text("x")
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        report = library.add(tmp_path / "in")
        assert len(report.added) == 2
        assert [(Path(problem.file).name, problem.field) for problem in report.problems] == [
            ("picture.png", "file")
        ]
        again = library.sync(tmp_path / "in")
        assert (again.added, again.changed, again.removed, len(again.unchanged)) == ((), (), (), 2)
        (tmp_path / "empty").mkdir()
        with pytest.raises(SourceError, match="is a folder without files"):
            library.add(tmp_path / "empty")


def test_columns_with_names_of_their_own_are_named(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("T;Kurz;Jahr\nHares run;Hares run far.;2020\n")
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        with pytest.raises(SourceError, match="--columns title="):
            library.add(table)
        with pytest.raises(SourceError, match="'titel' is no field of a paper"):
            library.add(table, columns={"titel": "T"})
        report = library.add(table, columns={"title": "T", "abstract": "Kurz", "year": "JAHR", "doi": "DOI"})
        assert [str(problem) for problem in report.problems] == [f"{table}:1: doi: no column is named 'DOI'"]
        (paper,) = library.papers()
        assert (paper.title, paper.abstract, paper.year) == ("Hares run", "Hares run far.", 2020)


WATCH = "RetractionDate,RetractionDOI,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason\n"


def test_retracted_papers_are_flagged_and_stay_so_while_their_files_change(
    held: Assistant, folder: Path
) -> None:
    table = folder.parent / "watch.csv"
    table.write_text(
        WATCH
        + "2/3/2021 0:00,10.5555/N,10.5555/BATS,0,Retraction,+Error in Data;\n,,10.5555/else,0,Retraction,\n"
    )
    before = held.paper("doi:10.5555/bats")
    (bats,) = held.retractions(table)
    said = "Retracted, says Retraction Watch (2021-02-03; Error in Data; doi:10.5555/n)."
    assert (bats.id, bats.note) == ("doi:10.5555/bats", said)
    assert held.search("street lamps", 1)[0].paper.note == said
    assert held.doctor() == []
    assert held.sync(folder).changed == ()
    write(folder / "one.jsonl", OTTERS, {**BATS, "year": 2022})
    assert held.sync(folder, apply=True).changes[0].fields == ("year",)
    assert held.paper(bats.id).note == said
    assert held.retractions(table) == [held.paper(bats.id)]
    table.write_text(WATCH)
    assert held.retractions(table) == []
    assert held.paper(bats.id).note == before.note == ""
