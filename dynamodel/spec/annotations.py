"""From a Python annotation to the spec's type.

In: an annotation with its metadata, as Pydantic resolved it. Out: the JSON form of a type (`nodes.TypeSpec`) and
whether None is allowed. Raises `Unsupported` with a hint for what DynamoDB or the spec does not hold.
"""

from __future__ import annotations

import types
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from dynamodel.spec.types import UlidMark, VectorMark

TypeTree = dict[str, Any]

_PLAIN: dict[object, str] = {
    int: "integer", bool: "boolean", bytes: "bytes", Decimal: "decimal", datetime: "datetime", date: "date",
    UUID: "uuid", Any: "any", object: "any", dict: "map", list: "list", tuple: "list",
}  # fmt: skip
_SUPPORTED = (
    "`str`, `int`, `Decimal`, `bool`, `bytes`, `datetime`, `date`, `UUID`, `Ulid`, `Literal[...]`, an `Enum`, "
    "`list[...]`, `set[...]`, `dict[str, ...]`, a Pydantic model, `Any`, `Vector(n)`"
)


class Unsupported(Exception):  # noqa: N818 - caught where the attribute is known
    """A type that cannot be stored as declared: catalogue code, message, hint."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        """Keep the three for the diagnostic."""
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


def type_tree(annotation: object, metadata: tuple[object, ...] = ()) -> tuple[TypeTree, bool]:
    """The type and whether the value may be None."""
    return _Reader().read(annotation, metadata)


class _Reader:
    """Remembers the nested models on the way, to refuse one that contains itself."""

    def __init__(self) -> None:
        self.inside: list[type] = []

    def read(self, annotation: Any, metadata: tuple[object, ...] = ()) -> tuple[TypeTree, bool]:
        while True:
            if type(annotation).__name__ == "TypeAliasType":  # PEP 695, newer than the oldest supported Python
                annotation = annotation.__value__
            elif isinstance(annotation, NewType):
                annotation = annotation.__supertype__
            elif get_origin(annotation) is Annotated:
                annotation, *more = get_args(annotation)
                metadata = (*more, *metadata)
            else:
                break
        if get_origin(annotation) in {Union, types.UnionType}:
            return self._union(annotation, metadata)
        if get_origin(annotation) is Literal and None in get_args(annotation):
            rest = tuple(v for v in get_args(annotation) if v is not None)
            return self._type(Literal[rest], metadata), True
        return self._type(annotation, metadata), False

    def _union(self, annotation: object, metadata: tuple[object, ...]) -> tuple[TypeTree, bool]:
        members = [m for m in get_args(annotation) if m is not type(None)]
        optional = len(members) < len(get_args(annotation))
        if members and all(get_origin(m) is Literal for m in members):
            members = [Literal[tuple(v for m in members for v in get_args(m))]]
        if len(members) != 1:
            raise Unsupported("DM211", f"a union of types `{_shown(annotation)}` has no single stored type",
                              "use one type and `| None`, or `Any` for a document")  # fmt: skip
        tree, inner = self.read(members[0], metadata)
        return tree, optional or inner

    def _type(self, annotation: Any, metadata: tuple[object, ...]) -> TypeTree:
        for mark in metadata:
            if isinstance(mark, UlidMark):
                return {"kind": "ulid"}
            if isinstance(mark, VectorMark):
                return {"kind": "vector", "dimensions": mark.dimensions}
        origin, arguments = get_origin(annotation), get_args(annotation)
        if annotation is float:
            raise Unsupported("DM210", "`float` cannot be stored exactly",
                              "use `Decimal` with `attr(ge=, le=, scale=)`, or `int` (cents)")  # fmt: skip
        if origin is Literal:
            return _enum(arguments, annotation)
        if origin in {list, tuple, set, frozenset, dict} or _is_abstract(origin):
            return self._container(annotation, origin, arguments, metadata)
        if annotation in _PLAIN:
            return {"kind": _PLAIN[annotation], **_bounds(metadata, _PLAIN[annotation])}
        if isinstance(annotation, type):
            return self._class(annotation, metadata)
        raise Unsupported("DM211", f"`{_shown(annotation)}` is no type that can be stored", f"use {_SUPPORTED}")

    def _class(self, annotation: type, metadata: tuple[object, ...]) -> TypeTree:
        if issubclass(annotation, Enum):
            return _enum(tuple(member.value for member in annotation), annotation)
        if issubclass(annotation, BaseModel):
            return self._object(annotation)
        for base, kind in ((str, "string"), (datetime, "datetime"), (date, "date"), (UUID, "uuid")):
            if issubclass(annotation, base):
                return {"kind": kind, **_bounds(metadata, kind)}
        if annotation.__module__ == "pydantic.networks":
            return {"kind": "string"}
        if annotation in {set, frozenset}:
            raise Unsupported("DM211", "a set needs the type of its elements", "for example `set[str]`")
        hint = "use `int` seconds" if annotation in {timedelta, time} else f"use {_SUPPORTED}"
        raise Unsupported("DM211", f"`{_shown(annotation)}` is no type that can be stored", hint)

    def _object(self, model: type[BaseModel]) -> TypeTree:
        if model in self.inside:
            raise Unsupported(
                "DM212", f"`{model.__name__}` contains itself", "use `Any` for the inner part, or an entity"
            )
        self.inside.append(model)
        fields = []
        for name, info in model.__pydantic_fields__.items():
            tree, optional = self.read(info.annotation, tuple(info.metadata))
            fields.append({"name": name, "type": tree, **({"optional": True} if optional else {})})
        self.inside.pop()
        return {"kind": "object", "name": model.__name__, "fields": fields}

    def _container(self, annotation: object, origin: Any, arguments: tuple[Any, ...],
                   metadata: tuple[object, ...]) -> TypeTree:  # fmt: skip
        if origin in {set, frozenset} or getattr(origin, "__name__", "") in {"Set", "MutableSet"}:
            element, optional = self.read(arguments[0])
            if optional or element["kind"] not in {
                "string",
                "integer",
                "decimal",
                "bytes",
                "uuid",
                "ulid",
                "enum",
                "datetime",
                "date",
            }:
                raise Unsupported("DM213", f"a set of `{_shown(arguments[0])}` cannot be stored",
                                  "sets hold text, numbers or bytes: use `list[...]`")  # fmt: skip
            return {"kind": "set", "element": element, **_bounds(metadata, "set")}
        if origin is dict or getattr(origin, "__name__", "") in {"Mapping", "MutableMapping"}:
            key, _ = self.read(arguments[0])
            if key["kind"] not in {"string", "enum", "ulid", "uuid"} or (
                key["kind"] == "enum" and isinstance(key["values"][0], int)
            ):
                raise Unsupported("DM214", f"`{_shown(annotation)}` has keys that are no text", "use `dict[str, ...]`")
            return {"kind": "map", "element": self.read(arguments[1])[0]}
        if origin is tuple and (len(arguments) != 2 or arguments[1] is not Ellipsis):  # noqa: PLR2004
            raise Unsupported(
                "DM211", f"`{_shown(annotation)}` mixes types by position", "use a nested model or `list[...]`"
            )
        return {"kind": "list", "element": self.read(arguments[0])[0], **_bounds(metadata, "list")}


def _is_abstract(origin: object) -> bool:
    return getattr(origin, "__module__", "") == "collections.abc" and getattr(origin, "__name__", "") in {
        "Sequence", "MutableSequence", "Collection", "Iterable", "Set", "MutableSet", "Mapping", "MutableMapping",
    }  # fmt: skip


def _enum(values: tuple[object, ...], annotation: object) -> TypeTree:
    plain = tuple(dict.fromkeys(v.value if isinstance(v, Enum) else v for v in values))
    same = {type(v) for v in plain}
    if not plain or len(same) != 1 or not same <= {str, int}:
        raise Unsupported("DM211", f"`{_shown(annotation)}` does not have values of one type",
                          "values are all text or all whole numbers")  # fmt: skip
    return {"kind": "enum", "values": list(plain)}


_NUMBERS = {"integer", "decimal"}


def _bounds(metadata: tuple[object, ...], kind: str) -> TypeTree:
    """Bounds that Pydantic's and annotated-types' metadata state: ge, gt, le, lt, lengths, decimal places."""
    tree: TypeTree = {}
    for mark in metadata:
        for word in ("ge", "le", "gt", "lt", "min_length", "max_length", "decimal_places"):
            value = getattr(mark, word, None)
            if value is None:
                continue
            if word in {"min_length", "max_length"} and kind in {"string", "bytes"}:
                tree[word] = value
            elif word == "decimal_places" and kind == "decimal":
                tree["scale"] = value
            elif word in {"ge", "le"} and kind in _NUMBERS:
                tree[word] = value
            elif word in {"gt", "lt"} and kind == "integer":  # exclusive: the next whole number
                tree["ge" if word == "gt" else "le"] = int(value) + (1 if word == "gt" else -1)
            elif word in {"gt", "lt"} and kind == "decimal":  # the bound itself is allowed by the key's width
                tree["ge" if word == "gt" else "le"] = value
    return tree


def _shown(annotation: object) -> str:
    return annotation.__name__ if isinstance(annotation, type) and not get_args(annotation) else str(annotation)
