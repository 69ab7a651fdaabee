"""One request of a read: the place exists, the key is fully given, it reaches what is wanted and nothing else.

In: a request and what it must find. Out: findings DM458, DM460, DM461, DM470, and for each wanted part the `Reached`
rows, from which `rows` judges the conditions and `answers` order and limits. Rules: `keys.md` A2, A8 and B.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.keys import Interval, NaturalKey, ShardToken, Template
from dynamodel.ir.plan import BASE, GuardDesign, Operation
from dynamodel.ir.values import Constant
from dynamodel.planner.checks.court import first_literal
from dynamodel.planner.checks.reach import Cut, Outcome, cut, match_all
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.keys import KeyField, NaturalCondition
    from dynamodel.ir.plan import BoundKey, KeyDesign, ReadRequest
    from dynamodel.ir.values import Source
    from dynamodel.planner.checks.court import Court
    from dynamodel.planner.checks.wanted import Wanted

_NO_ROWS = Cut("none")


@dataclass(frozen=True, slots=True)
class Reached:
    """The rows of one kind that a request returns: the key they come by and the cut out of it."""

    wanted: Wanted
    key: KeyDesign
    partition: tuple[KeyField, ...]
    cut: Cut


def judge_request(court: Court, request: ReadRequest, wanted: Mapping[int, Wanted]) -> dict[int, Reached]:
    """Check a request that has a key condition; what it finds of each wanted part (by its number)."""
    place = request.beside or request.index or BASE
    if request.index is not None and request.beside:
        court.refuse("DM471", f"`{request.beside}` is in no index")
    if request.index is not None and court.index(request.index) is None:
        court.refuse("DM458", f"there is no index `{request.index}`")
        return {}
    if request.index is not None and request.operation is not Operation.QUERY:
        court.refuse("DM471", f"{request.operation} cannot read an index")
    is_query = request.operation is Operation.QUERY
    if request.sort_key if is_query else (request.sort, request.page, request.shards) != (None, None, 1):
        court.refuse("DM471", f"{request.operation} with what it does not have")
    names = [w.entity.name for w in wanted.values()]
    if len(set(names)) < len(names):
        court.refuse("DM461", "two parts of one request have the same type and cannot be told apart")
    reached: dict[int, Reached] = {}
    for number, want in wanted.items():
        key = court.key_in(place, want.entity.name)
        if key is None:
            court.refuse("DM458", f"{want.entity.name} has no key in `{place}`")
            continue
        partition = court.partition_of(want.entity.name, key)
        found = _cut_of(request, partition, key.sort, want.entity)
        if found.outcome != "rows":
            code = "DM460" if _bound_fields(request.partition, partition, want.entity).outcome != "rows" else "DM461"
            court.refuse(code, f"the request does not find {want.entity.name} in `{place}`")
            continue
        _check_shards(court, request, partition)
        reached[number] = Reached(want, key, partition, found)
    _check_others(court, request, place, set(names))
    return reached


def _check_others(court: Court, request: ReadRequest, place: str, names: set[str]) -> None:
    """No other kind of items lies in what the request reads."""
    first = request.partition[0].tokens[0] if request.partition and request.partition[0].tokens else None
    literal = first.text if first is not None and first.component is None else None
    for entity, key in court.beginning_with(BASE if request.beside else place, literal):
        if entity.name in names and not request.beside:
            continue
        if _cut_of(request, court.partition_of(entity.name, key), key.sort, entity).outcome != "none":
            court.refuse("DM461", f"the request also reads items of {entity.name} in `{place}`")
    if request.index is not None:
        return
    mine = [one for owner, name, one in court.records.beside if name == request.beside and owner.name in names]
    namespaces = {one.namespace for one in mine if isinstance(one, GuardDesign)}
    for owner, name, one in court.records.beside:
        if one in mine and name == request.beside:
            continue
        if isinstance(one, GuardDesign) and one.namespace in namespaces:
            continue  # one namespace is shared on purpose; the owner's kind is looked at
        if literal is not None and first_literal((one.partition,)) not in {literal, None}:
            continue
        if _cut_of(request, (one.partition,), (one.sort,), owner).outcome != "none":
            court.refuse("DM461", f"the request also reads `{name}` of {owner.name}")


def _bound_fields(bound: tuple[BoundKey, ...], fields: tuple[KeyField, ...], entity: EntityDef) -> Cut:
    """What completely given key attributes state about the items of an entity."""
    if [b.name for b in bound] != [f.name for f in fields]:
        return _NO_ROWS
    equals: list[tuple[str, Source]] = []
    worst: Outcome = "rows"
    for given, key_field in zip(bound, fields, strict=True):
        if not isinstance(key_field.value, Template):
            if given.source is None or given.tokens:
                return _NO_ROWS
            if isinstance(key_field.value, NaturalKey):
                equals.append((key_field.value.attribute, given.source))
            elif given.source != Constant(key_field.value.tag):
                return _NO_ROWS
            continue
        outcome, pairs = match_all(given.tokens, key_field.value, entity)
        if outcome == "none" or given.source is not None:
            return _NO_ROWS
        worst = outcome if outcome == "unknown" else worst
        equals += pairs
    return Cut("rows", tuple(equals)) if worst == "rows" else Cut("unknown")


def _cut_of(
    request: ReadRequest, partition: tuple[KeyField, ...], sort: tuple[KeyField, ...], entity: EntityDef
) -> Cut:
    """What a request takes of an entity's keys, partition and sort together."""
    first = _bound_fields(request.partition, partition, entity)
    second = _sort_cut(request, sort, entity)
    if "none" in {first.outcome, second.outcome}:
        return _NO_ROWS
    if "unknown" in {first.outcome, second.outcome}:
        return Cut("unknown")
    return Cut("rows", first.equals + second.equals, second.bounded, second.bounds, second.without_none)


def _sort_cut(request: ReadRequest, sort: tuple[KeyField, ...], entity: EntityDef) -> Cut:
    if request.operation is not Operation.QUERY:
        return _bound_fields(request.sort_key, sort, entity)
    condition = request.sort
    if condition is None:
        return Cut("rows")
    if isinstance(condition, Interval):
        if len(sort) != 1 or not isinstance(sort[0].value, Template) or condition.attribute != sort[0].name:
            return _NO_ROWS
        return cut(condition, sort[0].value, entity)
    return _natural_cut(condition, sort)


def _natural_cut(condition: NaturalCondition, sort: tuple[KeyField, ...]) -> Cut:
    """Equalities from the left without a gap, then at most one comparison (`keys.md` B9)."""
    names = [f.name for f in sort if isinstance(f.value, NaturalKey)]
    given = [name for name, _ in condition.equals]
    if len(names) < len(sort) or given != names[: len(given)]:
        return _NO_ROWS
    if not condition.op:
        return Cut("rows", condition.equals)
    if len(given) >= len(names) or condition.attribute != names[len(given)]:
        return _NO_ROWS
    if len(condition.operands) != (2 if condition.op == "between" else 1):
        return _NO_ROWS
    if condition.op == "between":
        bounds = tuple(zip(("ge", "le"), condition.operands, strict=True))
    else:
        bounds = tuple((condition.op, operand) for operand in condition.operands)
    return Cut("rows", condition.equals, condition.attribute, bounds, frozenset({condition.attribute}))


def _check_shards(court: Court, request: ReadRequest, partition: tuple[KeyField, ...]) -> None:
    count = 1
    for key_field in partition:
        if isinstance(key_field.value, Template):
            for token in key_field.value.tokens:
                count *= token.count if isinstance(token, ShardToken) else 1
    if request.operation is Operation.QUERY and count != request.shards:
        court.refuse("DM470", f"the partition has {count} shards, the request asks {request.shards}")
