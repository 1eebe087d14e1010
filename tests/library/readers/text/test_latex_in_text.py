"""LaTeX in texts of any format is read; what only looks like it stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.readers.text.latex import decode
from assistant.library.readers.text.latex_in_text import without_latex


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"an $\alpha$-helix at 10$^{-3}$ M", "an α-helix at 10⁻³ M"),
        (r"It is \emph{not} 50\%, {\em but} \textbf{more} R\&D", "It is not 50%, but more R&D"),
        (r"$p \leq 0.05$, $n$ points, the $n$th, $k$-means, $(a,b)$, $<$5", "p ≤ 0.05, n points, the nth, k-means, (a,b), <5"),
        (r"Poincar\'e, Schr\"odinger, {\'E}tale, Erd\H{o}s, Stra{\ss}e, \'{e}, Espa\~nola", "Poincaré, Schrödinger, Étale, Erdős, Straße, é, Española"),
        (r"5 \pm 2 \mu g, a ``loud'' word, H$_2$O, 37 $^\circ$C", "5 ± 2 μ g, a “loud” word, H₂O, 37 °C"),
        (r"See \href{https://example.org/a}{our data}, \url{https://example.org/b}.", "See our data, https://example.org/b."),
        (r"$$x^2$$ and $\frac{1}{2}$", "x² and 1/2"),
    ],
)  # fmt: skip
def test_what_surely_is_latex_becomes_text(source: str, text: str) -> None:
    assert without_latex(source) == text


PLAIN = (
    "It costs $5 and $10.", "from $5-$10 to US$ 7", "A$5, US$6 or NT$7", "the variables $HOME and $PATH", "$HOME/$USER", "a lone \\ backslash",
    "50% of 12 %", r"C:\temp\alpha\beta", r"C:\pi", r"it\'s and don\'t", r"dell\'anno, l\'eau, qu\'il", r"he said \"open\" once", r"a\nb\tc",
    "x_1, y^2, {a, b}", "3~5 days -- a range", r"\unknown words", "the US$ rose against the A$ in 2020", "$", "\\", "``", "{", "}", "a & b", r"\d+\s",
)  # fmt: skip


@given(st.lists(st.sampled_from(PLAIN), max_size=6).map(" ; ".join))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert without_latex(text) == text


@given(
    st.lists(
        st.sampled_from(["a", "mole", "$", "5", "%", " ", "\n", "~", "_", "^", "{", "}", "-", "(", "é", "'"])
    ).map("".join)
)
def test_a_text_without_a_backslash_loses_no_letter(text: str) -> None:
    shown = without_latex(text)
    assert shown.replace("$", "").count("mole") == text.replace("$", "").count("mole")


@given(
    st.sampled_from([r"$\alpha$", r"10$^{-3}$", r"\emph{not}", r"50\%", r"$p \leq 0.05$", r"$\beta_1$"]),
    st.sampled_from(["Moles dig", "It costs"]),
)
def test_formats_that_are_latex_read_the_same(latex: str, words: str) -> None:
    text = f"{words} {latex} here"
    # Whatever the format says of its texts.
    assert without_latex(text) == decode(text).text
