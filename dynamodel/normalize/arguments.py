"""The parameters of an access pattern's method: one for each value that the caller gives.

In: requests for a value, each with what it means. Out: `Argument`s in the order identities and equalities (whole
entities among them), ranges, new values, expected values. Equal meanings share one argument.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from dynamodel.ir.names import python_name, snake_case
from dynamodel.ir.reads import Argument
from dynamodel.ir.values import Given, ValueType

if TYPE_CHECKING:
    from collections.abc import Hashable

_TAKEN = frozenset({"self", "limit", "cursor", "expected_version", "clock"})  # the methods' own parameters


class Group(IntEnum):
    """Where an argument stands."""

    FIXED = 0
    RANGE = 1
    VALUE = 2
    EXPECTED = 3


class Arguments:
    """Names the caller's values of one access pattern."""

    def __init__(self) -> None:
        """Start without any."""
        self._found: dict[Hashable, tuple[Group, Argument]] = {}
        self._owner: dict[str, str] = {}  # argument -> the entity that it belongs to

    def given(
        self,
        meaning: Hashable,
        name: str,
        of: ValueType,
        *,
        entity: str,
        group: Group,
        optional: bool = False,
    ) -> Given:
        """The argument for a meaning, made when it is new; a taken name gets the entity's before it, or a number."""
        if meaning not in self._found:
            free = self._free(python_name(name), entity)
            self._found[meaning] = (group, Argument(free, of, optional=optional))
            self._owner[free] = entity
        return Given(self._found[meaning][1].name)

    def whole(self, meaning: Hashable, entity: str, *, many: bool) -> str:
        """The argument that takes an entity (or a list of them); returns its name."""
        if meaning not in self._found:
            name = python_name(snake_case(entity)) + ("s" if many else "")
            self._found[meaning] = (Group.FIXED, Argument(self._free(name, ""), None, entity=entity, many=many))
        return self._found[meaning][1].name

    def identities(self, entity: str) -> Given:
        """The list of identities of a BatchGet, or of a Delete in batches."""
        self._found[("keys", entity)] = (Group.FIXED, Argument("keys", None, entity=entity, many=True, keys=True))
        return Given("keys")

    def all(self) -> tuple[Argument, ...]:
        """The parameters in order."""
        return tuple(a for _, a in sorted(self._found.values(), key=lambda pair: pair[0]))

    def _free(self, name: str, entity: str) -> str:
        taken = {a.name for _, a in self._found.values()} | _TAKEN
        if name not in taken:
            return name
        mine = not entity or self._owner.get(name) == entity  # the same attribute of a second item: a number
        base = name if mine else f"{python_name(snake_case(entity))}_{name}"
        candidate, number = base, 1
        while candidate in taken:
            number += 1
            candidate = f"{base}_{number}"
        return candidate
