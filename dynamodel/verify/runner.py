"""Runs a suite through the generated package on a backend.

In: workload, plan, artifacts, suite, backend. Out: a `VerificationReport`. Every case starts from exactly the suite's
rows; whatever a write changed is compared with the oracle and put back. Nothing is printed.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dynamodel.ir.reads import ReadPattern
from dynamodel.ir.suite import Row
from dynamodel.verify.answers import text
from dynamodel.verify.checker.hook import StrictClient
from dynamodel.verify.checker.refused import RequestRefused
from dynamodel.verify.execution import Execution
from dynamodel.verify.generated import loaded
from dynamodel.verify.report import Measured, Mismatch, PatternReport, VerificationReport
from dynamodel.verify.shrink import smallest
from dynamodel.verify.state import Table
from dynamodel.verify.stored import Layout
from dynamodel.verify.units import Meter, Units

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dynamodel.ir.artifact import ArtifactSet
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.suite import Case, Suite
    from dynamodel.ir.workload import Pattern, Workload
    from dynamodel.verify.backends.base import Backend
    from dynamodel.verify.execution import Verdict

TRIALS = 60  # datasets tried for the smallest counterexample
_SHRUNK = 3  # mismatches of one run that are made small
_SHOWN = 5  # mismatches kept of one pattern: the rest repeat them


def verify(
    workload: Workload,
    plan: Plan,
    artifacts: ArtifactSet,
    suite: Suite,
    backend: Backend,
    *,
    only: Sequence[str] = (),
    trials: int = TRIALS,
    watch: Callable[[str], None] | None = None,
    until_wrong: bool = False,
) -> VerificationReport:
    """Run all cases (or those of the patterns in `only`, in its order); enters and leaves the backend.

    `trials` datasets are tried to make a counterexample small; with 0 mismatches come without rows.
    `watch` is called with the pattern's name after each case. With `until_wrong` the first mismatch ends the run.
    `EnvironmentFault` when the backend cannot start; everything that the generated code does wrong is in the report.
    """
    started = time.perf_counter()
    with backend as running, loaded(workload, artifacts) as generated:
        strict = StrictClient(running.client())
        try:
            name = running.open_table(plan.table, strict.client)
        except RequestRefused as refused:
            fault = Mismatch("DM603", workload.name, "create the table", "CreateTable", refused.rule, suite.seed)
            seconds = time.perf_counter() - started
            return VerificationReport(workload.name, backend.name, suite.seed, len(suite.rows), (), seconds, (fault,))
        strict.take()
        table = Table(running, name, Layout(workload, plan, suite.now))
        table.fill(suite.rows)
        meter = Meter(running, strict.client, name) if running.counts_units() else None
        execution = Execution(generated, plan, table, strict, suite, meter=meter)
        unknown = "" if not plan.table.vectors or running.searches_vectors() else f"{backend.name} has no SearchVectors"
        run = _Run(plan, suite, execution, trials, watch=watch, no_search=unknown)
        loading = run.loading()
        named = {p.name: p for p in workload.patterns}
        wanted = [named[name] for name in only] or [p for p in workload.patterns if not p.kept]
        patterns: list[PatternReport] = []
        for pattern in wanted:
            if until_wrong and (loading or any(p.mismatches for p in patterns)):
                break
            patterns.append(run.pattern(pattern))
        running.drop_table(name)
        strict.client.close()
    seconds = time.perf_counter() - started
    measured = Measured() if meter is None else Measured(meter.compared, dict(meter.deviations))
    return VerificationReport(
        workload.name, backend.name, suite.seed, len(suite.rows), tuple(patterns), seconds, loading, measured
    )


class _Run:
    def __init__(
        self,
        plan: Plan,
        suite: Suite,
        execution: Execution,
        trials: int,
        *,
        watch: Callable[[str], None] | None,
        no_search: str,
    ) -> None:
        self._plan, self._suite, self._execution, self._trials = plan, suite, execution, trials
        self._watch, self._no_search = watch, no_search
        self._shrunk = 0

    def loading(self) -> tuple[Mismatch, ...]:
        """What is wrong before the first case: index entries, and what the package reads and writes of each row."""
        found = [("DM604", wrong) for wrong in self._execution.table.index_faults()]
        found += [("DM604", wrong) for wrong in self._execution.codec_faults()]
        return tuple(Mismatch(c, self._plan.model, "load", "", w, self._suite.seed) for c, w in found[:_SHOWN])

    def pattern(self, pattern: Pattern) -> PatternReport:
        """All cases of one pattern."""
        started = time.perf_counter()
        status = self._plan.pattern(pattern.name)
        cases = [c for c in self._suite.cases if c.pattern == pattern.name]
        if status.status == "unserved":
            return PatternReport(pattern.name, 0, (), 0, 0.0, f"the plan does not serve it: {status.reason}")
        if self._no_search and isinstance(pattern, ReadPattern) and pattern.near is not None:
            return PatternReport(pattern.name, 0, (), 0, 0.0, self._no_search)
        if not cases:
            return PatternReport(pattern.name, 0, (), 0, 0.0, "no call could be made up")
        mismatches: list[Mismatch] = []
        requests, units = 0, Units()
        for case in cases:
            verdict = self._execution.run(pattern, case)
            requests += verdict.requests
            if verdict.units is not None:
                units.read += verdict.units.read
                units.write += verdict.units.write
            if verdict.wrong and len(mismatches) < _SHOWN:
                mismatches.append(self._mismatch(pattern, case, verdict))
            if self._watch is not None:
                self._watch(pattern.name)
        seconds = time.perf_counter() - started
        consumed = {place: (units.read[place], units.write[place]) for place in sorted({*units.read, *units.write})}
        return PatternReport(pattern.name, len(cases), tuple(mismatches), requests, seconds, consumed=consumed)

    def _mismatch(self, pattern: Pattern, case: Case, verdict: Verdict) -> Mismatch:
        rows: tuple[Row, ...] = ()
        if self._trials and self._shrunk < _SHRUNK:
            self._shrunk += 1

            def fails(subset: Sequence[Row]) -> bool:
                return self._execution.on_rows(pattern, case, subset).code == verdict.code

            rows = smallest(self._suite.rows, fails, self._trials)
            self._execution.table.fill(self._suite.rows)
        arguments = ", ".join(f"{name}={_shown(value)}" for name, value in case.arguments.items())
        call = f"{pattern.name}({arguments})"
        return Mismatch(verdict.code, pattern.name, case.title, call, verdict.wrong, self._suite.seed, rows)


def _shown(value: object) -> str:
    if isinstance(value, Row):
        return text(value)
    if isinstance(value, tuple) and value and isinstance(value[0], Row):
        return "[" + ", ".join(text(row) for row in value) + "]"
    return repr(value)
