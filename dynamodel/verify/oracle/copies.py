"""Copies that writes keep: each is its parent's value at any time, absent where there is no parent.

In: a store. Out: the changes that make it so. Expired children are left as they are: nothing finds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.verify.oracle.compare import canonical
from dynamodel.verify.oracle.store import Identity, Store, alive

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from dynamodel.ir.workload import Workload


Changes = dict[tuple[str, Identity], "Mapping[str, object]"]


def is_foretold(
    workload: Workload, before: Store, changes: Mapping[tuple[str, Identity], object], stale: Changes
) -> bool:
    """Whether a child named a parent before its generated identity was there: what it holds then is not defined."""
    for (name, identity), values in stale.items():
        for copy in workload.copied:
            if copy.entity != name or (name, identity) in changes:
                continue
            parent = workload.entity(copy.parent)
            named = tuple(canonical(values.get(via)) for via in copy.via)
            new = (copy.parent, named) in changes and before.get(parent, named) is None
            if new and any(parent.attribute(n).generated for n in parent.identity):
                return True
    return False


def stale_copies(workload: Workload, store: Store, now: datetime) -> Changes:
    """The rows that hold another value than their parent, as they must be."""
    changes: Changes = {}
    for name in dict.fromkeys(c.entity for c in workload.copied):
        entity = workload.entity(name)
        copied = [c for c in workload.copied if c.entity == name]
        for identity, values in store.rows[name].items():
            if not alive(entity, values, now):
                continue
            after = dict(values)
            for copy in copied:
                named = tuple(canonical(values.get(via)) for via in copy.via)
                held = (store.rows[copy.parent].get(named) or {}).get(copy.source)
                after.pop(copy.attribute, None)
                if held is not None:
                    after[copy.attribute] = held
            if after != dict(values):
                changes[name, identity] = {a.name: after[a.name] for a in entity.stored if a.name in after}
    return changes
