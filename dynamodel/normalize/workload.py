"""From a spec to the normalized workload: every name resolved, every default applied.

In: a `ModelSpec` from any source. Out: `ir.workload.Workload`. Raises `ModelInvalid` with all that is wrong.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.errors import ModelInvalid
from dynamodel.ir.deployment import AS_DEFAULT, Deployment
from dynamodel.ir.names import package_name
from dynamodel.ir.workload import Options, Pattern, Workload
from dynamodel.normalize.entities import entities_of, span_of
from dynamodel.normalize.fingerprint import fingerprint
from dynamodel.normalize.reads import Reader
from dynamodel.normalize.virtual import Catalog
from dynamodel.normalize.writes import Writer
from dynamodel.spec.check.run import check
from dynamodel.spec.links import Links
from dynamodel.spec.pattern_nodes import reads_only

if TYPE_CHECKING:
    from dynamodel.spec.model import ModelSpec


def normalize(model: ModelSpec) -> Workload:
    """The workload of a spec; a spec that no file was loaded from is checked first."""
    if not model._checked:  # noqa: SLF001 - the loader and this function share it
        wrong = check(model)
        if wrong:
            raise ModelInvalid(wrong)
    catalog, links = Catalog(entities_of(model)), Links(model)
    patterns: list[Pattern] = []
    for index, pattern in enumerate(model.patterns):
        pointer = ("patterns", index)
        if reads_only(pattern):
            patterns.append(Reader(model, catalog, links).read(pattern, pointer))  # type: ignore[arg-type]
        else:
            patterns.append(Writer(model, catalog, links).write(pattern, pointer))  # type: ignore[arg-type]
    name, deployment = package_name(model.name), _deployment(model)
    workload = Workload(
        name=name,
        title=model.name,
        doc=model.doc,
        entities=catalog.all(),
        patterns=tuple(patterns),
        span=span_of(model, ()),
        copied=tuple(catalog.copied),
        options=Options(
            table=model.table or name,
            indexes=model.indexes,
            # A strongly consistent global table has none, so the planner looks for another place.
            local_indexes=model.local_indexes and not deployment.strong,
            copies=model.copies and not deployment.strong,
            multi_attribute_keys=model.multi_attribute_keys,
            overload=model.overload,
            spare_reads=model.spare_reads,
            billing=model.billing,
            region=model.region,
            tenant=model.tenant,
            deployment=deployment,
        ),
    )
    return replace(workload, fingerprint=fingerprint(workload))


def _deployment(model: ModelSpec) -> Deployment:
    if model.deploy is None:
        return AS_DEFAULT
    from dynamodel.normalize.deployment import deployment_of

    return deployment_of(model, model.deploy)
