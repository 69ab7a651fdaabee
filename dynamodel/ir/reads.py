"""The access patterns of a workload that read, with their arguments and conditions. In: made by `normalize`."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from dynamodel.ir.entities import PLANNED, Estimate, Rate
from dynamodel.ir.values import Now
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.diagnostics import SourceSpan
    from dynamodel.ir.values import Source, ValueType


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter of an access pattern's method, in order.

    With `entity` set it is a whole entity (or, when `many`, a list of them) and `type` is None. `optional` means that
    None is a legal value (it removes the attribute). `keys` marks the list of identities of a BatchGet.
    """

    name: str
    type: ValueType | None
    entity: str | None = None
    many: bool = False
    optional: bool = False
    keys: bool = False


class Op(StrEnum):
    """The operator of a condition."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    BETWEEN = "between"
    BEGINS_WITH = "begins_with"
    PRESENT = "present"
    ABSENT = "absent"
    ANY_OF = "any_of"


_AS_RANGE = {Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN}


@dataclass(frozen=True, slots=True)
class ConditionDef:
    """A condition on one item: `attribute op operands`, or the disjunction of `any_of`.

    BETWEEN has two operands, PRESENT and ABSENT none. A comparison with an absent attribute is false, NE included
    true, as in DynamoDB.
    """

    op: Op
    attribute: str = ""
    operands: tuple[Source, ...] = ()
    any_of: tuple[ConditionDef, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The attributes that it looks at, those of its alternatives included."""
        if self.op is not Op.ANY_OF:
            return (self.attribute,)
        return tuple(dict.fromkeys(name for one in self.any_of for name in one.names))


@dataclass(frozen=True, slots=True)
class Equal:
    """An attribute whose value is fixed by the pattern: caller's value or constant."""

    attribute: str
    source: Source


@dataclass(frozen=True, slots=True)
class RangeDef:
    """The one range of a read: EQ never, LT LE GT GE BEGINS_WITH with one operand, BETWEEN (both ends in) with two."""

    attribute: str
    op: Op
    operands: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class OrderTerm:
    """One term of an order; `nulls` says where rows without the attribute go, None if that cannot happen."""

    attribute: str
    descending: bool = False
    nulls: Literal["first", "last"] | None = None


@dataclass(frozen=True, slots=True)
class PartDef:
    """What is read of one entity type: the whole of a Get or Query, or one part of a Collection.

    `equals` holds `by` and the equality constants of `where` (and the tenant); `where` the other conditions of
    `where`; `filter` what the user explicitly accepts to be filtered after reading. `single` marks a part that can
    return at most one item (its identity or a unique set is fixed). `limit` counts items of this part that the caller
    gets on one page. `rows` counts the items returned (after `limit`), or all that the conditions keep where the part
    is `crossed`.
    """

    entity: str
    equals: tuple[Equal, ...]
    where: tuple[ConditionDef, ...] = ()
    range: RangeDef | None = None
    order: tuple[OrderTerm, ...] = ()
    limit: int | None = None
    filter: tuple[ConditionDef, ...] = ()
    rows: Estimate = Estimate(1, 1, assumed=True)
    single: bool = False

    @property
    def ranged(self) -> tuple[RangeDef | None, tuple[ConditionDef, ...]]:
        """The range and the other conditions: one with the clock is a range where none is declared."""
        clock = next((c for c in self.where if c.op in _AS_RANGE and any(isinstance(s, Now) for s in c.operands)), None)
        if self.range is not None or clock is None:
            return self.range, self.where
        left = tuple(c for c in self.where if c is not clock)
        return RangeDef(clock.attribute, clock.op, clock.operands), left

    @property
    def crossed(self) -> bool:
        """Whether the order does not begin with the range: no key gives both, so the range is read to its end."""
        range_, _ = self.ranged
        fixed = {e.attribute for e in self.equals}
        free = [t.attribute for t in self.order if t.attribute not in fixed]
        return range_ is not None and bool(free) and free[0] != range_.attribute


class ReadKind(StrEnum):
    """What a read asks for."""

    GET = "get"
    QUERY = "query"
    COLLECTION = "collection"
    BATCH_GET = "batch_get"
    SCAN = "scan"
    SEARCH = "search"
    TRANSACT_GET = "transact_get"


class Distance(StrEnum):
    """How near two vectors are: the smallest cosine or euclidean distance, the largest dot product."""

    COSINE = "cosine"
    EUCLIDEAN = "euclidean"
    DOT_PRODUCT = "dot_product"


@dataclass(frozen=True, slots=True)
class NearDef:
    """What a SEARCH compares: the vector `attribute` of the items with the caller's vector."""

    attribute: str
    source: Source
    distance: Distance


@dataclass(frozen=True, slots=True)
class JoinDef:
    """Attributes of a parent that a read returns with each row: `via` are the row's attributes that name it."""

    parent: str
    via: tuple[str, ...]
    attributes: tuple[str, ...]

    def shown(self, name: str) -> str:
        """What an attribute of the parent is called among those of the row."""
        return f"{self.parent}.{name}"


@dataclass(frozen=True, slots=True)
class ReadPattern:
    """A read access pattern; `parts` has one element, or several for a COLLECTION and a TRANSACT_GET.

    `returns` lists the attributes wanted of the (single) part, None for all; `count` asks for the number of rows only.
    `merged` interleaves the parts of a collection by their common order. `hottest` is the share of the load on the
    most loaded key, in millionths.
    """

    name: str
    kind: ReadKind
    parts: tuple[PartDef, ...]
    arguments: tuple[Argument, ...]
    rate: Rate
    returns: tuple[str, ...] | None = None
    joins: tuple[JoinDef, ...] = ()
    count: bool = False
    merged: bool = False
    consistent: bool = False
    batch: Estimate | None = None
    near: NearDef | None = None
    hottest: int | None = None
    kept: bool = field(default=False, metadata=PLANNED)
    doc: str = ""
    span: SourceSpan | None = field(default=None, compare=False)

    @property
    def turns_several(self) -> bool:
        """Whether it is a collection whose lists are several that turn pages together, each by its own limit."""
        lists = [p for p in self.parts if not p.single]
        apart = self.kind is ReadKind.COLLECTION and not self.merged and len(lists) > 1
        return apart and any(p.limit is not None for p in lists)
