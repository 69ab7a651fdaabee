"""Every diagnostic code, once: what it means and how severe it is by default.

Codes are `DM` + area + two digits: 1 loading and spec, 2 entities, 3 access patterns, 4 planning, 5 emitting,
6 verification, 7 environment. A code is never used for something else. `dynamodel explain DMnnn` prints from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.codes.model import MODEL
from dynamodel.codes.output import OUTPUT
from dynamodel.codes.planning import PLANNING
from dynamodel.diagnostics import Diagnostic, SourceSpan

if TYPE_CHECKING:
    from dynamodel.codes.entry import Entry

CATALOG: dict[str, Entry] = {entry.code: entry for entry in (*MODEL, *PLANNING, *OUTPUT)}


def finding(
    code: str,
    message: str,
    *,
    span: SourceSpan | None = None,
    path: tuple[str, ...] = (),
    hint: str = "",
    notes: tuple[str, ...] = (),
) -> Diagnostic:
    """A diagnostic with its catalogued severity; KeyError for a code that is not catalogued."""
    return Diagnostic(code, CATALOG[code].severity, message, span, path, hint, notes)
