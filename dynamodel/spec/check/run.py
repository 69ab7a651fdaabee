"""All checks of a whole spec, in order; each adds what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.spec.check.alike import check_alike
from dynamodel.spec.check.attributes import check_attributes
from dynamodel.spec.check.counting import check_counting
from dynamodel.spec.check.entities import check_entities
from dynamodel.spec.check.parents import check_parents
from dynamodel.spec.check.patterns import check_patterns
from dynamodel.spec.check.report import Report

if TYPE_CHECKING:
    from dynamodel.diagnostics import Diagnostic
    from dynamodel.spec.model import ModelSpec


def check(spec: ModelSpec) -> tuple[Diagnostic, ...]:
    """Every mistake that needs more than one part of the spec."""
    report = Report(spec)
    for one in (check_entities, check_attributes, check_parents, check_patterns, check_alike, check_counting):
        one(report)
    if spec.deploy is not None:
        from dynamodel.spec.check.deployment import check_deployment

        check_deployment(report, spec.deploy)
    return tuple(report.findings)
