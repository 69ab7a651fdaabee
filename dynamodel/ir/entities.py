"""The entities of a workload: their attributes, parents, unique sets, histories, and how many there are.

In: made by `normalize` from a spec. Rates are integers in millionths of a request per second, sizes in bytes.
"""

from __future__ import annotations

from dataclasses import field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from dynamodel.ir.values import Kind
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from dynamodel.diagnostics import SourceSpan
    from dynamodel.ir.values import ValueType


MICRO = 1_000_000
PLANNED = {"planned": True}  # of fields that follow from what the model says, or that the planner fills


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

    @property
    def starts(self) -> bool:
        """Whether the generated code gives a new item the default: no nested model, nor what is taken from another."""
        told = self.default not in (None, frozenset()) and self.type.kind is not Kind.OBJECT
        return told and not self.role and self.taken_from is None

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
    `stored` are the attributes that are part of an item: all but the virtual ones. `tenant` is the attribute that says
    whose the item is, empty where the model has no tenants or the entity is common to all.
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
    tenant: str = field(default="", compare=False)  # the model's options say it
    span: SourceSpan | None = field(default=None, compare=False)
    stored: tuple[AttributeDef, ...] = field(init=False, repr=False, compare=False)
    _named: Mapping[str, AttributeDef] = field(init=False, repr=False, compare=False)
    _roles: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index what is looked up all the time."""
        object.__setattr__(self, "stored", tuple(a for a in self.attributes if a.bucket is None))
        object.__setattr__(self, "_named", {a.name: a for a in reversed(self.attributes)})
        object.__setattr__(self, "_roles", {a.role: a.name for a in reversed(self.attributes) if a.role})

    def attribute(self, name: str) -> AttributeDef:
        """The attribute of that name; KeyError if there is none."""
        return self._named[name]

    def stored_name(self, name: str) -> str:
        """The attribute that an item stores for a name: a virtual one is computed from another. KeyError if none."""
        bucket = self.attribute(name).bucket
        return name if bucket is None else bucket.of

    def started(self, changed: Collection[str]) -> tuple[AttributeDef, ...]:
        """What an upsert that changes some attributes gives an item that it makes: the defaults of the others.

        Not of what is unique, which would have to be claimed.
        """
        apart = {*self.identity, *changed, *(name for unique in self.unique for name in unique.attributes)}
        return tuple(a for a in self.stored if a.starts and a.name not in apart)

    def with_role(self, role: str) -> str | None:
        """The name of the attribute that plays a role (`ttl`, `version`, `created`, `updated`), if any."""
        return self._roles.get(role)
