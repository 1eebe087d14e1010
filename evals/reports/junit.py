"""JUnit XML for CI. A test case for each check of the gate and each case of the suite."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from evals.analysis.gate import ThresholdCheck
from evals.analysis.summary import Scored

# XML 1.0 has no place for these, however escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(run: Scored, checks: Sequence[ThresholdCheck], path: Path) -> Path:
    """Write the file; return its path.

    The gate's checks fail or pass. A case fails only if it ended in an error: wrong answers are what thresholds are for.
    """
    root = ElementTree.Element("testsuites", name=_clean(run.run.name))
    gate = _suite(root, f"{run.run.name}.gate", len(checks), sum(not c.passed for c in checks))
    for check in checks:
        case = ElementTree.SubElement(
            gate, "testcase", classname=gate.attrib["name"], name=_clean(check.name)
        )
        if not check.passed:
            _failure(case, "failure", check.said)
    cases = _suite(root, f"{run.run.name}.cases", len(run.cases), 0, len(run.errors), run.unfinished)
    for item in run.cases:
        record = run.records.get(item.id)
        seconds = f"{record.seconds:.4f}" if record else "0"
        case = ElementTree.SubElement(
            cases, "testcase", classname=cases.attrib["name"], name=_clean(item.id), time=seconds
        )
        if record is None:
            ElementTree.SubElement(case, "skipped", message="not finished")
        elif record.error:
            _failure(case, "error", record.error)
        else:
            said = "\n".join(
                f"{n} = {v:.4f}" for n, (v, weight) in sorted(run.scores[item.id].items()) if weight
            )
            ElementTree.SubElement(case, "system-out").text = said
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return path


def _suite(
    root: ElementTree.Element, name: str, tests: int, failures: int, errors: int = 0, skipped: int = 0
) -> ElementTree.Element:
    counts = {"tests": tests, "failures": failures, "errors": errors, "skipped": skipped}
    attributes = {"name": _clean(name), **{key: str(value) for key, value in counts.items()}}
    return ElementTree.SubElement(root, "testsuite", attributes)


def _failure(case: ElementTree.Element, kind: str, said: str) -> None:
    ElementTree.SubElement(case, kind, message=_clean(said))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("?", text)
