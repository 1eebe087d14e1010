"""Conversations are kept whole, each for its owner alone."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.answer import ANSWER, ANSWER_JSON

from assistant import Answer, Assistant
from assistant.conversation.store import MAX_TITLE, Conversations
from assistant.core.errors import ConversationNotFound, HistoryError


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    conversations = Conversations(tmp_path / "conversations.sqlite")
    yield conversations
    conversations.close()


def said(question: str) -> Answer:
    return Answer(question, "Because.", standalone=question)


def test_a_conversation_reopens_with_every_citation(kept: Conversations, library: Assistant) -> None:
    answer = library.ask("How fast does Dot find cars?")
    key, turn = kept.add("ada", None, answer)
    kept.add("ada", key, said("And why?"))
    opened = kept.open("ada", key)
    assert [t.answer for t in opened.turns] == [answer, said("And why?")]
    assert opened.title == "How fast does Dot find cars?"
    assert kept.turn("ada", turn.id).answer == answer


def test_an_answer_that_was_stored_before_is_read_and_a_damaged_one_is_named(kept: Conversations) -> None:
    key, turn = kept.add("ada", None, said("Old?"))
    with sqlite3.connect(kept.path) as db:
        db.execute("UPDATE turns SET answer = ?", [ANSWER_JSON])
    db.close()
    assert kept.turn("ada", turn.id).answer == ANSWER
    with sqlite3.connect(kept.path) as db:
        db.execute("UPDATE turns SET answer = ?", ['{"question": "Old?"}'])
    db.close()
    with pytest.raises(HistoryError, match="damaged and cannot be shown"):
        kept.open("ada", key)


def test_a_title_has_a_longest_length(kept: Conversations) -> None:
    key, _ = kept.add("ada", None, said("x" * MAX_TITLE))
    assert kept.open("ada", key).title == "x" * MAX_TITLE
    kept.rename("ada", key, "y" * (MAX_TITLE + 1))
    assert kept.open("ada", key).title == "y" * (MAX_TITLE - 1) + "…"
    kept.rename("ada", key, " ")
    assert kept.open("ada", key).title.startswith("y")


def test_nothing_of_anothers_can_be_reached(kept: Conversations) -> None:
    key, turn = kept.add("ada", None, said("Secret?"))
    assert kept.list("bo") == []
    assert kept.list("bo", "secret") == []
    for reach in (
        lambda: kept.open("bo", key),
        lambda: kept.turn("bo", turn.id),
        lambda: kept.rename("bo", key, "x"),
        lambda: kept.delete("bo", key),
        lambda: kept.add("bo", key, said("Mine now?")),
    ):
        with pytest.raises(ConversationNotFound):
            reach()
    assert kept.delete_all("bo") == 0
    assert len(kept.open("ada", key).turns) == 1


def test_search_finds_every_word_in_titles_questions_and_answers(kept: Conversations) -> None:
    first, _ = kept.add("ada", None, said("How do ÉCLAIRS rise?"))
    kept.add("ada", None, said("What is rain?"))
    assert [c.id for c in kept.list("ada", "éclairs RISE")] == [first]
    kept.rename("ada", first, "  Grüße \n aus Wien ")
    assert [c.title for c in kept.list("ada", "GRÜSSE wien")] == ["Grüße aus Wien"]
    assert kept.list("ada", "% _ ' OR 1=1") == []


def test_the_last_changed_comes_first(kept: Conversations) -> None:
    one, _ = kept.add("ada", None, said("One?"))
    two, _ = kept.add("ada", None, said("Two?"))
    kept.add("ada", one, said("More?"))
    assert [c.id for c in kept.list("ada")] == [one, two]


def test_deleted_words_are_gone_from_the_file(kept: Conversations) -> None:
    key, _ = kept.add("ada", None, said("Xylophones and zeppelins?"))
    kept.add("ada", None, said("Something else?"))
    kept.delete("ada", key)
    files = b"".join(path.read_bytes() for path in kept.path.parent.glob("conversations*"))
    assert b"Xylophones" not in files
    assert b"Something else" in files
    assert kept.delete_all("ada") == 1


def test_an_owner_is_kept_as_a_digest_and_the_file_is_the_users_own(kept: Conversations) -> None:
    kept.add("cookie:topsecret", None, said("Hello there?"))
    assert b"topsecret" not in kept.path.read_bytes()
    assert kept.path.stat().st_mode & 0o077 == 0


def test_keeping_can_be_turned_off(kept: Conversations) -> None:
    assert kept.keeps("ada")
    kept.keep("ada", False)
    assert not kept.keeps("ada")
    assert kept.keeps("bo")


def test_many_at_once_lose_nothing(kept: Conversations) -> None:
    def talk(name: str) -> None:
        key = None
        for n in range(10):
            key, _ = kept.add(name, key, said(f"{name} {n}?"))

    threads = [threading.Thread(target=talk, args=(f"user{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for n in range(8):
        (listed,) = kept.list(f"user{n}")
        assert [t.answer.question for t in kept.open(f"user{n}", listed.id).turns] == [
            f"user{n} {i}?" for i in range(10)
        ]


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite"
    path.write_bytes(b"not a database at all, for sure" * 100)
    with pytest.raises(HistoryError, match="cannot be used"):
        Conversations(path)
