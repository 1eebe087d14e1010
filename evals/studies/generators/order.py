"""Light edits of word order: a list in another order, two sentences joined."""

from __future__ import annotations

import re

from evals.studies.generators.sentence import FUNCTION_WORDS, Change, last_word

_MEMBER = r"([A-Za-z][\w-]*\w)"
_LIST = re.compile(rf"(?<=[a-z] ){_MEMBER}(?:, {_MEMBER},?)? (?:and|or) {_MEMBER}(?=[.;,)])")
_BEFORE_A_LIST = frozenset("of in for including with by on as to across like via".split())


def swapped_list(text: str) -> list[Change]:
    """Swap two members of a list of single words behind a preposition: "for recall, memory and cost" becomes "for memory,
    recall and cost", "for recall and cost" becomes "for cost and recall"."""
    if re.search(r"\b(?:respectively|former|latter|first|then|step|both)\b", text):
        return []
    changes = []
    for match in _LIST.finditer(text):
        one, two = match.span(1), match.span(2 if match[2] else 3)
        words = [word for word in match.groups() if word]
        nouns = not any(
            word.lower() in FUNCTION_WORDS or word.endswith(("ed", "ly", "ing")) for word in words
        )
        if nouns and last_word(text[: match.start()]) in _BEFORE_A_LIST:
            swapped = text[slice(*two)] + text[one[1] : two[0]] + text[slice(*one)]
            changes.append(Change("list members swapped", text[: one[0]] + swapped + text[two[1] :]))
    return changes


def joined(first: str, second: str) -> list[Change]:
    """Join two sentences with a semicolon. The second keeps its capital unless it begins with a function word."""
    if re.search(r"[;:]", first) or len(first.split()) + len(second.split()) > 70:
        return []
    word = second.split()[0]
    if word.lower() in FUNCTION_WORDS and word not in ("I", "And", "But", "Or", "So", "Then"):
        return [Change("joined with ';'", f"{first[:-1]}; {second[0].lower()}{second[1:]}")]
    # A name keeps its capital. Another capitalised word may be a name, and a long one in capitals is a heading.
    name = re.search(r"[A-Z0-9]", word[1:]) and len(word) < 6
    return [Change("joined with ';'", f"{first[:-1]}; {second}")] if name else []
