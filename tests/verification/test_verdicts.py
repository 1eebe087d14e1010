"""Numbers, alignment and verdicts: a verdict shown as certain is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.papers import PAPERS

from assistant import Assistant, Paper, Settings
from assistant.core.text.quantities import extract
from assistant.verification.numbers.guard import check


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """All papers that these tests check against; no test changes it."""
    with Assistant(tmp_path_factory.mktemp("verdicts"), settings=Settings()) as made:
        moved = [Paper(name, "On cells", text, source="test") for name, text in SOURCES.items()]
        left_open = [
            Paper(f"owls{i}", "Owls", f"Birds are many. {text}", source="test")
            for i, text in enumerate(LEFT_OPEN)
        ]
        misread = [
            Paper(f"p{i}", "A study", f"Some background is given first. {said}", source="test")
            for i, (said, _) in enumerate(MISREAD)
        ]
        made.add([*PAPERS, *moved, *left_open, *misread])
        yield made


SOURCE = (
    "Dot reaches 88.53% on CIFAR-100 with 1,500,000 parameters in 1500 ms, against 54% to 76% before. Five encoders "
    "read 300K images; the error falls by 0.54 and it is 3.6x faster (p < 0.05). About 12 of 40 patients took 5 mg."
)


@pytest.mark.parametrize(
    "statement",
    [
        "Dot reaches 88.53%.",
        "Dot reaches 88.5% on CIFAR-100.",
        "About 89% are right.",
        "Over 88% are right.",
        "It has 1.5 million parameters.",
        "It has 1.5M parameters.",
        "It takes 1.5 s.",
        "It has 5 encoders.",
        "300,000 images are read.",
        "The error falls by 54%.",
        "It is 3.6 times faster.",
        "It gains 22 points.",
        "It is significant (p < 0.05).",
        "GPT-2 is not mentioned with a number.".replace("GPT-2", "It"),
        "One can see that it works in two ways.",
    ],
)
def test_honest_rewriting_of_a_number_is_allowed(statement: str) -> None:
    assert check(statement, [SOURCE]) == ()


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("Dot reaches 87.53%.", "number"),
        ("Dot reaches 89%.", "number"),
        ("Over 89% are right.", "number"),
        ("It has 15 million parameters.", "number"),
        ("It takes 1500 s.", "unit"),
        ("It has six encoders.", "number"),
        ("It has three encoders.", "number"),
        ("It is 3.6% faster.", "unit"),
        ("It is 36 times faster.", "number"),
        ("It is not significant (p > 0.05).", "relation"),
        ("Patients took 5 g.", "unit"),
        ("It works on CIFAR-10.", "name"),
    ],
)
def test_a_changed_number_is_named(statement: str, kind: str) -> None:
    (violation,) = check(statement, [SOURCE])
    assert violation.kind == kind
    assert violation.message


def test_a_number_said_in_the_other_direction_is_named() -> None:
    (violation,) = check(
        "Listening time decreases by 12%.", ["Line increases listening time by 12% for new users."]
    )
    assert violation.kind == "direction"


def test_digits_of_names_are_no_quantities() -> None:
    assert [q.value for q in extract("GPT-2, S4, CIFAR-100, UCF101, Fig. 2 and [3] mention 7 models")] == [
        7.0
    ]


@pytest.mark.parametrize(
    ("statement", "paper", "verdict"),
    [
        ("Dot finds cars in 5 ms on a phone.", "dot", "supported"),
        ("On a phone, Dot finds cars in 5 ms.", "dot", "supported"),
        ("Dot finds cars in 5 ms.", "dot", "supported"),
        ("The authors present Dot, a detector with one network.", "dot", "supported"),
        ("Dot finds cars in 7 ms on a phone.", "dot", "contradicted"),
        ("Dot does need object proposals.", "dot", "contradicted"),
        ("Line decreases listening time by 12% for new users.", "line", "contradicted"),
        (
            "Wave doubles the error of the national model at a lead time of three hours.",
            "wave",
            "contradicted",
        ),
        ("Cats sleep sixteen hours a day in warm countries.", "dot", "unsupported"),
    ],
)
def test_the_rules_reach_the_right_verdict(
    library: Assistant, statement: str, paper: str, verdict: str
) -> None:
    (checked,) = library.check([(statement, [paper])])
    assert checked.verdict == verdict, checked


@pytest.mark.parametrize(
    ("statement", "paper"),
    [
        ("On the Road data set BigDet reaches 71% mAP, while Dot reaches 68%.", "dot"),
        ("Line may increase listening time by 12% for all users.", "line"),
        ("Only Dot finds cars in 5 ms on a phone.", "dot"),
        ("It was tested with 3,000 listeners over two months.", "dot"),
    ],
)
def test_what_changes_the_meaning_is_never_supported(library: Assistant, statement: str, paper: str) -> None:
    (checked,) = library.check([(statement, [paper])])
    assert checked.verdict != "supported"


SOURCES = {
    "list": "TNFR1 and TNFR2 are crucial in mice. RNN beats the CNN on speed. It improves accuracy and speed by 3% and 5%.",
    "adverb": "Expression was significantly reduced in mice. However, the sites are not sufficient to keep it. Only rats gained weight.",
    "opposite": "Operation is safe in rain. Drug A enhanced growth of cells. The protein is required for division of the cell.",
}


@pytest.mark.parametrize(
    ("paper", "statement", "verdict"),
    [
        ("list", "TNFR2 and TNFR1 are crucial in mice.", "supported"),
        ("list", "CNN beats the RNN on speed.", "not supported"),
        ("list", "It improves speed and accuracy by 3% and 5%.", "not supported"),
        ("adverb", "Expression was reduced significantly in mice.", "supported"),
        ("adverb", "The sites, however, are not sufficient to keep it.", "supported"),
        ("adverb", "Rats only gained weight.", "not supported"),
        ("opposite", "Operation is unsafe in rain.", "contradicted"),
        ("opposite", "Drug A impaired growth of cells.", "contradicted"),
        ("opposite", "The protein is dispensable for division of the cell.", "contradicted"),
        ("opposite", "Operation is safe in rain. Drug A enhanced growth of cells", "supported"),
    ],
)
def test_what_may_move_and_what_may_not(library: Assistant, paper: str, statement: str, verdict: str) -> None:
    (checked,) = library.check([(statement, [paper])])
    assert (checked.verdict == verdict) if verdict != "not supported" else checked.verdict != "supported", (
        checked
    )


MISREAD = [
    (
        "The drug reduces mortality in adult patients except in smokers.",
        "The drug reduces mortality in adult patients.",
    ),
    ("The drug reduces mortality in patients only after surgery.", "The drug reduces mortality in patients."),
    ("The drug reduces mortality in patients if given early.", "The drug reduces mortality in patients."),
    ("The drug reduces mortality in none of the patient groups.", "The drug reduces mortality."),
    ("The drug reduces mortality in patients unless they smoke.", "The drug reduces mortality in patients."),
    ("The drug hardly reduces mortality in patients.", "The drug reduces mortality in patients."),
    (
        "Contrary to earlier claims, the drug reduces no mortality in patients.",
        "The drug reduces mortality in patients.",
    ),
    ("Unlike aspirin, the drug reduces mortality in patients.", "Aspirin reduces mortality in patients."),
    ("The drug, unlike aspirin, reduces mortality in patients.", "Aspirin reduces mortality in patients."),
    ("Neither the drug nor aspirin reduces mortality in patients.", "Aspirin reduces mortality in patients."),
    ("The drug failed to reduce mortality in patients.", "The drug reduces mortality in patients."),
    (
        "Compared with the drug, aspirin reduces mortality in patients.",
        "The drug reduces mortality in patients.",
    ),
    (
        "Patients treated with the drug died less often than patients treated with aspirin.",
        "Patients treated with aspirin died less often than patients treated with the drug.",
    ),
    ("Mice lacking the gene show tumors in the lung.", "Mice show tumors in the lung."),
    ("Mice lacking the gene show tumors in the lung.", "The gene shows tumors in the lung."),
    (
        "Treatment of mice with the inhibitor of the gene reduces tumors.",
        "Treatment of mice with the gene reduces tumors.",
    ),
    (
        "The model outperforms GPT-3 but is outperformed by GPT-4 on coding.",
        "The model outperforms GPT-4 on coding.",
    ),
    (
        "The model trained on synthetic data is better than the model trained on real data.",
        "The model trained on real data is better than the model trained on synthetic data.",
    ),
    (
        "Accuracy drops from 90% to 80% when noise is added.",
        "Accuracy drops from 80% to 90% when noise is added.",
    ),
    (
        "Accuracy rises to 90% when noise is removed from training data.",
        "Accuracy rises to 90% when noise is in training data.",
    ),
    (
        "Most of the models fail to solve the puzzles in time.",
        "The models fail to solve the puzzles in time.",
    ),
    ("Some models solve the puzzles in time.", "Models solve the puzzles in time."),
    (
        "A model that is twice as large solves the puzzles in half the time.",
        "A model that is twice as large solves the puzzles in the time.",
    ),
    ("Without pre-training, the model cannot solve the puzzles.", "The model cannot solve the puzzles."),
    (
        "The risk was 3 times higher in men than in women.",
        "The risk was 3 times higher in women than in men.",
    ),
    (
        "The first stage uses CNNs and the second stage uses transformers.",
        "The first stage uses transformers and the second stage uses CNNs.",
    ),
    ("The authors criticise the claim that larger models reason better.", "Larger models reason better."),
    (
        "It is a myth that larger models reason better than small ones.",
        "Larger models reason better than small ones.",
    ),
    (
        "Previous work argued that larger models reason better than small ones.",
        "Larger models reason better than small ones.",
    ),
    (
        "The study enrolled 20 men and 30 women with asthma.",
        "The study enrolled 30 men and 20 women with asthma.",
    ),
    (
        "The study was stopped before the drug could reduce mortality in patients.",
        "The drug could reduce mortality in patients.",
    ),
    (
        "Little evidence shows that the drug reduces mortality in patients.",
        "The drug reduces mortality in patients.",
    ),
    ("If confirmed, the drug reduces mortality in patients.", "The drug reduces mortality in patients."),
    (
        "A placebo-controlled trial is needed to show the drug reduces mortality in patients.",
        "The drug reduces mortality in patients.",
    ),
]
"""What an abstract says, and a sentence made of its words that it does not say."""


def test_no_rearrangement_of_words_passes_for_what_was_said(library: Assistant) -> None:
    checked = library.check([(wrong, [f"p{i}"]) for i, (_, wrong) in enumerate(MISREAD)])
    assert [s.text for s in checked if s.verdict == "supported"] == []


LEFT_OPEN = [
    "We do not claim that owls can fly at night.",
    "It was hypothesized that owls can fly at night.",
    "Here we test whether owls can fly at night.",
    "No one has shown that owls can fly at night.",
]


@pytest.mark.parametrize("paper", range(len(LEFT_OPEN)))
def test_what_is_denied_or_left_open_is_not_taken_for_said(library: Assistant, paper: int) -> None:
    (checked,) = library.check([("Owls can fly at night.", [f"owls{paper}"])])
    assert checked.verdict != "supported"


def test_a_clause_of_its_own_is_verbatim_and_a_part_of_one_is_not(tmp_path: Path) -> None:
    text = 'Some call it "control and elimination. " It is hard to forecast; nobody doubts that. We do not claim that owls can fly.'
    with Assistant(tmp_path / "clauses", settings=Settings()) as made:
        made.add([Paper("c", "Owls", text, source="test")])
        whole, clause, part = made.check(
            [(t, ["c"]) for t in ("It is hard to forecast", "Nobody doubts that.", "Owls can fly.")]
        )
    assert (whole.how, clause.how) == ("verbatim", "verbatim")
    assert part.verdict != "supported"
    for statement in (whole, clause):
        (item,) = statement.evidence
        assert text[item.start : item.end] == item.quote


class Overlap:
    """A cross-encoder of sorts: the share of the statement's words that the abstract has."""

    name = "overlap"

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        self.pairs += pairs
        words = [(abstract.lower(), statement.lower().split()) for abstract, statement in pairs]
        return [sum(word in abstract for word in said) / len(said) for abstract, said in words]


def test_a_cross_encoder_settles_only_what_the_rules_leave_open(tmp_path: Path) -> None:
    encoder = Overlap()
    with Assistant(tmp_path / "crossed", settings=Settings(), cross_encoder=encoder) as made:
        made.add(PAPERS)
        sure, changed, open_one = made.check(
            [
                ("Dot finds cars in 5 ms on a phone.", ["dot"]),
                ("Dot finds cars in 7 ms on a phone.", ["dot"]),
                ("We present a detector with a phone and one network. Dot finds", ["dot"]),
            ]
        )
    assert (sure.how, changed.verdict) == ("verbatim", "contradicted")
    assert open_one.verdict == "supported"
    assert open_one.how == "overlap"
    assert len(encoder.pairs) == 1


def test_a_statement_without_citation_is_uncited(library: Assistant) -> None:
    (checked,) = library.check([("Dot is fast.", [])])
    assert checked.verdict == "uncited"


WORDS = st.lists(
    st.sampled_from(
        [*" ".join(p.abstract for p in PAPERS).split(), "not", "7%", "[1]", "\u0130", "\n", "…", "Ω", "  "]
    ),
    min_size=1,
    max_size=25,
).map(" ".join)


@given(WORDS, st.sampled_from(["dot", "line", "wave"]))
@settings(max_examples=60, deadline=None)
def test_evidence_is_always_verbatim(library: Assistant, text: str, paper: str) -> None:
    for statement in library.check([(text, [paper])]):
        for item in statement.evidence:
            assert library.paper(item.paper_id).abstract[item.start : item.end] == item.quote
