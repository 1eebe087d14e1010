"""Texts that make a regular expression slow, derived from its own words and marks.

A pattern whose time grows with the square of a text, or faster, does so on texts that repeat what one of its repeats takes:
`\\s+$` on many spaces, `(a+)+b` on many a. So each pattern is read with Python's own parser, and what its parts match is
repeated, after what must come before it, with an end that makes it fail.
"""

from __future__ import annotations

import ast
import importlib
import re
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import FrameType, ModuleType
from typing import Any

LONG = 4000
SHORT = 500
_ENDS = ("\n~", "\x01x")
_PLAIN = (" ", "\n", "\t ", "a", "A", "a ", "1", "1 ", ".", ",", "-", "(", "()", "[", "{", "<", "é", "Ab. ")
_KINDS = {
    sre.CATEGORY_SPACE: " \n",
    sre.CATEGORY_NOT_SPACE: "a.",
    sre.CATEGORY_DIGIT: "1",
    sre.CATEGORY_NOT_DIGIT: "a ",
    sre.CATEGORY_WORD: "a1A",
    sre.CATEGORY_NOT_WORD: " .",
}
_FREE = "aA1 .,;:-()[]{}<>\"'\\/$%&é\n\t=_"
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
_MOST_VARIANTS = 6


@dataclass
class Used:
    """A compiled pattern, where it stands, and whether it is only tried at a text's beginning."""

    pattern: re.Pattern[str]
    where: str
    methods: set[str] = field(default_factory=set)

    def run(self, text: str) -> None:
        """Look for the pattern in all of a text, in the ways in which the program does."""
        if self.methods and self.methods <= {"match", "fullmatch"}:
            for method in self.methods:
                getattr(self.pattern, method)(text)
        else:
            for _ in self.pattern.finditer(text):
                pass


def patterns(packages: Iterable[Path]) -> list[Used]:
    """Return every pattern of some packages (their folders): what their modules hold, and what is written in a call."""
    found: dict[tuple[str, int], Used] = {}

    def note(pattern: object, where: str, methods: Iterable[str]) -> None:
        if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str):
            used = found.setdefault((pattern.pattern, pattern.flags), Used(pattern, where))
            used.methods |= set(methods)

    trees: dict[ModuleType, ast.Module] = {}
    for package in packages:
        for path in sorted(package.rglob("*.py")):
            if path.name == "__main__.py":
                continue
            dotted = ".".join(path.relative_to(package.parent).with_suffix("").parts)
            try:
                imported = importlib.import_module(dotted.removesuffix(".__init__"))
            except ModuleNotFoundError as exc:
                # What trains a network needs what few install.
                if exc.name not in ("torch", "onnx"):
                    raise
                continue
            trees[imported] = ast.parse(path.read_text())
    everywhere = _ways(trees.values())
    for module, tree in trees.items():
        here = _ways([tree])
        for name, value in list(vars(module).items()):
            for pattern in _within(value):
                ways = here if name.startswith("_") else everywhere
                note(pattern, f"{module.__name__}.{name}", ways[name] or {"search"})
        for method, call in _written(tree):
            flags = next((k.value for k in call.keywords if k.arg == "flags"), None)
            place = {"sub": 4, "subn": 4, "split": 3}.get(method, 2)
            flags = flags or (call.args[place] if len(call.args) > place else None)
            try:
                text, flag = _value(call.args[0], module), _value(flags, module) if flags else 0
                pattern = re.compile(text, flag)
            except (NameError, TypeError, AttributeError):
                continue  # made of what a function was given: seen where a module holds it
            note(pattern, f"{module.__name__}:{call.lineno}", [method])
    return list(found.values())


def _value(node: ast.expr, module: ModuleType) -> Any:
    return eval(compile(ast.Expression(node), module.__name__, "eval"), dict(vars(module)))


def _written(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=method), args=[_, *_]) if (
                method in {*("search", "match", "fullmatch", "findall", "finditer", "split", "sub", "subn")}
            ):
                yield method, node


def _ways(trees: Iterable[ast.Module]) -> dict[str, set[str]]:
    """Return by name which methods are called on it; a name that is handed on may be searched."""
    ways: dict[str, set[str]] = defaultdict(set)
    for tree in trees:
        called = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                ways[node.value.id].add(node.attr)
                called.add(id(node.value))
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in called:
                ways[node.id].add("search")
    return ways


def _within(value: object, depth: int = 0) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 4:
        if isinstance(value, dict):
            for pair in value.items():
                yield from _within(pair, depth + 1)
        elif isinstance(value, (list, tuple, set, frozenset)):
            for item in value:
                yield from _within(item, depth + 1)
        elif type(value).__module__.startswith(("assistant", "evals")) and hasattr(value, "__dict__"):
            for item in list(vars(value).values()):
                yield from _within(item, depth + 1)


# --- texts


def texts(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    """Yield texts of about `length` characters that may make a pattern slow."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    pairs = dict.fromkeys([*((("", plain)) for plain in _PLAIN), *_pairs(list(tree), "")])
    for first, body in pairs:
        if body:
            for end in _ENDS:
                yield first + body * ((length - len(first)) // len(body)) + end


def _pairs(items: list[Any], before: str) -> Iterator[tuple[str, str]]:
    """Yield what must come first and what to repeat, for every repeat of a sequence and of what it holds."""
    prefix, last = "", ""
    for item in items:
        op, value = item
        here = before + prefix
        if op in _REPEATS:
            _, most, body = value
            if most > 1:
                for variant in _variants(list(body)):
                    yield here, variant
                    yield "", here + variant
                    yield here, variant + (last or variant)
            yield from _pairs(list(body), here)
        elif op is sre.SUBPATTERN:
            yield from _pairs(list(value[3]), here)
        elif op is sre.ATOMIC_GROUP:
            yield from _pairs(list(value), here)
        elif op is sre.BRANCH:
            for branch in value[1]:
                yield from _pairs(list(branch), here)
        elif op in (sre.ASSERT, sre.ASSERT_NOT):
            yield from _pairs(list(value[1]), here)
        last = next(_variants([item]), "")
        prefix += last
    if prefix:
        yield before, prefix


def _variants(items: list[Any]) -> Iterator[str]:
    """Yield some texts that a sequence matches, each at most once: the plainest, then with one part changed."""
    options = [_options(item) for item in items]
    base = [option[0] for option in options]
    seen = {"".join(base)}
    yield "".join(base)
    for n, option in enumerate(options):
        for other in option[1:]:
            text = "".join([*base[:n], other, *base[n + 1 :]])
            if text not in seen and len(seen) < _MOST_VARIANTS:
                seen.add(text)
                yield text


def _options(item: Any) -> list[str]:
    """Return some texts that one part matches; at least one."""
    op, value = item
    if op is sre.LITERAL:
        return [chr(value)]
    if op is sre.NOT_LITERAL:
        return [char for char in _FREE if char != chr(value)][:2]
    if op is sre.ANY:
        return ["a", " "]
    if op is sre.CATEGORY:
        return list(_KINDS[value])
    if op is sre.RANGE:
        return [chr(value[0])]
    if op is sre.IN:
        return _of_class(value)
    if op in _REPEATS:
        least, _, body = value
        return [text * max(1, least) for text in _variants(list(body))] or [""]
    if op is sre.SUBPATTERN:
        return list(_variants(list(value[3])))
    if op is sre.ATOMIC_GROUP:
        return list(_variants(list(value)))
    if op is sre.BRANCH:
        return [text for branch in value[1] for text in _variants(list(branch))]
    return [""]  # places, references, what must or must not stand beside


def _of_class(items: list[Any]) -> list[str]:
    if items[0][0] is sre.NEGATE:
        out = {text for item in items[1:] for text in _all(item)}
        return [char for char in _FREE if char not in out][:3] or ["~"]
    return list(dict.fromkeys(text for item in items for text in _options(item)))[:4]


def _all(item: Any) -> set[str]:
    op, value = item
    if op is sre.LITERAL:
        return {chr(value)}
    if op is sre.RANGE:
        return {char for char in _FREE if value[0] <= ord(char) <= value[1]}
    kind = re.compile(
        {
            sre.CATEGORY_SPACE: r"\s",
            sre.CATEGORY_NOT_SPACE: r"\S",
            sre.CATEGORY_DIGIT: r"\d",
            sre.CATEGORY_NOT_DIGIT: r"\D",
            sre.CATEGORY_WORD: r"\w",
            sre.CATEGORY_NOT_WORD: r"\W",
        }[value]
    )
    return {char for char in _FREE if kind.match(char)}


# --- time


class TooSlow(Exception):
    """A pattern that was stopped."""


def seconds(run: Callable[[str], None], text: str, most: float) -> float:
    """Return the seconds of processor time that a call takes; infinity if it was stopped after `most`."""

    done = False

    def stop(number: int, frame: FrameType | None) -> None:
        if not done:
            raise TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    began = time.process_time()
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, most)
        run(text)
        done = True
        return time.process_time() - began
    except TooSlow:
        return float("inf")
    finally:
        done = True
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def slowest(used: Used, most: float) -> tuple[float, str]:
    """Return the longest time of a pattern over its texts of 4,000 characters, and that text.

    Only where a shorter text takes more than a straight line would is the long one tried.
    """
    worst = (0.0, "")
    for short, long in zip(texts(used.pattern, SHORT), texts(used.pattern, LONG), strict=True):
        # Where the machine is quick, what is too slow elsewhere takes an eighth of it.
        if seconds(used.run, short, most) > most * (SHORT / LONG) ** 2 / 8:
            worst = max(worst, (seconds(used.run, long, 2 * most), long))
    return worst
