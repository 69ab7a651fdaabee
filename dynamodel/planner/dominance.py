"""Keys that another one beats in everything.

In: the index keys of one entity and the needs. Out: those worth looking at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dynamodel.planner.places import Place
from dynamodel.planner.serve import Signature, serve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.planner.key_facts import KeyFacts
    from dynamodel.planner.needs import Need
    from dynamodel.planner.problem import EntityProblem

Keyed = tuple[Signature, str]  # a key by its signature and its form


def undominated(problem: EntityProblem, keys: Sequence[Keyed], needs: Sequence[Need]) -> tuple[Keyed, ...]:
    """Without keys that another one beats in everything: needs served, what it must hold, cost, bytes read."""
    entity = problem.entity
    plain = Place("base", Signature(entity.name, entity.identity), entity.tag)
    heat = _heat(problem, [signature for signature, _ in keys])
    narrow = any(need.returns is not None or need.count for need in needs)
    rows = []
    for signature, form in keys:
        services = ((i, serve(signature, n, entity)) for i, n in enumerate(needs))
        # The attributes of each need that are looked at in the entry, which must hold them.
        served = {i: {a for c in s.residual for a in c.names} for i, s in services if s is not None}
        place = Place("own", signature, entity.tag, form=form)
        if place not in problem.alone:
            problem.alone[place] = problem.evaluate([plain, place], [])
        own = problem.alone[place]
        price = own.extra_requests, own.cost, problem.key_bytes(place), heat[frozenset(signature.partition)]
        spelled = len(signature.attributes), -len(signature.partition), repr(signature), form
        rows.append(_Row((signature, form), served, price, spelled, problem.facts_of(place) if narrow else None))
    return tuple(
        row.key
        for row in rows
        if not any(other.beats(row) and _is_no_longer(problem, other, row) for other in rows if other is not row)
    )


class _Row(NamedTuple):
    """A key with the needs that it serves, what it costs, how it is spelled, and its facts where entries are narrow."""

    key: Keyed
    served: dict[int, set[str]]
    price: tuple[int, ...]
    spelled: tuple[object, ...]
    facts: KeyFacts | None

    def beats(self, other: _Row) -> bool:
        """Whether this key serves all that another serves, looking at no more, for no more."""
        return (
            all(i in self.served and self.served[i] <= looked for i, looked in other.served.items())
            and all(its >= mine for its, mine in zip(other.price, self.price, strict=True))
            and (len(other.served) < len(self.served) or (*other.price, *other.spelled) > (*self.price, *self.spelled))
        )


def _is_no_longer(problem: EntityProblem, one: _Row, other: _Row) -> bool:
    """Whether an entry of one key is never longer than that of another, whatever else it holds."""
    if one.facts is None or other.facts is None:
        return True
    more = tuple(sorted(set(one.facts.held) - set(other.facts.held)))
    least = other.facts.size + other.facts.kind
    return one.facts.size + one.facts.kind + (problem.bytes_of(more) if more else 0) <= least


def _heat(problem: EntityProblem, signatures: Sequence[Signature]) -> dict[frozenset[str], int]:
    """How unevenly each partition spreads load; never better than one of the same attributes and more does."""
    entity = problem.entity
    shares = {frozenset(s.partition): problem.hottest_share(Place("own", s, entity.tag)) for s in signatures}
    return {part: max(share for more, share in shares.items() if part <= more) for part in shares}
