"""`plan.json`: a plan as plain JSON and back, exactly.

The file serves two readers. People review templates, key conditions, units and dollars in a diff: that is the shape of
the documented format. `emit`, `verify` and a later `plan` need the exact tokens: those stand in `structure` and beside
the words. Decoding reads the exact part and ignores the words, so an edited word changes nothing.

Units and dollars are decimal numbers here and integers in millionths in the plan.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dynamodel.ir import wording
from dynamodel.ir.json_text import indented
from dynamodel.ir.plan import (
    CopyDesign,
    EntityDesign,
    GuardDesign,
    IndexDesign,
    KeyAttribute,
    KeyDesign,
    PatternDesign,
    Plan,
    Projection,
    ReadRequest,
    StepDesign,
    TableDesign,
    VectorDesign,
)
from dynamodel.ir.proof import CostDesign, Proof, Units
from dynamodel.ir.structure import decode_record, encode_record
from dynamodel.ir.workload import ChoiceDef

FORMAT = "dynamodel-plan/1"
_EXACT = 10**15  # below it, a number of millionths survives as a JSON number in every reader
_MILLION = 1_000_000


class NotAPlan(ValueError):  # noqa: N818 - says what was found
    """The JSON is no plan of this format; the message says what it is instead."""


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """The plan in the documented shape; `indented` writes one attribute a line."""
    deployment = encode_record(plan.deployment)
    return {
        "format": FORMAT,
        "model": plan.model,
        "fingerprint": plan.fingerprint,
        "table": _table(plan.table),
        **({"deployment": deployment} if deployment else {}),
        "entities": {entity.entity: _entity(entity) for entity in plan.entities},
        "patterns": {pattern.name: _pattern(pattern) for pattern in plan.patterns},
        "cost": {
            "monthly": amount(plan.cost.monthly),
            "reads": amount(plan.cost.reads),
            "writes": amount(plan.cost.writes),
            "storage": amount(plan.cost.storage),
            "prices_dated": plan.cost.prices_dated,
        },
        "proof": {
            "gsi_lower_bound": plan.proof.gsi_lower_bound,
            "incompatible_patterns": [encode_record(i) for i in plan.proof.incompatible],
            "cost_lower_bound": amount(plan.proof.cost_lower_bound),
            "gap": amount(plan.proof.gap),
            "traded": amount(plan.proof.traded),
            "statement": plan.proof.statement,
        },
        "assumptions": list(plan.assumptions),
        **({"copied": [encode_record(c) for c in plan.copied]} if plan.copied else {}),
        **({"choices": [_choice(c) for c in plan.choices]} if plan.choices else {}),
        "findings": [encode_record(finding) for finding in plan.findings],
    }


def plan_text(plan: Plan) -> str:
    """The text of a `plan.json`: what `plan --format json` prints and `--lock` writes."""
    return indented(plan_to_json(plan)) + "\n"


def plan_from_json(data: object) -> Plan:
    """The plan that `plan_to_json` wrote; raises `NotAPlan` for anything else."""
    if not isinstance(data, dict) or "format" not in data:
        raise NotAPlan(f'no "format": a plan begins with "format": "{FORMAT}"')
    if data["format"] != FORMAT:
        raise NotAPlan(f'the format is "{data["format"]}", this version reads "{FORMAT}"')
    try:
        return _plan(data)
    except (KeyError, ValueError, TypeError, AttributeError, StopIteration, ArithmeticError) as wrong:
        raise NotAPlan(f"a part is missing or of the wrong kind: {wrong!r}") from wrong


def amount(millionths: int) -> int | float | str:
    """Millionths as a JSON number, or as text where a number would lose digits."""
    whole, rest = divmod(millionths, _MILLION)
    if not rest:
        return whole
    return millionths / _MILLION if abs(millionths) < _EXACT else str(Decimal(millionths).scaleb(-6))


def millionths(value: float | str) -> int:
    """The integer that `amount` wrote."""
    return int(Decimal(str(value)).scaleb(6))


def _choice(choice: ChoiceDef) -> dict[str, Any]:
    costs = {way: getattr(choice, way) for way in ("copied", "joined")}
    return encode_record(choice, leave_out=tuple(costs)) | {
        way: None if cost is None else amount(cost) for way, cost in costs.items()
    }


def _choice_from(data: dict[str, Any]) -> ChoiceDef:
    costs = {way: None if data[way] is None else millionths(data[way]) for way in ("copied", "joined")}
    return decode_record(data, ChoiceDef, **costs)  # type: ignore[no-any-return]


def _table(table: TableDesign) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "name": table.name,
        "key": {"pk": _attribute(table.partition), "sk": _attribute(table.sort)},
        "type_attribute": table.type_attribute,
        "ttl": table.ttl_attribute,
        "billing": table.billing,
        "gsis": [_index(index) for index in table.gsis],
        "lsis": [_index(index) for index in table.lsis],
    }
    if table.vectors:
        answer["vectors"] = [encode_record(index) for index in table.vectors]
    if table.indexes != table.gsis + table.lsis:
        answer["index_order"] = [index.name for index in table.indexes]
    return answer


def _attribute(key: KeyAttribute) -> dict[str, str]:
    return {"name": key.name, "type": key.type}


def _index(index: IndexDesign) -> dict[str, Any]:
    return {
        "name": index.name,
        "partition": [_attribute(a) for a in index.partition],
        "sort": [_attribute(a) for a in index.sort],
        "projection": {"type": index.projection.type, "attributes": list(index.projection.attributes)},
        "entities": list(index.entities),
        "patterns": list(index.patterns),
        "natural": index.natural,
    }


def _entity(design: EntityDesign) -> dict[str, Any]:
    return {
        "tag": design.tag,
        "keys": {key.place: _key(key) for key in (design.base, *design.indexes)},
        "guards": [
            {"namespace": guard.namespace, "key": wording.key_value(guard.partition.value)}
            | encode_record(guard, leave_out=("namespace",))
            for guard in design.guards
        ],
        "copies": [
            {"place": copy.place, "key": [wording.key_value(copy.partition.value), wording.key_value(copy.sort.value)]}
            | encode_record(copy, leave_out=("place",))
            for copy in design.copies
        ],
        "structure": {
            "base": encode_record(design.base),
            "indexes": [encode_record(key) for key in design.indexes],
        },
    }


def _key(key: KeyDesign) -> dict[str, str]:
    words = {field.name: wording.key_value(field.value) for field in key.fields}
    if key.when:
        words["when" if "when" not in words else "when (condition)"] = wording.conditions(key.when)
    return words


def _pattern(pattern: PatternDesign) -> dict[str, Any]:
    units = pattern.units
    return {
        "status": pattern.status,
        "reason": pattern.reason,
        "request_count": pattern.request_count,
        "requests": [_request(request) for request in pattern.reads],
        "write_operation": pattern.write_operation and pattern.write_operation.value,
        "steps": [{"operation": s.operation.value} | encode_record(s) for s in pattern.steps],
        "read_units": amount(units.read),
        "write_units": amount(units.write),
        "index_write_units": amount(units.index_write),
        "monthly_cost": amount(pattern.monthly_micro_usd),
        "peak_read_units": amount(pattern.peak_read),
        "peak_write_units": amount(pattern.peak_write),
    }


def _request(request: ReadRequest) -> dict[str, Any]:
    return {
        "operation": request.operation.value,
        "index": request.index,
        "key_condition": wording.key_condition(request),
        "filter": wording.filters(request),
        "consistent": request.consistent,
        "shards": request.shards,
    } | encode_record(request, leave_out=("operation", "index", "consistent", "shards"))


def _plan(data: dict[str, Any]) -> Plan:
    proof, cost = data["proof"], data["cost"]
    return decode_record(  # type: ignore[no-any-return]
        data,
        Plan,
        table=_table_from(data["table"]),
        entities=tuple(_entity_from(name, entity) for name, entity in data["entities"].items()),
        choices=tuple(_choice_from(choice) for choice in data.get("choices", ())),
        patterns=tuple(_pattern_from(name, pattern) for name, pattern in data["patterns"].items()),
        cost=CostDesign(
            **{part: millionths(cost[part]) for part in ("monthly", "reads", "writes", "storage")},
            prices_dated=cost["prices_dated"],
        ),
        proof=decode_record(
            {**proof, "incompatible": proof["incompatible_patterns"]},
            Proof,
            cost_lower_bound=millionths(proof["cost_lower_bound"]),
            gap=millionths(proof["gap"]),
            traded=millionths(proof.get("traded", 0)),
        ),
    )


def _table_from(data: dict[str, Any]) -> TableDesign:
    indexes = [_index_from(index, "gsi") for index in data["gsis"]] + [_index_from(i, "lsi") for i in data["lsis"]]
    if "index_order" in data:
        indexes.sort(key=lambda index: data["index_order"].index(index.name))
    return TableDesign(
        name=data["name"],
        partition=KeyAttribute(**data["key"]["pk"]),
        sort=KeyAttribute(**data["key"]["sk"]),
        indexes=tuple(indexes),
        type_attribute=data["type_attribute"],
        ttl_attribute=data["ttl"],
        billing=data["billing"],
        vectors=tuple(decode_record(index, VectorDesign) for index in data.get("vectors", ())),
    )


def _index_from(data: dict[str, Any], kind: str) -> IndexDesign:
    projection = Projection(data["projection"]["type"], tuple(data["projection"]["attributes"]))
    return decode_record(data, IndexDesign, kind=kind, projection=projection)  # type: ignore[no-any-return]


def _entity_from(name: str, data: dict[str, Any]) -> EntityDesign:
    return EntityDesign(
        entity=name,
        tag=data["tag"],
        base=decode_record(data["structure"]["base"], KeyDesign),
        indexes=tuple(decode_record(key, KeyDesign) for key in data["structure"]["indexes"]),
        guards=tuple(decode_record(guard, GuardDesign) for guard in data["guards"]),
        copies=tuple(decode_record(copy, CopyDesign) for copy in data["copies"]),
    )


def _pattern_from(name: str, data: dict[str, Any]) -> PatternDesign:
    return decode_record(  # type: ignore[no-any-return]
        data,
        PatternDesign,
        name=name,
        reads=tuple(decode_record(request, ReadRequest) for request in data["requests"]),
        steps=tuple(decode_record(step, StepDesign) for step in data["steps"]),
        units=Units(*(millionths(data[f"{part}_units"]) for part in ("read", "write", "index_write"))),
        monthly_micro_usd=millionths(data["monthly_cost"]),
        peak_read=millionths(data["peak_read_units"]),
        peak_write=millionths(data["peak_write_units"]),
    )
