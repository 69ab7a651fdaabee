"""Checks of `Deploy`: options that contradict each other, Regions, roles, tags, policies.

What only the layout shows (local indexes, transactions of a strong global table) is judged with the plan.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from dynamodel.dynamo.regions import REGION, STRONG_REGIONS, STRONG_SETS
from dynamodel.spec.deploy import Deploy
from dynamodel.spec.deploy_parts import Alarms, Replica
from dynamodel.spec.pattern_nodes import reads_only
from dynamodel.spec.session import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.spec.check.report import Report
    from dynamodel.spec.deploy_parts import Role
    from dynamodel.spec.model import Pointer

MOST_TAGS = 50  # Tag naming and usage conventions, AWS General Reference
_CAPPED = "limits requests on demand, and the table is provisioned"
_TAG_KEY = re.compile(r"(?!aws:)[\w .:/=+\-@]{1,128}")
_TAG_VALUE = re.compile(r"[\w .:/=+\-@]{0,256}")
POLICY_BYTES = 20 * 1024  # Constraints in Amazon DynamoDB, resource-based policies


def check_deployment(report: Report, deploy: Deploy) -> None:
    """Everything about `Deploy` that needs more than one of its options, or the model."""
    _contradictions(report, deploy)
    _regions(report, deploy)
    _roles(report, deploy)
    for pointer, part in _with_replicas(deploy):
        _tags(report, part.tags, (*pointer, "tags"))
        _policy(report, part.policy, (*pointer, "policy"))


def _with_replicas(deploy: Deploy) -> list[tuple[Pointer, Deploy | Replica]]:
    found: list[tuple[Pointer, Deploy | Replica]] = [(("deploy",), deploy)]
    for number, replica in enumerate(deploy.replicas):
        if isinstance(replica, Replica):
            found.append((("deploy", "replicas", number), replica))
    return found


def _contradictions(report: Report, deploy: Deploy) -> None:
    provisioned = report.spec.billing == "provisioned"
    for word, why, hint in (
        *_of_billing(deploy, provisioned=provisioned),
        *_of_meaning(deploy),
        *_of_regions(deploy, report.spec.region),
    ):
        report.add("DM517", ("deploy", word), f"`{word}` {why}", hint)
    for number, given in enumerate(deploy.replicas):
        replica = given if isinstance(given, Replica) else Replica(given)
        for why, hint in _of_replica(replica, deploy, provisioned=provisioned):
            report.add("DM517", ("deploy", "replicas", number), f"the replica in {replica.region} {why}", hint)


def _of_billing(deploy: Deploy, *, provisioned: bool) -> Iterator[tuple[str, str, str]]:
    for word, cap in (("read_cap", deploy.read_cap), ("write_cap", deploy.write_cap)):
        if cap is not None and provisioned:
            yield word, _CAPPED, "leave it out, or bill on demand"
    if deploy.utilization != Deploy.model_fields["utilization"].default and not provisioned:
        yield (
            "utilization",
            "is for auto scaling, and the table is on demand",
            'leave it out, or say billing="provisioned"',
        )


def _of_meaning(deploy: Deploy) -> Iterator[tuple[str, str, str]]:
    if not deploy.recovery and deploy.recovery_days != Deploy.model_fields["recovery_days"].default:
        yield "recovery_days", "has no meaning without recovery", "leave out one of them"
    if deploy.encryption_key is not None and deploy.encryption != "customer":
        yield "encryption_key", f'is not used: the encryption is "{deploy.encryption}"', 'say encryption="customer"'
    if deploy.alarm_topic is not None and deploy.alarms is False:
        yield "alarm_topic", "hears nothing: there are no alarms", "say alarms=True"
    if deploy.alarm_topic is not None and isinstance(deploy.alarms, Alarms) and deploy.alarms.topic is not None:
        yield "alarm_topic", "is said twice", "keep the one in `Alarms`"


def _of_regions(deploy: Deploy, region: str) -> Iterator[tuple[str, str, str]]:
    strong = deploy.consistency == "strong"
    if deploy.kinesis is not None and f":kinesis:{region}:" not in deploy.kinesis:
        yield "kinesis", f"is not in the Region {region}", "a table streams to its own Region"
    if strong and not deploy.replicas:
        yield (
            "consistency",
            "is between Regions, and there are no replicas",
            'name them: replicas=("us-east-2", "us-west-2")',
        )
    if deploy.witness is not None and not strong:
        yield "witness", "only votes on strong consistency", 'say consistency="strong", or make it a replica'
    if deploy.replicas and not strong and deploy.stream not in {None, "new_and_old_images"}:
        yield "stream", "is not what replication needs", 'a global table streams "new_and_old_images"'


def _of_replica(replica: Replica, deploy: Deploy, *, provisioned: bool) -> Iterator[tuple[str, str]]:
    region, customer = replica.region, deploy.encryption == "customer"
    if replica.read_cap is not None and provisioned:
        yield f"has a `read_cap`, which {_CAPPED}", "leave it out, or bill on demand"
    if replica.encryption_key is not None and not customer:
        yield "has a key that is not used", 'say encryption="customer"'
    if replica.encryption_key is None and customer:
        yield "needs a key of its own", f'Replica("{region}", encryption_key="arn:aws:kms:{region}:...")'
    if replica.kinesis is not None and f":kinesis:{region}:" not in replica.kinesis:
        yield "has a Kinesis stream of another Region", "a replica streams to its own Region"


def _regions(report: Report, deploy: Deploy) -> None:
    seen = {report.spec.region: "the table"}
    named: list[tuple[Pointer, str]] = [
        (("replicas", n), r.region if isinstance(r, Replica) else r)
        for n, r in enumerate(deploy.replicas)
        if not (isinstance(r, Replica) and r.nameless)
    ]
    if deploy.witness is not None:
        named.append((("witness",), deploy.witness))
    for pointer, region in named:
        what = "the witness" if pointer == ("witness",) else "a replica"
        if not REGION.fullmatch(region):
            report.add("DM518", ("deploy", *pointer), f"`{region}` is no Region", "such as eu-west-1")
        elif region in seen:
            report.add("DM518", ("deploy", *pointer), f"{what} in {region}, where {seen[region]} is already",
                       "name each Region once; the model's own needs no replica")  # fmt: skip
        else:
            seen[region] = what
    if deploy.consistency != "strong" or not deploy.replicas:
        return
    if len(seen) != STRONG_REGIONS:
        report.add("DM519", ("deploy", "consistency"), f"{len(seen)} Regions, strong consistency needs exactly three",
                   "two replicas beside the table, or one replica and a witness")  # fmt: skip
    elif not any(set(seen) <= one for one in STRONG_SETS):
        sets = "; ".join(", ".join(sorted(one)) for one in STRONG_SETS)
        report.add("DM519", ("deploy", "consistency"), f"{', '.join(sorted(seen))} are not neighbors",
                   f"take all three from one of: {sets}")  # fmt: skip


def _roles(report: Report, deploy: Deploy) -> None:
    if isinstance(deploy.roles, bool):
        return
    names = [p.name for p in report.spec.patterns]
    seen: set[str] = set()
    for number, role in enumerate(deploy.roles):
        if role.nameless:
            continue
        at: Pointer = ("deploy", "roles", number)
        if role.name in seen:
            report.add("DM520", at, f"there are two roles `{role.name}`", "rename one")
        seen.add(role.name)
        for name in role.patterns:
            if name not in names:
                report.add("DM520", at, f"role `{role.name}` names `{name}`, and there is no such access pattern",
                           did_you_mean(name, names))  # fmt: skip
        if not role.patterns and not _reached(report, role):
            report.add("DM520", at, f"role `{role.name}` may do nothing", 'name access patterns, or say access="read"')
        if report.spec.tenant is None and (role.tenant_tag is not None or role.every_tenant):
            report.add("DM517", at, f"role `{role.name}` speaks of tenants, and the model has none",
                       'class Shop(Model, tenant="tenant_id", ...)')  # fmt: skip
        elif role.tenant_tag is not None and role.every_tenant:
            report.add("DM517", at, f"role `{role.name}` has a tag for the tenant and serves every tenant",
                       "leave out one of them")  # fmt: skip


def _reached(report: Report, role: Role) -> bool:
    reading = [reads_only(p) for p in report.spec.patterns]
    return {"read": any(reading), "write": not all(reading), "all": bool(reading), None: False}[role.access]


def _tags(report: Report, tags: dict[str, str], at: Pointer) -> None:
    for key, value in tags.items():
        if not _TAG_KEY.fullmatch(key) or not _TAG_VALUE.fullmatch(value):
            report.add("DM521", at, f"AWS refuses the tag `{key}`: `{value}`",
                       "letters, digits, spaces and _.:/=+-@; not beginning with aws:")  # fmt: skip
    if len(tags) > MOST_TAGS:
        report.add("DM521", at, f"{len(tags)} tags, at most {MOST_TAGS} are allowed", "leave some out")


def _policy(report: Report, policy: dict[str, Any] | None, at: Pointer) -> None:
    if policy is None:
        return
    statements = policy.get("Statement")
    listed = statements if isinstance(statements, list | tuple) else [statements]
    for statement in listed:
        words = ("Effect", "Principal", "Action", "Resource")
        missing = [w for w in words if not isinstance(statement, dict) or not {w, f"Not{w}"} & set(statement)]
        if missing:
            report.add("DM522", at, f"a statement of the resource policy lacks {', '.join(missing)}",
                       "a policy of a resource says whom it concerns")  # fmt: skip
    try:
        size = len(json.dumps(policy).encode())
    except TypeError:
        report.add("DM522", at, "the resource policy is not JSON", "text, numbers, lists and dicts")
        return
    if size > POLICY_BYTES:
        report.add("DM522", at, f"the resource policy has {size} bytes, at most {POLICY_BYTES} are allowed",
                   "fewer statements")  # fmt: skip
