"""Keys that another one beats in everything.

In: the index keys of one entity and the needs. Out: those worth looking at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.planner.places import Place
from dynamodel.planner.serve import Signature, serve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.planner.needs import Need
    from dynamodel.planner.problem import EntityProblem


def undominated(
    problem: EntityProblem, signatures: Sequence[Signature], needs: Sequence[Need]
) -> tuple[Signature, ...]:
    """Without signatures that another one beats in everything: needs served, what it must hold, cost, bytes read."""
    entity = problem.entity
    plain = Place("base", Signature(entity.name, entity.identity), entity.tag)
    heat = _heat(problem, signatures)
    rows = []
    for signature in signatures:
        services = ((i, serve(signature, n, entity)) for i, n in enumerate(needs))
        # The attributes of each need that are looked at in the entry, which must hold them.
        served = {i: {a for c in s.residual for a in c.names} for i, s in services if s is not None}
        place = Place("own", signature, entity.tag)
        own = problem.evaluate([plain, place], [])
        price = own.extra_requests, own.cost, problem.key_bytes(place), heat[frozenset(signature.partition)]
        rows.append((signature, served, price, (len(signature.attributes), -len(signature.partition), repr(signature))))
    kept = []
    for signature, served, price, spelled in rows:
        beaten = any(
            all(i in other_served and other_served[i] <= looked for i, looked in served.items())
            and all(mine >= its for mine, its in zip(price, other_price, strict=True))
            and (len(served) < len(other_served) or (*price, *spelled) > (*other_price, *other_spelled))
            for other, other_served, other_price, other_spelled in rows
            if other != signature
        )
        if not beaten:
            kept.append(signature)
    return tuple(kept)


def _heat(problem: EntityProblem, signatures: Sequence[Signature]) -> dict[frozenset[str], int]:
    """How unevenly each partition spreads load; never better than one of the same attributes and more does."""
    entity = problem.entity
    shares = {frozenset(s.partition): problem.hottest_share(Place("own", s, entity.tag)) for s in signatures}
    return {part: max(share for more, share in shares.items() if part <= more) for part in shares}
