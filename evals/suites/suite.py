"""Cases and manifest of a suite. In a folder with suite.yaml and cases.jsonl."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    field_validator,
    model_validator,
)

from assistant.core.json_values import first_error
from assistant.core.text.sanitize import storable
from evals.errors import EvaluationError
from evals.metrics.answer import Fact
from evals.suites.lines import read_rows

SHIPPED = Path(__file__).resolve().parent
SAMPLE = "sample"
MANIFEST, CASES = "suite.yaml", "cases.jsonl"
Kind = Literal["", "off_topic", "not_stated"]


_LARGEST = {MANIFEST: 1_000_000, CASES: 500_000_000}
"""Bytes of a suite's files."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        return storable(value) if isinstance(value, str) else value


class CaseTurn(_Data):
    """One message of the conversation before the question; `papers` as `assistant.conversation.rewrite.history_of` has them."""

    role: Literal["user", "assistant"]
    content: str
    papers: tuple[str, ...] = ()


def _graded(value: Any) -> Any:
    return dict.fromkeys(value, 1) if isinstance(value, list) else value


def _fact(value: Any) -> Any:
    """Read a fact as a file has it: a list of spellings, or {"spellings": [...], "vital": false}."""
    if isinstance(value, Fact):
        return value
    fields = value if isinstance(value, dict) else {"spellings": value}
    spellings, vital = fields.get("spellings", ()), fields.get("vital", True)
    right = (
        isinstance(spellings, list | tuple) and spellings and all(isinstance(s, str) and s for s in spellings)
    )
    if not right or not fields.keys() <= {"spellings", "vital"} or not isinstance(vital, bool):
        raise ValueError(
            'a fact is a list of its spellings, ["58 FPS"], or {"spellings": ["58 FPS"], "vital": false}'
        )
    return Fact(tuple(spellings), vital)


def _written(fact: Fact) -> Any:
    return list(fact.spellings) if fact.vital else {"spellings": list(fact.spellings), "vital": False}


class Case(_Data):
    """A question and what is known of its answer.

    `relevant` maps the ids of the papers that a full answer cites to grades of 1 or more (in the file also a plain list);
    papers in `related` may be cited, too. `facts` are the key facts, each a list of spellings, of which the answer must have
    one. An unanswerable case may name the `kind` of the right refusal. `same_as` is the id of the case that asks the same
    in other words. A case that a machine drafted is run only after `confirmed` is set to true. `repeats` is the id of the
    case that this one asks again: only runs set it.
    """

    id: str = Field(min_length=1, max_length=200)
    question: str = Field(min_length=1, max_length=4000)
    history: tuple[CaseTurn, ...] = ()
    relevant: Annotated[dict[str, Annotated[int, Field(ge=1)]], BeforeValidator(_graded)] = {}
    related: tuple[str, ...] = ()
    reference: str = ""
    facts: tuple[Annotated[Fact, BeforeValidator(_fact), PlainSerializer(_written)], ...] = ()
    answerable: bool = True
    kind: Kind = ""
    tags: tuple[str, ...] = ()
    same_as: str = ""
    note: str = ""
    confirmed: bool = True
    repeats: str = ""

    @property
    def origin(self) -> str:
        """The id of the case that this one repeats, or its own."""
        return self.repeats or self.id

    @model_validator(mode="after")
    def _consistent(self) -> Case:
        if not self.answerable and (self.relevant or self.facts):
            raise ValueError("an unanswerable case has neither relevant papers nor facts")
        if self.answerable and self.kind:
            raise ValueError("an answerable case has no kind of refusal")
        return self


class Limit(_Data):
    """A metric's bounds: `at_least`, `at_most`, or both."""

    at_least: float | None = None
    at_most: float | None = None

    def holds(self, value: float) -> bool:
        """Return whether a value lies within the bounds; NaN does not."""
        low, high = (-math.inf if self.at_least is None else self.at_least), self.at_most
        return low <= value <= (math.inf if high is None else high)

    def __str__(self) -> str:
        bounds = {"at least": self.at_least, "at most": self.at_most}
        return " and ".join(f"{words} {bound:g}" for words, bound in bounds.items() if bound is not None)


class Manifest(_Data):
    """suite.yaml.

    `library` is "sample", or files that `assistant add` reads, relative to the folder. `settings` are the suite's own
    ("retrieval.k": 10). Cases with a tag of `held_out` run only with --held-out. `gate` are bounds by metric; `primary`
    names the metrics that comparisons test, and that must not get worse than in a baseline run by more than `margin`.
    """

    title: str
    measures: str
    licence: str
    library: Literal["sample"] | tuple[str, ...]
    settings: dict[str, Any] = {}
    held_out: tuple[str, ...] = ()
    gate: dict[str, Limit] = {}
    primary: tuple[str, ...] = ()
    margin: float | None = Field(None, gt=0, lt=1)


@dataclass(frozen=True)
class Suite:
    """A suite: its folder, manifest and confirmed cases, the number of unconfirmed ones, and a digest of both files."""

    folder: Path
    manifest: Manifest
    cases: tuple[Case, ...]
    unconfirmed: int
    digest: str

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of the library; none for the sample."""
        names = () if self.manifest.library == SAMPLE else self.manifest.library
        return tuple(self.folder / name for name in names)

    def held_out(self, case: Case) -> bool:
        """Return whether a case is reserved for published figures."""
        return not set(self.manifest.held_out).isdisjoint(case.tags)

    def chosen(self, *, held_out: bool = False, tags: Sequence[str] = ()) -> tuple[Case, ...]:
        """Return the cases that are held out, or those that are not; with `tags` only those that have one of them."""
        return tuple(
            case
            for case in self.cases
            if self.held_out(case) == held_out and (not tags or not set(tags).isdisjoint(case.tags))
        )


def open_suite(name: str | Path) -> Suite:
    """Open the suite in a folder, or the shipped one of that name.

    Raises `EvaluationError` naming file, line and field.
    """
    folder = Path(name)
    if not (folder / MANIFEST).exists():
        folder = SHIPPED / str(name)
    if not (folder / MANIFEST).exists():
        shipped = ", ".join(sorted(path.parent.name for path in SHIPPED.glob(f"*/{MANIFEST}")))
        raise EvaluationError(
            f"No suite {str(name)!r}: shipped are {shipped}; name any other one by its folder, which has "
            f"{MANIFEST} and {CASES} (`python -m evals new` makes one)."
        )
    manifest = _manifest(folder / MANIFEST)
    cases = read_cases(folder / CASES)
    digest = hashlib.sha256()
    for path in (folder / MANIFEST, folder / CASES):
        digest.update(path.read_bytes())
    confirmed = tuple(case for case in cases if case.confirmed)
    return Suite(folder.resolve(), manifest, confirmed, len(cases) - len(confirmed), digest.hexdigest()[:16])


def _manifest(path: Path) -> Manifest:
    try:
        return Manifest.model_validate(
            yaml.safe_load(_sized(path, _LARGEST[MANIFEST]).read_text(encoding="utf-8"))
        )
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as exc:
        raise EvaluationError(f"{path} cannot be read: {' '.join(str(exc).split())}.") from exc
    except ValidationError as exc:
        raise EvaluationError(f"{path}: {first_error(exc)}.") from exc


def _sized(path: Path, largest: int) -> Path:
    """Return the path. Raises `EvaluationError` if its file has more bytes than the largest that anybody wrote on purpose."""
    if path.exists() and path.stat().st_size > largest:
        raise EvaluationError(f"{path} has more than {largest:,} bytes: name the right file, or split it.")
    return path


def read_cases(path: Path) -> list[Case]:
    """Read the cases of a JSONL file, confirmed or not.

    Raises `EvaluationError` with the line and field of the first mistake: no JSON, an unknown field, a repeated id, a
    `same_as` that names no case.
    """
    cases: dict[str, Case] = {}
    places: dict[str, str] = {}
    for place, case in read_rows(_sized(path, _LARGEST[CASES]), Case):
        if case.id in cases:
            line = places[case.id].rpartition(":")[2]
            raise EvaluationError(f"{place}: id: {case.id!r} is also the id of line {line}.")
        cases[case.id], places[case.id] = case, place
    if not cases:
        raise EvaluationError(f"{path} has no case: write one per line.")
    for case in cases.values():
        if case.same_as and case.same_as not in cases:
            raise EvaluationError(f"{places[case.id]}: same_as: no case has the id {case.same_as!r}.")
    return list(cases.values())


def write_suite(folder: Path, manifest: Manifest, cases: Iterable[Case]) -> int:
    """Write suite.yaml and cases.jsonl into a folder and return the number of cases. Raises `EvaluationError` if it has a suite."""
    if (folder / MANIFEST).exists():
        raise EvaluationError(f"{folder} has a suite already: give another folder, or remove that one.")
    folder.mkdir(parents=True, exist_ok=True)
    data = manifest.model_dump(mode="json", exclude_defaults=True)
    count = write_cases(folder / CASES, cases)
    # Last, so that a folder with a manifest is a complete suite.
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    return count


def write_cases(path: Path, cases: Iterable[Case]) -> int:
    """Write cases as JSONL without fields at their defaults, in one step. Return their number."""
    count, fresh = 0, path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        for case in cases:
            data = case.model_dump(mode="json", exclude_defaults=True)
            if set(case.relevant.values()) == {1}:
                data["relevant"] = list(case.relevant)
            file.write(json.dumps(data, ensure_ascii=False) + "\n")
            count += 1
    fresh.replace(path)
    return count
