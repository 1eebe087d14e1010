"""Windows of whole sentences, each with its place in the abstract."""

from __future__ import annotations

import pytest

from assistant.core.paper import Paper
from assistant.library.chunks import Chunk, chunk


def paper(sentences: int) -> Paper:
    return Paper("p", "A title ", " ".join(f"Sentence {n} is here." for n in range(sentences)))


@pytest.mark.parametrize(
    ("sentences", "windows"),
    [
        (1, [(0, 1)]),
        (4, [(0, 4)]),
        (5, [(0, 5)]),
        (6, [(0, 5), (4, 6)]),
        (9, [(0, 5), (4, 9)]),
        (10, [(0, 5), (4, 9), (8, 10)]),
    ],
)
def test_windows_are_five_sentences_that_overlap_by_one(
    sentences: int, windows: list[tuple[int, int]]
) -> None:
    cut = chunk(paper(sentences))
    assert [(c.start, c.end) for c in cut.chunks] == [
        (cut.sentences[first].start, cut.sentences[last - 1].end) for first, last in windows
    ]
    assert [c.id for c in cut.chunks] == [f"p#{n}" for n in range(len(windows))]


def test_a_chunk_is_the_text_at_its_place() -> None:
    assert chunk(Paper("p", "T", "One is. Two is.")).chunks == (Chunk("p", 0, 0, 15, "One is. Two is."),)


def test_the_text_to_embed_is_the_title_and_the_abstract() -> None:
    cut = chunk(Paper("p", "Owls ", "Owls hunt mice. They see."))
    assert (cut.text, cut.shift) == ("Owls. Owls hunt mice. They see.", 6)
    assert [(s.start, s.end) for s in cut.sentences] == [(0, 15), (16, 25)]


def test_spans_are_windows_then_sentences_then_words_in_the_text_to_embed() -> None:
    cut = chunk(Paper("p", "The owls", "Owls hunt mice. They see."))
    texts = [cut.text[start:end] for start, end in cut.spans]
    assert texts == [
        "Owls hunt mice. They see.",
        "Owls hunt mice.",
        "They see.",
        "owls",
        "Owls",
        "hunt",
        "mice",
        "see",
    ]
    assert cut.words == cut.spans[3:]
