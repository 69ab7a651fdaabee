"""Which lines of a model's package run, and in the cases of which access patterns.

A fault in a line that nothing runs cannot be noticed, and one in a line that some patterns run shows in those first.
"""

from __future__ import annotations

import sys
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.runner import verify
from tests.mutation.subjects import subject

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from tests.mutation.edits import Site

Line = tuple[str, int]  # of a file of the package
ALWAYS = ""  # in the place of a pattern: the package is imported, and all rows go through it, before the first case


class Lines:
    """Listens to a package while it runs; `of` maps each line to the patterns in whose cases it ran."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._ran: set[Line] = set()
        self._started = False
        self.of: dict[Line, set[str]] = {}

    def trace(self, frame: FrameType, event: str, argument: object) -> Callable[..., object] | None:
        """The tracer: of the package's frames each line."""
        path = Path(frame.f_code.co_filename)
        if not path.parent.name.startswith(f"{self._package}_"):
            return None
        self._ran.add((path.name, frame.f_lineno))
        return self.trace

    def case_ended(self, pattern: str) -> None:
        """Note what has run since the last case."""
        for line in self._ran:
            self.of.setdefault(line, set()).update({pattern} if self._started else {pattern, ALWAYS})
        self._ran, self._started = set(), True


@cache
def lines(name: str) -> dict[Line, set[str]]:
    """Of a subject: each line of its package that runs, with the patterns that run it."""
    model = subject(name)
    heard = Lines(model.workload.name)
    before = sys.gettrace()
    threading.settrace(heard.trace)
    sys.settrace(heard.trace)
    try:
        verify(model.workload, model.plan, model.package, model.suite, MotoBackend(), trials=0, watch=heard.case_ended)
    finally:
        sys.settrace(before)
        threading.settrace(None)  # type: ignore[arg-type]
    return heard.of


def reached_by(name: str, file: str, site: Site) -> set[str]:
    """The patterns in whose cases a statement runs (and `ALWAYS`); none when nothing runs it."""
    ran = lines(name)
    return {p for number in range(site.first, site.last + 1) for p in ran.get((file, number), ())}
