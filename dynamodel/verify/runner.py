"""Runs a suite through the generated package on a backend.

In: workload, plan, artifacts, suite, backend. Out: a `VerificationReport`. Every case starts from exactly the suite's
rows; whatever a write changed is compared with the oracle and put back. So cases need not wait for each other where
each has a table of its own. Nothing is printed.
"""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import chain
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from dynamodel.ir.reads import ReadPattern
from dynamodel.ir.suite import Row
from dynamodel.records import dataclass
from dynamodel.verify.answers import text
from dynamodel.verify.checker.hook import StrictClient
from dynamodel.verify.checker.refused import RequestRefused
from dynamodel.verify.execution import Execution
from dynamodel.verify.generated import loaded
from dynamodel.verify.report import Measured, Mismatch, PatternReport, VerificationReport
from dynamodel.verify.shrink import smallest
from dynamodel.verify.state import Table
from dynamodel.verify.stored import Layout
from dynamodel.verify.units import Meter

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from dynamodel.ir.artifact import ArtifactSet
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.suite import Case, Suite
    from dynamodel.ir.workload import Pattern, Workload
    from dynamodel.verify.backends.base import Backend
    from dynamodel.verify.execution import Verdict

T = TypeVar("T")
R = TypeVar("R")

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
        clients = [
            StrictClient(running.client(), plan.table.type_attribute)
            for _ in range(1 if until_wrong else running.lanes)
        ]
        counts = running.counts_units()

        def execution(strict: StrictClient) -> Execution:
            name = running.open_table(plan.table, strict.client)
            strict.take()
            table = Table(running, name, Layout(workload, plan, suite.now))
            table.fill(suite.rows)
            meter = Meter(running, strict.client, name, known=table.known) if counts else None
            return Execution(generated, plan, table, strict, suite, meter=meter)

        try:
            executions = list(_beside(execution, clients, len(clients)))
        except RequestRefused as refused:
            fault = Mismatch("DM603", workload.name, "create the table", "CreateTable", refused.rule, suite.seed)
            seconds = time.perf_counter() - started
            return VerificationReport(workload.name, backend.name, suite.seed, len(suite.rows), (), seconds, (fault,))
        unknown = "" if not plan.table.vectors or running.searches_vectors() else f"{backend.name} has no SearchVectors"
        run = _Run(plan, suite, executions, trials, watch=watch, no_search=unknown)
        loading = run.loading()
        named = {p.name: p for p in workload.patterns}
        wanted = [named[name] for name in only] or [p for p in workload.patterns if not p.kept]
        patterns = run.patterns([] if until_wrong and loading else wanted, until_wrong=until_wrong)
        for each in executions:
            each.strict.client.close()
    seconds = time.perf_counter() - started
    meters = [each.meter for each in executions if each.meter is not None]
    deviations = sum((meter.deviations for meter in meters), Counter[str]())
    measured = Measured(sum(meter.compared for meter in meters), dict(sorted(deviations.items())))
    return VerificationReport(
        workload.name, backend.name, suite.seed, len(suite.rows), tuple(patterns), seconds, loading, measured
    )


def _beside(run: Callable[[T], R], work: Sequence[T], lanes: int) -> Generator[R]:
    """The results of some work in its order, as many at a time as there are lanes.

    What Ctrl-C or an error finds under way is ended, and nothing more is begun.
    """
    if lanes == 1:
        yield from map(run, work)
        return
    with ThreadPoolExecutor(lanes) as pool:
        yield from pool.map(run, work)


@dataclass(frozen=True, slots=True)
class _Ran:
    """What a case showed, and how many seconds it took."""

    pattern: Pattern
    case: Case
    verdict: Verdict
    seconds: float


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
        self._watch, self._no_search = watch, no_search
        self._watching = Lock()
        self._shrunk = 0
        self._idle: SimpleQueue[Execution] = SimpleQueue()
        for execution in executions:
            self._idle.put(execution)

    def loading(self) -> tuple[Mismatch, ...]:
        """What is wrong before the first case: index entries, and what the package reads and writes of each row."""
        lanes = len(self._executions)
        indexes = _beside(lambda execution: execution.table.index_faults(), self._executions, lanes)
        found = dict.fromkeys([*chain.from_iterable(indexes), *self._executions[0].codec_faults()])
        return tuple(
            Mismatch("DM604", self._plan.model, "load", "", wrong, self._suite.seed) for wrong in list(found)[:_SHOWN]
        )

    def patterns(self, wanted: Sequence[Pattern], *, until_wrong: bool) -> list[PatternReport]:
        """All cases of some patterns, each on a table that is idle.

        Counterexamples are made small when all is done: that changes the table.
        """
        skipped = {pattern.name: self._skipped(pattern) for pattern in wanted}
        work = [(p, case) for p in wanted if not skipped[p.name] for case in self._cases(p)]
        ran: dict[str, list[_Ran]] = {}
        with closing(_beside(self._run, work, len(self._executions))) as results:
            for each in results:
                ran.setdefault(each.pattern.name, []).append(each)
                if until_wrong and each.verdict.wrong:
                    break
        return [
            self._reported(p.name, ran.get(p.name, []), skipped[p.name])
            for p in wanted
            if skipped[p.name] or p.name in ran or not self._cases(p)
        ]

    def _cases(self, pattern: Pattern) -> list[Case]:
        return [case for case in self._suite.cases if case.pattern == pattern.name]

    def _skipped(self, pattern: Pattern) -> str:
        """Why no case of a pattern can be run here; empty when some can."""
        design = self._plan.pattern(pattern.name)
        if design.status == "unserved":
            return f"the plan does not serve it: {design.reason}"
        if self._no_search and isinstance(pattern, ReadPattern) and pattern.near is not None:
            return self._no_search
        return ""

    def _run(self, work: tuple[Pattern, Case]) -> _Ran:
        pattern, case = work
        execution = self._idle.get()
        started = time.perf_counter()
        try:
            verdict = execution.run(pattern, case)
        finally:
            self._idle.put(execution)
        ran = _Ran(pattern, case, verdict, time.perf_counter() - started)
        if self._watch is not None:
            with self._watching:
                self._watch(pattern.name)
        return ran

    def _reported(self, name: str, ran: Sequence[_Ran], skipped: str) -> PatternReport:
        units = [each.verdict.units for each in ran if each.verdict.units is not None]
        read = sum((each.read for each in units), Counter[str]())
        write = sum((each.write for each in units), Counter[str]())
        consumed = {place: (read[place], write[place]) for place in sorted({*read, *write})}
        mismatches = tuple(self._mismatch(each) for each in [each for each in ran if each.verdict.wrong][:_SHOWN])
        if not ran and not skipped:
            mismatches = (Mismatch("DM606", name, "cases", "", "no call could be made up", self._suite.seed),)
        requests, seconds = sum(each.verdict.requests for each in ran), sum(each.seconds for each in ran)
        return PatternReport(name, len(ran), mismatches, requests, seconds, skipped, consumed=consumed)

    def _mismatch(self, ran: _Ran) -> Mismatch:
        pattern, case, verdict = ran.pattern, ran.case, ran.verdict
        rows: tuple[Row, ...] = ()
        if self._trials and self._shrunk < _SHRUNK:
            self._shrunk += 1
            execution = self._executions[0]

            def fails(subset: Sequence[Row]) -> bool:
                return execution.on_rows(pattern, case, subset).code == verdict.code

            rows = smallest(self._suite.rows, fails, self._trials)
            execution.table.fill(self._suite.rows)
        arguments = ", ".join(f"{name}={_shown(value)}" for name, value in case.arguments.items())
        call = f"{pattern.name}({arguments})"
        return Mismatch(verdict.code, pattern.name, case.title, call, verdict.wrong, self._suite.seed, rows)


def _shown(value: object) -> str:
    if isinstance(value, Row):
        return text(value)
    if isinstance(value, tuple) and value and isinstance(value[0], Row):
        return "[" + ", ".join(text(row) for row in value) + "]"
    return repr(value)
