"""The requests that a collection takes when the blocks of a partition lie in some order.

In: the order, the blocks that are stored inversely, and what the collection wants of each block. Out: the fewest
intervals. A request reads one interval: blocks wanted whole that lie side by side, and at an end of them one that is
wanted in part, on the side from which it is read (keys.md C). At both ends there may be one if neither is limited: an
interval has two edges, but only one page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Partial:
    """A block of which a collection wants a part, in the key's own order the first rows (`forward`) or the last.

    `limited`: a number of rows, so that only single rows may come with it. `forward` None: any rows will do.
    `alone`: the part is no interval at an end, so that it takes a request of its own. `dearer`: the bytes that all its
    rows take more in the inverse order, where a text is twice as long.
    """

    block: int
    forward: bool | None = None
    limited: bool = False
    alone: bool = False
    dearer: int = 0


@dataclass(frozen=True, slots=True)
class Demand:
    """What one collection reads: blocks wanted whole, those of them with at most one row, and blocks wanted in part."""

    whole: frozenset[int]
    single: frozenset[int]
    partial: tuple[Partial, ...] = ()


@dataclass(frozen=True, slots=True)
class Interval:
    """One request: neighboring blocks from first to last, the parts at its ends if there are any, and the direction."""

    blocks: tuple[int, ...]
    partials: tuple[Partial, ...] = ()
    forward: bool = True


def intervals(order: Sequence[int], inverse: frozenset[int], demand: Demand) -> list[Interval]:
    """The fewest requests that read a collection from blocks in this order."""
    runs: list[list[int]] = []
    place = {block: i for i, block in enumerate(order)}
    for block in sorted(demand.whole, key=place.__getitem__):
        if runs and place[runs[-1][-1]] == place[block] - 1:
            runs[-1].append(block)
        else:
            runs.append([block])
    taken: dict[int, dict[str, Partial]] = {}  # number of a run -> the parts that come with it, by side
    left: list[Partial] = []
    for part in sorted(demand.partial, key=lambda p: (place[p.block], p.block)):
        sides = sides_of(part, inverse)
        before = next((i for i, run in enumerate(runs) if place[run[-1]] == place[part.block] - 1), None)
        after = next((i for i, run in enumerate(runs) if place[run[0]] == place[part.block] + 1), None)
        for run, side in ((before, "right"), (after, "left")):
            if run is None or side not in sides or side in taken.get(run, {}):
                continue
            others = taken.setdefault(run, {})
            if not others and set(runs[run]) <= demand.single if part.limited else not any_limited(others.values()):
                others[side] = part
                break
        else:
            left.append(part)
    found = []
    for number, whole in enumerate(runs):
        beside = taken.get(number, {})
        head, tail = ([beside[side]] if side in beside else [] for side in ("left", "right"))
        blocks = (*(p.block for p in head), *whole, *(p.block for p in tail))
        found.append(Interval(blocks, (*head, *tail), forward=not head or bool(tail)))
    return found + _of_parts(left, place, inverse)


def any_limited(parts: Iterable[Partial]) -> bool:
    """Whether a page ends one of the parts."""
    return any(p.limited for p in parts)


def _of_parts(parts: Sequence[Partial], place: Mapping[int, int], inverse: frozenset[int]) -> list[Interval]:
    """The requests of parts that lie beside no whole block: one each, or one for two whose rows meet."""
    found: list[Interval] = []
    left = list(parts)
    while left:
        part, *left = left
        neighbor = next((p for p in left if place[p.block] == place[part.block] + 1), None)
        meet = neighbor is not None and not any_limited((part, neighbor)) and "left" in sides_of(part, inverse)
        if meet and neighbor is not None and "right" in sides_of(neighbor, inverse):
            left.remove(neighbor)
            found.append(Interval((part.block, neighbor.block), (part, neighbor)))
        else:
            forward = (part.forward is not False) != (part.block in inverse)
            found.append(Interval((part.block,), (part,), forward))
    return found


def sides_of(part: Partial, inverse: frozenset[int]) -> set[str]:
    """On which side of whole blocks a part may lie: its rows are those nearest to them."""
    if part.alone:
        return set()
    if part.forward is None:
        return {"left", "right"}
    return {"right"} if part.forward != (part.block in inverse) else {"left"}


def mentioned(demand: Demand) -> set[int]:
    """Every block that a collection reads."""
    return {*demand.whole, *(p.block for p in demand.partial)}


def is_sided(part: Partial) -> bool:
    """Whether it matters in which order the rows of its block are stored."""
    return part.forward is not None and not part.alone
