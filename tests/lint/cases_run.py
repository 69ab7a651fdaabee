"""Runs the cases: each `bad_*` file of a folder `DM###` must give exactly the findings in the text beside it.

A case is a model (`.py`, `.json`), or a `.target`: a file that holds the path to load, for what is no model file.
`ok_*` files must give none.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dynamodel.errors import DynamodelError
from dynamodel.lint.registry import lint
from dynamodel.normalize.workload import normalize
from dynamodel.spec.loader import load_model

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamodel.diagnostics import Diagnostic

CASES = Path(__file__).parent / "cases"


def inputs(cases: Path) -> list[Path]:
    """Every case, sorted."""
    names = [
        p
        for pattern in ("bad_*", "ok_*")
        for p in cases.glob(f"DM*/{pattern}")
        if p.suffix in {".py", ".json", ".target"}
    ]
    return sorted(names)


def expected_file(case: Path) -> Path:
    """The text beside a case."""
    return case.with_name(f"{case.stem}.txt" if case.suffix != ".json" else f"{case.stem}.json.txt")


def findings(case: Path) -> tuple[Diagnostic, ...]:
    """What loading, normalizing and linting find."""
    target = case.parent / case.read_text().strip() if case.suffix == ".target" else case
    try:
        return lint(normalize(load_model(target)))
    except DynamodelError as error:
        return error.diagnostics


def outcome(case: Path) -> str:
    """The findings as text, paths relative to the case's folder."""
    return render(findings(case)).replace(f"{case.parent}/", "").replace(str(case.parent), ".")


def render(found: Iterable[Diagnostic]) -> str:
    """One block a finding: the words that a user would read."""
    blocks = []
    for finding in found:
        lines = [f"{finding.severity}[{finding.code}]: {finding.message}"]
        place = "  ".join(p for p in (str(finding.span or ""), " > ".join(finding.path)) if p)
        lines += [f"  {place}"] if place else []
        lines += [f"  hint: {finding.hint}"] if finding.hint else []
        lines += [f"  note: {note}" for note in finding.notes]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n" if blocks else ""
