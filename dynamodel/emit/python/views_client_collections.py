"""The client's methods of collections: requests told apart by type, paged or ordered in memory as the plan allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.layout import Group, Node, Prefixed, call, flat, listing
from dynamodel.emit.python.views_client_reads import (
    PAGED,
    asked,
    keep_lambda,
    line_of,
    made_method,
    order_flags,
    order_key,
    request_call,
    result_of,
    shard_order,
    streams_call,
)
from dynamodel.emit.python.views_codec import read_attribute
from dynamodel.emit.python.views_results import is_single, merged_type, part_fields
from dynamodel.ir.plan import CopyDesign, Operation

if TYPE_CHECKING:
    from dynamodel.emit.python.reads import ReadPlan
    from dynamodel.emit.python.views import MethodView
    from dynamodel.ir.reads import PartDef


def collection_method(plan: ReadPlan) -> MethodView:
    """The method of a collection."""
    limited, lists = plan.limited(), plan.lists()
    pattern = plan.pattern
    designed = len(limited) == 1 and not pattern.merged
    windowed = not limited and len(lists) == 1
    paged = designed or windowed or pattern.merged
    limits = [p.limit for p in pattern.parts if p.limit is not None]
    default = str(max(limits)) if limits and paged else "None"
    if pattern.merged and _merges_in_order(plan):
        body = _merged_page(plan)
    else:
        body = _gather(plan, designed=designed)
        body += _merged(plan) if pattern.merged else _answer(plan, windowed=windowed)
    options = PAGED if paged else PAGED[1:] if limited else ()
    return made_method(plan, result_of(plan), body, limit=default, options=options)


def _gather(plan: ReadPlan, *, designed: bool) -> list[str]:
    """The statements that read every request of a collection."""
    fetches: list[Node] = []
    for number, request in enumerate(plan.design.reads):
        if request.operation is Operation.GET_ITEM:
            kept = _positional(keep_lambda(plan, number))
            fetches.append(call("gathering.Lookup", request_call(plan, number), *kept))
            continue
        keywords: dict[str, Node | None] = {}
        part = next((n for n in request.parts if n in plan.limited()), None)
        if part is not None and not plan.pattern.merged:
            keywords["limit"] = "limit" if designed else str(plan.pattern.parts[part].limit)
            others = [plan.pattern.parts[n] for n in request.parts if n != part]
            if others:
                keywords["extra"] = str(len(others)) if all(p.single for p in others) else "None"
                tag = python_literal(plan.context.design(plan.pattern.parts[part].entity).tag)
                keywords["counts"] = f'lambda item: item[keys.TYPE]["S"] == {tag}'
        merge: dict[str, Node] = {}
        if "limit" in keywords:
            merge["paged"] = "True"
        if request.shards > 1 and keywords.get("limit") is not None:
            merge = {"limit": keywords["limit"] or "None", "order": shard_order(plan, request), "paged": "True"}
        fetches.append(call("merging.Merge", streams_call(plan, number, **keywords), **merge))
    cursor: list[Node] = ["cursor"] if plan.limited() and not plan.pattern.merged else []
    name = python_literal(plan.pattern.name)
    return [asked(call("gathering.gather", "self._engine", name, listing(fetches), *cursor), "found = ")]


def _positional(node: Node | None) -> list[Node]:
    return [] if node is None else [node]


def _items_of(plan: ReadPlan, number: int) -> str:
    """The raw items of a part: told apart by type where a request returns several."""
    at = next(n for n, r in enumerate(plan.design.reads) if number in r.parts)
    if len(plan.design.reads[at].parts) == 1:
        return f"found.items[{at}]"
    tag = python_literal(plan.context.design(plan.pattern.parts[number].entity).tag)
    return f"answers.select(found.items[{at}], keys.TYPE, {tag})"


def _sorted(plan: ReadPlan, part: PartDef, rows: Node, value: str = "row") -> Node:
    """The rows in the part's order: stable passes from the last term to the first."""
    for term in reversed(part.order):
        attribute = plan.context.attribute(part.entity, term.attribute)
        stored = attribute.bucket.of if attribute.bucket is not None else attribute.name
        held = f"{value}.{plan.context.field(part.entity, stored)}"
        if attribute.bucket is not None:
            held = f'keycodes.bucket({held}, "{attribute.bucket.unit}")'
        rows = call("answers.ordered", rows, order_key(term, held), *order_flags(term))
    return rows


def _answer(plan: ReadPlan, *, windowed: bool) -> list[str]:
    body: list[str] = []
    fields: list[Node] = []
    pages = "found"
    for number, (field, part) in enumerate(zip(part_fields(plan.pattern), plan.pattern.parts, strict=True)):
        reader, items = f"codec.read_{plan.context.function(part.entity)}", _items_of(plan, number)
        if is_single(plan.pattern, part):
            fields.append(
                Prefixed(f"{field}=", call("answers.one", items, reader, *(["page.previous"] if windowed else [])))
            )
        elif windowed:
            pairs = call("answers.pairs", items, reader)
            rows = _sorted(plan, part, pairs, "row[1]")
            name = python_literal(plan.pattern.name)
            given = listing([*plan.arguments()])
            page = call("self._engine.window", name, given, rows, "keys.BASE", "limit", "cursor")
            body.append(line_of(page, before="page = "))
            fields.append(f"{field}=page.items")
            pages = "page"
        else:
            rows = _sorted(plan, part, call("answers.each", items, reader))
            if part.limit is not None and number in plan.sorted_after():
                rows = call("answers.at_most", rows, str(part.limit))
            fields.append(Prefixed(f"{field}=", rows))
    fields += [f"cursor={pages}.cursor", f"previous={pages}.previous"]
    return [*body, line_of(call(result_of(plan), *fields), before="return ")]


def _merges_in_order(plan: ReadPlan) -> bool:
    """Whether one request gives all rows in order, or each gives one part by attributes of one name, type, presence."""
    context, parts, reads = plan.context, plan.pattern.parts, plan.design.reads
    if _is_woven(plan):
        return True
    apart = all(len(r.parts) == 1 and r.operation is Operation.QUERY and not r.sort_after for r in reads)
    terms = [[(t.attribute, t.descending, t.nulls) for t in part.order] for part in parts]
    if not apart or not terms[0] or any(t != terms[0] or any(n for _, _, n in t) for t in terms):
        return False
    orders = [[context.attribute(p.entity, t.attribute) for t in p.order] for p in parts]
    return all([(a.type, a.bucket) for a in o] == [(a.type, None) for a in orders[0]] for o in orders)


def _is_woven(plan: ReadPlan) -> bool:
    """Whether the rows of all parts lie mixed, in their common order."""
    reads = plan.design.reads
    return len(reads) == 1 and reads[0].page is not None and not reads[0].sort_after


def _merged_page(plan: ReadPlan) -> list[str]:
    """The parts interleaved page by page: no request reads further than it must."""
    context, parts = plan.context, plan.pattern.parts
    every = [Prefixed("*", streams_call(plan, n, limit="limit")) for n in range(len(plan.design.reads))]
    order: list[Node] = []
    for term in () if _is_woven(plan) else parts[0].order:
        held = flat(read_attribute(context.attribute(parts[0].entity, term.attribute), context.types, "row"))
        order.append(Group("(", (f"lambda row: {held}", str(term.descending)), ")"))
    name = python_literal(plan.pattern.name)
    ordered = {"order": listing(order)} if order else {}
    page = call("self._engine.page", name, listing(every), limit="limit", cursor="cursor", **ordered)
    body = [
        asked(page, "page = "),
        f"        rows: list[{merged_type(plan)}] = []",
        "        for item in page.items:",
    ]
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        word = "            else:" if last else f"            {'el' if number else ''}if {_is_of(plan, number)}:"
        body += [word, f"                rows.append(codec.read_{context.function(part.entity)}(item))"]
    return [*body, line_of(call(result_of(plan), "rows", "page.cursor", "page.previous"), before="return ")]


def _is_of(plan: ReadPlan, number: int) -> str:
    """The test whether an item is of a part: by its type, copies by what their partitions are called."""
    design = plan.context.design(plan.pattern.parts[number].entity)
    request = next(r for r in plan.design.reads if number in r.parts)
    copy = design.beside_place(request.beside) if request.beside else None
    if not isinstance(copy, CopyDesign):
        return f'item[keys.TYPE]["S"] == {python_literal(design.tag)}'
    name, called = python_literal(copy.partition.name), python_literal(f"{copy.place}~{design.tag}#")
    return f'item[{name}]["S"].startswith({called})'


def _merged(plan: ReadPlan) -> list[str]:
    """The parts interleaved by their common order, as a window on the whole answer."""
    kind = merged_type(plan)
    body = [f"        rows: list[tuple[Item, {kind}]] = []"]
    for number, part in enumerate(plan.pattern.parts):
        reader = f"codec.read_{plan.context.function(part.entity)}"
        body.append(line_of(call("answers.pairs", _items_of(plan, number), reader), before="rows += "))
    for position in reversed(range(len(plan.pattern.parts[0].order))):
        terms = [part.order[position] for part in plan.pattern.parts]
        keys = {
            part.entity: plan.context.field(part.entity, _stored(plan, part, position)) for part in plan.pattern.parts
        }
        fields = dict.fromkeys(keys.values())
        if len(fields) == 1:
            held = f"row[1].{next(iter(fields))}"
        else:
            classes = ", ".join(f"{plan.context.class_of(e)}: {python_literal(f)}" for e, f in keys.items())
            held = f"answers.field_of(row[1], {{{classes}}})"
        ordered = call("answers.ordered", "rows", order_key(terms[0], held), *order_flags(terms[0]))
        body.append(line_of(ordered, before="rows = "))
    given, name = listing([*plan.arguments()]), python_literal(plan.pattern.name)
    page = call("self._engine.window", name, given, "rows", "keys.BASE", "limit", "cursor")
    body.append(line_of(page, before="page = "))
    return [*body, line_of(call(result_of(plan), "page.items", "page.cursor", "page.previous"), before="return ")]


def _stored(plan: ReadPlan, part: PartDef, position: int) -> str:
    attribute = plan.context.attribute(part.entity, part.order[position].attribute)
    return attribute.bucket.of if attribute.bucket is not None else attribute.name
