"""Keys that another one beats in everything.

In: the index keys of one entity and the needs. Out: those worth looking at.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from dynamodel.planner.places import Place
from dynamodel.planner.serve import Signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dynamodel.planner.needs import Need
    from dynamodel.planner.problem import EntityProblem

Keyed = tuple[Signature, str]  # a key by its signature and its form


def undominated(problem: EntityProblem, keys: Sequence[Keyed], needs: Sequence[Need]) -> tuple[Keyed, ...]:
    """Without keys that another one beats in everything: needs served, what it must hold, cost, bytes read."""
    if len(keys) == 1:
        return tuple(keys)
    served = {signature: _served(problem, signature, needs) for signature, _ in keys}
    heat = _heat(problem, served) if problem.warm else {}
    narrow = any(need.returns is not None or need.count for need in needs)
    rows = [_Row(problem, key, served[key[0]], heat.get(frozenset(key[0].partition), 0)) for key in keys]
    return tuple(
        row.key
        for row in rows
        if not any(other.beats(row) and not (narrow and other.may_be_longer(row)) for other in rows if other is not row)
    )


def _served(problem: EntityProblem, signature: Signature, needs: Sequence[Need]) -> dict[int, set[str]]:
    """The needs that a key serves, by number, and the attributes of each that the entry must hold to be looked at."""
    services = ((number, problem.service(signature, need)) for number, need in enumerate(needs))
    return {number: {a for c in s.residual for a in c.names} for number, s in services if s is not None}


class _Row:
    """A key with the needs that it serves and how unevenly it spreads load; its price, when somebody asks."""

    def __init__(self, problem: EntityProblem, key: Keyed, served: Mapping[int, set[str]], heat: int) -> None:
        signature, form = key
        self.key = key
        self._problem, self._served, self._heat = problem, served, heat
        self.place = Place("own", signature, problem.entity.tag, form=form)

    @cached_property
    def _price(self) -> tuple[int, ...]:
        """Requests, money, bytes, heat."""
        problem, place = self._problem, self.place
        if place not in problem.alone:
            plain = Place("base", Signature(problem.entity.name, problem.entity.identity), problem.entity.tag)
            problem.alone[place] = problem.evaluate([plain, place], [])
        own = problem.alone[place]
        return own.extra_requests, own.cost, problem.key_bytes(place), self._heat

    @property
    def _spelled(self) -> tuple[object, ...]:
        """What decides where two keys serve the same at the same price."""
        signature, form = self.key
        return len(signature.attributes), -len(signature.partition), repr(signature), form

    def beats(self, other: _Row) -> bool:
        """Whether this key serves all that another serves, looking at no more, for no more."""
        return (
            all(i in self._served and self._served[i] <= looked for i, looked in other._served.items())
            and all(its >= mine for its, mine in zip(other._price, self._price, strict=True))
            and (
                len(other._served) < len(self._served) or other._price != self._price or other._spelled > self._spelled
            )
        )

    def may_be_longer(self, other: _Row) -> bool:
        """Whether an entry of this key may be longer than that of another, with something else that it holds."""
        facts, its = (self._problem.facts_of(row.place) for row in (self, other))
        more = tuple(sorted(set(facts.held) - set(its.held)))
        return facts.size + facts.kind + (self._problem.bytes_of(more) if more else 0) > its.size + its.kind


def _heat(problem: EntityProblem, signatures: Iterable[Signature]) -> dict[frozenset[str], int]:
    """How unevenly each partition spreads load; never better than one of the same attributes and more does."""
    entity = problem.entity
    shares = {frozenset(s.partition): problem.hottest_share(Place("own", s, entity.tag)) for s in signatures}
    return {part: max(share for more, share in shares.items() if part <= more) for part in shares}
