"""Labels of structured abstracts."""

from __future__ import annotations

import pytest

from assistant.library.readers.text.section_labels import labelled


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("Background: Tea is old. Methods: We drank.", [("BACKGROUND", "Background: Tea is old."), ("METHODS", "Methods: We drank.")]),
        ("We drank tea. METHODS: Much. RESULTS : Good.", [("METHODS", "METHODS: Much."), ("RESULTS", "RESULTS : Good.")]),
        ("AIM: Tea. Materials and Methods: Mice.", [("AIM", "AIM: Tea."), ("MATERIALS AND METHODS", "Materials and Methods: Mice.")]),
        ("Question: Why? Data: Ours. Limits: Many. Results: Few.", [("QUESTION", "Question: Why?"), ("DATA", "Data: Ours."), ("LIMITS", "Limits: Many."), ("RESULTS", "Results: Few.")]),
        ("Aim - Tea. Sources - Ours. Results – Few.", [("AIM", "Aim - Tea."), ("SOURCES", "Sources - Ours."), ("RESULTS", "Results – Few.")]),
        ("We grew well - results - by far. We saw it: yes. Data - and methods - were new.", []),
        ("Methods: Tea. Methods: Milk.", []),
        ("Background: Tea is old.", []),
        ("background: Tea. methods: Milk.", []),
        ("Tea is old, methods: many. Results: good.", []),
        ("Ziele: Tee. Methoden: Mäuse. Ergebnisse: gut.", [("ZIELE", "Ziele: Tee."), ("METHODEN", "Methoden: Mäuse."), ("ERGEBNISSE", "Ergebnisse: gut.")]),
        ("Ziele: Tee. Methoden: Mäuse.", []),
        ("Hier. Ziele: Tee. Methoden: Mäuse. Ergebnisse: gut.", []),
        ("Ziele: Tee. Ziele: Mäuse. Ergebnisse: gut.", []),
        ("Ziele： Tee. Methoden: Mäuse. Ergebnisse： gut.", [("ZIELE", "Ziele： Tee."), ("METHODEN", "Methoden: Mäuse."), ("ERGEBNISSE", "Ergebnisse： gut.")]),
        ("Background： Tea： old.", []),
        ("", []),
    ],
)  # fmt: skip
def test_sections_begin_at_their_labels(text: str, sections: list[tuple[str, str]]) -> None:
    assert [(s.label, text[s.start : s.end]) for s in labelled(text)] == sections
