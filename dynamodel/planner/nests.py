"""The layout of a shared partition: blocks side by side, and blocks inside each other.

In: a `Group` with its collections. Out: the group with the block of each entity and the requests of each collection.
A collection that the partition's values name lies at the top. One that has more values in common (`order with its
lines` in a customer's partition) reads below the rest of them: its entities form a nest, whose sort keys begin with
the same text and these values, and which is laid out within like a partition. Elsewhere a nest is one block: who reads
it, reads all of it, and none of its entities can be listed without the others (keys.md C5).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from dynamodel.planner.blocks import best_orders
from dynamodel.planner.families import is_whole, need_order, partial_of, positions_in, touches
from dynamodel.planner.groups import Block, Run
from dynamodel.planner.intervals import Demand, intervals
from dynamodel.planner.serve import at_most_one
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.planner.blocks import Known, Order
    from dynamodel.planner.families import CollectionNeed, Sparse
    from dynamodel.planner.groups import Group
    from dynamodel.planner.layout import Literals
    from dynamodel.planner.needs import Need


Held = dict[str, tuple[str, ...]]  # entity -> attributes


class Orders(NamedTuple):
    """The best orders of each level, by its blocks and what is above, and those of blocks that ask for the same."""

    levels: dict[tuple[tuple[tuple[str, ...], ...], Literals], tuple[Order, ...]]
    known: Known


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of the layout: what stands in the key above it, the entities of each block, and their order."""

    above: Held
    literals: Literals
    blocks: tuple[tuple[str, ...], ...]
    order: Order

    @property
    def depth(self) -> int:
        """How many attributes of the sort key stand above the level."""
        return len(next(iter(self.above.values())))


def arranged(
    group: Group,
    entities: Mapping[str, EntityDef],
    sparse: Sparse | None = None,
    known: Known | None = None,
    *,
    turn: bool = True,
) -> tuple[Group, ...]:
    """The group laid out for the fewest requests; empty when its collections exclude each other in one partition.

    `sparse` says which constants the keys of its entities demand: who wants the rows with these wants all there are.
    There are several layouts where it can be done by storing these rows inversely or those; without `turn` all rows
    are stored in ascending order. `known`: orders of blocks that other groups have found.
    """
    found: list[Group] = []
    members = [name for name, _ in group.members]
    ways = 1
    orders = Orders({}, {} if known is None else known)
    while len(found) < ways:
        layout = _Layout(entities, dict(group.members), sparse or {}, (len(found), orders), turn=turn)
        if not layout.add(members, group.collections, dict.fromkeys(members, ()), ()):
            return ()
        ways = layout.ways
        found.append(
            replace(
                group,
                blocks=tuple(sorted(layout.blocks.items())),
                runs=tuple(layout.runs[c.key] for c in group.collections),
                exact=layout.exact,
            )
        )
    return tuple(found)


class _Layout:
    """Works the levels out, from the top; `blocks` and `runs` are the result.

    `taken` says which of the orders that are best is taken on each level, of `ways` together, and has those that
    another way has found.
    """

    def __init__(
        self,
        entities: Mapping[str, EntityDef],
        partitions: Held,
        sparse: Sparse,
        taken: tuple[int, Orders],
        *,
        turn: bool,
    ) -> None:
        self.ways = 1
        self._way, self._orders = taken
        self._sparse = sparse
        self.blocks: dict[str, Block] = {}
        self.runs: dict[tuple[str, tuple[int, ...]], tuple[Run, ...]] = {}
        self.exact = True
        self._entities = entities
        self._partitions = partitions
        self._turn = turn

    def add(
        self,
        members: Sequence[str],
        collections: Sequence[CollectionNeed],
        above: Held,
        literals: Literals,
    ) -> bool:
        """Lay out the members of a level and of the nests in it; false if that cannot be."""
        here = [c for c in collections if not self._below(c, above)]
        below = _linked([c for c in collections if self._below(c, above)])
        woven = [c for c in here if self._is_woven(c)]
        weaves = _linked(woven)
        if not all(_is_one_weave(weave) for weave in weaves):
            return False
        nests = below + weaves
        nested = {name for nest in nests for c in nest for name in c.entities}
        if len(nested) < sum(len({name for c in nest for name in c.entities}) for nest in nests):
            return False  # what is woven in one way lies in no other
        blocks: list[tuple[str, ...]] = [(name,) for name in members if name not in nested]
        blocks += [tuple(n for n in members if any(n in c.entities for c in nest)) for nest in nests]
        blocks.sort(key=lambda block: (not self._is_one(block, above), self._entities[self._head(block)].tag))
        read = [c for c in here if c not in woven]  # what is woven is one block, in whatever order
        demands = [self._demand(blocks, c) for c in read]
        if any(demand is None for demand in demands):
            return False
        wanted = [d for d in demands if d is not None]
        found, known = self._orders
        asked = tuple(blocks), literals
        if asked not in found:
            burden = partial(self._burden, blocks, above)
            found[asked] = best_orders(len(blocks), wanted, burden, known, turn=self._turn)
        orders = found[asked]
        self.ways *= len(orders)
        self._way, taken = divmod(self._way, len(orders))
        order = orders[taken]
        self.exact = self.exact and order.exact
        level = _Level({name: above[name] for name in members}, literals, tuple(blocks), order)
        texts = self._texts([blocks[i] for i in order.blocks], above)
        if below and len(blocks) == 1 and any(above.values()):
            texts = {blocks[0]: ""}  # nothing lies beside a lone nest
        inside = {block: (*literals, (level.depth, text)) if text else literals for block, text in texts.items()}
        for at, block in enumerate(blocks):
            if len(block) == 1:
                self.blocks[block[0]] = Block(
                    inside[block],
                    above[block[0]],
                    not texts[block],
                    at in order.inverse,
                    self._sparse.get(block[0], ()),
                )
        for collection, demand in zip(read, wanted, strict=True):
            self.runs[collection.key] = self._runs(level, collection, demand)
        return all(
            (self._nest if nest in below else self._weave)(nest, above, inside[block])
            for nest in nests
            for block in blocks
            if nest[0].entities[0] in block
        )

    def _weave(self, weave: Sequence[CollectionNeed], above: Held, literals: Literals) -> bool:
        """Lay out entities whose rows lie mixed: each has its text behind the order that they have in common."""
        first = weave[0]
        for one in weave:
            name, forward = one.entities[0], not any(down for _, down in need_order(one.parts[0]))
            parts = tuple(part.part for part in one.parts)
            self.runs[one.key] = (Run(parts, name, name, forward=forward, woven=True),)
        inside = {name: (*above[name], *more) for name, more in zip(first.entities, first.woven, strict=True)}
        return self.add(list(inside), (), inside, literals)

    def _nest(self, nest: Sequence[CollectionNeed], above: Held, literals: Literals) -> bool:
        """Lay out the entities of a nest below the values that its collections have in common."""
        own = {name: (*self._partitions[name], *above[name]) for c in nest for name in c.entities}
        least = min(nest, key=lambda c: len(c.partitions[0]))
        shared = _shared(nest, least, own)
        if shared is None:
            return False
        inside = {name: (*above[name], *more) for name, more in shared.items()}
        return self.add(list(inside), nest, inside, literals)

    def _below(self, collection: CollectionNeed, above: Held) -> bool:
        """Whether a collection has more values in common than stand above the level."""
        first = collection.entities[0]
        return len(collection.partitions[0]) > len(self._partitions[first]) + len(above[first])

    def _head(self, block: Sequence[str]) -> str:
        """The entity that names a block: in a nest the one that the others belong to."""
        return min(block, key=lambda name: (len(self._entities[name].identity), self._entities[name].tag))

    def _is_one(self, block: Sequence[str], above: Held) -> bool:
        """Whether a block in a nest is the one row that the values above name."""
        (name, *others) = block
        known = {*self._partitions[name], *above[name]}
        return bool(above[name]) and not others and set(self._entities[name].identity) <= known

    def _wanted(self, blocks: Sequence[tuple[str, ...]], collection: CollectionNeed) -> list[tuple[int, bool]]:
        """For each part of a collection its block, and whether it is the first to want all of its rows."""
        place = {name: i for i, block in enumerate(blocks) for name in block}
        found: list[tuple[int, bool]] = []
        seen: set[str] = set()
        for need, partition in zip(collection.parts, collection.partitions, strict=True):
            whole = is_whole(need, self._told(need, partition)) and need.entity not in seen
            found.append((place[need.entity], whole))
            seen.add(need.entity)
        return found

    def _demand(self, blocks: Sequence[tuple[str, ...]], collection: CollectionNeed) -> Demand | None:
        """What a collection wants of the blocks; None if it wants less than all of a nest."""
        wanted = self._wanted(blocks, collection)
        nests = {at for at, _ in wanted if len(blocks[at]) > 1}
        if any(at in nests and not whole for at, whole in wanted):
            return None
        if not {name for at in nests for name in blocks[at]} <= set(collection.entities):
            return None
        cut, single = [], set[int]()
        for need, partition, (at, whole) in zip(collection.parts, collection.partitions, wanted, strict=True):
            entity = self._entities[need.entity]
            if not whole:
                cut.append(partial_of(at, need, self._told(need, partition), entity))
            elif at not in nests and at_most_one(entity, need.eq):
                single.add(at)
        return Demand(frozenset(at for at, whole in wanted if whole), frozenset(single), tuple(cut))

    def _is_woven(self, collection: CollectionNeed) -> bool:
        """Whether the rows of a collection lie mixed: where constants are asked for, keys have to demand them."""
        parts = zip(collection.parts, collection.partitions, strict=True)
        return bool(collection.woven) and all(need.eq <= set(self._told(need, held)) for need, held in parts)

    def _told(self, need: Need, partition: Sequence[str]) -> tuple[str, ...]:
        """The attributes that have their values in every row of a part that lies in the partition."""
        return (*partition, *(c.attribute for c in self._sparse.get(need.entity, ())))

    def _texts(self, ordered: Sequence[tuple[str, ...]], above: Held) -> dict[tuple[str, ...], str]:
        """The literal of each block; none for a single row that comes first below another's values."""
        bare: tuple[str, ...] = ()
        if self._is_one(ordered[0], above):
            bare = ordered[0]
        named = [block for block in ordered if block != bare]
        tags = {block: self._entities[self._head(block)].tag for block in named}
        found = _literals(named, tags)
        return {block: found.get(block, "") for block in ordered}

    def _burden(self, blocks: Sequence[tuple[str, ...]], above: Held, order: Sequence[int]) -> int:
        """The bytes that all items take in the literals of an order."""
        texts = self._texts([blocks[i] for i in order], above)
        return sum(len(text) * self._entities[name].count.average for block, text in texts.items() for name in block)

    def _runs(self, level: _Level, collection: CollectionNeed, demand: Demand) -> tuple[Run, ...]:
        of_block: dict[int, list[int]] = {}
        of_part: dict[int, list[int]] = {}
        for need, (at, whole) in zip(collection.parts, self._wanted(level.blocks, collection), strict=True):
            (of_block if whole else of_part).setdefault(at, []).append(need.part)
        order = level.order
        found = []
        for interval in intervals(order.blocks, order.inverse, demand):
            cut = {p.block: of_part[p.block].pop(0) for p in interval.partials}
            parts = [i for b in interval.blocks for i in ([cut[b]] if b in cut else of_block[b])]
            everything = interval.blocks == order.blocks
            first, last = (level.blocks[interval.blocks[at]][0] for at in (0, -1))
            tokens = level.depth + len(level.literals) + 1
            found.append(Run(tuple(parts), first, last, tuple(cut.values()), interval.forward, tokens, everything))
        return tuple(sorted(found, key=lambda r: min(r.parts)))


def _is_one_weave(weave: Sequence[CollectionNeed]) -> bool:
    """Whether collections mix the rows of the same entities in the same order."""
    return len({frozenset(zip(c.entities, c.woven, strict=True)) for c in weave}) == 1


def _linked(collections: Sequence[CollectionNeed]) -> list[list[CollectionNeed]]:
    """Collections that share entities, together."""
    found: list[list[CollectionNeed]] = []
    for collection in collections:
        near = [one for one in found if touches(one, collection)]
        found = [one for one in found if one not in near]
        found.append([*(c for one in near for c in one), collection])
    return found


def _shared(nest: Sequence[CollectionNeed], least: CollectionNeed, above: Held) -> Held | None:
    """For each entity of a nest the attributes that follow those above: the common values that all collections have."""
    found: Held = {}
    own = {name: held for name, held in above.items() if name in least.entities}
    taken = set(positions_in(least, own) or ())
    for entity, held in zip(least.entities, least.partitions, strict=True):
        found[entity] = tuple(name for i, name in enumerate(held) if i not in taken)
    left = [c for c in nest if c is not least]
    while left:
        linked = next(c for c in left if set(c.entities) & set(found))
        left.remove(linked)
        positions = positions_in(linked, found)
        if positions is None:
            return None
        for entity, held in zip(linked.entities, linked.partitions, strict=True):
            found[entity] = tuple(held[i] for i in positions)
    return found


def _literals(order: Sequence[tuple[str, ...]], tags: Mapping[tuple[str, ...], str]) -> dict[tuple[str, ...], str]:
    """Texts that sort in this order: the tags, one of them moved to an end, or numbered."""
    if not order:
        return {}
    attempts = [dict(tags)]
    attempts.append({**tags, order[-1]: f"~{tags[order[-1]]}"})
    attempts.append({**tags, order[0]: f"0~{tags[order[0]]}"})
    for literals in attempts:
        if sorted(order, key=lambda block: f"{literals[block]}#") == list(order):
            return literals
    width = len(str(len(order)))
    return {block: f"{i + 1:0{width}}~{tags[block]}" for i, block in enumerate(order)}
