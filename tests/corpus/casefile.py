"""Reads case files: published designs as facts. The format is described in `cases/README.md`.

In: a path. Out: `Case`. Lenient where a field may be left out, strict where nothing sensible can follow: `BadCase`.
It knows nothing of dynamodel.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_NAME = re.compile(r"<([^<>()]+)>")  # an attribute in a key template
READ_OPERATIONS = {"GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"}


class BadCase(Exception):  # noqa: N818 - reads as what is wrong with the file
    """The file is not of the format; the text says where."""


@dataclass(frozen=True)
class Parent:
    """A link: `via` are attributes of the child."""

    entity: str
    via: tuple[str, ...]


@dataclass(frozen=True)
class Entity:
    """A stored thing; `types` maps attribute names to DynamoDB types, in the order of the file."""

    name: str
    types: dict[str, str]
    identity: tuple[str, ...]
    parents: tuple[Parent, ...]
    unique: tuple[tuple[str, ...], ...]
    ttl: str | None
    item_bytes: float | None
    count: float | None


@dataclass(frozen=True)
class Pattern:
    """An access pattern; `range` is (attribute, operator)."""

    id: str
    description: str
    kind: str
    entities: tuple[str, ...]
    equals: tuple[str, ...]
    range: tuple[str, str] | None
    order_by: tuple[str, ...]
    descending: bool
    limit: int | None
    filter: tuple[str, ...]
    consistent: bool
    rps: float | None


@dataclass(frozen=True)
class PlanRow:
    """One kind of request that the author makes for a pattern; `requests` None when it depends on the data."""

    id: str
    operation: str
    requests: int | None
    filter: bool
    key_condition: str = ""

    @property
    def reads(self) -> bool:
        """Whether it is a request that reads."""
        return self.operation in READ_OPERATIONS


@dataclass(frozen=True)
class Case:
    """A published design; `keys` are the templates of the author's base keys, by entity."""

    id: str
    title: str
    entities: tuple[Entity, ...]
    patterns: tuple[Pattern, ...]
    gsi_count: int
    plan: tuple[PlanRow, ...]
    remarks: str
    keys: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lsi_count: int = 0

    def entity(self, name: str) -> Entity:
        """The entity of that name; KeyError if there is none."""
        for entity in self.entities:
            if entity.name == name:
                return entity
        raise KeyError(name)

    def base_attributes(self, entity: str) -> tuple[str, ...]:
        """The attributes that the author's base keys of an entity are made of, each once."""
        own = self.entity(entity).types
        words = [w for name, templates in self.keys if name == entity for t in templates for w in _NAME.findall(t)]
        return tuple(dict.fromkeys(w for w in words if w in own))

    def rows(self, pattern: str) -> tuple[PlanRow, ...]:
        """The author's requests for a pattern."""
        return tuple(row for row in self.plan if row.id == pattern)


def read_case(path: Path) -> Case:
    """The case of a file; BadCase when it is not of the format."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadCase(f"{type(error).__name__}: {error}") from error
    return parse_case(data)


def parse_case(data: Any) -> Case:
    """The case that decoded JSON describes; BadCase when it is not of the format."""
    try:
        case = Case(
            id=str(data["id"]),
            title=str(data.get("title") or data["id"]),
            entities=tuple(_entity(e) for e in data["entities"]),
            patterns=tuple(_pattern(p) for p in data["patterns"]),
            gsi_count=_gsi_count(data.get("expert") or {}),
            plan=tuple(
                PlanRow(
                    str(r["id"]),
                    str(r.get("operation")),
                    r.get("requests"),
                    bool(r.get("filter")),
                    str(r.get("key_condition") or ""),
                )
                for r in (data.get("expert") or {}).get("pattern_plan") or ()
            ),
            remarks=str(data.get("remarks") or ""),
            keys=tuple(
                (str(k["entity"]), tuple(str(k[part]) for part in ("pk", "sk") if k.get(part)))
                for k in (data.get("expert") or {}).get("entity_keys") or ()
            ),
            lsi_count=sum(len(t.get("lsis") or ()) for t in (data.get("expert") or {}).get("tables") or ()),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadCase(f"not a case file: {type(error).__name__}: {error}") from error
    _refuse_unknown_names(case)
    return case


def _entity(data: dict[str, Any]) -> Entity:
    return Entity(
        name=data["name"],
        types={a["name"]: a["type"] for a in data["attributes"]},
        identity=tuple(data["identity"]),
        parents=tuple(Parent(p["entity"], tuple(p["via"])) for p in data.get("parents") or ()),
        unique=tuple(tuple(names) for names in data.get("unique") or ()),
        ttl=data.get("ttl"),
        item_bytes=data.get("approx_item_bytes"),
        count=data.get("approx_count"),
    )


def _pattern(data: dict[str, Any]) -> Pattern:
    limits = data.get("range")
    return Pattern(
        id=str(data["id"]),
        description=str(data.get("description") or ""),
        kind=data["kind"],
        entities=tuple(data["entities"]),
        equals=tuple(dict.fromkeys(data.get("equals") or ())),
        range=(limits["attr"], limits["op"]) if limits else None,
        order_by=tuple(data.get("order_by") or ()),
        descending=bool(data.get("descending")),
        limit=data.get("limit"),
        filter=tuple(data.get("filter") or ()),
        consistent=bool(data.get("consistent")),
        rps=data.get("rps"),
    )


def _gsi_count(expert: dict[str, Any]) -> int:
    counted = sum(len(t.get("gsis") or ()) for t in expert.get("tables") or ())
    return int(expert.get("gsi_count", counted))


def _refuse_unknown_names(case: Case) -> None:
    known = {e.name for e in case.entities}
    for entity in case.entities:
        wanted = [
            *entity.identity,
            *(a for names in entity.unique for a in names),
            *([entity.ttl] if entity.ttl else []),
        ]
        if missing := [a for a in wanted if a not in entity.types]:
            raise BadCase(f"{entity.name} has no attribute {', '.join(missing)}")
    for pattern in case.patterns:
        if not pattern.entities or (missing := [e for e in pattern.entities if e not in known]):
            raise BadCase(f"pattern {pattern.id} reads or writes no known entity: {', '.join(pattern.entities)}")
