"""The client's methods of write patterns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.context import scope_of
from dynamodel.emit.python.docs import method_doc
from dynamodel.emit.python.layout import Node, Prefixed, call, mapping, statement
from dynamodel.emit.python.names import protected, settled, unique
from dynamodel.emit.python.reads import ReadPlan
from dynamodel.emit.python.views_client_reads import asked, keep_lambda, request_call, streams_call
from dynamodel.emit.python.views_keys import base_attributes, key_of_held
from dynamodel.emit.python.views_methods import method_view
from dynamodel.emit.python.views_requests import read_functions
from dynamodel.emit.python.views_spread import spread_statements
from dynamodel.emit.python.views_writes import (
    batch_function,
    finds_first,
    listed_type,
    needs_now,
    takes_version,
    write_function,
)
from dynamodel.emit.repeats import repeated_effect
from dynamodel.ir.entities import Estimate, Rate
from dynamodel.ir.plan import Operation
from dynamodel.ir.reads import Argument, Equal, PartDef, ReadKind, ReadPattern
from dynamodel.ir.values import Given
from dynamodel.ir.writes import StepKind

if TYPE_CHECKING:
    from dynamodel.emit.python.context import Context, Scope
    from dynamodel.emit.python.views import FunctionView, MethodView
    from dynamodel.ir.plan import PatternDesign
    from dynamodel.ir.writes import StepDef, WritePattern


def write_views(
    context: Context, scope: Scope, pattern: WritePattern, design: PatternDesign
) -> tuple[list[FunctionView], MethodView]:
    """The request functions of a write, and its method."""
    if pattern.batched and design.write_operation is Operation.TRANSACT_WRITE_ITEMS:
        return _apart_views(context, scope, pattern, design)
    if pattern.batched:
        return _batch_views(context, scope, pattern, design)
    function = write_function(context, scope, pattern, design)
    if finds_first(pattern):
        found = _found_plan(context, scope, pattern, design)
        return [*read_functions(found), function], _delete_found(
            found, pattern, function, context.names.requests[pattern.name]
        )
    return [function], _method(context, scope, pattern, design, function)


def _batch_views(
    context: Context, scope: Scope, pattern: WritePattern, design: PatternDesign
) -> tuple[list[FunctionView], MethodView]:
    """A write of a list: the entries of its batches, and the method that sends them."""
    (argument,) = pattern.arguments
    function = batch_function(context, scope, pattern)
    given: list[Node] = ["now"] if "now: dt" in function.signature else []
    listed = protected(scope.parameters[argument.name])
    entries = call(f"requests.{context.names.requests[pattern.name]}", *given, listed)
    body = ["        now = self._engine.now()"] if given else []
    body.append(asked(call("writing.many", "self._engine", listed, entries, "keys.BASE"), ""))
    method = method_view(
        context.names.methods[pattern.name],
        pattern.name,
        [f"{scope.parameters[argument.name]}: list[{listed_type(context, pattern)}]"],
        returns="None",
        doc=method_doc(context, pattern, design, ("Unfinished", "LimitExceeded"), more=_NOT_TOGETHER),
        body=settled("\n".join(body), scope.parameters.values()),
    )
    return [function], method


def _apart_views(
    context: Context, scope: Scope, pattern: WritePattern, design: PatternDesign
) -> tuple[list[FunctionView], MethodView]:
    """A write of a list whose items have others beside them: the write of one, and the method that does it for each."""
    (step,), (argument,) = pattern.steps, pattern.arguments
    one = _of_one(context, pattern)
    function = write_function(context, scope_of(one), one, design)
    listed, names = protected(scope.parameters[argument.name]), context.names.fields[step.entity]
    identity = context.entity(step.entity).identity
    held = {a: f"each.{names[a]}" for a in base_attributes(context, context.entity(step.entity))}
    if argument.keys:
        held = {a: f"each[{n}]" if len(identity) > 1 else "each" for n, a in enumerate(identity)}
    key = call(f"keys.{context.function(step.entity)}_key", *_base_values(context, step, held))
    given = [held[a] for a in identity] if argument.keys else ["each"]
    build = _build(function, context.names.requests[pattern.name], given, of="each")
    sent = call("writing.apart", "self._engine", listed, Prefixed("lambda each: ", key), build)
    body = ["        now = self._engine.now()"] if "now: dt" in function.signature else []
    method = method_view(
        context.names.methods[pattern.name],
        pattern.name,
        [f"{scope.parameters[argument.name]}: list[{listed_type(context, pattern)}]"],
        returns="None",
        doc=method_doc(context, pattern, design, ("Unfinished", "LimitExceeded"), more=_APART),
        body=settled("\n".join([*body, asked(sent, "")]), scope.parameters.values()),
    )
    return [function], method


def _of_one(context: Context, pattern: WritePattern) -> WritePattern:
    """The write of one item of a list."""
    (step,), (argument,) = pattern.steps, pattern.arguments
    entity, once = context.entity(step.entity), Estimate(1, 1)
    if not argument.keys:
        given = replace(argument, name=context.function(step.entity), many=False)
        return replace(pattern, steps=(replace(step, argument=given.name, times=once),), arguments=(given,))
    arguments = tuple(Argument(name, entity.attribute(name).type) for name in entity.identity)
    fixed = tuple(Equal(name, Given(name)) for name in entity.identity)
    return replace(pattern, steps=(replace(step, times=once, equals=fixed),), arguments=arguments)


def _base_values(context: Context, step: StepDef, held: dict[str, str]) -> list[Node]:
    return [held[a] for a in base_attributes(context, context.entity(step.entity)) if a in held]


_APART = (
    "Each item is a transaction, with what is kept beside it, as a batch keeps nothing together: not all or none. What "
    "the service puts off is sent again until the deadline; what is left then is in `Unfinished.rest`."
)
_NOT_TOGETHER = (
    "At most 25 items a request, not all or none; what the service puts off is sent again until the deadline, and "
    "what is left then is in `Unfinished.rest`."
)


def _found_plan(context: Context, scope: Scope, pattern: WritePattern, design: PatternDesign) -> ReadPlan:
    """The read by which a delete finds its items, as a read pattern of its own."""
    parts = tuple(PartDef(step.entity, step.equals) for step in pattern.steps)
    name = unique(f"{context.names.requests[pattern.name]}_found", set(context.names.requests.values()))
    asked = ReadPattern(pattern.name, ReadKind.QUERY, parts, pattern.arguments, Rate(0, 0))
    names = replace(context.names, requests={**context.names.requests, pattern.name: name})
    return ReadPlan(replace(context, names=names), asked, design, scope)


def _transactional(pattern: WritePattern, design: PatternDesign) -> bool:
    return pattern.transaction or design.write_operation is Operation.TRANSACT_WRITE_ITEMS


def _build(function: FunctionView, name: str, arguments: list[str], *, of: str = "") -> Node:
    """The lambda that makes the actions, `of` one of several; `function` says what it takes."""
    signature = function.signature
    given: list[Node] = ["self._engine.table"]
    given += ["now"] if "now: dt" in signature else []
    given += ["attempt"] if "attempt: Attempt" in signature else []
    return Prefixed(f"lambda attempt{f', {of}' if of else ''}: ", call(f"requests.{name}", *given, *arguments))


_ONCE = (
    "Sent again after a lost answer it {repeated}: with `{token}` it is a transaction (twice the write units{read}), "
    "made once in ten minutes however often it is sent."
)


def _raises(pattern: WritePattern, context: Context, design: PatternDesign) -> tuple[str, ...]:
    kinds = {step.kind for step in pattern.steps}
    found = ["AlreadyExists"] if StepKind.CREATE in kinds else []
    found += ["NotFound"] if StepKind.UPDATE in kinds else []
    found += ["ConditionFailed"] if any(step.when for step in pattern.steps) else []
    found += ["VersionConflict"] if takes_version(context, pattern) else []
    takers = {StepKind.CREATE, StepKind.PUT, StepKind.UPDATE, StepKind.UPSERT}
    pairs = zip(pattern.steps, design.steps, strict=True)
    kept = [(len(context.design(s.entity).guards), how.guards) for s, how in pairs if s.kind in takers]
    found += ["UniqueTaken"] if any(n < guards for guards, numbers in kept for n in numbers) else []
    found += ["ValueRefused"] if any(step.belongs for step in pattern.steps) else []
    found += ["Contention"] if any(how.read_first for how in design.steps) else []
    return tuple(found)


def _method(
    context: Context, scope: Scope, pattern: WritePattern, design: PatternDesign, function: FunctionView
) -> MethodView:
    name = context.names.methods[pattern.name]
    builder = context.names.requests[pattern.name]
    parameters: list[Node] = [
        f"{scope.parameters[a.name]}: {scope.annotation(context, a.name)}" for a in pattern.arguments
    ]
    arguments = [protected(scope.parameters[a.name]) for a in pattern.arguments]
    keywords: dict[str, Node] = {"transaction": "True"} if _transactional(pattern, design) else {}
    options: list[Node] = []
    token, repeated = "", repeated_effect(context.workload, pattern)
    if takes_version(context, pattern):
        options.append("expected_version: int | None = None")
        arguments.append("expected_version")
    if pattern.transaction or repeated:
        token = unique("idempotency_token", set(scope.parameters.values()))
        options.append(f"{token}: str | None = None")
        keywords["token"] = token
    parameters += ["*", *options] if options else []
    spread = spread_statements(context, scope, pattern)
    uses_now = "now: dt" in function.signature or needs_now("\n".join(spread))
    body = ["        now = self._engine.now()"] if uses_now else []
    build = _build(function, builder, arguments)
    returns = "None"
    if pattern.returned is not None:
        step = pattern.steps[pattern.returned]
        returns = context.class_of(step.entity)
        # The item is in the request where it was made, or is kept as a version: the same attributes.
        kept = next((s for s in pattern.steps if s.snapshot_of == pattern.returned), None)
        whole = step if step.kind is StepKind.CREATE else kept
        if whole is not None:
            sent = call("writing.made", "self._engine", build, python_literal(whole.entity), token=keywords["token"])
        else:
            sent = call("writing.changed", "self._engine", build, **keywords)
        body.append(asked(sent, "item = "))
        body += spread
        body.append(f"        return codec.read_{context.function(step.entity)}(item)")
    else:
        body.append(asked(call("writing.write", "self._engine", build, **keywords), ""))
        body += spread
    read = ", and a read of the item afterwards" if pattern.read_back is not None else ""
    once = "" if pattern.transaction or not token else _ONCE.format(token=token, repeated=repeated, read=read)
    raises = _raises(pattern, context, design) + (("TokenReused",) if token else ())
    return method_view(
        name,
        pattern.name,
        parameters,
        returns=returns,
        doc=method_doc(context, pattern, design, raises, more=once),
        body=settled("\n".join(body), scope.parameters.values()),
    )


def _delete_found(plan: ReadPlan, pattern: WritePattern, function: FunctionView, builder: str) -> MethodView:
    """A delete that finds its items first: pages of keys, then deletes (by `builder`); the number of items."""
    context, scope, design = plan.context, plan.scope, plan.design
    name = context.names.methods[pattern.name]
    step = pattern.steps[0]
    request = design.reads[0]
    arguments = [protected(scope.parameters[a.name]) for a in pattern.arguments]
    parameters: list[Node] = [
        f"{scope.parameters[a.name]}: {scope.annotation(context, a.name)}" for a in pattern.arguments
    ]
    uses_now = (
        "now: dt" in function.signature
        or plan.uses_now(request)
        or (plan.keeps(request) and plan.keep_uses_now(request))
    )
    body = ["        now = self._engine.now()"] if uses_now else []
    if request.operation is Operation.GET_ITEM:
        keep = keep_lambda(plan, 0)
        got = call("self._engine.get", request_call(plan, 0), **({"keep": keep} if keep is not None else {}))
        body += [asked(got, "item = "), "        items = [] if item is None else [item]"]
    else:
        page = call("self._engine.page", python_literal(pattern.name), streams_call(plan, 0))
        body += [asked(page, "page = "), "        items = page.items"]
    each = ["        for item in items:"]
    if request.beside:  # what is found is kept beside the item that is to go
        kept = context.design(step.entity).beside_place(request.beside)
        held = "found" if kept is not None and kept.carries else 'found["owner"]["M"]'
        key = key_of_held(context, context.entity(step.entity), held)
        each = ["        for found in items:", statement(key, 12, before="item = ")]
    guarded = bool(design.steps[0].guards)
    if step.when or guarded:
        keywords: dict[str, Node] = {"transaction": "True"} if guarded else {}
        build = _build(function, builder, ["item", *arguments], of="item")
        body += ["        removed = 0", *each]
        tried = call("writing.tried", "self._engine", "item", build, **keywords)
        body.append(statement(tried, 12, before="removed += yield from "))
        body.append("        return removed")
    else:
        key = mapping([('"Key"', call("pages.key_of", "item", "keys.BASE"))])
        entry = mapping([('"DeleteRequest"', key)])
        body.append("        entries: list[expressions.Request] = []")
        body += each
        body.append(statement(call("entries.append", entry), 12))
        body.append("        yield from writing.batch(self._engine, entries)")
        body.append("        return len(entries)")
    return method_view(
        name,
        pattern.name,
        parameters,
        returns="int",
        doc=method_doc(context, pattern, design),
        body=settled("\n".join(body), scope.parameters.values()),
    )
