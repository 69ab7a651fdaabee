"""Renders a template from a view: Python decides, Jinja prints.

In: the name of a template and a frozen dataclass whose fields are the only free variables of that template.
Out: text. It must not know what is emitted, and gives templates nothing to compute with: no globals, and only filters
that quote or lay out text.

A user's own folder (`--templates DIR`) replaces built-in templates one file at a time: a file there is used instead
of the built-in one of the same name, everything else stays.
"""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, TemplateSyntaxError, UndefinedError

from dynamodel.catalog import finding
from dynamodel.diagnostics import SourceSpan
from dynamodel.emit.compiled import CompiledTemplates
from dynamodel.emit.filters import FILTERS
from dynamodel.emit.locate import template_folder
from dynamodel.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.resources.abc import Traversable

# What templates may use of Jinja's own filters: text layout, nothing that selects, sorts or computes.
_LAYOUT_FILTERS = ("indent", "join", "length", "lower", "upper")


class _FolderLoader(BaseLoader):
    """Reads a template from the first folder that has it; folders may live in a zip file."""

    def __init__(self, folders: tuple[Traversable, ...]) -> None:
        self._folders = folders

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        """The text and the place of a template; raises TemplateNotFound."""
        del environment
        parts = template.split("/")
        if any(part in {"", ".", ".."} or "\\" in part for part in parts):
            raise TemplateNotFound(template)
        for folder in self._folders:
            file = folder.joinpath(*parts)
            if file.is_file():
                return file.read_text(encoding="utf-8"), str(file), None
        raise TemplateNotFound(template)


@lru_cache(maxsize=8)
def environment(override: Path | None = None) -> Environment:
    """The Jinja environment; raises UsageError when `override` is not a folder."""
    folders: tuple[Traversable, ...] = (template_folder(),)
    if override is not None:
        if not override.is_dir():
            message = f"`{override}` is not a folder of templates"
            raise UsageError([finding("DM511", message, hint="give --templates an existing folder")])
        folders = (override, *folders)
    made = Environment(
        loader=_FolderLoader(folders),
        undefined=StrictUndefined,
        optimized=False,  # results of filters would be kept with the code, and outlive a change of the filters
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - the output is never HTML; filters quote for YAML and Python
        auto_reload=False,
    )
    syntax = (made.trim_blocks, made.lstrip_blocks, made.keep_trailing_newline, made.optimized)
    made.bytecode_cache = CompiledTemplates(Path(str(folders[-1])), repr(syntax))
    made.globals.clear()
    builtin = made.filters
    made.filters = {name: builtin[name] for name in _LAYOUT_FILTERS} | FILTERS
    return made


def render(template_name: str, view: object, override: Path | None = None) -> str:
    """The text of a template for a view.

    `template_name` is relative to the templates' folder, with forward slashes. Raises UsageError when a template of
    the user's own folder is wrong; a mistake in a built-in one is our bug and stays an exception of Jinja.
    """
    # fields() refuses what is not a dataclass, with a message that says so.
    variables = {field.name: getattr(view, field.name) for field in fields(view)}  # type: ignore[arg-type]
    try:
        return environment(override).get_template(template_name).render(variables)
    except TemplateSyntaxError as error:
        place = _in_override(error.filename, override)
        if place is None:
            raise
        raise _wrong_template(error, SourceSpan(place, error.lineno)) from error
    except UndefinedError as error:
        place, line = _failing_line(error, override)
        if place is None:
            raise
        raise _wrong_template(error, SourceSpan(place, line)) from error


def _wrong_template(error: Exception, span: SourceSpan) -> UsageError:
    return UsageError([finding("DM512", f"a template of your own cannot be rendered: {error}", span=span)])


def _in_override(filename: str | None, override: Path | None) -> str | None:
    if filename is None or override is None or override not in Path(filename).parents:
        return None
    return filename


def _failing_line(error: UndefinedError, override: Path | None) -> tuple[str | None, int]:
    """The innermost line of a user's template in the traceback: Jinja rewrites it to the template's lines."""
    found: tuple[str | None, int] = (None, 0)
    traceback: Any = error.__traceback__
    while traceback is not None:
        place = _in_override(traceback.tb_frame.f_code.co_filename, override)
        if place is not None:
            found = (place, traceback.tb_lineno)
        traceback = traceback.tb_next
    return found
