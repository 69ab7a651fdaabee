"""Rewrites the expected findings of the cases: `python -m tests.lint.regen`; read the diff before you commit it."""

from __future__ import annotations

from tests.lint.cases_run import CASES, expected_file, inputs, outcome


def main() -> None:
    """Write every expected text."""
    for case in inputs(CASES):
        expected_file(case).write_text(outcome(case), encoding="utf-8")


if __name__ == "__main__":
    main()
