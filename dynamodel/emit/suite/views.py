"""What the templates of the suite print: text that is laid out already, in the order of printing.

One frozen dataclass for each template; its fields are the template's free variables.
"""

from __future__ import annotations

from dynamodel.records import dataclass


@dataclass(frozen=True, slots=True)
class FixedView:
    """`conftest.py` and `checks.py`, which are the same in every suite."""

    header: str


@dataclass(frozen=True, slots=True)
class FolderView:
    """`__init__.py`."""

    header: str
    title: str


@dataclass(frozen=True, slots=True)
class TablesView:
    """`tables.py`: the table's key and type attributes and schema as Python expressions, and how its name begins.

    `vectors` is what the schema says besides where there are vector indexes, empty without any. `transactions`: some
    writes are.
    """

    header: str
    key: str
    type: str
    schema: str
    prefix: str
    vectors: str
    transactions: bool


@dataclass(frozen=True, slots=True)
class ConftestView:
    """`conftest.py`: with a fixture of its own for tests that search vectors."""

    header: str
    vectors: bool


@dataclass(frozen=True, slots=True)
class DataView:
    """`data.py`: `imports` of the standard library, the rows as assignments.

    `package` is the generated package's name in the module; `package_import` differs from it where that is taken.
    `keyed` are the names of the attributes that say where a row is stored, `keys` those of each row, as expressions.
    `items` and `guards` are entries of dicts by the entity's class: functions that make its item and its guards. `ttl`
    is the literal of the attribute by which guards expire, None when none does.
    """

    header: str
    title: str
    imports: tuple[str, ...]
    package: str
    package_import: str
    client: str
    seed: int
    now: str
    rows: tuple[str, ...]
    listed: tuple[str, ...]
    keyed: str
    keys: str
    items: tuple[str, ...]
    guards: tuple[str, ...]
    ttl: str | None


@dataclass(frozen=True, slots=True)
class TestView:
    """One test: the lines of its signature and of its body."""

    signature: tuple[str, ...]
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatternTestsView:
    """The tests of one access pattern, under a comment that says what it asks."""

    title: str
    tests: tuple[TestView, ...]


@dataclass(frozen=True, slots=True)
class TestsView:
    """`test_<model>_patterns.py`."""

    header: str
    title: str
    imports: tuple[str, ...]
    package_import: str
    helpers: str
    patterns: tuple[PatternTestsView, ...]
