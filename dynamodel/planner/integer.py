"""The exact integer model of one entity, for HiGHS, where branch and bound has not closed.

In: the frames (base key and keys in collections, with what they answer) with the places that may answer the rest. Out:
the best selections within a number of GSI slots, in a `Frontier`, and a bound that no selection within it goes below.

It is an uncapacitated facility location problem: each open need goes to one place, and a place in use costs something.
A place is a column for each set of attributes that its needs may ask it to hold, so that its cost is a constant; what
places share (a read before a write, a transaction) is a column that any of them switches on. What is not linear is the
size of the item, which grows with the keys of all its indexes: the model is solved for an interval of sizes, with the
costs of its lower end, and where what it finds has another size the interval is split there. What remains are shards
that reads of several needs cause together: a solution that they make dearer is kept and excluded.
Money is compared before it is rounded; of layouts that cost the same, the one with the fewest places, then components,
then the first in the order of the candidates is taken.
"""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING

from dynamodel.planner.parts import Parts
from dynamodel.planner.places import BESIDE, is_made_for
from dynamodel.planner.selection import better
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from highspy import Highs

    from dynamodel.planner.frame import Opened
    from dynamodel.planner.parts import Variant
    from dynamodel.planner.places import Place
    from dynamodel.planner.problem import EntityProblem
    from dynamodel.planner.search import Frontier
    from dynamodel.planner.selection import Selection

MOST_ROUNDS = 60  # solutions of one model for each number of slots: then bounds are taken as they are
_CLOSE = 1e-9  # relative: the solver's arithmetic is that of floating point numbers
_HALF = 0.5
_NO_LIMIT = float("inf")
_PLACE, _COMPONENT = 1e7, 1e4  # how much simpler a layout is without one, against the order of candidates
_OPTIONS: dict[str, float] = {
    "threads": 1,
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.0,
    "mip_feasibility_tolerance": 1e-9,
}


def close(frontier: Frontier, problem: EntityProblem, opened: Sequence[Opened], *, scarce: bool) -> None:
    """Finish what the search did not: the best for each number of slots that the fewest requests can do with."""
    frontier.cut_short = False
    classes: dict[int, list[Opened]] = {}
    for one in opened:  # entries of an index hold the base key, so its length decides what they cost
        classes.setdefault(problem.key_bytes(one.frame.places[0]), []).append(one)
    models = [IntegerModel(problem, alike, frontier.most, scarce=scarce) for _, alike in sorted(classes.items())]
    count = frontier.most
    fewest = min((m.requests for m in models if m.requests is not None), default=None)
    while fewest is not None and count >= 0:
        bounds = [b for b in (m.best(count, fewest, frontier) for m in models) if b is not None]
        found = frontier.at_most(count)
        if found is not None and found.rank[:-1] == fewest:
            frontier.gaps[count] = max(0, found.cost - math.floor(min(bounds, default=found.cost)))
            count = found.indexes - 1
        elif bounds:
            frontier.cut_short = True
            return
        elif count < frontier.most:
            return
        else:  # what the models thought possible takes more requests in truth, for its shards
            fewest = min((r for r in (m.renewed() for m in models) if r is not None), default=None)
            if found is not None and (fewest is None or found.rank[:-1] < fewest):
                fewest = found.rank[:-1]


@dataclass(frozen=True, slots=True)
class _Column:
    """A place with what it holds, the needs that it may answer, the frames that it may stand beside."""

    variant: Variant
    at: int
    uses: Mapping[int, int]  # need by number -> column


class IntegerModel:
    """The model of frames whose base keys are equally long; `best` solves it for a number of slots."""

    def __init__(self, problem: EntityProblem, opened: Sequence[Opened], most: int, *, scarce: bool) -> None:
        """Make the columns: each frame, each place, each need in each place, each need without an answer."""
        self._problem, self._parts, self._scarce = problem, Parts(problem), scarce
        self._most = most
        self._frames = [o.frame for o in opened]
        self._base = self._frames[0].places[0]
        self._solver = _solver()
        self._count = 0
        self._needs = tuple(dict.fromkeys(n for f in self._frames for n in f.open))
        self._chosen = [self._column() for _ in self._frames]
        self._row(1, 1, dict.fromkeys(self._chosen, 1))
        self._columns: list[_Column] = []
        self._add_places(opened)
        unanswered = [self._column() for _ in self._needs]
        for number, need in enumerate(self._needs):
            row = {c.uses[number]: 1.0 for c in self._columns if number in c.uses}
            row |= {c: -1.0 for c, f in zip(self._chosen, self._frames, strict=True) if need in f.open}
            self._row(0, 0, {**row, unanswered[number]: 1})
        self._bare = [problem.evaluate(f.places, f.assigned) for f in self._frames]
        self._blind = self._switches(self._parts.is_blind)
        self._transactions = self._switches(self._parts.makes_transaction)
        own = {c.at: 1.0 for c in self._columns if c.variant.place.kind == "own"}
        self._slots = self._row(0, _NO_LIMIT, self._of_frames([b.indexes for b in self._bare]) | own)
        local = {c.at: 1.0 for c in self._columns if c.variant.place.kind == "local"}
        self._row(-_NO_LIMIT, 0, local | self._of_frames([-f.most_local for f in self._frames]))
        sizes = [self._parts.size(f) for f in self._frames]
        growths = {c.at: float(self._parts.growth(c.variant.place)) for c in self._columns}
        self._interval = min(sizes), max(sizes) + round(sum(growths.values()))
        self._size = self._row(*self._interval, self._of_frames(sizes) | growths)
        self._shards = self._shards_of_uses()
        extra = self._of_frames([b.extra_requests for b in self._bare])
        extra |= {column: float(problem.looks(step)) for step, column in self._blind.items()}
        extra |= {column: float(problem.more_requests(step)) for step, column in self._transactions.items()}
        for one in self._columns:
            for use in one.uses.values():
                extra[use] = float(self._shards[use] - 1 + (one.variant.place.kind == "pointer"))
        self._aims = [
            self._of_frames([b.moved for b in self._bare]),
            dict.fromkeys(unanswered, 1.0) | self._of_frames([len(b.unserved) for b in self._bare]),
            extra,
        ]
        self._limits = [self._row(0, _NO_LIMIT, aim) for aim in self._aims]
        self._slack = (len(problem.steps) + len(self._needs) + 2) / 2  # each is rounded once to the nearest
        self._simple = [0.0] * self._count
        for number, one in enumerate(self._columns):
            components = len(one.variant.place.signature.attributes) + len(one.variant.place.signature.when)
            self._simple[one.at] = _PLACE + components * _COMPONENT + number
        for number, column in enumerate(self._chosen):
            self._simple[column] = float(number)
        self.requests = self.renewed()

    def renewed(self) -> tuple[int, ...] | None:
        """The fewest moved keys, needs without an answer and extra requests, in this order; None without a solution.

        What was excluded does not count.
        """
        found: list[int] = []
        self._solver.changeRowBounds(self._slots, 0, self._most)
        self._solver.changeRowBounds(self._size, *self._interval)
        for limit in self._limits:
            self._solver.changeRowBounds(limit, 0, _NO_LIMIT)
        for aim, limit in zip(self._aims, self._limits, strict=True):
            solved = self._solve([aim.get(column, 0.0) for column in range(self._count)])
            if solved is None:
                return None
            found.append(round(solved[0]))
            self._solver.changeRowBounds(limit, 0, found[-1])
        return tuple(found)

    def best(self, most: int, fewest: tuple[int, ...], frontier: Frontier) -> int | float | None:
        """Offer what is best with at most that many GSI slots and the fewest requests; what nothing goes below.

        None when nothing is possible. Shards that reads cause may take more requests than the fewest: what is offered
        then is for the caller to see.
        """
        self._solver.changeRowBounds(self._slots, 0, most)
        for limit, value in zip(self._limits, fewest, strict=True):
            self._solver.changeRowBounds(limit, 0, value)
        intervals: list[tuple[float, tuple[int, int]]] = [(0.0, self._interval)]
        found: Selection | None = None
        for _ in range(MOST_ROUNDS):
            if not intervals or (found is not None and self._meets(intervals[0][0], found)):
                break
            bound, interval = heapq.heappop(intervals)
            self._solver.changeRowBounds(self._size, *interval)
            solved = self._solve(self._costs(interval[0]))
            if solved is None:
                continue
            bound, values = max(bound, solved[0]), solved[1]
            selection = self._offered(values, frontier)
            if selection.rank[:-1] <= fewest and (found is None or better(selection, found)):
                found = selection
            size = self._size_of(values)
            if size > interval[0]:
                heapq.heappush(intervals, (bound, (interval[0], size - 1)))
                heapq.heappush(intervals, (bound, (size, interval[1])))
                continue
            if selection is found and self._meets(bound, found):
                found = self._simplest(found, size, frontier)
            else:
                self._exclude(values)
            heapq.heappush(intervals, (bound, interval))
        if found is None:
            return min((bound - self._slack for bound, _ in intervals), default=None)
        if all(self._meets(bound, found) for bound, _ in intervals):
            return found.cost
        return math.floor(min(bound for bound, _ in intervals) - self._slack - found.cost * _CLOSE)

    def _meets(self, bound: float, found: Selection) -> bool:
        """Whether nothing that costs at least `bound` is better: but for the rounding of parts and of the solver."""
        return bound >= found.cost - self._slack - found.cost * _CLOSE

    def _offered(self, values: Sequence[float], frontier: Frontier) -> Selection:
        selection = self._read(values)
        frontier.offer(selection)
        return selection

    def _simplest(self, found: Selection, size: int, frontier: Frontier) -> Selection:
        """The simplest of what costs as much and has the same size."""
        costs = self._costs(size)
        self._solver.changeRowBounds(self._size, size, size)
        limit = self._row(-_NO_LIMIT, found.cost + self._slack, dict(enumerate(costs)))
        solved = self._solve(self._simple)
        self._solver.deleteRows(1, [limit])
        selection = self._offered(solved[1], frontier) if solved else found
        return selection if better(selection, found) else found

    def _costs(self, size: int) -> list[float]:
        """What every column costs while an item has that size."""
        costs = [0.0] * self._count
        for column, frame in zip(self._chosen, self._frames, strict=True):
            costs[column] = self._parts.frame(frame, max(size, self._parts.size(frame)))
        for one in self._columns:
            costs[one.at] = self._parts.kept(self._base, one.variant, size)
            for number, use in one.uses.items():
                costs[use] = self._parts.read(self._base, one.variant, self._needs[number], size, self._shards[use])
        for step, column in self._blind.items():
            costs[column] = self._parts.first_read(step, size)
        for step, column in self._transactions.items():
            costs[column] = self._parts.transaction(step, size)
        return costs

    def _solve(self, costs: Sequence[float]) -> tuple[float, Sequence[float]] | None:
        """The least value of an objective and a solution that has it; None when there is none."""
        self._solver.changeColsCost(len(costs), list(range(len(costs))), list(costs))
        self._solver.run()
        if self._solver.modelStatusToString(self._solver.getModelStatus()) != "Optimal":
            return None
        return self._solver.getInfo().mip_dual_bound, list(self._solver.getSolution().col_value)

    def _read(self, values: Sequence[float]) -> Selection:
        """The selection that a solution stands for, with its true cost."""
        frame = self._frames[next(i for i, c in enumerate(self._chosen) if values[c] > _HALF)]
        used = {i: [n for n, u in c.uses.items() if values[u] > _HALF] for i, c in enumerate(self._columns)}
        order = sorted((i for i in used if used[i]), key=lambda i: repr(self._columns[i].variant))
        places = [*frame.places, *(self._columns[i].variant.place for i in order)]
        at = {need: len(frame.places) + number for number, i in enumerate(order) for need in used[i]}
        answered = [(n, at[i]) for i, n in enumerate(self._needs) if i in at]
        unserved = [n for i, n in enumerate(self._needs) if n in frame.open and i not in at]
        return self._problem.evaluate(places, [*frame.assigned, *answered], unserved)

    def _size_of(self, values: Sequence[float]) -> int:
        frames = sum(self._parts.size(f) for c, f in zip(self._chosen, self._frames, strict=True) if values[c] > _HALF)
        return frames + sum(self._parts.growth(c.variant.place) for c in self._columns if values[c.at] > _HALF)

    def _exclude(self, values: Sequence[float]) -> None:
        """Never find this solution again."""
        decided = [*self._chosen, *(c for one in self._columns for c in (one.at, *one.uses.values()))]
        on = {c for c in decided if values[c] > _HALF}
        self._row(1 - len(on), _NO_LIMIT, {c: -1.0 if c in on else 1.0 for c in decided})

    def _add_places(self, opened: Sequence[Opened]) -> None:
        numbers = {need: i for i, need in enumerate(self._needs)}
        able: dict[Place, dict[int, list[int]]] = {}  # the frames beside which a place may answer a need
        for chosen, one in zip(self._chosen, opened, strict=True):
            for need, places in zip(one.frame.open, one.places, strict=True):
                for place in places:
                    able.setdefault(place, {}).setdefault(numbers[need], []).append(chosen)
        for place, needs in able.items():
            added = [self._add(variant, needs) for variant in self._variants(place, list(needs))]
            if place.kind in BESIDE:
                self._row(0, 1, dict.fromkeys(added, 1.0))

    def _variants(self, place: Place, needs: Sequence[int]) -> list[Variant]:
        """The place with everything that some of the needs ask it to hold together."""
        found: dict[Variant, set[int]] = {}
        for need in needs:
            for covered in list(found.values()):
                both = self._parts.variant(place, [self._needs[n] for n in (*sorted(covered), need)])
                found.setdefault(both, {*covered, need})
            found.setdefault(self._parts.variant(place, [self._needs[need]]), {need})
        return list(found)

    def _add(self, variant: Variant, needs: Mapping[int, Sequence[int]]) -> int:
        """The columns of a place: whether it is used, and for which needs."""
        at, uses = self._column(), {}
        for number, frames in needs.items():
            asked, held = self._parts.variant(variant.place, [self._needs[number]]).holds, variant.holds
            if held.type == "ALL" or (asked.type != "ALL" and set(asked.attributes) <= set(held.attributes)):
                use = uses[number] = self._column()
                self._row(-1, 0, {use: 1, at: -1})
                self._row(-1, 0, {use: 1, **dict.fromkeys(frames, -1.0)})
        kind = variant.place.kind
        reasons = [u for n, u in uses.items() if is_made_for(self._needs[n], kind, scarce=self._scarce)]
        self._row(-_NO_LIMIT, 0, {at: 1.0, **dict.fromkeys(reasons, -1.0)})
        self._columns.append(_Column(variant, at, uses))
        return at

    def _shards_of_uses(self) -> dict[int, int]:
        """The fewest shards that a place has which answers a need."""
        found: dict[int, int] = {}
        for one in self._columns:
            needs = [self._needs[n] for n in one.uses]
            for number, use in one.uses.items():
                need = self._needs[number]
                found[use] = self._parts.shards(self._base, one.variant, (need, needs), self._interval)
        return found

    def _switches(self, on: Callable[[Variant, int], bool]) -> dict[int, int]:
        """A column for each write that a place makes read its item first, or write it in a transaction."""
        found: dict[int, int] = {}
        for step in range(len(self._problem.steps)):
            causes = [c.at for c in self._columns if on(c.variant, step)]
            if causes:
                found[step] = self._column()
            groups = [any(on(self._parts.variant(p, ()), step) for p in f.places[1:]) for f in self._frames]
            for cause in causes:
                self._row(0, _NO_LIMIT, {found[step]: 1.0, cause: -1.0, **self._of_frames(groups)})
        return found

    def _column(self, *, whole: bool = True) -> int:
        from highspy import HighsVarType

        self._solver.addVar(0, 1 if whole else _NO_LIMIT)
        if whole:
            self._solver.changeColIntegrality(self._count, HighsVarType.kInteger)
        self._count += 1
        return self._count - 1

    def _row(self, low: float, high: float, entries: Mapping[int, float]) -> int:
        columns = sorted(entries)
        self._solver.addRow(low, high, len(columns), columns, [float(entries[c]) for c in columns])
        return int(self._solver.getNumRow()) - 1

    def _of_frames(self, amounts: Sequence[int]) -> dict[int, float]:
        return {c: float(a) for c, a in zip(self._chosen, amounts, strict=True)}


def _solver() -> Highs:
    """HiGHS on one thread, silent, from a fixed seed, asked for the optimum itself."""
    from highspy import Highs

    class Quiet(Highs):
        def enableCallbacks(self) -> None:  # noqa: N802 - called at construction, when output is still on
            self.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own interface

    solver: Highs = Quiet()  # type: ignore[no-untyped-call]
    for option, value in _OPTIONS.items():
        solver.setOptionValue(option, value)
    return solver
