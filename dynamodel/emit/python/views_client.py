"""The modules with something for each access pattern: requests, steps, and the two clients that take the steps."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from dynamodel.emit.python.context import scope_of
from dynamodel.emit.python.imports import is_used, standard, starts, together, used_modules
from dynamodel.emit.python.layout import docstring
from dynamodel.emit.python.names import MODULES, hiding, moved, shadowed_modules
from dynamodel.emit.python.views import CallsView, ClientView, FunctionView, MethodView, ModuleView

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamodel.emit.python.context import Context


def requests_view(context: Context, functions: list[FunctionView]) -> ModuleView:
    """`requests.py`."""
    text = "\n".join(f"{f.signature}\n{f.body}" for f in functions)
    modules = used_modules(text, tuple(name for name in MODULES if name != "requests"))
    local = [f"from . import {', '.join(modules)}"] if modules else []
    names = [name for name in ("Item", "Request") if is_used(name, text)]
    local += [f"from .expressions import {', '.join(names)}"] if names else []
    local += ["from .sending import Steps"] if is_used("Steps", text) else []
    local += ["from .updates import Action"] if is_used("Action", text) else []
    local += ["from .writing import Attempt"] if is_used("Attempt", text) else []
    doc = "Requests as data: what each access pattern asks of DynamoDB. Nothing here sends anything."
    return ModuleView(context.header, doc, together(standard(text), local), (), tuple(functions))


def calls_view(context: Context, methods: list[MethodView]) -> CallsView:
    """`calls.py`."""
    methods = _unhidden(context, methods)
    text = "\n".join(f"{m.steps_signature}\n{m.steps}" for m in methods)
    local = _modules(context, text, "engine")
    local += ["from .expressions import Item"] if is_used("Item", text) else []
    return CallsView(context.header, together(standard(text), local), tuple(methods), _alias(context, "engine"))


def client_view(
    context: Context, methods: list[MethodView], unserved: list[str], *, awaits: bool = False
) -> ClientView:
    """`client.py`, or `aio.py`."""
    methods = _unhidden(context, methods)
    text = "\n".join(m.async_signature if awaits else m.signature for m in methods)
    abstract = "AsyncIterator, Awaitable, Callable" if awaits else "Callable, Iterator"
    lines = standard(
        f"{text} dt. Any ParamSpec TypeVar",
        f"from collections.abc import {abstract}",
        *([] if awaits else ["from concurrent.futures import Executor"]),
        "from contextlib import AbstractContextManager",
    )
    doc = [f"The access patterns of {context.names.client}.", ""]
    if context.workload.doc:
        doc += [" ".join(context.workload.doc.split()), ""]
    if unserved:
        doc += [f"Not served by the plan, so without a method: {', '.join(unserved)}.", ""]
    own = ("calls", "engine", "hooks", "pages", "sending")
    return ClientView(
        header=context.header,
        imports=together(lines, _modules(context, text, *own)),
        name=f"{'Async' if awaits else ''}{context.names.client}",
        doc=docstring([*doc, _ERRORS], 4),
        methods=tuple(methods),
        **{name: _alias(context, name) for name in own},
    )


_ERRORS = (
    "Every method raises `ValueRefused` for a value that cannot be stored or makes a key too long and for a limit "
    "below 1, every write `LimitExceeded` for an item of more than 400 KB. What the service refuses otherwise is "
    "botocore's `ClientError`."
)


def _alias(context: Context, module: str) -> str:
    """The name of a module in a class that may have a method of the same name."""
    return f"{module}_" if module in context.names.methods.values() else module


def _modules(context: Context, text: str, *own: str) -> list[str]:
    """The imports of the package's modules, under another name where a method or a parameter hides theirs."""
    taken = set(context.names.methods.values())
    parameters = [n for p in context.workload.patterns for n in scope_of(p).parameters.values()]
    both = {name for name in shadowed_modules(parameters) if starts(f"{name}_.", text)}
    used = [m for m in MODULES if m in own or used_modules(text, (m, f"{m}_"))]
    plain = [m for m in used if m not in taken and (m in own or used_modules(text, (m,)))]
    aliased = sorted({m for m in used if m in taken} | both)
    lines = [f"from . import {', '.join(plain)}"] if plain else []
    lines += [f"from . import {m} as {m}_" for m in aliased]
    return sorted(lines, key=lambda line: line.replace(",", " ").split()[3])  # by the first name, as formatters do


def _unhidden(context: Context, methods: Iterable[MethodView]) -> list[MethodView]:
    """The methods with modules and types under names that no method of the class hides."""
    taken = hiding(context.names.methods.values())
    if not taken:
        return list(methods)
    return [
        replace(m, **{f.name: moved(getattr(m, f.name), taken) for f in fields(m) if f.name != "doc"}) for m in methods
    ]
