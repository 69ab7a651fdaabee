"""The command line: what can be said, and which module answers. Everything else is imported when it is needed."""

from __future__ import annotations

import sys


def main() -> None:
    """The `dynamodel` command."""
    if sys.argv[1:] == ["--version"]:  # the framework takes longer to load than this answer
        from dynamodel.version import __version__

        sys.stdout.write(f"dynamodel {__version__}\n")
        return
    from dynamodel.cli.commands import app

    app(prog_name="dynamodel")
