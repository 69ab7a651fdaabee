"""The view of `records.py`: which tag in a stream record is which entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.layout import WIDTH, columns
from dynamodel.emit.python.views import RecordsView
from dynamodel.emit.python.views_keys import GUARD_TAG

if TYPE_CHECKING:
    from dynamodel.emit.python.context import Context


def records_view(context: Context) -> RecordsView:
    """The view of the module."""
    names = [entity.name for entity in context.workload.entities]
    classes = [context.class_of(name) for name in names]
    readers = [f"{python_literal(context.design(n).tag)}: codec.read_{context.function(n)}," for n in names]
    return RecordsView(context.header, _union(classes), GUARD_TAG, tuple(readers))


def _union(classes: list[str]) -> str:
    """The definition of `Entity`: on one line, on one line between parentheses, or one class a line."""
    one = " | ".join(classes)
    if columns(f"Entity = {one}") <= WIDTH:
        return f"Entity = {one}"
    inner = one if columns(one) + 4 <= WIDTH else "\n    | ".join(classes)
    return f"Entity = (\n    {inner}\n)"
