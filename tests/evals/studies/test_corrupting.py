"""Generated corruptions say something else than their source; light edits do not."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from evals.studies.corrupting import (
    CORRUPTIONS,
    EDITS,
    corrupt,
    dropping,
    edit,
    figures,
    joining,
    moving,
    names,
    negation,
    opposites,
)
from evals.studies.corrupting.wording import Change

OTHERS = [
    "We compare our method with ELMo on SQuAD and report the F1 scores.",
    "The drug lovastatin was given to patients with MRSA in Spain.",
    "Our results show that IL-6 and TP53 regulate the response of T cells.",
    "We train DistilBERT and ImageBind on the GLUE and VQA benchmarks.",
    "Patients with COPD were treated by PCR analysis for several weeks.",
]
LIBRARY = [
    "However, the GPT-4 model reaches 81.2% accuracy on three datasets, compared with 64.5% for RoBERTa.",
    "We show that BERT outperforms ELMO on the SQUAD benchmark by 2.5 points.",
    "In this paper, we show that training improves accuracy and robustness in five settings.",
    "It was associated with lower mortality (P < 0.05) in patients with diabetes.",
    "Treatment with simvastatin did not reduce the risk of stroke (n = 240) after 12 months.",
    "The models are trained on 1.5 million images without requiring labels.",
    "After training, the model achieves state-of-the-art results, which makes it suitable for many tasks.",
    "Moreover, the effect was not observed in 24 patients from Brazil, suggesting a role of IL-13.",
    "We use a larger network to predict the structure of the protein.",
    "Clinical and pathological features of all patients were recorded between 10 and 20 weeks.",
]


def outcomes(operation: Callable[[str, random.Random], list[Change]], sentence: str) -> set[str]:
    return {text for seed in range(60) for _, text in operation(sentence, random.Random(seed))}


INSTANCES = [
    (
        figures.sign,
        "The effect was large (P < 0.05) in both groups.",
        "The effect was large (P > 0.05) in both groups.",
    ),
    (figures.unit, "Each query takes 20 ms on average.", "Each query takes 20 s on average."),
    (figures.scale, "It is trained on 3 million images.", "It is trained on 3 billion images."),
    (figures.words, "We evaluate it on three datasets.", "We evaluate it on five datasets."),
    (figures.words, "It is twice as fast as the baseline.", "It is four times as fast as the baseline."),
    (figures.point, "The error falls by 4.5% in total.", "The error falls by 45% in total."),
    (figures.digit, "It reaches 81.2% accuracy.", "It reaches 61.2% accuracy."),
    (figures.digit, "Speed rises 3x over the baseline.", "Speed rises 5x over the baseline."),
    (figures.swapped, "It raises accuracy from 54% to 76%.", "It raises accuracy from 76% to 54%."),
    (figures.ends, "The ratio was 1.8 (95% CI, 1.2 to 2.6).", "The ratio was 1.8 (95% CI, 1.2 to 8.6)."),
    (negation.inserted, "Age was associated with risk.", "Age was not associated with risk."),
    (negation.inserted, "The model can handle long inputs.", "The model cannot handle long inputs."),
    (negation.inserted, "The test is widely used.", "The test is no longer widely used."),
    (negation.inserted, "The effect has been shown in mice.", "The effect has never been shown in mice."),
    (negation.supported, "The method improves accuracy.", "The method does not improve accuracy."),
    (negation.supported, "We propose a new loss.", "We do not propose a new loss."),
    (
        negation.supported,
        "The drug reduced the risk of stroke.",
        "The drug did not reduce the risk of stroke.",
    ),
    (
        negation.supported,
        "It significantly improves recall here.",
        "It does not significantly improve recall here.",
    ),
    (negation.removed, "The drug did not reduce mortality.", "The drug reduced mortality."),
    (negation.removed, "It does not rely on labels.", "It relies on labels."),
    (negation.removed, "The effect was not seen in mice.", "The effect was seen in mice."),
    (negation.removed, "The test cannot detect cancer.", "The test can detect cancer."),
    (negation.removed, "There was no association with age.", "There was an association with age."),
    (negation.without, "It learns without labels.", "It learns with labels."),
    (negation.without, "It learns without requiring labels.", "It learns while requiring labels."),
    (negation.without, "We studied patients with diabetes.", "We studied patients without diabetes."),
    (opposites.words, "It outperforms the baseline.", "It underperforms the baseline."),
    (opposites.words, "An increase in risk was seen.", "A decrease in risk was seen."),
    (opposites.words, "It is more accurate than the baseline.", "It is less accurate than the baseline."),
    (opposites.adverbs, "Such models often fail in practice.", "Such models rarely fail in practice."),
    (opposites.quantifiers, "All patients were treated early.", "None of the patients were treated early."),
    (
        dropping.dropped_brackets,
        "A scan (with dye) and MRI (n = 20) were used.",
        "A scan (with dye) and MRI were used.",
    ),
    (dropping.dropped_connective, "However, the effect is small.", "The effect is small."),
    (dropping.dropped_connective, "We also study the loss of the model.", "We study the loss of the model."),
    (
        dropping.dropped_tail,
        "The new model is small, which makes it fast.",
        "The new model is small.",
    ),
    (
        dropping.dropped_tail,
        "The model is trained on several tasks, including parsing, tagging and translation.",
        "The model is trained on several tasks.",
    ),
    (dropping.dropped_aside, "Our model, a small network, is fast.", "Our model is fast."),
    (moving.moved_work, "In this paper, we show that X is fast.", "We show in this paper that X is fast."),
    (moving.moved_work, "We study small models in this paper.", "In this paper, we study small models."),
    (moving.moved_clause, "After training, the model is fast.", "The model is fast after training."),
    (
        moving.moved_clause,
        "The first model is small, while the second model is fast.",
        "While the second model is fast, the first model is small.",
    ),
    (moving.moved_connective, "However, the effect is small.", "The effect, however, is small."),
    (moving.moved_purpose, "We propose a loss to improve recall.", "To improve recall, we propose a loss."),
    (moving.moved_degree, "Risk increased significantly in men.", "Risk significantly increased in men."),
    (
        moving.swapped_members,
        "We list clinical and pathological features of it.",
        "We list pathological and clinical features of it.",
    ),
    (
        moving.swapped_list,
        "It is a matter of recall, memory and cost.",
        "It is a matter of memory, recall and cost.",
    ),
]


@pytest.mark.parametrize(
    ("operation", "before", "after"), INSTANCES, ids=[after for _, _, after in INSTANCES]
)
def test_an_operation_makes(
    operation: Callable[[str, random.Random], list[Change]], before: str, after: str
) -> None:
    assert after in outcomes(operation, before)


LEFT_ALONE = [
    (figures.digit, "GPT-4 and ResNet-50 beat H1N1 in Section 3 under L2 loss."),
    (figures.digit, "The 3D model of COVID-19 is shown in Table 2."),
    (figures.swapped, "Networks with 10 and 20 layers were trained."),
    (negation.inserted, "We ask whether the drug was effective."),
    (negation.inserted, "It is not only fast but also small."),
    (negation.inserted, "All patients were treated with insulin."),
    (negation.supported, "Patients treated early had reduced risk."),
    (negation.supported, "This increases costs, but it does not improve quality."),
    (negation.removed, "It is not only fast but also small."),
    (negation.removed, "It does not require any labels."),
    (negation.without, "It works with or without labels."),
    (opposites.words, "We ask whether the risk is higher."),
    (opposites.words, "Values were higher or lower than before."),
    (dropping.dropped_brackets, "It holds (only in mice) for all doses."),
    (dropping.dropped_tail, "It is fast on all of the tests, which may not hold for others."),
    (dropping.dropped_tail, "The organelles, including rods, cones and spikes, still require a good study."),
    (dropping.dropped_connective, "It is not only fast but also small."),
    (moving.swapped_members, "We used the protein Arp4 and Swc7 here."),
    (moving.swapped_members, "The A1 and B2 groups had 3 and 4 members, respectively."),
    (moving.moved_clause, "When it was tested, the model was fast and it failed."),
    (moving.moved_connective, "However, when tested, the model is slow."),
]


@pytest.mark.parametrize(("operation", "sentence"), LEFT_ALONE, ids=[s for _, s in LEFT_ALONE])
def test_an_operation_leaves_alone(
    operation: Callable[[str, random.Random], list[Change]], sentence: str
) -> None:
    assert outcomes(operation, sentence) == set()


@pytest.mark.parametrize(
    ("sentence", "stays"),
    [
        ("At least 40% of patients improved.", lambda n: n > 40),
        ("Fewer than 40% of patients improved.", lambda n: n < 40),
        ("Exactly 0.50 percent of patients improved.", lambda n: n != 0.5 and n < 1),
    ],
    ids=["above a lower bound", "below an upper bound", "not equal"],
)
def test_a_changed_share_is(sentence: str, stays: Callable[[float], bool]) -> None:
    values = [float(re.findall(r"\d+(?:\.\d+)?", text)[0]) for text in outcomes(figures.digit, sentence)]
    assert values
    assert all(map(stays, values))


def test_a_name_gives_way_to_a_foreign_one_of_its_form() -> None:
    source = "We show that treatment with simvastatin is safe."
    found = {new for seed in range(9) for _, new in names.replaced(source, OTHERS, random.Random(seed))}
    assert found == {"We show that treatment with lovastatin is safe."}


def test_a_name_has_another_version() -> None:
    found = {
        new
        for seed in range(20)
        for _, new in names.version("We train GPT-4 on text.", [], random.Random(seed))
    }
    assert "We train GPT-3 on text." in found
    assert "We train GPT-4 on text." not in found


def test_names_are_exchanged_over_a_directed_relation() -> None:
    changes = names.exchanged("Here BERT outperforms ELMO on it.", [], random.Random(1))
    assert [new for _, new in changes] == ["Here ELMO outperforms BERT on it."]


def test_names_in_one_list_are_not_exchanged() -> None:
    assert names.exchanged("Here BERT and ELMO outperform it.", [], random.Random(1)) == []


def test_an_introduced_short_form_stays() -> None:
    source = "Magnetic resonance imaging (MRI) is used, and MRI is safe."
    assert names.replaced(source, OTHERS, random.Random(1)) == []


def test_two_sentences_become_one() -> None:
    found = {joining.joined("It is fast.", "The model is small.", random.Random(s)) for s in range(9)}
    assert {f[1] for f in found if f} == {
        "It is fast; the model is small.",
        "It is fast, and the model is small.",
    }


def test_a_possible_name_keeps_its_capital_or_blocks_joining() -> None:
    assert joining.joined("It is fast.", "Adam is small.", random.Random(1)) is None
    kept = joining.joined("It is fast.", "BERT is small.", random.Random(1))
    assert kept is not None
    assert "BERT" in kept[1]


def made() -> list[tuple[str, str, str]]:
    found = []
    for seed in range(25):
        rng = random.Random(seed)
        altered = [corrupt(kind, s, OTHERS, rng) for kind in CORRUPTIONS for s in LIBRARY]
        altered += [edit(kind, LIBRARY, rng) for kind in EDITS]
        found += [(a.kind, a.source, a.text) for a in altered if a]
    return found


MADE = made()


def test_every_kind_is_made() -> None:
    assert {kind for kind, _, _ in MADE} == {*CORRUPTIONS, *EDITS}


def test_the_text_is_never_the_source() -> None:
    assert all(text != source for _, source, text in MADE)


def test_the_source_is_verbatim() -> None:
    assert all(source in " ".join(LIBRARY) for _, source, _ in MADE)


def quantities(text: str) -> list[str]:
    words = "two|three|four|five|six|seven|eight|nine|ten|twelve|million|billion|thousand|trillion|weeks|months|years|days"
    return re.findall(rf"\d[\d.,]*|[<>=%]|\b(?:{words})\b", text)


def test_a_changed_number_shows_in_the_quantities_or_their_order() -> None:
    assert all(quantities(source) != quantities(text) for kind, source, text in MADE if kind == "number")


def test_light_edits_bring_no_new_words() -> None:
    for kind, source, text in MADE:
        if kind in ("reordered", "shortened", "joined"):
            assert set(re.findall(r"\w+", text.lower())) <= {*re.findall(r"\w+", source.lower()), "and"}


def test_moving_keeps_every_word() -> None:
    for kind, source, text in MADE:
        if kind == "reordered":
            assert sorted(re.findall(r"\w+", text.lower())) == sorted(re.findall(r"\w+", source.lower()))


def test_the_same_seed_gives_the_same_result() -> None:
    assert made() == MADE


@pytest.mark.parametrize(
    "sentence",
    ["Too short.", "a fragment that begins in the middle of it.", "It costs $5 \\alpha for the first of us."],
)
def test_a_broken_sentence_is_left_alone(sentence: str) -> None:
    assert all(corrupt(kind, sentence, OTHERS, random.Random(1)) is None for kind in CORRUPTIONS)
    assert all(edit(kind, [sentence], random.Random(1)) is None for kind in EDITS)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no such corruption"):
        corrupt("spelling", LIBRARY[0], OTHERS, random.Random(1))
    with pytest.raises(ValueError, match="no such edit"):
        edit("spelling", LIBRARY, random.Random(1))
