"""`dynamodel emit`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel import pipeline
from dynamodel.catalog import finding
from dynamodel.cli import console, exit_codes
from dynamodel.cli.loading import load_and_plan
from dynamodel.report.text import count

if TYPE_CHECKING:
    from pathlib import Path


def emit(model: Path, to: Path, *, targets: tuple[str, ...] | None, check: bool, templates: Path | None) -> int:
    """Write the files, or with `check` print how the folder differs from them."""
    workload, design = load_and_plan(model)
    pipeline.require_served(design)
    wanted = targets is None or "suite" in targets
    files = pipeline.artifacts(workload, design, pipeline.suite(workload) if wanted else None, targets, templates)
    if check:
        drift = pipeline.compare(files, to)
        for each in drift:
            console.out_diff(each.diff)
        if drift:
            message = (
                f"{count(len(drift), 'file')} in `{to}` {'differs' if len(drift) == 1 else 'differ'} from the model"
            )
            notes = tuple(f"{each.kind}: {each.path}" for each in drift)
            hint = f"dynamodel emit {model} --to {to}"
            console.complain([finding("DM513", message, notes=notes, hint=hint)])
            return exit_codes.FINDINGS
        console.say(f"{count(len(files.artifacts), 'file')} in {to} as the model says")
        return exit_codes.DONE
    report = pipeline.write(files, to)
    for path in report.written:
        console.out(f"{path}\n")
    for path in report.removed:
        console.say(f"removed {path}: the model no longer gives it")
    console.say(f"wrote {count(len(report.written), 'file')} to {to}, {len(report.unchanged)} unchanged")
    return exit_codes.DONE
