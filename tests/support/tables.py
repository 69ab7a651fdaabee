"""Plans of tables written by hand, for what is made from the table's design alone."""

from __future__ import annotations

from typing import Any

from dynamodel.ir.deployment import Deployment
from dynamodel.ir.entities import Estimate, Rate
from dynamodel.ir.plan import (
    IndexDesign,
    KeyAttribute,
    Operation,
    PatternDesign,
    Plan,
    Projection,
    ReadRequest,
    StepDesign,
    TableDesign,
)
from dynamodel.ir.proof import CostDesign, Proof, Units
from dynamodel.ir.reads import PartDef, ReadKind, ReadPattern
from dynamodel.ir.workload import Options, Workload
from dynamodel.ir.writes import StepDef, StepKind, WritePattern

PK, SK = KeyAttribute("PK"), KeyAttribute("SK")
ALL = Projection("ALL")


def gsi(number: int = 1, projection: Projection = ALL) -> IndexDesign:
    """A global index with string templates."""
    name = f"GSI{number}"
    keys = (KeyAttribute(f"{name}PK"),), (KeyAttribute(f"{name}SK"),)
    return IndexDesign(name, "gsi", *keys, projection, ("Order",), ("orders_of_customer",))


def natural_gsi(name: str = "OrdersByStatus") -> IndexDesign:
    """A global index over an entity's own attributes: two of the partition, two of the sort key."""
    partition = (KeyAttribute("status"), KeyAttribute("region"))
    sort = (KeyAttribute("total", "N"), KeyAttribute("order_id"))
    projection = Projection("INCLUDE", ("customer_id", "placed_at"))
    return IndexDesign(name, "gsi", partition, sort, projection, ("Order",), ("orders_by_status",), natural=True)


def lsi(number: int = 1) -> IndexDesign:
    """A local index."""
    keys = (PK,), (KeyAttribute(f"LSI{number}SK"),)
    return IndexDesign(f"LSI{number}", "lsi", *keys, Projection("KEYS_ONLY"), ("Order",), ("orders_of_customer",))


def workload(billing: Any = "on_demand", doc: str = "") -> Workload:
    """Three patterns of a shop; what they mean does not matter here."""
    rate = Rate(10_000_000, 50_000_000)
    part = PartDef("Order", ())
    return Workload(
        "shop",
        "Shop",
        doc,
        (),
        (
            ReadPattern("get_order", ReadKind.GET, (part,), (), rate),
            ReadPattern("orders_of_customer", ReadKind.QUERY, (part,), (), rate),
            WritePattern("create_order", (StepDef(StepKind.CREATE, "Order", times=Estimate(1, 1)),), (), rate),
        ),
        Options("shop", billing=billing),
        "0123456789abcdef0123",
    )


def plan(
    *indexes: IndexDesign, billing: Any = "on_demand", ttl: str | None = None, deploy: dict[str, Any] | None = None
) -> Plan:
    """The plan of `workload()` with these indexes, deployed as the fields of `deploy` say.

    It takes 0.5 RCU for a get, 2 for a query, 3 WCU for a create.
    """
    place = indexes[0].name if indexes else None
    get = ReadRequest(Operation.GET_ITEM, None, (0,))
    query = ReadRequest(Operation.QUERY, place, (0,))
    put = StepDesign(Operation.PUT_ITEM)
    return Plan(
        "shop",
        "0123456789abcdef0123",
        TableDesign("shop", PK, SK, indexes, "entity_type", ttl, billing),
        (),
        (
            PatternDesign("get_order", "served", 1, (get,), units=Units(500_000), peak_read=25_000_000),
            PatternDesign("orders_of_customer", "served", 1, (query,), units=Units(2_000_000), peak_read=100_000_000),
            PatternDesign("create_order", "served", 1, steps=(put,), units=Units(0, 3_000_000), peak_write=150_000_000),
        ),
        CostDesign(0, 0, 0, 0, "2026-11-01"),
        Proof(0, (), 0, 0, ""),
        deployment=Deployment(**(deploy or {})),
    )
