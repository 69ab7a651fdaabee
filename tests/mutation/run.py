"""Injects faults and sees who notices: `verify`, and the emitted suite.

Each mutant runs in a process of its own, forked from one that has everything loaded. A fault is put only where a case
of the model runs (`reach`), into one place of its kind; one that either does not notice `SURVIVED`, unless it is named
as equivalent. The patterns that run the place are tried first, and the others only when those show nothing.
"""

from __future__ import annotations

import contextlib
import gc
import io
import multiprocessing
import os
import signal
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from dynamodel.emit.registry import emit
from dynamodel.emit.write import write
from dynamodel.ir.artifact import Artifact, ArtifactSet
from dynamodel.ir.names import python_name
from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.backends.quick_moto import quick
from dynamodel.verify.runner import verify
from tests.mutation import edits
from tests.mutation.equivalent import EQUIVALENT
from tests.mutation.kinds import CODES, PLANS, CodeKind, PlanKind
from tests.mutation.reach import ALWAYS, reached_by
from tests.mutation.subjects import Subject, suite_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dynamodel.ir.plan import Plan

NO_FAULT = "no fault"
SECONDS = 400  # of the processor for one mutant, so that a busy machine is no finding; what takes more does not end


@dataclass(frozen=True)
class Mutant:
    """A fault in a model: its kind, where it is, and the plan and package with it."""

    title: str
    subject: Subject
    place: str
    plan: Plan
    package: ArtifactSet | None  # None: emitted from the plan
    near: tuple[str, ...] = ()  # the patterns in which it will show, if it shows


@dataclass(frozen=True)
class Result:
    """What became of a mutant."""

    title: str
    model: str
    place: str
    state: str  # "caught", "equivalent", "SURVIVED", "refused"
    by_verify: str = ""
    by_suite: bool = False

    @property
    def function(self) -> str:
        """The function that the fault is in (of the plan: the pattern, or entity and index)."""
        return self.place.partition(" ")[2] if ".py:" in self.place else self.place

    @property
    def caught(self) -> bool:
        """Whether both noticed."""
        return self.state == "caught"

    @property
    def noticed(self) -> bool:
        """Whether either noticed."""
        return bool(self.by_verify) or self.by_suite


def mutants(subject: Subject, words: str = "", most: int = 1) -> Iterator[Mutant]:
    """The faults of a model: of each kind whose title holds the words, in up to `most` places that run."""
    for kind in (*CODES, *PLANS):
        if words in kind.title:
            yield from of_kind(subject, kind, most)


def of_kind(subject: Subject, kind: CodeKind | PlanKind, most: int = 1) -> Iterator[Mutant]:
    """The faults of one kind in a model."""
    return _in_code(subject, kind, most) if isinstance(kind, CodeKind) else _in_plan(subject, kind, most)


def _in_code(subject: Subject, kind: CodeKind, most: int) -> Iterator[Mutant]:
    path = f"{subject.workload.name}/{kind.file}"
    if all(artifact.path != path for artifact in subject.package.artifacts):
        return  # a package holds only the modules that its access patterns use
    text = subject.package.text(path)
    for number, site in enumerate(edits.sites(text, kind.edit, kind.only)):
        near = reached_by(subject.name, kind.file, site)
        place = f"{kind.file}:{site.first} {site.function}"
        if near and most > 0:
            most -= 1
            package = _with(subject.package, path, edits.edited(text, kind.edit, number, kind.only))
            yield Mutant(kind.title, subject, place, subject.plan, package, tuple(sorted(near - {ALWAYS})))


def _in_plan(subject: Subject, kind: PlanKind, most: int) -> Iterator[Mutant]:
    names = [p.name for p in subject.workload.patterns]
    for place, plan in list(kind.changed(subject.workload, subject.plan))[:most]:
        yield Mutant(kind.title, subject, place, plan, None, tuple(name for name in names if name == place))


def _with(package: ArtifactSet, path: str, text: str) -> ArtifactSet:
    return ArtifactSet(tuple(Artifact(a.path, text) if a.path == path else a for a in package.artifacts))


def results(made: Sequence[Mutant], workers: int) -> Iterator[Result]:
    """Run mutants, several at a time, in any order."""
    _Running.mutants = list(made)
    for mutant in made:
        assert mutant.subject.folder.is_dir()  # before processes are forked: once for all
    with _loaded_once(), multiprocessing.get_context("fork").Pool(workers, maxtasksperchild=1) as pool:
        yield from pool.imap_unordered(_run, range(len(made)))


@contextlib.contextmanager
def _loaded_once() -> Iterator[None]:
    """What every process needs is there before they are forked: libraries, the files of clients, the quick moto."""
    import boto3
    import moto
    import pytest
    from botocore.loaders import JSONFileLoader

    assert moto
    assert pytest
    load, held = JSONFileLoader.load_file, dict[str, Any]()

    def load_once(self: Any, path: str) -> Any:
        if path not in held:
            held[path] = load(self, path)
        return held[path]

    with quick(), mock.patch.object(JSONFileLoader, "load_file", load_once):
        with MotoBackend() as backend:
            backend.client()
            boto3.client("dynamodb", region_name="us-east-1")
        gc.freeze()
        yield
        gc.unfreeze()


class _Running:
    """What forked processes find: mutants are not sent through pipes."""

    mutants: list[Mutant]


def _run(number: int) -> Result:
    mutant = _Running.mutants[number]
    known = Result(mutant.title, mutant.subject.name, mutant.place, "SURVIVED")
    signal.signal(signal.SIGPROF, _too_long)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            package = mutant.package or emit(mutant.subject.workload, mutant.plan, mutant.subject.suite, ("python",))
        except Exception:  # noqa: BLE001 - a plan so wrong that nothing can be emitted from it
            return replace(known, state="refused")
        wrong = seen_by_verify(mutant, package)
        failed = seen_by_suite(mutant, package, wrong)
        if wrong is not None and failed:
            return replace(known, state="caught", by_verify=" ".join(wrong), by_suite=True)
        if (known.title, known.model, known.function) in EQUIVALENT:
            return replace(known, state="equivalent")
    return replace(known, by_verify="" if wrong is None else " ".join(wrong), by_suite=failed)


def _too_long(*_: object) -> None:
    raise TimeoutError(f"more than {SECONDS} seconds of the processor")


def seen_by_verify(mutant: Mutant, package: ArtifactSet) -> list[str] | None:
    """The patterns that `verify` finds wrong (none of them: it was the loading); None when it finds nothing."""
    subject = mutant.subject
    names = [p.name for p in subject.workload.patterns if mutant.plan.pattern(p.name).status != "unserved"]
    order = [*mutant.near, *(name for name in names if name not in mutant.near)]
    try:
        report = verify(
            subject.workload, mutant.plan, package, subject.suite, MotoBackend(), only=order, trials=0, until_wrong=True
        )
    except Exception as error:  # noqa: BLE001 - a package that cannot be imported is noticed
        return [type(error).__name__]
    if report.passed:
        return None
    return [p.name for p in report.patterns if p.mismatches]


def seen_by_suite(mutant: Mutant, package: ArtifactSet, wrong: list[str] | None) -> bool:
    """Whether a test of the emitted suite fails: those of the patterns that are wrong are tried first."""
    subject = mutant.subject
    folder = subject.folder
    if mutant.plan is not subject.plan:
        folder = suite_folder(subject.workload, mutant.plan, subject.suite)
    with tempfile.TemporaryDirectory(prefix="dynamodel-mutant-") as place:
        write(package, Path(place))
        sys.path.insert(0, place)
        os.chdir(folder)
        first = " or ".join(f"test_{python_name(name)}_" for name in (wrong or mutant.near))
        return (bool(first) and _fails("-k", first)) or _fails()


def _fails(*options: str) -> bool:
    import pytest

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    without = [word for name in ("cacheprovider", "unraisableexception") for word in ("-p", f"no:{name}")]
    quick = ("-x", "-q", "--assert=plain", "--rootdir=.", "--tb=no", *without)
    for name in [n for n in sys.modules if n == "tests" or "_patterns" in n]:
        del sys.modules[name]
    return pytest.main(["tests", *quick, *options]) == pytest.ExitCode.TESTS_FAILED


def baseline(subject: Subject) -> Mutant:
    """No fault at all: neither may notice anything."""
    return Mutant(NO_FAULT, subject, "", subject.plan, subject.package)
