"""Which attributes share values, and how the access patterns use each attribute.

In: a workload. Out: for every stored attribute its domain (attributes that one argument feeds, or that name a parent,
belong together, so that what a pattern links really meets in the data), the constants it is compared with, and whether
patterns select, order or only return it.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from dynamodel.ir.reads import PartDef, ReadPattern
from dynamodel.ir.values import Constant, FromEntity, Given
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.ir.reads import ConditionDef
    from dynamodel.ir.values import Source
    from dynamodel.ir.workload import Pattern, Workload
    from dynamodel.ir.writes import StepDef

Name = tuple[str, str]  # (entity, attribute)


@dataclass(slots=True)
class Uses:
    """How patterns use one attribute: selected by an equality, in a range or an order, the constants beside it."""

    selected: bool = False
    ordered: bool = False
    constants: list[object] = field(default_factory=list)


@dataclass(slots=True)
class Domains:
    """The result: `root` names the domain of an attribute, `uses` says how it is used."""

    root: dict[Name, Name]
    uses: dict[Name, Uses]

    def members(self, name: Name) -> list[Name]:
        """All attributes of the domain that an attribute belongs to, in the order of the model."""
        return [other for other in self.root if self.root[other] == self.root[name]]


def domains(workload: Workload) -> Domains:
    """Link and classify the stored attributes of a workload."""
    names = [(e.name, a.name) for e in workload.entities for a in e.stored]
    result = Domains({n: n for n in names}, {n: Uses() for n in names})
    for entity in workload.entities:
        for parent in entity.parents:
            for via, theirs in zip(parent.via, workload.entity(parent.entity).identity, strict=True):
                _link(workload, result, (entity.name, via), (parent.entity, theirs))
    for copy in workload.copied:  # the children are found by what their parents hold
        _link(workload, result, (copy.entity, copy.attribute), (copy.parent, copy.source))
    for pattern in workload.patterns:
        fed: dict[str, Name] = {}
        keys = {a.name for a in pattern.arguments if a.keys}  # a list of identities links nothing
        for name, source in _equalities(workload, pattern, result):
            if isinstance(source, Given) and source.argument in keys:
                continue
            if isinstance(source, FromEntity):
                owner = next(a.entity for a in pattern.arguments if a.name == source.argument)
                _link(workload, result, name, (owner or "", source.attribute))
            elif isinstance(source, Given):
                _link(workload, result, name, fed.setdefault(source.argument, name))
    for copy in workload.copied:
        held, of = result.uses[(copy.entity, copy.attribute)], result.uses[(copy.parent, copy.source)]
        of.selected, of.ordered = of.selected or held.selected, of.ordered or held.ordered
    return result


def _link(workload: Workload, result: Domains, left: Name, right: Name) -> None:
    left, right = (_stored_name(workload, n) for n in (left, right))
    kinds = [workload.entity(e).attribute(a).type.kind for e, a in (left, right)]
    if kinds[0] is not kinds[1]:  # a bucket's text and its time: linked by computing, not by equal values
        return
    keep, drop = result.root[right], result.root[left]
    for name, root in result.root.items():
        if root == drop:
            result.root[name] = keep


def _stored_name(workload: Workload, name: Name) -> Name:
    return name[0], workload.entity(name[0]).stored_name(name[1])


def _equalities(workload: Workload, pattern: Pattern, result: Domains) -> Iterator[tuple[Name, Source]]:
    """Every equality of a pattern; notes on the way what is compared with constants and what is ordered."""
    holders: tuple[PartDef | StepDef, ...] = pattern.parts if isinstance(pattern, ReadPattern) else pattern.steps
    for holder in holders:
        for equal in holder.equals:
            yield _noted(workload, result, holder.entity, equal.attribute, equal.source), equal.source
        conditions = (*holder.where, *holder.filter) if isinstance(holder, PartDef) else holder.when
        for condition in conditions:
            _note(workload, result, holder.entity, condition)
        if isinstance(holder, PartDef):
            _note_order(workload, result, holder)
        else:
            for action in holder.actions:
                if isinstance(action.source, Constant):
                    result.uses[(holder.entity, action.attribute)].constants.append(action.source.value)
    for join in pattern.joins if isinstance(pattern, ReadPattern) else ():
        for via, theirs in zip(join.via, workload.entity(join.parent).identity, strict=True):
            _link(workload, result, (holders[0].entity, via), (join.parent, theirs))


def _note_order(workload: Workload, result: Domains, part: PartDef) -> None:
    for attribute in [t.attribute for t in part.order] + ([part.range.attribute] if part.range else []):
        result.uses[_stored_name(workload, (part.entity, attribute))].ordered = True


def _noted(workload: Workload, result: Domains, entity: str, attribute: str, source: Source) -> Name:
    name = _stored_name(workload, (entity, attribute))
    result.uses[name].selected = True
    if isinstance(source, Constant):
        result.uses[name].constants.append(source.value)
    return name


def _note(workload: Workload, result: Domains, entity: str, condition: ConditionDef) -> None:
    for inner in condition.any_of:
        _note(workload, result, entity, inner)
    if condition.attribute:
        uses = result.uses[_stored_name(workload, (entity, condition.attribute))]
        uses.constants += [o.value for o in condition.operands if isinstance(o, Constant)]
