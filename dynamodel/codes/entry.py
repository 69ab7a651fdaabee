"""What is said about a diagnostic code."""

from __future__ import annotations

from dynamodel.diagnostics import Severity
from dynamodel.records import dataclass

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Entry:
    """A code's title, default severity and explanation (why it matters, what to do)."""

    code: str
    title: str
    severity: Severity
    why: str
