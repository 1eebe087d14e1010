"""Put small random faults into the code and count how many the tests of the same folder notice: `make mutation`.

Each fault changes one token: a comparison or `in` is turned (`<` also into `<=`), `and` becomes `or`, a number grows by one,
a `not` is added or removed. Each is tried in a copy of the program, never in the working tree, and only with the tests that
mirror the module: for `assistant/core/text/tokens.py` first `tests/core/text/test_tokens.py`, then the rest of
`tests/core/text/`, then `tests/core/`. The same seed draws the same faults as long as the code stays the same.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import math
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("core", "retrieval", "verification", "library", "generation")
TURNED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}

SIGNS = {"failed": "noticed", "passed": "SURVIVED", "time": "TIME IS UP"}


@dataclass(frozen=True)
class Fault:
    """One changed expression of one file: bytes `start` to `end` are replaced by `after`."""

    path: str
    line: int
    start: int
    end: int
    before: str
    after: str

    def put_into(self, source: bytes) -> bytes:
        return source[: self.start] + f"({self.after})".encode() + source[self.end :]

    def __str__(self) -> str:
        before, after = (" ".join(text.split()) for text in (self.before, self.after))
        return f"{self.path}:{self.line}\n    - {before[:150]}\n    + {after[:150]}"


def regrouped(node: ast.BoolOp, place: int) -> Iterator[ast.expr]:
    """Yield the alternatives that are left when the operator before `values[place]` is the other one; `and` binds closer."""
    values = node.values
    if isinstance(node.op, ast.And):
        for part in (values[:place], values[place:]):
            yield part[0] if len(part) == 1 else ast.BoolOp(ast.And(), part)
    else:
        yield from values[: place - 1]
        yield ast.BoolOp(ast.And(), values[place - 1 : place + 1])
        yield from values[place + 1 :]


def changed(node: ast.AST, tests: set[int]) -> Iterator[ast.expr]:
    """Yield the faulty versions of an expression; `tests` are the ids of conditions, to which a `not` can be added."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for other in TURNED[type(operator)]:
                faulty = copy.deepcopy(node)
                faulty.ops[place] = other()
                yield faulty
    elif isinstance(node, ast.BoolOp):
        for place in range(1, len(node.values)):
            yield ast.BoolOp(ast.Or(), list(regrouped(node, place)))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    ):
        yield ast.Constant(node.value + 1)
    if id(node) in tests and isinstance(node, ast.Name | ast.Call | ast.Attribute | ast.BoolOp):
        yield ast.UnaryOp(ast.Not(), node)


def faults_of(path: Path) -> Iterator[Fault]:
    """Yield every possible fault of a file. Left out: what only type checkers read, and the insides of f-strings."""
    source = path.read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    tree = ast.parse(source)
    skipped: set[int] = set()
    tests: set[int] = set()
    for node in ast.walk(tree):
        annotation = getattr(node, "annotation", None) or getattr(node, "returns", None)
        checking = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for hidden in (annotation, node if checking or isinstance(node, ast.JoinedStr) else None):
            skipped |= {id(inner) for inner in ast.walk(hidden)} if hidden else set()
        if isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert):
            tests.add(id(node.test))
        elif isinstance(node, ast.comprehension):
            tests |= {id(condition) for condition in node.ifs}
    for node in ast.walk(tree):
        if id(node) in skipped or not isinstance(node, ast.expr) or node.end_lineno is None:
            continue
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + (node.end_col_offset or 0)
        for faulty in changed(node, tests):
            before, after = ast.unparse(node), ast.unparse(faulty)
            yield Fault(path.relative_to(ROOT).as_posix(), node.lineno, start, end, before, after)


def resolve(place: str) -> Path:
    """Return the file or folder that an argument names: `core/text`, `evals/metrics` or `assistant/core/paper.py`."""
    for path in (ROOT / place, ROOT / "assistant" / place):
        if path.exists():
            return path.resolve()
    sys.exit(f"There is no '{place}' here or in assistant/: name a folder or a file of the code.")


def tests_of(path: str) -> list[str]:
    """Return the test files of a module, its own first, then those of its folder, then those of the folders above."""
    parts = Path(path).parts
    folder = Path("tests", *(parts[:-1] if parts[0] == "evals" else parts[1:-1]))
    files: list[str] = []
    while folder != Path("tests"):
        beside = sorted(file.relative_to(ROOT).as_posix() for file in (ROOT / folder).glob("test_*.py"))
        files += sorted(beside, key=lambda name: Path(name).name != f"test_{Path(path).name}")
        folder = folder.parent
    return files


def copied(folder: Path) -> Path:
    """Copy the program and its tests as they lie in the working tree."""
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in tracked.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@dataclass
class Attempt:
    """Tests that run in a child process: its id, when it began, and where it writes."""

    pid: int
    begun: float
    output: Path


def import_vendors(tree: Path, tests: set[str]) -> float:
    """Import the libraries that the tests need, but none of the program; return the seconds of processor time it took.

    Children start as copies of this process, so that each fault need not wait for these imports; the time still counts.
    """
    code = (
        "import pytest, sys\n"
        "pytest.main(['--collect-only', '-qq', '-p', 'no:cacheprovider', *sys.argv[1:]])\n"
        "print()\n"
        "print(*[n for n, m in list(sys.modules.items()) if '-packages' in (getattr(m, '__file__', '') or '')])"
    )
    collected = subprocess.run(
        [sys.executable, "-c", code, *sorted(tests)],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = collected.rstrip().rpartition("\n")[2].split()
    begun = time.process_time()
    for name in names:
        with suppress(Exception):
            importlib.import_module(name)
    program = [name for name in sys.modules if name.split(".")[0] in ("assistant", "evals", "support")]
    assert not program, (
        f"the program itself must be imported anew for each fault, and these are there: {program}"
    )
    return time.process_time() - begun


def started(tree: Path, tests: list[str], seconds: float) -> Attempt:
    """Start tests in a child process, in a copy of the tree, with a limit of processor time."""
    output = tree.with_suffix(".log")
    pid = os.fork()
    if pid:
        return Attempt(pid, time.monotonic(), output)
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), math.ceil(seconds) + 2))
        with output.open("wb") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        os.chdir(tree)
        os.environ["PYTHONPATH"] = str(tree)
        sys.path[0] = str(tree)
        import pytest

        # pytest warns that its plugins are imported already.
        quiet = ["-q", "-x", "--tb=line", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
        # Without any test file pytest would run them all; 5 is its code for no tests.
        code = pytest.main([*quiet, "-p", "no:cacheprovider", *tests]) if tests else 5
        sys.stdout.flush()
        os._exit(code)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def ended(attempt: Attempt, seconds: float) -> tuple[str, float] | None:
    """Return "passed", "failed" or "time" and the seconds of processor time of an attempt, or None while it runs.

    The limit is processor time, so that a busy machine changes nothing; a test that waits forever ends at five times as
    much.
    """
    pid, status, usage = os.wait4(attempt.pid, os.WNOHANG)
    late = not pid and time.monotonic() - attempt.begun > 5 * seconds
    if not pid and not late:
        return None
    with suppress(ProcessLookupError):
        os.killpg(attempt.pid, signal.SIGKILL)
    if late:
        _, _, usage = os.wait4(attempt.pid, 0)
    code = -1 if late else os.waitstatus_to_exitcode(status)
    # 5: there are no tests.
    return "time" if code < 0 else "passed" if code in (0, 5) else "failed", usage.ru_utime + usage.ru_stime


def run_tests(tree: Path, tests: list[str], seconds: float) -> tuple[str, float, str]:
    """Run tests in a copy; return what became of them, the seconds of processor time, and what pytest wrote."""
    attempt = started(tree, tests, seconds)
    while (result := ended(attempt, seconds)) is None:
        time.sleep(0.02)
    return *result, attempt.output.read_text(errors="replace")


def check_without_faults(files: list[list[str]], tree: Path, seconds: float) -> None:
    """Run all tests once on the code as it is, and stop where they fail: every fault would seem noticed."""
    passed: set[str] = set()
    for every in files:
        tests = [name for name in every if name not in passed]
        if not tests:
            continue
        outcome, used, text = run_tests(tree, tests, 10 * seconds)
        if outcome != "passed":
            sys.exit(
                f"Without any fault these tests do not pass, so nothing can be measured with them:\n{text[-2000:]}"
            )
        passed |= set(tests)
        slow = f"  SLOWER THAN THE LIMIT OF {seconds:.0f} s" if used > seconds else ""
        print(f"without a fault {used:5.1f} s  {tests[0]} and {len(tests) - 1} more{slow}", flush=True)


def folder_of(fault: Fault) -> str:
    parts = Path(fault.path).parts
    return parts[1] if parts[0] == "assistant" and len(parts) > 2 else "/".join(parts[:2])


def draw(arguments: argparse.Namespace) -> list[Fault]:
    """Draw faults at random, each possible fault as likely as any other.

    They stay in random order, so that the first ones of a run that is broken off are a fair sample, too.
    """
    paths = [resolve(place) for place in arguments.places]
    files = sorted({file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py"))})
    every = [fault for file in files for fault in faults_of(file)]
    drawn = random.Random(arguments.seed).sample(every, min(arguments.n, len(every)))
    print(
        f"{len(drawn)} of the {len(every)} possible faults of {len(files)} files, seed {arguments.seed}",
        flush=True,
    )
    return drawn


def own_test(path: str) -> list[str]:
    """Return only the test file of the module itself, or none."""
    return [name for name in tests_of(path)[:1] if Path(name).name == f"test_{Path(path).name}"]


def measure(
    faults: list[Fault], jobs: int, seconds: float, tests_for: Callable[[str], list[str]]
) -> list[str]:
    """Try every fault, `jobs` at a time, and return for each what became of its tests."""
    outcomes: dict[Fault, str] = {}
    waiting = list(reversed(faults))
    running: dict[Path, tuple[Fault, Attempt]] = {}
    with tempfile.TemporaryDirectory(prefix="mutation-") as place:
        free = [copied(Path(place, str(number))) for number in range(jobs)]
        importing = import_vendors(free[0], {name for fault in faults for name in tests_for(fault.path)})
        print(f"importing the libraries took {importing:.1f} s: counted for each fault", flush=True)
        check_without_faults([tests_for(fault.path) for fault in faults], free[0], seconds - importing)
        while waiting or running:
            while waiting and free:
                fault, tree = waiting.pop(), free.pop()
                (tree / fault.path).write_bytes(fault.put_into((ROOT / fault.path).read_bytes()))
                running[tree] = fault, started(tree, tests_for(fault.path), seconds - importing)
            time.sleep(0.02)
            for tree, (fault, attempt) in list(running.items()):
                if result := ended(attempt, seconds - importing):
                    shutil.copy2(ROOT / fault.path, tree / fault.path)
                    del running[tree]
                    free.append(tree)
                    outcomes[fault] = result[0]
                    used = result[1] + importing
                    print(f"{len(outcomes):4} {SIGNS[result[0]]:10} {used:5.1f} s  {fault}", flush=True)
    return [outcomes[fault] for fault in faults]


def report(faults: list[Fault], outcomes: list[str]) -> None:
    """Print the count for each folder, then every fault that was not noticed."""
    print("\nNot noticed:" if set(outcomes) - {"failed"} else "")
    pairs = sorted(
        zip(faults, outcomes, strict=True), key=lambda pair: (pair[0].path, pair[0].start, pair[0].after)
    )
    for fault, outcome in pairs:
        if outcome != "failed":
            print(fault, "(time is up)" if outcome == "time" else "")
    counts = Counter((folder_of(fault), outcome) for fault, outcome in zip(faults, outcomes, strict=True))
    print(f"\n{'folder':<20}{'noticed':>9}{'survived':>10}{'time is up':>12}{'share':>8}")
    for folder in [*sorted({folder for folder, _ in counts}), "all"]:
        noticed, survived, late = (
            sum(
                count
                for (name, outcome), count in counts.items()
                if outcome == kind and folder in (name, "all")
            )
            for kind in ("failed", "passed", "time")
        )
        print(
            f"{folder:<20}{noticed:>9}{survived:>10}{late:>12}{noticed / (noticed + survived + late):>8.0%}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "places", nargs="*", default=FOLDERS, help=f"folders or files; default: {' '.join(FOLDERS)}"
    )
    parser.add_argument("-n", type=int, default=100, help="how many faults are drawn (100)")
    parser.add_argument("--seed", type=int, default=0, help="another seed draws other faults (0)")
    parser.add_argument(
        "--seconds", type=int, default=20, help="processor time for the tests of one fault (20)"
    )
    parser.add_argument("--jobs", type=int, default=2, help="how many faults are tried at the same time (2)")
    parser.add_argument(
        "--own", action="store_true", help="run only the test file of the module: quick, notices less"
    )
    parser.add_argument(
        "--list", action="store_true", help="show the faults that would be tried, and try none"
    )
    arguments = parser.parse_args()
    faults = draw(arguments)
    if arguments.list:
        print("\n".join(map(str, faults)))
    else:
        tests_for = own_test if arguments.own else tests_of
        report(faults, measure(faults, arguments.jobs, arguments.seconds, tests_for))
    return 0


if __name__ == "__main__":
    sys.exit(main())
