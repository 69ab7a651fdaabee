"""The package's `dataclass` differs from the standard one in the time it takes, and in nothing that can be seen."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import re
import typing
from dataclasses import field
from typing import ClassVar

import pytest

from dynamodel import records

STANDARD = dataclasses.dataclass(frozen=True, slots=True)
OURS = records.dataclass(frozen=True, slots=True)


class Point:
    """Every kind of field at once."""

    x: int
    y: str = "y"
    tags: list[str] = field(default_factory=list)
    note: str = field(default="n", compare=False)
    hidden: str = field(default="h", repr=False)
    total: int = field(init=False)
    fixed: int = field(default=7, init=False)
    grown: list[int] = field(default_factory=list, init=False)
    last: int = field(default=0, kw_only=True)
    shared: ClassVar[int] = 3

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", self.x + self.last)


class Named:
    """One that defines a method itself."""

    name: str

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def __hash__(self) -> int:
        return 5


class Plain:
    """One without fields."""

    shared: ClassVar[int] = 3


def both(cls: type) -> tuple[typing.Any, typing.Any]:
    def again() -> type:
        body = {k: v for k, v in vars(cls).items() if k not in {"__dict__", "__weakref__"}}
        return type(cls.__name__, (), copy.copy(body))

    return STANDARD(again()), OURS(again())


def results(cls: typing.Any) -> list[object]:
    made = cls(1, "z", ["a"], last=4)
    return [
        repr(made).replace(cls.__qualname__, "C"),
        made == cls(1, "z", ["a"], "other note", last=4),
        made == cls(2, "z", ["a"], last=4),
        made == "something else",
        dataclasses.asdict(made),
        dataclasses.asdict(dataclasses.replace(made, x=9)),
        [(f.name, f.init, f.repr, f.compare) for f in dataclasses.fields(cls)],
        cls.__slots__,
        cls.__match_args__,
        cls.shared,
        dataclasses.is_dataclass(cls),
        dataclasses.asdict(copy.copy(made)),
        cls(1).tags is not cls(1).tags,
        cls(x=1, tags=None).tags,
    ]


def test_a_frozen_class_behaves_as_the_standard_one_does() -> None:
    standard, ours = both(Point)
    assert results(ours) == results(standard)


@pytest.mark.parametrize(
    "arguments", [((), {}), ((1,), {"x": 1}), ((1,), {"unknown": 1}), ((1, "y", [], "n", "h", 3), {})]
)
def test_wrong_arguments_are_refused_by_both(arguments: typing.Any) -> None:
    given, named = arguments
    for cls in both(Point):
        with pytest.raises(TypeError):
            cls(*given, **named)


def test_an_argument_without_a_default_cannot_follow_one_with() -> None:
    for decorator in (STANDARD, OURS):
        wrong = type("Wrong", (), {"__annotations__": {"a": "int", "b": "int"}, "a": 1})
        with pytest.raises(TypeError, match="non-default argument 'b' follows default argument"):
            decorator(wrong)


def test_a_record_cannot_be_extended_by_another() -> None:
    class More(Stored):
        c: int = 0

    with pytest.raises(TypeError, match="More extends a dataclass"):
        OURS(More)


def test_classes_with_like_fields_keep_their_own_names_and_defaults() -> None:
    first = OURS(type("First", (), {"__annotations__": {"a": "int", "b": "int"}, "b": 1}))
    second = OURS(type("Second", (), {"__annotations__": {"b": "int", "c": "int"}, "c": 2}))
    assert (repr(first(5)), repr(second(b=6))) == ("First(a=5, b=1)", "Second(b=6, c=2)")
    assert str(inspect.signature(second)) == "(b, c=2)"
    with pytest.raises(TypeError, match=re.escape("Second.__init__() got an unexpected keyword argument 'a'")):
        second(a=1)


def test_nothing_can_be_changed() -> None:
    for cls in both(Point):
        made = cls(1)
        with pytest.raises(dataclasses.FrozenInstanceError):
            made.x = 2
        with pytest.raises(dataclasses.FrozenInstanceError):
            del made.x
        assert made.x == 1


def test_what_the_body_defines_stays_and_the_hash_agrees_with_equality() -> None:
    for cls in both(Named):
        assert (repr(cls("a")), hash(cls("a")), cls("a") == cls("a")) == ("<a>", 5, True)
    for cls in both(Plain):
        assert (cls() == cls(), hash(cls()) == hash(cls())) == (True, True)
    _, ours = both(Point)
    with pytest.raises(TypeError, match="unhashable"):
        hash(ours(1))


@OURS
class Stored:
    """One at the module's top, where pickle finds it."""

    a: int
    b: tuple[int, ...] = ()


def test_a_record_can_be_pickled_and_hashed() -> None:
    made = Stored(1, (2, 3))
    again = pickle.loads(pickle.dumps(made))
    assert again == made
    assert {made: "found"}[again] == "found"


def decorated(cls: type, **options: bool) -> tuple[typing.Any, typing.Any]:
    """A class with other options, decorated by the standard and by ours."""
    body = {k: v for k, v in vars(cls).items() if k not in {"__dict__", "__weakref__"}}
    standard, ours = (type(cls.__name__, (), copy.copy(body)) for _ in range(2))
    return dataclasses.dataclass(slots=True, **options)(standard), records.dataclass(slots=True, **options)(ours)


class Pair:
    a: int
    b: tuple[int, ...] = ()


def test_what_may_change_does_and_has_no_hash() -> None:
    for cls in decorated(Point):
        made = cls(1, tags=["a"])
        made.x, made.y = 2, "changed"
        assert (made.x, made.total) == (2, 1)
        assert made != cls(2, "changed", ["a"])  # the total was made from what was given
        assert copy.copy(made) == made
        with pytest.raises(TypeError, match="unhashable"):
            hash(made)
        del made.note
        with pytest.raises(AttributeError):
            _ = made.note


def test_assignments_in_a_class_that_may_change_go_its_own_way() -> None:
    class Upper:
        name: str

        def __setattr__(self, name: str, value: str) -> None:
            object.__setattr__(self, name, value.upper())

    assert [cls("a").name for cls in decorated(Upper)] == ["A", "A"]


@pytest.mark.parametrize("frozen", [False, True])
def test_an_order_is_that_of_the_fields(frozen: bool) -> None:
    for cls in decorated(Pair, order=True, frozen=frozen):
        low, high = cls(1, (5,)), cls(2, (3,))
        assert (low < high, low <= high, low > high, low >= high) == (True, True, False, False)
        assert (low < cls(1, (5,)), low <= cls(1, (5,))) == (False, True)
        assert sorted([high, low]) == [low, high]
        with pytest.raises(TypeError):
            _ = low < (1, (5,))


def test_what_is_not_wanted_is_not_there() -> None:
    for cls in decorated(Pair, eq=False, repr=False):
        made = cls(1)
        assert made != cls(1)
        assert hash(made) == object.__hash__(made)
        assert repr(made) == object.__repr__(made)
