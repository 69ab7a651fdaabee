"""Runs one case: the call, its answer, its requests, its pages, the state afterwards.

In: a pattern, a case. Out: a `Verdict`: nothing, or one code and one sentence. Afterwards the table is as before.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from dynamodel.ir.plan import Operation
from dynamodel.ir.reads import ReadPattern
from dynamodel.ir.suite import Case, Count, PartRows, Raised, Returned, Rows
from dynamodel.records import dataclass
from dynamodel.verify.answers import differs, form, part_lists, rows_differ, text
from dynamodel.verify.checker.refused import RequestRefused
from dynamodel.verify.expectations import unplanned_read, unplanned_write
from dynamodel.verify.oracle.reads import read
from dynamodel.verify.oracle.store import Store
from dynamodel.verify.oracle.writes import write
from dynamodel.verify.state import difference, is_same
from dynamodel.verify.write_cases import expectation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.plan import Plan
    from dynamodel.ir.suite import Row, Suite
    from dynamodel.ir.workload import Pattern
    from dynamodel.verify.checker.hook import StrictClient
    from dynamodel.verify.generated import Generated
    from dynamodel.verify.reckoning import Units
    from dynamodel.verify.state import Table
    from dynamodel.verify.units import Meter

_SHORT = 2  # items in short pages, of the caller and of a service that ends them early
_FOUR = 4  # short pages of a long list, so that it takes no more requests than another
_TOO_MANY = 3  # pages more than a list has rows: they do not end
_ONE_BY_ONE = 9  # lists up to this long are also read in pages of one row


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a case showed; `code` and `wrong` are empty when it was right."""

    code: str = ""
    wrong: str = ""
    requests: int = 0
    units: Units | None = None


class Execution:
    """One client of the package on one table."""

    def __init__(
        self,
        generated: Generated,
        plan: Plan,
        table: Table,
        strict: StrictClient,
        suite: Suite,
        *,
        meter: Meter | None = None,
    ) -> None:
        """The client's clock stands still at the suite's time; without a meter no capacity is compared."""
        self.meter = meter
        self.generated, self.plan, self.table, self.strict, self.suite = generated, plan, table, strict, suite
        self.client = generated.client_class(table.name, strict.client, clock=lambda: suite.now)

    def codec_faults(self) -> list[str]:
        """Rows that the package writes in another way than the plan says, or that change on their way in and out."""
        found = []
        for row in self.suite.rows:
            again = self.generated.row(self.generated.workload.entity(row.entity), self.generated.entity(row))
            if form(again) != form(row):
                found.append(f"{row.entity}.from_dict and to_dict change {text(row)} into {text(again)}")
            written = self.generated.item(row)
            wanted = self.table.layout.item(row)
            if not is_same(written, wanted):
                found.append(f"{text(row)}: {difference(written, wanted)}")
        return found

    def on_rows(self, pattern: Pattern, case: Case, rows: Sequence[Row]) -> Verdict:
        """The verdict on the same call over other rows; right where the oracle cannot say what should happen."""
        try:
            judged = self._judged(pattern, case, rows)
        except (ValueError, KeyError):
            return Verdict()
        self.table.fill(rows)
        return self.run(pattern, judged)

    def _judged(self, pattern: Pattern, case: Case, rows: Sequence[Row]) -> Case:
        workload, now = self.generated.workload, self.suite.now
        store = Store.of(workload, rows)
        if isinstance(pattern, ReadPattern):
            return dataclasses.replace(case, expected=read(workload, store, pattern, case.arguments, now))
        outcome = write(workload, store, pattern, case.arguments, now)
        expected, present, gone = expectation(workload, outcome)
        return dataclasses.replace(case, expected=expected, present=present, gone=gone)

    def run(self, pattern: Pattern, case: Case) -> Verdict:
        """Run a case from the table's rows."""
        self.strict.take()
        self.strict.refused.clear()
        if self.meter is not None:
            self.meter.forget()
        try:
            verdict = self._run(pattern, case)
        except RequestRefused as refused:
            verdict = Verdict("DM603", str(refused))
        except Exception as error:  # noqa: BLE001 - generated code may fail in any way, and the run goes on
            verdict = Verdict("DM601", f"{type(error).__name__}: {error}")
        if not isinstance(pattern, ReadPattern):
            self.table.restore()
        return dataclasses.replace(verdict, requests=verdict.requests or len(self.strict.take()))

    def _run(self, pattern: Pattern, case: Case) -> Verdict:
        try:
            result = self.generated.call(self.client, pattern, case.arguments)
        except RequestRefused:
            raise
        except Exception as error:  # noqa: BLE001 - judged right here
            wrong = self._wrong_error(case, error)
        else:
            if isinstance(case.expected, Raised):
                wrong = f"returned {result!r} instead of raising {_answer(case)}"
            else:
                wrong = differs(self.generated, pattern, case.expected, result) or ""
        queried = self.strict.queried
        requests = self.strict.take()
        if self.strict.refused:  # refused, and the package hid it
            return Verdict("DM603", str(self.strict.refused[0]), len(requests))
        if wrong:
            return Verdict("DM601", wrong, len(requests))
        if isinstance(pattern, ReadPattern):
            asked = max((len(v) for v in case.arguments.values() if isinstance(v, tuple)), default=0)
            workload = self.generated.workload
            unplanned = unplanned_read(workload, self.plan, pattern, requests, queried=queried, asked=asked)
            cut = None if unplanned else self._in_pages(pattern, case)
            requests += self.strict.take()
            if cut:
                return Verdict("DM601", cut, len(requests))
        else:
            unplanned = unplanned_write(self.plan, pattern, requests)
            faults = self.table.faults(case.present, case.gone) or self.table.index_faults()
            if faults:
                return Verdict("DM604", "; ".join(faults[:3]), len(requests))
        if unplanned or self.meter is None:
            return Verdict("DM602" if unplanned else "", unplanned or "", len(requests))
        units, others = self.meter.take(None if isinstance(pattern, ReadPattern) else self.table.seen)
        return Verdict("DM613" if others else "", "; ".join(others[:2]), len(requests), units)

    def _wrong_error(self, case: Case, error: Exception) -> str:
        raised = type(error).__name__
        expected = case.expected.errors if isinstance(case.expected, Raised) else ()
        if raised in expected and isinstance(error, getattr(self.generated.module, raised)):
            return ""
        return f"raised {raised} ({error}) instead of {_answer(case)}"

    def _in_pages(self, pattern: ReadPattern, case: Case) -> str:
        """What is wrong when the caller asks for pages, or the service ends its own early."""
        if case.pages:
            several, total = pattern.turns_several, _length(pattern, case)
            short = _SHORT if several else _short(total)
            paged = self._paged(pattern, case, [None] if several else _sizes(total), None if several else short)
            # Where the caller sizes pages, one of his takes one and a half of the service's.
            size = None if several else short + 1
            with self.strict.short_pages(short):
                paged = paged or self._paged(pattern, case, [size], size)
            if paged:
                return paged
        if not case.short:
            return ""
        short = _short(sum(len(part.rows) for part in case.expected.parts) if isinstance(case.expected, Rows) else 0)
        with self.strict.short_pages(short):
            result = self.generated.call(self.client, pattern, case.arguments)
        wrong = differs(self.generated, pattern, case.expected, result)
        return f"when the service ends its pages after {short} items: {wrong}" if wrong else ""

    def _paged(self, pattern: ReadPattern, case: Case, sizes: Sequence[int | None], back: int | None) -> str:
        """Read the lists to their ends in pages of some sizes (None: as declared); joined they must be the whole.

        With the size `back` also from the last page back to the first, unless it is a scan, which has no way back.
        """
        listed = _listed(pattern, case)
        scans = any(r.operation is Operation.SCAN for r in self.plan.pattern(pattern.name).reads)
        for size in sizes:
            pages = self._pages(pattern, case, size)
            lists = [part_lists(self.generated, pattern, page) for page in pages]
            for page, found in zip(pages, lists, strict=True):
                rows = len(found[next(iter(listed))])
                if size is not None and (rows > size or (rows < size and page.cursor is not None)):
                    return f"a page of {rows} rows{_sized(size)} before the last"
            if pages[-1].cursor is not None:
                return f"pages{_sized(size)} do not end"
            for at, part in listed.items():
                wrong = rows_differ(part, [row for found in lists for row in found[at]], None)
                if wrong:
                    return f"pages{_sized(size)} joined: {wrong}"
            turned = self._turned(pattern, case, pages, size) if size == back and not scans else ""
            if turned:
                return turned
        return ""

    def _pages(self, pattern: ReadPattern, case: Case, size: int | None) -> list[Any]:
        """The pages from the first to the last; some too many, with a cursor in the last, where they do not end."""
        limit = {} if size is None else {"limit": size}
        pages: list[Any] = [self.generated.call(self.client, pattern, case.arguments, **limit)]
        most = _length(pattern, case) + _TOO_MANY
        while pages[-1].cursor is not None and len(pages) < most:
            cursor = pages[-1].cursor
            pages.append(self.generated.call(self.client, pattern, case.arguments, **limit, cursor=cursor))
        return pages

    def _turned(self, pattern: ReadPattern, case: Case, pages: Sequence[Any], size: int | None = None) -> str:
        """Go back from the last page to the first: each must be as it was on the way there."""
        page, sized = pages[-1], _sized(size)
        limit = {} if size is None else {"limit": size}
        for number in reversed(range(len(pages) - 1)):
            if page.previous is None:
                return f"no way back to page {number + 1}{sized}"
            page = self.generated.call(self.client, pattern, case.arguments, **limit, cursor=page.previous)
            if part_lists(self.generated, pattern, page) != part_lists(self.generated, pattern, pages[number]):
                return f"page {number + 1}{sized} is another on the way back"
        return f"a page before the first{sized}" if page.previous is not None else ""


def _listed(pattern: ReadPattern, case: Case) -> dict[int, PartRows]:
    """The parts of an answer that come in pages, by their numbers: all lists that turn together, else the first."""
    assert isinstance(case.expected, Rows)
    lists = {at: part for at, part in enumerate(case.expected.parts) if pattern.merged or not part.single}
    return lists if pattern.turns_several else dict([next(iter(lists.items()))])


def _length(pattern: ReadPattern, case: Case) -> int:
    """The rows of an answer that come in pages."""
    return sum(len(part.rows) for part in _listed(pattern, case).values())


def _sizes(total: int) -> list[int]:
    """The sizes in which the pages of a list show most.

    In pages of one, each row is the last of a page; pages of the list's length and one row less or more show its end.
    """
    sizes = {_short(total), total - 1, total} | ({1, total + 1} if total <= _ONE_BY_ONE else set())
    return sorted(sizes - {-1, 0})


def _sized(size: int | None) -> str:
    return "" if size is None else f" with limit={size}"


def _short(total: int) -> int:
    """Items in short pages of a list."""
    return max(_SHORT, total // _FOUR)


def _answer(case: Case) -> Any:
    if isinstance(case.expected, Rows):
        return f"{sum(len(p.rows) for p in case.expected.parts)} rows"
    if isinstance(case.expected, Count):
        return case.expected.value
    return "succeeding" if isinstance(case.expected, Returned) else " or ".join(case.expected.errors)
