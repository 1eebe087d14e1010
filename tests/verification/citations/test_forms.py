from __future__ import annotations

import pytest

from assistant.core.text.citation_marks import tidied
from assistant.verification.citations.citation import AuthorsYear, Key, Number
from assistant.verification.citations.forms import citations
from assistant.verification.citations.removal import without_citations

FAMILIES = frozenset(
    ["roy", "clark", "kim", "taylor", "alder", "lake", "kestrel", "van der linde", "prado castano", "o'neil"]
)
NUMBERED = frozenset(range(1, 30))
PLAIN = "Otters sleep for 7 hours."


@pytest.mark.parametrize(
    ("written", "cited"),
    [
        ("Otters sleep for 7 hours (Roy & Clark, 2022).", ["roy+clark 2022"]),
        ("Otters sleep for 7 hours (Alder, Lake, & Kestrel, 2018; Kim et al., 2020a, p. 12).", ["alder+lake+kestrel 2018", "kim 2020"]),
        ("Otters sleep for 7 hours [Kim and Taylor 2022].", ["kim+taylor 2022"]),
        ("Otters sleep for 7 hours (see Kim, 2019, 2021, for a review).", ["kim 2019", "kim 2021"]),
        ("Otters sleep for 7 hours (van der Linde, 2019).", ["van der linde 2019"]),
        ("Otters sleep for 7 hours (Prado Castaño, 2019).", ["prado castano 2019"]),
        ("Otters sleep for 7 hours (O’Neil et al. 2019).", ["o’neil 2019"]),
        ("According to Roy & Clark (2022), otters sleep for 7 hours.", ["roy+clark 2022"]),
        ("According to the study by Roy and Clark (2022), otters sleep for 7 hours.", ["roy+clark 2022"]),
        ("As Roy and Clark (2022) show, otters sleep for 7 hours.", ["roy+clark 2022"]),
        ("In Roy et al. (2022), otters sleep for 7 hours.", ["roy 2022"]),
        ("Roy and Clark (2022) also found that otters sleep for 7 hours.", ["roy+clark 2022"]),
        ("However, Roy and Clark (2022) have convincingly shown that otters sleep for 7 hours.", ["roy+clark 2022"]),
        ("Roy et al. [2022] report that otters sleep for 7 hours.", ["roy 2022"]),
        ("Otters sleep for 7 hours, as shown by Roy (2022).", ["roy 2022"]),
        ("Otters sleep for 7 hours, according to Roy (2022, p. 4).", ["roy 2022"]),
        ("Otters sleep for 7 hours, Roy (2022) found.", ["roy 2022"]),
        ("Otters sleep for 7 hours (doi:10.1000/x(2)y).", ["doi:10.1000/x(2)y"]),
        ("Otters sleep for 7 hours, https://doi.org/10.1000/ABC.", ["doi:10.1000/abc"]),
        ("Otters sleep for 7 hours (arXiv:2401.01234v2; PMID: 123456).", ["arxiv:2401.01234", "pmid:123456"]),
        (r"Otters sleep for 7 hours~\citep[see][p.~3]{roy:22, kim-20}.", ["id:roy:22", "id:kim-20"]),
        (r"Otters sleep for 7 hours \parencite{roy:22}.", ["id:roy:22"]),
        (r"\textcite{roy:22} report that otters sleep for 7 hours.", ["id:roy:22"]),
        (r"According to \citet{roy:22}, otters sleep for 7 hours.", ["id:roy:22"]),
        (r"Otters sleep for 7 hours.\footcite[4]{roy:22}", ["id:roy:22"]),
        (r"Otters sleep for 7 hours.\footnote{See \cite{roy:22}, p. 4.}", ["id:roy:22"]),
        ("Otters sleep for 7 hours [see @roy_22, pp. 3-5; also -@kim:20].", ["id:roy_22", "id:kim:20"]),
        ("@roy_22 [p. 3] says that otters sleep for 7 hours.", ["id:roy_22"]),
        ("Otters sleep for 7 hours [3, 5-6].", [3, 5, 6]),
        ("Otters sleep for 7 hours [3, p. 340].", [3]),
        ("Otters sleep for 7 hours (3,4).", [3, 4]),
        ("Otters sleep for 7 hours (3).", [3]),
        ("Otters sleep for 7 hours.^3,4", [3, 4]),
        ("Otters sleep for 7 hours.³", [3]),
        ("Otters sleep for 7 hours.<sup>3–5</sup>", [3, 4, 5]),
        ("Otters sleep for 7 hours$^{3}$.", [3]),
        ("Otters sleep for 7 hours.[^3]", [3]),
        ("Otters sleep for 7 hours (Roy, 2022) [3].", ["roy 2022", 3]),
        ("Otters sleep for 7 hours <sup>3</sup>.", [3]),
        ("Otters sleep for 7 hours.<sup>99</sup>", [99]),
        ("Otters sleep for 7 hours [[3]](#ref3).", [3]),
        ("Otters sleep for 7 hours.^3^", [3]),
        ("Otters sleep for 7 hours.^[@roy_22]", ["id:roy_22"]),
        ("Otters sleep for 7 hours (ROY ET AL. 2022).", ["roy 2022"]),
        ("Otters sleep for 7 hours (Roy & Clark, in press).", ["roy+clark None"]),
        ("Otters sleep for 7 hours (Roy, 2022; Kim, in press).", ["roy 2022", "kim None"]),
        ("Roy and Clark found that otters sleep for 7 hours (2022).", ["roy+clark 2022"]),
    ],
)  # fmt: skip
def test_a_citation_is_cut_out_of_its_sentence(written: str, cited: list[str | int]) -> None:
    found = citations(written, NUMBERED, FAMILIES.__contains__)
    assert [_short(r) for one in found for r in one.references] == cited
    assert tidied(without_citations(written, found).replace("~", " ")) == PLAIN


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Roy and Clark (2022) counted 340 otters.", "The authors counted 340 otters."),
        ("A net was first shown by Roy (2022) in rivers.", "A net was first shown in rivers."),
        (
            "The net gains 3 points (7 more than that of Roy, 2022).",
            "The net gains 3 points (7 more than that of the authors).",
        ),
        ("Otters (Roy, 2022) and beavers (Kim, 2021) swim.", "Otters and beavers swim."),
        ("While Roy (2022) counted otters, others slept.", "While the authors counted otters, others slept."),
    ],
)
def test_what_is_said_besides_a_citation_stays(written: str, kept: str) -> None:
    assert tidied(without_citations(written, citations(written, NUMBERED, FAMILIES.__contains__))) == kept


@pytest.mark.parametrize(
    "sentence",
    [
        "In June 2020 there were 3 otters.",
        "It was tested in Paris 2019 and found wanting.",
        "There were (1) otters, (2) beavers and (3) voles.",
        "The density is 10^3 per km^2 or 5 m².",
        "The interval was [0, 1].",
        "It happened (2024) in Table 1 (a).",
        "Write to otters@river.org for data.",
    ],
)
def test_other_figures_are_no_citations(sentence: str) -> None:
    assert citations(sentence, NUMBERED, FAMILIES.__contains__) == []


def test_without_a_reference_list_a_number_in_round_brackets_is_a_figure() -> None:
    assert citations("Otters sleep for 7 hours (3).", frozenset(), FAMILIES.__contains__) == []


def _short(reference: Key | AuthorsYear | Number) -> str | int:
    match reference:
        case Key(key):
            return key
        case Number(number):
            return number
        case AuthorsYear(families, year):
            return f"{'+'.join(families)} {year}"
