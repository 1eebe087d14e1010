"""Names of a sentence, and what replaces them."""

from __future__ import annotations

import random

import pytest

from evals.studies.generators import names

OTHERS = [
    "We compare our method with ELMo on SQuAD and report the scores.",
    "Our results show that IL-6 and TP53 regulate the response of cells.",
    "We train DistilBERT and ImageBind on the GLUE and VQA benchmarks.",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We train BERT on it.", [("BERT", "acronym")]),
        ("We train GPT-4 on it.", [("GPT-4", "numbered")]),
        ("We train ImageBind on it.", [("ImageBind", "camel")]),
        ("We use TNF-AB on it.", [("TNF-AB", "hyphened")]),
        ("We use RNN (a model) on it.", []),
        ("A recurrent network (RNN) is RNN too.", []),
        ("The ratio (HR, AB) was OR here.", []),
        ("AIMS: To see it.", []),
        ("Plain Words Only.", []),
    ],
)
def test_names_have_a_form(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(match[0], form) for match, form in names.names(text)] == expected


def test_a_name_is_replaced_by_one_of_its_form_before_the_same_word() -> None:
    source = "We use the SNLI and other tests."
    texts = {text for seed in range(9) for _, text in names.replaced(source, OTHERS, random.Random(seed))}
    assert texts == {"We use the GLUE and other tests."}


def test_a_name_is_replaced_wherever_it_stands() -> None:
    assert names.replaced("We use BERT here.", ["They use AUCTION here."], random.Random(1)) == []
    changes = names.replaced("We use BERT, since BERT is large.", ["They use SNLI here."], random.Random(1))
    assert {text for _, text in changes} == {"We use SNLI, since SNLI is large."}


def test_a_name_is_not_replaced_by_itself() -> None:
    assert names.replaced("We use GLUE here.", ["They use GLUE there."], random.Random(1)) == []


def test_a_sentence_without_a_name_is_left_alone() -> None:
    assert names.replaced("We use it here.", OTHERS, random.Random(1)) == []
    assert names.other_version("We use BERT here.", random.Random(1)) == []


def test_a_name_has_other_versions() -> None:
    texts = {
        text
        for seed in range(40)
        for _, text in names.other_version("We use GPT-4 here.", random.Random(seed))
    }
    assert texts == {f"We use GPT-{n} here." for n in (2, 3, 5, 6)}
    large = {
        text
        for seed in range(40)
        for _, text in names.other_version("We use Net50 here.", random.Random(seed))
    }
    assert large == {f"We use Net{n} here." for n in (40, 70, 100)}
