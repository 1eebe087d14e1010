"""Which characters of a text from outside are removed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.core.text.sanitize import displayable, folded, one_line, seen, single_spaced

INVISIBLE = [(0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064), (0xFEFF, 0xFEFF), (0xE0000, 0xE007F)]
CONTROLS = [(0x00, 0x08), (0x0B, 0x1F), (0x7F, 0x9F), (0x202A, 0x202E), (0x2066, 0x2069)]


def test_exactly_zero_width_direction_and_tag_characters_are_invisible() -> None:
    removed = {code for code in range(0xE0100) if not 0xD800 <= code < 0xE000 and not seen(chr(code))}
    assert removed == {code for first, last in INVISIBLE for code in range(first, last + 1)}


def test_exactly_control_characters_and_embeddings_are_not_displayed() -> None:
    removed = {code for code in range(0x3000) if not displayable(chr(code))}
    assert removed == {code for first, last in CONTROLS for code in range(first, last + 1)}


def test_one_line_has_single_spaces_and_nothing_hidden() -> None:
    assert one_line(" a\n\tb \x00 c​d‮ ") == "a b cd"


@given(st.text(st.sampled_from("ab é\u00a0\u2003\u2028\t\n\r\x1c\u200b  "), max_size=12))
def test_single_spaces_are_those_of_the_words_joined(text: str) -> None:
    assert single_spaced(text) == " ".join(text.split())


def test_text_is_folded_to_lower_case_without_accents() -> None:
    assert folded("ÉCLAIR") == "eclair"
    assert folded("Plain") == "plain"
    assert folded("Straße") == "strasse"
