"""What the page does, without a browser: answers, conversations, comparisons, uploads, and what becomes of faults."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Generator, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Assistant, Paper, Settings, Where
from assistant.conversation.feedback import FeedbackFile
from assistant.conversation.store import Conversations
from assistant.core.answers.events import Event
from assistant.core.answers.usage import Usage
from assistant.core.errors import (
    ConversationNotFound,
    HistoryError,
    LibraryCorrupt,
    LibraryEmpty,
    ModelStopped,
    PaperNotFound,
    QuestionError,
)
from assistant.library.identity.tally import AddReport
from assistant.web.handlers import library_table
from assistant.web.handlers.actions import Actions
from assistant.web.handlers.chat import following, past, respond
from assistant.web.handlers.upload import add
from assistant.web.layout import Layout
from assistant.web.state import OWN, Services, Session

ME = "cookie:me"


@pytest.fixture(scope="module")
def layout() -> Layout:
    """Components by their names: what the page does with them is the browser's tests' to see."""
    return Layout(**{field.name: field.name for field in fields(Layout)})


def services(tmp_path: Path, library: Assistant) -> Services:
    return Services(
        library, library, Conversations(tmp_path / "c.sqlite"), FeedbackFile(tmp_path / "f.jsonl")
    )


def test_an_answer_of_a_conversation_that_was_left_is_neither_shown_nor_kept(
    tmp_path: Path, library: Assistant
) -> None:
    kept, session = services(tmp_path, library), Session()
    views = respond(kept, library, session, ME, "How fast does Dot find cars?")
    next(views)
    session.begin()
    assert list(views) == []
    assert session.turns == []
    assert kept.conversations.list(ME) == []


def test_a_conversation_that_is_left_while_questions_are_sought_gets_none(
    tmp_path: Path, library: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, session = services(tmp_path, library), Session()
    list(respond(kept, library, session, ME, "How fast does Dot find cars?"))
    assert following(kept, session, ME) is not None

    def left(answer: Answer, usage: Usage) -> tuple[str, ...]:
        session.begin()
        return ("And then?",)

    monkeypatch.setattr(library, "suggest", left)
    assert following(kept, session, ME) is None


def test_under_a_refusal_stand_the_other_library_if_it_answers_and_a_way_to_add_papers(
    tmp_path: Path, library: Assistant, sample: Assistant, layout: Layout
) -> None:
    kept = replace(services(tmp_path, library), sample=sample)
    session, asked = Session(library=OWN), "How can a model forecast a patient's future?"
    list(respond(kept, library, session, ME, asked))
    assert session.turns[-1].answer.refusal
    offered = following(kept, session, ME) or ""
    assert "Ask in “Sample library”, which answers this" in offered
    assert "Add papers" in offered
    changes = Actions(kept, layout, session, ME).ask_elsewhere(f"sample\n{asked}")
    assert (session.library, session.turns) == ("sample", [])
    assert asked in str(changes)
    nowhere = Session(library=OWN)
    list(respond(kept, library, nowhere, ME, "What does a pizza in Naples cost?"))
    assert "Ask in" not in (following(kept, nowhere, ME) or "")


def test_no_table_stands_under_a_refusal(tmp_path: Path, library: Assistant) -> None:
    kept, session = services(tmp_path, library), Session()
    list(respond(kept, library, session, ME, "Compare Dot with Line"))
    list(respond(kept, library, session, ME, "Compare the price of bread with the price of milk in 1850"))
    first, second = session.turns
    assert second.answer.refusal
    assert [turn.answer.comparison is not None for turn in (first, second)] == [True, False]


def test_a_table_is_there_again_when_its_conversation_is_opened(tmp_path: Path, library: Assistant) -> None:
    kept, session = services(tmp_path, library), Session()
    *_, last = respond(kept, library, session, ME, "Compare Dot with Line")
    assert "Side by side" in last.live
    again = Session()
    again.reopen(kept.conversations.open(ME, str(session.conversation)))
    assert "Side by side" in past(again)[0]


def test_an_answer_that_cannot_be_kept_is_shown_and_says_so(tmp_path: Path, library: Assistant) -> None:
    kept, session = services(tmp_path, library), Session()
    kept.conversations.close()
    kept.conversations.keeps = lambda owner: True  # type: ignore[method-assign]
    *_, last = respond(kept, library, session, ME, "How fast does Dot find cars?")
    assert "5 ms" in last.live
    assert "This answer is not saved" in last.live


def test_what_is_asked_without_history_is_exported_from_the_tab(tmp_path: Path, library: Assistant) -> None:
    kept, session = services(tmp_path, library), Session()
    list(respond(kept, library, session, ME, "How fast does Dot find cars?"))
    assert session.conversation is not None
    kept.conversations.keep(ME, False)
    list(respond(kept, library, session, ME, "What is Wave?"))
    assert session.conversation is None
    assert [turn.answer.question for turn in session.whole(None).turns][-1] == "What is Wave?"
    assert [kept.holds(ME, turn.id) for turn in session.turns] == [True, False]


def test_a_fault_of_ours_while_a_file_is_added_is_not_hidden(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_text('{"title": "Dot", "abstract": "Dot is fast."}')

    class Broken(Assistant):
        def add(self, *sources: Any, **more: Any) -> AddReport:
            raise ZeroDivisionError

    with Broken(tmp_path / "l", settings=Settings()) as library, pytest.raises(ZeroDivisionError):
        list(add(library, [str(path)], str))
    assert not path.exists()


def test_a_conversation_that_is_left_before_its_first_words_is_not_shown_in_the_next(
    tmp_path: Path, library: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session()

    def stopped(*_: Any, **__: Any) -> Iterator[Event]:
        session.begin()
        raise ModelStopped("stopped")
        yield

    monkeypatch.setattr(library, "stream", stopped)
    views = list(respond(services(tmp_path, library), library, session, ME, "A secret?"))
    assert len(views) == 1, "only the one that says it is searching"


def test_a_defect_of_ours_is_told_to_who_asked_and_not_hidden(
    tmp_path: Path, library: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Iterator[Event]:
        raise ZeroDivisionError
        yield

    monkeypatch.setattr(library, "stream", broken)
    session = Session()
    with pytest.raises(ZeroDivisionError):
        list(respond(services(tmp_path, library), library, session, ME, "What?"))
    views = respond(services(tmp_path, library), library, session, ME, "What?")
    next(views)
    assert "Try again" in next(views).live
    assert session.stop is not None
    assert isinstance(views, Generator)
    views.close()
    assert session.stop is None


def test_a_conversation_deleted_in_another_tab_leaves_the_one_in_hand(
    tmp_path: Path, library: Assistant, layout: Layout
) -> None:
    kept, session = services(tmp_path, library), Session()
    list(respond(kept, library, session, ME, "How fast does Dot find cars?"))
    actions = Actions(kept, layout, session, ME)
    with pytest.raises(ConversationNotFound):
        actions.open("gone")
    assert len(session.turns) == 1
    assert session.conversation
    kept.conversations.delete(ME, session.conversation)
    (given,) = actions.export("markdown").values()
    assert "How fast does Dot find cars?" in given["text"], "what is shown can be taken along"


def test_a_damaged_answer_is_told(tmp_path: Path, library: Assistant) -> None:
    kept, session = services(tmp_path, library), Session()
    list(respond(kept, library, session, ME, "How fast does Dot find cars?"))
    with sqlite3.connect(tmp_path / "c.sqlite") as file:
        file.execute("UPDATE turns SET answer = '{\"half'")
    file.close()
    with pytest.raises(HistoryError, match="damaged"):
        kept.conversations.open(ME, session.conversation or "")


def test_what_an_export_holds_is_what_was_shown(tmp_path: Path, library: Assistant) -> None:
    kept, session = services(tmp_path, library), Session()
    kept.conversations.keep(ME, False)
    list(respond(kept, library, session, ME, "How fast does Dot find cars?"))
    kept.conversations.keep(ME, True)
    list(respond(kept, library, session, ME, "What is Wave?"))
    taken = session.whole(kept.conversations.open(ME, session.conversation or ""))
    assert [t.answer.question for t in taken.turns] == ["How fast does Dot find cars?", "What is Wave?"]


def test_feedback_has_the_questions_before_only_where_history_is_kept(
    tmp_path: Path, library: Assistant, layout: Layout
) -> None:
    kept, session = services(tmp_path, library), Session()
    actions = Actions(kept, layout, session, ME)
    for wanted in (True, False):
        kept.conversations.keep(ME, wanted)
        list(respond(kept, library, session, ME, "How fast does Dot find cars?"))
        list(respond(kept, library, session, ME, "What is Wave?"))
        actions.feedback(session.turns[-1].id, "good", "")
    assert [bool(one.history) for one in kept.feedback.read()] == [True, False]
    assert kept.feedback.path.stat().st_mode & 0o777 == 0o600


def test_papers_with_any_id_are_compared_and_a_comparison_that_fails_changes_nothing(
    tmp_path: Path, layout: Layout
) -> None:
    with Assistant(tmp_path / "spaced", settings=Settings()) as library:
        ids = ["Smith 2020", "Chen & Byron, 2021"]
        library.add([Paper(i, f"On {i}", f"We study {i}. It is fast.", source="t") for i in ids])
        session = Session()
        actions = Actions(services(tmp_path, library), layout, session, ME)
        actions.do("compare", "\n".join(ids), {})
        assert session.picked == ids
        with pytest.raises(PaperNotFound):
            actions.do("compare", "Smith 2020\nnonesuch", {})
        with pytest.raises(QuestionError):
            actions.do("compare", "Smith 2020", {})
        assert session.picked == ids


def test_who_sees_the_page_is_not_told_where_the_server_keeps_its_files(
    tmp_path: Path, library: Assistant
) -> None:
    kept = services(tmp_path, library)
    assert str(tmp_path) not in kept.public_message(
        LibraryCorrupt(f"The library {library.path} cannot be read.")
    )
    assert "Add a file" in kept.public_message(LibraryEmpty(f"The library {library.path} is empty"))
    assert "in the other library" in kept.public_message(PaperNotFound(f"No paper 'x' is in {library.path}"))


def test_more_papers_than_a_comparison_has_are_not_silently_left_out(
    tmp_path: Path, library: Assistant, layout: Layout
) -> None:
    library.add([Paper(f"p{n}", f"Paper {n}", "It is short.", source="t") for n in range(3)])
    session = Session()
    actions = Actions(services(tmp_path, library), layout, session, ME)
    ids = [paper.id for paper in library.papers()]
    assert "at most 5 papers" in actions.selected(ids, "compare")["notice"]
    assert session.picked == []
    assert "comparison" in actions.selected(ids[:5], "compare")


def test_questions_are_asked_within_what_the_form_says_and_each_part_can_be_left_out(
    tmp_path: Path, library: Assistant, layout: Layout
) -> None:
    kept, session = services(tmp_path, library), Session()
    actions = Actions(kept, layout, session, ME)
    library.tag("rain & <b>", ["wave", "dot"])
    said = {
        "since": "2023",
        "until": " ",
        "author": "Byron",
        "venue": "",
        "collection": "rain & <b>",
        "style": "apa",
    }
    scope = actions.do("within", "", said)["scope"]
    assert session.where == Where(since=2023, author="Byron", collection="rain & <b>")
    assert scope.count('class="chip on"') == 3
    assert "<b><bdi>since 2023</bdi></b>" in scope
    assert 'option value="rain &#38; &#60;b&#62;" selected' in scope
    list(respond(kept, library, session, ME, "What is fast?"))
    assert [(f.kind, f.value) for f in session.turns[0].answer.filters] == [
        ("year", "since 2023"),
        ("author", "Byron"),
        ("collection", "rain & <b>"),
    ]
    assert {p.paper_id for p in session.turns[0].answer.passages} == {"dot"}
    for kind, left in (
        ("year", Where(author="Byron", collection="rain & <b>")),
        ("author", Where(collection="rain & <b>")),
        ("nonsense", Where(collection="rain & <b>")),
        ("collection", Where()),
    ):
        actions.do("unfilter", kind, {})
        assert session.where == left
    list(respond(kept, library, session, ME, "How long was Line tested?"))
    assert session.turns[1].answer.filters == ()
    actions.do("within", "", said)
    session.begin()
    assert session.where == Where()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"since": "soon"}, "'soon' is not a year"),
        ({"since": "20244"}, "is not a year"),
        ({"since": "2024", "until": "2020"}, r"The first year \(2024\) is after the last \(2020\)"),
        ({"author": "Byr"}, "an author is named by the whole family name"),
        ({"collection": "gone"}, "leave a part of it out"),
    ],
)
def test_a_filter_that_no_paper_passes_is_told_and_not_taken(
    tmp_path: Path, library: Assistant, layout: Layout, said: dict[str, str], words: str
) -> None:
    session = Session()
    with pytest.raises(QuestionError, match=words):
        Actions(services(tmp_path, library), layout, session, ME).do("within", "", said)
    assert session.where == Where()


def test_collections_are_filled_shown_and_asked_within(
    tmp_path: Path, library: Assistant, layout: Layout
) -> None:
    session = Session(library="own")
    actions = Actions(services(tmp_path, library), layout, session, ME)
    assert (
        "Put 2 papers into night."
        in library_table.tagged(actions, ["dot", "wave"], " night ", remove=False)["notice"]
    )
    shown = library_table.narrowed(actions, {"collection": "night"})
    assert (shown["papers"].count("<tr>"), "Line: recommending" in shown["papers"]) == (3, False)
    assert 'aria-pressed="true"><span><bdi>night</bdi></span> <small>2</small>' in shown["narrowing"]
    assert "Ask within these" in shown["narrowing"]
    library_table.within(actions)
    assert session.where == Where(collection="night")
    years = library_table.narrowed(actions, {"since": "2024"})
    assert (years["papers"].count("<tr>"), "Ask within these" in years["narrowing"]) == (2, True)
    session.words = "cars"
    assert "Ask within these" not in library_table.table(actions)["narrowing"]
    session.words, session.table_filter = "", Where(collection="night")
    gone = library_table.tagged(actions, ["dot", "wave"], "night", remove=True)["papers"]
    assert (session.table_filter.collection, gone.count("<tr>")) == ("", 4)
    with pytest.raises(QuestionError, match="A collection needs a name"):
        library_table.tagged(actions, ["dot"], " ", remove=False)


def test_a_name_of_the_filter_is_that_name_where_a_paper_has_it_and_else_a_part_of_one(
    tmp_path: Path, layout: Layout
) -> None:
    with Assistant(tmp_path / "names", settings=Settings()) as library:
        names = (("Ma, Li", "Sleep"), ("Marchetti, Lia", "Sleep Medicine"), ("Amara, Jo", "Naps"))
        library.add([Paper(f"p{n}", f"On {n}", "x", authors=(a,), venue=v) for n, (a, v) in enumerate(names)])
        session = Session(library="own")
        actions = Actions(services(tmp_path, library), layout, session, ME)

        def found(**said: str) -> list[str]:
            shown = library_table.narrowed(actions, said)["papers"]
            return sorted(set(re.findall(r'value="(p\d)"', shown)))

        offered = library_table.table(actions)["narrowing"]
        assert 'data-value="author\nMa"' in offered
        assert found(author="Ma") == ["p0"], "as many as were offered"
        assert found(author="mar") == ["p1", "p2"]
        assert found(venue="Sleep") == ["p0"]
        assert found(venue="sle") == ["p0", "p1"]
        assert found(author="Ma", venue="Naps") == []
        assert "No papers match." in library_table.table(actions)["papers"]
        assert library_table.widened(actions, "author")["papers"].count("<tr>") == 2
        actions.choose("sample")
        assert session.table_filter == Where()


def test_what_no_paper_of_a_library_has_is_no_column_and_no_filter(
    tmp_path: Path, sample: Assistant, layout: Layout
) -> None:
    actions = Actions(services(tmp_path, sample), layout, Session(library="sample"), ME)
    shown = library_table.table(actions)
    assert re.findall(r'<th scope="col" class="(\w+)"', shown["papers"]) == ["title", "source"]
    assert "Filter" not in shown["narrowing"]
    with Assistant(tmp_path / "years", settings=Settings()) as library:
        library.add([Paper("p", "On rain", "x", year=2020)])
        actions = Actions(services(tmp_path, library), layout, Session(library="own"), ME)
        shown = library_table.table(actions)
        assert re.findall(r'<td class="(\w+)"', shown["papers"]) == ["title", "year", "source"]
        assert re.findall(r'<input name="(\w+)"', shown["narrowing"]) == ["since", "until"]


def test_who_may_not_edit_a_library_puts_nothing_into_a_collection(
    tmp_path: Path, three_papers: Path, layout: Layout
) -> None:
    settings = Settings(web={"editors": "nobody"})
    with Assistant(shutil.copytree(three_papers, tmp_path / "own"), settings=settings) as library:
        actions = Actions(services(tmp_path, library), layout, Session(library="own"), ME)
        assert library_table.tagged(actions, ["dot"], "night", remove=False) == {}
        assert library.collections() == {}
        assert "Put in" not in library_table.table(actions)["papers"]


@pytest.mark.parametrize(
    ("part", "receiver"),
    [
        ({"llm": {"model": "big", "base_url": "http://127.0.0.1:9/v1"}}, "To big at "),
        ({"verify": {"model": "strict"}}, "To strict, which checks"),
        ({"embedding": {"name": "e5", "base_url": "http://127.0.0.1:9/v1"}}, "To e5, which embeds"),
    ],
)
def test_whatever_leaves_the_server_is_told_and_nothing_else_is_promised(
    tmp_path: Path, part: dict[str, Any], receiver: str
) -> None:
    with Assistant(tmp_path / "a", settings=Settings(**part)) as library:
        told = services(tmp_path, library)
        assert [receiver in one for one in told.sent(library.settings.answers_with)] == [True]
        assert not told.library_card(OWN).private


def test_what_a_server_holds_leaves_this_one(tmp_path: Path) -> None:
    library = Assistant("http://127.0.0.1:9/papers", settings=Settings())
    assert [one[:29] for one in services(tmp_path, library).sent("quotes")] == [
        "To http://127.0.0.1:9/papers,"
    ]


@pytest.mark.parametrize("part", [{}, {"verify": {"model": "none"}}])
def test_without_a_receiver_nothing_leaves_the_server(tmp_path: Path, part: dict[str, Any]) -> None:
    with Assistant(tmp_path / "a", settings=Settings(**part)) as library:
        told = services(tmp_path, library)
        assert told.sent("quotes") == ()
        assert told.library_card(OWN).private
