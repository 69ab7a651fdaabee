"""`make bench`: whole commands against their budgets, on this machine and beside a reference in the same run.

Each command runs several times in a process of its own, all of them once in every round; the best time counts, because
other load only ever adds, and what slows a machine for some seconds does not meet every run of one command. The
reference is Python starting and importing Pydantic: its ratio tells a slow machine from a slow product. Plans of
generated models are also looked at: each must be proven, with a gap of zero.
The emitted client is compared with boto3's (see `access`).
`python -m tests.perf --json` prints the numbers as data; words after it choose the commands whose names hold one of
them, `client` the comparison. The exit code is 1 when a budget is exceeded or a plan is not proven.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dynamodel import pipeline
from dynamodel.planner.bounds import place_bound
from dynamodel.planner.solve import solve
from dynamodel.report.text import table
from tests import local_dynamodb
from tests.perf import access
from tests.perf.fifteen import FIFTEEN
from tests.perf.models import crowd, hub, lone_entity, wide_model

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
COMMAND = ["-c", "from dynamodel.cli.app import main; main()"]
MOST_MEGABYTES = 300
# Patterns, seconds, runs, seeds of generated models. Ten are held to what thirty may take.
SIZES = (
    (10, 0.5, 5, (0, 1, 2)),
    (30, 0.5, 5, (0, 1, 2)),
    (100, 1.5, 2, (0, 1, 2)),
    (300, 3.0, 1, (0, 1, 2)),
    (1000, 6.0, 1, (0, 1, 2)),
)
HARD_SECONDS = 4.0  # for models made to be hard to prove
CERTIFICATE_SECONDS = 0.05
REFERENCE = ["-c", "import pydantic; pydantic.BaseModel"]


@dataclass(frozen=True)
class Budget:
    """A command and the seconds that it may take as a whole process on two idle cores."""

    name: str
    arguments: tuple[str, ...]
    seconds: float
    runs: int = 5
    proven: bool = False  # the command prints a plan as JSON that must be proven
    local: bool = False  # it needs a DynamoDB Local that runs already


def budgets(folder: Path) -> list[Budget]:
    """What is measured; generated models and outputs go to `folder`."""
    plans = []
    for patterns, seconds, runs, seeds in SIZES:
        for seed in seeds:
            path = folder / f"model_{patterns}_{seed}.py"
            path.write_text(wide_model(patterns, seed))
            name = f"plan, {patterns} patterns, seed {seed}"
            plans.append(Budget(name, ("plan", str(path), "--format", "json"), seconds, runs, proven=True))
    for name, text in (
        ("one entity of 20 unlike reads", lone_entity(20)),
        ("an entity read with 8 others", hub(8)),
        ("an entity read with the newest of 6 others", crowd(6)),
    ):
        path = folder / f"{name.replace(' ', '_')}.py"
        path.write_text(text)
        plans.append(Budget(f"plan, {name}", ("plan", str(path), "--format", "json"), HARD_SECONDS, 1, proven=True))
    thirty = folder / "thirty.py"
    thirty.write_text(wide_model(30))
    fifteen = folder / "fifteen.py"
    fifteen.write_text(FIFTEEN, encoding="utf-8")
    shop = str(ROOT / "examples/shop/model.py")
    return [
        Budget("--version", ("--version",), 0.2),
        Budget("plan, shop", ("plan", shop), 0.6),
        *plans,
        Budget("emit, 30 patterns", ("emit", str(thirty), "--to", str(folder / "out")), 0.6),
        Budget("verify, 15 patterns, moto", ("verify", str(fifteen)), 6.0, runs=2),
        Budget("verify, 15 patterns, a running DynamoDB Local", ("verify", str(fifteen)), 3.0, runs=2, local=True),
    ]


@dataclass(frozen=True)
class Run:
    """One run of a command: seconds on the clock and of the processor, megabytes, and what it printed."""

    seconds: float
    processor: float
    megabytes: int
    printed: bytes


def run(arguments: list[str]) -> Run:
    """Run Python with arguments; raises when it fails. The peak of memory is the process's own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package is compiled once, not at every start
    started = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen([sys.executable, *arguments], stdout=out, stderr=subprocess.PIPE, env=environment)
        assert child.stderr is not None
        complaint = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        child.stderr.close()
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, arguments, stderr=complaint)
        out.seek(0)
        return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, out.read())


def best(chosen: list[Budget], folder: Path) -> tuple[Run, list[Run]]:
    """The shortest run of the reference, and of each command; the first round fills the caches and is not counted."""
    reference: list[Run] = []
    found: list[list[Run]] = [[] for _ in chosen]
    with running(folder, wanted=any(b.local for b in chosen)) as server:
        for number in range(1 + max((b.runs for b in chosen), default=1)):
            reference.append(run(REFERENCE))
            for budget, runs in zip(chosen, found, strict=True):
                if number <= budget.runs:
                    runs.append(run([*COMMAND, *budget.arguments, *(server if budget.local else ())]))
    return _shortest(reference), [_shortest(runs) for runs in found]


def _shortest(runs: list[Run]) -> Run:
    return min(runs[1:], key=lambda r: r.seconds)


def is_proven(printed: bytes) -> bool:
    """Whether a printed plan serves everything and has a proof without a gap."""
    plan = json.loads(printed)
    served = all(p["status"] != "unserved" for p in plan["patterns"].values())
    return served and plan["proof"]["gap"] == 0 and not any(f["code"] == "DM405" for f in plan["findings"])


@contextlib.contextmanager
def running(folder: Path, *, wanted: bool) -> Iterator[tuple[str, ...]]:
    """A DynamoDB Local while the context lasts, as options of a command; nothing when none is wanted."""
    if not wanted:
        yield ()
        return
    process, endpoint = local_dynamodb.start(folder / "local.log")
    try:
        yield ("--endpoint", endpoint)
    finally:
        local_dynamodb.stop(process)


def certificate(patterns: int = 1000, seed: int = 1) -> dict[str, object]:
    """The certificate of a solved model by itself, the best of several times."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "model.py"
        path.write_text(wide_model(patterns, seed))
        workload = pipeline.load(path)
    solution = solve(workload).by_count[-1]
    times = []
    for _ in range(5):
        started = time.process_time()
        place_bound(workload, solution)
        times.append(time.process_time() - started)
    best_time = min(times)
    return {
        "name": f"certificate, {patterns} patterns",
        "seconds": round(best_time, 3),
        "processor_seconds": round(best_time, 3),
        "budget": CERTIFICATE_SECONDS,
        "of_budget": round(best_time / CERTIFICATE_SECONDS, 2),
        "reference": 0.0,
        "of_reference": 0.0,
        "megabytes": 0,
        "proven": None,
        "within": best_time <= CERTIFICATE_SECONDS,
    }


def measure(words: list[str]) -> list[dict[str, object]]:
    """Every budget with its time, memory and ratio to the reference."""
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as scratch:
        chosen = [b for b in budgets(Path(scratch)) if not words or any(word in b.name for word in words)]
        reference, runs = best(chosen, Path(scratch))
        for budget, found in zip(chosen, runs, strict=True):
            proven = is_proven(found.printed) if budget.proven else None
            rows.append(
                {
                    "name": budget.name,
                    "seconds": round(found.seconds, 3),
                    "processor_seconds": round(found.processor, 3),
                    "budget": budget.seconds,
                    "of_budget": round(found.seconds / budget.seconds, 2),
                    "reference": round(reference.seconds, 3),
                    "of_reference": round(found.seconds / reference.seconds, 2),
                    "megabytes": found.megabytes,
                    "proven": proven,
                    "within": found.seconds <= budget.seconds
                    and found.megabytes <= MOST_MEGABYTES
                    and proven is not False,
                }
            )
    if not words or any(word in "certificate" for word in words):
        rows.append(certificate())
    return rows


def main(arguments: list[str]) -> int:
    """Measure and print."""
    words = [a for a in arguments if a != "--json"]
    rows = measure(words)
    clients = access.measure() if not words or "client" in words else []
    if "--json" in arguments:
        print(json.dumps({"commands": rows, "clients": clients}, indent=2))
        return 0 if all(r["within"] for r in rows + clients) else 1
    if clients:
        header = ("emitted client beside boto3's", "call", "boto3 us", "emitted us", "ratio", "budget", "")
        lines = [(*map(str, list(row.values())[:-1]), "" if row["within"] else "OVER") for row in clients]
        print(table(header, lines, right=(2, 3, 4, 5), indent=0))
    if rows:
        columns = ("seconds", "processor_seconds", "budget", "of_budget", "of_reference")
        header = ("command", "seconds", "processor", "budget", "x budget", "x reference", "MB", "proven", "")
        lines = [
            (
                str(row["name"]),
                *(f"{row[column]:.2f}" for column in columns),
                str(row["megabytes"]),
                {True: "yes", False: "NO", None: ""}[row["proven"]],  # type: ignore[index]
                "" if row["within"] else "OVER",
            )
            for row in rows
        ]
        print(table(header, lines, right=(1, 2, 3, 4, 5, 6), indent=0), end="")
        print(f"reference: Python with Pydantic, {max(float(str(r['reference'])) for r in rows)} s")
    return 0 if all(r["within"] for r in rows + clients) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
