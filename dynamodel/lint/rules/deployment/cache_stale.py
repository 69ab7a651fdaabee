"""Answers from a cache that are older than a reader expects."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dynamodel.catalog import finding
from dynamodel.ir.reads import ReadKind, ReadPattern
from dynamodel.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

_QUERIES = frozenset({ReadKind.QUERY, ReadKind.COLLECTION, ReadKind.SCAN})


class CacheStale(Rule):
    """What is read from the cache and changed behind it.

    What it checks: in a model with a cache, lists of entities that the model also writes, entities with an expiry, and
    replicas in other Regions.

    Why: a write through DAX renews the cached item, not the cached answers of queries; an expired item is served until
    its time in the cache is over; writes that are replicated from another Region go around the cache (Amazon DynamoDB
    developer guide, "DAX and DynamoDB consistency models").

    Bad:
        class Shop(Model, deploy=Deploy(cache=True)):
            orders = Query(Order, by=Order.customer_id)
            place = Create(Order)

    Good:
        class Shop(Model, deploy=Deploy(cache=Cache(query_seconds=0))):
            orders = Query(Order, by=Order.customer_id)
            place = Create(Order)
    """

    code: ClassVar[str] = "DM525"

    def check(self, workload: Workload, plan: Plan | None) -> Iterator[Diagnostic]:
        """One finding for each list that writes make old, for each entity that expires, and one for replicas."""
        del plan
        cache = workload.options.deployment.cache
        if cache is None:
            return
        written = {step.entity for pattern in workload.writes for step in pattern.steps}
        for pattern in workload.patterns:
            if not isinstance(pattern, ReadPattern) or pattern.kind not in _QUERIES or pattern.consistent:
                continue
            changed = [part.entity for part in pattern.parts if part.entity in written]
            if changed and cache.query_seconds:
                yield finding(
                    self.code,
                    f"`{pattern.name}` may miss writes of {', '.join(changed)} for {cache.query_seconds} s: "
                    "they do not renew cached answers",
                    span=pattern.span,
                    path=(workload.title, pattern.name),
                    hint="Cache(query_seconds=0) keeps items only; a shorter time bounds the age",
                )
        for entity in workload.entities:
            expiry = entity.with_role("ttl")
            if expiry and cache.item_seconds:
                yield finding(
                    self.code,
                    f"`{entity.name}` may be served {cache.item_seconds} s after it has expired",
                    span=entity.span,
                    path=(entity.name, expiry),
                    hint="the generated client hides what has expired by its own clock; others must look themselves",
                )
        if workload.options.deployment.replicas:
            yield finding(
                self.code,
                "writes from other Regions go around the cache of this one",
                path=(workload.title,),
                hint=f"they show after {cache.item_seconds} s at the latest; choose times that readers can live with",
            )
