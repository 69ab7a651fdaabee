"""A role for functions behind each policy, as resources and outputs of the template.

In: `PolicyView`s. Out: dicts with intrinsic functions in their long form. A policy that is limited to a tenant is of no
use to a function itself, whose role has no tenant: such a role is assumed for one tenant at a time, with a session tag.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.cloudformation.intrinsics import Document, exported, get_att, output, ref, sub

if TYPE_CHECKING:
    from dynamodel.emit.table.policies import PolicyView

_LOGS = "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
_ACCOUNT = "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"


def role_resources(policies: tuple[PolicyView, ...]) -> Document:
    """The roles by logical id."""
    return {policy.role_id: {"Type": "AWS::IAM::Role", "Properties": _role(policy)} for policy in policies}


def role_outputs(policies: tuple[PolicyView, ...]) -> Document:
    """The ARNs of the roles, by the name of the output."""
    text = "The ARN of the role for functions that act as {}."
    return exported({f"{p.role_id}Arn": output(text.format(p.name), get_att(p.role_id, "Arn")) for p in policies})


def _role(policy: PolicyView) -> Document:
    principal: Document
    if policy.by_tenant:
        actions, principal, managed = ["sts:AssumeRole", "sts:TagSession"], {"AWS": sub(_ACCOUNT)}, []
    else:
        actions, principal, managed = ["sts:AssumeRole"], {"Service": "lambda.amazonaws.com"}, [sub(_LOGS)]
    trust = {"Effect": "Allow", "Principal": principal, "Action": actions}
    return {
        "Description": f"For functions that act as {policy.name}.",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "ManagedPolicyArns": [*managed, ref(policy.logical_id)],
    }
