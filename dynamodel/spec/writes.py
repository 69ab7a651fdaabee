"""The access patterns that write: `Create`, `Put`, `Delete`, `Update`, `Upsert`, `Check`, `Transaction`.

In: calls in the body of a model; inside a `Transaction` the same classes are its steps. Out: `Pattern` objects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.spec.checked import checked
from dynamodel.spec.patterns import UNSET, Amount, Conds, Get, Pattern

if TYPE_CHECKING:
    from dynamodel.spec.entity import Entity


class Create(Pattern):
    """Store a new item; fails if one with its identity exists (an expired one does not count)."""

    kind = "create"

    @checked(skip=1)
    def __init__(
        self,
        entity: type[Entity],
        *,
        when: Conds = UNSET,
        times: Amount = UNSET,
        rps: float = UNSET,
        peak: float = UNSET,
        hottest: float = UNSET,
        doc: str = UNSET,
    ) -> None:
        """`times`: how many items one call of a transaction stores."""
        super().__init__(entity, (), {
            "when": when, "times": times, "rps": rps, "peak": peak, "hottest": hottest, "doc": doc,
        })  # fmt: skip


class Put(Pattern):
    """Store an item, replacing the one with its identity."""

    kind = "put"

    @checked(skip=1)
    def __init__(
        self,
        entity: type[Entity],
        *,
        when: Conds = UNSET,
        times: Amount = UNSET,
        rps: float = UNSET,
        peak: float = UNSET,
        hottest: float = UNSET,
        doc: str = UNSET,
    ) -> None:
        """`when`: conditions on the item that is replaced; `times`: how many items one call stores.

        With `times` alone it takes a list and writes in batches, not all or none; as a step of a transaction, together.
        """
        super().__init__(entity, (), {
            "when": when, "times": times, "rps": rps, "peak": peak, "hottest": hottest, "doc": doc,
        })  # fmt: skip


class Delete(Pattern):
    """Remove an item by its identity, or every item that other attributes find."""

    kind = "delete"

    @checked(skip=1)
    def __init__(
        self,
        entity: type[Entity],
        *,
        by: object = UNSET,
        when: Conds = UNSET,
        times: Amount = UNSET,
        rps: float = UNSET,
        peak: float = UNSET,
        hottest: float = UNSET,
        doc: str = UNSET,
    ) -> None:
        """`by`: the attributes whose values the caller gives; the identity if not said.

        With `times`, how many items one call removes, it takes a list of identities and writes in batches.
        """
        super().__init__(entity, (), {
            "by": by, "when": when, "times": times, "rps": rps, "peak": peak, "hottest": hottest, "doc": doc,
        })  # fmt: skip


class _Change(Pattern):
    """What `Update` and `Upsert` share."""

    @checked(skip=1)
    def __init__(
        self,
        entity: type[Entity],
        *,
        set: object = UNSET,  # noqa: A002 - the word of the spec
        add: object = UNSET,
        remove: object = UNSET,
        append: object = UNSET,
        by: object = UNSET,
        when: Conds = UNSET,
        times: Amount = UNSET,
        rps: float = UNSET,
        peak: float = UNSET,
        hottest: float = UNSET,
        doc: str = UNSET,
    ) -> None:
        """A reference takes the caller's value; `Order.status == "shipped"` in `set` or `add` is a constant."""
        super().__init__(entity, (), {
            "set": set, "add": add, "remove": remove, "append": append, "by": by, "when": when, "times": times,
            "rps": rps, "peak": peak, "hottest": hottest, "doc": doc,
        })  # fmt: skip


class Update(_Change):
    """Change attributes of an item that exists."""

    kind = "update"


class Upsert(_Change):
    """Change attributes of an item, making it if it does not exist: the others then have their defaults."""

    kind = "upsert"


class Check(Pattern):
    """A step of a transaction that changes nothing and fails unless conditions hold."""

    kind = "check"

    @checked(skip=1)
    def __init__(self, entity: type[Entity], *, when: Conds = UNSET, by: object = UNSET) -> None:
        """`when`: the conditions; without any, that the item exists."""
        super().__init__(entity, (), {"when": when, "by": by})


class Transaction(Pattern):
    """Several writes that happen together or not at all, or several `Get`s of one moment."""

    kind = "transaction"

    @checked(skip=1)
    def __init__(
        self,
        *steps: Create | Put | Delete | Update | Upsert | Check | Get,
        rps: float = UNSET,
        peak: float = UNSET,
        hottest: float = UNSET,
        doc: str = UNSET,
    ) -> None:
        """A step on a declared parent of another step is bound through the parent's `via`.

        Of several parents of one type `by` names one: `Update(User, add=User.followers == 1, by=Follow.followed)`.
        """
        super().__init__(None, steps, {"rps": rps, "peak": peak, "hottest": hottest, "doc": doc})
