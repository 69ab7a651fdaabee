"""Every diagnostic code, once: what it means and how severe it is by default.

Codes are `DM` + area + two digits: 1 loading and spec, 2 entities, 3 access patterns, 4 planning, 5 emitting,
6 verification, 7 environment. A code is never used for something else. `dynamodel explain DMnnn` prints from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from dynamodel.diagnostics import Diagnostic, Severity, SourceSpan


@dataclass(frozen=True, slots=True)
class Entry:
    """A code's title, default severity and explanation (why it matters, what to do)."""

    code: str
    title: str
    severity: Severity
    why: str


_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

# fmt: off
_ENTRIES: tuple[Entry, ...] = (
    # 1 loading and spec
    # 2 entities
    # 3 access patterns
    # 4 planning
    # 5 emitting
    # 6 verification
    # 7 environment
)
# fmt: on

CATALOG: dict[str, Entry] = {entry.code: entry for entry in _ENTRIES}


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
