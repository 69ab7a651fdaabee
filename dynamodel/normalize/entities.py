"""Entities of a spec as entities of the workload: identities, parents, counts, sizes, tags of keys.

In: a checked spec. Out: `EntityDef`s in the order of the model; virtual attributes are added by the patterns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.entities import AttributeDef, EntityDef, Estimate, ParentDef
from dynamodel.ir.names import key_literal
from dynamodel.ir.values import Kind
from dynamodel.normalize import defaults
from dynamodel.normalize.history import with_history
from dynamodel.normalize.types import value_type
from dynamodel.normalize.unique import unique_sets
from dynamodel.normalize.weights import amount_of, micro, size_of
from dynamodel.spec.constants import constant
from dynamodel.spec.links import via_of

if TYPE_CHECKING:
    from dynamodel.diagnostics import SourceSpan
    from dynamodel.ir.entities import UniqueDef
    from dynamodel.spec.model import ModelSpec, Pointer
    from dynamodel.spec.nodes import AttributeSpec, EntitySpec, TypeSpec

_NUMBERS = {"integer", "decimal"}
GUARD_TAG = "UNIQ"  # the type of guard items; no entity may use it


def entities_of(spec: ModelSpec) -> tuple[EntityDef, ...]:
    """Every entity, resolved."""
    tags = _tags(spec)
    unique = unique_sets(spec)
    counts: dict[str, Estimate] = {}
    found: list[EntityDef] = []
    names = {e.name for e in spec.entities}
    for index, declared in enumerate(spec.entities):
        entity = _entity(spec, index, tags[declared.name], unique[declared.name], counts)
        found.append(entity)
        if declared.history is not None:
            found[-1], kept = with_history(entity, declared.history, names, set(tags.values()))
            names.add(kept.name)
            tags[kept.name] = kept.tag
            found.append(kept)
    return tuple(found)


def _tags(spec: ModelSpec) -> dict[str, str]:
    tags: dict[str, str] = {}
    taken = {GUARD_TAG}
    for entity in spec.entities:
        tag, number = key_literal(entity.name), 1
        while tag in taken:
            number += 1
            tag = f"{key_literal(entity.name)}_{number}"
        taken.add(tag)
        tags[entity.name] = tag
    return tags


def _entity(
    spec: ModelSpec, index: int, tag: str, unique: tuple[UniqueDef, ...], counts: dict[str, Estimate]
) -> EntityDef:
    entity = spec.entities[index]
    parents = tuple(
        ParentDef(
            link.entity, via_of(spec, entity, link), children_of(link.children, entity, via_of(spec, entity, link))
        )
        for link in entity.parent
    )
    at: Pointer = ("entities", index)
    return EntityDef(
        name=entity.name,
        tag=tag,
        identity=tuple(entity.identity),
        attributes=tuple(_attribute(spec, entity, a, (*at, "attributes", i)) for i, a in enumerate(entity.attributes)),
        count=count_of(spec, entity, counts, ()),
        parents=parents,
        unique=unique,
        counted_in=tuple((ref.entity, ref.name) for ref in entity.counted_in),
        doc=entity.doc,
        tenant=spec.tenant if spec.tenant and entity.attribute(spec.tenant) else "",
        span=span_of(spec, at),
    )


def span_of(spec: ModelSpec, pointer: Pointer) -> SourceSpan | None:
    """Where a part of the spec was written, for models in Python; JSON is located only when something is wrong."""
    origin = spec.origin
    return origin.span(pointer) if origin is not None and getattr(origin, "strict", False) else None


def is_strict(spec: ModelSpec) -> bool:
    """Whether constants have Python's types."""
    return bool(getattr(spec.origin, "strict", False))


def children_of(said: object, entity: EntitySpec, via: tuple[str, ...]) -> Estimate:
    """How many children a parent has: at most one where `via` holds the child's identity."""
    if said is None and entity.identity and set(entity.identity) <= set(via):
        return Estimate(1, 1)
    return amount_of(said, defaults.CHILDREN.value, defaults.CHILDREN_MOST.value, defaults.AMOUNT_MOST.value)  # type: ignore[arg-type]


def count_of(spec: ModelSpec, entity: EntitySpec, counts: dict[str, Estimate], inside: tuple[str, ...]) -> Estimate:
    """The number of items: as said, one for a singleton, from the first parent with known children, or the default."""
    if entity.name in counts:
        return counts[entity.name]
    if not entity.identity:
        found = Estimate(1, 1)
    elif entity.count is not None:
        found = Estimate(entity.count, entity.count)
    else:
        links = [p for p in entity.parent if p.entity != entity.name and p.entity not in inside]
        links.sort(key=lambda p: p.children is None)
        parent = spec.entity(links[0].entity) if links else None
        if parent is None:
            number = round(defaults.COUNT.value)
            found = Estimate(number, number, assumed=True)
        else:
            of = count_of(spec, parent, counts, (*inside, entity.name))
            children = children_of(links[0].children, entity, via_of(spec, entity, links[0]))
            number = max(1, of.average * children.average)
            found = Estimate(number, number, assumed=of.assumed or children.assumed)
    counts[entity.name] = found
    return found


def _attribute(spec: ModelSpec, entity: EntitySpec, attribute: AttributeSpec, at: Pointer) -> AttributeDef:
    of = value_type(_bounded(spec, entity, attribute, frozenset()))
    strict = is_strict(spec)
    identity = attribute.name in entity.identity
    default = None if attribute.default is None else constant(attribute.type, attribute.default, strict=strict)
    return AttributeDef(
        name=attribute.name,
        type=of,
        size=size_of(of, attribute.bytes, attribute.items, epoch=attribute.role == "ttl"),
        optional=attribute.optional,
        has_default=attribute.has_default or attribute.taken_from is not None,
        default=_default(default, numbered=attribute.taken_from is not None),
        immutable=attribute.immutable or identity or attribute.role == "created",
        monotonic=attribute.monotonic,
        generated=identity and (attribute.generated or _is_new(spec, entity, attribute, of.kind)),
        distinct=attribute.distinct,
        share=tuple(
            (None if value is None else constant(attribute.type, value, strict=strict), micro(share))
            for value, share in attribute.share
        ),
        role=attribute.role or "",
        lifetime_seconds=None if attribute.lifetime is None else round(attribute.lifetime),
        taken_from=(attribute.taken_from.entity, attribute.taken_from.name) if attribute.taken_from else None,
        copy_of=(attribute.copy_of.entity, attribute.copy_of.name) if attribute.copy_of else None,
        tags=attribute.tags,
        span=span_of(spec, at),
    )


def _is_new(spec: ModelSpec, entity: EntitySpec, attribute: AttributeSpec, kind: Kind) -> bool:
    """Whether an id is made with its item: the one ULID or UUID that tells the items of a parent apart.

    One of two is somebody's (who follows whom), and so is one that another entity has too without a link to this one.
    """
    if kind not in {Kind.ULID, Kind.UUID}:
        return False
    above = {name for p in entity.parent for name in via_of(spec, entity, p)}
    ids = [a.name for a in entity.attributes if a.name in entity.identity and a.type.kind in {"ulid", "uuid"}]
    if any(name not in above for name in ids if name != attribute.name):
        return False
    others = [e for e in spec.with_attribute(attribute.name) if e is not entity]
    return all(any(p.entity == entity.name and attribute.name in via_of(spec, e, p) for p in e.parent) for e in others)


def _bounded(
    spec: ModelSpec, entity: EntitySpec, attribute: AttributeSpec, seen: frozenset[tuple[str, str]]
) -> TypeSpec:
    """The type of an attribute; a number that names a parent, without bounds of its own, has those of what it names.

    Keys hold numbers in a form that follows from their bounds, and parent and child meet in one partition.
    """
    of, here = attribute.type, (entity.name, attribute.name)
    if here in seen or of.kind not in _NUMBERS or not (of.ge is None and of.le is None and of.scale is None):
        return of
    for link in entity.parent:
        parent, via = spec.entity(link.entity), via_of(spec, entity, link)
        if parent is not None and attribute.name in via:
            named = parent.attribute(parent.identity[via.index(attribute.name)])
            if named is not None:
                return _bounded(spec, parent, named, seen | {here})
    return of


def _default(value: object, *, numbered: bool) -> object:
    """The default as a value of the workload; a number that is taken when the item is made is 0 before."""
    if isinstance(value, set):
        return frozenset(value)
    return 0 if numbered and value is None else value
