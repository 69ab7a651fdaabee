"""Guards and copies: what they hold is lawful, and every write keeps it as it keeps the item.

In: the court. Out: findings DM451, DM452, DM455, DM482, DM483. Rules: `keys.md` E. A copy's key holds the identity, so
that no two items share one; whoever changes what is carried changes the guard or copy in the same transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.plan import CopyDesign, GuardDesign
from dynamodel.ir.writes import StepKind
from dynamodel.planner.checks.court import field_attributes, field_components
from dynamodel.planner.checks.knowledge import Knowledge
from dynamodel.planner.checks.tables import OWNER_ATTRIBUTE

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import EntityDesign, StepDesign
    from dynamodel.ir.writes import StepDef
    from dynamodel.planner.checks.court import Court

_WHOLE = {StepKind.CREATE, StepKind.PUT, StepKind.DELETE}


def check_copies(court: Court, entity: EntityDef, design: EntityDesign) -> None:
    """Copies under keys of their own that hold the identity, and carried attributes that exist."""
    if design.copies and not court.workload.options.copies:
        court.refuse("DM455", f"{entity.name} has copies, which the model rules out", entity.name)
    names = [f"COPY{n}" for n in range(1, len(design.copies) + 1)]
    if [c.place for c in design.copies] != names:
        court.refuse("DM451", f"the copies of {entity.name} are not named {names}", entity.name)
    for copy in design.copies:
        fields = (copy.partition, copy.sort)
        parts = set().union(*(field_attributes(f) for f in fields))
        whole = {c.attribute for f in fields for c in field_components(f) if c.bucket is None}
        missing = sorted(set(entity.identity) - whole)
        if missing:
            court.refuse(
                "DM451", f"two items of {entity.name} can have one `{copy.place}`: no `{missing[0]}`", entity.name
            )
        deciding = {name for condition in copy.when for name in condition.names}
        if set(copy.attributes) != parts | deciding:
            court.refuse("DM451", f"`{copy.place}` of {entity.name} is not made of {copy.attributes}", entity.name)
    for beside in design.beside:
        foreign = [a for a in beside.carries if a not in {s.name for s in entity.stored}]
        if foreign:
            court.refuse("DM452", f"{entity.name} has no `{foreign[0]}` to carry", entity.name)
        if isinstance(beside, GuardDesign) and OWNER_ATTRIBUTE in beside.carries:
            court.refuse("DM452", f"a guard of {entity.name} names its owner in `{OWNER_ATTRIBUTE}`", entity.name)


def check_kept(court: Court, entity: EntityDef, physical: EntityDesign, step: StepDef, planned: StepDesign) -> None:
    """Each guard and copy that a step touches is written, moved, removed or brought up to date, with enough known."""
    known = Knowledge(entity, step, frozenset(planned.read_first))
    listed = (*planned.guards, *planned.refreshed)
    if len(set(listed)) < len(listed) or any(not 0 <= n < len(physical.beside) for n in listed):
        court.refuse("DM483", f"{entity.name} has no guards or copies {listed}")
        return
    expiry = entity.with_role("ttl")
    for number, beside in enumerate(physical.beside):
        named = f"the guard of {beside.attributes}" if isinstance(beside, GuardDesign) else f"`{beside.place}`"
        moved = bool(set(beside.attributes) & known.touched) or (
            isinstance(beside, GuardDesign) and expiry in known.touched
        )
        touched = bool(set(beside.carries) & known.touched)
        if step.kind in {StepKind.CHECK, StepKind.LOOK}:
            continue
        if step.kind is StepKind.UPSERT and isinstance(beside, CopyDesign):
            _check_upserted(court, entity, beside, known, (number in planned.guards, number in planned.refreshed))
        elif step.kind in _WHOLE or moved:
            if number not in planned.guards:
                court.refuse("DM483", f"{named} of {entity.name} is not kept")
            elif step.kind is not StepKind.CREATE:
                _check_known(court, entity, beside, known, moved=step.kind in {StepKind.UPDATE, StepKind.UPSERT})
        elif touched and number not in listed:
            court.refuse("DM483", f"what {named} of {entity.name} carries changes and is left")
        elif touched:
            _check_known(court, entity, beside, known, moved=number in planned.guards)


def _check_upserted(
    court: Court, entity: EntityDef, copy: CopyDesign, known: Knowledge, kept: tuple[bool, bool]
) -> None:
    """An upsert always writes a copy, since the item may be new: anew, or by the same upsert under a key that stays.

    That needs a copy that is there if and only if the item is, which does not hold while expired items are removed.
    """
    whole, same = kept
    stays = set(copy.attributes) <= set(entity.identity) and entity.with_role("ttl") is None
    if not whole and not (same and stays):
        court.refuse("DM483", f"an upsert of {entity.name} does not keep `{copy.place}`")
    elif whole:
        _check_known(court, entity, copy, known, moved=True)


def _check_known(
    court: Court, entity: EntityDef, beside: GuardDesign | CopyDesign, known: Knowledge, *, moved: bool
) -> None:
    """The old key is known; of what is put anew, every value too."""
    if known.step.kind is StepKind.PUT and isinstance(beside, GuardDesign):
        return  # looks at the item anyway
    unknown = sorted(a for a in beside.attributes if a not in entity.identity and not known.knew(a))
    if moved:
        unknown += sorted(a for a in beside.carries if a not in entity.identity and not known.knows(a))
    if unknown:
        court.refuse("DM482", f"`{unknown[0]}` of {entity.name} is held a second time and is not known")
