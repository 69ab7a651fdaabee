"""A verification as text and as JSON.

In: the report of `verify`. Out: a line for each pattern, then every mismatch with its smallest counterexample and seed.
Times are in seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel.dynamo.capacity import MICRO
from dynamodel.report.diagnostics import diagnostics_json, diagnostics_text
from dynamodel.report.text import count, paragraph, section, table

if TYPE_CHECKING:
    from dynamodel.verify.report import PatternReport, VerificationReport

FORMAT = "dynamodel-verification/1"


def verify_text(report: VerificationReport) -> str:
    """The whole report."""
    rows = [(p.name, state(p), f"{p.cases:,}", f"{p.requests:,}", f"{p.seconds:.2f}") for p in report.patterns]
    findings = report.diagnostics()
    text = verdict(report) + "\n"
    if rows:
        text += section(
            "Access patterns", table(("pattern", "result", "cases", "requests", "seconds"), rows, right=(2, 3, 4))
        )
    if report.measured.requests:
        text += section("Capacity", _capacity(report))
    return text + section("Findings", diagnostics_text(findings))


def _capacity(report: VerificationReport) -> str:
    """What was compared, and by which rules the backend departs from the service."""
    compared = count(report.measured.requests, "request")
    lines = [f"{compared} compared with what the backend reports, in the table and in each index"]
    for rule, times in sorted(report.measured.deviations.items()):
        lines.append(f"the backend departs from DynamoDB {count(times, 'time')}: {rule}")
    return "".join(paragraph(line) for line in lines)


def verdict(report: VerificationReport) -> str:
    """The answer in one line."""
    ran = sum(bool(p.cases) for p in report.patterns)
    wrong = len(report.mismatches)
    outcome = "every answer as declared" if not wrong else count(wrong, "mismatch", "mismatches")
    return (
        f"{report.model} on {report.backend}: {outcome}; {ran} of {count(len(report.patterns), 'access pattern')}, "
        f"{count(report.cases, 'case')}, {count(report.requests, 'request')}, {count(report.rows, 'row')}, "
        f"seed {report.seed}, {report.seconds:.1f} s"
    )


def state(pattern: PatternReport) -> str:
    """One word for a pattern."""
    if pattern.mismatches:
        return "WRONG"
    return "verified" if pattern.cases else "not run"


def verify_json(report: VerificationReport) -> dict[str, Any]:
    """The same content as data."""
    return {
        "format": FORMAT,
        "model": report.model,
        "backend": report.backend,
        "seed": report.seed,
        "rows": report.rows,
        "passed": report.passed,
        "seconds": round(report.seconds, 3),
        "capacity": {
            "requests_compared": report.measured.requests,
            "backend_departs": dict(sorted(report.measured.deviations.items())),
        },
        "patterns": {
            p.name: {
                "result": state(p).lower(),
                "cases": p.cases,
                "requests": p.requests,
                "seconds": round(p.seconds, 3),
                "units": {place: {"read": r / MICRO, "write": w / MICRO} for place, (r, w) in p.consumed.items()},
                "reason": p.skipped,
            }
            for p in report.patterns
        },
        "findings": diagnostics_json(report.diagnostics())["findings"],
    }
