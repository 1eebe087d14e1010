"""Labels inside an abstract ("BACKGROUND: ... METHODS: ... RESULTS: ...") -> sections."""

from __future__ import annotations

import re

from assistant.papers import Section

_LABEL = re.compile(
    r"(?:(?<=^)|(?<=[.!?]\s))"
    r"((?:BACKGROUND|INTRODUCTION|CONTEXT|OBJECTIVES?|AIMS?|PURPOSE|MOTIVATION|MATERIALS AND METHODS|"
    r"METHODS?(?: AND (?:FINDINGS|RESULTS))?|DESIGN|SETTING|PARTICIPANTS|PATIENTS|INTERVENTIONS?|MEASUREMENTS|"
    r"(?:MAIN )?(?:RESULTS|FINDINGS|OUTCOME MEASURES)|DISCUSSION|INTERPRETATION|CONCLUSIONS?|SIGNIFICANCE|"
    r"AVAILABILITY(?: AND IMPLEMENTATION)?|FUNDING|LIMITATIONS))\s*:\s",
    re.IGNORECASE,
)


def labelled(abstract: str) -> tuple[Section, ...]:
    """The sections of a structured abstract; () unless at least two known labels stand at sentence starts."""
    marks = [m for m in _LABEL.finditer(abstract) if m.group(1)[0].isupper()]
    if len(marks) < 2:
        return ()
    ends = [m.start() for m in marks[1:]] + [len(abstract)]
    return tuple(
        Section(m.group(1).upper(), m.start(), len(abstract[:end].rstrip()))
        for m, end in zip(marks, ends, strict=True)
    )
