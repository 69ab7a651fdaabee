"""Moto with the same answers in a third of the time: its hot places without work whose result is known.

Out: a context that patches moto. Every replacement falls back on moto's own function where it does not know better.
"""

from __future__ import annotations

import copy
from contextlib import ExitStack
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any
from unittest import mock

if TYPE_CHECKING:
    from collections.abc import Callable

_AS_HELD = frozenset(["S", "B", "BOOL"])  # kinds whose contents are compared as they are held
_SINGLE = _AS_HELD | {"N", "NULL"}  # kinds of values that are replaced, never changed
_AS_SENT = frozenset(["S", "N"])  # kinds whose contents are sent as they are held


def quick() -> ExitStack:
    """Patches of moto, which must be importable; undone when the context is left.

    These are insides of moto: a version of it that has no such place is left as it is there.
    """
    with ExitStack() as stack:
        for module, owner, name, wrapped in _PATCHES:
            found = _found(module, owner)
            own = getattr(found, name, None)
            if own is not None:
                stack.enter_context(mock.patch.object(found, name, wrapped(own)))
        return stack.pop_all()


def _found(module: str, owner: str) -> Any:
    """A module, or a class in it; None where there is none."""
    try:
        found = import_module(module)
    except ImportError:
        return None
    return getattr(found, owner, None) if owner else found


def _serialize(own: Callable[..., None]) -> Callable[..., None]:
    """Of an attribute value moto looks for all ten kinds of content, for each under several names: there is one."""

    def serialize(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name != "AttributeValue" or type(value) is not dict:
            own(self, serialized, value, shape, key)
            return
        written: dict[str, Any] = {}
        for kind, content in value.items():
            if kind in _AS_SENT and type(content) is str:
                written[kind] = content
            elif content is not None:
                self._serialize(written, content, shape.members[kind], kind)
        self._default_serialize(serialized, written, shape, key)

    return serialize


def _equal(own: Callable[..., bool]) -> Callable[..., bool]:
    """Two values are brought into another form to be compared, also those that have no other."""

    def equal(self: Any, other: Any) -> bool:
        if self.type == other.type and self.type in _AS_HELD:
            return bool(self.value == other.value)
        return own(self, other)

    return equal


def _less(own: Callable[..., bool]) -> Callable[..., bool]:
    def less(self: Any, other: Any) -> bool:
        if self.type == other.type and self.type in _AS_HELD:
            return bool(self.value < other.value)
        return own(self, other)

    return less


def _copy_of_value(own: Callable[..., Any]) -> Callable[..., Any]:
    """Answers and every table of a transaction are copied to the last text in them."""

    def copied(self: Any, memo: dict[int, Any]) -> Any:
        return self if self.type in _SINGLE else own(self, memo)

    return copied


def _copy_of_item(_own: Callable[..., Any]) -> Callable[..., Any]:
    """The copy's values are put past the mapping's own method, which counts all bytes again for each of them."""

    def copied(self: Any, memo: dict[int, Any]) -> Any:
        made = object.__new__(type(self))
        made.hash_key, made.range_key = self.hash_key, self.range_key
        made.attrs = type(self.attrs)()
        for name, value in self.attrs.items():
            one = getattr(value, "type", None) in _SINGLE
            dict.__setitem__(made.attrs, name, value if one else copy.deepcopy(value, memo))
        memo[id(self)] = made
        return made

    return copied


def _all_items(_own: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    """All items are sorted for every query: by keys made once for each item, not in every comparison."""

    def all_items(self: Any) -> list[Any]:
        if not self.range_key_attr:
            return sorted(self.items.values(), key=lambda item: _form(item.hash_key))
        items = [item for partition in self.items.values() for item in partition.values()]
        return sorted(items, key=lambda item: (_form(item.hash_key), _form(item.range_key)))

    return all_items


def _form(value: Any) -> Any:
    return value.value if value.type in _AS_HELD else value.cast_value


def _size(_own: Callable[..., int]) -> Callable[..., int]:
    """Every item that is read is counted twice, attribute by attribute: texts have their size."""

    def size(self: Any) -> int:
        return sum(
            _bytes(name) + (_bytes(value.value) if value.type == "S" else value.size())
            for name, value in self.attrs.items()
        )

    return size


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _plain(own: Callable[..., Any]) -> Callable[..., Any]:
    """Answers are searched to the last text for what is no JSON: texts, and what holds them, are looked at first."""

    def plain(found: Any) -> Any:
        kind = type(found)
        if kind is str:
            return found
        if kind is dict:
            return {name: plain(value) for name, value in found.items()}
        if kind is list:
            return [plain(value) for value in found]
        if getattr(found, "type", None) in _AS_SENT and type(found.value) is str:
            return {found.type: found.value}
        return own(found)

    return plain


def _once(own: Callable[..., Any]) -> Callable[..., Any]:
    """The methods of a class of responses are looked for at every request."""
    return cache(own)


_TYPES = "moto.dynamodb.models.dynamo_type"
_PATCHES: tuple[tuple[str, str, str, Callable[[Callable[..., Any]], Callable[..., Any]]], ...] = (
    ("moto.core.responses", "", "method_names_from_class", _once),
    ("moto.core.serialize", "BaseJSONSerializer", "_serialize_type_structure", _serialize),
    (_TYPES, "DynamoType", "__eq__", _equal),
    (_TYPES, "DynamoType", "__lt__", _less),
    (_TYPES, "DynamoType", "__deepcopy__", _copy_of_value),
    (_TYPES, "Item", "__deepcopy__", _copy_of_item),
    (_TYPES, "Item", "size", _size),
    ("moto.dynamodb.responses", "", "dynamo_to_dict", _plain),
    ("moto.dynamodb.models.table", "Table", "all_items", _all_items),
)
