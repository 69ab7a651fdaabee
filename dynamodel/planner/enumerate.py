"""Candidates: the signatures worth considering for one entity, from its needs only.

In: an entity, its needs, and the partitions that collections ask for. Out: base, index and local signatures. Rules:
a partition is an intersection of the equalities of some needs (a larger one spreads load better and serves the same
needs), a sort sequence is one that completes at least one need at each of its steps.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from typing import TYPE_CHECKING

from dynamodel.ir.keys import Absent
from dynamodel.ir.reads import ConditionDef, Op, OrderTerm
from dynamodel.ir.values import Constant, Kind, Now
from dynamodel.planner.serve import (
    Signature,
    SortPart,
    is_comparison,
    needed_order,
    ranges_of,
    serve,
    surely_present,
)
from dynamodel.planner.sizes import fits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.planner.needs import Need

MOST_SEQUENCES = 20_000  # of one partition; beyond it the search is cut and the plan does not claim optimality

_CODED = (Absent.FIRST, Absent.LAST)
_NO_KEY = {Kind.LIST, Kind.SET, Kind.MAP, Kind.OBJECT, Kind.ANY, Kind.VECTOR}


def base_signatures(
    entity: EntityDef,
    needs: Sequence[Need],
    partitions: Iterable[tuple[str, ...]] = (),
    joinable: frozenset[str] = frozenset(),
) -> tuple[Signature, ...]:
    """Every base key of the identity (and of what may join it): partitions from the needs, the rest in their order.

    A partition that a collection or a strongly consistent read needs is tried even where its sort key serves nothing:
    the collection reads it whole, an LSI sorts it differently. An identity that names the tenant has it in the
    partition: whoever writes the items does so for one tenant.
    """
    identity = frozenset(entity.identity)
    if not identity:
        return (Signature(entity.name, ()),)
    found: dict[Signature, None] = {}
    allowed = identity | joinable
    asked = [n.eq & allowed for n in needs if n.eq & allowed]
    imposed = {frozenset(p) for p in partitions if set(p) <= allowed}
    wanted = imposed | _intersections(asked) | {identity}
    if entity.tenant in identity:
        wanted = {p for p in wanted if entity.tenant in p}
    for chosen in sorted(wanted, key=lambda p: (len(p), _ordered(entity, p))):
        partition = _ordered(entity, chosen)
        rest = [n for n in needs if chosen <= n.eq]
        bare = any(n.consistent for n in rest) or chosen in imposed or chosen == identity
        for sequence in (*((),) * bare, *_sequences(entity, chosen, (), rest, allowed)):
            named = {p.attribute for p in sequence}
            tail = tuple(SortPart(a) for a in entity.identity if a not in chosen and a not in named)
            found[Signature(entity.name, partition, sequence + tail)] = None
    return tuple(s for s in found if fits(entity, s, "base")) or tuple(found)


def index_signatures(
    entity: EntityDef,
    needs: Sequence[Need],
    partitions: Iterable[tuple[str, ...]] = (),
    updated: Iterable[frozenset[str]] = (),
) -> tuple[Signature, ...]:
    """Every index key that serves at least one need, and those with the partitions that collections ask for.

    `updated` are sets of attributes that one update changes together: a key half made of these alone, or without them,
    is written without a read, so they may be told apart from the other attributes of a partition; the tenant stays with
    both. A constant partition is taken only for a need that fixes nothing; other needs may then share its heat.
    """
    found: dict[Signature, None] = {}
    for when in _conditions(needs):
        used = frozenset(c.attribute for c in when if c.op is Op.EQ)
        pool = [n for n in needs if all(c in n.conditions for c in when)]
        asked = [n.eq - used for n in pool]
        wanted = _intersections([a for a in asked if a])
        own = {entity.tenant}
        wanted |= {half | (a & own) for a in wanted for u in updated for half in (a & u, a - u) if half}
        if any(not a for a in asked):
            wanted.add(frozenset())
        wanted |= {frozenset(p) for p in partitions}
        for chosen in sorted(wanted, key=lambda p: (len(p), _ordered(entity, p))):
            rest = [n for n in pool if chosen <= n.eq - used]
            scattered = [n for n in rest if not n.eq - used]  # all items of the type: nothing to partition them by
            for sequence in _sequences(entity, chosen, when, rest, None):
                wanted_key = Signature(entity.name, _ordered(entity, chosen), sequence, when)
                for signature in _legal(entity, wanted_key, "GSI1"):
                    if chosen or _serves_any(signature, scattered, entity):
                        found[signature] = None
        for one in entity.unique:  # at most one item: what else is fixed may be looked at when it is read
            alone = Signature(entity.name, _ordered(entity, one.attributes), (), when)
            found |= dict.fromkeys(_legal(entity, alone, "GSI1"))
    asked_for = {tuple(p) for p in partitions}
    return tuple(s for s in found if _serves_any(s, needs, entity) or set(s.partition) in [set(p) for p in asked_for])


def with_presence_at_its_end(signature: Signature) -> Signature | None:
    """The key that ends in the attributes that its items must have, where that was a condition; None if it was not.

    An index of attributes leaves out items that lack one of them. It has no other way to; and a text that marks its
    items need not tell what the attributes do.
    """
    present = {c.attribute for c in signature.when if c.op is Op.PRESENT} - set(signature.attributes)
    if not present:
        return None
    names = [c.attribute for c in signature.when if c.op is Op.PRESENT and c.attribute in present]
    left = tuple(c for c in signature.when if c.op is not Op.PRESENT or c.attribute not in present)
    return replace(signature, sort=(*signature.sort, *(SortPart(n, absent=Absent.SPARSE) for n in names)), when=left)


def local_signatures(entity: EntityDef, base: Signature, needs: Sequence[Need]) -> tuple[Signature, ...]:
    """Every local index key (the base's partition) that serves at least one strongly consistent need.

    Others may be read from the same key, so it may go on for them.
    """
    strong = [n for n in needs if n.consistent]
    if not strong:
        return ()
    found: dict[Signature, None] = {}
    for when in _conditions(strong):
        used = frozenset(c.attribute for c in when if c.op is Op.EQ)
        chosen = frozenset(base.partition)
        pool = [n for n in needs if all(c in n.conditions for c in when) and chosen <= n.eq - used]
        for sequence in _sequences(entity, chosen, when, pool, None):
            for signature in _legal(entity, Signature(entity.name, base.partition, sequence, when), "LSI1"):
                if (sequence or when) and _serves_any(signature, strong, entity):
                    found[signature] = None
    return tuple(found)


def _serves_any(signature: Signature, needs: Sequence[Need], entity: EntityDef) -> bool:
    return any(serve(signature, need, entity) is not None for need in needs)


def _legal(entity: EntityDef, signature: Signature, place: str) -> tuple[Signature, ...]:
    """The key itself if it is short enough for the service, else those in other directions that are.

    At the most, a text in which every character is escaped takes three bytes for one, two where it is stored inversely.
    """
    if any(entity.attribute(name).type.kind in _NO_KEY for name in signature.attributes):
        return ()
    if fits(entity, signature, place):
        return (signature,)
    turned = product(*((part, inverse(part)) for part in signature.sort))
    return tuple(s for sort in turned if fits(entity, s := replace(signature, sort=sort), place))


def inverse(part: SortPart) -> SortPart:
    """The component stored the other way round: what came first comes last, rows without it too."""
    ends = {Absent.FIRST: Absent.LAST, Absent.LAST: Absent.FIRST}
    return replace(part, descending=not part.descending, absent=ends.get(part.absent, part.absent))


def _ordered(entity: EntityDef, names: Iterable[str]) -> tuple[str, ...]:
    """As they are declared; the tenant first, for policies look at the beginning of a partition key."""
    rank = {a.name: i for i, a in enumerate(entity.attributes)} | {entity.tenant: -1}
    return tuple(sorted(names, key=lambda name: rank[name]))


def _intersections(sets: Sequence[frozenset[str]]) -> set[frozenset[str]]:
    """All non-empty intersections of one or more of the sets."""
    closed: set[frozenset[str]] = set()
    for one in sets:
        closed |= {one} | {one & other for other in closed if one & other}
    return closed


def _conditions(needs: Sequence[Need]) -> list[tuple[ConditionDef, ...]]:
    """The sparse conditions worth having: what is not an equality always, the equality constants in any number."""
    found: dict[tuple[ConditionDef, ...], None] = {(): None}
    for need in needs:
        constants = [c for c in need.conditions if c.op is Op.EQ and isinstance(c.operands[0], Constant)]
        others = tuple(c for c in need.where if c.op is not Op.EQ and not _asks_the_clock(c))
        # Presence, absence and comparisons the sort key may say instead.
        absent = [c for c in others if c.op is Op.ABSENT and need.lacked]
        left_out = [[], *([c] for c in others if is_comparison(c)), *([absent] if absent else [])]
        kept = [tuple(c for c in others if c not in out) for out in left_out]
        kept += [tuple(c for c in some if c.op is not Op.PRESENT) for some in kept]
        for count in range(len(constants) + 1):
            for some in combinations(constants, count):
                found |= dict.fromkeys(some + rest for rest in kept)
    return list(found)


def _asks_the_clock(condition: ConditionDef) -> bool:
    """Whether a condition changes its answer as time goes by, so that no written key can express it."""
    return any(isinstance(o, Now) for c in (condition, *condition.any_of) for o in c.operands)


def _sequences(
    entity: EntityDef,
    partition: frozenset[str],
    when: tuple[ConditionDef, ...],
    needs: Sequence[Need],
    allowed: frozenset[str] | None,
) -> Iterator[tuple[SortPart, ...]]:
    """Sort sequences that complete needs, each a path through what the needs can accept next."""
    used = partition | {c.attribute for c in when if c.op is Op.EQ}
    states = tuple(_State(entity, need, used, when) for need in needs)
    seen: set[tuple[SortPart, ...]] = set()
    stack: list[tuple[tuple[SortPart, ...], tuple[_State, ...]]] = [((), states)]
    while stack and len(seen) < MOST_SEQUENCES:
        sequence, active = stack.pop()
        if sequence in seen:
            continue
        seen.add(sequence)
        if not active or any(state.done for state in active):
            yield sequence
        for part in reversed(_next_parts(active)):
            if allowed is not None and part.attribute not in allowed:
                continue
            following = tuple(s for s in (state.after(part) for state in active) if s is not None)
            if following:
                stack.append(((*sequence, part), following))


class _State:
    """How far one need has come along a sort sequence: the equalities still to place, then its order."""

    __slots__ = ("_entity", "_flip", "_lacked", "_left", "_need", "_order", "_present", "_there")

    def __init__(self, entity: EntityDef, need: Need, used: frozenset[str], when: tuple[ConditionDef, ...]) -> None:
        self._entity = entity
        self._need = need
        self._left = need.eq - used
        # What the rows must not have is fixed like a value, by a key that codes what is absent; others demand it.
        self._lacked = need.lacked - {c.attribute for c in when}
        order = needed_order(entity, need)
        if not order:
            order = tuple(OrderTerm(r.attribute) for r in ranges_of(need, when) if r.attribute not in need.eq)[:1]
        self._order: tuple[OrderTerm, ...] = order
        self._flip: bool | None = None
        self._present = surely_present(need)
        # Which attributes must be there: where one follows what is fixed, a request can leave out rows without it.
        self._there = tuple(c.attribute for c in need.where if c.op is Op.PRESENT)

    @property
    def done(self) -> bool:
        """Whether the sequence so far serves the need."""
        return not self._left and not self._order

    def options(self) -> list[SortPart]:
        """The components that would bring this need further."""
        if self._left:
            names = sorted(self._left, key=[a.name for a in self._entity.attributes].index)
            rare = [name for name in names if self._entity.attribute(name).optional]
            return [self._part(n) for n in names] + self._coded(rare) + self._coded(sorted(self._lacked))
        if not self._order:
            there = [self._part(name, absent=absent) for name in self._there for absent in _CODED]
            return there + self._coded(sorted(self._lacked))
        term = self._order[0]
        mixed = len({t.descending for t in self._order}) > 1
        directions = ([False, True] if mixed else [False]) if self._flip is None else [term.descending != self._flip]
        may_lack = self._entity.attribute(term.attribute).optional
        ways = (None, *_CODED) if may_lack and term.attribute in self._present else (None,)
        found = [self._part(term.attribute, term, descending=d, absent=absent) for d in directions for absent in ways]
        return found + self._coded(sorted(self._lacked))

    def _coded(self, names: Iterable[str]) -> list[SortPart]:
        """Components that a request fixes: for it rows without one may lie at either end."""
        return [self._part(name, absent=Absent.FIRST) for name in names]

    def after(self, part: SortPart) -> _State | None:
        """The state behind one more component, None if the need can no longer be served."""
        optional = self._entity.attribute(part.attribute).optional
        if optional and part.attribute not in self._present and part.absent is Absent.SPARSE:
            return None
        if part.attribute in self._lacked and part.absent in _CODED:
            return self._moved(self._left, self._order, self._flip, self._lacked - {part.attribute})
        if self._left:
            return (
                self._moved(self._left - {part.attribute}, self._order, self._flip)
                if part.attribute in self._left
                else None
            )
        if not self._order:
            return self._moved(self._left, (), self._flip) if self._there else self
        if part.attribute in self._need.eq:
            return self
        term = self._order[0]
        if term.attribute != part.attribute:
            return None
        flip = term.descending != part.descending
        if self._flip is not None and flip != self._flip:
            return None
        return self._moved(self._left, self._order[1:], flip)

    def _moved(
        self,
        left: frozenset[str],
        order: tuple[OrderTerm, ...],
        flip: bool | None,  # noqa: FBT001 - not a switch: how the order is turned, if it has begun
        lacked: frozenset[str] | None = None,
    ) -> _State:
        state = object.__new__(_State)
        state._entity, state._need, state._present = self._entity, self._need, self._present
        state._left, state._order, state._flip = left, order, flip
        state._lacked = frozenset() if flip is not None else self._lacked if lacked is None else lacked
        state._there = self._there if left != self._left or lacked is not None else ()
        return state

    def _part(
        self, name: str, term: OrderTerm | None = None, *, descending: bool = False, absent: Absent | None = None
    ) -> SortPart:
        if absent is not None:
            return SortPart(name, descending, absent)
        if not self._entity.attribute(name).optional:
            return SortPart(name, descending)
        if term is None or term.nulls is None or name in self._present:
            return SortPart(name, descending, Absent.SPARSE)
        first = (term.nulls == "first") != (term.descending != descending)
        return SortPart(name, descending, Absent.FIRST if first else Absent.LAST)


def _next_parts(active: Sequence[_State]) -> list[SortPart]:
    """What may come next: stored ascending, and read backwards, unless an order mixes directions."""
    found: dict[SortPart, None] = {}
    for state in active:
        for part in state.options():
            found[part] = None
    return list(found)
