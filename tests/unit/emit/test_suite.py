"""The emitted suite as text: what its values mean, how it is laid out, that every case became a test."""

from __future__ import annotations

import ast
import datetime as dt
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from dynamodel.emit.python.layout import flat, lines
from dynamodel.emit.python.names import package_names
from dynamodel.emit.suite.emitter import emit_suite
from dynamodel.emit.suite.expressions import Expressions
from dynamodel.emit.suite.tests import Context, pattern_tests
from dynamodel.ir.suite import Case, PartRows, Raised, Returned, Row, Rows, Suite
from dynamodel.ir.values import Kind, ObjectField, ValueType
from dynamodel.planner.plan import make_plan
from tests.support.designs import NAMES, designed
from tests.support.helpdesk import helpdesk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NOW = dt.datetime(2044, 3, 1, 12, tzinfo=dt.UTC)
TEXT, NUMBER = ValueType(Kind.STRING), ValueType(Kind.INTEGER)
CITY = Row("Customer", {"customer_id": "c1", "name": "n"})
OTHER = Row("Customer", {"customer_id": "c2", "name": "n"})


class _Made:
    """What a call of the generated package is evaluated to: its name and arguments."""

    def __getattr__(self, name: str) -> Any:
        return lambda **arguments: (name, arguments)


def _evaluate(text: str) -> Any:
    return eval(text, {"desk": _Made(), "dt": dt, "Decimal": Decimal, "UUID": UUID, "data": _Made()})


def _expressions(*rows: Row) -> Expressions:
    workload = helpdesk()
    return Expressions(workload, package_names(workload), Suite(1, NOW, rows), "desk", "data.")


UNKNOWN = UUID("12345678-1234-5678-1234-567812345678")
VALUES: list[tuple[ValueType, Any, Any]] = [
    (TEXT, 'a"b\n{{ x }}', 'a"b\n{{ x }}'),
    (TEXT, "k" * 1000, "k" * 1000),
    (NUMBER, -5, -5),
    (ValueType(Kind.DECIMAL), Decimal("1.50"), Decimal("1.50")),
    (ValueType(Kind.BOOLEAN), True, True),
    (ValueType(Kind.BYTES), b"\x00'\"", b"\x00'\""),
    (ValueType(Kind.DATETIME), NOW, NOW),
    (ValueType(Kind.DATETIME), NOW.replace(microsecond=7), NOW.replace(microsecond=7)),
    (ValueType(Kind.DATETIME), dt.datetime(2044, 1, 1, tzinfo=dt.UTC), dt.datetime(2044, 1, 1, tzinfo=dt.UTC)),
    (ValueType(Kind.DATE), dt.date(2044, 3, 1), dt.date(2044, 3, 1)),
    (ValueType(Kind.UUID), UNKNOWN, UNKNOWN),
    (ValueType(Kind.ENUM, values=("open",)), "open", "open"),
    (ValueType(Kind.LIST, element=TEXT), ("a", "b"), ["a", "b"]),
    (ValueType(Kind.LIST, element=TEXT), (), []),
    (ValueType(Kind.SET, element=NUMBER), frozenset({2, 1}), {1, 2}),
    (ValueType(Kind.SET, element=NUMBER), frozenset(), set()),
    (ValueType(Kind.MAP, element=NUMBER), {"a b": 1}, {"a b": 1}),
    (ValueType(Kind.VECTOR, dimensions=2), (Decimal("0.5"), 1.25), [0.5, 1.25]),
    (ValueType(Kind.ANY), {"a": (1, None, {"b": Decimal(2)})}, {"a": [1, None, {"b": Decimal(2)}]}),
    (ValueType(Kind.STRING, min_length=1), None, None),
]


@pytest.mark.parametrize(("type_", "value", "expected"), VALUES)
def test_the_expression_of_a_value_makes_it(type_: ValueType, value: Any, expected: Any) -> None:
    node = _expressions().value(value, type_)
    assert _evaluate(flat(node)) == expected
    assert _evaluate("\n".join(lines(node))) == expected


def test_a_nested_model_is_made_by_its_class() -> None:
    place = ValueType(
        Kind.OBJECT, name="Place", fields=(ObjectField("city", TEXT), ObjectField("zip", TEXT, optional=True))
    )
    workload = helpdesk()
    names = package_names(workload)
    names.objects[place] = "Place"
    node = Expressions(workload, names, Suite(1, NOW, ()), "desk", "").value({"city": "x"}, place)
    assert _evaluate(flat(node)) == ("Place", {"city": "x"})


def test_a_row_of_the_dataset_is_printed_by_name_and_any_other_spelled_out() -> None:
    expressions = _expressions(CITY)
    assert flat(expressions.row(CITY)) == "data.CUSTOMER_1"
    assert flat(expressions.row(CITY, spelled=True)).startswith("desk.Customer(")
    assert flat(expressions.row(OTHER)).startswith('desk.Customer(customer_id="c2"')
    assert flat(expressions.knowing(OTHER, "given").row(OTHER)) == "given"


def test_values_that_python_calls_equal_are_told_apart() -> None:
    expressions = _expressions(Row("Ticket", {"ticket_id": "t", "priority": 1}))
    assert expressions.name_of(Row("Ticket", {"ticket_id": "t", "priority": True})) is None
    assert expressions.name_of(Row("Ticket", {"ticket_id": "t", "priority": 1})) == "data.TICKET_1"


def _body(case: Case, *rows: Row) -> list[str]:
    return _bodies([case], *rows)[0]


def _bodies(cases: Sequence[Case], *rows: Row) -> list[list[str]]:
    workload, suite = helpdesk(), Suite(1, NOW, rows, tuple(cases))
    names = package_names(workload)
    context = Context(
        workload, make_plan(workload), names, suite, "desk", Expressions(workload, names, suite, "desk", "data.")
    )
    return [list(test.body) for view in pattern_tests(context) for test in view.tests]


def _query(*groups: tuple[Row, ...], take: int | None = None, pages: bool = False) -> Case:
    answer = Rows((PartRows("Customer", groups, take),))
    return Case("customers_named", "finds", {"prefix": "n"}, answer, pages=pages)


def test_rows_in_the_one_right_order_are_compared_as_lists() -> None:
    assert _body(_query((CITY,), (OTHER,)), CITY, OTHER) == [
        '    found = client.customers_named(prefix="n")',
        "    expected = [data.CUSTOMER_1, data.CUSTOMER_2]",
        "    assert found.items == expected",
    ]


def test_a_limited_answer_is_cut_and_its_pages_are_not() -> None:
    assert _body(_query((CITY,), (OTHER,), take=1, pages=True), CITY, OTHER)[1:] == [
        "    expected = [data.CUSTOMER_1, data.CUSTOMER_2]",
        "    assert found.items == expected[:1]",
        "    for limit in (1, 2, 3):",
        '        rows = checks.every_page(client.customers_named, "items", limit, prefix="n")',
        "        assert rows == expected",
        "    with loaded_table.short_pages():",
        "        limit = 3",
        '        rows = checks.every_page(client.customers_named, "items", limit, prefix="n")',
        "        assert rows == expected",
    ]


def test_rows_in_any_order_are_compared_group_by_group() -> None:
    assert _body(_query((CITY, OTHER), take=1, pages=True), CITY, OTHER)[1:] == [
        "    groups = [[data.CUSTOMER_1, data.CUSTOMER_2]]",
        "    checks.same_rows(found.items, groups, take=1)",
        "    for limit in (1, 2, 3):",
        '        rows = checks.every_page(client.customers_named, "items", limit, prefix="n")',
        "        checks.same_rows(rows, groups)",
        "    with loaded_table.short_pages():",
        "        limit = 3",
        '        rows = checks.every_page(client.customers_named, "items", limit, prefix="n")',
        "        checks.same_rows(rows, groups)",
    ]


def test_a_write_is_followed_by_the_difference_that_it_made() -> None:
    before = Row("Ticket", {"ticket_id": "t1", "customer_id": "c1"})
    after = Row("Ticket", {"ticket_id": "t1", "customer_id": "c2"})
    writes = {p.name: p for p in helpdesk().writes}
    update = next(name for name, p in writes.items() if p.steps[0].kind == "update" and p.steps[0].entity == "Ticket")
    body = _body(Case(update, "succeeds", {}, Returned(), present=(after,)), before)
    assert (
        body[-1].startswith("    data.check(table, without=[data.TICKET_1], plus=[desk.Ticket(") or body[-1] == "    )"
    )
    assert "data.TICKET_1" in "".join(body)
    refused = _body(Case(update, "raises", {}, Raised(("NotFound",)), present=(before,)), before)
    assert refused == ["    with checks.raises(desk.NotFound):", f"        client.{update}()", "    data.check(table)"]


def test_the_first_success_of_a_write_in_transactions_is_held_to_them() -> None:
    agent = Row("Agent", {"agent_id": "a1", "email": "e"})
    cases = [
        Case("add_agent", "raises", {}, Raised(("UniqueTaken",))),
        Case("add_agent", "succeeds", {}, Returned(), present=(agent,)),
        Case("add_agent", "succeeds again", {}, Returned(), present=(agent,)),
        Case("save_customer", "succeeds", {}, Returned(), present=(CITY,)),
    ]
    bodies = [body[:2] for body in _bodies(cases, agent, CITY)]
    assert bodies == [
        ["    with checks.raises(desk.UniqueTaken):", "        client.add_agent()"],
        ["    with table.in_transactions():", "        client.add_agent()"],
        ["    client.add_agent()", "    data.check(table)"],
        ["    client.save_customer()", "    data.check(table)"],
    ]


@pytest.mark.parametrize("example", NAMES)
def test_every_case_is_a_test_and_every_row_a_constant(example: str) -> None:
    case = designed(example)
    files = {a.path: a.text for a in emit_suite(case.workload, case.plan, case.suite)}
    folder = f"tests/{case.workload.name}_patterns"
    trees = {path.removeprefix(f"{folder}/"): ast.parse(text) for path, text in files.items()}
    made = [n.name for n in trees[f"test_{case.workload.name}_patterns.py"].body if isinstance(n, ast.FunctionDef)]
    made.remove("test_rows_are_stored_where_the_design_says")
    assert len([name for name in made if name.endswith("_reads_nothing_else")]) == len(case.queried)
    assert len(made) == len(set(made)) == len(case.suite.cases) + len(case.queried)
    rows = [n for n in trees["data.py"].body if isinstance(n, ast.Assign) and isinstance(n.value, ast.Call)]
    assert len([r for r in rows if ast.unparse(r).split("_")[0].isupper()]) == len(case.suite.rows)


@pytest.mark.parametrize("width", [88, 120])
@pytest.mark.parametrize("example", NAMES)
def test_the_files_are_formatted_and_lint_clean(tmp_path: Path, example: str, width: int) -> None:
    case = designed(example)
    for artifact in emit_suite(case.workload, case.plan, case.suite):
        path = tmp_path / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(artifact.text, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["format", "--diff"], ["check", "--select", "E,F,I,UP,B,W"]):
        options = ["--isolated", "--no-cache", f"--config=line-length={width}", "--target-version=py311", str(tmp_path)]
        done = subprocess.run([*ruff, *command, *options], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_package_with_a_name_of_ours_is_imported_under_another() -> None:
    case = designed("sessions")
    work = replace(case.workload, name="data")
    files = {a.path: a.text for a in emit_suite(work, case.plan, case.suite)}
    assert "\nimport data as data_\n" in files["tests/data_patterns/test_data_patterns.py"]
    assert "\nimport data as data_\nfrom data import keys\n" in files["tests/data_patterns/data.py"]
    assert "= data_.Session(" in files["tests/data_patterns/data.py"]
