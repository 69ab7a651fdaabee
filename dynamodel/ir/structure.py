"""Frozen dataclasses to plain JSON values and back, exactly, driven by their type hints.

In: a record of `ir` and its class. Out: dicts, lists, text, numbers, booleans, None. A field at its default is left
out; a member of a union of records says which one it is in `"is"`; enums are their values. A new record needs nothing
here.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from dynamodel import diagnostics
from dynamodel.ir import deployment, entities, keys, plan, proof, reads, values, workload, writes
from dynamodel.ir.names import snake_case

TAG = "is"
_AS_THEY_ARE = {types.NoneType, bool, str, int}  # most values, without a question for each class they might be of
_BARE = (keys.TextToken, keys.BoundToken)  # their text alone stands for them: most tokens are nothing else

# What modules import for type checkers only is looked up here.
_NAMES: dict[str, Any] = {
    name: value
    for module in (diagnostics, values, deployment, entities, reads, writes, workload, keys, plan, proof)
    for name, value in vars(module).items()
} | {"Decimal": Decimal}


def fields(record: type[Any]) -> tuple[tuple[str, Any, Any], ...]:
    """Name, type and default (MISSING where there is none) of each field, in declared order."""
    if record not in _FIELDS:
        _FIELDS[record] = _fields(record)
    return _FIELDS[record]


_FIELDS: dict[type[Any], tuple[tuple[str, Any, Any], ...]] = {}


def _fields(record: type[Any]) -> tuple[tuple[str, Any, Any], ...]:
    hints = typing.get_type_hints(record, localns=_NAMES)
    return tuple(
        (f.name, hints[f.name], f.default_factory() if callable(f.default_factory) else f.default)
        for f in dataclasses.fields(record)
        if f.init  # the others are worked out from these
    )


def encode(value: Any, hint: Any) -> Any:
    """The JSON form of a value that a field of type `hint` holds."""
    if type(value) in _AS_THEY_ARE:
        return value
    if hint is object:
        return encode_value(value)
    if isinstance(value, tuple):
        return [encode(v, h) for v, h in zip(value, _elements(hint, len(value)), strict=True)]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if dataclasses.is_dataclass(value):
        if isinstance(value, _BARE) and value == type(value)(text=value.text):
            return value.text
        return encode_record(value, tagged=len(_records(hint)) > 1)
    return value


def encode_record(record: Any, *, tagged: bool = False, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    """A record's fields that are not at their defaults, without those of `leave_out`."""
    answer: dict[str, Any] = {TAG: snake_case(type(record).__name__)} if tagged else {}
    for name, hint, default in fields(type(record)):
        value = getattr(record, name)
        if name not in leave_out and (default is dataclasses.MISSING or value != default):
            answer[name] = encode(value, hint)
    return answer


def decode(value: Any, hint: Any) -> Any:
    """The value of type `hint` whose JSON form is `value`; raises ValueError, KeyError or TypeError for another one."""
    if hint is object:
        return decode_value(value)
    if value is None:
        if hint is types.NoneType or types.NoneType in typing.get_args(hint):
            return None
        raise ValueError(f"null where {hint} is wanted")
    if isinstance(value, list):
        return tuple(decode(v, h) for v, h in zip(value, _elements(hint, len(value)), strict=True))
    records = _records(hint)
    if records and isinstance(value, str):
        bare = [r for r in _BARE if r in records.values()]
        if not bare:
            raise ValueError(f"{value!r} where {hint} is wanted")
        return bare[0](text=value)
    if records:
        return decode_record(value, records[value[TAG]] if len(records) > 1 else next(iter(records.values())))
    return _leaf(value, hint)


def _leaf(value: Any, hint: Any) -> Any:
    """Text, numbers, booleans, enums and literals; raises ValueError for what the type does not allow."""
    if typing.get_origin(hint) is typing.Literal:
        if value not in typing.get_args(hint):
            raise ValueError(f"{value!r} is none of {typing.get_args(hint)}")
        return value
    kind = next(h for h in (*typing.get_args(hint), hint) if h is not types.NoneType)
    if issubclass(kind, Enum | Decimal):
        return kind(value)
    if type(value) is not kind:
        raise ValueError(f"{value!r} where {kind.__name__} is wanted")
    return value


def decode_record(value: dict[str, Any], record: type[Any], **given: Any) -> Any:
    """The record whose fields are in `value`; `given` fields are already decoded. Other entries are ignored."""
    arguments = dict(given)
    for name, hint, default in fields(record):
        if name in given:
            continue
        if name in value:
            arguments[name] = decode(value[name], hint)
        elif default is dataclasses.MISSING:
            raise KeyError(f"{record.__name__}.{name}")
    return record(**arguments)


def _elements(hint: Any, count: int) -> tuple[Any, ...]:
    """The types of a tuple's elements."""
    arguments, repeated = _arguments(hint)
    return arguments * count if repeated else arguments


@cache
def _arguments(hint: Any) -> tuple[tuple[Any, ...], bool]:
    """The types that a tuple is declared with, and whether it has any number of elements of the one."""
    option = next((h for h in (hint, *typing.get_args(hint)) if typing.get_origin(h) is tuple), None)
    if option is None:
        raise ValueError(f"a list where {hint} is wanted")
    arguments = typing.get_args(option)
    repeated = len(arguments) == 2 and arguments[1] is Ellipsis  # noqa: PLR2004 - `tuple[X, ...]`
    return (arguments[:1] if repeated else arguments), repeated


@cache
def _records(hint: Any) -> dict[str, type[Any]]:
    """The record classes that a hint allows, by tag."""
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    return {snake_case(o.__name__): o for o in options if isinstance(o, type) and dataclasses.is_dataclass(o)}


def encode_value(value: object) -> Any:
    """A Python value of a user's attribute: what JSON cannot hold becomes an object with one entry, its type."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return {"decimal": str(value)}
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case timedelta():
            return {"seconds": str(Decimal(value // timedelta(microseconds=1)).scaleb(-6))}
        case uuid.UUID():
            return {"uuid": str(value)}
        case bytes():
            return {"bytes": value.hex()}
        case list() | tuple():
            return {type(value).__name__: [encode_value(v) for v in value]}
        case set() | frozenset():
            return {type(value).__name__: sorted(map(encode_value, value), key=json.dumps)}
        case dict():
            return {"map": [[encode_value(k), encode_value(v)] for k, v in value.items()]}
    raise TypeError(f"a constant of type {type(value).__name__} has no JSON form")


_DECODERS: dict[str, Any] = {
    "decimal": Decimal,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "seconds": lambda v: timedelta(microseconds=int(Decimal(v).scaleb(6))),
    "uuid": uuid.UUID,
    "bytes": bytes.fromhex,
    "list": lambda v: [decode_value(e) for e in v],
    "tuple": lambda v: tuple(decode_value(e) for e in v),
    "set": lambda v: {decode_value(e) for e in v},
    "frozenset": lambda v: frozenset(decode_value(e) for e in v),
    "map": lambda v: {decode_value(k): decode_value(e) for k, e in v},
}


def decode_value(value: Any) -> object:
    """The value whose form `encode_value` wrote."""
    if isinstance(value, dict):
        ((kind, inner),) = value.items()
        answer: object = _DECODERS[kind](inner)
        return answer
    return value
