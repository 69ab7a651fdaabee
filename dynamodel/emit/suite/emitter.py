"""The pytest suite: dataset and expected answers written out, over the generated package.

In: workload, plan and the suite as data. Out: `tests/<model>_patterns/`, a package of its own, so that neither the
user's `conftest.py` nor another model's is in the way. It needs the generated package, boto3, moto and pytest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.engine import render
from dynamodel.emit.filters import python_literal
from dynamodel.emit.header import header
from dynamodel.emit.python.imports import places, starts
from dynamodel.emit.python.layout import Group, Node, flat, lines, listing, mapping
from dynamodel.emit.python.names import package_names
from dynamodel.emit.suite.expressions import Expressions, scalar
from dynamodel.emit.suite.tests import Context, pattern_tests
from dynamodel.emit.suite.views import ConftestView, DataView, FixedView, FolderView, TablesView, TestsView
from dynamodel.ir.artifact import Artifact
from dynamodel.ir.plan import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from dynamodel.emit.python.names import Names
    from dynamodel.ir.plan import IndexDesign, KeyAttribute, Plan, Projection, TableDesign, VectorDesign
    from dynamodel.ir.suite import Suite
    from dynamodel.ir.workload import Workload

# What the modules of the suite use as names of their own; a package called so is imported under another name.
_TAKEN = {
    "checks",
    "client",
    "data",
    "dt",
    "expected",
    "found",
    "given",
    "groups",
    "guards",
    "items_of",
    "keys",
    "limit",
}
_TAKEN |= {"item", "placed", "check", "owner", "removed", "row", "rows", "table", "tables"}
_MODULES = (
    ("dt.", "import datetime as dt"),
    ("Decimal(", "from decimal import Decimal"),
    ("UUID(", "from uuid import UUID"),
)


def emit_suite(workload: Workload, plan: Plan, suite: Suite, templates: Path | None = None) -> tuple[Artifact, ...]:
    """The files of the suite."""
    line, names = header(plan), package_names(workload)
    table, tests = plan.table, _tests(workload, plan, suite, names, line)
    views = {
        "__init__.py": ("__init__.py", FolderView(line, workload.title)),
        "conftest.py": ("conftest.py", ConftestView(line, bool(table.vectors))),
        "checks.py": ("checks.py", FixedView(line)),
        "tables.py": ("tables.py", _tables(workload, plan, line)),
        "data.py": ("data.py", _data(workload, plan, suite, names, line)),
        f"test_{workload.name}_patterns.py": ("test_patterns.py", tests),
    }
    folder = f"tests/{workload.name}_patterns"
    return tuple(
        Artifact(f"{folder}/{file}", render(f"suite/{template}.jinja", view, templates))
        for file, (template, view) in views.items()
    )


def _package(workload: Workload) -> tuple[str, str]:
    """The generated package's name in the suite's modules, and how it is imported."""
    alias = f"{workload.name}_" if workload.name in _TAKEN else workload.name
    return alias, f"import {workload.name}" + (f" as {alias}" if alias != workload.name else "")


def _data(workload: Workload, plan: Plan, suite: Suite, names: Names, line: str) -> DataView:
    package, package_import = _package(workload)
    expressions = Expressions(workload, names, suite, package, "")
    rows = tuple(
        "\n".join(lines(expressions.row(row, spelled=True), 0, f"{name} = "))
        for name, row in expressions.constants.items()
    )
    now = flat(scalar(suite.now))
    return DataView(
        header=line,
        title=workload.title,
        imports=_data_imports("\n".join((*rows, now))),
        package=workload.name,
        package_import=package_import,
        client=f"{package}.{names.client}",
        seed=suite.seed,
        now=now,
        rows=rows,
        listed=tuple(expressions.constants),
        keyed=_keyed(plan),
        keys=_keys(suite),
        items=_item_functions(workload, names),
        guards=_guard_functions(workload, plan, names),
        ttl=_expiring(workload, plan),
    )


def _expiring(workload: Workload, plan: Plan) -> str | None:
    """The attribute by which the guards or copies of some entity expire, as a literal."""
    names = [workload.entity(design.entity).with_role("ttl") for design in plan.entities if design.beside]
    return next((python_literal(name) for name in names if name is not None), None)


def _keyed(plan: Plan) -> str:
    names: list[Node] = [python_literal(name) for name in sorted(plan.table.key_names | {plan.table.type_attribute})]
    return "\n".join(lines(Group("(", tuple(names), ")"), 0, "KEYED = "))


def _keys(suite: Suite) -> str:
    """The keys of each row and of its guards, spelled out."""
    rows: list[Node] = [
        listing([mapping([(python_literal(n), _stored(value)) for n, value in item.items()]) for item in items])
        for items in suite.keys
    ]
    return "\n".join(lines(listing(rows), 0, "KEYS: list[list[tables.Item]] = "))


def _stored(value: Mapping[str, object]) -> Node:
    return mapping([(python_literal(kind), python_literal(held)) for kind, held in value.items()])


def _item_functions(workload: Workload, names: Names) -> tuple[str, ...]:
    entities = [e.name for e in workload.entities]
    return tuple(f"{_package(workload)[0]}.{names.entities[e]}: keys.{names.functions[e]}_item" for e in entities)


def _guard_functions(workload: Workload, plan: Plan, names: Names) -> tuple[str, ...]:
    entries = []
    for entity in workload.entities:
        design = plan.entity(entity.name)
        if design.beside:
            function, ttl = names.functions[entity.name], entity.with_role("ttl")
            held = (*entity.identity, *([ttl] if ttl else []))
            owner: tuple[Node, ...] = tuple(f"row.{names.fields[entity.name][name]}" for name in held)
            whose: Node = Group(f"keys.{function}_owner(", owner, ")") if design.guards else "{}"
            made = Group("(", (f"keys.{function}_guards(row)", whose), ")")
            entries.append(
                "\n".join(lines(made, 4, f"{_package(workload)[0]}.{names.entities[entity.name]}: lambda row: "))
            )
    return tuple(entries)


def _data_imports(text: str) -> tuple[str, ...]:
    found = _imports(text)
    plain = tuple(i for i in found if i.startswith("import"))
    named = (
        "from collections.abc import Callable, Iterable, Iterator, Sequence",
        *(i for i in found if i.startswith("from decimal")),
    )
    return (*plain, *named, "from typing import Any", *(i for i in found if i.startswith("from uuid")))


def _imports(text: str) -> tuple[str, ...]:
    """The imports that values need, in the order of formatters; names inside strings count too little to matter."""
    return tuple(
        statement for use, statement in _MODULES if any(b not in {".", '"', "'"} for b, _ in places(use, text))
    )


def _tests(workload: Workload, plan: Plan, suite: Suite, names: Names, line: str) -> TestsView:
    package, package_import = _package(workload)
    context = Context(workload, plan, names, suite, package, Expressions(workload, names, suite, package, "data."))
    patterns = pattern_tests(context)
    text = "\n".join(row for p in patterns for t in p.tests for row in (*t.signature, *t.body))
    helpers = [*(["checks"] if starts("checks.", text) else []), "data", "tables"]
    return TestsView(line, workload.title, _imports(text), package_import, ", ".join(helpers), patterns)


def _key(table: TableDesign) -> str:
    return f"({python_literal(table.partition.name)}, {python_literal(table.sort.name)})"


def _tables(workload: Workload, plan: Plan, line: str) -> TablesView:
    table = plan.table
    vectors = _vectors(table) if table.vectors else ""
    kind = python_literal(table.type_attribute)
    whole = any(p.write_operation is Operation.TRANSACT_WRITE_ITEMS for p in plan.patterns)
    return TablesView(line, _key(table), kind, _schema(table), f"dynamodel-{workload.name}-", vectors, whole)


def _definitions(table: TableDesign, more: Iterable[KeyAttribute] = ()) -> Node:
    keys = {k for i in table.indexes for k in i.partition + i.sort} | {table.partition, table.sort, *more}
    return listing(
        [_entry(("AttributeName", k.name), ("AttributeType", k.type)) for k in sorted(keys, key=lambda k: k.name)]
    )


def _vectors(table: TableDesign) -> str:
    """What CreateTable is told besides about vector indexes, and the attributes that their searches fix."""
    entries: list[tuple[str, Node]] = [
        ('"AttributeDefinitions"', _definitions(table, [k for v in table.vectors for k in v.schema])),
        ('"VectorIndexes"', listing([_vector(index) for index in table.vectors])),
    ]
    return "\n".join(lines(mapping(entries), 0, "VECTORS: dict[str, Any] = ")).removeprefix(
        "VECTORS: dict[str, Any] = "
    )


def _vector(index: VectorDesign) -> Node:
    kinds = [(index.partition, "HASH")] if index.partition else []
    kinds += [(key, "INLINE_FILTER") for key in index.filters]
    schema = [_entry(("AttributeName", key.name), ("SearchSchemaElementType", kind)) for key, kind in kinds]
    return mapping(
        [
            ('"IndexName"', python_literal(index.name)),
            ('"VectorAttribute"', _entry(("AttributeName", index.attribute))),
            ('"Dimensions"', str(index.dimensions)),
            ('"DistanceFunction"', python_literal(index.distance.upper())),
            ('"SearchSchema"', listing(schema)),
            ('"Projection"', _projection(index.projection)),
        ]
    )


def _schema(table: TableDesign) -> str:
    """The arguments of CreateTable, on demand: the tests measure no load."""
    entries: list[tuple[str, Node]] = [
        ('"BillingMode"', '"PAY_PER_REQUEST"'),
        ('"AttributeDefinitions"', _definitions(table)),
        ('"KeySchema"', _key_schema((table.partition,), (table.sort,))),
    ]
    for kind, indexes in (("Global", table.gsis), ("Local", table.lsis)):
        if indexes:
            entries.append((f'"{kind}SecondaryIndexes"', listing([_index(index) for index in indexes])))
    return "\n".join(lines(mapping(entries), 0, "SCHEMA: dict[str, Any] = ")).removeprefix("SCHEMA: dict[str, Any] = ")


def _projection(projection: Projection) -> Node:
    entries: list[tuple[str, Node]] = [('"ProjectionType"', python_literal(projection.type))]
    if projection.attributes:
        entries.append(('"NonKeyAttributes"', listing([python_literal(name) for name in projection.attributes])))
    return mapping(entries)


def _index(index: IndexDesign) -> Node:
    return mapping(
        [
            ('"IndexName"', python_literal(index.name)),
            ('"KeySchema"', _key_schema(index.partition, index.sort)),
            ('"Projection"', _projection(index.projection)),
        ]
    )


def _key_schema(partition: Iterable[KeyAttribute], sort: Iterable[KeyAttribute]) -> Node:
    elements = [(k.name, "HASH") for k in partition] + [(k.name, "RANGE") for k in sort]
    return listing([_entry(("AttributeName", name), ("KeyType", kind)) for name, kind in elements])


def _entry(*pairs: tuple[str, str]) -> Node:
    return mapping([(python_literal(key), python_literal(value)) for key, value in pairs])
