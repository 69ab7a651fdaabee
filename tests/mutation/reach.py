"""Which lines of a model's package run, and in the cases of which access patterns.

A fault in a line that nothing runs cannot be noticed, and one in a line that some patterns run shows in those first.
"""

from __future__ import annotations

import sys
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from botocore.client import BaseClient

from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.runner import verify
from tests.mutation.subjects import subject

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from tests.mutation.edits import Site
    from tests.mutation.subjects import Subject

Line = tuple[str, int]  # of a file of the package
ALWAYS = ""  # in the place of a pattern: the package is imported, and all rows go through it, before the first case


class Lines:
    """Listens to a package while it runs; `of` maps each line to the patterns in whose cases it ran."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._files: dict[str, str] = {}  # by path: the name of a file of the package, or nothing
        self._ran: set[Line] = set()
        self._started = False
        self.of: dict[Line, set[str]] = {}

    def trace(self, frame: FrameType, event: str, argument: object) -> Callable[..., object] | None:
        """The tracer: of the package's frames each line."""
        file = frame.f_code.co_filename
        if file not in self._files:
            path = Path(file)
            self._files[file] = path.name if path.parent.name.startswith(f"{self._package}_") else ""
        if not self._files[file]:
            return None
        self._ran.add((self._files[file], frame.f_lineno))
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
    call = BaseClient._make_api_call

    def unheard(*arguments: Any) -> Any:
        sys.settrace(None)
        try:
            return call(*arguments)
        finally:
            sys.settrace(heard.trace)

    before = sys.gettrace()
    with mock.patch.object(BaseClient, "_make_api_call", unheard):
        threading.settrace(heard.trace)
        sys.settrace(heard.trace)
        try:
            _verify(model, heard)
        finally:
            sys.settrace(before)
            threading.settrace(None)  # type: ignore[arg-type]
    return heard.of


def _verify(model: Subject, heard: Lines) -> None:
    arguments = (model.workload, model.plan, model.package, model.suite, MotoBackend())
    verify(*arguments, trials=0, watch=heard.case_ended)


def reached_by(name: str, file: str, site: Site) -> set[str]:
    """The patterns in whose cases a statement runs (and `ALWAYS`); none when nothing runs it."""
    ran = lines(name)
    return {p for number in range(site.first, site.last + 1) for p in ran.get((file, number), ())}
