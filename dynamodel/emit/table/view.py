"""The table of a plan in neutral words: every decision made, nothing of how a target writes it.

In: workload and plan. Out: `TableView`, from which the views of CloudFormation, Terraform and the others are made. The
text for people (which patterns an index serves) is made here too.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from dynamodel.emit.filters import comment
from dynamodel.emit.header import header
from dynamodel.emit.table.capacity import capacities
from dynamodel.ir.names import class_name
from dynamodel.ir.plan import BASE
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.emit.table.capacity import Capacity, PlaceCapacity
    from dynamodel.ir.deployment import Deployment
    from dynamodel.ir.plan import IndexDesign, KeyAttribute, Plan, VectorDesign
    from dynamodel.ir.workload import Workload

_COMMENT_WIDTH = 100  # of the text behind the `#`


@dataclass(frozen=True, slots=True)
class KeyView:
    """One element of a key schema; `type` is HASH or RANGE."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class IndexView:
    """An index; `notes` are comment lines; `capacity` belongs to a global index of a provisioned table."""

    name: str
    notes: tuple[str, ...]
    keys: tuple[KeyView, ...]
    projection: str
    projected: tuple[str, ...]
    capacity: PlaceCapacity | None = None


@dataclass(frozen=True, slots=True)
class VectorView:
    """A vector index; the types of `keys` are HASH and INLINE_FILTER, `distance` is in the service's words."""

    name: str
    notes: tuple[str, ...]
    attribute: str
    dimensions: int
    distance: str
    keys: tuple[KeyView, ...]
    projection: str
    projected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScalingView:
    """Auto scaling of one dimension of one place; `resource` is behind `table/<name>`: empty or `/index/<name>`."""

    logical_id: str
    resource: str
    dimension: str
    metric: str
    capacity: Capacity


@dataclass(frozen=True, slots=True)
class TableView:
    """The table of a plan.

    `attributes` are the key attributes and those that vector searches fix, with their types, sorted. `ttl` is ""
    without time to live. `capacity` is None for an on-demand table, and `scaling` is empty then.
    `environment_tag` is off when the model sets that tag itself.
    """

    header: str
    description: str
    default_name: str
    notes: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]
    keys: tuple[KeyView, ...]
    gsis: tuple[IndexView, ...]
    lsis: tuple[IndexView, ...]
    capacity: PlaceCapacity | None
    scaling: tuple[ScalingView, ...]
    ttl: str
    tags: tuple[tuple[str, str], ...]
    environment_tag: bool
    settings: Deployment
    vectors: tuple[VectorView, ...] = ()


def table_view(workload: Workload, plan: Plan) -> TableView:
    """The view of a plan's table."""
    table, chosen = plan.table, plan.deployment
    by_place = capacities(workload, plan, chosen.utilization) if table.billing == "provisioned" else {}
    keys = {a for index in table.indexes for a in index.partition + index.sort} | {table.partition, table.sort}
    keys |= {a for vector in table.vectors for a in vector.schema}
    tags = {"Model": workload.name, **dict(chosen.tags)}
    return TableView(
        header=header(plan),
        description=_description(workload),
        default_name=table.name,
        notes=_notes("Serves", _base_patterns(plan)),
        attributes=tuple(sorted((a.name, a.type) for a in keys)),
        keys=_keys((table.partition,), (table.sort,)),
        gsis=tuple(_index(index, by_place.get(index.name)) for index in table.gsis),
        lsis=tuple(_index(index, None) for index in table.lsis),
        capacity=by_place.get(BASE),
        scaling=_scaling(by_place),
        ttl=table.ttl_attribute or "",
        tags=tuple(sorted(tags.items())),
        environment_tag="Environment" not in tags,
        settings=chosen,
        vectors=tuple(_vector(index) for index in table.vectors),
    )


def _description(workload: Workload) -> str:
    """The model's first line; CloudFormation refuses more than 1,024 bytes."""
    first = comment(workload.doc.strip().split("\n\n")[0]) if workload.doc.strip() else ""
    text = f"{workload.title}: {first}" if first else f"The table of {workload.title}"
    text = text.replace("${", "{")  # would look like a variable that lacks its Sub
    return text.encode()[:1024].decode(errors="ignore")


def _base_patterns(plan: Plan) -> tuple[str, ...]:
    """The patterns that read or write the table itself: those with a request without an index, or a step."""
    return tuple(p.name for p in plan.patterns if p.steps or any(r.index is None for r in p.reads))


def _keys(partition: tuple[KeyAttribute, ...], sort: tuple[KeyAttribute, ...]) -> tuple[KeyView, ...]:
    return tuple(KeyView(a.name, "HASH") for a in partition) + tuple(KeyView(a.name, "RANGE") for a in sort)


def _index(index: IndexDesign, capacity: PlaceCapacity | None) -> IndexView:
    return IndexView(
        name=index.name,
        notes=_notes("Holds", index.entities) + _notes("Serves", index.patterns),
        keys=_keys(index.partition, index.sort),
        projection=index.projection.type,
        projected=index.projection.attributes,
        capacity=capacity,
    )


def _vector(index: VectorDesign) -> VectorView:
    parts = [KeyView(index.partition.name, "HASH")] if index.partition else []
    return VectorView(
        name=index.name,
        notes=_notes("Holds", index.entities) + _notes("Serves", index.patterns),
        attribute=index.attribute,
        dimensions=index.dimensions,
        distance=index.distance.upper(),
        keys=(*parts, *(KeyView(a.name, "INLINE_FILTER") for a in index.filters)),
        projection=index.projection.type,
        projected=index.projection.attributes,
    )


def _notes(word: str, names: tuple[str, ...]) -> tuple[str, ...]:
    text = f"{word} {', '.join(comment(name) for name in names)}." if names else ""
    return tuple(textwrap.wrap(text, _COMMENT_WIDTH, break_on_hyphens=False))


def logical_id(number: int, index: str) -> str:
    """`Table`, or the index's name behind a number: names may differ in punctuation only."""
    return f"Index{number}{class_name(index).replace('_', '')}" if index else "Table"


def _scaling(by_place: dict[str, PlaceCapacity]) -> tuple[ScalingView, ...]:
    views = []
    for number, (place, capacity) in enumerate(by_place.items()):
        owner = logical_id(number, "" if place == BASE else place)
        resource, kind = ("", "table") if place == BASE else (f"/index/{place}", "index")
        for word, limits in (("Read", capacity.read), ("Write", capacity.write)):
            dimension = f"dynamodb:{kind}:{word}CapacityUnits"
            metric = f"DynamoDB{word}CapacityUtilization"
            views.append(ScalingView(f"{owner}{word}", resource, dimension, metric, limits))
    return tuple(views)
