"""How to break a declaration or a plan, one thing at a time, beyond what `test_check_refuses` breaks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dynamodel.ir.entities import Estimate
from dynamodel.ir.keys import Absent, BoundToken, Component, KeyField, NaturalCondition, NaturalKey, ShardToken
from dynamodel.ir.plan import (
    KeyAttribute,
    Projection,
)
from dynamodel.ir.reads import ConditionDef, Op
from dynamodel.ir.values import Given
from dynamodel.ir.writes import ActionDef, ActionKind
from dynamodel.planner.layout import copy_design
from dynamodel.planner.serve import Signature, SortPart
from tests.property.planner.test_check_refuses import (
    component,
    entity,
    half,
    index,
    key,
    library,
    literal,
    pattern,
    place_of,
    request,
    table,
    taken,
    upper,
    with_token,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamodel.ir.keys import KeyValue
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.values import Source
    from dynamodel.ir.workload import Workload

HALVES = ("partition", "sort")

# How to break the declaration under a plan: a plan of another model is as wrong as another plan of the model.


def pattern_of(workload: Workload, name: str) -> Any:
    return next(p for p in workload.patterns if p.name == name)


def declared(workload: Workload, name: str, /, **changes: Any) -> Workload:
    """One access pattern declared otherwise."""
    found = tuple(replace(p, **changes) if p.name == name else p for p in workload.patterns)
    return replace(workload, patterns=found)


def part(workload: Workload, name: str, /, **changes: Any) -> Workload:
    """The first part of a read declared otherwise."""
    first, *others = pattern_of(workload, name).parts
    return declared(workload, name, parts=(replace(first, **changes), *others))


def action(workload: Workload, name: str, kind: ActionKind, attribute: str) -> Workload:
    """A write that changes one attribute more."""
    first, *others = pattern_of(workload, name).steps
    more = ActionDef(kind, attribute, Given(attribute)) if kind is ActionKind.SET else ActionDef(kind, attribute)
    return declared(workload, name, steps=(replace(first, actions=(*first.actions, more)), *others))


def attribute(workload: Workload, owner: str, name: str, **changes: Any) -> Workload:
    """One attribute of an entity declared otherwise."""
    whole = workload.entity(owner)
    found = tuple(replace(a, **changes) if a.name == name else a for a in whole.attributes)
    entities = tuple(replace(whole, attributes=found) if e.name == owner else e for e in workload.entities)
    return replace(workload, entities=entities)


def dated(workload: Workload, owner: str) -> Workload:
    """An entity that stores the dates of invoices too."""
    made_at = workload.entity("Invoice").attribute("made_at")
    found = (replace(e, attributes=(*e.attributes, made_at)) if e.name == owner else e for e in workload.entities)
    return replace(workload, entities=tuple(found))


def crowded(workload: Workload) -> Workload:
    """A billion notes, all of one owner."""
    (notes,) = attribute(workload, "Entry", "owner", distinct=1).entities
    return replace(workload, entities=(replace(notes, count=Estimate(10**9, 10**9)),))


def options(workload: Workload, **changes: Any) -> Workload:
    return replace(workload, options=replace(workload.options, **changes))


def join(workload: Workload, name: str, **changes: Any) -> Workload:
    first, *others = pattern_of(workload, name).joins
    return declared(workload, name, joins=(replace(first, **changes), *others))


def natural(plan: Plan, owner: str, place: str, *names: str) -> Plan:
    """An index whose key is made of attributes of its entity, the first its partition."""
    attributes = tuple(KeyAttribute(n) for n in names)
    fields = tuple(KeyField(n, NaturalKey(n)) for n in names)
    plan = index(plan, place, natural=True, partition=attributes[:1], sort=attributes[1:])
    return key(plan, owner, place, partition=fields[:1], sort=fields[1:])


def in_shared(plan: Plan, owner: str, place: str, **values: KeyValue) -> Plan:
    """What one entity writes into key attributes of an index that it shares."""
    own = plan.entity(owner).key(place)
    assert own is not None
    fields = {side: tuple(replace(f, value=values.get(f.name, f.value)) for f in getattr(own, side)) for side in HALVES}
    return key(plan, owner, place, **fields)


def untyped(plan: Plan, place: str) -> Plan:
    """An index that its entities share without their type in its key, with all requests for it."""
    found = plan.table.index(place)
    for name in found.entities:
        own = plan.entity(name).key(place)
        assert own is not None
        plan = key(plan, name, place, partition=own.partition[1:])
    for name in found.patterns:
        plan = request(plan, name, partition=plan.pattern(name).reads[0].partition[1:])
    return index(plan, place, partition=found.partition[1:])


def asked_for(plan: Plan, name: str, source: Source) -> Plan:
    """A request for the items of the type that a source gives."""
    kind, *others = plan.pattern(name).reads[0].partition
    return request(plan, name, partition=(replace(kind, source=source), *others))


def turned(plan: Plan, owner: str, place: str) -> Plan:
    """The same attributes in the other order, in the key of one entity."""
    own = plan.entity(owner).key(place)
    assert own is not None
    return key(plan, owner, place, partition=own.partition[::-1])


def turned_range(plan: Plan, name: str) -> NaturalCondition:
    """The range of a request from its end to its beginning."""
    sort = plan.pattern(name).reads[0].sort
    assert isinstance(sort, NaturalCondition)
    return replace(sort, operands=sort.operands[::-1])


def copied_book(plan: Plan) -> Plan:
    """A copy of every book by its shelf, which nothing keeps."""
    workload, _ = library()
    book = workload.entity("Book")
    copy = copy_design(book, Signature("Book", ("shelf",), (SortPart("book_id"),)), "COPY1", ("title",))
    return entity(plan, "Book", copies=(copy,))


def guard_carries(plan: Plan, owner: str, *names: str) -> Plan:
    guards = plan.entity(owner).guards
    return entity(plan, owner, guards=(replace(guards[0], carries=names), *guards[1:]))


def with_parts(plan: Plan, name: str, *parts: int) -> Plan:
    """A collection of which one request reads these parts, and no other does."""
    first = plan.pattern(name).reads[0]
    whole = replace(first, parts=parts, sort=None)
    return pattern(plan, name, reads=(whole,), request_count=1)


def unwoven(plan: Plan) -> Plan:
    """Rows of two types that are read mixed, each type on its own in the key."""
    return request(literal(plan, "Visit", place_of(plan, "feed"), "sort", "VISIT"), "feed", sort=None)


def search(plan: Plan, change: Callable[[Any], Any]) -> Plan:
    """The first vector index changed."""
    first, *others = plan.table.vectors
    return table(plan, vectors=(change(first), *others))


def carrying(*names: str) -> Callable[[Any], Any]:
    return lambda vector: replace(vector, projection=Projection("INCLUDE", names))


def halved(plan: Plan) -> Plan:
    """The partitions of rooms, which collections read whole, over two shards, with all requests for it."""
    for name in ("Room", "Visit", "Call"):
        plan = half(plan, name, place_of(plan, "lately"), "partition", with_token(ShardToken(2)))
    for name in ("lately", "_call_of_room_by_room_id"):
        reads = []
        for one in plan.pattern(name).reads:
            (bound,) = one.partition
            reads.append(replace(one, shards=2, partition=(replace(bound, tokens=(*bound.tokens, BoundToken())),)))
        plan = pattern(plan, name, reads=tuple(reads), request_count=2 * len(reads))
    return plan


def ranged(plan: Plan) -> Any:
    return plan.pattern("seen_before").reads[0].sort


def from_below(plan: Plan) -> Plan:
    """A range stored with what is absent first, which its lower end then takes in."""
    plan = component(plan, "Thing", place_of(plan, "seen_before"), "sort", absent=Absent.FIRST)
    tokens = tuple(
        replace(t, component=replace(t.component, absent=Absent.FIRST)) if t.component else t
        for t in ranged(plan).upper.tokens
    )
    return upper(plan, "seen_before", tokens=tokens)


def told_by_half(plan: Plan) -> Plan:
    """Rows that another request completes, and parents that are read by these rows as they were found."""
    found, parents = plan.pattern("folders").reads
    return pattern(plan, "folders", reads=(found, replace(parents, joins=()), parents), request_count=3)


def unlimited(workload: Workload, name: str) -> Workload:
    *others, last = pattern_of(workload, name).parts
    return declared(workload, name, parts=(*others, replace(last, limit=None)))


DUE = ConditionDef(Op.LT, "due", (Given("due_to"),))
YEAR_IS = ConditionDef(Op.EQ, "year", (Given("year"),))


def on_plan(change: Callable[[Plan], Plan]) -> Callable[[Workload, Plan], tuple[Workload, Plan]]:
    return lambda workload, plan: (workload, change(plan))


def on_model(change: Callable[[Workload], Workload]) -> Callable[[Workload, Plan], tuple[Workload, Plan]]:
    return lambda workload, plan: (change(workload), plan)


def twice(workload: Workload, plan: Plan) -> tuple[Workload, Plan]:
    """A collection of two parts of one kind of items, read by one request."""
    first, second = pattern_of(workload, "loan_with_notes").parts
    whole = declared(workload, "loan_with_notes", parts=(first, replace(second, entity="Loan")))
    return whole, plan


def text_of(plan: Plan) -> Component:
    return taken(plan, "Book", place_of(plan, "books_of_shelf"), "sort")
