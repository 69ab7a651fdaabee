"""What a search of indexes starts from: the keys that are decided already, and the places that may answer the rest.

In: an `EntityProblem`, the partitions that collections impose, the needs. Out: `Frame`s, one for every base key and
every choice of keys in the partitions of collections.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from dynamodel.ir.keys import Absent
from dynamodel.ir.reads import Op
from dynamodel.planner.dominance import undominated
from dynamodel.planner.enumerate import base_signatures, index_signatures, inverse, local_signatures
from dynamodel.planner.families import canonical
from dynamodel.planner.places import TEXT, Place, base_serves, serves_strongly
from dynamodel.planner.serve import Signature, SortPart, serve
from dynamodel.planner.sizes import room_for_local
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import ConditionDef, RangeDef
    from dynamodel.planner.groups import Block
    from dynamodel.planner.needs import Need
    from dynamodel.planner.problem import EntityProblem


@dataclass(frozen=True, slots=True)
class Frame:
    """What is decided before any index: base key, keys in collections, the needs these answer, and those left open.

    `most_local` of the keys that `local` offers may be taken.
    """

    places: tuple[Place, ...]
    assigned: tuple[tuple[Need, int], ...]
    open: tuple[Need, ...]
    local: tuple[Signature, ...] = ()
    most_local: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """A frame with the places that could answer each of its open needs, in the order of `frame.open`."""

    frame: Frame
    places: tuple[tuple[Place, ...], ...]


@dataclass(frozen=True, slots=True)
class Imposed:
    """A partition that collections impose on an entity, the literal that names it, and the parts it must answer.

    `block` is where the entity's rows lie in it.
    """

    partition: tuple[str, ...]
    literal: str
    needs: tuple[Need, ...]
    block: Block

    @property
    def whole(self) -> tuple[str, ...]:
        """What a request for its rows alone fixes: the partition, and what the rows are nested under."""
        return self.partition + self.block.inside

    def signature(self, entity: EntityDef, sort: tuple[SortPart, ...], when: tuple[ConditionDef, ...]) -> Signature:
        """A key in the partition, with this sequence behind what the rows are nested under."""
        inside = tuple(
            SortPart(a, absent=Absent.SPARSE if entity.attribute(a).optional else Absent.REFUSED)
            for a in self.block.inside
        )
        if self.block.inverse:
            turned = {t.attribute for n in self.needs if n.limit is not None for t in n.order}
            turned |= {n.range.attribute for n in self.needs if n.range is not None}
            sort = tuple(inverse(p) if p.attribute in turned else p for p in sort)
        return Signature(entity.name, self.partition, inside + sort, when, len(inside))


def frames_of(
    problem: EntityProblem,
    needs: Sequence[Need],
    base: Imposed | None,
    groups: tuple[Sequence[Imposed], Sequence[Imposed]],
    *,
    local_indexes: int,
    literal: str,
) -> Iterator[Frame]:
    """Every base key with every choice of keys in the collections' partitions, and what these answer."""
    entity = problem.entity
    imposed = [(kind, one) for kind, some in zip(("group", "local"), groups, strict=True) for one in some]
    options = [_group_signatures(problem, needs, one, kind) for kind, one in imposed]
    known = (tuple(needs), base)
    if known not in problem.texts:
        problem.texts[known] = tuple(_base_options(problem, needs, base))
    for signature in problem.texts[known]:
        first = Place("base", signature, literal)
        if base is not None:
            first = Place("base", signature, base.literal, shared=True, block=base.block.literals)
        for chosen in product(*options):
            shared = (
                Place(kind, s, one.literal, shared=True, block=one.block.literals)
                for s, (kind, one) in zip(chosen, imposed, strict=True)
            )
            places = (first, *shared)
            assigned = [(n, 0) for n in (base.needs if base else ())]
            assigned += [(n, at) for at, (_, one) in enumerate(imposed, start=1) for n in one.needs]
            open_needs = []
            for need in needs:
                at = _first_serving(problem, places, need)
                if at is None:
                    open_needs.append(need)
                else:
                    assigned.append((need, at))
            most = local_indexes
            if base is None:
                most = min(most, room_for_local([(entity, signature.partition)]))
            local = local_signatures(entity, signature, open_needs) if most else ()
            yield Frame(places, tuple(assigned), tuple(open_needs), local, most)


def _base_options(problem: EntityProblem, needs: Sequence[Need], base: Imposed | None) -> list[Signature]:
    entity = problem.entity
    if base is None:
        return list(base_signatures(entity, needs, joinable=problem.joinable))
    pool = [*needs, *base.needs]
    found = []
    for signature in base_signatures(entity, pool, [base.whole], problem.joinable):
        if set(signature.partition) == set(base.whole) and not (base.block.bare and signature.sort):
            ordered = base.signature(entity, signature.sort, ())
            if all(fits(entity, ordered, n, inverse=base.block.inverse) for n in base.needs):
                found.append(ordered)
    return list(dict.fromkeys(found))


def _group_signatures(
    problem: EntityProblem, needs: Sequence[Need], imposed: Imposed, kind: str
) -> tuple[Signature, ...]:
    entity, known = problem.entity, (tuple(needs), imposed, kind)
    if known in problem.texts:
        return problem.texts[known]
    needs = [n for n in needs if serves_strongly(n, kind)]
    pool = [*needs, *(n for n in imposed.needs if serves_strongly(n, kind))]
    found: dict[Signature, None] = {}
    for signature in index_signatures(entity, pool, [imposed.whole]):
        if set(signature.partition) != set(imposed.whole) or (imposed.block.bare and signature.sort):
            continue
        if not set(imposed.block.sparse) <= set(signature.when):
            continue
        ordered = imposed.signature(entity, signature.sort, signature.when)
        if all(fits(entity, ordered, n, inverse=imposed.block.inverse) for n in imposed.needs):
            found[ordered] = None
    worth = undominated(problem, [(s, TEXT) for s in found], needs)
    problem.texts[known] = tuple(signature for signature, _ in worth)
    return problem.texts[known]


def fits(entity: EntityDef, signature: Signature, need: Need, *, inverse: bool) -> bool:
    """Whether a key in a partition that collections share answers a part of one, in a block stored so."""
    service = serve(signature, need, entity)
    if service is None:
        return False
    if service.range is not None and not _is_edged(signature.sort[service.fixed], service.range):
        return False
    wanted = canonical(need, entity)
    return wanted is None or need.limit is None or service.forward == (wanted != inverse)


def _is_edged(part: SortPart, range_: RangeDef) -> bool:
    """Whether rows without the ranged attribute lie at the other end of a block than those that others may lie beside.

    An interval that goes on behind the range takes in what is there.
    """
    if part.absent not in {Absent.FIRST, Absent.LAST}:
        return True
    first = (range_.op in {Op.LE, Op.LT}) != part.descending  # the rows of the range are those that come first
    return range_.op in {Op.BETWEEN, Op.BEGINS_WITH} or part.absent is (Absent.LAST if first else Absent.FIRST)


def _first_serving(problem: EntityProblem, places: Sequence[Place], need: Need) -> int | None:
    for at, place in enumerate(places):
        if not serves_strongly(need, place.kind):
            continue
        if place.kind == "base":
            served = base_serves(place.signature, need, problem.entity)
        else:
            served = problem.service(place.signature, need) is not None
        if served:
            return at
    return None
