"""Why no layout serves a model: access patterns of one entity that cannot be served together, and what would help.

In: a workload and the patterns that its plan does not serve. Out: irreducible `Conflict`s: leave any one of the
patterns out and the rest is served. Found by a deletion filter over `explain.feasible`; what to relax is tried, not
guessed: each advice makes everything that is asked of the entity feasible, or if none does, the set by itself.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.dynamo.limits import GLOBAL_INDEXES, LOCAL_INDEXES, PARTITION_KEY_BYTES, SORT_KEY_BYTES
from dynamodel.explain.feasible import feasible, needs_of
from dynamodel.explain.variants import with_at_most
from dynamodel.ir.writes import WritePattern
from dynamodel.planner.bounds import needs_text
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import ReadPattern
    from dynamodel.ir.workload import Pattern, Workload

_UNLIMITED = 1_000
_SHORT = 40  # bytes of a value that never makes a key too long

_QUOTA = "[Quotas in Amazon DynamoDB: secondary indexes per table]"
_STRONG = "[Using Global Secondary Indexes in DynamoDB: read consistency]"
_FIXED = "[Constraints in Amazon DynamoDB: primary key]"
LIMIT_LSIS = (
    f"{LOCAL_INDEXES} local secondary indexes of a table {_QUOTA}; a GSI gives no strongly consistent read {_STRONG}"
)
LIMIT_COLLECTION = (
    "the items of one partition with their entries in local indexes have at most 10 GB [Local Secondary Indexes: item "
    f"collection size limit]; a GSI gives no strongly consistent read {_STRONG}"
)
LIMIT_STRONG = (
    f"a strongly consistent read needs the table or a local index with its partition key {_STRONG}, and a base key is "
    f"made of the identity, because it can never change {_FIXED}"
)
LIMIT_SIZES = (
    f"a partition key has at most {PARTITION_KEY_BYTES:,} bytes, a sort key {SORT_KEY_BYTES:,} [Constraints in Amazon "
    "DynamoDB: partition key and sort key values]"
)
LIMIT_KEYS = "a key holds text, a number or bytes [API reference, KeySchemaElement], and gives one order"


@dataclass(frozen=True, slots=True)
class Member:
    """A pattern of a conflict, and what it needs of a key, or does to one."""

    pattern: str
    needs: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Patterns of an entity that no layout serves together, the limit in their way, and what would make room."""

    entity: str
    members: tuple[Member, ...]
    limit: str
    relax: tuple[str, ...]


def conflicts(workload: Workload, unserved: Collection[str]) -> tuple[Conflict, ...]:
    """An irreducible conflict for each entity with patterns that are not served; several with nothing in common."""
    found = []
    for entity in workload.entities:
        pool = [p for p in workload.patterns if _touches(p, entity.name)]
        pending = {p.name for p in pool} & set(unserved)
        while pending and not feasible(_only(workload, pool), entity.name):
            members = irreducible(pool, partial(_feasible, workload, entity.name))
            found.append(_described(_only(workload, pool), entity, members))
            pending -= {p.name for p in members}
            pool = [p for p in pool if p not in members]
    return tuple(found)


def irreducible(pool: Sequence[Pattern], able: Callable[[Sequence[Pattern]], bool]) -> list[Pattern]:
    """Patterns of an infeasible pool that are still infeasible together, but without any one of them no more."""
    left = list(pool)
    for pattern in pool:
        fewer = [p for p in left if p is not pattern]
        if not able(fewer):
            left = fewer
    return left


def _feasible(workload: Workload, entity: str, patterns: Sequence[Pattern]) -> bool:
    return feasible(_only(workload, patterns), entity)


def _only(workload: Workload, patterns: Sequence[Pattern]) -> Workload:
    return replace(workload, patterns=tuple(patterns))


def _touches(pattern: Pattern, entity: str) -> bool:
    if isinstance(pattern, WritePattern):
        return any(step.entity == entity for step in pattern.steps)
    return any(p.entity == entity for p in pattern.parts) or any(j.parent == entity for j in pattern.joins)


def _described(workload: Workload, entity: EntityDef, members: Sequence[Pattern]) -> Conflict:
    alone = _only(workload, members)
    needs = {n.pattern: n for n in needs_of(alone, entity)}
    told = []
    for pattern in members:
        need = needs.get(pattern.name)
        if need is not None:
            words = needs_text(entity, need, None) + (", strongly consistent" if need.consistent else "")
        elif isinstance(pattern, WritePattern):
            known = {e.attribute for s in pattern.steps if s.entity == entity.name for e in s.equals}
            words = f"finds {entity.name} by {', '.join(sorted(known))} alone"
        else:
            words = f"reads {entity.name} by its identity alone"
        told.append(Member(pattern.name, words))
    # Advice that also helps with everything else that is asked of the entity comes before advice for the set alone.
    relax = tuple(_relaxations(workload, entity)) or tuple(_relaxations(alone, entity))
    return Conflict(entity.name, tuple(told), _limit(alone, entity), relax)


def _limit(workload: Workload, entity: EntityDef) -> str:
    """The limit that stands in the way: the one without which the patterns would be served."""
    options = workload.options
    if feasible(workload, entity.name, sized=False):
        return LIMIT_COLLECTION
    if feasible(_shortened(workload, entity, [a.name for a in entity.stored]), entity.name):
        return LIMIT_SIZES
    if feasible(with_at_most(workload, _UNLIMITED), entity.name):
        own = "" if options.indexes >= GLOBAL_INDEXES else f", because the model says indexes={options.indexes}"
        return f"{options.indexes} global secondary indexes of a table{own} {_QUOTA}"
    allowed = replace(workload, options=replace(options, local_indexes=True))
    if not options.local_indexes and feasible(allowed, entity.name):
        return "the model allows no local secondary index (local_indexes=False)"
    if feasible(allowed, entity.name, most_local=_UNLIMITED, sized=False):
        return LIMIT_LSIS
    return LIMIT_STRONG if any(n.consistent for n in needs_of(workload, entity)) else LIMIT_KEYS


def _relaxations(workload: Workload, entity: EntityDef) -> Iterator[str]:
    """What makes all patterns of a workload that read or write the entity feasible, each by itself."""
    options = workload.options
    eventual = [
        p.name
        for p in workload.reads
        if p.consistent and feasible(_with(workload, replace(p, consistent=False)), entity.name)
    ]
    if eventual:
        yield f"read {any_of(eventual)} with consistent=False"
    most = options.indexes + len(workload.patterns)
    enough = next(
        (k for k in range(options.indexes + 1, most) if feasible(with_at_most(workload, k), entity.name)), None
    )
    if enough is not None:
        quota = f", for which the quota of {GLOBAL_INDEXES} must be raised" if enough > GLOBAL_INDEXES else ""
        yield f"allow {enough} GSI{'s' if enough > 1 else ''} (indexes={enough}{quota})"
    if not options.local_indexes and feasible(
        replace(workload, options=replace(options, local_indexes=True)), entity.name
    ):
        yield "allow local indexes (local_indexes=True)"
    if not options.copies and feasible(replace(workload, options=replace(options, copies=True)), entity.name):
        yield "allow copies of items (copies=True)"
    whole = [
        p.name
        for p in workload.reads
        if any(part.limit is not None for part in p.parts)
        and feasible(_with(workload, replace(p, parts=tuple(replace(q, limit=None) for q in p.parts))), entity.name)
    ]
    if whole:
        yield f"read {any_of(whole)} to the end (no limit), so that the order is made in memory"
    shorter = [
        a.name
        for a in entity.stored
        if a.size.most > _SHORT and feasible(_shortened(workload, entity, [a.name]), entity.name)
    ]
    if shorter:
        yield f"declare a smaller maximum for {any_of(shorter)}"
    fixed = {name for n in needs_of(workload, entity) for name in n.eq}
    texts = [a for a in shorter if a in fixed]
    if texts:
        yield f"find items by a digest of {any_of(texts)} that is an attribute too"
    lasting = [
        a.name
        for a in entity.stored
        if a.name in fixed and not a.immutable and feasible(_immutable(workload, entity, a.name), entity.name)
    ]
    if lasting:
        yield f"declare {any_of(lasting)} immutable=True and let no write change it"


def _with(workload: Workload, pattern: ReadPattern) -> Workload:
    return _only(workload, [pattern if p.name == pattern.name else p for p in workload.patterns])


def _shortened(workload: Workload, entity: EntityDef, names: Collection[str]) -> Workload:
    """The workload with values of these attributes so short that no key is too long by them."""
    attributes = tuple(
        replace(
            a,
            type=replace(a.type, max_length=_SHORT),
            size=replace(a.size, average=min(a.size.average, _SHORT), most=_SHORT),
        )
        if a.name in names and a.size.most > _SHORT
        else a
        for a in entity.attributes
    )
    changed = replace(entity, attributes=attributes)
    return replace(workload, entities=tuple(changed if e.name == entity.name else e for e in workload.entities))


def _immutable(workload: Workload, entity: EntityDef, name: str) -> Workload:
    attributes = tuple(replace(a, immutable=True) if a.name == name else a for a in entity.attributes)
    changed = replace(entity, attributes=attributes)
    return replace(workload, entities=tuple(changed if e.name == entity.name else e for e in workload.entities))


def any_of(names: Sequence[str]) -> str:
    """Names as alternatives: `a`, `b` or `c`."""
    listed = [f"`{name}`" for name in names]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} or {listed[-1]}"


def conflict_finding(workload: Workload, conflict: Conflict) -> Diagnostic:
    """The conflict as a finding: its members, the limit, and the advice."""
    names = [m.pattern for m in conflict.members]
    first = next(p for p in workload.patterns if p.name == names[0])
    several = len(names) > 1
    message = (
        f"no layout serves these {len(names)} access patterns of `{conflict.entity}` together; without any one of them "
        "the others are served"
        if several
        else f"no layout serves `{names[0]}`"
    )
    drop = "drop any one of them" if several else "drop it"
    return finding(
        "DM440",
        message,
        span=first.span,
        path=(workload.title, conflict.entity),
        notes=(*(f"conflict: `{m.pattern}`: {m.needs}" for m in conflict.members), f"limit: {conflict.limit}"),
        hint="; or ".join((*conflict.relax, drop)),
    )
