"""Papers are browsed, laid out, found to be similar; questions are asked of some of them; calls are stopped."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from support.papers import PAPERS
from support.scripted_server import ScriptedServer

from assistant import Assistant, Paper, Settings, StatementReady
from assistant.core.errors import ModelStopped, PaperNotFound
from assistant.core.stop import Stop
from assistant.generation.writing.generative import MAX_SENTENCES
from assistant.library.catalogue import Catalogue, Filter, lay_out
from assistant.library.sources.sample import sample_papers

SHELF = Catalogue.of(
    (
        Paper("a", "Éclairs rise", "x", authors=("José Núñez",), year=2019, venue="Food"),
        Paper("b", "Rain falls", "x", authors=("Ada Byron", "Bo Chen"), year=2020, venue="Sky"),
        Paper("c", "Bees", "x"),
    )
)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), "abc"),
        (Filter("eclairs"), "a"),
        (Filter("RAIN ada"), "b"),
        (Filter("rain nunez"), ""),
        (Filter(years=(2020, None)), "b"),
        (Filter(years=(None, 2019)), "a"),
        (Filter(venue="sk"), "b"),
        (Filter(author="chen"), "b"),
        (Filter(author="nunez"), "a"),
    ],
)
def test_a_filter_keeps_what_it_says(wanted: Filter, found: str) -> None:
    assert "".join(p.id for p in SHELF.find(wanted).papers) == found


def test_only_papers_that_are_named_pass_where_some_are() -> None:
    every = [paper.id for paper in SHELF.find(Filter()).papers]
    assert [p.id for p in SHELF.find(Filter(ids=frozenset({every[1], "gone"}))).papers] == every[1:2]
    assert SHELF.find(Filter(ids=frozenset())).total == 0


def test_pages_follow_one_another_and_know_the_total() -> None:
    page = SHELF.find(Filter(), offset=1, limit=1)
    assert [p.id for p in page.papers] == ["b"]
    assert page.total == 3


@pytest.mark.parametrize(
    ("order", "found"),
    [("", "abc"), ("title", "cab"), ("-title", "bac"), ("authors", "cba"), ("-year", "bac"), ("venue", "cab"), ("no column", "abc")],
)  # fmt: skip
def test_papers_are_sorted_by_a_column(order: str, found: str) -> None:
    assert "".join(p.id for p in SHELF.find(Filter(), order=order).papers) == found
    assert [p.id for p in SHELF.find(Filter(), 1, 1, order).papers] == [found[1]]


def test_signs_of_a_pattern_are_letters_like_others() -> None:
    shelf = Catalogue.of([Paper("x", "100% of a_b", "x"), Paper("y", "A1000 of acb \\ d", "x")])
    for words, found in (("100%", "x"), ("a_b", "x"), ("\\", "y"), ("'", ""), ('"', "")):
        assert "".join(p.id for p in shelf.find(Filter(words)).papers) == found, words


def test_words_of_abstracts_are_found_by_their_beginning_and_by_their_stem(tmp_path: Path) -> None:
    papers = [
        Paper("a", "One", "Studying naps of the café's owls. It helps.", source="t"),
        Paper("b", "Two", "A study of pianos.", source="t"),
    ]
    with Assistant(tmp_path, settings=Settings()) as library:
        library.add(papers)
        find = library.catalogue().find
        for words, found in (
            ("nap", "a"), ("studies", "ab"), ("stud", "ab"), ("owl one", "a"), ("owl two", ""), ("CAFÉ", "a"), ("ap", ""), (".*", ""),
        ):  # fmt: skip
            assert "".join(p.id for p in find(Filter(words)).papers) == found, words


def test_a_part_of_a_catalogue_is_counted_like_a_whole_one() -> None:
    part = SHELF.within(["c", "b", "gone"])
    assert (len(part), part.ids, [p.id for p in part], [p.id for p in part.first(1)]) == (
        2,
        ("b", "c"),
        ["b", "c"],
        ["b"],
    )
    assert part.years == {2020: 1}
    assert part.counts("full name") == {"ada byron": 1, "bo chen": 1}
    assert part.find(Filter("rain")).total == 1
    assert part.find(Filter("eclairs")).total == 0
    assert part.between(None, 2019).ids == ()
    assert SHELF.between(None, 2019).ids == ("a",)
    assert part.having("author", ["nunez", "chen"]).ids == ("b",)
    assert not SHELF.within([])


def test_names_are_written_as_papers_write_them() -> None:
    assert SHELF.written("author", "nunez") == "Núñez"
    assert SHELF.written("full name", "jose nunez") == "José Núñez"
    assert SHELF.written("venue", "food") == "Food"
    assert SHELF.written("venue", "foo") == ""
    assert SHELF.given("byron") == {"ada"}
    assert set(SHELF.families) == {"nunez", "byron", "chen"}


def test_the_values_that_most_papers_have_are_counted_within_a_filter_as_papers_write_them() -> None:
    shelf = Catalogue.of(
        [
            Paper("a", "Rain", "x", authors=("José Núñez", "Ada Byron"), year=2019, venue="Food"),
            Paper("b", "Snow", "x", authors=("Núñez, Eva",), year=2020, venue="FOOD"),
            Paper("c", "Hail", "x", authors=("Bo Chen",), year=2021, venue="Sky"),
            Paper("d", "Fog", "x", venue=""),
        ]
    )
    assert list(shelf.facets(Filter(), "author", 2).items()) == [("Núñez", 2), ("Byron", 1)]
    assert shelf.facets(Filter(), "venue", 9) == {"Food": 2, "Sky": 1}
    assert shelf.facets(Filter(years=(2020, None)), "author", 9) == {"Chen": 1, "Núñez": 1}
    assert shelf.facets(Filter("rain"), "venue", 9) == {"Food": 1}
    assert shelf.within(["c", "d"]).facets(Filter(), "author", 9) == {"Chen": 1}
    assert shelf.facets(Filter("nothing like it"), "author", 9) == {}


def test_a_sample_is_taken_evenly() -> None:
    shelf = Catalogue.of([Paper(str(n), f"Paper {n}", "x") for n in range(10)])
    assert [p.id for p in shelf.sample(4)] == ["0", "3", "6", "9"]
    assert len(shelf.sample(10)) == len(shelf.sample(99)) == 10


def test_years_are_counted() -> None:
    assert SHELF.years == {2019: 1, 2020: 1}


@pytest.mark.parametrize(
    ("years", "ids"),
    [((2019, 2019), "a"), ((2019, 2020), "ab"), ((2020, 2019), ""), ((2021, None), ""), ((None, 2018), "")],
)
def test_both_ends_of_a_range_of_years_are_included(years: tuple[int | None, int | None], ids: str) -> None:
    assert "".join(p.id for p in SHELF.find(Filter(years=years)).papers) == ids


def test_a_map_is_half_position_and_half_rank_along_each_axis() -> None:
    papers = [Paper(name, name, "x") for name in "abc"]
    places = lay_out(papers, np.array([[0, 0], [1, 0.1], [4, 0]], dtype=np.float32))
    assert [p.paper.id for p in places] == ["a", "b", "c"]
    assert [p.x for p in places] == pytest.approx([0, (1 / 2 + 0.257) / 2, 1], abs=0.01)
    # The first paper lies on the lower half of both axes.
    assert places[0].y < 0.5
    assert max(p.y for p in places) == 1
    assert lay_out([], np.empty((0, 2), dtype=np.float32)) == ()
    (alone,) = lay_out(papers[:1], np.array([[1, 0]], dtype=np.float32))
    assert (alone.x, alone.y) == (0, 0)


def test_the_catalogue_follows_the_library(library: Assistant) -> None:
    assert len(library.catalogue().papers) == 3
    library.add([Paper("new", "New one", "It is new.", source="t")])
    assert len(library.catalogue().papers) == 4
    library.remove("new")
    assert len(library.catalogue().papers) == 3


def test_a_map_puts_like_papers_near_each_other(tmp_path: Path) -> None:
    rain = [
        Paper(f"r{n}", f"Forecasting rain {n}", "Radar images forecast rain and storms.", source="t")
        for n in range(4)
    ]
    song = [
        Paper(f"s{n}", f"Recommending songs {n}", "Listeners get playlists of music they like.", source="t")
        for n in range(4)
    ]
    with Assistant(tmp_path / "l", settings=Settings()) as library:
        library.add([*rain, *song])
        places = library.map()
        again = library.map()
    assert places == again
    assert all(0 <= p.x <= 1 and 0 <= p.y <= 1 for p in places)
    at = {p.paper.id: p.x for p in places}
    sides = {key[0]: sum(at[f"{key[0]}{n}"] for n in range(4)) / 4 for key in at}
    assert abs(sides["r"] - sides["s"]) > 0.4


def test_similar_papers_leave_out_the_paper_itself(tmp_path: Path) -> None:
    papers = sample_papers()
    paper = next(p for p in papers if p.title.startswith("Mamba-360"))
    related = [p for p in papers if "State Space" in p.title or "Mamba" in p.title]
    with Assistant(tmp_path / "shelf", settings=Settings()) as shelf:
        shelf.add([*related, *(p for p in papers[:8] if p not in related)])
        near = shelf.similar(paper.id, 4)
        with pytest.raises(PaperNotFound):
            shelf.similar("no such paper")
    assert len(near) == 4
    assert paper.id not in [one.paper.id for one in near]
    assert [one.cosine for one in near] == sorted((one.cosine for one in near), reverse=True)
    assert "State Space" in near[0].paper.title or "Mamba" in near[0].paper.title


def test_a_question_can_be_asked_of_some_papers_only(library: Assistant) -> None:
    everywhere = library.search("a neural network", k=3)
    assert len(everywhere) == 3
    only = library.search("a neural network", k=3, papers=["wave"])
    assert [p.paper.id for p in only] == ["wave"]
    assert library.ask("How fast does Dot find cars?", papers=["dot"]).sources[0].paper.id == "dot"
    assert library.search("a neural network", papers=[]) == []
    assert library.search("a neural network", papers=["gone"]) == []


def test_papers_can_be_left_out(library: Assistant) -> None:
    found = library.search("How fast does Dot find cars?", k=3, without=["dot"])
    assert "dot" not in [p.paper.id for p in found]
    assert "dot" not in [p.paper.id for p in library.search(PAPERS[0].title, without=["dot"])]
    answer = library.ask("How fast does Dot find cars?", without=["dot"])
    assert "dot" not in [s.paper.id for s in answer.sources]


def asked_slowly(tmp_path: Path, server: ScriptedServer, **more: object) -> Assistant:
    chosen = {"llm": {"model": "slow", "base_url": server.url}, "verify": {"model": "none", "repair": False}}
    library = Assistant(tmp_path / "l", settings=Settings.model_validate(chosen))
    library.add(PAPERS)
    return library


def test_stopping_keeps_what_came_and_ends_the_call(tmp_path: Path) -> None:
    with ScriptedServer("Dot does not need object proposals [1]. " * 40, delay=0.2) as server:
        with asked_slowly(tmp_path, server) as library:
            stop = Stop()
            for last in library.stream("Does Dot need proposals?", stop=stop):
                if isinstance(last, StatementReady):
                    stop.set()
        for _ in range(30):
            time.sleep(0 if server.left else 0.1)
        assert server.left == 1
    answer = last.answer  # type: ignore[union-attr]
    assert not answer.complete
    assert 0 < len(answer.statements) < MAX_SENTENCES
    assert any("stopped" in warning for warning in answer.warnings)


def test_stopping_before_anything_came_is_an_error_that_says_so(tmp_path: Path) -> None:
    with ScriptedServer("Dot is fast [1]. ", delay=30) as server, asked_slowly(tmp_path, server) as library:
        stop = Stop()
        threading.Timer(1.0, stop.set).start()
        began = time.monotonic()
        with pytest.raises(ModelStopped):
            list(library.stream("Does Dot need proposals?", stop=stop))
        assert time.monotonic() - began < 5


def test_an_answer_remembers_what_a_model_was_sent(tmp_path: Path) -> None:
    with (
        ScriptedServer("Dot does not need object proposals [1].") as server,
        asked_slowly(tmp_path, server) as library,
    ):
        answer = library.ask("Does Dot need proposals?")
    (exchange,) = answer.exchanges
    assert exchange.purpose == "answer"
    assert "Does Dot need proposals?" in exchange.user
    assert exchange.reply.startswith("Dot does not need")
    assert (exchange.tokens_sent, exchange.tokens_received) == (100, 10)
    assert type(answer).from_json(answer.to_json()) == answer
