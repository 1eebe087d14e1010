"""Open questions for what something does are answered by each paper that tells it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Paper, Settings
from assistant.generation.listing.matches import asks_for_effect

BREAD = {
    "salt-dough": ("Salt and the rise of dough", "Salt is cheap. Dough with 2% salt rose for 90 minutes. Salt slowed the rise of dough by a third."),
    "salt-crust": ("Salt in rye dough", "Rye dough is sticky. Two batches had salt and two had none. Rye dough with salt rose less and was easier to shape."),
    "yeast": ("Wild yeast in sourdough", "Sourdough holds wild yeast. Wild yeast made bread more sour but not larger. Lactic acid fell after three days."),
    "yeast-old": ("Old dry yeast", "Dry yeast ages. Bread with five-year-old yeast was half as high. Warm water helped old yeast a little."),
    "steam": ("Steam in the oven", "Ovens are dry. Steam kept the crust of bread soft for ten minutes. The loaves grew 8% taller with steam."),
    "stone": ("Baking on hot stones", "Stones store heat. On a hot stone the crust of bread was darker. Steam made no difference on stones."),
    "oats": ("Oat flakes in porridge", "Porridge thickens. Fine oat flakes thickened porridge in four minutes. Coarse flakes took ten."),
    "cheese": ("Rind of mountain cheese", "Rinds are washed. Brine kept moulds off the rind of cheese. Dry rinds cracked."),
    "honey": ("Honey that sets", "Honey sets in the cold. Stirring made honey set with small crystals. Heating undid it."),
}  # fmt: skip


@pytest.fixture(scope="module")
def bread(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(tmp_path_factory.mktemp("bread") / "library", settings=Settings()) as made:
        made.add([Paper(key, title, abstract) for key, (title, abstract) in BREAD.items()])
        yield made


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("What is the role of salt in dough?", {"salt-dough", "salt-crust"}),
        ("How does salt affect dough?", {"salt-dough", "salt-crust"}),
        ("What is the influence of salt on dough?", {"salt-dough", "salt-crust"}),
        ("What are the effects of yeast on bread?", {"yeast", "yeast-old"}),
        ("How does yeast change bread?", {"yeast", "yeast-old"}),
        ("What is the impact of steam on the crust?", {"steam", "stone"}),
        ("What are the benefits of steam?", {"steam", "stone"}),
        ("What affects the crust of bread?", {"steam", "stone"}),
    ],
)
def test_each_paper_that_tells_it_is_quoted_once(bread: Assistant, question: str, papers: set[str]) -> None:
    answer = bread.ask(question)
    assert papers <= {s.citations[0] for s in answer.statements}
    assert len({s.citations[0] for s in answer.statements}) == len(answer.statements)


def test_a_finding_is_quoted_and_not_what_is_unknown(tmp_path: Path) -> None:
    papers = [
        Paper("pizza", "Salt in pizza", "The role of salt in pizza is little known. Twelve cooks baked. With salt the base browned sooner."),
        Paper("review", "Salt in pizza: a review", "This review sums up the role of salt in pizza. Salt keeps the dough of pizza firm."),
    ]  # fmt: skip
    with Assistant(tmp_path / "library") as library:
        library.add(papers)
        told = [s.text for s in library.ask("What is the role of salt in pizza?").statements]
    assert sorted(told) == ["Salt keeps the dough of pizza firm.", "With salt the base browned sooner."]


@pytest.mark.parametrize(
    ("question", "paper"),
    [
        ("How does salt affect the rise of dough?", "salt-dough"),
        ("How does warm water help old yeast?", "yeast-old"),
    ],
)
def test_what_one_paper_tells_is_quoted_from_it_alone(bread: Assistant, question: str, paper: str) -> None:
    assert {s.citations[0] for s in bread.ask(question).statements} == {paper}


@pytest.mark.parametrize(
    ("question", "effect"),
    [
        ("What is the role of salt?", True),
        ("What role does salt play?", True),
        ("Why does salt harm dough?", False),
        ("How do cats sleep?", False),
        ("How much does salt help?", False),
        ("What improves bread?", True),
        ("What is bread?", False),
        ("Which salt has an effect?", False),
        ("", False),
    ],
)
def test_which_questions_ask_for_an_effect(question: str, effect: bool) -> None:
    assert asks_for_effect(question) is effect
