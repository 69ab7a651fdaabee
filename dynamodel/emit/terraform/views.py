"""What the files of the Terraform module print.

In: `TableView`. Out: the views of the templates; Terraform's names for what the table has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.names import snake_case
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.emit.table.capacity import Capacity
    from dynamodel.emit.table.policies import PolicyView
    from dynamodel.emit.table.view import TableView


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
    """The templates `terraform/{main,outputs,variables,versions}.tf.jinja`; `table` is their free variable."""

    table: TableView


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


def scaling_view(view: TableView) -> ScalingModuleView:
    """The auto scaling of a provisioned table."""
    labelled = (
        LabelledScaling(snake_case(s.logical_id), s.resource, s.dimension, s.metric, s.capacity) for s in view.scaling
    )
    return ScalingModuleView(view.header, tuple(labelled))
