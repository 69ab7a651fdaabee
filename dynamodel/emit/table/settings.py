"""What the model says about deployment, with every default applied.

In: `workload.options.deploy`, plain data that the authoring language has checked. Out: one frozen record in
CloudFormation's words. Raises ModelInvalid for what the template cannot hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dynamodel.catalog import finding
from dynamodel.errors import ModelInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping

UTILIZATION = 70  # percent that auto scaling aims at, the service's own default
_LONGEST_RECOVERY = 35  # days
_SSE = {"managed": "managed", "customer": "customer"}


@dataclass(frozen=True, slots=True)
class Settings:
    """How the table is deployed.

    `stream` is a StreamViewType, "" without a stream. `recovery_days` is 0 without point-in-time recovery. `encryption`
    is "" for the key that AWS owns, `managed` for the account's, `customer` for the key of the parameter `KmsKeyArn`,
    whose default is `encryption_key`. `insights` is a mode of contributor insights, "" for none. `read_cap` and
    `write_cap` limit an on-demand table and each of its indexes, in units per second, 0 for no limit.
    """

    stream: str = ""
    recovery_days: int = _LONGEST_RECOVERY
    protection: bool = True
    retain: bool = True
    encryption: str = ""
    encryption_key: str = ""
    table_class: str = "STANDARD"
    insights: str = ""
    read_cap: int = 0
    write_cap: int = 0
    alarms: bool = False
    alarm_topic: str = ""
    tags: tuple[tuple[str, str], ...] = ()


def settings(deploy: Mapping[str, Any]) -> Settings:
    """The settings of a model; what it does not say has the default."""
    _refuse_what_is_not_emitted(deploy)
    return Settings(
        stream=str(deploy.get("stream") or "").upper(),
        recovery_days=int(deploy.get("recovery_days", _LONGEST_RECOVERY)) if deploy.get("recovery", True) else 0,
        protection=bool(deploy.get("protection", True)),
        retain=bool(deploy.get("retain", True)),
        encryption=_SSE.get(str(deploy.get("encryption")), ""),
        encryption_key=str(deploy.get("encryption_key") or ""),
        table_class="STANDARD_INFREQUENT_ACCESS" if deploy.get("table_class") == "infrequent_access" else "STANDARD",
        # Only throttled keys: the mode that costs nothing while nothing is throttled.
        insights="THROTTLED_KEYS" if deploy.get("insights") else "",
        read_cap=int(deploy.get("read_cap") or 0),
        write_cap=int(deploy.get("write_cap") or 0),
        alarms=bool(deploy.get("alarms")),
        alarm_topic=str(deploy.get("alarm_topic") or ""),
        tags=tuple(sorted((str(key), str(value)) for key, value in dict(deploy.get("tags") or {}).items())),
    )


def _refuse_what_is_not_emitted(deploy: Mapping[str, Any]) -> None:
    asked = [name for name in ("replicas", "cache", "roles") if deploy.get(name)]
    if asked:
        hint = "leave it out of `Deploy(...)` and keep it in a template of your own"
        message = "`Deploy({}=...)` asks for what the CloudFormation template does not hold"
        raise ModelInvalid([finding("DM516", message.format(name), hint=hint) for name in asked])
