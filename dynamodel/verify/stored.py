"""What the table must hold for a set of rows: items with their keys, and guards.

In: workload, plan, rows. Out: items in the wire format and in comparable form. It shares the key laws
(`dynamodel.keys`) with the emitted package and nothing else: the
values' stored forms are written down here a second time, on purpose.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dynamodel.ir.keys import NaturalKey, Template, TypeKey
from dynamodel.ir.values import Kind
from dynamodel.keys.choose import identity_components
from dynamodel.keys.templates import item_key
from dynamodel.records import dataclass
from dynamodel.verify.oracle.conditions import Call, holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.keys import KeyField
    from dynamodel.ir.plan import EntityDesign, GuardDesign, KeyDesign, Plan
    from dynamodel.ir.suite import Row, Suite
    from dynamodel.ir.values import ValueType
    from dynamodel.ir.workload import Workload

Item = dict[str, Any]  # attribute name -> {"S": …}
GUARD = "UNIQ"
COPY = "COPY~"
_ANY = {str: "S", bool: "BOOL", int: "N", Decimal: "N", bytes: "B"}


@dataclass(frozen=True, slots=True)
class Layout:
    """Makes items of rows for one plan."""

    workload: Workload
    plan: Plan
    now: datetime

    def item(self, row: Row) -> Item:
        """The item of a row: stored attributes, base key, index keys, type."""
        entity, design = self.workload.entity(row.entity), self.plan.entity(row.entity)
        item: Item = {}
        for attribute in entity.stored:
            value = row.values.get(attribute.name)
            stored = None if value is None else wire(attribute.type, value, ttl=attribute.role == "ttl")
            if stored is not None:
                item[attribute.name] = stored
        for key in (design.base, *design.indexes):
            item.update(self.key(entity, key, row) or {})
        item[self.plan.table.type_attribute] = {"S": design.tag}
        return item

    def key(self, entity: EntityDef, key: KeyDesign, row: Row) -> Item | None:
        """What is written for the key of a row in one place beside its own attributes; None when nothing is.

        All texts of a key are there or none. An attribute in the key that is missing leaves the row out by itself.
        """
        call = Call({}, self.now)
        if not all(holds(entity, row.values, condition, call) for condition in key.when):
            return None
        texts = [field for field in key.fields if not isinstance(field.value, NaturalKey)]
        found = {field.name: self._field(entity, field, row) for field in texts}
        return None if any(v is None for v in found.values()) else found

    def _field(self, entity: EntityDef, field: KeyField, row: Row) -> Any:
        if isinstance(field.value, TypeKey):
            return {"S": field.value.tag}
        assert isinstance(field.value, Template)
        text = item_key(field.value, row.values, identity_components(entity))
        return None if text is None else {"S": text}

    def guards(self, row: Row, item: Item | None = None) -> list[Item]:
        """What a row needs beside its item: a guard for each unique set without None, and its copies."""
        entity, design = self.workload.entity(row.entity), self.plan.entity(row.entity)
        if not design.guards and not design.copies:
            return []
        held = self.item(row) if item is None else item
        found = [
            {**{n: held[n] for n in guard.carries if n in held}, **self._guard(entity, design, guard, row)}
            for guard in design.guards
            if all(row.values.get(name) is not None for name in guard.attributes)
        ]
        for copy in design.copies:
            key = self.key(entity, copy.key, row)
            if key is not None:
                carried = {n: held[n] for n in copy.carries if n in held}
                found.append({**carried, **key, self.plan.table.type_attribute: {"S": COPY}})
        return found

    def _guard(self, entity: EntityDef, design: EntityDesign, guard: GuardDesign, row: Row) -> Item:
        item: Item = {f.name: self._field(entity, f, row) for f in (guard.partition, guard.sort)}
        owner = {n: wire(entity.attribute(n).type, row.values[n]) for n in entity.identity}
        kind = self.plan.table.type_attribute
        item["owner"] = {"M": {kind: {"S": design.tag}, **owner}}
        item[kind] = {"S": GUARD}
        ttl = entity.with_role("ttl")
        if ttl is not None and row.values.get(ttl) is not None:
            item[ttl] = wire(entity.attribute(ttl).type, row.values[ttl], ttl=True)
        return item

    def base_key(self, item: Mapping[str, Any]) -> tuple[str, str]:
        """The base key of an item, for comparing."""
        table = self.plan.table
        return tuple(next(iter(item[k.name].values())) for k in (table.partition, table.sort))

    def items(self, rows: Iterable[Row]) -> dict[tuple[str, str], Item]:
        """All items of rows and their guards, by base key."""
        found: dict[tuple[str, str], Item] = {}
        for row in rows:
            item = self.item(row)
            for each in (item, *self.guards(row, item)):
                found[self.base_key(each)] = each
        return found


def with_keys(suite: Suite, workload: Workload, plan: Plan) -> Suite:
    """The suite with the keys of each of its rows by a plan."""
    layout, names = Layout(workload, plan, suite.now), plan.table.key_names | {plan.table.type_attribute}
    made = ((row, layout.item(row)) for row in suite.rows)
    stored = ((item, *layout.guards(row, item)) for row, item in made)
    keys = (tuple({n: item[n] for n in sorted(names & item.keys())} for item in items) for items in stored)
    return replace(suite, keys=tuple(keys))


def wire(kind: ValueType, value: Any, *, ttl: bool = False) -> Item | None:
    """A value as DynamoDB holds it; None when it is not stored at all (an empty set)."""
    if ttl:
        return {"N": str(int(value.timestamp()))}
    if kind.kind is Kind.ANY:
        return _document(value)
    if kind.is_number:
        return {"N": f"{value:f}" if isinstance(value, Decimal) else str(value)}  # as the service answers: no exponent
    if kind.kind in {Kind.LIST, Kind.VECTOR}:
        element = kind.element
        return {"L": [{"N": repr(v)} if element is None else wire(element, v) for v in value]}
    if kind.kind is Kind.MAP:
        assert kind.element is not None
        return {"M": {name: wire(kind.element, v) for name, v in value.items()}}
    if kind.kind is Kind.OBJECT:
        fields = {f.name: wire(f.type, value[f.name]) for f in kind.fields if value.get(f.name) is not None}
        return {"M": {name: v for name, v in fields.items() if v is not None}}
    if kind.kind is Kind.SET:
        assert kind.element is not None
        members = [next(iter((wire(kind.element, v) or {}).items())) for v in value]
        return {f"{members[0][0]}S": [content for _, content in members]} if members else None
    return _scalar(value)


def _scalar(value: Any) -> Item:
    if isinstance(value, datetime):
        return {"S": value.astimezone(UTC).isoformat(timespec="microseconds")}
    if isinstance(value, date):
        return {"S": value.isoformat()}
    if isinstance(value, UUID):
        return {"S": str(value)}
    return {_ANY[type(value)]: value}


def _document(value: Any) -> Item:
    if value is None:
        return {"NULL": True}
    if isinstance(value, dict):
        return {"M": {name: _document(v) for name, v in value.items()}}
    if isinstance(value, list | tuple):
        return {"L": [_document(v) for v in value]}
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return {"N": f"{value:f}" if isinstance(value, Decimal) else str(value)}
    return _scalar(value)


def comparable(value: Mapping[str, Any]) -> object:
    """An attribute value in a form in which equal values are equal: numbers by value, sets without order."""
    (kind, content) = next(iter(value.items()))
    if kind == "N":
        return kind, Decimal(content)
    if kind in {"SS", "NS", "BS"}:
        return kind, frozenset(Decimal(v) if kind == "NS" else _bytes(v) if kind == "BS" else v for v in content)
    if kind == "B":
        return kind, _bytes(content)
    if kind == "M":
        return kind, frozenset((name, comparable(v)) for name, v in content.items())
    if kind == "L":
        return kind, tuple(comparable(v) for v in content)
    return kind, content


def comparable_item(item: Mapping[str, Any]) -> object:
    """An item in such a form."""
    return frozenset((name, comparable(value)) for name, value in item.items())


def _bytes(content: Any) -> bytes:
    """Binary as boto3 gives it, or in Base64 as moto keeps it."""
    return base64.b64decode(content) if isinstance(content, str) else bytes(content)
