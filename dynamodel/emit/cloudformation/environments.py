"""What a template says in one environment: parameters filled in, conditions decided.

In: the template as data. Out: its resources with literal values where they do not depend on other resources. Our own
check reads this, since a mistake may hide behind a condition; tests make tables from it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dynamodel.emit.cloudformation.intrinsics import NO_VALUE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamodel.emit.cloudformation.intrinsics import Document

_VARIABLE = re.compile(r"\$\{([A-Za-z0-9:.]+)\}")
_GIVEN = "given"  # stands for text that only a deployer knows


def environments(template: Document) -> Iterator[dict[str, str]]:
    """The defaults, and for each switch the defaults with its other values."""
    parameters = template["Parameters"]
    default = {name: str(own.get("Default", _GIVEN)) for name, own in parameters.items()}
    yield default
    for name, own in parameters.items():
        for value in own.get("AllowedValues", ()):
            if value != default[name]:
                yield default | {name: value}


def resources(template: Document, given: Mapping[str, str]) -> Document:
    """The resources of an environment by logical id; `given` has a value for every parameter."""
    reader = _Reader(template, given)
    return {
        name: {key: reader.value(part) for key, part in own.items() if key != "Condition"}
        for name, own in template["Resources"].items()
        if "Condition" not in own or reader.holds(own["Condition"])
    }


class _Reader:
    def __init__(self, template: Document, given: Mapping[str, str]) -> None:
        self._conditions, self._given = template["Conditions"], given

    def holds(self, condition: str) -> bool:
        return bool(self.value(self._conditions[condition]))

    def value(self, part: Any) -> Any:
        """A part with its intrinsic functions replaced; references to resources become their names."""
        if isinstance(part, list):
            return [self.value(inner) for inner in part if not self._is_nothing(inner)]
        if not isinstance(part, dict):
            return part
        if len(part) == 1:
            ((name, argument),) = part.items()
            if name in _FUNCTIONS:
                return _FUNCTIONS[name](self, argument)
        return {key: self.value(inner) for key, inner in part.items() if not self._is_nothing(inner)}

    def _is_nothing(self, part: Any) -> bool:
        """Whether a part is left out in this environment."""
        while isinstance(part, dict) and list(part) == ["Fn::If"]:
            condition, yes, no = part["Fn::If"]
            part = yes if self.holds(condition) else no
        return bool(part == NO_VALUE)

    def ref(self, name: str) -> str:
        return self._given.get(name, name)

    def choose(self, argument: list[Any]) -> Any:
        condition, yes, no = argument
        return self.value(yes if self.holds(condition) else no)

    def equal(self, argument: list[Any]) -> bool:
        one, other = (self.value(a) for a in argument)
        return bool(one == other)

    def fill(self, text: str) -> str:
        return _VARIABLE.sub(lambda m: self.ref(m[1]), text)


_FUNCTIONS: dict[str, Any] = {
    "Ref": _Reader.ref,
    "Condition": _Reader.holds,
    "Fn::If": _Reader.choose,
    "Fn::Equals": _Reader.equal,
    "Fn::Not": lambda reader, argument: not reader.value(argument[0]),
    "Fn::And": lambda reader, argument: all(reader.value(a) for a in argument),
    "Fn::Sub": _Reader.fill,
    "Fn::GetAtt": lambda _, argument: ".".join(argument),
}
