from __future__ import annotations

import inspect

from assistant.core import errors


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    parents: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        name = line.strip(" │├└─").split(" ")[0]
        if not inspect.isclass(getattr(errors, name, None)):
            continue
        depth = line.index(name) // 4 - 1
        parents[depth:] = [name]
        base = getattr(errors, name).__bases__[0].__name__
        assert base == (parents[depth - 1] if depth else "Exception"), name
    drawn = errors.__doc__ or ""
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        assert kind.__doc__, name
        assert f" {name} " in f"{drawn} ".replace("\n", " \n"), name


def test_what_came_before_an_interruption_is_kept() -> None:
    error = errors.ModelStopped("Stopped.", "Half an ans")
    assert (str(error), error.partial) == ("Stopped.", "Half an ans")
    assert errors.ModelInterrupted("Broken.").partial == ""
