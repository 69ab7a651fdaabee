"""The table in the words of the API: what CreateTable takes, and what the checks of our own read.

In: `TableView`. Out: dicts in the API's names, everything literal: no parameters, no references.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel.catalog import finding
from dynamodel.dynamo.limits import GLOBAL_INDEXES
from dynamodel.emit.table.rules import check, check_table_name
from dynamodel.emit.table.view import table_view
from dynamodel.errors import ModelInvalid

if TYPE_CHECKING:
    from dynamodel.emit.table.view import IndexView, KeyView, TableView, VectorView
    from dynamodel.ir.deployment import Deployment
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

Request = dict[str, Any]
VECTORS = "vector indexes"
_LACKING = "leave it out of `Deploy(...)`, or use the target `cloudformation`"


def checked_view(workload: Workload, plan: Plan, target: str, lacks: tuple[str, ...]) -> TableView:
    """The view of a plan's table.

    `lacks` names what the target cannot hold: options of the deployment or of its replicas (`replica.insights`), and
    `VECTORS`. Raises
    ModelInvalid with everything that the model asks for and the target lacks, and every reason why DynamoDB would
    refuse the table.
    """
    view = table_view(workload, plan)
    # A model that asks for more than the default of indexes says that its account's quota is raised.
    quota = max(GLOBAL_INDEXES, workload.options.indexes)
    findings = check_table_name(plan.table.name) + check(create_table(view), quota)
    findings += tuple(
        finding("DM516", f"the target `{target}` holds no `{option}`", hint=_LACKING)
        for option in lacks
        if option != VECTORS and _asked(plan.deployment, option)
    )
    if VECTORS in lacks and view.vectors:
        findings += (finding("DM516", f"the target `{target}` holds no {VECTORS}", hint=_drop(plan)),)
    if findings:
        raise ModelInvalid(findings)
    return view


def _drop(plan: Plan) -> str:
    names = ", ".join(f"`{name}`" for vector in plan.table.vectors for name in vector.patterns)
    return f"use the target `cloudformation`, or drop {names}"


def _asked(deployment: Deployment, option: str) -> bool:
    """Whether a model asks for an option; for one of a replica, whether it differs from what the table has."""
    if not option.startswith("replica."):
        return bool(getattr(deployment, option))
    name = option.removeprefix("replica.")
    return any(getattr(replica, name) != getattr(deployment, name) for replica in deployment.replicas)


def create_table(view: TableView) -> Request:
    """The arguments of CreateTable. Time to live, recovery and insights are switched on by other operations."""
    chosen = view.settings
    request: Request = {
        "TableName": view.default_name,
        "TableClass": chosen.table_class,
        "BillingMode": "PROVISIONED" if view.capacity else "PAY_PER_REQUEST",
        "DeletionProtectionEnabled": chosen.protection,
        **_throughput(view, None),
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind} for name, kind in view.attributes],
        "KeySchema": _key_schema(view.keys),
    }
    if view.gsis:
        request["GlobalSecondaryIndexes"] = [_index(index) | _throughput(view, index) for index in view.gsis]
    if view.lsis:
        request["LocalSecondaryIndexes"] = [_index(index) for index in view.lsis]
    if view.vectors:
        request["VectorIndexes"] = vector_indexes(view)
    if chosen.stream:
        request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": chosen.stream}
    if chosen.encryption:
        own = {"KMSMasterKeyId": chosen.encryption_key} if chosen.encryption == "customer" else {}
        request["SSESpecification"] = {"Enabled": True, "SSEType": "KMS", **own}
    request["Tags"] = [{"Key": key, "Value": value} for key, value in view.tags]
    return request


def vector_indexes(view: TableView) -> list[Request]:
    """The vector indexes in the words that the API and CloudFormation share."""
    return [
        {
            "IndexName": index.name,
            "VectorAttribute": {"AttributeName": index.attribute},
            "Dimensions": index.dimensions,
            "DistanceFunction": index.distance,
            "SearchSchema": [{"AttributeName": k.name, "SearchSchemaElementType": k.type} for k in index.keys],
            "Projection": _projection(index),
        }
        for index in view.vectors
    ]


def _throughput(view: TableView, index: IndexView | None) -> Request:
    """What the table, or one of its global indexes, is provisioned with or capped at."""
    capacity = index.capacity if index else view.capacity
    if capacity:
        units = {"ReadCapacityUnits": capacity.read.minimum, "WriteCapacityUnits": capacity.write.minimum}
        return {"ProvisionedThroughput": units}
    caps = {"MaxReadRequestUnits": view.settings.read_cap, "MaxWriteRequestUnits": view.settings.write_cap}
    caps = {name: units for name, units in caps.items() if units}
    return {"OnDemandThroughput": caps} if caps and not view.capacity else {}


def _index(index: IndexView) -> Request:
    return {"IndexName": index.name, "KeySchema": _key_schema(index.keys), "Projection": _projection(index)}


def _projection(index: IndexView | VectorView) -> Request:
    names: Request = {"NonKeyAttributes": list(index.projected)} if index.projected else {}
    return {"ProjectionType": index.projection} | names


def _key_schema(keys: tuple[KeyView, ...]) -> list[Request]:
    return [{"AttributeName": key.name, "KeyType": key.type} for key in keys]
