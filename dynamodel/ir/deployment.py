"""How the table is run: replicas, cache, alarms, roles and the settings that do not follow from the access patterns.

In: made by `normalize` from the model's `Deploy(...)`. Out: `Options.deployment` of the workload and `Plan.deployment`,
read by every emitter of infrastructure. Frozen, standard library only; words are those of the service's API
(`NEW_AND_OLD_IMAGES`, `STANDARD_INFREQUENT_ACCESS`), so that no emitter has to translate.

To use it in an emitter: every default is applied already, and every contradiction refused, so print what is said here.
Empty text, 0 and an empty tuple mean "not wanted". `roles` is never `True`: the defaults are spelled out.
"""

from __future__ import annotations

from dynamodel.records import dataclass

Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Replica:
    """A replica of a global table in another Region than the model's.

    What DynamoDB does not synchronise between Regions is here for each replica, already filled from the deployment
    where the model says nothing: `tags`, `protection`, `recovery_days` (0: no point-in-time recovery), `insights`,
    `kinesis` (a stream of that Region), `policy`. `table_class` and `read_cap` may differ; `encryption_key` is the key
    of that Region, needed with a customer's key.
    """

    region: str
    tags: Tags = ()
    protection: bool = True
    recovery_days: int = 35
    table_class: str = "STANDARD"
    read_cap: int = 0
    insights: str = ""
    encryption_key: str = ""
    kinesis: str = ""
    policy: str = ""


@dataclass(frozen=True, slots=True)
class Cache:
    """A DAX cluster: `nodes` of `node_type`; how long items and answers of queries stay in it, in seconds."""

    node_type: str = "dax.t3.small"
    nodes: int = 3
    item_seconds: int = 300
    query_seconds: int = 300


@dataclass(frozen=True, slots=True)
class Alarms:
    """What is watched.

    `topic` is the ARN of the SNS topic that is told, "" for the deployer's choice. `throttled` is how many throttled
    requests in five minutes are tolerated; `load` the percentage of the declared peak from which consumed capacity is
    too much; `replication_seconds` the tolerated age of a replicated write; `collection_gigabytes` the tolerated size
    of an item collection of a table with local indexes, which ends at 10 GB.
    """

    topic: str = ""
    throttled: int = 0
    load: int = 100
    replication_seconds: int = 60
    collection_gigabytes: int = 8


@dataclass(frozen=True, slots=True)
class Role:
    """Who may call what: one managed policy with exactly the actions and indexes of the patterns.

    `name` is a Python identifier in snake case. `patterns` are names of access patterns in the order of the model.
    `tenant_tag`, in a model with a tenant, is the principal tag whose value the leading key must begin with; "" for a
    role that serves every tenant.
    """

    name: str
    patterns: tuple[str, ...]
    tenant_tag: str = ""


@dataclass(frozen=True, slots=True)
class Deployment:
    """Everything about operations that a model says, with every default applied.

    `stream` is a StreamViewType. `kinesis` is the ARN of the Kinesis stream that gets every change, with
    `kinesis_precision` MILLISECOND or MICROSECOND. `recovery_days` is 0 without point-in-time recovery. `encryption` is
    "" for the key that AWS owns, `managed` for the account's, `customer` for `encryption_key` (ARN or alias, "" when
    the deployer gives it). `insights` is a mode of contributor insights. `read_cap` and `write_cap` limit an on-demand
    table and each of its global indexes, in units per second. `warm_reads` and `warm_writes` are the units per second
    that the table can take at once. `utilization` is the percentage that auto scaling aims at. `policy` is the JSON
    text of a resource policy. `replicas` are the other Regions of a global table, `strong` says that they are
    consistent, `witness` is the Region that only votes. `tags` are sorted.
    """

    stream: str = ""
    kinesis: str = ""
    kinesis_precision: str = "MICROSECOND"
    recovery_days: int = 35
    protection: bool = True
    retain: bool = True
    encryption: str = ""
    encryption_key: str = ""
    table_class: str = "STANDARD"
    insights: str = ""
    read_cap: int = 0
    write_cap: int = 0
    warm_reads: int = 0
    warm_writes: int = 0
    utilization: int = 70
    policy: str = ""
    tags: Tags = ()
    replicas: tuple[Replica, ...] = ()
    strong: bool = False
    witness: str = ""
    cache: Cache | None = None
    alarms: Alarms | None = None
    roles: tuple[Role, ...] = ()

    @property
    def is_global(self) -> bool:
        """Whether the table lives in more than one Region."""
        return bool(self.replicas or self.witness)


AS_DEFAULT = Deployment()
