"""What collections ask of each entity: the needs of their parts, charged as one request reads them.

In: the problems of the entities, pieces of collections with the requests that read them. Out: for each entity its needs
with a short name of what they are, by which searches of the same are known.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.dynamo.rounding import whole_units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.planner.families import CollectionNeed
    from dynamodel.planner.groups import Group
    from dynamodel.planner.needs import Need
    from dynamodel.planner.problem import EntityProblem

    Asked = tuple[tuple[Need, ...], tuple[object, ...]]  # needs, and what tells them from others


class Asking:
    """The needs of entities for collections; what is worked out once is remembered."""

    def __init__(self, problems: Sequence[EntityProblem]) -> None:
        """`problems`: those of all entities of the collections."""
        self._keyless = {p.entity.name: p.keyless for p in problems}
        self._known: dict[tuple[object, ...], dict[str, Asked]] = {}

    def _read_at_once(self, needs: Sequence[Need]) -> list[Need]:
        """Parts as one request reads them: the first declared is charged for all where it is known how much that is."""
        if len(needs) == 1:
            return [replace(n, shared=False) for n in needs]
        whole = whole_units((n.rows.average, self._keyless[n.entity]) for n in needs)
        if whole is None:
            return list(needs)
        first = min(n.part for n in needs)
        return [replace(n, charged=whole if n.part == first else 0) for n in needs]

    def of(self, piece: CollectionNeed, reads: Sequence[Sequence[Need]]) -> dict[str, Asked]:
        """What each entity is asked for a piece, by the requests that read it, with a short name of that."""
        known = (piece.key, *(tuple((n.part, n.rows.average) for n in needs) for needs in reads))
        if known not in self._known:
            every = [n for needs in reads for n in self._read_at_once(needs)]
            found: dict[str, Asked] = {}
            for name in dict.fromkeys(piece.entities):
                own = tuple(n for n in every if n.entity == name)
                found[name] = own, tuple((n.pattern, n.part, n.shared, n.charged, n.rows.average) for n in own)
            self._known[known] = found
        return self._known[known]

    def of_group(self, name: str, group: Group, *, settled: bool) -> Asked:
        """What a group asks an entity: by the requests of its layout or, until it is settled, one for each collection.

        One request for all is the least: several are rounded up one by one.
        """
        needs: list[Need] = []
        told: list[object] = []
        for piece in group.collections:
            if name in piece.entities:
                reads = group.asked_of(piece)
                whole = [tuple(n for read in reads for n in read)]
                more, names = self.of(piece, reads if settled else whole)[name]
                needs += more
                told += names
        return tuple(needs), tuple(told)
