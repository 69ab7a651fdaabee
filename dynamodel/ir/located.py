"""Where in the user's file a finding about a workload belongs.

In: a workload and a finding that names a declaration by its path. Out: the same finding with the place of that
declaration: of the attribute, the entity or the access pattern that it names, else of the model itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamodel.diagnostics import Diagnostic, SourceSpan
    from dynamodel.ir.workload import Workload


def located(workload: Workload, findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings, each with a place if the workload came from a file."""
    return tuple(found if found.span else replace(found, span=_place(workload, found.path)) for found in findings)


def _place(workload: Workload, path: tuple[str, ...]) -> SourceSpan | None:
    first, second, *_ = (*path, "", "")
    entity = next((e for e in workload.entities if e.name == first), None)
    if entity is not None:
        attribute = next((a for a in entity.attributes if a.name == second), None)
        return (attribute.span if attribute else None) or entity.span or workload.span
    pattern = next((p for p in workload.patterns if p.name in {first, second}), None)
    return (pattern.span if pattern else None) or workload.span
