"""Makes up calls of a write: items that exist, have expired or are free, with mixtures of old, new and missing values.

In: a maker, the rows, a write. Out: arguments, and words for what is special about them. Nothing is judged here.
"""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from dynamodel.ir.suite import Row
from dynamodel.ir.values import Given, Kind
from dynamodel.ir.writes import ActionKind, StepKind
from dynamodel.records import dataclass
from dynamodel.verify.oracle.compare import canonical, equal
from dynamodel.verify.oracle.store import Store, alive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import Argument
    from dynamodel.ir.writes import ActionDef, StepDef, WritePattern
    from dynamodel.verify.maker import Maker

_FREE = 0.4  # calls with an entity that meets nothing that exists
_UNIQUE = 0.7  # below it (and above _FREE): a unique value that exists; above it: an identity that exists
_EXISTING = 0.85  # calls about an item that exists
_NONE = 0.25  # optional values that are not given
_SAME = 0.4  # below it (and above _NONE): the value that the item has already
_TAKEN = 0.65  # below it (and above _SAME): a unique value of another item
_EVEN = 0.5
_EXPECTED = 0.6  # expected values that are the real ones
_CLOCK = 0.4  # new items whose time of creation is left to the client
_ASTRAY = 0.2  # counted children that name another parent than the call makes
_LIST = 3  # entities in a list argument


@dataclass(slots=True)
class Draw:
    """One call in the making."""

    maker: Maker
    store: Store
    pattern: WritePattern
    aims: Mapping[str, Mapping[str, object]] = field(default_factory=dict)  # by entity: values that the call shall give
    arguments: dict[str, object] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def complete(self) -> bool:
        """Choose everything; whether each argument found a value."""
        for step in sorted(self.pattern.steps, key=lambda s: bool(s.belongs)):  # parents before their children
            if step.argument is not None and step.argument not in self.arguments:
                argument = next(a for a in self.pattern.arguments if a.name == step.argument)
                given = self._entities(step, argument)
                if given is None:
                    return False
                self.arguments[step.argument] = given
        for argument in self.pattern.arguments:
            if argument.keys:
                self.arguments[argument.name] = self._keys(self.pattern.steps[0])
        for step in self.pattern.steps:
            self._identify(step)
        for step in self.pattern.steps:
            self._fill(step)
        self._expect_version()
        return all(a.name in self.arguments for a in self.pattern.arguments)

    def _entities(self, step: StepDef, argument: Argument) -> Row | tuple[Row, ...] | None:
        """New entities as a caller writes them: not expired, with the version and times that the client would set."""
        maker, entity = self.maker, self.maker.workload.entity(step.entity)
        rows: list[Row] = []
        taken = set(maker.taken)
        if not entity.identity:  # there is one item at most: writing it means writing the one that exists
            maker.taken.discard(("identity", entity.name))
        for _ in range(min(step.times.most, _LIST) if argument.many else 1):
            row = maker.row(entity, self._fixed(entity, rows))
            if row is None and not rows and maker.made[entity.name]:  # there is nothing new: it is what one item is
                maker.taken.difference_update(maker.claims(entity, maker.random.choice(maker.made[entity.name])))
                row = maker.row(entity, self._fixed(entity, rows))
            if row is None:
                break
            maker.taken.update(maker.claims(entity, row.values))
            rows.append(row)
        maker.taken = taken
        if not rows:
            return None
        rows[0] = self._on_existing(entity, rows[0])
        fresh = [Row(r.entity, self._fresh(entity, r.values)) for r in rows]
        return tuple(fresh) if argument.many else fresh[0]

    def _keys(self, step: StepDef) -> tuple[object, ...]:
        """Identities of a few items, of which some may be missing; sometimes of none."""
        maker, entity = self.maker, self.maker.workload.entity(step.entity)
        rows = list(self.store.rows[entity.name].values())
        chosen = maker.random.sample(rows, min(len(rows), maker.random.randint(0, _LIST)))
        fresh = maker.row(entity)
        if fresh is not None and maker.random.random() < _EVEN:
            chosen.append(fresh.values)
            self.notes.append(f"a missing {entity.name}")
        if not chosen:
            self.notes.append("an empty list")
        whole = [tuple(values[name] for name in entity.identity) for values in chosen]
        return tuple(whole) if len(entity.identity) > 1 else tuple(key for (key,) in whole)

    def _fresh(self, entity: EntityDef, values: Mapping[str, object]) -> Mapping[str, object]:
        now = self.maker.now
        set_by_client: dict[str | None, object] = {
            entity.with_role("created"): now,
            entity.with_role("updated"): now - timedelta(hours=1),  # whatever is given, the client writes its clock
            entity.with_role("version"): 1,
        }
        created = entity.with_role("created")
        if created is not None and created not in entity.identity and self.maker.random.random() < _CLOCK:
            del set_by_client[created]  # left to the client
            values = {name: value for name, value in values.items() if name != created}
            self.notes.append(f"{created} from the clock")
        ttl = entity.with_role("ttl")
        if ttl is not None and not alive(entity, values, now):
            set_by_client[ttl] = now + timedelta(days=2)
        merged = {a.name: set_by_client.get(a.name, values.get(a.name)) for a in entity.stored}
        merged |= self._unchanging(entity, values)
        return {name: value for name, value in merged.items() if value is not None}

    def _unchanging(self, entity: EntityDef, values: Mapping[str, object]) -> Mapping[str, object]:
        """What a caller who names an existing item by a generated identity also knows: what never changes of it."""
        if not any(entity.attribute(name).generated for name in entity.identity):
            return {}
        held = self.store.get(entity, tuple(canonical(values[name]) for name in entity.identity)) or {}
        return {a.name: held[a.name] for a in entity.stored if a.immutable and a.name in held}

    def _fixed(self, entity: EntityDef, rows: list[Row]) -> Mapping[str, object]:
        """What a new row must hold: what is aimed at; a parent that the call creates too, or that of its siblings."""
        fixed = dict(self.aims.get(entity.name, {}))
        for parent in entity.parents:
            names = self.maker.workload.entity(parent.entity).identity
            counted = any(of == parent.entity for of, _ in entity.counted_in)
            if counted and self._makes(parent.entity) and self.maker.random.random() < _ASTRAY:
                self.notes.append("a child of another parent")
                continue
            for given in self.arguments.values():
                first = given[0] if isinstance(given, tuple) and given else given
                if isinstance(first, Row) and first.entity == parent.entity:
                    fixed.update((via, first.values[n]) for via, n in zip(parent.via, names, strict=True))
            if rows:
                fixed.update((via, rows[0].values[via]) for via in parent.via if via in rows[0].values)
        return fixed

    def _makes(self, name: str) -> bool:
        """Whether the call makes one item of an entity."""
        return any(isinstance(given, Row) and given.entity == name for given in self.arguments.values())

    def _on_existing(self, entity: EntityDef, row: Row) -> Row:
        """Sometimes give the row the identity, or a unique value, of an item that exists or has expired."""
        existing = list(self.store.rows[entity.name].values())
        chance = self.maker.random.random()
        if not existing or chance < _FREE:
            return row
        other = self.maker.random.choice(existing)
        state = "a live" if alive(entity, other, self.maker.now) else "an expired"
        if entity.unique and chance < _UNIQUE:
            unique = self.maker.random.choice(entity.unique)
            if any(n in entity.identity for n in unique.attributes) or any(n not in other for n in unique.attributes):
                return row
            self.notes.append(f"a unique value of {state} item")
            return Row(row.entity, {**row.values, **{n: other[n] for n in unique.attributes}})
        self.notes.append(f"the identity of {state} item")
        return Row(row.entity, {**row.values, **{n: other[n] for n in entity.identity}})

    def _identify(self, step: StepDef) -> None:
        """Choose the item that a step finds by arguments: mostly an existing one, sometimes expired or missing."""
        maker, entity = self.maker, self.maker.workload.entity(step.entity)
        wanted = {e.attribute: e.source.argument for e in step.equals if isinstance(e.source, Given)}
        if not wanted or all(name in self.arguments for name in wanted.values()):
            return
        fitting = [
            v
            for v in self.store.rows[entity.name].values()
            if all(n not in self.arguments or equal(v.get(a), self.arguments[n]) for a, n in wanted.items())
        ]
        special = ""
        if fitting and maker.random.random() < _EXISTING:
            values = maker.random.choice(fitting)
            special = "" if alive(entity, values, maker.now) else f"an expired {entity.name}"
        else:
            fresh = maker.row(entity, {a: self.arguments[n] for a, n in wanted.items() if n in self.arguments})
            if fresh is None:
                return
            values = fresh.values
            special = f"a missing {entity.name}"
        if special and step.by_identity:
            self.notes.append(special)
        for attribute, name in wanted.items():
            if name not in self.arguments and values.get(attribute) is not None:
                self.arguments[name] = values[attribute]

    def _fill(self, step: StepDef) -> None:
        """Values for what a step sets, adds and compares."""
        entity = self.maker.workload.entity(step.entity)
        current = self._current(step)
        optional = {a.name for a in self.pattern.arguments if a.optional}
        for action in step.actions:
            if isinstance(action.source, Given) and action.source.argument not in self.arguments:
                name = action.source.argument
                self.arguments[name] = self._new_value(entity, action, current, optional=name in optional)
        for condition in step.when:
            for inner in (condition, *condition.any_of):
                for operand in inner.operands:
                    if isinstance(operand, Given) and operand.argument not in self.arguments:
                        held = current.get(inner.attribute)
                        real = held is not None and self.maker.random.random() < _EXPECTED
                        pool = self.maker.pool(entity.name, inner.attribute)
                        self.arguments[operand.argument] = held if real else self.maker.random.choice(pool)

    def _current(self, step: StepDef) -> Mapping[str, object]:
        """The row that a step is about, as far as arguments name it; empty if there is none."""
        entity = self.maker.workload.entity(step.entity)
        wanted = {
            e.attribute: self.arguments.get(e.source.argument) for e in step.equals if isinstance(e.source, Given)
        }
        if set(wanted) != set(entity.identity) or any(v is None for v in wanted.values()):
            return {}
        return self.store.get(entity, tuple(canonical(wanted[n]) for n in entity.identity)) or {}

    def _new_value(
        self, entity: EntityDef, action: ActionDef, current: Mapping[str, object], *, optional: bool
    ) -> object:
        maker, attribute = self.maker, entity.attribute(action.attribute)
        kind = attribute.type.kind
        if action.kind is ActionKind.ADD:
            return self._amount(entity, action)
        if action.kind is ActionKind.APPEND:
            return maker.random.choice([v for v in maker.pool(entity.name, attribute.name) if v])
        aimed = self.aims.get(entity.name, {})
        if action.attribute in aimed and (optional or aimed[action.attribute] is not None):
            return aimed[action.attribute]
        chance = maker.random.random()
        if optional and chance < _NONE:
            self.notes.append(f"no {attribute.name}")
            return None
        if chance < _SAME and current.get(attribute.name) is not None:
            self.notes.append(f"the same {attribute.name}")
            return current[attribute.name]
        if any(attribute.name in u.attributes for u in entity.unique):
            others = [v[attribute.name] for v in self.store.rows[entity.name].values() if attribute.name in v]
            if others and chance < _TAKEN:
                return maker.random.choice(others)
            return maker.pool(entity.name, attribute.name, len(others) + 6)[-1]
        if attribute.role == "ttl":
            return maker.now + timedelta(days=maker.random.randint(1, 5))
        return maker.random.choice([v for v in maker.pool(entity.name, attribute.name) if v or kind is not Kind.SET])

    def _amount(self, entity: EntityDef, action: ActionDef) -> object:
        """What is added: a small number, some members of a set, or numbers for entries of a map."""
        attribute = entity.attribute(action.attribute)
        if attribute.type.kind in {Kind.SET, Kind.MAP}:
            return self.maker.random.choice([v for v in self.maker.pool(entity.name, attribute.name) if v])
        amount = self.maker.random.choice((1, 2, -1, 3))
        return Decimal(amount) if attribute.type.kind is Kind.DECIMAL else amount

    def _expect_version(self) -> None:
        """Sometimes ask for the version that the item has, or for another one."""
        step = self.pattern.steps[0]
        chance = self.maker.random.random()
        version = self.maker.workload.entity(step.entity).with_role("version")
        if chance < _EVEN or step.kind is not StepKind.UPDATE or version is None or self.pattern.returned is None:
            return
        held = self._current(step).get(version)
        if isinstance(held, int):
            wrong = self.maker.random.random() < _EVEN
            self.arguments["expected_version"] = held + wrong
            self.notes.append("another version" if wrong else "the right version")
