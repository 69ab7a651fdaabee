"""How values of each type look in the emitted package: annotation, reading and writing on the wire, literals.

In: an `ir.values.ValueType`. Out: Python expressions as text. `readers` and `writers` are expressions of functions from
and to an attribute value; the `inline` forms spare the call where an attribute holds a simple value.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, TypeGuard
from uuid import UUID

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.layout import Group, Node, Prefixed, call, columns, flat
from dynamodel.ir.values import Kind
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.ir.values import ValueType

_ANNOTATIONS = {
    Kind.STRING: "str",
    Kind.INTEGER: "int",
    Kind.DECIMAL: "Decimal",
    Kind.BOOLEAN: "bool",
    Kind.BYTES: "bytes",
    Kind.DATETIME: "dt.datetime",
    Kind.DATE: "dt.date",
    Kind.UUID: "UUID",
    Kind.ULID: "str",
    Kind.ANY: "Any",
    Kind.VECTOR: "list[float]",
}
_FORMS = {
    Kind.STRING: "text",
    Kind.ULID: "text",
    Kind.INTEGER: "int",
    Kind.DECIMAL: "decimal",
    Kind.BOOLEAN: "boolean",
    Kind.BYTES: "bytes",
    Kind.DATETIME: "instant",
    Kind.DATE: "date",
    Kind.UUID: "uuid",
    Kind.ANY: "any",
}
# Of simple kinds: the key in the attribute value, and what makes a value of what stands there.
_INLINE_READ = {
    Kind.STRING: ("S", None),
    Kind.ULID: ("S", None),
    Kind.INTEGER: ("N", "int"),
    Kind.DECIMAL: ("N", "Decimal"),
    Kind.BOOLEAN: ("BOOL", None),
    Kind.BYTES: ("B", None),
    Kind.DATETIME: ("S", "dt.datetime.fromisoformat"),
    Kind.DATE: ("S", "dt.date.fromisoformat"),
    Kind.UUID: ("S", "UUID"),
}
# A comprehension is written where it fits a line behind any field's name: no layout has to break it.
_SHORT = 56


@dataclass(frozen=True, slots=True)
class Types:
    """The expressions of types, given how nested classes are called; `prefix` qualifies them (`entities.`)."""

    objects: dict[ValueType, str]
    functions: dict[ValueType, str]
    prefix: str = ""

    def annotation(self, type_: ValueType) -> str:
        """The type of a value."""
        if type_.kind is Kind.ENUM:
            return f"Literal[{', '.join(python_literal(v) for v in type_.values)}]"
        if type_.kind is Kind.OBJECT:
            return self.prefix + self.objects[type_]
        element = type_.element
        if type_.kind in {Kind.LIST, Kind.SET, Kind.MAP}:
            inner = "Any" if element is None else self.annotation(element)
            return {Kind.LIST: f"list[{inner}]", Kind.SET: f"set[{inner}]", Kind.MAP: f"dict[str, {inner}]"}[type_.kind]
        return _ANNOTATIONS[type_.kind]

    def reader(self, type_: ValueType, *, ttl: bool = False) -> str:
        """A function from an attribute value."""
        if ttl:
            return "wire.read_epoch"
        if type_.kind is Kind.ENUM:
            return "wire.read_number_choice" if type_.is_number else "wire.read_choice"
        if type_.kind is Kind.OBJECT:
            return f"codec.read_{self.functions[type_]}" if self.prefix else f"read_{self.functions[type_]}"
        if type_.kind is Kind.VECTOR:
            return "wire.list_of(wire.read_float)"
        if type_.kind in {Kind.LIST, Kind.SET, Kind.MAP}:
            inner = "wire.read_any" if type_.element is None else self.reader(type_.element)
            if type_.kind is Kind.SET:
                return f'wire.set_of("{_set_kind(type_)}", {inner})'
            return f"wire.{'list' if type_.kind is Kind.LIST else 'map'}_of({inner})"
        return f"wire.read_{_FORMS[type_.kind]}"

    def writer(self, type_: ValueType, *, ttl: bool = False) -> str:
        """A function to an attribute value."""
        if ttl:
            return "wire.write_epoch"
        if type_.kind is Kind.ENUM:
            return "wire.write_number" if type_.is_number else "wire.write_text"
        if type_.kind is Kind.OBJECT:
            return f"codec.write_{self.functions[type_]}" if self.prefix else f"write_{self.functions[type_]}"
        if type_.kind is Kind.VECTOR:
            return f"vectors.to_vector({type_.dimensions})"
        if type_.kind in {Kind.LIST, Kind.SET, Kind.MAP}:
            inner = "wire.write_any" if type_.element is None else self.writer(type_.element)
            if type_.kind is Kind.SET:
                return f'wire.to_set("{_set_kind(type_)}", {inner})'
            return f"wire.to_{'list' if type_.kind is Kind.LIST else 'map'}({inner})"
        return f"wire.write_{'number' if type_.is_number else _FORMS[type_.kind]}"

    def read(self, type_: ValueType, value: str, *, ttl: bool = False) -> Node:
        """The value of a required attribute whose attribute value is `value`."""
        if type_.kind is Kind.ENUM and not type_.is_number:
            return f'{value}["S"]'
        if not ttl and type_.kind in _INLINE_READ:
            key, made = _INLINE_READ[type_.kind]
            held = f'{value}["{key}"]'
            return held if made is None else call(made, held)
        if type_.kind is Kind.LIST and type_.element is not None:
            listed = f'[{flat(self.read(type_.element, "v"))} for v in {value}["L"]]'
            if columns(listed) <= _SHORT:
                return listed
        if type_.kind is Kind.MAP and _is_simple(type_.element):
            mapped = f'{{k: {flat(self.read(type_.element, "v"))} for k, v in {value}["M"].items()}}'
            if columns(mapped) <= _SHORT:
                return mapped
        return call(self.reader(type_, ttl=ttl), value)

    def write(self, type_: ValueType, value: str, *, ttl: bool = False) -> Node:
        """The attribute value of a value that is not None."""
        if type_.kind in {Kind.STRING, Kind.ULID} or (type_.kind is Kind.ENUM and not type_.is_number):
            return Group("{", (f'"S": {value}',), "}")
        if type_.is_number:
            return Group("{", (Prefixed('"N": ', call("wire.digits", value)),), "}")
        if type_.kind is Kind.BOOLEAN:
            return Group("{", (f'"BOOL": {value}',), "}")
        if type_.kind in {Kind.LIST, Kind.MAP} and _is_simple(type_.element):
            each = flat(self.write(type_.element, "v"))
            many = f"[{each} for v in {value}]"
            key = "L"
            if type_.kind is Kind.MAP:
                key, many = "M", f"{{k: {each} for k, v in {value}.items()}}"
            if columns(many) <= _SHORT:
                return Group("{", (f'"{key}": {many}',), "}")
        return call(self.writer(type_, ttl=ttl), value)


def _is_simple(type_: ValueType | None) -> TypeGuard[ValueType]:
    """Whether values of a type hold no others."""
    return type_ is not None and type_.kind in {*_INLINE_READ, Kind.ENUM}


def _set_kind(type_: ValueType) -> str:
    element = type_.element
    if element is not None and element.is_number:
        return "NS"
    return "BS" if element is not None and element.kind is Kind.BYTES else "SS"


def literal(value: object) -> str:
    """The Python expression of a constant of the model."""
    if isinstance(value, datetime):
        return f'dt.datetime.fromisoformat("{value.isoformat()}")'
    if isinstance(value, date):
        return f'dt.date.fromisoformat("{value.isoformat()}")'
    if isinstance(value, UUID):
        return f'UUID("{value}")'
    if isinstance(value, list | tuple):
        return f"[{', '.join(literal(v) for v in value)}]"
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(literal(v) for v in value))}}}" if value else "set()"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(k)}: {literal(v)}' for k, v in value.items())}}}"
    return python_literal(value)
