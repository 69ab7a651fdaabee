"""The parts of a pattern add up to its units, and the places to the plan's money; nothing is left unnamed."""

from __future__ import annotations

from random import Random

import pytest

from dynamodel.explain.charges import charges
from dynamodel.ir.entities import MICRO
from dynamodel.ir.plan import BASE
from dynamodel.planner.plan import make_plan
from tests.property.planner.test_optimal import small_model
from tests.support.designs import NAMES, designed


@pytest.mark.parametrize("name", NAMES)
def test_parts_and_places_add_up(name: str) -> None:
    workload, plan = designed(name).workload, designed(name).plan
    found = charges(workload, plan)
    for charge, design in zip(found.patterns, plan.patterns, strict=True):
        assert charge.pattern == design.name
        assert sum(p.read for p in charge.parts) == design.units.read
        assert sum(p.write for p in charge.parts) == design.units.write
        assert sum(p.write for p in charge.parts if p.place != BASE) == design.units.index_write
        assert abs(sum(p.monthly for p in charge.parts) - design.monthly_micro_usd) <= len(charge.parts)
        assert "other" not in {p.what for p in charge.parts}
        assert charge.write_peak == design.peak_write
    assert sum(p.monthly for p in found.places) == plan.cost.monthly
    assert sum(p.storage for p in found.places) == plan.cost.storage
    assert [p.place for p in found.places] == [BASE, *(i.name for i in plan.table.indexes)]
    assert all(p.monthly > 0 and p.entries > 0 for p in found.places)


def test_an_index_costs_what_the_plan_saves_without_its_entries() -> None:
    for seed in range(40):
        model = small_model(Random(seed))
        plan = make_plan(model)
        found = charges(model, plan)
        assert sum(p.monthly for p in found.places) == plan.cost.monthly, seed
        rates = {p.name: p.rate.average for p in model.patterns}
        for place in found.places[1:]:
            written = sum(
                part.write * rates[c.pattern] // MICRO
                for c in found.patterns
                for part in c.parts
                if part.place == place.place
            )
            assert place.write_average == written, seed
