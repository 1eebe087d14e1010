from __future__ import annotations

from assistant.core.paper import Paper
from assistant.generation.listing.topics import topics


def papers(*titles: str) -> list[Paper]:
    return [Paper(str(n), title, "They rest in deep sleep.") for n, title in enumerate(titles)]


def test_topics_are_word_groups_of_titles_that_papers_share() -> None:
    counted = topics(papers("Wild bees in towns", "Wild bees at night", "Light at night", "Mowing of verges"))
    assert counted == {"wild bees": 2, "night": 2}


def test_what_stands_in_every_paper_is_no_topic() -> None:
    assert topics(papers("Deep sleep", "Deep sleep of cats")) == {}


def test_a_group_of_an_abstract_counts_if_a_title_has_it() -> None:
    shelf = [
        *papers("Deep sleep of cats"),
        Paper("x", "Naps", "Deep sleep is short."),
        Paper("y", "Owls", "They hunt."),
    ]
    assert topics(shelf) == {"deep sleep": 2}
