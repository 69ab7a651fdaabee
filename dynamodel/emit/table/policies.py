"""Least-privilege policies: one for each role that the model declares, from what its access patterns need.

In: workload and plan. Out: `PolicyView`s in the words of IAM, for every target to write down. Raises ModelInvalid when
a role cannot be limited to its tenant or its policy is longer than IAM takes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from dynamodel.catalog import finding
from dynamodel.emit.table.grants import TENANT, Grant, grants
from dynamodel.errors import ModelInvalid
from dynamodel.ir.names import class_name
from dynamodel.ir.plan import BASE
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.deployment import Role
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

MOST_CHARACTERS = 6144  # of a managed policy without white space (IAM and AWS STS quotas)
_ARN = "arn:aws-us-gov:dynamodb:ap-southeast-1:123456789012:table/"  # no partition, Region or account is longer
_ENVIRONMENT = 65  # characters that the environment may add to the table's name


@dataclass(frozen=True, slots=True)
class ResourceView:
    """The table (`suffix` is empty) or an index of it (`/index/<name>`), in the Region of a replica if one is named."""

    region: str
    suffix: str


@dataclass(frozen=True, slots=True)
class StatementView:
    """Actions (with their service) on resources.

    `leading` are the values of the condition on `dynamodb:LeadingKeys`, with the policy variable of the tenant's tag;
    none for a role that serves every tenant.
    """

    sid: str
    actions: tuple[str, ...]
    resources: tuple[ResourceView, ...]
    leading: tuple[str, ...] = ()

    def document(self, resource: Callable[[ResourceView], object]) -> dict[str, Any]:
        """The statement of a policy document, its resources as `resource` writes them."""
        made: dict[str, Any] = {
            "Sid": self.sid,
            "Effect": "Allow",
            "Action": list(self.actions),
            "Resource": [resource(each) for each in self.resources],
        }
        if self.leading:
            made["Condition"] = {
                "ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(self.leading)},
                "Null": {"dynamodb:LeadingKeys": "false"},
            }
        return made


@dataclass(frozen=True, slots=True)
class PolicyView:
    """The managed policy of one role; `logical_id` is its name in camel case."""

    name: str
    logical_id: str
    description: str
    statements: tuple[StatementView, ...]

    def document(self, resource: Callable[[ResourceView], object]) -> dict[str, Any]:
        """The policy document, its resources as `resource` writes them."""
        return {"Version": "2012-10-17", "Statement": [s.document(resource) for s in self.statements]}

    @property
    def by_tenant(self) -> bool:
        """Whether it opens the keys of one tenant at a time."""
        return any(statement.leading for statement in self.statements)

    @property
    def role_id(self) -> str:
        """The logical id of a role that has the policy."""
        return f"{self.logical_id.removesuffix('Policy')}Role"


def policies(workload: Workload, plan: Plan) -> tuple[PolicyView, ...]:
    """The policies of the declared roles, in their order."""
    made = tuple(_policy(workload, plan, role) for role in plan.deployment.roles)
    wrong = [f for role in plan.deployment.roles for f in _unlimited(workload, plan, role)]
    wrong += [f for policy in made for f in _too_long(policy, plan.table.name)]
    if wrong:
        raise ModelInvalid(wrong)
    return made


def _policy(workload: Workload, plan: Plan, role: Role) -> PolicyView:
    needed = {grant for pattern in role.patterns for grant in grants(workload, plan, pattern)}
    return PolicyView(
        name=role.name,
        logical_id=_logical_id(role, plan),
        description=f"{workload.title}, {role.name}: {', '.join(role.patterns)}"[:1000],
        statements=tuple(_statements(needed, role.tenant_tag, ("", *(r.region for r in plan.deployment.replicas)))),
    )


def _logical_id(role: Role, plan: Plan) -> str:
    """The role's name in camel case, with a number where another role's would be the same."""
    alike = [other.name for other in plan.deployment.roles if class_name(other.name) == class_name(role.name)]
    number = alike.index(role.name)
    return f"{class_name(role.name)}{number + 1 if number else ''}Policy"


def _statements(needed: Iterable[Grant], tag: str, regions: tuple[str, ...]) -> Iterator[StatementView]:
    """As few statements as say nothing more: actions with the same places and keys share one."""
    keys: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for grant in needed:
        keys[grant.action, grant.place].add(_value(grant, tag) if tag else "")
    actions: defaultdict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for (action, place), values in keys.items():
        actions[place, tuple(sorted(values))].add(action)
    # The table and an index are never said in one breath: a Query of the one must not open the other.
    places: defaultdict[tuple[bool, tuple[str, ...], tuple[str, ...]], set[str]] = defaultdict(set)
    for (place, leading), found in actions.items():
        places[place == BASE, tuple(sorted(found)), leading].add(place)
    counts = {True: 0, False: 0}
    for (is_table, together, leading), held in sorted(places.items(), key=lambda item: (not item[0][0], *item[0][1:])):
        counts[is_table] += 1
        suffixes = [""] if is_table else [f"/index/{index}" for index in sorted(held)]
        yield StatementView(
            sid=f"{'Table' if is_table else 'Indexes'}{counts[is_table]}",
            actions=tuple(f"dynamodb:{action}" for action in together),
            resources=tuple(ResourceView(region, suffix) for region in regions for suffix in suffixes),
            leading=leading if tag else (),
        )


def _value(grant: Grant, tag: str) -> str:
    return (grant.leading or "").replace(TENANT, f"${{aws:PrincipalTag/{tag}}}")


def _unlimited(workload: Workload, plan: Plan, role: Role) -> Iterator[Diagnostic]:
    if not role.tenant_tag:
        return
    for pattern in role.patterns:
        open_to_all = sorted(g for g in grants(workload, plan, pattern) if g.leading is None)
        if open_to_all:
            where = sorted({f"{g.action} on {'the table' if g.place == BASE else g.place}" for g in open_to_all})
            yield finding(
                "DM531",
                f"role `{role.name}` cannot be limited to a tenant: `{pattern}` needs {', '.join(where)}, and the "
                f"partition key there does not begin with `{workload.options.tenant}`",
                hint="declare the pattern in a role with `every_tenant=True`, or put the tenant first in its identity",
            )


def _too_long(policy: PolicyView, table: str) -> Iterator[Diagnostic]:
    said = [[s.sid, s.actions, s.leading] for s in policy.statements]
    arns = [len(_ARN) + len(table) + _ENVIRONMENT + len(r.suffix) for s in policy.statements for r in s.resources]
    frame = 160 * len(policy.statements)  # the names of a statement's elements, and its condition
    length = len(json.dumps(said, separators=(",", ":"))) + sum(arns) + frame
    if length > MOST_CHARACTERS:
        yield finding(
            "DM532",
            f"the policy of role `{policy.name}` may take {length} characters, IAM takes {MOST_CHARACTERS}",
            hint="split the role into several with fewer access patterns each",
        )
