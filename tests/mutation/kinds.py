"""The kinds of fault that are injected, each where people and generators really make them.

A kind of fault in the code edits one file of the emitted package; a kind in the plan changes the design before anything
is emitted from it. Nothing here names a model: a kind applies wherever its edit does.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dynamodel.ir.keys import Component, Template
from dynamodel.ir.plan import Plan, Projection
from dynamodel.ir.reads import ReadPattern
from tests.mutation import edits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dynamodel.ir.workload import Workload
    from tests.mutation.edits import Edit

CODE, PLAN = "code", "plan"
_KEY = ("keycodes.partition_key", "keycodes.sort_key")
_BOUND = ("bounds.partition", "bounds.key", "bounds.equal", "bounds.under", "bounds.prefix", "bounds.edge")


@dataclass(frozen=True, slots=True)
class CodeKind:
    """A fault in `file` of the package: an edit, in the functions whose names hold one of `only`."""

    title: str
    file: str
    edit: Edit
    only: str = ""


@dataclass(frozen=True, slots=True)
class PlanKind:
    """A fault in the plan: the plans with it, each with the place of the change."""

    title: str
    changed: Callable[[Workload, Plan], Iterator[tuple[str, Plan]]]


def _index_key(node: ast.AST) -> bool:
    return bool(re.fullmatch(r"(GSI|LSI)\d+(PK|SK)", edits.text_of(node) or ""))


def _attribute(node: ast.AST) -> bool:
    name = edits.text_of(node)
    return name is not None and not _index_key(node) and name not in {"S", "N", "B", "M", "L", "PK", "SK"}


def _removes_key(call: ast.Call) -> bool:
    return bool(call.args) and _index_key(call.args[0])


def _sets_attribute(call: ast.Call) -> bool:
    return bool(call.args) and edits.text_of(call.args[0]) is not None and not _removes_key(call)


KEYS = (
    CodeKind("a key without escapes", "keys.py", edits.unwrapped("keycodes.text")),
    CodeKind("a number in a key without padding", "keys.py", edits.replaced_call(("numbercodes.number",), "str({0})")),
    CodeKind("parts of a key in another order", "keys.py", edits.swapped_arguments(_KEY, 1, 2)),
    CodeKind("a key without its last part", "keys.py", edits.without_argument(_KEY, -1, 2)),
    CodeKind("a key with another entity's tag", "keys.py", edits.other_text(_KEY, lambda t: f"{t}X")),
    CodeKind("a sort key with another literal", "keys.py", edits.returned("'X#'"), only="_sk|gsi1sk|gsi2sk"),
    CodeKind("an item without an index key", "keys.py", edits.without_entry(_index_key), only="_item"),
    CodeKind(
        "an item with a wrong type",
        "keys.py",
        edits.entry_value(lambda k: ast.unparse(k) == "TYPE", "{'S': 'X'}"),
        only="_item",
    ),
    CodeKind(
        "a sparse key on every item", "keys.py", edits.replaced_call(("expressions.holds",), "True"), only="_item"
    ),
    CodeKind(
        "a sparse key on the other items",
        "keys.py",
        edits.replaced_call(("expressions.holds",), "not expressions.holds({0}, {1}, {2})"),
        only="_item",
    ),
    CodeKind("no guard of a unique value", "keys.py", edits.returned("[]"), only="_guards"),
    CodeKind("one guard for all values", "keys.py", edits.without_argument(_KEY, -1, 3), only="_guard"),
    CodeKind("a lower-case key", "keycodes.py", edits.returned("({0}).lower()"), only="=text"),
    CodeKind(
        "a time in a key cut to seconds", "keycodes.py", edits.text_replaced("microseconds", "seconds"), only="=instant"
    ),
)
STORED = (
    CodeKind("an attribute that is not written", "codec.py", edits.without_entry(_attribute), only="write_"),
    CodeKind("an attribute that is not read", "codec.py", edits.replaced_call(("optional",), "None"), only="read_"),
    CodeKind("a creation time that is not set", "codec.py", edits.returned("entity"), only="stamp_"),
    CodeKind(
        "a time that is read wrong",
        "codec.py",
        edits.replaced_call(("dt.datetime.fromisoformat",), "dt.datetime.fromisoformat({0}).replace(year=2001)"),
    ),
    CodeKind("an expired item that counts as alive", "expressions.py", edits.text_replaced("> :now", "<> :now")),
    CodeKind(
        "an alive item that counts as expired", "expressions.py", edits.operator(ast.Gt, ast.Lt, "now"), only="is_alive"
    ),
)
READS = (
    CodeKind("the other direction", "requests.py", edits.keyword("forward", "True")),
    CodeKind("the table instead of the index", "requests.py", edits.keyword("index", "''")),
    CodeKind("another index", "requests.py", edits.keyword("index", "'GSI9'")),
    CodeKind("an upper edge left out", "requests.py", edits.keyword("after", None)),
    CodeKind("a lower edge left out", "requests.py", edits.added_keyword(("bounds.edge",), "after", "True")),
    CodeKind("both edges in each other's place", "requests.py", edits.swapped_arguments(("bounds.span",), 1, 2)),
    CodeKind("a range that is ignored", "requests.py", edits.replaced_call(("bounds.span",), "bounds.EVERYTHING")),
    CodeKind(
        "a whole partition instead of an entity's part",
        "requests.py",
        edits.replaced_call(("bounds.under",), "bounds.EVERYTHING"),
    ),
    CodeKind("another partition", "requests.py", edits.other_text(("bounds.partition",), lambda t: f"{t}X")),
    CodeKind("a partition without its value", "requests.py", edits.without_argument(("bounds.partition",), -1, 2)),
    CodeKind(
        "a value that is looked up without escapes", "requests.py", edits.replaced_call(("keycodes.text",), "{0} + '#'")
    ),
    CodeKind(
        "another sort prefix",
        "requests.py",
        edits.other_text(("bounds.under", "bounds.equal", "bounds.edge", "bounds.key"), lambda t: f"{t[:-1]}"),
    ),
    CodeKind("a filter left out", "requests.py", edits.keyword("keep", None)),
    CodeKind("a filter left out of a call", "calls.py", edits.keyword("keep", None)),
    CodeKind(
        "a read that asks for nothing",
        "requests.py",
        edits.replaced_call(("expressions.query", "expressions.get"), "[]"),
    ),
)
PAGES = (
    CodeKind("a limit that is forgotten", "client.py", edits.replaced("100", "3")),
    CodeKind(
        "a limit that is not passed on", "calls.py", edits.keyword("limit", "None", where="limit", of="merging.streams")
    ),
    CodeKind(
        "one row where a list is asked for", "calls.py", edits.keyword("limit", "1", where="limit", of="_engine.page")
    ),
    CodeKind("a lost cursor", "calls.py", edits.replaced_call(("page.of",), "type(page)({0})")),
    CodeKind("a cursor that is ignored", "calls.py", edits.keyword("cursor", "None", where="cursor")),
    CodeKind(
        "a limit that cuts one too early",
        "engine.py",
        edits.replaced("counted == stream.limit", "counted + 1 == stream.limit"),
        only="rows",
    ),
    CodeKind(
        "the service's further pages forgotten",
        "engine.py",
        edits.replaced("response.get('LastEvaluatedKey', DONE)", "DONE"),
        only="rows",
    ),
    CodeKind(
        "further pages of a count forgotten",
        "engine.py",
        edits.operator(ast.NotIn, ast.In, "LastEvaluatedKey"),
        only="_counted",
    ),
    CodeKind(
        "every page read from the start", "engine.py", edits.replaced("{'ExclusiveStartKey': start}", "{}"), only="rows"
    ),
    CodeKind("a page cut one row before its end", "engine.py", edits.returned("items[:-1], start"), only="rows"),
    CodeKind(
        "lists of a collection that turn back out of step", "gathering.py", edits.replaced("then.before()", "then")
    ),
    CodeKind("a collection without its way back", "gathering.py", edits.replaced("not opens", "False")),
    CodeKind("streams merged in the other order", "merging.py", edits.keyword("reverse", "not descending")),
    CodeKind("a parent that is not joined", "requests.py", edits.returned("None"), only="_2|_join"),
    CodeKind("rows of a collection in one list only", "calls.py", edits.replaced_call(("answers.each",), "[]")),
)
WRITES = (
    CodeKind("a create that replaces", "requests.py", edits.replaced_call(("updates.free",), "None")),
    CodeKind("an update that creates a bare item", "requests.py", edits.replaced_call(("updates.exists",), "None")),
    CodeKind("a condition that is not asked", "requests.py", edits.replaced_call(("updates.conditional",), "{0}")),
    CodeKind(
        "a declared condition turned round", "requests.py", edits.text_replaced("#c0_0 = :c0_0", "#c0_0 <> :c0_0")
    ),
    CodeKind("an attribute that is not set", "requests.py", edits.left_out("update.set", holding=_sets_attribute)),
    CodeKind("half a sparse key that stays", "requests.py", edits.left_out("update.set", holding=_removes_key)),
    CodeKind("a stale index key", "requests.py", edits.left_out("update.place")),
    CodeKind("half of a moved index key", "requests.py", edits.without_entry(_index_key)),
    CodeKind("a counter that stands still", "requests.py", edits.left_out("update.add")),
    CodeKind(
        "a counter that counts twice", "requests.py", edits.replaced_call(("wire.digits",), "wire.digits({0} * 2)")
    ),
    CodeKind("a version that is not compared", "requests.py", edits.replaced_call(("updates.at_version",), "None")),
    CodeKind("an action of a transaction left out", "requests.py", edits.left_out("actions.append")),
    CodeKind("a guard that is not written", "requests.py", edits.replaced_call(("guards.changes",), "[]")),
    CodeKind(
        "the guards of before and after in each other's place",
        "requests.py",
        edits.swapped_arguments(("guards.changes",), 3, 4),
    ),
    CodeKind(
        "an error of another kind", "updates.py", edits.replaced("self.mode == 'create'", "False"), only="explain"
    ),
    CodeKind("no transaction", "calls.py", edits.keyword("transaction", "False")),
)


def _patterns(plan: Plan, change: Callable[[Any], Any]) -> Iterator[tuple[str, Plan]]:
    """The plan with one read request of one pattern changed; `change` gives None where it does not apply."""
    for number, pattern in enumerate(plan.patterns):
        for at, read in enumerate(pattern.reads):
            made = change(read)
            if made is not None:
                reads = (*pattern.reads[:at], made, *pattern.reads[at + 1 :])
                patterns = (*plan.patterns[:number], replace(pattern, reads=reads), *plan.patterns[number + 1 :])
                yield pattern.name, replace(plan, patterns=patterns)


def _keys(plan: Plan, change: Callable[[Any], Any]) -> Iterator[tuple[str, Plan]]:
    """The plan with one index key of one entity changed; `change` gives None where it does not apply."""
    for number, entity in enumerate(plan.entities):
        for at, key in enumerate(entity.indexes):
            made = change(key)
            if made is not None:
                indexes = (*entity.indexes[:at], *made, *entity.indexes[at + 1 :])
                entities = (*plan.entities[:number], replace(entity, indexes=indexes), *plan.entities[number + 1 :])
                yield f"{entity.entity} {key.place}", replace(plan, entities=entities)


def _turned(workload: Workload, plan: Plan) -> Iterator[tuple[str, Plan]]:
    """Of the patterns that ask for an order: with any other it would change nothing."""
    ordered = {p.name for p in workload.patterns if isinstance(p, ReadPattern) and any(part.order for part in p.parts)}
    turned = _patterns(
        plan, lambda read: replace(read, forward=not read.forward) if read.operation == "Query" else None
    )
    return ((place, made) for place, made in turned if place in ordered)


def _unfiltered(_: Workload, plan: Plan) -> Iterator[tuple[str, Plan]]:
    return _patterns(plan, lambda read: replace(read, filters=()) if read.filters else None)


def _keys_only(_: Workload, plan: Plan) -> Iterator[tuple[str, Plan]]:
    for number, index in enumerate(plan.table.indexes):
        if index.projection.type != "KEYS_ONLY":
            thin = replace(index, projection=Projection("KEYS_ONLY"))
            indexes = (*plan.table.indexes[:number], thin, *plan.table.indexes[number + 1 :])
            yield index.name, replace(plan, table=replace(plan.table, indexes=indexes))


def _dense(_: Workload, plan: Plan) -> Iterator[tuple[str, Plan]]:
    return _keys(plan, lambda key: (replace(key, when=()),) if key.when else None)


def _absent(_: Workload, plan: Plan) -> Iterator[tuple[str, Plan]]:
    """Of keys made for the index: where the item's own attributes are keys, it is there whatever the plan says."""
    return _keys(plan, lambda key: () if any(isinstance(f.value, Template) for f in key.fields) else None)


def _shortened(_: Workload, plan: Plan) -> Iterator[tuple[str, Plan]]:
    """A sort template without its last attribute: rows come in another order."""

    def change(key: Any) -> Any:
        for at, field in enumerate(key.sort):
            tokens = field.value.tokens if isinstance(field.value, Template) else ()
            last = next((n for n in reversed(range(len(tokens))) if isinstance(tokens[n], Component)), None)
            if last is not None:
                value = Template(tokens[:last] + tokens[last + 1 :])
                return (replace(key, sort=(*key.sort[:at], replace(field, value=value), *key.sort[at + 1 :])),)
        return None

    return _keys(plan, change)


def _unguarded(_: Workload, plan: Plan) -> Iterator[tuple[str, Plan]]:
    for number, entity in enumerate(plan.entities):
        if entity.guards:
            entities = (*plan.entities[:number], replace(entity, guards=()), *plan.entities[number + 1 :])
            yield entity.entity, replace(plan, entities=entities)


PLANS = (
    PlanKind("plan: a read in the other direction", _turned),
    PlanKind("plan: a read without its filters", _unfiltered),
    PlanKind("plan: an index that projects too little", _keys_only),
    PlanKind("plan: a sparse key without its condition", _dense),
    PlanKind("plan: an entity that is not in its index", _absent),
    PlanKind("plan: an index key without its last part", _shortened),
    PlanKind("plan: a unique value without a guard", _unguarded),
)
CODES = (*KEYS, *STORED, *READS, *PAGES, *WRITES)
