"""Whose a tab is, and how many the server remembers."""

from __future__ import annotations

from assistant.web.tabs import MOST_CLOSED, MOST_OPEN, Tabs


def test_a_tab_is_its_first_owners() -> None:
    tabs = Tabs(lambda key: None)
    assert tabs.enter("t1", "ada")
    assert tabs.enter("t1", "ada")
    assert not tabs.enter("t1", "bo")
    assert tabs.enter("t2", "bo")
    assert not tabs.enter("t3", ""), "nobody owns nothing"
    assert not tabs.enter("../t", "ada")
    assert not tabs.enter("t" * 65, "ada")


def test_closed_tabs_are_forgotten_the_oldest_first_and_open_ones_are_not() -> None:
    forgotten: list[str] = []
    tabs = Tabs(forgotten.append)
    assert tabs.enter("open", "ada")
    assert tabs.opened("open")
    for n in range(MOST_CLOSED + 3):
        tabs.enter(f"t{n}", "bo")
    assert forgotten == ["t0", "t1", "t2"]
    assert not tabs.enter("open", "bo"), "it is still known whose it is"


def test_a_tab_is_open_until_its_last_heartbeat_ends() -> None:
    forgotten: list[str] = []
    tabs = Tabs(forgotten.append)
    tabs.enter("t", "ada")
    assert tabs.opened("t")
    assert tabs.opened("t")
    tabs.closed("t")
    for n in range(MOST_CLOSED + 1):
        tabs.enter(f"a{n}", "bo")
    assert "t" not in forgotten
    tabs.closed("t")
    tabs.enter("one-more", "bo")
    for n in range(MOST_CLOSED):
        tabs.enter(f"b{n}", "bo")
    assert "t" in forgotten


def test_only_so_many_tabs_are_open_at_once() -> None:
    tabs = Tabs(lambda key: None)
    for n in range(MOST_OPEN + 1):
        assert tabs.enter(f"t{n}", "ada")
        assert tabs.opened(f"t{n}") is (n < MOST_OPEN)
    tabs.closed("t0")
    assert tabs.opened(f"t{MOST_OPEN}")
