"""Every layout of a small model, priced from the service's rules: what the planner's optimum is compared with.

It shares nothing with the planner, nor with its judge. Whether a request answers is found out on rows (`rows`), and
money is reckoned from block sizes and list prices (`costs`). Only what the language of small models needs is known:
texts, required or optional, equalities with the caller's values and with constants, presence, one range, orders,
limits, collections, and writes.

A collection is read in as few requests as it takes, each for some of its parts in one partition or for one part alone.
A layout (`layouts`) is a base key for each entity, up to `most` index keys, who shares the partitions of a place, and
in which order the kinds of items lie there, side by side or below what their sort keys begin with alike. A key may be
sparse: by any conditions that a read implies. Rules of the planner are taken over, because they are stated: what the
base table answers is read there, local indexes hold what some strong read finds there, only a read that fixes nothing
makes all items of a type one partition, collections leave out rows without an attribute by sparse keys alone, types lie
mixed below what a collection fixes and not by a range that they share, and keys are compared without the marks that put
the kinds of items in order.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from tests.property.planner.brute.costs import Costs
from tests.property.planner.brute.layouts import MANY, Layouts, slots_of
from tests.property.planner.brute.parts import partitions, reads_of
from tests.property.planner.brute.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.workload import Workload
    from tests.property.planner.brute.costs import Answer, Rank
    from tests.property.planner.brute.parts import Asked, Clan


class Brute:
    """All layouts of one model; `best` has the least rank for each number of indexes.

    It prices every index as if no other entity were in it; `shared` has what the best layouts cost at most if they are.
    """

    def __init__(self, model: Workload, most: int, many: int = MANY) -> None:
        """`most` is the number of indexes that an entity may be in, `many` how many layouts are not too many."""
        self._entities: dict[str, EntityDef] = {e.name: e for e in model.entities}
        self._reads = reads_of(model)
        self._rows = Rows(model, self._reads)
        self._layouts = Layouts(model, self._reads, self._rows, most, many)
        self._costs = Costs(model)
        self._able: dict[tuple[Clan, Asked], bool] = {}
        self.tried = 0
        self.chosen: dict[int, tuple[Clan, ...]] = {}
        self.shared: dict[int, Rank] = {}

    def best(self) -> dict[int, Rank]:
        """The least requests, then the least cost, of the layouts that serve everything, by their number of indexes."""
        found: dict[int, Rank] = {}
        least = 1_000
        for layout in self._layouts.every():
            self.tried += 1
            answered = self._answered(layout)
            if answered is None:
                continue
            requests, options = answered
            if requests > least:
                continue
            slots = slots_of([set(self._entities if c.form else c.shapes) for c in layout if c.place == "index"])
            for chosen in product(*options):
                answers = [one for some in chosen for one in some]
                if not _is_made_for_strong_reads(layout, answers) or self._is_idle(layout, answers):
                    continue
                rank = self._costs.rank(layout, requests, answers)
                if rank is None or rank > found.get(slots, (10**6, 0)):
                    continue
                shared = self._costs.rank(layout, requests, answers, shared=True) or rank
                self.shared[slots] = max(shared, self.shared[slots]) if rank == found.get(slots) else shared
                found[slots] = rank
                self.chosen[slots] = layout
                least = min(least, rank[0])
        return found

    def _answered(self, layout: Sequence[Clan]) -> tuple[int, list[list[list[Answer]]]] | None:
        """Requests beyond one each, and for each read the ways to answer it in so many: part, clan, rounded alone."""
        requests = 0
        options: list[list[list[Answer]]] = []
        for part in self._reads.alone:
            places = self._places(layout, part)
            if not places:
                return None
            options.append([[(part, at, True, None)] for at in places])
        for parts in self._reads.collections:
            ways = [way for division in partitions(list(parts)) for way in self._divided(layout, division)]
            if not ways:
                return None
            fewest = min(count for count, _ in ways)
            requests += fewest - 1
            options.append([way for count, way in ways if count == fewest])
        return requests, options

    def _divided(
        self, layout: Sequence[Clan], division: Sequence[Sequence[Asked]]
    ) -> Iterator[tuple[int, list[Answer]]]:
        """The ways to read a collection in one request for each of these sets of its parts, with their number."""
        options: list[list[list[Answer]]] = []
        for some in division:
            if len(some) == 1:
                options.append([[(some[0], at, True, None)] for at in self._places(layout, some[0])])
            else:
                able = [
                    at for at, clan in enumerate(layout) if _is_shared(clan, some) and self._rows.answers(clan, some)
                ]
                whole = self._costs.whole(some)
                known = [whole if whole is None or part is some[0] else 0 for part in some]
                options.append([[(p, at, False, size) for p, size in zip(some, known, strict=True)] for at in able])
        for chosen in product(*options):
            yield len(division), [one for answers in chosen for one in answers]

    def _is_idle(self, layout: Sequence[Clan], answers: Sequence[Answer]) -> bool:
        """Whether a local index holds a collection that the table would answer, with all that it answers, in one go.

        A part that takes a request of its own there belongs to the collection: it is not read from the table then.
        """
        together: dict[tuple[int, str], list[Asked]] = {}
        every: dict[tuple[int, str], list[Asked]] = {}
        for part, at, alone, _ in answers:
            every.setdefault((at, part.pattern), []).append(part)
            if not alone:
                together.setdefault((at, part.pattern), []).append(part)
        for (at, pattern), (first, *_) in together.items():
            if layout[at].place == "local":
                base = next(i for i, c in enumerate(layout) if c.place == "base" and first.entity in c.shapes)
                asked = [every[at, pattern], *(some for (i, _), some in together.items() if i == base)]
                if any(
                    all(self._rows.answers(c, some) for some in asked) for c in self._layouts.arrangements(layout[base])
                ):
                    return True
        return False

    def _places(self, layout: Sequence[Clan], part: Asked) -> list[int]:
        able = [at for at, clan in enumerate(layout) if part.entity in clan.shapes and self._is_able(clan, part)]
        return [at for at in able if layout[at].place == "base"] or able

    def _is_able(self, clan: Clan, part: Asked) -> bool:
        if (clan, part) not in self._able:
            whole_key = clan.place == "base" and set(self._entities[part.entity].identity) <= part.fixed
            fresh = clan.place != "index" or not part.consistent
            self._able[clan, part] = fresh and (whole_key or self._rows.answers(clan, (part,)))
        return self._able[clan, part]


def _is_made_for_strong_reads(layout: Sequence[Clan], answers: Sequence[Answer]) -> bool:
    """Whether each local index holds what some strong read finds there, whatever else finds it there too."""
    made = {(at, part.entity) for part, at, *_ in answers if part.consistent}
    return all((at, name) in made for at, clan in enumerate(layout) if clan.place == "local" for name in clan.shapes)


def _is_shared(clan: Clan, parts: Sequence[Asked]) -> bool:
    """Whether a collection is read there: from one partition, strongly not on a GSI, its keys demand presence."""
    if not all(p.entity in clan.shapes and set(clan.shapes[p.entity].partition) <= p.fixed for p in parts):
        return False
    heads = {tuple(dict(p.sources)[n] for n in clan.shapes[p.entity].partition) for p in parts}
    return len(heads) == 1 and all(_is_kept(clan, p) for p in parts)


def _is_kept(clan: Clan, part: Asked) -> bool:
    shape = clan.shapes[part.entity]
    demanded = {*shape.demanded, *(n for n, _ in shape.when)}
    wanted = {*part.present, *part.lacked}
    return (clan.place != "index" or not part.consistent) and wanted <= demanded
