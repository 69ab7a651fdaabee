"""Runs a suite through the generated package on a backend.

In: workload, plan, artifacts, suite, backend. Out: a `VerificationReport`. Every case starts from exactly the suite's
rows; whatever a write changed is compared with the oracle and put back. Nothing is printed.
"""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event, Lock
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
        counts = running.counts_units()

        def execution(client: StrictClient) -> Execution:
            meter = Meter(running, client.client, name, known=table.known) if counts else None
            return Execution(generated, plan, table, client, suite, meter=meter)

        readers = 1 if until_wrong else running.readers
        clients = [strict, *(strict.beside(running.client()) for _ in range(readers - 1))]
        executions = [execution(client) for client in clients]
        unknown = "" if not plan.table.vectors or running.searches_vectors() else f"{backend.name} has no SearchVectors"
        run = _Run(plan, suite, executions, trials, watch=watch, no_search=unknown)
        loading = run.loading()
        named = {p.name: p for p in workload.patterns}
        wanted = [named[name] for name in only] or [p for p in workload.patterns if not p.kept]
        patterns = _until_wrong(run, wanted, loading) if until_wrong else run.patterns(wanted)
        running.drop_table(name)
        for each in executions:
            each.strict.client.close()
    seconds = time.perf_counter() - started
    meters = [each.meter for each in executions if each.meter is not None]
    deviations = sum((meter.deviations for meter in meters), Counter[str]())
    measured = Measured(sum(meter.compared for meter in meters), dict(deviations))
    return VerificationReport(
        workload.name, backend.name, suite.seed, len(suite.rows), tuple(patterns), seconds, loading, measured
    )


def _until_wrong(run: _Run, wanted: Sequence[Pattern], loading: tuple[Mismatch, ...]) -> list[PatternReport]:
    found: list[PatternReport] = []
    for pattern in wanted:
        if loading or any(p.mismatches for p in found):
            break
        found += run.patterns([pattern])
    return found


@dataclass(slots=True)
class _Ran:
    """What the cases of one pattern showed; `skipped` says why none was run."""

    pattern: Pattern
    cases: int = 0
    wrong: list[tuple[Case, Verdict]] = field(default_factory=list)
    requests: int = 0
    units: Units = field(default_factory=Units)
    seconds: float = 0.0
    skipped: str = ""


class _Run:
    def __init__(
        self,
        plan: Plan,
        suite: Suite,
        executions: Sequence[Execution],
        trials: int,
        *,
        watch: Callable[[str], None] | None,
        no_search: str,
    ) -> None:
        self._plan, self._suite, self._executions, self._trials = plan, suite, executions, trials
        self._execution = executions[0]
        self._watch, self._no_search = watch, no_search
        self._watching, self._stopped = Lock(), Event()
        self._shrunk = 0

    def loading(self) -> tuple[Mismatch, ...]:
        """What is wrong before the first case: index entries, and what the package reads and writes of each row."""
        found = [("DM604", wrong) for wrong in self._execution.table.index_faults()]
        found += [("DM604", wrong) for wrong in self._execution.codec_faults()]
        return tuple(Mismatch(c, self._plan.model, "load", "", w, self._suite.seed) for c, w in found[:_SHOWN])

    def patterns(self, wanted: Sequence[Pattern]) -> list[PatternReport]:
        """All cases of some patterns: reads beside each other where the backend gains by it, then writes in order.

        Counterexamples are made small when all is done: that changes the table.
        """
        reads = [p for p in wanted if isinstance(p, ReadPattern)]
        ran = {each.pattern.name: each for each in self._read(reads)}
        ran |= {p.name: self._run(self._execution, p) for p in wanted if p.name not in ran}
        return [self._reported(ran[p.name]) for p in wanted]

    def _read(self, patterns: Sequence[Pattern]) -> list[_Ran]:
        if len(self._executions) == 1:
            return [self._run(self._execution, pattern) for pattern in patterns]
        idle: SimpleQueue[Execution] = SimpleQueue()
        for execution in self._executions:
            idle.put(execution)

        def run(pattern: Pattern) -> _Ran:
            execution = idle.get()
            try:
                return self._run(execution, pattern)
            finally:
                idle.put(execution)

        with ThreadPoolExecutor(len(self._executions)) as pool:
            try:
                return list(pool.map(run, patterns))
            except BaseException:  # Ctrl-C reaches this thread alone: the others end after the case that they run
                self._stopped.set()
                pool.shutdown(cancel_futures=True)
                raise

    def _run(self, execution: Execution, pattern: Pattern) -> _Ran:
        """All cases of one pattern."""
        started = time.perf_counter()
        status = self._plan.pattern(pattern.name)
        cases = [c for c in self._suite.cases if c.pattern == pattern.name]
        if status.status == "unserved":
            return _Ran(pattern, skipped=f"the plan does not serve it: {status.reason}")
        if self._no_search and isinstance(pattern, ReadPattern) and pattern.near is not None:
            return _Ran(pattern, skipped=self._no_search)
        if not cases:
            return _Ran(pattern, skipped="no call could be made up")
        ran = _Ran(pattern, len(cases))
        for case in cases:
            if self._stopped.is_set():
                break
            verdict = execution.run(pattern, case)
            ran.requests += verdict.requests
            if verdict.units is not None:
                ran.units.read += verdict.units.read
                ran.units.write += verdict.units.write
            if verdict.wrong and len(ran.wrong) < _SHOWN:
                ran.wrong.append((case, verdict))
            if self._watch is not None:
                with self._watching:
                    self._watch(pattern.name)
        ran.seconds = time.perf_counter() - started
        return ran

    def _reported(self, ran: _Ran) -> PatternReport:
        read, write = ran.units.read, ran.units.write
        consumed = {place: (read[place], write[place]) for place in sorted({*read, *write})}
        mismatches = tuple(self._mismatch(ran.pattern, case, verdict) for case, verdict in ran.wrong)
        return PatternReport(
            ran.pattern.name, ran.cases, mismatches, ran.requests, ran.seconds, ran.skipped, consumed=consumed
        )

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
