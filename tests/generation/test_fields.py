"""Definitions, kinds of things, what is asked of the paper before, and slips: over papers of plants and lakes, of nursing and judgement, of scans and sleep, and
over the sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant import Answer, Assistant, Chat, Paper, Settings

FIELDS = {
    "allelo-review": (
        "Chemical interference among plants: a review",
        "Plants compete for light, water and nutrients. Some species also release compounds that hinder the germination of their neighbours, a phenomenon known as allelopathy. This review covers 112 field trials in rice, wheat and sorghum. In 61 of them weed cover fell by more than a third. Most trials lasted a single season. We recommend longer experiments with adequate controls.",
    ),
    "allelo-rye": (
        "Rye mulch and the emergence of lettuce",
        "We studied allelopathy of rye mulch in 24 lettuce plots, where allelopathy makes it hard to time planting. Rye mulch delayed lettuce by six days. Weed biomass was 44% lower under mulch than on bare soil. Yields at harvest were equal. Mulch is of use if planting is put off by a week.",
    ),
    "cascade": (
        "Sea otters, urchins and the return of kelp",
        "When a top predator vanishes, its prey multiply and strip the vegetation, so that the loss cascades down the food web. We followed 14 kelp beds for nine years after sea otters had come back. Urchin density fell by 88% within three years. Kelp cover rose from 9% to 61%. Trophic cascades of this size had not been measured on open coasts before. The recovery held during two warm winters.",
    ),
    "cascade-lake": (
        "Pike stocking in shallow lakes and water clarity",
        "We tested whether stocking of pike starts a trophic cascade in shallow lakes. Eight lakes were stocked and eight were not. Secchi depth did not change over four summers. Roach numbers fell by 12% only. A trophic cascade is not to be expected where cover for small fish is abundant.",
    ),
    "eutro": (
        "Phosphorus recycling in dimictic lakes",
        "Eutrophication, the over-enrichment of water with nutrients, persists in many lakes after sewage has been diverted. We measured release of phosphorus from sediment in 31 lakes. Release was 4.1 mg per square metre and day in summer. Iron-rich sediment released half as much. Treatment with aluminium lowered chlorophyll by 38%.",
    ),
    "anchor": (
        "First numbers pull later estimates: a replication in 21 laboratories",
        "Anchoring occurs when a number that was seen first pulls later estimates towards it. We repeated four classic tasks with 5,284 volunteers in 21 laboratories. The effect was found in all tasks, with a mean d of 0.9. It did not depend on numeracy. Warnings reduced it by a tenth. Samples from five continents gave the same picture.",
    ),
    'anchor-court': (
        'Sentencing demands and judges',
        "Judges are told of the prosecutor's demand before they rule. We gave 120 judges one of two demands in a mock case. Sentences were eight months longer after the high demand. Anchoring was as strong among experienced judges. Training sessions of an hour did not help. Anchoring in court deserves a remedy in procedure.",
    ),
    'moral': (
        "Moral injury in paramedics: lasting distress after acts that go against one's values",
        'Paramedics met choices during the pandemic for which nobody had prepared them. We interviewed 46 of them twice, a year apart. Two thirds told of nights in which such a choice came back to them. Support by peers was valued more than formal debriefing. Moral injury was lower in stations with a regular crew.',
    ),
    "nurse-burnout": (
        "Self-scheduling and exhaustion among ward nurses",
        "Burnout is common on surgical wards. In a stepped-wedge trial on 18 wards, 402 nurses drew up their own rota. Exhaustion fell by 3.2 points and sick leave by a fifth. Staff turnover did not change in the year of the trial. Wards with a head nurse in post for longer gained more. Self-scheduling costs nothing and may be tried elsewhere.",
    ),
    "mri-motion": (
        "Head motion in imaging of toddlers without sedation",
        "Imaging of toddlers often fails because they move. We imaged 88 toddlers in natural sleep with a feed-and-wrap routine. In 71 the images could be used. Mean displacement was 0.3 mm. Failures were due to waking when the noise began. Sedation can be avoided in most toddlers.",
    ),
    "caffeine-nap": (
        "Caffeine before a short nap in night drivers",
        "Drivers are drowsy before dawn. Twenty drivers took 150 mg of caffeine or placebo before a 20-minute nap at 2 a.m. Lane drift fell by 41% after caffeine. The nap alone had no effect on drift. Two drivers could not sleep. Caffeine before a short nap keeps drivers in lane for three hours.",
    ),
    "melatonin-blind": (
        "Melatonin for free-running rhythms in blind adults",
        "Blind people often drift out of step with the day. Seven totally blind adults took 0.5 mg of melatonin or placebo at bedtime for nine weeks. Six of them entrained to a 24-hour day with melatonin. Nobody entrained with placebo. Sleep at night lengthened by 46 minutes. Low doses suffice.",
    ),
    "zolpidem-old": (
        "Zolpidem and balance after waking in people over 60",
        "Falls at night have many causes. Twenty-five adults were woken two hours after 5 mg of zolpidem or placebo and asked to walk a beam. With zolpidem 58% stepped off the beam, with placebo none did. Working memory was worse for half an hour. Zolpidem is a hazard for those who rise at night.",
    ),
    "light-box": (
        "Morning bright light for delayed sleep in students",
        "Students go to bed late. Forty-one of them sat before a light box of 10,000 lux for 30 minutes after waking. Sleep onset moved forward by 52 minutes in three weeks. Grades were not affected. Half had given up the light box by the end of term.",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def fields(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(Path(tmp_path_factory.mktemp("fields")) / "library", settings=Settings()) as made:
        made.add([Paper(key, title, abstract) for key, (title, abstract) in FIELDS.items()])
        yield made


def asked(library: Assistant, *questions: str) -> Answer:
    chat = Chat(library)
    return [chat.ask(question) for question in questions][-1]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        # Another paper uses the word twice, and more of the question's words.
        ("What is allelopathy?", "known as allelopathy"),
        ("What's allelopathy?", "known as allelopathy"),
        ("Define allelopathy.", "known as allelopathy"),
        ("What does allelopathy mean?", "known as allelopathy"),
        ("What is eutrophication?", "the over-enrichment of water"),
        ("What is anchoring?", "Anchoring occurs when"),
    ],
)
def test_a_definition_is_led_by_what_explains_the_term(fields: Assistant, question: str, first: str) -> None:
    assert first in fields.ask(question).statements[0].text


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What is catastrophic forgetting?", "makes a network forget the old ones catastrophically"),
        ("What is neural collapse?", "features of one class vary less and less"),
        ("What is class-incremental learning?", "lets a model take in new classes over time"),
    ],
)
def test_so_it_is_in_the_sample(sample: Assistant, question: str, first: str) -> None:
    assert first in sample.ask(question).statements[0].text


@pytest.mark.parametrize(
    "question",
    [
        "What datasets are used for few-shot class-incremental learning?",
        "Which optimizers were used for class-incremental learning?",
        "What programming languages are used for novel class discovery?",
        "Which drugs were tested?",
        "Which vaccines were tested?",
    ],
)
def test_a_kind_of_thing_that_no_abstract_names_is_refused(sample: Assistant, question: str) -> None:
    assert sample.ask(question).refusal


@pytest.mark.parametrize(
    "question",
    [
        "What scanners were used for imaging of toddlers?",
        "Which questionnaires were used to measure burnout in nurses?",
        "Which species of urchin live in kelp beds?",
        "Which vaccines were tested?",
        # Caffeine, melatonin and zolpidem are, but no word near to "drugs" tells them from weeds.
        "Which drugs were tested?",
    ],
)
def test_so_it_is_in_other_fields(fields: Assistant, question: str) -> None:
    answer = fields.ask(question)
    assert answer.refusal
    assert answer.warnings == ()


@pytest.mark.parametrize(
    ("question", "paper"),
    [
        ("On which benchmarks does MIMO-VP rank first?", "mimo-all-you-need"),
        ("Which three geometric problems do Pointer Networks learn to solve?", "pointer-networks"),
        (
            "In which order are tokens decoded when image generation is treated as near-to-far outpainting?",
            "neighboring-autoregressive-modeling",
        ),
    ],
)
def test_a_kind_that_is_named_is_answered(sample: Assistant, question: str, paper: str) -> None:
    assert sample.ask(question).sources[0].paper.id.startswith(paper)


@pytest.mark.parametrize(
    ("questions", "attribute"),
    [
        (("Does caffeine before a nap help drivers?", "its cost?"), "cost"),
        (("Did pike stocking change water clarity?", "And its cost?"), "cost"),
        (("Does morning light help students?", "What is its price?"), "price"),
        (("Does zolpidem affect balance?", "What about its speed?"), "speed"),
    ],
)
def test_what_the_paper_before_says_nothing_of_is_refused_as_such(
    fields: Assistant, questions: Sequence[str], attribute: str
) -> None:
    answer = asked(fields, *questions)
    assert answer.refusal
    assert answer.refusal.kind == "not_stated"
    assert answer.remark.startswith("The abstract of “")
    assert answer.remark.endswith(f"” says nothing of “{attribute}”.")


def test_so_it_is_after_a_survey(sample: Assistant) -> None:
    answer = asked(sample, "Which survey covers class-incremental learning?", "its speed?")
    assert answer.remark == "The abstract of Deep Class-Incremental Learning says nothing of “speed”."


def test_what_the_paper_before_says_is_answered_from_it_alone(fields: Assistant, sample: Assistant) -> None:
    dose = asked(fields, "Does zolpidem affect balance?", "its dose?")
    assert {source.paper.id for source in dose.sources} == {"zolpidem-old"}
    assert "5 mg of zolpidem" in dose.text
    for before, speed in (
        ("Which detector needs no object proposals?", "58 FPS"),
        ("What is FeTrIL?", "much faster"),
    ):
        answer = asked(sample, before, "its speed?")
        assert len(answer.sources) == 1
        assert speed in answer.statements[0].text


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Did urchn densty fall?", "Urchin density fell by 88%"),
        ("Does zolpidm impare balanse?", "Zolpidem"),
    ],
)
def test_slips_tell_each_other(fields: Assistant, question: str, first: str) -> None:
    assert first in fields.ask(question).statements[0].text


def test_slips_tell_each_other_in_the_sample(sample: Assistant) -> None:
    answer = sample.ask("Which detecter neds no propsals?")
    assert answer.statements[0].text.startswith("SSD needs no object proposals")
    assert answer.warnings == (
        "No abstract says “neds”: it was read as “needs”.",
        "No abstract says “propsals”: it was read as “proposals”.",
    )


@pytest.mark.parametrize(
    "question",
    [
        "Do cats like mice?",
        "Do hens lay eggs on farms?",
        "Do tides move boats?",
        "Can goats climb trees and cliffs?",
        "Do slippers keep toes warm?",
    ],
)
def test_words_of_other_subjects_are_no_slips(sample: Assistant, fields: Assistant, question: str) -> None:
    for library in (sample, fields):
        answer = library.ask(question)
        assert answer.refusal
        assert answer.warnings == ()
