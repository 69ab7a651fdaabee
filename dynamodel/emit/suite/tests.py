"""One test for each case of the suite, as the lines of a function.

In: the cases, with the oracle's answers. Out: `PatternTestsView`s. An answer with one possible order is compared as a
list; where rows may come in any order, group by group.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.layout import Group, Node, Prefixed, lines, listing
from dynamodel.emit.python.names import argument_names
from dynamodel.emit.python.views_results import part_fields
from dynamodel.emit.suite.answers import INDENT, Answer
from dynamodel.emit.suite.expressions import Expressions, invoke, pair
from dynamodel.emit.suite.views import PatternTestsView, TestView
from dynamodel.ir.names import snake_case
from dynamodel.ir.plan import COPY_TYPE, Operation
from dynamodel.ir.reads import ReadKind, ReadPattern
from dynamodel.ir.suite import Count, PartRows, Raised, Returned, Row, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamodel.emit.python.names import Names
    from dynamodel.ir.entities import AttributeDef
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.suite import Case, Suite
    from dynamodel.ir.workload import Pattern, Workload

_LISTED = {ReadKind.QUERY, ReadKind.SCAN}


class Context(NamedTuple):
    """What every test needs to look up; `package` is the name of the generated package in the module."""

    workload: Workload
    plan: Plan
    names: Names
    suite: Suite
    package: str
    expressions: Expressions


def pattern_tests(context: Context) -> tuple[PatternTestsView, ...]:
    """The tests of all patterns that have cases, in the order of the model."""
    views = []
    taken: set[str] = set()
    for pattern in context.workload.patterns:
        cases = [case for case in context.suite.cases if case.pattern == pattern.name]
        if cases:
            whole = _transacted(context, pattern, cases)
            tests = tuple(_test(context, pattern, case, taken, whole=case is whole) for case in cases)
            if isinstance(pattern, ReadPattern):
                tests += _reading(context, pattern, cases, taken)
            title = f"{pattern.name}: {pattern.doc}" if pattern.doc else pattern.name
            views.append(PatternTestsView(title, tests))
    return tuple(views)


def _named(context: Context, pattern: Pattern, title: str, taken: set[str]) -> str:
    words = f"{context.names.methods[pattern.name]} {title}"
    name = "test_" + re.sub(r"\W+", "_", words).strip("_")
    while name in taken:  # titles that differ in punctuation only
        name += "_"
    taken.add(name)
    return name


def _reading(context: Context, pattern: ReadPattern, cases: Sequence[Case], taken: set[str]) -> tuple[TestView, ...]:
    """The test that the queries of a read, in the case with most rows, bring nothing that it does not ask for.

    The package drops what other types' items are in an answer, so the rows alone do not show that they were paid for.
    """
    queries = [r for r in context.plan.pattern(pattern.name).reads if r.operation is Operation.QUERY]
    if not queries:
        return ()
    case = max(cases, key=_rows)
    tags = [context.workload.entity(part.entity).tag for part in pattern.parts]
    types = dict.fromkeys(COPY_TYPE if r.beside else tags[part] for r in queries for part in r.parts)
    given: list[Node] = [python_literal(each) for each in types]
    given += ["limited=True"] if all(r.page is not None for r in queries) else []
    name = _named(context, pattern, "reads nothing else", taken)
    parameters: tuple[Node, ...] = (f"client: {context.package}.{context.names.client}", "loaded_table: tables.Table")
    body = lines(Group("with loaded_table.reading(", tuple(given), "):"), INDENT)
    body += _call(context, pattern, _arguments(context, pattern, case), 8, "")
    return (TestView(tuple(lines(Group(f"def {name}(", parameters, ") -> None:"))), tuple(body)),)


def _rows(case: Case) -> int:
    """How many rows the answer has."""
    if isinstance(case.expected, Count):
        return case.expected.value
    return sum(len(part.rows) for part in case.expected.parts) if isinstance(case.expected, Rows) else 0


def _transacted(context: Context, pattern: Pattern, cases: Sequence[Case]) -> Case | None:
    """The first case that writes, of a write that the plan makes a transaction.

    Of what a copy is kept for, both are written whatever the data: only the requests show that they belong together.
    """
    if context.plan.pattern(pattern.name).write_operation is not Operation.TRANSACT_WRITE_ITEMS:
        return None
    done = (case for case in cases if not isinstance(case.expected, Raised) and case.expected != Count(0))
    return next((case for case in done if case.present or case.gone), None)


def _test(context: Context, pattern: Pattern, case: Case, taken: set[str], *, whole: bool) -> TestView:
    name = _named(context, pattern, snake_case(case.title), taken)
    parameters: list[Node] = [f"client: {context.package}.{context.names.client}"]
    if isinstance(pattern, ReadPattern):
        body = _read_body(context, pattern, case)
        if pattern.near is not None:
            parameters.append("searched: None")
        if case.short or case.pages:
            parameters.append("loaded_table: tables.Table")
    else:
        parameters.append("table: tables.Table")
        body = _write_body(context, pattern, case, whole=whole)
    signature = lines(Group(f"def {name}(", tuple(parameters), ") -> None:"))
    return TestView(tuple(signature), tuple(body))


def _arguments(context: Context, pattern: Pattern, case: Case) -> dict[str, Node]:
    """The call's arguments under the names of the method's parameters."""
    names = argument_names(pattern)
    by_name = {a.name: a for a in pattern.arguments}
    made: dict[str, Node] = {}
    for name, value in case.arguments.items():
        argument = by_name.get(name)
        if argument is not None and argument.keys and isinstance(value, tuple):
            made[names[name]] = listing([_key(context, argument.entity or "", each) for each in value])
        else:
            type_ = argument.type if argument else None
            made[names.get(name, name)] = context.expressions.value(value, type_)
    return made


def _key(context: Context, name: str, value: object) -> Node:
    entity = context.workload.entity(name)
    types = [entity.attribute(name).type for name in entity.identity]
    if not isinstance(value, tuple):
        return context.expressions.value(value, types[0])
    return pair([context.expressions.value(v, t) for v, t in zip(value, types, strict=True)])


def _call(context: Context, pattern: Pattern, arguments: Mapping[str, Node], indent: int, before: str) -> list[str]:
    return lines(invoke(f"client.{context.names.methods[pattern.name]}", arguments), indent, before)


def _read_body(context: Context, pattern: ReadPattern, case: Case) -> list[str]:
    arguments = _arguments(context, pattern, case)
    body = _call(context, pattern, arguments, INDENT, "found = ")
    again = [*_call(context, pattern, arguments, 8, "found = ")]
    if isinstance(case.expected, Count):
        check = f"assert found == {case.expected.value}"
        return [*body, f"    {check}", *(_short([*again, f"        {check}"]) if case.short else ())]
    assert isinstance(case.expected, Rows)
    if pattern.near is not None:
        body.append("    rows = [each.item for each in found]")
    answers: list[Answer] = []
    for found, part in zip(_answers(pattern), case.expected.parts, strict=True):
        groups = tuple(tuple(_answer(context, pattern, row) for row in group) for group in part.groups)
        answer = Answer(found, part, groups)
        answers.append(answer)
        body += answer.check()
        if case.pages and not part.single and not pattern.turns_several:
            body += _pages(context, pattern, arguments, answer)
        again.append(f"        {answer.check_again()}")
    if case.pages and pattern.turns_several:
        body += _turns(context, pattern, arguments, answers)
    return body + (_short(again) if case.short else [])


def _turns(
    context: Context, pattern: ReadPattern, arguments: Mapping[str, Node], answers: Sequence[Answer]
) -> list[str]:
    """The lists of a collection that turn pages together: all their rows."""
    method = f"client.{context.names.methods[pattern.name]}"
    body = lines(Group("checks.every_turn(", (method, *_keywords(arguments)), ")"), INDENT, "pages = ")
    for answer in answers:
        if not answer.part.single:
            body.append(f"    rows = [row for page in pages for row in page.{answer.field}]")
            body.append(f"    {answer.check_all('rows')}")
    return body


def _keywords(arguments: Mapping[str, Node]) -> tuple[Node, ...]:
    return tuple(Prefixed(f"{key}=", node) for key, node in arguments.items())


def _short(again: list[str]) -> list[str]:
    """The same once more, from a service that ends its pages early."""
    return ["    with loaded_table.short_pages():", *again]


def _pages(context: Context, pattern: ReadPattern, arguments: Mapping[str, Node], answer: Answer) -> list[str]:
    """The same read in pages of several sizes: all rows, not only those of the first page."""
    method = f"client.{context.names.methods[pattern.name]}"
    back = ("way_back=False",) if pattern.kind is ReadKind.SCAN else ()
    keywords = (*back, *_keywords(arguments))
    call = Group("checks.every_page(", (method, python_literal(answer.field), "limit", *keywords), ")")
    return [
        f"    for limit in ({', '.join(str(size) for size in answer.page_sizes())}):",
        *lines(call, 8, "rows = "),
        f"        {answer.check_all('rows')}",
        "    with loaded_table.short_pages():",
        "        limit = 3",
        *lines(call, 8, "rows = "),
        f"        {answer.check_all('rows')}",
    ]


def _answers(pattern: ReadPattern) -> list[str]:
    """The expression of each part of the answer."""
    if pattern.kind in {ReadKind.COLLECTION, ReadKind.TRANSACT_GET} and not pattern.merged:
        return [f"found.{name}" for name in part_fields(pattern)]
    if pattern.near is not None:
        return ["rows"]
    return ["found.items" if pattern.kind in _LISTED or pattern.merged else "found"]


def _answer(context: Context, pattern: ReadPattern, row: Row) -> Node:
    if pattern.returns is None and not pattern.joins:
        return context.expressions.row(row)
    return context.expressions.returned(row, context.names.results[pattern.name], _chosen(context, pattern))


def _chosen(context: Context, pattern: ReadPattern) -> dict[str, tuple[str, AttributeDef]]:
    """Field and attribute for each name in a row, in order; a parent's may always be absent."""
    entity = context.workload.entity(pattern.parts[0].entity)
    names = pattern.returns if pattern.returns is not None else tuple(a.name for a in entity.stored)
    chosen = {name: (name, entity.attribute(name)) for name in names}
    for join in pattern.joins:
        parent = context.workload.entity(join.parent)
        for name in join.attributes:
            field = f"{snake_case(join.parent)}_{name}"
            chosen[join.shown(name)] = field, replace(parent.attribute(name), optional=True)
    return chosen


def _write_body(context: Context, pattern: Pattern, case: Case, *, whole: bool) -> list[str]:
    context, given = _with_given(context, case)
    return given + _outcome(context, pattern, case, whole=whole) + _state(context, case)


def _with_given(context: Context, case: Case) -> tuple[Context, list[str]]:
    """Entities that the caller gives and that the table holds afterwards are printed once, under a name."""
    expressions = context.expressions
    body: list[list[str]] = []
    for value in case.arguments.values():
        for row in value if isinstance(value, tuple) else (value,):
            if isinstance(row, Row) and row in case.present and expressions.name_of(row) is None:
                name = f"given_{len(body) + 1}" if body else "given"
                body.append(lines(expressions.row(row), INDENT, f"{name} = "))
                expressions = expressions.knowing(row, name)
    return context._replace(expressions=expressions), [line for each in body for line in each]


def _outcome(context: Context, pattern: Pattern, case: Case, *, whole: bool) -> list[str]:
    """The call and its answer; `whole` is a call all of whose writes are transactions."""
    arguments = _arguments(context, pattern, case)
    expected = case.expected
    if isinstance(expected, Raised):
        errors: list[Node] = [f"{context.package}.{name}" for name in expected.errors]
        body = lines(Group("with checks.raises(", (errors[0] if len(errors) == 1 else pair(errors),), "):"), INDENT)
        return body + _call(context, pattern, arguments, 8, "")
    answers = isinstance(expected, Count) or (isinstance(expected, Returned) and expected.row is not None)
    body = ["    with table.in_transactions():"] if whole else []
    body += _call(context, pattern, arguments, 8 if whole else INDENT, "found = " if answers else "")
    if isinstance(expected, Count):
        body.append(f"    assert found == {expected.value}")
    elif isinstance(expected, Returned) and expected.row is not None:
        one = PartRows(expected.row.entity, (), single=True)
        body += Answer("found", one, ((context.expressions.row(expected.row),),)).check()
    return body


def _state(context: Context, case: Case) -> list[str]:
    """What the table must hold afterwards, as a difference from the dataset."""
    expressions = context.expressions
    before = [name for row in (*case.present, *case.gone) if (name := expressions.same_identity(row)) is not None]
    after = [expressions.row(row) for row in case.present]
    unchanged = set(before) & {node for node in after if isinstance(node, str)}
    without: list[Node] = [name for name in before if name not in unchanged]
    plus = [node for node in after if not (isinstance(node, str) and node in unchanged)]
    changes: list[Node] = ["table"]
    changes += [Group("without=[", tuple(without), "]")] if without else []
    changes += [Group("plus=[", tuple(plus), "]")] if plus else []
    return lines(Group("data.check(", tuple(changes), ")"), INDENT)
