"""DAX: a cluster in front of the table, with its network, its parameters and the role that it works under.

In: the table's view and the plan. Out: resources and outputs, all under the condition `HasCache`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.cloudformation.intrinsics import Document, get_att, output, ref, sub
from dynamodel.emit.table.cache import cache_view

if TYPE_CHECKING:
    from dynamodel.emit.table.cache import CacheView
    from dynamodel.emit.table.view import TableView
    from dynamodel.ir.deployment import Cache
    from dynamodel.ir.plan import Plan


def cache_resources(view: TableView, plan: Plan, cache: Cache) -> Document:
    """The cluster and what it needs."""
    own = cache_view(plan, cache)
    made: Document = {
        "CacheRole": ("AWS::IAM::Role", _role(own)),
        "CacheSubnets": (
            "AWS::DAX::SubnetGroup",
            {"Description": "Where the nodes of the cache run.", "SubnetIds": ref("CacheSubnetIds")},
        ),
        "CacheParameters": (
            "AWS::DAX::ParameterGroup",
            {
                "Description": "How long items and answers of queries are kept.",
                "ParameterNameValues": dict(own.parameters),
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
                        "FromPort": own.port,
                        "ToPort": own.port,
                        "SourceSecurityGroupId": get_att("CacheClientSecurityGroup", "GroupId"),
                        "Description": "DAX clients, encrypted.",
                    }
                ],
            },
        ),
        "CacheCluster": ("AWS::DAX::Cluster", _cluster(view, own)),
    }
    return {name: {"Type": kind, "Condition": "HasCache", "Properties": own} for name, (kind, own) in made.items()}


def _cluster(view: TableView, cache: CacheView) -> Document:
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


def _role(cache: CacheView) -> Document:
    """A role with the actions that the access patterns take, on the table and the indexes that they read."""
    resources = [get_att("Table", "Arn"), *(sub(f"${{Table.Arn}}/index/{index}") for index in cache.indexes)]
    allowed = {"Effect": "Allow", "Action": list(cache.actions), "Resource": resources}
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
