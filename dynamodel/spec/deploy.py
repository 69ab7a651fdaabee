"""`Deploy`: how the table is run, beside what the layout needs.

Facts of operations, as plain values; `normalize.deployment` applies the defaults and the emitters turn them into
resources. Everything is off or safe by default::

    deploy=Deploy(
        stream="new_and_old_images",
        replicas=("eu-central-1", Replica("eu-west-2", table_class="infrequent_access")),
        cache=Cache(item_seconds=60),  # or True for the defaults
        alarms=Alarms(topic="arn:aws:sns:...", load=80),  # or True
        roles=(Role("packing", patterns=("pack", "queue")),),  # or True: read_only and read_write
        tags={"owner": "team-shop"},
    )
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from dynamodel.spec.deploy_parts import (
    KINESIS_ARN,
    TOPIC_ARN,
    Alarms,
    Cache,
    DeployPart,
    Insights,
    Replica,
    Role,
    TableClass,
)


def _sort(value: object) -> str:
    """Which member of a union a value is meant to be, so that a mistake in it is reported once."""
    if isinstance(value, bool):
        return "flag"
    return "name" if isinstance(value, str) else "part"


_Cache = Annotated[Annotated[bool, Tag("flag")] | Annotated[Cache, Tag("part")], Discriminator(_sort)]
_Alarms = Annotated[Annotated[bool, Tag("flag")] | Annotated[Alarms, Tag("part")], Discriminator(_sort)]
_Roles = Annotated[Annotated[bool, Tag("flag")] | Annotated[tuple[Role, ...], Tag("part")], Discriminator(_sort)]
_Replica = Annotated[Annotated[str, Tag("name")] | Annotated[Replica, Tag("part")], Discriminator(_sort)]


class Deploy(DeployPart):
    """Streams, recovery, replicas, cache, alarms, roles, protection, tags of the table."""

    stream: Literal["keys_only", "new_image", "old_image", "new_and_old_images"] | None = Field(
        default=None, description="Change stream: what a record holds; none if not said."
    )
    kinesis: str | None = Field(
        default=None, pattern=KINESIS_ARN, description="ARN of a Kinesis stream that gets every change."
    )
    kinesis_precision: Literal["millisecond", "microsecond"] = Field(
        default="microsecond", description="Precision of the times in its records."
    )
    recovery: bool = Field(default=True, description="Point-in-time recovery.")
    recovery_days: int = Field(default=35, ge=1, le=35, description="How many days back recovery reaches.")
    protection: bool = Field(default=True, description="Deletion protection.")
    retain: bool = Field(default=True, description="Keep the table when the stack is deleted.")
    replicas: tuple[_Replica, ...] = Field(default=(), description="Further Regions of a global table.")
    consistency: Literal["eventual", "strong"] = Field(
        default="eventual", description="Between the Regions of a global table."
    )
    witness: str | None = Field(default=None, description="The third Region of a strong table, which only votes.")
    cache: _Cache = Field(default=False, description="A DAX cluster in front of the table.")
    alarms: _Alarms = Field(
        default=False, description="Alarms on throttling, errors, load, replication and large item collections."
    )
    alarm_topic: str | None = Field(
        default=None, pattern=TOPIC_ARN, description="ARN of the SNS topic that alarms notify."
    )
    roles: _Roles = Field(default=False, description="Least-privilege IAM policies from the access patterns.")
    encryption: Literal["owned", "managed", "customer"] = Field(default="owned", description="Whose key encrypts.")
    encryption_key: str | None = Field(default=None, description="ARN or alias of the customer's key.")
    table_class: TableClass = Field(default="standard", description="Storage class.")
    insights: Insights = Field(
        default=False, description="Contributor insights for table and indexes: of throttled keys (true), or of all."
    )
    read_cap: int | None = Field(default=None, ge=1, description="Most read units per second on demand.")
    write_cap: int | None = Field(default=None, ge=1, description="Most write units per second on demand.")
    warm_reads: int | None = Field(default=None, ge=12_000, description="Read units per second to be ready for.")
    warm_writes: int | None = Field(default=None, ge=4_000, description="Write units per second to be ready for.")
    utilization: int = Field(default=70, ge=20, le=90, description="Percent that auto scaling aims at.")
    policy: dict[str, Any] | None = Field(default=None, description="Resource policy of the table, as in IAM.")
    tags: dict[str, str] = Field(default_factory=dict, description="Tags of the table.")
