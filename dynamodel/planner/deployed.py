"""A plan against the one that is deployed: names that stay, and what the change from one to the other takes.

In: the locked plan and the new one. Out: slots renamed to the indexes that hold the same keys today, and findings. The
rules are the service's: a base key and an LSI are fixed when the table is made, an index's keys and projection when
the index is made ("Managing Global Secondary Indexes in DynamoDB").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.dynamo.capacity import TRANSACTION_FACTOR, write_units
from dynamodel.dynamo.footprint import entry_bytes, item_bytes, membership
from dynamodel.dynamo.prices import PRICES
from dynamodel.ir.entities import MICRO
from dynamodel.ir.keys import Template
from dynamodel.planner.slots import Slotted, keys_of

if TYPE_CHECKING:
    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import EntityDesign, IndexDesign, KeyDesign, Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.solution import Solution

_NANO_A_MICRO = 1000


def keep_names(workload: Workload, solution: Solution, slotted: Slotted, locked: Plan, prefix: str) -> Slotted:
    """The slots under the names of the deployed indexes that hold the most of the same keys."""
    selections = {s.entity: s for s in solution.selections}
    new: dict[str, set[object]] = {}
    for name, selection in selections.items():
        for key in keys_of(workload.entity(name), selection, slotted, prefix, {})[1:]:
            new.setdefault(key.place, set()).add((name, _shape(key)))
    old = {
        i.name: {(e.entity, _shape(k)) for e in locked.entities for k in e.indexes if k.place == i.name}
        for i in locked.table.indexes
    }
    renamed: dict[str, str] = {}
    pairs = sorted(
        ((-len(new[n] & old[o]), n, o) for n in new for o in old if n[:3] == o[:3] and new[n] & old[o]),
    )
    for _, name, deployed in pairs:
        if name not in renamed and deployed not in renamed.values():
            renamed[name] = deployed
    for name in sorted(new, key=lambda n: (len(n), n)):
        if name not in renamed:
            numbers = (f"{name[:3]}{i}" for i in range(1, len(new) + len(old) + 1))
            renamed[name] = next(n for n in numbers if n not in renamed.values() and n not in old)
    return Slotted(
        {e: tuple(renamed.get(p, p) for p in places) for e, places in slotted.places.items()},
        {e: {renamed.get(p, p): g for p, g in groups.items()} for e, groups in slotted.groups.items()},
    )


def _shape(key: KeyDesign) -> tuple[object, ...]:
    """What a key holds, as a template or as natural attributes, whatever the key attributes are called."""
    return tuple(name for field in key.fields for name in field.value.attributes), key.when


def changes(workload: Workload, locked: Plan, plan: Plan, free: Plan) -> tuple[Diagnostic, ...]:
    """What differs from the deployed plan, what it takes, and what the lock costs."""
    found: list[Diagnostic] = []
    before = {e.entity: e for e in locked.entities}
    for design in plan.entities:
        deployed = before.get(design.entity)
        if deployed is None:
            continue
        if deployed.base != design.base:
            found.append(_moved_base(workload, plan, deployed, design))
        for key in design.indexes:
            was = deployed.key(key.place)
            if was is not None and (_shape(was), was.shards) != (_shape(key), key.shards):
                found.append(_moved_entry(design.entity, key.place, was, key))
    old, new = {i.name: i for i in locked.table.indexes}, {i.name: i for i in plan.table.indexes}
    found += [
        finding("DM412", f"{name} is not needed any more: delete it after the deployment", path=(name,))
        for name in old
        if name not in new
    ]
    for name, index in new.items():
        if name not in old:
            found.append(_added(workload, plan, index))
        elif _schema(old[name]) != _schema(index):
            found.append(_rebuilt(index))
    found += _searched(locked, plan) + _copied(workload, locked, plan)
    saved = plan.cost.monthly - free.cost.monthly
    moved = [e.base for e in free.entities] != [e.base for e in plan.entities]
    kept = "base keys" if moved else "local indexes"
    if saved > 0 and (moved or len(free.table.lsis) > len(plan.table.lsis)):
        found.append(
            finding(
                "DM415",
                f"keeping the deployed {kept} costs {saved / MICRO:.2f} USD a month",
                hint="plan without the lock to see the other layout",
            )
        )
    return tuple(found)


def _searched(locked: Plan, plan: Plan) -> list[Diagnostic]:
    """Vector indexes that come and go: nothing of one that exists can be changed."""
    old, new = ({v.name for v in each.table.vectors} for each in (locked, plan))
    found = [
        finding("DM412", f"{name} is not needed any more: delete it after the deployment", path=(name,))
        for name in sorted(old - new)
    ]
    return found + [
        finding(
            "DM413",
            f"{name} is new: it is filled from the items that have its vector",
            path=(name,),
            hint="one index is created in each deployment, of vectors or of keys",
        )
        for name in sorted(new - old)
    ]


def _copied(workload: Workload, locked: Plan, plan: Plan) -> list[Diagnostic]:
    """Copies of parents' attributes that the stored children do not hold yet."""
    stored = {e.entity for e in locked.entities}
    found = []
    for copy in plan.copied:
        if copy in locked.copied or copy.entity not in stored:
            continue
        entity = workload.entity(copy.entity)
        item = item_bytes(entity, plan.entity(copy.entity), plan.table)
        units = entity.count.average * write_units(item) * TRANSACTION_FACTOR
        found.append(
            finding(
                "DM418",
                f"`{copy.entity}.{copy.attribute}` is new: stored items hold no copy of `{copy.parent}.{copy.source}` "
                f"until their {copy.parent} is written once",
                path=(copy.entity, copy.attribute),
                hint=f"write each {copy.parent} with the new code before anything reads the copy; {_usd(units)}",
            )
        )
    return found


def _schema(index: IndexDesign) -> tuple[object, ...]:
    return index.partition, index.sort, index.projection


def _moved_base(workload: Workload, plan: Plan, before: EntityDesign, after: EntityDesign) -> Diagnostic:
    entity = workload.entity(after.entity)
    units = entity.count.average * write_units(item_bytes(entity, after, plan.table)) * 2
    was, now = (" / ".join(str(f.value) for f in d.base.fields) for d in (before, after))
    return finding(
        "DM411",
        f"the base key of `{after.entity}` changes from {was} to {now}: every item is written anew",
        path=(after.entity,),
        hint=f"about {entity.count.average} items, {_usd(units)}",
    )


def _moved_entry(entity: str, place: str, before: KeyDesign, after: KeyDesign) -> Diagnostic:
    was, now = (" / ".join(str(f.value) for f in k.fields) for k in (before, after))
    return finding(
        "DM417",
        f"`{entity}` changes its key in {place} from {was} to {now}: update its items first",
        path=(entity, place),
    )


def _added(workload: Workload, plan: Plan, index: IndexDesign) -> Diagnostic:
    units = 0
    for design in plan.entities:
        key = design.key(index.name)
        if key is not None:
            entity = workload.entity(design.entity)
            entry = entry_bytes(entity, design, key, plan.table, index.projection)
            units += entity.count.average * membership(entity, key) // MICRO * write_units(entry)
    if index.kind == "lsi":
        return finding("DM414", f"{index.name} is new: a local index is made only with its table", path=(index.name,))
    keys = [key for design in plan.entities if (key := design.key(index.name)) is not None]
    is_made_up = any(isinstance(field.value, Template) for key in keys for field in key.fields)
    first = "existing items need its key attributes, then it is filled" if is_made_up else "existing items fill it"
    return finding(
        "DM413",
        f"{index.name} is new: {first}",
        path=(index.name,),
        hint=f"{_usd(units)} to fill it; one index is created in each deployment",
    )


def _rebuilt(index: IndexDesign) -> Diagnostic:
    way = "create it under another name, switch, then delete the old one"
    if index.kind == "lsi":
        way = "make a table with it, and move the items there: a local index is made only with its table"
    return finding(
        "DM416",
        f"{index.name} changes its keys or projection, which an existing index cannot",
        path=(index.name,),
        hint=way,
    )


def _usd(units: int) -> str:
    nano = units * PRICES.nano_usd["on_demand_write_unit"] // MICRO
    return f"{nano // _NANO_A_MICRO / MICRO:.2f} USD of writes"
