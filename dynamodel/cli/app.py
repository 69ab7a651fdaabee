"""The command line: what can be said, and which module answers. Everything else is imported when it is needed."""

from __future__ import annotations

import gc
import importlib.util
import os
import sys

_YOUNG = 500_000  # objects before the collector looks: a run makes few cycles, and looking costs a tenth of its time


def main() -> None:
    """The `dynamodel` command."""
    if sys.argv[1:] == ["--version"]:  # the framework takes longer to load than this answer
        from dynamodel.version import __version__

        sys.stdout.write(f"dynamodel {__version__}\n")
        return
    gc.set_threshold(_YOUNG)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for plugins reads every installed package
    _import_when_used("importlib.metadata")  # Pydantic imports it for those plugins, and with it all that mail needs
    from dynamodel.cli.commands import app

    app(prog_name="dynamodel")


def _import_when_used(name: str) -> None:
    """Put a module in place that loads when something of it is asked for: the recipe of importlib's documentation."""
    spec = None if name in sys.modules else importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        return
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
