"""Whether a key fits the service's limits at the declared maximum sizes: a key that may not is no candidate.

In: an entity and a signature. Out: yes or no. Attributes that can be index keys of their own have no template, so no
limit on their sum is known; a signature of nothing else is let through. Limits: `dynamo.limits`, keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import PARTITION_ATTRIBUTES, PARTITION_KEY_BYTES, SORT_ATTRIBUTES, SORT_KEY_BYTES
from dynamodel.dynamo.types import natural_refusal
from dynamodel.ir.keys import Absent, Template
from dynamodel.ir.reads import Op
from dynamodel.keys.templates import key_size
from dynamodel.planner.layout import key_design

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import KeyDesign
    from dynamodel.planner.serve import Signature

_CODED = 4  # bytes that a byte of a value takes in a template at worst
_AROUND = 64  # bytes for the literals of a template


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
