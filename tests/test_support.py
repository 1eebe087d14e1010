"""Numbers, alignment and verdicts: a verdict shown as certain is right."""

from __future__ import annotations

import pytest
from conftest import PAPERS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import Assistant
from assistant.support.numbers import check
from assistant.support.quantities import extract

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


def test_every_sentence_of_an_abstract_is_supported_by_it(sample: Assistant) -> None:
    from assistant.sentences import split

    claims = [(p.abstract[s.start : s.end], [p.id]) for p in sample.papers() for s in split(p.abstract)]
    verdicts = [s.verdict for s in sample.check(claims)]
    assert verdicts == ["supported"] * len(claims)


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
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_evidence_is_always_verbatim(sample_three: Assistant, text: str, paper: str) -> None:
    for statement in sample_three.check([(text, [paper])]):
        for item in statement.evidence:
            assert sample_three.paper(item.paper_id).abstract[item.start : item.end] == item.quote


@pytest.fixture(scope="module")
def sample_three(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    from assistant import Settings

    made = Assistant(tmp_path_factory.mktemp("three"), settings=Settings())
    made.add(PAPERS)
    return made
