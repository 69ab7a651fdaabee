"""DAX: a cluster in front of the table, with its network, its parameters and the role that it works under.

In: the table's view and the operations of the plan. Out: resources and outputs, all under the condition `HasCache`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.cloudformation.intrinsics import Document, get_att, output, ref, sub
from dynamodel.emit.table.operations import operations
from dynamodel.ir.plan import Operation

if TYPE_CHECKING:
    from dynamodel.emit.table.view import TableView
    from dynamodel.ir.deployment import Cache
    from dynamodel.ir.plan import Plan

TLS_PORT = 9111  # Amazon DynamoDB developer guide, DAX encryption in transit
_WRITES = ("ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem")
# What the cluster does for a request: transactions are made of single actions, and DAX reads back what they wrote.
_ACTIONS: dict[Operation, tuple[str, ...]] = {
    Operation.GET_ITEM: ("GetItem",),
    Operation.QUERY: ("Query",),
    Operation.SCAN: ("Scan",),
    Operation.SEARCH_VECTORS: (),  # unknown to DAX: its clients send it to DynamoDB
    Operation.BATCH_GET_ITEM: ("BatchGetItem",),
    Operation.TRANSACT_GET_ITEMS: ("GetItem",),
    Operation.PUT_ITEM: ("PutItem",),
    Operation.UPDATE_ITEM: ("UpdateItem",),
    Operation.DELETE_ITEM: ("DeleteItem",),
    Operation.BATCH_WRITE_ITEM: ("BatchWriteItem",),
    Operation.TRANSACT_WRITE_ITEMS: ("GetItem", *_WRITES),
}


def cache_resources(view: TableView, plan: Plan, cache: Cache) -> Document:
    """The cluster and what it needs."""
    millis = {"query-ttl-millis": cache.query_seconds * 1000, "record-ttl-millis": cache.item_seconds * 1000}
    made: Document = {
        "CacheRole": ("AWS::IAM::Role", _role(plan)),
        "CacheSubnets": (
            "AWS::DAX::SubnetGroup",
            {"Description": "Where the nodes of the cache run.", "SubnetIds": ref("CacheSubnetIds")},
        ),
        "CacheParameters": (
            "AWS::DAX::ParameterGroup",
            {
                "Description": "How long items and answers of queries are kept.",
                "ParameterNameValues": {name: str(value) for name, value in millis.items()},
            },
        ),
        "CacheClientSecurityGroup": (
            "AWS::EC2::SecurityGroup",
            {"GroupDescription": "Whoever may talk to the cache.", "VpcId": ref("VpcId")},
        ),
        "CacheSecurityGroup": (
            "AWS::EC2::SecurityGroup",
            {
                "GroupDescription": "The nodes of the cache.",
                "VpcId": ref("VpcId"),
                "SecurityGroupIngress": [
                    {
                        "IpProtocol": "tcp",
                        "FromPort": TLS_PORT,
                        "ToPort": TLS_PORT,
                        "SourceSecurityGroupId": get_att("CacheClientSecurityGroup", "GroupId"),
                        "Description": "DAX clients, encrypted.",
                    }
                ],
            },
        ),
        "CacheCluster": ("AWS::DAX::Cluster", _cluster(view, cache)),
    }
    return {name: {"Type": kind, "Condition": "HasCache", "Properties": own} for name, (kind, own) in made.items()}


def _cluster(view: TableView, cache: Cache) -> Document:
    environment: Document = {"Environment": ref("Environment")} if view.environment_tag else {}
    return {
        "Description": sub(f"Cache of {view.default_name}, ${{Environment}}."),
        "NodeType": cache.node_type,
        "ReplicationFactor": cache.nodes,
        "IAMRoleARN": get_att("CacheRole", "Arn"),
        "SubnetGroupName": ref("CacheSubnets"),
        "ParameterGroupName": ref("CacheParameters"),
        "SecurityGroupIds": [get_att("CacheSecurityGroup", "GroupId")],
        "ClusterEndpointEncryptionType": "TLS",
        "SSESpecification": {"SSEEnabled": True},
        "Tags": environment | dict(view.tags),
    }


def _role(plan: Plan) -> Document:
    """A role with the actions that the access patterns take, on the table and the indexes that they read."""
    used = {operation for pattern in plan.patterns for operation in operations(pattern)}
    actions = sorted({action for operation in used for action in _ACTIONS[operation]} | {"DescribeTable"})
    read = {request.index for pattern in plan.patterns for request in pattern.reads if request.index}
    indexes = [sub(f"${{Table.Arn}}/index/{index.name}") for index in plan.table.indexes if index.name in read]
    resources = [get_att("Table", "Arn"), *indexes]
    allowed = {"Effect": "Allow", "Action": [f"dynamodb:{a}" for a in actions], "Resource": resources}
    trusted = {"Effect": "Allow", "Principal": {"Service": "dax.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {
        "Description": "What the cache may do on behalf of its clients.",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trusted]},
        "Policies": [{"PolicyName": "Table", "PolicyDocument": {"Version": "2012-10-17", "Statement": [allowed]}}],
    }


def cache_outputs() -> Document:
    """Where the cache is, and what makes a client of it."""
    endpoint = get_att("CacheCluster", "ClusterDiscoveryEndpointURL")
    group = get_att("CacheClientSecurityGroup", "GroupId")
    return {
        "CacheEndpoint": output("The address of the cache, for a DAX client.", endpoint) | {"Condition": "HasCache"},
        "CacheClientSecurityGroupId": output("The security group that clients of the cache are in.", group)
        | {"Condition": "HasCache"},
    }
