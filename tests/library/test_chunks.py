"""An abstract is one chunk; a long one has windows of whole sentences, each with its place."""

from __future__ import annotations

import pytest

from assistant.core.paper import Paper
from assistant.library.chunks import WHOLE, Chunk, chunk


def paper(sentences: int, words: int = 100) -> Paper:
    said = " ".join(["very"] * words)
    return Paper("p", "A title ", " ".join(f"Sentence {n} is {said} long." for n in range(sentences)))


@pytest.mark.parametrize(
    ("sentences", "windows"),
    [
        (1, []),
        (5, []),
        (6, [(0, 5), (4, 6)]),
        (9, [(0, 5), (4, 9)]),
        (10, [(0, 5), (4, 9), (8, 10)]),
    ],
)
def test_windows_of_a_long_abstract_are_five_sentences_that_overlap_by_one(
    sentences: int, windows: list[tuple[int, int]]
) -> None:
    cut = chunk(paper(sentences))
    assert [(c.start, c.end) for c in cut.windows] == [
        (cut.sentences[first].start, cut.sentences[last - 1].end) for first, last in windows
    ]
    assert [c.id for c in cut.windows] == [f"p#{n}" for n in range(len(windows))]


def test_an_abstract_of_the_usual_length_is_one_chunk() -> None:
    assert chunk(paper(40, words=0)).windows == ()
    assert chunk(Paper("p", "T", "One is. Two is.")).whole == Chunk("p", 0, 0, 15, "One is. Two is.")


def test_how_long_an_abstract_is_counts_in_bytes_since_letters_beyond_ascii_cost_more_tokens() -> None:
    said = [" ".join(["\u6c34\u736d"] * 15) + "." for _ in range(20)]
    assert len(" ".join(said)) < WHOLE < len(" ".join(said).encode())
    assert chunk(Paper("p", "T", " ".join(said))).windows


def test_the_text_to_embed_is_the_title_and_the_abstract() -> None:
    cut = chunk(Paper("p", "Owls ", "Owls hunt mice. They see."))
    assert (cut.text, cut.shift) == ("Owls. Owls hunt mice. They see.", 6)
    assert [(s.start, s.end) for s in cut.sentences] == [(0, 15), (16, 25)]


def test_spans_are_windows_then_sentences_then_words_in_the_text_to_embed() -> None:
    cut = chunk(Paper("p", "The owls", "Owls hunt mice. They see."))
    texts = [cut.text[start:end] for start, end in cut.spans]
    assert texts == ["Owls hunt mice.", "They see.", "owls", "hunt", "mice", "see"]
    assert cut.words == cut.spans[2:]
    long = chunk(paper(6))
    texts = [long.text[start:end] for start, end in long.spans]
    sentences = [long.paper.abstract[s.start : s.end] for s in long.sentences]
    assert texts[:8] == [*(window.text for window in long.windows), *sentences]
