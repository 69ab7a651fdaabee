"""The JSON form is the spec: written and read again it is equal, and so is its workload."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given, strategies as st

from dynamodel.errors import ModelInvalid
from dynamodel.normalize.workload import normalize
from dynamodel.spec.loader import model_from_json

if TYPE_CHECKING:
    from dynamodel.diagnostics import Diagnostic
    from dynamodel.spec.model import ModelSpec

NAMES = ("id", "owner", "kind", "size", "at", "note")
KEYS = st.sampled_from(["string", "integer", "ulid", "uuid", "date", "datetime", "bytes"])
TYPES = st.recursive(
    KEYS
    | st.sampled_from(
        ["boolean", "decimal", "any", {"kind": "enum", "values": ["a", "b"]}, {"kind": "vector", "dimensions": 3}]
    ),
    lambda inner: (
        st.builds(lambda kind, of: {"kind": kind, "element": of}, st.sampled_from(["list", "map"]), inner)
        | st.builds(lambda of: {"kind": "object", "name": "Inner", "fields": [{"name": "f", "type": of}]}, inner)
    ),
    max_leaves=3,
)
AMOUNTS = st.integers(1, 50) | st.tuples(st.integers(1, 5), st.integers(5, 50)).map(list)


def _ref(name: str, **more: Any) -> dict[str, Any]:
    return {"entity": "Thing", "name": name, **more}


@st.composite
def trees(draw: st.DrawFn) -> dict[str, Any]:
    """A model of one entity with a few access patterns; some are wrong on purpose."""
    optional = draw(st.sets(st.sampled_from(NAMES[1:])))
    attributes = [
        {
            "name": n,
            "type": draw(KEYS if n in {"id", "owner"} else TYPES),
            **({"optional": True} if n in optional else {}),
        }
        for n in NAMES
    ]
    for attribute in attributes:
        if draw(st.booleans()):
            attribute["bytes"] = draw(AMOUNTS)
    patterns: list[dict[str, Any]] = [{"kind": "get", "name": "thing", "entity": "Thing"}]
    for index in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(NAMES))
        query: dict[str, Any] = {"kind": "query", "name": f"q{index}", "entity": "Thing", "by": [_ref("owner")]}
        if draw(st.booleans()):
            query["order_by"] = [
                _ref(name, descending=draw(st.booleans()), nulls=draw(st.sampled_from([None, "last"])))
            ]
        if draw(st.booleans()):
            query["range"] = {"op": draw(st.sampled_from(["ge", "between", "lt"])), "attr": _ref(name), "given": True}
        if draw(st.booleans()):
            query["limit"] = draw(st.integers(0, 9))
        if draw(st.booleans()):
            query["rps"] = draw(st.floats(-1, 1000))
        patterns.append(query)
    patterns.append(
        {"kind": "update", "name": "change", "entity": "Thing", "set": [_ref(draw(st.sampled_from(NAMES[1:])))]}
    )
    entity = {"name": "Thing", "identity": ["id"], "attributes": attributes, "count": draw(st.integers(1, 10**9))}
    return {"format": "dynamodel-spec/1", "name": "Model", "entities": [entity], "patterns": patterns}


def _load(tree: dict[str, Any]) -> tuple[ModelSpec | None, tuple[Diagnostic, ...]]:
    try:
        return model_from_json(tree), ()
    except ModelInvalid as wrong:
        return None, wrong.diagnostics


@given(trees())
def test_written_and_read_again_a_spec_is_the_same(tree: dict[str, Any]) -> None:
    spec, wrong = _load(tree)
    assert all(d.code[:3] in {"DM1", "DM2", "DM3"} and d.span and d.path for d in wrong)
    if spec is None:
        assert wrong
        return
    text = json.dumps(spec.to_json())
    again = model_from_json(json.loads(text))
    assert json.dumps(again.to_json()) == text
    first, second = normalize(spec), normalize(again)
    assert first == second
    assert first.fingerprint == second.fingerprint
