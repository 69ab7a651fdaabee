"""Run the user's Python file once: what goes wrong in it is reported at the user's line, never as our traceback.

In: the path and text. Out: the session, filled by the authoring classes. The file's folder is importable meanwhile.
"""

from __future__ import annotations

import ast
import sys
import types
from typing import TYPE_CHECKING

from pydantic import PydanticUserError, ValidationError

from dynamodel.catalog import finding
from dynamodel.diagnostics import SourceSpan
from dynamodel.errors import DynamodelError
from dynamodel.spec.places import source_file
from dynamodel.spec.session import did_you_mean

if TYPE_CHECKING:
    from pathlib import Path
    from types import CodeType, TracebackType

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.spec.session import Session


def run_user_file(path: Path, text: str, session: Session) -> None:
    """Execute the file; a syntax error or an exception becomes the session's last finding."""
    file = str(path)
    try:
        code: CodeType = compile(text, file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", 0) or 0, getattr(error, "offset", 0) or 0
        at = SourceSpan(getattr(error, "filename", None) or file, line, column)
        message = getattr(error, "msg", None) or str(error)
        session.findings.append(finding("DM106", f"syntax error: {message}", span=at))
        session.ended = True
        return
    session.findings += shadowed_types(file)
    module = types.ModuleType(f"_dynamodel_model_{path.stem}")
    module.__file__ = file
    folder = str(path.resolve().parent)
    before = set(sys.modules)
    sys.path.insert(0, folder)
    sys.modules[module.__name__] = module
    try:
        exec(code, module.__dict__)  # noqa: S102 - a model is code, run on purpose
    except DynamodelError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the user's code raises is theirs to see
        _report(error, file, folder, session)
    finally:
        sys.path.remove(folder)
        for name in set(sys.modules) - before:  # another model may have helpers of the same names
            origin = getattr(sys.modules[name], "__file__", None) or ""
            if origin.startswith(folder) and "site-packages" not in origin and name != module.__name__:
                del sys.modules[name]


def _report(error: BaseException, file: str, folder: str, session: Session) -> None:
    session.ended = True
    span = _user_place(error.__traceback__, folder, file)
    if any(f.code == "DM217" and f.span and f.span.line >= span.line for f in session.findings) and isinstance(
        error, TypeError | PydanticUserError
    ):
        return  # an attribute named like its own type: said already, in the user's words
    if isinstance(error, SyntaxError):  # of a module that the model imports
        at = SourceSpan(error.filename or file, error.lineno or 0, error.offset or 0)
        session.findings.append(finding("DM106", f"syntax error: {error.msg}", span=at))
        return
    first = str(error).strip().splitlines()
    message = f"{type(error).__name__}: {first[0]}" if first else type(error).__name__
    if isinstance(error, ValidationError):
        detail = error.errors(include_url=False)[0]
        message = f"{error.title}: {'.'.join(str(p) for p in detail['loc'])}: {detail['msg']}"
    hint = "the rest of the file was not looked at"
    if isinstance(error, ModuleNotFoundError):
        hint = "install it where dynamodel runs, or put it beside the model"
    if isinstance(error, NameError) and error.name:
        hint = _name_hint(error, hint)
    path = source_file(span.file).path_at(span) if span.line else ()
    session.findings.append(finding("DM107", f"the file failed: {message}", span=span, path=path, hint=hint))


def _name_hint(error: NameError, otherwise: str) -> str:
    """A name of the language that was not imported, or the closest name of the file."""
    import dynamodel

    if error.name in dynamodel.__all__:
        return f"`from dynamodel import {error.name}`"
    trace, names = error.__traceback__, []
    while trace is not None:
        names, trace = [n for n in trace.tb_frame.f_globals if not n.startswith("_")], trace.tb_next
    close = did_you_mean(error.name or "", names)
    return close if close.startswith("did") else otherwise


def _user_place(trace: TracebackType | None, folder: str, file: str) -> SourceSpan:
    """The innermost line of the user's own files."""
    from dynamodel.spec.places import Place

    found = SourceSpan(file)
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name == file or (name.startswith(folder) and "site-packages" not in name):
            found = Place(trace.tb_frame.f_code, trace.tb_lasti).span()
        trace = trace.tb_next
    return found


def shadowed_types(file: str) -> list[Diagnostic]:
    """Attributes named like their own type, with a value: Python reads the annotation after the name is taken."""
    source = source_file(file)
    found: list[Diagnostic] = []
    for node in source.classes:
        for statement in node.body:
            if not (
                isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value
            ):
                continue
            name = statement.target.id
            if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(statement.annotation)):
                span = source.span(statement)
                found.append(finding(
                    "DM217", f"attribute `{name}` is named like its own type", span=span, path=source.path_at(span),
                    hint=f"import the type under another name: `from ... import {name} as {name.title()}Type`",
                ))  # fmt: skip
    return found
