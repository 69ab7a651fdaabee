"""`dynamodel rules`."""

from __future__ import annotations

from dynamodel.catalog import CATALOG
from dynamodel.cli import console, exit_codes
from dynamodel.report.explain_text import rules_report


def rules() -> int:
    """Print the defaults and the codes."""
    from dynamodel.normalize.defaults import DEFAULTS

    console.out(rules_report([(d.fact, d.text) for d in DEFAULTS], CATALOG.values()))
    return exit_codes.DONE
