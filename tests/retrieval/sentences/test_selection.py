"""Answer sentence selection tells which sentence of an abstract answers, in fields that it was not trained on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.embedding.minilm import minilm
from assistant.retrieval.sentences.selection import framed, selector

BELLS = (
    "Medieval bells and the weather of belfries",
    (
        "Bells are said to crack in hard frost.",
        "We examined 212 bells of Flemish belfries cast before 1600.",
        "Cracks were no more frequent in cold regions than in mild ones.",
        "Bells that were rung by machine cracked three times as often as bells rung by hand.",
        "The oldest bell was cast in 1317.",
    ),
)
KNOTS = (
    "Knots in climbing ropes after use",
    (
        "Climbers tie the figure of eight and the bowline.",
        "Ropes were pulled in a test bench until they broke.",
        "A figure of eight kept 78% of the rope's strength, a bowline 66%.",
        "Wet ropes lost a further fifth.",
        "Climbers should prefer the figure of eight.",
    ),
)


@pytest.mark.parametrize(
    ("question", "paper", "place"),
    [
        ("Do bells crack in the cold?", BELLS, 2),
        ("Is it better to ring bells by hand?", BELLS, 3),
        ("How many bells were looked at?", BELLS, 1),
        ("How old is the oldest bell?", BELLS, 4),
        ("How strong is a rope with a bowline?", KNOTS, 2),
        ("Does water weaken ropes?", KNOTS, 3),
        ("Which knot is recommended?", KNOTS, 4),
    ],
)
def test_the_sentence_that_answers_is_the_likeliest(
    question: str, paper: tuple[str, tuple[str, ...]], place: int
) -> None:
    title, sentences = paper
    assert int(selector().log_odds(question, title, sentences).argmax()) == place


@pytest.mark.parametrize(
    ("question", "unanswered"),
    [
        ("Do bells crack in the cold?", "Do bells sound better in the cold?"),
        ("How many bells were looked at?", "How much does a bell weigh?"),
        ("How strong is a rope with a bowline?", "How long does it take to tie a bowline?"),
    ],
)
def test_what_no_sentence_answers_is_less_likely(question: str, unanswered: str) -> None:
    title, sentences = BELLS if "bells" in question else KNOTS
    asked, missing = (selector().log_odds(q, title, sentences).max() for q in (question, unanswered))
    assert asked > missing + 1


def test_a_long_abstract_is_read_to_its_end() -> None:
    title, sentences = BELLS
    long = ["The belfry of each town is described in turn, with its clock, its stairs and its keeper."] * 40
    odds = selector().log_odds("How old is the oldest bell?", title, [*long, *sentences])
    assert odds.shape == (45,)
    assert int(odds.argmax()) == 44


def test_what_has_no_word_is_no_answer() -> None:
    odds = selector().log_odds("Do bells crack in the cold?", "", ["\u200b", *BELLS[1]])
    assert odds[0] == odds[1:].min()
    assert selector().log_odds("Do bells crack?", "", []).shape == (0,)
    assert selector().log_odds("", "", ["\u200b"]).tolist() == [0.0]


def test_many_threads_read_the_same() -> None:
    title, sentences = KNOTS
    with ThreadPoolExecutor(8) as pool:
        read = list(
            pool.map(lambda _: selector().log_odds("Does water weaken ropes?", title, sentences), range(24))
        )
    assert all(np.array_equal(one, read[0]) for one in read)


@given(
    st.lists(st.integers(1000, 2000), max_size=90),
    st.lists(st.integers(1000, 2000), max_size=90),
    st.lists(st.lists(st.integers(3000, 4000), max_size=500), max_size=9),
)
def test_each_sentence_stands_on_one_page(
    question: list[int], title: list[int], sentences: list[list[int]]
) -> None:
    pages = list(framed(question, title, sentences))
    read = [place for page in pages for place in page.spans]
    assert read == [place for place, ids in enumerate(sentences) if ids]
    for page in pages:
        assert len(page.ids) <= 384
        assert page.ids[page.asked :][:1] == (title[:1] or [102])
        for place, (start, end) in page.spans.items():
            assert end > start
            assert page.ids[start:end] == sentences[place][: end - start]


def test_the_vectors_of_words_are_those_of_the_model() -> None:
    # "cat", "cats" and "table": the nearer in meaning, the nearer the rows.
    rows = minilm().word_vectors([ids[0] for ids in minilm().token_ids(["cat", "cats", "table"])])
    cat, cats, table = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    assert rows.shape == (3, 384)
    assert cat @ cats > 0.5 > cat @ table
