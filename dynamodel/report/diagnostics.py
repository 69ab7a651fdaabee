"""Findings as text and as JSON: code, message, place, notes, hint.

In: diagnostics. Out: text in which a person reads everything without color, and plain data with the same content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel.diagnostics import Severity
from dynamodel.report.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dynamodel.diagnostics import Diagnostic

FORMAT = "dynamodel-findings/1"


def diagnostic_text(diagnostic: Diagnostic) -> str:
    """One finding: a line that says what is wrong, then indented where, notes, and last the hint."""
    lines = [f"{diagnostic.severity}[{diagnostic.code}]: {printable(diagnostic.message)}"]
    place = [str(diagnostic.span)] if diagnostic.span else []
    if diagnostic.path:
        place.append(" > ".join(diagnostic.path))
    details = ["  ".join(place)] if place else []
    details += diagnostic.notes
    details += [f"hint: {diagnostic.hint}"] if diagnostic.hint else []
    lines += [f"  {printable(line)}" for detail in details for line in detail.splitlines()]
    return "\n".join(lines) + "\n"


def diagnostics_text(diagnostics: Sequence[Diagnostic]) -> str:
    """All findings, an empty line between two, and how many there are when there are several."""
    text = "\n".join(map(diagnostic_text, diagnostics))
    return f"{text}\n{summary(diagnostics)}\n" if len(diagnostics) > 1 else text


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`; `no findings`."""
    found = [d.severity for d in diagnostics]
    words = [count(found.count(severity), severity) for severity in Severity if severity in found]
    return ", ".join(words) or "no findings"


def diagnostics_json(diagnostics: Iterable[Diagnostic]) -> dict[str, Any]:
    """The same content as data."""
    return {
        "format": FORMAT,
        "findings": [
            {
                "code": d.code,
                "severity": d.severity.value,
                "message": d.message,
                "file": d.span.file if d.span else None,
                "line": d.span.line if d.span else None,
                "column": d.span.column if d.span else None,
                "path": list(d.path),
                "hint": d.hint,
                "notes": list(d.notes),
            }
            for d in diagnostics
        ],
    }
