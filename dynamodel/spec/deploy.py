"""`Deploy`: how the table is run, beside what the layout needs.

Facts of operations, as plain values; the emitter turns them into resources. Everything is off or safe by default.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dynamodel.spec.places import caller_place, source_file
from dynamodel.spec.session import did_you_mean, record


class Deploy(BaseModel):
    """Streams, recovery, replicas, cache, alarms, roles, protection, tags of the table."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    stream: Literal["keys_only", "new_image", "old_image", "new_and_old_images"] | None = Field(
        default=None, description="Change stream: what a record holds; none if not said."
    )
    recovery: bool = Field(default=True, description="Point-in-time recovery.")
    recovery_days: int = Field(default=35, ge=1, le=35, description="How many days back recovery reaches.")
    protection: bool = Field(default=True, description="Deletion protection.")
    retain: bool = Field(default=True, description="Keep the table when the stack is deleted.")
    replicas: tuple[str, ...] = Field(default=(), description="Further regions of a global table.")
    cache: bool = Field(default=False, description="A DAX cluster in front of the table.")
    alarms: bool = Field(default=False, description="Alarms on throttling and system errors.")
    alarm_topic: str | None = Field(default=None, description="ARN of the SNS topic that alarms notify.")
    roles: bool = Field(default=False, description="Least-privilege IAM policies from the access patterns.")
    encryption: Literal["owned", "managed", "customer"] = Field(default="owned", description="Whose key encrypts.")
    encryption_key: str | None = Field(default=None, description="ARN or alias of the customer's key.")
    table_class: Literal["standard", "infrequent_access"] = Field(default="standard", description="Storage class.")
    insights: bool = Field(default=False, description="Contributor insights for table and indexes.")
    read_cap: int | None = Field(default=None, ge=1, description="Most read units per second on demand.")
    write_cap: int | None = Field(default=None, ge=1, description="Most write units per second on demand.")
    tags: dict[str, str] = Field(default_factory=dict, description="Tags of the table.")

    if not TYPE_CHECKING:

        def __init__(self, **options: Any) -> None:
            """Report every option that is wrong and go on without it."""
            try:
                super().__init__(**options)
            except ValidationError as error:
                place = caller_place()
                span = place.span() if place else None
                for detail in error.errors(include_url=False):
                    name = str(detail["loc"][0])
                    options.pop(name, None)
                    at = (source_file(span.file).keyword(span, name) if span else None) or span
                    if detail["type"] == "extra_forbidden":
                        hint = did_you_mean(name, type(self).model_fields, "Deploy")
                        record("DM122", f"`Deploy` has no option `{name}`", at=at, hint=hint)
                    else:
                        text = detail["msg"][:1].lower() + detail["msg"][1:]
                        record("DM116", f"`Deploy`, `{name}`: {text}, not `{detail['input']!r}`", at=at)
                super().__init__(**options)
