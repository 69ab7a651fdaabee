"""What a verification found, as frozen data; how it looks is the report package's business."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.suite import Row


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One case that did not do what the declaration says.

    `code` is a DM6xx code; `call` the call as text; `wrong` what differs; `rows` the smallest dataset found that still
    shows it (empty: none was looked for), `seed` the seed of the suite that it came from.
    """

    code: str
    pattern: str
    case: str
    call: str
    wrong: str
    seed: int
    rows: tuple[Row, ...] = ()

    def diagnostic(self) -> Diagnostic:
        """The finding for people and for JSON."""
        data = "; ".join(f"{r.entity}({', '.join(f'{n}={v!r}' for n, v in r.values.items())})" for r in self.rows)
        notes = [f"call: {self.call}", f"seed: {self.seed}"] if self.call else [f"seed: {self.seed}"]
        if self.rows:
            notes.append(f"with these rows alone: {data}")
        return finding(
            self.code, f"`{self.pattern}`, {self.case}: {self.wrong}", path=(self.pattern,), notes=tuple(notes)
        )


@dataclass(frozen=True, slots=True)
class PatternReport:
    """One pattern: how many cases ran, what was wrong, how many requests were sent, how long it took."""

    name: str
    cases: int
    mismatches: tuple[Mismatch, ...]
    requests: int
    seconds: float
    skipped: str = ""  # why nothing ran
    # Read and write units of all cases together, in millionths, by place; empty where the backend does not count.
    consumed: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measured:
    """How many requests had their capacity compared, and how often the backend's own rules were applied, by rule."""

    requests: int = 0
    deviations: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """A whole verification. `loading` holds what was wrong before the first case."""

    model: str
    backend: str
    seed: int
    rows: int
    patterns: tuple[PatternReport, ...]
    seconds: float
    loading: tuple[Mismatch, ...] = ()
    measured: Measured = field(default_factory=Measured)

    @property
    def mismatches(self) -> tuple[Mismatch, ...]:
        """Everything that was wrong, in the order of the model."""
        return (*self.loading, *(m for p in self.patterns for m in p.mismatches))

    @property
    def passed(self) -> bool:
        """Whether nothing was wrong (patterns that the backend cannot run are no mismatch)."""
        return not self.mismatches

    @property
    def cases(self) -> int:
        """Cases run."""
        return sum(p.cases for p in self.patterns)

    @property
    def requests(self) -> int:
        """Requests that the generated code sent."""
        return sum(p.requests for p in self.patterns)

    @property
    def verified(self) -> tuple[str, ...]:
        """Names of the patterns that ran and were right."""
        return tuple(p.name for p in self.patterns if p.cases and not p.mismatches)

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """A finding for each mismatch and each pattern that was not verified."""
        skipped = [
            finding("DM605", f"`{p.name}` was not verified: {p.skipped}", path=(p.name,))
            for p in self.patterns
            if p.skipped
        ]
        return (*(m.diagnostic() for m in self.mismatches), *skipped)
