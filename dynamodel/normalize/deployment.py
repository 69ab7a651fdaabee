"""What the model says about operations, with every default applied.

In: a checked `ModelSpec` with a `Deploy`. Out: `ir.deployment.Deployment`, in the words of the service's API.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dynamodel.ir.deployment import Alarms, Cache, Deployment, Replica, Role
from dynamodel.spec.deploy_parts import Alarms as AlarmsSpec, Cache as CacheSpec, Replica as ReplicaSpec
from dynamodel.spec.pattern_nodes import reads_only

if TYPE_CHECKING:
    from dynamodel.ir.deployment import Tags
    from dynamodel.spec.deploy import Deploy
    from dynamodel.spec.deploy_parts import Insights, Role as RoleSpec
    from dynamodel.spec.model import ModelSpec

DEFAULT_ROLES = ("read_only", "read_write")
_CLASSES = {"standard": "STANDARD", "infrequent_access": "STANDARD_INFREQUENT_ACCESS"}
# Only throttled keys by default: the mode that costs nothing while nothing is throttled.
_INSIGHTS = {
    False: "",
    True: "THROTTLED_KEYS",
    "throttled": "THROTTLED_KEYS",
    "accessed": "ACCESSED_AND_THROTTLED_KEYS",
}


def deployment_of(model: ModelSpec, said: Deploy) -> Deployment:
    """The deployment that a model says."""
    # A global table with eventual consistency always has a stream of both images: its replication reads it.
    forced = "new_and_old_images" if said.replicas and said.consistency == "eventual" else None
    return Deployment(
        stream=(said.stream or forced or "").upper(),
        kinesis=said.kinesis or "",
        kinesis_precision=said.kinesis_precision.upper(),
        recovery_days=said.recovery_days if said.recovery else 0,
        protection=said.protection,
        retain=said.retain,
        encryption="" if said.encryption == "owned" else said.encryption,
        encryption_key=said.encryption_key or "",
        table_class=_CLASSES[said.table_class],
        insights=_INSIGHTS[said.insights],
        read_cap=said.read_cap or 0,
        write_cap=said.write_cap or 0,
        warm_reads=said.warm_reads or 0,
        warm_writes=said.warm_writes or 0,
        utilization=said.utilization,
        policy=_policy(said.policy),
        tags=_tags(said.tags),
        replicas=tuple(_replica(replica, said) for replica in said.replicas),
        strong=said.consistency == "strong",
        witness=said.witness or "",
        cache=_cache(said),
        alarms=_alarms(said),
        roles=_roles(model, said),
    )


def _replica(given: ReplicaSpec | str, said: Deploy) -> Replica:
    own = ReplicaSpec(given) if isinstance(given, str) else given
    recovery = said.recovery if own.recovery is None else own.recovery
    insights: Insights = said.insights if own.insights is None else own.insights
    return Replica(
        region=own.region,
        tags=_tags(said.tags | own.tags),
        protection=said.protection if own.protection is None else own.protection,
        recovery_days=said.recovery_days if recovery else 0,
        table_class=_CLASSES[own.table_class or said.table_class],
        read_cap=own.read_cap or said.read_cap or 0,
        insights=_INSIGHTS[insights],
        encryption_key=own.encryption_key or "",
        kinesis=own.kinesis or "",
        policy=_policy(said.policy if own.policy is None else own.policy),
    )


def _cache(said: Deploy) -> Cache | None:
    if said.cache is False:
        return None
    own = said.cache if isinstance(said.cache, CacheSpec) else CacheSpec()
    return Cache(own.node_type, own.nodes, own.item_seconds, own.query_seconds)


def _alarms(said: Deploy) -> Alarms | None:
    if said.alarms is False:
        return None
    own = said.alarms if isinstance(said.alarms, AlarmsSpec) else AlarmsSpec()
    topic = own.topic or said.alarm_topic or ""
    return Alarms(topic, own.throttled, own.load, own.replication_seconds, own.collection_gigabytes)


def _roles(model: ModelSpec, said: Deploy) -> tuple[Role, ...]:
    """The declared roles; with `roles=True` one that reads and one that reads and writes."""
    reads = [p.name for p in model.patterns if reads_only(p)]
    every = [p.name for p in model.patterns]
    groups = {"read": reads, "write": [n for n in every if n not in reads], "all": every, None: []}
    if isinstance(said.roles, bool):
        names = DEFAULT_ROLES if said.roles else ()
        found = [(name, patterns) for name, patterns in zip(names, (reads, every), strict=False) if patterns]
        return tuple(Role(name, tuple(patterns), model.tenant or "") for name, patterns in found)
    return tuple(
        Role(
            role.name,
            tuple(n for n in every if n in role.patterns or n in groups[role.access]),
            _tenant_tag(model, role),
        )
        for role in said.roles
    )


def _tenant_tag(model: ModelSpec, role: RoleSpec) -> str:
    return "" if role.every_tenant or model.tenant is None else role.tenant_tag or model.tenant


def _tags(tags: dict[str, str]) -> Tags:
    return tuple(sorted(tags.items()))


def _policy(policy: dict[str, Any] | None) -> str:
    return json.dumps(policy, separators=(",", ":")) if policy else ""
