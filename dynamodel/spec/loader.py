"""Read a model from a file: Python that is run once with everything collected, or the JSON form.

In: a path. Out: a checked `ModelSpec`. Raises `UsageError` for what is no file, `ModelInvalid` with every diagnostic.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from dynamodel.catalog import finding
from dynamodel.diagnostics import SourceSpan
from dynamodel.errors import ModelInvalid, UsageError
from dynamodel.spec import places
from dynamodel.spec.building import build, refused_names
from dynamodel.spec.check.run import check
from dynamodel.spec.origins import JsonOrigin
from dynamodel.spec.outline import outline
from dynamodel.spec.running import run_user_file
from dynamodel.spec.session import collecting

if TYPE_CHECKING:
    from dynamodel.diagnostics import Diagnostic
    from dynamodel.spec.model import ModelSpec
    from dynamodel.spec.session import Session

# what a declaration lacks because a part of it was refused and reported already
_CONSEQUENCES = frozenset({"DM319", "DM320", "DM321", "DM324", "DM327", "DM332", "DM343"})
_UNKNOWN = frozenset({"DM202", "DM207", "DM221", "DM223", "DM301", "DM326"})  # names that were refused with their owner


def load_model(path: Path) -> ModelSpec:
    """The model of a file, `.py` or `.json`; raises with all that is wrong at once."""
    path = Path(path)
    if path.is_dir():
        _usage("DM102", f"`{path}` is a directory", hint="name the file: `model.py` or `model.json`")
    if not path.is_file():
        near = (
            sorted(p.name for p in path.parent.glob("*") if p.suffix in {".py", ".json"})[:8]
            if path.parent.is_dir()
            else []
        )
        _usage("DM101", f"there is no file `{path}`", hint=f"in that folder: {', '.join(near)}" if near else "")
    if path.suffix not in {".py", ".json"}:
        _usage("DM103", f"`{path}` is neither `.py` nor `.json`", hint="a model is a Python file or its JSON form")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        _usage("DM104", f"`{path}` cannot be read: {error}")
    places.forget()
    return _from_json(path, text) if path.suffix == ".json" else _from_python(path, text)


def model_from_json(tree: dict[str, Any], file: str = "model.json") -> ModelSpec:
    """The model of a JSON form that is already in memory, checked as a file would be."""
    return _finish(tree, JsonOrigin(file, json.dumps(tree, default=str)), [])


def _from_json(path: Path, text: str) -> ModelSpec:
    try:
        tree = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
        span = SourceSpan(str(path), line, column)
        reason = getattr(error, "msg", "nested too deeply")
        raise ModelInvalid((finding("DM105", f"this is not JSON: {reason}", span=span),)) from None
    return _finish(tree, JsonOrigin(str(path), text), [])


def _from_python(path: Path, text: str) -> ModelSpec:
    with collecting(path.resolve().parent) as session:
        run_user_file(path, text, session)
        models = _own_models(session)
        if len(models) != 1 or session.ended:
            if not models and not session.ended:
                session.findings.append(finding("DM108", "the file has no model", span=SourceSpan(str(path)),
                    hint="add a class that derives from `Model`, with access patterns as its attributes"))  # fmt: skip
            if len(models) > 1:
                session.findings.append(finding("DM109", f"the file has {len(models)} models: "
                                                         f"{', '.join(f'`{m.__name__}`' for m in models)}",
                    span=models[1].__dynamodel__.place.span() if models[1].__dynamodel__.place else None,
                    hint="one table, one model, one file"))  # fmt: skip
            for model in models:
                outline(model, session.entities, str(path))
            raise ModelInvalid(sorted_findings(session.findings))
        tree, origin = outline(models[0], session.entities, str(path))
        return _finish(tree, origin, session.findings)


def _own_models(session: Session) -> list[Any]:
    return [m for m in session.models if not any(o is not m and issubclass(o, m) for o in session.models)]


def _finish(tree: Any, origin: Any, findings: list[Diagnostic]) -> ModelSpec:
    spec, wrong = build(tree, origin)
    every = [*findings, *wrong]
    if spec is not None:
        before, refused = {f.path for f in every if f.path}, refused_names(tree, spec) if wrong else frozenset()
        every += [
            f
            for f in check(spec)
            if not (f.code in _CONSEQUENCES and f.path in before)
            and not (f.code in _UNKNOWN and any(f"`{name}`" in f.message for name in refused))
        ]
    if every or spec is None:
        raise ModelInvalid(sorted_findings(every))
    spec._checked = True  # noqa: SLF001 - so that normalize need not repeat it
    return spec


def sorted_findings(findings: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By file, line, column and code, each once; what ended the file comes last."""
    unique = {(f.code, f.message, f.span): f for f in findings}
    return tuple(
        sorted(unique.values(), key=lambda f: (f.code == "DM107", f.span or SourceSpan(""), f.code, f.message))
    )


def _usage(code: str, message: str, hint: str = "") -> NoReturn:
    raise UsageError((finding(code, message, hint=hint),))
