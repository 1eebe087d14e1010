"""HTML and JATS become plain text, and what only looks like them stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.readers.record import clean
from assistant.library.readers.text.markup import sections


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<i>Mus musculus</i> at CO<sub>2</sub> &lt; 5", "Mus musculus at CO₂ < 5"),
        ("&lt;b&gt;Bold&lt;/b&gt; &amp;lt; 3", "Bold < 3"),
        ("x < y and z > w; the <p> tag; a <b c", "x < y and z > w; the <p> tag; a <b c"),
        ("<jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One. Two."),
        ("R&D at AT&T &copy; 12&#x2009;%", "R&D at AT&T © 12 %"),
        ("co\u00adop\ufb01eld", "coopfield"),
    ],
)
def test_markup_becomes_text(source: str, text: str) -> None:
    assert clean(source) == text


def test_headings_are_the_labels_of_sections() -> None:
    source = "<jats:title>Abstract</jats:title><jats:sec><jats:title>Aim</jats:title><jats:p>A &lt; b.</jats:p></jats:sec><jats:sec><jats:title>Results</jats:title><jats:p>C.</jats:p></jats:sec>"
    assert list(sections(source)) == [("Aim", "A < b."), ("Results", "C.")]
    assert list(sections("<jats:title>Abstract</jats:title><jats:p>A.</jats:p>")) == []


@given(st.text("ab<> &=.", max_size=40))
def test_text_without_elements_and_entities_stays(text: str) -> None:
    if not any(mark in text for mark in ("<a", "<b", "</")):
        assert clean(text) == " ".join(text.split())
