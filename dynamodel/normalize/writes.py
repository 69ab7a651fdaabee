"""Writes of a spec as `WritePattern`s: steps bound to each other, arguments.

In: a checked write. Out: the pattern of the workload. What entities promise (`counted_in`, `taken_from`) adds steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.entities import Estimate
from dynamodel.ir.reads import ConditionDef, Equal, Op
from dynamodel.ir.values import FromEntity, Given, Source
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind, WritePattern
from dynamodel.normalize import defaults
from dynamodel.normalize.arguments import Arguments, Group
from dynamodel.normalize.conditions import Conditions
from dynamodel.normalize.entities import is_strict, span_of
from dynamodel.normalize.follow import follow
from dynamodel.normalize.rows import hottest_of
from dynamodel.normalize.weights import amount_of, micro, rate_of
from dynamodel.spec.nodes import ConditionSpec, RefSpec
from dynamodel.spec.pattern_nodes import ChangeCommon, CreateSpec, PutSpec, TransactionSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.normalize.virtual import Catalog
    from dynamodel.spec.links import Links
    from dynamodel.spec.model import ModelSpec, Pointer
    from dynamodel.spec.pattern_nodes import StepSpec, WriteSpec

_ONE = Estimate(1, 1)
_LIMITS = {"gt": "_above", "ge": "_from", "lt": "_below", "le": "_to"}  # beside the value that an attribute changes by


def _named(step: StepSpec) -> str:
    """The entity of the step whose item names this one's, where `by` says so; else empty."""
    by: tuple[RefSpec, ...] = getattr(step, "by", None) or ()
    return next((r.entity for r in by if r.entity != step.entity), "")


class Writer:
    """Resolves one write; a new one for each pattern."""

    def __init__(self, spec: ModelSpec, catalog: Catalog, links: Links) -> None:
        """It owns the pattern's arguments."""
        self.spec, self.catalog, self.links = spec, catalog, links
        self.arguments = Arguments()
        self.conditions = Conditions(spec, catalog, self.arguments, strict=is_strict(spec))
        self._bound: dict[tuple[int, str, str], Source] = {}  # (step, entity, attribute) -> what is known of it
        self._made: list[tuple[str, str]] = []  # (entity, argument) of single created entities
        self._about: list[tuple[str, tuple[Equal, ...]]] = []  # (entity, what finds it) of steps on an item each

    def write(self, pattern: WriteSpec | TransactionSpec, pointer: Pointer) -> WritePattern:
        """The pattern of the workload."""
        steps: Sequence[StepSpec] = pattern.steps if isinstance(pattern, TransactionSpec) else (pattern,)
        made = {i: self._create(s) for i, s in enumerate(steps) if isinstance(s, CreateSpec | PutSpec)}
        inside = isinstance(pattern, TransactionSpec)
        found = {i: self._found(s, i, inside=inside) for i, s in enumerate(steps) if i not in made and not _named(s)}
        found |= {i: self._found(s, i, inside=inside) for i, s in enumerate(steps) if _named(s)} | made
        done = [self._conditioned(s, found[i], i) for i, s in enumerate(steps)]
        whole = follow(done, self.catalog, self.arguments)
        first = done[0]
        entity = self.catalog.entity(first.entity)
        hottest = micro(pattern.hottest) if pattern.hottest is not None else None
        if hottest is None and first.equals:
            hottest = hottest_of(entity, first.equals)
        return WritePattern(
            name=pattern.name,
            steps=whole,
            arguments=self.arguments.all(),
            rate=rate_of(pattern.rps, pattern.peak, defaults.WRITE_RATE),
            transaction=isinstance(pattern, TransactionSpec) or len(whole) > 1,
            hottest=hottest,
            doc=pattern.doc,
            span=span_of(self.spec, pointer),
        )

    def _create(self, step: CreateSpec | PutSpec) -> StepDef:
        times = amount_of(step.times, 1, 1, 1) if step.times is not None else _ONE
        argument = self.arguments.whole(("whole", len(self._made)), step.entity, many=times.most > 1)
        self._made.append((step.entity if times.most == 1 else "", argument))
        return StepDef(StepKind(step.kind), step.entity, argument, times=times)

    def _found(self, step: StepSpec, index: int, *, inside: bool) -> StepDef:
        """A step that finds its item: by what other steps know, else by the caller's values.

        Outside a transaction several items are found by a list of identities.
        """
        entity = self.catalog.entity(step.entity)
        by = step.by if not isinstance(step, CreateSpec | PutSpec) else None
        times = amount_of(step.times, 1, 1, 1) if getattr(step, "times", None) is not None else _ONE  # type: ignore[union-attr]
        if not inside and times.most > 1:
            keys = self.arguments.identities(entity.name)
            found = tuple(Equal(name, keys) for name in entity.identity)
            return StepDef(StepKind(step.kind), entity.name, equals=found, times=times)
        refs = list(by) if by is not None else [RefSpec(entity=entity.name, name=n) for n in entity.identity]
        named = _named(step)
        if named:
            equals = self._of_child(named, entity, {r.name for r in refs})
        else:
            equals = self._apart(entity.name, [Equal(r.attribute, self._source(r, index)) for r in refs], index)
        known = set(entity.identity) == {e.attribute for e in equals}
        tenant = self.spec.tenant
        when: tuple[ConditionDef, ...] = ()
        if tenant and any(a.name == tenant for a in entity.attributes) and all(e.attribute != tenant for e in equals):
            source = self.arguments.given(
                ("tenant",), tenant, entity.attribute(tenant).type, entity=entity.name, group=Group.FIXED
            )
            if known:
                when = (ConditionDef(Op.EQ, tenant, (source,)),)
            else:  # what finds the items finds those of the tenant
                equals.insert(0, Equal(tenant, source))
                known = set(entity.identity) == {e.attribute for e in equals}
        return StepDef(
            StepKind(step.kind), entity.name, equals=tuple(equals), when=when, times=times, by_identity=known
        )

    def _of_child(self, child: str, parent: EntityDef, via: set[str]) -> list[Equal]:
        """What finds the parent that attributes of another step's item name."""
        argument = next((made for entity, made in self._made if entity == child), None)
        known = {e.attribute: e.source for entity, equals in self._about if entity == child for e in equals}
        link = next(p for p in self.catalog.entity(child).parents if p.entity == parent.name and set(p.via) == via)
        return [
            Equal(name, FromEntity(argument, mine) if argument else known[mine])
            for name, mine in zip(parent.identity, link.via, strict=True)
        ]

    def _apart(self, entity: str, equals: list[Equal], index: int) -> list[Equal]:
        """Two steps on one type are two items: what another step is about already, the caller names."""
        if equals and (entity, tuple(equals)) in self._about:
            last = equals[-1].attribute
            equals = [*equals[:-1], Equal(last, self._asked(RefSpec(entity=entity, name=last), index))]
        self._about.append((entity, tuple(equals)))
        return equals

    def _source(self, ref: RefSpec, index: int) -> Source:
        """Where a step's key value comes from: a created child, another step's value, the caller.

        Of several children, or values, the first step on a type has the first, the second has the second.
        """
        found: list[Source] = []
        for entity, argument in self._made:
            child = self.catalog.entity(entity) if entity else None
            for parent in child.parents if child else ():
                of = self.catalog.entity(parent.entity)
                if parent.entity == ref.entity and ref.attribute in of.identity:
                    found.append(FromEntity(argument, parent.via[of.identity.index(ref.attribute)]))
                    break
        for (other, entity, attribute), source in self._bound.items() if not found else ():
            if entity == ref.entity or other == index or source in found:
                continue  # two steps on one type are two items
            nearest = self.links.by_parents((entity, attribute), ref.entity) == (ref.attribute,)
            if nearest or (attribute == ref.attribute and self._one_value(entity, ref.entity, attribute)):
                found.append(source)
        before = sum(entity == ref.entity for entity, _ in self._about)
        return found[min(before, len(found) - 1)] if found else self._asked(ref, index)

    def _asked(self, ref: RefSpec, index: int) -> Source:
        node = (ref.entity, ref.attribute)
        meaning = (*node, "", "", index)
        attribute_def = self.catalog.attribute(ref.entity, ref)
        source = self.arguments.given(
            meaning, ref.attribute.replace("@", "_"), attribute_def.type, entity=ref.entity, group=Group.FIXED
        )
        self._bound[(index, *node)] = source
        return source

    def _one_value(self, one: str, other: str, attribute: str) -> bool:
        """Whether an equal name means one value: not where it alone identifies both, nor where the types differ."""
        kinds = {self.catalog.entity(e).attribute(attribute).type.kind for e in (one, other)}
        return len(kinds) == 1 and not all(self.catalog.entity(e).identity == (attribute,) for e in (one, other))

    def _conditioned(self, step: StepSpec, done: StepDef, index: int) -> StepDef:
        self.conditions.step = index
        actions = self._actions(step, index) if isinstance(step, ChangeCommon) else ()
        changed = {a.attribute for a in actions if isinstance(a.source, Given)}
        when = tuple(self._when(c, changed) for c in getattr(step, "when", ()))
        return StepDef(
            done.kind,
            done.entity,
            done.argument,
            done.equals,
            actions,
            (*done.when, *when),
            done.times,
            done.by_identity,
        )

    def _when(self, condition: ConditionSpec, changed: set[str]) -> ConditionDef:
        """A condition; what is asked of an attribute that changes is named `expected_status`, or `cents_from`."""
        ref = condition.attr
        if condition.given and ref and ref.attribute in changed and condition.op in _LIMITS:
            given = self.conditions.value(ref, Group.EXPECTED, f"when {condition.op}", suffix=_LIMITS[condition.op])
            return ConditionDef(Op(condition.op), ref.attribute, (given,))
        if condition.op == "eq" and condition.given and ref:
            prefix = "expected_" if ref.attribute in changed else ""
            known = self._bound.get((self.conditions.step, ref.entity, ref.attribute))
            source = known or self.conditions.value(ref, Group.EXPECTED, "when", prefix=prefix)
            return ConditionDef(Op.EQ, ref.attribute, (source,))
        return self.conditions.condition(condition, Group.EXPECTED, "when")

    def _actions(self, step: ChangeCommon, index: int) -> tuple[ActionDef, ...]:
        actions: list[ActionDef] = []
        for kind, items in (
            (ActionKind.SET, step.set),
            (ActionKind.ADD, step.add),
            (ActionKind.APPEND, step.append),
        ):
            for item in items:
                ref = item if isinstance(item, RefSpec) else item.attr
                if ref is None:
                    continue
                source = (
                    self._given_value(ref, kind, index)
                    if isinstance(item, RefSpec)
                    else self.conditions.constant_of(item, added=kind is ActionKind.ADD)
                )
                actions.append(ActionDef(kind, ref.name, source))
        actions += [ActionDef(ActionKind.REMOVE, r.name) for r in step.remove]
        return tuple(actions)

    def _given_value(self, ref: RefSpec, kind: ActionKind, index: int) -> Source:
        attribute = self.catalog.entity(ref.entity).attribute(ref.name)
        return self.arguments.given(
            (ref.entity, ref.name, kind, index),
            ref.name,
            attribute.type,
            entity=ref.entity,
            group=Group.VALUE,
            optional=attribute.optional and kind is ActionKind.SET,
        )
