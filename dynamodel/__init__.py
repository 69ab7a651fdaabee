"""dynamodel: declare entities and access patterns, get a proven DynamoDB design. What a model.py imports.

The names are loaded when they are first used, so that the command line answers `--version` without Pydantic.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dynamodel.spec.attributes import attr as attr
    from dynamodel.spec.conditions import (
        absent as absent,
        any_of as any_of,
        asc as asc,
        begins_with as begins_with,
        between as between,
        bucket as bucket,
        desc as desc,
        eq as eq,
        ge as ge,
        gt as gt,
        le as le,
        lt as lt,
        now as now,
        present as present,
    )
    from dynamodel.spec.declaration import Model as Model
    from dynamodel.spec.deploy import Deploy as Deploy
    from dynamodel.spec.deploy_parts import Alarms as Alarms, Cache as Cache, Replica as Replica, Role as Role
    from dynamodel.spec.entity import Entity as Entity, Parent as Parent
    from dynamodel.spec.patterns import (
        BatchGet as BatchGet,
        Collection as Collection,
        Get as Get,
        Query as Query,
        Scan as Scan,
        Search as Search,
    )
    from dynamodel.spec.types import Ulid as Ulid, Vector as Vector
    from dynamodel.spec.writes import (
        Check as Check,
        Create as Create,
        Delete as Delete,
        Put as Put,
        Transaction as Transaction,
        Update as Update,
        Upsert as Upsert,
    )

_HOMES = {
    "attributes": ("attr",),
    "conditions": (
        "absent", "any_of", "asc", "begins_with", "between", "bucket", "desc", "eq", "ge", "gt", "le", "lt", "now",
        "present",
    ),
    "declaration": ("Model",),
    "deploy": ("Deploy",),
    "deploy_parts": ("Alarms", "Cache", "Replica", "Role"),
    "entity": ("Entity", "Parent"),
    "patterns": ("BatchGet", "Collection", "Get", "Query", "Scan", "Search"),
    "types": ("Ulid", "Vector"),
    "writes": ("Check", "Create", "Delete", "Put", "Transaction", "Update", "Upsert"),
}  # fmt: skip
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Alarms", "BatchGet", "Cache", "Check", "Collection", "Create", "Delete", "Deploy", "Entity", "Get", "Model",
    "Parent", "Put", "Query", "Replica", "Role", "Scan", "Search", "Transaction", "Ulid", "Update", "Upsert", "Vector",
    "absent", "any_of", "asc", "attr", "begins_with", "between", "bucket", "desc", "eq", "ge", "gt", "le", "lt", "now",
    "present",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        message = f"module 'dynamodel' has no attribute {name!r}"
        raise AttributeError(message)
    value: object = getattr(import_module(f"dynamodel.spec.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
