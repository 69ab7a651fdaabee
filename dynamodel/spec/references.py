"""References: what `Order.placed_at` is on the class of an entity, and what operators make of it.

In: attribute access and comparisons in the user's file. Out: `Reference`s and `Condition`s that the outline turns into
the spec. Neither has a truth value or a hash: `and`, `or`, `not`, chained comparisons and sets are mistakes.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any, Final

from dynamodel.records import dataclass
from dynamodel.spec.places import Place, caller_place
from dynamodel.spec.session import record


class _Now:
    """The clock when a request is made, as the constant of a condition."""

    def __repr__(self) -> str:
        return "now()"


NOW: Final = _Now()


class Refusing:
    """A part of a declaration that is no value: its truth and its hash are recorded as mistakes."""

    def __bool__(self) -> bool:
        """Record that a declaration was used as a truth value."""
        record(
            "DM120",
            "a condition has no truth value: it cannot be used with `and`, `or`, `not`, `if` or in a chain `a < b < c`",
            hint='write a tuple for "and", `any_of(...)` for "or", and the opposite operator for "not"',
        )
        return True

    def __hash__(self) -> int:
        """Record that a declaration was put into a set or used as a key."""
        record(
            "DM121",
            "a reference cannot be in a set or be a key of a dict",
            hint="write a tuple: the order matters",
        )
        return id(self)

    def __iter__(self) -> Any:
        """Refuse to be taken apart."""
        record("DM121", "a reference is one attribute and cannot be taken apart", hint="name each attribute")
        return iter(())


@dataclass(eq=False, slots=True)
class Condition(Refusing):
    """A condition on an item: `op` on an attribute with a constant, the caller's value (`given`) or the clock."""

    op: str
    attr: object = None
    value: object = None
    given: bool = False
    any_of: tuple[object, ...] = ()
    place: Place | None = field(default=None, repr=False)


@dataclass(eq=False, slots=True, repr=False)
class Reference(Refusing):
    """An attribute of an entity; `broken` when it does not exist and was already reported."""

    entity: str
    name: str
    owner: object = field(default=None, repr=False)
    broken: bool = False
    descending: bool = False
    nulls: str | None = None
    bucket: str | None = None
    place: Place | None = field(default=None, repr=False)

    def __str__(self) -> str:
        """As the user writes it."""
        return f"{self.entity}.{self.name}"

    __repr__ = __str__

    def __neg__(self) -> Reference:
        """Record that a minus was to turn an order around."""
        record("DM336", f"`-{self}`: a minus turns no order around", hint=f"write `desc({self})`")
        return self

    def _compare(self, op: str, value: object) -> Condition:
        return Condition(op, self, value, place=caller_place())

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]
        """The condition that the attribute equals a constant."""
        return self._compare("eq", other)

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]
        """The condition that the attribute differs from a constant."""
        return self._compare("ne", other)

    def __lt__(self, other: object) -> Condition:
        """The condition that the attribute is below a constant."""
        return self._compare("lt", other)

    def __le__(self, other: object) -> Condition:
        """The condition that the attribute is at most a constant."""
        return self._compare("le", other)

    def __gt__(self, other: object) -> Condition:
        """The condition that the attribute is above a constant."""
        return self._compare("gt", other)

    def __ge__(self, other: object) -> Condition:
        """The condition that the attribute is at least a constant."""
        return self._compare("ge", other)

    __hash__ = Refusing.__hash__
