"""The models that faults are injected into: every example, two with the whole language, and several shapes of plans."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dynamodel.emit.registry import emit
from dynamodel.emit.write import write
from dynamodel.normalize.workload import normalize
from dynamodel.planner.plan import make_plan
from dynamodel.spec.loader import load_model
from dynamodel.verify.cases import make_suite
from dynamodel.verify.stored import with_keys
from tests.support.designs import EXAMPLES, NAMES
from tests.support.helpdesk import helpdesk
from tests.support.packages import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamodel.ir.artifact import ArtifactSet
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.suite import Suite
    from dynamodel.ir.workload import Workload


@dataclass(frozen=True)
class Subject:
    """A model that is right, on its way through the stages."""

    name: str
    workload: Workload
    plan: Plan
    suite: Suite
    package: ArtifactSet

    @cached_property
    def folder(self) -> Path:
        """Where the suite lies."""
        return suite_folder(self.workload, self.plan, self.suite)


def _functional(file: str) -> Callable[[], Workload]:
    return lambda: normalize(load_model(EVERYTHING.with_name(file)))


def _example(name: str) -> Callable[[], Workload]:
    return lambda: normalize(load_model(EXAMPLES / name / "model.py"))


SUBJECTS: dict[str, Callable[[], Workload]] = {
    **{name: _example(name) for name in NAMES},
    "helpdesk": helpdesk,
    **{name: _functional(f"{name}_model.py") for name in ("everything", "shapes", "divided", "ledger")},
}


@cache
def subject(name: str) -> Subject:
    """The model of that name, made once for each process."""
    workload = SUBJECTS[name]()
    plan = make_plan(workload)
    suite = with_keys(make_suite(workload), workload, plan)
    return Subject(name, workload, plan, suite, emit(workload, plan, suite, ("python",)))


def suite_folder(workload: Workload, plan: Plan, suite: Suite) -> Path:
    """A folder with the emitted suite alone, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="dynamodel-mutation-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write(emit(workload, plan, suite, ("suite",)), folder)
    return folder
