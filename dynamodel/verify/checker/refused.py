"""What a rule raises, and the schema of a table as rules see it."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


class RequestRefused(Exception):  # noqa: N818 - what happened to the request
    """The service would refuse this request; `rule` says why in a few words."""

    def __init__(self, operation: str, rule: str) -> None:
        """Name the operation and the rule that it breaks."""
        super().__init__(f"{operation}: {rule}")
        self.operation = operation
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Keys:
    """The key attributes of a table or an index, partition and sort, and what an index projects (None: everything)."""

    partition: tuple[str, ...]
    sort: tuple[str, ...]
    projected: frozenset[str] | None = None
    is_global: bool = False
    is_local: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """All key attributes, partition first."""
        return self.partition + self.sort


@dataclass(frozen=True, slots=True)
class VectorKeys:
    """A vector index: its vector, the attributes that a search must and may fix, what it carries (None: everything)."""

    attribute: str
    dimensions: int
    partition: tuple[str, ...]
    filters: tuple[str, ...]
    projected: frozenset[str] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All attributes that a search may fix, the partition first."""
        return self.partition + self.filters


@dataclass(frozen=True, slots=True)
class Schema:
    """A table's keys (`places[None]`), its indexes' keys by name, the type of each key attribute, vector indexes."""

    places: Mapping[str | None, Keys]
    types: Mapping[str, str] = field(default_factory=dict)
    vectors: Mapping[str, VectorKeys] = field(default_factory=dict)

    @property
    def base(self) -> Keys:
        """The keys of the table itself."""
        return self.places[None]


def schema_of(description: Mapping[str, Any]) -> Schema:
    """The schema in a CreateTable request or a DescribeTable answer."""
    base = _keys(description["KeySchema"])
    places: dict[str | None, Keys] = {None: base}
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        for index in description.get(kind) or ():
            keys = _keys(index["KeySchema"])
            projection = index.get("Projection", {})
            projected = None
            if projection.get("ProjectionType") != "ALL":
                projected = frozenset((*keys.names, *base.names, *projection.get("NonKeyAttributes", ())))
            places[index["IndexName"]] = Keys(
                keys.partition, keys.sort, projected, kind.startswith("Global"), kind.startswith("Local")
            )
    types = {d["AttributeName"]: d["AttributeType"] for d in description["AttributeDefinitions"]}
    vectors = {i["IndexName"]: _vector_keys(i, base) for i in description.get("VectorIndexes") or ()}
    return Schema(places, types, vectors)


def _vector_keys(index: Mapping[str, Any], base: Keys) -> VectorKeys:
    def of(kind: str) -> tuple[str, ...]:
        elements = index.get("SearchSchema") or ()
        return tuple(e["AttributeName"] for e in elements if e["SearchSchemaElementType"] == kind)

    attribute, projection = index["VectorAttribute"]["AttributeName"], index.get("Projection", {})
    projected = None
    if projection.get("ProjectionType") != "ALL":
        own = (attribute, *of("HASH"), *of("INLINE_FILTER"), *base.names)
        projected = frozenset((*own, *projection.get("NonKeyAttributes", ())))
    return VectorKeys(attribute, index["Dimensions"], of("HASH"), of("INLINE_FILTER"), projected)


def _keys(elements: list[Mapping[str, str]]) -> Keys:
    def of(kind: str) -> tuple[str, ...]:
        return tuple(e["AttributeName"] for e in elements if e["KeyType"] == kind)

    return Keys(of("HASH"), of("RANGE"))
