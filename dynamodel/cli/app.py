"""The command line: what can be said, and which module answers. Everything else is imported when it is needed."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from importlib.util import find_spec
from types import ModuleType

_YOUNG = 500_000  # objects before the collector looks: a run makes few cycles, and looking costs a tenth of its time


def main() -> None:
    """The `dynamodel` command."""
    if sys.argv[1:] == ["--version"]:  # the framework takes longer to load than this answer
        from dynamodel.version import __version__

        sys.stdout.write(f"dynamodel {__version__}\n")
        return
    gc.set_threshold(_YOUNG)
    _defer("subprocess")  # Typer imports it, and with it `selectors` and `signal`, to open files that we never open
    _defer("importlib.metadata")  # Pydantic imports it, and with it `email`, for plugins that are not looked for
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for plugins reads every installed package
    from dynamodel.cli.commands import app

    try:
        app(prog_name="dynamodel")
    finally:
        gc.freeze()  # the process ends: what is left need not be searched for cycles once more


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
