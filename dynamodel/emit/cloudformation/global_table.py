"""`AWS::DynamoDB::GlobalTable`: one stack owns the table in every Region.

In: the table's view and its home Region. Out: the resource. What DynamoDB does not synchronise between Regions
(protection, recovery, tags, policies, Kinesis, insights) is said for each replica.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel.emit.cloudformation.intrinsics import NO_VALUE, Document, ref, when
from dynamodel.emit.cloudformation.parameters import key_parameter
from dynamodel.emit.cloudformation.table import (
    index_keys,
    insights,
    keys,
    kinesis,
    names_and_billing,
    policy,
    recovery,
    retained,
    tags,
    time_to_live,
    vectors,
    warm,
)
from dynamodel.ir.deployment import Replica

if TYPE_CHECKING:
    from dynamodel.emit.table.capacity import Capacity, PlaceCapacity
    from dynamodel.emit.table.view import IndexView, TableView


def global_table(view: TableView, region: str) -> Document:
    """The table with a replica in `region`, where the stack is, and in each Region that the model names."""
    chosen = view.settings
    properties = names_and_billing(view) | _writes(view, view.capacity) | keys(view)
    if view.gsis:
        properties["GlobalSecondaryIndexes"] = [
            index_keys(index) | _writes(view, index.capacity) for index in view.gsis
        ]
    if view.lsis:
        properties["LocalSecondaryIndexes"] = [index_keys(index) for index in view.lsis]
    properties |= vectors(view) | warm(view) | time_to_live(view)
    if chosen.strong:
        properties["MultiRegionConsistency"] = when("IsReplicated", "STRONG")
    if chosen.witness:
        properties["GlobalTableWitnesses"] = when("IsReplicated", [{"Region": chosen.witness}])
    if chosen.stream:
        properties["StreamSpecification"] = {"StreamViewType": chosen.stream}
    if chosen.encryption:
        properties["SSESpecification"] = {"SSEEnabled": True, "SSEType": "KMS"}
    others = [when("IsReplicated", _replica(view, replica)) for replica in chosen.replicas]
    properties["Replicas"] = [_replica(view, _home(view, region), home=True), *others]
    return retained(view, "AWS::DynamoDB::GlobalTable", properties)


def _home(view: TableView, region: str) -> Replica:
    chosen = view.settings
    return Replica(
        region=region,
        tags=view.tags,
        protection=chosen.protection,
        recovery_days=chosen.recovery_days,
        table_class=chosen.table_class,
        read_cap=chosen.read_cap,
        insights=chosen.insights,
        kinesis=chosen.kinesis,
        policy=chosen.policy,
    )


def _replica(view: TableView, replica: Replica, *, home: bool = False) -> Document:
    # What is as in the table's own Region follows the environment's parameter there.
    shared = replica.protection == view.settings.protection
    made: Document = {
        "Region": replica.region,
        "TableClass": replica.table_class,
        "DeletionProtectionEnabled": ref("DeletionProtection") if shared else replica.protection,
    }
    made |= _reads(view, view.capacity, replica, home=home)
    by_index = [_replica_index(view, index, replica, home=home) for index in view.gsis]
    indexes = [index for index in by_index if len(index) > 1]
    if indexes:
        made["GlobalSecondaryIndexes"] = indexes
    made |= recovery(replica.recovery_days)
    if view.settings.encryption == "customer":
        made["SSESpecification"] = {"KMSMasterKeyId": ref(key_parameter("" if home else replica.region))}
    if home and replica.kinesis:
        made["KinesisStreamSpecification"] = kinesis(view)
    elif replica.kinesis:
        precision = view.settings.kinesis_precision
        destination = {"StreamArn": replica.kinesis, "ApproximateCreationDateTimePrecision": precision}
        made["KinesisStreamSpecification"] = destination
    made |= insights(replica.insights) | policy(replica.policy)
    own = replica.tags if home else tuple(sorted((dict(view.tags) | dict(replica.tags)).items()))
    made["Tags"] = tags(view, own)
    return made


def _replica_index(view: TableView, index: IndexView, replica: Replica, *, home: bool) -> Document:
    named: Document = {"IndexName": index.name}
    return named | _reads(view, index.capacity, replica, home=home) | insights(replica.insights)


def _reads(view: TableView, capacity: PlaceCapacity | None, replica: Replica, *, home: bool) -> Document:
    """Reads are each replica's own, writes the same in all of them."""
    if capacity:
        scaled = {"ReadCapacityAutoScalingSettings": _scaling(capacity.read)}
        return {"ReadProvisionedThroughputSettings": when("IsProvisioned", scaled)}
    if not replica.read_cap:
        return {}
    shared = home or replica.read_cap == view.settings.read_cap
    return {"ReadOnDemandThroughputSettings": {"MaxReadRequestUnits": _cap(replica.read_cap, shared=shared)}}


def _cap(units: int, *, shared: bool) -> Any:
    return ref("MaxReadUnits") if shared else units


def _writes(view: TableView, capacity: PlaceCapacity | None) -> Document:
    if capacity:
        scaled = {"WriteCapacityAutoScalingSettings": _scaling(capacity.write)}
        return {"WriteProvisionedThroughputSettings": when("IsProvisioned", scaled, NO_VALUE)}
    if not view.settings.write_cap:
        return {}
    return {"WriteOnDemandThroughputSettings": {"MaxWriteRequestUnits": ref("MaxWriteUnits")}}


def _scaling(limits: Capacity) -> Document:
    return {
        "MinCapacity": limits.minimum,
        "MaxCapacity": limits.maximum,
        "SeedCapacity": limits.minimum,
        "TargetTrackingScalingPolicyConfiguration": {"TargetValue": limits.target},
    }
