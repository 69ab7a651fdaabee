"""What one key costs wherever it is: bytes, shares, and what each write does to its entries.

In: an entity's place, and which writes read their item first in any case. Out: `KeyFacts`, by the arithmetic of
`planner.cost`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.footprint import key_bytes, membership, text_share
from dynamodel.ir.entities import MICRO
from dynamodel.ir.keys import NaturalKey, Template, TypeKey
from dynamodel.ir.plan import BASE, Projection
from dynamodel.planner import cost
from dynamodel.planner.layout import key_design
from dynamodel.planner.natural import in_form, type_field
from dynamodel.planner.places import WHOLE
from dynamodel.planner.steps import must_look
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.plan import KeyDesign
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.layout import Literals
    from dynamodel.planner.places import Place


_BARE = Projection("KEYS_ONLY")


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What one key costs wherever it is: bytes and share of its entries, and what each step does to them."""

    shape: tuple[object, ...]
    size: int
    added: int  # average bytes that it adds to an item
    kind: int  # bytes of the type where the key holds it as an attribute
    held: tuple[str, ...]  # attributes that are in the key as they are, which every entry has
    share: int
    moves: tuple[int, ...]  # index writes of each step when everything is projected, in millionths
    bare: tuple[int, ...]  # the same when nothing but keys is
    blind: tuple[bool, ...]  # steps that must read the item first because of this key


def facts_of_key(
    workload: Workload, place: Place, block: Literals, names: tuple[str, str], looks: Sequence[bool]
) -> KeyFacts:
    """The facts of the key of a place with these texts in its sort half.

    `names` are the workload's `physical_names`. `looks` says of each step whether it reads the item first in any case.
    """
    entity = workload.entity(place.signature.entity)
    steps = [s for _, s in workload.steps_on(entity.name)]
    prefix, type_attribute = names
    name = {"base": BASE, "local": "LSI1"}.get(place.kind, "GSI1")
    key = key_design(entity, place.signature, name, (place.literal, block or entity.tag), prefix)
    key = in_form(key, place.signature, place.form, type_field(entity, type_attribute))
    index = place.kind != "base"
    written = cost.entry_writes(workload, key, steps)
    return KeyFacts(
        shape_of(key),
        size := key_bytes(entity, key),
        size * text_share(entity, key) // MICRO,
        sum(len(f.name) + len(f.value.tag) for f in key.fields if isinstance(f.value, TypeKey)),
        tuple(f.value.attribute for f in key.fields if isinstance(f.value, NaturalKey)),
        membership(entity, key),
        tuple(w.changes(WHOLE) for w in written),
        tuple(w.changes(_BARE) for w in written),
        tuple(look or (index and must_look(entity, key, s)) for look, s in zip(looks, steps, strict=True)),
    )


def shape_of(key: KeyDesign) -> tuple[object, ...]:
    """A base key without the literal of its block, which depends on the entities it lies beside."""
    *partition, sort = (f.value.tokens if isinstance(f.value, Template) else (f.value,) for f in key.fields)
    return *partition, sort[1:]
