"""`dynamodel schema`."""

from __future__ import annotations

import json

from dynamodel.cli import console, exit_codes


def schema() -> int:
    """Print the JSON Schema of the JSON form."""
    from dynamodel.spec.model import json_schema

    console.out(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")
    return exit_codes.DONE
