"""The command line: what can be said, and which module answers. Everything else is imported when it is needed."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_YOUNG = 500_000  # objects before the collector looks: a run makes few cycles, and looking costs a tenth of its time


def main() -> None:
    """The `dynamodel` command.

    Two calls are answered before the framework is loaded, which takes longer than they do: `--version`, and `plan` of a
    model without options. Both behave as the framework would have them.
    """
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        from dynamodel.version import __version__

        sys.stdout.write(f"dynamodel {__version__}\n")
        return
    gc.set_threshold(_YOUNG)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for plugins reads every installed package
    if _is_plain_plan(arguments):
        from pathlib import Path

        from dynamodel.cli.console import run
        from dynamodel.cli.plan import plan

        run(lambda: plan(Path(arguments[1]), as_json=False, lock=False))
    from dynamodel.cli.commands import app

    app(prog_name="dynamodel")


def _is_plain_plan(arguments: Sequence[str]) -> bool:
    """Whether the call is `plan MODEL` and nothing else."""
    return len(arguments) == len(("plan", "MODEL")) and arguments[0] == "plan" and not arguments[1].startswith("-")
