"""The calibration of a library: what it asks itself, what it fits, when it is made again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant import Assistant, Paper
from assistant.core.weights import weights
from assistant.generation.refusals.calibration import (
    FEATURES,
    FEWEST,
    FILE,
    Calibration,
    due,
    fit,
    read,
    samples,
)


def paper(number: int) -> Paper:
    return Paper(
        f"p{number}",
        f"Study {number}",
        f"The river of valley {number} carries more sand than the others do. "
        f"We measured its depth at {number + 3} places along the northern bank.",
        source="test",
    )


def test_the_same_papers_are_asked_the_same_questions() -> None:
    papers = [paper(i) for i in range(250)]
    asked = samples(papers)
    assert asked == samples(papers)
    assert len(asked) == 100
    assert [one.paper.id for one in asked[:3]] == ["p0", "p2", "p4"]
    for turn, one in enumerate(asked):
        whole = one.sentence.split()
        words = one.question.split()
        assert one.sentence in one.paper.abstract
        assert words == whole if turn % 2 else len(words) == -(-len(whole) // 3)


def test_an_abstract_of_one_sentence_is_not_asked() -> None:
    assert samples([Paper("one", "One", "There is but this one sentence in the whole abstract here.")]) == []


def test_without_samples_the_default_stays() -> None:
    empty = fit(np.zeros((0, len(FEATURES)), np.float32), np.zeros(0, np.float32), 0)
    assert dict(empty.weights) == pytest.approx(dict(weights("nearness")), abs=1e-4)


def test_many_samples_decide() -> None:
    cosine = np.linspace(0, 1, 400, dtype=np.float32)
    rows = np.tile(np.array([[0, 0.5, 0.5, 0.5, 0.1, 0.1]], np.float32), (400, 1))
    rows[:, 0] = cosine
    learnt = fit(rows, (cosine > 0.7).astype(np.float32), 500)

    def odds(value: float) -> float:
        return learnt.log_odds(dict(zip(FEATURES, [value, *rows[0, 1:].tolist()], strict=True)))

    assert odds(0.65) < 0 < odds(0.75)


@pytest.mark.parametrize(
    ("before", "papers", "expected"),
    [(None, FEWEST - 1, False), (None, FEWEST, True), (100, 149, False), (100, 151, True), (400, 200, True)],
)
def test_a_library_is_calibrated_when_it_has_grown(before: int | None, papers: int, expected: bool) -> None:
    assert due(None if before is None else Calibration(before, {}), papers) is expected


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"papers": 3, "weights": {"cosine": 1}}', '{"papers": 1}'])
def test_a_damaged_calibration_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert read(tmp_path) is None


def test_a_library_refuses_what_no_paper_comes_near_to(tmp_path: Path) -> None:
    with Assistant(tmp_path / "library") as library:
        library.add([paper(i) for i in range(FEWEST)])
        calibration = read(library.path)
        assert calibration is not None
        assert calibration.papers == FEWEST
        refused = library.ask("Does caffeine at night shorten sleep?").refusal
        assert refused is not None
        assert refused.kind == "off_topic"
