"""Real models of the examples on their way through the stages, made once for each test process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dynamodel import pipeline
from dynamodel.ir.deployment import AS_DEFAULT
from dynamodel.ir.plan import Operation
from dynamodel.planner.plan import make_plan
from dynamodel.verify.cases import make_suite
from dynamodel.verify.stored import with_keys

if TYPE_CHECKING:
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.suite import Suite
    from dynamodel.ir.workload import Workload

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = tuple(sorted(path.parent.name for path in EXAMPLES.glob("*/model.py")))


@dataclass(frozen=True)
class Designed:
    """An example: what is asked, how it is stored, how it is tested."""

    workload: Workload
    plan: Plan
    suite: Suite

    @property
    def queried(self) -> list[str]:
        """The declared reads that a Query answers: the emitted suite tests what each of them brings."""
        reads = [self.plan.pattern(p.name) for p in self.workload.reads if not p.kept]
        return [p.name for p in reads if any(r.operation is Operation.QUERY for r in p.reads)]


@cache
def designed(example: str) -> Designed:
    """The example of that folder name, run in the plainest way: not every target holds a cache or alarms."""
    loaded = pipeline.load(EXAMPLES / example / "model.py")
    workload = replace(loaded, options=replace(loaded.options, deployment=AS_DEFAULT))
    plan = make_plan(workload)
    return Designed(workload, plan, with_keys(make_suite(workload), workload, plan))
