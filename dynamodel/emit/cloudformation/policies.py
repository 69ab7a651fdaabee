"""The policies of the roles as resources and outputs of the template, as data.

In: `PolicyView`s. Out: dicts with intrinsic functions in their long form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dynamodel.emit.table.policies import PolicyView, ResourceView


def policy_resources(policies: tuple[PolicyView, ...]) -> dict[str, Any]:
    """A managed policy for each role, by logical id."""
    return {
        policy.logical_id: {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {
                "Description": policy.description,
                "PolicyDocument": policy.document(_resource),
            },
        }
        for policy in policies
    }


def policy_outputs(policies: tuple[PolicyView, ...]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Description and value of the output of each policy, by its name."""
    return {
        f"{policy.logical_id}Arn": (f"The ARN of the policy of the role {policy.name}.", {"Ref": policy.logical_id})
        for policy in policies
    }


def _resource(resource: ResourceView) -> dict[str, Any]:
    if resource.region:
        place = f"{resource.region}:${{AWS::AccountId}}:table/${{Table}}{resource.suffix}"
        return {"Fn::Sub": f"arn:${{AWS::Partition}}:dynamodb:{place}"}
    if resource.suffix:
        return {"Fn::Sub": f"${{Table.Arn}}{resource.suffix}"}
    return {"Fn::GetAtt": ["Table", "Arn"]}
