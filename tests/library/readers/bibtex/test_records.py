"""BibTeX becomes papers; what is broken costs only itself and is named by its line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Paper, Problem
from assistant.export.bibliography import bibtex, ris
from assistant.library.readers import read
from assistant.library.readers.record import clean
from assistant.library.readers.text.latex_in_text import without_latex

ZOTERO = r"""
@article{byron_dot_2024,
	title = {Dot: {Tiny} {Detectors} with \textit{One} Net},
	volume = {3},
	copyright = {All rights reserved},
	url = {https://example.org/dot?a=1\&b=2},
	doi = {10.1000/dot\_1},
	abstract = {Na{\"i}ve detectors are slow: they need \$5 of power and O({\textbackslash}n) steps. Dot is 5\% better, at $O(n^2)$ cost -- ``really''.},
	language = {en},
	journal = {Journal of {Small} Things},
	author = {Byron, Ada and Núñez, José and van Beethoven, Ludwig and {Institute of Dots and Lines} and others},
	month = mar,
	year = {2024},
	note = {arXiv:2403.00001 [cs]},
}
"""
SCHOLAR = """@inproceedings{chen2020line,
  title={Line: recommending music},
  author={Chen, Bo and M{\\"u}ller, Stra{\\ss}e},
  booktitle={Proc. of ICML},
  abstract={It raises listening by 12% for new users & old ones.},
  year={2020}
}"""


def papers(path: Path, text: str) -> list[Paper]:
    path.write_text(text, encoding="utf-8")
    return [found for found in read(path) if isinstance(found, Paper)]


def problems(path: Path, text: str) -> list[Problem]:
    path.write_text(text, encoding="utf-8")
    return [found for found in read(path) if isinstance(found, Problem)]


def test_an_entry_of_zotero_becomes_a_paper_in_plain_unicode(tmp_path: Path) -> None:
    (paper,) = papers(tmp_path / "z.bib", ZOTERO)
    assert paper.title == "Dot: Tiny Detectors with One Net"
    assert paper.authors == ("Ada Byron", "José Núñez", "Ludwig van Beethoven", "Institute of Dots and Lines")
    assert (paper.year, paper.venue, paper.doi) == (2024, "Journal of Small Things", "10.1000/dot_1")
    assert paper.url == "https://example.org/dot?a=1&b=2"
    assert "Naïve" in paper.abstract
    assert "5% better" in paper.abstract
    assert "O(n²)" in paper.abstract
    assert "“really”" in paper.abstract


def test_signs_that_nobody_escaped_stay_what_they_are(tmp_path: Path) -> None:
    (paper,) = papers(tmp_path / "s.bib", SCHOLAR)
    assert paper.abstract == "It raises listening by 12% for new users & old ones."
    assert paper.authors == ("Bo Chen", "Straße Müller")


def test_strings_are_filled_in_and_comments_passed_over(tmp_path: Path) -> None:
    text = '@string{j = "Journal of J"}\n@comment{x}\n@preamble{"\\newcommand"}\n@article{k, title={T one}, journal = j, abstract={A b.}}'
    (paper,) = papers(tmp_path / "s.bib", text)
    assert paper.venue == "Journal of J"


def test_an_eprint_is_an_arxiv_id_only_where_it_is_said_to_be_or_looks_like_one(tmp_path: Path) -> None:
    text = (
        "@misc{a, title={One t}, abstract={A b.}, eprint={2401.01234v2}, archiveprefix={arXiv}}\n"
        "@misc{b, title={Two t}, abstract={A b.}, eprint={hal-0123}}\n"
        "@misc{c, title={Three t}, abstract={A b.}, eprint={cs/0112017}}"
    )
    assert papers(tmp_path / "e.bib", text)[0].id == "arxiv:2401.01234"
    assert [paper.arxiv_id for paper in papers(tmp_path / "e.bib", text)] == [
        "2401.01234v2",
        "",
        "cs/0112017",
    ]


def test_two_entries_of_one_key_are_two_papers(tmp_path: Path) -> None:
    text = "@misc{k, title={One t}, abstract={A b.}}\n@misc{k, title={Two t}, abstract={C d.}}"
    assert [paper.title for paper in papers(tmp_path / "k.bib", text)] == ["One t", "Two t"]


def test_dates_and_the_class_of_arxiv_are_kept_and_other_fields_are_named_once(tmp_path: Path) -> None:
    entry = "@misc{%s, title = {Otters %s}, date = {2004/2006}, origdate = {1999}, primaryclass = {cs.CL}, customfield = {x}, file = {a.pdf}}\n"
    text = entry % ("a", "a") + entry % ("b", "b")
    one, _ = papers(tmp_path / "a.bib", text)
    assert one.extra["issued"] == {"date-parts": [[2004], [2006]]}
    assert one.extra["original-date"] == {"date-parts": [[1999]]}
    assert one.extra["custom"] == {"arxiv-class": "cs.CL"}
    assert [
        (problem.line, problem.field, problem.message) for problem in problems(tmp_path / "a.bib", text)
    ] == [(0, "fields", "not kept, with how many records have them: customfield (2)")]


def test_a_field_that_stands_twice_is_a_problem_and_the_first_is_kept(tmp_path: Path) -> None:
    text = "@misc{a, title = {Otters}, abstract = {They swim.}, note = {A}, note = {B}}"
    assert [paper.extra["note"] for paper in papers(tmp_path / "a.bib", text)] == ["A"]
    assert [(one.field, one.message) for one in problems(tmp_path / "a.bib", text)] == [
        ("note", "stands twice; the first is kept: give the other another name (entry 'a')")
    ]


def test_a_broken_entry_costs_only_itself(tmp_path: Path) -> None:
    text = (
        "@misc{a, title={One t}, abstract={A b.}}\n@misc{b, title={Never closed, abstract={X}\n"
        "@misc{c, title={Three t}, abstract={C d.}}\n@misc{d, abstract={No title}}\n"
    )
    assert [paper.title for paper in papers(tmp_path / "b.bib", text)] == ["One t", "Three t"]
    found = problems(tmp_path / "b.bib", text)
    assert sorted((p.line, p.field) for p in found) == [(2, "entry"), (4, "title")]
    assert "'d'" in next(p.message for p in found if p.line == 4)


def test_bibtex_is_told_by_content_too(tmp_path: Path) -> None:
    assert (
        len(
            papers(tmp_path / "export.txt", "% made by JabRef\n\n@Article{x, title={T one}, abstract={A b.}}")
        )
        == 1
    )


def test_nothing_in_a_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.tex").write_text("SECRET")
    (paper,) = papers(
        tmp_path / "i.bib",
        "@misc{a, title={T \\input{secret.tex}}, abstract={A \\input{secret} b.}, url={javascript:alert(1)}}",
    )
    assert "SECRET" not in paper.title + paper.abstract
    assert paper.url == ""


def test_ten_thousand_entries_of_one_key_are_read_quickly(tmp_path: Path) -> None:
    began = time.process_time()
    entry = "@article{{same, title = {{T {n}}}, abstract = {{We study {n}.}}}}\n"
    assert len(papers(tmp_path / "a.bib", "".join(entry.format(n=n) for n in range(10_000)))) == 10_000
    assert time.process_time() - began < 30


@pytest.mark.parametrize(
    ("field", "name", "value"),
    [
        ("url = {javascript:alert(1)}", "url", ""),
        ("url = {https://x.org/a\\_b and more}", "url", "https://x.org/a_b"),
        ("howpublished = {\\url{https://x.org}}", "venue", ""),
        ("howpublished = {Leaflet}", "venue", "Leaflet"),
        ("journaltitle = {J}, booktitle = {B}", "venue", "J"),
        ("booktitle = {B}, howpublished = {Leaflet}", "venue", "B"),
        ("date = {2019-03-01}", "year", 2019),
        ("year = {in press}", "year", None),
        ("pmid = {77}", "id", "pmid:77"),
        ("eprint = {2401.01234}", "arxiv_id", "2401.01234"),
        ("eprint = {2401.01234}, eprinttype = {hal}", "arxiv_id", ""),
        ("doi = {10.1/a\\_b}", "doi", "10.1/a_b"),
        ("author = {Byron, Jr., Ada and others}", "authors", ("Ada Byron Jr.",)),
        ("author = {}", "authors", ()),
    ],
)
def test_fields_of_an_entry(tmp_path: Path, field: str, name: str, value: object) -> None:
    (paper,) = papers(tmp_path / "a.bib", f"@misc{{k, title = {{T}}, abstract = {{A b.}}, {field}}}")
    assert getattr(paper, name) == value


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"5% \% & \& # \#", "5% % & & # #"),
        (r"{\textbraceleft}a{\textbraceright}^{\textasciicircum}", "{a}^^"),
        (r"Na{\"i}ve   $x^2$", "Naïve x²"),
    ],
)
def test_latex_becomes_text(tmp_path: Path, latex: str, text: str) -> None:
    (paper,) = papers(tmp_path / "a.bib", f"@misc{{k, title = {{T}}, abstract = {{{latex}}}}}")
    assert paper.abstract == text


def test_braces_nested_without_end_cost_their_entry_alone(tmp_path: Path) -> None:
    deep = "@article{deep, title = {" + "{" * 3000 + "x" + "}" * 3000 + "}, abstract = {We study x.}}\n"
    path = tmp_path / "a.bib"
    path.write_text(deep + "@article{fine, title = {Fine}, abstract = {We study y.}}\n")
    problem, paper = sorted(read(path), key=lambda one: isinstance(one, Paper))
    assert isinstance(paper, Paper)
    assert paper.title == "Fine"
    assert "'deep'" in str(problem)


# Without those that LaTeX joins into others ("--", "?`", "''", "<<"), and the sign of a notice of rights.
LETTERS = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="-`'\"<>?!,©")
WORDS = st.text(LETTERS, min_size=1, max_size=12)
LINES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


@pytest.mark.parametrize("form", [bibtex, ris])
@settings(max_examples=150, deadline=None)
@given(
    title=LINES,
    abstract=LINES,
    family=st.sampled_from(["Byron", "van Dyk", "Núñez", "李"]),
    year=st.integers(1900, 2100),
)
def test_what_we_export_we_read_back(
    tmp_path_factory: pytest.TempPathFactory, form: object, title: str, abstract: str, family: str, year: int
) -> None:
    paper = Paper(
        "doi:10.1/x", f"T {title}", f"A {abstract}", authors=(f"Ada {family}",), year=year, doi="10.1/x"
    )
    path = tmp_path_factory.mktemp("back") / ("x.bib" if form is bibtex else "x.ris")
    path.write_text(form([paper]), encoding="utf-8", newline="")  # type: ignore[operator]
    (back,) = read(path)
    assert isinstance(back, Paper), back
    # What is surely LaTeX is read as such in every format.
    plain = [without_latex(clean(text)) for text in (paper.title, paper.abstract)]
    assert [back.authors, back.year, back.doi] == [paper.authors, year, "10.1/x"]
    assert _same(back.title, plain[0])
    assert _same(back.abstract, plain[1])


def _same(one: str, other: str) -> bool:
    import unicodedata

    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


@pytest.mark.slow
def test_a_large_file_takes_time_in_proportion(tmp_path: Path) -> None:
    def seconds(count: int) -> float:
        text = "\n".join(
            SCHOLAR.replace("chen2020line", f"k{n}").replace("music", f"music {n}") for n in range(count)
        )
        began = time.process_time()
        assert len(papers(tmp_path / f"{count}.bib", text)) == count
        return time.process_time() - began

    seconds(100)
    assert seconds(8000) < 8 * seconds(2000)


def test_and_others_is_kept_and_exported_again(tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    path.write_text(
        "@article{a, title={Otters by night}, author={Doe, Jane and others}, abstract={They swim.}}"
    )
    (paper,) = read(path)
    assert isinstance(paper, Paper)
    assert paper.authors == ("Jane Doe",)
    assert paper.extra["custom"] == {"authors": "and others"}
    assert "  author = {{Doe}, Jane and others},\n" in bibtex([paper])
    path.write_text(bibtex([paper]))
    assert list(read(path)) == [paper]


@pytest.mark.parametrize(
    ("entry", "authors"),
    [
        ("{M{\\\"u}ller, Jos{\\'e} and Nguy{\\~{\\^e}}n, {\\O}ystein}", ("José Müller", "Øystein Nguyễn")),
        ("{{Institute and Others} and Doe, Jane}", ("Institute and Others", "Jane Doe")),
    ],
)
def test_letters_in_braces_are_letters_of_a_name(
    tmp_path: Path, entry: str, authors: tuple[str, ...]
) -> None:
    path = tmp_path / "a.bib"
    path.write_text(f"@misc{{a, title = {{T}}, author = {entry}, abstract = {{A.}}}}", encoding="utf-8")
    (paper,) = read(path)
    assert isinstance(paper, Paper)
    assert paper.authors == authors
