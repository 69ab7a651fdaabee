"""The only module that knows the order of the stages.

load -> normalize -> plan and lint (-> explain) -> suite -> emit -> verify. In: paths and options. Out: each stage's
result, for reports and the command line. Each stage is imported when it is first needed, so that `plan` starts without
what `emit` and `verify` run on. Nothing here prints or decides.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.diagnostics import Severity, SourceSpan
from dynamodel.errors import EnvironmentFault, Infeasible, PlanRefused, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.emit.write import FileDrift, WriteReport
    from dynamodel.explain.charges import Charges
    from dynamodel.explain.delta import Delta
    from dynamodel.explain.force import Forced
    from dynamodel.explain.layout_file import Wanted
    from dynamodel.explain.places import PlaceUse
    from dynamodel.explain.sensitivity import Threshold
    from dynamodel.explain.variants import Step
    from dynamodel.ir.artifact import ArtifactSet
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.suite import Suite
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.memory import Memory
    from dynamodel.verify.backends.base import Backend
    from dynamodel.verify.report import VerificationReport

LOCK_SUFFIX = ".plan.json"
_LIMITS = {"DM455", "DM456", "DM519"}  # what the judge finds that only another model can mend


def load(model: Path, memory: Memory | None = None) -> Workload:
    """The normalized workload of a model file, with the copies of parents' attributes that make it cheaper.

    `memory` keeps what `plan` has in common with the prices of these. Raises UsageError or ModelInvalid with everything
    that is wrong.
    """
    from dynamodel.normalize.workload import normalize
    from dynamodel.planner.denormalize import denormalized
    from dynamodel.spec.loader import load_model

    return denormalized(normalize(load_model(model)), memory)


def lock_path(model: Path) -> Path:
    """Where the lock of a model lies: `model.plan.json` beside `model.py`."""
    return model.with_name(model.stem + LOCK_SUFFIX)


def read_lock(model: Path) -> Plan | None:
    """The committed plan beside a model, None when there is none; raises UsageError when the file is no plan."""
    path = lock_path(model)
    if not path.is_file():
        return None
    from dynamodel.ir.codec import NotAPlan, plan_from_json

    hint = "restore it from version control, or remove it and write it anew with `dynamodel plan --lock`"
    try:
        return plan_from_json(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        message = f"the lock cannot be read: {error.strerror or error}"
        raise UsageError([finding("DM421", message, span=SourceSpan(str(path)), hint=hint)]) from error
    except (NotAPlan, ValueError, RecursionError) as wrong:
        span = SourceSpan(str(path))
        raise UsageError([finding("DM421", f"this is not a plan: {wrong}", span=span, hint=hint)]) from wrong


def plan(workload: Workload, locked: Plan | None = None, memory: Memory | None = None) -> Plan:
    """The plan of a workload, judged again from the layout alone, with everything that is found about it.

    `memory` has what `load` found, and keeps what variants have in common with it. Raises Infeasible when
    there is no layout within the service's limits, PlanRefused when the judge finds a mistake.
    """
    from dynamodel.explain.variants import dear_reads
    from dynamodel.ir.located import located
    from dynamodel.lint.registry import lint
    from dynamodel.planner.check import check
    from dynamodel.planner.memory import Memory
    from dynamodel.planner.plan import make_plan

    memory = memory or Memory()
    design = make_plan(workload, locked, memory=memory)
    verdict = check(workload, design)
    beyond = [found for found in verdict if found.code in _LIMITS]
    if beyond:
        from dynamodel.explain.limits import judged_limits

        raise Infeasible(located(workload, judged_limits(workload, beyond)))
    if verdict:
        raise PlanRefused(located(workload, verdict))
    findings = design.findings + dear_reads(workload, design, locked, memory)
    findings += _conflicts(workload, design) + lint(workload, design)
    return replace(design, findings=_with_limits(located(workload, findings)))


def _conflicts(workload: Workload, design: Plan) -> tuple[Diagnostic, ...]:
    """Why what is not served cannot be, as far as no layout at all could serve it."""
    unserved = [p.name for p in design.patterns if p.status == "unserved"]
    if not unserved:
        return ()
    from dynamodel.explain.conflict import conflict_finding, conflicts
    from dynamodel.explain.searches import search_conflicts

    found = (*conflicts(workload, unserved), *search_conflicts(workload, unserved))
    return tuple(conflict_finding(workload, c) for c in found)


def _with_limits(findings: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The findings; errors about what is declared too large have the limit beside them."""
    if not any(found.severity is Severity.ERROR for found in findings):
        return findings
    from dynamodel.explain.limits import declared_limit

    return tuple(declared_limit(found) for found in findings)


def places(workload: Workload, design: Plan) -> tuple[PlaceUse, ...]:
    """Who uses each place of a plan, and why no other place would do."""
    from dynamodel.explain.places import explain_places

    return explain_places(workload, design)


def drop(
    workload: Workload, design: Plan, names: Iterable[str], locked: Plan | None = None, memory: Memory | None = None
) -> Delta:
    """What a plan without these access patterns would save."""
    from dynamodel.explain.variants import drop as without

    return without(workload, design, names, locked, memory)


def frontier(
    workload: Workload, design: Plan, locked: Plan | None = None, memory: Memory | None = None
) -> tuple[Step, ...]:
    """The cheapest plan for each number of GSIs."""
    from dynamodel.explain.variants import frontier as steps

    return steps(workload, design, locked, memory)


def reading_first(
    workload: Workload, design: Plan, locked: Plan | None = None, memory: Memory | None = None
) -> Delta | None:
    """What is saved where writes may read their item first if that is cheaper; None if nothing is."""
    from dynamodel.explain.variants import reading_first as found

    return found(workload, design, locked, memory)


def thresholds(
    workload: Workload, design: Plan, locked: Plan | None = None, memory: Memory | None = None
) -> tuple[Threshold, ...]:
    """The facts that decide the layout, the nearest first."""
    from dynamodel.explain.sensitivity import thresholds as found

    return found(workload, design, locked, memory)


def charges(workload: Workload, design: Plan) -> Charges:
    """What every access pattern and every place of a plan is charged for."""
    from dynamodel.explain.charges import charges as charged

    return charged(workload, design)


def read_layout(path: Path, workload: Workload) -> Wanted:
    """The keys that a layout file asks for; raises UsageError with everything that is wrong in it."""
    from dynamodel.explain.layout_file import wanted_layout

    span = SourceSpan(str(path))
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"the layout cannot be read: {error.strerror or error}"
        raise UsageError([finding("DM441", message, span=span)]) from error
    except (ValueError, RecursionError) as wrong:
        raise UsageError([finding("DM441", f"this is not JSON: {wrong}", span=span)]) from wrong
    wanted, findings = wanted_layout(workload, data)
    if findings:
        raise UsageError([replace(f, span=span) for f in findings])
    return wanted


def force(workload: Workload, design: Plan, wanted: Wanted) -> Forced:
    """The plan on given keys beside the optimum, and the rules that it breaks."""
    from dynamodel.explain.force import force as on_keys
    from dynamodel.ir.located import located

    forced = on_keys(workload, design, wanted)
    return replace(forced, findings=located(workload, forced.findings))


def require_served(design: Plan) -> None:
    """Raise Infeasible with its errors when a plan has any: nothing is emitted or verified half."""
    errors = [f for f in design.findings if f.severity is Severity.ERROR]
    if errors:
        raise Infeasible(errors)


def suite(workload: Workload, seed: int | None = None, items: int | None = None) -> Suite:
    """The dataset and the calls with the answers they must give; defaults of `verify` for what is None."""
    from dynamodel.verify.cases import make_suite

    given = {"seed": seed, "items": items}
    return make_suite(workload, **{name: value for name, value in given.items() if value is not None})


def artifacts(
    workload: Workload,
    design: Plan,
    cases: Suite | None,
    targets: tuple[str, ...] | None = None,
    templates: Path | None = None,
) -> ArtifactSet:
    """The files of the targets (all when None), in memory."""
    from dynamodel.emit.registry import emit

    require_served(design)
    if cases is not None:
        from dynamodel.verify.stored import with_keys

        cases = with_keys(cases, workload, design)
    return emit(workload, design, cases, targets, templates)


def write(files: ArtifactSet, folder: Path) -> WriteReport:
    """Put the files into the folder, all of them or none."""
    from dynamodel.emit.write import write as write_files

    return write_files(files, folder)


def compare(files: ArtifactSet, folder: Path) -> tuple[FileDrift, ...]:
    """What differs between the files and the folder."""
    from dynamodel.emit.write import compare as compare_files

    return compare_files(files, folder)


def write_lock(design: Plan, model: Path) -> Path:
    """Write the plan beside its model, whole or not at all; gives the path."""
    from dynamodel.ir.codec import plan_text

    path = lock_path(model)
    write_text(path, plan_text(design))
    return path


def write_text(path: Path, text: str) -> None:
    """Write one file, whole or not at all; raises EnvironmentFault when the system refuses."""
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
        draft.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise EnvironmentFault([finding("DM711", f"cannot write `{path}`: {error.strerror or error}")]) from error


def backend(
    name: str,
    *,
    folder: Path | None = None,
    image: str | None = None,
    endpoint: str | None = None,
    allow_remote: bool = False,
) -> Backend:
    """The backend of that name, not yet started; raises UsageError for contradicting or missing options."""
    if endpoint is not None:
        from dynamodel.verify.backends.endpoint import EndpointBackend

        return EndpointBackend(endpoint, allow_remote=allow_remote)
    if name == "local":
        return _local(folder, image)
    if name == "moto":
        from dynamodel.verify.backends.moto import MotoBackend

        return MotoBackend()
    raise UsageError([finding("DM713", f"there is no backend `{name}`", hint="backends: `moto`, `local`")])


def _local(folder: Path | None, image: str | None) -> Backend:
    if folder is None and image is None:
        hint = "unpack DynamoDB Local 3.3 or newer somewhere and give that folder, or give --local-image or --endpoint"
        raise UsageError([finding("DM713", "`--backend local` needs `--local-dir` or `--local-image`", hint=hint)])
    if image is None:
        from dynamodel.verify.backends.local import LocalBackend

        assert folder is not None
        return LocalBackend(folder)
    if folder is None:
        from dynamodel.verify.backends.container import ContainerBackend

        return ContainerBackend(image)
    hint = "give one of them (they may also come from DYNAMODEL_LOCAL_DIR and DYNAMODEL_LOCAL_IMAGE)"
    raise UsageError([finding("DM713", "`--local-dir` and `--local-image` exclude each other", hint=hint)])


def verify(
    workload: Workload, design: Plan, cases: Suite, on: Backend, watch: Callable[[str], None] | None = None
) -> VerificationReport:
    """Run every case through the generated package on a backend and compare; `watch` hears of each case."""
    from dynamodel.verify.runner import verify as run

    return run(workload, design, artifacts(workload, design, None, ("python",)), cases, on, watch=watch)
