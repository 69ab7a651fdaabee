"""Names that differ in the model and are one identifier for Python, which reads them in Unicode's form NFKC."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamodel.spec.check.report import Report
    from dynamodel.spec.model import Pointer


def check_alike(report: Report) -> None:
    """Entities, the attributes of each, and access patterns."""
    spec = report.spec
    _check(report, ((e.name, ("entities", i)) for i, e in enumerate(spec.entities)))
    for index, entity in enumerate(spec.entities):
        names = ((a.name, ("entities", index, "attributes", i)) for i, a in enumerate(entity.attributes))
        _check(report, names)
    _check(report, ((p.name, ("patterns", i)) for i, p in enumerate(spec.patterns)))


def _check(report: Report, names: Iterable[tuple[str, Pointer]]) -> None:
    first: dict[str, str] = {}
    for name, at in names:
        other = first.setdefault(unicodedata.normalize("NFKC", name), name)
        if other != name:
            report.add("DM556", at, f"`{name}` and `{other}` are one name for Python", "rename one")
