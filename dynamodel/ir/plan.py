"""The plan: the physical design and how each access pattern runs on it.

In: made by `planner`. Out: read by report, emit and verify, and written as `plan.json` by `ir.codec`. It is complete:
with the workload beside it nothing has to be decided again. Frozen, standard library only.

Units are integers in millionths of a capacity unit (`MICRO` = 1 RCU or WCU), money in millionths of a US dollar.
"""

from __future__ import annotations

from enum import StrEnum
from math import prod
from typing import TYPE_CHECKING, Literal

from dynamodel.ir.deployment import AS_DEFAULT, Deployment
from dynamodel.ir.keys import ShardToken, Template
from dynamodel.ir.proof import Units
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.keys import BoundToken, KeyField, SortCondition
    from dynamodel.ir.proof import CostDesign, Proof
    from dynamodel.ir.reads import ConditionDef, Distance
    from dynamodel.ir.values import Source
    from dynamodel.ir.workload import ChoiceDef, CopiedDef

BASE = "base"  # the place of the base table; every other place is an index name
COPY_TYPE = "COPY~"  # in the type attribute of copies: no entity has this tag


@dataclass(frozen=True, slots=True)
class KeyAttribute:
    """A key attribute of the table or an index: name and DynamoDB type."""

    name: str
    type: Literal["S", "N", "B"] = "S"


@dataclass(frozen=True, slots=True)
class Projection:
    """What an index entry carries besides keys; `attributes` only with INCLUDE, sorted."""

    type: Literal["ALL", "KEYS_ONLY", "INCLUDE"]
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexDesign:
    """A GSI or LSI; `natural` when its key attributes are attributes of the entities it holds.

    Where these are several, or nothing else is in the partition, its first attribute is the table's type attribute.
    """

    name: str
    kind: Literal["gsi", "lsi"]
    partition: tuple[KeyAttribute, ...]
    sort: tuple[KeyAttribute, ...]
    projection: Projection
    entities: tuple[str, ...]
    patterns: tuple[str, ...]
    natural: bool = False


@dataclass(frozen=True, slots=True)
class VectorDesign:
    """A vector index: the items that have the vector `attribute`, compared by `distance`.

    `partition` is an attribute that every search gives, None where they have none in common; items without it are not
    in the index. `filters` are the attributes that a search may fix, the type attribute first: entities with a vector
    of the same name share the index. The projection names what is carried besides the table's key, the vector,
    `partition` and `filters`.
    """

    name: str
    attribute: str
    dimensions: int
    distance: Distance
    partition: KeyAttribute | None
    filters: tuple[KeyAttribute, ...]
    projection: Projection
    entities: tuple[str, ...]
    patterns: tuple[str, ...]

    @property
    def schema(self) -> tuple[KeyAttribute, ...]:
        """The attributes that a search may fix, the partition first."""
        return (*([self.partition] if self.partition else []), *self.filters)

    def carries(self, attribute: str) -> bool:
        """Whether entries of the index have an attribute of the item."""
        if self.projection.type == "ALL" or attribute in self.projection.attributes:
            return True
        return attribute == self.attribute or any(key.name == attribute for key in self.schema)


@dataclass(frozen=True, slots=True)
class TableDesign:
    """The table; `type_attribute` holds the entity's tag on every item, and `UNIQ` on guards."""

    name: str
    partition: KeyAttribute
    sort: KeyAttribute
    indexes: tuple[IndexDesign, ...]
    type_attribute: str
    ttl_attribute: str | None
    billing: Literal["on_demand", "provisioned"]
    vectors: tuple[VectorDesign, ...] = ()

    @property
    def gsis(self) -> tuple[IndexDesign, ...]:
        """The global secondary indexes, in order."""
        return tuple(i for i in self.indexes if i.kind == "gsi")

    @property
    def lsis(self) -> tuple[IndexDesign, ...]:
        """The local secondary indexes, in order."""
        return tuple(i for i in self.indexes if i.kind == "lsi")

    @property
    def key_names(self) -> frozenset[str]:
        """The names of all key attributes, of the table and of its indexes."""
        indexed = (k.name for index in self.indexes for k in (*index.partition, *index.sort))
        return frozenset((self.partition.name, self.sort.name, *indexed))

    def index(self, name: str) -> IndexDesign:
        """The index of that name; KeyError if there is none."""
        for index in self.indexes:
            if index.name == name:
                return index
        raise KeyError(name)

    def vector(self, name: str | None) -> VectorDesign | None:
        """The vector index of that name, None if there is none."""
        return next((v for v in self.vectors if v.name == name), None)


@dataclass(frozen=True, slots=True)
class KeyDesign:
    """The key of one entity in one place (`BASE` or an index name).

    The item has these key attributes if and only if every condition of `when` holds and no component with
    `Absent.SPARSE` is absent. For an LSI `partition` is empty: it is the base table's.
    """

    place: str
    partition: tuple[KeyField, ...]
    sort: tuple[KeyField, ...]
    when: tuple[ConditionDef, ...] = ()

    @property
    def fields(self) -> tuple[KeyField, ...]:
        """All key attributes, partition first."""
        return self.partition + self.sort

    @property
    def shards(self) -> int:
        """Over how many shards the partitions are spread; 1 for most."""
        tokens = [t for f in self.partition if isinstance(f.value, Template) for t in f.value.tokens]
        return prod(t.count for t in tokens if isinstance(t, ShardToken))


@dataclass(frozen=True, slots=True)
class GuardDesign:
    """A guard item that keeps a set of attributes unique: key `UNIQ#<namespace>#<values>#` in both key attributes.

    `partition` and `sort` are its base key; the item also holds the type attribute (`UNIQ`), `owner` (a map of the
    owner's tag, under the type attribute's name, and its identity) and the entity's TTL. With None in the set there is
    no guard. `carries` are attributes of the entity that it holds too, so that it answers a read by the unique set.
    """

    namespace: str
    attributes: tuple[str, ...]
    partition: KeyField
    sort: KeyField
    carries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CopyDesign:
    """A second item with attributes of the entity under another key, written in the same transaction: `COPY1`.

    Only items that meet all conditions of `when` have one. `attributes` are those of its key, the identity among them,
    and of its conditions; without one of its key an item has no copy. The copy holds the type attribute (`COPY~`) and
    what it `carries`, the entity's TTL included.
    """

    place: str
    attributes: tuple[str, ...]
    partition: KeyField
    sort: KeyField
    carries: tuple[str, ...]
    when: tuple[ConditionDef, ...] = ()

    @property
    def key(self) -> KeyDesign:
        """Its key in the table, which the items that meet `when` have."""
        return KeyDesign(self.place, (self.partition,), (self.sort,), self.when)


@dataclass(frozen=True, slots=True)
class EntityDesign:
    """How the items of one entity are written: tag, base key, index keys, guards, copies."""

    entity: str
    tag: str
    base: KeyDesign
    indexes: tuple[KeyDesign, ...] = ()
    guards: tuple[GuardDesign, ...] = ()
    copies: tuple[CopyDesign, ...] = ()

    def key(self, place: str) -> KeyDesign | None:
        """The entity's key in a place, None if it has none there."""
        return next((k for k in (self.base, *self.indexes) if k.place == place), None)

    @property
    def beside(self) -> tuple[GuardDesign | CopyDesign, ...]:
        """The items that are kept beside an item of the entity, guards first."""
        return (*self.guards, *self.copies)

    def beside_place(self, place: str) -> GuardDesign | CopyDesign | None:
        """The guard or copy of that name: `GUARD1` is the first guard."""
        named = {f"GUARD{n}": guard for n, guard in enumerate(self.guards, 1)}
        return named.get(place) or next((c for c in self.copies if c.place == place), None)

    def beside_key(self, place: str) -> KeyDesign | None:
        """The key of the guard or copy of that name, None if there is none."""
        beside = self.beside_place(place)
        if isinstance(beside, GuardDesign):
            return KeyDesign(place, (beside.partition,), (beside.sort,))
        return beside.key if beside is not None else None


class Operation(StrEnum):
    """The DynamoDB operation of a request."""

    GET_ITEM = "GetItem"
    BATCH_GET_ITEM = "BatchGetItem"
    TRANSACT_GET_ITEMS = "TransactGetItems"
    QUERY = "Query"
    SCAN = "Scan"
    SEARCH_VECTORS = "SearchVectors"
    PUT_ITEM = "PutItem"
    UPDATE_ITEM = "UpdateItem"
    DELETE_ITEM = "DeleteItem"
    BATCH_WRITE_ITEM = "BatchWriteItem"
    TRANSACT_WRITE_ITEMS = "TransactWriteItems"


PAGED = frozenset({Operation.QUERY, Operation.SCAN})  # what the service answers page by page


@dataclass(frozen=True, slots=True)
class BoundKey:
    """A key attribute's value in a request: bound tokens of a template, or (natural) one source."""

    name: str
    tokens: tuple[BoundToken, ...] = ()
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class ResidualFilter:
    """A condition that the key does not express: filtered by DynamoDB (`server`) or by the generated code."""

    part: int
    condition: ConditionDef
    server: bool


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """One request of a read.

    GET_ITEM has `partition` and `sort_key`, QUERY has `partition` and `sort` (None = whole partition), a BATCH_GET_ITEM
    takes its keys from the BatchGet's argument or, with `hydrate` set, from the rows of the request with that number.
    SEARCH_VECTORS has in `partition` every attribute that it fixes by value, `page` is how many neighbors it asks for.
    TRANSACT_GET_ITEMS has one `ReadRequest` a part, which share the operation and count as one request.
    `parts` are indices into the pattern's parts: whose items this request returns, told apart by the type attribute.
    `joins` are indices into the pattern's joins: a BATCH_GET_ITEM that fetches parents.
    `page` is the Limit of one page (of all parts together), None without. `forward` is ScanIndexForward.
    `constant_rows` says how many of a limited page are single parts (the root), for the exact limit of a collection.
    `sort_after`: the key does not give the order that the parts declare; they are read to the end and sorted then.
    `shards` > 1: the request is repeated for each shard and merged in order.
    `beside` names the guard or copy that is read instead of the item (`GUARD1`, `COPY1`); the owner of a guard that
    carries nothing names the item that a BATCH_GET_ITEM with `hydrate` then reads.
    """

    operation: Operation
    index: str | None
    parts: tuple[int, ...]
    partition: tuple[BoundKey, ...] = ()
    sort_key: tuple[BoundKey, ...] = ()
    sort: SortCondition | None = None
    forward: bool = True
    page: int | None = None
    constant_rows: int = 0
    filters: tuple[ResidualFilter, ...] = ()
    consistent: bool = False
    shards: int = 1
    hydrate: int | None = None
    joins: tuple[int, ...] = ()
    sort_after: bool = False
    why: str = ""
    beside: str = ""


class KeyAction(StrEnum):
    """What an update does to one key attribute."""

    SET = "set"  # recompute from known values
    REMOVE = "remove"  # the item leaves the index
    SET_OR_REMOVE = "set_or_remove"  # by the values after the update: set when the key exists then, else remove
    REMOVE_UNLESS = "remove_unless"  # the key existed before: remove it when its condition fails now, else leave it


@dataclass(frozen=True, slots=True)
class KeyChange:
    """One key attribute that an update must change."""

    place: str
    name: str
    action: KeyAction


@dataclass(frozen=True, slots=True)
class StepDesign:
    """How one step of a write runs.

    `read_first` lists the attributes that are read (strongly, by base key) before an update because a key, a guard or
    a sparse condition depends on them; the update is then conditional on each of them being unchanged. Empty: the
    step is sent as it is. `guards` are indices into the entity's guards and copies (`beside`) that the step writes,
    moves or removes; `refreshed` are those whose carried attributes it changes in place. `read_back`: the item is read
    (strongly, by base key) after the write, because the call returns it and a transaction returns no items.
    """

    operation: Operation
    changes: tuple[KeyChange, ...] = ()
    read_first: tuple[str, ...] = ()
    guards: tuple[int, ...] = ()
    refreshed: tuple[int, ...] = ()
    read_back: bool = False

    @property
    def looks(self) -> int:
        """How often a call reads the item itself, beside what it writes."""
        return bool(self.read_first) + self.read_back


Status = Literal["served", "degraded", "unserved"]


@dataclass(frozen=True, slots=True)
class PatternDesign:
    """How one access pattern runs.

    `status`: served as declared; degraded when it needs more requests or reads more than the declaration suggests
    (`reason` says why); unserved when no layout within the limits can answer it.
    `request_count` counts requests of one call on the first page, with as many rows as there are on average: 100 keys
    go into one batch of reads, 25 items into one of writes. Reads have `reads`; writes have `steps` (one for each of
    the workload's pattern) and, when what they write is found first (a delete by something else), `reads`.
    `write_operation` is the operation that carries the steps. `peak_*` are units per second at the peak rate.
    """

    name: str
    status: Status
    request_count: int
    reads: tuple[ReadRequest, ...] = ()
    steps: tuple[StepDesign, ...] = ()
    write_operation: Operation | None = None
    reason: str = ""
    units: Units = Units()
    monthly_micro_usd: int = 0
    peak_read: int = 0
    peak_write: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole answer of the planner.

    `assumptions` name the defaults that mattered. `copied` are the parents' attributes that children hold, `choices`
    why (or why not). `deployment` is the workload's: emitters need only the plan.
    """

    model: str
    fingerprint: str
    table: TableDesign
    entities: tuple[EntityDesign, ...]
    patterns: tuple[PatternDesign, ...]
    cost: CostDesign
    proof: Proof
    findings: tuple[Diagnostic, ...] = ()
    assumptions: tuple[str, ...] = ()
    copied: tuple[CopiedDef, ...] = ()
    choices: tuple[ChoiceDef, ...] = ()
    deployment: Deployment = AS_DEFAULT

    def entity(self, name: str) -> EntityDesign:
        """The design of the entity of that name; KeyError if there is none."""
        for entity in self.entities:
            if entity.entity == name:
                return entity
        raise KeyError(name)

    def pattern(self, name: str) -> PatternDesign:
        """The design of the pattern of that name; KeyError if there is none."""
        for pattern in self.patterns:
            if pattern.name == name:
                return pattern
        raise KeyError(name)
