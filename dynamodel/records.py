"""`dataclass`, several times faster to define: the same decorator for the frozen, slotted classes of this package.

The standard decorator compiles six functions for each frozen class, in about a millisecond; two hundred classes are
defined before a plan begins, which takes longer than to plan a model of thirty patterns. Here one function is compiled
for each class, `__init__`; the others are the same for all classes and go by the fields' names. The rest is left to the
standard decorator: fields, defaults, slots, `replace`, `fields`. Type checkers see the standard decorator itself.
"""

from __future__ import annotations

import dataclasses
from dataclasses import MISSING, FrozenInstanceError
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - an export, for type checkers
else:

    def dataclass(*, frozen: bool = False, slots: bool = False, **options: Any) -> Callable[[type], type]:
        """A decorator like the standard one, which decorates what is not frozen or has further options."""
        if not frozen or options:
            return dataclasses.dataclass(frozen=frozen, slots=slots, **options)
        return lambda cls: _frozen(cls, slots=slots)


def _frozen(cls: type, *, slots: bool) -> type:
    """The class as a frozen dataclass; what its body defines itself stays."""
    own = vars(cls)
    wanted = {name: method for name, method in _SHARED.items() if name not in own}
    made: type = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    fields = dataclasses.fields(made)
    if "__init__" not in own:
        wanted["__init__"] = _init(made, fields)
    if "__eq__" not in own:
        wanted |= _by_value(tuple(f.name for f in fields if f.compare), "__hash__" in own)
    for name, method in wanted.items():
        setattr(made, name, method)
    return made


def _init(cls: type, fields: tuple[dataclasses.Field[Any], ...]) -> Callable[..., None]:
    """`__init__` with the fields' names, order and defaults.

    Its text holds nothing but names of fields, which are identifiers; defaults are reached through its globals.
    """
    scope: dict[str, Any] = {"_set": object.__setattr__, "_missing": MISSING}
    arguments: dict[bool, list[str]] = {False: [], True: []}  # by whether they are given by keyword only
    lines = []
    for field in fields:
        name, default = field.name, f"_default_{field.name}"
        made = field.default_factory is not MISSING
        if made or field.default is not MISSING:
            scope[default] = field.default_factory if made else field.default
        if field.init:
            suffix = "=_missing" if made else f"={default}" if default in scope else ""
            arguments[bool(field.kw_only)].append(name + suffix)
            lines.append(f"_set(self, {name!r}, {f'{default}() if {name} is _missing else {name}' if made else name})")
        elif default in scope:  # what has neither an argument nor a default is set by `__post_init__`
            lines.append(f"_set(self, {name!r}, {default}{'()' if made else ''})")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    keyword = ["*", *arguments[True]] if arguments[True] else []
    text = f"def __init__({', '.join(['self', *arguments[False], *keyword])}):\n  " + "\n  ".join(lines or ["return"])
    exec(text, scope)  # noqa: S102 - as the standard decorator does
    init: Callable[..., None] = scope["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _by_value(names: tuple[str, ...], hashed: bool) -> dict[str, Callable[..., Any]]:  # noqa: FBT001
    """Equality of the fields that are compared, and the hash that agrees with it."""
    values: Callable[[Any], Any] = attrgetter(*names) if names else lambda _: ()

    def equal(self: Any, other: Any) -> Any:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def hash_of(self: Any) -> int:
        return hash(values(self))

    return {"__eq__": equal} if hashed else {"__eq__": equal, "__hash__": hash_of}


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


_SHARED = {
    "__repr__": _repr,
    "__setattr__": _refuse_change,
    "__delattr__": _refuse_removal,
    "__getstate__": _getstate,  # copies and pickles of slotted classes: the plain way assigns, which is refused
    "__setstate__": _setstate,
}
