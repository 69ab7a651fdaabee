"""The functions of `requests.py` that build read requests: pure, one for each request of an access pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.conditions import ClauseText, all_of, client_condition
from dynamodel.emit.python.key_text import bound_token, interval
from dynamodel.emit.python.layout import Node, Prefixed, call, docstring, flat, listing, mapping, statement
from dynamodel.emit.python.views import FunctionView
from dynamodel.emit.python.views_beside import owned_key
from dynamodel.emit.python.views_codec import read_attribute
from dynamodel.emit.python.views_keys import base_attributes
from dynamodel.ir.keys import BoundToken, Interval, NaturalCondition
from dynamodel.ir.plan import Operation
from dynamodel.keys.choose import identity_components

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dynamodel.emit.python.reads import ReadPlan
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import BoundKey, ReadRequest
    from dynamodel.ir.reads import Argument
    from dynamodel.ir.values import Source


def read_functions(plan: ReadPlan) -> list[FunctionView]:
    """The functions of one read pattern."""
    functions: list[FunctionView] = []
    for number, request in enumerate(plan.design.reads):
        if plan.is_pointed(request):
            entity = plan.context.entity(plan.part(request).entity)
            base = base_attributes(plan.context, entity)
            functions.append(owned_key(plan.context, entity, base, plan.function(number)))
        elif request.joins:
            functions.append(_parent_key(plan, number, request))
        elif request.operation is Operation.BATCH_GET_ITEM and request.hydrate is None:
            functions.append(_batch(plan, number))
        elif request.hydrate is None:
            functions.append(_request(plan, number, request))
        if plan.keeps(request):
            functions.append(_keep(plan, number, request))
    return functions


def parameters(plan: ReadPlan, chosen: Sequence[Argument] | None = None) -> list[Node]:
    """The pattern's arguments, or those chosen, as parameters of a request function."""
    scope, given = plan.scope, plan.pattern.arguments if chosen is None else chosen
    return [f"{scope.locals[a.name]}: {scope.annotation(plan.context, a.name)}" for a in given]


def _signature(name: str, arguments: list[Node], returns: str) -> str:
    return statement(call(name, *arguments), 0, before="def ", after=f" -> {returns}:")


def _request(plan: ReadPlan, number: int, request: ReadRequest) -> FunctionView:
    arguments: list[Node] = ["table: str", *(["now: dt.datetime"] if plan.uses_now(request) else []), *parameters(plan)]
    name = plan.function(number)
    is_search = request.operation is Operation.SEARCH_VECTORS
    arguments += ["limit: int"] if is_search else []
    is_get = request.operation in {Operation.GET_ITEM, Operation.TRANSACT_GET_ITEMS}
    made = _get(plan, request) if is_get else _search(plan, request) if is_search else _query(plan, request)
    returns = "Request | None" if is_get or is_search else "list[Request]"
    doc = f"{request.operation} on {request.index or 'the table'}: {request.why}." if request.why else ""
    return FunctionView(
        _signature(name, arguments, returns),
        docstring([doc or f"{request.operation} on {request.index or 'the table'}."], 4),
        statement(made, before="return "),
    )


def _get(plan: ReadPlan, request: ReadRequest) -> Node:
    entries = [(python_literal(k.name), _key(plan, request, k, "bounds.partition")) for k in request.partition]
    entries += [(python_literal(k.name), _key(plan, request, k, "bounds.key")) for k in request.sort_key]
    keywords: dict[str, Node] = {}
    if request.consistent and request.operation is Operation.GET_ITEM:
        keywords["consistent"] = "True"
    return call("expressions.get", "table", mapping(entries), **keywords)


def _key(plan: ReadPlan, request: ReadRequest, key: BoundKey, function: str) -> Node:
    if key.name == plan.context.plan.table.type_attribute:
        return mapping([('"S"', python_literal(plan.context.design(plan.part(request).entity).tag))])
    if key.source is not None:
        entity = plan.part(request).entity
        return plan.context.write(plan.context.attribute(entity, key.name), _value(plan, key.source))
    tokens = [
        _shard(plan, request) if t == BoundToken() else bound_token(t, lambda s: _value(plan, s)) for t in key.tokens
    ]
    return call(function, *tokens)


def _key_name(plan: ReadPlan, key: BoundKey) -> str:
    return "keys.TYPE" if key.name == plan.context.plan.table.type_attribute else python_literal(key.name)


def _shard(plan: ReadPlan, request: ReadRequest) -> Node:
    """A Query asks every shard in turn; the shard of one item is computed from its identity."""
    if request.operation is Operation.QUERY:
        return "shard"
    part = plan.part(request)
    entity = plan.context.entity(part.entity)
    given = {e.attribute: e.source for e in part.equals}
    identity = [
        bound_token(BoundToken(component=c, source=given[c.attribute]), lambda s: _value(plan, s))
        for c in identity_components(entity)
    ]
    return call("bounds.shard", str(plan.context.design(part.entity).base.shards), *identity)


def _value(plan: ReadPlan, source: Source) -> str:
    return plan.scope.source(plan.context, source)


def _query(plan: ReadPlan, request: ReadRequest) -> Node:
    keywords: dict[str, Node] = {}
    if request.index is not None:
        keywords["index"] = python_literal(request.index)
    if not request.forward:
        keywords["forward"] = "False"
    if request.consistent:
        keywords["consistent"] = "True"
    if plan.pattern.count and not plan.keeps(request):
        keywords["count"] = "True"
    kept = _server_filter(plan, request)
    if kept is not None:
        keywords["keep"] = kept
    if request.operation is Operation.SCAN:
        return call("expressions.scan", "table", **keywords)
    entries = [(_key_name(plan, k), _key(plan, request, k, "bounds.partition")) for k in request.partition]
    partition: Node = listing([mapping(entries)])
    if request.shards > 1:
        partition = call("bounds.each_shard", str(request.shards), Prefixed("lambda shard: ", mapping(entries)))
    return call("expressions.query", "table", partition, _sort(plan, request), **keywords)


def _search(plan: ReadPlan, request: ReadRequest) -> Node:
    """A search for the caller's vector, with all that the answer is made of: an index leaves vectors out by itself."""
    near, entity = plan.pattern.near, plan.context.entity(plan.part(request).entity)
    assert near is not None
    assert request.index is not None
    fixed = [(_key_name(plan, key), _key(plan, request, key, "")) for key in request.partition]
    wanted = plan.context.write(entity.attribute(near.attribute), _value(plan, near.source))
    returned: list[Node] = [python_literal(name) for name in _returned(plan, entity)]
    index = python_literal(request.index)
    return call("vectors.search", "table", index, wanted, "limit", mapping(fixed), listing(returned))


def _returned(plan: ReadPlan, entity: EntityDef) -> list[str]:
    """The stored attributes that an answer is made of, in order."""
    names = set(plan.pattern.returns or ()) if plan.is_row() else {a.name for a in entity.stored}
    names |= {name for join in plan.pattern.joins for name in join.via}
    names |= {b.of for name in names if (b := entity.attribute(name).bucket)} | {entity.with_role("ttl") or ""}
    return [a.name for a in entity.stored if a.name in names]


def _sort(plan: ReadPlan, request: ReadRequest) -> Node:
    if request.sort is None:
        return "bounds.EVERYTHING"
    if isinstance(request.sort, Interval):
        return interval(request.sort, lambda s: _value(plan, s))
    return _natural(plan, request, request.sort)


def _natural(plan: ReadPlan, request: ReadRequest, condition: NaturalCondition) -> Node:
    entity, context = plan.part(request).entity, plan.context
    equals = [
        (python_literal(name), context.write(context.attribute(entity, name), _value(plan, source)))
        for name, source in condition.equals
    ]
    if not condition.op:
        return call("bounds.natural", mapping(equals))
    attribute = context.attribute(entity, condition.attribute)
    operands = [context.write(attribute, _value(plan, source)) for source in condition.operands]
    return call(
        "bounds.natural", mapping(equals), python_literal(condition.attribute), python_literal(condition.op), *operands
    )


def _server_filter(plan: ReadPlan, request: ReadRequest) -> Node | None:
    """The filter expression: type of a Scan, declared filters of each part, expired items."""
    context = plan.context
    clauses: list[Node] = []
    if request.operation is Operation.SCAN:
        tag = context.design(plan.part(request).entity).tag
        value = mapping([('":type"', mapping([('"S"', python_literal(tag))]))])
        clauses.append(call("expressions.Clause", '"#type = :type"', mapping([('"#type"', "keys.TYPE")]), value))
    for number in request.parts:
        found = [f.condition for f in plan.filters(request, server=True) if f.part == number]
        if found:
            entity = plan.pattern.parts[number].entity
            made = ClauseText(context, plan.scope, entity, f"f{number}_")
            text = all_of([made.text(condition) for condition in found])
            if len(request.parts) > 1:
                kind = made.name(context.plan.table.type_attribute)
                tag = made.value(mapping([('"S"', python_literal(context.design(entity).tag))]))
                text = f"{kind} <> {tag} OR ({text})"
            clauses.append(made.node(text))
    ttl = plan.ttl(request)
    if ttl is not None and plan.hides_on_server(request):
        clauses.append(call("expressions.alive", python_literal(ttl), "keycodes.clock_seconds(now)"))
    if len(clauses) > 1:
        return call("expressions.both", *clauses)
    return clauses[0] if clauses else None


def _keep(plan: ReadPlan, number: int, request: ReadRequest) -> FunctionView:
    """The test of an item in the emitted code."""
    arguments: list[Node] = [
        "item: Item",
        *(["now: dt.datetime"] if plan.keep_uses_now(request) else []),
        *parameters(plan, plan.kept_arguments(request)),
    ]
    tests: list[Node] = []
    ttl = plan.ttl(request)
    if ttl is not None and plan.hides_on_client(request):
        tests.append(call("expressions.is_alive", "item", python_literal(ttl), "keycodes.clock_seconds(now)"))
    if plan.shares_guard(request):
        tag = python_literal(plan.context.design(plan.part(request).entity).tag)
        tests.append(f'bool(item["owner"]["M"][keys.TYPE]["S"] == {tag})')
    for residual in plan.filters(request, server=False):
        entity = plan.pattern.parts[residual.part].entity
        test = client_condition(plan.context, entity, residual.condition, _holder(plan, entity), plan.scope)
        if len(request.parts) > 1:
            tag = python_literal(plan.context.design(entity).tag)
            test = call("expressions.either", f'item[keys.TYPE]["S"] != {tag}', test)
        tests.append(test)
    body = tests[0] if len(tests) == 1 else call("expressions.every", *tests)
    return FunctionView(
        _signature(f"{plan.function(number)}_keeps", arguments, "bool"),
        "Whether an item belongs to the answer, beyond what the key condition says.",
        statement(body, before="return "),
    )


def _holder(plan: ReadPlan, entity: str) -> Callable[[str], str]:
    return lambda name: _held(plan, entity, name)


def _held(plan: ReadPlan, entity: str, name: str) -> str:
    """The value of an attribute of a raw item, None when it is absent."""
    attribute = plan.context.attribute(entity, name)
    return flat(call("wire.optional", f"item.get({python_literal(name)})", plan.context.reader(attribute)))


def identity_annotation(plan: ReadPlan) -> str:
    """The type of one key of a BatchGet."""
    entity = plan.context.entity(plan.pattern.parts[0].entity)
    types = [plan.context.types.annotation(entity.attribute(name).type) for name in entity.identity]
    return types[0] if len(types) == 1 else f"tuple[{', '.join(types)}]"


def _batch(plan: ReadPlan, number: int) -> FunctionView:
    context = plan.context
    entity = context.entity(plan.pattern.parts[0].entity)
    single = len(entity.identity) == 1
    held = {name: "key" if single else f"key[{n}]" for n, name in enumerate(entity.identity)}
    made = call(
        f"keys.{context.function(entity.name)}_key", *(held[a] for a in base_attributes(context, entity) if a in held)
    )
    body = f"    made: list[Item] = []\n    for key in wanted:\n{statement(call('made.append', made), 8)}"
    return FunctionView(
        f"def {plan.function(number)}(wanted: list[{identity_annotation(plan)}]) -> list[Item]:",
        "The primary keys, in the order asked.",
        f"{body}\n    return made",
    )


def _parent_key(plan: ReadPlan, number: int, request: ReadRequest) -> FunctionView:
    """The primary key of a row's parent; None when the row names none."""
    context = plan.context
    join = plan.pattern.joins[request.joins[0]]
    child, parent = context.entity(plan.part(plan.design.reads[0]).entity), context.entity(join.parent)
    body: list[str] = []
    names: dict[str, str] = {}
    for at, (name, via) in enumerate(zip(parent.identity, join.via, strict=True)):
        attribute = child.attribute(via)
        names[name] = f"part{at + 1}"
        body.append(statement(read_attribute(attribute, context.types), before=f"{names[name]} = "))
        if attribute.optional:
            body.append(f"    if {names[name]} is None:\n        return None")
    key = call(
        f"keys.{context.function(parent.name)}_key", *(names[a] for a in base_attributes(context, parent) if a in names)
    )
    body.append(statement(key, before="return "))
    return FunctionView(
        f"def {plan.function(number)}(item: Item) -> Item | None:",
        f"The primary key of the `{parent.name}` that an item names.",
        "\n".join(body),
    )
