"""LaTeX becomes plain text; what is not known stays and is named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.library.readers.text.latex import decode


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"P {\textless} 0.05 and x {\textgreater}= 2.0", "P < 0.05 and x >= 2.0"),
        (r"10\textsuperscript{6} cells, 2~$\times$~10\textsuperscript{-3}", "10⁶ cells, 2 × 10⁻³"),
        (r"{\textbeta}-cells, \mbox{low-dose}, 37 \degree C, 5\textbar 10", "β-cells, low-dose, 37 °C, 5|10"),
        (r"H$_2$O, $\alpha$-helix, $<$5\%, ($p<0.01$), $10^{-3}$", "H₂O, α-helix, <5%, (p<0.01), 10⁻³"),
        (r"Na{\"i}ve, M\"uller, Stra{\ss}e, \v{c}, {\'\i}, \AA", "Naïve, Müller, Straße, č, í, Å"),
        (r"See \href{https://example.org}{the data}", "See the data"),
        (r"It costs $5, not $6; 12% & more, a_b, x^2, #3", "It costs $5, not $6; 12% & more, a_b, x^2, #3"),
        (r"$\frac{a}{b}$ and $\mathbf{x}_{ij}$", "a/b and x_ij"),
        (r"37 $^\circ$C, 38$^{\circ}$C, $39^\circ\mathrm{C}$", "37 °C, 38°C, 39°C"),
        (r"$p \leq 0.05$, $x \to y$, $a \times b$, $10\pm 2$, $\sim$5", "p ≤ 0.05, x → y, a × b, 10 ± 2, ∼5"),
        (r"$\alpha \leq \beta \times 2$, $\mu m$, $\Delta G$, $\alpha \beta$", "α ≤ β × 2, μm, ΔG, αβ"),
        (r"$O(n\log n)$, $\log(n)$, $\sin \theta$", "O(n log n), log(n), sin θ"),
        (r"$\frac{1}{2}$, $1\frac{1}{2}$, $\frac{a+b}{2}x$, \pounds5", "1/2, 1 1/2, ((a+b)/2)x, £5"),
        ("``two''  --  lines\n here~too", "“two” – lines here too"),
    ],
)
def test_known_notation_becomes_unicode(source: str, text: str) -> None:
    assert decode(source).text == text
    assert decode(source).unknown == ()


def test_the_text_of_a_macro_that_is_not_known_stays_and_the_macro_is_named() -> None:
    decoded = decode(r"We use \strange{old words} and \odd here")
    assert decoded.text == r"We use old words and \odd here"
    assert decoded.unknown == ("strange", "odd")


def test_braces_that_are_nested_too_deep_are_an_error() -> None:
    with pytest.raises(RecursionError):
        decode("{" * 5_000)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["salt", "{", "}", "$", "\\", "\\alpha", "\\'", "^", "_", "\\href", "[", "]", " "]),
        max_size=30,
    )
)
def test_no_letter_of_a_word_is_lost_outside_of_links(pieces: list[str]) -> None:
    source = "".join(piece for piece in pieces if piece not in ("\\href",))
    assert decode(source).text.replace("\\", "").count("salt") <= source.count("salt")
    decode("".join(pieces))
