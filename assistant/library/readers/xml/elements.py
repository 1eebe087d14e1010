"""Elements of an XML file where they end, one at a time. The only door to defusedxml.

Entities and document types that could grow are refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import IO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.ElementTree import XMLParser

_MOST_DEPTH = 200
_BLOCK = 65_536


class XmlFault(ValueError):
    """What ends the reading of a file; `line` is 0 where it is not known."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def ended(file: IO[str], names: Collection[str] = ()) -> Iterator[Element]:
    """Yield the elements of these names (of any, if there are none) where they end.

    Raises `XmlFault` after what comes before a fault in the syntax, elements that are nested too deep, or what is not safe to read.
    """
    elements = _Elements(names)
    try:
        while block := file.read(_BLOCK):
            yield from elements.fed(block)
        yield from elements.fed("")
    except XmlFault:
        raise
    except ParseError as exc:
        raise XmlFault(f"not XML: {exc}", exc.position[0]) from exc
    except ValueError as exc:
        raise XmlFault(f"XML that is not safe to read ({type(exc).__name__})") from exc


def is_whole(file: IO[str], root: str) -> bool:
    """Return whether a text is well-formed XML from beginning to end, with a root element of this name."""
    last = ""
    try:
        for element in ended(file):
            last = local_name(element)
    except XmlFault:
        return False
    return last == root


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


class _Elements:
    """A parser of blocks that gathers the elements of some names.

    defusedxml's own parser does in Python what expat and the tree's builder do in C, for a tenth of the time. So its
    guards stay, which raise for what is not safe, and the elements go to the builder directly.
    """

    def __init__(self, names: Collection[str]) -> None:
        self._names = names
        self._depth = 0
        self._found: list[Element] = []
        self._builder = TreeBuilder()
        self._parser = XMLParser(target=self._builder, forbid_dtd=False, forbid_entities=True)
        expat = self._parser.parser
        expat.ordered_attributes = False
        expat.StartElementHandler, expat.EndElementHandler = self._start, self._end
        expat.CharacterDataHandler = self._builder.data

    def fed(self, block: str) -> Iterator[Element]:
        """Parse a block, or what is left at the end ("")."""
        try:
            if block:
                self._parser.feed(block)
            else:
                self._parser.close()
        except (ParseError, ValueError):
            yield from self._found
            raise
        found, self._found = self._found, []
        yield from found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise XmlFault(f"elements are nested more than {_MOST_DEPTH} deep")
        self._builder.start(tag, attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        element = self._builder.end(tag)
        if not self._names or local_name(element) in self._names:
            self._found.append(element)
