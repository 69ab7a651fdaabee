"""How much a plan takes, counted: seconds differ from run to run, what is worked out does not."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel import pipeline
from dynamodel.planner import build
from dynamodel.planner.plan import make_plan
from dynamodel.planner.problem import EntityProblem
from dynamodel.planner.sharing import Sharing
from tests.perf.models import wide_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often selections are priced, solutions put into slots, and the heat of a layout is measured."""
    found: Counter[str] = Counter()

    def counting(owner: Any, name: str) -> None:
        whole: Callable[..., Any] = getattr(owner, name)

        def called(*given: Any, **options: Any) -> Any:
            found[name] += 1
            return whole(*given, **options)

        monkeypatch.setattr(owner, name, called)

    counting(EntityProblem, "evaluate")
    counting(Sharing, "priced")
    counting(build, "heats")
    return found


@pytest.mark.parametrize(("seed", "most", "slotted"), [(0, 120, 2), (1, 90, 10), (2, 95, 2)])
def test_a_plan_of_thirty_patterns_prices_few_selections(
    seed: int, most: int, slotted: int, counted: Counter[str], tmp_path: Path
) -> None:
    path = tmp_path / "model.py"
    path.write_text(wide_model(30, seed))
    make_plan(pipeline.load(path))
    assert counted["evaluate"] <= most
    # One for the keys that suit each entity, one for those that are text where they share an index; more for two keys
    # that spare a read in indexes of their own, for less money.
    assert counted["priced"] == slotted
    assert counted["heats"] == 1
