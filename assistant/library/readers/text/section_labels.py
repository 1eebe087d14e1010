"""Labels of structured abstracts, in any language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.paper import Section

_LABEL_NAMES = (
    r"abstract|aims?|approach|availability|background|conclusions?|context|contributions?|data|design|"
    r"data (?:collection|extraction|sources?|synthesis)|discussion|evaluation|evidence synthesis|"
    r"(?:main |key |recent |principal )?findings|funding|goals?|hypothes[ie]s|implementation|implications|"
    r"importance|interpretation|interventions?|introduction|keypoints|key points|limitations|materials?|"
    r"(?:main )?outcomes?(?: measures?)?|measurements?|measures|methodology|(?:materials and )?methods?|"
    r"motivation|objectives?|observations?|originality|participants|patients|population|problem|"
    r"purpose(?: of (?:the )?(?:review|study))?|rationale|relevance|(?:main |key )?results?|setting|"
    r"significance|subjects|summary|(?:study|experimental|trial) design|study selection|"
    r"trial registration|value"
)
_START = re.compile(r"[.!?;)\]\"'”’。]\s")
_LABEL = re.compile(
    rf"(?:^|(?<=[.!?;)\]\"'”’]\s))((?:{_LABEL_NAMES})(?:(?:, | and | & | ?/ ?)(?:{_LABEL_NAMES}))*)(?:\s?:\s?|\s[-–—]\s)(?=\S)",
    re.IGNORECASE,
)
# Of labels that the list does not have, in whatever language: one to four words at the beginning of a sentence.
_ANY_LABEL = re.compile(
    r"(?:^|(?<=[.!?;)\]\"'”’。]\s))((?:[^\W\d_][\w'’-]*)(?:[ /&]+[^\W_][\w'’-]*){0,3})\s?[:：]\s?(?=\S)"
)
# Between known ones with a dash: "Sources -".
_ANY_DASHED = re.compile(
    r"(?:^|(?<=[.!?;)\]\"'”’。]\s))((?:[^\W\d_][\w'’-]*)(?:[ /&]+[^\W_][\w'’-]*)?)\s[-–—]\s(?=\S)"
)
_ENOUGH = 3
# "Results - Of 118 members, ..."
_DASHES = (" - ", " – ", " — ")
_MARKS = re.compile(r"[:：]|(?<=\w) [-–—] ")
_LONGEST = 200


def labelled(abstract: str) -> tuple[Section, ...]:
    """Return the sections of a structured abstract ("BACKGROUND: ... METHODS: ... RESULTS: ...").

    () unless two different known labels stand at the beginnings of sentences, or the abstract begins with a label of any
    language and has three. A section begins at its label, so that a
    sentence that opens with the label lies inside it, and ends before the white space in front of the next one. Labels
    are returned in capitals.
    """
    if sum(map(abstract.count, (":", "：", *_DASHES))) < 2:
        return ()
    starts = list(_starts(abstract))
    marks = _marks(_LABEL, abstract, starts)
    if len({mark[1].upper() for mark in marks}) > 1:
        # Between labels that are known stand others: "Question:", "Sources -".
        known = {mark.start() for mark in marks}
        dashed = not any(mark[0].rstrip().endswith((":", "：")) for mark in marks)
        others = _marks(_ANY_DASHED if dashed else _ANY_LABEL, abstract, starts)
        marks += [mark for mark in others if mark.start() not in known]
        marks.sort(key=lambda mark: mark.start())
    else:
        marks = _marks(_ANY_LABEL, abstract, starts)
        if len({mark[1].upper() for mark in marks}) < _ENOUGH or marks[0].start() > 0:
            return ()
    ends = [mark.start() for mark in marks[1:]] + [len(abstract)]
    return tuple(
        Section(mark[1].upper(), mark.start(), len(abstract[:end].rstrip()))
        for mark, end in zip(marks, ends, strict=True)
    )


def _starts(abstract: str) -> Iterator[int]:
    """Yield where a label may begin: where a sentence does, not far before a colon or a dash. To try each letter takes fifty times as long."""
    yield 0
    at = 0
    for mark in _MARKS.finditer(abstract):
        yield from (
            start.end() for start in _START.finditer(abstract, max(at, mark.start() - _LONGEST), mark.start())
        )
        at = mark.end() - 1


def _marks(label: re.Pattern[str], abstract: str, starts: list[int]) -> list[re.Match[str]]:
    """Return the labels at these places, in capitals at their beginning."""
    found = (label.match(abstract, start) for start in starts if abstract[start : start + 1].isupper())
    return [mark for mark in found if mark]
