"""Updates of a parent's attribute of which children store a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dynamodel.catalog import finding
from dynamodel.dynamo.capacity import write_units
from dynamodel.dynamo.footprint import attribute_bytes
from dynamodel.ir.entities import MICRO
from dynamodel.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.entities import AttributeDef, EntityDef
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import StepDef


class StaleCopies(Rule):
    """Copies of a parent's attribute that no write keeps.

    What it checks: attributes with `copy_of` whose original a declared update changes without writing the children in
    the same transaction.

    Why: the children keep the old value. Bringing them up to date takes a write for each child, of which there may be
    more than a transaction holds; an attribute that never changes costs nothing to copy.

    Bad:
        line_date: datetime = attr(copy_of=Order.date)
        move = Update(Order, set=Order.date)

    Good:
        date: datetime = attr(immutable=True)
        line_date: datetime = attr(copy_of=Order.date)
    """

    code: ClassVar[str] = "DM433"

    def check(self, workload: Workload, plan: Plan | None) -> Iterator[Diagnostic]:
        """One finding for each copied attribute and each write that changes its original."""
        del plan
        copied = [(e, a) for e in workload.entities for a in e.stored if a.copy_of and not a.kept]
        for child, attribute in copied:
            assert attribute.copy_of is not None
            parent, name = attribute.copy_of
            for pattern, step in workload.steps_on(parent):
                changes = any(a.attribute == name for a in step.actions)
                kept = any(s.entity == child.name and _sets(s, attribute) for s in pattern.steps)
                if changes and not kept:
                    yield finding(
                        self.code,
                        f"`{pattern.name}` changes `{parent}.{name}` and leaves its copy `{child.name}."
                        f"{attribute.name}`: {_fan_out(child, parent, pattern.rate.average)}",
                        span=pattern.span,
                        path=(workload.title, pattern.name),
                        hint=f"leave it out and return `{parent}.{name}` with the children (`returns=`): then it is "
                        "copied and kept, or read from the parent, whichever is cheaper",
                    )


def _sets(step: StepDef, attribute: AttributeDef) -> bool:
    return step.kind in {"create", "put"} or any(a.attribute == attribute.name for a in step.actions)


def _fan_out(child: EntityDef, parent: str, rate: int) -> str:
    """What it would take to write every child, on average."""
    count = next((p.children.average for p in child.parents if p.entity == parent), child.count.average)
    units = count * write_units(attribute_bytes(child))
    return (
        f"{count:,} items of one `{parent}` on average, {units // MICRO:,} write units a change, "
        f"{units * rate / MICRO / MICRO:,.1f} a second"
    )
