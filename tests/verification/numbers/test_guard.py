"""Which figures of a statement an abstract gives, and which were changed."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.papers import shared

from assistant.core.text.sentences import split
from assistant.verification.numbers.guard import NumberedText, Violation, check, moved

MODEL = (
    "We present LXR, a Transformer with three encoders and 24 layers. It has 1.5B parameters and was "
    "trained on 1,500,000 images from five datasets for 3 days on 8 GPUs. LXR improves accuracy by "
    "5.2% and speed by 3.1x. On CIFAR-100 it reaches 88.53% accuracy, and on ImageNet-1K the error "
    "drops from 54% to 46%. Inference takes 1500 ms per image, against 12 s before. LXR outperforms "
    "GPT-2 by 7 points, uses up to 40% less memory and needs fewer than 10 examples. The model is "
    "30% smaller. It ranks first on Weather, KITTI, Moving MNIST and Human3.6M."
)
TRIAL = (
    "In this trial, 240 patients with type 2 diabetes were followed for 12 months. Mortality "
    "increased by 15 percent in the control group (p < 0.05) and fell to 8.4% in the treated group "
    "(95% CI 6.1-10.7; P = .003). Half of the patients were aged 65 years or older. Patients "
    "received 20 mg of drug A or 2 g of drug B at least twice a week; IL-6 levels were 1.4 +/- 0.24 "
    "ng. The odds ratio was 0.54, two thirds were women, and a change of −5 points was seen. More "
    "than 90% of 37 hospitals took part between 2005 and 2010. Blood pressure was higher than 140 in "
    "18% of cases."
)

ALLOWED = [
    # As written, in other words, in another notation
    (MODEL, "LXR improves accuracy by 5.2%."),
    (MODEL, "LXR improves accuracy by 5.2 percent."),
    (MODEL, "LXR was trained on 1.5 million images."),
    (MODEL, "LXR was trained on 1500000 images from 5 datasets."),
    (MODEL, "LXR has 1.5 billion parameters."),
    (MODEL, "LXR has 3 encoders."),
    (MODEL, "The 24-layer model was trained on eight GPUs."),
    (MODEL, "The twenty-four layers were trained for three days."),
    (MODEL, "Training took 72 hours."),
    (MODEL, "Speed improves by $3.1\\times$."),
    (MODEL, "Inference takes 1.5 s per image."),
    (MODEL, "On CIFAR100, LXR is right in 88.53% of cases."),
    (MODEL, "On cifar-100 the accuracy is 88.53\\%."),
    (MODEL, "LXR ranks first on four benchmarks."),
    (MODEL, "LXR beats GPT-2 by seven points."),
    # Rounding that is stated or keeps three figures
    (MODEL, "Accuracy is 88.5%."),
    (MODEL, "Accuracy is roughly 88%."),
    (MODEL, "Accuracy is nearly 89%."),
    (MODEL, "Accuracy is over 88%."),
    (MODEL, "Accuracy is under 89%."),
    (MODEL, "Accuracy is almost 90%."),
    (MODEL, "Accuracy improves by around 5%."),
    (MODEL, "Inference is about 3x faster."),
    # Derived from figures that the abstract compares
    (MODEL, "The error drops by 8 points on ImageNet-1K."),
    # What need not be said
    (MODEL, "One can use LXR on images."),
    (MODEL, "It is one of the best models in two ways."),
    (MODEL, "We first train LXR, as shown in Fig. 2 [1]."),
    (MODEL, "It uses up to 40% less memory."),
    (TRIAL, "240 patients were followed for 1 year."),
    (TRIAL, "Two hundred and forty patients were followed for a 12-month period."),
    (TRIAL, "Mortality rose (p<0.05)."),
    (TRIAL, "Mortality fell to 8.4% (p=0.003)."),
    (TRIAL, "Mortality fell significantly (p < 0.05)."),
    (TRIAL, "50% of the patients were at least 65 years old."),
    (TRIAL, "The dose of drug A was 0.02 g."),
    (TRIAL, "The dose of drug B was 2000 mg."),
    (TRIAL, "Two-thirds were women."),
    (TRIAL, "About 67% were women."),
    (TRIAL, "IL6 was 1.4±0.24 ng."),
    (TRIAL, "The score decreased by 5 points."),
    (TRIAL, "Over 90% of the hospitals took part."),
    (TRIAL, "Thirty-seven hospitals took part from 2005 to 2010."),
    (TRIAL, "Blood pressure was above 140 in 18% of cases."),
    ("Throughput is doubled.", "Throughput is 2x as high."),
    ("Throughput is doubled.", "Throughput grows by 100%."),
    ("Cost falls by 50%.", "Cost is halved."),
    ("The risk is twice as high.", "There is a two-fold risk."),
    ("About 10(6) cells were seen.", "About 10^6 cells were seen."),
    ("A 3D scene is shown.", "A three-dimensional scene is shown."),
    ("Three-dimensional scenes are shown.", "3D scenes are shown."),
    ("TGF-β1 rises.", "TGF-beta1 rises."),
    ("BRCA1 carriers are at risk.", "BRCA 1 carriers are at risk."),
]

CHANGED = [
    # Another figure
    (MODEL, "LXR improves accuracy by 6.2%.", "number"),
    (MODEL, "LXR was trained on 2.5 million images.", "number"),
    (MODEL, "LXR was trained on six datasets.", "number"),
    (MODEL, "LXR has 15B parameters.", "number"),
    (MODEL, "LXR has 1.5 million parameters.", "number"),
    (MODEL, "LXR has four encoders.", "number"),
    (MODEL, "The 12-layer model was trained.", "number"),
    (MODEL, "Training took 48 hours.", "number"),
    (MODEL, "LXR doubles the speed.", "number"),
    (MODEL, "Accuracy reaches 92%.", "number"),
    (MODEL, "The error drops from 54% to 45%.", "number"),
    (MODEL, "LXR ranks first on 7 benchmarks.", "number"),
    # Rounding that is wrong or not stated
    (MODEL, "Accuracy is 89%.", "number"),
    (MODEL, "Accuracy is 88.6%.", "number"),
    (MODEL, "Accuracy is over 89%.", "number"),
    (MODEL, "Accuracy is about 80%.", "number"),
    (MODEL, "Accuracy is nearly 88%.", "number"),
    (MODEL, "Accuracy is under 88%.", "number"),
    # Another unit
    (MODEL, "Inference takes 1500 s per image.", "unit"),
    (MODEL, "Inference took 12 ms before.", "unit"),
    (MODEL, "Speed improves by 3.1%.", "unit"),
    (MODEL, "Accuracy improves by 5.2x.", "unit"),
    (TRIAL, "The dose of drug A was 20 g.", "unit"),
    (TRIAL, "Patients were followed for 12 weeks.", "unit"),
    (TRIAL, "IL-6 levels were 1.4 +/- 0.24 mg.", "unit"),
    # A figure in the place of another
    (MODEL, "It has 24 encoders.", "number"),
    (MODEL, "It was trained on images from 24 datasets for 3 days.", "number"),
    (MODEL, "On ImageNet-1K the error drops from 46% to 54%.", "number"),
    (MODEL, "The model is 40% smaller.", "number"),
    (MODEL, "LXR improves accuracy by 30%.", "number"),
    (TRIAL, "In this trial, 37 patients with type 2 diabetes were followed for 12 months.", "number"),
    ("It improves CLIP by up to 10.5% and SimCLR by 29.7%.", "It improves CLIP by up to 29.7%.", "number"),
    (
        "It improves CLIP by 10.5%. It also improves SimCLR by 29.7%.",
        "CLIP by 29.7%, SimCLR by 10.5%.",
        "number",
    ),
    # The other direction
    (MODEL, "LXR underperforms GPT-2 by 7 points.", "direction"),
    (MODEL, "It uses up to 40% more memory.", "direction"),
    (MODEL, "The model is 30% larger.", "direction"),
    (MODEL, "LXR degrades accuracy by 5.2%.", "direction"),
    (TRIAL, "Mortality decreased by 15 percent in the control group.", "direction"),
    (TRIAL, "Mortality rose to 8.4% in the treated group.", "direction"),
    (TRIAL, "Blood pressure was lower than 140 in 18% of cases.", "relation"),
    # Another bound
    (MODEL, "LXR needs more than 10 examples.", "relation"),
    (MODEL, "It has more than 24 layers.", "relation"),
    (MODEL, "LXR uses at least 40% less memory.", "relation"),
    (TRIAL, "Mortality increased in the control group (p > 0.05).", "relation"),
    (TRIAL, "Less than 90% of hospitals took part.", "relation"),
    (TRIAL, "Half were aged 65 years or younger.", "relation"),
    (TRIAL, "They took drug B at most twice a week.", "relation"),
    # Other values of a trial
    (TRIAL, "250 patients were followed.", "number"),
    (TRIAL, "Patients had type 1 diabetes.", "number"),
    (TRIAL, "Mortality fell to 8.4% (p = 0.03).", "number"),
    (TRIAL, "Mortality rose (p < 0.001) in the control group.", "number"),
    (TRIAL, "A third of the patients were aged 65 years or older.", "number"),
    (TRIAL, "A change of 5 points was seen.", "number"),
    (TRIAL, "37 hospitals took part between 2005 and 2012.", "number"),
    (TRIAL, "Three quarters were women.", "number"),
    ("Throughput is doubled.", "Throughput is tripled.", "number"),
    ("p < 5e-8 was reached.", "p < 5e-9 was reached.", "number"),
    # Another name
    (MODEL, "On CIFAR-10 it reaches 88.53% accuracy.", "name"),
    (MODEL, "LXR outperforms GPT-3 by 7 points.", "name"),
    (MODEL, "On ImageNet-21K the error drops.", "name"),
    (MODEL, "LXR was tested on UCF101.", "name"),
    (TRIAL, "IL-8 levels were 1.4 ng.", "name"),
]


@pytest.mark.parametrize(("abstract", "statement"), ALLOWED)
def test_a_figure_that_the_abstract_gives_is_allowed(abstract: str, statement: str) -> None:
    assert check(statement, [abstract]) == ()


@pytest.mark.parametrize(("abstract", "statement", "kind"), CHANGED)
def test_a_changed_figure_is_a_violation(abstract: str, statement: str, kind: str) -> None:
    assert kind in {v.kind for v in check(statement, [abstract])}


@pytest.mark.parametrize("abstract", [MODEL, TRIAL])
def test_no_sentence_violates_its_own_abstract(abstract: str) -> None:
    sentences = [abstract[s.start : s.end] for s in split(abstract)]
    assert [check(s, [abstract]) for s in sentences] == [()] * len(sentences)


def test_the_message_names_the_figure_and_the_nearest_one() -> None:
    assert check("Accuracy is 92%.", ["Accuracy is 90%."]) == (
        Violation("92%", "number", "The abstract does not give 92%. The nearest is 90%.", "90%"),
    )


def test_a_direction_message_quotes_both_words() -> None:
    (violation,) = check("The model is 30% larger.", ["The model is 30% smaller."])
    assert violation.message == 'The abstract says "smaller" with 30%, not "larger".'


def test_any_one_of_several_abstracts_may_give_a_figure() -> None:
    assert check("A reaches 71% and B reaches 82%.", ["A reaches 71%.", "B reaches 82%."]) == ()


def test_without_an_abstract_a_figure_is_a_violation() -> None:
    assert [v.nearest for v in check("It reaches 71%.", [])] == [""]


def test_a_statement_without_figures_has_no_violation() -> None:
    assert check("", [MODEL]) == ()


def test_a_parsed_source_gives_the_same_as_its_text() -> None:
    statement = "LXR has four encoders and GPT-3."
    assert check(statement, [NumberedText(MODEL)]) == check(statement, [MODEL])


def test_a_negated_opposite_is_no_clash() -> None:
    assert (
        check("The gap is not higher than before, at 12%.", ["The gap is lower than before, at 12%."]) == ()
    )


def test_reduced_error_and_improved_accuracy_are_no_clash() -> None:
    assert check("It improves accuracy by 12%.", ["It reduces error by 12%."]) == ()


@given(st.text(max_size=120))
def test_no_text_violates_itself(text: str) -> None:
    assert check(text, [text]) == ()


@given(st.integers(min_value=11, max_value=9_999), st.integers(min_value=11, max_value=9_999))
def test_one_count_stands_for_another_only_if_they_are_equal(said: int, there: int) -> None:
    found = check(f"It saw {said} rows.", [f"It saw {there} rows."])
    assert bool(found) == (said != there)


@pytest.mark.shared
def test_real_sentences_do_not_violate_their_own_abstracts() -> None:
    path = shared("scifact", "corpus.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines][::25]
    abstracts = [(f"{r['title']}. {r['abstract']}", r["sentences"]) for r in records]
    found = [check(sentence, [text]) for text, sentences in abstracts for sentence in sentences]
    assert sum(map(bool, found)) <= 0.001 * len(found)


def test_the_message_of_a_unit_in_place_of_another_gives_both() -> None:
    (violation,) = check("It takes 5 s.", ["It takes 5 ms."])
    assert (violation.kind, violation.message) == ("unit", "The abstract says 5 ms, not 5 s.")


@pytest.mark.parametrize(
    ("statement", "source", "kinds"),
    [
        # A small count in words need not be said, unless the same things are counted otherwise
        ("It has three wings.", "Dot flies.", []),
        ("It has four wings.", "Dot flies.", ["number"]),
        ("It has 3 wings.", "Dot flies.", ["number"]),
        ("It has three wings.", "Dot has 5 wings.", ["number"]),
        ("It is half a wing.", "Dot flies.", ["number"]),
        ("The fifth wing flies.", "Dot flies.", []),
        ("The fifth wing flies.", "The second wing flies.", ["number"]),
        # A bare figure fits one with a unit, unless it counts other things
        ("The accuracy is 92.", "It reaches 92 % in accuracy.", []),
        ("It has 92 layers.", "It reaches 92 % in accuracy.", ["number"]),
        ("It gains 5 points.", "It gains 5 %.", []),
        ("Speed doubled.", "Speed grew by 100 %.", []),
        ("It takes 5 s.", "It takes 5 ms.", ["unit"]),
        # A minus in words
        ("It fell by 5 %.", "A change of -5 % was seen.", []),
        ("It rose by 5 %.", "A change of -5 % was seen.", ["number"]),
        # Bounds
        ("Over 40 mice died.", "More than 40 mice died.", []),
        ("Over 40 mice died.", "Fewer than 40 mice died.", ["relation"]),
        ("Over 40 mice died.", "There were 40 mice that died.", ["relation"]),
        ("Over 40 mice died.", "Of old mice 40+ died.", []),
        ("Over 40 mice died.", f"More{' ' * 36}40 mice died.", []),
        ("Over 40 mice died.", f"More{' ' * 37}40 mice died.", ["relation"]),
        # Names with figures
        ("It uses GPT-4.", "It uses GPT-3 here.", ["name"]),
        ("It uses GPT-4.", "It uses GPT-4.5 here.", ["name"]),
        ("It uses GPT-4.", "It uses GPT 4 here.", []),
        ("It is COVID-19.", "It is a coronavirus.", []),
        ("It is 4D.", "It is 3D.", ["name"]),
    ],
)
def test_what_a_source_must_say_of_a_figure(statement: str, source: str, kinds: list[str]) -> None:
    assert [v.kind for v in check(statement, [source])] == kinds


@pytest.mark.parametrize(
    ("statement", "source", "message"),
    [
        ("It has 7 wings.", "Dot flies.", "The abstract does not give 7."),
        ("It has 7 wings.", "Dot has 5 wings and 9 legs.", "The abstract says 5, not 7."),
        ("It cost 7 francs.", "It took 5 ms and 9 mice.", "The abstract does not give 7. The nearest is 9."),
        ("It uses GPT-4.", "It uses GPT-3 and BERT-4.", "The abstract does not give gpt4. The nearest is gpt3."),
        ("About Over 40 mice died.", "Fewer than 40 mice died.", 'The abstract says "Fewer than 40 mice died", not "About Over 40".'),
    ],
)  # fmt: skip
def test_the_sentence_for_the_user(statement: str, source: str, message: str) -> None:
    assert [v.message for v in check(statement, [source])] == [message]


@pytest.mark.parametrize(
    ("statement", "other_place"),
    [
        ("It is 2.4 times as fast on UCF.", True),
        ("It is 2.4 times as fast on ImageNet.", False),
        ("It is 8.6 times as fast on UCF.", False),
        ("It is 2.4 times as fast on Kinetics.", False),
        ("It is 2.4 times as fast on mice.", False),
        ("It is 3.3 times as fast on UCF.", False),
        ("On UCF it is 2.4 times as fast.", False),
    ],
)
def test_a_figure_beside_the_name_of_another(statement: str, other_place: bool) -> None:
    source = "It is 2.4 times as fast on ImageNet and 8.6 times as fast on UCF."
    assert moved(statement, [source]) is other_place


@pytest.mark.parametrize(
    "statement",
    [
        "The authors counted 340 otters.",
        "They counted 340 river otters.",
        "There were 340 river otters in all.",
    ],
)
def test_a_figure_of_another_thing_is_no_rival(statement: str) -> None:
    assert check(statement, ["We counted otters in twelve rivers and found 340 animals."]) == ()
    (found,) = check(
        "They went to 340 wide rivers.", ["We counted otters in twelve rivers and found 340 animals."]
    )
    assert found.nearest == "twelve"
