"""Verdicts by rules, with words whose cosines are known: exact verdicts, problems and evidence, in milliseconds."""

from __future__ import annotations

from typing import cast

import pytest
from support.encoded import OneHot

from assistant import Statement
from assistant.core.text.tokens import tokens
from assistant.library.readers.text.section_labels import labelled
from assistant.retrieval.encoder import Encoder
from assistant.verification.checker import Checker, best_alignment, evidence, find_verbatim
from assistant.verification.verdict_rules import SILENT

TEA = OneHot()
STUDY = TEA.paper(
    "We studied tea in mice. Tea reduces pain in old mice; it often helps. Coffee does not increase fear (p < 0.05). "
    "“Dot is a name.” It has 5 layers. Green tea was safe for 12 rats. The end comes"
)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Tea reduces pain in old mice.", "Tea reduces pain in old mice"),
        ("tea reduces pain in old mice", "Tea reduces pain in old mice"),
        ("It often helps", "it often helps."),
        ("We  studied\ntea in mice", "We studied tea in mice."),
        (
            "We studied tea in mice. Tea reduces pain in old mice",
            "We studied tea in mice. Tea reduces pain in old mice",
        ),
        ("Dot is a name.", "Dot is a name."),
        ("The end comes.", "The end comes"),
    ],
)
def test_a_sentence_or_a_clause_that_stands_alone_is_verbatim(text: str, quote: str) -> None:
    words = find_verbatim(text, STUDY)
    assert words is not None
    assert words.quote == quote == STUDY.paper.abstract[words.start : words.end]


@pytest.mark.parametrize(
    "part",
    ["AIM: To study tea.", "To study tea.", "RESULTS: It helps.", "AIM: To study tea. RESULTS: It helps."],
)
def test_a_quotation_may_begin_with_the_label_of_a_section(part: str) -> None:
    abstract = "AIM: To study tea. RESULTS: It helps. It is cheap."
    words = find_verbatim(part, TEA.paper(abstract, sections=labelled(abstract)))
    assert words is not None
    assert words.quote == part


@pytest.mark.parametrize(
    "text",
    [
        "often helps",
        "Coffee does not increase fear",
        "We studied tea in",
        "WE studied tea in mice.",
        "studied tea in mice.",
        "",
        "...",
    ],
)
def test_a_part_of_a_clause_is_not_verbatim(text: str) -> None:
    assert find_verbatim(text, STUDY) is None


@pytest.mark.parametrize(
    ("statement", "verdict", "how", "problems"),
    [
        ("Tea reduces pain in old mice.", "supported", "verbatim", ()),
        ("In old mice, tea reduces pain.", "supported", "rules", ()),
        (
            "Tea increases pain in old mice.",
            "contradicted",
            "rules",
            ('The abstract says the opposite: "reduces", not "increases".',),
        ),
        (
            "Tea does not reduce pain in old mice.",
            "contradicted",
            "rules",
            ('The abstract says the opposite: it does not say "not".',),
        ),
        (
            "Tea reduces pain in all old mice.",
            "partly",
            "rules",
            ('The abstract states a different extent: it does not say "all".',),
        ),
        (
            "Mice reduce pain in old tea.",
            "partly",
            "rules",
            ('The abstract has these words in another order: "reduce pain in old".',),
        ),
        ("Green tea was safe for 13 rats.", "contradicted", "rules", ("The abstract says 12, not 13.",)),
        (
            "Green tea was unsafe for 12 rats.",
            "contradicted",
            "rules",
            ('The abstract says the opposite: "safe", not "unsafe".',),
        ),
        (
            "BERT reduces pain in old mice.",
            "partly",
            "rules",
            ('The abstract has another name: it does not say "BERT".',),
        ),
        ("Tea reduces pain in old rats.", "unconfirmed", "rules", ()),
        ("Elephants sleep in warm countries.", "unsupported", "rules", (SILENT,)),
    ],
)
def test_a_verdict_comes_with_its_reasons(
    statement: str, verdict: str, how: str, problems: tuple[str, ...]
) -> None:
    (checked,) = Checker(cast(Encoder, TEA)).check([statement], [[STUDY]])
    assert (checked.verdict, checked.how, checked.problems) == (verdict, how, problems)
    assert checked.citations == ("p",)


def test_the_score_is_held_where_a_rule_knows_better() -> None:
    checker = Checker(cast(Encoder, TEA))
    verbatim, aligned, denied, nothing = checker.check(
        [
            "Tea reduces pain in old mice.",
            "In old mice, tea reduces pain.",
            "Tea increases pain in old mice.",
            "Tea.",
        ],
        [[STUDY], [STUDY], [STUDY], []],
    )
    assert verbatim.score == 1.0
    assert aligned.score >= 0.97
    assert denied.score <= 0.1
    assert (nothing.verdict, nothing.score, nothing.problems) == ("uncited", 0.0, ("No citation.",))


def test_evidence_is_the_sentence_that_the_verdict_rests_on() -> None:
    (checked,) = Checker(cast(Encoder, TEA)).check(["Green tea was safe for 13 rats."], [[STUDY]])
    assert [e.quote for e in checked.evidence] == ["Green tea was safe for 12 rats."]


def test_the_paper_that_supports_a_statement_comes_before_one_that_does_not() -> None:
    other = TEA.paper("Rats drink milk in spring. Nothing else is known of them.", key="q")
    (checked,) = Checker(cast(Encoder, TEA)).check(["In old mice, tea reduces pain."], [[other, STUDY]])
    assert (checked.verdict, checked.citations) == ("supported", ("q", "p"))
    assert [e.paper_id for e in checked.evidence] == ["p"]


@pytest.mark.parametrize(
    ("statement", "places", "coverage"),
    [
        ("In old mice, tea reduces pain.", (1,), 1.0),
        ("Green tea was safe for 12 rats and it has 5 layers.", (4, 5), 1.0),
        ("Elephants sleep.", (), 0.0),
    ],
)
def test_a_statement_is_aligned_with_the_sentences_that_fit_it_best(
    statement: str, places: tuple[int, ...], coverage: float
) -> None:
    alignment, where = best_alignment(tokens(statement), STUDY)
    assert (where, round(alignment.coverage, 2)) == (places, coverage)


FILLER = "Boats swim on lakes by night. Cars drive on roads by day. Snow falls on hills."


def checked(statement: str, *abstracts: str) -> Statement:
    papers = [TEA.paper(f"{text} {FILLER}", key=key) for key, text in zip("pqr", abstracts, strict=False)]
    (statement_checked,) = Checker(cast(Encoder, TEA)).check([statement], [papers])
    return statement_checked


def test_every_cited_paper_that_speaks_of_it_gives_evidence() -> None:
    ours = "Tea reduces pain in old mice; it often helps."
    both = checked("In old mice, tea reduces pain.", ours, "Tea reduces severe pain in old mice.")
    assert [(e.paper_id, e.quote) for e in both.evidence] == [
        ("p", ours),
        ("q", "Tea reduces severe pain in old mice."),
    ]
    one = checked("In old mice, tea reduces pain.", ours, "Milk helps.")
    assert [e.paper_id for e in one.evidence] == ["p"]


@pytest.mark.parametrize(
    ("abstract", "verdict"),
    [
        ("Tea inhibits sleep here in mice.", "contradicted"),
        ("Green tea inhibits sleep here in mice.", "unconfirmed"),
        ("Tea inhibits sleep here in rats.", "unsupported"),
    ],
)
def test_a_turn_is_a_contradiction_only_where_all_else_is_the_same(abstract: str, verdict: str) -> None:
    assert checked("Tea promotes sleep here in mice.", abstract).verdict == verdict


@pytest.mark.parametrize(
    ("statement", "abstract", "places", "coverage", "same"),
    [
        # From two fifths of its words in one sentence on, a statement may join two
        ("Mice drink, boats swim, cars.", "Mice drink. Boats swim.", (0, 1), 0.8, False),
        ("Mice drink tea, cats eat, dogs run, cows graze.", "Mice drink tea. Cats eat fish. Dogs run.", (0,), 0.33, False),
        # Where one sentence has four fifths, the next is joined only if nothing is lacking then
        ("Mice drink hot green tea.", "Mice drink hot tea. Green cats run.", (0,), 0.8, False),
        ("Mice drink hot green tea and sleep.", "Mice drink hot green tea. They sleep.", (0, 1), 1.0, True),
        ("Mice drink hot tea.", "Mice drink hot milk. Tea grows.", (0, 1), 1.0, False),
        # Sentences are joined in their order in the abstract
        ("Mice drink tea and boats sail north.", "Boats sail north. Mice drink tea.", (0, 1), 1.0, True),
    ],
)  # fmt: skip
def test_when_two_sentences_are_joined(
    statement: str, abstract: str, places: tuple[int, ...], coverage: float, same: bool
) -> None:
    alignment, where = best_alignment(tokens(statement), TEA.paper(abstract))
    assert (where, round(alignment.coverage, 2), alignment.same) == (places, coverage, same)


@pytest.mark.parametrize(
    ("statement", "abstract", "verdict", "problems"),
    [
        ("Tea only helps mice.", "Tea helps mice.", "partly", ('The abstract states a different extent: it does not say "only".',)),
        ("Tea reduces pain in 7 mice.", "Tea reduces pain in 9 mice.", "contradicted", ("The abstract says 9, not 7.",)),
        ("Tea increases pain in old mice.", "Tea never reduces pain in old mice.", "unconfirmed", ()),
        ("Tea increases pain in all the mice.", "Tea reduces pain in mice.", "unconfirmed", ()),
        ("Tea reduces pain in old mice and fear in rats.", "Tea reduces pain in old mice.", "unconfirmed", ()),
        ("Green tea helps 7 mice sleep.", "Milk hurts 9 rats.", "unsupported", ("The abstract does not give 7. The nearest is 9.", SILENT)),
    ],
)  # fmt: skip
def test_a_difference_counts_where_nearly_all_else_is_the_same(
    statement: str, abstract: str, verdict: str, problems: tuple[str, ...]
) -> None:
    one = checked(statement, abstract)
    assert (one.verdict, one.problems) == (verdict, problems)
    assert [e.quote for e in one.evidence] == [abstract]


def test_evidence_goes_from_the_first_sentence_to_the_last() -> None:
    both = evidence(STUDY, (4, 5))
    assert both.quote == "It has 5 layers. Green tea was safe for 12 rats."
    assert STUDY.paper.abstract[both.start : both.end] == both.quote
    assert evidence(STUDY, (0,)).quote == "We studied tea in mice."


@pytest.mark.parametrize(
    ("statement", "abstract", "differs"),
    [
        ("NapTool cuts the pain of old mice in winter.", "NapTool is a tool. We cut the pain of old mice in winter.", False),
        ("NapTool cuts the pain of old mice in winter.", "We cut the pain of old mice in winter.", True),
        ("Next-Block lowers the cost of long videos by half.", "Next-Block Prediction (NBP) is new. NBP lowers the cost of long videos by half.", False),
        ("RAI lowers the cost of long videos by half.", "A trained RAIL is new. We lower the cost of long videos by half.", True),
        ("GPT4 lowers the cost of long videos by half.", "GPT4 is older. BERT lowers the cost of long videos by half.", True),
    ],
)  # fmt: skip
def test_a_name_that_the_abstract_has_elsewhere_is_no_other_name(
    statement: str, abstract: str, differs: bool
) -> None:
    problems = checked(statement, abstract).problems
    assert any("another name" in problem for problem in problems) == differs


THINGS = [("tea", "pain"), ("auditory stimulation", "memory"), ("mowing", "the number of bees")]
VERBS = ["improve", "reduce", "change", "increase"]


@pytest.mark.parametrize(
    "denied",
    [
        "{x} did not {v} {y}.",
        "{x} never {v}d {y}.",
        "{x} did not {v} {y} more than silence.",
        "We found that {x} did not {v} {y} or lower costs.",
        "There was no evidence that {x} {v}d {y}.",
    ],
)
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("x", "y"), THINGS)
def test_what_the_abstract_denies_is_contradicted(x: str, y: str, verb: str, denied: str) -> None:
    one = checked(f"{x.capitalize()} {verb}s {y}.", denied.format(x=x, y=y, v=verb))
    assert one.verdict == "contradicted"
    # It is told once.
    assert len(one.problems) == 1
    assert one.problems[0].startswith("The abstract says the opposite: it says ")


@pytest.mark.parametrize(
    ("statement", "abstract"),
    [
        ("{x} does not {v} {y}.", "There was no evidence that {x} {v}s {y}."),
        ("{x} did not {v} {y}.", "There was no sign that {x} {v}s {y} in winter."),
        ("{x} never {v}s {y}.", "We do not find that {x} {v}s {y}."),
    ],
)
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("x", "y"), THINGS)
def test_two_denials_in_other_words_agree(x: str, y: str, verb: str, statement: str, abstract: str) -> None:
    one = checked(statement.format(x=x, y=y, v=verb), abstract.format(x=x, y=y, v=verb))
    assert one.verdict in ("unconfirmed", "supported")
    assert one.problems == ()


@pytest.mark.parametrize(
    ("statement", "abstract"),
    [
        ("Mice drink hot tea without sugar.", "Mice drink hot tea with the sugar removed."),
        ("Tea improves sleep of mice.", "Tea did not worsen or improve sleep of mice."),
    ],
)
def test_a_reason_is_no_surer_than_its_verdict(statement: str, abstract: str) -> None:
    one = checked(statement, abstract)
    told = [p for p in one.problems if p.startswith("The abstract says the opposite")]
    assert bool(told) == (one.verdict == "contradicted")
