"""What a key of a plan is made of, and why it does not answer a read.

In: an entity's design in a plan, and a need. Out: the `Signature` that the key was made from, and a reason in words.
The rule itself is `planner.serve`; the words here follow it line by line, and a test holds that a reason is given if
and only if the rule says no.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from dynamodel.ir import wording
from dynamodel.ir.keys import Absent, Component, Template
from dynamodel.ir.plan import BASE
from dynamodel.planner.places import base_serves
from dynamodel.planner.serve import Signature, SortPart, needed_order, ranges_of, serve, surely_present

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.keys import KeyField
    from dynamodel.ir.plan import EntityDesign, KeyDesign
    from dynamodel.ir.reads import OrderTerm
    from dynamodel.planner.needs import Need


def signature_of(entity: EntityDef, design: EntityDesign, key: KeyDesign) -> Signature:
    """The signature that a key of a plan spells; a local index has the partition of the table."""
    partition = _parts(entity, key.partition or design.base.partition)
    return Signature(entity.name, tuple(p.attribute for p in partition), _parts(entity, key.sort), key.when)


def _parts(entity: EntityDef, fields: Iterable[KeyField]) -> tuple[SortPart, ...]:
    found: list[SortPart] = []
    for field in fields:
        if not isinstance(field.value, Template):
            found += [
                SortPart(name, absent=Absent.SPARSE if entity.attribute(name).optional else Absent.REFUSED)
                for name in field.value.attributes
            ]
            continue
        for token in field.value.tokens:
            if isinstance(token, Component):
                name = f"{token.attribute}@{token.bucket}" if token.bucket else token.attribute
                found.append(SortPart(name, token.descending, token.absent))
    return tuple(found)


def answers(entity: EntityDef, signature: Signature, place: str, need: Need) -> bool:
    """Whether a key in a place (`base` or an index name) answers a need in one request, as the serving rule has it."""
    if need.consistent and place.startswith("GSI"):
        return False
    if place == BASE:
        return base_serves(signature, need, entity)
    return serve(signature, need, entity) is not None


def refusal(entity: EntityDef, signature: Signature, place: str, need: Need) -> str:
    """Why a key in a place does not answer a need in one request; empty when it does."""
    if answers(entity, signature, place, need):
        return ""
    if need.consistent and place.startswith("GSI"):
        return "a GSI gives no strongly consistent read"
    unknown = [name for name in signature.partition if name not in need.eq]
    if unknown:
        return f"its partition key holds {_names(unknown)}, which the pattern does not give"
    outside = [c for c in signature.when if c not in need.conditions]
    if outside:
        return f"it holds only items with {wording.conditions(tuple(outside))}"
    present = surely_present(need)
    optional = {a.name for a in entity.attributes if a.optional} - present
    vanishing = [
        p.attribute for p in signature.sort if p.attribute in optional and p.absent not in {Absent.FIRST, Absent.LAST}
    ]
    wanted = needed_order(entity, need)
    given = [p for p in signature.sort if p.attribute not in need.eq]
    if wanted and not _follows(wanted, given):
        return f"its rows lie {_sorted_by(given)}, wanted is the order of {_order(wanted)}"
    if vanishing:
        return f"items without {_names(vanishing)} are missing there"
    fixed = list(takewhile(lambda part: part.attribute in need.eq, signature.sort))
    used = {*signature.partition, *(p.attribute for p in fixed), *(c.attribute for c in signature.when)}
    left = [name for name, _ in need.equals if name not in used]
    behind = signature.sort[len(fixed) : len(fixed) + 1]
    cut = {r.attribute for r in ranges_of(need, signature.when)} & {p.attribute for p in behind}
    left += [need.range.attribute] if need.range is not None and need.range.attribute not in cut else []
    left += [c.attribute for c in need.where if c.attribute and c not in signature.when and c.attribute not in cut]
    return f"its key does not narrow the rows down by {_names(dict.fromkeys(left))}: a filter would drop rows"


def _follows(wanted: tuple[OrderTerm, ...], given: list[SortPart]) -> bool:
    pairs = list(zip(wanted, given, strict=False))
    flips = {term.descending != part.descending for term, part in pairs}
    return len(given) >= len(wanted) and all(t.attribute == p.attribute for t, p in pairs) and len(flips) == 1


def _sorted_by(given: list[SortPart]) -> str:
    return f"sorted by {_names(p.attribute for p in given)}" if given else "in no order of their own"


def _order(terms: tuple[OrderTerm, ...]) -> str:
    return ", ".join(f"`{t.attribute}`{' descending' if t.descending else ''}" for t in terms)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "its conditions"
