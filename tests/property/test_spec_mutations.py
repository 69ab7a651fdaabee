"""No JSON crashes the loader: a model with anything replaced is a model, or has findings with a place."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

from hypothesis import given, strategies as st

from dynamodel.errors import ModelInvalid
from dynamodel.normalize.workload import normalize
from dynamodel.spec.loader import load_model, model_from_json

ROOT = Path(__file__).parents[1]
MODELS = [
    load_model(path).to_json()
    for path in (ROOT / "unit/spec/models/help_desk.py", ROOT / "typing/good_model.py")
]  # fmt: skip
STRANGE: list[Any] = [
    None, True, False, 0, -1, 3.5, "", "x", "Ticket", "customer_id", [], {}, [[]], [None], {"x": 1}, [1, 2], "9" * 400,
    {"entity": "Ticket", "name": "status"}, {"entity": "Message", "name": "body", "bucket": "day"}, "decimal", "vector",
    {"kind": "query", "entity": "Ticket"}, {"op": "eq", "attr": {"entity": "Ticket", "name": "status"}, "value": 3},
]  # fmt: skip


def _places(tree: Any, pointer: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [pointer] if pointer else []
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        found += _places(value, (*pointer, key))
    return found


def _mutate(tree: Any, chance: random.Random) -> None:
    pointer = chance.choice(_places(tree))
    holder = tree
    for step in pointer[:-1]:
        holder = holder[step]
    action = chance.random()
    if action < 0.25:
        del holder[pointer[-1]]
    elif action < 0.4 and isinstance(holder, list):
        holder.append(copy.deepcopy(chance.choice(holder)))
    elif action < 0.5 and isinstance(holder, dict):
        holder["strange"] = 1
    else:
        holder[pointer[-1]] = copy.deepcopy(chance.choice(STRANGE))


@given(st.integers(0, 2**32), st.integers(1, 4))
def test_any_mutation_is_a_model_or_has_findings(seed: int, times: int) -> None:
    chance = random.Random(seed)
    tree = copy.deepcopy(chance.choice(MODELS))
    for _ in range(times):
        _mutate(tree, chance)
    try:
        spec = model_from_json(tree)
    except ModelInvalid as wrong:
        findings = wrong.diagnostics
        assert findings
        assert all(f.span is not None for f in findings)
    else:
        normalize(spec)
