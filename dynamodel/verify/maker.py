"""Makes rows: one at a time, legal, linked to what exists, and close to what is already there.

In: a workload, a seed, a clock. Out: rows whose values come from small pools shared by linked attributes, so that equal
sort values, neighboring partitions and twins of one prefix are the rule and not the exception.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from itertools import chain, islice
from random import Random
from typing import TYPE_CHECKING

from dynamodel.ir.suite import Row
from dynamodel.ir.writes import StepKind
from dynamodel.records import dataclass
from dynamodel.verify.domains import Domains, domains
from dynamodel.verify.oracle.compare import canonical, equal
from dynamodel.verify.oracle.store import Identity, identity_of
from dynamodel.verify.values import distinct, hostile, legal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dynamodel.ir.entities import AttributeDef, EntityDef, ParentDef
    from dynamodel.ir.workload import Workload
    from dynamodel.verify.oracle.compare import Canonical

_FEW = 3  # values of an attribute that patterns select by
_SOME = 5  # values of an attribute that patterns order by: ties are certain
_MANY = 12
_ORPHANS = 0.08  # rows whose parent does not exist
_ABSENT = 0.3  # optional attributes without a value
_EXPIRED = 0.25
_TRIES = 60


class _Choice(Enum):
    """What an attribute is among those that no two rows share."""

    LONE = "it alone tells rows apart"
    PART = "it does so together with others"
    ANY = "rows may share it"


@dataclass(slots=True)
class _Pool:
    """The values that the attributes of a domain share: constants of the patterns first, then as many as were asked."""

    definitions: list[AttributeDef]
    constants: list[object]
    random: Random
    source: Iterator[object]
    asked: int = 0
    values: list[object] = field(default_factory=list)
    _common: dict[Canonical, object] = field(default_factory=dict)

    def grow(self, wanted: int) -> None:
        """Take more from the source; what each attribute of the domain may hold is kept."""
        more = wanted - self.asked if self.asked else wanted + len(self.constants)
        for value in chain([] if self.asked else self.constants, islice(self.source, more)):
            if value is not None and all(legal(d, value) for d in self.definitions):
                self._common[canonical(value)] = value
        self.asked = wanted
        self.values = list(self._common.values())


@dataclass(slots=True)
class Maker:
    """The state of making: pools of values, and the identities and unique values that are in use."""

    workload: Workload
    seed: int
    now: datetime
    random: Random = field(init=False)
    domains: Domains = field(init=False)
    made: dict[str, list[Mapping[str, object]]] = field(init=False)
    _identities: dict[str, list[Identity]] = field(init=False)
    taken: set[tuple[object, ...]] = field(default_factory=set)
    _pools: dict[tuple[str, str], _Pool] = field(default_factory=dict)
    _choices: dict[tuple[str, str], tuple[_Choice, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start with no row."""
        self.random = Random(self.seed)  # noqa: S311 - repeatable data, no secret
        self.domains = domains(self.workload)
        self.made = {e.name: [] for e in self.workload.entities}
        self._identities = {e.name: [] for e in self.workload.entities}

    def pool(self, entity: str, attribute: str, wanted: int = _MANY) -> list[object]:
        """The values of the attribute's domain that the attribute may hold, constants of the patterns first."""
        pool = self._pools.get((entity, attribute))
        if pool is None:
            pool = self._opened(self.domains.root[(entity, attribute)])
        if pool.asked < wanted:
            pool.grow(wanted)
            if not pool.values:  # linked attributes without a common value: the link cannot meet, they still exist
                other = Random()  # noqa: S311 - goes on where the pool's stands, which is not disturbed
                other.setstate(pool.random.getstate())
                own = hostile(self.workload.entity(entity).attribute(attribute), other, self.now, wanted)
                pool.values = list({canonical(v): v for v in own}.values())
        return pool.values

    def _opened(self, root: tuple[str, str]) -> _Pool:
        """The pool of a domain, now that of each of its attributes."""
        members = self.domains.members(root)
        definitions = [self.workload.entity(e).attribute(a) for e, a in members]
        constants = [v for m in members for v in self.domains.uses[m].constants]
        random = Random(f"{self.seed} {root[0]} {root[1]}")  # noqa: S311 - the same values however they are asked for
        pool = _Pool(definitions, constants, random, distinct(definitions[0], random, self.now))
        self._pools |= dict.fromkeys(members, pool)
        return pool

    def row(self, entity: EntityDef, fixed: Mapping[str, object] | None = None, *, orphan: bool = False) -> Row | None:
        """A new row with a free identity and free unique values; None when the types have no more.

        An `orphan` has no parent that exists, whatever chance says.
        """
        for attempt in range(_TRIES):
            values = self._values(entity, dict(fixed or {}), attempt, orphan=orphan)
            if self.taken.isdisjoint(self.claims(entity, values)):
                return Row(
                    entity.name, {a.name: values[a.name] for a in entity.stored if values.get(a.name) is not None}
                )
        return None

    def keep(self, row: Row) -> None:
        """Count a row as existing: later rows may have it as parent and may not repeat what is unique in it."""
        self.taken.update(self.claims(self.workload.entity(row.entity), row.values))
        self.made[row.entity].append(row.values)
        self._identities[row.entity].append(identity_of(self.workload.entity(row.entity), row.values))

    def take_back(self, entity: EntityDef) -> Row:
        """The last row of an entity that was kept, which does not exist any more."""
        row = Row(entity.name, self.made[entity.name].pop())
        self._identities[entity.name].pop()
        self.taken.difference_update(self.claims(entity, row.values))
        return row

    def claims(self, entity: EntityDef, values: Mapping[str, object]) -> list[tuple[object, ...]]:
        """What no other row may have: the identity, and the values of each unique set without None."""
        claims: list[tuple[object, ...]] = [("identity", entity.name, *identity_of(entity, values))]
        for unique in entity.unique:
            held = [values.get(name) for name in unique.attributes]
            if all(v is not None for v in held):
                claims.append(("unique", unique.namespace, *(canonical(v) for v in held)))
        return claims

    def _values(
        self, entity: EntityDef, fixed: dict[str, object], attempt: int, *, orphan: bool = False
    ) -> dict[str, object]:
        values = dict(fixed)
        for parent in entity.parents:
            lost = orphan or (self.random.random() < _ORPHANS and not attempt)
            self._link(entity, parent, values, lost=lost)
        for attribute in entity.stored:
            if attribute.name not in values:
                values[attribute.name] = self._value(entity, attribute, attempt)
        for attribute in entity.stored:
            if attribute.kept:
                values[attribute.name] = self._kept(entity, attribute, values)
            elif attribute.copy_of is not None and attribute.name not in fixed:
                copied = self._copied(entity, attribute, values)
                if legal(attribute, copied):
                    values[attribute.name] = copied
        return values

    def _link(self, entity: EntityDef, parent: ParentDef, values: dict[str, object], *, lost: bool) -> None:
        """Choose a parent among the existing rows, the first ones more often; none for what is `lost`."""
        if lost:
            size = len(self.made[parent.entity]) + _FEW
            values.update((via, self.pool(entity.name, via, size)[-1]) for via in parent.via if via not in values)
            return
        names = self.workload.entity(parent.entity).identity
        if any(via in values and values[via] is None for via in parent.via):
            return
        known = [(at, canonical(values[via])) for at, via in enumerate(parent.via) if via in values]
        fitting = self.made[parent.entity]
        if known:
            fitting = [
                row
                for row, identity in zip(fitting, self._identities[parent.entity], strict=True)
                if all(identity[at] == value for at, value in known)
            ]
        if not fitting:
            return
        if entity.attribute(parent.via[0]).optional and self.random.random() < _ABSENT:
            return
        row = fitting[min(int(self.random.expovariate(0.7)), len(fitting) - 1)]
        values.update((via, row[n]) for via, n in zip(parent.via, names, strict=True))

    def _value(self, entity: EntityDef, attribute: AttributeDef, attempt: int) -> object:
        if attribute.optional and attribute.name not in entity.identity and self.random.random() < _ABSENT:
            return None
        if attribute.role == "ttl":
            return self._ttl(entity)
        if attribute.role == "version":
            return self.random.randint(1, 3)
        kind, size = self._choice(entity, attribute)
        if kind is _Choice.LONE:  # the newest of as many as there are rows is the likeliest to be free
            size = len(self.made[entity.name]) + 1 + attempt
            return self.pool(entity.name, attribute.name, size)[:size][-1]
        if kind is _Choice.PART:
            size += attempt
        return self.random.choice(self.pool(entity.name, attribute.name, size)[:size])

    def _choice(self, entity: EntityDef, attribute: AttributeDef) -> tuple[_Choice, int]:
        """How an attribute's value is chosen, and from how many values; the same for every row."""
        known = self._choices.get((entity.name, attribute.name))
        if known is None:
            unique = any(attribute.name in u.attributes for u in entity.unique)
            if attribute.name in entity.identity or unique:
                known = (_Choice.LONE if len(entity.identity) == 1 or unique else _Choice.PART, _FEW)
            else:
                uses = self.domains.uses[(entity.name, attribute.name)]
                size = _FEW if uses.selected else _SOME if uses.ordered else _MANY
                known = (_Choice.ANY, size + len(uses.constants))
            self._choices[entity.name, attribute.name] = known
        return known

    def _ttl(self, entity: EntityDef) -> datetime:
        """Of a singleton there is one row: it has expired only where the model makes it anew."""
        made = entity.identity or any(s.kind is StepKind.CREATE for _, s in self.workload.steps_on(entity.name))
        if made and self.random.random() < _EXPIRED:
            return self.now - timedelta(seconds=self.random.choice((0, 1, 86_400)))
        return self.now + timedelta(seconds=self.random.choice((1, 3600, 30 * 86_400)))

    def _kept(self, entity: EntityDef, attribute: AttributeDef, values: Mapping[str, object]) -> object:
        """What the parent that the row names holds, None without a parent."""
        copy = next(c for c in self.workload.copied if (c.entity, c.attribute) == (entity.name, attribute.name))
        names = self.workload.entity(copy.parent).identity
        for row in self.made[copy.parent]:
            if all(equal(values.get(v), row[n]) for v, n in zip(copy.via, names, strict=True)):
                return row.get(copy.source)
        return None

    def _copied(self, entity: EntityDef, attribute: AttributeDef, values: Mapping[str, object]) -> object:
        assert attribute.copy_of is not None
        owner, name = attribute.copy_of
        for parent in entity.parents:
            if parent.entity == owner:
                names = self.workload.entity(owner).identity
                for row in self.made[owner]:
                    if all(equal(values.get(v), row[n]) for v, n in zip(parent.via, names, strict=True)):
                        return row.get(name)
        return values.get(attribute.name)


def near(attribute: AttributeDef, value: object) -> list[object]:
    """Legal values just beside a value: a step below and above, twins of a prefix; none for a bucket's text."""
    if attribute.bucket is not None:
        return []
    return [v for v in _neighbors(attribute, value) if legal(attribute, v)]


def _neighbors(attribute: AttributeDef, value: object) -> Sequence[object]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value - 1, value + 1]
    if isinstance(value, Decimal):
        step = Decimal(1).scaleb(-(attribute.type.scale or 2))
        return [value - step, value + step]
    if isinstance(value, datetime):
        step_in_time = timedelta(seconds=1) if attribute.role == "ttl" else timedelta(microseconds=1)
        return [value - step_in_time, value + step_in_time]
    if isinstance(value, date):
        return [value - timedelta(days=1), value + timedelta(days=1)]
    if isinstance(value, str) and attribute.type.kind == "string":
        return [value[:-1], value + "0", value + " ", value + "#", value + "\x00"]
    if isinstance(value, bytes):
        return [value[:-1], value + b"\x00"]
    return []
