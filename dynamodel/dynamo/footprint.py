"""Average bytes of what a design stores: items, keys, index entries, and the share of items that an index holds.

In: entities of the workload and their physical designs. Out: bytes, and shares in millionths. Sizes are the averages
that the workload declares. Source: "DynamoDB item sizes and formats".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import ITEM_BYTES, TRANSACTION_ACTIONS, TRANSACTION_BYTES
from dynamodel.ir.entities import MICRO, BucketUnit
from dynamodel.ir.keys import Absent, Code, Component, NaturalKey, Template, TextToken, TypeKey
from dynamodel.ir.plan import COPY_TYPE, CopyDesign, GuardDesign, KeyDesign
from dynamodel.ir.reads import ConditionDef, Op

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import EntityDesign, Projection, TableDesign, VectorDesign

GUARD_BYTES = 120  # key, type and owner of a guard item
ASSUMED_SHARE = MICRO // 10  # of items that meet an equality nothing is known about
ASSUMED_RANGE_SHARE = MICRO * 3 // 10  # of items that meet any other condition
PRESENT_SHARE = MICRO // 2  # of items that have an optional attribute
EPOCH_TEXT = 12  # digits of a time to live in a template
_BUCKET_TEXT = {BucketUnit.HOUR: 13, BucketUnit.DAY: 10, BucketUnit.MONTH: 7, BucketUnit.YEAR: 4}
_OPEN_NUMBER_HEAD = 4  # sign and exponent; a byte of a stored number holds two digits
DIMENSION_BYTES = 4  # in a vector index, which stores 32-bit floats ("Requirements and limitations")


def share_of(entity: EntityDef, condition: ConditionDef) -> int:
    """The fraction of items that meet a condition, in millionths: declared shares, else an equal split of values."""
    if condition.op is Op.ANY_OF:
        return min(MICRO, sum(share_of(entity, c) for c in condition.any_of))
    attribute = entity.attribute(condition.attribute)
    shares = dict(attribute.share)
    absent = shares.get(None, MICRO - PRESENT_SHARE) if attribute.optional else 0
    if condition.op is Op.PRESENT:
        return MICRO - absent
    if condition.op is Op.ABSENT:
        return absent
    value = getattr(condition.operands[0], "value", None)
    if condition.op in {Op.EQ, Op.NE}:
        known = shares.get(value)
        if known is None:
            values = len(attribute.type.values) or (2 if attribute.type.kind == "boolean" else 0)
            left = MICRO - sum(shares.values())
            rest = values - sum(1 for v in shares if v is not None)
            known = (
                left // rest
                if values and rest > 0
                else MICRO // attribute.distinct
                if attribute.distinct
                else ASSUMED_SHARE
            )
        return known if condition.op is Op.EQ else MICRO - known
    return ASSUMED_RANGE_SHARE


def membership(entity: EntityDef, key: KeyDesign) -> int:
    """The fraction of the entity's items that have this key, in millionths."""
    return share_of_all(entity, membership_conditions(entity, key))


def share_of_all(entity: EntityDef, conditions: Iterable[ConditionDef]) -> int:
    """The fraction of items that meet every one of some conditions, taken as independent, in millionths."""
    share = MICRO
    for condition in conditions:
        share = share * share_of(entity, condition) // MICRO
    return share


def text_share(entity: EntityDef, key: KeyDesign) -> int:
    """The fraction of the entity's items that have the texts of this key, in millionths.

    An item that lacks an attribute which is in the key as it is has them all the same, though it is not in the index.
    """
    texts = tuple(f for f in key.fields if isinstance(f.value, Template))
    held = key if len(texts) == len(key.fields) else KeyDesign(key.place, texts, (), key.when)
    return membership(entity, held)


def membership_conditions(entity: EntityDef, key: KeyDesign) -> tuple[ConditionDef, ...]:
    """What an item must meet to have this key: its conditions, and the presence of what it cannot do without."""
    told = {c.attribute for c in key.when}
    sparse = dict.fromkeys(name for name in sparse_attributes(entity, key) if name not in told)
    return (*key.when, *(ConditionDef(Op.PRESENT, name) for name in sparse))


def sparse_attributes(entity: EntityDef, key: KeyDesign) -> list[str]:
    """The optional attributes without which an item does not have the key."""
    names: list[str] = []
    for field in key.fields:
        if isinstance(field.value, Template):
            tokens = field.value.tokens
            names += [t.attribute for t in tokens if isinstance(t, Component) and t.absent is Absent.SPARSE]
        else:
            names += [name for name in field.value.attributes if entity.attribute(name).optional]
    return names


def key_bytes(entity: EntityDef, key: KeyDesign) -> int:
    """Average bytes of the key attributes of one place, names included; natural ones are part of the item itself."""
    return sum(len(f.name) + _template_bytes(entity, f.value) for f in key.fields if isinstance(f.value, Template))


def natural_bytes(entity: EntityDef, key: KeyDesign) -> int:
    """Average bytes of the key attributes of one place that are attributes themselves, the type among them."""
    types = sum(len(f.name) + len(f.value.tag) for f in key.fields if isinstance(f.value, TypeKey))
    return types + attribute_bytes(entity, [f.value.attribute for f in key.fields if isinstance(f.value, NaturalKey)])


def _template_bytes(entity: EntityDef, template: Template) -> int:
    total = 0
    for token in template.tokens:
        if isinstance(token, TextToken):
            total += len(token.text) + 1
        elif isinstance(token, Component):
            total += text_bytes(token, entity.attribute(token.attribute).size.average) + 1
        else:
            total += len(str(token.count - 1)) + 1
    return total


def text_bytes(component: Component, average: int) -> int:
    """Average bytes of an attribute's text in a template; `average` are those of its stored value, in plain text."""
    mark = int(component.absent in {Absent.FIRST, Absent.LAST})
    if component.bucket:
        return mark + _BUCKET_TEXT[component.bucket]
    if component.code is Code.NUMBER and component.minimum is not None and component.maximum is not None:
        return mark + len(str(int((component.maximum - component.minimum) * 10**component.scale)))
    if component.code is Code.OPEN_NUMBER:
        return mark + _OPEN_NUMBER_HEAD + 2 * max(1, average - 1)
    if component.code is Code.EPOCH:
        return mark + EPOCH_TEXT
    if component.code is Code.HEX or (component.descending and component.code is Code.TEXT):
        return mark + 2 * average + int(component.descending)
    return mark + average


def attribute_bytes(entity: EntityDef, names: Iterable[str] | None = None) -> int:
    """Average bytes of stored attributes with their names (all for None); optional ones by their share of presence."""
    wanted = None if names is None else set(names)
    total = 0
    for attribute in entity.stored:
        if wanted is not None and attribute.name not in wanted:
            continue
        size = len(attribute.name.encode()) + attribute.size.average
        if attribute.optional:
            absent = dict(attribute.share).get(None, MICRO - PRESENT_SHARE)
            size = size * (MICRO - absent) // MICRO
        total += size
    return total


def most_bytes(entity: EntityDef) -> int:
    """Bytes of the attributes of an item at their largest, names included, as far as an item can be that large."""
    return min(ITEM_BYTES, sum(len(a.name.encode()) + a.size.most for a in entity.stored))


def renewed_together(parent: EntityDef, child: EntityDef, beside: int = 0) -> int:
    """How many children one transaction renews: actions and bytes allow so many, the check of the parent included.

    `beside` is the number of guards and copies of each child.
    """
    room = TRANSACTION_BYTES - most_bytes(parent)
    each = 1 + beside
    return max(1, min((TRANSACTION_ACTIONS - 1) // each, room // (most_bytes(child) * each)))


def beside_key(entity: EntityDef, beside: GuardDesign | CopyDesign) -> KeyDesign:
    """The key of a guard or a copy with all that an item must meet to have one."""
    if isinstance(beside, CopyDesign):
        return beside.key
    held = (n for n in beside.attributes if entity.attribute(n).optional)
    return KeyDesign("", (beside.partition,), (beside.sort,), tuple(ConditionDef(Op.PRESENT, n) for n in held))


def beside_bytes(entity: EntityDef, beside: GuardDesign | CopyDesign, table: TableDesign) -> int:
    """Average bytes of a guard or a copy, with what it carries."""
    carried = attribute_bytes(entity, beside.carries)
    if isinstance(beside, GuardDesign):
        return GUARD_BYTES + carried
    return key_bytes(entity, beside_key(entity, beside)) + len(table.type_attribute) + len(COPY_TYPE) + carried


def keyless_bytes(entity: EntityDef, type_attribute: str) -> int:
    """Average bytes of an item without any key: attributes and type."""
    return attribute_bytes(entity) + len(type_attribute) + len(entity.tag)


def item_bytes(entity: EntityDef, design: EntityDesign, table: TableDesign) -> int:
    """Average bytes of a whole item: attributes, type, base key, index keys by their share."""
    own = keyless_bytes(entity, table.type_attribute) + key_bytes(entity, design.base)
    return own + sum(key_bytes(entity, k) * text_share(entity, k) // MICRO for k in design.indexes)


def entry_bytes(
    entity: EntityDef, design: EntityDesign, key: KeyDesign, table: TableDesign, projection: Projection
) -> int:
    """Average bytes of an index entry: keys of the table and the index, and the projected attributes."""
    if projection.type == "ALL":
        return item_bytes(entity, design, table)
    names = {*projection.attributes, *(f.name for f in key.fields if not isinstance(f.value, Template))}
    own = key_bytes(entity, design.base) + key_bytes(entity, key) + attribute_bytes(entity, names)
    return own + (len(table.type_attribute) + len(design.tag) if table.type_attribute in names else 0)


def vector_bytes(entity: EntityDef, design: EntityDesign, index: VectorDesign, table: TableDesign) -> int:
    """Average bytes of an entry of a vector index: the vector, keys of the table, and what is carried beside them."""
    return vector_size(entity, index, len(table.type_attribute) + len(design.tag)) + key_bytes(entity, design.base)


def vector_size(entity: EntityDef, index: VectorDesign, kind: int) -> int:
    """Average bytes of an entry of a vector index without the table's keys; `kind` are those of the item's type."""
    names = {a.name for a in entity.stored if a.name != index.attribute and index.carries(a.name)}
    return index.dimensions * DIMENSION_BYTES + kind + attribute_bytes(entity, names)


def vector_share(entity: EntityDef, index: VectorDesign) -> int:
    """The fraction of the entity's items that a vector index holds, in millionths."""
    conditions = vector_conditions(entity, index)
    return 0 if conditions is None else share_of_all(entity, conditions)


def vector_conditions(entity: EntityDef, index: VectorDesign) -> tuple[ConditionDef, ...] | None:
    """What an item must meet to have an entry in a vector index; None where no item of the entity has one."""
    names = (index.attribute, *([index.partition.name] if index.partition else []))
    held = {a.name: a for a in entity.stored}
    if entity.name not in index.entities or not held.keys() >= set(names):
        return None
    return tuple(ConditionDef(Op.PRESENT, name) for name in names if held[name].optional)
