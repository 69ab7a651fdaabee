"""Models with tenants: what is read for one of them lies in partitions of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline
from dynamodel.ir.keys import Template
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dynamodel.ir.keys import KeyField
    from dynamodel.ir.plan import KeyDesign
    from dynamodel.ir.workload import Workload

    Model = Callable[..., Workload]

MODEL = """
from datetime import datetime
from typing import Literal
from dynamodel import Create, Entity, Get, Model, Query, Ulid, Update, attr, desc

class Ticket(Entity, identity={identity}):
    number: Ulid
    tenant: str
    part: int = attr(ge=1, le=9)
    status: Literal["new", "open", "done"]
    assignee: str
    subject: str
    changed_at: datetime = attr(role="updated")

class Desk(Model, tenant="tenant"):
    ticket = Get(Ticket)
    mine = Query(Ticket, by=(Ticket.assignee, Ticket.status), order_by=desc(Ticket.changed_at), limit=25, rps=40)
    open_ticket = Create(Ticket)
    assign = Update(Ticket, set=(Ticket.assignee, Ticket.status == "open"), rps=5)
    rename = Update(Ticket, set=Ticket.subject, rps=5)
    {more}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Model:
    def model(identity: str = '("tenant", "number")', more: str = "") -> Workload:
        (tmp_path / "model.py").write_text(MODEL.format(identity=identity, more=more))
        return pipeline.load(tmp_path / "model.py")

    return model


def attributes(fields: tuple[KeyField, ...]) -> list[str]:
    return [a for f in fields for a in (f.value.attributes if isinstance(f.value, Template) else [f.value.attribute])]


def halves(key: KeyDesign | None) -> tuple[list[str], list[str]]:
    assert key is not None
    return attributes(key.partition), attributes(key.sort)


@pytest.mark.parametrize("identity", ['("tenant", "number")', '"number"'])
def test_an_index_that_serves_one_tenant_has_it_in_the_partition(desk: Model, identity: str) -> None:
    workload = desk(identity)
    plan = make_plan(workload)
    (index,) = plan.entity("Ticket").indexes
    partition, sort = halves(index)
    assert partition[0] == "tenant"
    assert sorted(partition + sort) == ["assignee", "changed_at", "status", "tenant"]
    assert check(workload, plan) == ()


def test_reads_across_tenants_have_an_index_of_their_own(desk: Model) -> None:
    everybody = "everyone = Query(Ticket, by=Ticket.assignee, order_by=Ticket.tenant, limit=5, all_tenants=True, rps=9)"
    workload = desk(more=everybody)
    plan = make_plan(workload)
    used = {p.name: p.reads[0].index for p in plan.patterns if p.reads}
    found = {name: halves(plan.entity("Ticket").key(index or "base")) for name, index in used.items()}
    assert found["everyone"] == (["assignee"], ["tenant"])
    assert found["ticket"] == (["tenant", "number"], [])
    assert "tenant" in found["mine"][0]


def test_the_base_key_is_not_shared_by_tenants_for_a_read_across_them(desk: Model) -> None:
    workload = desk(more="numbered = Query(Ticket, by=Ticket.number, all_tenants=True, rps=50)")
    plan = make_plan(workload)
    assert "tenant" in halves(plan.entity("Ticket").base)[0]
    assert plan.pattern("numbered").status == "served"


def test_strong_reads_take_the_partitions_that_the_identity_gives(desk: Model) -> None:
    strong = "strong = Query(Ticket, by=(Ticket.number, Ticket.status), consistent=True)"
    workload = desk('("number", "part")', strong)
    plan = make_plan(workload)
    assert plan.pattern("strong").status == "served"
    assert check(workload, plan) == ()


def test_the_judge_refuses_a_partition_that_tenants_share(desk: Model) -> None:
    order = "order_by=(desc(Ticket.tenant), desc(Ticket.changed_at))"
    everyone = f"everyone = Query(Ticket, by=(Ticket.assignee, Ticket.status), {order}, limit=5, all_tenants=True)"
    workload = desk(more=everyone)
    common = replace(workload, entities=tuple(replace(e, tenant="") for e in workload.entities))
    shared = make_plan(common)  # of a planner that knows of no tenant: whatever the key is, nothing asks for isolation
    (index,) = shared.entity("Ticket").indexes
    assert "tenant" in halves(index)[1]
    assert "DM472" in {f.code for f in check(workload, shared)}
