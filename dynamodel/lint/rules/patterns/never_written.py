"""Entities that are read and never stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dynamodel.catalog import finding
from dynamodel.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

_STORING = frozenset({"create", "put", "upsert"})


class NeverWritten(Rule):
    """Entities that something stores.

    What it checks: that an entity which is read has a `Create`, `Put` or `Upsert` somewhere.

    Why: the generated code could read items that it can never have stored; their keys would have to be made by hand.

    Bad:
        order = Get(Order)          # and nothing that stores an Order

    Good:
        order = Get(Order)
        place_order = Create(Order)
    """

    code: ClassVar[str] = "DM355"

    def check(self, workload: Workload, plan: Plan | None) -> Iterator[Diagnostic]:
        """One finding for each entity that is only read, if the model writes anything at all."""
        del plan
        stored = {s.entity for w in workload.writes for s in w.steps if s.kind in _STORING}
        read = {p.entity: r for r in reversed(workload.reads) for p in r.parts}
        for entity in workload.entities:
            if stored and entity.name in read and entity.name not in stored:
                yield finding(
                    self.code,
                    f"`{entity.name}` is read, but nothing stores one",
                    span=read[entity.name].span,
                    path=(workload.title, read[entity.name].name),
                    hint=f"add `Create({entity.name})`, or load it with code of your own that knows the keys",
                )
