"""The normalized workload: what is stored and what is asked, with every name resolved and every default applied.

In: made by `normalize` from a spec. Out: read by the planner, the emitters and the oracle. It must not know keys,
indexes or anything else physical. Frozen, standard library only.

Rates are integers in millionths of a request per second, sizes in bytes.
"""

from __future__ import annotations

from dataclasses import field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from dynamodel.ir.deployment import AS_DEFAULT, Deployment
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamodel.diagnostics import SourceSpan
    from dynamodel.ir.values import Source, ValueType

MICRO = 1_000_000
PLANNED = {"planned": True}  # of fields that only the planner fills: they are no part of what the model says


@dataclass(frozen=True, slots=True)
class Estimate:
    """A quantity as average and most; `assumed` when the user did not say it and a default stands in."""

    average: int
    most: int
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """Calls per second in millionths, on average and at peak."""

    average: int
    peak: int
    assumed: bool = False


class BucketUnit(StrEnum):
    """The calendar unit that a time is cut to, in UTC."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Bucket:
    """Says that an attribute is not stored but is another one, cut to a calendar unit."""

    of: str
    unit: BucketUnit


@dataclass(frozen=True, slots=True)
class AttributeDef:
    """An attribute of an entity.

    `size` is the stored value in bytes without the name. `distinct` is the number of different values over all items.
    `share` maps a value (None = absent) to its fraction of items in millionths. `immutable` attributes never change
    after creation (identity, `role="created"`, `immutable=True`, and what no declared write sets is *not* implied).
    `bucket` marks a virtual attribute, named `placed_at@day`: never stored, computed from another one.
    `kept` marks a copy of a parent's attribute (`copy_of`) that the writes keep by themselves, absent without a parent.
    """

    name: str
    type: ValueType
    size: Estimate
    optional: bool = False
    has_default: bool = False
    default: object = None
    immutable: bool = False
    monotonic: bool = False
    generated: bool = False  # a ULID or UUID identity: unique by itself
    distinct: int | None = None
    share: tuple[tuple[object, int], ...] = ()
    role: Literal["", "ttl", "version", "created", "updated"] = ""
    lifetime_seconds: int | None = None
    taken_from: tuple[str, str] | None = None  # (entity, attribute)
    copy_of: tuple[str, str] | None = None  # (entity, attribute)
    kept: bool = field(default=False, metadata=PLANNED)
    tags: tuple[str, ...] = ()
    bucket: Bucket | None = None
    span: SourceSpan | None = field(default=None, compare=False)

    def as_copy(self, name: str, parent: str) -> AttributeDef:
        """The attribute of a child that holds this one of its parent; absent without a parent, taken to be rare."""
        return replace(
            self,
            name=name,
            share=self.share if self.optional else (*self.share, (None, 0)),
            optional=True,
            has_default=True,
            default=None,
            immutable=False,
            monotonic=False,
            generated=False,
            role="",
            lifetime_seconds=None,
            taken_from=None,
            copy_of=(parent, self.name),
            kept=True,
        )


@dataclass(frozen=True, slots=True)
class ParentDef:
    """A link to a parent: `via` are the child's attributes in the order of the parent's identity."""

    entity: str
    via: tuple[str, ...]
    children: Estimate


@dataclass(frozen=True, slots=True)
class UniqueDef:
    """A set of attributes that no two items of the namespace share (None in the set: not constrained)."""

    namespace: str
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistoryDef:
    """Says that every version of an item is kept: `number` is its attribute that numbers them, `entity` holds them."""

    number: str
    entity: str


@dataclass(frozen=True, slots=True)
class EntityDef:
    """An entity; `tag` is its literal in keys (`ORDER_ITEM`), different for every entity of a model.

    `identity` is empty for a singleton. `count` is the number of items in the table.
    What `counted_in` and `history` promise is kept by steps that `normalize` has added to the writes.
    """

    name: str
    tag: str
    identity: tuple[str, ...]
    attributes: tuple[AttributeDef, ...]
    count: Estimate
    parents: tuple[ParentDef, ...] = ()
    unique: tuple[UniqueDef, ...] = ()
    counted_in: tuple[tuple[str, str], ...] = ()
    history: HistoryDef | None = None
    doc: str = ""
    span: SourceSpan | None = field(default=None, compare=False)

    def attribute(self, name: str) -> AttributeDef:
        """The attribute of that name; KeyError if there is none."""
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute
        raise KeyError(name)

    @property
    def stored(self) -> tuple[AttributeDef, ...]:
        """The attributes that are part of an item: all but the virtual ones."""
        return tuple(a for a in self.attributes if a.bucket is None)

    def with_role(self, role: str) -> str | None:
        """The name of the attribute that plays a role (`ttl`, `version`, `created`, `updated`), if any."""
        return next((a.name for a in self.attributes if a.role == role), None)


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
    return at most one item (its identity or a unique set is fixed). `rows` counts the items returned (after `limit`).
    `limit` counts items of this part that the caller gets on one page.
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


class StepKind(StrEnum):
    """What a write does to one item."""

    CREATE = "create"
    PUT = "put"
    UPSERT = "upsert"
    UPDATE = "update"
    DELETE = "delete"
    CHECK = "check"
    LOOK = "look"  # only reads


class ActionKind(StrEnum):
    """What an update does to one attribute."""

    SET = "set"
    ADD = "add"
    REMOVE = "remove"
    APPEND = "append"


@dataclass(frozen=True, slots=True)
class ActionDef:
    """One attribute's change; REMOVE has no source. `by_entry`: the caller adds to one entry of a MAP of numbers."""

    kind: ActionKind
    attribute: str
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class TakenDef:
    """What a new item takes from another one, which step number `step` reads: its `counter` and `plus` as much.

    A number is taken from the counter that the step counts up (1 more than it was); a copy is taken as it is (0).
    """

    attribute: str
    step: int
    counter: str
    plus: int = field(default=1, metadata=PLANNED)


@dataclass(frozen=True, slots=True)
class StepDef:
    """One write of a pattern.

    CREATE and PUT take the entity from `argument`. UPDATE, UPSERT, DELETE and CHECK find the item by `equals`, which
    fixes the identity; a DELETE by something else (`by_identity` false) deletes every item that it finds.
    `times` is how many items of this kind one call writes (a list argument when most > 1).
    `taken` is what a CREATE or PUT takes from other items. `reads` are attributes whose value before the step is
    needed by another step of the pattern. A CREATE with `snapshot_of` has no argument: it stores the item (or items)
    that the step of this number leaves behind, as a version of it.
    A LOOK, and a CHECK with `reads`, is about an item that may be missing; such a CHECK demands that what was read is
    still so. A `quiet` update keeps a copy: it changes neither version nor time of the update.
    """

    kind: StepKind
    entity: str
    argument: str | None = None
    equals: tuple[Equal, ...] = ()
    actions: tuple[ActionDef, ...] = ()
    when: tuple[ConditionDef, ...] = ()
    times: Estimate = Estimate(1, 1)
    by_identity: bool = True
    taken: tuple[TakenDef, ...] = ()
    reads: tuple[str, ...] = ()
    snapshot_of: int | None = None
    quiet: bool = field(default=False, metadata=PLANNED)


@dataclass(frozen=True, slots=True)
class SpreadDef:
    """What follows a step that changes a parent: the read that finds the children, the write that renews a copy."""

    step: int
    find: str
    keep: str


@dataclass(frozen=True, slots=True)
class WritePattern:
    """A write access pattern: one step, or the steps of a transaction (`transaction` true).

    `spreads` are done after it. `kept` marks one that no model declares: it renews copies (as the read does that finds
    them).
    """

    name: str
    steps: tuple[StepDef, ...]
    arguments: tuple[Argument, ...]
    rate: Rate
    transaction: bool = False
    hottest: int | None = None
    spreads: tuple[SpreadDef, ...] = field(default=(), metadata=PLANNED)
    kept: bool = field(default=False, metadata=PLANNED)
    doc: str = ""
    span: SourceSpan | None = field(default=None, compare=False)

    @property
    def batched(self) -> bool:
        """Whether one call writes many items that do not belong together."""
        return not self.transaction and any(step.times.most > 1 for step in self.steps)

    @property
    def returned(self) -> int | None:
        """The number of the step whose item a call returns: the first that takes a number, or the only update."""
        for number, step in enumerate(self.steps):
            if any(t.plus for t in step.taken):
                return number
        own = [s for s in self.steps if s.snapshot_of is None and s.kind is not StepKind.LOOK]
        alone = len(own) == 1 and (not self.transaction or len(self.steps) > 1)
        return 0 if alone and own[0].kind in {StepKind.UPDATE, StepKind.UPSERT} else None


@dataclass(frozen=True, slots=True)
class CopiedDef:
    """A kept copy: `attribute` of `entity` is `source` of the `parent` that `via` (its identity, in order) names."""

    entity: str
    attribute: str
    parent: str
    source: str
    via: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChoiceDef:
    """How children get attributes of their parent: copied, or read by a second request.

    `copied` and `joined` are what the whole layout costs a month in each way, in millionths of a US dollar; None where
    the way is not open, and `reason` says why.
    """

    entity: str
    parent: str
    attributes: tuple[str, ...]
    patterns: tuple[str, ...]
    way: Literal["copied", "joined"]
    copied: int | None
    joined: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """What the model allows, and how it is deployed."""

    table: str
    indexes: int = 20
    local_indexes: bool = True
    copies: bool = True
    multi_attribute_keys: bool = True
    billing: Literal["on_demand", "provisioned"] = "on_demand"
    region: str = "us-east-1"
    tenant: str | None = None
    deployment: Deployment = AS_DEFAULT


Pattern = ReadPattern | WritePattern


@dataclass(frozen=True, slots=True)
class Workload:
    """Everything the planner may know. `name` is the model's class in snake case; `fingerprint` names the content."""

    name: str
    title: str
    doc: str
    entities: tuple[EntityDef, ...]
    patterns: tuple[Pattern, ...]
    options: Options
    fingerprint: str = ""
    copied: tuple[CopiedDef, ...] = field(default=(), metadata=PLANNED)
    choices: tuple[ChoiceDef, ...] = field(default=(), metadata=PLANNED, compare=False)
    origin: Workload | None = field(default=None, metadata=PLANNED, compare=False, repr=False)  # as it was declared
    _entities: Mapping[str, EntityDef] = field(init=False, repr=False, compare=False)
    _reads: Mapping[str, tuple[ReadPattern, ...]] = field(init=False, repr=False, compare=False)
    _steps: Mapping[str, tuple[tuple[WritePattern, StepDef], ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index what is looked up for each entity, so that a large model takes no longer than its parts."""
        reads: dict[str, dict[str, ReadPattern]] = {}
        steps: dict[str, list[tuple[WritePattern, StepDef]]] = {}
        for pattern in self.patterns:
            if isinstance(pattern, ReadPattern):
                for name in (*(p.entity for p in pattern.parts), *(j.parent for j in pattern.joins)):
                    reads.setdefault(name, {})[pattern.name] = pattern
            else:
                for step in pattern.steps:
                    steps.setdefault(step.entity, []).append((pattern, step))
        object.__setattr__(self, "_entities", {e.name: e for e in reversed(self.entities)})
        object.__setattr__(self, "_reads", {name: tuple(found.values()) for name, found in reads.items()})
        object.__setattr__(self, "_steps", {name: tuple(found) for name, found in steps.items()})

    def entity(self, name: str) -> EntityDef:
        """The entity of that name; KeyError if there is none."""
        return self._entities[name]

    def reads_of(self, entity: str) -> tuple[ReadPattern, ...]:
        """The read patterns that return an entity, as a part or as a parent whose attributes come with the rows."""
        return self._reads.get(entity, ())

    def steps_on(self, entity: str) -> tuple[tuple[WritePattern, StepDef], ...]:
        """The steps that write an entity, each with its pattern, in the order of the model."""
        return self._steps.get(entity, ())

    @property
    def reads(self) -> tuple[ReadPattern, ...]:
        """The read patterns, in the order of the model."""
        return tuple(p for p in self.patterns if isinstance(p, ReadPattern))

    @property
    def writes(self) -> tuple[WritePattern, ...]:
        """The write patterns, in the order of the model."""
        return tuple(p for p in self.patterns if isinstance(p, WritePattern))
