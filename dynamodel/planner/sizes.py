"""Whether keys and local indexes fit the service's limits: a key that may not at its maximum size is no candidate.

In: entities, and the signature or the partition of a key. Out: yes or no, or how many local indexes there can be.
Attributes that can be index keys of their own have no template, so no limit on their sum is known; a signature of
nothing else is let through. Limits: `dynamo.limits`, keys and item collections.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.footprint import attribute_bytes
from dynamodel.dynamo.heat import largest_partition
from dynamodel.dynamo.limits import (
    ITEM_COLLECTION_BYTES,
    LOCAL_INDEXES,
    PARTITION_ATTRIBUTES,
    PARTITION_KEY_BYTES,
    SORT_ATTRIBUTES,
    SORT_KEY_BYTES,
)
from dynamodel.dynamo.types import natural_refusal
from dynamodel.ir.keys import Absent, Template
from dynamodel.ir.reads import Op
from dynamodel.keys.templates import key_size
from dynamodel.planner.layout import key_design

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import KeyDesign
    from dynamodel.planner.serve import Signature

_KEYS = 256  # bytes of an item for all of its keys, at least
_PLANNED_PERCENT = 80
_CODED = 4  # bytes that a byte of a value takes in a template at worst
_AROUND = 64  # bytes for the literals of a template


def room_for_local(members: Iterable[tuple[EntityDef, Iterable[str]]]) -> int:
    """How many local indexes entities can have that share partitions, each given with the attributes of these.

    A partition with its entries in local indexes holds at most 10 GB ("Item collection size limit"), of which 8 are
    planned for (where an alarm is recommended), and each index may hold all of it once more. As many as a table can
    have where nothing is declared of the number of items.
    """
    sizes = [(largest_partition(e, names) or 0, attribute_bytes(e)) for e, names in members]
    held = sum(count * (size + max(size, _KEYS)) for count, size in sizes)
    planned = ITEM_COLLECTION_BYTES * _PLANNED_PERCENT // 100
    return LOCAL_INDEXES if not held else max(0, min(LOCAL_INDEXES, planned // held - 1))


def fits(entity: EntityDef, signature: Signature, place: str) -> bool:
    """Whether the key of a signature in a place (`base`, or any index) stays within the limits."""
    sizes = [entity.attribute(name).size.most for name in signature.attributes if "@" not in name]
    if _CODED * sum(sizes) + _AROUND + len(entity.tag) <= SORT_KEY_BYTES:
        return True  # most keys: no template has to be made
    if place != "base" and _may_be_natural(entity, signature):
        return True
    return template_fits(entity, key_design(entity, signature, place, (entity.tag, entity.tag)))


def template_fits(entity: EntityDef, key: KeyDesign) -> bool:
    """Whether the templates of a key stay within the limits."""
    limits = [(PARTITION_KEY_BYTES, key.partition), (SORT_KEY_BYTES, key.sort)]
    return all(
        key_size(field.value, entity.attribute).declared <= limit
        for limit, fields in limits
        for field in fields
        if isinstance(field.value, Template)
    )


def _may_be_natural(entity: EntityDef, signature: Signature) -> bool:
    """Whether the attributes themselves could be the key, as far as the entity alone tells; `slots` decides."""
    attributes = [entity.attribute(name) for name in signature.attributes]
    return (
        1 <= len(signature.partition) <= PARTITION_ATTRIBUTES
        and len(signature.sort) <= SORT_ATTRIBUTES
        and all(not natural_refusal(a) and a.bucket is None for a in attributes)
        and all(not p.descending and p.absent not in {Absent.FIRST, Absent.LAST} for p in signature.sort)
        and all(c.op is Op.PRESENT for c in signature.when)
    )
