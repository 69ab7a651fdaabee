"""Which other kinds of items hold the attributes of a key: they would stray into an index of these, or be refused.

In: the workload. Out: `Strays`, worked out once. An index has every item that holds all attributes of its key, and the
service refuses a write of one of them in another type or empty (keys.md A9).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.dynamo.types import natural_refusal, stored_type
from dynamodel.planner.layout import GUARD_OWNER
from dynamodel.planner.needs import needs_on
from dynamodel.planner.serve import serve

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from dynamodel.ir.entities import AttributeDef, EntityDef
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.needs import Need
    from dynamodel.planner.serve import Signature


class Strays:
    """The entities of a workload by what they store."""

    def __init__(self, workload: Workload, needs: Mapping[str, Sequence[Need]] | None = None) -> None:
        """Look at every attribute once; `needs` are those of each entity that has any, if they are known already."""
        self._workload = workload
        self._uses: dict[tuple[object, ...], dict[str, bool]] = {}
        self._needs = {e.name: needs.get(e.name, ()) for e in workload.entities} if needs is not None else {}
        self._holders: dict[str, set[str]] = {}
        self._kinds: dict[str, Counter[str | None]] = {}
        self._guarded = any(e.unique for e in workload.entities)
        for entity in workload.entities:
            for attribute in entity.stored:
                self._holders.setdefault(attribute.name, set()).add(entity.name)
                self._kinds.setdefault(attribute.name, Counter())[_kind(attribute)] += 1

    def into(self, names: Iterable[str], own: Iterable[str]) -> set[str]:
        """The entities, beside its `own`, of which every item would be in an index of these attributes and the type."""
        holders = [self._holders.get(name, set()) for name in names]  # what is computed nobody stores
        every = set.intersection(*holders) if holders else {entity.name for entity in self._workload.entities}
        return every.difference(own)

    def have_use(self, names: Collection[str], signature: Signature) -> bool:
        """Whether an index by the attributes of another entity's key would answer a read of each of these, too."""
        known = self._uses.setdefault((signature.partition, signature.sort), {})
        for name in names:
            if name not in known:
                mine, entity = replace(signature, entity=name, when=()), self._workload.entity(name)
                known[name] = any(serve(mine, n, entity) is not None for n in self._needs_on(name))
        return all(known[name] for name in names)

    def _needs_on(self, name: str) -> Sequence[Need]:
        if name not in self._needs:
            self._needs[name] = needs_on(self._workload, name)
        return self._needs[name]

    def are_refused(self, entity: EntityDef, names: Iterable[str]) -> bool:
        """Whether the service would refuse items of another kind, because they hold a name in another type or empty."""
        return any(
            (name == GUARD_OWNER and self._guarded) or not self._is_like_all(entity.attribute(name)) for name in names
        )

    def _is_like_all(self, attribute: AttributeDef) -> bool:
        kinds = self._kinds[attribute.name]
        mine = _kind(attribute)
        others = kinds.total() - 1
        return kinds[stored_type(attribute.type, attribute.role)] - (mine is not None) == others


def _kind(attribute: AttributeDef) -> str | None:
    """The type in which an attribute can be a key; None where it cannot be one."""
    return None if natural_refusal(attribute) else stored_type(attribute.type, attribute.role)
