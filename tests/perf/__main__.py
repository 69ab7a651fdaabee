"""`make bench`: whole commands against their budgets, on this machine and beside a reference in the same run.

Each command runs several times in a process of its own; the best time counts, because other load only ever adds. The
reference is Python starting and importing Pydantic: its ratio tells a slow machine from a slow product.
`python -m tests.perf --json` prints the numbers as data. The exit code is 1 when a budget is exceeded.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from dynamodel.report.text import table
from tests.perf.models import wide_model

ROOT = Path(__file__).parent.parent.parent
COMMAND = ["-c", "from dynamodel.cli.app import main; main()"]
REFERENCE = ["-c", "import pydantic; pydantic.BaseModel"]


@dataclass(frozen=True)
class Budget:
    """A command and the seconds that it may take as a whole process on two idle cores."""

    name: str
    arguments: tuple[str, ...]
    seconds: float
    runs: int = 5


def budgets(folder: Path) -> list[Budget]:
    """What is measured; generated models and outputs go to `folder`."""
    thirty = folder / "thirty.py"
    thirty.write_text(wide_model(30))
    hundred = folder / "hundred.py"
    hundred.write_text(wide_model(100))
    shop = str(ROOT / "examples/shop/model.py")
    return [
        Budget("--version", ("--version",), 0.2),
        Budget("plan, shop", ("plan", shop), 0.6),
        Budget("plan, 30 patterns", ("plan", str(thirty)), 0.5),
        Budget("plan, 100 patterns", ("plan", str(hundred)), 1.5, runs=3),
        Budget("emit, 30 patterns", ("emit", str(thirty), "--to", str(folder / "out")), 0.6, runs=3),
        Budget("verify, sessions, moto", ("verify", str(ROOT / "examples/sessions/model.py")), 6.0, runs=1),
    ]


def best(arguments: list[str], runs: int) -> tuple[float, float]:
    """The shortest of several runs in seconds, and the least processor time; raises when a run fails."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package is compiled once, not at every start
    found, processor = [], []
    for _ in range(runs + 1):  # the first fills the caches and is not counted
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(time.perf_counter() - started)
        processor.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(found[1:]), min(processor[1:])


def measure() -> list[dict[str, object]]:
    """Every budget with its time and its ratio to the reference."""
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as scratch:
        for budget in budgets(Path(scratch)):
            reference, _ = best(REFERENCE, 3)
            seconds, processor = best([*COMMAND, *budget.arguments], budget.runs)
            rows.append(
                {
                    "name": budget.name,
                    "seconds": round(seconds, 3),
                    "processor_seconds": round(processor, 3),
                    "budget": budget.seconds,
                    "reference": round(reference, 3),
                    "ratio": round(seconds / reference, 2),
                    "within": seconds <= budget.seconds,
                }
            )
    return rows


def main(arguments: list[str]) -> int:
    """Measure and print."""
    rows = measure()
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    if arguments == ["--json"]:
        print(json.dumps({"commands": rows, "most_memory_mb": memory}, indent=2))
    else:
        header = ("command", "seconds", "processor", "budget", "x reference", "")
        lines = [
            (
                str(row["name"]),
                *(f"{row[column]:.2f}" for column in ("seconds", "processor_seconds", "budget", "ratio")),
                "" if row["within"] else "OVER",
            )
            for row in rows
        ]
        print(table(header, lines, right=(1, 2, 3, 4), indent=0), end="")
        print(f"most memory of a process: {memory} MB; reference: Python with Pydantic, {rows[0]['reference']} s")
    return 0 if all(r["within"] for r in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
