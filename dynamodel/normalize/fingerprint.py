"""A short name of a workload's content: equal content, equal name, whatever file or process it comes from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING
from uuid import UUID

from dynamodel.diagnostics import SourceSpan

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from dynamodel.ir.workload import Workload

_AS_THEY_ARE = {NoneType, bool, str, int}  # most values, without a question for each class that they might be of


def fingerprint(workload: Workload) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the content, places in files left out."""
    text = json.dumps(_plain(workload), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: object) -> object:  # noqa: PLR0911 - one return for each type
    """JSON data that tells types apart: a Decimal is no text, a date no datetime."""
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if isinstance(value, list | tuple):
        return [v if type(v) in _AS_THEY_ARE else _plain(v) for v in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str | int):
        return value
    if is_dataclass(kind):
        return _record(value, kind)
    if isinstance(value, set | frozenset):
        return {"": "set", "of": sorted((_plain(v) for v in value), key=lambda v: json.dumps(v, sort_keys=True))}
    if isinstance(value, dict):
        return _mapping(value)
    if isinstance(value, Decimal):
        return {"": "Decimal", "of": str(value.normalize()) if value else "0"}
    if isinstance(value, datetime | date):
        return {"": type(value).__name__, "of": value.isoformat()}
    if isinstance(value, UUID):
        return {"": "UUID", "of": str(value)}
    if isinstance(value, bytes):
        return {"": "bytes", "of": value.hex()}
    return {"": type(value).__name__, "of": repr(value)}


def _record(value: object, kind: type) -> object:
    """A record with the name of its class; no places in files."""
    found: dict[str, object] = {"": kind.__name__}
    for name in _names(kind):
        part = getattr(value, name)
        if type(part) in _AS_THEY_ARE:
            found[name] = part
        elif type(part) is not SourceSpan:
            found[name] = _plain(part)
    return found


@cache
def _names(kind: Hashable) -> tuple[str, ...]:
    """The fields of a record that say what it is, not where it came from or what the planner adds."""
    said = (f for f in fields(kind) if f.compare and not f.metadata.get("planned"))  # type: ignore[arg-type]
    return tuple(f.name for f in said if f.name != "fingerprint")


def _mapping(value: Mapping[object, object]) -> object:
    return {str(k): _plain(v) for k, v in value.items()}
