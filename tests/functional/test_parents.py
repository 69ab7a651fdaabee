"""Attributes of parents on the way to their children: copied, kept by every write, and never older than the parent."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from dynamodel import pipeline
from dynamodel.emit.table.grants import grants
from dynamodel.planner.denormalize import denormalized
from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.runner import verify
from dynamodel.verify.schema import create_table_request
from tests.support.packages import import_package, submodule
from tests.support.quick import quick_aws
from tests.support.trouble import client

if TYPE_CHECKING:
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

MODEL = Path(__file__).with_name("parents_model.py")
NOW = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)
ULID = "01JD00000000000000000000{:02d}"
OWNER = ULID.format(1)


@cache
def planned() -> tuple[Workload, Plan]:
    workload = pipeline.load(MODEL)
    return workload, pipeline.plan(workload)


@cache
def joined() -> tuple[Workload, Plan]:
    """The same model where copies are not allowed."""
    origin = planned()[0].origin
    assert origin is not None
    kept = tuple(p for p in origin.patterns if p.name not in {"colored", "labeled", "red", "by_color"})
    plain = tuple(replace(e, attributes=tuple(a for a in e.attributes if not a.kept)) for e in origin.entities)
    options = replace(origin.options, copies=False)
    workload = denormalized(replace(origin, entities=plain, patterns=kept, copied=(), options=options))
    return workload, pipeline.plan(workload)


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return import_package(*planned(), tmp_path_factory.mktemp("emitted"), "emitted_parents")


@pytest.fixture
def dynamodb(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with quick_aws():
        made = boto3.client("dynamodb", region_name="us-east-1")
        made.create_table(**create_table_request(planned()[1].table, "parents"))
        yield made


@pytest.fixture
def service(package, dynamodb):
    made = package.Parents("parents", dynamodb, clock=lambda: NOW)
    made.sign_up(package.Owner(owner_id=OWNER, handle="h"))
    made.open_folder(package.Folder(owner_id=OWNER, name="f", color="red"))
    return made


def note(package, number: int, **values):
    given = {"owner_id": OWNER, "folder": "f", "tag": "t", "text": "x", "version": 1, **values}
    return package.Note(note_id=f"01JD0000000000000000000{number:03d}", **given)


def colors(service) -> list[str | None]:
    return [row.folder_color for row in service.every(service.tagged, tag="t")]


def verified(of: tuple[Workload, Plan], only: tuple[str, ...] = ()) -> None:
    workload, plan = of
    files = pipeline.artifacts(workload, plan, None, ("python",))
    report = verify(workload, plan, files, pipeline.suite(workload, items=40), MotoBackend(), only=only)
    assert report.passed, "\n".join(d.message for d in report.diagnostics())


def test_both_ways_answer_as_declared() -> None:
    assert planned()[0].copied
    assert not joined()[0].copied
    verified(planned())
    verified(joined(), ("tagged", "note", "folders_named", "folders"))


def test_a_change_reaches_more_children_than_one_transaction_takes(package, service, dynamodb) -> None:
    item, made = submodule(package, "keys").note_item, [note(package, n, folder_color="red") for n in range(120)]
    for start in range(0, 120, 25):
        puts = [{"PutRequest": {"Item": item(one)}} for one in made[start : start + 25]]
        dynamodb.batch_write_item(RequestItems={"parents": puts})
    sent: list[int] = []
    dynamodb.meta.events.register(
        "before-parameter-build.dynamodb.TransactWriteItems",
        lambda params, **_: sent.append(len(params["TransactItems"])),
    )
    service.paint(OWNER, "f", "blue", None)
    assert sorted(sent) == [22, 100], "the parent is checked once in each"
    assert set(colors(service)) == {"blue"}
    assert len(colors(service)) == 120


def test_a_child_without_a_parent_has_nothing_of_it_until_the_parent_is_made(package, service) -> None:
    service.write(note(package, 1, folder="later", folder_color="what the caller says"))
    assert colors(service) == [None]
    service.open_folder(package.Folder(owner_id=OWNER, name="later", color="green"))
    assert colors(service) == ["green"]
    service.close_folder(OWNER, "later")
    assert colors(service) == [None]


def test_renewing_is_no_change_of_the_child(package, service) -> None:
    service.write(note(package, 1))
    service.paint(OWNER, "f", "blue", "l")
    service.rewrite(note(package, 1).note_id, "y", "t", expected_version=1)


def test_a_child_deleted_meanwhile_does_not_stop_the_others(package, service, dynamodb) -> None:
    for number in range(3):
        service.write(note(package, number))
    hit: list[str] = []

    def first(params, **_):
        if not hit:
            hit.append("deleted")
            service.burn(note(package, 1).note_id)

    dynamodb.meta.events.register("before-parameter-build.dynamodb.TransactWriteItems", first)
    service.paint(OWNER, "f", "blue", None)
    assert hit
    assert colors(service) == ["blue", "blue"]


def test_a_later_change_is_never_overwritten_by_an_earlier_one(package, service, dynamodb) -> None:
    service.write(note(package, 1))
    hit: list[str] = []

    def overtaken(params, **_):
        if not hit:
            hit.append("overtaken")
            service.paint(OWNER, "f", "green", None)

    dynamodb.meta.events.register("before-parameter-build.dynamodb.TransactWriteItems", overtaken)
    service.paint(OWNER, "f", "blue", None)
    assert hit
    assert colors(service) == ["green"], "the parent's, which was set last"


def test_a_child_made_while_its_parent_changes_has_the_new_value(package, service, dynamodb) -> None:
    hit: list[str] = []

    def painted(params, **_):
        if not hit:
            hit.append("painted")
            service.paint(OWNER, "f", "blue", None)

    dynamodb.meta.events.register("before-parameter-build.dynamodb.TransactWriteItems", painted)
    service.write(note(package, 1))
    assert hit
    assert colors(service) == ["blue"]


def test_who_may_change_a_parent_may_renew_its_children() -> None:
    workload, plan = planned()
    paint = next(p for p in workload.writes if p.name == "paint")
    (spread,) = paint.spreads
    asked = grants(workload, plan, spread.find) | grants(workload, plan, spread.keep)
    assert asked
    assert asked <= grants(workload, plan, "paint")


@pytest.mark.local
def test_children_agree_with_their_parents_after_two_writers_at_once(package, local_endpoint: str) -> None:
    real, table = client(local_endpoint), f"parents-{uuid.uuid4().hex[:8]}"
    real.create_table(**create_table_request(planned()[1].table, table))
    calm = package.Parents(table, real, clock=lambda: NOW)
    calm.sign_up(package.Owner(owner_id=OWNER, handle="h"))
    for name in "fg":
        calm.open_folder(package.Folder(owner_id=OWNER, name=name, color="red"))
    broken: list[BaseException] = []

    def run(seed: int) -> None:
        random, own = Random(seed), package.Parents(table, client(local_endpoint), clock=lambda: NOW)
        try:
            for number in range(30):
                if random.random() < 0.6:
                    own.write(note(package, seed * 100 + number, folder=random.choice("fg")))
                else:
                    own.paint(OWNER, random.choice("fg"), f"{seed}-{number}", None)
        except Exception as error:  # noqa: BLE001 - reported by the test
            broken.append(error)

    threads = [threading.Thread(target=run, args=(seed,)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken
    items: list[Any] = real.scan(TableName=table, ConsistentRead=True)["Items"]
    held = {i["name"]["S"]: i["color"] for i in items if i["_type"]["S"] == "FOLDER"}
    notes = [i for i in items if i["_type"]["S"] == "NOTE"]
    assert len(notes) > 20
    assert [n for n in notes if n.get("folder_color") != held[n["folder"]["S"]]] == []
