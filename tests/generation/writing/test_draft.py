"""Replies are read the same however their stream is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.generation.writing.draft import Drafted, draft
from assistant.generation.writing.pointers import NOWHERE, Pointer

REPLIES = [
    "Dot is fast [1.2]. It has one network [1.3][2.1]. «one network» Line is not [2.4-2.5].",
    'SSD est « un modèle » rapide [1.2]. Il obtient 75,1 % de mAP (Paper 1). "MIMO Is All You Need" shows this [3.0].',
    "First. Second. Third [1.2].\n\nFourth [1, 3]. <<words of it>> Fifth¹. The rest is not stated [none].",
    "| Model | mAP |\n|---|---|\n| A | 81.7 [1.2] |\n| B | 79 [2.2] |\nBoth are good [1][2].",
    "<think>Perhaps [1]. Or not.</think>\n# Answer\n- **Speed**: 5 ms [1.2]\n- Size: 3 MB [1.3]\n\nSources:\n[1] A paper",
    "```\nFenced [1.2]. Twice [1.3].\n```",
    "According to [1.3], Dot is fast. [1.2] shows that Line is not. It beats [2.1] and [3] [1.4]. As in [2.2] it runs. [2.3]",
    "Dot在手机上5毫秒内找到汽车[1.3]。它不需要候选框[1.5]。",
]


@pytest.mark.parametrize("reply", REPLIES)
def test_what_is_finished_at_any_cut_stays_as_it_is(reply: str) -> None:
    whole = [one.text for one in draft(reply, final=True).sentences]
    for cut in range(len(reply) + 1):
        finished = [one.text for one in draft(reply[:cut], final=False).sentences]
        assert finished == whole[: len(finished)]


@given(st.text(alphabet='ab. [1]2-«»"<>|\n(¹)`*#', max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    for final in (True, False):
        for one in draft(text, final=final).sentences:
            assert one.text


def test_marks_become_pointers_and_leave_the_sentence() -> None:
    sentences = draft(
        "Dot is fast [1.2, 1.4]. Line is not (Paper 2). Nobody knows why [none].", final=True
    ).sentences
    assert sentences == (
        Drafted("Dot is fast.", (Pointer(1, 2), Pointer(1, 4))),
        Drafted("Line is not.", (Pointer(2),)),
        Drafted("Nobody knows why.", (NOWHERE,)),
    )


def test_the_only_mark_of_a_paragraph_at_its_end_is_near_to_all_its_sentences() -> None:
    first, second = draft("Dot is fast. It is small [1.2].", final=True).sentences
    assert (first.pointers, first.nearby) == ((), (Pointer(1, 2),))
    assert (second.pointers, second.nearby) == ((Pointer(1, 2),), ())


def test_an_interval_is_no_mark() -> None:
    (sentence,) = draft("The risk is 2.9 (95% CI [2.4, 3.1]) [1.2].", final=True).sentences
    assert sentence.text == "The risk is 2.9 (95% CI [2.4, 3.1])."
    assert sentence.pointers == (Pointer(1, 2),)


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("According to [1.3], Dot is fast.", "According to Dot, Dot is fast."),
        ("As shown in [2], it runs on phones.", "As shown in the paper, it runs on phones."),
        ("[1.3] shows that it is fast.", "Dot shows that it is fast."),
        ("The method of [1.2] reaches 5 ms.", "The method of Dot reaches 5 ms."),
        ("According to [9.3], it is fast.", "According to the paper, it is fast."),
        ("It beats all that it is compared with [1.3].", "It beats all that it is compared with."),
        (
            "It runs on the phone that it was made for [1.3], and on others.",
            "It runs on the phone that it was made for, and on others.",
        ),
        ("It is fast [1.3] and small [1.4].", "It is fast and small."),
    ],
)
def test_a_mark_in_place_of_a_noun_becomes_the_name_of_its_paper(reply: str, text: str) -> None:
    (one,) = draft(reply, final=True, names=["Dot", ""]).sentences
    assert one.text == text
    assert one.pointers
