"""HTML, JATS and MathML in texts of records to plain text, and their entities, also those that were escaped twice.

Only elements that these formats have are markup: "x < y and z > w" stays as it is, and so does "the <p> tag".
JATS: https://jats.nlm.nih.gov/publishing/; Crossref's prefix for it is `jats:`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5

from assistant.core.text.sanitize import single_spaced
from assistant.library.readers.text.superscripts import lowered, raised

_INLINE = """a abbr b bdi bold cite code del dfn em ext-link fixed-case font i inline-formula ins italic kbd mark monospace
    named-content overline q roman s samp sans-serif sc small span strike strong styled-content sub sup tt u underline
    uri var xref alternatives fn label""".split()
_BLOCK = """abstract blockquote body br break caption center dd def-list disp-formula disp-quote div dl dt figcaption h1
    h2 h3 h4 h5 h6 header hr li list list-item ol p pre sec section table tbody td tex-math th thead title tr ul
    list-content""".split()
_SPACED = frozenset(_BLOCK)
_NAMES = "|".join(sorted([*_INLINE, *_BLOCK], key=len, reverse=True))
_TAG = re.compile(
    rf"<(/?)(?:(jats:|mml:|m:)([a-z-]{{1,30}})|({_NAMES})|(math|m[a-z]{{1,12}}|annotation|semantics))"
    r"((?:\s[^<>]{0,2000})?)(/?)>",
    re.I,
)
_ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_HIDDEN = re.compile(
    r"<((?:jats:)?tex-math|(?:mml:|m:)?annotation(?:-xml)?|script|style)(?:\s[^<>]*)?>.{0,5000}?</\1\s*>",
    re.I | re.S,
)
_CODE = re.compile(r"<(?:script|style)", re.I)
_COMMENT = re.compile(r"<!--.{0,5000}?-->|<!\[CDATA\[|\]\]>", re.S)
_SCRIPT = re.compile(r"<(?:jats:)?(su[bp])(?:\s[^<>]*)?>([^<>]{0,200})</(?:jats:)?\1\s*>", re.I)
_SECTION = re.compile(
    r"<(?:jats:)?(title|h[1-6])(?:\s[^<>]*)?>((?:(?!</?(?:jats:)?(?:title|h[1-6]|p)\b).){1,200})</(?:jats:)?\1\s*>",
    re.I | re.S,
)
_VOID = frozenset(("br", "hr", "break"))


def has_markup(text: str) -> bool:
    """Return whether `plain` may change a text."""
    return "&" in text or ("<" in text and ">" in text)


def plain(text: str) -> str:
    """Return a text without markup and entities; its white space is not settled."""
    for _ in range(3):
        before = text
        if "<" in text and ">" in text:
            text = _without_tags(text)
        if "&" in text:
            text = re.sub(r"&(?:amp;)+", "&", text)
            text = _ENTITY.sub(_character, text)
        if text == before:
            break
    return text


def sections(text: str) -> Iterator[tuple[str, str]]:
    """Yield (label, text) of the parts of an abstract whose labels are headings; nothing where there are none.

    The label of what stands before the first heading is "". A heading "Abstract" is none.
    """
    if "<" not in text and "&lt;" not in text:
        return
    if "<" not in text:
        text = _ENTITY.sub(_character, text)
    headings = list(_SECTION.finditer(text))
    starts = [0, *(heading.end() for heading in headings)]
    ends = [*(heading.start() for heading in headings), len(text)]
    labels = ["", *(single_spaced(plain(heading[2])).rstrip(":. ") for heading in headings)]
    if not any(label and label.lower() != "abstract" for label in labels):
        return
    for label, start, end in zip(labels, starts, ends, strict=True):
        if part := single_spaced(plain(text[start:end])):
            yield ("" if label.lower() == "abstract" else label), part


def headless(text: str) -> str:
    """Return a text without the heading "Abstract" that it begins with; a word of that name that is no heading stays."""
    if "<" not in text and "&lt;" not in text:
        return text
    raw = text if "<" in text else _ENTITY.sub(_character, text)
    heading = _SECTION.search(raw)
    if not heading or plain(raw[: heading.start()]).strip():
        return text
    is_abstract = single_spaced(plain(heading[2])).rstrip(":. ").lower() == "abstract"
    return f"{raw[: heading.start()]} {raw[heading.end() :]}" if is_abstract else text


def _without_tags(text: str) -> str:
    if "<!" in text or "]]>" in text:
        text = _COMMENT.sub("", text)
    if "mml:" in text or "<math" in text or _CODE.search(text):
        text = _HIDDEN.sub("", text)
    text = _SCRIPT.sub(lambda m: raised(plain(m[2])) if m[1].lower() == "sup" else lowered(plain(m[2])), text)
    tags = list(_TAG.finditer(text))
    closed = {_name(tag) for tag in tags if tag[1]}
    opened = {_name(tag) for tag in tags if not tag[1]}

    def shown(match: re.Match[str]) -> str:
        name = _name(match)
        if not (match[2] or match[7] or name in _VOID or (name in closed and name in opened)):
            return match[0]
        return " " if name in _SPACED else ""

    return _TAG.sub(shown, text)


def _name(match: re.Match[str]) -> str:
    return (match[3] or match[4] or match[5]).lower()


def _character(match: re.Match[str]) -> str:
    if match[1][0] != "#" and f"{match[1]};" not in html5:
        return match[0]
    return unescape(match[0])
