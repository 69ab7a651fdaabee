"""The policy of an access pattern allows exactly what its generated code asks of DynamoDB, and nothing else.

Every request that `verify` makes is recorded with its pattern, then held against a policy for each pattern alone.
"""

from __future__ import annotations

import json
import textwrap
from copy import copy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from dynamodel import pipeline
from dynamodel.emit.cloudformation.emitter import checked
from dynamodel.emit.registry import emit
from dynamodel.emit.terraform.layout import aligned
from dynamodel.errors import ModelInvalid
from dynamodel.ir.deployment import AS_DEFAULT, Deployment, Replica, Role
from dynamodel.ir.names import python_name
from dynamodel.ir.suite import Row
from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.execution import Execution
from tests.support import hcl, iam
from tests.support.designs import EXAMPLES, NAMES
from tests.support.linted import lint
from tests.support.searching import SearchingMoto

if TYPE_CHECKING:
    from collections.abc import Iterable

TENANTS = """
from datetime import datetime

from dynamodel import BatchGet, Create, Delete, Entity, Get, Model, Parent, Query, Transaction, Update, attr, desc


class Account(Entity, identity=("tenant", "account"), count=1_000, unique=("tenant", "email")):
    tenant: str = attr(bytes=(8, 20))
    account: str = attr(bytes=(8, 20))
    email: str
    orders: int = attr(default=0)


class Order(Entity, identity=("tenant", "account", "order"), parent=Parent(Account, children=(5, 50))):
    tenant: str = attr(bytes=(8, 20))
    account: str = attr(bytes=(8, 20))
    order: str = attr(bytes=(8, 20))
    placed: datetime = attr(role="created")
    total: int = 0


class Desk(Model, tenant="tenant", table="desk"):
    register = Create(Account, rps=1)
    account = Get(Account, rps=5)
    by_email = Get(Account, by=(Account.tenant, Account.email), rps=2)
    rename = Update(Account, set=Account.email, rps=1)
    close = Delete(Account, rps=1)
    accounts = Query(Account, limit=20, rps=1)
    place = Transaction(Create(Order), Update(Account, add=Account.orders == 1), rps=2)
    several = BatchGet(Order, rps=2)
    recent = Query(Order, order_by=desc(Order.placed), limit=10, rps=2)
"""

LINKS = """
from dynamodel import Create, Delete, Entity, Get, Model, Put, Query, Update, Upsert, attr


class Link(Entity, identity=("tenant", "a", "b"), count=1_000):
    tenant: str = attr(bytes=(8, 20))
    a: str = attr(bytes=(8, 20))
    b: str = attr(bytes=(8, 20))
    kind: str | None = attr(bytes=(8, 20), default=None)
    text: str


class Links(Model, tenant="tenant", table="links", local_indexes=False):
    link = Create(Link)
    one = Get(Link)
    out = Query(Link, by=Link.a, consistent=True)
    into = Query(Link, by=Link.b, consistent=True)
    alike = Query(Link, by=Link.kind, returns=(Link.a, Link.b), consistent=True)
    say = Update(Link, set=Link.text)
    turn = Update(Link, set=Link.kind)
    untie = Update(Link, remove=Link.kind)
    replace = Put(Link)
    save = Upsert(Link, set=(Link.kind, Link.text))
    cut = Delete(Link)
    cut_off = Delete(Link, by=Link.b)
"""


class _Recorded:
    """What `verify` asked, by pattern: the tenant of the call, and what each request asked leave for."""

    def __init__(self, model: Path, backend: type[MotoBackend] = MotoBackend) -> None:
        self.workload = pipeline.load(model)
        self.plan = pipeline.plan(self.workload)
        self.requests: dict[str, list[tuple[Any, list[iam.Asked]]]] = {p.name: [] for p in self.workload.patterns}
        table = self.plan.table
        partition = {"": table.partition.name} | {i.name: i.partition[0].name for i in table.indexes}
        running: list[tuple[str, Any]] = []
        real = Execution.run

        def run(execution: Execution, pattern: Any, case: Any) -> Any:
            held = [v.values.get("tenant") for v in case.arguments.values() if isinstance(v, Row)]
            running.append((pattern.name, case.arguments.get("tenant", held[0] if held else None)))
            execution.strict.client.meta.events.register("provide-client-params.dynamodb", record, "policies")
            try:
                return real(execution, pattern, case)
            finally:
                execution.strict.client.meta.events.unregister("provide-client-params.dynamodb", record, "policies")
                running.pop()

        def record(params: Any, model: Any, **_: Any) -> None:
            name, tenant = running[-1]
            if model.name != "DescribeTable":
                self.requests[name].append((tenant, iam.asked(model.name, params, partition)))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Execution, "run", run)
            report = pipeline.verify(self.workload, self.plan, pipeline.suite(self.workload), backend())
        assert [f"{m.pattern}, {m.case}: {m.wrong}" for m in report.mismatches] == []
        assert set(report.verified) == {p.name for p in self.workload.patterns}
        package = pipeline.artifacts(self.workload, self.plan, None, ("python",))
        self._client = package.text(f"{self.workload.name}/client.py")

    def policies(self, roles: Iterable[Role]) -> dict[str, dict[str, Any]]:
        """The policy documents of roles, by name."""
        plan = replace(self.plan, deployment=replace(self.plan.deployment, roles=tuple(roles)))
        made = checked(self.workload, plan)[0]["Resources"].values()
        found = [r["Properties"]["PolicyDocument"] for r in made if r["Type"] == "AWS::IAM::ManagedPolicy"]
        return {role.name: policy for role, policy in zip(plan.deployment.roles, found, strict=True)}

    def alone(self, tag: str = "") -> dict[str, dict[str, Any]]:
        """A policy for each pattern."""
        return self.policies(Role(p.name, (p.name,), tag) for p in self.workload.patterns)

    def used(self, pattern: str) -> set[tuple[str, str]]:
        """The actions and places that the calls of a pattern needed, with a token where its method takes one."""
        used = {(each.action, each.place) for _, wanted in self.requests[pattern] for each in wanted}
        method = self._client.partition(f"    def {python_name(pattern)}(")[2].partition("\n    def ")[0]
        read = "and a read of the item afterwards" in " ".join(method.split())
        return used | ({("GetItem", "")} if read else set())


@cache
def _example(name: str) -> _Recorded:
    return _Recorded(EXAMPLES / name / "model.py")


def _recorded(folder: Path, text: str) -> _Recorded:
    model = folder / "model.py"
    model.write_text(textwrap.dedent(text), encoding="utf-8")
    return _Recorded(model)


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> _Recorded:
    return _recorded(tmp_path_factory.mktemp("tenants"), TENANTS)


def _tenants_own(tag: str, tenant: object, wanted: list[iam.Asked]) -> bool:
    """Whether a request of a tenant may go through: a list of keys is, when all of them are the tenant's.

    A name with a character that keys escape is not in the key as it is in the tag, and so is denied everything.
    """
    if not tag:
        return True
    if tenant is None:
        return False
    own = all(
        key.split("#")[-3 if key.startswith("UNIQ") else 1] == tenant for each in wanted for key in each.keys or ()
    )
    return own and all(c > "$" for c in str(tenant))


def _exact(recorded: _Recorded, policies: dict[str, dict[str, Any]], tag: str = "") -> None:
    for pattern, policy in policies.items():
        used = recorded.used(pattern)
        assert used, f"verify asked nothing for {pattern}"
        assert iam.grants(policy) == used, pattern
        for other, requests in recorded.requests.items():
            for tenant, wanted in requests:
                opened = {(each.action, each.place) for each in wanted} <= used
                if other == pattern:
                    allowed = iam.allows(policy, wanted, {tag: tenant})
                    assert allowed is _tenants_own(tag, tenant, wanted), f"{pattern}: {wanted}"
                elif not opened:
                    assert not iam.allows(policy, wanted, {tag: tenant}), f"{pattern}: {other} {wanted}"


@pytest.mark.parametrize("name", NAMES)  # on DynamoDB Local: tests/unit/verify/test_units.py
def test_every_access_pattern_of_an_example_is_served_and_verified(name: str) -> None:
    assert [p.name for p in _example(name).plan.patterns if p.status == "unserved"] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_policy_of_a_pattern_allows_exactly_its_requests(name: str) -> None:
    recorded = _example(name)
    _exact(recorded, recorded.alone())


def test_the_policy_of_a_search_allows_exactly_its_requests() -> None:
    recorded = _Recorded(Path(__file__).with_name("search_model.py"), SearchingMoto)
    policies = recorded.alone()
    _exact(recorded, policies)
    assert iam.grants(policies["alike"]) == {("SearchVectors", "VECTOR1")}


@pytest.mark.parametrize("name", NAMES)
def test_the_default_roles_are_the_readers_and_everybody(name: str) -> None:
    recorded = _example(name)
    every = [p.name for p in recorded.workload.patterns]
    reads = [p.name for p in recorded.workload.reads]
    made = recorded.policies([Role("read_only", tuple(reads)), Role("read_write", tuple(every))])
    writing = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "ConditionCheckItem"}
    assert not {action for action, _ in iam.grants(made["read_only"])} & writing
    for pattern, requests in recorded.requests.items():
        for _, wanted in requests:
            assert iam.allows(made["read_write"], wanted)
            if pattern in reads:
                assert iam.allows(made["read_only"], wanted)
            elif {each.action for each in wanted} & writing:
                assert not iam.allows(made["read_only"], wanted)


def test_a_role_of_a_tenant_reaches_that_tenants_keys_only(tenants: _Recorded) -> None:
    policies = tenants.alone("tenant")
    _exact(tenants, policies, "tenant")
    everybody = {tenant for requests in tenants.requests.values() for tenant, _ in requests if tenant}
    assert len(everybody) > 1
    for pattern, requests in tenants.requests.items():
        for tenant, wanted in requests:
            for other in everybody - {tenant}:
                allowed = iam.allows(policies[pattern], wanted, {"tenant": other})
                assert allowed is (tenant is None and _tenants_own("tenant", other, wanted)), f"{pattern}: {wanted}"
    assert any(tenant is None for tenant, _ in tenants.requests["several"])


def test_a_role_reaches_the_copies_of_what_it_may_read_and_write(tmp_path: Path) -> None:
    links = _recorded(tmp_path, LINKS)
    assert [len(c.carries) for d in links.plan.entities for c in d.copies] == [5, 2]
    _exact(links, links.alone("tenant"), "tenant")


def test_a_role_of_a_tenant_is_refused_where_keys_do_not_begin_with_it() -> None:
    recorded = _example("chat")
    with pytest.raises(ModelInvalid) as caught:
        recorded.alone("room_id")
    assert {d.code for d in caught.value.diagnostics} == {"DM531"}


def test_a_policy_longer_than_iam_takes_is_refused() -> None:
    recorded = _example("shop")
    regions = tuple(f"eu-west-{number}" for number in range(1, 30))
    every = tuple(p.name for p in recorded.workload.patterns)
    roles = (Role("everything", every),)
    plan = replace(recorded.plan, deployment=Deployment(roles=roles, replicas=tuple(map(Replica, regions))))
    with pytest.raises(ModelInvalid) as caught:
        checked(recorded.workload, plan)
    assert [d.code for d in caught.value.diagnostics] == ["DM532"]


@pytest.mark.parametrize("name", NAMES)
def test_terraform_says_the_same_policies(name: str) -> None:
    plain = copy(_example(name))
    plain.plan = replace(plain.plan, deployment=AS_DEFAULT)  # Terraform holds no table class of replicas
    _same_in_terraform(plain, "")


def test_terraform_says_the_same_conditions(tenants: _Recorded) -> None:
    _same_in_terraform(tenants, "tenant")


def _same_in_terraform(recorded: _Recorded, tag: str) -> None:
    roles = tuple(Role(p.name, (p.name,), tag) for p in recorded.workload.patterns)
    plan = replace(recorded.plan, deployment=replace(recorded.plan.deployment, roles=roles))
    made = emit(recorded.workload, plan, None, ("terraform",)).artifacts
    files = {a.path.split("/")[-1]: a.text for a in made}
    assert hcl.policies(files) == recorded.alone(tag)
    labels = [label for kind, label in hcl.resources(files) if kind == "aws_iam_policy"]
    assert labels == [role.name for role in roles]
    assert aligned(files["policies.tf"]) == files["policies.tf"]


def test_the_policies_of_a_stack_in_moto_are_those_of_the_roles(tenants: _Recorded) -> None:
    roles = (Role("clerk", ("account", "place"), "tenant"), Role("owner", tuple(tenants.requests)))
    plan = replace(tenants.plan, deployment=replace(tenants.plan.deployment, roles=roles))
    (template,) = emit(tenants.workload, plan, None, ("cloudformation",)).artifacts
    assert [str(match) for match in lint(template.text)] == []
    with mock_aws():
        stacks: Any = boto3.client("cloudformation", "us-east-1")
        stacks.create_stack(StackName="test", TemplateBody=template.text, Capabilities=["CAPABILITY_IAM"])
        outputs = {o["OutputKey"]: o["OutputValue"] for o in stacks.describe_stacks()["Stacks"][0]["Outputs"]}
        identity: Any = boto3.client("iam", "us-east-1")
        for role, policy in tenants.policies(roles).items():
            arn = outputs[f"{role.title()}PolicyArn"]
            held = identity.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"]
            assert len(held["Statement"]) == len(policy["Statement"])
            for made, planned in zip(held["Statement"], policy["Statement"], strict=True):
                assert made["Action"] == planned["Action"]
                assert made.get("Condition") == planned.get("Condition")
                assert all(a.startswith(outputs["TableArn"]) for a in made["Resource"])


def test_plain_requests_hold_the_same_policies(tenants: _Recorded) -> None:
    roles = (Role("clerk", ("account", "place"), "tenant"), Role("owner", tuple(tenants.requests)))
    plan = replace(tenants.plan, deployment=replace(tenants.plan.deployment, roles=roles))
    files = {a.path.split("/")[-1]: a.text for a in emit(tenants.workload, plan, None, ("create-table",)).artifacts}
    arn = "arn:aws:dynamodb:us-east-1:123456789012:table/desk"
    for role, policy in tenants.policies(roles).items():
        assert f"policy-{role}.json)" in files["create.sh"]
        made = json.loads(files[f"policy-{role}.json"].replace("TABLE_ARN", arn))
        wanted = _resolved(policy, arn)
        assert made == wanted


def _resolved(value: Any, arn: str) -> Any:
    if isinstance(value, list):
        return [_resolved(each, arn) for each in value]
    if value == {"Fn::GetAtt": ["Table", "Arn"]}:
        return arn
    if isinstance(value, dict):
        if "Fn::Sub" in value:
            return value["Fn::Sub"].replace("${Table.Arn}", arn)
        return {name: _resolved(each, arn) for name, each in value.items()}
    return value
