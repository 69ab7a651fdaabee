"""The access patterns that read: `Get`, `Query`, `Collection`, `BatchGet`, `Scan`, `Search`.

In: calls in the body of a model. Out: `Pattern` objects that hold what was said, unjudged, for the outline.
To a type checker a reference has the attribute's own type and a comparison is a bool, so options that take references
are `object`, and conditions are `bool | Condition`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

from dynamodel.spec.checked import checked
from dynamodel.spec.places import Place, caller_place
from dynamodel.spec.references import Condition

if TYPE_CHECKING:
    from dynamodel.spec.entity import Entity

Amount = float | tuple[float, float]
Conds = bool | Condition | tuple[bool | Condition, ...]
UNSET: Final[Any] = object()


class Pattern:
    """What every access pattern and step is: its kind, its entity or members, the options given, and where."""

    kind: ClassVar[str] = ""

    def __init__(self, subject: object, members: tuple[object, ...], options: dict[str, object]) -> None:
        """Keep what was said; options left out are not kept."""
        self.subject = subject
        self.members = members
        self.options = {k: v for k, v in options.items() if v is not UNSET}
        self.place: Place | None = caller_place()


class Get(Pattern):
    """One item, by its identity or by a unique set of attributes."""

    kind = "get"

    @checked(skip=1)
    def __init__(
        self,
        entity: type[Entity],
        *,
        by: object = UNSET,
        returns: object = UNSET,
        consistent: bool = UNSET,
        rps: float = UNSET,
        peak: float = UNSET,
        hottest: float = UNSET,
        all_tenants: bool = UNSET,
        doc: str = UNSET,
    ) -> None:
        """`by`: the attributes whose values the caller gives; the identity if not said."""
        super().__init__(entity, (), {
            "by": by, "returns": returns, "consistent": consistent, "rps": rps, "peak": peak, "hottest": hottest,
            "all_tenants": all_tenants, "doc": doc,
        })  # fmt: skip


class Query(Pattern):
    """The items of one type that meet conditions, in an order, page by page."""

    kind = "query"

    @checked(skip=1)
    def __init__(
        self,
        entity: type[Entity],
        *,
        by: object = UNSET,
        where: Conds = UNSET,
        range: Condition = UNSET,  # noqa: A002 - the word of the spec
        order_by: object = UNSET,
        limit: int = UNSET,
        rows: Amount = UNSET,
        filter: Conds = UNSET,  # noqa: A002 - the word of the spec
        history: bool = UNSET,
        returns: object | Literal["count"] = UNSET,
        consistent: bool = UNSET,
        rps: float = UNSET,
        peak: float = UNSET,
        hottest: float = UNSET,
        all_tenants: bool = UNSET,
        doc: str = UNSET,
    ) -> None:
        """`by` equal to the caller's values, `where` always true, `range` one operator, `rows` how many come back."""
        super().__init__(entity, (), {
            "by": by, "where": where, "range": range, "order_by": order_by, "limit": limit, "rows": rows,
            "filter": filter, "history": history, "returns": returns, "consistent": consistent, "rps": rps,
            "peak": peak, "hottest": hottest, "all_tenants": all_tenants, "doc": doc,
        })  # fmt: skip


class Collection(Pattern):
    """Items of several types that belong together, in one answer; a part is an entity, a `Get` or a `Query`."""

    kind = "collection"

    @checked(skip=1)
    def __init__(
        self,
        *parts: type[Entity] | Get | Query,
        by: object = UNSET,
        merged: bool = UNSET,
        consistent: bool = UNSET,
        rps: float = UNSET,
        peak: float = UNSET,
        hottest: float = UNSET,
        all_tenants: bool = UNSET,
        doc: str = UNSET,
    ) -> None:
        """`by`: what links the parts, named on one of them; `merged`: one list in the parts' common order."""
        super().__init__(None, parts, {
            "by": by, "merged": merged, "consistent": consistent, "rps": rps, "peak": peak, "hottest": hottest,
            "all_tenants": all_tenants, "doc": doc,
        })  # fmt: skip


class BatchGet(Pattern):
    """Many items of one type by a list of their identities."""

    kind = "batch_get"

    @checked(skip=1)
    def __init__(
        self,
        entity: type[Entity],
        *,
        keys: Amount = UNSET,
        returns: object = UNSET,
        consistent: bool = UNSET,
        rps: float = UNSET,
        peak: float = UNSET,
        hottest: float = UNSET,
        all_tenants: bool = UNSET,
        doc: str = UNSET,
    ) -> None:
        """`keys`: how many identities a call gives, average or (average, most)."""
        super().__init__(entity, (), {
            "keys": keys, "returns": returns, "consistent": consistent, "rps": rps, "peak": peak, "hottest": hottest,
            "all_tenants": all_tenants, "doc": doc,
        })  # fmt: skip


class Scan(Pattern):
    """Every item of one type, in no order: for jobs, not for users who wait."""

    kind = "scan"

    @checked(skip=1)
    def __init__(
        self,
        entity: type[Entity],
        *,
        filter: Conds = UNSET,  # noqa: A002 - the word of the spec
        returns: object = UNSET,
        consistent: bool = UNSET,
        rps: float = UNSET,
        peak: float = UNSET,
        all_tenants: bool = UNSET,
        doc: str = UNSET,
    ) -> None:
        """`filter`: conditions that are looked at after reading."""
        super().__init__(entity, (), {
            "filter": filter, "returns": returns, "consistent": consistent, "rps": rps, "peak": peak,
            "all_tenants": all_tenants, "doc": doc,
        })  # fmt: skip


class Search(Pattern):
    """The items whose vector is nearest to the caller's."""

    kind = "search"

    @checked(skip=1)
    def __init__(
        self,
        entity: type[Entity],
        *,
        near: object = UNSET,
        by: object = UNSET,
        distance: Literal["cosine", "euclidean", "dot_product"] = UNSET,
        limit: int = UNSET,
        returns: object = UNSET,
        rps: float = UNSET,
        peak: float = UNSET,
        hottest: float = UNSET,
        all_tenants: bool = UNSET,
        doc: str = UNSET,
    ) -> None:
        """`near`: the vector attribute; `by`: equal to the caller's values.

        `distance` is how vectors are compared (`cosine`, `euclidean`, `dot_product`), `limit` how many are found.
        """
        super().__init__(entity, (), {
            "near": near, "by": by, "distance": distance, "limit": limit, "returns": returns, "rps": rps, "peak": peak,
            "hottest": hottest, "all_tenants": all_tenants, "doc": doc,
        })  # fmt: skip
