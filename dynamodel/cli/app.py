"""The command line: what can be said, and which module answers. Everything else is imported when it is needed."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from copy import copy
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typer import Typer

_YOUNG = 500_000  # objects before the collector looks: a run makes few cycles, and looking costs a tenth of its time

_UNUSED = (  # what the framework, Pydantic and templates import and do not use here
    "subprocess",  # and with it `selectors` and `signal`: to open files that we never open
    "bz2",  # archives
    "lzma",  # the same
    "tokenize",  # to show source beside a traceback
    "zipfile",  # resources in archives
    "importlib.metadata",  # and with it `email`: for plugins that are not looked for
)


def main() -> None:
    """The `dynamodel` command."""
    if sys.argv[1:] == ["--version"]:  # the framework takes longer to load than this answer
        from dynamodel.version import __version__

        sys.stdout.write(f"dynamodel {__version__}\n")
        return
    gc.set_threshold(_YOUNG)
    for name in _UNUSED:
        _defer(name)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for plugins reads every installed package
    from dynamodel.cli.commands import app

    try:
        _called(app, sys.argv[1:])(prog_name="dynamodel")
    finally:
        gc.freeze()  # the process ends: what is left need not be searched for cycles once more


def _called(app: Typer, arguments: list[str]) -> Typer:
    """The application with the command that is named first alone: it builds every one that is registered."""
    named = [c for c in app.registered_commands if c.callback and [c.callback.__name__] == arguments[:1]]
    if not named:
        return app
    alone = copy(app)
    alone.registered_commands = named
    return alone


def _defer(name: str) -> None:
    """Let a module be loaded when something in it is asked for, not when it is imported.

    The standard `LazyLoader` is no help: an import asks for the module's `__spec__`, and that loads it.
    """
    spec = None if name in sys.modules else find_spec(name)
    if spec is None:
        return
    deferred = ModuleType(name)

    def load(attribute: str) -> object:
        if sys.modules.get(name) is deferred:
            del sys.modules[name]
            deferred.__dict__.update(vars(importlib.import_module(name)))
        if attribute in vars(deferred):
            return vars(deferred)[attribute]
        message = f"module {name!r} has no attribute {attribute!r}"
        raise AttributeError(message)

    vars(deferred).update(__spec__=spec, __path__=spec.submodule_search_locations, __getattr__=load)
    sys.modules[name] = deferred
    package, _, own = name.rpartition(".")
    if package:
        setattr(sys.modules[package], own, deferred)
