"""The exact integer model of one entity, for HiGHS, where branch and bound has not closed.

In: the frames (base key and keys in collections, with what they answer) and index keys of an entity. Out: the best
selection within a number of GSI slots, and a bound that no selection within it goes below.

It is an uncapacitated facility location problem: each open need goes to one index, and an index in use costs something.
An index is a column for each projection that its needs may ask for, so that its cost is a constant. What is not linear
is the growth of the item by the keys of all its indexes: the model begins without, and learns. After each solution
what it costs in truth beyond the model becomes a constraint. It stops when the bound meets the true cost.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dynamodel.planner.places import Place
from dynamodel.planner.problem import better
from dynamodel.planner.serve import serve
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from highspy import Highs

    from dynamodel.ir.plan import Projection
    from dynamodel.planner.frame import Frame
    from dynamodel.planner.problem import EntityProblem, Selection
    from dynamodel.planner.serve import Signature

MOST_ROUNDS = 100  # solutions of one model beyond the first for each number of slots: then bounds are taken as they are
_CLOSE = 1e-9  # relative: the solver's arithmetic is that of floating point numbers
_HALF = 0.5
_NO_LIMIT = float("inf")
_OPTIONS: dict[str, float] = {
    "threads": 1,
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.0,
    "mip_feasibility_tolerance": 1e-9,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The best selection found, and the least cost that any with as few requests has.

    `fewest`: it is certain that none needs fewer requests. Write shards, which the model does not know, may take more
    than it thinks.
    """

    selection: Selection
    bound: int
    fewest: bool


class IntegerModel:
    """The model of one entity; `best` solves it for a number of slots, and keeps what it has learnt."""

    def __init__(
        self, problem: EntityProblem, frames: Sequence[Frame], indexes: Sequence[Signature], most_local: int
    ) -> None:
        """Make the columns: each frame, each index, each need in each index, each need without an answer."""
        self._problem = problem
        self._frames = frames
        self._needs = tuple(dict.fromkeys(n for f in frames for n in f.open))
        self._least_base = min((f.places[0] for f in frames), key=lambda p: (problem.key_bytes(p), repr(p.signature)))
        self._solver = _solver()
        self._cost: list[float] = []
        self._learnt: set[tuple[object, ...]] = set()
        self._rounds = 0
        bare = [problem.evaluate(f.places, f.assigned) for f in frames]
        self._constant = min(b.cost for b in bare)
        self._chosen = [self._column(b.cost - self._constant) for b in bare]
        self._row(1, 1, dict.fromkeys(self._chosen, 1))
        self._places: list[tuple[Place, int]] = []  # place, column
        self._uses: dict[tuple[int, int], int] = {}  # need and place, by number -> column
        self._add_places(indexes)
        self._rest = self._column(1, whole=False)  # what all together cost beyond their parts
        unanswered = [self._column(0) for _ in self._needs]
        for number, need in enumerate(self._needs):
            row = {column: 1.0 for (n, _), column in self._uses.items() if n == number}
            row |= {c: -1.0 for c, f in zip(self._chosen, frames, strict=True) if need in f.open}
            self._row(0, 0, {**row, unanswered[number]: 1})
        self._blind = self._add_blind_steps()
        own = {column: 1.0 for place, column in self._places if place.kind == "own"}
        self._slots = self._row(0, _NO_LIMIT, self._of_frames([b.indexes for b in bare]) | own)
        self._row(0, most_local, {column: 1.0 for place, column in self._places if place.kind == "local"})
        self._aims = [
            self._of_frames([b.moved for b in bare]),
            dict.fromkeys(unanswered, 1.0) | self._of_frames([len(b.unserved) for b in bare]),
            dict.fromkeys(self._blind, 1.0) | self._of_frames([b.extra_requests for b in bare]),
        ]
        self._limits = [self._row(0, _NO_LIMIT, aim) for aim in self._aims]

    def best(self, most: int) -> Answer | None:
        """The best selection with at most that many GSI slots, None if there is none."""
        self._solver.changeRowBounds(self._slots, 0, most)
        for limit in self._limits:
            self._solver.changeRowBounds(limit, 0, _NO_LIMIT)
        fewest = []
        for aim, limit in zip(self._aims, self._limits, strict=True):
            least = self._solve([aim.get(column, 0.0) for column in range(len(self._cost))])
            if least is None:
                return None
            fewest.append(round(least[0]))
            self._solver.changeRowBounds(limit, 0, fewest[-1])
        found: Selection | None = None
        bound = 0.0
        while True:
            solved = self._solve(self._cost)
            if solved is None:
                break
            bound = max(bound, solved[0] + self._constant)
            selection, news = self._read(solved[1])
            if found is None or better(selection, found):
                found = selection
            if found.cost - bound <= max(0.5, found.cost * _CLOSE):
                bound = found.cost
                break
            if not news or self._rounds >= MOST_ROUNDS:
                break
            self._rounds += 1
        if found is None:
            return None
        return Answer(found, math.floor(bound), found.rank[:-1] <= tuple(fewest))

    def _solve(self, costs: Sequence[float]) -> tuple[float, Sequence[float]] | None:
        """The least value of an objective and a solution that has it; None when there is none."""
        self._solver.changeColsCost(len(costs), list(range(len(costs))), list(costs))
        self._solver.run()
        if self._solver.modelStatusToString(self._solver.getModelStatus()) != "Optimal":
            return None
        return self._solver.getInfo().mip_dual_bound, list(self._solver.getSolution().col_value)

    def _read(self, values: Sequence[float]) -> tuple[Selection, bool]:
        """The selection that a solution stands for with its true cost, and whether the model learnt from it."""
        frame_at = next(i for i, c in enumerate(self._chosen) if values[c] > _HALF)
        frame = self._frames[frame_at]
        used: dict[int, list[int]] = {}
        for (need, place), column in self._uses.items():
            if values[column] > _HALF:
                used.setdefault(place, []).append(need)
        order = sorted(used, key=lambda p: repr(self._places[p][0].signature))
        places = [*frame.places, *(self._places[p][0] for p in order)]
        at = {need: len(frame.places) + i for i, p in enumerate(order) for need in used[p]}
        answered = [(n, at[i]) for i, n in enumerate(self._needs) if i in at]
        unserved = [n for i, n in enumerate(self._needs) if n in frame.open and i not in at]
        selection = self._problem.evaluate(places, [*frame.assigned, *answered], unserved)
        chosen = self._chosen[frame_at]
        stated = [chosen, *(c for c in self._blind if values[c] > _HALF)]
        left = float(selection.cost - self._constant) - sum(self._cost[c] for c in stated)
        left -= sum(self._cost[self._places[p][1]] for p in order)
        left -= sum(self._cost[self._uses[n, p]] for p, needs in used.items() for n in needs)
        growth = self._problem.growth(frame.places, places, frame.assigned)
        news = self._learn(self._rest, growth, [chosen, *(self._places[p][1] for p in order)])
        columns = [chosen, *(self._uses[n, p] for p, needs in used.items() for n in needs)]
        return selection, self._learn(self._rest, left, columns) or news

    def _learn(self, target: int, amount: float, columns: Sequence[int]) -> bool:
        """Let `target` be at least the amount wherever all the columns are chosen; true if that is new."""
        key = (target, *sorted(columns))
        if amount <= 0 or (*key, amount) in self._learnt:
            return False
        self._learnt.add((*key, amount))
        self._row(amount * (1 - len(columns)), _NO_LIMIT, {target: 1.0, **dict.fromkeys(columns, -amount)})
        return True

    def _column(self, cost: float, *, whole: bool = True) -> int:
        from highspy import HighsVarType

        self._solver.addVar(0, 1 if whole else _NO_LIMIT)
        if whole:
            self._solver.changeColIntegrality(len(self._cost), HighsVarType.kInteger)
        self._cost.append(cost)
        return len(self._cost) - 1

    def _row(self, low: float, high: float, entries: Mapping[int, float]) -> int:
        columns = sorted(entries)
        self._solver.addRow(low, high, len(columns), columns, [float(entries[c]) for c in columns])
        return int(self._solver.getNumRow()) - 1

    def _of_frames(self, amounts: Sequence[int]) -> dict[int, float]:
        return {c: float(a) for c, a in zip(self._chosen, amounts, strict=True)}

    def _add_places(self, indexes: Sequence[Signature]) -> None:
        """The columns of indexes and of their needs, with the least that they can cost."""
        entity = self._problem.entity
        candidates: list[tuple[Place, Place | None]] = [(Place("own", s, entity.tag), None) for s in indexes]
        local = {f.places[0]: f.local for f in self._frames}
        candidates += [(Place("local", s, base.literal), base) for base, found in local.items() for s in found]
        for place, base in candidates:
            needs = [
                i
                for i, n in enumerate(self._needs)
                if n.consistent == (place.kind == "local") and serve(place.signature, n, entity) is not None
            ]
            if not needs:
                continue
            for projection in self._projections(place, needs):
                self._add_place(place, base, projection, needs)

    def _projections(self, place: Place, needs: Sequence[int]) -> list[Projection]:
        """Every projection that some of the needs ask for together."""
        found: dict[Projection, set[int]] = {}
        for need in needs:
            for covered in list(found.values()):
                both = self._problem.projected(place, [self._needs[n] for n in (*sorted(covered), need)])
                found.setdefault(both, {*covered, need})
            found.setdefault(self._problem.projected(place, [self._needs[need]]), {need})
        return list(found)

    def _add_place(self, place: Place, base: Place | None, projection: Projection, needs: Sequence[int]) -> None:
        problem = self._problem
        column = self._column(problem.index_cost(self._least_base, place, projection))
        for i in needs:
            need = self._needs[i]
            own = problem.projected(place, [need])
            narrower = own.type != "ALL" and set(own.attributes) <= set(projection.attributes)
            if projection.type != "ALL" and not narrower:
                continue
            read = problem.index_read_cost(self._least_base, place, projection, need)
            use = self._uses[i, len(self._places)] = self._column(read)
            self._row(-1, 0, {use: 1, column: -1})
            fitting = {
                c: -1.0
                for c, f in zip(self._chosen, self._frames, strict=True)
                if need in f.open and base in {None, f.places[0]}
            }
            self._row(-1, 0, {use: 1, **fitting})
        self._places.append((place, column))

    def _add_blind_steps(self) -> list[int]:
        """A column for each write that an index makes read its item first, unless the frame does so already."""
        columns = []
        for step in range(self._problem.step_count):
            causes = [c for place, c in self._places if self._problem.is_blind(place, step)]
            if causes:
                columns.append(self._column(self._problem.first_read_cost(self._least_base, step)))
            done = self._of_frames([any(self._problem.is_blind(p, step) for p in f.places[1:]) for f in self._frames])
            for cause in causes:
                self._row(0, _NO_LIMIT, {columns[-1]: 1, cause: -1, **done})
        return columns


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
