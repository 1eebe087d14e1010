"""Sentences, citations and words: what every other part counts on."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.text.citation_marks import parse
from assistant.core.text.sentences import hangs, marked, split
from assistant.core.text.tokens import tokens

PIECES = st.lists(
    st.sampled_from(
        [
            "It is 0.5. ",
            "e.g. this ",
            "[1]",
            " [2, 3].",
            "A. ",
            "$x. y$",
            "\n\n",
            "- ",
            "et al. (2020) ",
            "“Q?” ",
            "【1】",
            "。",
            "x",
            " ",
        ]
    ),
    max_size=30,
).map("".join)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It reaches 0.54. It is p < .05. Good.", 3),
        ("As shown by Smith et al. (2020), it works. See Fig. 2 for more.", 2),
        ("We use e.g. BERT vs. GPT. J. Smith agrees.", 2),
        ("Code: https://github.com/x/y. Next we go.", 2),
        ("It works. [1] The next works too [2].", 2),
        ("The set $x. Y$ is open. \\textbf{A. B} holds.", 2),
        ("1) The kernel is small. 2) It decays.", 2),
        ("- one item\n- two items\n\nA paragraph", 3),
        ("A hard-wrapped line\ngoes on here.", 1),
        ("Does it work? Yes! It does.", 3),
        ("它有效。它很快。", 2),
        ("The U.S. economy grew by 3 %.", 1),
        ("It takes 5 ms. We measured it. Ms. Smith and Dr. Who saw it.", 3),
        ("It ran for 5 sec. We stopped it. See Sec. IV, Eq. (3) and Fig. S2.", 3),
        ("The answer is no. They tried no. 5 and Vol. A, too.", 2),
    ],
)
def test_sentences_end_where_a_reader_sees_them_end(text: str, count: int) -> None:
    assert len(split(text)) == count


@given(PIECES)
def test_sentences_are_ordered_disjoint_and_hold_every_word(text: str) -> None:
    spans = split(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert all(text[s.start : s.end].strip() == text[s.start : s.end] for s in spans)
    covered = {i for s in spans for i in range(s.start, s.end)}
    assert all(i in covered for i, ch in enumerate(text) if ch.isalnum())


@pytest.mark.parametrize(
    "hostile",
    ["." * 100_000, "a." * 50_000, "[1]" * 33_000, "$" * 100_000, "[1, " * 25_000, "1,000" * 20_000],
)
def test_hostile_text_takes_no_time(hostile: str) -> None:
    before = time.process_time()
    parse(hostile)
    assert time.process_time() - before < 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One works [1]. Two [2, 3].", [("One works.", (1,)), ("Two.", (2, 3))]),
        ("One works. [1] Two.", [("One works.", (1,)), ("Two.", ())]),
        ("One [1-3].", [("One.", (1, 2, 3))]),
        ("One [1][2].", [("One.", (1, 2))]),
        ("One【1†source】.", [("One.", (1,))]),
        ("One [^4].", [("One.", (4,))]),
        ("One works.\n[1]", [("One works.", (1,))]),
        ("**Bold** claim [1].", [("Bold claim.", (1,))]),
        ("- item [1]\n- other [2]", [("item", (1,)), ("other", (2,))]),
        ("## Heading\n\nText [1].", [("Text.", (1,))]),
        ("The value lies in [0, 1].", [("The value lies in [0, 1].", ())]),
        ("The entry a[1] is $x_{[2]}$.", [("The entry a[1] is $x_{[2]}$.", ())]),
        ("See [1](http://x.example) here.", [("See here.", (1,))]),
        ("Fact [1].\n\nSources:\n[1] A paper\n[2] Another", [("Fact.", (1,))]),
        ("```\ncode [1]\n```\nText [2].", [("Text.", (2,))]),
    ],
)
def test_citations_are_found_in_every_dress(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(s.text, s.numbers) for s in parse(text)] == expected


@given(PIECES)
def test_citations_keep_their_places(text: str) -> None:
    found = parse(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(0 <= s.start < s.end <= len(text) for s in found)


def test_a_huge_range_keeps_its_ends() -> None:
    assert parse("Everything [1-99999].")[0].numbers == (1, 99999)


def test_tokens_know_names_and_places() -> None:
    words = tokens("CIFAR-100 gains 2.5%.")
    assert [(t.text, t.name) for t in words] == [
        ("CIFAR-100", True),
        ("gains", False),
        ("2.5", True),
        ("%", False),
    ]


def sentences(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Words that the next one always belongs to, and others that may end a sentence.
        ("See Fig. Two is odd.", ["See Fig. Two is odd."]),
        ("We saw Smith et al. They agree.", ["We saw Smith et al. They agree."]),
        ("It has max. five layers.", ["It has max. five layers."]),
        ("It has the max. Five layers.", ["It has the max.", "Five layers."]),
        # Initials
        ("We follow J. Smith here.", ["We follow J. Smith here."]),
        ("It is vitamin C. it helps.", ["It is vitamin C. it helps."]),
        ("Take a. Then b.", ["Take a.", "Then b."]),
        # A small letter goes on, unless it begins a name
        ("It takes 5 min. on average.", ["It takes 5 min. on average."]),
        ("We train it. iBOT does not.", ["We train it.", "iBOT does not."]),
        ("We train it. https://x.org has it.", ["We train it.", "https://x.org has it."]),
        ("Why not? because it fails.", ["Why not? because it fails."]),
        ("Why not? Because it fails.", ["Why not?", "Because it fails."]),
        # Dots that leave something out
        ("It is ... fast.", ["It is ... fast."]),
        ("It is fast... Then it stops.", ["It is fast...", "Then it stops."]),
        ("It is fast… 3 of 4 agree.", ["It is fast…", "3 of 4 agree."]),
        # Marks after the end
        ("It works. [1] [2] So does this.", ["It works. [1] [2]", "So does this."]),
        ("It works.\n[1]\nSo does this.", ["It works.\n[1]", "So does this."]),
        ("It works. ---", ["It works. ---"]),
        ("--- It works.", ["--- It works."]),
        ("He said “yes.” Then he left.", ["He said “yes.”", "Then he left."]),
        ("# Title\nIt works", ["# Title\nIt works"]),
        ("It works\n# Title", ["It works", "# Title"]),
        ("  It works.  ", ["It works."]),
        ("", []),
    ],
)
def test_a_sentence_has_exactly_these_words(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("sentence", "marks", "expected"),
    [
        ("It works.", "[1]", "It works [1]."),
        ("It works !", "[1]", "It works [1]!"),
        ("It works", "[1]", "It works [1]"),
        ("It works.", "", "It works."),
    ],
)
def test_marks_stand_before_the_closing_mark(sentence: str, marks: str, expected: str) -> None:
    assert marked(sentence, marks) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Spindle amplitude did not.",
        "Soil pH did not, however.",
        "Batch normalisation cannot.",
        "Placebo didn't.",
        "Women were not.",
        "Those without treatment did.",
        "Longer naps did more.",
        "The larger model did better.",
        "Neither did the dose.",
        "Nor was age.",
        "So did the controls.",
        "The same was true of older adults.",
        "The same holds for ResNets.",
        "The opposite was found in men.",
        "The reverse was observed in wet years.",
        "Annual strips had no such effect.",
        "By contrast, yields were higher on clay.",
        "Of the rest, nine left early.",
        "The others slept on.",
        "Most of them slept.",
        "Ten per cent of them left.",
    ],
)
def test_a_sentence_hangs_on_the_one_whose_words_it_leaves_out(sentence: str) -> None:
    assert hangs(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Accuracy was not affected.",
        "Yields did not differ.",
        "Fifty farms grew rye, and their neighbours did not.",
        "Pupils recalled more when they had slept than when they had not.",
        "Models learn what they can do.",
        "The milk stayed cold in the new can.",
        "The same drug was given twice.",
        "Neither duration nor texture altered this pattern.",
        "By contrast, yields were higher on clay than on sand.",
        "Nothing more is known.",
        "The rest of the farms closed.",
        "The other hand was free.",
        "Most of the farms closed.",
        "Naps improved memory.",
        "",
    ],
)
def test_a_sentence_that_says_all_hangs_on_none(sentence: str) -> None:
    assert not hangs(sentence, subject=True)


@pytest.mark.parametrize(
    ("sentence", "points"),
    [
        ("It did not improve recall.", True),
        ("They differ.", True),
        ("This was seen in men only.", True),
        ("In 30 homes it missed 2% of all breaths.", True),
        ("After two years, they had recovered.", True),
        ("This method works.", False),
        ("These results show that it works.", False),
        ("It is unclear whether naps help.", False),
        ("It has been shown that naps help.", False),
        ("Items fell.", False),
    ],
)
def test_a_sentence_may_only_point_to_its_subject(sentence: str, points: bool) -> None:
    assert hangs(sentence, subject=True) is points
    assert not hangs(sentence)
