"""Public sets become suites that run; what is wrong with them is said with file and line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.papers import shared

from assistant import Assistant, Paper, Settings
from assistant.library.readers import read
from evals import __main__ as command
from evals.errors import EvaluationError
from evals.suites.converters import FORMATS, convert
from evals.suites.suite import Suite, open_suite

Files = dict[str, Any]
PQA = {
    "111": {
        "QUESTION": "Do cats purr?",
        "CONTEXTS": ["We listened to cats.", "All 12 cats purred."],
        "LABELS": ["METHODS", "RESULTS"],
        "YEAR": "2011",
        "final_decision": "yes",
        "LONG_ANSWER": "Cats purr.",
    }
}
CORPUS = [
    {"doc_id": 7, "title": "Cats", "abstract": ["We listened to cats.", "All purred."], "structured": False},
    {"doc_id": 8, "title": "Dogs", "abstract": ["Dogs bark."]},
    {"doc_id": 9, "title": "Silence", "abstract": []},
]
CLAIMS = [
    {
        "id": 1,
        "claim": "Cats purr.",
        "evidence": {"7": [{"sentences": [1], "label": "SUPPORT"}]},
        "cited_doc_ids": [7, 9],
    },
    {"id": 2, "claim": "Dogs meow.", "evidence": {}, "cited_doc_ids": [8]},
    {"id": 3, "claim": "Nobody cites this.", "evidence": {}, "cited_doc_ids": []},
    {"id": 4, "claim": "Silence is loud.", "evidence": {}, "cited_doc_ids": [9]},
]
BEIR_CORPUS = [
    {"_id": "d1", "title": "Cats", "text": "Cats purr all day."},
    {"_id": "d2", "title": "", "text": "Dogs bark at night when nobody is listening to them at all."},
]
BEIR_QUERIES = [{"_id": "q1", "text": "who purrs?"}, {"_id": "q2", "text": "who is silent?"}]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq1\tgone\t1\n"
SINGLE = [
    {"input": "Do cats purr?", "answer": "yes", "gold_ctx": [{"title": "Cats", "text": "All cats purr."}]},
]
QASA = [
    {
        "input": "Why do cats purr?",
        "answer": "They like it.",
        "ctxs": [{"title": "", "text": "Dogs bark."}],
        "gold_ctxs": [{"title": "Cats", "text": "All cats purr."}],
    },
]
LONG = [
    {
        "case_id": "x",
        "initial_prompt": "What do animals say?",
        "metric_config": {"config": {"other_properties": [{"criterion": "Names cats.", "weight": 1}]}},
    }
]


def put(folder: Path, files: Files) -> Path:
    """A folder of files: lists as JSONL, objects as JSON, text as it stands."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list) and name.endswith(".json"):
            path.write_text(json.dumps(content), encoding="utf-8")
        elif isinstance(content, list):
            data = "\n".join(json.dumps(item) for item in content) + "\n"
            if name.endswith(".gz"):
                path.write_bytes(gzip.compress(data.encode()))
            else:
                path.write_text(data, encoding="utf-8")
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return folder


SETS: dict[str, Files] = {
    "pubmedqa": {"ori_pqal.json": PQA},
    "scifact": {"corpus.jsonl.gz": CORPUS, "claims_dev.jsonl": CLAIMS},
    "beir": {"corpus.jsonl": BEIR_CORPUS, "queries.jsonl": BEIR_QUERIES, "qrels/test.tsv": QRELS},
    "scholarqabench": {"pubmed_test.jsonl": SINGLE, "qasa_test.jsonl": QASA},
}


def made(tmp_path: Path, form: str, files: Files | None = None) -> Suite:
    """The suite of a small set."""
    convert(form, put(tmp_path / "set", files or SETS[form]), tmp_path / "suite")
    return open_suite(tmp_path / "suite")


def papers(suite: Suite) -> dict[str, Paper]:
    """The papers of its library, none of which may be a problem."""
    found = [record for file in suite.files for record in read(file)]
    assert all(isinstance(record, Paper) for record in found), found
    return {record.id: record for record in found if isinstance(record, Paper)}


def test_every_format_has_an_example() -> None:
    assert SETS.keys() == FORMATS.keys()


@pytest.mark.parametrize("form", sorted(SETS))
def test_a_converted_set_runs(tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    source = put(tmp_path / "set", SETS[form])
    assert command.main(["convert", form, str(source), "--to", str(tmp_path / form)]) == 0
    assert command.main(["run", str(tmp_path / form), "--runs", str(tmp_path / "runs")]) == 0
    assert "recall@5" in capsys.readouterr().out


def test_pubmedqa_keeps_sections_and_hides_the_title(tmp_path: Path) -> None:
    suite = made(tmp_path, "pubmedqa")
    (case,) = suite.cases
    paper = papers(suite)["111"]
    assert (case.question, case.reference, case.tags) == ("Do cats purr?", "Cats purr.", ("yes",))
    assert paper.abstract == "We listened to cats. All 12 cats purred."
    assert [section.label for section in paper.sections] == ["METHODS", "RESULTS"]
    assert (paper.title, paper.year, paper.pmid) == ("PubMed 111", 2011, "111")


def test_scifact_claims_without_evidence_are_unanswerable(tmp_path: Path) -> None:
    report = convert("scifact", put(tmp_path / "set", SETS["scifact"]), tmp_path / "suite")
    suite = open_suite(tmp_path / "suite")
    assert {case.id: (dict(case.relevant), case.answerable, case.tags) for case in suite.cases} == {
        "1": ({"7": 1}, True, ("support",)),
        # What they cite has no evidence: a refusal is right.
        "2": ({}, False, ("nei",)),
        "4": ({}, False, ("nei",)),
    }
    assert papers(suite)["7"].abstract == "We listened to cats. All purred."
    assert (report.papers_left_out, report.cases_left_out) == (1, 0)
    assert "1 papers have no text" in str(report)
    assert suite.manifest.settings == {"retrieval.k": 10}


def test_beir_keeps_grades_and_names_papers_without_a_title(tmp_path: Path) -> None:
    suite = made(tmp_path, "beir")
    (case,) = suite.cases
    assert dict(case.relevant) == {"d1": 2}
    assert papers(suite)["d2"].title == "Dogs bark at night when nobody is listening to them at all."


def test_scholarqabench_makes_papers_of_passages_and_references_of_criteria(tmp_path: Path) -> None:
    suite = made(tmp_path, "scholarqabench")
    assert [(case.id, case.reference) for case in suite.cases] == [
        ("pubmed-1", "yes"),
        ("qasa-1", "They like it."),
    ]
    assert len(papers(suite)) == 2
    files = {**SETS["scholarqabench"], "test_configs_snippets.json": LONG}
    put(tmp_path / "set", files)
    only_long = tmp_path / "set" / "test_configs_snippets.json"
    with pytest.raises(EvaluationError, match="has no paper with a text"):
        convert("scholarqabench", only_long, tmp_path / "long")


def test_a_sample_is_always_the_same_and_the_library_whole(tmp_path: Path) -> None:
    source = put(tmp_path / "set", SETS["scifact"])
    for name in ("one", "two"):
        convert("scifact", source, tmp_path / name, limit=1)
    one, two = open_suite(tmp_path / "one"), open_suite(tmp_path / "two")
    assert one.cases == two.cases
    assert len(one.cases) == 1
    assert papers(one).keys() == {"7", "8"}


def test_a_suite_is_not_written_over_another(tmp_path: Path) -> None:
    source = put(tmp_path / "set", SETS["beir"])
    convert("beir", source, tmp_path / "suite")
    before = (tmp_path / "suite" / "papers.jsonl").read_bytes()
    with pytest.raises(EvaluationError, match="has a suite already"):
        convert("beir", source, tmp_path / "suite")
    assert (tmp_path / "suite" / "papers.jsonl").read_bytes() == before


BROKEN: list[tuple[str, Callable[[Files], Files], str]] = [
    ("pubmedqa", lambda _: {"ori_pqal.json": "{"}, "cannot be read as JSON"),
    ("pubmedqa", lambda _: {"ori_pqal.json": [1]}, "not an object by PubMed id"),
    ("pubmedqa", lambda _: {"ori_pqal.json": {"1": 5}}, "1: this is not a JSON object"),
    (
        "pubmedqa",
        lambda _: {"ori_pqal.json": {"1": {"QUESTION": "x?", "CONTEXTS": "x"}}},
        "1: CONTEXTS: input should be a valid list",
    ),
    ("pubmedqa", lambda _: {"ori_pqal.json": {"1": {"CONTEXTS": ["x"]}}}, "1: question: field required"),
    ("pubmedqa", lambda _: {"a.jsonl": [{"pmid": "1"}]}, r"a\.jsonl:1: question: field required"),
    ("pubmedqa", lambda _: {"a.jsonl": b"\xff\xfe\x00"}, "cannot be read"),
    ("scifact", lambda s: {"corpus.jsonl.gz": s["corpus.jsonl.gz"]}, "has no claims"),
    ("scifact", lambda s: {"claims_dev.jsonl": s["claims_dev.jsonl"]}, "has no corpus"),
    ("scifact", lambda s: {**s, "corpus.jsonl.gz": b"no gzip"}, "cannot be read"),
    ("scifact", lambda s: {**s, "claims_dev.jsonl": "[]\n"}, r"claims_dev\.jsonl:1: this is not a JSON"),
    (
        "scifact",
        lambda s: {**s, "claims_dev.jsonl": [{"cited_doc_ids": [7]}]},
        r"claims_dev\.jsonl:1: id: field required",
    ),
    ("beir", lambda s: {**s, "qrels/test.tsv": "q1 d1 2\nq1 d1 x\n"}, r"test\.tsv:2: write query"),
    (
        "beir",
        lambda s: {**s, "queries.jsonl": [{"_id": "q1", "text": {"a": 1}}]},
        r"queries\.jsonl:1: text: input should be a valid string",
    ),
    ("beir", lambda s: {**s, "corpus.jsonl": "not json\n"}, r"corpus\.jsonl:1"),
    (
        "scholarqabench",
        lambda _: {"pubmed_test.jsonl": [{"input": "x", "answer": "y", "gold_ctx": ["y"]}]},
        r"gold_ctx\.0: input should be",
    ),
    ("scholarqabench", lambda _: {"pubmed_test.jsonl": [{"input": "x"}]}, "1: answer: field required"),
    ("scholarqabench", lambda _: {"test_configs.json": {"a": 1}}, "not a list of questions"),
    ("scholarqabench", lambda _: {"readme.txt": "x"}, "has no"),
]


@pytest.mark.parametrize(("form", "broken", "said"), BROKEN)
def test_a_set_that_cannot_be_read_is_named(
    tmp_path: Path, form: str, broken: Callable[[Files], Files], said: str
) -> None:
    source = put(tmp_path / "set", broken(SETS[form]))
    with pytest.raises(EvaluationError, match=said):
        convert(form, source, tmp_path / "suite")
    assert not (tmp_path / "suite" / "suite.yaml").exists()


@pytest.mark.shared
def test_the_real_pubmedqa_is_converted_and_found(tmp_path: Path) -> None:
    convert("pubmedqa", shared("pubmedqa", "fit.jsonl"), tmp_path / "suite", limit=40)
    suite = open_suite(tmp_path / "suite")
    library = papers(suite)
    assert len(library) == 250
    assert len(suite.cases) == 40
    with Assistant(tmp_path / "library", settings=Settings()) as assistant:
        wanted = {paper for case in suite.cases for paper in case.relevant}
        assistant.add([library[i] for i in wanted])
        first = [assistant.search(c.question, 1)[0].paper.id in c.relevant for c in suite.cases]
    assert sum(first) >= 36


@pytest.mark.shared
def test_the_real_scifact_is_converted_whole(tmp_path: Path) -> None:
    report = convert("scifact", shared("scifact", "claims_fit.jsonl"), tmp_path / "suite", limit=30)
    assert (report.papers, report.cases, report.papers_left_out) == (5183, 30, 0)
    suite = open_suite(tmp_path / "suite")
    assert {tag for case in suite.cases for tag in case.tags} <= {"support", "contradict", "nei"}
