"""The verification suite as plain data: a dataset, and calls of the generated client with the answers they must give.

In: made by `verify` from the workload alone (the answers come from the oracle). Out: run by `verify.runner` and printed
as a pytest module by `emit`. It names entities, patterns and arguments as the workload does and knows nothing of keys.

Values are plain Python: str, int, Decimal, bool, bytes, datetime (aware, UTC), date, UUID as `uuid.UUID`, ULID as str,
enum values as themselves, lists as tuples, vectors as tuples of float, sets as frozensets, nested models and maps as
dicts. **An attribute that is absent is left out of `Row.values`; it is never None.** Frozen (dicts are not to be
changed), standard library only.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One item of an entity: stored attributes by name, in the entity's order, absent ones left out.

    In an answer, `values` holds just what the pattern returns: with `returns` only those attributes, and an attribute
    of a joined parent as `<snake_case parent>_<attribute>` (left out when the parent or the attribute is missing).
    """

    entity: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PartRows:
    """What one part of a read must return.

    `groups` are all matching rows in order; the rows *within* a group are equal in that order and may come in any
    sequence (a read without an order is one group). `take` is how many rows one call without `limit` and `cursor`
    returns, None for all: the first `take` rows, where the group that is cut may give any of its rows.
    `single`: the answer is one entity or None, not a list. `entity` is empty for a merged collection.
    """

    entity: str
    groups: tuple[tuple[Row, ...], ...]
    take: int | None = None
    single: bool = False

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, group by group."""
        return tuple(row for group in self.groups for row in group)


@dataclass(frozen=True, slots=True)
class Rows:
    """A read's answer: one `PartRows` for each part of the pattern, in order; exactly one when `merged`.

    GET: one single part. BATCH_GET: one part, a group for each key found, in the order asked. TRANSACT_GET: one single
    part for each.
    """

    parts: tuple[PartRows, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """The answer of a `count` pattern, or of a delete that finds its items first: how many."""

    value: int


@dataclass(frozen=True, slots=True)
class Returned:
    """A write that succeeds: the entity that it returns (UPDATE, UPSERT), or None."""

    row: Row | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """A call that must fail, with one of the package's error classes of these names.

    They are of `AlreadyExists`, `NotFound`, `ConditionFailed`, `UniqueTaken`, `VersionConflict`; several where the call
    fails for several reasons, of which the service may tell any.
    """

    errors: tuple[str, ...]


Expected = Rows | Count | Returned | Raised


@dataclass(frozen=True, slots=True)
class Case:
    """One call of the method of `pattern`, against a table that holds exactly the suite's rows.

    `title` is a short English phrase, unique within the pattern. `arguments` are keyword arguments under the
    *workload's* argument names (a method's parameter is `python_name(name)`): plain values, None where an optional
    argument is not given, a `Row` for an entity, a tuple for a list of either; a BATCH_GET's keys are a tuple of the
    identity's value, or of tuples in identity order when it has several attributes. `expected_version` may be among
    them although it is no argument of the pattern.

    `present` and `gone` (identity attributes only) say what the table must and must not hold after a write, also after
    one that fails; nothing else may have changed. `pages`: called with `limit=n` and the cursors it returns, the pages
    for every n >= 1 joined must give all of `expected` (of the one part that has a list). `short`: the answer is the
    same when the service ends its own pages early, as it does after a megabyte.
    """

    pattern: str
    title: str
    arguments: Mapping[str, object]
    expected: Expected
    present: tuple[Row, ...] = ()
    gone: tuple[Row, ...] = ()
    pages: bool = False
    short: bool = False


@dataclass(frozen=True, slots=True)
class Suite:
    """The dataset and the cases. Each case starts from `rows` alone; the client's clock stands still at `now`.

    `now` lies years ahead so that no backend really deletes a row that is alive at `now`; rows whose TTL attribute is
    not after `now` count as expired. `rows` holds parents before children.

    `keys`, once a plan is known: for each row its item and the guards of what is unique in it, of each the attributes
    that say where it is stored (keys of every place, and the type), in DynamoDB's own form. It is empty before.
    """

    seed: int
    now: datetime
    rows: tuple[Row, ...]
    cases: tuple[Case, ...] = field(default=())
    keys: tuple[tuple[Mapping[str, Mapping[str, object]], ...], ...] = field(default=())
