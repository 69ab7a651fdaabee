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
    entity = f"Entity = {' | '.join(classes)}"
    if columns(entity) > WIDTH:
        entity = "Entity = (\n    " + "\n    | ".join(classes) + "\n)"
    readers = [f"{python_literal(context.design(n).tag)}: codec.read_{context.function(n)}," for n in names]
    return RecordsView(context.header, entity, GUARD_TAG, tuple(readers))
