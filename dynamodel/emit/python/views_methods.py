"""The methods of an access pattern: its steps in `calls.py`, and what the clients make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.layout import Node, call, statement
from dynamodel.emit.python.views import MethodView

if TYPE_CHECKING:
    from collections.abc import Sequence


def method_view(
    name: str, pattern: str, parameters: Sequence[Node], *, returns: str, doc: str, body: str
) -> MethodView:
    """The method called `name`; `parameters` as in a signature without `self`, `body` are its steps."""
    made = call(name, "self", *parameters)
    steps = call(f"self._calls.{name}", *_passed(parameters))
    run = call("self._run", python_literal(pattern), steps)
    given = "" if returns == "None" else "return "
    return MethodView(
        doc=doc,
        steps_signature=statement(made, 4, before="def ", after=f" -> sending.Steps[{returns}]:"),
        steps=body,
        signature=statement(made, 4, before="def ", after=f" -> {returns}:"),
        body=statement(run, 8, before=given),
        async_signature=statement(made, 4, before="async def ", after=f" -> {returns}:"),
        async_body=statement(run, 8, before=f"{given}await "),
    )


def _passed(parameters: Sequence[Node]) -> list[Node]:
    """The parameters of a signature as the arguments of a call."""
    found: list[Node] = []
    by_keyword = False
    for parameter in parameters:
        name = str(parameter).partition(":")[0]
        if name == "*":
            by_keyword = True
        else:
            found.append(f"{name}={name}" if by_keyword else name)
    return found
