"""From a tree of plain values to a `ModelSpec`: what is wrong is reported and left out, until the rest stands.

In: the JSON form as `dict`, with its origin. Out: the spec (None if nothing is left) and the findings.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from dynamodel.catalog import CATALOG, finding
from dynamodel.spec.model import ModelSpec
from dynamodel.spec.nodes import AttributeSpec, ConditionSpec, EntitySpec, FieldSpec, ParentSpec, RefSpec, TypeSpec
from dynamodel.spec.pattern_nodes import KINDS
from dynamodel.spec.session import did_you_mean

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.spec.model import Pointer
    from dynamodel.spec.origins import JsonOrigin, PythonOrigin

_ROUNDS = 60
_NODES: dict[str, type[Any]] = {
    "entities": EntitySpec, "attributes": AttributeSpec, "type": TypeSpec, "element": TypeSpec, "fields": FieldSpec,
    "parent": ParentSpec, "attr": RefSpec, "by": RefSpec, "order_by": RefSpec, "remove": RefSpec,
    "returns": RefSpec, "near": RefSpec, "taken_from": RefSpec, "copy_of": RefSpec, "counted_in": RefSpec,
    "where": ConditionSpec, "filter": ConditionSpec, "when": ConditionSpec, "range": ConditionSpec,
    "any_of": ConditionSpec,
}  # fmt: skip


def build(tree: Any, origin: PythonOrigin | JsonOrigin) -> tuple[ModelSpec | None, list[Diagnostic]]:
    """The spec that is left when everything wrong is taken out, and what was wrong."""
    findings: list[Diagnostic] = []
    work: Any = tree
    for round_ in range(_ROUNDS):
        try:
            spec = ModelSpec.model_validate(work)
        except ValidationError as error:
            if round_ == 0:
                work = copy.deepcopy(tree)
            details = error.errors(include_url=False)
            cuts: set[Pointer] = set()
            for detail in details:
                pointer = _pointer(work, detail["loc"])
                findings.append(_diagnostic(detail, pointer, work, origin))
                cuts.add(pointer)
            if not _cut(work, cuts):
                return None, findings
        else:
            spec._origin = origin  # noqa: SLF001 - set once, here
            return spec, findings
    return None, findings


def refused_names(tree: Any, spec: ModelSpec) -> frozenset[str]:
    """Names of entities and attributes that the tree declares and the spec had to leave out."""
    declared: set[str] = set()
    entities = tree.get("entities") if isinstance(tree, dict) else None
    for entity in entities if isinstance(entities, list | tuple) else ():
        attributes = entity.get("attributes") if isinstance(entity, dict) else None
        for named in (entity, *(attributes if isinstance(attributes, list | tuple) else ())):
            if isinstance(named, dict) and isinstance(named.get("name"), str):
                declared.add(named["name"])
    kept = {n for e in spec.entities for n in (e.name, *(a.name for a in e.attributes))}
    return frozenset(declared - kept)


def _pointer(tree: Any, location: tuple[str | int, ...]) -> Pointer:
    """Pydantic's location without the names of union members."""
    pointer: list[str | int] = []
    here: Any = tree
    for position, step in enumerate(location):
        if (isinstance(here, dict) and step in here) or (
            isinstance(here, list | tuple) and isinstance(step, int) and step < len(here)
        ):
            here = _at(here, (step,))
        elif (
            position == len(location) - 1
            and isinstance(here, dict)
            and isinstance(step, str)
            and _has_field(here, pointer, step)
        ):
            here = None
        else:
            continue
        pointer.append(step)
    return tuple(pointer)


def _has_field(node: dict[str, Any], pointer: list[str | int], name: str) -> bool:
    model = _model_of(node, tuple(pointer))
    return model is not None and name in model.model_fields


def _model_of(node: Any, pointer: Pointer) -> type[Any] | None:
    """The class that a part of the tree is validated by."""
    if not pointer:
        return ModelSpec
    words = [p for p in pointer if isinstance(p, str)]
    if words[-1] in {"patterns", "parts", "steps"}:
        return KINDS.get(node.get("kind", "")) if isinstance(node, dict) else None
    if words[-1] in {"set", "add", "append"}:
        return ConditionSpec if isinstance(node, dict) and "op" in node else RefSpec
    return _NODES.get(words[-1]) or _deploy_part(words[-1])


def _deploy_part(word: str) -> type[Any] | None:
    from dynamodel.spec.deploy import Deploy
    from dynamodel.spec.deploy_parts import Alarms, Cache, Replica, Role

    return {"deploy": Deploy, "replicas": Replica, "cache": Cache, "alarms": Alarms, "roles": Role}.get(word)


def _diagnostic(detail: ErrorDetails, pointer: Pointer, tree: Any, origin: PythonOrigin | JsonOrigin) -> Diagnostic:
    kind, context = detail["type"], detail.get("ctx", {})
    span, path = origin.span(pointer), origin.path(pointer)
    shown = _describe(pointer, tree)
    if kind in CATALOG:
        return finding(kind, f"{shown}: {detail['msg']}", span=span, path=path, hint=str(context.get("hint", "")))
    if kind == "extra_forbidden":
        parent = _at(tree, pointer[:-1])
        model = _model_of(parent, pointer[:-1])
        known = list(model.model_fields) if model else []
        hint = did_you_mean(str(pointer[-1]), known)
        return finding(
            "DM122", f"{_describe(pointer[:-1], tree)} has no option `{pointer[-1]}`", span=span, path=path, hint=hint
        )
    if kind == "missing":
        where = _describe(pointer[:-1], tree)
        return finding("DM124", f"{where} needs `{pointer[-1] if pointer else ''}`", span=span, path=path)
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        given = str(context.get("tag", ""))
        return finding(
            "DM125", f"{shown}: no such kind `{given}`", span=span, path=path, hint=did_you_mean(given, KINDS)
        )
    hint = str(context.get("expected", "")) and f"one of: {context['expected']}"
    return finding(
        "DM116", f"{shown}: {_lower(detail['msg'])}, not `{_short(detail['input'])}`", span=span, path=path, hint=hint
    )


def _describe(pointer: Pointer, tree: Any) -> str:
    """`Order.total`, `list_orders`, with the option: the words of a message."""
    if not pointer:
        return "the model"
    names: list[str] = []
    here, last = tree, ""
    for step in pointer:
        here = _at(here, (step,))
        if isinstance(here, dict) and isinstance(here.get("name"), str) and here["name"] and not _is_reference(here):
            names.append(here["name"])
            last = ""
            continue
        if isinstance(step, str) and step not in {"entities", "patterns", "attributes"}:
            last = step
    shown = f"`{'.'.join(names)}`" if names else f"`{pointer[0]}`"
    return f"{shown}, `{last}`" if last and names else shown


def _is_reference(node: dict[str, Any]) -> bool:
    return isinstance(node.get("entity"), str) and "kind" not in node


def _at(tree: Any, pointer: Pointer) -> Any:
    here = tree
    for step in pointer:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            return None
    return here


def _cut(tree: Any, cuts: set[Pointer]) -> bool:
    """Remove the parts, deepest and last first; a required part takes what holds it along. False if all is gone."""
    removed: set[Pointer] = set()
    for pointer in sorted(cuts, key=lambda p: (len(p), [str(s).zfill(8) for s in p]), reverse=True):
        target = pointer
        while target:
            holder = _at(tree, target[:-1])
            step = target[-1]
            if isinstance(holder, list) and isinstance(step, int) and step < len(holder):
                del holder[step]
                break
            if isinstance(holder, tuple):
                target = target[:-1]
                continue
            if isinstance(holder, dict) and step in holder:
                model = _model_of(holder, target[:-1])
                required = (
                    model is not None and step in model.model_fields and model.model_fields[str(step)].is_required()
                )
                if not required:
                    del holder[step]
                    break
            target = target[:-1]
        if not target or target in removed:
            return False
        removed.add(target)
    return True


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - fits a line
