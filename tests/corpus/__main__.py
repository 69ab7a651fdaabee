"""`python -m tests.corpus FILE_OR_FOLDER… [--no-verify] [--report]`: one JSON line a case, and a summary line.

Without a path: the cases of this repository. `--report` writes `REPORT.md` as well. Exit code 1 if a case has an error,
an unserved pattern or a mismatch.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.corpus.report import REPORT, render
from tests.corpus.runner import is_complete, run_file, summary

CASES = Path(__file__).parent / "cases"


def main(arguments: list[str] | None = None) -> int:
    """Run the cases that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, default=[CASES], help="case files, or folders of them")
    parser.add_argument("--no-verify", action="store_true", help="plan only")
    parser.add_argument("--report", action="store_true", help=f"write {REPORT.name}")
    options = parser.parse_args(arguments)
    files = [f for path in options.paths for f in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
    results = []
    for file in files:
        results.append(run_file(file, verify=not options.no_verify))
        print(json.dumps(results[-1], ensure_ascii=False), flush=True)
    print(json.dumps(summary(results), ensure_ascii=False), flush=True)
    if options.report:
        REPORT.write_text(render(dict(zip(files, results, strict=True))), encoding="utf-8")
    complete = is_complete if not options.no_verify else lambda r: r["error"] is None and not r["unserved"]
    return 0 if all(complete(r) for r in results) else 1


if __name__ == "__main__":
    sys.exit(main())
