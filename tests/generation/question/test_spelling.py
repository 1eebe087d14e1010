from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant, Paper, Settings

PAPERS = [
    Paper("rates", "Click-through rate prediction by trees", "Trees predict how often a link is followed."),
    Paper("texts", "Bags of words", "A common text representation loses the order of words."),
    Paper("recon", "ReConda finds old shells", "ReConda sorts 40 shells an hour, and it needs no light."),
    Paper("nap", "Naps of nurses", "The Epworth Sleepiness Scale (ESS) fell by two points after naps."),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    made = Assistant(Path(tmp_path_factory.mktemp("spelling")) / "library", settings=Settings())
    made.add(PAPERS)
    return made


@pytest.mark.parametrize(
    ("question", "understood"),
    [
        ("What helps CTR prediction?", "What helps Click-through rate prediction?"),
        ("How fast is ReCodna?", "How fast is ReConda?"),  # two letters exchanged
        ("How fast is ReCnda?", "How fast is ReConda?"),  # one is missing
        ("How fast is ReConda?", "How fast is ReConda?"),
        ("How fast is ReConsta?", "How fast is ReConsta?"),  # two slips: another name
        ("By how much did the ESS fall?", "By how much did the ESS fall?"),  # a paper has it
        ("What is an XYZ?", "What is an XYZ?"),
        ("Do TRL tests help?", "Do TRL tests help?"),  # its initials fit in one place only: by chance
        ("How do nusres nap?", "How do nusres nap?"),  # no name
    ],
)
def test_a_question_is_spelled_as_the_library_does(
    library: Assistant, question: str, understood: str
) -> None:
    assert library.ask(question).standalone == understood


def test_what_was_understood_is_answered(library: Assistant) -> None:
    assert library.ask("How many shells does ReCodna sort an hour?").sources[0].paper.id == "recon"
