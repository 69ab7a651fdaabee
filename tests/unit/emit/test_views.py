"""Every template's free variables are the fields of the view that it is rendered from, and the README lists it."""

from __future__ import annotations

import sys
from dataclasses import FrozenInstanceError, fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import meta

from dynamodel import pipeline
from dynamodel.emit import engine
from dynamodel.emit.locate import template_folder
from dynamodel.emit.registry import EMITTERS, emit
from dynamodel.ir.deployment import Alarms, Cache, Deployment, Role
from tests.support.designs import NAMES, designed
from tests.support.infrastructure import PORTABLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable


def _files(folder: Traversable, prefix: str = "") -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".jinja"):
            yield prefix + entry.name


INFRASTRUCTURE = tuple(target for target in EMITTERS if target not in {"python", "suite"})
TEMPLATES = sorted(_files(template_folder()))


@cache
def _views() -> dict[str, type]:
    """The view that each template is rendered from, seen while all examples are emitted."""
    seen: dict[str, type] = {}
    real = engine.render

    def spy(template_name: str, view: object, *rest: Any) -> str:
        assert seen.setdefault(template_name, type(view)) is type(view)
        return real(template_name, view, *rest)

    emit(*_designed(NAMES[0]), tuple(EMITTERS))  # imports the emitters
    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith("dynamodel.emit.") and getattr(module, "render", None) is real:
                patch.setattr(module, "render", spy)
        for name in NAMES:
            emit(*_designed(name))
        for work, design in PORTABLE.values():
            emit(work, design, None, INFRASTRUCTURE)
        for name in ("search_model", "local_index_model", "parents_model"):  # what few models have
            work = pipeline.load(Path(__file__).parents[2] / "functional" / f"{name}.py")
            emit(work, pipeline.plan(work), None, ("python",))
        case = designed(NAMES[0])
        role = Role("reader", tuple(p.name for p in case.workload.patterns))
        emit(case.workload, replace(case.plan, deployment=Deployment(roles=(role,))), None, INFRASTRUCTURE)
        watched = Deployment(alarms=Alarms(), cache=Cache())
        emit(case.workload, replace(case.plan, deployment=watched), None, ("terraform",))
    return seen


def _designed(name: str) -> Any:
    case = designed(name)
    return case.workload, case.plan, case.suite


def _tree(template: str) -> tuple[set[str], set[str]]:
    """The free variables of a template and of all that it includes; and the names of these."""
    environment = engine.environment()
    assert environment.loader is not None
    source = environment.loader.get_source(environment, template)[0]
    parsed = environment.parse(source)
    variables, included = meta.find_undeclared_variables(parsed), set()
    for other in meta.find_referenced_templates(parsed):
        assert other is not None, "a template is included by a fixed name"
        more, deeper = _tree(other)
        variables |= more
        included |= {other} | deeper
    return variables, included


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_uses_all_of_its_view_and_nothing_else(template: str) -> None:
    views = _views()
    if template in views:
        assert _tree(template)[0] == {field.name for field in fields(views[template])}
        view = object.__new__(views[template])
        with pytest.raises(FrozenInstanceError):
            setattr(view, fields(view)[0].name, "")  # type: ignore[arg-type]
    else:
        assert any(template in _tree(other)[1] for other in views), "rendered from no view and included nowhere"


def test_the_readme_lists_every_template() -> None:
    readme = template_folder().joinpath("README.md").read_text("utf-8")
    listed = {line.split("`")[1] for line in readme.splitlines() if line.startswith("| `")}
    assert listed == set(TEMPLATES)
