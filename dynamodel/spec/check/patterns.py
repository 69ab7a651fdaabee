"""Checks of the access patterns: names and numbers here, reads and writes in their own modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.spec.check.collections import check_collection
from dynamodel.spec.check.reads import check_read
from dynamodel.spec.check.writes import check_transaction, check_write
from dynamodel.spec.pattern_nodes import CollectionSpec, ReadCommon, TransactionSpec

if TYPE_CHECKING:
    from dynamodel.spec.check.report import Report
    from dynamodel.spec.model import Pointer
    from dynamodel.spec.pattern_nodes import Common

_METHODS = frozenset({"every"})  # of the generated class


def check_patterns(report: Report) -> None:
    """Every access pattern."""
    first: set[str] = set()
    for index, pattern in enumerate(report.spec.patterns):
        at: Pointer = ("patterns", index)
        name = pattern.name
        if name in first:
            report.add(
                "DM314", at, f"there are two access patterns `{name}`", "the name is a method's name: rename one"
            )
        first.add(name)
        if not name.isidentifier() or name.startswith("_") or name in _METHODS:
            report.add("DM342", at, f"`{name}` is no name of an access pattern",
                       "it becomes a method: letters, digits and _, beginning with a letter; `every` is "
                       "taken")  # fmt: skip
        _rates(report, pattern, at)
        if isinstance(pattern, CollectionSpec):
            check_collection(report, pattern, at)
        elif isinstance(pattern, TransactionSpec):
            check_transaction(report, pattern, at)
        elif isinstance(pattern, ReadCommon):
            check_read(report, pattern, at)
        else:
            check_write(report, pattern, at)


def _rates(report: Report, pattern: Common, at: Pointer) -> None:
    if pattern.rps is not None and pattern.peak is not None and pattern.peak < pattern.rps:
        report.add(
            "DM325", (*at, "peak"), f"the peak {pattern.peak} is below the average {pattern.rps}", "a peak is the most"
        )
