"""Rewrites every committed output: `python -m tests.regen`. Read the diff before you commit it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests import doc_blocks
from tests.conformance import table
from tests.golden import examples, rubis, transcripts
from tests.lint import cases_run

if TYPE_CHECKING:
    from collections.abc import Iterator


def changes() -> Iterator[str]:
    """Rewrite everything; gives the files that changed, one by one."""
    for name in examples.EXAMPLES:
        yield from (f"examples/{name}/expected/{path}" for path in examples.rewrite(name))
    if rubis.rewrite():
        yield "examples/rubis/MIXES.md"
    for case in cases_run.inputs(cases_run.CASES):
        expected, text = cases_run.expected_file(case), cases_run.outcome(case)
        if not expected.is_file() or expected.read_text(encoding="utf-8") != text:
            expected.write_text(text, encoding="utf-8", newline="\n")
            yield f"tests/lint/cases/{expected.parent.name}/{expected.name}"
    for case in transcripts.cases():
        yield from (f"tests/golden/cli/{case.name}/{path}" for path in transcripts.rewrite(case))
    if not table.PAGE.is_file() or table.PAGE.read_text(encoding="utf-8") != table.page():
        table.PAGE.write_text(table.page(), encoding="utf-8", newline="\n")
        yield "docs/request-rules.md"
    readme = Path(__file__).parent.parent / "README.md"
    page = readme.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        refreshed = doc_blocks.refreshed(page, Path(folder))
    if refreshed != page:
        readme.write_text(refreshed, encoding="utf-8")
        yield "README.md"


def main() -> int:
    """Rewrite, and list what changed."""
    changed = 0
    for path in changes():
        print(path)
        changed += 1
    print(f"{changed} files changed", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
