"""Cases that nobody has seen: random ones, which the language accepts, and published designs that are no cases yet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st

from dynamodel.normalize.workload import normalize
from dynamodel.spec.loader import load_model
from tests.corpus.casefile import parse_case
from tests.corpus.convert import convert
from tests.corpus.runner import plan_case
from tests.corpus.unseen import DESIGNS, case

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ["id", "owner", "class", "created-at", "count", "date", "name", "type", "json", "email", "fooId", "barId"]
SCALARS = ["S", "S", "S", "N"]
CONTAINERS = ["BOOL", "B", "L", "M", "SS", "NS"]
OPERATORS = ["begins_with", "between", "gt", "gte", "lt", "lte", "eq"]


@st.composite
def cases(draw: Callable[[st.SearchStrategy[Any]], Any]) -> dict[str, Any]:
    """A case of one to four entities and one to six patterns."""
    entities: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 4))):
        entities.append(_entity(draw, f"Thing{number}", entities))
    patterns = [_pattern(draw, f"p{number}", entities) for number in range(draw(st.integers(1, 6)))]
    return {"id": "some-case", "title": "Some case", "entities": entities, "patterns": patterns}


def _entity(draw: Any, name: str, earlier: list[dict[str, Any]]) -> dict[str, Any]:
    singleton = draw(st.integers(0, 9)) == 0
    names = draw(st.lists(st.sampled_from(NAMES), min_size=3, max_size=7, unique=True))
    types = {n: draw(st.sampled_from(SCALARS if k < 3 else SCALARS + CONTAINERS)) for k, n in enumerate(names)}
    identity = [] if singleton else names[: draw(st.integers(1, 2))]
    parents = []
    if earlier and draw(st.booleans()):
        above = draw(st.sampled_from(earlier))
        via = draw(st.permutations([n for n in names if types[n] in SCALARS]))[: max(len(above["identity"]), 1)]
        parents.append({"entity": above["name"], "via": list(via)})
    expiry = next((n for n in names[3:] if types[n] == "N"), None)
    return {
        "name": name + ("Singleton" if singleton else ""),
        "attributes": [{"name": n, "type": t} for n, t in types.items()],
        "identity": identity,
        "parents": parents,
        "approx_item_bytes": draw(st.none() | st.integers(1, 100_000)),
        "approx_count": draw(st.none() | st.integers(1, 10_000_000)),
        "ttl": draw(st.sampled_from([None, expiry])),
        "unique": draw(st.sampled_from([[], [[names[2]]]])),
    }


def _pattern(draw: Any, name: str, entities: list[dict[str, Any]]) -> dict[str, Any]:
    kind = draw(
        st.sampled_from(["get", "query", "query", "collection", "batch_get", "put", "update", "delete", "transact"])
    )
    most = 1 if kind in {"get", "batch_get", "put", "update"} else 3
    chosen = draw(st.lists(st.sampled_from(entities), min_size=1, max_size=most, unique_by=lambda e: e["name"]))
    scalars = {a["name"]: a["type"] for e in chosen for a in e["attributes"] if a["type"] in SCALARS}
    everything = [a["name"] for e in chosen for a in e["attributes"]]
    by_identity = (
        chosen[0]["identity"] if kind in {"get", "update", "delete", "batch_get"} or draw(st.booleans()) else []
    )
    equals = by_identity or draw(st.lists(st.sampled_from(sorted(scalars)), max_size=2, unique=True))
    rest = sorted(set(scalars) - set(equals)) or sorted(scalars)
    reads = kind in {"query", "collection"}
    attribute = draw(st.sampled_from(rest))
    operators = [o for o in OPERATORS if o != "begins_with" or scalars[attribute] == "S"]
    limits = {"attr": attribute, "op": draw(st.sampled_from(operators))} if reads and draw(st.booleans()) else None
    return {
        "id": f"{draw(st.sampled_from(['find', 'update_count', 'deleteName', 'get-all']))}_{name}",
        "description": "Something",
        "kind": kind,
        "entities": [e["name"] for e in chosen],
        "equals": equals,
        "range": limits,
        "order_by": draw(st.lists(st.sampled_from(rest), max_size=2, unique=True)) if reads else [],
        "descending": draw(st.booleans()),
        "limit": draw(st.none() | st.integers(1, 30)) if reads or kind == "batch_get" else None,
        "filter": draw(st.lists(st.sampled_from(everything), max_size=1)) if reads or kind == "get" else [],
        "consistent": False,
        "rps": draw(st.none() | st.integers(1, 500)),
        "notes": "",
    }


@settings(max_examples=80)
@given(cases())
def test_whatever_a_case_says_the_language_accepts_its_model(tmp_path_factory: Any, case: dict[str, Any]) -> None:
    converted = convert(parse_case(case))
    assert set(converted.names) == {p["id"] for p in case["patterns"]}
    file = tmp_path_factory.mktemp("case") / "model.json"
    file.write_text(json.dumps(converted.spec), encoding="utf-8")
    workload = normalize(load_model(file))
    assert {p.name for p in workload.patterns} == {name for names in converted.names.values() for name in names}


@pytest.mark.parametrize("name", DESIGNS)
def test_a_design_that_is_no_case_needs_no_more_than_its_guide(name: str) -> None:
    _, plan = plan_case(convert(parse_case(case(name))))
    assert {p.status for p in plan.patterns} == {"served"}
    assert {p.request_count for p in plan.patterns} == {1}
    assert not any(f.server for p in plan.patterns for r in p.reads for f in r.filters)
    assert plan.proof.gsi_lower_bound <= len(plan.table.gsis) <= DESIGNS[name][0]
    assert plan.proof.gap == 0
