"""The access package of a model: entities, keys, codec, requests, client; nothing of it needs dynamodel.

In: workload and plan. Out: files below a folder with the workload's name. A pattern that the plan cannot serve has no
method; the client's docstring names it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dynamodel.emit.engine import render
from dynamodel.emit.header import header
from dynamodel.emit.python.context import Context, scope_of
from dynamodel.emit.python.imports import wrapped
from dynamodel.emit.python.names import ERRORS, package_names, unique
from dynamodel.emit.python.reads import read_plan
from dynamodel.emit.python.value_types import Types
from dynamodel.emit.python.views import (
    FixedView,
    MetricsView,
    PackageView,
    PagesView,
)
from dynamodel.emit.python.views_client import calls_view, client_view, requests_view
from dynamodel.emit.python.views_client_collections import collection_method
from dynamodel.emit.python.views_client_reads import read_method
from dynamodel.emit.python.views_client_writes import write_views
from dynamodel.emit.python.views_codec import codec_view
from dynamodel.emit.python.views_entities import entities_view
from dynamodel.emit.python.views_keys import keys_view
from dynamodel.emit.python.views_records import records_view
from dynamodel.emit.python.views_requests import read_functions
from dynamodel.emit.python.views_results import results_view
from dynamodel.emit.table.collection import COLLECTION_METRIC, COLLECTION_NAMESPACE
from dynamodel.ir.artifact import Artifact
from dynamodel.ir.names import snake_case
from dynamodel.ir.reads import ReadKind, ReadPattern

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dynamodel.emit.python.names import Names
    from dynamodel.emit.python.views import FunctionView, MethodView, ResultsView
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.values import ValueType
    from dynamodel.ir.workload import Workload

# What no model changes; a package has those that its other modules need.
_FIXED = (
    "answers",
    "bounds",
    "direct",
    "engine",
    "errors",
    "expressions",
    "gathering",
    "guards",
    "hooks",
    "keycodes",
    "listed",
    "merging",
    "numbercodes",
    "plain",
    "searching",
    "sending",
    "service",
    "sizes",
    "spreading",
    "updates",
    "vectors",
    "wire",
    "writing",
)
_IMPORTS = re.compile(r"^ *from \.(\w*) import (\([^)]*\)|.*)$", re.MULTILINE)


def emit_python(workload: Workload, plan: Plan, templates: Path | None = None) -> tuple[Artifact, ...]:
    """The files of the package, sorted by path; `templates` is the user's own folder of templates, if any."""
    names = package_names(workload)
    functions = _object_functions(names)
    top = header(plan)
    context = Context(workload, plan, names, Types(names.objects, functions, "entities."), top)
    inside = Types(names.objects, functions)
    views: dict[str, tuple[str, object]] = {f"{name}.py": (name, FixedView(top)) for name in _FIXED}
    views["pages.py"] = ("pages", PagesView(top, plan.fingerprint[:16]))
    views["entities.py"] = ("entities", entities_view(workload, names, inside, top))
    views["records.py"] = ("records", records_view(context))
    if plan.table.lsis:
        views["metrics.py"] = ("metrics", MetricsView(top, COLLECTION_NAMESPACE, COLLECTION_METRIC))
    modules, results, callers = _patterns(context)
    views |= modules
    views["codec.py"] = ("module", codec_view(context, inside, callers))
    views["keys.py"] = ("module", keys_view(context, callers))
    if results.classes:
        views["results.py"] = ("results", results)
    views["__init__.py"] = ("package", _package(context, results))
    texts = {path: render(f"python/{template}.py.jinja", view, templates) for path, (template, view) in views.items()}
    texts = {path: texts[path] for path in _needed(texts)} | {"py.typed": "\n"}
    return tuple(Artifact(f"{workload.name}/{path}", text) for path, text in sorted(texts.items()))


def _needed(texts: Mapping[str, str]) -> set[str]:
    """The modules of the model, and those that they need."""
    found: set[str] = set()
    open_ = [path for path in texts if path.removesuffix(".py") not in _FIXED]
    while open_:
        path = open_.pop()
        if path not in found:
            found.add(path)
            for module, names in _IMPORTS.findall(texts[path]):
                named = [module] if module else [n.split()[0] for n in names.strip("()").split(",") if n.strip()]
                open_ += [f"{name}.py" for name in named]
    return found


def _object_functions(names: Names) -> dict[ValueType, str]:
    taken = set(names.functions.values())
    return {type_: unique(snake_case(name), taken) for type_, name in names.objects.items()}


def _patterns(context: Context) -> tuple[dict[str, tuple[str, object]], ResultsView, str]:
    """The modules that have something for each access pattern, the view of their answers, and all that they run."""
    methods: list[MethodView] = []
    hidden: list[MethodView] = []
    functions: list[FunctionView] = []
    plans = []
    unserved: list[str] = []
    for pattern in context.workload.patterns:
        design = context.plan.pattern(pattern.name)
        if design.status == "unserved":
            unserved.append(pattern.name)
        elif isinstance(pattern, ReadPattern):
            plan = read_plan(context, pattern)
            plans.append(plan)
            functions += read_functions(plan)
            is_collection = pattern.kind is ReadKind.COLLECTION
            method = collection_method(plan) if is_collection else read_method(plan)
            (hidden if pattern.kept else methods).append(method)
        else:
            made, method = write_views(context, scope_of(pattern), pattern, design)
            functions += made
            if not pattern.kept:
                methods.append(method)
    modules: dict[str, tuple[str, object]] = {
        "requests.py": ("module", requests_view(context, functions)),
        "calls.py": ("calls", calls_view(context, [*methods, *hidden])),
        "client.py": ("client", client_view(context, methods, unserved)),
        "aio.py": ("aio", client_view(context, methods, unserved, awaits=True)),
    }
    text = "\n".join([*(f.body for f in functions), *(m.steps for m in (*methods, *hidden))])
    return modules, results_view(context, plans), text


def _package(context: Context, results: ResultsView) -> PackageView:
    names = context.names
    groups = {
        "client": [names.client],
        "entities": ["ENTITIES", "NOW", *names.entities.values(), *names.objects.values()],
        "errors": list(ERRORS),
        "hooks": ["Hooks", "LoggingHooks"],
        "metrics": ["CollectionHooks"] if context.plan.table.lsis else [],
        "pages": ["Page"],
        "results": [c.name for c in results.classes],
        "vectors": ["Neighbor"] if any(p.kind is ReadKind.SEARCH for p in context.workload.reads) else [],
    }
    exported = [name for group in groups.values() for name in group]
    lines = [
        f"from .{module} import {', '.join(sorted(found, key=_import_order))}"
        for module, found in groups.items()
        if found
    ]
    return PackageView(context.header, names.client, wrapped(lines), tuple(sorted(exported, key=_list_order)))


def _list_order(name: str) -> tuple[int, list[tuple[int, str]]]:
    """As formatters sort `__all__`: like imports, capitals before small letters."""
    parts = [(int(p), "") if p.isdecimal() else (-1, p) for p in re.split(r"(\d+)", name)]
    return _import_order(name)[0], parts


def _import_order(name: str) -> tuple[int, list[tuple[int, str]], str]:
    """As formatters sort names: constants, classes, the rest; numbers by value, case only between equals."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    parts = [(int(p), "") if p.isdecimal() else (-1, p) for p in re.split(r"(\d+)", name.lower())]
    return kind, parts, name
