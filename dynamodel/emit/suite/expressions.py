"""Values of the suite as Python expressions over the generated package.

In: rows and arguments as plain values, with their types in the workload. Out: expressions laid out in trees of text.
A row that is part of the dataset is printed as its name there, any other as a call of its class.
"""

from __future__ import annotations

from copy import copy
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.layout import Group, Node, Prefixed, flat, listing, mapping
from dynamodel.emit.python.names import field_names, unique
from dynamodel.emit.python.value_types import literal
from dynamodel.ir.names import python_name, snake_case
from dynamodel.ir.suite import Row
from dynamodel.ir.values import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamodel.emit.python.names import Names
    from dynamodel.ir.entities import AttributeDef
    from dynamodel.ir.suite import Suite
    from dynamodel.ir.values import ValueType
    from dynamodel.ir.workload import Workload

_PLAIN = {str, int, bool, type(None)}  # equal values of one of these types are printed alike
_RUN = 40  # a text that repeats one character so often is printed as a product


class Expressions:
    """Prints values for one module; `package` is the name under which it imports the generated package.

    `data` is the prefix of the dataset's names: empty in the dataset itself.
    """

    def __init__(self, workload: Workload, names: Names, suite: Suite, package: str, data: str) -> None:
        """Number the rows of the dataset; `constants` has them by name."""
        self._workload = workload
        self._names = names
        self._package = package
        self.constants = constant_names(suite)
        self._named: dict[object, tuple[tuple[Row, str], ...]] = {}  # by identity, the last one first
        for name, row in self.constants.items():
            self._name(row, data + name)
        self._identified = {self._identity(row): data + name for name, row in self.constants.items()}

    def knowing(self, row: Row, name: str) -> Expressions:
        """The same, with a name for one more row."""
        made = copy(self)
        made._named = dict(self._named)  # noqa: SLF001 - our own copy
        made._name(row, name)  # noqa: SLF001
        return made

    def _name(self, row: Row, name: str) -> None:
        same = self._same(row)
        self._named[same] = ((row, name), *self._named.get(same, ()))

    def _same(self, row: Row) -> object:
        """What equal rows have in common: looking at more of them takes long."""
        return row.entity, *(_frozen(row.values.get(name)) for name in self._workload.entity(row.entity).identity)

    def name_of(self, row: Row) -> str | None:
        """The name of a row, None if it has none."""
        known = self._named.get(self._same(row), ())
        return next((name for other, name in known if _are_equal(other.values, row.values)), None)

    def same_identity(self, row: Row) -> str | None:
        """The name of the dataset's row with the identity of a row, None if it has none."""
        return self._identified.get(self._identity(row))

    def _identity(self, row: Row) -> tuple[object, ...]:
        return (row.entity, *(str(row.values[name]) for name in self._workload.entity(row.entity).identity))

    def row(self, row: Row, *, spelled: bool = False) -> Node:
        """An entity; `spelled` prints its values even if the dataset has it."""
        name = None if spelled else self.name_of(row)
        if name is not None:
            return name
        entity = self._workload.entity(row.entity)
        fields = self._names.fields[row.entity]
        arguments: dict[str, Node] = {}
        for attribute in entity.stored:
            if attribute.name in row.values:
                arguments[fields[attribute.name]] = self.value(row.values[attribute.name], attribute.type)
            elif absent := _absent(attribute):
                arguments[fields[attribute.name]] = absent
        return invoke(f"{self._package}.{self._names.entities[row.entity]}", arguments)

    def returned(self, row: Row, result: str, chosen: Mapping[str, tuple[str, AttributeDef]]) -> Node:
        """A row of chosen attributes, of the class `result`; all of them are given, those of a parent too.

        `chosen` gives the field and the attribute for each name in the row.
        """
        taken: set[str] = set()
        arguments: dict[str, Node] = {}
        for name, (field, attribute) in chosen.items():
            value = row.values.get(name)
            absent = "None" if attribute.optional or attribute.type.kind is not Kind.SET else "set()"
            node = absent if value is None else self.value(value, attribute.type)
            arguments[unique(python_name(field), taken)] = node
        return invoke(f"{self._package}.{result}", arguments)

    def value(self, value: object, type_: ValueType | None) -> Node:
        """A value of an attribute or argument; None, a row and lists of rows too."""
        if isinstance(value, Row):
            return self.row(value)
        if value is None:
            return "None"
        if type_ is None or type_.kind is Kind.ANY:
            return self._untyped(value)
        return self._typed(value, type_)

    def _typed(self, value: Any, type_: ValueType) -> Node:
        if type_.kind is Kind.OBJECT:
            return self._object(value, type_)
        if type_.kind is Kind.MAP:
            return mapping([(python_literal(k), self.value(v, type_.element)) for k, v in value.items()])
        if type_.kind is Kind.VECTOR:
            return listing([repr(float(v)) for v in value])
        if type_.kind is Kind.SET or isinstance(value, set | frozenset):
            items = sorted((self.value(v, type_.element or type_) for v in value), key=flat)
            return Group("{", tuple(items), "}") if items else "set()"
        if isinstance(value, list | tuple):
            return listing([self.value(v, type_.element or type_) for v in value])
        return scalar(value)

    def _object(self, value: Mapping[str, object], type_: ValueType) -> Node:
        fields = field_names(f.name for f in type_.fields)
        held = {f.name: f.type for f in type_.fields if value.get(f.name) is not None}
        arguments = {fields[name]: self.value(value[name], held[name]) for name in held}
        return invoke(f"{self._package}.{self._names.objects[type_]}", arguments)

    def _untyped(self, value: object) -> Node:
        if isinstance(value, Row):
            return self.row(value)
        if isinstance(value, dict):
            return mapping([(python_literal(k), self._untyped(v)) for k, v in value.items()])
        if isinstance(value, list | tuple):
            return listing([self._untyped(v) for v in value])
        return scalar(value)


def constant_names(suite: Suite) -> dict[str, Row]:
    """A name for each row of the dataset: its entity and a number, `ORDER_ITEM_3`."""
    names: dict[str, Row] = {}
    counts: dict[str, int] = {}
    for row in suite.rows:
        stem = "".join(c if c.isalnum() else "_" for c in snake_case(row.entity)).upper()
        counts[stem] = counts.get(stem, 0) + 1
        names[f"{stem}_{counts[stem]}"] = row
    return names


def scalar(value: object) -> Node:
    """A value without parts; times as calls of `dt.datetime` and `dt.date`."""
    if isinstance(value, datetime):
        return _time(value.astimezone(UTC))
    if isinstance(value, date):
        return Group("dt.date(", (str(value.year), str(value.month), str(value.day)), ")")
    if isinstance(value, UUID):
        return Group(f"{type(value).__name__}(", (python_literal(str(value)),), ")")
    if isinstance(value, str) and len(value) > _RUN and len(set(value)) == 1:
        return f"{python_literal(value[0])} * {len(value)}"
    return literal(value)


def pair(items: list[Node]) -> Node:
    """A tuple display of two or more elements."""
    return Group("(", tuple(items), ")")


def invoke(function: str, arguments: Mapping[str, Node]) -> Node:
    """A call with all arguments by name."""
    return Group(f"{function}(", tuple(Prefixed(f"{name}=", node) for name, node in arguments.items()), ")")


def _time(value: datetime) -> Node:
    parts = [value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond]
    while len(parts) > 3 and parts[-1] == 0:  # noqa: PLR2004 - year, month and day are always said
        parts.pop()
    return Group("dt.datetime(", (*(str(p) for p in parts), "tzinfo=dt.UTC"), ")")


def _absent(attribute: AttributeDef) -> str:
    """What the class must be given for an attribute without a value; empty when that is its default."""
    if attribute.optional:
        return "None" if attribute.has_default and attribute.default is not None else ""
    return "set()" if attribute.type.kind is Kind.SET else ""


def _are_equal(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether two rows hold equal values of equal types; most hold the same ones."""
    if one.keys() != other.keys():
        return False
    return all(v is other[name] or _frozen(v) == _frozen(other[name]) for name, v in one.items())


def _frozen(value: object) -> object:
    """A hashable form that is equal for equal values of equal types: 1, True and Decimal(1) differ."""
    kind = type(value)
    if kind in _PLAIN:
        return kind, value
    if isinstance(value, dict):
        return frozenset([(k, _frozen(v)) for k, v in value.items()])
    if isinstance(value, list | tuple):
        return tuple(_frozen(v) for v in value)
    if isinstance(value, set | frozenset):
        return frozenset(_frozen(v) for v in value)
    if hasattr(value, "items"):
        return _frozen(dict(value.items()))
    return kind, str(value) if isinstance(value, datetime) else value
