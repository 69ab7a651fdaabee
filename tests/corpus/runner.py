"""Runs cases through the whole path: convert, load, plan, emit, verify on moto; and compares with the authors' designs.

In: case files. Out: one result a case, as a dict with the fields of `FIELDS`. A case that fails at any stage gives a
result with `error`; nothing stops the run.
"""

from __future__ import annotations

import json
import signal
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dynamodel import pipeline
from dynamodel.errors import DynamodelError
from dynamodel.ir.plan import Operation
from tests.corpus.casefile import READ_OPERATIONS, Case, read_case
from tests.corpus.convert import Converted, convert
from tests.corpus.differences import differences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.ir.plan import PatternDesign, Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.verify.report import VerificationReport

SECONDS_PER_CASE = 300
FIELDS = (
    "case", "patterns", "served", "unserved", "gsis", "expert_gsis", "lsis", "gsi_lower_bound", "gap", "requests",
    "expert_requests", "filters", "expert_filters", "verified", "mismatches", "differences", "seconds", "error",
)  # fmt: skip


def run_file(path: Path, *, verify: bool = True, endpoint: str | None = None) -> dict[str, Any]:
    """The result of a case file; verified on moto, or on the service at an address."""
    started = time.perf_counter()
    result: dict[str, Any] = dict.fromkeys(FIELDS)
    result |= {"case": path.stem, "patterns": 0, "served": 0, "unserved": [], "verified": 0, "mismatches": []}
    result["differences"] = []
    try:
        with _time_limit(SECONDS_PER_CASE):
            _run(read_case(path), result, verify=verify, endpoint=endpoint)
    except DynamodelError as error:
        result["error"] = " | ".join(f"{d.code} {' > '.join(d.path)}: {d.message}" for d in error.diagnostics)
    except Exception as error:  # noqa: BLE001 - whatever a case does, the next one runs
        result["error"] = f"{type(error).__name__}: {error}"
    result["seconds"] = round(time.perf_counter() - started, 2)
    return result


def _run(case: Case, result: dict[str, Any], *, verify: bool, endpoint: str | None) -> None:
    result |= {"case": case.id, "patterns": len(case.patterns), "unserved": [p.id for p in case.patterns]}
    result |= _expert(case)
    converted = convert(case)
    workload, plan = plan_case(converted)
    result |= _ours(case, converted, plan)
    result["differences"] = [asdict(d) for d in differences(case, converted, workload, plan)]
    if not verify:
        return
    if result["unserved"]:
        converted = _without(converted, result["unserved"])
        workload, plan = plan_case(converted)
    report = verified(workload, plan, endpoint)
    wrong = {m.pattern for m in report.mismatches}
    result["mismatches"] = [i for i, names in converted.names.items() if wrong.intersection(names)]
    result["verified"] = sum(set(names) <= set(report.verified) for names in converted.names.values())
    if report.loading:
        result["error"] = f"the dataset was not stored as planned: {report.loading[0].wrong}"


def plan_case(converted: Converted) -> tuple[Workload, Plan]:
    """Workload and plan of a converted case; raises what the stages raise."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.json"
        file.write_text(json.dumps(converted.spec, indent=1), encoding="utf-8")
        workload = pipeline.load(file)
    return workload, pipeline.plan(workload)


def verified(workload: Workload, plan: Plan, endpoint: str | None = None) -> VerificationReport:
    """Every pattern run on moto, or on the service at an address."""
    return pipeline.verify(workload, plan, pipeline.suite(workload), pipeline.backend("moto", endpoint=endpoint))


def _without(converted: Converted, ids: list[str]) -> Converted:
    """The model without the patterns that no layout serves: what remains can be emitted and run."""
    gone = {name for i in ids for name in converted.names[i]}
    patterns = [p for p in converted.spec["patterns"] if p["name"] not in gone]
    kept = {i: names for i, names in converted.names.items() if i not in ids}
    return Converted({**converted.spec, "patterns": patterns}, kept)


def _expert(case: Case) -> dict[str, Any]:
    requests: dict[str, int | None] = {}
    filters: list[str] = []
    for pattern in case.patterns:
        rows = case.rows(pattern.id)
        known = [r.requests for r in rows if r.requests is not None]
        requests[pattern.id] = sum(known) if rows and len(known) == len(rows) else None
        if any(r.filter or r.operation == "Scan" for r in rows if r.operation in READ_OPERATIONS):
            filters.append(pattern.id)
    return {"expert_gsis": case.gsi_count, "expert_requests": requests, "expert_filters": filters}


def _ours(case: Case, converted: Converted, plan: Plan) -> dict[str, Any]:
    designs = {p.id: [plan.pattern(name) for name in converted.names[p.id]] for p in case.patterns}
    unserved = [i for i, all_of in designs.items() if any(d.status == "unserved" for d in all_of)]
    return {
        "served": len(designs) - len(unserved),
        "unserved": unserved,
        "gsis": len(plan.table.gsis),
        "lsis": len(plan.table.lsis),
        "gsi_lower_bound": plan.proof.gsi_lower_bound,
        # What is paid to have fewer indexes is chosen, not left unproven.
        "gap": plan.proof.gap,
        "requests": {i: sum(d.request_count for d in all_of) for i, all_of in designs.items()},
        "filters": [i for i, all_of in designs.items() if any(_filters(d) for d in all_of)],
    }


def _filters(design: PatternDesign) -> bool:
    """Whether a pattern reads items only to throw them away: a filter on either side, or a scan."""
    return any(
        (r.filters and r.operation is not Operation.GET_ITEM) or r.operation is Operation.SCAN for r in design.reads
    )


def summary(results: list[dict[str, Any]]) -> dict[str, Any]:
    """The line at the end: counts over all cases."""
    planned = [r for r in results if r["error"] is None]
    return {
        "summary": len(results),
        "errors": [r["case"] for r in results if r["error"] is not None],
        "patterns": sum(r["patterns"] for r in results),
        "served": sum(r["served"] for r in results),
        "verified": sum(r["verified"] for r in results),
        "mismatches": sum(len(r["mismatches"]) for r in results),
        "complete": sum(is_complete(r) for r in results),
        "more_gsis_than_expert": [r["case"] for r in planned if r["gsis"] > r["expert_gsis"]],
        "more_requests_than_expert": [f"{r['case']}.{i}" for r in planned for i in more_requests(r)],
        "filters_beyond_expert": [
            f"{r['case']}.{i}" for r in planned for i in r["filters"] if i not in r["expert_filters"]
        ],
        "gap": [r["case"] for r in planned if r["gap"]],
        "seconds": round(sum(r["seconds"] for r in results), 1),
    }


def is_complete(result: dict[str, Any]) -> bool:
    """Whether every pattern of a case is served, and verified without a mismatch."""
    return result["error"] is None and not result["unserved"] and result["verified"] == result["patterns"]


def more_requests(result: dict[str, Any]) -> list[str]:
    """The patterns that need more requests than the author's design, where that is a number."""
    return [
        i for i, ours in result["requests"].items() if (theirs := result["expert_requests"].get(i)) and ours > theirs
    ]


@contextmanager
def _time_limit(seconds: int) -> Iterator[None]:
    """Raise TimeoutError in the block after so many seconds, where the system has alarms."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(_signal: int, _frame: object) -> None:
        raise TimeoutError(f"not done after {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
