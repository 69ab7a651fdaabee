"""`dataclass`, several times faster to define: the same decorator for the classes of this package.

The standard decorator compiles six functions for each frozen class, in about a millisecond; two hundred classes are
defined before a plan begins, which takes longer than to plan a model of thirty patterns. Here one function is compiled
for many classes, `__init__`; the others are the same for all and go by the fields' names. The rest is left to the
standard decorator: fields, defaults, slots, `replace`, `fields`. Type checkers see the standard decorator itself.
"""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import MISSING, FrozenInstanceError
from operator import attrgetter, ge, gt, le, lt
from types import CodeType, FunctionType, MemberDescriptorType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - an export, for type checkers
else:

    def dataclass(
        *,
        frozen: bool = False,
        slots: bool = False,
        repr: bool = True,  # noqa: A002 - the standard decorator's word
        eq: bool = True,
        order: bool = False,
    ) -> Callable[[type], type]:
        """A decorator like the standard one, with the options that this package uses."""
        return lambda cls: _made(cls, frozen=frozen, slots=slots, shown=repr, compared=eq, ordered=order)


def _made(cls: type, *, frozen: bool, slots: bool, shown: bool, compared: bool, ordered: bool) -> type:
    """The class as a dataclass; what its body defines itself stays."""
    own = vars(cls)
    made: type = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    fields = dataclasses.fields(made)
    names = tuple(f.name for f in fields if f.compare)
    wanted: dict[str, Any] = dict(_FROZEN) if frozen else {}
    if shown:
        wanted["__repr__"] = _repr
    if "__init__" not in own:
        wanted["__init__"] = _init(made, fields)
    if compared and "__eq__" not in own:
        wanted |= _by_value(names, frozen=frozen)
    if ordered:
        wanted |= _in_order(names)
    for name, method in wanted.items():
        if name not in own:
            setattr(made, name, method)
    return made


def _init(cls: type, fields: tuple[dataclasses.Field[Any], ...]) -> Callable[..., None]:
    """`__init__` with the fields' names, order and defaults; raises TypeError as the standard decorator does.

    Compiling takes most of the time, so classes with the same kinds of fields in the same order share what is compiled,
    under numbers for names. The names are put in afterwards; the defaults, and what sets each field, are handed to the
    function.
    """
    scope: dict[str, Any] = {"_missing": MISSING}
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for number, field in enumerate(fields):
        scope[f"_set_{number}"] = _setter(cls, field.name)
        value = scope[f"_default_{number}"] = _default(field)
        offered = MISSING if field.default_factory is not MISSING else value
        if field.init and field.kw_only:
            named |= {} if value is MISSING else {field.name: offered}
        elif field.init and (value is not MISSING or positional):
            if value is MISSING:
                message = f"non-default argument {field.name!r} follows default argument"
                raise TypeError(message)
            positional.append(offered)
    code = _compiled(tuple(_kind(f) for f in fields), hasattr(cls, "__post_init__"))
    names = {f"_{number}": field.name for number, field in enumerate(fields)}
    own = code.replace(
        co_qualname=f"{cls.__qualname__}.__init__",
        co_varnames=tuple(names.get(name, name) for name in code.co_varnames),
    )
    init = FunctionType(own, scope, "__init__", tuple(positional))
    init.__kwdefaults__ = named
    return init


def _setter(cls: type, name: str) -> Callable[[Any, Any], None]:
    """What sets a field, of a frozen class too: a slot does so by itself, without looking for its name."""
    slot = getattr(cls, name, None)
    way: object = cls.__setattr__
    if way not in {object.__setattr__, _refuse_change}:  # the class's own
        return lambda self, value: setattr(self, name, value)
    if isinstance(slot, MemberDescriptorType):
        return slot.__set__
    return lambda self, value: object.__setattr__(self, name, value)


def _default(field: dataclasses.Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory


def _kind(field: dataclasses.Field[Any]) -> tuple[str, str]:
    """How the field gets its value, of its argument {0} and its default {1}, and how the argument is given."""
    made = field.default_factory is not MISSING
    if field.init:
        return "{1}() if {0} is _missing else {0}" if made else "{0}", "name" if field.kw_only else "position"
    return "{1}()" if made else "{1}" if field.default is not MISSING else "", ""


@functools.cache
def _compiled(kinds: tuple[tuple[str, str], ...], finished: bool) -> CodeType:  # noqa: FBT001
    """The code of an `__init__` whose fields are called `_0`, `_1`, ...; `finished` by `__post_init__`."""
    arguments: dict[str, list[str]] = {"position": [], "name": [], "": []}
    lines = []
    for number, (value, given_by) in enumerate(kinds):
        arguments[given_by].append(f"_{number}")
        if value:  # what has neither an argument nor a default is set by `__post_init__`
            lines.append(f"_set_{number}(self, {value.format(f'_{number}', f'_default_{number}')})")
    if finished:
        lines.append("self.__post_init__()")
    named = ["*", *arguments["name"]] if arguments["name"] else []
    head = f"def __init__({', '.join(['self', *arguments['position'], *named])}):"
    scope: dict[str, Any] = {}
    exec("\n  ".join([head, *(lines or ["return"])]), scope)  # noqa: S102 - as the standard decorator does
    code: CodeType = scope["__init__"].__code__
    return code


def _values(names: tuple[str, ...]) -> Callable[[Any], Any]:
    return attrgetter(*names) if names else lambda _: ()


def _by_value(names: tuple[str, ...], *, frozen: bool) -> dict[str, Any]:
    """Equality of the fields that are compared, and the hash that agrees with it; what may change has none."""
    values = _values(names)

    def equal(self: Any, other: Any) -> Any:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def hash_of(self: Any) -> int:
        return hash(values(self))

    return {"__eq__": equal, "__hash__": hash_of if frozen else None}


def _in_order(names: tuple[str, ...]) -> dict[str, Any]:
    """The order of the fields that are compared, the first one first."""
    values = _values(names)

    def method(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def compared(self: Any, other: Any) -> Any:
            return compare(values(self), values(other)) if other.__class__ is self.__class__ else NotImplemented

        return compared

    return {"__lt__": method(lt), "__le__": method(le), "__gt__": method(gt), "__ge__": method(ge)}


def _repr(self: Any) -> str:
    shown = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
    return f"{type(self).__qualname__}({shown})"


def _refuse_change(self: Any, name: str, _: object) -> None:
    message = f"{type(self).__name__} is frozen: {name!r} cannot be changed"
    raise FrozenInstanceError(message)


def _refuse_removal(self: Any, name: str) -> None:
    message = f"{type(self).__name__} is frozen: {name!r} cannot be removed"
    raise FrozenInstanceError(message)


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, f.name) for f in dataclasses.fields(self)]


def _setstate(self: Any, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)


_FROZEN = {
    "__setattr__": _refuse_change,
    "__delattr__": _refuse_removal,
    "__getstate__": _getstate,  # copies and pickles of slotted classes: the plain way assigns, which is refused
    "__setstate__": _setstate,
}
