"""A strongly consistent global table is refused at plan time for what DynamoDB would refuse it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline
from dynamodel.errors import Infeasible
from dynamodel.planner.checks.court import Court
from dynamodel.planner.checks.regions import check_regions
from tests.support.tables import lsi, plan, workload

if TYPE_CHECKING:
    from pathlib import Path

MODEL = """
from datetime import datetime
from dynamodel import *

class Order(Entity, identity="order_id", parent=()):
    order_id: Ulid
    customer_id: Ulid
    email: str{unique}
    ends: datetime{ttl}
    total: int

class Shop(Model, deploy=Deploy(replicas=("us-east-2",), witness="us-west-2", consistency="{consistency}")):
    order = Get(Order)
    place = Create(Order)
{patterns}
"""
STRONG = {"unique": "", "ttl": "", "consistency": "strong", "patterns": ""}


def _found(folder: Path, **parts: str) -> list[tuple[str, str, str]]:
    """Code, declaration and last word of the hint of each refusal."""
    model = folder / "model.py"
    model.write_text(MODEL.format(**STRONG | parts))
    with pytest.raises(Infeasible) as caught:
        pipeline.plan(pipeline.load(model))
    return [(d.code, d.path[-1], d.hint.rpartition(", or ")[2]) for d in caught.value.diagnostics]


def test_time_to_live_is_refused_at_the_attribute(tmp_path: Path) -> None:
    assert _found(tmp_path, ttl=' = attr(role="ttl")') == [
        ("DM519", "ends", 'leave out role="ttl" and delete by a job')
    ]


def test_unique_values_and_transactions_are_refused_at_their_patterns(tmp_path: Path) -> None:
    patterns = "    pair = Transaction(Get(Order), Get(Order))\n"
    found = _found(tmp_path, unique=" = attr(unique=True)", patterns=patterns)
    assert found == [("DM519", "place", "leave out `unique`"), ("DM519", "pair", "write the items one by one")]


def test_a_model_without_them_is_planned_without_local_indexes(tmp_path: Path) -> None:
    model = tmp_path / "model.py"
    listed = "    mine = Query(Order, by=Order.customer_id, consistent=True)\n"
    model.write_text(MODEL.format(**STRONG | {"patterns": listed}))
    loaded = pipeline.load(model)
    assert not loaded.options.local_indexes
    design = pipeline.plan(loaded)
    assert design.deployment.strong
    assert design.table.lsis == ()


def test_a_local_index_in_the_layout_is_refused_wherever_it_comes_from() -> None:
    design = plan(lsi(), deploy={"strong": True, "witness": "us-west-2"})
    court = Court(workload(), design)
    check_regions(court)
    assert [(d.code, d.path) for d in court.findings] == [("DM519", ("Shop",))]
    eventual = Court(workload(), replace(design, deployment=replace(design.deployment, strong=False)))
    check_regions(eventual)
    assert eventual.findings == []
