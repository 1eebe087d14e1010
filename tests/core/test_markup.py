from __future__ import annotations

import html
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from markdown_it import MarkdownIt
from markupsafe import Markup
from support.payloads import PAYLOADS

from assistant.core.markup import environment, escape, isolated, macros, markdown_cell, markdown_text
from assistant.core.text.sanitize import one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a < b & c > d", "a &#60; b &#38; c &#62; d"),
        ('"it\'s"', "&#34;it&#39;s&#34;"),
        ("${x} {{y}} `z` \\", "&#36;&#123;x&#125; &#123;&#123;y&#125;&#125; &#96;z&#96; &#92;"),
        ("1.5 %, (a) [1]; é", "1.5 %, (a) [1]; é"),
        ("left\u202eright\x07", "leftright"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ],
)
def test_text_is_escaped_for_html_and_for_templates(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_numbers_are_shown_and_markup_stays_as_it_is() -> None:
    assert escape(-0.5) == "-0.5"
    assert escape(Markup("<b>x</b>")) == "<b>x</b>"
    assert isolated("a<b") == "<bdi>a&#60;b</bdi>"


def test_a_template_escapes_what_it_prints_and_knows_its_names(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '{% macro line(text) %}<p title="{{ text }}">{{ text|bdi }} {{ sign }}</p>{% endmacro %}'
        "{% macro two(text) %}{{ line(text) }}{{ line('{') }}{% endmacro %}{% macro wrong() %}{{ nothing }}{% endmacro %}"
    )
    made = macros(tmp_path, sign="<")
    assert sorted(made) == ["page.line", "page.two", "page.wrong"]
    assert made["page.two"]("a>b") == (
        '<p title="a&#62;b"><bdi>a&#62;b</bdi> &#60;</p><p title="&#123;"><bdi>&#123;</bdi> &#60;</p>'
    )
    with pytest.raises(UndefinedError, match="nothing"):
        made["page.wrong"]()
    assert (
        environment(tmp_path).from_string("{% if true %}\n  {{ x }}\n{% endif %}").render(x="<")
        == "  &#60;\n"
    )


@pytest.mark.parametrize("text", PAYLOADS)
@pytest.mark.parametrize("before", ["", "x ", "12", "# ", "- ", "2. ", "> "])
def test_text_is_one_line_of_markdown_without_formatting(text: str, before: str) -> None:
    shown = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown_text(before + text))
    assert shown.count("<") == 2, "a paragraph, and nothing else"
    assert html.unescape(shown) == f"<p>{one_line(before + text)}</p>\n"


def test_markdown_is_read_unrendered_too() -> None:
    plain = "A closed-loop trial (n = 24, p < 0.001, g = 0.38): R&D rose by 1.5 % at 18:00, and so on."
    assert markdown_text(plain) == plain
    assert markdown_text("# *a*\n[b](c) <d> &amp; e|f") == r"\# \*a\* \[b\]\(c) &lt;d> &amp;amp; e\|f"
    assert markdown_text("1. a--b==c http://d www.e @f #g :h:") == (
        r"1\. a-\-b=\=c http\://d www\.e \@f \#g \:h:"
    )


def test_a_cell_of_a_table_cannot_end_early() -> None:
    assert markdown_cell("a|b\\ \n c *d*") == r"a\|b\\ c *d*"
