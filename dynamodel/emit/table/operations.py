"""The DynamoDB operations that access patterns send."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dynamodel.ir.plan import Operation, PatternDesign


def operations(pattern: PatternDesign) -> list[Operation]:
    """Every operation of a pattern: of its reads, of its steps, and the one that carries the steps."""
    found = [request.operation for request in pattern.reads] + [step.operation for step in pattern.steps]
    return [*found, pattern.write_operation] if pattern.write_operation else found
