"""CloudFormation's intrinsic functions in their long form, and parameters that switch something on or off."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]

NO_VALUE: Document = {"Ref": "AWS::NoValue"}


def ref(name: str) -> Document:
    """The value of a parameter, or the name of a resource."""
    return {"Ref": name}


def sub(text: str) -> Document:
    """Text with `${...}` replaced."""
    return {"Fn::Sub": text}


def get_att(resource: str, attribute: str) -> Document:
    """An attribute of a resource."""
    return {"Fn::GetAtt": [resource, attribute]}


def when(condition: str, value: Any, otherwise: Any = NO_VALUE) -> Document:
    """A value, only where a condition holds."""
    return {"Fn::If": [condition, value, otherwise]}


def equals(parameter: str, value: str) -> Document:
    """The condition that a parameter has a value."""
    return {"Fn::Equals": [ref(parameter), value]}


def differs(parameter: str, value: str) -> Document:
    """The condition that a parameter has another value."""
    return {"Fn::Not": [equals(parameter, value)]}


def switch(description: str, *, on: bool) -> Document:
    """A parameter that is "true" or "false"."""
    default = "true" if on else "false"
    return {"Type": "String", "Default": default, "AllowedValues": ["true", "false"], "Description": description}


def exported(outputs: Document) -> Document:
    """Outputs with an export each, named after the stack and the output."""
    return {name: own | {"Export": {"Name": sub(f"${{AWS::StackName}}-{name}")}} for name, own in outputs.items()}


def output(description: str, value: object) -> Document:
    """An output; the export is named after it."""
    return {"Description": description, "Value": value}
