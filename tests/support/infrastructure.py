"""Tables of every shape for what is made from the table's design alone: name -> workload and plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel.emit.cloudformation.emitter import checked
from dynamodel.ir.plan import Projection
from tests.support.tables import gsi, lsi, natural_gsi, plan, workload

if TYPE_CHECKING:
    from dynamodel.ir.plan import Plan

HOSTILE = 'It\'s: a "shop" #1 {{ x }} ${AWS::Region} %{ if }\n\nand more'
EVERYTHING = {
    "stream": "NEW_AND_OLD_IMAGES",
    "recovery_days": 7,
    "protection": False,
    "retain": False,
    "encryption": "customer",
    "encryption_key": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "table_class": "STANDARD_INFREQUENT_ACCESS",
    "insights": "THROTTLED_KEYS",
    "read_cap": 100,
    "write_cap": 50,
    "tags": (("Environment", "fixed"), ("cost-center", "42"), ("owner", "team: shop")),
}
PROVISIONED = {"stream": "KEYS_ONLY", "encryption": "managed", "recovery_days": 0}
CASES: dict[str, tuple[Any, Plan]] = {
    "table alone": (workload(), plan()),
    "hostile words": (
        workload(doc=HOSTILE),
        plan(ttl='expires: "at"', deploy={"tags": (('a "key"', "${x} %{y} \\ \x07"),)}),
    ),
    "overloaded": (workload(), plan(gsi(1), gsi(2, Projection("KEYS_ONLY")), ttl="expires_at")),
    "natural and local": (workload(), plan(natural_gsi(), lsi(1), lsi(2))),
    "everything": (workload(), plan(gsi(1), natural_gsi(), lsi(), ttl="expires_at", deploy=EVERYTHING)),
    "limits": (
        workload(),
        plan(*(gsi(n) for n in range(1, 21)), *(lsi(n) for n in range(1, 6)), deploy={"read_cap": 5}),
    ),
    "provisioned": (
        workload("provisioned"),
        plan(gsi(1), natural_gsi("Orders.by-status"), lsi(), billing="provisioned", deploy=PROVISIONED),
    ),
}
# Parameters and a condition that CloudFormation has beside those of the other targets.
_ITS_OWN = {"BillingMode", "MaxReadUnits", "MaxWriteUnits", "KinesisStreamArn"}
_HOLD = {"IsProvisioned", "HasKinesisStream"}


def template(work: Any, design: Plan) -> dict[str, Any]:
    """The CloudFormation template, with the defaults of what only it leaves to parameters: for comparing targets."""
    made, _ = checked(work, design)
    kept = {n: p for n, p in made["Parameters"].items() if n not in _ITS_OWN}
    folded: dict[str, Any] = _folded(made, made["Parameters"])
    return folded | {"Parameters": kept}


def _folded(value: Any, parameters: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_folded(v, parameters) for v in value]
    if not isinstance(value, dict):
        return value
    if value.get("Ref") in _ITS_OWN:
        return parameters[value["Ref"]]["Default"]
    if value.get("Fn::If", [None])[0] in _HOLD:
        return _folded(value["Fn::If"][1], parameters)
    return {k: _folded(v, parameters) for k, v in value.items()}


cases = pytest.mark.parametrize(("work", "design"), CASES.values(), ids=CASES)

# Without alarms, which only CloudFormation's template holds.
PORTABLE = {
    name: (work, replace(design, deployment=replace(design.deployment, alarms=None)))
    for name, (work, design) in CASES.items()
}
portable = pytest.mark.parametrize(("work", "design"), PORTABLE.values(), ids=PORTABLE)
