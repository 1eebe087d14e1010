"""What `add` takes: files, papers, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from support.answer import DOT, JOT

from assistant.core.errors import SourceError
from assistant.library.identity.sources import records


def test_one_paper_and_a_list_of_papers_are_taken() -> None:
    assert list(records([DOT])) == [DOT]
    assert list(records([[DOT, JOT]])) == [DOT, JOT]


def test_what_is_no_paper_is_named() -> None:
    wrong: Any = [{"title": "T"}]
    with pytest.raises(SourceError, match="`Paper` values can be added, and dict is neither"):
        list(records([wrong]))
