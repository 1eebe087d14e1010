from __future__ import annotations

from dataclasses import replace

import pytest

from assistant import Assistant, Paper
from assistant.verification.references import ReferenceIndex

PAPERS = [
    Paper(
        "dot", "Dot: tiny detectors", "x", authors=("Ada Byron", "Bo Chen"), year=2024, doi="10.1000/dot.1"
    ),
    Paper("ATT", "ATTN: Looking twice", "y", authors=("Carl Diaz",), year=2023, arxiv_id="2401.01234v2"),
    Paper("pm", "A trial of tea", "z", pmid="123456"),
]
INDEX = ReferenceIndex(PAPERS)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("It is fast [1].\n\nReferences\n[1] Byron, A. Dot: tiny detectors. 2024.", ("dot",)),
        ("It is fast [1, 2].\n\nReferences\n1. doi:10.1000/dot.1\n2. arXiv:2401.01234", ("dot", "ATT")),
        ("It is fast (Byron, 2024).", ("dot",)),
        ("It is fast (Byron et al., 2024; Diaz 2023).", ("dot", "ATT")),
        ("Byron et al. (2024) show that it is fast.", ("dot",)),
        (r"It is fast \cite{dot}.", ("dot",)),
        (r"It is fast~\citep[p. 3]{byron2024dot, ATT}.", ("dot", "ATT")),
        ("It is fast [@dot; @ATT].", ("dot", "ATT")),
        ("It is fast, see arXiv:2401.01234v1.", ("ATT",)),
        ("It is fast (https://doi.org/10.1000/DOT.1).", ("dot",)),
        ("Tea helps (PMID: 123456).", ("pm",)),
        ('As "A trial of tea" says, tea helps.', ("pm",)),
        ("ATTN looks twice.", ("ATT",)),
        ("It happened (2024) in Table 1 (a).", ()),
    ],
)
def test_a_citation_is_resolved_to_its_paper(text: str, ids: tuple[str, ...]) -> None:
    assert INDEX.resolve(text).sentences[0].paper_ids == ids


@pytest.mark.parametrize(
    "text", [r"It is slow \cite{nobody}.", "It is slow [7].", "It is slow (10.9999/none)."]
)
def test_what_resolves_to_nothing_is_reported(text: str) -> None:
    sentence = INDEX.resolve(text).sentences[0]
    assert sentence.paper_ids == ()
    assert len(sentence.unknown) == 1


def test_the_reference_list_is_no_statement() -> None:
    found = INDEX.resolve("It is fast [1].\n\n## References\n[1] Dot: tiny detectors.")
    assert [s.text for s in found.sentences] == ["It is fast."]


def test_a_users_text_is_checked_against_what_it_cites(library: Assistant) -> None:
    text = "Dot finds cars in 5 ms on a phone (Byron, 2024). Dot finds cars in 9 ms on a phone (Byron, 2024)."
    right, wrong = library.verify(text)
    assert right.verdict == "supported"
    assert wrong.verdict in ("contradicted", "partly")
    assert any("9 ms" in p for p in wrong.problems)


def test_an_uncited_sentence_gets_the_paper_that_carries_it(library: Assistant) -> None:
    (statement,) = library.verify("It was tested with 3,000 listeners over two months.")
    assert statement.verdict == "uncited"
    assert statement.suggested == ("line",)


def test_a_citation_of_an_unknown_paper_is_named_and_not_called_no_citation(library: Assistant) -> None:
    known, missing = library.verify(
        r"It was tested with 3,000 listeners. It was tested with 3,000 listeners \cite{nobody_1999}."
    )
    assert known.problems == ("No citation.",)
    assert missing.problems == ("nobody_1999 matches no paper in this library.",)
    assert missing.suggested == ("line",)


def test_papers_restrict_the_check(library: Assistant) -> None:
    (statement,) = library.verify("Dot finds cars in 5 ms on a phone.", papers=["wave"])
    assert statement.citations == ("wave",)
    assert statement.verdict in ("unsupported", "unconfirmed", "partly")


def test_a_percent_sign_is_no_comment() -> None:
    found = INDEX.resolve("It gains 22% absolute. It is fast.\n% a comment\nIt ends.")
    assert [s.text for s in found.sentences] == ["It gains 22% absolute.", "It is fast.", "It ends."]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("It is fast (1).\n\nReferences\n\n1. Byron A, Chen B. Dot: tiny\n   detectors. 2024.\n2. Diaz C.", ("dot",)),
        ("It is fast.^1\n\nLiteratur\n1. doi:10.1000/dot.1", ("dot",)),
        ("It is fast.[^1]\n\n[^1]: Byron and Chen (2024).", ("dot",)),
        (r"It is fast \cite{b1}. \begin{thebibliography}{9} \bibitem{b1} Byron, Chen. Dot: tiny detectors.", ("dot",)),
        (r"It is fast \autocite{Byron:24}.", ("dot",)),
        ("It is fast [see @Byron:24, p. 3].", ("dot",)),
        ("It is fast (Byron & Chen, 2024).", ("dot",)),
        ("It is fast (Byron & Diaz, 2024).", ()),
    ],
)  # fmt: skip
def test_reference_lists_and_own_keys_are_resolved(text: str, ids: tuple[str, ...]) -> None:
    own = [replace(PAPERS[0], extra={"citation-key": "Byron:24"}), *PAPERS[1:]]
    found = ReferenceIndex(own).resolve(text)
    assert found.sentences[-1].paper_ids == ids
    assert found.sentences[0].text == "It is fast."


def test_a_name_stands_for_the_first_author_where_there_are_two() -> None:
    second = Paper("chen", "Nets", "x", authors=("Bo Chen",), year=2024)
    (sentence,) = ReferenceIndex([*PAPERS, second]).resolve("Nets catch fish (Chen, 2024).").sentences
    assert sentence.paper_ids == ("chen",)


def test_a_true_sentence_is_supported_however_it_is_cited(library: Assistant) -> None:
    text = """Byron et al. (2024) found that Dot finds cars in 5 ms on a phone.

According to Byron (2024), Dot finds cars in 5 ms on a phone.

Dot finds cars in 5 ms on a phone (1).

References

1. Byron A, Chen B. Dot: tiny detectors. 2024."""
    assert [s.verdict for s in library.verify(text)] == ["supported"] * 3


SPELT = ReferenceIndex(
    [
        Paper(
            "o",
            "Otters in rivers",
            "x",
            authors=("Ana López-García", "Liv Østergård", "Anna van der Berg"),
            year=2019,
        ),
        Paper("m", "Bats in parks", "x", authors=("Karl Müller", "Ada King Jr."), year=2020),
        Paper("c", "Tea in cups", "x", authors=("CERN Group",)),
    ]
)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("They swim (López-García, Ostergard, & van der Berg, 2019).", ("o",)),
        ("They swim (Lopez-Garcia, Oestergaard, & Berg, 2019).", ("o",)),
        ("They swim (LÓPEZ-GARCÍA ET AL. 2019).", ("o",)),
        ("They fly (Mueller & King, 2020).", ("m",)),
        ("They fly (King, 2020).", ("m",)),
        ("They drink (CERN, in press).", ("c",)),
        ("Müller and King saw, as they flew, some bats (2020).", ("m",)),
        ("Müller saw that King slept (2020).", ("m",)),
        ("They fly (Roy, 2020).", ()),
    ],
)
def test_names_are_those_of_the_library_in_other_letters(text: str, ids: tuple[str, ...]) -> None:
    assert SPELT.resolve(text).sentences[0].paper_ids == ids


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"Of these, 30\,\% were M\"uller (King, 2020).", "Of these, 30 % were Müller."),
        (r"They cost \$5 (King, 2020).", "They cost $5."),
        ("They cost $5 and $6 (King, 2020).", "They cost $5 and $6."),
        (r"See C:\x (King, 2020).", r"See C:\x."),
    ],
)
def test_commands_of_tex_are_read_as_what_they_print(text: str, shown: str) -> None:
    assert SPELT.resolve(text).sentences[0].text == shown


def test_a_closing_caret_does_not_open_the_next_sentence() -> None:
    found = SPELT.resolve(
        "Bats fly.^1^ Otters swim.^2,3^\n\nReferences\n1. Bats in parks.\n2. Tea in cups.\n3. Otters in rivers."
    )
    assert [(s.text, s.paper_ids) for s in found.sentences] == [
        ("Bats fly.", ("m",)),
        ("Otters swim.", ("c", "o")),
    ]


def test_a_raised_number_behind_a_unit_is_a_power() -> None:
    found = SPELT.resolve("They live on 30 m<sup>2</sup> (King, 2020).\n\nReferences\n1. Bats in parks.")
    assert found.sentences[0].unknown == ()
