"""`python -m dynamodel`: the `dynamodel` command, for a Python whose scripts are not on the path."""

from __future__ import annotations

from dynamodel.cli.app import main

if __name__ == "__main__":
    main()
