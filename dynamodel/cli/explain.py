"""`dynamodel explain`."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

from dynamodel.catalog import CATALOG, finding
from dynamodel.cli import console, exit_codes
from dynamodel.cli.loading import load_and_plan
from dynamodel.errors import UsageError
from dynamodel.report.explain_text import explain_code, explain_entity, explain_index, explain_pattern, explain_plan


def explain(what: str, name: str | None) -> int:
    """Explain a code, a whole plan, or one pattern, index or entity of it."""
    if re.fullmatch(r"DM\d{3}", what.upper()) and not Path(what).exists():
        console.out(_code(what.upper()))
        return exit_codes.DONE
    workload, design = load_and_plan(Path(what))
    if name is None:
        console.out(explain_plan(workload, design))
    elif name in {pattern.name for pattern in design.patterns}:
        console.out(explain_pattern(workload, design, name))
    elif name in {index.name for index in design.table.indexes}:
        console.out(explain_index(workload, design, name))
    elif name in {entity.entity for entity in design.entities}:
        console.out(explain_entity(workload, design, name))
    else:
        names = [p.name for p in design.patterns]
        names += [i.name for i in design.table.indexes] + [e.entity for e in design.entities]
        raise _unknown(f"`{workload.title}` has no pattern, index or entity `{name}`", name, names)
    return exit_codes.DONE


def _code(code: str) -> str:
    if code not in CATALOG:
        raise UsageError([finding("DM713", f"there is no finding {code}", hint="`dynamodel rules` lists them")])
    return explain_code(CATALOG[code])


def _unknown(message: str, name: str, names: list[str]) -> UsageError:
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(names)}"
    return UsageError([finding("DM713", message, hint=hint)])
