"""What every stage says to a user about their model.

In: nothing. Out: `Diagnostic`, the one shape of a complaint, and where it points to.
A diagnostic is data; how it looks on a terminal is the report's business.
"""

from __future__ import annotations

from enum import StrEnum

from dynamodel.records import dataclass


class Severity(StrEnum):
    """How much a finding matters: an error stops the run, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class SourceSpan:
    """A place in a file; `line` and `column` count from 1, 0 means unknown."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """The form that editors and terminals turn into a link."""
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: its catalogued code, what is wrong, where, and what to do about it.

    `path` names the declaration (`Shop > list_orders`); `hint` is the next step; `notes` are further lines.
    """

    code: str
    severity: Severity
    message: str
    span: SourceSpan | None = None
    path: tuple[str, ...] = ()
    hint: str = ""
    notes: tuple[str, ...] = ()
