"""What a layout costs: bytes of items and entries, block sizes, and list prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.prices import PRICES
from dynamodel.ir.writes import StepKind
from tests.property.planner.brute.parts import Shape
from tests.property.planner.brute.writes import MICRO, changes, has_to_read, share, there

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.entities import AttributeDef, EntityDef
    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import StepDef, WritePattern
    from tests.property.planner.brute.parts import Asked, Clan

MONTH = 730 * 3600

# A part, which clan answers it, whether its units are rounded alone, and the bytes that it is charged with if these are
# known: the first part of a request pays for all of it.
Answer = tuple["Asked", int, bool, int | None]
Rank = tuple[int, int]  # requests beyond one for each read, millionths of a US dollar a month


class Costs:
    """Ranks of the layouts of a model."""

    def __init__(self, model: Workload) -> None:
        self._model = model
        self._entities: dict[str, EntityDef] = {e.name: e for e in model.entities}
        self._keys: dict[tuple[str, Clan], int] = {}

    def rank(
        self, layout: Sequence[Clan], requests: int, reads: Sequence[Answer], *, shared: bool = False
    ) -> Rank | None:
        """The rank of a layout whose reads are answered in these ways; None when nobody reads one of its keys.

        Each index holds what its own entity is asked for there, or, where all are `shared`, what any other is as well.
        """
        money = 0
        for name, entity in self._entities.items():
            mine = [at for at, clan in enumerate(layout) if name in clan.shapes]
            base = next(at for at in mine if layout[at].place == "base")
            keys = {at: self._key_bytes(entity, layout[at]) for at in mine}
            shapes = {at: layout[at].shapes[name] for at in mine if at != base}
            forms = {at: layout[at].form for at in mine}
            shares = {at: share(entity, shape) for at, shape in shapes.items()}
            own = sum(_stored(a) for a in entity.stored) + len("_type") + len(entity.tag)
            texts = {at: _in_text(shape, forms[at]) for at, shape in shapes.items()}
            item = own + keys[base]
            item += sum(keys[at] * share(entity, text) // MICRO for at, text in texts.items() if text is not None)
            entries: dict[int, tuple[int, frozenset[str] | None]] = {}
            for at in mine:
                if at == base:
                    continue
                users = [part for part, place, *_ in reads if place == at and part.entity == name]
                if not users:
                    return None  # nobody reads it: there is a layout without it
                if shared:
                    users += [p for p, place, *_ in reads if layout[place].place == "index" and p.entity != name]
                held: frozenset[str] | None = frozenset(n for p in users for n in p.returns or ())
                if any(p.returns is None for p in users):
                    held = None
                size = item
                if held is not None:
                    every = held | _as_they_are(layout[at], name)
                    typed = forms[at] == "natural" and not shapes[at].partition
                    size = keys[base] + keys[at] + _bytes(entity, every) + typed * len("_type" + entity.tag)
                entries[at] = (size, held)
            count = entity.count.average
            stored = count * (item + 100) + sum(
                count * shares[at] // MICRO * (size + 100) for at, (size, _) in entries.items()
            )
            money += _nearest(stored * PRICES.nano_usd["storage_gb_month"], 2**30 * 1000)
            for part, at, alone, known in reads:
                if part.entity == name:
                    size = part.rows * (item if at == base else entries[at][0]) if known is None else known
                    strong = part.consistent or (part.kept and at == base)
                    units = max(1, -(-size // 4096)) * 1_000_000 if alone else size * 1_000_000 // 4096
                    money += self._monthly(units if strong else units // 2, 0, part.rate)
            money += self._joined(name, item)
            more, cost = self._writes(entity, item, entries, (shapes, texts))
            requests += more
            money += cost
        return requests, money

    def whole(self, parts: Sequence[Asked]) -> int | None:
        """The whole units that a request for these parts takes, in bytes; None where 256 bytes of keys may matter."""
        least = most = 0
        for part in parts:
            entity = self._entities[part.entity]
            item = sum(_stored(a) for a in entity.stored) + len("_type") + len(entity.tag)
            least += part.rows * item
            most += part.rows * (item + 256)
        units = max(1, -(-least // 4096))
        return units * 4096 if most <= units * 4096 else None

    def _key_bytes(self, entity: EntityDef, clan: Clan) -> int:
        if (entity.name, clan) not in self._keys:
            self._keys[entity.name, clan] = _key_bytes(entity, clan, entity.name)
        return self._keys[entity.name, clan]

    def _joined(self, name: str, item: int) -> int:
        """What it costs to read items as the parents of the rows of a read, each by itself."""
        units = max(1, -(-item // 4096)) * 500_000
        joins = [(p, j) for p in self._model.reads for j in p.joins if j.parent == name]
        return sum(self._monthly(p.parts[0].rows.average * units, 0, p.rate.average) for p, _ in joins)

    def _writes(
        self,
        entity: EntityDef,
        item: int,
        entries: dict[int, tuple[int, frozenset[str] | None]],
        shapes: tuple[dict[int, Shape], dict[int, Shape | None]],
    ) -> tuple[int, int]:
        """The reads before a write that a key asks for, and what all steps on an entity cost."""
        requests, money = 0, 0
        for pattern in self._model.writes:
            for step in pattern.steps:
                if step.entity == entity.name:
                    blind, read, write = self._step(entity, pattern, step, (item, entries, shapes))
                    requests += blind
                    money += self._monthly(read, write, pattern.rate.average)
        return requests, money

    def _step(
        self,
        entity: EntityDef,
        pattern: WritePattern,
        step: StepDef,
        stored: tuple[
            int,
            dict[int, tuple[int, frozenset[str] | None]],
            tuple[dict[int, Shape], dict[int, Shape | None]],
        ],
    ) -> tuple[int, int, int]:
        item, entries, (shapes, texts) = stored
        look = max(1, -(-item // 4096)) * 1_000_000
        if step.kind is StepKind.LOOK:
            return 0, look, 0
        reads = bool(set(step.reads) - set(entity.identity))
        blind = any(text is not None and has_to_read(entity, text, step) for text in (texts[at] for at in entries))
        moved = 0
        for at, (size, held) in entries.items():
            moved += changes(self._model, entity, shapes[at], held, step) * max(1, -(-size // 1024))
        factor = 2 if pattern.transaction or step.kind is StepKind.CHECK else 1
        count = step.times.average
        write = count * (factor * max(1, -(-item // 1024)) * 1_000_000 + moved)
        return int(blind and not reads), count * look * (blind or reads), write

    @staticmethod
    def _monthly(read: int, write: int, rate: int) -> int:
        nano = read * PRICES.nano_usd["on_demand_read_unit"] + write * PRICES.nano_usd["on_demand_write_unit"]
        return _nearest(nano * rate * MONTH, 10**15)


def _as_they_are(clan: Clan, name: str) -> set[str]:
    """The attributes that an entry holds because they are its key."""
    shape = clan.shapes[name]
    sort = {n for n, _, _ in shape.sort}
    return {"": set[str](), "natural": shape.names, "marked": shape.names, "half": sort}[clan.form]


def _in_text(shape: Shape, form: str) -> Shape | None:
    """What of a key is text, which a write has to know whole; None if nothing is."""
    mark = Shape((), (), tuple(c for c in shape.when if c[1] is not None or c[0] not in shape.names))
    return {"": shape, "natural": None, "marked": mark, "half": Shape(shape.partition, (), shape.when)}[form]


def _key_bytes(entity: EntityDef, clan: Clan, name: str) -> int:
    """Bytes of the texts of a key with their names; all types of a model have equally long names.

    That of a local index has no partition of its own.
    """
    if clan.form == "natural":
        return 0
    if clan.form in {"marked", "half"}:
        sizes = {a.name: a.size.average for a in entity.attributes}
        held = clan.shapes[name].partition if clan.form == "half" else ()
        return len("GSI1PK") + len(entity.tag) + 1 + sum(sizes[n] + 1 for n in held)
    shape, sizes = clan.shapes[name], {a.name: a.size.average for a in entity.attributes}
    names = {"base": len("PK") + len("SK"), "local": len("LSI1SK"), "index": len("GSI1PK") + len("GSI1SK")}[clan.place]
    texts, values = clan.texts[name], list[int]()
    if clan.place != "local":
        texts += 1
        values += [sizes[n] for n in shape.partition]
    # Descending, a text has two digits for each byte and an end; where items without a value lie takes a mark.
    values += [(sizes[n] * 2 + 1 if down else sizes[n]) + bool(absent) for n, down, absent in shape.sort]
    return names + texts * (len(entity.tag) + 1) + sum(size + 1 for size in values)


def _bytes(entity: EntityDef, names: frozenset[str]) -> int:
    return sum(_stored(a) for a in entity.stored if a.name in names)


def _stored(attribute: AttributeDef) -> int:
    """Bytes of an attribute with its name in an average item."""
    size = len(attribute.name) + attribute.size.average
    return size * there(attribute) // MICRO


def _nearest(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
