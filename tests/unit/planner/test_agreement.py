"""What the search says that a layout costs is what the finished plan costs: the proof's gap is in true money."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel import pipeline
from dynamodel.planner import plan as planning
from dynamodel.planner.cost import Physical
from dynamodel.planner.layout import key_names
from dynamodel.planner.plan import make_plan
from tests.perf.models import hub, wide_model
from tests.support.small import entity, equals, part, read, workload

if TYPE_CHECKING:
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.solution import Solution

ROOT = Path(__file__).parents[3]
MODELS = sorted(
    [
        *ROOT.glob("examples/*/model.py"),
        *ROOT.glob("tests/functional/*_model.py"),
        *ROOT.glob("tests/property/planner/*_model.py"),
    ]
)


def difference(model: Workload, monkeypatch: pytest.MonkeyPatch) -> int:
    """The price of the plan beyond the cost that the search compared, but for what is rounded up once for several."""
    solutions: list[Solution] = []
    finished = planning.assembled

    def assembled(*given: Any) -> Plan:
        solutions.append(given[2])
        return finished(*given)

    monkeypatch.setattr(planning, "assembled", assembled)
    # As text: attributes of their own as keys only make a layout cheaper.
    model = replace(model, options=replace(model.options, multi_attribute_keys=False))
    plan = make_plan(model)
    physical = Physical(model, plan.table, {d.entity: d for d in plan.entities})
    left = planning.not_compared(physical, plan.patterns) + planning.marked(physical, plan.patterns)
    return plan.cost.monthly - left - solutions[-1].rank[-1]


@pytest.mark.parametrize("path", MODELS, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_the_search_and_the_price_agree(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = pipeline.load(path)
    assert abs(difference(model, monkeypatch)) <= len(model.patterns)  # each is rounded to a millionth


KEPT = """
from dynamodel import Create, Entity, Get, Model, Parent, Query, Ulid, Update, attr, desc
class Folder(Entity, identity="folder", count=1000):
    folder: str
    color: str
class Note(Entity, identity=("folder", "note_id"), parent=Parent(Folder, children=(50, 300))):
    folder: str
    note_id: Ulid
    tag: str
    text: str = attr(bytes=(900, 2000))
class Kept(Model):
    tagged = Query(Note, by=Note.tag, order_by=desc(Note.note_id), limit=20, returns=Folder.color, rps=2000)
    add = Create(Note)
    paint = Update(Folder, set=Folder.color, rps=0.001)
    folder = Get(Folder)
"""


@pytest.mark.parametrize(
    "text", [wide_model(60, 0), wide_model(60, 1), hub(4), KEPT], ids=["wide", "other", "hub", "kept"]
)
def test_they_agree_on_generated_models(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.py").write_text(text)
    model = pipeline.load(tmp_path / "model.py")
    assert abs(difference(model, monkeypatch)) <= len(model.patterns)


def test_they_agree_beyond_nine_indexes_and_with_names_that_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"a{n}" for n in range(14)]
    one = entity("E", "id", "PK", *names)
    model = workload((one,), [read(f"by_{n}", part("E", equals(n), rows=3)) for n in names])
    assert difference(model, monkeypatch) == 0
    plan = make_plan(replace(model, options=replace(model.options, multi_attribute_keys=False)))
    assert {len(k.name) for i in plan.table.gsis for k in (*i.partition, *i.sort)} == {len("_GSI1PK")}
    assert key_names("GSI14", "_") == ("_GSI14P", "_GSI14S")
