"""Reads of a spec as `ReadPattern`s: parts with their equalities, ranges, orders, joins and arguments.

In: a checked read. Out: the pattern of the workload. The tenant, if the model has one, joins every `by`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.ir.reads import Distance, Equal, JoinDef, NearDef, OrderTerm, PartDef, ReadKind, ReadPattern
from dynamodel.normalize import defaults
from dynamodel.normalize.arguments import Arguments, Group
from dynamodel.normalize.conditions import Conditions
from dynamodel.normalize.entities import is_strict, span_of
from dynamodel.normalize.rows import hottest_of, is_single, rows_of
from dynamodel.normalize.weights import amount_of, micro, rate_of
from dynamodel.spec.nodes import ConditionSpec, RefSpec
from dynamodel.spec.pattern_nodes import (
    BatchGetSpec,
    CollectionSpec,
    GetSpec,
    QuerySpec,
    ScanSpec,
    SearchSpec,
    TransactionSpec,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.reads import RangeDef
    from dynamodel.ir.values import Source
    from dynamodel.normalize.virtual import Catalog
    from dynamodel.spec.links import Links
    from dynamodel.spec.model import ModelSpec, Pointer
    from dynamodel.spec.pattern_nodes import ReadSpec


class Reader:
    """Resolves one read."""

    def __init__(self, spec: ModelSpec, catalog: Catalog, links: Links) -> None:
        """A new one for each pattern: it owns the pattern's arguments."""
        self.spec, self.catalog, self.links = spec, catalog, links
        self.arguments = Arguments()
        self.conditions = Conditions(spec, catalog, self.arguments, strict=is_strict(spec))

    def read(self, pattern: ReadSpec | TransactionSpec, pointer: Pointer) -> ReadPattern:
        """The pattern of the workload."""
        if isinstance(pattern, QuerySpec):
            pattern = self._localized(pattern)
        tenant = self._tenant(pattern)
        self.conditions.shared = isinstance(pattern, CollectionSpec)
        parts: tuple[PartDef, ...]
        if isinstance(pattern, CollectionSpec):
            parts = tuple(self._part(p, self._linked(p, pattern.by), tenant) for p in pattern.parts)
        elif isinstance(pattern, TransactionSpec):
            parts = self._snapshot(pattern, tenant)
        else:
            parts = (self._part(pattern, self._equals(pattern), tenant),)
        returns, joins, count = self._returns(pattern)
        first = parts[0]
        default = defaults.SCAN_RATE if isinstance(pattern, ScanSpec) else defaults.READ_RATE
        near = self._near(pattern) if isinstance(pattern, SearchSpec) else None
        return ReadPattern(
            name=pattern.name,
            kind=ReadKind.TRANSACT_GET if isinstance(pattern, TransactionSpec) else ReadKind(pattern.kind),
            parts=parts,
            arguments=self.arguments.all(),
            rate=rate_of(pattern.rps, pattern.peak, default),
            returns=returns,
            joins=joins,
            count=count,
            merged=isinstance(pattern, CollectionSpec) and pattern.merged,
            consistent=not isinstance(pattern, TransactionSpec) and pattern.consistent,
            batch=amount_of(pattern.keys, defaults.KEYS.value, defaults.KEYS_MOST.value, 1)
            if isinstance(pattern, BatchGetSpec)
            else None,
            near=near,
            hottest=micro(pattern.hottest)
            if pattern.hottest is not None
            else None
            if isinstance(pattern, BatchGetSpec)
            else hottest_of(self.catalog.entity(first.entity), first.equals),
            doc=pattern.doc,
            span=span_of(self.spec, pointer),
        )

    def _near(self, pattern: SearchSpec) -> NearDef:
        """What is searched for: an argument of its own, after those of `by`."""
        name = pattern.near.name
        kind = self.catalog.entity(pattern.entity).attribute(name).type
        given = self.arguments.given(("near",), name, kind, entity=pattern.entity, group=Group.RANGE)
        return NearDef(name, given, Distance(pattern.distance))

    def _localized(self, pattern: QuerySpec) -> QuerySpec:
        """The query with attributes of its own entity in place of those of parents."""
        fixed = {r.attribute for r in pattern.by or () if r.entity == pattern.entity}

        def ref(given: RefSpec) -> RefSpec:
            own = given.entity == pattern.entity
            return given if own else self.catalog.of_parent(pattern.entity, given, fixed)

        def condition(given: ConditionSpec) -> ConditionSpec:
            inner = tuple(condition(c) for c in given.any_of)
            return given.model_copy(update={"attr": given.attr and ref(given.attr), "any_of": inner})

        return pattern.model_copy(
            update={
                "by": tuple(ref(r) for r in pattern.by),
                "where": tuple(condition(c) for c in pattern.where),
                "range": pattern.range and condition(pattern.range),
                "order_by": tuple(ref(r) for r in pattern.order_by),
                "filter": tuple(condition(c) for c in pattern.filter),
            }
        )

    def _tenant(self, pattern: ReadSpec | TransactionSpec) -> str | None:
        return None if getattr(pattern, "all_tenants", False) else self.spec.tenant

    def _given(self, entity: str, names: Sequence[str]) -> list[Equal]:
        refs = [RefSpec(entity=entity, name=name) for name in names]
        return [Equal(r.attribute, self.conditions.value(r, Group.FIXED)) for r in refs]

    def _equals(self, pattern: GetSpec | QuerySpec | BatchGetSpec | ScanSpec | SearchSpec) -> list[Equal]:
        if isinstance(pattern, BatchGetSpec):
            source = self.arguments.identities(pattern.entity)
            return [Equal(name, source) for name in self.catalog.entity(pattern.entity).identity]
        if isinstance(pattern, GetSpec) and pattern.by is None:
            return self._given(pattern.entity, self.catalog.entity(pattern.entity).identity)
        refs = () if isinstance(pattern, ScanSpec) else pattern.by or ()
        return [Equal(r.attribute, self.conditions.value(r, Group.FIXED)) for r in refs]

    def _linked(self, part: GetSpec | QuerySpec, by: Sequence[RefSpec]) -> list[Equal]:
        """What a part of a collection is fixed by: its own references in `by`, the counterparts of the others."""
        own = [r for r in by if r.entity == part.entity]
        first = [r for r in by if r.entity == by[0].entity]
        if own:
            pairs = list(zip(own, first, strict=False)) if own is not first else [(r, r) for r in own]
        else:
            pairs = []
            for ref in first:
                name = self.links.counterpart((ref.entity, ref.name), part.entity)
                if name is not None:
                    pairs.append((RefSpec(entity=part.entity, name=name, bucket=ref.bucket), ref))
        for mine, _ in pairs:
            self.catalog.attribute(part.entity, mine)
        return [Equal(mine.attribute, self.conditions.value(ref, Group.FIXED)) for mine, ref in pairs]

    def _snapshot(self, pattern: TransactionSpec, tenant: str | None) -> tuple[PartDef, ...]:
        parts: list[PartDef] = []
        values: dict[tuple[str, str], Source] = {}
        for step in pattern.steps:
            if not isinstance(step, GetSpec):
                continue
            names = (
                [r.attribute for r in step.by]
                if step.by is not None
                else list(self.catalog.entity(step.entity).identity)
            )
            equals = []
            for name in names:
                near = [
                    s
                    for n, s in values.items()
                    if n[0] != step.entity and self.links.by_parents(n, step.entity) == (name,)
                ]
                equals.append(Equal(name, near[0]) if near else self._given(step.entity, [name])[0])
            parts.append(self._part(step, equals, tenant))
            values |= {(step.entity, e.attribute): e.source for e in equals}
        return tuple(parts)

    def _part(
        self, part: GetSpec | QuerySpec | BatchGetSpec | ScanSpec | SearchSpec, equals: list[Equal], tenant: str | None
    ) -> PartDef:
        entity = self.catalog.entity(part.entity)
        if tenant and any(a.name == tenant for a in entity.attributes) and all(e.attribute != tenant for e in equals):
            equals = [*self._tenant_equal(part.entity, tenant), *equals]
        query = part if isinstance(part, QuerySpec) else None
        where_equals, where = self.conditions.split(query.where if query else ())
        equals = list({e.attribute: e for e in [*equals, *where_equals]}.values())
        range_: RangeDef | None = self.conditions.range(query.range if query else None)
        kept = [self.conditions.condition(c, Group.RANGE, "filter") for c in getattr(part, "filter", ())]
        order = tuple(
            OrderTerm(self.catalog.attribute(r.entity, r).name, r.descending, r.nulls)
            for r in (query.order_by if query else ())
        )
        limit = part.limit if isinstance(part, QuerySpec | SearchSpec) else None
        if isinstance(part, SearchSpec) and limit is None:
            limit = int(defaults.FOUND.value)
        entity = self.catalog.entity(part.entity)
        if query is not None and query.history and entity.history is not None:
            entity = self.catalog.entity(entity.history.entity)  # a version has the attributes of its item
        single = is_single(entity, {e.attribute for e in equals})
        made = PartDef(
            entity=entity.name,
            equals=tuple(equals),
            where=tuple(where),
            range=range_,
            order=order,
            limit=limit,
            filter=tuple(kept),
            single=single,
        )
        page = None if made.crossed else limit
        said = query.rows if query else None
        return replace(made, rows=rows_of(entity, equals, [*where, *kept], range_, limit=page, said=said))

    def _tenant_equal(self, entity: str, tenant: str) -> list[Equal]:
        attribute = self.catalog.entity(entity).attribute(tenant)
        source = self.arguments.given(("tenant",), tenant, attribute.type, entity=entity, group=Group.FIXED)
        return [Equal(tenant, source)]

    def _returns(self, pattern: ReadSpec | TransactionSpec) -> tuple[tuple[str, ...] | None, tuple[JoinDef, ...], bool]:
        wanted = getattr(pattern, "returns", None)
        if wanted is None or isinstance(pattern, CollectionSpec | TransactionSpec):
            return None, (), False
        if wanted == "count":
            return None, (), True
        own = tuple(dict.fromkeys(r.name for r in wanted if r.entity == pattern.entity))
        entity = self.catalog.entity(pattern.entity)
        joins: list[JoinDef] = []
        # of two links to one parent the caller knows the one in `by`: the rows tell the other
        fixed = {r.attribute for r in getattr(pattern, "by", None) or ()}
        for parent in sorted(entity.parents, key=lambda p: set(p.via) <= fixed):
            names = tuple(dict.fromkeys(r.name for r in wanted if r.entity == parent.entity))
            if names and all(j.parent != parent.entity for j in joins):
                joins.append(JoinDef(parent.entity, parent.via, names))
        return own, tuple(joins), False
