from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from assistant.core.json_values import dump, first_error, load


@dataclass(frozen=True)
class Inner:
    size: int = 0


@dataclass(frozen=True)
class Outer:
    name: str
    inner: tuple[Inner, ...] = ()
    marks: dict[str, int] = field(default_factory=dict)


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")
    size: int = 0

    @field_validator("size")
    @classmethod
    def _even(cls, size: int) -> int:
        if size % 2:
            raise ValueError("Size must be even")
        return size


def test_a_value_is_written_and_read() -> None:
    value = Outer("a", (Inner(1), Inner(0)), {"b": 2})
    data = {"name": "a", "inner": [{"size": 1}, {"size": 0}], "marks": {"b": 2}}
    assert dump(value) == data
    assert load(Outer, data) == value


def test_defaults_can_be_left_out() -> None:
    assert dump(Outer("a", (Inner(0), Inner(1))), exclude_defaults=True) == {
        "name": "a",
        "inner": [{}, {"size": 1}],
    }
    assert load(Outer, {"name": "a"}) == Outer("a")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "name: field required"),
        ({"name": "a", "colour": 1}, "colour: no such key"),
        ({"name": "a", "inner": [{}, {"colour": 1}]}, "inner.1.colour: no such key"),
        ({"name": 1, "marks": 2}, "name: input should be a valid string"),
    ],
)
def test_the_first_mistake_is_named_with_its_place(data: object, sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        load(Outer, data)
    assert first_error(caught.value) == sentence


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"colour": 1}, "colour: no such key"),
        ({"size": 3}, "size: size must be even"),
        (3, "input should be a valid dictionary or instance of Model"),
    ],
)
def test_a_models_mistakes_are_named_alike(data: object, sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Model.model_validate(data)
    assert first_error(caught.value) == sentence
