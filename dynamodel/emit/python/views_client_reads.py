"""The client's methods of read patterns: which engine call, on which requests, read into what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.docs import method_doc
from dynamodel.emit.python.layout import Group, Node, Prefixed, call, flat, listing, statement
from dynamodel.emit.python.names import protected, settled
from dynamodel.emit.python.views_codec import read_attribute
from dynamodel.emit.python.views_methods import method_view
from dynamodel.emit.python.views_requests import identity_annotation
from dynamodel.emit.python.views_results import part_fields
from dynamodel.ir.plan import Operation
from dynamodel.ir.reads import ReadKind

if TYPE_CHECKING:
    from dynamodel.emit.python.reads import ReadPlan
    from dynamodel.emit.python.views import MethodView
    from dynamodel.ir.plan import ReadRequest
    from dynamodel.ir.reads import OrderTerm

PAGED = ("limit: int | None = {limit}", "cursor: str | None = None")


def read_method(plan: ReadPlan) -> MethodView:
    """The method of a read pattern that is no collection."""
    kind = plan.pattern.kind
    if plan.pattern.count:
        return made_method(plan, "int", _count(plan))
    if kind is ReadKind.GET:
        return made_method(plan, f"{_item_type(plan)} | None", _get(plan))
    if kind is ReadKind.BATCH_GET:
        return made_method(plan, f"list[{_item_type(plan)}]", _batch(plan))
    if kind is ReadKind.TRANSACT_GET:
        return made_method(plan, result_of(plan), _together(plan))
    limit = plan.pattern.parts[0].limit
    if kind is ReadKind.SEARCH:
        found = f"list[vectors.Neighbor[{_item_type(plan)}]]"
        return made_method(plan, found, _search(plan), limit=str(limit), options=("limit: int = {limit}",))
    return made_method(plan, f"pages.Page[{_item_type(plan)}]", _page(plan), limit=str(limit), options=PAGED)


def result_of(plan: ReadPlan) -> str:
    """The class of the answer, qualified."""
    return f"results.{plan.context.names.results[plan.pattern.name]}"


def _item_type(plan: ReadPlan) -> str:
    return result_of(plan) if plan.is_row() else plan.context.class_of(plan.pattern.parts[0].entity)


def made_method(
    plan: ReadPlan, returns: str, body: list[str], *, limit: str = "None", options: tuple[str, ...] = ()
) -> MethodView:
    """A method with its docstring, body and the clock where it is needed; `options` are keywords with a default."""
    scope = plan.scope
    parameters: list[Node] = []
    for argument in plan.pattern.arguments:
        annotation = (
            f"list[{identity_annotation(plan)}]" if argument.keys else scope.annotation(plan.context, argument.name)
        )
        parameters.append(f"{scope.parameters[argument.name]}: {annotation}")
    now = ["        now = self._engine.now()"] if _uses_now(plan) else []
    return method_view(
        plan.method,
        plan.pattern.name,
        [*parameters, *(["*", *(p.format(limit=limit) for p in options)] if options else [])],
        returns=returns,
        doc=method_doc(plan.context, plan.pattern, plan.design, _raises(plan, options)),
        body=settled("\n".join([*now, *body]), scope.parameters.values()),
    )


def _raises(plan: ReadPlan, options: tuple[str, ...]) -> tuple[str, ...]:
    """The errors of a read: of its cursor, and of batches that are not complete in time."""
    batches = any(r.operation is Operation.BATCH_GET_ITEM for r in plan.design.reads)
    cursor = any(option.startswith("cursor") for option in options)
    return (*(("CursorInvalid",) if cursor else ()), *(("Unfinished",) if batches else ()))


def _uses_now(plan: ReadPlan) -> bool:
    return any(
        (r.hydrate is None and plan.uses_now(r)) or (plan.keeps(r) and plan.keep_uses_now(r)) for r in plan.design.reads
    )


def line_of(node: Node, before: str = "", after: str = "") -> str:
    """A statement of a method."""
    return statement(node, 8, before, after)


def asked(node: Node, before: str) -> str:
    """A statement of a method that takes the result of steps."""
    return line_of(node, f"{before}yield from ")


def request_call(plan: ReadPlan, number: int) -> Node:
    """The call of a request function."""
    request = plan.design.reads[number]
    now = ["now"] if plan.uses_now(request) else []
    return call(f"requests.{plan.function(number)}", "self._engine.table", *now, *plan.arguments())


def keep_lambda(plan: ReadPlan, number: int) -> Node | None:
    """The filter of a request's items; None when there is nothing to filter."""
    request = plan.design.reads[number]
    if not plan.keeps(request):
        return None
    now = ["now"] if plan.keep_uses_now(request) else []
    given = plan.arguments(plan.kept_arguments(request))
    return Prefixed("lambda item: ", call(f"requests.{plan.function(number)}_keeps", "item", *now, *given))


def _keywords(**keywords: Node | None) -> dict[str, Node]:
    return {name: node for name, node in keywords.items() if node is not None}


def streams_call(plan: ReadPlan, number: int, **keywords: Node | None) -> Node:
    """The streams of a request."""
    request = plan.design.reads[number]
    given = _keywords(**keywords, keep=keep_lambda(plan, number))
    return call("merging.streams", request_call(plan, number), plan.names(request), **given)


def _reader(plan: ReadPlan) -> str:
    if plan.is_row():
        return f"results.read_{plan.method}"
    return f"codec.read_{plan.context.function(plan.pattern.parts[0].entity)}"


def _hydrations(plan: ReadPlan) -> list[int]:
    return [n for n, r in enumerate(plan.design.reads) if r.hydrate is not None and not r.joins]


def _joins(plan: ReadPlan) -> list[int]:
    return [n for n, r in enumerate(plan.design.reads) if r.joins]


def _parents(plan: ReadPlan, items: str, listed: str = "") -> list[str]:
    """Statements that read the parents of items, one list for each join in the pattern's order; `listed` names a list.

    Without its parents nothing of the list that the call was given is known.
    """
    lines = []
    for number in _joins(plan):
        join = plan.design.reads[number].joins[0] + 1
        keys = call("answers.each", items, f"requests.{plan.function(number)}")
        strong = "True" if plan.design.reads[number].consistent else None
        given = _keywords(consistent=strong, keep=keep_lambda(plan, number))
        read = call("self._engine.batch", keys, **given)
        lines.append(asked(call("listed.whole", listed, read) if listed else read, f"parents{join} = "))
    return lines


def _rows(plan: ReadPlan, items: str) -> Node:
    parents = [f"parents{n + 1}" for n in range(len(plan.pattern.joins))]
    return call("answers.each", items, _reader(plan), *parents)


def _get(plan: ReadPlan) -> list[str]:
    request = plan.design.reads[0]
    body: list[str] = []
    if request.operation is Operation.GET_ITEM:
        given = _keywords(keep=keep_lambda(plan, 0))
        body.append(asked(call("self._engine.get", request_call(plan, 0), **given), "item = "))
    else:
        limit = "None" if _hydrations(plan) else "1"
        body.append(line_of(streams_call(plan, 0, limit=limit), before="found = "))
        body.append("        item = yield from self._engine.first(found)")
    body += _completed(plan)
    if not plan.pattern.joins:
        return [*body, _none_or(f"{_reader(plan)}(item)")]
    body += ["        if item is None:", "            return None"]
    body += _parents(plan, "[item]")
    parents = [f"parents{n + 1}[0]" for n in range(len(plan.pattern.joins))]
    return [*body, line_of(call(_reader(plan), "item", *parents), before="return ")]


def _completed(plan: ReadPlan) -> list[str]:
    """The statements that read the whole item of an index entry or of a guard."""
    body = []
    for number in _hydrations(plan):
        request = plan.design.reads[number]
        given = _keywords(keep=keep_lambda(plan, number))
        if plan.is_pointed(request):
            strong = _keywords(consistent="True" if request.consistent else None)
            key = f"requests.{plan.function(number)}"
            body.append(asked(call("self._engine.pointed", "item", key, **strong, **given), "item = "))
        else:
            body.append(asked(call("self._engine.whole", "item", "keys.BASE", **given), "item = "))
    return body


def _none_or(expression: str) -> str:
    return f"        if item is None:\n            return None\n        return {expression}"


def _page(plan: ReadPlan) -> list[str]:
    request = plan.design.reads[0]
    if request.operation is Operation.GET_ITEM:
        return _only_page(plan)
    keywords: dict[str, Node] = {"limit": "limit", "cursor": "cursor"}
    if request.shards > 1:
        keywords["order"] = shard_order(plan, request)
    for number in _hydrations(plan):
        keywords["whole"] = call("merging.Whole", "keys.BASE", **_keywords(keep=keep_lambda(plan, number)))
    name = python_literal(plan.pattern.name)
    if request.sort_after:
        body = _sorted_page(plan)
        if "whole" in keywords:
            body.append(asked(call("self._engine.wholes", "page.items", keywords["whole"]), "items = "))
            body.append("        page = page.of(items)")
    else:
        read = call("self._engine.page", name, streams_call(plan, 0, limit="limit"), **keywords)
        body = [asked(read, "page = ")]
    body += _parents(plan, "page.items")
    return [*body, line_of(call("page.of", _rows(plan, "page.items")), before="return ")]


def _sorted_page(plan: ReadPlan) -> list[str]:
    """A page of what is read to the end and sorted then."""
    part, name = plan.pattern.parts[0], python_literal(plan.pattern.name)
    found = call("self._engine.page", name, streams_call(plan, 0))
    rows: Node = call("answers.pairs", "found.items", "answers.same")
    for term in reversed(part.order):
        attribute = plan.context.attribute(part.entity, term.attribute)
        of = attribute if attribute.bucket is None else plan.context.attribute(part.entity, attribute.bucket.of)
        held = flat(read_attribute(of, plan.context.types, "row[0]"))
        if attribute.bucket is not None:
            held = f'keycodes.bucket({held}, "{attribute.bucket.unit}")'
        rows = call("answers.ordered", rows, order_key(term, held), *order_flags(term))
    given = listing([*plan.arguments()])
    page = call("self._engine.window", name, given, rows, plan.names(plan.design.reads[0]), "limit", "cursor")
    return [asked(found, "found = "), line_of(page, before="page = ")]


def order_key(term: OrderTerm, held: str) -> str:
    """The sort key of a term; rows without the attribute go where the term says."""
    if term.nulls is not None:
        first = (term.nulls == "first") != term.descending
        held = f"({held} is {'not ' if first else ''}None, {held})"
    return f"lambda row: {held}"


def order_flags(term: OrderTerm) -> list[Node]:
    """The direction of a term, as the argument of the helper that sorts."""
    return ["True"] if term.descending else []


def _only_page(plan: ReadPlan) -> list[str]:
    """A page of at most one item: nothing lies behind it, so no cursor is its own."""
    wrong = call("errors.CursorInvalid", '"there is only one page"', python_literal(plan.pattern.name))
    given = _keywords(keep=keep_lambda(plan, 0))
    body = ["        if cursor is not None:", statement(wrong, 12, before="raise ")]
    body.append(asked(call("self._engine.get", request_call(plan, 0), **given), "item = "))
    body += _completed(plan)
    body.append("        items = [] if item is None else [item]")
    body += _parents(plan, "items")
    return [*body, line_of(call("pages.Page", _rows(plan, "items")), before="return ")]


def shard_order(plan: ReadPlan, request: ReadRequest) -> Node:
    """Shards are merged by the sort attributes of the place they are read from."""
    table = plan.context.plan.table
    names = table.index(request.index).sort if request.index else (table.sort,)
    descending = "True" if not request.forward else "False"
    entries: list[Node] = []
    for attribute in names:
        value = f'item[{python_literal(attribute.name)}]["{attribute.type}"]'
        key = f"lambda item: Decimal({value})" if attribute.type == "N" else f"lambda item: {value}"
        entries.append(Group("(", (key, descending), ")"))
    return listing(entries)


def _search(plan: ReadPlan) -> list[str]:
    """The nearest items; the parents of their rows are read afterwards."""
    request = plan.design.reads[0]
    now = ["now"] if plan.uses_now(request) else []
    made = call(f"requests.{plan.function(0)}", "self._engine.table", *now, *plan.arguments(), "limit")
    body = [asked(call("searching.nearest", made, **_keywords(keep=keep_lambda(plan, 0))), "found = ")]
    if plan.pattern.joins:
        body.append("        items = vectors.items(found)")
        body += _parents(plan, "items")
    rows = _rows(plan, "items" if plan.pattern.joins else "vectors.items(found)")
    return [*body, line_of(call("vectors.neighbors", "found", rows), before="return ")]


def _count(plan: ReadPlan) -> list[str]:
    request = plan.design.reads[0]
    if request.operation is Operation.GET_ITEM:
        given = _keywords(keep=keep_lambda(plan, 0))
        return [
            asked(call("self._engine.get", request_call(plan, 0), **given), "item = "),
            "        return 0 if item is None else 1",
        ]
    if not plan.keeps(request):
        counted = asked(call("self._engine.count", request_call(plan, 0)), "count = ")
        return [counted, "        return count"]
    name = python_literal(plan.pattern.name)
    page = call("self._engine.page", name, streams_call(plan, 0))
    return [asked(page, "page = "), "        return len(page)"]


def _batch(plan: ReadPlan) -> list[str]:
    request = plan.design.reads[0]
    argument = protected(next(plan.scope.parameters[a.name] for a in plan.pattern.arguments if a.keys))
    given = _keywords(consistent="True" if request.consistent else None, keep=keep_lambda(plan, 0))
    keys = call(f"requests.{plan.function(0)}", argument)
    if not plan.pattern.joins:
        listed = call("listed.each", "self._engine", argument, keys, _reader(plan), **given)
        return [asked(listed, "found = "), "        return found"]
    read = call("listed.whole", argument, call("self._engine.batch", keys, **given))
    body = [asked(read, "found = "), "        items = [item for item in found if item is not None]"]
    body += _parents(plan, "items", argument)
    return [*body, line_of(_rows(plan, "items"), before="return ")]


def _together(plan: ReadPlan) -> list[str]:
    requests = listing([request_call(plan, n) for n in range(len(plan.design.reads))])
    keeps = [keep_lambda(plan, n) for n in range(len(plan.design.reads))]
    body = [asked(call("self._engine.together", requests, listing([k or "None" for k in keeps])), "items = ")]
    fields: list[Node] = []
    for number, (field, part) in enumerate(zip(part_fields(plan.pattern), plan.pattern.parts, strict=True)):
        reader = f"codec.read_{plan.context.function(part.entity)}"
        fields.append(Prefixed(f"{field}=", call("answers.read_or_none", f"items[{number}]", reader)))
    return [*body, line_of(call(result_of(plan), *fields), before="return ")]
