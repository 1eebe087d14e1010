"""A paper that sets the sides of a comparison side by side itself tells best how they compare."""

from __future__ import annotations

from pathlib import Path

from assistant import Assistant, Paper

PAPERS = [
    Paper("wool", "Wool coats in rain", "Coats get wet. Wool coats stayed warm in rain for six hours."),
    Paper("felt", "Felt coats in snow", "Coats get wet. Felt coats kept snow out for a day."),
    Paper("three", "Three cloths", "Cloth differs. The wool coat weighed 2 kg, the felt coat 3 kg and the linen coat 1 kg."),
    Paper("linen", "Linen coats", "Coats get dirty. Linen coats were washed 80 times."),
]  # fmt: skip


def test_the_paper_that_has_all_sides_is_quoted(tmp_path: Path) -> None:
    with Assistant(tmp_path / "library") as library:
        library.add(PAPERS)
        assert [s.paper.id for s in library.ask("Compare wool, felt and linen").sources] == ["three"]
        library.remove("three")
        assert {s.paper.id for s in library.ask("Compare wool, felt and linen").sources} == {
            "wool",
            "felt",
            "linen",
        }
