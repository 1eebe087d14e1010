"""Small files with the faults of real exports: what is read of them, checked against them, answered from them and exported.

Whole papers are compared, so what is not named here is not there. Signs stand as a reader sees them: "10⁻³", not "10-3".
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.papers import SHARED

from assistant import Assistant, Paper, Settings
from assistant.core.errors import SourceError
from assistant.export.formats import REFERENCES, ReferenceFormat

CASES = SHARED / "field_cases"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not CASES.is_dir(), reason="field_cases is not in the folder EVALS_SHARED names"),
]

COUNTED = "We counted otters in twelve city rivers and found 340 animals."
CLEAN = "Clean water was linked to more otters."
DAMS = "Beaver dams lowered flood peaks by 30 percent in nine catchments."
LAMPS = "White street lamps halved the activity of slow bats along 40 roads."
SWIFTS = "Renovated roofs lost 18 of 25 swift colonies within three years."
CUSTODY = "Custody activates important safeguards for otters."
PRESSURE = (
    "Systolic pressure fell in workers < 40 years of age (P < 0.001) and rose in those > 60 years (P = 0.03)."
)
GAP = "The band gap of Cu₂O films was 2.1 eV."
DRIFT = "Lutra lutra sensors with CO₂ < 5 ppm drifted by 10⁻³ per day (p<0.01)."
FUR = "Fur held 12 % more air at 5 °C."
ROWS = "Beavers built two dams in a row on nine streams."
TURNOS = "La presión sistólica bajó 6 mmHg en los menores de 40 años."
LICHT = "Weißes Licht halbierte die Aktivität langsamer Fledermäuse an 40 Straßen."
OTTERS, BEAVERS, BATS = "Otters in city rivers", "Beavers and floods", "Bats and street lamps"
DOI, URL = "10.5555/otters.2020", "https://example.org/otters"
RIVERS, FLOODS = Paper("", OTTERS, COUNTED, year=2020), Paper("", BEAVERS, DAMS, year=2021)
WITH_DOI = replace(RIVERS, id=f"doi:{DOI}", authors=("Jane Doe",), venue="Urban Animals", doi=DOI)

# The files of each library, and its papers: id ("" if the file gives no identifier), title, abstract, authors, year, venue ...
PAPERS: list[tuple[str, list[Paper]]] = [
    ("bib_less_greater.bib", [Paper("doi:10.5555/salt.2019", "Salt and blood pressure in shift workers", f"We followed 412 shift workers for two years. {PRESSURE} Urinary sodium >= 2.0 mmol was linked to higher pressure.", ("Richard Roe", "Jane Doe"), 2019, doi="10.5555/salt.2019")]),
    ("bib_superscript.bib", [Paper("", "Counting gill cells in newts", "Each gill held 10⁶ cells. The error was 2 × 10⁻³ per day at 20 °C.", ("Pat Poe",), 2021)]),
    ("bib_lost_words.bib", [Paper("", "A low-dose drug for β-cells of mice", "A low-dose drug raised the number of β-cells by 12%. It was given at 37 °C as 5|10 mg.", ("Lou Loe",), 2018)]),
    ("bib_href.bib", [replace(RIVERS, authors=("Jane Doe",)), replace(FLOODS, authors=("Rick Roe",))]),
    ("narrative.ris bib_href.bib", [Paper("doi:10.5555/captive.2018", "Holding otters captive", f"{CUSTODY} In two studies, 238 keepers did not feel freer to leave.", ("Fern Alder", "Tom Lake", "Sam Kestrel"), 2018, doi="10.5555/captive.2018"), replace(RIVERS, authors=("Jane Doe",)), replace(FLOODS, authors=("Rick Roe",))]),
    ("bib_concatenated.bib", [Paper("", "Otters at night", "We counted otters in twelve rivers at night and found 212 animals.", ("Jane Doe",), 2020, "Journal of Urban Animals, Series B")]),
    ("bib_no_key.bib", [Paper("", "Swifts under renovated roofs", SWIFTS, ("M. Moe", "K. Koe"), 2018, "Roofs")]),
    ("bib_maths.bib", [Paper("", "Cu₂O films for otter sensors", f"{GAP} Films with α-amylase drifted by <5% (p<0.01).", ("Jane Doe",), 2020)]),
    ("bib_own_keys.bib", [Paper("", "Otters in City Rivers", f"{COUNTED} {CLEAN}", ("Jane Doe", "Karl Müller"), 2020, "Journal of Urban Animals"), Paper("", "Beavers and Floods: a nine-catchment study", DAMS, ("Rick Roe",), 2021, "Floods")]),
    ("ris_sections_in_lines.ris", [Paper("", "Structured otters", "BACKGROUND: Otters return to cities. METHODS: Twelve rivers were walked in two seasons. RESULTS: 340 otters were counted.", ("Jane Doe",), 2001)]),
    ("ris_boilerplate.ris", [Paper("", "Moles in clay", "Moles dig 20 metres a day. They prefer clay.", ("Lou Loe",), 2017), Paper("", "Self-criticism of hedgehogs", "Hedgehogs cross four roads a night. Most cross at crossings.", ("Pat Poe",), 2019), Paper("", BATS, LAMPS, ("Kim Koe",), 2019), Paper("", "Newts in ponds", "Newts return to 31 ponds.", ("Ned Noe",), 2014)]),
    ("ris_family_first.ris", [Paper("doi:10.5555/dams.2014", "Duplicated dams", ROWS, ("R. Rowan", "A.M. van der Linde"), 2014, doi="10.5555/dams.2014")]),
    ("ris_compound_names.ris", [Paper("", "Salt in bread", "Bread with less salt was eaten as often as before in 14 canteens.", ("Prado Castaño, María José", "De Winter, An", "St. Vale, Colleen"), 2019)]),
    ("ris_accession_numbers.ris", [Paper("", "Nine dams mapped", "Nine dams were mapped on foot in one spring.", ("Rick Roe",), 2021), Paper("doi:10.5555/lamps.2020", "Lamps and bats", "White lamps halved the activity of slow bats.", ("Pat Poe",), 2020, doi="10.5555/lamps.2020"), Paper("pmid:35123456", "Otters on two shores", "Otters used both shores on 61 of 80 days.", ("Jane Doe",), 2022, pmid="35123456")]),
    ("ris_type_not_first.ris", [Paper("doi:10.5555/river.2001", "Otters by the river", "Otters used the river on 40 of 50 days.", ("Jane Doe",), 2001, doi="10.5555/river.2001"), Paper("", "Otters by the road", "Otters used the road on 10 of 50 days.", ("Rick Roe",), 2002)]),
    ("wos_tagged.ciw", [Paper(f"doi:{DOI}", "Otters in city rivers: counting animals from bridges in two seasons", "Otters return to cities. Twelve rivers were walked in two seasons and 340 otters were counted. Clean water was linked to more otters in both seasons.", ("Jane Doe", "Karl Mueller"), 2020, "URBAN ANIMALS", DOI)]),
    ("pubmed_export.nbib", [Paper(f"doi:{DOI}", "Otters in city rivers: a twelve-river count.", "BACKGROUND: Otters return to cities. METHODS: Twelve rivers were walked in two seasons. RESULTS: We found 340 otters. Clean water was linked to more otters (P<0.01). CONCLUSIONS: Clean rivers bring otters back.", ("Jane Doe",), 2020, "Journal of urban animals", DOI, pmid="12345678")]),
    ("refer_authors_first.enl", [Paper("", OTTERS, f"{COUNTED} {CLEAN}", ("Jane Doe", "Karl Mueller"), 2020, "Urban Animals", url=URL)]),
    ("jats_and_html.jsonl", [Paper("", "CO₂ sensors for otters", DRIFT, ("Jane Doe",), 2020), Paper("", "In vitro tests of otter fur", f"Otter fur traps air. {FUR}", ("Rick Roe",), 2021)]),
    ("csl_item.json csl_item.ris", [replace(WITH_DOI, title="Otters in City Rivers", authors=("Jane Doe", "Anna van der Berg"), pmid="12345678", url=URL)]),
    ("arxiv_snapshot.jsonl", [Paper("arxiv:2101.00001", "Counting Otters with α-Stable Noise", "We count otters with α-stable noise. The error falls by 12%.", ("Jane Doe", "Karl Müller", "Anna van der Berg"), 2021, arxiv_id="2101.00001")]),
    ("openalex_works.jsonl", [replace(WITH_DOI, abstract="We counted otters in twelve rivers and found 340.")]),
    ("crossref_list.json", [Paper("doi:10.5555/beavers.2021", "Beavers and Floods", DAMS, ("Rick Roe",), 2021, "Floods", "10.5555/beavers.2021")]),
    ("table_scopus.csv", [replace(WITH_DOI, authors=("J. Doe", "K. Muller", "A.M. van der Berg"), pmid="12345678", url=URL)]),
    ("table_extra_cells.csv", [replace(RIVERS, authors=("J. Doe",)), replace(FLOODS, abstract="Beaver dams lowered flood peaks by 30 percent.", authors=("R. Roe",))]),
    ("table_zotero.csv", [replace(WITH_DOI, authors=("Jane Doe", "Karl Müller"), url=URL)]),
    ("table_no_value_doi.csv", [RIVERS, FLOODS, Paper("", BATS, LAMPS, year=2019)]),
    # Papers without an abstract are listed and never quoted; the test below has them refused.
    ("table_no_value_abstract.csv", [RIVERS, replace(FLOODS, abstract=""), Paper("", BATS, "", year=2019)]),
    ("table_row_numbers_1.csv table_row_numbers_2.csv", [RIVERS, FLOODS, Paper("", BATS, LAMPS, year=2019), Paper("", "Swifts under roofs", SWIFTS, year=2018)]),
    ("same_paper_twice.ris", [replace(WITH_DOI, title="Otters in city rivers: a twelve-river count", abstract=f"{COUNTED} {CLEAN}", venue="")]),
    ("encoding_cp1252.ris", [Paper("", "Straßenlaternen und Fledermäuse", "Weißes Licht halbierte die Aktivität um 50 % ± 3 %. Es blieb „hell“.", ("Karl Müller",), 2020)]),
]  # fmt: skip
# What is said of a file besides.
PROBLEMS = {
    "table_extra_cells.csv": [(2, "columns a cell too many in this row: what stands behind 'Abstract' is not kept of it"), (1, "columns not kept, with how many records have them: EID (1)")],
    "table_zotero.csv": [(1, "columns not kept, with how many records have them: Key (1)")],
    "encoding_cp1252.ris": [(0, "encoding read as Windows-1252, which is a guess: if letters are wrong, save the file as UTF-8 and add it again")],
}  # fmt: skip


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Assistant]:
    with Assistant(tmp_path / "library", settings=Settings()) as made:
        yield made


def told(paper: Paper) -> Paper:
    """A paper as the table has it: without its file, the rest of its record, and an id that is made of its title."""
    known = "" if paper.id.startswith("t:") else paper.id
    return replace(paper, id=known, source="", sections=(), extra={})


@pytest.mark.parametrize(("files", "papers"), PAPERS, ids=[files for files, _ in PAPERS])
def test_each_record_is_read_whole(library: Assistant, files: str, papers: list[Paper]) -> None:
    report = library.add(*[CASES / file for file in files.split()])
    assert [told(paper) for paper in library.papers()] == papers
    assert [(p.line, f"{p.field} {p.message}") for p in report.problems] == PROBLEMS.get(files, [])


@pytest.mark.parametrize("name", ["cochrane.bib", "cochrane.txt"])
def test_the_numbers_of_records_are_no_part_of_them_whatever_the_file_is_called(
    library: Assistant, tmp_path: Path, name: str
) -> None:
    report = library.add(shutil.copy(CASES / "cochrane.bib", tmp_path / name))
    assert [told(paper) for paper in library.papers()] == [
        Paper("doi:10.5555/14651858.ex012345.pub2", "Salt for otters", "Background Otters eat salt. Main results We found 11 trials (RR 0.8, 95% CI 0.6 to 1.0; N = 33,513). Authors' conclusions Salt may help.", ("RL Roe", "JH Doe", "P Poe"), 2025, "Example Database of Reviews", "10.5555/14651858.EX012345.pub2"),
        Paper("pmid:31234567", "Salt trial & otters", "We gave salt to 12 otters. - More fish was eaten (P<0.01).", ("K Koe", "N Noe"), 2024, pmid="31234567"),
    ]  # fmt: skip
    assert library.papers()[0].extra["publisher"] == "Example & Sons, Ltd"
    assert [p.message for p in report.problems] == ["not kept, with how many records have them: xr (1)"]


def test_text_for_readers_is_refused_with_what_to_save_instead(library: Assistant) -> None:
    said = r"pubmed_text\.txt looks like PubMed's text for readers: save the search as PubMed format instead \(\.nbib\)\.$"
    with pytest.raises(SourceError, match=said):
        library.add(CASES / "pubmed_text.txt")
    assert library.papers() == []


def test_words_for_no_abstract_are_none(library: Assistant) -> None:
    table = CASES / "table_no_value_abstract.csv"
    report = library.add(table, abstracts_only=True)
    missing = "abstract missing or empty: only papers with one were asked for"
    assert [(p.line, f"{p.field} {p.message}") for p in report.problems] == [(3, missing), (4, missing)]
    assert [told(paper) for paper in library.papers()] == [RIVERS]
    assert len(library.add(table).untold) == 2


SECTIONS = {
    "ris_sections_in_lines.ris": [
        {"BACKGROUND": "Otters return to cities.", "METHODS": "Twelve rivers were walked in two seasons.", "RESULTS": "340 otters were counted."}
    ],
    "pubmed_export.nbib": [
        {"BACKGROUND": "Otters return to cities.", "METHODS": "Twelve rivers were walked in two seasons.", "RESULTS": "We found 340 otters.|Clean water was linked to more otters (P<0.01).", "CONCLUSIONS": "Clean rivers bring otters back."}
    ],
    "jats_and_html.jsonl": [{"": DRIFT}, {"Background": "Otter fur traps air.", "Results": FUR}],
    "other_languages.ris": [
        {"OBJETIVO": "Estudiar el efecto de la reducción de sal en la presión arterial.", "MÉTODOS": "Se siguió a 412 trabajadores por turnos durante dos años.", "RESULTADOS": TURNOS, "CONCLUSIONES": "Reducir la sal ayuda a los trabajadores jóvenes."},
        {"HINTERGRUND": "Straßenlaternen stören nachtaktive Tiere.", "ERGEBNISSE": LICHT, "SCHLUSSFOLGERUNG": "Bernsteinfarbene Lampen sind besser."},
        {"": "我们在十二条城市河流中统计了水獭。|共发现340只水獭。|清洁的水与更多的水獭有关。"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("file", SECTIONS)
def test_labels_make_sections_and_are_no_part_of_what_is_quoted(library: Assistant, file: str) -> None:
    library.add(CASES / file)
    found: list[dict[str, str]] = []
    for paper in library.papers():
        found.append({})
        for s in paper.sentences():
            label, sentence = paper.section_at(s.start), paper.abstract[s.start : s.end]
            found[-1][label] = "|".join(filter(None, (found[-1].get(label), sentence)))
        assert [s.label for s in paper.sections] == [label for label in found[-1] if label]
    assert found == SECTIONS[file]


# The files of a library, a text, and of each of its sentences: the verdict, the title of the cited paper, and the quote.
OWN = "Beavers and Floods: a nine-catchment study"
VERIFIED = [
    ("bib_less_greater.bib", "bib_less_greater.md", [("supported", "Salt and blood pressure in shift workers", PRESSURE)]),
    ("bib_maths.bib", "bib_maths.md", [("supported", "Cu₂O films for otter sensors", GAP)]),
    ("bib_own_keys.bib", "bib_own_keys.tex", [("supported", "Otters in City Rivers", COUNTED), ("supported", OWN, DAMS), ("supported", OWN, DAMS)]),
    ("ris_family_first.ris", "ris_family_first.md", [("supported", "Duplicated dams", ROWS)]),
    # The first sentence leaves out "Lutra lutra", which limits the subject: it may say more than the abstract does.
    ("jats_and_html.jsonl", "jats_and_html.md", [("unconfirmed", "CO₂ sensors for otters", DRIFT), ("supported", "In vitro tests of otter fur", FUR)]),
    ("narrative.ris", "narrative.md", [("supported", "Holding otters captive", CUSTODY)] * 4),
    ("narrative.ris", "numeric.md", [("supported", "Holding otters captive", CUSTODY)] * 3),
]  # fmt: skip


@pytest.mark.parametrize(("file", "text", "expected"), VERIFIED, ids=[text for _, text, _ in VERIFIED])
def test_true_sentences_are_found_in_the_papers_they_cite(
    library: Assistant, file: str, text: str, expected: list[tuple[str, str, str]]
) -> None:
    library.add(CASES / file)
    checked = library.verify((CASES / text).read_text())
    assert [
        (s.verdict, library.paper(*s.citations).title, *(e.quote for e in s.evidence)) for s in checked
    ] == expected
    assert not any(s.problems or s.suggested or s.unknown for s in checked)


# The file of a library, a question, and the title and the sentences of the one paper that the answer quotes.
ASKED = [
    ("bib_maths.bib", "What is the band gap of Cu2O films?", "Cu₂O films for otter sensors", [GAP]),
    ("ris_boilerplate.ris", "How far do moles dig a day?", "Moles in clay", ["Moles dig 20 metres a day."]),
    ("ris_boilerplate.ris", "What do hedgehogs cross a night?", "Self-criticism of hedgehogs", ["Hedgehogs cross four roads a night.", "Most cross at crossings."]),
    ("ris_boilerplate.ris", "To how many ponds do newts return?", "Newts in ponds", ["Newts return to 31 ponds."]),
    ("wos_tagged.ciw", "How many otters were counted?", "Otters in city rivers: counting animals from bridges in two seasons", ["Twelve rivers were walked in two seasons and 340 otters were counted."]),
    ("jats_and_html.jsonl", "How much did CO2 sensors drift?", "CO₂ sensors for otters", [DRIFT]),
    ("jats_and_html.jsonl", "How much more air did otter fur hold?", "In vitro tests of otter fur", [FUR]),
    ("same_paper_twice.ris", "How many otters were found?", "Otters in city rivers: a twelve-river count", [COUNTED]),
    ("other_languages.ris", "¿Cuánto bajó la presión sistólica en los menores de 40 años?", "Efecto de la sal sobre la presión arterial en trabajadores por turnos", [TURNOS]),
    ("other_languages.ris", "How do street lamps affect bats?", "Einfluss von Straßenlaternen auf Fledermäuse", ["Straßenlaternen stören nachtaktive Tiere.", LICHT, "Bernsteinfarbene Lampen sind besser."]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "question", "title", "quotes"), ASKED, ids=[q for _, q, _, _ in ASKED])
def test_answers_quote_what_was_found_and_nothing_else(
    library: Assistant, file: str, question: str, title: str, quotes: list[str]
) -> None:
    library.add(CASES / file)
    answer = library.ask(question)
    assert answer.text == " ".join(f"{quote[:-1]} [1]." for quote in quotes)
    assert [source.paper.title for source in answer.sources] == [title]
    assert [e.quote for s in answer.statements for e in s.evidence] == quotes


def test_questions_about_the_library_are_answered_from_its_records(library: Assistant) -> None:
    library.add(CASES / "about_the_library.ris")
    gambling, prices = "Gambling of otters (Brook, 2018)", "Otters and fish prices (Brook and Roe, 2019)"
    for question, text in {
        "papers by Brook": f"2 of the 3 papers are by Brook.\n[1] {gambling}\n[2] {prices}",
        "list all papers from 2019": f"1 of the 3 papers was published in 2019.\n[1] {prices}",
        "how many papers are in the library?": "The library has 3 papers, published from 2018 to 2022.",
        "which paper is the newest on fish prices?": "The newest of the 2 papers that match is from 2022.\n\nFish prices doubled in winter in eight towns [1].",
        "Which papers appeared in Otter Studies?": f"2 of the 3 papers were published in Otter Studies.\n[1] {gambling}\n[2] {prices}",
    }.items():  # fmt: skip
        assert library.ask(question).text == text
    newest = library.ask("which paper is the newest on fish prices?")
    assert [source.paper.title for source in newest.sources] == ["Fish prices in winter"]
    # Which of its sentences are quoted is for the choice of sentences.
    found = library.ask("what did Brook find in 2018?")
    assert found.remark == "1 of the 3 papers is by Brook, published in 2018."
    assert [source.paper.title for source in found.sources] == ["Gambling of otters"]
    quotes = [e.quote for s in found.statements for e in s.evidence]
    assert quotes
    assert set(quotes) <= {"Otters gambled for fish in 12 ponds.", "Losses were small."}


def test_records_of_one_paper_are_one_with_all_their_fields_and_sources(library: Assistant) -> None:
    twice, refer = CASES / "same_paper_twice.ris", CASES / "refer_authors_first.enl"
    report = library.add(twice)
    assert (len(report.added), len(report.duplicates)) == (1, 2)
    library.add(refer)
    (paper,) = library.papers()
    assert (paper.doi, paper.url, paper.venue) == (DOI, URL, "Urban Animals")
    assert library.sources(paper.id) == (str(twice), str(refer))


def test_what_is_set_apart_of_an_abstract_is_kept(library: Assistant) -> None:
    library.add(CASES / "ris_boilerplate.ris", CASES / "table_scopus.csv")
    assert [paper.extra["custom"]["rights"] for paper in library.papers()] == [
        "(C) 2017 Example Press Ltd. All rights reserved.",
        "(PsycINFO Database Record (c) 2019 APA, all rights reserved)",
        "[ABSTRACT FROM AUTHOR] Copyright of Urban Animals is the property of Example Press and its content may not be copied without the copyright holder's express written permission.",
        "Link to the Ovid Full Text or citation: http://www.example.org/x",
        "© 2020 Example Press Ltd.",
    ]


# The files of a library, a format, and lines of its export.
EXPORTED: list[tuple[str, ReferenceFormat, list[str]]] = [
    ("bib_less_greater.bib", "bibtex", ["@article{roe_salt_2019,", f"  abstract = {{We followed 412 shift workers for two years. {PRESSURE} Urinary sodium >= 2.0 mmol was linked to higher pressure.}},"]),
    ("bib_own_keys.bib", "bibtex", ["@article{Doe:2020:otters,", "@article{beavers21,"]),
    ("ris_family_first.ris", "bibtex", ["@article{rowan2014duplicated,", "  author = {{Rowan}, R. and {van der Linde}, A.M.},"]),
    ("ris_compound_names.ris", "bibtex", ["  author = {{Prado Castaño}, María José and {De Winter}, An and {St. Vale}, Colleen},"]),
    ("ris_compound_names.ris", "ris", ["AU  - Prado Castaño, María José", "AU  - De Winter, An", "AU  - St. Vale, Colleen"]),
    ("ris_compound_names.ris", "csl-json", ['    "family": "Prado Castaño",', '    "family": "De Winter",', '    "family": "St. Vale",']),
    # A number that is PubMed's says so; another database's number is read as none of PubMed.
    ("ris_accession_numbers.ris", "ris", ["AN  - 150283836", "AN  - PMID:35123456"]),
    ("csl_item.json csl_item.ris", "csl-json", ['  "id": "doe2020",', '    "non-dropping-particle": "van der"']),
]  # fmt: skip


@pytest.mark.parametrize(("files", "form", "lines"), EXPORTED, ids=[f"{x[0]} {x[1]}" for x in EXPORTED])
def test_exports_have_the_same_and_read_back_change_nothing(
    library: Assistant, tmp_path: Path, files: str, form: ReferenceFormat, lines: list[str]
) -> None:
    library.add(*[CASES / file for file in files.split()])
    papers = library.papers()
    export = tmp_path / f"export.{REFERENCES[form].ending}"
    export.write_text(REFERENCES[form].write(papers), newline="")
    written = export.read_text().splitlines()
    assert [line for line in written if line in lines] == lines
    report = library.add(export)
    assert (report.added, report.problems) == ((), ())
    # A paper without a citation key of its own has the one that it was exported with.
    assert set(report.changed) <= {paper.id for paper in papers if "citation-key" not in paper.extra}
    with Assistant(tmp_path / "again", settings=Settings()) as again:
        again.add(export)
        for shelf in (library, again):
            for old, new in zip(papers, shelf.papers(), strict=True):
                assert told(new) == told(old)
                assert {**new.extra, **old.extra} == new.extra
