"""Two writers at once on DynamoDB Local, throttled and cut off now and then: afterwards the table is scanned.

Each writer notes what it was told: done, refused (nothing happened), or unknown (the answer was lost). The scan must
agree with some choice of the unknown ones: no update lost, no number twice, no guard or index key that is not exactly
that of the rows.
"""

from __future__ import annotations

import datetime as dt
import threading
import traceback
import uuid
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from dynamodel.verify.schema import create_table_request
from dynamodel.verify.stored import Layout, comparable_item
from tests.support.designs import designed
from tests.support.packages import import_package, submodule
from tests.support.trouble import client, troubled_client

NOW = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)
OPERATIONS = 3_000  # of both writers together
THROTTLED, LOST = 0.04, 0.02
PEOPLE = [f"01JD0000000000000000000{n:03d}" for n in range(6)]
HANDLES = [f"h{n}#" for n in range(5)]  # fewer than people, so that they are fought for
PROJECTS, PAGES, LEASES = ["p", "p#"], ["a", "b"], ["r"]

pytestmark = pytest.mark.local


@dataclass
class Writer:
    """One writer: its calls by outcome, as (pattern, arguments, answer)."""

    package: Any
    client: Any
    random: Random
    done: list[tuple[str, tuple[Any, ...], Any]] = field(default_factory=list)
    unknown: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def call(self, name: str, *arguments: Any) -> Any:
        """Call a method; its answer, None when it was refused or is not known."""
        try:
            answer = getattr(self.client, name)(*arguments)
        except self.package.AccessError as error:
            kind = type(error).__name__
            self.refused[kind] = self.refused.get(kind, 0) + 1
            return None
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ThrottlingException", error  # noqa: PT017 - kept as broken
            self.refused["throttled"] = self.refused.get("throttled", 0) + 1
            return None
        except ConnectionClosedError:
            self.unknown.append((name, arguments))
            return None
        self.done.append((name, arguments, answer))
        return answer

    def one(self) -> None:
        """One operation on one of the few items."""
        pick, made = self.random.choice, self.package
        kind = self.random.random()
        if kind < 0.12:
            self.call("join", made.Person(person_id=pick(PEOPLE), handle=pick(HANDLES), name="n"))
        elif kind < 0.3:
            self.call("rename", pick(PEOPLE), pick(HANDLES))
        elif kind < 0.36:
            self.call("leave", pick(PEOPLE))
        elif kind < 0.55:
            self.call("open_issue", made.Issue(project=pick(PROJECTS), title="t"))
        elif kind < 0.62:
            self.call("resolve_issue", pick(PROJECTS), self.random.randint(1, 40))
        elif kind < 0.84:
            self.call("edit_page", pick(PROJECTS), pick(PAGES), uuid.UUID(int=self.random.getrandbits(128)).hex)
        else:
            name = uuid.UUID(int=self.random.getrandbits(128)).hex
            held = self.call("acquire", pick(LEASES), name, NOW + dt.timedelta(hours=1))
            if held is not None:
                self.call("release", held.resource, name, held.token)

    def run(self, count: int) -> None:
        """So many operations; an error that nobody expects ends them and is kept."""
        try:
            for _ in range(count):
                self.one()
        except Exception:  # noqa: BLE001 - reported by the test
            self.broken.append(traceback.format_exc())


@dataclass
class Scan:
    """Everything that is in the table, and the rows that the package makes of it."""

    package: Any
    items: list[dict[str, Any]]
    indexes: dict[str, set[tuple[str, str]]]
    rows: dict[str, list[Any]]


def scanned(package: Any, real: Any, table: str, names: list[str]) -> Scan:
    codec = submodule(package, "codec")
    read = {"PERSON": "person", "TEAM": "team", "PROJECT": "project", "ISSUE": "issue", "PAGE": "page",
            "PAGE_VERSION": "page_version", "LEASE": "lease", "REQUEST": "request"}  # fmt: skip
    items = real.get_paginator("scan").paginate(TableName=table, ConsistentRead=True).build_full_result()["Items"]
    rows: dict[str, list[Any]] = {name: [] for name in read.values()}
    for item in items:
        if item["_type"]["S"] in read:
            name = read[item["_type"]["S"]]
            rows[name].append(getattr(codec, f"read_{name}")(item))
    indexes = {
        name: {
            (i["PK"]["S"], i["SK"]["S"])
            for i in real.get_paginator("scan").paginate(TableName=table, IndexName=name).build_full_result()["Items"]
        }
        for name in names
    }
    return Scan(package, items, indexes, rows)


def stale(scan: Scan) -> list[str]:
    """Items, guards and index entries that are not exactly those of the rows."""
    known = designed("tracker")
    layout = Layout(known.workload, known.plan, NOW)
    suite_rows = [_row(scan, row) for rows in scan.rows.values() for row in rows]
    wanted = layout.items(suite_rows)
    held = {layout.base_key(item): item for item in scan.items}
    found = [f"no {key}" for key in wanted if key not in held]
    found += [f"{key} belongs to no row" for key in held if key not in wanted]
    found += [
        f"{key} is {held[key]}, not {wanted[key]}"
        for key in wanted
        if key in held and comparable_item(held[key]) != comparable_item(wanted[key])
    ]
    for index in known.plan.table.indexes:
        names = [k.name for k in (*index.partition, *index.sort)]
        entries = {key for key, item in wanted.items() if all(name in item for name in names)}
        found += [f"{index.name} differs by {entries ^ scan.indexes[index.name]}"] * (
            entries != scan.indexes[index.name]
        )
    return found


def _row(scan: Scan, entity: Any) -> Any:
    from dynamodel.ir.suite import Row

    name = next(n for n, kind in scan.package.ENTITIES.items() if isinstance(entity, kind))
    return Row(name, {k: v for k, v in entity.to_dict().items() if v is not None})


def lost(scan: Scan, writers: list[Writer]) -> list[str]:
    """Numbers, counts, versions and tokens that no choice of the unknown calls explains."""
    done = [call for w in writers for call in w.done]
    unknown = [call for w in writers for call in w.unknown]
    found: list[str] = []
    for project in scan.rows["project"]:
        mine = [a.number for n, (i, *_), a in done if n == "open_issue" and i.project == project.project]
        maybe = sum(n == "open_issue" and a[0].project == project.project for n, a in unknown)
        if len(set(mine)) < len(mine):
            found.append(f"{project.project}: a number was given twice")
        if not set(mine) <= set(range(1, project.last_number + 1)):
            found.append(f"{project.project}: a number beyond the counter")
        if not len(mine) <= project.last_number <= len(mine) + maybe:
            found.append(f"{project.project}: {project.last_number} numbers for {len(mine)} to {len(mine) + maybe}")
        there = sum(i.project == project.project for i in scan.rows["issue"])
        if project.open_issues != there:
            found.append(f"{project.project}: {project.open_issues} counted, {there} there")
    for page in scan.rows["page"]:
        found += _lost_versions(scan, page, done, unknown)
    tokens = [a.token for n, _, a in done if n in {"acquire", "release"}]
    if len(set(tokens)) < len(tokens):
        found.append("two holders had one token")
    handles = [row.handle for row in scan.rows["person"]]
    if len(set(handles)) < len(handles):
        found.append("two people have one handle")
    return found


def _lost_versions(scan: Scan, page: Any, done: list[Any], unknown: list[Any]) -> list[str]:
    mine = (page.project, page.page)
    versions = {v.revision: v.text for v in scan.rows["page_version"] if (v.project, v.page) == mine}
    edits = [(a.revision, a.text) for n, args, a in done if n == "edit_page" and args[:2] == mine]
    maybe = sum(n == "edit_page" and args[:2] == mine for n, args in unknown)
    found: list[str] = []
    if sorted(versions) != list(range(1, page.revision + 1)):
        found.append(f"{page}: versions {sorted(versions)}")
    if versions.get(page.revision) != page.text:
        found.append(f"{page} is not its latest version")
    if any(versions.get(revision) != text for revision, text in edits):
        found.append(f"{page}: an edit is lost")
    if not len(edits) <= page.revision - 1 <= len(edits) + maybe:
        found.append(f"{page}: {page.revision - 1} edits for {len(edits)} to {len(edits) + maybe}")
    return found


def written(
    folder: Any, endpoint: str, name: str, operations: int, *, throttled: float, lost: float, fault: Any = None
) -> Any:
    """Let two writers work on a new table; the scan and the writers."""
    known = designed("tracker")
    package = import_package(known.workload, known.plan, folder, f"written_by_{name}")
    if fault is not None:
        fault(package)
    real, table = client(endpoint), f"concurrent-{uuid.uuid4().hex[:8]}"
    real.create_table(**create_table_request(known.plan.table, table))
    calm = package.Tracker(table, real, clock=lambda: NOW)
    for project in PROJECTS:
        calm.start_project(package.Project(project=project))
        for page in PAGES:
            calm.write_page(package.Page_(project=project, page=page, text="first"))
    writers = []
    for seed in (1, 2):
        shaky = troubled_client(endpoint, Random(f"trouble {seed}"), throttled=throttled, lost=lost)
        made = package.Tracker(table, shaky, clock=lambda: NOW, deadline=10)
        writers.append(Writer(package, made, Random(seed)))
    threads = [threading.Thread(target=w.run, args=(operations // 2,)) for w in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        return scanned(package, real, table, [i.name for i in known.plan.table.indexes]), writers
    finally:
        real.delete_table(TableName=table)


def test_nothing_is_lost_and_nothing_stays_stale(tmp_path: Any, local_endpoint: str) -> None:
    scan, writers = written(tmp_path, local_endpoint, "two_writers", OPERATIONS, throttled=THROTTLED, lost=LOST)
    for writer in writers:
        if writer.broken:
            pytest.fail(writer.broken[0])
    assert stale(scan) == []
    assert lost(scan, writers) == []
    # The run was what it is meant to be: calls of every outcome, and most of them done.
    assert all(w.unknown and len(w.done) > OPERATIONS // 8 for w in writers)
    assert {"AlreadyExists", "UniqueTaken", "NotFound", "ConditionFailed"} <= set(writers[0].refused)


def forgets_what_was_read(package: Any) -> None:
    """The fault: a write is not conditional on what was read before, nor on there being no such item."""
    updates = submodule(package, "updates")
    updates.unchanged = lambda seen: None
    updates.free = lambda *arguments: None


def forgets_old_guards(package: Any) -> None:
    """The fault: a guard that is given up stays."""
    guards = submodule(package, "guards")
    real = guards.changes
    guards.changes = lambda table, entity, owner, old, new, **more: real(table, entity, owner, [], new, **more)


def leaves_index_keys(package: Any) -> None:
    """The fault: an update leaves the keys of indexes as they were."""
    submodule(package, "updates").Update.place = lambda self, keys, *conditions: None


@pytest.mark.parametrize("fault", [forgets_what_was_read, forgets_old_guards, leaves_index_keys])
def test_each_kind_of_fault_is_seen(tmp_path: Any, local_endpoint: str, fault: Any) -> None:
    for attempt in range(3):  # by chance a later call may put right what the fault left
        name = f"{fault.__name__}_{attempt}"
        scan, writers = written(tmp_path, local_endpoint, name, 300, throttled=0, lost=0, fault=fault)
        if stale(scan) or lost(scan, writers):
            return
    pytest.fail("three runs with the fault look as they should")
