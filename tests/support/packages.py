"""Emitted access packages, imported as their users would, under a name of their own."""

from __future__ import annotations

import importlib
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dynamodel.emit.python.emitter import emit_python
from dynamodel.normalize.workload import normalize
from dynamodel.planner.plan import make_plan
from dynamodel.spec.loader import load_model

if TYPE_CHECKING:
    from types import ModuleType

    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

EVERYTHING = Path(__file__).parents[1] / "functional" / "everything_model.py"


def write_package(workload: Workload, plan: Plan, folder: Path) -> Path:
    """The package's files below a folder; the package's own folder."""
    for artifact in emit_python(workload, plan):
        file = folder / artifact.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(artifact.text, encoding="utf-8")
    return folder / workload.name


def import_package(workload: Workload, plan: Plan, folder: Path, name: str) -> ModuleType:
    """The package, imported as `name`; `folder` is put on the path for good."""
    write_package(workload, plan, folder).rename(folder / name)
    sys.path.insert(0, str(folder))
    try:
        importlib.invalidate_caches()
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(folder))


@cache
def everything() -> tuple[Workload, Plan]:
    """The model with every kind of access pattern, planned once for each process."""
    workload = normalize(load_model(EVERYTHING))
    return workload, make_plan(workload)


def submodule(package: ModuleType, name: str) -> Any:
    """A module of an imported package."""
    return importlib.import_module(f"{package.__name__}.{name}")
