"""What a search works out is worked out once: the figures are counted, for seconds swing more than a change brings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dynamodel import pipeline
from dynamodel.planner import blocks, cost, frame, frontiers
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan
from dynamodel.planner.solve import solve
from tests.perf.models import crowd, hub

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from dynamodel.ir.workload import Workload


def loaded(folder: Path, text: str) -> Workload:
    path = folder / "model.py"
    path.write_text(text)
    return pipeline.load(path)


def test_partitions_that_ask_for_the_same_order_of_blocks_look_for_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Counter[object]()
    search = blocks.best_order

    def counted(count: int, demands: list[blocks.Demand], *, turn: bool = True) -> blocks.Order:
        asked[count, tuple(demands), turn] += 1
        return search(count, demands, turn=turn)

    monkeypatch.setattr(blocks, "best_order", counted)
    solve(loaded(tmp_path, hub(4)))
    assert asked
    assert set(asked.values()) == {1}


def test_base_keys_for_the_same_needs_are_listed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Counter[object]()
    options = frame._base_options

    def counted(problem, needs, base):
        asked[problem.entity.name, tuple(needs), base] += 1
        return options(problem, needs, base)

    monkeypatch.setattr(frame, "_base_options", counted)
    solve(loaded(tmp_path, crowd(4)))
    assert asked
    assert set(asked.values()) == {1}


def test_the_judge_works_out_the_sizes_of_items_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workload = loaded(tmp_path, crowd(4))
    plan = make_plan(workload)
    measured = Counter[str]()
    item_bytes = cost.item_bytes

    def counted(entity, design, table):
        measured[entity.name] += 1
        return item_bytes(entity, design, table)

    monkeypatch.setattr(cost, "item_bytes", counted)
    assert not check(workload, plan)
    assert measured == {e.name: 1 for e in workload.entities}


def test_what_groups_ask_of_an_entity_is_put_together_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Counter[object]()
    answered = frontiers.Frontiers._answered

    def counted(self, name, groups, apart, undecided, how):
        asked[name, groups, apart, undecided, how] += 1
        return answered(self, name, groups, apart, undecided, how)

    monkeypatch.setattr(frontiers.Frontiers, "_answered", counted)
    solve(loaded(tmp_path, crowd(4)))
    assert asked
    assert set(asked.values()) == {1}
