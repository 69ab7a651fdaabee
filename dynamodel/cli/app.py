"""The command line: what can be said, and which module answers. Everything else is imported when it is needed."""

from __future__ import annotations

import gc
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
    from dynamodel.cli.commands import app

    app(prog_name="dynamodel")
