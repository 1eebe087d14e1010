"""Read citation marks, in the many forms that models give them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.core.text.citation_marks import WIDEST, before_interval

_FIRST = 100_000
"""Marks that only this file understands become numbers from here on, so that `citation_marks.parse` finds them."""
_WORD = r"(?:papers?|abstracts?|titles?|sources?|documents?|docs?|refs?\.?|references?|sentences?|sent\.|s)"
_UNIT = r"\d{1,3}(?:[.:]\d{1,3})?"
_ITEM = rf"(?:{_WORD}\s*)?{_UNIT}(?:\s*[-–—]\s*(?:{_WORD}\s*)?{_UNIT})?"
_LIST = rf"{_ITEM}(?:(?:\s*+(?:[,;&]|,\s++and)|\s++and)\s*{_ITEM})*"
_MARK = re.compile(
    rf"""
    [\[【(]\s*(?P<none>none)\s*[\])】]                                       # [none]
    | (?<![\d_\\{{^])[\[【]\s*(?P<square>{_LIST})\s*(?:†[^\]】]*)?[\]】](?!\()  # [2.4], [2.4, 2.6], [Paper 1]
    | (?<=[\s\w%])\(\s*(?P<round>{_LIST})\s*\)(?=\s*(?:[.!?。\n]|$))          # (1), (2.4) at the end of a sentence
    | \(\s*(?P<named>{_WORD}\s*{_LIST})\s*\)                                 # (Paper 1)
    | (?:(?<=[^\W\d_]{{3}})|(?<=[.!?%)\s]))(?P<raised>[⁰¹²³⁴-⁹]++)(?=[\s.!?,]|$)  # fast¹.
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"(?P<to>[-–—]\s*)?(?P<word>{_WORD}\s*)?(?P<number>\d+)(?:[.:](?P<sentence>\d+))?", re.I
)
_PLAIN = re.compile(r"[\d\s,;–—-]+")
# A mark behind one of these stands for the paper ("according to [1.3], ..."), unless the clause ends there.
_PREPOSITIONS = frozenset(
    "to in by from of with per see on for than like unlike both between via under at as across into".split()
)
_GOES_ON = frozenset("and or but while whereas".split())
_FEW_WORDS = 4
_UNNAMED = "the paper"
_OPEN = re.compile(r"[\[【(][^\]】)\n]{0,40}$|«[^»]*$|<[^>\n]{0,40}$")


@dataclass(frozen=True)
class Pointer:
    """What a mark points to: a paper of the prompt, from 1, and one of its sentences, from 1.

    Sentence 0 is the title, None the paper as a whole. Paper 0 is what `[none]` points to: no paper states it.
    """

    paper: int
    sentence: int | None = None


NOWHERE = Pointer(0)


def rewritten(text: str, names: Sequence[str] = ()) -> tuple[str, dict[int, tuple[Pointer, ...]]]:
    """Return a text whose marks all have the form `[n]`, and what each such n points to; an n not among them is a paper.

    A mark that stands where a noun would ("According to [1.3], ...") gets the name of its paper before it, from `names`.
    """
    pointers: dict[int, tuple[Pointer, ...]] = {}

    def mark(match: re.Match[str]) -> str:
        inner = match["square"] or match["round"] or match["named"] or ""
        before = text[: match.start()]
        plain = match["square"] and _PLAIN.fullmatch(inner) and before[-1:].isascii()
        noun = match["square"] and _is_noun(before, text[match.end() :])
        if (plain and not noun) or (match["square"] and _is_interval(inner, before)):
            return match.group()
        number = _FIRST + len(pointers)
        targets = (NOWHERE,) if match["none"] else _pointers(inner or _lowered(match["raised"]))
        pointers[number] = targets
        if noun:
            return f"{_name(targets[0], names)} [{number}]"
        # After a letter without a space, as in Chinese, brackets would pass for an index.
        return f" [{number}]" if before[-1:].isalnum() else f"[{number}]"

    return _MARK.sub(mark, text), pointers


def _is_noun(before: str, after: str) -> bool:
    """Return whether a mark stands where a noun would: behind a preposition, or as the first word of its sentence."""
    words = re.split(r"[.!?]\s+|\n", before)[-1].split()
    following = after.lstrip(" ")
    if not words:
        return after[:1] == " " and following[:1].islower()
    if words[-1].casefold() not in _PREPOSITIONS:
        return False
    if following[:1] == ",":
        return (
            len(words) <= _FEW_WORDS
        )  # "as shown in [1.3], ..."; not "the images that it is trained on [1.3], ..."
    return following[:1].isalpha() and following.split()[0] not in _GOES_ON


def _name(target: Pointer, names: Sequence[str]) -> str:
    known = names[target.paper - 1] if 1 <= target.paper <= len(names) else ""
    return known or _UNNAMED


def without_open_end(text: str) -> str:
    """Return a text that is still being written without the mark, tag or quotation that it ends in the middle of."""
    return _OPEN.sub("", text)


def _is_interval(inner: str, before: str) -> bool:
    """Return whether two decimals stand for a range of values: "95% CI [2.4, 3.1]"."""
    return "." in inner and inner.count(",") == 1 and before_interval(before)


def _lowered(raised: str) -> str:
    # Each raised figure is a mark of its own: nobody reads twelve papers at once.
    return ",".join(raised.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")))


def _pointers(inner: str) -> tuple[Pointer, ...]:
    pointers: list[Pointer] = []
    for item in _NUMBER.finditer(inner):
        number, sentence = int(item["number"]), item["sentence"]
        last = pointers[-1] if pointers else None
        if last and (item["word"] or "").lower().startswith("s") and not sentence:
            pointers[-1] = Pointer(last.paper, number)  # "Paper 1, sentence 2"
        elif last and item["to"]:
            pointers += _range(last, number, int(sentence) if sentence else None)
        else:
            pointers.append(Pointer(number, int(sentence) if sentence else None))
    return tuple(dict.fromkeys(pointers))


def _range(first: Pointer, number: int, sentence: int | None) -> list[Pointer]:
    """Return what follows the first pointer of "1-8", "2.3-2.5" or "2.3-5"."""
    if first.sentence is None:
        return [Pointer(n) for n in range(first.paper + 1, number + 1)][:WIDEST]
    if sentence is not None and number != first.paper:
        return [Pointer(number, sentence)]
    last = number if sentence is None else sentence
    return [Pointer(first.paper, n) for n in range(first.sentence + 1, last + 1)][:WIDEST]
