"""Every emitter by the name of its target.

In: workload, plan and verification suite. Out: the files, in memory. Pure: `write` and the command line do the rest.
To add an emitter: its folder, its templates, and a line here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.errors import ModelInvalid, UsageError
from dynamodel.ir.artifact import Artifact, ArtifactSet
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from dynamodel.ir.plan import Plan
    from dynamodel.ir.suite import Suite
    from dynamodel.ir.workload import Workload


@dataclass(frozen=True, slots=True)
class Emission:
    """What an emitter is given; `templates` is the user's own folder of templates, if any."""

    workload: Workload
    plan: Plan
    suite: Suite | None
    templates: Path | None = None


def _cloudformation(emission: Emission) -> Iterable[Artifact]:
    from dynamodel.emit.cloudformation.emitter import emit_cloudformation

    return emit_cloudformation(emission.workload, emission.plan, emission.templates)


def _cloudformation_json(emission: Emission) -> Iterable[Artifact]:
    from dynamodel.emit.cloudformation.emitter import emit_cloudformation_json

    return emit_cloudformation_json(emission.workload, emission.plan)


def _create_table(emission: Emission) -> Iterable[Artifact]:
    from dynamodel.emit.create_table.emitter import emit_create_table

    return emit_create_table(emission.workload, emission.plan, emission.templates)


def _cdk(emission: Emission) -> Iterable[Artifact]:
    from dynamodel.emit.cdk.emitter import emit_cdk

    return emit_cdk(emission.workload, emission.plan, emission.templates)


def _sam(emission: Emission) -> Iterable[Artifact]:
    from dynamodel.emit.sam.emitter import emit_sam

    return emit_sam(emission.workload, emission.plan, emission.templates)


def _terraform(emission: Emission) -> Iterable[Artifact]:
    from dynamodel.emit.terraform.emitter import emit_terraform

    return emit_terraform(emission.workload, emission.plan, emission.templates)


def _python(emission: Emission) -> Iterable[Artifact]:
    from dynamodel.emit.python.emitter import emit_python

    return emit_python(emission.workload, emission.plan, emission.templates)


def _suite(emission: Emission) -> Iterable[Artifact]:
    from dynamodel.emit.suite.emitter import emit_suite

    if emission.suite is None:
        return ()
    return emit_suite(emission.workload, emission.plan, emission.suite, emission.templates)


EMITTERS: dict[str, Callable[[Emission], Iterable[Artifact]]] = {
    "cloudformation": _cloudformation,
    "cloudformation-json": _cloudformation_json,
    "terraform": _terraform,
    "cdk": _cdk,
    "sam": _sam,
    "create-table": _create_table,
    "python": _python,
    "suite": _suite,
}
DEFAULT = ("cloudformation", "python", "suite")  # other infrastructure says the same in another tool's words


def emit(
    workload: Workload,
    plan: Plan,
    suite: Suite | None,
    targets: tuple[str, ...] | None = None,
    templates: Path | None = None,
) -> ArtifactSet:
    """The files of the targets (`DEFAULT` when None), sorted by path.

    Without a suite there are no files for the target `suite`. Raises UsageError for an unknown target or wrong
    templates of the user, ModelInvalid when names collide or the infrastructure breaks a limit of the service.
    """
    wanted = DEFAULT if targets is None else targets
    unknown = [target for target in wanted if target not in EMITTERS]
    if unknown:
        names = ", ".join(f"`{target}`" for target in EMITTERS)
        raise UsageError(
            [finding("DM510", f"there is no target `{target}`", hint=f"targets: {names}") for target in unknown]
        )
    emission = Emission(workload, plan, suite, templates)
    artifacts = [a for target in EMITTERS if target in wanted for a in EMITTERS[target](emission)]
    return _artifact_set(artifacts)


def _artifact_set(artifacts: list[Artifact]) -> ArtifactSet:
    """Sorted by path; paths that differ in case only are one file on some systems, so they collide as well."""
    seen: dict[str, str] = {}
    clashes = []
    for artifact in sorted(artifacts, key=lambda a: a.path):
        other = seen.setdefault(artifact.path.lower(), artifact.path)
        if other is not artifact.path:
            clashes.append(finding("DM514", f"`{artifact.path}` and `{other}` would be one file"))
    if clashes:
        raise ModelInvalid(clashes)
    return ArtifactSet(tuple(sorted(artifacts, key=lambda a: a.path)))
