"""Stored replies."""

from __future__ import annotations

from pathlib import Path

from assistant.llm.cache import ReplyCache


def test_a_reply_is_stored_until_another_replaces_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "cache.sqlite"
    cache = ReplyCache(path)
    assert cache.get("a") is None
    cache.put("a", "one")
    cache.put("b", "two")
    cache.put("a", "three")
    cache.close()
    again = ReplyCache(path)
    assert (again.get("a"), again.get("b")) == (("three",), ("two",))
    again.close()


def test_a_reply_has_one_value_per_column(tmp_path: Path) -> None:
    cache = ReplyCache(tmp_path / "cache.sqlite", ("body", "seconds"))
    cache.put("a", "text", 0.5)
    assert cache.get("a") == ("text", 0.5)
    cache.close()


def test_a_column_that_an_older_file_lacks_is_added(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    older = ReplyCache(path, ("body",))
    older.put("a", "text")
    older.close()
    cache = ReplyCache(path, ("body", "status"))
    assert cache.get("a") == ("text", None)
    cache.put("b", "text", 400)
    assert cache.get("b") == ("text", 400)
    cache.close()
