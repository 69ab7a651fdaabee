"""The parts of `Deploy`: `Replica`, `Cache`, `Alarms`, `Role`.

In: keywords in a model, or the JSON form (the same words). Out: frozen Pydantic models. What one option alone can have
wrong is refused here, at the place of the call; what needs the rest of the model is `spec.check.deployment`'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from dynamodel.spec.places import Place, caller_place, source_file
from dynamodel.spec.session import did_you_mean, record

TableClass = Literal["standard", "infrequent_access"]
Insights = bool | Literal["throttled", "accessed"]

KINESIS_ARN = r"^arn:aws[a-z-]*:kinesis:[a-z0-9-]+:[0-9]{12}:stream/[A-Za-z0-9_.-]{1,128}$"
TOPIC_ARN = r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$"
_NO_NAME = "unnamed"  # stands for a name that was refused


class DeployPart(BaseModel):
    """Options with a place: every one that is wrong is reported, and the rest stands."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    _first: ClassVar[str] = ""  # the option that may be given without its name
    _place: Place | None = PrivateAttr(default=None)
    _nameless: bool = PrivateAttr(default=False)

    if not TYPE_CHECKING:

        def __init__(self, *given: Any, **options: Any) -> None:
            """Report every option that is wrong and go on without it."""
            place = caller_place()
            if given and self._first:
                options.setdefault(self._first, given[0])
            try:
                super().__init__(**options)
            except ValidationError as error:
                self._report(error, options, place)
                lost = {n for n, declared in type(self).model_fields.items() if declared.is_required()} - set(options)
                super().__init__(**options, **dict.fromkeys(lost, _NO_NAME))
                self._nameless = bool(lost)
            self._place = place

        # Parts of the JSON form are validated without it: their mistakes have places in the file.
        __init__.__pydantic_base_init__ = True

        def _report(self, error: ValidationError, options: dict[str, Any], place: Place | None) -> None:
            span, owner = place.span() if place else None, type(self).__name__
            for detail in error.errors(include_url=False):
                name = str(detail["loc"][0])
                options.pop(name, None)
                at = (source_file(span.file).keyword(span, name) if span else None) or span
                if detail["type"] == "extra_forbidden":
                    hint = did_you_mean(name, type(self).model_fields, owner)
                    record("DM122", f"`{owner}` has no option `{name}`", at=at, hint=hint)
                elif detail["type"] == "missing":
                    record("DM124", f"`{owner}` needs `{name}`", at=at)
                else:
                    text = detail["msg"][:1].lower() + detail["msg"][1:]
                    record("DM116", f"`{owner}`, `{name}`: {text}, not `{detail['input']!r}`", at=at)

    @property
    def place(self) -> Place | None:
        """Where the model says it, if it was written in Python."""
        return self._place

    @property
    def nameless(self) -> bool:
        """Whether its name was wrong, so that nothing more can be said about it."""
        return self._nameless


class Replica(DeployPart):
    """A further Region of a global table: `Replica("eu-west-1", table_class="infrequent_access")`.

    What is not said is as in the `Deploy` around it, except `kinesis` and `encryption_key`, which belong to one Region.
    """

    _first = "region"

    region: str = Field(description="The Region, such as eu-west-1.")
    protection: bool | None = Field(default=None, description="Deletion protection; as the table if not said.")
    recovery: bool | None = Field(default=None, description="Point-in-time recovery; as the table if not said.")
    table_class: TableClass | None = Field(default=None, description="Storage class; as the table if not said.")
    insights: Insights | None = Field(default=None, description="Contributor insights; as the table if not said.")
    read_cap: int | None = Field(default=None, ge=1, description="Most read units per second on demand.")
    encryption_key: str | None = Field(default=None, description="ARN of the customer's key in that Region.")
    kinesis: str | None = Field(
        default=None, pattern=KINESIS_ARN, description="ARN of a Kinesis stream of that Region."
    )
    policy: dict[str, Any] | None = Field(default=None, description="Resource policy; as the table if not said.")
    tags: dict[str, str] = Field(default_factory=dict, description="Tags beside those of the table.")

    if TYPE_CHECKING:

        def __init__(
            self,
            region: str,
            *,
            protection: bool | None = None,
            recovery: bool | None = None,
            table_class: TableClass | None = None,
            insights: Insights | None = None,
            read_cap: int | None = None,
            encryption_key: str | None = None,
            kinesis: str | None = None,
            policy: dict[str, Any] | None = None,
            tags: dict[str, str] = ...,
        ) -> None:
            """The Region alone has no keyword."""


class Cache(DeployPart):
    """A DAX cluster in front of the table: `Cache(node_type="dax.r5.large", item_seconds=60)`.

    The defaults are three small nodes in as many availability zones, and five minutes for items and queries: what DAX
    itself does when nothing is said.
    """

    node_type: str = Field(default="dax.t3.small", pattern=r"^dax\.[a-z0-9]+\.[a-z0-9]+$", description="Node type.")
    nodes: int = Field(default=3, ge=1, le=11, description="Nodes: one that is written to, the rest read only.")
    item_seconds: int = Field(default=300, ge=0, description="How long an item is kept; 0: until it is pushed out.")
    query_seconds: int = Field(default=300, ge=0, description="How long an answer of a query is kept; 0: not at all.")


class Alarms(DeployPart):
    """What is watched, and from where it is too much: `Alarms(load=80, topic="arn:aws:sns:...")`."""

    topic: str | None = Field(default=None, pattern=TOPIC_ARN, description="ARN of the SNS topic that alarms notify.")
    throttled: int = Field(default=0, ge=0, description="Throttled requests in five minutes that are tolerated.")
    load: int = Field(default=100, ge=1, le=1000, description="Percent of the declared peak that may be consumed.")
    replication_seconds: int = Field(default=60, ge=1, description="Tolerated delay between Regions.")
    collection_gigabytes: int = Field(default=8, ge=1, le=10, description="Tolerated size of an item collection.")


class Role(DeployPart):
    """Who may call what: `Role("packing", patterns=("packing_queue", "pack"))`, `Role("reporting", access="read")`.

    Its policy allows the operations, table and indexes of those patterns and nothing else. In a model with a tenant the
    leading key must begin with the caller's tenant, which is read from a tag of the calling principal.
    """

    _first = "name"

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$", description="Small letters, digits and _.")
    patterns: tuple[str, ...] = Field(default=(), description="Names of access patterns.")
    access: Literal["read", "write", "all"] | None = Field(
        default=None, description="All reads, all writes, or every access pattern, beside those named."
    )
    tenant_tag: str | None = Field(
        default=None, min_length=1, description="Principal tag with the tenant; the tenant attribute if not said."
    )
    every_tenant: bool = Field(default=False, description="Not bound to one tenant: for operators and jobs.")

    if TYPE_CHECKING:

        def __init__(
            self,
            name: str,
            *,
            patterns: tuple[str, ...] = (),
            access: Literal["read", "write", "all"] | None = None,
            tenant_tag: str | None = None,
            every_tenant: bool = False,
        ) -> None:
            """The name alone has no keyword."""
