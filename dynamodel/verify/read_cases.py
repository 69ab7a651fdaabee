"""Calls of a read pattern that are worth making, with the oracle's answers.

In: a workload, the rows, a read. Out: hits in the fullest and in neighboring partitions, misses, every edge of a range
with the values just beside it, prefixes of prefixes, empty and inverted ranges, long batches.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.ir.reads import Op, ReadKind
from dynamodel.ir.suite import Case, Count, Rows
from dynamodel.ir.values import Given, Kind
from dynamodel.verify.maker import Maker, near
from dynamodel.verify.oracle.compare import canonical, less, value_of
from dynamodel.verify.oracle.conditions import Call, holds, meets
from dynamodel.verify.oracle.reads import read
from dynamodel.verify.oracle.store import alive

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dynamodel.ir.entities import AttributeDef, EntityDef
    from dynamodel.ir.reads import NearDef, PartDef, RangeDef, ReadPattern
    from dynamodel.ir.suite import Expected
    from dynamodel.ir.values import Source
    from dynamodel.verify.oracle.store import Store

Arguments = dict[str, object]

_FOUND = "finds what is there"
_LEFT_OUT = "leaves out what is there"  # it has expired, or a condition excludes it
_ANCHORS = 4  # partitions that are read
_MOST = 26  # cases of one pattern
_LONG_LIST = 6  # rows that pages are tried on
_LONG_BATCH = 104  # more than one BatchGetItem takes


def read_cases(maker: Maker, store: Store, pattern: ReadPattern) -> list[Case]:
    """The cases of one read, the fullest answer first."""
    cases: list[Case] = []
    seen: set[object] = set()
    for title, arguments in _calls(maker, store, pattern):
        form = frozenset((name, canonical(value)) for name, value in arguments.items())
        if form in seen or len(cases) >= _MOST:
            continue
        seen.add(form)
        answer = read(maker.workload, store, pattern, arguments, maker.now)
        about = _LEFT_OUT if title == _FOUND and not _size_of(answer) else title
        titled = f"{about} {sum(c.title.startswith(about) for c in cases) + 1}"
        cases.append(Case(pattern.name, titled, arguments, answer))
    return _with_pages(pattern, _with_short_pages(pattern, cases))


def _with_short_pages(pattern: ReadPattern, cases: list[Case]) -> list[Case]:
    """Mark the fullest answer of what may take several pages of the service."""
    if pattern.kind not in {ReadKind.QUERY, ReadKind.SCAN, ReadKind.COLLECTION} or not cases:
        return cases
    fullest = max(cases, key=_size)
    return [replace(case, short=True) if case is fullest else case for case in cases]


def _with_pages(pattern: ReadPattern, cases: list[Case]) -> list[Case]:
    """Mark a case with a list of some length for reading page by page, where the pattern has pages.

    Pages of every size cost as many requests as the square of the length, so the shortest list that is long enough.
    Lists that turn together have pages of one size: there the case in which they are furthest out of step.
    """
    lists = sum(1 for p in pattern.parts if not p.single)
    pageable = pattern.kind in {ReadKind.QUERY, ReadKind.SCAN} or (
        pattern.kind is ReadKind.COLLECTION and (pattern.merged or lists == 1 or pattern.turns_several)
    )
    if not pageable or pattern.count or not cases:
        return cases
    enough = [case for case in cases if _size(case) >= _LONG_LIST]
    if pattern.turns_several:
        chosen = max(cases, key=_turns)
    else:
        chosen = min(enough, key=_size) if enough else max(cases, key=_size)
    return [replace(case, pages=True) if case is chosen else case for case in cases]


def _turns(case: Case) -> tuple[int, int]:
    """In how many different numbers of pages the lists of an answer come, and in how many pages all of them."""
    parts = case.expected.parts if isinstance(case.expected, Rows) else ()
    pages = [-(-len(part.rows) // part.take) for part in parts if part.take]
    return len(set(pages)), sum(pages)


def _size(case: Case) -> int:
    return _size_of(case.expected)


def _size_of(answer: Expected) -> int:
    if isinstance(answer, Rows):
        return sum(len(p.rows) for p in answer.parts)
    return answer.value if isinstance(answer, Count) else 0


def _calls(maker: Maker, store: Store, pattern: ReadPattern) -> Iterator[tuple[str, Arguments]]:
    if pattern.kind is ReadKind.BATCH_GET:
        yield from _batches(maker, store, pattern)
        return
    if pattern.near is not None:
        yield from _searches(maker, store, pattern, pattern.near)
        return
    anchors = _anchors(maker, store, pattern)
    for number, (part, values) in enumerate(anchors):
        fixed = _bound(maker, pattern, part, values)
        for title, chosen in _ranges(maker, store, pattern, fixed, full=number == 0):
            yield title, {**fixed, **chosen}
    if not anchors or any(_given(e.source) for p in pattern.parts for e in p.equals):
        hits = [_bound(maker, pattern, part, values) for part, values in anchors]
        for fixed in _misses(maker, store, pattern, hits):
            for _, chosen in _ranges(maker, store, pattern, fixed, full=False):
                yield "finds nothing or a neighbor", {**fixed, **chosen}


def _searches(maker: Maker, store: Store, pattern: ReadPattern, near: NearDef) -> Iterator[tuple[str, Arguments]]:
    """Searches near vectors that are there, near others, and where nothing is."""
    name, anchors = _given(near.source), _anchors(maker, store, pattern)
    pool = maker.pool(pattern.parts[0].entity, near.attribute)
    if name is None:
        return
    for number, (part, values) in enumerate(anchors):
        fixed = _bound(maker, pattern, part, values)
        held = values.get(near.attribute)
        if held is not None:
            yield "finds the nearest to one that is there", {**fixed, name: held}
        for other in pool[:3] if number == 0 else pool[-1:]:
            yield "finds the nearest to any", {**fixed, name: other}
    if any(_given(e.source) for e in pattern.parts[0].equals):
        for fixed in _misses(maker, store, pattern, [_bound(maker, pattern, p, v) for p, v in anchors]):
            yield "finds nothing or a neighbor", {**fixed, name: pool[0]}


def _given(source: Source) -> str | None:
    return source.argument if isinstance(source, Given) else None


def _anchors(maker: Maker, store: Store, pattern: ReadPattern) -> list[tuple[PartDef, Mapping[str, object]]]:
    """Rows to read by: of each different selection one row, the selections with most rows first.

    Those that chance might leave out are added: one with a row whose parent is missing, one with a row that has
    expired, one with a row that a condition leaves out.
    """
    found: dict[object, list[tuple[PartDef, Mapping[str, object]]]] = {}
    for part in pattern.parts:
        entity = maker.workload.entity(part.entity)
        constants = tuple(e for e in part.equals if _given(e.source) is None)
        for values in store.rows[part.entity].values():
            if meets(entity, values, constants, Call({}, maker.now)):
                wanted = {e: value_of(entity, values, e.attribute) for e in part.equals if _given(e.source)}
                if all(v is not None for v in wanted.values()):
                    form = frozenset((_given(e.source), canonical(v)) for e, v in wanted.items())
                    found.setdefault(form, []).append((part, values))
    ranked = sorted(found.values(), key=len, reverse=True)
    chosen = ranked[: _ANCHORS - 1] + ranked[-1:] if len(ranked) > _ANCHORS else ranked
    anchors = [rows[0] for rows in chosen]
    for tells in (_is_orphan, _has_expired, _is_left_out):
        telling = [(rows, row) for rows in ranked for row in rows if tells(maker, store, pattern, *row)]
        if telling and not any(rows in chosen for rows, _ in telling):
            chosen.append(telling[0][0])
            anchors.append(telling[0][1])
    return anchors


def _is_orphan(maker: Maker, store: Store, pattern: ReadPattern, _: PartDef, values: Mapping[str, object]) -> bool:
    """Whether a parent that the pattern joins does not exist."""
    named = [(maker.workload.entity(join.parent), [values.get(via) for via in join.via]) for join in pattern.joins]
    return any(None not in via and store.get(parent, tuple(canonical(v) for v in via)) is None for parent, via in named)


def _has_expired(maker: Maker, _: Store, __: ReadPattern, part: PartDef, values: Mapping[str, object]) -> bool:
    return not alive(maker.workload.entity(part.entity), values, maker.now)


def _is_left_out(maker: Maker, _: Store, __: ReadPattern, part: PartDef, values: Mapping[str, object]) -> bool:
    """Whether a condition that asks the caller for nothing leaves the row out."""
    entity, call = maker.workload.entity(part.entity), Call({}, maker.now)
    fixed = [
        c for c in (*part.where, *part.filter) if not any(_given(o) for one in (c, *c.any_of) for o in one.operands)
    ]
    return not all(holds(entity, values, condition, call) for condition in fixed)


def _bound(maker: Maker, pattern: ReadPattern, part: PartDef, values: Mapping[str, object]) -> Arguments:
    """Arguments that select the row, as far as it decides; the others from pools. Ranges are left out."""
    arguments: Arguments = {}
    for other in (part, *pattern.parts):
        entity = maker.workload.entity(other.entity)
        for equal in other.equals:
            name = _given(equal.source)
            if name is not None and name not in arguments:
                own = value_of(entity, values, equal.attribute) if other is part else None
                arguments[name] = own if own is not None else _pooled(maker, entity, equal.attribute)
        for condition in (*other.where, *other.filter):
            for inner in (condition, *condition.any_of):
                for name in (_given(operand) for operand in inner.operands):
                    if name is not None and name not in arguments:
                        own = value_of(entity, values, inner.attribute) if other is part else None
                        arguments[name] = own if own is not None else _pooled(maker, entity, inner.attribute)
    return arguments


def _pooled(maker: Maker, entity: EntityDef, name: str) -> object:
    bucket = entity.attribute(name).bucket
    pool = maker.pool(entity.name, bucket.of if bucket else name)
    return value_of(entity, {bucket.of: pool[0]}, name) if bucket else maker.random.choice(pool)


def _misses(maker: Maker, store: Store, pattern: ReadPattern, hits: Sequence[Arguments]) -> Iterator[Arguments]:
    """Selections beside those that hit: each equality's value replaced by a twin or by one that no row has."""
    if not hits:
        yield _bound(maker, pattern, pattern.parts[0], {})
        return
    first, last = hits[0], hits[-1]
    for part in pattern.parts[:1]:
        entity = maker.workload.entity(part.entity)
        for equal in part.equals:
            name = _given(equal.source)
            if name is None:
                continue
            attribute = entity.attribute(equal.attribute)
            if attribute.bucket is not None:
                continue
            pool = maker.pool(part.entity, equal.attribute, len(maker.made[part.entity]) + 4)
            foreign = _foreign(maker, store, part.entity, equal.attribute)
            for value in (*near(attribute, first[name])[:3], pool[-1], last[name], *foreign):
                yield {**first, name: value}


def _foreign(maker: Maker, store: Store, entity: str, attribute: str) -> list[object]:
    """A value that an item of another entity holds in the namespace in which the attribute is unique."""
    spaces = {u.namespace for u in maker.workload.entity(entity).unique if u.attributes == (attribute,)}
    others = [
        (other.name, u.attributes[0])
        for other in maker.workload.entities
        for u in other.unique
        if other.name != entity and u.namespace in spaces and len(u.attributes) == 1
    ]
    held = [values.get(name) for other, name in others for values in store.rows[other].values()]
    return [value for value in held if value is not None][:1]


def _ranges(
    maker: Maker, store: Store, pattern: ReadPattern, fixed: Arguments, *, full: bool
) -> Iterator[tuple[str, Arguments]]:
    """Operands for the pattern's range (of the first part that asks one); once nothing when there is none."""
    for part in pattern.parts:
        names = [_given(o) for o in part.range.operands] if part.range else []
        if part.range is not None and all(names):
            entity = maker.workload.entity(part.entity)
            held = _held(maker, store, entity, part, fixed)
            others = _other_ranges(maker, pattern, part)
            for title, operands in _operands(maker, entity, part.range, held, full=full):
                yield title, {**others, **dict(zip((n for n in names if n), operands, strict=True))}
            return
    yield _FOUND, {}


def _other_ranges(maker: Maker, pattern: ReadPattern, chosen: PartDef) -> Arguments:
    """Operands of the other parts' ranges: wide ones, where two are in order."""
    arguments: Arguments = {}
    for part in pattern.parts:
        if part is not chosen and part.range is not None:
            entity = maker.workload.entity(part.entity)
            pool = maker.pool(part.entity, part.range.attribute.split("@", maxsplit=1)[0])
            texts = {
                canonical(value_of(entity, {part.range.attribute.split("@")[0]: v}, part.range.attribute)): v
                for v in pool
            }
            ordered = [texts[k] for k in sorted(texts, key=lambda c: c[1])]  # type: ignore[arg-type,return-value]
            for operand, value in zip(part.range.operands, (ordered[0], ordered[-1]), strict=False):
                if isinstance(operand, Given):
                    arguments[operand.argument] = value
    return arguments


def _held(maker: Maker, store: Store, entity: EntityDef, part: PartDef, fixed: Arguments) -> list[object]:
    """The different values of the range attribute in the selected rows, ascending."""
    assert part.range is not None
    call = Call(fixed, maker.now)
    values = [
        value_of(entity, v, part.range.attribute)
        for v in store.rows[entity.name].values()
        if meets(entity, v, part.equals, call)
    ]
    different = {canonical(v): v for v in values if v is not None}
    return [different[form] for form in sorted(different, key=lambda c: c[1])]  # type: ignore[arg-type,return-value]


def _operands(
    maker: Maker, entity: EntityDef, limits: RangeDef, held: list[object], *, full: bool
) -> Iterator[tuple[str, tuple[object, ...]]]:
    attribute = entity.attribute(limits.attribute)
    if not held:
        held = [_pooled(maker, entity, limits.attribute)]
    first, middle, last = held[0], held[len(held) // 2], held[-1]
    if limits.op is Op.BETWEEN:
        yield "between the outermost", (first, last)
        if full:
            yield "between one value and itself", (middle, middle)
            yield "between at the lower edge", (first, first)
            yield "between at the upper edge", (last, last)
            yield "between neighbors of the edges", (_beside(attribute, first, 0), _beside(attribute, last, 1))
            yield "between inner neighbors", (_beside(attribute, first, 1), _beside(attribute, last, 0))
            if less(first, last):
                yield "between in the wrong order", (last, first)
        return
    if limits.op is Op.BEGINS_WITH:
        yield from _prefixes(maker, entity, limits, (first, middle, last), full=full)
        return
    yield "from the middle", (middle,)
    if full:
        for value in (
            first,
            last,
            *near(attribute, middle),
            *near(attribute, first),
            *near(attribute, last),
            *_outside(attribute.type.kind),
        ):
            yield "at an edge", (value,)


def _prefixes(
    maker: Maker, entity: EntityDef, limits: RangeDef, held: tuple[object, object, object], *, full: bool
) -> Iterator[tuple[str, tuple[object, ...]]]:
    first, middle, last = (v if isinstance(v, bytes) else str(v) for v in held)
    yield "begins with one value", (middle,)
    yield "begins with the first character", (first[:1] or last[:1],)
    if full:
        yield "begins with nothing", (first[:0],)
        pool = [v for v in maker.pool(entity.name, limits.attribute)[:6] if isinstance(v, str | bytes)]
        for value in (first, last, *pool):
            yield "begins with a twin", (value,)


def _outside(kind: Kind) -> Sequence[object]:
    """Bounds far beyond any declared range: they must behave as unbounded or empty, not fail."""
    return (-(10**15), 10**15) if kind is Kind.INTEGER else ()


def _beside(attribute: AttributeDef, value: object, which: int) -> object:
    values = near(attribute, value)
    return values[min(which, len(values) - 1)] if values else value


def _batches(maker: Maker, store: Store, pattern: ReadPattern) -> Iterator[tuple[str, Arguments]]:
    entity = maker.workload.entity(pattern.parts[0].entity)
    name = next(a.name for a in pattern.arguments if a.keys)
    fixed = {g: e.attribute for e in pattern.parts[0].equals if (g := _given(e.source)) and g != name}
    others = {argument: maker.pool(entity.name, attribute)[0] for argument, attribute in fixed.items()}
    rows = list(store.rows[entity.name].values())
    keys = [_key(entity, values) for values in rows]
    fresh = [row for _ in range(_LONG_BATCH) if (row := maker.row(entity)) is not None]
    missing = list({canonical(k): k for k in (_key(entity, r.values) for r in fresh)}.values())
    yield "finds all, in the order asked", {**others, name: tuple(reversed(keys[:7]))}
    yield "leaves out what is missing", {**others, name: (*missing[:1], *keys[:2], *missing[1:2])}
    yield "asks for one", {**others, name: tuple(keys[:1])}
    yield "asks for nothing", {**others, name: ()}
    yield "asks for more than one request takes", {**others, name: (*keys, *missing)[:_LONG_BATCH]}


def _key(entity: EntityDef, values: Mapping[str, object]) -> object:
    parts = tuple(values[n] for n in entity.identity)
    return parts if len(parts) > 1 else parts[0]
