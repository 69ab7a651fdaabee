"""What the files of the Terraform module print.

In: `TableView`. Out: the views of the templates; Terraform's names for what the table has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.table.alarms import alarm_views
from dynamodel.ir.names import snake_case
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamodel.emit.table.alarms import AlarmView
    from dynamodel.emit.table.cache import CacheView
    from dynamodel.emit.table.capacity import Capacity
    from dynamodel.emit.table.policies import PolicyView
    from dynamodel.emit.table.view import TableView
    from dynamodel.ir.deployment import Alarms, Tags
    from dynamodel.ir.plan import Plan


@dataclass(frozen=True, slots=True)
class LabelledScaling:
    """Auto scaling of one dimension of one place, with the label of its resources."""

    label: str
    resource: str
    dimension: str
    metric: str
    capacity: Capacity


@dataclass(frozen=True, slots=True)
class ModuleView:
    """The templates `terraform/{outputs,variables,versions}.tf.jinja`; `table` is their free variable."""

    table: TableView


@dataclass(frozen=True, slots=True)
class MainView:
    """The template `terraform/main.tf.jinja`; `replica_tags` are all tags of each replica, by its Region."""

    table: TableView
    replica_tags: Mapping[str, Tags]


@dataclass(frozen=True, slots=True)
class CacheModuleView:
    """The template `terraform/cache.tf.jinja`."""

    table: TableView
    cache: CacheView


@dataclass(frozen=True, slots=True)
class LabelledAlarm:
    """An alarm with the label of its resource."""

    label: str
    view: AlarmView


@dataclass(frozen=True, slots=True)
class AlarmsModuleView:
    """The template `terraform/alarms.tf.jinja`."""

    header: str
    alarms: tuple[LabelledAlarm, ...]


@dataclass(frozen=True, slots=True)
class ScalingModuleView:
    """The template `terraform/scaling.tf.jinja`; the fields are its free variables."""

    header: str
    scaling: tuple[LabelledScaling, ...]


@dataclass(frozen=True, slots=True)
class PoliciesModuleView:
    """The template `terraform/policies.tf.jinja`; the fields are its free variables."""

    header: str
    policies: tuple[PolicyView, ...]
    replicated: bool


def main_view(view: TableView) -> MainView:
    """The table; a replica has the table's tags and its own."""
    replicas = view.settings.replicas
    return MainView(view, {r.region: tuple(sorted((dict(view.tags) | dict(r.tags)).items())) for r in replicas})


def alarms_view(plan: Plan, view: TableView, alarms: Alarms) -> AlarmsModuleView:
    """The alarms of a deployment."""
    made = alarm_views(plan, view, alarms)
    return AlarmsModuleView(view.header, tuple(LabelledAlarm(snake_case(a.logical_id), a) for a in made))


def scaling_view(view: TableView) -> ScalingModuleView:
    """The auto scaling of a provisioned table."""
    labelled = (
        LabelledScaling(snake_case(s.logical_id), s.resource, s.dimension, s.metric, s.capacity) for s in view.scaling
    )
    return ScalingModuleView(view.header, tuple(labelled))
