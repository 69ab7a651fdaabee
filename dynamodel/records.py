"""`dataclass`, several times faster to define: the same decorator for the classes of this package.

The standard decorator compiles six functions for each frozen class, in about a millisecond; two hundred classes are
defined before a plan begins, which takes longer than to plan a model of thirty patterns. Here one function is compiled
for many classes, `__init__`; the others are the same for all and go by the fields' names. The standard `fields`,
`replace`, `asdict` and `is_dataclass` know these classes as theirs. Type checkers see the standard decorator itself.
"""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import MISSING, FrozenInstanceError
from operator import attrgetter, ge, gt, le, lt
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, get_origin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
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
    """A class like `cls` that is a dataclass; what its body defines itself stays. TypeError if it extends one."""
    if hasattr(cls, "__dataclass_fields__"):
        message = f"{cls.__name__} extends a dataclass"
        raise TypeError(message)
    own = vars(cls)
    fields = _fields(own)
    names = tuple(f.name for f in fields if f.compare)
    body: dict[str, Any] = dict(_FROZEN) if frozen else {}
    if shown:
        body["__repr__"] = _repr
    if compared and "__eq__" not in own:
        body |= _by_value(names, frozen=frozen)
    if ordered:
        body |= _in_order(names)
    setters: dict[str, Any] = {}
    if "__init__" not in own:
        body["__init__"] = _init(cls, fields, setters)
    body |= own
    for name in ("__dict__", "__weakref__", *(f.name for f in fields)):
        body.pop(name, None)
    if slots:
        body["__slots__"] = tuple(f.name for f in fields)
    else:
        body |= {f.name: f.default for f in fields if f.default is not MISSING}
    body["__match_args__"] = tuple(f.name for f in fields if f.init and not f.kw_only)
    body["__dataclass_fields__"] = {f.name: f for f in fields}
    made = type(cls)(cls.__name__, cls.__bases__, body)
    made.__qualname__ = cls.__qualname__
    way: object = made.__setattr__
    plain = way in {object.__setattr__, _refuse_change}
    for number, field in enumerate(fields):
        setters[f"_set_{number}"] = _setter(made, field.name, slots=slots, plain=plain)
    return made


def _fields(own: Mapping[str, Any]) -> tuple[dataclasses.Field[Any], ...]:
    """The fields that a class's body declares, in its order."""
    fields = []
    for name, hint in own.get("__annotations__", {}).items():
        if hint.startswith("ClassVar") if isinstance(hint, str) else get_origin(hint) is ClassVar:
            continue
        value = own.get(name, MISSING)
        field: Any = value if isinstance(value, dataclasses.Field) else dataclasses.field(default=value)
        field.name, field.type, field.kw_only = name, hint, field.kw_only is True
        field._field_type = _FIELD  # noqa: SLF001 - what the standard functions know a field by
        fields.append(field)
    return tuple(fields)


@dataclasses.dataclass(init=False, repr=False, eq=False)
class _Standard:
    """One of the standard decorator's, to see how it marks fields."""

    field: int


_FIELD = vars(_Standard)["__dataclass_fields__"]["field"]._field_type  # noqa: SLF001


def _init(cls: type, fields: tuple[dataclasses.Field[Any], ...], scope: dict[str, Any]) -> Callable[..., None]:
    """`__init__` with the fields' names, order and defaults; raises TypeError as the standard decorator does.

    Compiling takes most of the time, so classes with the same kinds of fields in the same order share what is compiled,
    under numbers for names. The names are put in afterwards; the defaults, and what sets each field (`_set_0`, ...: the
    caller adds them when the class exists), are handed to the function in its `scope`.
    """
    scope["_missing"] = MISSING
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for number, field in enumerate(fields):
        value = scope[f"_default_{number}"] = _default(field)
        offered = MISSING if field.default_factory is not MISSING else value
        if field.init and field.kw_only:
            named |= {} if value is MISSING else {field.name: offered}
        elif field.init and (value is not MISSING or positional):
            if value is MISSING:
                message = f"non-default argument {field.name!r} follows default argument"
                raise TypeError(message)
            positional.append(offered)
    code = _compiled(tuple([_kind(f) for f in fields]), hasattr(cls, "__post_init__"))
    names = {f"_{number}": field.name for number, field in enumerate(fields)}
    own = code.replace(
        co_qualname=f"{cls.__qualname__}.__init__",
        co_varnames=tuple([names.get(name, name) for name in code.co_varnames]),
    )
    init = FunctionType(own, scope, "__init__", tuple(positional))
    init.__kwdefaults__ = named
    return init


def _setter(cls: type, name: str, *, slots: bool, plain: bool) -> Callable[[Any, Any], None]:
    """What sets a field, of a frozen class too: a slot does so by itself, without looking for its name.

    Where assignment is not `plain` but the class's own, it goes that way.
    """
    if not plain:
        return lambda self, value: setattr(self, name, value)
    if slots:
        setter: Callable[[Any, Any], None] = vars(cls)[name].__set__
        return setter
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
