from __future__ import annotations

import pytest

from assistant.core.paper import Paper
from assistant.generation.listing.topics import topics


def papers(*titles: str) -> list[Paper]:
    return [Paper(str(n), title, "They rest in deep sleep.") for n, title in enumerate(titles)]


def test_topics_are_word_groups_of_titles_that_papers_share() -> None:
    counted = topics(papers("Wild bees in towns", "Wild bees at night", "Light at night", "Mowing for bees"))
    assert counted == {"wild bees": 2, "night": 2}


def test_what_stands_in_every_paper_is_no_topic() -> None:
    assert topics(papers("Deep sleep", "Deep sleep of cats")) == {}


def test_a_group_of_an_abstract_counts_if_a_title_has_it() -> None:
    shelf = [
        *papers("Deep sleep of cats"),
        Paper("x", "Naps", "Deep sleep is short. They wake from deep sleep."),
        Paper("y", "Owls", "They hunt."),
    ]
    assert topics(shelf) == {"deep sleep": 2}


@pytest.mark.parametrize("noun", ["nap", "tone", "lamp"])
@pytest.mark.parametrize("verb", ["improves", "lowers", "changes", "predicts"])
def test_a_noun_and_its_verb_are_no_topic(noun: str, verb: str) -> None:
    shelf = [
        Paper(
            "1",
            f"A 90-minute {noun} {verb} declarative memory",
            f"A {noun} {verb} recall. The {noun} was new.",
        ),
        Paper(
            "2",
            f"A short {noun} {verb} attention in nurses",
            f"Nurses had a {noun} at work. The {noun} helped.",
        ),
        Paper("3", "Rents in towns", "Rents were read from the records of towns."),
        Paper("4", "Prices in towns", "Prices in the towns and in the villages fell."),
    ]
    assert topics(shelf) == {"towns": 2}


def test_a_topic_is_in_the_form_that_needs_no_article() -> None:
    shelf = [
        Paper("1", "A feature map for birds", "A feature map is read. We use a feature map of birds."),
        Paper("2", "Feature map selection", "The best of feature maps is chosen by a feature map."),
        Paper("3", "Choosing feature maps", "The quality of feature maps is told by the size of a feature map."),
        Paper("4", "Wages", "Wages fell in the town."),
    ]  # fmt: skip
    assert topics(shelf) == {"feature maps": 3}


def test_names_keep_their_capitals() -> None:
    shelf = [
        *papers("Wages in Israel", "Rents in Israel"),
        Paper("x", "Milk", "The price of milk in Israel fell."),
    ]
    assert topics(shelf) == {"Israel": 2}


def test_in_another_language_every_shared_group_is_a_topic() -> None:
    shelf = [
        Paper("1", "Tiefer Schlaf bei Katzen", "Katzen schlafen viel und lange."),
        Paper("2", "Tiefer Schlaf bei Hunden", "Hunde schlafen weniger."),
        Paper("3", "Löhne", "Die Löhne fielen."),
    ]
    assert topics(shelf) == {"tiefer schlaf bei": 2}
