"""The best plan on keys that somebody else chose, against the plan: what it takes more, or which rule it breaks.

In: a workload, its plan, the keys wanted. Out: `Forced`. Nothing of the search is used; `explain.placing` makes the
plan, and the judge (`planner.check`) says which rules are broken.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.diagnostics import Severity
from dynamodel.explain.delta import Delta, compare
from dynamodel.explain.keys import refusal, signature_of
from dynamodel.explain.layout_file import WantedKey
from dynamodel.explain.placing import plan_on
from dynamodel.ir.keys import KeyField, NaturalKey, Template, TypeKey
from dynamodel.ir.plan import BASE, EntityDesign
from dynamodel.ir.proof import Proof
from dynamodel.planner.check import check
from dynamodel.planner.layout import guard_design, key_design, physical_names
from dynamodel.planner.natural import mark
from dynamodel.planner.needs import all_needs
from dynamodel.planner.slots import index_designs
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.explain.layout_file import Wanted
    from dynamodel.ir.plan import KeyDesign, Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.needs import Need

_OF_BASE_KEYS = {"DM451", "DM452", "DM453", "DM454", "DM456"}
_OF_KEYS = _OF_BASE_KEYS | {"DM455", "DM457", "DM458"}


@dataclass(frozen=True, slots=True)
class Forced:
    """A plan on given keys and what is found about it: rules broken, patterns not served, keys that nobody reads.

    `plan` and `delta` are None when the keys are so broken that nothing can be planned on them.
    """

    plan: Plan | None
    delta: Delta | None
    findings: tuple[Diagnostic, ...]

    @property
    def feasible(self) -> bool:
        """Whether the layout breaks no rule and serves every access pattern."""
        return not any(f.severity is Severity.ERROR for f in self.findings)


def force(workload: Workload, plan: Plan, wanted: Wanted) -> Forced:
    """The plan on the keys of `wanted`; an entity or base key that is not in it keeps that of `plan`."""
    keys = {e.name: _keys(workload, plan, e.name, wanted) for e in workload.entities}
    broken = _broken_keys(workload, plan, keys)
    if broken:
        return Forced(None, None, broken)
    forced, unused = _used(workload, keys)
    bound = plan.proof.cost_lower_bound
    gap = max(0, forced.cost.monthly - bound)
    statement = "This layout was given, not searched for."
    lower = plan.proof
    forced = replace(forced, proof=Proof(lower.gsi_lower_bound, lower.incompatible, bound, gap, statement))
    natural = {(name, k.place) for name, own in keys.items() for k in own if k.natural}
    findings = check(workload, forced)
    if natural:
        forced = _with_natural(workload, forced, natural)
        findings = tuple(f for f in check(workload, forced) if f.code in _OF_KEYS) or findings
    notes = tuple(
        finding("DM442", f"no access pattern reads the key of `{name}` in {place}: it is left out", path=(name, place))
        for name, place in unused
    )
    forced, unserved = _with_reasons(workload, forced, keys)
    return Forced(forced, compare(workload, plan, forced), (*findings, *unserved, *notes))


def _with_reasons(
    workload: Workload, forced: Plan, keys: Mapping[str, tuple[WantedKey, ...]]
) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """The plan in which what is not served says why each given key does not answer it, and findings of that."""
    needs: dict[str, list[Need]] = {}
    for need in all_needs(workload):
        needs.setdefault(need.pattern, []).append(need)
    spans = {p.name: p.span for p in workload.patterns}
    patterns = []
    found = []
    for pattern in forced.patterns:
        reasons = [] if pattern.status != "unserved" else [
            f"{'the table' if key.place == BASE else key.place}: {reason}"
            for need in needs.get(pattern.name, ())
            for key in keys[need.entity]
            if (reason := refusal(workload.entity(need.entity), key.signature, key.place, need))
        ]  # fmt: skip
        patterns.append(
            replace(pattern, reason=f"no given key answers it ({'; '.join(reasons)})") if reasons else pattern
        )
        if pattern.status == "unserved":
            message = f"access pattern `{pattern.name}` is not answered by this layout"
            notes = tuple(reasons) or (pattern.reason,)
            path = (workload.title, pattern.name)
            found.append(finding("DM443", message, span=spans[pattern.name], path=path, notes=notes))
    return replace(forced, patterns=tuple(patterns)), tuple(found)


def _used(workload: Workload, keys: Mapping[str, tuple[WantedKey, ...]]) -> tuple[Plan, tuple[tuple[str, str], ...]]:
    """The plan on those of the keys that are read, and the entity and place of the others."""
    plan = plan_on(workload, keys)
    needs = {(n.pattern, n.part): n.entity for n in all_needs(workload)}
    read = {(needs.get((p.name, i)), r.index) for p in plan.patterns for r in p.reads for i in r.parts}
    unused = tuple((name, k.place) for name, own in keys.items() for k in own[1:] if (name, k.place) not in read)
    if not unused:
        return plan, ()
    left = {name: tuple(k for k in own if (name, k.place) not in unused) for name, own in keys.items()}
    plan, more = _used(workload, left)
    return plan, (*unused, *more)


def _keys(workload: Workload, plan: Plan, name: str, wanted: Wanted) -> tuple[WantedKey, ...]:
    """The keys of an entity, base first, then by place."""
    entity, design = workload.entity(name), plan.entity(name)
    planned = [
        WantedKey(k.place, signature_of(entity, design, k), natural=_is_natural(k.fields))
        for k in (design.base, *design.indexes)
    ]
    if name not in wanted:
        return tuple(replace(k, natural=False) for k in planned)
    own = sorted(wanted[name], key=lambda k: (k.place != BASE, k.place[:3], len(k.place), k.place))
    base, *others = own if own and own[0].place == BASE else (planned[0], *own)
    return (base, *(_in_partition_of(base, k) if k.place.startswith("LSI") else k for k in others))


def _in_partition_of(base: WantedKey, key: WantedKey) -> WantedKey:
    """A local index key as the serving rule sees it: with the partition of the table."""
    return replace(key, signature=replace(key.signature, partition=base.signature.partition))


def _is_natural(fields: Sequence[KeyField]) -> bool:
    return any(not isinstance(f.value, Template) for f in fields)


def _broken_keys(workload: Workload, plan: Plan, keys: Mapping[str, tuple[WantedKey, ...]]) -> tuple[Diagnostic, ...]:
    """What the judge says of the base keys alone, before anything is planned on them."""
    prefix, _ = physical_names(workload)
    designs = []
    for entity in workload.entities:
        base = key_design(entity, keys[entity.name][0].signature, BASE, (entity.tag, entity.tag), prefix)
        guards = tuple(guard_design(entity, u, prefix) for u in entity.unique)
        designs.append(EntityDesign(entity.name, entity.tag, base, (), guards))
    bare = replace(plan, table=replace(plan.table, indexes=()), entities=tuple(designs), patterns=())
    return tuple(f for f in check(workload, bare) if f.code in _OF_BASE_KEYS)


def _with_natural(workload: Workload, plan: Plan, natural: set[tuple[str, str]]) -> Plan:
    """The plan with the attributes themselves as the keys of these places; the judge decides whether that is lawful."""
    designs = []
    shared = {i.name for i in plan.table.indexes if len(i.entities) > 1}
    for design in plan.entities:
        kind = KeyField(plan.table.type_attribute, TypeKey(design.tag))
        own = tuple(
            replace(
                k,
                partition=_told_apart(k, kind, always=k.place in shared),
                sort=_attributes(k.sort),
            )
            if (design.entity, k.place) in natural and not _is_natural(k.fields)
            else k
            for k in design.indexes
        )
        designs.append(replace(design, indexes=own))
    projected = {i.name: i.projection for i in plan.table.indexes}
    users = {i.name: i.patterns for i in plan.table.indexes}
    indexes = index_designs(workload, {d.entity: (d.base, *d.indexes) for d in designs}, projected, users)
    return replace(plan, table=replace(plan.table, indexes=indexes), entities=tuple(designs))


def _told_apart(key: KeyDesign, kind: KeyField, *, always: bool) -> tuple[KeyField, ...]:
    """The attributes of a partition, behind what tells its items from others: a text that marks them, or their type."""
    fields = _attributes(key.partition)
    if key.when:
        return (*map(mark, key.partition), *fields)
    return (kind, *fields) if always or not fields else fields


def _attributes(fields: Sequence[KeyField]) -> tuple[KeyField, ...]:
    return tuple(KeyField(n, NaturalKey(n)) for f in fields for n in f.value.attributes)
