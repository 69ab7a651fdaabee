"""What the construct prints: CDK's names for what the table has.

In: workload, plan and the table's view. Out: `ConstructView`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dynamodel.emit.filters import docstring
from dynamodel.emit.table.alarms import alarm_views
from dynamodel.emit.table.cache import cache_view
from dynamodel.emit.table.policies import policies
from dynamodel.emit.table.request import vector_indexes
from dynamodel.ir.names import class_name
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.emit.table.alarms import AlarmView
    from dynamodel.emit.table.cache import CacheView
    from dynamodel.emit.table.policies import PolicyView
    from dynamodel.emit.table.view import IndexView, KeyView, TableView
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

_TYPES = {"S": "STRING", "N": "NUMBER", "B": "BINARY"}


@dataclass(frozen=True, slots=True)
class AttributeText:
    """A key attribute: its name, and the member of `AttributeType`."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class IndexText:
    """An index with its keys apart, as the construct wants them."""

    index: IndexView
    partition: tuple[AttributeText, ...]
    sort: tuple[AttributeText, ...]


@dataclass(frozen=True, slots=True)
class ConstructView:
    """The template `cdk/table.py.jinja`; the fields are its free variables.

    `model` is the value of the tag of that name. Resource policies and `vectors` are written as JSON; `parses` says
    whether there is any.
    """

    table: TableView
    model: str
    class_name: str
    summary: str
    partition: AttributeText
    sort: AttributeText | None
    gsis: tuple[IndexText, ...]
    lsis: tuple[IndexText, ...]
    policies: tuple[PolicyView, ...]
    parses: bool
    vectors: tuple[str, ...]
    alarms: tuple[AlarmView, ...]
    cache: CacheView | None


def construct_view(workload: Workload, plan: Plan, view: TableView) -> ConstructView:
    """The construct of a table."""
    types, chosen = dict(view.attributes), view.settings
    base = _split(view.keys, types)
    return ConstructView(
        table=view,
        model=workload.name,
        class_name=f"{class_name(workload.title)}Table",
        summary=docstring(view.description),
        partition=base[0][0],
        sort=base[1][0] if base[1] else None,
        gsis=tuple(IndexText(index, *_split(index.keys, types)) for index in view.gsis),
        lsis=tuple(IndexText(index, *_split(index.keys, types)) for index in view.lsis),
        policies=policies(workload, plan),
        parses=bool(view.settings.policy or view.vectors or any(r.policy for r in view.settings.replicas)),
        alarms=alarm_views(plan, view, chosen.alarms) if chosen.alarms else (),
        cache=cache_view(plan, chosen.cache) if chosen.cache else None,
        vectors=tuple(json.dumps(index) for index in vector_indexes(view)),
    )


def _split(
    keys: tuple[KeyView, ...], types: dict[str, str]
) -> tuple[tuple[AttributeText, ...], tuple[AttributeText, ...]]:
    made = [(key.type, AttributeText(key.name, _TYPES[types[key.name]])) for key in keys]
    return tuple(a for kind, a in made if kind == "HASH"), tuple(a for kind, a in made if kind == "RANGE")
