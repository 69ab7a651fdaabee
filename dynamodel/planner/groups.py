"""The records of a shared partition: which entities lie in it, where, and which requests read the collections there.

In: pieces of collections. Out: `Group`, `Block`, `Run`, filled in by `nests`, and the least that a group may come to.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from dynamodel.planner.families import mixed
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamodel.ir.reads import ConditionDef
    from dynamodel.planner.families import CollectionNeed
    from dynamodel.planner.layout import Literals
    from dynamodel.planner.needs import Need

SHORTEST = "0"  # the shortest literal that a key can have


@dataclass(frozen=True, slots=True)
class Run:
    """One request of a collection: its parts, first and last block in key order, the partial parts, the direction.

    `tokens` is how many tokens of a sort key name a block here. `everything`: all blocks under the tokens before it.
    `woven`: the rows of the parts lie mixed, in the order that they have in common.
    """

    parts: tuple[int, ...]
    first: str
    last: str
    partials: tuple[int, ...] = ()
    forward: bool = True
    tokens: int = 1
    everything: bool = False
    woven: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Where the rows of an entity lie in a partition.

    `literals` are the texts of its sort key, each with the number of attributes before it: `((0, "ORDER"), (1,
    "LINE"))` for `ORDER#{order_id}#LINE#...`. `inside` are the attributes up to the last of them, that of the entity
    that it is nested under. `bare`: the key ends there, with no text of its own. `inverse`: the rows that a collection
    wants part of are stored in the inverse order. `sparse`: the constants without which a row is not there.
    """

    literals: Literals
    inside: tuple[str, ...] = ()
    bare: bool = False
    inverse: bool = False
    sparse: tuple[ConditionDef, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Entities that share the partitions of one place: `base`, a GSI slot of their own choice, or a local index.

    `members` maps each entity to its partition attributes; `root` names the partition (`ORDER#{order_id}#`).
    """

    place: str
    root: str
    members: tuple[tuple[str, tuple[str, ...]], ...]
    collections: tuple[CollectionNeed, ...]
    blocks: tuple[tuple[str, Block], ...] = ()
    runs: tuple[tuple[Run, ...], ...] = ()
    exact: bool = True
    _partitions: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    _blocks: Mapping[str, Block] = field(init=False, repr=False, compare=False)
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the members, which are looked up at every step of the search, as the whole is."""
        told = self.place, self.root, self.members, tuple(c.key for c in self.collections)
        object.__setattr__(self, "_hash", hash(told))
        object.__setattr__(self, "_partitions", dict(self.members))
        object.__setattr__(self, "_blocks", dict(self.blocks))

    def __hash__(self) -> int:
        """Worked out from little: layouts of one group meet, of which there are few."""
        return self._hash

    def partition_of(self, entity: str) -> tuple[str, ...] | None:
        """The partition attributes of a member, None for others."""
        return self._partitions.get(entity)

    def block_of(self, entity: str) -> Block:
        """The block of a member; KeyError for others."""
        return self._blocks[entity]

    def asked_of(self, collection: CollectionNeed) -> list[tuple[Need, ...]]:
        """The parts of a collection by the requests that read them: rows that lie mixed have their page in common."""
        parts = {need.part: need for need in collection.parts}
        found = []
        for run in self.runs[self.collections.index(collection)]:
            needs = [parts[number] for number in run.parts]
            if run.woven:
                needs = mixed(needs)
            found.append(tuple(needs))
        return found

    @property
    def more_requests(self) -> int:
        """The requests of its collections beyond one each."""
        return sum(len(runs) - 1 for runs in self.runs)


def least_of(layouts: Sequence[Group]) -> Group:
    """What every layout of a group takes at least: of several, the fewest requests, and no rows said to be different.

    Then a key takes no more bytes than in any of them.
    """
    if len(layouts) == 1:
        return layouts[0]
    plain = tuple((name, replace(block, inverse=False, sparse=())) for name, block in layouts[0].blocks)
    return replace(min(layouts, key=lambda g: g.more_requests), blocks=plain)


def shortened(group: Group, root: str) -> Group:
    """A group with the shortest texts that its keys may get when more collections come to live with it.

    The text of a block at the top is the type of its entity, or that behind a prefix; deeper it may be none.
    """
    blocks = tuple(
        (
            name,
            replace(
                block, literals=tuple((at, SHORTEST if at else text.rpartition("~")[2]) for at, text in block.literals)
            ),
        )
        for name, block in group.blocks
    )
    return replace(group, root=root, blocks=blocks)


def extra_requests(groups: Sequence[Group], split: Sequence[CollectionNeed]) -> int:
    """The requests of collections beyond one each; the parts of what is `split` are read one by one."""
    pieces = [c for g in groups for c in g.collections]
    requests = sum(g.more_requests + len(g.collections) for g in groups) + sum(len(c.parts) for c in split)
    return requests - len({c.pattern for c in (*pieces, *split)})
