"""The rules that look at a workload (and its plan, if there is one), and what they find.

In: a `Workload`. Out: findings in the order of the rules, then of the model. The list is explicit: a rule is a module
in `rules/<area>/` with one class, and a line in its area's list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.lint.rules.deployment import RULES as DEPLOYMENT_RULES
from dynamodel.lint.rules.entities import RULES as ENTITY_RULES
from dynamodel.lint.rules.patterns import RULES as PATTERN_RULES

if TYPE_CHECKING:
    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.lint.rule import Rule

RULES: tuple[type[Rule], ...] = (*ENTITY_RULES, *PATTERN_RULES, *DEPLOYMENT_RULES)


def lint(workload: Workload, plan: Plan | None = None) -> tuple[Diagnostic, ...]:
    """Every finding of every rule."""
    return tuple(found for rule in RULES for found in rule().check(workload, plan))
