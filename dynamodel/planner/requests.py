"""From a signature that serves a need to the request that asks for it: key condition, edges, filters, direction.

In: a need, the key of its entity in a place, the service. Out: `ReadRequest`. Edges follow keys.md A2.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.ir.keys import (
    Absent,
    BoundToken,
    Component,
    Edge,
    Interval,
    NaturalCondition,
    NaturalKey,
    Template,
    TextToken,
    TypeKey,
)
from dynamodel.ir.plan import BASE, BoundKey, Operation, ReadRequest, ResidualFilter
from dynamodel.ir.reads import ConditionDef, Op
from dynamodel.ir.values import Constant
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.ir.keys import KeyField, KeyValue, SortCondition, Token
    from dynamodel.ir.plan import KeyDesign
    from dynamodel.ir.reads import RangeDef
    from dynamodel.ir.values import Source
    from dynamodel.planner.groups import Group, Run
    from dynamodel.planner.needs import Need
    from dynamodel.planner.serve import Service, Signature

_CODED_PRESENT, _ABOVE_PRESENT = "%", "&"  # keys.md A6c: the mark of a present value, and what lies above all of them


@dataclass(frozen=True, slots=True)
class Placed:
    """A need with the place that answers it: the physical key there, the signature it was made from, the service."""

    need: Need
    key: KeyDesign
    signature: Signature
    service: Service


def get_request(placed: Placed) -> ReadRequest:
    """GetItem by the base key: everything that the key does not hold is checked by the generated code."""
    need, key = placed.need, placed.key
    partition = _bound_keys(key, placed.signature.partition, need)
    (field,) = key.sort
    names = tuple(p.attribute for p in placed.signature.sort)
    sort = BoundKey(field.name, _tokens(field.value, names, need))
    stated = {ConditionDef(Op.EQ, name, (need.source(name),)) for name in placed.signature.attributes}
    left = [r for r in placed.service.residual if r not in stated]
    filters = tuple(ResidualFilter(need.part, c, server=False) for c in (*left, *need.filters))
    return ReadRequest(
        Operation.GET_ITEM,
        None,
        (need.part,),
        partition,
        (sort,),
        filters=filters,
        consistent=need.consistent,
        why=f"the whole key of {need.entity} is known",
    )


def guard_request(placed: Placed) -> ReadRequest:
    """GetItem of a guard: by the unique values in both halves of its key."""
    need, key = placed.need, placed.key
    keys = []
    for field in key.fields:
        tokens = field.value.tokens if isinstance(field.value, Template) else ()
        bound = (
            BoundToken(component=t, source=need.source(t.attribute))
            if isinstance(t, Component)
            else BoundToken(t.text if isinstance(t, TextToken) else "")
            for t in tokens
        )
        keys.append(BoundKey(field.name, tuple(bound)))
    conditions = (*placed.service.residual, *need.filters)
    return ReadRequest(
        Operation.GET_ITEM,
        None,
        (need.part,),
        (keys[0],),
        (keys[1],),
        filters=tuple(ResidualFilter(need.part, c, server=False) for c in conditions),
        consistent=need.consistent,
        why=f"a guard of {need.entity} has its unique values as key",
        beside=key.place,
    )


def query_request(placed: Placed, key_attributes: frozenset[str]) -> ReadRequest:
    """A Query for one part: its equalities as the partition and the head of the sort key, then its range."""
    need, key = placed.need, placed.key
    copied = key.place.startswith("COPY")
    return ReadRequest(
        Operation.QUERY,
        None if key.place == BASE or copied else key.place,
        (need.part,),
        _bound_keys(key, placed.signature.partition, need),
        sort=sort_condition(placed),
        forward=placed.service.forward,
        page=need.limit,
        filters=_filters(placed, key_attributes),
        consistent=need.consistent,
        shards=key.shards,
        sort_after=need.sort_after,
        why=f"{key.place} holds {need.entity} by {', '.join(placed.signature.partition) or 'a constant'}",
        beside=key.place if copied else "",
    )


def run_request(run: Run, group: Group, placed: tuple[Placed, ...], key_attributes: frozenset[str]) -> ReadRequest:
    """One Query over neighboring blocks of a group's partition: `placed` are the parts of the run, in order."""
    by_entity = {p.need.entity: p for p in placed}
    first, last = by_entity[run.first], by_entity[run.last]
    partials = [p for p in placed if p.need.part in run.partials]
    tokens = run.tokens - run.everything  # what names the blocks, or what stands above them all
    lower, upper = Edge(_named(first, tokens), after=False), Edge(_named(last, tokens), after=True)
    ranged = [p for p in partials if p.need.range is not None]
    for one in ranged:
        inner = sort_condition(one)
        if isinstance(inner, Interval):
            lower, upper = (inner.lower, upper) if one is first else (lower, inner.upper)
    (field,) = first.key.sort
    limit = next((p.need.limit for p in partials if p.need.limit is not None), None)
    whole = len(placed) - len(partials)
    return ReadRequest(
        Operation.QUERY,
        None if first.key.place == BASE else first.key.place,
        run.parts,
        _bound_keys(first.key, first.signature.partition, first.need),
        sort=None if not (lower.tokens or ranged) else Interval(field.name, lower, upper),
        forward=run.forward,
        page=None if limit is None else limit + whole,
        constant_rows=whole if limit is not None else 0,
        filters=tuple(f for p in placed for f in _filters(p, key_attributes)),
        consistent=first.need.consistent,
        sort_after=any(p.need.sort_after for p in placed),
        why=f"{group.root} and its collection share a partition of {first.key.place}",
    )


def woven_request(run: Run, group: Group, placed: tuple[Placed, ...], key_attributes: frozenset[str]) -> ReadRequest:
    """One Query for parts whose rows lie mixed: asked as for the first of them, which all others are like."""
    return replace(
        query_request(placed[0], key_attributes),
        parts=run.parts,
        filters=tuple(f for p in placed for f in _filters(p, key_attributes)),
        why=f"the rows of {group.root} and the others lie mixed in a partition of {placed[0].key.place}",
    )


def _named(placed: Placed, count: int) -> tuple[BoundToken, ...]:
    """The first tokens of the sort key of a part, which name its block; fewer if it has no more."""
    (field,) = placed.key.sort
    if not isinstance(field.value, Template):
        reason = f"a collection lives in templates, not in the natural key {field.value}"
        raise TypeError(reason)
    known = sum(isinstance(t, Component) for t in field.value.tokens[:count])
    return _head(placed, field.value, known)[:count]


def _filters(placed: Placed, key_attributes: frozenset[str]) -> tuple[ResidualFilter, ...]:
    conditions = (*placed.service.residual, *placed.need.filters)
    return tuple(ResidualFilter(placed.need.part, c, server=not (set(c.names) & key_attributes)) for c in conditions)


def _bound_keys(key: KeyDesign, names: tuple[str, ...], need: Need) -> tuple[BoundKey, ...]:
    return tuple(_bound_key(field, names, need) for field in key.partition)


def _bound_key(field: KeyField, names: tuple[str, ...], need: Need) -> BoundKey:
    if isinstance(field.value, TypeKey):
        return BoundKey(field.name, (), Constant(field.value.tag))
    if isinstance(field.value, NaturalKey):
        return BoundKey(field.name, (), need.source(field.value.attribute))
    return BoundKey(field.name, _tokens(field.value, names, need))


def _tokens(value: KeyValue, names: tuple[str, ...], need: Need) -> tuple[BoundToken, ...]:
    """The tokens of a whole key, its components with the values that the need gives to these attributes."""
    sources = iter(names)
    tokens = value.tokens if isinstance(value, Template) else ()
    return tuple(_bound(t, need.source(next(sources))) if isinstance(t, Component) else _fixed(t) for t in tokens)


def _fixed(token: Token) -> BoundToken:
    """A token that no attribute gives: its text, or the place of a shard's number."""
    return BoundToken(token.text) if isinstance(token, TextToken) else BoundToken()


def _head(placed: Placed, template: Template, known: int) -> tuple[BoundToken, ...]:
    """The tokens of a sort key up to what comes after the first `known` of its components."""
    names = iter(p.attribute for p in placed.signature.sort[:known])
    found: list[BoundToken] = []
    for token in template.tokens:
        if isinstance(token, Component):
            name = next(names, None)
            if name is None:
                break
            found.append(_bound(token, placed.need.source(name)))
        else:
            found.append(_fixed(token))
    return tuple(found)


def _bound(token: Token, source: Source) -> BoundToken:
    return BoundToken(component=token, source=source) if isinstance(token, Component) else BoundToken()


def sort_condition(placed: Placed) -> SortCondition | None:
    """The condition on the sort key, None when the whole partition is wanted."""
    fields = placed.key.sort
    if not fields:
        return None
    if isinstance(fields[0].value, NaturalKey):
        return _natural(placed)
    (field,) = fields
    template = field.value
    if not isinstance(template, Template):
        return None
    tokens = _head(placed, template, placed.service.fixed)
    if not placed.service.cuts:
        whole = len(tokens) == len(template.tokens)
        return Interval(field.name, Edge(tokens, after=False), Edge(tokens, after=True), whole=whole)
    component = template.tokens[len(tokens)]
    if not isinstance(component, Component):
        return None
    return _ranged(field.name, tokens, component, placed.service.range)


def _ranged(name: str, head: tuple[BoundToken, ...], component: Component, range_: RangeDef | None) -> Interval:
    """The interval of a range of the component behind a head; of every value that it has where there is none."""
    ends = [BoundToken(component=component, source=s) for s in range_.operands] if range_ is not None else []
    if range_ is not None and range_.op is Op.BEGINS_WITH:
        edge = (*head, ends[0])
        return Interval(name, Edge(edge, after=False), Edge(edge, after=True), partial=True)
    low = (
        Edge((*head, BoundToken(_CODED_PRESENT)), after=False)
        if component.absent is Absent.FIRST
        else Edge(head, after=False)
    )
    high = (
        Edge((*head, BoundToken(_ABOVE_PRESENT)), after=False)
        if component.absent is Absent.LAST
        else Edge(head, after=True)
    )
    if range_ is None:
        return Interval(name, low, high)
    op = _MIRROR.get(range_.op, range_.op) if component.descending else range_.op
    if op is Op.BETWEEN:
        first, second = reversed(ends) if component.descending else ends
        return Interval(name, Edge((*head, first), after=False), Edge((*head, second), after=True))
    edge = (*head, ends[0])
    if op in {Op.GE, Op.GT}:
        return Interval(name, Edge(edge, after=op is Op.GT), high)
    return Interval(name, low, Edge(edge, after=op is Op.LE))


_MIRROR = {Op.GE: Op.LE, Op.GT: Op.LT, Op.LE: Op.GE, Op.LT: Op.GT}


def _natural(placed: Placed) -> NaturalCondition | None:
    need = placed.need
    equals = tuple((p.attribute, need.source(p.attribute)) for p in placed.signature.sort[: placed.service.fixed])
    range_ = placed.service.range
    if range_ is None:
        return NaturalCondition(equals) if equals else None
    names = {Op.LT: "lt", Op.LE: "le", Op.GT: "gt", Op.GE: "ge", Op.BETWEEN: "between", Op.BEGINS_WITH: "begins_with"}
    return NaturalCondition(equals, range_.attribute, names[range_.op], range_.operands)  # type: ignore[arg-type]
