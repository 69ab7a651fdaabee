"""The access package of a model: entities, keys, codec, requests, client; nothing of it needs dynamodel.

In: workload and plan. Out: files below a folder with the workload's name. A pattern that the plan cannot serve has no
method; the client's docstring names it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.emit.engine import render
from dynamodel.emit.header import header
from dynamodel.emit.python.context import Context, scope_of
from dynamodel.emit.python.names import ERRORS, moved, package_names, shadowed_modules, unique
from dynamodel.emit.python.reads import read_plan
from dynamodel.emit.python.value_types import Types
from dynamodel.emit.python.views import (
    ClientView,
    FixedView,
    FunctionView,
    ModuleView,
    PackageView,
    PagesView,
)
from dynamodel.emit.python.views_client_collections import collection_method
from dynamodel.emit.python.views_client_reads import read_method
from dynamodel.emit.python.views_client_writes import write_views
from dynamodel.emit.python.views_codec import codec_view
from dynamodel.emit.python.views_entities import entities_view
from dynamodel.emit.python.views_keys import keys_view
from dynamodel.emit.python.views_requests import read_functions
from dynamodel.emit.python.views_results import results_view
from dynamodel.ir.artifact import Artifact
from dynamodel.ir.names import snake_case
from dynamodel.ir.workload import ReadKind, ReadPattern

if TYPE_CHECKING:
    from pathlib import Path

    from dynamodel.emit.python.names import Names
    from dynamodel.emit.python.views import ResultsView
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.values import ValueType
    from dynamodel.ir.workload import Workload

_FIXED = (
    "bounds",
    "engine",
    "errors",
    "expressions",
    "guards",
    "keycodes",
    "numbercodes",
    "plain",
    "updates",
    "wire",
    "writing",
)


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
    views["codec.py"] = ("module", codec_view(context, inside))
    views["keys.py"] = ("module", keys_view(context))
    client, requests, results = _patterns(context)
    views["requests.py"] = ("module", requests)
    views["client.py"] = ("client", client)
    if results.classes:
        views["results.py"] = ("results", results)
    views["__init__.py"] = ("package", _package(context, results))
    files = [
        Artifact(f"{workload.name}/{path}", render(f"python/{template}.py.jinja", view, templates))
        for path, (template, view) in views.items()
    ]
    files.append(Artifact(f"{workload.name}/py.typed", "\n"))
    return tuple(sorted(files, key=lambda file: file.path))


def _object_functions(names: Names) -> dict[ValueType, str]:
    taken = set(names.functions.values())
    return {type_: unique(snake_case(name), taken) for type_, name in names.objects.items()}


def _patterns(context: Context) -> tuple[ClientView, ModuleView, ResultsView]:
    methods: list[FunctionView] = []
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
            methods.append(collection_method(plan) if is_collection else read_method(plan))
        else:
            made, method = write_views(context, scope_of(pattern), pattern, design)
            functions += made
            methods.append(method)
    return _client(context, methods, unserved), _requests(context, functions), results_view(context, plans)


def _text(functions: list[FunctionView]) -> str:
    return "\n".join(f"{f.signature}\n{f.body}" for f in functions)


def _typing(text: str) -> list[str]:
    names = [name for name in ("Any", "Literal") if re.search(rf"\b{name}\b", text)]
    return [f"from typing import {', '.join(names)}"] if names else []


def _standard(text: str, *more: str) -> list[str]:
    """Imports from the standard library that a text needs, sorted as formatters sort them."""
    lines = [line for line in more if line]
    lines += ["from decimal import Decimal"] if re.search(r"\bDecimal\b", text) else []
    lines += _typing(text)
    lines += ["from uuid import UUID"] if re.search(r"\bUUID\b", text) else []
    plain = ["import datetime as dt"] if re.search(r"\bdt\.", text) else []
    return [*plain, *sorted(lines)]


def _is_used(name: str, text: str) -> bool:
    """Whether a name stands in a text on its own: not as an attribute, not inside quotes."""
    return re.search(rf'(?<![.\w"]){name}(?![\w"])', text) is not None


def _modules(text: str, names: tuple[str, ...]) -> str:
    return ", ".join(name for name in names if re.search(rf"\b{name}\.\w", text))


def _requests(context: Context, functions: list[FunctionView]) -> ModuleView:
    text = _text(functions)
    standard = _standard(text)
    every = ("bounds", "codec", "entities", "expressions", "guards", "keycodes", "keys", "numbercodes", "pages")
    modules = _modules(text, (*every, "updates", "wire"))
    names = [name for name in ("Item", "Request") if _is_used(name, text)]
    local = [f"from . import {modules}"] if modules else []
    local += [f"from .expressions import {', '.join(names)}"] if names else []
    local += ["from .updates import Action"] if re.search(r"\bAction\b", text) else []
    local += ["from .writing import Attempt"] if re.search(r"\bAttempt\b", text) else []
    gap = [""] if standard and local else []
    doc = "Requests as data: what each access pattern asks of DynamoDB. Nothing here sends anything."
    return ModuleView(context.header, doc, _wrapped([*standard, *gap, *local]), (), tuple(functions))


def _client(context: Context, methods: list[FunctionView], unserved: list[str]) -> ClientView:
    text = _text(methods)
    used = f"{text}\nengine.Engine errors.named pages.Page dt.datetime Any entities.X"
    standard = _standard(
        f"{text} dt. Any", "from collections.abc import Callable, Iterator", "from typing import TypeVar"
    )
    standard = [line for line in standard if not line.startswith("from typing")]
    names = [n for n in ("Any", "Literal", "TypeVar") if n != "Literal" or re.search(r"\bLiteral\b", text)]
    standard = [
        *[s for s in standard if "uuid" not in s],
        f"from typing import {', '.join(names)}",
        *[s for s in standard if "uuid" in s],
    ]
    every = ("codec", "engine", "entities", "errors", "expressions", "keycodes", "keys", "pages", "requests", "results")
    used = used if re.search(r"\bentities\.\w", text) else used.replace("entities.X", "")
    parameters = [n for p in context.workload.patterns for n in scope_of(p).parameters.values()]
    taken = set(context.names.methods.values())
    both = {name for name in shadowed_modules(parameters) if re.search(rf"\b{name}_\.", text)}
    found = [f"{n} as {n}_" if n in taken else n for n in _modules(used, (*every, "wire", "writing")).split(", ")]
    found += [f"{n} as {n}_" for n in sorted(both - taken)]
    plain = [name for name in found if " as " not in name]
    local = [f"from . import {', '.join(plain)}"]
    local += [f"from . import {name}" for name in sorted(found) if " as " in name]
    local += ["from .expressions import Item"] if _is_used("Item", text) else []
    doc = f"The access patterns of {context.names.client}."
    if context.workload.doc:
        doc += f" {' '.join(context.workload.doc.split())}"
    if unserved:
        doc += f" Not served by the plan, so without a method: {', '.join(unserved)}."
    methods = [
        replace(m, signature=moved(m.signature, taken), body=moved(m.body, taken), decorator=moved(m.decorator, taken))
        for m in methods
    ]
    hidden = ["import builtins"] if "builtins." in _text(methods) else []
    imports = _wrapped([*hidden, *standard, "", *local])
    engine, pages = ("engine_" if "engine" in taken else "engine"), ("pages_" if "pages" in taken else "pages")
    return ClientView(context.header, imports, context.names.client, doc, tuple(methods), engine, pages)


def _wrapped(lines: list[str]) -> tuple[str, ...]:
    """Long imports in the layout of formatters."""
    found: list[str] = []
    for line in lines:
        if len(line) <= 88 or " import " not in line:  # noqa: PLR2004 - the common line length
            found.append(line)
            continue
        start, _, names = line.partition(" import ")
        found.append("\n".join([f"{start} import (", *(f"    {name}," for name in names.split(", ")), ")"]))
    return tuple(found)


def _package(context: Context, results: ResultsView) -> PackageView:
    names = context.names
    groups = {
        "client": [names.client],
        "entities": ["ENTITIES", "NOW", *names.entities.values(), *names.objects.values()],
        "errors": list(ERRORS),
        "pages": ["Page"],
        "results": [c.name for c in results.classes],
    }
    exported = [name for group in groups.values() for name in group]
    lines = [
        f"from .{module} import {', '.join(sorted(found, key=_import_order))}"
        for module, found in groups.items()
        if found
    ]
    return PackageView(context.header, names.client, _wrapped(lines), tuple(sorted(exported, key=_import_order)))


def _import_order(name: str) -> tuple[int, str]:
    """As formatters sort names: constants, classes, the rest."""
    if name.isupper() and len(name) > 1:
        return 0, name
    return (1 if name[:1].isupper() else 2), name
