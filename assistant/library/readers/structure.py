"""Labels inside an abstract ("BACKGROUND: ... METHODS: ... RESULTS: ...") -> sections."""

from __future__ import annotations

import re

from assistant.core.paper import Section

_NAMES = (
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
_LABEL = re.compile(
    rf"(?:^|(?<=[.!?;)\]\"'”’]\s))((?:{_NAMES})(?:(?:, | and | & | ?/ ?)(?:{_NAMES}))*)\s?:\s?(?=\S)",
    re.IGNORECASE,
)


def labelled(abstract: str) -> tuple[Section, ...]:
    """The sections of a structured abstract; () unless two different known labels stand at sentence starts.

    A section begins at its label, so that a sentence that opens with the label lies inside it, and ends
    before the white space in front of the next one. Labels are given in capitals, whatever the abstract
    writes.
    """
    marks = [mark for mark in _LABEL.finditer(abstract) if mark.group(1)[0].isupper()]
    if len({mark.group(1).upper() for mark in marks}) < 2:
        return ()
    ends = [mark.start() for mark in marks[1:]] + [len(abstract)]
    return tuple(
        Section(mark.group(1).upper(), mark.start(), len(abstract[:end].rstrip()))
        for mark, end in zip(marks, ends, strict=True)
    )
