"""What a rule is: one code, one question, findings with a place and a hint."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload


class Rule:
    """A rule; its docstring says what it checks, why, and shows a bad and a good model."""

    code: ClassVar[str]

    def check(self, workload: Workload, plan: Plan | None) -> Iterator[Diagnostic]:
        """The findings about a workload; `plan` is None before planning."""
        raise AssertionError(f"{type(self).__name__} has no check for {workload.name} {plan is None}")
