"""A verification as JUnit XML, the form in which build servers show tests.

In: the report of `verify`. Out: one `testsuite` for the model with a `testcase` for each access pattern, and one called
`load` for what was wrong before the first. Times are in seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from dynamodel.report.diagnostics import diagnostics_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.verify.report import Mismatch, VerificationReport


def verify_junit(report: VerificationReport) -> str:
    """The whole document."""
    tests = len(report.patterns) + bool(report.loading)
    failures = bool(report.loading) + sum(bool(p.mismatches) for p in report.patterns)
    skipped = sum(bool(p.skipped) for p in report.patterns)
    counts = {"tests": str(tests), "failures": str(failures), "errors": "0", "skipped": str(skipped)}
    counts["time"] = _seconds(report.seconds)
    root = ET.Element("testsuites", {"name": "dynamodel verify", **counts})
    suite = ET.SubElement(root, "testsuite", {"name": _legal(report.model), **counts})
    properties = ET.SubElement(suite, "properties")
    for name, value in (("backend", report.backend), ("seed", str(report.seed)), ("rows", str(report.rows))):
        ET.SubElement(properties, "property", {"name": name, "value": value})
    if report.loading:
        _failed(_case(suite, report.model, "load", 0.0), report.loading)
    for pattern in report.patterns:
        case = _case(suite, report.model, pattern.name, pattern.seconds)
        if pattern.mismatches:
            _failed(case, pattern.mismatches)
        elif pattern.skipped:
            ET.SubElement(case, "skipped", {"message": _legal(pattern.skipped)})
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, model: str, name: str, seconds: float) -> ET.Element:
    named = {"classname": _legal(model), "name": _legal(name), "time": _seconds(seconds)}
    return ET.SubElement(suite, "testcase", named)


def _failed(case: ET.Element, mismatches: Sequence[Mismatch]) -> None:
    """One element for all: the schema of build servers allows no more."""
    first = mismatches[0].diagnostic()
    failure = ET.SubElement(case, "failure", {"type": first.code, "message": _legal(first.message)})
    failure.text = _legal(diagnostics_text([m.diagnostic() for m in mismatches]))


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"


def _legal(text: str) -> str:
    """Characters that XML cannot carry, written as escapes; line ends stay."""
    return "".join(c if c.isprintable() or c in "\n\t " else c.encode("unicode_escape").decode() for c in text)
