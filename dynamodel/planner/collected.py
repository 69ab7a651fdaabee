"""The requests of a collection, on the keys that the slots gave: one for each run of parts that lie together.

In: the layout and the read. Out: its `PatternDesign` without cost, with why it takes several requests where it does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.ir.plan import BASE, PatternDesign, ReadRequest
from dynamodel.ir.reads import Op
from dynamodel.planner.needs import need_of, relaxed
from dynamodel.planner.part_requests import crossed, part_request, placed_at, spread_over, why_unserved
from dynamodel.planner.requests import get_request, query_request, run_request, woven_request
from dynamodel.planner.serve import at_most_one

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.plan import Status
    from dynamodel.ir.reads import PartDef, ReadPattern
    from dynamodel.planner.families import CollectionNeed
    from dynamodel.planner.groups import Group, Run
    from dynamodel.planner.needs import Need
    from dynamodel.planner.part_requests import Layout
    from dynamodel.planner.solution import Solution

    Piece = tuple[Group, CollectionNeed, tuple[Run, ...]]  # parts of a collection that lie in a group, their requests


def collection_design(layout: Layout, pattern: ReadPattern) -> PatternDesign:
    """A collection with its requests, what lies nowhere with others read part by part; unserved if a part is."""
    pieces = _pieces_of(layout.solution, pattern.name)
    reads: list[ReadRequest] = []
    for group, piece, runs in pieces:
        place = _place_of(layout, group)
        needs = {n.part: n for n in piece.parts}
        reads += [_run(layout, group, run, tuple(needs[i] for i in run.parts), place) for run in runs]
    found = {i for read in reads for i in read.parts}
    for index in (i for i in range(len(pattern.parts)) if i not in found):
        need = relaxed(need_of(pattern, index))
        request = part_request(layout, need)
        if request is None:
            return PatternDesign(pattern.name, "unserved", 0, reason=why_unserved(layout, need))
        reads.append(request)
    reads.sort(key=lambda read: min(read.parts))
    return _answered(pattern, reads, f"{_why_apart(layout, pattern, pieces)}: {len(reads)} requests")


def _why_apart(layout: Layout, pattern: ReadPattern, pieces: Sequence[Piece]) -> str:
    """Why a collection takes several requests; its pages first, for no layout does better there."""
    pages = [p.entity for p in pattern.parts if p.limit is not None and not p.single]
    lists = [p.entity for p in pattern.parts if p.limit is None and not p.single]
    if len(pages) > 1 and not pattern.merged:
        return f"a request ends one page, and {' and '.join(pages)} have one each"
    if pages and lists and not pattern.merged:
        return f"a request cannot end a page of {pages[0]} behind {lists[0]}, of which there may be any number"
    inside = [p.entity for p in pattern.parts if _begins_and_ends_inside(p)]
    if inside and not pattern.merged:
        return f"a request begins and ends among the rows of {inside[0]}, where nothing else can lie"
    whole = [group for group, piece, _ in pieces if len(piece.parts) == len(pattern.parts)]
    if not whole:
        return "no partition within the limits has all its parts side by side"
    why = f"no order of the blocks in {_place_of(layout, whole[0])} keeps its parts together"
    others = dict.fromkeys(c.pattern for c in whole[0].collections if c.pattern != pattern.name)
    return f"{why} beside those of {', '.join(others)}" if others else why


def _begins_and_ends_inside(part: PartDef) -> bool:
    """Whether rows of the part may lie on both sides of those that are wanted: of its range, or of range and page."""
    range_, _ = part.ranged
    if range_ is None or range_.op in {Op.BETWEEN, Op.BEGINS_WITH}:
        return range_ is not None
    falls = any(term.descending for term in part.order[:1])
    return part.limit is not None and (range_.op in {Op.GE, Op.GT}) != falls


def _place_of(layout: Layout, group: Group) -> str:
    entity = next(iter(dict(group.members)))
    return next(place for place, g in layout.groups[entity].items() if g == group)


def _run(layout: Layout, group: Group, run: Run, needs: tuple[Need, ...], place: str) -> ReadRequest:
    if len(run.parts) == 1:
        needs = tuple(replace(n, shared=False) for n in needs)  # a key answers it as one that is read alone
    placed = tuple(p for p in (placed_at(layout, n, place) for n in needs) if p is not None)
    if len(placed) == 1:
        entity = layout.workload.entity(placed[0].need.entity)
        if (
            place == BASE
            and at_most_one(entity, placed[0].need.eq)
            and set(placed[0].signature.attributes) <= placed[0].need.eq
        ):
            return get_request(placed[0])
        return query_request(placed[0], frozenset())
    return (woven_request if run.woven else run_request)(run, group, placed, frozenset())


def _pieces_of(solution: Solution, pattern: str) -> list[Piece]:
    """The pieces of a collection that lie together, with their groups and requests."""
    every = [(g, piece, runs) for g in solution.groups for piece, runs in zip(g.collections, g.runs, strict=True)]
    return [one for one in every if one[1].pattern == pattern]


def _answered(pattern: ReadPattern, reads: Sequence[ReadRequest], apart: str) -> PatternDesign:
    """A pattern with its requests: degraded when they are several (`apart` says why), or read more than a page."""
    reasons = [apart] if len(reads) > 1 else []
    reasons += [spread_over(r) for r in reads if r.shards > 1]
    late = [pattern.parts[i] for r in reads if r.sort_after for i in r.parts]
    reasons += [crossed(part) for part in late if part.limit is not None]
    status: Status = "degraded" if reasons else "served"
    return PatternDesign(pattern.name, status, sum(r.shards for r in reads), tuple(reads), reason="; ".join(reasons))
