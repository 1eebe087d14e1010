"""What `add` takes: files, papers, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from support.answer import DOT, JOT

from assistant.core.errors import SourceError
from assistant.core.settings import SourceSettings
from assistant.library.sources.intake import records
from assistant.library.sources.services.wire import Wire

WIRE = Wire(SourceSettings())


def test_one_paper_and_a_list_of_papers_are_taken() -> None:
    assert list(records([DOT], WIRE)) == [DOT]
    assert list(records([[DOT, JOT]], WIRE)) == [DOT, JOT]


def test_what_is_no_paper_is_named() -> None:
    wrong: Any = [{"title": "T"}]
    with pytest.raises(SourceError, match="`Paper` values can be added, and dict is neither"):
        list(records([wrong], WIRE))
